"""What became of payment options: by hand, against the funnel, and by laws."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from made_months import months_pin
from made_pin import group
from statsmodels.stats.proportion import proportion_confint

from app.desk import Pin
from data.counts import Selection, Tally
from data.months import add
from data.rows import NEGATIVE, OPEN
from monitoring import funnel, options
from monitoring.policy import Policy

FIRST = 202301
RULE = Policy(redefault_months=6)


def offers(option: str, *, offered: int, accepted: int, fates: dict[str, int], **columns: Any) -> pd.DataFrame:
    """So many offers of an option in a month, of which these were accepted, and applied with these fates."""
    rows = group(offered, positives=accepted, offered=1, balance=1e6, **columns)
    fate = [text for text, n in fates.items() for _ in range(n)]
    assert len(fate) <= accepted <= offered
    rows["offered_option"] = pd.Categorical([option] * offered)
    rows["option_fate"] = pd.Categorical([*fate, *["(none)"] * (offered - len(fate))])
    rows["kept"] = (np.arange(offered) < len(fate)).astype(np.uint8)
    return rows


def idle(n: int, *, state: int = NEGATIVE) -> pd.DataFrame:
    """Rows without an offer."""
    rows = group(n, offered=0, days_past_due=0.0, bucket="0", balance=1e6)
    rows["offered_option"] = rows["option_fate"] = pd.Categorical(["(none)"] * n)
    rows["label_state"] = np.full(n, state, np.uint8)
    return rows


def _totals(pin: Pin, *more: str, selection: Selection | None = None, rule: Policy = RULE) -> Tally:
    return pin.counts.totals(selection or Selection(), by=(*options.BY, *more), measures=options.measures(rule))


@pytest.fixture(scope="module")
def pin() -> Pin:
    """In the first month 100 offers of A, 40 accepted, 20 applied: of these 4 re-defaulted at once, 2 in the fifth
    month, 1 left in the second, 10 held for twelve, 3 until the data ended. Nine months on B: too late to say."""
    a = offers("A", offered=100, accepted=40,
               fates={"redefaulted 2": 4, "redefaulted 5": 2, "left 1": 1, "held": 10, "open 8": 3})  # fmt: skip
    b = offers("B", offered=10, accepted=5, fates={"open 0": 5})
    return months_pin({FIRST: [a, idle(900)], add(FIRST, 8): [b, idle(990)]})


def test_an_option_is_judged_by_what_is_old_enough(pin: Pin) -> None:
    a, b, whole = options.boards(_totals(pin), last=add(FIRST, 8), policy=RULE)
    assert (a.option, a.offered, a.labelled, a.accepted, a.applied, a.young, a.left) == ("A", 100, 100, 40, 20, 0, 1)
    assert a.acceptance.value == 0.4
    assert (a.kept.value, a.kept.n) == (15 / 20, 20)
    assert (a.redefaulted.value, a.redefaulted.n) == (6 / 20, 20)
    assert (b.offered, b.applied, b.young, b.kept.n) == (10, 5, 5, 0)
    assert (b.kept.reason, math.isnan(b.kept.value)) == ("immature", True)
    assert (whole.offered, whole.accepted, whole.applied, whole.young) == (110, 45, 25, 5)
    assert whole.kept == a.kept


def test_the_intervals_are_those_of_jeffreys(pin: Pin) -> None:
    a = options.boards(_totals(pin), last=add(FIRST, 8), policy=RULE)[0]
    assert (a.kept.low, a.kept.high) == pytest.approx(proportion_confint(15, 20, method="jeffreys"))


def test_what_an_option_took_out_of_the_ratio_and_at_what_cost(pin: Pin) -> None:
    """Fifteen of a thousand equal balances were overdue and kept out: 150 basis points, for 100 offers of 8,000."""
    a = options.boards(_totals(pin), last=add(FIRST, 8), policy=RULE)[0]
    assert a.durable == pytest.approx(0.015)
    assert a.cost_per_bp == pytest.approx(100 * 8000 / 150)
    free = options.boards(_totals(pin), last=add(FIRST, 8), policy=replace(RULE, cost_per_contact=math.nan))[0]
    assert math.isnan(free.cost_per_bp)


def test_later_months_change_nothing_of_a_cohort_that_is_old_enough(pin: Pin) -> None:
    """The same options as they were known three months after, and as they are known twelve months after."""
    then = offers("A", offered=100, accepted=40, fates={"redefaulted 2": 4, "left 1": 1, "open 3": 15})
    now = offers("A", offered=100, accepted=40,
                 fates={"redefaulted 2": 4, "left 1": 1, "redefaulted 4": 9, "held": 6})  # fmt: skip
    early, late = (
        options.boards(_totals(months_pin({FIRST: [rows]})), last=add(FIRST, k), policy=RULE)[0]
        for rows, k in ((then, 3), (now, 12))
    )
    assert early.kept == late.kept
    assert early.kept.value == 15 / 20
    assert early.redefaulted.reason == "immature"


@pytest.fixture(scope="module")
def drawn() -> Pin:
    """Twelve months of offers of three options drawn at random, the last two with open labels."""
    rng = np.random.default_rng(7)
    fates = ["held", "open 2", "open 5", "left 0", "left 6", "redefaulted 1", "redefaulted 3", "redefaulted 9"]
    months: dict[int, list[pd.DataFrame]] = {}
    for k in range(12):
        parts = [idle(50)]
        for option in ("A", "B", "(unnamed)"):
            n = int(rng.integers(20, 60))
            accepted = int(rng.integers(0, n))
            kept = dict(zip(fates, rng.multinomial(rng.integers(0, accepted + 1), [1 / 8] * 8).tolist(), strict=True))
            parts.append(offers(option, offered=n, accepted=accepted, fates=kept, product=str(rng.choice(["x", "y"]))))
        months[add(FIRST, k)] = [*parts, idle(5, state=OPEN)]
    return months_pin(months)


@pytest.mark.parametrize("seed", range(6))
def test_offered_accepted_applied_never_grow_and_add_up_to_the_funnel(drawn: Pin, seed: int) -> None:
    rng = np.random.default_rng(seed)
    first = int(rng.integers(0, 9))
    where = {} if seed % 2 else {"product": ("x",)}
    selection = Selection(months=(add(FIRST, first), add(FIRST, first + int(rng.integers(0, 12 - first)))), where=where)
    found = options.boards(_totals(drawn, selection=selection), last=add(FIRST, 11), policy=RULE)
    for b in found:
        assert b.offered >= b.labelled >= b.accepted >= b.applied >= b.kept.n
        assert b.applied == b.young + b.kept.n
    parts, whole = found[:-1], found[-1]
    stages = funnel.by_month(drawn.counts.totals(selection, by=("month",), measures=funnel.MEASURES))
    for name, theirs in (("offered", "offered"), ("accepted", "positives"), ("applied", "kept")):
        assert sum(getattr(b, name) for b in parts) == getattr(whole, name)
        assert getattr(whole, name) == sum(getattr(m, theirs) for m in stages)
    cells = options.cells(_totals(drawn, "product", selection=selection), "product", last=add(FIRST, 11), policy=RULE)
    assert sum(c.kept.n for c in cells) == whole.kept.n


def test_small_cells_are_not_tested_and_say_what_they_need() -> None:
    """Half of everything holds: 93 of each take 80 % power to tell 50 % from 30 %: 2·7.849·0.24 / 0.04 = 94.2."""
    many = offers("A", offered=400, accepted=400, fates={"held": 300, "redefaulted 1": 100}, product="x")
    other = offers("A", offered=400, accepted=400, fates={"held": 100, "redefaulted 1": 300}, product="y")
    few = offers("B", offered=20, accepted=20, fates={"held": 10, "redefaulted 1": 10}, product="x")
    pin = months_pin({FIRST: [many, other, few]})
    found = {(c.option, c.level): c for c in options.cells(_totals(pin, "product"), "product", last=add(FIRST, 3))}
    assert set(found) == {("A", "x"), ("A", "y"), ("B", "x")}
    assert found["B", "x"].needs == 95
    assert not found["B", "x"].sees
    assert math.isnan(found["B", "x"].q)
    assert found["A", "x"].q < 1e-6
    assert found["A", "x"].kept.value == 0.75


def test_the_lock_out_ends_after_the_pause(pin: Pin) -> None:
    """Six months after the first: of its twenty options six were overdue again, one had left."""
    a, whole = options.coming_out(_totals(pin), last=add(FIRST, 6), policy=RULE)
    assert (a.option, a.month, a.options, a.overdue, a.gone) == ("A", add(FIRST, 7), 20, 6, 1)
    assert a.balance == 20e6
    assert whole == replace(a, option="")
    assert options.coming_out(_totals(pin), last=add(FIRST, 9), policy=RULE) == ()


def test_where_nothing_was_offered_there_is_no_board() -> None:
    nothing = months_pin({FIRST: [idle(20)]})
    assert options.boards(_totals(nothing), last=FIRST, policy=RULE) == ()
    earlier = months_pin({FIRST: [group(20)]})
    assert options.boards(_totals(earlier), last=FIRST, policy=RULE) == ()


def test_fates_are_read_as_they_are_written() -> None:
    assert options.fate("held") == ("held", 12)
    assert options.fate("redefaulted 4") == ("redefaulted", 4)
    assert [options.fate(x) for x in ("(none)", "(unknown)")] == [("", 0)] * 2
