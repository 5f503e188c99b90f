"""App room: a confusion matrix that can be read aloud: said against happened, with the totals that rates divide by."""

from __future__ import annotations

from htmltools import Tag, tags

from app.views.error_shapes import Quadrant, Square


def confusion(square: Square) -> Tag:
    """Two by two cells with their totals. What was said stands in rows, what happened in columns."""
    tp, fp, fn, tn = square.cells
    return tags.div(
        tags.table(
            tags.caption(square.caption, class_="visually-hidden") if square.caption else None,
            tags.thead(
                tags.tr(
                    tags.td(),
                    *(tags.th(name, scope="col") for name in square.columns),
                    tags.th(square.total_name, scope="col"),
                )
            ),
            tags.tbody(
                _row(square.rows[0], (tp, fp), square.row_totals[0]),
                _row(square.rows[1], (fn, tn), square.row_totals[1]),
            ),
            tags.tfoot(
                tags.tr(
                    tags.th(square.total_name, scope="row"),
                    *(tags.td(text) for text in (*square.column_totals, square.total)),
                )
            ),
            class_="confusion",
        ),
        class_="confusion-frame",
    )


def _row(name: str, cells: tuple[Quadrant, Quadrant], total: str) -> Tag:
    return tags.tr(tags.th(name, scope="row"), *map(_cell, cells), tags.td(total))


def _cell(cell: Quadrant) -> Tag:
    return tags.td(
        tags.span(cell.name, class_="quadrant-name"),
        tags.span(cell.value, class_="quadrant-value"),
        tags.span(cell.share, class_="quadrant-share"),
        tags.span(cell.words, class_="quadrant-words"),
        class_=f"quadrant quadrant-{cell.kind}",
        data_kind=cell.kind,
    )
