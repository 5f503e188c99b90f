"""Why an outcome is negative: one cause each, in order, by hand; what a source does not carry is not guessed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest

from data.contract import Meaning, Portfolio
from data.coverage import Coverage
from data.rows import CAUSES, LATE_MONTHS, NEGATIVE, OPEN, POSITIVE, UNKNOWN, UNLABELLED
from model.causes import causes, document

MONTH, WINDOW_END = 202401, 202402
PLAIN: Mapping[str, Any] = {"contacts": 3.0, "right_party": 1.0, "options_offered": 2.0, "agreements": 0.0,
                            "promises_kept": 0.0}  # fmt: skip
NEXT = 202404
"""The second month after the window."""


def _source(
    *cases: Mapping[str, Any], lacking: tuple[str, ...] = (), payments: bool = True, actions: bool = True
) -> tuple[Portfolio, dict[str, np.ndarray], pd.Categorical]:
    """A negative outcome per case: what the month's actions say of it (PLAIN unless the case says otherwise), `paid`
    by month, 100 past due; `facts` that are not so, and the age of its last option."""
    n = len(cases)
    keys = pd.DataFrame({"client": np.arange(n), "obligation": np.arange(n), "month": MONTH})
    carried = {k: v for k, v in PLAIN.items() if k not in lacking}
    noted = pd.DataFrame([{k: c.get(k, v) for k, v in carried.items()} for c in cases], index=keys.index)
    paid = [
        {"client": i, "obligation": i, "month": month, "paid": amount}
        for i, c in enumerate(cases) for month, amount in c.get("paid", {}).items()
    ]  # fmt: skip
    none = {"client": -1, "obligation": -1, "month": MONTH, "paid": 0.0}
    outcomes = keys.assign(label=0.0, label_state=NEGATIVE, known_at=WINDOW_END)
    outcomes["assumed"] = [c.get("assumed", 0) for c in cases]
    source = Portfolio(
        Meaning("made", {}), 202412, keys.assign(past_due=100.0), outcomes, Coverage(()),
        actions=pd.concat([keys, noted], axis=1)[[not c.get("absent") for c in cases]] if actions else None,
        payments=pd.DataFrame([*paid, none]) if payments else None,
    )  # fmt: skip
    facts = {
        "label_state": np.array([c.get("label_state", NEGATIVE) for c in cases], np.uint8),
        "offered": np.array([c.get("offered", 1) for c in cases], np.uint8),
        "past_due": np.array([c.get("past_due", 100.0) for c in cases], np.float32),
    }
    return source, facts, pd.Categorical([c.get("option_age", "(none)") for c in cases])


def _causes(*cases: Mapping[str, Any], lockout_months: int | None = None, **lacks: Any) -> list[str]:
    source, facts, age = _source(*cases, **lacks)
    return [str(c) for c in causes(source, facts, option_age=age, lockout_months=lockout_months)]


@pytest.mark.parametrize(
    ("case", "cause"),
    [
        ({}, "refused"),
        ({"assumed": 1}, "no_offer"),
        ({"offered": 0}, "no_offer"),
        ({"paid": {MONTH: 30.0, NEXT: 70.0}}, "paid_late"),
        ({"paid": {NEXT: 99.0}}, "refused"),
        ({"contacts": 0.0}, "not_worked"),
        ({"contacts": math.nan}, "not_worked"),
        ({"right_party": 0.0}, "not_reached"),
        ({"right_party": math.nan}, "not_recorded"),
        ({"options_offered": 0.0}, "nothing_left"),
        ({"option_age": "6"}, "nothing_left"),
        ({"option_age": "7"}, "refused"),
        ({"option_age": UNKNOWN}, "refused"),
        ({"agreements": 2.0}, "promise_broken"),
        ({"agreements": 2.0, "promises_kept": 1.0}, "refused"),
        ({"paid": {MONTH: 10.0, WINDOW_END: 89.0}}, "part_paid"),
        ({"paid": {MONTH: 100.0}}, "refused"),
        ({"paid": {MONTH: 100.0}, "past_due": math.nan}, "part_paid"),
    ],
)  # fmt: skip
def test_a_cause_by_hand(case: Mapping[str, Any], cause: str) -> None:
    assert _causes(case, {}) == [cause, "refused"]


def test_of_several_causes_the_first_in_their_order_counts() -> None:
    everything = {
        "assumed": 1, "paid": {MONTH: 30.0, NEXT: 70.0}, "contacts": 0.0, "right_party": 0.0, "options_offered": 0.0,
        "agreements": 1.0,
    }  # fmt: skip
    lifted: list[Mapping[str, Any]] = [
        {"assumed": 0}, {"paid": {MONTH: 30.0}}, {"contacts": 1.0}, {"right_party": 1.0}, {"options_offered": 1.0},
        {"agreements": 0.0}, {"paid": {}},
    ]  # fmt: skip
    cases = [everything]
    for change in lifted:
        cases.append({**cases[-1], **change})
    assert _causes(*cases) == list(CAUSES[:-1])


def test_a_payment_is_late_up_to_so_many_months_after_the_window_and_no_longer() -> None:
    last = WINDOW_END + LATE_MONTHS
    assert _causes({"paid": {last: 100.0}}, {"paid": {last + 1: 100.0}}) == ["paid_late", "refused"]


def test_the_lock_out_is_what_the_policy_says() -> None:
    assert _causes({"option_age": "4"}, {"option_age": "3"}, lockout_months=3) == ["refused", "nothing_left"]


def test_only_negative_outcomes_have_a_cause() -> None:
    states = (POSITIVE, UNLABELLED, OPEN, NEGATIVE)
    found = _causes(*({"label_state": s, "contacts": 0.0} for s in states), {})
    assert found == ["(none)", "(none)", "(none)", "not_worked", "refused"]


def test_a_row_without_actions_in_a_month_that_has_some_was_not_worked() -> None:
    assert _causes({"absent": True}, {}) == ["not_worked", "refused"]


def test_what_a_source_does_not_carry_is_not_guessed() -> None:
    cases: tuple[Mapping[str, Any], ...] = ({"contacts": 0.0}, {"paid": {MONTH: 10.0}}, {"paid": {NEXT: 100.0}}, {})
    assert _causes(*cases, actions=False) == ["not_recorded", "part_paid", "paid_late", "not_recorded"]
    assert _causes(*cases, payments=False) == ["not_worked", "refused", "refused", "refused"]
    assert _causes(*cases, lacking=("right_party",))[-1] == "not_recorded"
    assert _causes({"agreements": 2.0}, {}, lacking=("promises_kept",)) == ["refused", "refused"]


def test_the_release_says_which_causes_the_source_can_tell() -> None:
    whole, _, _ = _source({}, {})
    assert document(whole)["recorded"] == list(CAUSES[:-1])
    assert document(_source({}, actions=False)[0])["recorded"] == ["no_offer", "paid_late", "part_paid"]
    assert document(_source({}, lacking=("agreements",), payments=False)[0])["recorded"] == [
        "no_offer", "not_worked", "not_reached", "nothing_left", "refused",
    ]  # fmt: skip


def test_a_portfolio_without_negative_outcomes_has_no_cause() -> None:
    assert _causes({"label_state": POSITIVE}) == ["(none)"]
