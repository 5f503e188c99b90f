"""The board pack: the figures of the pages in one file that stands alone, and nothing that tells of one client."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import numpy as np
import pytest
from openpyxl import load_workbook
from releases import draft, open_counts, store_with
from test_app_pages import session, until

from app import board_pack, board_sheets
from app.board_pack import Pack
from app.desk import Pin
from app.l10n import L10n
from app.selection import Filters, to_selection
from app.views import kpi_pages
from app.views.shapes import Table
from data.counts import Selection
from data.records.canonical import sha256
from monitoring.policy import Policy

IDS = ("client", "obligation")
LONG = 10**9
"""Added to every id, so that no number of a file can look like one."""


@pytest.fixture(scope="module")
def pin() -> Pin:
    made = draft(6000, first=202401, flowing=True)
    rows = {m: part.assign(**{k: part[k] + LONG for k in IDS}) for m, part in made.tables["rows"].items()}
    release = store_with(replace(made, tables={"rows": rows})).read()
    return Pin(release, open_counts(release))


def packed(pin: Pin, language: str = "en", *, policy: Policy | None = None, **where: tuple[str, ...]) -> Pack:
    filters = Filters(where=where)
    chosen = to_selection(filters, months=pin.counts.months, edges=pin.counts.edges)
    return board_pack.pack(L10n(language), pin, chosen, filters, policy=policy or pin.policy)


def segments(pack: Pack) -> Table:
    table = next(part.table for part in pack.parts if part.key == "segments")
    assert table is not None
    return table


def last_month(pin: Pin, dimension: str) -> np.ndarray:
    month = pin.counts.months[-1]
    return pin.counts.totals(Selection(months=(month, month)), by=(dimension,)).keep(dimension)["n"]


@pytest.fixture(scope="module")
def whole(pin: Pin) -> Pack:
    return packed(pin)


def test_the_pack_holds_the_figures_of_the_pages(pin: Pin, whole: Pack) -> None:
    keys = [part.key for part in whole.parts]
    assert keys[:3] == ["pulse", "trend", "segments"]
    assert "bridge" in keys
    chosen = to_selection(Filters(), months=pin.counts.months, edges=pin.counts.edges)
    shown = kpi_pages.figures_of(pin, chosen, page="pulse", policy=pin.policy)
    assert [(f.key, f.value) for f in whole.frozen.figures("pulse") if f.value == f.value] == [
        (f.key, f.value) for f in shown if f.value == f.value
    ]


@pytest.mark.parametrize("language", ["en", "es", "pt"])
def test_the_page_stands_alone_and_says_what_it_rests_on(pin: Pin, language: str) -> None:
    pack = packed(pin, language)
    page = board_pack.as_html(pack)
    assert not re.search(r"<script|<link|src=|url\(|https?://", page)
    assert all(word in page for word in (pin.version, pack.frozen.hash, board_pack.filtered(pack), *pack.badge))
    assert all(part.head.title in page.replace("&gt;", ">").replace("&lt;", "<") for part in pack.parts)
    assert all(m.title in page for m in pack.methods)


def test_the_frozen_figures_are_in_the_file_under_their_hash(whole: Pack) -> None:
    page = board_pack.as_html(whole)
    found = re.search(r'<code id="evidence">(.*?)</code>', page, re.DOTALL)
    assert found is not None
    content = found[1].replace("&quot;", '"').replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert sha256(content) == whole.frozen.hash


def test_the_workbook_has_every_figure_as_a_number_and_its_evidence_to_the_last_digit(whole: Pack) -> None:
    book = load_workbook(io.BytesIO(board_sheets.as_xlsx(whole)))
    rows = list(book["Figures"].iter_rows(min_row=2, max_col=3, values_only=True))
    known = [(page, f.key, f.value) for page in whole.frozen.said["pages"] for f in whole.frozen.figures(page)]
    assert [row[:2] for row in rows] == [figure[:2] for figure in known]
    assert [row[2] for row in rows if row[2] is not None] == pytest.approx(
        [figure[2] for figure in known if figure[2] == figure[2]], rel=1e-15
    )
    content = "".join(str(row[0]) for row in book["Evidence"].iter_rows(min_row=2, values_only=True))
    assert sha256(content) == whole.frozen.hash


def test_one_selection_gives_one_hash_and_another_selection_another(pin: Pin, whole: Pack) -> None:
    assert packed(pin, "es").frozen.hash == whole.frozen.hash
    level = pin.extent.dimensions["product"][0]
    assert packed(pin, product=(level,)).frozen.hash != whole.frozen.hash


def test_a_segment_of_few_obligations_is_not_in_the_file(pin: Pin) -> None:
    least = int(np.sort(last_month(pin, "product"))[1])
    few = f"< {least} obligations"
    before, after = segments(packed(pin)), segments(packed(pin, policy=Policy(cell_least=least)))
    assert few not in str(before)
    hidden = [row[0] for row in after.rows if row[1].text == few]
    assert len(hidden) == 2
    assert all(cell.text == "" for row in after.rows if row[0] in hidden for cell in row[2:])
    assert [r for r in after.rows if r[0] not in hidden] == [r for r in before.rows if r[0] not in hidden]


def test_a_selection_of_few_obligations_has_an_empty_pack(pin: Pin) -> None:
    pack = packed(pin, policy=Policy(cell_least=10**6))
    assert not pack.parts
    assert not any(pack.frozen.figures(page) for page in kpi_pages.PAGES)
    assert "fewer than 1000000 obligations" in board_pack.as_html(pack)
    assert load_workbook(io.BytesIO(board_sheets.as_xlsx(pack))).sheetnames[0] == "Board pack"


def test_no_row_of_a_client_is_in_the_file(pin: Pin, whole: Pack) -> None:
    rows = pin.release.frame("rows")
    named = {str(i) for k in IDS for i in rows[k].unique()}
    book = load_workbook(io.BytesIO(board_sheets.as_xlsx(whole)))
    cells = [str(c) for sheet in book for row in sheet.iter_rows(values_only=True) for c in row]
    assert not named & set(re.findall(r"\d{10}", " ".join([board_pack.as_html(whole), *cells])))


def test_what_a_text_begins_with_is_no_formula_of_the_workbook(pin: Pin) -> None:
    pack = packed(pin)
    book = load_workbook(io.BytesIO(board_sheets.as_xlsx(pack)))
    assert not [c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"]


def test_every_page_has_the_export(pin: Pin) -> None:
    store = store_with(draft(600, first=202401, flowing=True))
    with session(store) as found:
        until(found, lambda: found.get_output("pack_html").status == "ok")
        assert found.get_output("pack_xlsx").status == "ok"
