"""App room: what is saved under a name as a list: what each shows, and the buttons that do something with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from faicons import icon_svg
from htmltools import HTMLDependency, Tag, tags

from app.assets import OWN

SHEET = HTMLDependency(
    "cartera-views",
    str(OWN.version),
    source=OWN.source,
    stylesheet={"href": "views.css"},
    script={"src": "views.js"},
)
"""The styles and the script of the list."""


@dataclass(frozen=True)
class Entry:
    """One line: its name, under it what it shows and who saved it, what it lacks in words, a badge; the address that
    its name leads to ("" for none) and the link that is copied; and its `orders`: what a button sends → its words."""

    name: str
    text: str
    who: str
    lacks: str = ""
    badge: str = ""
    query: str = ""
    link: str = ""
    orders: Mapping[str, str] | None = None


def saved_list(found: Sequence[Entry], *, input_id: str, nothing: str, copy: str, copied: str) -> Tag:
    """The lines one under the other, or why there is none. `copy` and `copied` name the button of an address."""
    if not found:
        return tags.p(nothing, class_="saved-none")
    return tags.ul(*(_entry(e, input_id, copy, copied) for e in found), class_="saved-list")


def _entry(data: Entry, input_id: str, copy: str, copied: str) -> Tag:
    name = tags.a(data.name, href=f"?{data.query}") if data.query else tags.span(data.name)
    return tags.li(
        tags.div(
            tags.strong(name),
            tags.span(data.badge, class_="saved-badge") if data.badge else None,
            tags.p(data.text),
            tags.p(f"! {data.lacks}", class_="tone-warn") if data.lacks else None,
            tags.p(data.who, class_="muted"),
        ),
        tags.div(
            _copier(data, copy, copied) if data.query else None,
            *(_button(text, input_id, order, data.name) for order, text in (data.orders or {}).items()),
            class_="saved-orders",
        ),
    )


def _copier(data: Entry, copy: str, copied: str) -> Tag:
    said = f"{copy}: {data.name}"
    return tags.button(
        icon_svg("link"), type="button", class_="btn btn-sm btn-outline-secondary", data_copies=f"?{data.link}",
        data_done=copied, title=copy, aria_label=said,
    )  # fmt: skip


def _button(text: str, input_id: str, order: str, name: str) -> Tag:
    return tags.button(
        text, type="button", class_="btn btn-sm btn-outline-secondary", data_input=input_id, data_value=order,
        aria_label=f"{text}: {name}",
    )  # fmt: skip
