"""Review sessions: kept whole with the audit log, signed as they stand, closed for good; nobody's words are lost."""

from __future__ import annotations

import sqlite3
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from own_postgres import Server, running
from releases import draft
from sqlalchemy import text

from data.parquet_store import ParquetStore
from data.records import Records, RecordsError
from data.records.canonical import canonical, sha256
from data.records.decisions import NotNowError, UnfitError
from data.records.review_terms import (
    Finding,
    OvertakenError,
    Point,
    Review,
    Ruling,
    Signing,
    digest,
    lacking,
    standing,
)
from data.store_cli import main

EVIDENCE = canonical({"form": 1, "release": "000001-abc", "pages": {}})
POINT = Point("Bands 8 to 10 are over-stated", "high", "Ana", "2026-12-01")
RULING = Ruling("recalibrate", "On the last twelve matured months.", "Ana", "2026-12-15")
AGREE, DISSENT = Signing("owner", "agree"), Signing("validator", "dissent", "The cut-off should move first.")
_NUMBER = count()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A PostgreSQL server."""
    with tempfile.TemporaryDirectory(prefix="own") as folder, running(Path(folder)) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def records(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Records]:
    """Records that nobody has written to yet, in a file or on a server."""
    file = request.param == "sqlite"
    made = Records(tmp_path / "records.db" if file else request.getfixturevalue("server").database(f"r{next(_NUMBER)}"))
    yield made
    made.close()


def started(records: Records, title: str = "Review of October") -> Review:
    return records.start_review(title, release="000001-abc", selection="product=tarjeta", evidence=EVIDENCE, by=" Ana ")


def to_sign(records: Records, review: Review) -> str:
    """The hash of what stands now."""
    now = next(r for r in records.reviews() if r.id == review.id)
    return digest(now, records.findings())


def closed(records: Records) -> tuple[Review, Finding]:
    """A session with a finding, a decision, two signatures (one of them in dissent), closed."""
    review = started(records)
    finding = records.find(review.id, POINT, by="Luis")
    ruled = records.rule(review.id, RULING, by="Ana", seen=review.version)
    records.sign(review.id, AGREE, by="Ana", signed=to_sign(records, review))
    records.sign(review.id, DISSENT, by="Luis", signed=to_sign(records, review))
    return records.end_review(review.id, by="Ana", seen=ruled.version), finding


def test_a_session_is_kept_from_its_start_to_its_close_with_every_step_in_the_log(records: Records) -> None:
    review, finding = closed(records)
    assert (review.status, review.opened_by, review.closed_by, review.release) == ("closed", "Ana", "Ana", "000001-abc")
    assert review.evidence == sha256(EVIDENCE)
    assert records.evidence(review.evidence) == EVIDENCE
    assert review.ruling == RULING
    assert review.opened_at <= review.decided_at <= review.closed_at
    assert [s.stand for s in records.signatures()] == ["agree", "dissent"]
    assert finding.point == POINT
    assert [line.action for line in records.log()] == ["start", "find", "rule", "agree", "dissent", "close"]
    assert records.pinned_releases() == {"000001-abc"}
    assert list(records.verify()) == []


def test_a_closed_session_cannot_be_changed_but_its_findings_can_be_done(records: Records) -> None:
    review, finding = closed(records)
    attempts: list[Callable[[], object]] = [
        lambda: records.find(review.id, POINT, by="Eva"),
        lambda: records.amend(finding.id, POINT, by="Eva", seen=finding.version),
        lambda: records.rule(review.id, RULING, by="Eva", seen=review.version),
        lambda: records.sign(review.id, Signing("lead", "agree"), by="Eva", signed=to_sign(records, review)),
        lambda: records.end_review(review.id, by="Eva", seen=review.version),
    ]
    lines = records.head()
    for attempt in attempts:
        with pytest.raises(NotNowError, match="was closed by Ana"):
            attempt()
    assert records.head() == lines
    done = records.settle(finding.id, "Recalibrated.", by="Eva", seen=finding.version)
    assert (done.status, done.outcome, done.changed_by) == ("done", "Recalibrated.", "Eva")
    assert records.settle(finding.id, "It came back.", by="Eva", seen=done.version).status == "open"
    assert list(records.verify()) == []


def test_it_is_closed_only_with_a_decision_and_two_signatures_of_two_people(records: Records) -> None:
    review = started(records)

    def lacks() -> list[str]:
        now = records.reviews()[0]
        with pytest.raises(NotNowError):
            records.end_review(review.id, by="Ana", seen=now.version)
        return lacking(now, records.findings(), records.signatures())

    assert lacks() == ["decision", "owner", "validator"]
    with pytest.raises(NotNowError, match="Nothing was decided"):
        records.sign(review.id, AGREE, by="Ana", signed=to_sign(records, review))
    records.rule(review.id, RULING, by="Ana", seen=review.version)
    assert lacks() == ["owner", "validator"]
    records.sign(review.id, AGREE, by="Ana", signed=to_sign(records, review))
    assert lacks() == ["validator"]
    with pytest.raises(NotNowError, match="Ana has signed as owner"):
        records.sign(review.id, replace(DISSENT, stand="agree"), by="ANA", signed=to_sign(records, review))
    with pytest.raises(NotNowError, match="Ana has signed as owner"):
        records.sign(review.id, AGREE, by="Luis", signed=to_sign(records, review))
    records.sign(review.id, Signing("lead", "agree"), by="Eva", signed=to_sign(records, review))
    assert lacks() == ["validator"]


def test_a_signature_stands_only_for_what_was_signed_and_is_kept_whatever_comes_after(records: Records) -> None:
    review = started(records)
    ruled = records.rule(review.id, RULING, by="Ana", seen=review.version)
    seen = to_sign(records, review)
    first = records.sign(review.id, AGREE, by="Ana", signed=seen)
    records.find(review.id, POINT, by="Luis")
    assert standing(records.signatures(), to_sign(records, review)) == []
    with pytest.raises(OvertakenError):
        records.sign(review.id, DISSENT, by="Luis", signed=seen)
    again = records.sign(review.id, replace(AGREE, stand="dissent", text="No."), by="Ana",
                         signed=to_sign(records, review))  # fmt: skip
    assert list(records.signatures()) == [first, again]
    changed = records.sign(review.id, AGREE, by="ana", signed=to_sign(records, review))
    assert standing(records.signatures(), to_sign(records, review)) == [changed]
    assert ruled.version == records.reviews()[0].version


def test_the_second_of_two_who_change_one_thing_is_told_and_loses_nothing(records: Records) -> None:
    review = started(records)
    finding = records.find(review.id, POINT, by="Luis")
    theirs = records.amend(finding.id, replace(POINT, severity="low"), by="Eva", seen=finding.version)
    with pytest.raises(OvertakenError, match="Changed meanwhile by Eva") as told:
        records.amend(finding.id, replace(POINT, owner="Luis"), by="Luis", seen=finding.version)
    assert told.value.theirs == theirs
    records.rule(review.id, RULING, by="Eva", seen=review.version)
    with pytest.raises(OvertakenError):
        records.rule(review.id, replace(RULING, kind="keep"), by="Ana", seen=review.version)
    with pytest.raises(OvertakenError):
        started(records)
    assert (len(records.reviews()), records.reviews()[0].kind) == (1, "recalibrate")


def test_what_many_write_at_once_is_all_kept(records: Records) -> None:
    review = started(records)

    def write(name: str) -> None:
        for _ in range(3):
            records.find(review.id, POINT, by=name)

    threads = [threading.Thread(target=write, args=(name,)) for name in ("Ana", "Luis", "Eva")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(f.opened_by for f in records.findings()) == ["Ana"] * 3 + ["Eva"] * 3 + ["Luis"] * 3
    assert list(records.verify()) == []


@pytest.mark.parametrize("records", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("write", "fields"),
    [
        (lambda r, v: r.start_review(" ", release="r", selection="", evidence="{}", by=""), ["by", "title"]),
        (lambda r, v: r.find(v.id, Point("", "worst", "", "soon"), by="A"), ["finding", "owner", "severity", "due"]),
        (lambda r, v: r.rule(v.id, Ruling("", "", ""), by="", seen=v.version), ["by", "text", "owner", "kind"]),
        (lambda r, v: r.sign(v.id, Signing("boss", "dissent"), by="A", signed=""), ["words", "role"]),
        (lambda r, v: r.sign(v.id, Signing("lead", "maybe", "x" * 10_001), by="A", signed=""), ["words", "stand"]),
        (lambda r, v: r.settle(1, " \n", by="A", seen=1), ["outcome"]),
        (lambda r, v: r.end_review(v.id, by="", seen=v.version), ["by"]),
    ],
)
def test_what_cannot_be_kept_is_refused_field_by_field(
    records: Records, write: Callable[[Records, Review], object], fields: list[str]
) -> None:
    review = started(records)
    with pytest.raises(UnfitError) as told:
        write(records, review)
    assert [p.field for p in told.value.problems] == fields
    assert records.head() == 1


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE reviews SET kind = 'keep'", ["review/1 does not stand", "review/1 is not signed as it stands"]),
        ("DELETE FROM findings", ["finding/1 was removed", "review/1 is not signed as it stands"]),
        (
            "UPDATE reviews SET closed_at = '2001-01-01'",
            ["review/1 does not stand", "review/1 was closed before it was started"],
        ),
    ],
)
def test_what_is_changed_behind_the_log_shows(tmp_path: Path, sql: str, said: list[str]) -> None:
    records = Records(tmp_path / "records.db")
    closed(records)
    records.close()
    with sqlite3.connect(tmp_path / "records.db") as connection:
        connection.execute(sql)
    connection.close()
    found = records.verify()
    assert len(found) == len(said)
    assert all(any(line.startswith(text) for line in found) for text in said)


def test_the_database_itself_refuses_to_change_a_signature(records: Records) -> None:
    closed(records)
    for statement in ("UPDATE signatures SET stand = 'agree'", "DELETE FROM signatures"):
        with pytest.raises(Exception, match="only ever added to"), records._engine().begin() as connection:
            connection.execute(text(statement))
    assert list(records.verify()) == []


def test_a_clock_that_goes_back_does_not_close_a_session_before_its_start(tmp_path: Path) -> None:
    days = iter(["2026-11-21T10:00:00+00:00", *["2026-11-20T10:00:00+00:00"] * 20])
    records = Records(tmp_path / "records.db", now=lambda: next(days))
    review, _ = closed(records)
    assert (review.opened_at, review.closed_at) == ("2026-11-21T10:00:00+00:00",) * 2
    assert list(records.verify()) == []


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    records = Records(tmp_path / "records.db")
    with pytest.raises(RecordsError, match="no review session 7"):
        records.find(7, POINT, by="Ana")
    with pytest.raises(RecordsError, match="no finding 7"):
        records.settle(7, "Done.", by="Ana", seen=1)


def test_a_release_that_a_session_rests_on_is_not_removed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = ParquetStore(tmp_path)
    first, second, third = (store.publish(draft(30, first=202401, last=202401, seed=k)) for k in range(3))
    records = Records(tmp_path / "records.db")
    records.start_review("October", release=first, selection="", evidence="{}", by="Ana")
    assert main([str(tmp_path), "keep", "1"]) == 0
    said = capsys.readouterr().out
    assert second in said.splitlines()[0]
    assert said.splitlines()[1] == f"Kept, as a review session rests on them: {first}"
    assert [r.version for r in store.releases()] == [third, first]
    assert list(store.verify()) == []
    assert set(store.keep(1)) > {first}


def test_nothing_is_removed_while_the_records_cannot_say_what_is_pinned(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = ParquetStore(tmp_path)
    both = [store.publish(draft(30, first=202401, last=202401, seed=k)) for k in range(2)]
    (tmp_path / "records.db").write_text("no database")
    assert main([str(tmp_path), "keep", "1"]) == 1
    assert "no database" in capsys.readouterr().err
    assert [r.version for r in store.releases()] == both[::-1]
