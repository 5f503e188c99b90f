"""App room: what the Data page says of columns: sentences, and a table whose heads sort and whose names open."""

from __future__ import annotations

from collections.abc import Sequence

from htmltools import HTMLDependency, Tag, tags

from app.assets import OWN
from app.components.verdict import Condition
from app.views.shapes import Cell, Table

SHEET = HTMLDependency("cartera-data", str(OWN.version), source=OWN.source, stylesheet={"href": "data.css"})
"""The styles of the page Data."""

_SIGNS = {"bad": "✗", "warn": "!", "good": "✓", "muted": "·"}
_ARROWS = {"ascending": " ↑", "descending": " ↓", "none": ""}


def column_table(
    data: Table, heads: Sequence[tuple[str, str, str]], *, sort_id: str, open_id: str, place: str, chosen: str
) -> Tag:
    """A table whose first heads are buttons that send their key to the input `sort_id`, and whose names are links to
    the element `place` that send the row's key to the input `open_id`. `heads`: key, words, `aria-sort`."""
    plain = data.columns[len(heads) :]
    return tags.div(
        tags.table(
            tags.caption(data.caption, class_="visually-hidden"),
            tags.thead(tags.tr(*(_head(*h, sort_id) for h in heads), *(tags.th(text, scope="col") for text in plain))),
            tags.tbody(
                *(
                    _row(cells, key, open_id, place, chosen=key == chosen)
                    for cells, key in zip(data.rows, data.keys, strict=True)
                )
            ),
            class_="quiet-table column-table",
        ),
        class_="table-frame",
        tabindex="0",
        role="region",
        aria_label=data.caption,
    )


def remarks(found: Sequence[Condition]) -> Tag:
    """Sentences one under the other, each with the sign of its tone."""
    return tags.ul(
        *(
            tags.li(tags.span(_SIGNS[f.tone], class_=f"tone-{f.tone}", aria_hidden="true"), tags.span(f.text))
            for f in found
        ),
        class_="remarks",
    )


def _head(key: str, text: str, sorted_: str, input_id: str) -> Tag:
    button = tags.button(
        text + _ARROWS[sorted_], type="button", class_="sort-head", data_input=input_id, data_value=key
    )
    return tags.th(button, scope="col", aria_sort=sorted_)


def _row(cells: Sequence[Cell], key: str, input_id: str, place: str, *, chosen: bool) -> Tag:
    first, *rest = cells
    link = tags.a(first.text, href=f"#{place}", class_="row-pick", data_input=input_id, data_value=key)
    return tags.tr(
        tags.th(link, scope="row"),
        *(tags.td(c.text, class_=f"tone-{c.tone}" if c.tone else None) for c in rest),
        aria_current="true" if chosen else None,
    )
