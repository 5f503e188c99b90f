"""Arms as the files give them: a client keeps the first, and mistakes are counted before anything is compared."""

from __future__ import annotations

import pandas as pd

from data.contract import Meaning, Portfolio
from data.coverage import Coverage
from data.rows import UNKNOWN
from model import facts

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
