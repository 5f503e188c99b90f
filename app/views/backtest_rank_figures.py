"""App room: the numbers of the section Rank: every figure of ranking by month, against its development."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.desk import Pin
from app.views.backtest_figures import frozen_cuts
from app.views.backtest_rank_reference import Reference
from app.views.backtest_rank_reference import reference as reference_of
from app.views.backtest_rank_rows import LABEL, SCORING, Rows, within
from app.views.backtest_rank_rows import rows as rows_of
from data.counts import Selection
from data.months import add
from data.rows import OPEN, REPORTED_AFTER
from monitoring import backtest, nowcast, outcomes, rank
from monitoring.bands import Decile
from monitoring.errors import code_of_threshold
from monitoring.intervals import design_effect
from monitoring.metrics import share
from monitoring.nowcast import Nowcast
from monitoring.outcomes import Maturity
from monitoring.policy import Policy
from monitoring.rank import Break, Ranked
from monitoring.tallies import array

Array = np.ndarray


@dataclass(frozen=True)
class Curve:
    """What the best part of the list catches: shares of the rows worked, of the positives and of the negatives in them,
    best scores first. `at`: the share that the capacity reaches, or that the usual threshold flags (`by_capacity` says
    which); NaN for none."""

    rows: Array
    caught: Array
    wasted: Array
    at: float
    by_capacity: bool


@dataclass(frozen=True)
class Figures:
    """Everything that the section says of one release under one selection. `months` are all with scores, the open ones
    projected where that can be; `judged` those that matured; `recent` the `last` of them together and `whole` all of
    them, None when there is none."""

    pin: Pin
    policy: Policy
    basis: str
    reference: Reference
    months: Sequence[Ranked]
    last: Sequence[Ranked]
    recent: Ranked | None
    whole: Ranked | None
    deciles: Sequence[Decile]
    breaks: Sequence[Break]
    curve: Curve | None
    nowcast: Nowcast

    @property
    def judged(self) -> list[Ranked]:
        """Months whose outcomes have matured."""
        return [m for m in self.months if m.maturity >= self.policy.maturity_least and m.n > 0]

    @property
    def open(self) -> list[Ranked]:
        """Months whose outcomes have not."""
        return [m for m in self.months if not m.maturity >= self.policy.maturity_least]

    @property
    def by_label_month(self) -> bool:
        """Whether rows can be told by the month in which their outcome was final."""
        return self.nowcast.window > 0 or self.nowcast.reason == "closes_at_once"


def figures(pin: Pin, selection: Selection, *, policy: Policy, basis: str = SCORING) -> Figures:
    """All numbers of the section for one selection."""
    projected = nowcast.project(pin.counts.totals(selection, by=nowcast.BY, measures=("n",)), as_of=pin.as_of,
                                policy=policy)  # fmt: skip
    known = projected.window > 0 or projected.reason == "closes_at_once"
    basis = basis if known else SCORING
    rows = rows_of(pin, selection, basis)
    final = (rows.pos + rows.neg).sum((0, 2))
    maturity = [
        outcomes.maturity(float(known), float(still), month=m, policy=policy)
        for m, known, still in zip(rows.months, final, rows.open, strict=True)
    ]
    usable = [k for k, m in enumerate(maturity) if m.usable and m.matured]
    reference = reference_of(pin, policy=policy) if pin.dated else Reference({}, {})
    alone = [_month(rows, k, reference, policy) for k in range(len(rows.months))]
    months = rank.judged(alone, maturity, reference=reference.of("auc"), policy=policy)
    months = _with_projections(months, maturity, pin, selection, projected, basis, policy)
    last = _last(rows, usable, policy)
    recent, whole = (_together(rows, at, reference, policy) for at in (last, usable))
    cuts = frozen_cuts(pin)
    scores = pin.counts.histogram(_matured(selection, rows, usable, basis), measures=backtest.HISTOGRAM_MEASURES)
    deciles = backtest.decile_table(scores, cuts=cuts, policy=policy) if usable else []
    pos, every = rows.pos[:, usable].sum(2), rows.pos[:, usable].sum(2) + rows.neg[:, usable].sum(2)
    deff = design_effect(pos, every, confidence=policy.confidence) if usable else 1.0
    return Figures(
        pin, policy, basis, reference, months, [months[k] for k in last], recent, whole, deciles,
        rank.breaks(deciles, deff=deff, policy=policy), _curve(pin, rows, usable, policy) if whole else None, projected,
    )  # fmt: skip


def _month(rows: Rows, k: int, reference: Reference, policy: Policy) -> Ranked:
    return rank.ranked(
        rows.pos[:, k], rows.neg[:, k], month=rows.months[k], reference=reference.of("auc"), policy=policy
    )


def _last(rows: Rows, usable: Sequence[int], policy: Policy) -> list[int]:
    """The last matured months: at least so many, and back until there are enough of either outcome."""
    for size in range(policy.rank_recent_months, len(usable)):
        at = list(usable[-size:])
        if min(rows.pos[:, at].sum(), rows.neg[:, at].sum()) >= policy.min_n:
            return at
    return list(usable)


def _together(rows: Rows, at: Sequence[int], reference: Reference, policy: Policy) -> Ranked | None:
    if not at:
        return None
    return rank.ranked(rows.pos[:, at].sum(1), rows.neg[:, at].sum(1), reference=reference.of("auc"), policy=policy)


def _matured(selection: Selection, rows: Rows, usable: Sequence[int], basis: str) -> Selection:
    """The selection, up to the last month that matured."""
    if not usable or basis == LABEL:
        return selection
    return replace(selection, months=(rows.months[usable[0]], rows.months[usable[-1]]))


def _with_projections(
    months: list[Ranked], maturity: Sequence[Maturity], pin: Pin, selection: Selection, projected: Nowcast, basis: str,
    policy: Policy,
) -> list[Ranked]:  # fmt: skip
    """The months, the open ones with the figures that the outcomes reported so far make likely."""
    done = {p.month: p.done for p in projected.open if math.isfinite(p.total.value)}
    opened = {add(m, projected.window) if basis == LABEL else m: (m, share) for m, share in done.items()}
    wanted = [k for k, m in enumerate(months) if not maturity[k].usable and m.month in opened]
    if not wanted:
        return months
    scored = [opened[months[k].month][0] for k in wanted]
    reported = tuple(str(k) for k in range(projected.window + 1))
    base = replace(selection, months=(min(scored), max(scored)))
    seen, asked = (
        array(pin.counts.histogram(s, by=("month", "rg"), measures=("n",)), "n", ("label", "rg", "month", "code"))[OPEN]
        for s in (within(base, REPORTED_AFTER, reported), within(base, "offered", ("1",)))
    )
    out, first = list(months), [m for m in pin.counts.months if base.months and m >= base.months[0]]
    for k, month in zip(wanted, scored, strict=True):
        place = first.index(month)
        if not asked[:, place].sum() or not seen[:, place].sum():
            continue
        pos = seen[:, place] / done[month]
        found = rank.ranked(pos, asked[:, place] - pos, month=months[k].month, policy=policy, projected=True,
                            fewest=float(seen[:, place].sum()))  # fmt: skip
        out[k] = replace(found, maturity=maturity[k].share, positives=float(seen[:, place].sum()))
    return out


def _curve(pin: Pin, rows: Rows, usable: Sequence[int], policy: Policy) -> Curve | None:
    pos, neg = (v[:, usable].sum((0, 1))[::-1] for v in (rows.pos, rows.neg))
    every = pos + neg
    if not pos.sum() or not every.sum():
        return None
    worked, caught, wasted = (np.append(0.0, np.cumsum(v)[every > 0] / max(v.sum(), 1)) for v in (every, pos, neg))
    at, by_capacity = _reached(pin, rows, usable, every, worked, policy)
    return Curve(worked, caught, wasted, at, by_capacity)


def _reached(
    pin: Pin, rows: Rows, usable: Sequence[int], every: Array, worked: Array, policy: Policy
) -> tuple[float, bool]:
    """The share of the rows with an outcome that lie within the capacity of the whole list, else above the usual
    threshold (NaN where there is none); and whether it is the capacity."""
    if math.isfinite(policy.capacity):
        listed = rows.listed[usable].sum(0)[::-1]
        reached = share(policy.capacity * len(usable), float(listed.sum()))
        over = np.append(0.0, np.cumsum(listed)[every > 0] / listed.sum())
        return (1.0 if reached >= 1 else float(np.interp(reached, over, worked))), True
    grid = pin.document("grid") if "grid" in pin.release.documents() else {}
    if grid.get("threshold") is None:
        return math.nan, False
    code = code_of_threshold(pin.counts.edges, float(grid["threshold"]))
    return float(every[::-1][code:].sum() / every.sum()), False
