"""App room: the forms of the page Decisions: plain fields that are sent together, once, when a button is pressed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from htmltools import HTMLDependency, Tag, TagChild, TagList, tags

from app.assets import OWN
from data.records import Terms

SHEET = HTMLDependency(
    "cartera-decisions",
    str(OWN.version),
    source=OWN.source,
    stylesheet={"href": "decisions.css"},
    script={"src": "decisions.js"},
)
"""The styles and the script of the page Decisions."""


@dataclass(frozen=True)
class Choice:
    """A button of a form: what it asks for, and its words."""

    order: str
    text: str


@dataclass(frozen=True)
class Remarked:
    """Who said something and when, and what."""

    head: str
    text: str


@dataclass(frozen=True)
class TermsForm:
    """The fields of a decision's terms, filled in, with their labels, and the button that sends them."""

    labels: Mapping[str, str]
    kinds: Mapping[str, str]
    terms: Terms
    longest: Mapping[str, int]
    button: Choice


def sending(input_id: str, *body: TagChild, id: str = "") -> Tag:
    """A form whose fields go to one input together, as a mapping of their names, when a button of it is pressed. The
    name of that button's field is `do`."""
    return tags.form(*body, id=id or None, class_="decision-form", data_sends=input_id, autocomplete="off")


def terms(data: TermsForm, ns: str, *more: TagChild) -> TagList:
    """The fields of a decision. `ns` makes their ids unique; `more` stands before the button."""
    t = data.terms
    kinds = (tags.option(text, value=k, selected="" if k == t.kind else None) for k, text in data.kinds.items())
    return TagList(
        _field(data, ns, "title", tags.input(type="text", value=t.title, required="", **_with(data, ns, "title"))),
        _field(data, ns, "text", tags.textarea(t.text, rows="3", **_with(data, ns, "text"))),
        tags.div(
            _field(data, ns, "kind", tags.select(*kinds, id=f"{ns}-kind", name="kind", class_="form-select")),
            _field(data, ns, "owner", tags.input(type="text", value=t.owner, required="", **_with(data, ns, "owner"))),
            _field(data, ns, "due", tags.input(type="date", value=t.due, **_with(data, ns, "due"))),
            class_="decision-row",
        ),
        *more,
        tags.div(button(data.button, first=True), class_="decision-buttons"),
    )


def choice(id: str, name: str, label: str, choices: Mapping[str, str]) -> Tag:
    """A list to choose from."""
    options = (tags.option(text, value=value) for value, text in choices.items())
    select = tags.select(*options, id=id, name=name, class_="form-select")
    return tags.div(tags.label(label, for_=id), select, class_="decision-field")


def text(id: str, name: str, label: str, value: str = "") -> Tag:
    """A field of one line that must be filled in."""
    field = tags.input(type="text", id=id, name=name, value=value, required="", class_="form-control")
    return tags.div(tags.label(label, for_=id), field, class_="decision-field")


def comment(id: str, label: str, most: int) -> Tag:
    """The field of a comment."""
    area = tags.textarea(id=id, name="comment", rows="2", maxlength=str(most), class_="form-control")
    return tags.div(tags.label(label, for_=id), area, class_="decision-field")


def buttons(choices: Sequence[Choice]) -> TagList:
    """Buttons of a form, the first of them the one that is usually meant."""
    return TagList(*(button(c, first=n == 0) for n, c in enumerate(choices)))


def button(data: Choice, *, first: bool) -> Tag:
    """A button that sends its form."""
    look = "btn-primary" if first else "btn-outline-secondary"
    return tags.button(data.text, type="submit", name="do", value=data.order, class_=f"btn {look}")


def setter(text: str, input_id: str, value: str) -> Tag:
    """A quiet button that sets an input."""
    return tags.button(
        text, type="button", class_="btn btn-sm btn-outline-secondary", data_input=input_id, data_value=value
    )


def remarks(said: Sequence[Remarked]) -> Tag | None:
    """What was said, one under the other; nothing where nobody spoke."""
    if not said:
        return None
    return tags.ul(*(tags.li(tags.span(r.head, class_="muted"), tags.p(r.text)) for r in said), class_="remarks-said")


def _field(data: TermsForm, ns: str, name: str, control: Tag) -> Tag:
    return tags.div(tags.label(data.labels[name], for_=f"{ns}-{name}"), control, class_="decision-field")


def _with(data: TermsForm, ns: str, name: str) -> dict[str, str]:
    most = {"maxlength": str(data.longest[name])} if name in data.longest else {}
    return {"id": f"{ns}-{name}", "name": name, "class": "form-control", **most}
