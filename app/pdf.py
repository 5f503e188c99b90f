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
WIDEST: Final = 0.42
"""Share of the page beyond which a column grows no wider: its texts go on in the next line."""
LONGEST: Final = 34.0
"""Millimetres of a single word beyond which it is broken."""
PAD: Final = 1.2
"""Millimetres beside the text of a cell."""
_NUMBER: Final = re.compile(r"^[+−-]?\s*(R?\$)?\s*\d|^.?$")
_SIZE: Final = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
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
        every = list(blocks)
        for block, after in zip(every, [*every[1:], None], strict=True):
            paper.put(block, after)
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

    def put(self, block: Block, after: Block | None) -> None:
        """One block under the others, a heading on the page of what comes `after` it."""
        if isinstance(block, Headline):
            self._head(block, room=22 + (self._height(after) if isinstance(after, Drawing) else 8))
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

    def _head(self, head: Headline, *, room: float) -> None:
        """A heading, with `room` under it."""
        if self.will_page_break(room):
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
        head = [(name, None) for name in table.columns]
        self._ink(8, strong=True)
        least = [self._needs(name.split(" ")) for name in table.columns]
        self._ink(8)
        widths = self._widths(columns, least)
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
            padding=(0.7, PAD),
        ) as grid:  # fmt: skip
            for cells in rows:
                line = grid.row()
                for text, style in cells:
                    line.cell(text, style=style)
        self.ln(2.5)

    def _widths(self, columns: Sequence[Sequence[str]], heads: Sequence[float]) -> list[float]:
        """Widths of columns that fill the page: no short word is broken, and what room is left goes to long texts."""
        words = [self._needs([word for text in texts for word in text.split(" ")]) for texts in columns]
        least = [max(min(word, LONGEST), head) for word, head in zip(words, heads, strict=True)]
        wanted = [
            max(min(self._needs(texts), WIDEST * self.epw), low) for texts, low in zip(columns, least, strict=True)
        ]
        spare = self.epw - sum(least)
        if sum(wanted) <= self.epw or spare <= 0:
            return wanted
        more = sum(wanted) - sum(least)
        return [low + spare * (high - low) / more for low, high in zip(least, wanted, strict=True)]

    def _needs(self, texts: Sequence[str]) -> float:
        """Millimetres that the longest of some texts needs in one line of a cell."""
        return max(map(self.get_string_width, texts)) + 2 * PAD + 0.6

    def _draw(self, drawing: Drawing) -> None:
        if not drawing.svg:
            return
        named = f'<svg xmlns="http://www.w3.org/2000/svg" font-family="{FAMILY}" '
        content = _TITLES.sub("", drawing.svg).replace("<svg ", named, 1)
        self.image(io.BytesIO(content.encode()), w=self.epw * drawing.share)
        self.ln(2.5)

    def _height(self, drawing: Drawing) -> float:
        """Height of a drawing on the page."""
        size = _SIZE.search(drawing.svg)
        return self.epw * drawing.share * float(size[2]) / float(size[1]) if size else 0.0

    def _ink(self, size: float, colour: str = LIGHT.ink, *, strong: bool = False) -> None:
        self.set_font(FAMILY, "B" if strong else "", size)
        self.set_text_color(colour)


def _styled(line: Sequence[Cell]) -> list[tuple[str, FontFace | None]]:
    return [(c.text, FontFace(color=TONES[c.tone]) if c.tone else None) for c in line]
