"""App room: which neighbouring bands count as one: a switch between every two of them."""

from __future__ import annotations

from collections.abc import Sequence

from htmltools import Tag, TagList, tags

from app.views.segments_bands import Row, Tie


def band_ties(rows: Sequence[Row], *, input_id: str, nothing: str) -> Tag | TagList:
    """A row of switches for each dimension; `nothing` where there is none. A switch sends its key to the input."""
    if not rows:
        return tags.p(nothing, class_="dial-note")
    return TagList(*(_row(row, input_id) for row in rows))


def _row(row: Row, input_id: str) -> Tag:
    switches = tags.div(*(_switch(tie, input_id) for tie in row.ties), class_="shiny-options-group")
    return tags.fieldset(
        tags.legend(row.name, class_="control-label"),
        tags.div(switches, class_="shiny-input-container"),
        class_="chips band-ties",
    )


def _switch(tie: Tie, input_id: str) -> Tag:
    box = tags.input(type="checkbox", checked="" if tie.on else None, data_input=input_id, data_value=tie.key)
    return tags.label(box, tags.span(tie.text), class_="checkbox-inline")
