"""App room: the filter bar: one control per dimension that the release has, folded away on a phone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from faicons import icon_svg
from htmltools import Tag, TagChild, tags
from shiny import ui

from app.l10n import L10n
from app.selection import WHOLE_SCORE, Extent, Filters
from app.views import names

STANDARD = ("product", "bucket", "region", "age_band", "segment", "income_band", "channel")
"""Dimensions that stand in the bar, in this order; whatever else a release has is under "More filters"."""
FIRST, LAST, SCORE, CLEAR, PINNED = "f_from", "f_to", "f_score", "f_clear", "f_pinned"
_CHIPS_MOST, _CHIP_LENGTH = 9, 7


def input_of(dimension: str) -> str:
    """Id of the input of a dimension."""
    return f"f_{dimension}"


def filter_bar(l10n: L10n, extent: Extent | None, *, filters: Filters, document: Mapping[str, Any]) -> Any:
    """The sidebar with every filter of a release set as asked; without a release, an empty folded one."""
    title = tags.h2(l10n.say("Filters"), class_="sidebar-title")
    if extent is None or not extent.months:
        return ui.sidebar(title, open="closed", id="filters", width=264)
    shown = [name for name in extent.dimensions if len(extent.dimensions[name]) > 1]
    usual = [name for name in STANDARD if name in shown]
    more = [name for name in shown if name not in STANDARD]
    controls = {name: _control(l10n, name, extent, filters, document) for name in shown}
    return ui.sidebar(
        _months(l10n, extent, filters),
        ui.input_select(
            PINNED, l10n.say("Pinned segment"), pinned_choices(l10n, [filters.pinned]), selected=filters.pinned
        ),
        *(controls[name] for name in usual),
        _score(l10n, filters),
        _more(l10n, [controls[name] for name in more], opened=any(name in filters.where for name in more)),
        ui.input_action_button(
            CLEAR, l10n.say("Clear filters"), icon=icon_svg("rotate-left"), class_="btn-sm btn-outline-secondary w-100"
        ),
        title=title,
        id="filters",
        width=264,
        gap="0",
        resizable=False,
        open={"desktop": "open", "mobile": "closed"},
    )


def month_choices(l10n: L10n, extent: Extent) -> tuple[dict[str, str], dict[str, str]]:
    """Choices of the first and of the last month; the empty choice follows the release's own first and last."""
    named = {str(m): l10n.month(m) for m in extent.months}
    first, last = str(extent.months[0]), str(extent.months[-1])
    return (
        {"": named[first], **{m: text for m, text in named.items() if m != first}},
        {"": named[last], **{m: text for m, text in reversed(named.items()) if m != last}},
    )


def level_choices(l10n: L10n, levels: Sequence[str]) -> dict[str, str]:
    """Choices of a dimension: level → its name."""
    return {level: names.level(l10n, level) for level in levels}


def pinned_choices(l10n: L10n, pinned: Sequence[str]) -> dict[str, str]:
    """Choices of a pinned segment; the empty choice is everybody."""
    return {"": l10n.say("All"), **{name: name for name in pinned if name}}


def has_months(extent: Extent) -> bool:
    """Whether there are months to choose from."""
    return len(extent.months) > 1


def is_chips(levels: Sequence[str]) -> bool:
    """Whether a dimension is shown as chips: few levels with short names."""
    return len(levels) <= _CHIPS_MOST and max(map(len, levels), default=0) <= _CHIP_LENGTH


def _months(l10n: L10n, extent: Extent, filters: Filters) -> Tag:
    """The first and the last month; out of sight where there is only one, which leaves nothing to choose."""
    first, last = month_choices(l10n, extent)
    return tags.div(
        ui.input_select(FIRST, l10n.say("From"), first, selected=str(filters.first or "")),
        ui.input_select(LAST, l10n.say("To"), last, selected=str(filters.last or "")),
        class_="month-range" if has_months(extent) else "month-range d-none",
    )


def _control(l10n: L10n, name: str, extent: Extent, filters: Filters, document: Mapping[str, Any]) -> Tag:
    levels = extent.dimensions[name]
    label, choices = names.dimension(l10n, name, document), level_choices(l10n, levels)
    chosen = list(filters.where.get(name, ()))
    if is_chips(levels):
        return tags.div(
            ui.input_checkbox_group(input_of(name), label, choices, selected=chosen, inline=True), class_="chips"
        )
    options: dict[str, Any] = {"placeholder": l10n.say("All"), "plugins": ["remove_button"]}
    return ui.input_selectize(input_of(name), label, choices, selected=chosen, multiple=True, options=options)


def _score(l10n: L10n, filters: Filters) -> Tag:
    low, high = WHOLE_SCORE
    return ui.input_slider(
        SCORE, l10n.say("Score band"), low, high, filters.score or WHOLE_SCORE, step=5, post="%", ticks=False
    )


def _more(l10n: L10n, controls: Sequence[TagChild], *, opened: bool) -> Tag | None:
    if not controls:
        return None
    return tags.details(tags.summary(l10n.say("More filters")), *controls, open="" if opened else None, class_="more")
