"""App room: the Score one case page in words: what cannot be scored, the answer, its reasons, what it rests on."""

from __future__ import annotations

import math
from dataclasses import dataclass

from app.charts.gauge import Gauge
from app.desk import Pin
from app.l10n import L10n
from app.scorer import ScoredCase
from app.views import feature_names, names
from app.views import score_case_form as forms
from app.views.score_case_figures import Answer, BaseRate, Form, Refused, cut_off
from app.views.shapes import Headline, State
from app.words import mark
from data.case import CaseField

TITLES = {
    "bundle": mark("The model of this release cannot be opened"),
    "off": mark("Cases are not scored here"),
}
BODIES = {
    "bundle": mark("Its file is missing or is not the one that the release names. The other pages are not affected."),
    "off": mark("The scoring API is switched off. Whoever runs Cartera can switch it on: CARTERA_API=1."),
}
FULL = 0.2
"""Contribution to the log-odds whose bar is full; smaller ones stay short, however they compare."""
OFF = Refused("off", "")
"""No scorer is there."""


@dataclass(frozen=True)
class Mark:
    """A mark of the gauge in words; `kind`: "cut", "base" or "before"."""

    kind: str
    text: str


@dataclass(frozen=True)
class ReasonBar:
    """A reason in words, its signed contribution, and the length of its bar, -1..1."""

    text: str
    value: str
    length: float


def loading(l10n: L10n) -> State:
    """The model is being opened."""
    return State("loading", l10n.say("Opening the model"), l10n.say("The first time takes a few seconds."))


def state(l10n: L10n, refused: Refused) -> State:
    """Why no case can be scored, and what to do."""
    title = l10n.say(TITLES.get(refused.code, mark("Cases cannot be scored now")))
    said = [l10n.say(BODIES[refused.code])] if refused.code in BODIES else []
    return State("trouble", title, "\n".join([*said, *([refused.message] if refused.message else [])]))


def waiting(l10n: L10n) -> Headline:
    """What stands in for an answer while none was asked for: no usual case is known of every field."""
    return Headline(l10n.say("Fill in the form and press Score"), "")


def means(l10n: L10n, pin: Pin) -> str:
    """What the positive class means."""
    return l10n.pick(pin.meaning.get("positive", {}))


def shown(answer: Answer, at: int) -> ScoredCase:
    """The answer that is looked at: of the what-if's value `at`, else of the case."""
    return answer.points[at].scored if 0 <= at < len(answer.points) else answer.scored


def is_moved(answer: Answer, at: int) -> bool:
    """Whether a what-if, not the case itself, is looked at."""
    return 0 <= at < len(answer.points) and at != answer.here


def headline(l10n: L10n, answer: Answer, at: int) -> Headline:
    """Probability and class, and of which case."""
    pin = answer.ask.pin
    found = shown(answer, at)
    said = {"share": l10n.percent(found.probability), "cut": l10n.percent(cut_off(pin))}
    title = l10n.say("{share}: positive, at or above the cut-off of {cut}", **said) if found.label else l10n.say(
        "{share}: negative, below the cut-off of {cut}", **said
    )  # fmt: skip
    return Headline(title, _of_which(l10n, answer, at))


def _of_which(l10n: L10n, answer: Answer, at: int) -> str:
    f = answer.ask.form.field(answer.moved)
    if f is not None and is_moved(answer, at):
        said = {"field": forms.label(l10n, f), "value": forms.value(l10n, f, answer.points[at].value)}
        return l10n.say("What if: {field} = {value}", **said)
    if not answer.ask.pressed:
        return l10n.say("A usual case: change the fields and press Score")
    return l10n.say("The case of the form")


def sentence(l10n: L10n, answer: Answer, at: int) -> str:
    """The probability in whole people, and what positive means."""
    share = shown(answer, at).probability
    said = {"n": l10n.number(share * 100), "means": means(l10n, answer.ask.pin)}
    if share < 0.005:
        return l10n.say("Of 1,000 cases like this about {n} are positive: {means}.",
                        n=l10n.number(share * 1000), means=said["means"])  # fmt: skip
    return l10n.say("Of 100 cases like this about {n} are positive: {means}.", **said)


def dial(l10n: L10n, answer: Answer, at: int, base: BaseRate) -> Gauge:
    """The gauge of the answer that is looked at."""
    share = shown(answer, at).probability
    text = l10n.percent(share)
    spoken = f"{text}. {'. '.join(m.text for m in marks(l10n, answer, at, base))}"
    before = answer.scored.probability if is_moved(answer, at) else math.nan
    return Gauge(share, text, cut_off(answer.ask.pin), base.rate, spoken, l10n.percent(0, 0), l10n.percent(1, 0),
                 before)  # fmt: skip


def marks(l10n: L10n, answer: Answer, at: int, base: BaseRate) -> list[Mark]:
    """What the marks of the gauge stand for."""
    found = [Mark("cut", l10n.say("cut-off {share}", share=l10n.percent(cut_off(answer.ask.pin))))]
    if math.isfinite(base.rate):
        found.append(Mark("base", l10n.say("base rate {share}", share=l10n.percent(base.rate))))
    if is_moved(answer, at):
        change = l10n.points(shown(answer, at).probability - answer.scored.probability)
        said = {"share": l10n.percent(answer.scored.probability), "change": change}
        found.append(Mark("before", l10n.say("this case {share} ({change})", **said)))
    return found


def evidence(l10n: L10n, pin: Pin, base: BaseRate) -> str:
    """What the answer rests on: model, release, and the base rate's n, period and maturity."""
    parts = [
        l10n.say("model {name}", name=str(pin.document("model_card")["model_hash"])[:8]),
        l10n.say("release {name}", name=pin.version.partition("-")[0]),
    ]
    if base.n:
        parts.append(l10n.say("base rate of {n} known outcomes, {months}", n=l10n.number(base.n),
                              months=l10n.months(base.first, base.last)))  # fmt: skip
        parts.append(l10n.say("{share} labels matured", share=l10n.percent(base.matured, 0)))
    return " · ".join(parts)


def reasons_headline(l10n: L10n, answer: Answer, at: int) -> Headline:
    """The strongest reason."""
    unit = l10n.say("Contribution to the log-odds, against the average of training; the three largest")
    found = shown(answer, at).reasons
    if not found:
        return Headline(l10n.say("This model gives no reasons"), "")
    strongest = found[0]
    name = reason_label(l10n, answer.ask.form, strongest.feature, answer.ask.pin)
    if strongest.value > 0:
        return Headline(l10n.say("{name} raises the probability most", name=name), unit)
    return Headline(l10n.say("{name} lowers the probability most", name=name), unit)


def reasons(l10n: L10n, answer: Answer, at: int) -> list[ReasonBar]:
    """The reasons of the answer that is looked at, strongest first."""
    found = shown(answer, at).reasons
    most = max([FULL, *(abs(r.value) for r in found)])
    form, case = answer.ask.form, dict(answer.ask.case)
    if is_moved(answer, at):
        case[answer.moved] = answer.points[at].value
    return [
        ReasonBar(_reason(l10n, form, r.feature, case, r.value, answer.ask.pin), l10n.signed(r.value, 2),
                  r.value / most)
        for r in found
    ]  # fmt: skip


def _reason(l10n: L10n, form: Form, name: str, case: dict[str, object], value: float, pin: Pin) -> str:
    """A feature with its value and the direction in which it moves the probability."""
    f: CaseField | None = form.field(name)
    said = reason_label(l10n, form, name, pin)
    if f is not None and not (f.usual is None and case.get(name) is None):
        said = f"{said} = {forms.value(l10n, f, case.get(name))}"
    return l10n.say("{what} raises it", what=said) if value > 0 else l10n.say("{what} lowers it", what=said)


def reason_label(l10n: L10n, form: Form, name: str, pin: Pin) -> str:
    """The name of a feature: that of its field, else the feature's own."""
    f = form.field(name)
    if f is not None:
        return forms.label(l10n, f)
    if name in names.DIMENSIONS:
        return names.dimension(l10n, name, pin.document("dimensions"))
    return feature_names.feature(l10n, name)


def stale(l10n: L10n, answer: Answer, typed: dict[str, str] | None) -> str:
    """What to say when the form no longer holds the case that was answered."""
    if typed is None or typed == dict(answer.ask.texts):
        return ""
    return l10n.say("The form has changed since this answer. Press Score again.")
