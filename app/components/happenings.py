"""App room: what happened, as buttons under a chart; the chosen one says who answers for it."""

from __future__ import annotations

from collections.abc import Sequence

from htmltools import Tag, TagList, tags

from app.views.shapes import Happening


def happenings(listed: Sequence[Happening], *, label: str, input_id: str) -> TagList | Tag:
    """A row of buttons, which a keyboard reaches too, and under it what the chosen one says; nothing without any."""
    if not listed:
        return TagList()
    chosen = [h for h in listed if h.chosen]
    return tags.div(
        tags.ul(*(tags.li(_button(h, input_id)) for h in listed), aria_label=label),
        tags.p(*(h.said for h in chosen), role="status", class_="happening-said" if chosen else "visually-hidden"),
        class_="happenings",
    )


def _button(one: Happening, input_id: str) -> Tag:
    return tags.button(
        tags.span(one.tag, class_="happening-tag"),
        one.text,
        type="button",
        title=one.said,
        aria_pressed="true" if one.chosen else "false",
        data_input=input_id,
        data_value=one.key,
    )
