"""App room: the numbers of what the randomised arms came to: outcomes, segments, self-cure, return."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.views.model_effect_figures import Figures
from data.counts import Selection, Tally
from monitoring import arm_outcomes, arm_return, arm_segments
from monitoring.arm_outcomes import COHORT, COHORT_LEVELS, Outcome
from monitoring.arm_segments import SegmentEffect

BY = ("month", "arm", "rg")
WITHOUT_OFFERS = "none"
"""The control that shows what comes without any offer."""


@dataclass(frozen=True)
class Arms:
    """Outcomes by control, in the order of the comparisons; empty where no effect may be shown. `cure` against the
    control without offers and `returned` against the main control are None where the data cannot say. `cohort`:
    whether the data say who was in arrears at go-live."""

    figures: Figures
    outcomes: Mapping[str, tuple[Outcome, ...]]
    cure: arm_return.SelfCure | None
    returned: arm_return.Return | None
    cohort: bool


def arms(figures: Figures, selection: Selection) -> Arms:
    """Everything that the comparisons which may be shown came to."""
    if not figures.shown:
        return Arms(figures, {}, None, None, cohort=False)
    totals, moves, cohort = _totals(figures, selection), _crossed(figures, selection), cohort_totals(figures, selection)
    main, last = figures.shown[0], figures.pin.as_of
    cash = figures.pin.carries("cash")
    found: dict[str, tuple[Outcome, ...]] = {}
    for c in figures.shown:
        who: dict[str, Any] = {"arms": (c.arm, c.control), "go_live": _go_live(figures), "policy": figures.policy}
        sums = {"icv": arm_outcomes.sums(totals, "icv", last=last, **who)}
        if moves is not None:
            sums["roll"] = arm_outcomes.rolled(totals, moves[0], known=moves[1], **who)
        if cohort is not None and cash:
            sums |= {name: arm_outcomes.sums(cohort, name, last=last, **who) for name in ("paid", "cash")}
        found[c.control] = arm_outcomes.ordered(sums, policy=figures.policy)
    if cohort is None or not cash:
        return Arms(figures, found, None, None, cohort=cohort is not None)
    rest: dict[str, Any] = {"go_live": _go_live(figures), "policy": figures.policy}
    controls = [c.control for c in figures.shown]
    cure = None
    if WITHOUT_OFFERS in controls:
        cure = arm_return.self_cure(cohort, arms=(main.arm, WITHOUT_OFFERS), **rest)
    return Arms(
        figures, found, cure, arm_return.returned(cohort, arms=(main.arm, main.control), last=last, **rest), True
    )


def segments(figures: Figures, selection: Selection, *, dimension: str, outcome: str) -> tuple[SegmentEffect, ...]:
    """The main comparison in every level of a dimension, the lowest difference first; of "icv" or "paid"."""
    if not figures.shown or not dimension:
        return ()
    main = figures.shown[0]
    totals = (cohort_totals if outcome == "paid" else _totals)(figures, selection, (*BY, dimension))
    if totals is None:
        return ()
    found = arm_segments.by_level(
        totals, outcome, dimension, arms=(main.arm, main.control), go_live=_go_live(figures),
        last=figures.pin.as_of, policy=figures.policy,
    )  # fmt: skip
    return tuple(sorted(found, key=lambda s: s.difference.value))


def has_cohort(figures: Figures) -> bool:
    """Whether payments can be compared: the data say who was in arrears at go-live, and what was paid."""
    return COHORT in figures.pin.extent.dimensions and figures.pin.carries("cash")


def _go_live(figures: Figures) -> int:
    return figures.found.go_live if figures.found else 0


def _since(figures: Figures, selection: Selection) -> Selection:
    return replace(selection, months=(_go_live(figures), figures.pin.counts.months[-1]), codes=None)


def _totals(figures: Figures, selection: Selection, by: tuple[str, ...] = BY) -> Tally:
    return figures.pin.counts.totals(_since(figures, selection), by=by, measures=arm_outcomes.MEASURES)


def _crossed(figures: Figures, selection: Selection) -> tuple[Tally, frozenset[int]] | None:
    """Totals of the balances that became overdue within the month, and the months whose next one is in the data; None
    where the data have no buckets, or the filter leaves none that is not overdue."""
    levels = figures.pin.extent.dimensions.get("bucket")
    before, after = arm_outcomes.sides_of_overdue(figures.policy)
    if not levels or not set(levels) & set(before):
        return None
    since, counts = _since(figures, selection), figures.pin.counts
    into = {"bucket": before, "next_bucket": after}
    crossed = counts.totals(replace(since, where={**since.where, **into}), by=BY, measures=("B",))
    there = replace(since, where={**since.where, "next_bucket": (*before, *after)})
    known = counts.totals(there, by=("month",), measures=("n",))
    return crossed, frozenset(m for m, n in zip(known.labels["month"], known["n"].sum(-1), strict=True) if n)


def cohort_totals(figures: Figures, selection: Selection, by: tuple[str, ...] = BY) -> Tally | None:
    """Totals of those in arrears at go-live; None where the data, or the selection, do not have them."""
    levels: Any = figures.pin.extent.dimensions.get(COHORT)
    if not levels:
        return None
    kept = tuple(x for x in selection.where.get(COHORT, levels) if x in COHORT_LEVELS)
    if not kept:
        return None
    narrowed = replace(selection, where={**selection.where, COHORT: kept})
    return _totals(figures, narrowed, by)
