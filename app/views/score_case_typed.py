"""App room: what is typed into the form of one case: texts as values, and what is wrong with them in words."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import Final

from babel.numbers import NumberFormatError, parse_decimal

from app.format import MINUS
from app.l10n import L10n
from app.scorer import Problem
from app.views import names
from app.views import score_case_form as forms
from app.views.score_case_figures import Form
from data.case import CaseField

LISTED: Final = 5
"""Levels that a rule names, and fields that a summary does."""

_PLAIN: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


def case(l10n: L10n, form: Form, texts: Mapping[str, str]) -> dict[str, object]:
    """The texts of a form as the case to be scored: nothing is filled in, and what cannot be read is passed on as it
    is, to be refused with its rule."""
    return {f.name: _read(l10n, f, texts.get(f.name, "")) for f in form.fields}


def _read(l10n: L10n, f: CaseField, typed: str) -> object:
    bare = typed.strip()
    if not bare:
        return None
    return number(l10n, bare) if f.kind in ("number", "whole") else bare


def number(l10n: L10n, typed: str) -> float | str:
    """A number as people of the language write it, or with a decimal point; the text itself when it is none."""
    bare = re.sub(r"\s", "", typed).replace(MINUS, "-").removeprefix(l10n.symbol.strip()).removesuffix("%")
    try:
        found = float(parse_decimal(bare, locale=l10n.locale, strict=True))
    except NumberFormatError:
        found = float(bare) if _PLAIN.fullmatch(bare) else math.nan
    return found if math.isfinite(found) else typed


def rules(l10n: L10n, form: Form, problems: Iterable[Problem]) -> dict[str, str]:
    """What is wrong with each field, by name."""
    found: dict[str, str] = {}
    for p in problems:
        f = form.field(p.field)
        found.setdefault(p.field, rule(l10n, f, p) if f else p.rule)
    return found


def rule(l10n: L10n, f: CaseField, problem: Problem) -> str:
    """The rule that a value breaks, as the reader says it."""
    sent = problem.value
    if sent is None:
        return l10n.say("A value is needed")
    if f.kind == "date":
        return l10n.say("Must be a day of the calendar")
    if f.levels:
        shown = ", ".join(names.level(l10n, level) for level in f.levels[:LISTED])
        return l10n.say("Must be one of: {levels}", levels=shown + ("…" if len(f.levels) > LISTED else ""))
    if isinstance(sent, str):
        return l10n.say("Must be a number")
    if isinstance(sent, int | float) and not f.low <= sent <= f.high:
        return _range(l10n, f)
    return l10n.say("Must be a whole number")


def _range(l10n: L10n, f: CaseField) -> str:
    low, high, sign = forms.plain(l10n, f.low), forms.plain(l10n, f.high), forms.unit(l10n, f)
    if math.isinf(f.high):
        return l10n.say("Must be {low} or more", low=f"{low} {sign}".strip())
    if math.isinf(f.low):
        return l10n.say("Must be {high} or less", high=f"{high} {sign}".strip())
    return l10n.say("Must be from {low} to {high}", low=low, high=f"{high} {sign}".strip())


def summary(l10n: L10n, form: Form, wrong: Mapping[str, str]) -> str:
    """Which fields have to be mended, in one sentence."""
    labels = [forms.label(l10n, f) for f in form.fields if f.name in wrong]
    listed = ", ".join(labels[:LISTED]) + ("…" if len(labels) > LISTED else "")
    return l10n.many("{n} field needs another value; nothing was scored: {names}.",
                     "{n} fields need another value; nothing was scored: {names}.",
                     len(wrong), names=listed)  # fmt: skip
