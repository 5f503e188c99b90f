"""Monitoring room: the answer of groups that are compared over time: its gates, its grade, and what may be shown."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, replace

from data.counts import Tally
from data.months import between
from monitoring import groups
from monitoring.estimate import Estimate
from monitoring.evidence import Evidence, Gate, Grade, compared_gates, grade
from monitoring.groups import CourseMonth, Gap, Panel, Permuted, Rollout, Wave
from monitoring.policy import Policy
from monitoring.synthetic import Synthetic, synthetic


@dataclass(frozen=True)
class GroupLine:
    """A group: its go-live (0: not named, or never), its `role` ("treated", "compared", or the reason why it is left
    out), its overdue ratio and its offers per obligation that may be offered something, before and after."""

    level: str
    since: int
    role: str
    before: float
    after: float
    offered_before: float
    offered_after: float


@dataclass(frozen=True)
class Compared:
    """Groups over time. `effect` and what belongs to it are None below grade C, and before a month has passed.

    With one treated group the effect is the mean gap to its synthetic control, which has no interval but the gaps of
    its donors; with more it is the difference in differences. `placebo` is that of a go-live made up in
    `placebo_month`. `missing`: months of the wave without data.
    """

    plan: Rollout
    panel: Panel
    wave: Wave
    gates: tuple[Gate, ...]
    grade: Grade
    reasons: tuple[str, ...]
    lines: tuple[GroupLine, ...]
    placebo_month: int
    placebo: Gap
    missing: tuple[int, ...]
    target: float
    effect: Gap | None = None
    permuted: Permuted | None = None
    course: tuple[CourseMonth, ...] = ()
    synthetic: Synthetic | None = None

    @property
    def sentence(self) -> str:
        """ "no_attribution" below grade C, "too_early", "apart" where the interval leaves out 0, else "not_apart"."""
        if self.grade != "C":
            return "no_attribution"
        if self.effect is None:
            return "too_early"
        return "apart" if self.apart else "not_apart"

    @property
    def apart(self) -> bool:
        """Whether the sides have come apart beyond what groups differ by anyway."""
        if self.effect is None:
            return False
        e = self.effect.estimate
        if self.synthetic is not None:
            return self.synthetic.p <= self.synthetic.least and abs(e.value) > self.effect.mde
        return e.low > 0 or e.high < 0


def compare(
    totals: Tally, plan: Rollout, *, events: Collection[int] = (), policy: Policy | None = None
) -> Compared | None:
    """Groups over time, from totals by month and by their dimension over all months of the release. `events` are months
    in which the release names a change, go-lives of the roll-out aside. None without any data."""
    rule = policy or Policy()
    panel = groups.panel(totals, plan.dimension, policy=rule)
    if not panel.months or not panel.groups:
        return None
    wave = groups.wave(panel, plan, policy=rule)
    month, made_up = groups.placebo(panel, wave, policy=rule)
    gates = compared_gates(
        treated_groups=len(wave.treated), untreated_groups=len(wave.compared), months_before=len(wave.before),
        placebo_p=made_up.p, other_changes=_changes(plan, wave, events), policy=rule,
    )  # fmt: skip
    verdict = grade(Evidence(compared=gates))
    span = (*wave.before, *wave.after)
    missing = tuple(m for m in between(span[0], span[-1]) if m not in span) if span else ()
    lines = tuple(_line(panel, plan, wave, g) for g in dict.fromkeys((*wave.treated, *wave.compared, *wave.left_out)))
    found = Compared(plan, panel, wave, gates, verdict.grade, verdict.reasons, lines, month, made_up, missing,
                     rule.target_effect)  # fmt: skip
    return found if verdict.grade != "C" or not wave.after else _estimated(found, rule)


def _estimated(found: Compared, rule: Policy) -> Compared:
    panel, wave = found.panel, found.wave
    mixed = synthetic(panel, wave)
    if mixed is not None:
        gap = Gap(Estimate(mixed.made.gap, n=1.0 + len(mixed.placebos)), mixed.p, mixed.reach)
        apart = (mixed.made.actual - mixed.made.mixed).tolist()
        course = tuple(CourseMonth(m, Gap(Estimate(v))) for m, v in zip(mixed.made.months, apart, strict=True))
        return replace(found, effect=gap, course=course, synthetic=mixed)
    sides = [groups.changes(panel, side, wave.before, wave.after) for side in (wave.treated, wave.compared)]
    return replace(
        found,
        effect=groups.did(panel, wave, wave.before, wave.after, policy=rule),
        permuted=groups.permuted(*sides, policy=rule),
        course=groups.course(panel, wave, policy=rule),
    )


def _changes(plan: Rollout, wave: Wave, events: Collection[int]) -> int | None:
    """Other changes within the months of the wave; None where nobody said that there were none."""
    span = (*wave.before, *wave.after)
    others = {*events, *(plan.other_changes or ())} - {*plan.since.values()}
    found = sum(span[0] <= m <= span[-1] for m in others) if span else 0
    return None if not found and plan.other_changes is None else found


def _line(panel: Panel, plan: Rollout, wave: Wave, group: str) -> GroupLine:
    role = "treated" if group in wave.treated else "compared" if group in wave.compared else wave.left_out[group]
    nothing = (math.nan, math.nan)
    known = group in panel.groups
    spans = (wave.before, wave.after)
    before, after = (float(panel.ratio([group], s)[0]) for s in spans) if known else nothing
    offered = tuple(panel.uptake(group, s) for s in spans) if known else nothing
    return GroupLine(group, plan.since.get(group, 0), role, before, after, *offered)
