"""App room: the what-if of the Score one case page: what can be moved, its values in words, and its picture."""

from __future__ import annotations

import math
from dataclasses import dataclass

from app.charts.bars import Bar, Bars
from app.charts.what_if import Course
from app.l10n import L10n
from app.views import score_case as view
from app.views import score_case_form as forms
from app.views.score_case_figures import Answer, Form, cut_off, movable
from app.views.shapes import Headline
from data.case import CaseField


@dataclass(frozen=True)
class Slider:
    """The what-if's slider: the value and its probability at each place in words, where the case itself is (-1:
    nowhere), its name."""

    texts: tuple[str, ...]
    here: int
    label: str


def choices(l10n: L10n, form: Form, answer: Answer | None) -> dict[str, str]:
    """The fields that can be moved; the empty choice is the one that matters most."""
    found = movable(form, answer.ask.case if answer else {f.name: f.usual for f in form.fields})
    return {"": l10n.say("What matters most"), **{f.name: forms.label(l10n, f) for f in found}}


def kept(offered: dict[str, str], answer: Answer) -> str:
    """The choice that the reader made, as long as it is offered."""
    return answer.ask.moved if answer.ask.moved in offered else ""


def slider(l10n: L10n, answer: Answer) -> Slider | None:
    """The slider over the values; None when there is nothing to move."""
    f = answer.ask.form.field(answer.moved)
    if f is None or len(answer.points) < 2:
        return None
    texts = tuple(f"{forms.value(l10n, f, p.value)} → {l10n.percent(p.scored.probability)}" for p in answer.points)
    return Slider(texts, answer.here, forms.label(l10n, f))


def headline(l10n: L10n, answer: Answer) -> Headline:
    """How far the probability goes as the field moves."""
    f = answer.ask.form.field(answer.moved)
    if f is None or not answer.points:
        return Headline(l10n.say("Nothing in this form can be moved"), "")
    shares = [p.scored.probability for p in answer.points]
    said = {"name": forms.label(l10n, f), "low": l10n.percent(min(shares)), "high": l10n.percent(max(shares))}
    unit = l10n.say("Probability of this case for each value of one field, the others as they are; not what would "
                    "happen if the client changed it")  # fmt: skip
    if said["low"] == said["high"]:
        return Headline(l10n.say("{name} does not move the probability of this case", name=said["name"]), unit)
    return Headline(l10n.say("{name} takes this case from {low} to {high}", **said), unit)


def is_number(answer: Answer) -> bool:
    """Whether the field that moves is a number."""
    f = answer.ask.form.field(answer.moved)
    return f is not None and not f.levels


def course(l10n: L10n, answer: Answer, at: int) -> Course:
    """The picture of a number."""
    f = answer.ask.form.field(answer.moved)
    first = 1 if answer.points and answer.points[0].value is None else 0
    known = answer.points[first:]
    hovers = [_hover(l10n, f, p.value, p.scored.probability) for p in known] if f else []
    unknown = answer.points[0].scored.probability if first else math.nan
    sign = forms.unit(l10n, f) if f else ""
    return Course(
        [float(p.value) for p in known],  # type: ignore[arg-type]
        [p.scored.probability for p in known], hovers, answer.here - first, at - first if at >= 0 else -1,
        cut_off(answer.ask.pin), l10n.say("cut-off {share}", share=l10n.percent(cut_off(answer.ask.pin))),
        f"{forms.label(l10n, f)}{f' ({sign})' if sign else ''}" if f else "", l10n.say("this case"), unknown,
        l10n.say("not known: {share}", share=l10n.percent(unknown)) if first else "",
        l10n.say("Nothing in this form can be moved"),
    )  # fmt: skip


def levels(l10n: L10n, answer: Answer, at: int) -> Bars:
    """The picture of a text: a bar for each level, that of the case and the one looked at told apart."""
    f = answer.ask.form.field(answer.moved)
    cut = cut_off(answer.ask.pin)
    found = [
        Bar(str(i), _level(l10n, f, answer, i), p.scored.probability, l10n.percent(p.scored.probability),
            _hover(l10n, f, p.value, p.scored.probability), tone=_tone(answer, i, at))
        for i, p in enumerate(answer.points) if f is not None
    ]  # fmt: skip
    return Bars(found, l10n.say("Probability"), line=cut, nothing=l10n.say("Nothing in this form can be moved"),
                line_text=l10n.say("cut-off {share}", share=l10n.percent(cut)))  # fmt: skip


def _level(l10n: L10n, f: CaseField | None, answer: Answer, i: int) -> str:
    name = forms.value(l10n, f, answer.points[i].value) if f else ""
    return f"▸ {name}" if i == answer.here else name


def _tone(answer: Answer, i: int, at: int) -> str:
    """The bar that is looked at, else that of the case, stands out."""
    return "main" if i == (at if view.is_moved(answer, at) else answer.here) else "soft"


def _hover(l10n: L10n, f: CaseField | None, value: object, share: float) -> str:
    said = forms.value(l10n, f, value) if f else ""
    return f"<b>{l10n.percent(share)}</b> · {said}"


def place(answer: Answer | None, moved: object, serial: int) -> int:
    """Where the slider stands: what it sent as "serial:place", as long as it speaks of this answer; else at the
    case."""
    if answer is None:
        return -1
    sent, _, where = str(moved or "").partition(":")
    if sent == str(serial) and where.isdigit() and int(where) < len(answer.points):
        return int(where)
    return answer.here
