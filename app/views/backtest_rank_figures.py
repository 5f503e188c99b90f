"""App room: the numbers of the section Rank: every figure of ranking by month, against its development."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from app.desk import Pin
from app.views.backtest_figures import frozen_cuts
from data.counts import Selection, Tally
from data.months import add
from data.rows import FINAL_AFTER, NEGATIVE, OPEN, POSITIVE, REPORTED_AFTER
from monitoring import backtest, nowcast, outcomes, rank
from monitoring.bands import Decile
from monitoring.errors import code_of_threshold
from monitoring.intervals import design_effect
from monitoring.metrics import gini, share
from monitoring.nowcast import Nowcast
from monitoring.outcomes import Maturity
from monitoring.policy import Policy
from monitoring.rank import Break, Ranked
from monitoring.tallies import array

SCORING, LABEL = "scoring", "label"
"""By the month of the score, or by the month at whose end the outcome was final."""
CARD, FIRST, NONE = "card", "first", ""
"""Where the reference of development comes from: the model's card, the first matured months, or nowhere."""
Array = np.ndarray


@dataclass(frozen=True)
class Reference:
    """What the development promised of each figure, and where each comes from; `first` to `last` are the months of
    those that the card does not name."""

    values: Mapping[str, float]
    sources: Mapping[str, str]
    first: int = 0
    last: int = 0

    def of(self, name: str) -> float:
        """The reference of a figure; NaN where there is none."""
        return self.values.get(name, math.nan)


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
    projected where that can be; `judged` those that matured; `recent` the last of them together and `whole` all of
    them, None when there is none."""

    pin: Pin
    policy: Policy
    basis: str
    reference: Reference
    months: Sequence[Ranked]
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
    def last(self) -> list[Ranked]:
        """The last matured months that stand together against the development."""
        return self.judged[-self.policy.rank_recent_months :]

    @property
    def by_label_month(self) -> bool:
        """Whether rows can be told by the month in which their outcome was final."""
        return self.nowcast.window > 0 or self.nowcast.reason == "closes_at_once"


@dataclass(frozen=True)
class _Rows:
    """Scored rows by random group, month and score bin: positive, negative; those still open, by month; and all, with
    an outcome or without, by month and score bin."""

    months: tuple[int, ...]
    pos: Array
    neg: Array
    open: Array
    listed: Array


def figures(pin: Pin, selection: Selection, *, policy: Policy, basis: str = SCORING) -> Figures:
    """All numbers of the section for one selection."""
    projected = nowcast.project(pin.counts.totals(selection, by=nowcast.BY, measures=("n",)), as_of=pin.as_of,
                                policy=policy)  # fmt: skip
    known = projected.window > 0 or projected.reason == "closes_at_once"
    basis = basis if known else SCORING
    rows = _rows(pin, selection, basis)
    final = (rows.pos + rows.neg).sum((0, 2))
    maturity = [
        outcomes.maturity(float(known), float(still), month=m, policy=policy)
        for m, known, still in zip(rows.months, final, rows.open, strict=True)
    ]
    usable = [k for k, m in enumerate(maturity) if m.usable and m.matured]
    reference = _reference(pin, policy=policy)
    alone = [_month(rows, k, reference, policy) for k in range(len(rows.months))]
    months = rank.judged(alone, maturity, reference=reference.of("auc"), policy=policy)
    months = _with_projections(months, maturity, pin, selection, projected, basis, policy)
    recent, whole = (_together(rows, at, reference, policy) for at in (usable[-policy.rank_recent_months :], usable))
    cuts = frozen_cuts(pin)
    scores = pin.counts.histogram(_matured(selection, rows, usable, basis), measures=backtest.HISTOGRAM_MEASURES)
    deciles = backtest.decile_table(scores, cuts=cuts, policy=policy) if usable else []
    pos, every = rows.pos[:, usable].sum(2), rows.pos[:, usable].sum(2) + rows.neg[:, usable].sum(2)
    deff = design_effect(pos, every, confidence=policy.confidence) if usable else 1.0
    return Figures(
        pin, policy, basis, reference, months, recent, whole, deciles, rank.breaks(deciles, deff=deff, policy=policy),
        _curve(pin, rows, usable, policy) if whole else None, projected,
    )  # fmt: skip


def _parts(pin: Pin, selection: Selection, basis: str) -> Iterator[tuple[int, Tally]]:
    """Histograms by month and random group, with the months by which each is to be shifted."""
    counts = pin.counts
    if basis == SCORING:
        yield 0, counts.histogram(selection, by=("month", "rg"), measures=("n",))
        return
    after = counts.totals(selection, by=(FINAL_AFTER,), measures=("n",))
    for level, rows in zip(after.labels[FINAL_AFTER], array(after, "n", (FINAL_AFTER,)), strict=True):
        if level.isdigit() and rows:
            within = _within(selection, FINAL_AFTER, (level,))
            yield int(level), counts.histogram(within, by=("month", "rg"), measures=("n",))


def _within(selection: Selection, name: str, levels: Sequence[str]) -> Selection:
    """The selection, narrowed to levels of one more column."""
    kept = selection.where.get(name)
    both = tuple(levels) if kept is None else tuple(x for x in levels if x in kept)
    return replace(selection, where={**selection.where, name: both})


def _rows(pin: Pin, selection: Selection, basis: str) -> _Rows:
    """Scored rows by month; months before the first score are left out."""
    parts = [(lag, t.labels["month"], array(t, "n", ("label", "rg", "month", "code")))
             for lag, t in _parts(pin, selection, basis)]  # fmt: skip
    names = sorted({add(m, lag) for lag, months, _ in parts for m in months})
    shape = parts[0][2].shape if parts else (4, 1, 0, 1)
    out = np.zeros((shape[0], shape[1], len(names), shape[3])) if len(parts) != 1 else parts[0][2]
    for lag, months, n in parts if len(parts) != 1 else ():
        out[:, :, [names.index(add(m, lag)) for m in months]] += n
    scored = out[[NEGATIVE, POSITIVE, OPEN]].sum((0, 1, 3)) > 0
    kept = np.flatnonzero(scored)
    open_ = out[OPEN].sum((0, 2))[kept]
    pos, neg = out[POSITIVE][:, kept], out[NEGATIVE][:, kept]
    return _Rows(tuple(names[k] for k in kept), pos, neg, open_, out.sum((0, 1))[kept])


def _month(rows: _Rows, k: int, reference: Reference, policy: Policy) -> Ranked:
    return rank.ranked(
        rows.pos[:, k], rows.neg[:, k], month=rows.months[k], reference=reference.of("auc"), policy=policy
    )


def _together(rows: _Rows, at: Sequence[int], reference: Reference, policy: Policy) -> Ranked | None:
    if not at:
        return None
    return rank.ranked(rows.pos[:, at].sum(1), rows.neg[:, at].sum(1), reference=reference.of("auc"), policy=policy)


def _matured(selection: Selection, rows: _Rows, usable: Sequence[int], basis: str) -> Selection:
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
        for s in (_within(base, REPORTED_AFTER, reported), _within(base, "offered", ("1",)))
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


def _reference(pin: Pin, *, policy: Policy) -> Reference:
    """What the development promised: the out-of-time figures of the model's card, else the first matured months."""
    card: Mapping[str, Any] = pin.document("model_card") if "model_card" in pin.release.documents() else {}
    told = {k: float(v) for k, v in (card.get("metrics") or {}).items() if k in ("auc", "pr_auc") and v is not None}
    told |= {"gini": gini(told["auc"])} if "auc" in told else {}
    early, months = _early(pin, policy)
    values = {name: told.get(name, early.get(name, math.nan)) for name in rank.NAMES}
    sources = {name: CARD if name in told else FIRST if name in early else NONE for name in values}
    return Reference(values, sources, *((months[0], months[-1]) if months else (0, 0)))


def _early(pin: Pin, policy: Policy) -> tuple[dict[str, float], list[int]]:
    """Figures of the first matured months with scores, of all rows of the release."""
    scored = pin.counts.totals(Selection(codes=(1, len(pin.counts.edges))), by=("month",), measures=("n",))
    months = [m.month for m in outcomes.by_month(scored, policy=policy) if m.usable and m.matured]
    months = months[: policy.score_reference_months]
    if not months:
        return {}, []
    n = array(pin.counts.histogram(Selection(months=(months[0], months[-1])), measures=("n",)), "n", ("code", "label"))
    found = {name: float(of(n[:, POSITIVE], n[:, NEGATIVE])) for name, of in rank.STATISTICS.items()}
    found |= {"gini": gini(found["auc"])}
    return {name: value for name, value in found.items() if math.isfinite(value)}, months


def _curve(pin: Pin, rows: _Rows, usable: Sequence[int], policy: Policy) -> Curve | None:
    pos, neg = (v[:, usable].sum((0, 1))[::-1] for v in (rows.pos, rows.neg))
    every = pos + neg
    if not pos.sum() or not every.sum():
        return None
    worked, caught, wasted = (np.append(0.0, np.cumsum(v)[every > 0] / max(v.sum(), 1)) for v in (every, pos, neg))
    at, by_capacity = _reached(pin, rows, usable, every, worked, policy)
    return Curve(worked, caught, wasted, at, by_capacity)


def _reached(
    pin: Pin, rows: _Rows, usable: Sequence[int], every: Array, worked: Array, policy: Policy
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
