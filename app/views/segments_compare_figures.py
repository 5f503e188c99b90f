"""App room: the numbers of the section Compare: two months, or two segments, and the split of what parts them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.desk import Pin
from app.views import choices
from data.counts import Selection, Tally
from monitoring import sides, sides_by_model
from monitoring.grid import code_of_threshold
from monitoring.metrics import share
from monitoring.policy import Policy
from monitoring.sides import Compared, Side, Split

MONTHS = "months"
"""What is compared where it is no dimension."""


@dataclass(frozen=True)
class Frame:
    """What can be compared under a selection: months that have rows, or dimensions that vary, with their levels that
    have rows, the one with the most first; `kind` is the one to compare by, "" when nothing can be."""

    pin: Pin
    selection: Selection
    policy: Policy
    kind: str
    sides: tuple[str, ...]


@dataclass(frozen=True)
class Pair:
    """The two sides a and b by name, their figures, and the split of observed and expected rate by `dimension` ("" when
    none varies)."""

    frame: Frame
    a: str
    b: str
    one: Side
    other: Side
    figures: tuple[Compared, ...]
    dimension: str
    observed: Split | None
    expected: Split | None

    @property
    def least_known(self) -> float:
        """Share of the outcomes known on the side that knows fewer; NaN without any."""
        known = [share(s.known, s.known + s.open) for s in (self.one, self.other)]
        return min(known)


def kinds(pin: Pin, selection: Selection) -> list[str]:
    """What can be compared, months first where there are two."""
    first, last = selection.months or (pin.extent.months[0], pin.extent.months[-1])
    months = [m for m in pin.extent.months if first <= m <= last]
    return [*([MONTHS] if len(months) > 1 and pin.dated else []), *choices.varying(pin, selection)]


def frame(pin: Pin, selection: Selection, *, policy: Policy, kind: str) -> Frame:
    """What is compared by: what is asked for where it can be, else months, else any dimension that varies."""
    free = kinds(pin, selection)
    usual = MONTHS if MONTHS in free else choices.resolve(pin, selection, "")
    chosen = kind if kind in free else usual
    if not chosen:
        return Frame(pin, selection, policy, "", ())
    axis = "month" if chosen == MONTHS else chosen
    counted = pin.counts.totals(selection, by=(axis,), measures=("n", "scored")).keep(axis, "label")
    rows = counted["n"].sum(1)
    known = counted["scored"][:, :2].sum(1)
    held = [k for k in range(len(rows)) if rows[k] > 0]
    if chosen == MONTHS:
        held.sort(key=lambda k: (known[k] > 0, k), reverse=True)
    else:
        held.sort(key=lambda k: (known[k], rows[k]), reverse=True)
    return Frame(pin, selection, policy, chosen, tuple(str(counted.labels[axis][k]) for k in held))


def ends(found: Frame, a: str, b: str) -> tuple[str, str]:
    """The two sides: those asked for where they exist and differ; else of months the last that has outcomes (b) and
    the one before it (a), of segments the two largest; "" where there are not two."""
    if len(found.sides) < 2:
        return "", ""
    usual = (found.sides[1], found.sides[0]) if found.kind == MONTHS else (found.sides[0], found.sides[1])
    one = a if a in found.sides else next(s for s in usual if s != b)
    other = b if b in found.sides and b != one else next(s for s in reversed(usual) if s != one)
    return one, other


def pair(found: Frame, a: str, b: str, dimension: str) -> Pair:
    """Two sides of a frame, counted."""
    by = mix_of(found, dimension)
    halves = [_counted(found, _only(found, name), by) for name in (a, b)]
    one, other = (sides.side(totals, flagged, policy=found.policy) for totals, flagged in halves)
    compared = sides.compare(one, other, figures=figures(found.pin), policy=found.policy)
    observed, expected = (
        sides.split(halves[0][0], halves[1][0], by, of=what) if by else None for what in ("observed", "expected")
    )
    if expected and found.kind == MONTHS:
        expected = _by_model(found, int(a), int(b), by, expected)
    return Pair(found, a, b, one, other, tuple(compared), by, observed, expected)


def _by_model(found: Frame, a: int, b: int, by: str, usual: Split) -> Split:
    """The split of the expected rate with a part for the model; the `usual` one with the reason where there is none."""
    chosen = replace(found.selection, months=(min(a, b), max(a, b)))
    totals = found.pin.counts.totals(chosen, by=("month", by), measures=sides_by_model.MEASURES)
    told = sides_by_model.split_by_model(totals, by, a=a, b=b, windows=models(found.pin))
    return replace(usual, reason=told.reason) if told.reason else told


def models(pin: Pin) -> dict[int, int]:
    """Which model scored each month, by its place among the release's models; empty where the release does not say."""
    windows = pin.document("model_card").get("windows", ())
    return {int(month): k for k, window in enumerate(windows) for month in window["scores"]}


def mix_of(found: Frame, dimension: str) -> str:
    """The dimension whose mix is looked at: never the one that is compared by."""
    return choices.resolve(found.pin, found.selection, dimension, other_than=found.kind)


def figures(pin: Pin) -> tuple[str, ...]:
    """The figures that the data carry."""
    lacking = {
        "icv": not pin.has_ratio,
        "cash": not (pin.carries("cash") and pin.carries("balance")),
        "offered": not pin.carries("arms"),
        "kept": not pin.carries("arms"),
    }
    return tuple(f for f in sides.FIGURES if not lacking.get(f))


def _only(found: Frame, name: str) -> Selection:
    if found.kind == MONTHS:
        return replace(found.selection, months=(int(name), int(name)))
    return replace(found.selection, where={**found.selection.where, found.kind: (name,)})


def _counted(found: Frame, selection: Selection, by: str) -> tuple[Tally, Tally]:
    counts = found.pin.counts
    last, threshold = len(counts.edges) - 1, float(found.pin.document("grid")["threshold"])
    low, high = selection.codes or (1, last)
    above = replace(selection, codes=(max(low, code_of_threshold(counts.edges, threshold)), high))
    axes = (by, "rg") if by else ("rg",)
    return (
        counts.totals(selection, by=axes, measures=sides.MEASURES),
        counts.totals(above, by=("rg",), measures=sides.FLAGGED),
    )
