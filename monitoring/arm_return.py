"""Monitoring room: what the model's offers brought beyond what would have come anyway, and what they cost."""

from __future__ import annotations

import math
from dataclasses import dataclass

from data.counts import Tally
from monitoring.arm_outcomes import window
from monitoring.estimate import Estimate
from monitoring.intervals import Array, jackknife
from monitoring.metrics import ratio
from monitoring.policy import Policy
from monitoring.tallies import by_random_group


@dataclass(frozen=True)
class SelfCure:
    """Of the cohort in arrears at go-live, in that month: kept options of the model's arm per obligation (`gross`), the
    payments it made beyond those of the control that got no offer (`net`), and the share of the gross that would have
    come anyway (`anyway`, FP3 = 1 - net / gross). Shares; `anyway` is NaN where nothing was kept."""

    gross: Estimate
    net: Estimate
    anyway: Estimate


@dataclass(frozen=True)
class Return:
    """Of the same cohort, over the months it is followed: `offers` made beyond those of the control, their `cost`, the
    `cash` received beyond that of the control, and `roi` = cash / cost - 1.

    `missing` says why there is no cost and no return: "no_cost" (no cost of a contact is set), "no_offers" (not more
    were made than in the control), or "".
    """

    offers: float
    cost: float
    cash: Estimate
    roi: Estimate
    missing: str = ""


def self_cure(cohort: Tally, *, arms: tuple[str, str], go_live: int, policy: Policy) -> SelfCure | None:
    """Gross and net of the model's arm against one without offers; None where the month of go-live is not there."""
    found = _parts(cohort, ("kept", "paid", "n"), arms, [m for m in cohort.labels["month"] if m == go_live])
    if found is None:
        return None
    kept, paid, n = found
    rows, level = float(n.sum()), policy.confidence
    return SelfCure(
        jackknife(ratio, kept[:, 0], n[:, 0], confidence=level).estimate(n=rows),
        jackknife(_gap, paid, n, confidence=level).estimate(n=rows),
        jackknife(_anyway, kept, paid, n, confidence=level).estimate(n=rows),
    )


def per_offer(cohort: Tally, *, arms: tuple[str, str], go_live: int, policy: Policy) -> Estimate | None:
    """Payments of the model's arm beyond those of a control, per offer beyond its own, in the month of go-live: what an
    offer came to where chance decided who got one (Wald 1940). None where that month is not there, or no more offers
    were made."""
    found = _parts(cohort, ("paid", "offered", "n"), arms, [m for m in cohort.labels["month"] if m == go_live])
    if found is None or not float(_gap(found[1].sum(0), found[2].sum(0))) > 0:
        return None

    def effect(paid: Array, offered: Array, n: Array) -> Array:
        return ratio(_gap(paid, n), _gap(offered, n))

    return jackknife(effect, *found, confidence=policy.confidence).estimate(n=float(found[2].sum()))


def _anyway(kept: Array, paid: Array, n: Array) -> Array:
    return 1 - ratio(_gap(paid, n), ratio(kept[..., 0], n[..., 0]))


def returned(cohort: Tally, *, arms: tuple[str, str], go_live: int, last: int, policy: Policy) -> Return | None:
    """Cost and return of the model's offers against a control; None without a month."""
    months = window("cash", cohort.labels["month"], go_live=go_live, last=last)
    found = _parts(cohort, ("cash", "B", "offered", "n"), arms, months)
    if found is None:
        return None
    cash, balance, offered, n = found
    rows, price, level = float(n.sum()), policy.cost_per_contact, policy.confidence
    held = float(balance[:, 0].sum())
    gained = jackknife(_gap, cash, balance, confidence=level).estimate(n=rows).over(1 / held if held else math.nan)
    offers = float(_gap(offered.sum(0), n.sum(0))) * float(n[:, 0].sum())
    missing = "no_cost" if not price > 0 else "no_offers" if not offers > 0 else ""
    if missing:
        return Return(offers, math.nan, gained, Estimate(n=rows), missing)

    def roi(cash: Array, balance: Array, offered: Array, n: Array) -> Array:
        cost = _gap(offered, n) * n[..., 0] * price
        return ratio(_gap(cash, balance) * balance[..., 0], cost) - 1

    return Return(offers, offers * price, gained, jackknife(roi, *found, confidence=level).estimate(n=rows))


def _gap(part: Array, whole: Array) -> Array:
    level = ratio(part, whole)
    return level[..., 0] - level[..., 1]


def _parts(cohort: Tally, names: tuple[str, ...], arms: tuple[str, str], months: list[int]) -> tuple[Array, ...] | None:
    """The measures by random group and arm over these months; None where there is none, or an arm is empty."""
    present = cohort.labels["arm"]
    if not months or not set(arms) <= set(present):
        return None
    at, sides = [cohort.labels["month"].index(m) for m in months], [present.index(a) for a in arms]
    found = tuple(by_random_group(cohort, m, ("month", "arm"))[:, at][:, :, sides].sum(1) for m in names)
    return found if (found[-1].sum(0) > 0).all() else None
