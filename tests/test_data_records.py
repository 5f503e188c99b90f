"""Records: a decision is kept whole with its line in the audit log, nobody's words are lost, and tampering shows."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from itertools import count
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from own_postgres import PASSWORD, Server, running
from test_data_store_faults import small_disk

from data.records import About, Conflict, Records, RecordsError, Terms, engine
from data.records.audit import breaks, digest
from data.records.canonical import canonical
from data.records.decisions import NotNowError, UnfitError, one_line
from data.records.tables import Base

ABOUT = About(
    "000001-abc", "pulse", "product=tarjeta", "icv30", canonical({"figures": [{"key": "icv30", "value": 0.1}]})
)
TERMS = Terms("Recalibrate bands 8-10", "Over-stated by 10 pp.", "recalibrate", "Ana", "2026-12-01")
ROOT = Path(__file__).resolve().parent.parent
_NUMBER = count()
NEWEST = max(p.name[1:5] for p in (engine.MIGRATIONS / "versions").glob("r0*.py"))
"""The revision that the code knows up to."""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A PostgreSQL server."""
    with tempfile.TemporaryDirectory(prefix="own") as folder, running(Path(folder)) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where records are kept: a file, or a database of a server."""
    if request.param == "sqlite":
        return tmp_path / "records.db"
    return request.getfixturevalue("server").database(f"records{next(_NUMBER)}")


@pytest.fixture
def records(place: Path | str) -> Iterator[Records]:
    """Records that nobody has written to yet."""
    made = Records(place)
    yield made
    made.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of records with one approved decision."""
    made = Records(tmp_path / "records.db")
    made.start(TERMS, ABOUT, by="Ana")
    made.decide(1, "approve", by="Luis", comment="Agreed", seen=1)
    return tmp_path / "records.db"


def _sql(file: Path, *statements: str) -> None:
    with sqlite3.connect(file) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def test_a_decision_is_kept_with_its_evidence_and_a_line_of_the_log(records: Records) -> None:
    opened = records.start(TERMS, ABOUT, by="  Ana\tMaría ")
    assert (opened.terms, opened.status, opened.version, opened.opened_by) == (TERMS, "open", 1, "Ana María")
    assert opened.evidence == sha256(ABOUT.evidence.encode()).hexdigest()
    assert records.evidence(opened.evidence) == ABOUT.evidence
    (line,) = records.log()
    assert (line.seq, line.user, line.action, line.subject) == (1, "Ana María", "open", "decision/1")
    assert (line.evidence, line.at) == (opened.evidence, opened.opened_at)
    assert list(records.decisions()) == [opened]
    assert list(records.verify()) == []


def test_an_approval_says_who_when_why_and_on_what_evidence(records: Records) -> None:
    opened = records.start(TERMS, ABOUT, by="Ana")
    approved = records.decide(opened.id, "approve", by="Luis", comment="Agreed", seen=opened.version)
    assert (approved.status, approved.changed_by, approved.version) == ("approved", "Luis", 2)
    (said,) = records.remarks(opened.id)
    assert (said.by, said.action, said.text) == ("Luis", "approve", "Agreed")
    line = records.log("decision/1")[-1]
    assert (line.user, line.action, line.evidence) == ("Luis", "approve", opened.evidence)
    assert json.loads(line.payload)["remark"]["text"] == "Agreed"


def test_a_decision_goes_its_way_and_no_other(records: Records) -> None:
    id = records.start(TERMS, ABOUT, by="Ana").id
    with pytest.raises(NotNowError, match="open cannot be changed by “finish”"):
        records.decide(id, "finish", by="Luis", comment="x", seen=1)
    statuses = [
        records.decide(id, action, by="Luis", comment="x", seen=seen).status
        for seen, action in enumerate(("reject", "reopen", "approve", "finish"), start=1)
    ]
    assert statuses == ["rejected", "open", "approved", "done"]
    with pytest.raises(NotNowError):
        records.edit(id, TERMS, by="Ana", seen=5)
    assert records.head() == 5


def test_the_second_of_two_editors_is_shown_both_and_nothing_is_lost(records: Records) -> None:
    seen = records.start(TERMS, ABOUT, by="Ana")
    theirs = records.edit(seen.id, replace(TERMS, owner="Luis"), by="Luis", seen=seen.version)
    yours = replace(TERMS, due="2027-01-15")
    with pytest.raises(Conflict, match="Changed meanwhile by Luis at ") as told:
        records.edit(seen.id, yours, by="Ana", seen=seen.version)
    assert (told.value.theirs, told.value.yours) == (theirs, yours)
    assert list(records.decisions()) == [theirs]
    with pytest.raises(Conflict):
        records.decide(seen.id, "approve", by="Ana", comment="as I read it", seen=seen.version)
    assert records.edit(seen.id, yours, by="Ana", seen=theirs.version).due == "2027-01-15"
    kept = [json.loads(line.payload)["decision"]["owner"] for line in records.log()]
    assert kept == ["Ana", "Luis", "Ana"]


def test_a_comment_stands_beside_an_edit_that_comes_at_the_same_time(records: Records) -> None:
    seen = records.start(TERMS, ABOUT, by="Ana")
    records.comment(seen.id, "Looks right", by="Luis")
    assert records.edit(seen.id, replace(TERMS, owner="Luis"), by="Ana", seen=seen.version).owner == "Luis"
    assert [r.text for r in records.remarks(seen.id)] == ["Looks right"]
    assert list(records.verify()) == []


@pytest.mark.parametrize(
    ("terms", "by", "wrong"),
    [
        (replace(TERMS, title=" \n "), "Ana", ("title", "missing")),
        (replace(TERMS, owner=""), "Ana", ("owner", "missing")),
        (TERMS, "\x00", ("by", "missing")),
        (replace(TERMS, title="x" * 201), "Ana", ("title", "long")),
        (replace(TERMS, text="x" * 10_001), "Ana", ("text", "long")),
        (replace(TERMS, due="2026-02-30"), "Ana", ("due", "no_date")),
        (replace(TERMS, kind="drop table"), "Ana", ("kind", "unknown")),
    ],
)
def test_terms_that_cannot_be_kept_are_refused_with_the_field(
    tmp_path: Path, terms: Terms, by: str, wrong: tuple[str, str]
) -> None:
    records = Records(tmp_path / "records.db")
    with pytest.raises(UnfitError) as told:
        records.start(terms, ABOUT, by=by)
    assert [(p.field, p.rule) for p in told.value.problems] == [wrong]
    assert not (tmp_path / "records.db").exists()


def test_who_decides_must_say_why(records: Records) -> None:
    records.start(TERMS, ABOUT, by="Ana")
    with pytest.raises(UnfitError, match="comment: missing"):
        records.decide(1, "approve", by="Luis", comment="  ", seen=1)
    assert records.decisions()[0].status == "open"


def test_hostile_words_come_back_as_they_were_given(records: Records) -> None:
    said = "=cmd|' /C calc'!A0 <script>alert(1)</script> '; DROP TABLE audit; -- ñ 😀"
    records.start(replace(TERMS, title=said, text=said), ABOUT, by=said)
    (found,) = records.decisions()
    assert (found.title, found.text, found.opened_by) == (said, said, said)
    assert one_line("a\u202eb\x00c\n d") == "a b c d"


def test_figures_are_frozen_once_however_many_decide_on_them(records: Records) -> None:
    first, second = (records.start(TERMS, ABOUT, by="Ana") for _ in range(2))
    assert first.evidence == second.evidence
    assert first.id != second.id


def test_the_log_never_goes_back_in_time(place: Path | str) -> None:
    clock = iter(["2026-11-21T10:00:00+00:00", "2026-11-21T09:00:00+00:00", "2026-11-21T10:00:01+00:00"])
    records = Records(place, now=lambda: next(clock))
    for _ in range(3):
        records.start(TERMS, ABOUT, by="Ana")
    assert [line.at[11:19] for line in records.log()] == ["10:00:00", "10:00:00", "10:00:01"]
    assert [d.opened_at[11:19] for d in records.decisions()] == ["10:00:00", "10:00:00", "10:00:01"]
    assert list(records.verify()) == []
    records.close()


@pytest.mark.parametrize("change", ["payload = replace(payload, 'Ana', 'Eva')", "by = 'Eva'", "at = '2020'"])
def test_a_changed_line_shows(file: Path, change: str) -> None:
    _sql(file, "DROP TRIGGER audit_update", f"UPDATE audit SET {change} WHERE seq = 1")
    assert "Audit line 1 was changed." in Records(file).verify()


def test_a_changed_line_whose_hash_was_made_anew_breaks_the_next(file: Path) -> None:
    first, second = Records(file).log()
    forged = replace(first, user="Eva", hash="")
    assert breaks([replace(forged, hash=digest(forged)), second]) == [
        "Audit line 2 does not follow the line before it."
    ]


def test_a_removed_line_shows_first_middle_or_last(file: Path) -> None:
    records = Records(file)
    records.comment(1, "x", by="Ana")
    log = list(records.log())
    assert breaks(log) == []
    assert breaks(log[1:]) == ["Audit line 1 is missing."]
    assert breaks([log[0], log[2]]) == ["Audit line 2 is missing."]
    _sql(file, "DROP TRIGGER audit_delete", "DELETE FROM audit WHERE seq > 1")
    assert list(records.verify()) == ["decision/1 does not stand as the audit log says."]


def test_a_decision_or_its_evidence_changed_behind_the_log_shows(file: Path) -> None:
    _sql(file, "UPDATE decisions SET status = 'open'")
    assert list(Records(file).verify()) == ["decision/1 does not stand as the audit log says."]
    _sql(file, "UPDATE decisions SET status = 'approved'", "DROP TRIGGER evidence_update",
         "UPDATE evidence SET content = replace(content, '0.1', '0.2')")  # fmt: skip
    hash = sha256(ABOUT.evidence.encode()).hexdigest()
    assert list(Records(file).verify()) == [f"The evidence {hash[:12]} was altered."]
    with pytest.raises(RecordsError, match="was altered"):
        Records(file).evidence(hash)


@pytest.mark.parametrize("statement", ["UPDATE audit SET by = 'Eva'", "DELETE FROM audit", "DELETE FROM evidence"])
def test_the_database_itself_refuses_to_change_the_log(file: Path, statement: str) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="is only ever added to"):
        _sql(file, statement)


def test_the_database_of_a_server_refuses_it_too(server: Server) -> None:
    records = Records(server.database("guarded"))
    records.start(TERMS, ABOUT, by="Ana")
    for statement in ("UPDATE audit SET by = 'Eva'", "DELETE FROM audit", "TRUNCATE audit"):
        with pytest.raises(subprocess.CalledProcessError) as told:
            server.run(statement, "guarded")
        assert "audit is only ever added to" in told.value.stderr
    records.close()


# Many at once


WRITER = """
import sys, time
from pathlib import Path
from data.records import About, Records, Terms
place, number, go = sys.argv[1:]
records = Records(place if ":" in place else Path(place))
print("ready", flush=True)
while not Path(go).exists():
    time.sleep(0.001)
for turn in range(5):
    records.start(Terms(f"{number}-{turn}", owner="Ana"), About("r", "pulse", "", "icv30", "{}"), by=f"P{number}")
"""


def test_processes_that_start_at_once_make_one_schema_and_lose_nothing(place: Path | str, tmp_path: Path) -> None:
    def start(number: int) -> subprocess.Popen:
        command = [sys.executable, "-c", WRITER, str(place), str(number), str(tmp_path / "go")]
        return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)

    writers = [start(number) for number in range(3)]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    (tmp_path / "go").touch()
    for writer in writers:
        writer.communicate(timeout=120)
    assert [writer.returncode for writer in writers] == [0, 0, 0]
    records = Records(place)
    assert {d.title for d in records.decisions()} == {f"{n}-{turn}" for n in range(3) for turn in range(5)}
    assert [line.seq for line in records.log()] == list(range(1, 16))
    assert list(records.verify()) == []
    records.close()


def test_of_many_who_edit_at_once_one_is_kept_and_the_others_are_told(records: Records) -> None:
    seen = records.start(TERMS, ABOUT, by="Ana")
    kept, told = [], []

    def edit(name: str) -> None:
        try:
            kept.append(records.edit(seen.id, replace(TERMS, owner=name), by=name, seen=1).owner)
        except Conflict as conflict:
            told.append((conflict.theirs.owner, conflict.yours.owner if conflict.yours else ""))

    threads = [threading.Thread(target=edit, args=(f"T{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(kept) == 1
    assert sorted(yours for _, yours in told) == sorted({f"T{n}" for n in range(8)} - set(kept))
    assert {theirs for theirs, _ in told} == set(kept)
    assert (records.decisions()[0].owner, records.decisions()[0].version, records.head()) == (kept[0], 2, 2)


# The schema


def test_the_migrations_make_the_tables_that_the_code_knows(records: Records) -> None:
    records.open()
    with records._engine().connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": engine.VERSION_TABLE})
        assert context.get_current_revision() == NEWEST
        found = [d for d in compare_metadata(context, Base.metadata) if "records_version" not in str(d)]
    assert found == []


def _up_to(monkeypatch: pytest.MonkeyPatch, revision: str) -> Callable[[], None]:
    """Knows revisions only up to this one, until the answer is called."""
    head = engine.ScriptDirectory.get_current_head
    steps = engine.ScriptDirectory.iterate_revisions
    monkeypatch.setattr(engine.ScriptDirectory, "get_current_head", lambda *_: revision)
    monkeypatch.setattr(engine.ScriptDirectory, "iterate_revisions", lambda s, _, low: steps(s, revision, low))

    def later() -> None:
        monkeypatch.setattr(engine.ScriptDirectory, "get_current_head", head)
        monkeypatch.setattr(engine.ScriptDirectory, "iterate_revisions", steps)

    return later


def test_records_of_the_first_revision_are_brought_up_to_date_with_what_they_hold(
    place: Path | str, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = _up_to(monkeypatch, "0001")
    before = Records(place)
    decision = before.start(TERMS, ABOUT, by="Ana")
    before.close()
    later()
    records = Records(place)
    assert list(records.decisions()) == [decision]
    assert list(records.verify()) == []
    with records._engine().connect() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM records_version").scalar() == NEWEST
    records.close()


def test_records_of_a_newer_cartera_are_refused_and_left_alone(file: Path) -> None:
    _sql(file, "UPDATE records_version SET version_num = '0099'")
    before = file.read_bytes()
    with pytest.raises(RecordsError, match=rf"made by a newer Cartera \(schema 0099; this one knows up to {NEWEST}\)"):
        Records(file).decisions()
    assert file.read_bytes() == before


def test_a_migration_that_fails_leaves_nothing_half_made(file: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    _sql(other, "CREATE TABLE audit (mine TEXT)", "INSERT INTO audit VALUES ('x')")
    with pytest.raises(RecordsError, match=r"cannot be brought up to date.*audit already exists.*Nothing was changed"):
        Records(other).open()
    with sqlite3.connect(other) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("audit",)]
    connection.close()


# What the disk or the server says no to


def test_a_full_disk_is_said_and_nothing_is_half_written(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "size=1m") as disk:
        records = Records(disk / "records.db")
        kept = records.start(TERMS, ABOUT, by="Ana")
        with pytest.raises(
            RecordsError, match=r"cannot be written: the disk .*(is full|not full).*Nothing was changed"
        ):
            for _ in range(200):
                records.start(replace(TERMS, text="x" * 10_000), replace(ABOUT, evidence="y" * 90_000), by="Ana")
                kept = records.decisions()[-1]
        assert records.decisions()[-1] == kept
        assert records.head() == len(records.decisions())
        assert list(records.verify()) == []


def test_a_read_only_disk_is_read_where_it_can_be_and_never_written(file: Path, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "size=2m") as disk:
        Records(disk / "records.db").start(TERMS, ABOUT, by="Ana")
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        with pytest.raises(RecordsError, match=r"cannot be (opened|written): .*check"):
            Records(disk / "records.db").start(TERMS, ABOUT, by="Ana")
        with pytest.raises(RecordsError, match=r"cannot be opened: the file cannot be opened; check that its folder"):
            Records(disk / "new.db").open()


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")
def test_a_file_that_this_user_may_only_read_says_so() -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        file = Path(folder) / "records.db"
        Records(file).start(TERMS, ABOUT, by="Ana")
        file.chmod(0o444)
        code = (
            "import os\nfrom pathlib import Path\nfrom data.records import Records, RecordsError\n"
            "os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
            f"try: Records(Path({str(file)!r})).comment(1, 'x', by='y')\n"
            "except RecordsError as e: print(e)"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
        assert "it may be read but not written by this user; check the permissions" in done.stdout


def test_what_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "records.db"
    file.write_text("a letter, not a database" * 100)
    with pytest.raises(RecordsError, match="cannot be opened: the file is no database; move it away"):
        Records(file).decisions()
    assert file.read_text() == "a letter, not a database" * 100
    with pytest.raises(RecordsError, match="cannot be opened: the file cannot be opened; check that its folder exists"):
        Records(tmp_path / "nowhere" / "records.db").decisions()


@pytest.mark.parametrize("address", ["", "nonsense", "mysql://u:geheim@h/d", "postgresql://u:geheim@h", "sqlite://"])
def test_an_address_that_means_nothing_is_refused_without_its_password(address: str) -> None:
    with pytest.raises(RecordsError, match="must be sqlite:///file or postgresql://") as told:
        Records(address).open()
    assert "geheim" not in str(told.value)


def test_a_server_that_does_not_answer_or_does_not_know_us_is_named_without_the_password(server: Server) -> None:
    address = server.database("closed")
    for wrong in (address.replace(f":{server.port}/", ":1/"), address.replace("cartera:", "nobody:")):
        with pytest.raises(RecordsError, match=r"closed cannot be opened: .*") as told:
            Records(wrong).open()
        assert PASSWORD not in str(told.value)
        assert "***" in str(told.value)


def test_looking_for_news_opens_nothing(tmp_path: Path) -> None:
    records = Records(tmp_path / "records.db")
    assert records.head() == 0
    assert list(tmp_path.iterdir()) == []
