"""What became of an obligation by the next month: paid, re-aged, written off, paid off, gone, or nobody can know."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from data.contract import Meaning, Portfolio
from data.coverage import Coverage
from data.rows import UNKNOWN
from model.flows import flows

USUAL = {"balance": 100.0, "days_past_due": 45.0, "past_due": 20.0, "cash": 0.0, "written_off": 0.0, "kept": 0.0}


def became(now: dict[str, float], then: dict[str, float] | None, *, option: str | None = None) -> dict[str, Any]:
    """The columns of the first of two months of obligation 1, beside obligation 2 which is there in both."""
    here = [(1, 202312, USUAL | now), (2, 202312, USUAL), (2, 202401, USUAL)]
    here += [(1, 202401, USUAL | then)] if then is not None else []
    rows = pd.DataFrame([{"client": k, "obligation": k, "month": m, "reaged_balance": 0.0} | v for k, m, v in here])
    facts = {name: rows[name].to_numpy(np.float32) for name in (*USUAL, "reaged_balance")}
    applied = pd.DataFrame({"client": [1], "obligation": [1], "month": [202312], "option_applied": [option]})
    source = Portfolio(Meaning("made", {}), 202401, rows, pd.DataFrame(), Coverage(()), actions=applied)
    found = flows(source, facts)
    return {name: np.asarray(values)[0] for name, values in found.items()}


@pytest.mark.parametrize(
    ("now", "then", "flow"),
    [
        ({}, {}, "stayed"),
        ({"cash": 5.0}, {}, "paid"),
        ({"kept": 1.0}, {"days_past_due": 0.0}, "reaged"),
        ({"kept": 1.0, "cash": 5.0}, {"days_past_due": 0.0}, "reaged"),
        ({"kept": 1.0, "cash": 20.0}, {"days_past_due": 0.0}, "paid"),
        ({}, {"reaged_balance": 90.0, "days_past_due": 0.0}, "reaged"),
        ({"reaged_balance": 100.0}, {"reaged_balance": 90.0}, "stayed"),
        ({"cash": 5.0}, {"balance": 0.0, "written_off": 100.0}, "written_off"),
        ({"cash": 100.0}, None, "paid_off"),
        ({"cash": 99.0}, None, "gone"),
        ({"cash": np.nan}, None, "gone"),
        ({"balance": np.nan, "cash": 5.0}, None, "gone"),
        ({"balance": 0.0, "written_off": 100.0}, None, "ended"),
    ],
)
def test_where_an_obligation_goes(now: dict[str, float], then: dict[str, float] | None, flow: str) -> None:
    assert became(now, then)["flow"] == flow


def test_a_payment_option_is_named_where_the_data_name_it() -> None:
    assert became({"kept": 1.0}, {}, option="COMBO")["flow"] == "reaged: COMBO"
    assert became({}, {}, option="COMBO")["flow"] == "stayed"


def test_the_next_balance_and_bucket_are_those_of_the_next_month() -> None:
    found = became({}, {"balance": 80.0, "days_past_due": 75.0})
    assert (found["next_balance"], found["next_bucket"], found["origin"]) == (80.0, "61-90", UNKNOWN)


def test_an_obligation_that_left_owes_nothing_and_stands_in_no_bucket() -> None:
    found = became({"cash": 100.0}, None)
    assert (found["next_balance"], found["next_bucket"]) == (0.0, UNKNOWN)


def _over(*months: int) -> pd.DataFrame:
    keys = [(1, m) for m in months] + [(2, months[-1])]
    rows = pd.DataFrame([{"client": k, "obligation": k, "month": m, "reaged_balance": 0.0} | USUAL for k, m in keys])
    facts = {name: rows[name].to_numpy(np.float32) for name in (*USUAL, "reaged_balance")}
    found = flows(Portfolio(Meaning("made", {}), 202401, rows, pd.DataFrame(), Coverage(())), facts)
    return rows.assign(**found)


def test_the_last_month_goes_nowhere_known_and_the_first_comes_from_nowhere_known() -> None:
    rows = _over(202312, 202401)
    assert rows["flow"].tolist() == ["stayed", UNKNOWN, UNKNOWN]
    assert rows["origin"].tolist() == [UNKNOWN, "there", "new"]
    assert rows["next_balance"].isna().tolist() == [False, True, True]


def test_nothing_flows_across_a_missing_month() -> None:
    rows = _over(202312, 202402)
    assert set(rows["flow"]) == {UNKNOWN}
    assert set(rows["origin"]) == {UNKNOWN}
