"""App room: a list of facts, conditions with their signs, chips, and what is folded away until asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from htmltools import Tag, TagChild, tags
from shiny import ui

from app.components.verdict import Condition


@dataclass(frozen=True)
class Fact:
    """What a thing is called, and what it is; `code` for what is copied letter by letter, such as a hash."""

    name: str
    text: str
    code: bool = False


@dataclass(frozen=True)
class Chips:
    """Names that belong together, under what they have in common."""

    title: str
    names: Sequence[str]


_SIGNS = {"good": "✓", "bad": "✗", "muted": "?", "warn": "!"}


def facts(found: Sequence[Fact]) -> Tag:
    """Pairs of a name and its text."""
    rows = [(tags.dt(f.name), tags.dd(tags.code(f.text) if f.code else f.text)) for f in found]
    return tags.dl(*rows, class_="card-list")


def conditions(found: Sequence[Condition]) -> Tag:
    """Conditions, each with its sign."""
    return tags.ul(
        *(tags.li(tags.span(_SIGNS[c.tone], aria_hidden="true"), f" {c.text}", class_=f"tone-{c.tone}") for c in found),
        class_="conditions",
    )


def chips(found: Sequence[Chips]) -> Tag:
    """Groups of names."""
    return tags.div(
        *(
            tags.div(tags.h3(group.title), tags.div(*map(tags.span, group.names), class_="chip-list"))
            for group in found
        ),
        class_="chip-groups",
    )


def folded(summary: str, *body: TagChild) -> Tag:
    """What is seen only when its summary is opened."""
    return tags.details(tags.summary(summary), *body, class_="folded")


def switch(id: str, label: str, choices: Mapping[str, str], *, selected: str) -> Tag:
    """A choice of a few, side by side, with one of them chosen. `label` is for screen readers."""
    said = tags.span(label, class_="visually-hidden")
    return tags.div(ui.input_radio_buttons(id, said, dict(choices), selected=selected, inline=True), class_="segmented")


def working(text: str) -> Tag:
    """Work that is under way, of unknown length."""
    bar = tags.div(class_="progress-bar progress-bar-striped progress-bar-animated w-100")
    return tags.div(tags.div(bar, class_="progress", aria_hidden="true"), tags.p(text), class_="working", role="status")


def outcome(text: str, *, tone: str, items: Sequence[str] = ()) -> Tag:
    """How work came out ("good", "bad" or "muted"), with what was found one by one."""
    return tags.div(
        tags.p(tags.span(_SIGNS[tone], aria_hidden="true"), f" {text}", class_=f"tone-{tone}"),
        tags.ul(*map(tags.li, items), class_="found") if items else None,
        class_="outcome",
        role="status",
    )
