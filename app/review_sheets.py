"""App room: the pack of a review session as a workbook: the document, every frozen figure as a number, and the evidence
whole under its hash."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from app.board_sheets import CELL, Row, fill
from app.pdf import Block, Facts, Words
from app.review_pack import EVIDENCE, RECORD, Pack
from app.views.shapes import Headline, Table
from data.records.canonical import sha256

TABLES = ("months", "bands", "ratio", "features", "steps", "recalibrated")
"""Tables of the evidence that have a sheet of numbers."""


def as_xlsx(pack: Pack) -> bytes:
    """The pack as a workbook in its language; numbers are numbers, and exact in the evidence."""
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)
    fill(first, pack.l10n.say("Session"), [], [(pack.title,), *_rows(pack.blocks)])
    names = ("page", "figure", "value", "low", "high", "n", "month", "maturity", "grade", "reason")
    fill(book.create_sheet(), "figures", names, _figures(pack))
    for name in TABLES:
        rows = pack.frozen.table(name)
        if rows:
            fill(book.create_sheet(), name, list(rows[0]), (list(row.values()) for row in rows))
    for name, content in ((EVIDENCE, pack.frozen.content), (RECORD, pack.record)):
        pieces = ((content[k : k + CELL],) for k in range(0, len(content), CELL))
        fill(book.create_sheet(), name, ["SHA-256", sha256(content)], pieces)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _rows(blocks: Sequence[Block]) -> Iterable[Row]:
    for block in blocks:
        if isinstance(block, Headline):
            yield ()
            yield (block.title, block.subtitle)
        elif isinstance(block, Words):
            yield (block.text,)
        elif isinstance(block, Facts):
            yield from ((fact.name, fact.text) for fact in block.facts)
        elif isinstance(block, Table):
            yield block.columns
            yield from ([cell.text for cell in row] for row in (*block.rows, *([block.total] if block.total else [])))


def _figures(pack: Pack) -> Iterable[Row]:
    for page in pack.frozen.said["pages"]:
        for f in pack.frozen.figures(page):
            numbers = [v if math.isfinite(v) else None for v in (f.value, f.low, f.high, f.n)]
            known = f.maturity if math.isfinite(f.maturity) else None
            yield (page, f.key, *numbers, f.month or None, known, f.grade, f.reason)
