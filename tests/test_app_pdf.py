"""A PDF document says what it was given, on as many pages as that takes, and is the same whenever it is made again."""

from __future__ import annotations

import datetime as dt
import io

from pypdf import PdfReader

from app.charts import svg
from app.charts.bars import Bar, Bars
from app.components.card_list import Fact
from app.pdf import Block, Drawing, Facts, NewPage, Words, as_pdf
from app.views.shapes import Cell, Headline, Table

MADE = dt.datetime(2026, 10, 31, 12, tzinfo=dt.UTC)


def pages_of(*blocks: Block, title: str = "Ficha") -> list[str]:
    """The text of each page of a document."""
    content = as_pdf(title, blocks, language="es", made=MADE, foot="Release 000012")
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def test_letters_of_three_languages_and_signs_are_read_back() -> None:
    said = "Calibração e discriminação · año, morosidad ≤ 30 días · |Δp| ≥ 0 − 1 ✓ ✗ —"
    page, *more = pages_of(Headline("Qué modelo", "n 200"), Words(said), Facts([Fact("Hash", "ab" * 32, code=True)]))
    assert said in page and "Qué modelo" in page and "ab" * 32 in page
    assert more == []


def test_a_long_table_goes_on_with_its_head_and_loses_no_row() -> None:
    rows = tuple((Cell(f"fila {k}"), Cell(f"{k},5", "bad")) for k in range(120))
    pages = pages_of(Table(("Nombre", "Puntos"), rows, total=(Cell("Todas"), Cell("7.140"))))
    assert len(pages) > 2
    assert all("Nombre" in page for page in pages)
    assert [line for page in pages for line in page.splitlines() if line.startswith("fila")] == [
        f"fila {k} {k},5" for k in range(120)
    ]
    assert "Todas 7.140" in pages[-1]


def test_every_page_has_the_foot_and_its_number() -> None:
    pages = pages_of(Words("uno"), NewPage(), Words("dos"))
    assert ["uno" in pages[0], "dos" in pages[1]] == [True, True]
    assert all(f"Release 000012 {k} / 2" in page for k, page in enumerate(pages, start=1))


def test_the_words_of_a_drawing_are_text_and_its_hover_is_not() -> None:
    drawn = svg.bars(Bars((Bar("a", "días de mora", 0.4, "40 %", "<b>hover</b>"),), "AUC"))
    page = pages_of(Drawing(drawn), Drawing(""))[0]
    assert "días de mora" in page and "40 %" in page and "hover" not in page


def test_the_same_document_of_the_same_moment_is_the_same_to_the_byte() -> None:
    first, second = (as_pdf("x", [Words("uno")], language="es", made=MADE) for _ in range(2))
    assert first == second
    about = PdfReader(io.BytesIO(first)).metadata
    assert about is not None
    assert (about.title, about.creator, about.creation_date) == ("x", "Cartera", MADE)
