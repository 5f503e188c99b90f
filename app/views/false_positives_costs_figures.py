"""App room: the numbers of what false positives cost: three kinds on one list, and the break-even."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.desk import Pin
from app.views import model_effect_figures
from app.views.false_positives_figures import Counted, Cut
from data.counts import Selection
from monitoring import cutoff, three_errors
from monitoring.policy import Policy
from monitoring.three_errors import Cost, Incremental, Promises

WITHOUT = "none"
"""The arm that gets no offer."""


@dataclass(frozen=True)
class Arms:
    """The model's arm and the one without offers, with the month in which they were drawn; `reason` says why they
    cannot be compared ("" when they can)."""

    pair: tuple[str, str]
    drawn: int
    reason: str


@dataclass(frozen=True)
class Three:
    """The three false positives of the list of a cut, and what each costs."""

    cut: Cut
    promises: Promises
    added: Incremental
    wasted_cost: Cost
    broken_cost: Cost
    anyway_cost: Cost


@dataclass(frozen=True)
class Equilibrium:
    """The break-even FDR of a selection: `limit` = 1 - (c + λ) / (v - k) with the shadow price λ of a contact; `reason`
    says why there is none."""

    limit: float
    shadow: float
    reason: str


def arms(pin: Pin, selection: Selection, *, policy: Policy) -> Arms:
    """Which arms say what offers added under a selection."""
    found = model_effect_figures.figures(pin, selection, policy=policy)
    if found.barred:
        return Arms(("", ""), 0, "came_after")
    if not (pin.carries("arms") and pin.carries("cash")):
        return Arms(("", ""), 0, "no_arms")
    pair = next(((c.arm, c.control) for c in found.shown if c.control == WITHOUT), None)
    if pair is None or found.found is None:
        return Arms(("", ""), 0, "no_control")
    return Arms(pair, found.found.go_live, "")


def added(pin: Pin, selection: Selection, arms: Arms, cut: Cut) -> Incremental:
    """What offers added to those at or above the cut in the month in which the arms were drawn."""
    if arms.reason:
        return three_errors.unknown(arms.reason)
    where = {**selection.where, "arm": arms.pair}
    then = Selection((arms.drawn, arms.drawn), where, _above(selection, cut))
    listed = pin.counts.totals(then, by=("arm", "rg"), measures=three_errors.ARM_MEASURES)
    return three_errors.incremental(listed, arms=arms.pair, policy=cut.counted.policy)


def three(pin: Pin, selection: Selection, cut: Cut, found: Incremental) -> Three:
    """The three false positives of the list, given what offers added to it."""
    policy, on = cut.counted.policy, replace(selection, codes=_above(selection, cut))
    listed = pin.counts.totals(on, by=("rg",), measures=three_errors.LIST_MEASURES)
    kept = pin.counts.totals(Selection(), measures=("kept",))["kept"].sum()
    promises = three_errors.promises(listed, recorded=bool(kept > 0), policy=policy)
    return Three(
        cut, promises, found,
        three_errors.cost_of_wasted(cut.errors.counts.fp, policy),
        three_errors.cost_of_broken(promises, policy),
        three_errors.cost_of_anyway(found.anyway, promises.accepted - promises.broken, policy),
    )  # fmt: skip


def equilibrium(pin: Pin, selection: Selection, counted: Counted) -> Equilibrium:
    """The break-even FDR; where a capacity binds, with the value of the contact that it leaves out."""
    policy = counted.policy
    reason = cutoff.why_not(policy)
    if reason:
        return Equilibrium(float("nan"), float("nan"), reason)
    every = cutoff.course(pin.counts.histogram(selection, measures=cutoff.MEASURES), policy=policy)
    shadow = cutoff.within(every, policy.capacity * counted.managed_months, policy=policy).shadow
    return Equilibrium(cutoff.break_even(policy, shadow), shadow, "")


def _above(selection: Selection, cut: Cut) -> tuple[int, int]:
    """Codes of the list, within a band of scores that is filtered."""
    last = len(cut.counted.pin.counts.edges) - 1
    first, end = selection.codes or (1, last)
    return max(first, cut.code), end
