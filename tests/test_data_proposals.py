"""Proposals of a cut-off: kept whole under their title with the audit log, and never written over unseen."""

from __future__ import annotations

import json
import sqlite3
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from data.records import About, CutOff, Records, RecordsError, TakenError
from data.records.canonical import canonical
from data.records.decisions import UnfitError

ABOUT = About("000001-abc", "cut_off", "product=tarjeta", "threshold", canonical({"figures": [{"key": "fdr"}]}))
CUT = CutOff("Tarjeta from 31 %", 0.31, calls=12_000.0, lock=3, as_of=202412)


@pytest.fixture
def records(tmp_path: Path) -> Records:
    """Records that nobody has written to yet."""
    return Records(tmp_path / "records.db")


def test_a_proposal_is_kept_with_its_evidence_author_and_release(records: Records) -> None:
    kept = records.propose(CUT, ABOUT, by=" Ana ")
    assert (kept.version, kept.threshold, kept.calls, kept.lock, kept.as_of) == (1, 0.31, 12_000, 3, 202412)
    assert (kept.opened_by, kept.release, kept.selection) == ("Ana", "000001-abc", "product=tarjeta")
    assert records.evidence(kept.evidence) == ABOUT.evidence
    (line,) = records.log(kept.subject)
    assert (line.action, line.user, json.loads(line.payload)["proposal"]["title"]) == ("propose", "Ana", CUT.title)
    assert list(records.proposals()) == [kept]
    assert list(records.verify()) == []


def test_a_title_that_is_taken_is_written_over_only_by_who_saw_what_stands_there(records: Records) -> None:
    first = records.propose(CUT, ABOUT, by="Ana")
    with pytest.raises(TakenError, match="was saved by Ana") as told:
        records.propose(replace(CUT, threshold=0.4), ABOUT, by="Luis")
    assert told.value.theirs == first
    second = records.propose(replace(CUT, threshold=0.4), ABOUT, by="Luis", seen=first.version)
    assert (second.id, second.version, second.threshold, second.changed_by) == (first.id, 2, 0.4, "Luis")
    with pytest.raises(TakenError):
        records.propose(replace(CUT, threshold=0.5), ABOUT, by="Eva", seen=first.version)
    assert [line.action for line in records.log(first.subject)] == ["propose", "replace"]
    assert list(records.verify()) == []


def test_of_two_people_who_save_one_title_at_once_one_is_kept_and_the_other_told(records: Records) -> None:
    records.open()
    told: list[str] = []

    def save(name: str) -> None:
        try:
            records.propose(CUT, ABOUT, by=name)
            told.append("kept")
        except TakenError as error:
            told.append(error.theirs.changed_by)

    threads = [threading.Thread(target=save, args=(name,)) for name in ("Ana", "Luis")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (kept,) = records.proposals()
    assert sorted(told) == sorted(["kept", kept.changed_by])


@pytest.mark.parametrize(
    ("cut", "by", "field"),
    [
        (replace(CUT, title="  "), "Ana", "title"),
        (CUT, "", "by"),
        (replace(CUT, title="x" * 201), "Ana", "title"),
        (replace(CUT, threshold=1.1), "Ana", "threshold"),
        (replace(CUT, calls=-1.0), "Ana", "calls"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_its_field(records: Records, cut: CutOff, by: str, field: str) -> None:
    with pytest.raises(UnfitError) as told:
        records.propose(cut, ABOUT, by=by)
    assert [p.field for p in told.value.problems] == [field]
    assert list(records.proposals()) == []
    assert records.head() == 0


def test_a_proposal_changed_behind_the_log_shows(records: Records, tmp_path: Path) -> None:
    records.propose(CUT, ABOUT, by="Ana")
    records.close()
    with sqlite3.connect(tmp_path / "records.db") as connection:
        connection.execute("UPDATE proposals SET threshold = 0.5")
    connection.close()
    assert list(records.verify()) == ["proposal/1 does not stand as the audit log says."]


def test_records_that_cannot_be_read_say_so(tmp_path: Path) -> None:
    (tmp_path / "records.db").write_text("no database")
    with pytest.raises(RecordsError, match="the file is no database"):
        Records(tmp_path / "records.db").proposals()
