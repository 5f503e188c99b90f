"""A review session on bad input, from the file to the words: each is said, and nothing is lost."""

from __future__ import annotations

import re
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from made_session import serve_in_memory
from releases import draft, open_counts, store_with
from test_app_pages import INPUTS, _html, until
from test_app_review import _close, _frozen, _pack, _pin, _start
from test_data_store_faults import small_disk

from app import review_pack, review_sheets
from app.desk import Desk
from app.l10n import L10n
from app.review_pack import opened
from app.selection import Filters
from app.settings import Settings
from app.shell import make_app
from app.views import review as view
from app.views import review_agenda as agenda
from app.views import review_figures as figures
from app.views import review_tables as tables
from data.memory_store import MemoryStore
from data.records import Records, RecordsError

ES = L10n("es")
WHOLE = range(202401, 202413)


@pytest.fixture(scope="module")
def closed_year() -> MemoryStore:
    """A release of twelve matured months."""
    return store_with(draft(400))


@contextmanager
def _room(store: MemoryStore, place: Path) -> Iterator[Any]:
    """The review room over records at a place."""
    desk = Desk(store, open_counts)
    desk.open(store.version())
    settings = Settings(poll_seconds=60, store=place.parent, language="es", records=f"sqlite:///{place}")
    with serve_in_memory(make_app(desk, settings)) as found:
        own = {"review-open": "", "review-by": "Ana", "review-finding": "", "review-pack": None}
        found.set_inputs(**{**INPUTS, **own, "page": "review"})
        yield found


THIN = {
    "no matured month": (draft(240, open_months=tuple(WHOLE)), Filters()),
    "one month": (draft(240, first=202401, last=202401), Filters()),
    "bands without a case": (draft(240), Filters(score=(0, 30))),
}
"""What little there is to look at, and the selection that looks at it."""


@pytest.mark.parametrize("name", THIN)
def test_a_session_on_next_to_nothing_is_kept_signed_and_opened_again_without_a_number_that_is_none(
    name: str, tmp_path: Path
) -> None:
    made, filters = THIN[name]
    pin, records = _pin(store_with(made)), Records(tmp_path / "records.db")
    closed = _close(records, _start(records, pin, filters, name))
    frozen = _frozen(pin, filters)
    pack = _pack(records, closed, "es")
    page = review_pack.as_html(pack)
    read = opened(page.encode())
    assert (read.broken, read.review) == ((), closed)
    assert tables.tables(ES, read.frozen) == tables.tables(ES, pack.frozen)
    said = re.sub(r"<code.*?</code>", "", page, flags=re.DOTALL)
    assert not re.search(r"\b(nan|NaN|null|inf)\b|>\s*None\s*<", said)
    assert agenda.headline(ES, frozen).title
    assert opened(review_sheets.as_xlsx(pack)).broken == ()
    judged = [row for row in frozen.table("months") if row["n"]]
    bands = [row for row in frozen.table("bands") if row["n"]]
    assert {"no matured month": not judged, "one month": len(judged) == 1, "bands without a case": 0 < len(bands) < 10}[
        name
    ]
    assert list(records.verify()) == []


def test_records_of_a_newer_schema_are_named_in_the_room_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "records.db"
    Records(file).open()
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE records_version SET version_num = '0099'")
    connection.close()
    before = file.read_bytes()
    records = Records(file)
    with pytest.raises(RecordsError, match="newer Cartera") as refused:
        figures.book(records)
    trouble = view.trouble(ES, str(refused.value))
    assert "0099" in trouble.body
    records.close()
    assert file.read_bytes() == before


def test_on_a_disk_that_became_read_only_nothing_is_said_to_be_kept(closed_year: MemoryStore, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "size=4m") as disk:
        file = disk / "records.db"
        with _room(closed_year, file) as found:
            found.set_inputs(**{"review-sent": {"do": "start:0:0", "title": "Octubre"}})
            until(found, lambda: "Evidencia 2024-12 #" in _html(found, "review-banner"))
            subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
            sent = {"do": "find:1:0", "text": "De más", "severity": "high", "owner": "Luis", "due": ""}
            found.set_inputs(**{"review-sent": sent})
            until(found, lambda: "records.db" in _html(found, "review-told_finding"))
            said = _html(found, "review-told_finding")
            assert "bad" in said
            assert "De más" not in str(found.get_output("review-findings").value)
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
        records = Records(file)
        assert ([r.title for r in records.reviews()], list(records.findings())) == (["Octubre"], [])
        assert list(records.verify()) == []
        records.close()
