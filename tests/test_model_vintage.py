"""How old an obligation is and since when it is overdue: from its beginning, or only since it was first seen."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from data import months
from data.contract import Meaning, Portfolio
from data.coverage import Coverage
from data.rows import ALREADY, LATE, LONGER, MONTHS_ON_BOOK, NOT_YET, SINCE, UNKNOWN
from model.vintage import vintages

START = 202401


def told(
    days: dict[int, float], *, opened: str | None = None, written: int = 0, beside: tuple[int, int] = (0, 4)
) -> pd.DataFrame:
    """The columns of obligation 1, which is so many days past due k months after START, by month. Obligation 2 is there
    in the months `beside`, so that they are in the data."""
    here = [(1, months.add(START, k), d, written == k > 0) for k, d in days.items()]
    here += [(2, months.add(START, k), 0.0, False) for k in range(beside[0], beside[1] + 1)]
    rows = pd.DataFrame(here, columns=["obligation", "month", "days", "written"]).assign(client=7)
    rows["opened"] = pd.to_datetime(rows["obligation"].map({1: opened}))
    facts = {
        "days_past_due": rows["days"].to_numpy(np.float32),
        "written_off": rows["written"].to_numpy(np.float32) * 50,
    }
    source = Portfolio(Meaning("made", {}), START, rows, pd.DataFrame(), Coverage(()))
    found = pd.DataFrame({name: np.asarray(v) for name, v in vintages(source, facts).items()})
    return found[rows["obligation"] == 1].reset_index(drop=True)


def test_months_on_book_are_counted_from_the_disbursement() -> None:
    assert told({0: 0, 2: 0}, opened="2023-11-30")[MONTHS_ON_BOOK].tolist() == ["2", "4"]
    assert told({0: 0}, opened="2024-02-01")[MONTHS_ON_BOOK].tolist() == [UNKNOWN]
    assert told({0: 0})[MONTHS_ON_BOOK].tolist() == [UNKNOWN]
    assert told({0: 0, 1: 0}, opened="2014-01-01")[MONTHS_ON_BOOK].tolist() == ["120", LONGER]


def test_ever_is_not_at_a_cure_does_not_undo_it() -> None:
    found = told({1: 10, 2: 45, 3: 0, 4: 95}, opened="2024-01-15")
    assert found[SINCE[0]].tolist() == ["0", "1", "2", "3"]
    assert found[SINCE[30]].tolist() == [NOT_YET, "0", "1", "2"]
    assert found[SINCE[90]].tolist() == [NOT_YET, NOT_YET, NOT_YET, "0"]


def test_one_that_is_first_seen_old_enters_late() -> None:
    found = told({0: 0, 1: 0, 2: 40}, opened="2020-01-15")
    assert found[SINCE[30]].tolist() == [LATE, NOT_YET, "0"]


def test_one_that_is_first_seen_old_and_overdue_says_so_and_then_nothing_more() -> None:
    found = told({0: 40, 1: 0, 2: 70}, opened="2020-01-15")
    assert found[SINCE[30]].tolist() == [ALREADY, UNKNOWN, UNKNOWN]
    assert found[SINCE[60]].tolist() == [LATE, NOT_YET, "0"]


@pytest.mark.parametrize(("first", "mark"), [(0, LATE), (1, NOT_YET)])
def test_without_a_disbursement_the_first_month_of_the_data_is_no_beginning(first: int, mark: str) -> None:
    assert told({first: 0, first + 1: 0})[SINCE[30]].tolist() == [mark, NOT_YET]


def test_one_that_appears_after_a_missing_month_may_have_been_there_before() -> None:
    assert told({2: 0}, beside=(2, 4))[SINCE[30]].tolist() == [LATE]


def test_what_came_about_in_a_missing_month_is_dated_to_when_it_is_seen_again() -> None:
    found = told({1: 0, 3: 40, 4: 0}, opened="2024-01-15")
    assert found[SINCE[30]].tolist() == [NOT_YET, "0", "1"]
    assert found[MONTHS_ON_BOOK].tolist() == ["1", "3", "4"]


def test_a_write_off_is_more_than_any_days_past_due() -> None:
    found = told({1: 0, 2: np.nan, 3: np.nan}, opened="2024-01-15", written=2)
    assert found[SINCE[90]].tolist() == [NOT_YET, "0", "1"]


def test_a_row_without_days_past_due_tells_nothing_new() -> None:
    found = told({1: 0, 2: np.nan, 3: 40, 4: np.nan}, opened="2024-01-15")
    assert found[SINCE[30]].tolist() == [NOT_YET, UNKNOWN, "0", "1"]


def test_the_order_of_the_rows_does_not_matter() -> None:
    rng = np.random.default_rng(5)
    k = np.sort(rng.choice(6 * 200, 700, replace=False))
    rows = pd.DataFrame({"client": 1, "obligation": k // 6, "month": [months.add(START, int(m)) for m in k % 6]})
    days = pd.Series(rng.choice([0.0, 20, 40, 70, 100, np.nan], 700)).astype("float32")
    mixed = rng.permutation(700)

    def found(order: np.ndarray) -> pd.DataFrame:
        facts = {"days_past_due": days.to_numpy()[order], "written_off": np.zeros(700, np.float32)}
        here = rows.iloc[order].reset_index(drop=True)
        made = vintages(Portfolio(Meaning("made", {}), START, here, pd.DataFrame(), Coverage(())), facts)
        return pd.DataFrame({name: np.asarray(v) for name, v in made.items()}, index=order).sort_index()

    assert found(mixed).equals(found(np.arange(700)))
