"""App room: the way down to what is shown, each step of it but the last a button that goes back there."""

from __future__ import annotations

from collections.abc import Sequence

from htmltools import Tag, tags

from app.views.shapes import Crumb


def breadcrumb(label: str, crumbs: Sequence[Crumb], *, input_id: str, hint: str = "") -> Tag:
    """One way down. `label` says to a screen reader what it is; `hint` what can be done at its beginning."""
    return tags.nav(
        tags.ol(*(_step(crumb, input_id, last=crumb is crumbs[-1]) for crumb in crumbs)),
        tags.span(hint, class_="crumb-hint") if hint else None,
        aria_label=f"{label}: {crumbs[0].text}",
        class_="crumbs",
    )


def _step(crumb: Crumb, input_id: str, *, last: bool) -> Tag:
    if crumb.back_to:
        way = tags.button(crumb.text, type="button", class_="row-pick", data_input=input_id, data_value=crumb.back_to)
        return tags.li(way)
    return tags.li(tags.span(crumb.text), aria_current="location" if last else None)
