"""Monitoring room: the three false positives of a list: the wasted contact, the broken promise, and the payment that
would have come anyway; each with its own denominator and its own cost.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from data.counts import Tally
from data.rows import POSITIVE
from monitoring.estimate import Estimate
from monitoring.intervals import Array, design_effect, jackknife, rate
from monitoring.metrics import ratio
from monitoring.policy import Policy
from monitoring.tallies import by_random_group

LIST_MEASURES: Final = ("n", "kept")
"""The totals of a list, by random group, that `promises` reads."""
ARM_MEASURES: Final = ("n", "paid", "kept")
"""The totals of a list in the month of the draw, by arm and random group, that `incremental` reads."""


@dataclass(frozen=True)
class Promises:
    """FP2 of a list: accepted options whose first payment was not made, as a share of those accepted (`accepted` rows,
    `broken` of them); its `rate` is NaN with "no_promises" where the data never say that one was kept."""

    accepted: int
    broken: int
    rate: Estimate


def promises(listed: Tally, *, recorded: bool, policy: Policy | None = None) -> Promises:
    """Broken promises of a list, from its totals by random group. `recorded`: whether the data say at all which were
    kept."""
    rule = policy or Policy()
    n, kept = (by_random_group(listed, m, ("label",))[:, POSITIVE] for m in LIST_MEASURES)
    accepted, broken = float(n.sum()), float((n - kept).sum())
    if not recorded:
        return Promises(int(accepted), 0, Estimate(reason="no_promises"))
    if not accepted:
        return Promises(0, 0, Estimate(reason="no_positives"))
    deff = design_effect(n - kept, n, confidence=rule.confidence)
    found = rate(broken, accepted, deff=deff, min_n=rule.min_n, confidence=rule.confidence)
    return Promises(int(accepted), int(broken), found)


@dataclass(frozen=True)
class Incremental:
    """What the offers to a list added, arms drawn at random: everyone counts in the arm drawn, offered or not.

    Per obligation of the list in the model's arm: the share that `accepted`, that `kept` the promise, and the `uplift`
    in payments over the arm without offers. `fdr` = 1 - uplift / accepted, the incremental FDR; `anyway` = 1 - uplift /
    kept, FP3: the share of the kept promises that would have been paid anyway. `rows` of the list in the two arms.
    Estimates are NaN with the reason: "no_arms", "no_control", "empty", "no_positives", "no_promises", or
    "small_sample" where an interval is as long as all that a share can be.
    """

    rows: tuple[int, int]
    accepted: Estimate
    kept: Estimate
    uplift: Estimate
    fdr: Estimate
    anyway: Estimate


def unknown(reason: str) -> Incremental:
    """Nothing can be said of what offers added, for this reason."""
    none = Estimate(reason=reason)
    return Incremental((0, 0), none, none, none, none, none)


def incremental(listed: Tally, *, arms: tuple[str, str], policy: Policy | None = None) -> Incremental:
    """What offers added to a list, from its totals by arm and random group in the month in which the arms (the model's,
    and the one without offers) were drawn: who is on the list was settled before they made a difference. Intervals by
    deleting random groups of clients."""
    rule = policy or Policy()
    present = listed.labels["arm"]
    if not set(arms) <= set(present):
        return unknown("no_control")
    sides = [present.index(a) for a in arms]
    n, paid, kept = (by_random_group(listed, m, ("arm",))[:, sides] for m in ARM_MEASURES)
    yes = by_random_group(listed, "n", ("arm", "label"))[:, sides][..., POSITIVE]
    rows = tuple(int(v) for v in n.sum(0))
    if min(rows) == 0:
        return unknown("empty")

    def estimate(statistic: Callable[..., Array], *parts: Array) -> Estimate:
        return jackknife(statistic, *parts, confidence=rule.confidence).estimate(n=float(sum(rows)))

    return Incremental(
        (rows[0], rows[1]),
        estimate(_first, yes, n),
        estimate(_first, kept, n),
        estimate(_gap, paid, n),
        _told(estimate(_beyond, yes, paid, n), float(yes[:, 0].sum()), "no_positives"),
        _told(estimate(_beyond, kept, paid, n), float(kept[:, 0].sum()), "no_promises"),
    )


def _first(part: Array, n: Array) -> Array:
    return ratio(part[..., 0], n[..., 0])


def _gap(paid: Array, n: Array) -> Array:
    rates = ratio(paid, n)
    return rates[..., 0] - rates[..., 1]


def _beyond(part: Array, paid: Array, n: Array) -> Array:
    return 1 - ratio(_gap(paid, n), _first(part, n))


def _told(found: Estimate, base: float, reason: str) -> Estimate:
    """The share, or why it cannot be told: nothing to share out, or an interval as long as all that a share can be."""
    if not base:
        return Estimate(n=found.n, reason=reason)
    if not found.high - found.low < 1:
        return Estimate(n=found.n, reason="small_sample")
    return found


@dataclass(frozen=True)
class Cost:
    """Money that false positives of a list cost: `contacts` spent on them, and value `counted` and not received; NaN
    where no costs are set, or the share is not known."""

    contacts: float
    counted: float = 0.0


def cost_of_wasted(wasted: float, policy: Policy) -> Cost:
    """FP1: every contact that did not lead to an acceptance."""
    return Cost(wasted * policy.cost_per_contact)


def cost_of_broken(found: Promises, policy: Policy) -> Cost:
    """FP2: the contacts, and the value that each acceptance was counted with and did not bring."""
    if not math.isfinite(found.rate.value):
        return Cost(math.nan, math.nan)
    return Cost(found.broken * policy.cost_per_contact, found.broken * policy.value_per_success)


def cost_of_anyway(share: Estimate, kept: float, policy: Policy) -> Cost:
    """FP3: the contacts, and the value counted, of kept promises that would have been paid anyway."""
    found = max(share.value, 0.0) * kept if math.isfinite(share.value) else math.nan
    return Cost(found * policy.cost_per_contact, found * policy.value_per_success)
