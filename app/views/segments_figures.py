"""App room: the numbers of the Segments page, from the counts of a selection, before they become words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from app.desk import Pin
from app.views import choices
from data.counts import Selection, Tally
from monitoring import outcomes, segments
from monitoring.grid import code_of_threshold
from monitoring.intervals import false_discovery
from monitoring.joined import Groups, joined
from monitoring.metrics import share
from monitoring.policy import Policy
from monitoring.segments import Segment

Measure = Literal["observed", "propensity", "gap", "fdr", "icv", "rows", "balance", "cash"]
MOST_BARS = 15
MOST_ROWS, MOST_COLUMNS = 12, 9
OF_SCORES = ("observed", "propensity", "gap", "fdr")
"""Measures of scored rows; the others speak of all rows."""
AMOUNTS = ("rows", "balance", "cash")
"""Measures that add up over months."""


@dataclass(frozen=True)
class Scope:
    """What the figures speak of: the release, its policy, the first and last month, how many months have rows, how many
    outcomes matured, and by dimension the levels that count as one."""

    pin: Pin
    policy: Policy
    first: int
    last: int
    months: int
    maturity: float
    open_months: tuple[int, ...]
    labelled: int
    scored: int
    groups: Groups = field(default_factory=dict)


@dataclass(frozen=True)
class Breakdown:
    """The segments of one dimension in the order of its levels, and the whole of them."""

    scope: Scope
    dimension: str
    segments: tuple[Segment, ...]
    whole: Segment | None


@dataclass(frozen=True)
class Grid:
    """The cells of two dimensions by their pair of levels, in the order of the levels."""

    scope: Scope
    rows: str
    columns: str
    cells: dict[tuple[str, str], Segment]


@dataclass(frozen=True)
class Frame:
    """The part of a grid that there is room for: levels of rows and columns in their own order, and how many that hold
    something are `left_out`, those that hold the least."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    left_out: int


@dataclass(frozen=True)
class MostOff:
    """The segment, of all dimensions, whose outcome departs most from its prediction beyond chance and materiality;
    None when none does. Its `q` is corrected for all `tested` segments of the `dimensions` with more than one."""

    dimension: str
    segment: Segment | None
    tested: int
    dimensions: int


def scope(pin: Pin, selection: Selection, *, policy: Policy, groups: Groups | None = None) -> Scope:
    """What a selection covers; `groups`: levels that count as one."""
    by_month = pin.counts.totals(selection, by=("month",), measures=("n", "scored"))
    months = outcomes.by_month(by_month, policy=policy)
    matured, still_open = sum(m.matured for m in months), sum(m.open for m in months)
    first, last = selection.months or (pin.extent.months[0], pin.extent.months[-1])
    scored = by_month.keep("label")["scored"]
    return Scope(
        pin=pin,
        policy=policy,
        first=first,
        last=last,
        months=int((by_month.keep("month")["n"] > 0).sum()),
        maturity=share(matured, matured + still_open),
        open_months=tuple(m.month for m in months if m.open),
        labelled=int(scored[0] + scored[1]),
        scored=int(scored.sum()),
        groups=groups or {},
    )


def breakdown(scope: Scope, selection: Selection, dimension: str) -> Breakdown:
    """Every segment of one dimension; none when the selection leaves no dimension that varies."""
    if not dimension:
        return Breakdown(scope, "", (), None)
    totals, flagged = _counted(scope, selection, (dimension, "rg"))
    found = segments.rates(totals, flagged=flagged, policy=scope.policy)
    whole = segments.rates(totals.roll(dimension), flagged=flagged.roll(dimension), policy=scope.policy)[0]
    return Breakdown(scope, dimension, tuple(s for s in found if s.rows > 0), whole)


def grid(scope: Scope, selection: Selection, *, rows: str, columns: str) -> Grid:
    """Every cell of two dimensions, as many levels as there is room for."""
    if not (rows and columns):
        return Grid(scope, rows, columns, {})
    totals, flagged = _counted(scope, selection, (rows, columns, "rg"))
    found = segments.rates(totals, flagged=flagged, policy=scope.policy)
    cells = {(s.levels[0], s.levels[1]): s for s in found}
    return Grid(scope, rows, columns, cells)


def _counted(scope: Scope, selection: Selection, by: tuple[str, ...]) -> tuple[Tally, Tally]:
    """Totals of a selection, and of its rows from the threshold on, with the levels that count as one added up."""
    counts = scope.pin.counts
    last, threshold = len(counts.edges) - 1, float(scope.pin.document("grid")["threshold"])
    low, high = selection.codes or (1, last)
    above = replace(selection, codes=(max(low, code_of_threshold(counts.edges, threshold)), high))
    return (
        joined(counts.totals(selection, by=by, measures=segments.MEASURES), scope.groups),
        joined(counts.totals(above, by=by, measures=segments.FLAGGED), scope.groups),
    )


def frame(grid: Grid, measure: str) -> Frame:
    """The levels of a grid that hold anything under a measure, as many as there is room for."""
    shown, held = [], 0
    for at, most in enumerate((MOST_ROWS, MOST_COLUMNS)):
        weights: dict[str, int] = {}
        for key, s in grid.cells.items():
            weights[key[at]] = weights.get(key[at], 0) + (s.scored if measure in OF_SCORES else s.rows)
        shown.append(_heaviest(weights, most))
        held += sum(n > 0 for n in weights.values())
    return Frame(shown[0], shown[1], held - len(shown[0]) - len(shown[1]))


def _heaviest(weights: dict[str, int], most: int) -> tuple[str, ...]:
    """The levels that hold the most, in their own order; levels that hold nothing are left out."""
    kept = set(sorted((level for level in weights if weights[level] > 0), key=lambda x: -weights[x])[:most])
    return tuple(level for level in weights if level in kept)


def most_off(scope: Scope, selection: Selection) -> MostOff:
    """The segment that departs most from its prediction, looked for in every dimension that varies.

    Only scored rows are counted, which are a small part of a whole portfolio.
    """
    codes = selection.codes or (1, len(scope.pin.counts.edges) - 1)
    selection = replace(selection, codes=codes)
    parts = {name: _held(scope, selection, name) for name in choices.varying(scope.pin, selection)}
    parts = {name: held for name, held in parts.items() if len(held) > 1}
    found = [(name, s) for name, held in parts.items() for s in held if s.state == "ok" and math.isfinite(s.p)]
    q = false_discovery([s.p for _, s in found])
    judged = [(name, _judged(s, float(v), scope.policy)) for (name, s), v in zip(found, q, strict=True)]
    off = [(name, s) for name, s in judged if s.level in ("watch", "act")]
    name, worst = max(off, key=lambda pair: abs(pair[1].gap), default=("", None))
    return MostOff(name, worst, len(found), len(parts))


def _held(scope: Scope, selection: Selection, dimension: str) -> list[Segment]:
    """The segments of a dimension that have rows."""
    needed = ("n", "scored", "s1", "B", scope.policy.overdue_measure)
    totals = scope.pin.counts.totals(selection, by=(dimension, "rg"), measures=needed)
    return [s for s in segments.rates(joined(totals, scope.groups), policy=scope.policy) if s.rows > 0]


def _judged(segment: Segment, q: float, policy: Policy) -> Segment:
    oe = segment.observed.value / segment.expected if segment.expected > 0 else math.nan
    return replace(segment, q=q, level=policy.level_of_oe(oe, p=q))


def value(scope: Scope, segment: Segment, measure: str) -> float:
    """The number of a segment under a measure: a share, a difference of shares, rows or money. Rows and money are those
    of a mean month."""
    if measure in ("observed", "fdr"):
        return float(getattr(segment, measure).value)
    if measure in AMOUNTS:
        return share(float(getattr(segment, measure)), scope.months)
    return float(getattr(segment, measure))


def heaviest_bars(breakdown: Breakdown, measure: str) -> list[Segment]:
    """Segments as bars: judged ones by the measure, highest first, then those with too few cases; at most `MOST_BARS`,
    those with the most rows."""
    heavy = sorted(breakdown.segments, key=lambda s: -s.rows)[:MOST_BARS]
    return in_order(breakdown.scope, heavy, measure)


def in_order(scope: Scope, segments: Sequence[Segment], measure: str) -> list[Segment]:
    """Highest first, of gaps the most over-stated first; those that rest on too few cases, or on none, at the end."""
    sign = 1 if measure == "gap" else -1
    return sorted(segments, key=lambda s: (not is_judged(scope, s, measure), sign * _number(value(scope, s, measure))))


def is_judged(scope: Scope, segment: Segment, measure: str) -> bool:
    """Whether there is enough under a measure to show it at full strength: outcomes need a least number of cases,
    censuses do not."""
    if measure in ("observed", "gap"):
        return segment.state == "ok"
    if measure == "fdr":
        return segment.fdr.n >= scope.policy.min_n
    return math.isfinite(value(scope, segment, measure))


def outcomes_of(segment: Segment, measure: str) -> tuple[float, float]:
    """The known outcomes that a measure of a segment rests on, and how many it takes to see a departure that matters;
    0 of both for a census."""
    if measure in ("observed", "gap"):
        return segment.labelled, segment.needed
    return (segment.fdr.n, segment.fdr_needed) if measure == "fdr" else (0.0, 0.0)


def has_power(scope: Scope, segment: Segment, measure: str) -> bool:
    """Whether a cell is judged and either departs from its prediction, or would with the power that the policy asks if
    there were a departure that matters."""
    n, needed = outcomes_of(segment, measure)
    departs = measure != "fdr" and segment.level in ("watch", "act")
    return is_judged(scope, segment, measure) and (departs or not n < needed)


def drawn(scope: Scope, segment: Segment, measure: str) -> float:
    """The number of a cell: rates drawn to those of all cells as far as it is small, anything else as it is."""
    pooled = {
        "observed": segment.stabilised.value,
        "fdr": segment.stabilised_fdr.value,
        "gap": segment.stabilised_gap,
    }
    return pooled.get(measure, value(scope, segment, measure))


def _number(value: float) -> float:
    return value if math.isfinite(value) else 0.0
