"""Arms as the files give them: a client keeps the first, and mistakes are counted before anything is compared."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from data.contract import Meaning, Portfolio
from data.coverage import Coverage
from data.rows import NEGATIVE, NO_REPORT, NOT_YET, OPEN, POSITIVE, UNKNOWN, UNLABELLED
from model import facts
from model.features import Features

MONTHS = (202401, 202402, 202403)


def _portfolio(arms: dict[int, tuple[str | None, ...]], *, in_decisions: bool = False) -> Portfolio:
    """One obligation per client and month with these arms; who has fewer arms than there are months came later."""
    rows = pd.DataFrame(
        [
            (client, client, month, arm)
            for client, given in arms.items()
            for month, arm in zip(MONTHS[-len(given) :], given, strict=True)
        ],
        columns=["client", "obligation", "month", "arm"],
    )
    book = rows.drop(columns="arm") if in_decisions else rows
    decided = rows if in_decisions else None
    return Portfolio(Meaning("made", {}), MONTHS[-1], book, pd.DataFrame(), Coverage(()), decisions=decided)


def _document(portfolio: Portfolio) -> dict[str, object]:
    rows = portfolio.obligations[["client", "month"]].assign(arm=facts.arm(portfolio))
    return facts.arms_document(portfolio, rows)


def test_a_client_in_two_arms_keeps_the_first_and_is_counted() -> None:
    portfolio = _portfolio({1: ("model", "none", "none"), 2: ("none", "none", "none")})
    assert list(facts.arm(portfolio)) == ["model"] * 3 + ["none"] * 3
    assert _document(portfolio) == {
        "go_live": 202401, "clients": {"model": 1, "none": 1}, "in_two": 1, "late": 0,
    }  # fmt: skip


def test_an_arm_that_came_after_the_client_had_been_seen_is_late_and_one_of_a_new_client_is_not() -> None:
    portfolio = _portfolio({1: ("model", "model", "model"), 2: (None, "none", "none"), 3: ("none", "none")})
    assert list(facts.arm(portfolio)[3:6]) == [UNKNOWN, "none", "none"]
    assert (_document(portfolio)["in_two"], _document(portfolio)["late"]) == (0, 1)


def test_before_go_live_nobody_is_late() -> None:
    portfolio = _portfolio({1: (None, "model", "model"), 2: (None, "none", "none")})
    assert (_document(portfolio)["go_live"], _document(portfolio)["late"]) == (202402, 0)


def test_decisions_alone_do_not_say_whether_an_arm_came_late() -> None:
    portfolio = _portfolio({1: (None, "model", "none"), 2: (None, None, "none")}, in_decisions=True)
    assert list(facts.arm(portfolio)) == [UNKNOWN, "model", "model", UNKNOWN, "none", "none"]
    found = _document(portfolio)
    assert found["in_two"] == 1 and "late" not in found


def test_without_arms_there_is_no_document() -> None:
    bare = _portfolio({1: (None, None, None)})
    assert _document(bare) == {}
    assert facts.arms_document(_portfolio({1: (None,)}, in_decisions=True), pd.DataFrame({"arm": [UNKNOWN]})) == {}


def _known(states: list[int], *, final_at: int, reported: list[float] | None) -> tuple[list[str], list[str]]:
    """FINAL_AFTER and REPORTED_AFTER of rows of 202312 with these outcomes, and of one that was never asked."""
    n = len(states)
    rows = pd.DataFrame({"client": range(n + 1), "obligation": range(n + 1), "month": 202312})
    outcomes = rows.head(n).assign(label_state=states, known_at=final_at)
    outcomes = outcomes if reported is None else outcomes.assign(reported_after=reported)
    portfolio = Portfolio(Meaning("made", {}), 202401, rows, outcomes, Coverage(()))
    found = facts.known_after(portfolio, Features(rows.head(n), {}, np.arange(n)))
    return list(found["final_after"]), list(found["reported_after"])


def test_a_row_says_when_its_outcome_is_final_and_when_a_positive_one_was_reported() -> None:
    nan = float("nan")
    final, reported = _known(
        [POSITIVE, NEGATIVE, OPEN, OPEN, UNLABELLED], final_at=202402, reported=[1, nan, 0, nan, nan]
    )
    assert final == ["2", "2", "2", "2", UNKNOWN, UNKNOWN]
    assert reported == ["1", NO_REPORT, "0", NOT_YET, NO_REPORT, NO_REPORT]


@pytest.mark.parametrize(("final_at", "said"), [(202402, [UNKNOWN, NO_REPORT, UNKNOWN]), (202312, ["0", NO_REPORT])])
def test_without_dates_of_reports_only_what_is_final_in_its_own_month_has_one(final_at: int, said: list[str]) -> None:
    states = [POSITIVE, NEGATIVE, OPEN] if final_at > 202312 else [POSITIVE, NEGATIVE]
    assert _known(states, final_at=final_at, reported=None)[1] == [*said, NO_REPORT]
