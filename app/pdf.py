"""App room: documents as PDF: headings, words, facts, tables and drawings one under the other, in the dashboard's type.

Views hand over what they hand to the pages (`Headline`, `Table`, `Fact`) and the same SVG that HTML files carry.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont
from fpdf import FPDF
from fpdf.enums import TableBordersLayout
from fpdf.fonts import FontFace

from app.assets import package_folder
from app.components.card_list import Fact
from app.theme import LIGHT
from app.views.shapes import Cell, Headline, Table

FAMILY: Final = "inter"
WEIGHTS: Final = {"": 420.0, "B": 650.0}
LETTERS: Final = (range(0x20, 0x250), range(0x370, 0x530), range(0x2000, 0x2300), range(0x25A0, 0x2760))
"""Characters that a document can hold: Latin, Greek and Cyrillic letters, punctuation, arrows, signs."""
MARGIN: Final = 16.0
"""Millimetres around the text of an A4 page."""
TONES: Final = {"good": LIGHT.good, "warn": LIGHT.warn, "bad": LIGHT.bad, "muted": LIGHT.muted, "": LIGHT.ink}
WIDEST: Final = 46
"""Letters of a cell beyond which a column grows no wider: its texts go on in the next line."""
_NUMBER: Final = re.compile(r"^[+−-]?\s*(R?\$)?\s*\d|^.?$")
_TITLES: Final = re.compile(r"<title>.*?</title>", re.DOTALL)


@dataclass(frozen=True)
class Words:
    """A paragraph. `tone`: "good", "warn", "bad", "muted" or "" (neither)."""

    text: str
    tone: str = ""
    strong: bool = False


@dataclass(frozen=True)
class Facts:
    """Pairs of a name and its text, a line each."""

    facts: Sequence[Fact]


@dataclass(frozen=True)
class Drawing:
    """A picture of `app.charts.svg` or `svg_lines`, across the page or a `share` of it; "" draws nothing."""

    svg: str
    share: float = 1.0


@dataclass(frozen=True)
class NewPage:
    """What follows stands on a new page."""


Block = Headline | Words | Facts | Table | Drawing | NewPage
"""What a document is made of: a heading with its subtitle, a paragraph, facts, a table, a drawing, a new page."""


def as_pdf(title: str, blocks: Iterable[Block], *, language: str, made: dt.datetime, foot: str = "") -> bytes:
    """A document of A4 pages. `foot` and the number of the page stand under each.

    `made`: the moment that it speaks of, with its zone; the same document of the same moment is the same to the byte.
    """
    with TemporaryDirectory() as folder:
        paper = _Paper(foot, Path(folder))
        paper.set_title(title)
        paper.set_lang(language)
        paper.set_creation_date(made)
        paper.add_page()
        paper.say(title, size=19, strong=True)
        for block in blocks:
            paper.put(block)
        return bytes(paper.output())


@cache
def _face(weight: float) -> bytes:
    """The dashboard's type in one weight, with the letters that are used here and without what only browsers read."""
    font = TTFont(Path(package_folder("fontpkg_inter", "files")) / "Inter[opsz,wght].ttf", recalcTimestamp=False)
    chosen = Subsetter(Options(layout_features=[], drop_tables=["GPOS", "GSUB", "GDEF"]))
    chosen.populate(unicodes=chain(*LETTERS))
    chosen.subset(font)
    instantiateVariableFont(font, {"wght": weight, "opsz": 14.0}, inplace=True)
    content = io.BytesIO()
    font.save(content)
    return content.getvalue()


class _Paper(FPDF):
    """Pages in the type and colours of the dashboard. Lengths are millimetres, sizes of type points."""

    def __init__(self, foot: str, folder: Path) -> None:
        """`folder`: where the type stands until the document is put out."""
        super().__init__(format="A4")
        self._foot = foot
        for style, weight in WEIGHTS.items():
            face = folder / f"type{style}.ttf"
            face.write_bytes(_face(weight))
            self.add_font(FAMILY, style, face)
        self.set_margin(MARGIN)
        self.set_auto_page_break(auto=True, margin=MARGIN + 6)
        self.set_creator("Cartera")

    def footer(self) -> None:
        """The foot and the number of the page."""
        self.set_y(-MARGIN)
        self._ink(7.5, LIGHT.muted)
        self.cell(self.epw - 14, 5, self._foot)
        self.cell(14, 5, f"{self.page_no()} / {{nb}}", align="R")

    def put(self, block: Block) -> None:
        """One block under the others."""
        if isinstance(block, Headline):
            self._head(block)
        elif isinstance(block, Words):
            self.say(block.text, strong=block.strong, colour=TONES[block.tone])
        elif isinstance(block, Facts):
            self._facts(block.facts)
        elif isinstance(block, Table):
            self._table(block)
        elif isinstance(block, Drawing):
            self._draw(block)
        else:
            self.add_page()

    def say(
        self, text: str, *, size: float = 9, strong: bool = False, colour: str = LIGHT.ink, after: float = 1.2
    ) -> None:
        """A paragraph across the page."""
        if not text:
            return
        self._ink(size, colour, strong=strong)
        self.multi_cell(0, size * 0.5, text, align="L", new_x="LMARGIN", new_y="NEXT")
        self.ln(after)

    def _head(self, head: Headline) -> None:
        """A heading, on the page of what follows it."""
        if self.will_page_break(30):
            self.add_page()
        self.ln(4)
        self.say(head.title, size=12.5, strong=True, after=0.3)
        self.say(head.subtitle, size=8.2, colour=LIGHT.muted, after=1.6)

    def _facts(self, facts: Sequence[Fact]) -> None:
        self._ink(8.6)
        rows = [((f.name, FontFace(color=LIGHT.muted)), (f.text, None)) for f in facts]
        self._grid(rows, widths=(1, 3), aligns=("LEFT", "LEFT"), headed=False)

    def _table(self, table: Table) -> None:
        lines = [*table.rows, *([table.total] if table.total else [])]
        if not lines:
            return
        texts = [[c.text for c in line] for line in lines]
        columns = list(zip(*texts, strict=True))
        aligns = ["LEFT", *("RIGHT" if all(map(_NUMBER.match, c)) else "LEFT" for c in columns[1:])]
        widths = [_width(name, column) for name, column in zip(table.columns, columns, strict=True)]
        head = [(name, None) for name in table.columns]
        self._ink(8)
        self._grid([head, *map(_styled, lines)], widths=widths, aligns=aligns, headed=True)

    def _grid(
        self, rows: Iterable[Sequence[tuple[str, FontFace | None]]], *, widths: Sequence[float], aligns: Sequence[str],
        headed: bool,
    ) -> None:  # fmt: skip
        self.set_draw_color(214, 219, 227)
        self.set_line_width(0.15)
        head = FontFace(emphasis="BOLD", color=LIGHT.muted)
        with self.table(
            col_widths=tuple(widths), text_align=tuple(aligns), line_height=self.font_size * 1.36,
            borders_layout=TableBordersLayout.HORIZONTAL_LINES, first_row_as_headings=headed, headings_style=head,
            padding=(0.7, 1.2),
        ) as grid:  # fmt: skip
            for cells in rows:
                line = grid.row()
                for text, style in cells:
                    line.cell(text, style=style)
        self.ln(2.5)

    def _draw(self, drawing: Drawing) -> None:
        if not drawing.svg:
            return
        named = f'<svg xmlns="http://www.w3.org/2000/svg" font-family="{FAMILY}" '
        content = _TITLES.sub("", drawing.svg).replace("<svg ", named, 1)
        self.image(io.BytesIO(content.encode()), w=self.epw * drawing.share)
        self.ln(2.5)

    def _ink(self, size: float, colour: str = LIGHT.ink, *, strong: bool = False) -> None:
        self.set_font(FAMILY, "B" if strong else "", size)
        self.set_text_color(colour)


def _styled(line: Sequence[Cell]) -> list[tuple[str, FontFace | None]]:
    return [(c.text, FontFace(color=TONES[c.tone]) if c.tone else None) for c in line]


def _width(name: str, texts: Sequence[str]) -> float:
    """How wide a column is beside the others: as its longest text, or the longest word of its name."""
    words = max((len(word) for word in name.split()), default=1)
    return max(words + 1, min(max(map(len, texts)), WIDEST), 5)
