"""App room: the numbers of the re-age cliff, from the counts of a selection, before they become words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from app.desk import Pin
from app.views import overdue_figures as ratio
from data import months
from data.counts import Selection
from data.rows import BACK, BUCKETS, NO_OPTION, UNKNOWN
from monitoring import cliff
from monitoring.arm_outcomes import sides_of_overdue
from monitoring.cliff import AGES, COURSES, FOLLOWED, HELD_BY, Adjusted, Curve, Sums
from monitoring.overdue import OverdueMonth
from monitoring.policy import Policy
from monitoring.tallies import array

COLUMN = "under_option"
LEAST_STRESS, MOST_STRESS = -50, 100
"""Ends of the slider: percent by which re-default is put above what history shows."""


@dataclass(frozen=True)
class Sheet:
    """What does not change while the slider moves: the ratio by month (`icv`), the sums of the cliff, and what the
    selection is like: `lifted` filters that the rates do not follow, months that are `missing`, and the balance that
    had re-defaulted and performs `again` under its option.

    `reason` says why there are no sums: "no_ratio", "undated", "no_gross", "old" (a release made before options were
    followed), "unknown" (the data do not say what was re-aged), "never" (nothing was) or "" (there are).
    """

    pin: Pin
    policy: Policy
    reason: str
    icv: Sequence[OverdueMonth] = ()
    sums: Sums | None = None
    lifted: tuple[str, ...] = ()
    missing: tuple[int, ...] = ()
    again: float = 0.0

    @property
    def now(self) -> OverdueMonth | None:
        """The ratio at the last month; None without one."""
        return self.icv[-1] if self.icv else None

    @cached_property
    def curves(self) -> tuple[Curve, ...]:
        """How each option held: all together first."""
        return cliff.curves(self.sums) if self.sums else ()

    @property
    def reach(self) -> int:
        """The last month since an option that any was followed to."""
        return self.curves[0].reach if self.curves else 0


def sheet(pin: Pin, selection: Selection, *, policy: Policy) -> Sheet:
    """The sheet of a selection. Re-default is read from every month of the data before the last one selected."""
    reason = _lacking(pin)
    if reason == "no_ratio":
        return Sheet(pin, policy, reason)
    found = ratio.figures(pin, selection, policy=policy)
    icv = [m for m in found.icv if m.n]
    if reason or not icv:
        return Sheet(pin, policy, reason or "no_ratio", icv)
    return _followed(pin, selection, icv, policy)


def _lacking(pin: Pin) -> str:
    if not ratio.carried(pin):
        return "no_ratio"
    if not pin.dated:
        return "undated"
    if not pin.carries("gross"):
        return "no_gross"
    return "" if COLUMN in pin.release.columns("rows") else "old"


def _followed(pin: Pin, selection: Selection, icv: Sequence[OverdueMonth], policy: Policy) -> Sheet:
    totals, first, last = pin.counts.totals, pin.counts.months[0], icv[-1].month
    where = {name: levels for name, levels in selection.where.items() if name != "bucket"}
    behind = Selection((first, months.add(last, -1)), where)
    known = totals(replace(behind, months=(first, last)), by=(COLUMN,), measures=("n",))
    n = dict(zip(known.labels[COLUMN], array(known, "n", (COLUMN,)), strict=True))
    if not any(count for name, count in n.items() if name not in (NO_OPTION, UNKNOWN)):
        return Sheet(pin, policy, "never" if n.get(NO_OPTION) else "unknown", icv)
    fine = _performing(selection, icv, policy)
    held = totals(fine, by=("month", *HELD_BY), measures=("R",))
    back = replace(fine, months=(last, last), where={**fine.where, "option_course": (BACK,)})
    again = float(array(totals(back, measures=("R",)), "R", ()))
    told = replace(behind, where={**where, "option_course": COURSES})
    each, groups = (totals(told, by=(axis, *FOLLOWED), measures=("n",)) for axis in ("month", "rg"))
    lifted = (*(["bucket"] if "bucket" in selection.where else []), *(["score"] if selection.codes else []))
    missing = tuple(m for m in months.between(first, last) if m not in pin.counts.months)
    made = cliff.sums(icv, held, each, groups, policy=policy)
    return Sheet(pin, policy, "", icv, made, lifted, missing, again)


def _performing(selection: Selection, icv: Sequence[OverdueMonth], policy: Policy) -> Selection:
    """Rows of the selection that are under an option and not overdue."""
    fine, _ = sides_of_overdue(policy)
    kept = tuple(b for b in selection.where.get("bucket", BUCKETS) if b in fine)
    where = {**selection.where, "bucket": kept, "option_age": AGES}
    return replace(selection, months=(icv[0].month, icv[-1].month), where=where)


@dataclass(frozen=True)
class Since:
    """How far the ratio moved since an earlier month, as reported and with re-default."""

    month: int
    reported: float
    adjusted: float

    @property
    def back(self) -> float:
        """What of the improvement is expected to come back."""
        return self.adjusted - self.reported


def moved(page: Sheet, found: Adjusted) -> Since | None:
    """The move since the same month a year before, or the first month of which re-default is known; None without."""
    if page.sums is None:
        return None
    told = [k for k, v in enumerate(found.course) if np.isfinite(v)]
    if len(told) < 2 or told[-1] != len(found.course) - 1:
        return None
    year = ratio.year_before(page.sums.months[-1])
    start = next((k for k in told if page.sums.months[k] >= year), told[0])
    reported = page.sums.reported
    return Since(page.sums.months[start], float(reported[-1] - reported[start]),
                 float(found.course[-1] - found.course[start]))  # fmt: skip


def adjusted(page: Sheet, percent: float) -> Adjusted:
    """The ratio if re-aged debt re-defaults at so many percent more than it used to."""
    assert page.sums is not None
    return cliff.adjusted(page.sums, stress=percent / 100)


def asked(text: str) -> float:
    """The slider's place that an address asks for; 0 when it asks for none that there is."""
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if LEAST_STRESS <= value <= MOST_STRESS else 0.0


def by_option(page: Sheet, found: Adjusted) -> Mapping[str, tuple[float, float]]:
    """Balance that performs under each option and what of it is expected to re-default, the largest first."""
    assert page.sums is not None
    owed, back = page.sums.held[-1].sum(-1), found.expected.sum(-1)
    order = np.argsort(-owed, kind="stable")
    return {page.sums.options[k]: (float(owed[k]), float(back[k])) for k in order if owed[k] > 0}
