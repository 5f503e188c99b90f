"""App room: the board pack as a workbook: what it rests on, each part, every figure as a number, the definitions."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Sequence
from typing import Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from app.board_pack import Pack, filtered, nothing
from app.views.board import Part

CELL: Final = 32_000
"""Characters that a cell holds."""
WIDE: Final = 60
Row = Sequence[object]


def as_xlsx(pack: Pack) -> bytes:
    """The pack as a workbook in its language; numbers are numbers, of the 16 digits that a workbook holds, and
    exact in the evidence."""
    say = pack.l10n.say
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)
    fill(first, say("Board pack"), [], _about(pack))
    for part in pack.parts:
        fill(book.create_sheet(), part.key, [], _part(part))
    names = ("page", "figure", "value", "low", "high", "n", "month", "maturity", "grade", "reason")
    fill(book.create_sheet(), say("Figures"), names, _figures(pack))
    entries = ((m.title, m.asks, m.symbols, m.interval, m.limits, m.source) for m in pack.methods)
    fill(book.create_sheet(), say("Definitions"), [], entries)
    content = pack.frozen.content
    pieces = [content[k : k + CELL] for k in range(0, len(content), CELL)]
    fill(book.create_sheet(), say("Evidence"), ["SHA-256", pack.frozen.hash], ((piece,) for piece in pieces))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def fill(sheet: Worksheet, title: str, head: Row, rows: Iterable[Row]) -> None:
    """Write a sheet: its title, its head where it has one, and its rows; a text is never read as a formula."""
    sheet.title = title
    for row in (*([head] if head else []), *rows):
        sheet.append(["" if value is None else value for value in row])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for column in sheet.columns:
        longest = max((len(str(cell.value or "")) for cell in column), default=0)
        sheet.column_dimensions[column[0].column_letter].width = min(longest + 2, WIDE)
        for cell in column:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if isinstance(cell.value, str):
                cell.data_type = "s"


def _about(pack: Pack) -> list[Row]:
    say, said = pack.l10n.say, pack.frozen.said
    return [
        (pack.title,),
        (say("Scope"), pack.scope),
        (say("Filters"), filtered(pack)),
        (say("Data"), " · ".join(pack.badge)),
        (say("Release"), said["release"]),
        (say("Evidence"), pack.frozen.hash),
        *([] if pack.parts else [(nothing(pack),)]),
        *((part.head.title, part.said) for part in pack.parts),
    ]


def _part(part: Part) -> list[Row]:
    rows: list[Row] = [(part.head.title,), (part.head.subtitle,)]
    rows += [(part.said,)] if part.said else []
    if part.verdict:
        rows += [(part.verdict.grade, part.verdict.sentence), *((c.text,) for c in part.verdict.conditions)]
    rows += [(b.title, b.period, b.value, f"{b.arrow} {b.change}".strip(), b.against, b.target) for b in part.boxes]
    if part.table:
        lines = (*part.table.rows, *([part.table.total] if part.table.total else []))
        rows += [part.table.columns, *([cell.text for cell in line] for line in lines)]
    return rows


def _figures(pack: Pack) -> list[Row]:
    return [
        (page, f.key, *map(_number, (f.value, f.low, f.high, f.n)), f.month or None, _number(f.maturity), f.grade,
         f.reason)
        for page in pack.frozen.said["pages"]
        for f in pack.frozen.figures(page)
    ]  # fmt: skip


def _number(value: float) -> float | None:
    """The number; nothing for one that is not known."""
    return value if math.isfinite(value) else None
