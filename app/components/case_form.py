"""App room: the form of one case: a field with its name, unit, hint and problem; the answer's gauge and reasons."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from htmltools import HTML, HTMLDependency, Tag, TagList, tags

from app.assets import OWN
from app.charts.gauge import Gauge, gauge
from app.views.score_case import Mark, ReasonBar
from app.views.score_case_form import Entry, Group
from app.views.score_case_what_if import Slider

SHEET = HTMLDependency(
    "cartera-score-case",
    str(OWN.version),
    source=OWN.source,
    stylesheet={"href": "score_case.css"},
    script={"src": "score_case.js"},
)
"""The styles and the script of the page Score one case."""


def form(groups: Sequence[Group], ns: Callable[[str], str]) -> TagList:
    """The fields of a case. `ns` makes the id of an input of the page."""
    return TagList(*(_group(g, ns) for g in groups if g.entries))


def _group(group: Group, ns: Callable[[str], str]) -> Tag:
    fields = tags.div(*(_field(e, ns(e.id)) for e in group.entries), class_="case-fields")
    if group.folded:
        return tags.details(tags.summary(group.title), fields, class_="folded case-group")
    return tags.section(tags.h3(group.title, class_="small-head") if group.title else None, fields, class_="case-group")


def _field(e: Entry, id: str) -> Tag:
    return tags.div(
        tags.label(e.label, tags.small(e.name), for_=id, title=e.name),
        tags.div(_input(e, id), _sign(e), _unknown(e, id), class_="case-input"),
        tags.p(e.hint, class_="case-hint", id=f"{id}-hint") if e.hint else None,
        tags.p(class_="case-problem", id=f"{id}-problem", role="alert"),
        class_="case-field",
    )


def _input(e: Entry, id: str) -> Tag:
    described = f"{id}-hint {id}-problem" if e.hint else f"{id}-problem"
    if e.kind == "choice":
        options = (tags.option(text, value=v, selected="" if v == e.value else None) for v, text in e.choices)
        return tags.select(*options, id=id, class_="form-select shiny-input-select", aria_describedby=described)
    return tags.input(
        id=id,
        type="date" if e.kind == "date" else "text",
        value=e.value,
        inputmode="decimal" if e.kind == "number" else None,
        autocomplete="off",
        placeholder=e.unknown or " ",
        class_="form-control",
        data_case_text="",
        aria_describedby=described,
    )


def _sign(e: Entry) -> Tag | None:
    return tags.span(e.unit, class_="case-unit") if e.unit else None


def _unknown(e: Entry, id: str) -> Tag | None:
    """The button that empties a field which may be unknown."""
    if not e.unknown or e.kind == "choice":
        return None
    said = f"{e.label}: {e.unknown}"
    return tags.button("?", type="button", class_="case-unknown", data_empties=id, title=e.unknown, aria_label=said)


def answer(data: Gauge, marks: Sequence[Mark], sentence: str, evidence: str) -> Tag:
    """The gauge with what its marks stand for, the answer in a sentence, and what it rests on."""
    return tags.div(
        HTML(gauge(data)),
        tags.ul(*(tags.li(tags.span(class_=f"key key-{m.kind}"), m.text) for m in marks), class_="gauge-key"),
        tags.p(sentence, class_="case-sentence"),
        tags.p(evidence, class_="case-evidence"),
        class_="case-answer",
        role="status",
    )


def reasons(found: Sequence[ReasonBar]) -> Tag:
    """Reasons as bars from the middle: to the right what raises the probability, to the left what lowers it."""
    return tags.ul(*map(_reason, found), class_="case-reasons")


def _reason(r: ReasonBar) -> Tag:
    side = "up" if r.length > 0 else "down"
    bar = tags.span(class_=f"reason-bar reason-{side}", style=f"width:{abs(r.length) * 50:.1f}%")
    return tags.li(
        tags.span(r.text, class_="reason-text"),
        tags.span(r.value, class_="reason-value"),
        tags.span(bar, class_="reason-track", aria_hidden="true"),
    )


def slider(data: Slider, *, input_id: str, serial: int, at: int, back: str) -> Tag:
    """A slider over the places of a what-if, which sends "serial:place"."""
    return tags.div(
        tags.input(
            type="range",
            min="0",
            max=str(len(data.texts) - 1),
            step="1",
            value=str(max(at, 0)),
            class_="case-slider",
            aria_label=data.label,
            aria_valuetext=data.texts[max(at, 0)],
            data_slides=input_id,
            data_serial=str(serial),
            data_here=str(data.here),
            data_texts="\n".join(data.texts),
        ),
        tags.output(data.texts[max(at, 0)], class_="case-slider-value"),
        tags.button(back, type="button", class_="btn btn-outline-secondary btn-sm", data_back="")
        if data.here >= 0
        else None,
        class_="case-move",
    )
