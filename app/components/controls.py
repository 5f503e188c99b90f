"""App room: the strip of a page's own controls, and a designed state in place of a page's figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from faicons import icon_svg
from htmltools import HTMLDependency, Tag, TagChild, TagList, tags
from shiny import ui

from app.assets import OWN
from app.views.error_shapes import Reading
from app.views.shapes import State

SHEET = HTMLDependency("cartera-findings", str(OWN.version), source=OWN.source, stylesheet={"href": "findings.css"})
"""The styles of what stands in this module, in `confusion` and in `rates`."""


def strip(*parts: TagChild, class_: str = "") -> Tag:
    """The controls of a page, side by side; one under the other on a phone."""
    return tags.div(SHEET, *parts, class_=f"control-strip {class_}".strip())


def page(slot: TagChild, *body: TagChild) -> TagList:
    """The body of a page under a slot for its designed state: while the slot holds one, the body is out of sight."""
    return TagList(tags.div(slot, class_="page-slot"), tags.div(*body, class_="page-body"))


def page_state(state: State, *, action_id: str = "") -> Tag:
    """Why this page has nothing to show, and what can be done; with `action_id`, by a button."""
    return tags.section(
        tags.div(icon_svg("circle-info"), class_="state-icon"),
        tags.h2(state.title),
        tags.p(state.body) if state.body else None,
        ui.input_action_button(action_id, state.action, class_="btn-primary") if state.action and action_id else None,
        class_=f"page-state page-state-{state.kind}",
        role="status",
    )


def hinted(text: str, hint: str) -> Tag:
    """A few words that say more on hover or focus."""
    said = tags.button(text, type="button", class_="badge-hint", aria_label=f"{text}. {hint}")
    return ui.tooltip(said, hint, placement="bottom")


def readings(found: Sequence[Reading]) -> Tag:
    """Short figures side by side."""
    return tags.dl(
        *(
            tags.div(
                tags.dt(r.name),
                tags.dd(tags.span(r.value, class_="reading-value"), tags.span(r.note, class_="reading-note")),
            )
            for r in found
        ),
        class_="readings",
    )


def segmented(id: str, label: str, choices: Mapping[str, str]) -> Tag | None:
    """A choice of a few, side by side; nothing when there is nothing to choose. `label` is for screen readers."""
    if len(choices) < 2:
        return None
    chosen = ui.input_radio_buttons(id, tags.span(label, class_="visually-hidden"), dict(choices), inline=True)
    return tags.div(chosen, class_="segmented")


def caution(text: str, *, level: str = "watch") -> Tag | TagList:
    """One line that the reader must see before the figures; nothing when there is nothing to say."""
    if not text:
        return TagList()
    return tags.p(icon_svg("triangle-exclamation"), f" {text}", class_=f"caution level-{level}", role="status")
