"""App room: the filter bar at work: what it is set to, and how it is set from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shiny import Inputs, Session, ui
from shiny.module import ResolvedId

from app.components import filters as controls
from app.l10n import L10n
from app.selection import WHOLE_SCORE, Extent, Filters, clamped, valid_month


def has_bar(input: Inputs) -> bool:
    """Whether the page was built with a filter bar; it was not when there was no release yet."""
    return controls.FIRST in input


def read(input: Inputs, extent: Extent) -> Filters:
    """What the bar is set to, as far as it means something in a release."""
    chosen = {name: controls.input_of(name) for name in extent.dimensions}
    where = {name: tuple(input[id]() or ()) for name, id in chosen.items() if id in input}
    score = tuple(input[controls.SCORE]()) if controls.SCORE in input else WHOLE_SCORE
    asked = Filters(
        valid_month(input[controls.FIRST]()),
        valid_month(input[controls.LAST]()),
        {name: levels for name, levels in where.items() if levels},
        (int(score[0]), int(score[1])),
        str(input[controls.PINNED]() or "") if controls.PINNED in input else "",
    )
    return clamped(asked, extent)


def write(filters: Filters, *, extent: Extent, session: Session) -> None:
    """Set every control of the bar."""
    ui.update_select(controls.FIRST, selected=str(filters.first or ""), session=session)
    ui.update_select(controls.LAST, selected=str(filters.last or ""), session=session)
    ui.update_slider(controls.SCORE, value=filters.score or WHOLE_SCORE, session=session)
    ui.update_select(controls.PINNED, selected=filters.pinned, session=session)
    for name, levels in extent.dimensions.items():
        _update(name, levels, session=session, selected=list(filters.where.get(name, ())))


def renew(filters: Filters, *, l10n: L10n, extent: Extent, session: Session) -> None:
    """Offer the months and levels of another release, and keep what is set."""
    first, last = controls.month_choices(l10n, extent)
    ui.update_select(controls.FIRST, choices=first, selected=str(filters.first or ""), session=session)
    ui.update_select(controls.LAST, choices=last, selected=str(filters.last or ""), session=session)
    for name, levels in extent.dimensions.items():
        choices = controls.level_choices(l10n, levels)
        _update(name, levels, session=session, choices=choices, selected=list(filters.where.get(name, ())))


def shows_same(before: Extent, after: Extent) -> bool:
    """Whether the bar of one release serves another: the same dimensions, each by the same kind of control, and
    months to choose from or none."""
    return _kinds(before) == _kinds(after) and controls.has_months(before) == controls.has_months(after)


def _kinds(extent: Extent) -> Mapping[str, bool]:
    return {name: controls.is_chips(levels) for name, levels in extent.dimensions.items() if len(levels) > 1}


def _update(name: str, levels: tuple[str, ...], *, session: Session, **what: Any) -> None:
    if len(levels) < 2:
        return
    id = ResolvedId(controls.input_of(name))  # Shiny would look for a checkbox group of the page that asks
    if controls.is_chips(levels):
        ui.update_checkbox_group(id, inline=True, session=session, **what)
    else:
        ui.update_selectize(id, session=session, **what)
