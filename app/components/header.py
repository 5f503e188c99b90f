"""App room: the line above every page: its title, what the filters leave, how fresh the figures are."""

from __future__ import annotations

from collections.abc import Sequence

from faicons import icon_svg
from htmltools import Tag, tags

from app.components.controls import hinted
from app.views.header import Chip, Part


def header(title: str, *, scope: str, chips: Sequence[Chip], badge: Sequence[Part], lift: str) -> Tag:
    """The header of a page. A click on a chip lifts its filter; `lift` says so to a screen reader."""
    return tags.header(
        tags.div(
            tags.h1(title, id="figures", tabindex="-1"),
            *(_chip(chip, lift) for chip in chips),
            class_="scope-title",
        ),
        tags.div(
            tags.span(scope, class_="muted"),
            tags.div(icon_svg("clock"), *map(_part, badge), class_="badge-line"),
            class_="scope-facts",
        ),
        class_="scope",
    )


def _part(part: Part) -> Tag:
    """A part of the badge; what it means on hover or focus."""
    if not part.hint:
        return tags.span(part.text)
    return tags.span(hinted(part.text, part.hint))


def _chip(chip: Chip, lift: str) -> Tag:
    return tags.button(
        chip.text,
        icon_svg("xmark"),
        type="button",
        class_="chip",
        data_input="f_lift",
        data_value=chip.dimension,
        aria_label=f"{chip.text}. {lift}",
    )
