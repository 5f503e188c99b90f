"""App room: the numbers of the Score one case page: the form of a release, the answer to a case, and its what-if."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from app.desk import Pin
from app.scorer import Problem, ScoredCase, Scorer
from data.case import CaseField
from data.contract import CarteraError
from data.counts import Selection
from data.rows import LABEL_STATES, NEGATIVE, OPEN, POSITIVE
from data.store import Release
from monitoring.metrics import share

POINTS: Final = 25
"""Values that a number is moved over, its present one aside."""
MOST_LEVELS: Final = 30
"""Levels that a text is moved over."""
LOOKED_AT: Final = 3
"""Months, counted from the newest, that are looked through for one with reasons."""
_REASONS: Final = ("reason_1", "reason_2", "reason_3")


@dataclass(frozen=True)
class Seen:
    """What the models learnt from of a number: its least and greatest value, between which eight of ten lie, and
    whether all were whole."""

    least: float
    low: float
    high: float
    greatest: float
    whole: bool


@dataclass(frozen=True)
class Form:
    """The fields of a case for one release; what was `seen` of numbers, by name; names of features as they are among
    the reasons of scored rows, the most frequent first; the frame that each feature comes from."""

    release: str
    fields: tuple[CaseField, ...]
    seen: Mapping[str, Seen]
    used: tuple[str, ...]
    frames: Mapping[str, str]

    def field(self, name: str) -> CaseField | None:
        """The field of a name."""
        return next((f for f in self.fields if f.name == name), None)

    def asks_the_same(self, other: Form | None) -> bool:
        """Whether another form has the same fields, whatever is usual in them."""
        return other is not None and _bare(self.fields) == _bare(other.fields)


@dataclass(frozen=True)
class Refused:
    """Why nothing can be scored: the code and the message of the error."""

    code: str
    message: str


@dataclass(frozen=True)
class Ask:
    """A case as it stood in the form: its texts by field, the same as values, and the field to be moved ("": the one
    that mattered most). `pressed`: whether the reader asked for it; else it is the usual case."""

    pin: Pin
    form: Form
    texts: Mapping[str, str]
    case: Mapping[str, object]
    moved: str
    pressed: bool


@dataclass(frozen=True)
class Point:
    """The same case with another value in the field that is moved, and its answer."""

    value: object
    scored: ScoredCase


@dataclass(frozen=True)
class Answer:
    """The answer to a case; `points` are those of the field `moved`, of which `here` is the case itself (-1: none)."""

    ask: Ask
    scored: ScoredCase
    moved: str
    points: tuple[Point, ...]
    here: int


@dataclass(frozen=True)
class Denied:
    """A case that breaks its form: every problem; nothing was scored."""

    ask: Ask
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class BaseRate:
    """How often the outcome is positive: `rate` of `n` known outcomes (NaN without one) in months first..last, and the
    share of outcomes that are known of those that will be."""

    rate: float
    n: int
    matured: float
    first: int
    last: int


def opened(scorer: Scorer, pin: Pin) -> Form | Refused:
    """The form of a release; takes seconds when its model is opened for it."""
    try:
        fields = scorer.fields(pin)
        spread = pin.document("histograms") or {}
        known = {str(f["name"]): str(f["known"]) for f in pin.document("model_card").get("features", ())}
        used = most_used(pin.release)
    except CarteraError as error:
        return Refused(error.code, str(error))
    found = {f.name: seen(spread[f.name]) for f in fields if f.name in spread}
    frames = {name: text.partition(",")[0] for name, text in known.items()}
    return Form(pin.version, fields, {n: s for n, s in found.items() if s}, used, frames)


def most_used(release: Release) -> tuple[str, ...]:
    """Features by how often they are among the reasons of the newest month that gives any, the most frequent first."""
    for part in reversed(release.parts("rows")[-LOOKED_AT:]):
        rows = release.frame("rows", columns=list(_REASONS), parts=[part.name])
        counts: Counter[str] = Counter()
        for column in _REASONS:
            for text, n in rows[column].value_counts().items():
                counts[str(text).rpartition(":")[0]] += int(n)
        if counts.total():
            return tuple(name for name, n in counts.most_common() if n)
    return ()


def seen(spread: Mapping[str, Any]) -> Seen | None:
    """What a histogram's edges, tenths of what training saw, tell of a number; None for texts."""
    edges = [float(e) for e in spread.get("edges") or ()]
    if not edges:
        return None
    whole = all(abs(e - round(e)) <= 1e-6 * max(1.0, abs(e)) for e in edges)
    inner = edges[1:-1] or edges
    least, low, high, greatest = (float(round(v)) if whole else v for v in (edges[0], inner[0], inner[-1], edges[-1]))
    return Seen(least, low, high, greatest, whole)


def answered(scorer: Scorer, ask: Ask) -> Answer | Denied | Refused:
    """The answer to a case, with the answers to the same case as one of its fields moves; or what is wrong with it."""
    try:
        found = scorer.score(ask.pin, [ask.case])
        if found and isinstance(found[0], Problem):
            return Denied(ask, found)
        scored: ScoredCase = found[0]  # type: ignore[assignment]
        field = ask.form.field(_moved(ask, scored))
        values = ladder(field, ask.form.seen.get(field.name), ask.case.get(field.name)) if field else []
        along = scorer.score(ask.pin, [{**ask.case, field.name: v} for v in values]) if field and values else ()
    except CarteraError as error:
        return Refused(error.code, str(error))
    points = tuple(Point(v, s) for v, s in zip(values, along, strict=False) if isinstance(s, ScoredCase))
    name = field.name if field else ""
    here = next((i for i, p in enumerate(points) if p.value == ask.case.get(name)), -1)
    return Answer(ask, scored, name, points, here)


def movable(form: Form, case: Mapping[str, object]) -> list[CaseField]:
    """The fields that a what-if can move: numbers, and texts of known levels. What is usually not known is moved only
    when it is known of the case."""
    return [
        f for f in form.fields
        if (f.kind in ("number", "whole") or len(f.levels) > 1)
        and not (f.usual is None and case.get(f.name) is None)
    ]  # fmt: skip


def _moved(ask: Ask, scored: ScoredCase) -> str:
    """The field to move: the one asked for, else the strongest reason that is a field, else the first."""
    names = [f.name for f in movable(ask.form, ask.case)]
    wanted = (ask.moved, *(r.feature for r in scored.reasons), *names)
    return next((name for name in wanted if name in names), "")


def ladder(field: CaseField, known: Seen | None, current: object) -> list[object]:
    """The values that a field takes in a what-if, in order, its present one among them. None stands for "not known",
    where that is allowed."""
    if field.levels:
        unknown: list[object] = [None] if field.missing or field.optional else []
        return [*unknown, *field.levels[:MOST_LEVELS], *([current] if current in field.levels[MOST_LEVELS:] else [])]
    low, high = limits(field, known, current)
    steps = _steps(low, high, whole=field.kind == "whole" or (known is not None and known.whole))
    values = {min(max(v, field.low), field.high) for v in steps}
    if current is None:
        return [None, *sorted(values)]
    return [*sorted(values | {float(current)})]  # type: ignore[arg-type]


def limits(field: CaseField, known: Seen | None, current: object) -> tuple[float, float]:
    """From where to where a number is moved: what training saw (a long tail is cut), else what is possible, else
    around the present value; always with the present value."""
    value = float(current) if isinstance(current, int | float) else math.nan
    if known is not None:
        middle = known.high - known.low
        low, high = max(known.least, known.low - middle), min(known.greatest, known.high + middle)
    else:
        low = field.low if math.isfinite(field.low) else np.nanmin([0.0, value])
        high = field.high if math.isfinite(field.high) else np.nanmax([1.0, 2 * value])
    low, high = float(np.nanmin([low, value])), float(np.nanmax([high, value]))
    return (low, high) if high > low else (low, low + 1)


def _steps(low: float, high: float, *, whole: bool) -> list[float]:
    """Values from low to high, evenly spaced, rounded as far as their distance allows."""
    values = np.linspace(low, high, POINTS)
    digits = 0 if whole else 1 - math.floor(math.log10((high - low) / (POINTS - 1)))
    return [float(round(v, digits)) for v in values.tolist()]


def base_rate(pin: Pin, selection: Selection) -> BaseRate:
    """How often the outcome is positive in the selection, whatever its scores."""
    totals = pin.counts.totals(replace(selection, codes=None), measures=("n",))
    n = dict(zip(LABEL_STATES, totals.keep("label")["n"].tolist(), strict=True))
    positives, open_ = n[LABEL_STATES[POSITIVE]], n[LABEL_STATES[OPEN]]
    known = positives + n[LABEL_STATES[NEGATIVE]]
    first, last = selection.months or (pin.counts.months[0], pin.counts.months[-1])
    return BaseRate(
        share(positives, known), int(known), share(known, known + open_), first, max(first, min(last, pin.as_of))
    )


def cut_off(pin: Pin) -> float:
    """The probability from which a case counts as positive."""
    return float(pin.document("grid")["threshold"])


def _bare(fields: Sequence[CaseField]) -> list[CaseField]:
    return [replace(f, usual=None) for f in fields]
