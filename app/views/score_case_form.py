"""App room: the form of one case: its fields in groups, each with its words, its hint and what is usual."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from app.l10n import L10n
from app.views import case_levels, feature_names
from app.views.releases_model import SOURCES
from app.views.score_case_figures import Form, Seen
from app.views.shapes import Headline
from app.words import mark
from data.case import CaseField

FIRST: Final = 12
"""Fields that stand in front where there are many."""
MANY: Final = 24
"""Fields from which on only the most used stand in front."""
ENDLESS: Final = 1e9
"""A limit from here on is there to catch mistakes; it is not worth a hint."""
UNITS: Final = {
    "days": mark("days"), "months": mark("months"), "years": mark("years"), "fraction": mark("fraction"),
}  # fmt: skip
ONE: Final = {"days": mark("day"), "months": mark("month"), "years": mark("year")}
"""Units of a single one."""


@dataclass(frozen=True)
class Entry:
    """A field as it stands in the form: `id` of its input, `name` as clients of the API send it, `label` for people;
    `kind`: "number", "text", "date" or "choice" (of `choices`, value and words); `unknown`: what "not known" is called
    where that may be said, else "". `hint` says what is possible and usual."""

    id: str
    name: str
    label: str
    kind: str
    value: str
    unit: str = ""
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    unknown: str = ""


@dataclass(frozen=True)
class Group:
    """Fields that belong together; `folded` ones are seen when their title is opened."""

    title: str
    entries: tuple[Entry, ...]
    folded: bool = False


def input_id(form: Form, name: str) -> str:
    """Id of the input of a field."""
    return f"field_{[f.name for f in form.fields].index(name)}"


def groups(l10n: L10n, form: Form, texts: Mapping[str, str]) -> list[Group]:
    """The form, filled with texts. Of many fields the most used come first and the others by where they come from; of
    a few, those of a usual case come first and what is usually not known is folded."""
    made = {f.name: entry(l10n, form, f, texts.get(f.name, "")) for f in form.fields}
    front = _front(form)
    rest: dict[str, list[Entry]] = {}
    for f in form.fields:
        if f.name not in front:
            rest.setdefault(_place(form, f.name), []).append(made[f.name])
    first = l10n.say("Most used by the model") if len(form.fields) > MANY else ""
    folds = [Group(_titled(l10n, where, len(entries)), tuple(entries), folded=True) for where, entries in rest.items()]
    return [Group(first, tuple(made[n] for n in front)), *folds]


def _front(form: Form) -> list[str]:
    """Names of the fields that stand in front."""
    if len(form.fields) <= MANY:
        return [f.name for f in form.fields if f.usual is not None or not f.optional]
    names_ = [f.name for f in form.fields]
    ranked = [*(n for n in form.used if n in names_), *names_]
    return list(dict.fromkeys(ranked))[:FIRST]


def _place(form: Form, name: str) -> str:
    return form.frames.get(name, "") if len(form.fields) > MANY else ""


def _titled(l10n: L10n, frame: str, n: int) -> str:
    title = l10n.say(SOURCES[frame]) if frame in SOURCES else l10n.say("Usually not known")
    return l10n.say("{title} ({n})", title=title, n=l10n.number(n))


def entry(l10n: L10n, form: Form, f: CaseField, value: str) -> Entry:
    """A field with its words."""
    unknown = l10n.say("Not known") if f.missing or f.optional else ""
    kind = "choice" if f.levels else "date" if f.kind == "date" else "text" if f.kind == "text" else "number"
    empty = () if not f.levels else (("", unknown),) if unknown else (("", "—"),) if f.usual is None else ()
    return Entry(
        id=input_id(form, f.name), name=f.name, label=label(l10n, f), kind=kind, value=value, unit=unit(l10n, f),
        hint=_hint(l10n, f, form.seen.get(f.name)), unknown=unknown,
        choices=(*empty, *((code, case_levels.level(l10n, f.name, code)) for code in f.levels)),
    )  # fmt: skip


def label(l10n: L10n, f: CaseField) -> str:
    """The name of a field for people."""
    return l10n.pick(f.label) if f.label else feature_names.feature(l10n, f.name)


def unit(l10n: L10n, f: CaseField) -> str:
    """The unit of a field, "" where there is none."""
    found = f.unit or feature_names.unit(f.name)
    if found == "money":
        return l10n.currency
    return l10n.say(UNITS[found]) if found in UNITS else found


def _hint(l10n: L10n, f: CaseField, known: Seen | None) -> str:
    """What is possible, and between which values eight of ten lie."""
    if f.kind not in ("number", "whole"):
        return ""
    low, high = (math.isfinite(v) and abs(v) < ENDLESS for v in (f.low, f.high))
    parts = []
    if low and high:
        parts.append(l10n.say("{low} to {high}", low=plain(l10n, f.low), high=plain(l10n, f.high)))
    elif low:
        parts.append(l10n.say("{low} or more", low=plain(l10n, f.low)))
    if known is not None and known.high > known.low:
        said = {"low": plain(l10n, short(known.low)), "high": plain(l10n, short(known.high))}
        parts.append(l10n.say("usually {low} to {high}", **said))
    return " · ".join(parts)


def short(value: float) -> float:
    """A number to three significant digits; the whole part of larger ones to the last."""
    return float(f"{value:.3g}") if abs(value) < 100 else round(value, 1) if abs(value) < 1000 else float(round(value))


def usual(l10n: L10n, form: Form) -> dict[str, str]:
    """The texts of a usual case."""
    return {f.name: text(l10n, f.usual) for f in form.fields}


def text(l10n: L10n, value: object) -> str:
    """A value as it stands in its input; "" for what is not known."""
    if value is None:
        return ""
    return plain(l10n, value) if isinstance(value, int | float) else str(value)


def plain(l10n: L10n, value: float) -> str:
    """A number with every digit that it has."""
    exponent = Decimal(repr(float(value))).normalize().as_tuple().exponent
    return l10n.number(value, max(0, -exponent) if isinstance(exponent, int) else 0)


def value(l10n: L10n, f: CaseField, value: object) -> str:
    """A value in words, with its unit."""
    if value is None:
        return l10n.say("not known")
    if isinstance(value, int | float):
        single = ONE.get(f.unit or feature_names.unit(f.name)) if value == 1 else None
        sign = l10n.say(single) if single else unit(l10n, f)
        return f"{plain(l10n, short(value))} {sign}".strip()
    return case_levels.level(l10n, f.name, str(value))


def ids(form: Form, named: Mapping[str, str]) -> dict[str, str]:
    """The same by the ids of the inputs."""
    return {input_id(form, name): said for name, said in named.items() if form.field(name)}


def all_ids(form: Form) -> Sequence[tuple[str, str]]:
    """Name and input id of every field."""
    return [(f.name, input_id(form, f.name)) for f in form.fields]


def headline(l10n: L10n, form: Form) -> Headline:
    """How many fields there are, and what is asked of the reader."""
    unit = l10n.say(
        "Empty means not known, where that is allowed. Nothing is filled in for you, and nothing is stored."
    )
    return Headline(l10n.many("One case: {n} field", "One case: {n} fields", len(form.fields)), unit)
