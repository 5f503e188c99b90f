"""An Excel workbook reads like the CSV file with the same values, and what is wrong with it is said with its sheet."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

import data.sources.table as table
from data.contract import ContractError, SourceError
from data.sources.columns import Field
from data.sources.reading import Layout, read
from data.sources.sheets import as_text

HEADER = ["loan", "signed", "amount", "kind"]
ROWS = [
    [1, datetime(2024, 1, 5, 9, 30), 900.5, "card"],
    [2, date(2024, 2, 29), 1000, 4],
    [3, "2024-03-01", None, None],
]
LAYOUT = Layout(
    "loans.csv",
    "loans",
    (Field("loan", "id", "loan", missing=False), Field("signed", "category", "signed"),
     Field("amount", "money", "amount"), Field("kind", "category", "kind")),
)  # fmt: skip


def _book(path: Path, **sheets: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


@pytest.fixture
def loans(tmp_path: Path) -> Path:
    return _book(tmp_path / "loans.xlsx", Hoja1=[HEADER, *ROWS], Otra=[HEADER, [9, "2024-01-01", 5, "card"]])


def _refusal(path: Path, layout: Layout = LAYOUT) -> str:
    with pytest.raises((SourceError, ContractError)) as refused:
        read(path, layout)
    return str(refused.value)


def test_the_first_sheet_is_read_with_numbers_and_dates_as_a_csv_file_has_them(loans: Path) -> None:
    frame = read(loans, LAYOUT).frame
    assert frame["loan"].tolist() == [1, 2, 3]
    assert frame["signed"].tolist() == ["2024-01-05 09:30:00", "2024-02-29", "2024-03-01"]
    assert frame["amount"].tolist()[:2] == [900.5, 1000]
    assert frame["amount"].isna().tolist() == [False, False, True]
    assert frame["kind"].tolist()[:2] == ["card", "4"]
    assert frame["kind"].isna().tolist() == [False, False, True]


def test_another_sheet_is_read_by_its_name(loans: Path) -> None:
    other = Layout(LAYOUT.file, LAYOUT.about, LAYOUT.fields, sheet="Otra")
    assert read(loans, other).frame["loan"].tolist() == [9]
    missing = Layout(LAYOUT.file, LAYOUT.about, LAYOUT.fields, sheet="Hoja3")
    assert _refusal(loans, missing) == "loans.xlsx has no sheet 'Hoja3'; it has Hoja1, Otra"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (0.1, "0.1"), (4.0, "4"), (22_000_000_000, "22000000000"), (True, "1"), ("", None), (None, None),
        (1 / 3, "0.3333333333333333"), (1e300, "1e+300"), (datetime(2024, 1, 5), "2024-01-05"), ("#N/A", "#N/A"),
    ],
)  # fmt: skip
def test_a_cell_is_the_text_that_a_csv_file_would_hold(cell: object, text: str | None) -> None:
    assert as_text(cell) == text


def test_empty_rows_at_the_end_are_no_rows_and_one_in_between_is_told(tmp_path: Path) -> None:
    nothing = [None] * 4
    path = _book(tmp_path / "loans.xlsx", Hoja1=[HEADER, *ROWS, nothing, nothing])
    assert len(read(path, LAYOUT).frame) == 3
    path = _book(tmp_path / "loans.xlsx", Hoja1=[HEADER, ROWS[0], nothing, ROWS[1]])
    assert _refusal(path) == (
        "loans.xlsx, sheet Hoja1, column loan: 1 value(s) break the rule “a value is needed”: row 2: ''"
    )


def test_a_value_that_cannot_be_read_is_named_with_sheet_row_and_column(tmp_path: Path) -> None:
    path = _book(tmp_path / "loans.xlsx", Hoja1=[HEADER, ROWS[0], [2, "2024-02-29", "#DIV/0!", "card"]])
    assert _refusal(path) == (
        "loans.xlsx, sheet Hoja1, column amount: 1 value(s) break the rule “a number”: row 2: '#DIV/0!'"
    )


def test_a_value_under_no_name_is_told(tmp_path: Path) -> None:
    path = _book(tmp_path / "loans.xlsx", Hoja1=[HEADER, ROWS[0], [*ROWS[1], "note"]])
    assert _refusal(path) == "loans.xlsx, sheet Hoja1, row 2: 'note' stands in column E, which has no name"


def test_a_missing_column_is_named_with_the_sheet(tmp_path: Path) -> None:
    path = _book(tmp_path / "loans.xlsx", Hoja1=[["loan", "signed", "amounts", "kind"], *ROWS])
    assert _refusal(path).splitlines()[0] == "loans.xlsx, sheet Hoja1 lacks the column amount (is it amounts, renamed?)"


@pytest.mark.parametrize("rows", [[], [[None, None]]])
def test_an_empty_sheet_is_told(tmp_path: Path, rows: list[list[object]]) -> None:
    path = _book(tmp_path / "loans.xlsx", Hoja1=rows)
    assert _refusal(path) == "loans.xlsx, sheet Hoja1 is empty: its first line holds no column names"


def test_a_sheet_with_a_header_only_is_told(tmp_path: Path) -> None:
    path = _book(tmp_path / "loans.xlsx", Hoja1=[HEADER])
    assert _refusal(path) == "loans.xlsx, sheet Hoja1 is empty: it has a header but no rows"


def test_half_a_workbook_is_told(loans: Path) -> None:
    whole = loans.read_bytes()
    loans.write_bytes(whole[: len(whole) // 2])
    assert _refusal(loans).startswith("loans.xlsx is not a whole Excel workbook (.xlsx): ")


def test_a_text_file_named_as_a_workbook_is_told(tmp_path: Path) -> None:
    (tmp_path / "loans.xlsx").write_text("loan,signed\n1,2024-01-01\n", encoding="utf-8")
    assert _refusal(tmp_path / "loans.xlsx").startswith("loans.xlsx is not a whole Excel workbook (.xlsx): ")


def test_a_workbook_of_no_bytes_or_none_at_all_is_told(tmp_path: Path) -> None:
    assert _refusal(tmp_path / "loans.xlsx") == f"loans.xlsx is missing from the folder {tmp_path}"
    (tmp_path / "loans.xlsx").touch()
    assert _refusal(tmp_path / "loans.xlsx") == "loans.xlsx is empty: it has 0 bytes"


def test_a_sheet_that_breaks_off_is_told_with_its_name(loans: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.xlsx"
    with zipfile.ZipFile(loans) as old, zipfile.ZipFile(broken, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content[: content.index(b"</row>") + 20] if name.endswith("sheet1.xml") else content)
    assert _refusal(broken).startswith("broken.xlsx, sheet Hoja1 is not a whole Excel workbook (.xlsx): ")


def test_a_size_that_the_workbook_states_wrongly_hides_no_row(loans: Path, tmp_path: Path) -> None:
    stated = tmp_path / "stated.xlsx"
    with zipfile.ZipFile(loans) as old, zipfile.ZipFile(stated, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'ref="A1:D4"', b'ref="A1:A1"'))
    assert read(stated, LAYOUT).frame["kind"].tolist()[:2] == ["card", "4"]


def test_a_mapping_may_name_the_sheet(tmp_path: Path) -> None:
    rows = [["day", "paid"], ["2024-01-05", "yes"], ["2024-02-05", "no"]]
    _book(tmp_path / "loans.xlsx", Notas=[["nothing"]], Datos=rows)
    (tmp_path / "loans.toml").write_text(
        'file = "loans.xlsx"\nsheet = "Datos"\ndate = "day"\n[outcome]\ncolumn = "paid"\npositive = ["yes"]\n'
        '[outcome.means]\nen = "pays"\nes = "paga"\npt = "paga"\n',
        encoding="utf-8",
    )
    assert table.load(tmp_path / "loans.toml").outcomes["label"].tolist() == [1, 0]
