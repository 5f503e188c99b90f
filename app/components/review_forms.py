"""App room: the forms of the review room: fields that are sent together, once, when a button is pressed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from htmltools import HTMLDependency, Tag, TagChild, tags

from app.assets import OWN
from app.components.decision_forms import Choice, button, sending

SHEET = HTMLDependency(
    "cartera-review", str(OWN.version), source=OWN.source, stylesheet={"href": "review.css"}
)  # fmt: skip
"""The styles of the review room; the script of its forms is that of the page Decisions."""


@dataclass(frozen=True)
class Field:
    """A field of a form: a "line" of text, some "lines", a "date" or a "choice" of `choices`; `most` letters fit."""

    name: str
    label: str
    value: str = ""
    kind: Literal["line", "lines", "date", "choice"] = "line"
    choices: Mapping[str, str] = field(default_factory=dict)
    most: int = 0


def form(input_id: str, ns: str, fields: Sequence[Field], *orders: Choice, id: str = "", more: TagChild = None) -> Tag:
    """A form whose fields go to one input, with a button for each order. `ns` makes the ids of the fields unique;
    `more` stands before the buttons."""
    drawn = [_field(f, f"{ns}-{f.name}") for f in fields]
    wide = [tag for tag, f in zip(drawn, fields, strict=True) if f.kind == "lines"]
    small = [tag for tag, f in zip(drawn, fields, strict=True) if f.kind != "lines"]
    row = tags.div(*small, class_="decision-row") if len(small) > 1 else tags.div(*small)
    buttons = tags.div(*(button(o, first=k == 0) for k, o in enumerate(orders)), class_="decision-buttons")
    return sending(input_id, *wide, row if small else None, more, buttons, id=id)


def _field(data: Field, id: str) -> Tag:
    return tags.div(tags.label(data.label, for_=id), _control(data, id), class_="decision-field")


def _control(data: Field, id: str) -> Tag:
    if data.kind == "choice":
        options = (tags.option(t, value=k, selected="" if k == data.value else None) for k, t in data.choices.items())
        return tags.select(*options, id=id, name=data.name, class_="form-select")
    if data.kind == "lines":
        most = str(data.most)
        return tags.textarea(data.value, id=id, name=data.name, rows="2", maxlength=most, class_="form-control")
    if data.kind == "date":
        return tags.input(type="date", id=id, name=data.name, value=data.value, class_="form-control")
    return tags.input(
        type="text", id=id, name=data.name, value=data.value, maxlength=str(data.most), required="",
        class_="form-control",
    )  # fmt: skip
