"""The commands as a bank's scheduler and its people use them: again, interrupted, side by side, on a bad disk."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest
from faults import ROOT, Files, Said, command, loans, reads, table_files, traces
from faults import trained as run
from made_session import serve_in_memory

from app import main as app_main
from app.settings import Settings
from app.shell import make_app
from data import portfolio, store_cli
from data.manifest import SCHEMA, digest, pointer
from data.parquet_store import ParquetStore
from data.sources import SOURCES
from data.sources.fingerprint import fingerprint
from model import train

FITTING = "fitting and scoring"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """A table of nine months, and the release made from it."""
    files = table_files(tmp_path_factory.mktemp("loans"), loans())
    assert train.main(files.arguments()) == 0
    return files


@pytest.fixture
def files(published: Files, tmp_path: Path) -> Files:
    """The same table, and a store of its own with that release: a run over them has nothing to do."""
    home = tmp_path / "loans"
    shutil.copytree(published.folder, home)
    return Files(home, home / "store", tuple(a.replace(str(published.folder), str(home)) for a in published.source))


def changed(files: Files, *, month: int = 9) -> Files:
    """The files with another amount in one row of a month: of the last one, which no model learns from, unless said."""
    files.change("loans.csv", "amount", "12345678", rows=(month,))
    return files


# Again


def test_the_same_run_again_does_nothing(files: Files, capsys: pytest.CaptureFixture) -> None:
    before, version = traces(files.store), ParquetStore(files.store).version()
    said = run(files, capsys)
    assert (said.code, said.err) == (0, "")
    assert said.out == f"Nothing to do: release {version} was made from these files, options and code.\n"
    assert traces(files.store) == before


def test_a_restated_month_is_a_new_release_that_shares_every_other_month(
    files: Files, capsys: pytest.CaptureFixture
) -> None:
    store = ParquetStore(files.store)
    old, was = store.version(), store.read().frame("rows")
    assert run(changed(files), capsys).code == 0
    new = store.version()
    assert new > old
    found = store.diff(old, new)
    assert (found.parts, found.added, found.removed, found.changed) == (("audit/sample", "202409"), 0, 0, 1)
    assert shared(store, old, new) == 8
    pd.testing.assert_frame_equal(store.read(old).frame("rows"), was)
    assert list(store.verify()) == []


def test_an_appended_month_is_added_and_makes_the_outcomes_before_it_final(
    files: Files, capsys: pytest.CaptureFixture
) -> None:
    store = ParquetStore(files.folder / "monthly")
    monthly = Files(files.folder, store.folder, files.source)
    monthly.put("loans.csv", loans().query("day < '2024-09'").to_csv(index=False))
    assert run(monthly, capsys).code == 0
    old = store.version()
    monthly.put("loans.csv", loans().to_csv(index=False))
    assert run(monthly, capsys).code == 0
    found = store.diff(old, store.version())
    assert (found.parts, found.added, found.removed) == (("audit/sample", "202408", "202409"), 100, 0)
    assert found.kpis["open"] == (100, 100)
    assert found.kpis["negative"][0] + found.kpis["positive"][0] == 0
    assert found.kpis["negative"][1] + found.kpis["positive"][1] == 100
    assert shared(store, old, store.version()) == 7


def shared(store: ParquetStore, old: str, new: str) -> int:
    """Months whose file two releases share."""
    paths = [{p.path for p in store.read(v).parts("rows")} for v in (old, new)]
    return len(paths[0] & paths[1])


# Stopped


def start(files: Files, *, until: str) -> subprocess.Popen[str]:
    """A trainer in a process of its own, as soon as its progress bar says that it does this; it can be interrupted,
    also where the tests themselves run in the background, which cannot."""
    arguments = [a for a in files.arguments() if a != "--quiet"]
    process = subprocess.Popen(
        [sys.executable, "-m", "model.train", *arguments],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    said = ""
    assert process.stderr
    while until not in said:
        letter = process.stderr.read(1)
        assert letter, f"the trainer ended without {until!r}: {said}"
        said += letter
    return process


def ended(process: subprocess.Popen[str], sign: int) -> Said:
    """What a process says when it is sent a signal."""
    process.send_signal(sign)
    out, err = process.communicate(timeout=60)
    return Said(process.returncode, out, err)


@pytest.mark.parametrize("moment", [FITTING, "publishing"])
def test_a_killed_trainer_leaves_the_last_release_and_holds_the_next_run_back_in_nothing(
    files: Files, capsys: pytest.CaptureFixture, moment: str
) -> None:
    store, before = ParquetStore(files.store), released(files.store)
    assert ended(start(changed(files), until=moment), signal.SIGKILL).code == -signal.SIGKILL
    assert released(files.store) == before
    assert (reads(files.store), list(store.verify())) == (900, [])
    assert run(files, capsys).code == 0
    assert [r.version[:6] for r in store.releases()] == ["000002", "000001"]
    assert list(store.verify()) == []
    assert not [name for name in traces(files.store) if name.endswith(".tmp") and not name.startswith("models")]


def released(store: Path) -> dict[str, str]:
    """Every file that a release of a store is made of, and the pointer."""
    kept = {p for r in ParquetStore(store).releases() for p in _paths(store, r.version)}
    return {name: content for name, content in traces(store).items() if name in kept}


def _paths(store: Path, version: str) -> set[str]:
    body = json.loads((store / "releases" / f"{version}.json").read_bytes())
    return {f["path"] for f in (*body["parts"], *body["documents"])} | {"newest", f"releases/{version}.json"}


def test_a_trainer_that_is_stopped_says_so_and_leaves_everything_as_it_was(files: Files) -> None:
    before = traces(files.store)
    said = ended(start(changed(files), until=FITTING), signal.SIGINT)
    assert said.code == 130
    assert said.err.endswith("Nothing was published.\nThe run was stopped.\n")
    assert "Traceback" not in said.err
    assert traces(files.store) == before


def test_a_second_trainer_is_refused_and_the_first_one_ends_well(files: Files, capsys: pytest.CaptureFixture) -> None:
    before = ParquetStore(files.store).version()
    first = start(changed(files), until=FITTING)
    first.send_signal(signal.SIGSTOP)
    try:
        run(files, capsys).refused(
            f"Another run is already writing to {files.store}: process {first.pid} on {socket.gethostname()}, since 2",
            "Wait until it ends, or stop it, and run again. Nothing was changed.",
        )
    finally:
        said = ended(first, signal.SIGCONT)
    assert said.code == 0
    assert said.out.startswith("Release 000002-")
    assert ParquetStore(files.store).version() > before


# A bad disk


@contextmanager
def disk(folder: Path, *, size: str = "4m") -> Iterator[Path]:
    """A small file system of its own; the test is skipped where none may be mounted."""
    folder.mkdir()
    done = _mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder))
    if done.returncode:
        pytest.skip(f"no small disk can be mounted here: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def _mount(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["mount", *arguments], capture_output=True, text=True, check=False)


def on(folder: Path, files: Files) -> Files:
    """The same files with their store on another disk."""
    shutil.copytree(files.store, folder / "store")
    return Files(files.folder, folder / "store", files.source)


@pytest.mark.parametrize("part", [0.1, 0.6], ids=["no room for a model", "no room for the rows"])
def test_on_a_full_disk_nothing_is_published_and_nothing_left_behind(
    files: Files, tmp_path: Path, capsys: pytest.CaptureFixture, part: float
) -> None:
    sizes = [p.stat().st_size for p in files.store.rglob("*") if p.is_file()]
    with disk(tmp_path / "disk") as small:
        there = changed(on(small, files), month=1)
        room = shutil.disk_usage(small).free - int(part * sum(sizes))
        (small / "filler").write_bytes(bytes(room))
        before = traces(there.store)
        run(there, capsys).refused(f"the disk that holds {there.store}", "is full; free some space, or remove old")
        assert (traces(there.store), reads(there.store)) == (before, 900)
        (small / "filler").unlink()
        assert run(there, capsys).code == 0


def test_a_limit_on_the_size_of_files_is_a_full_disk(files: Files, capsys: pytest.CaptureFixture) -> None:
    before, (soft, hard) = traces(changed(files, month=1).store), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        said = run(files, capsys)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    said.refused("model ", f"cannot be written to {files.store / 'models'}: the disk that holds", "is full")
    assert (traces(files.store), reads(files.store)) == (before, 900)


def test_a_disk_that_may_not_be_written_is_read_and_named(
    files: Files, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    with disk(tmp_path / "disk") as small:
        there = on(small, files)
        assert _mount("-o", "remount,ro", str(small)).returncode == 0
        assert run(there, capsys).out.startswith("Nothing to do: release 000001-")
        run(changed(there), capsys).refused(
            f"The store cannot be written: user {os.environ.get('USER', 'root')} may not do this in {there.store}",
            "check its permissions. Nothing was changed.",
        )
        assert reads(there.store) == 900


def test_a_file_in_place_of_the_store_is_named(files: Files, capsys: pytest.CaptureFixture) -> None:
    odd = Files(files.folder, files.folder / "loans.csv", files.source)
    before = files.text("loans.csv")
    run(odd, capsys).refused(f"{files.folder / 'loans.csv'} is not a folder")
    assert files.text("loans.csv") == before


# Any source


ADDRESS = "mysql://root:hunter@2@127.0.0.1:1/risk?password=hunter"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--source", "sas"], "argument --source: invalid choice: 'sas'"),
        (["--source", "table"], "--source table needs --mapping"),
        (
            ["--source", "german_credit", "--mapping", "m.toml"],
            "the columns of german_credit are known; only table has",
        ),
        (["--source", "german_credit", "--label-window", "1"], "the outcomes of german_credit say themselves when"),
    ],
)
def test_options_that_do_not_go_together_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture, arguments: list[str], words: str
) -> None:
    with pytest.raises(SystemExit) as stop:
        train.main([*arguments, "--data", "x", "--store", str(tmp_path)])
    assert stop.value.code == 2
    assert words in capsys.readouterr().err


def test_a_source_of_files_is_read_from_no_database_and_the_password_is_kept_quiet(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    code = train.main(["--source", "opciones_pago", "--data", ADDRESS, "--store", str(tmp_path / "s"), "--quiet"])
    said = capsys.readouterr()
    assert code == 1
    assert said.err.endswith("opciones_pago is read from files, not from a database: mysql://root@127.0.0.1:1/risk\n")
    assert "hunter" not in said.err + said.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--champion", "crystal_ball"], "'crystal_ball' is not a candidate; there are dummy, logistic"),
        (["--challenger", "crystal_ball"], "'crystal_ball' is not a candidate; there are dummy, logistic"),
        (["--champion", "ridge", "--challenger", "ridge"], "champion and challenger are both ridge: they must differ"),
    ],
)
def test_candidates_that_cannot_compete_are_named_before_anything_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture, arguments: list[str], words: str
) -> None:
    words_of_place = ["--data", str(tmp_path / "absent"), "--store", str(tmp_path / "s"), "--quiet"]
    assert train.main(["--source", "german_credit", *words_of_place, *arguments]) == 1
    assert capsys.readouterr().err.startswith(f"\nNothing was published.\n{words}")


def test_an_address_is_remembered_without_its_password_and_is_no_path() -> None:
    print_of = fingerprint([ADDRESS], {"seed": 0})
    assert print_of["files"] == {"mysql://root@127.0.0.1:1/risk": None}
    assert "hunter" not in json.dumps(print_of)


def test_a_folder_stands_for_its_files_and_a_file_for_itself(files: Files) -> None:
    folder, alone = (fingerprint([p], {})["files"] for p in (files.folder, files.folder / "loans.csv"))
    assert set(folder) >= {"loans.csv", "loans.toml"} and set(alone) == {"loans.csv"}
    assert alone["loans.csv"] == folder["loans.csv"]


# A store of a newer program, or damaged


def test_a_store_written_by_a_newer_version_asks_for_an_upgrade_and_is_left_alone(
    files: Files, capsys: pytest.CaptureFixture
) -> None:
    version = _newer(files.store)
    words = (
        f"Release {version} was written by a newer version of Cartera (store format {SCHEMA + 1}; this one reads up to "
        f"{SCHEMA}): upgrade this installation. Nothing was changed."
    )
    before = traces(files.store)
    run(changed(files), capsys).refused(words)
    run(files, capsys, "--force").refused(words)
    assert store_cli.main([str(files.store), "verify"]) == 1
    assert words in capsys.readouterr().out
    assert store_cli.main([str(files.store), "keep", "1"]) == 1
    assert capsys.readouterr().err == words + "\n"
    assert app_main.main(["--store", str(files.store), "--port", "0"]) == app_main.STORE_UNREADABLE
    assert capsys.readouterr().err == f"The store {files.store} cannot be read: {words}\n"
    assert traces(files.store) == before


def _newer(store: Path) -> str:
    """A second release in a format that this program does not know, pointed to as the newest."""
    body = json.loads((store / "releases" / f"{ParquetStore(store).version()}.json").read_bytes())
    content = json.dumps({**body, "schema": SCHEMA + 1, "number": 2, "surprise": {"new": "field"}}).encode()
    version = f"000002-{digest(content)[:8]}"
    (store / "releases" / f"{version}.json").write_bytes(content)
    (store / "newest").write_bytes(pointer(version))
    return version


def test_a_damaged_file_is_found_by_verify(files: Files, capsys: pytest.CaptureFixture) -> None:
    assert store_cli.main([str(files.store), "verify"]) == 0
    assert capsys.readouterr().out == "All files of 1 release(s) match their hashes.\n"
    part = ParquetStore(files.store).read().parts("rows")[3]
    (files.store / part.path).write_bytes((files.store / part.path).read_bytes()[:-100])
    assert store_cli.main([str(files.store), "verify"]) == 1
    assert part.path in capsys.readouterr().out


def test_verify_of_a_folder_without_a_release_does_not_call_it_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    assert store_cli.main([str(tmp_path / "mistyped"), "verify"]) == 1
    assert capsys.readouterr().err == f"There is no release in {tmp_path / 'mistyped'}.\n"
    assert not (tmp_path / "mistyped").exists()


def test_the_list_names_what_can_be_compared(files: Files, capsys: pytest.CaptureFixture) -> None:
    version = ParquetStore(files.store).version()
    assert store_cli.main([str(files.store), "list"]) == 0
    assert version in capsys.readouterr().out
    assert store_cli.main([str(files.store), "diff", "1", "9"]) == 1
    said = capsys.readouterr().err
    assert said == f"Release 9 is not in {files.store} (was it removed by `keep`?). There are {version}.\n"


# The demo bank


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--clients", "5"], "--clients must be at least 100, not 5."),
        (["--months", "0"], "--months must be between 1 and 120, not 0."),
        (["--arms", "half"], "--arms must be three shares such as .5,.25,.25, not 'half'."),
        (["--arms", ".5,.5,.5"], "the arms' shares must be 0 or more and add up to 1, not (0.5, 0.5, 0.5)."),
    ],
)
def test_a_demo_bank_that_cannot_be_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture, arguments: list[str], words: str
) -> None:
    assert portfolio.main(["--out", str(tmp_path / "bank"), *arguments]) == 1
    assert capsys.readouterr().err == words + "\n"
    assert list(tmp_path.iterdir()) == []


def test_a_demo_bank_takes_no_folder_with_other_files_in_it(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    assert portfolio.main(["--out", str(tmp_path), "--clients", "100", "--months", "1"]) == 1
    said = capsys.readouterr().err
    assert said.startswith(f"The folder {tmp_path} holds other files (thesis.txt) and was left as it is.")
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]


# Command lines


@pytest.mark.parametrize(
    ("main", "words"),
    [
        (train.main, ["--source KIND", *SOURCES, "--mapping", "--store", "nothing is done", "examples:"]),
        (portfolio.main, ["--out", "--clients", "--months", "--seed"]),
        (store_cli.main, ["list", "verify", "diff", "keep"]),
        (app_main.main, ["--store", "--host", "--port"]),
    ],
    ids=["train", "portfolio", "store", "app"],
)
def test_every_command_explains_itself(capsys: pytest.CaptureFixture, main, words: list[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--help"])
    assert left.value.code == 0
    said = capsys.readouterr().out
    assert [w for w in words if w not in said] == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--refit-every", "0"], "--refit-every: a whole number of at least 1 is needed, not '0'"),
        (["--explain-last", "-1"], "--explain-last: a whole number of at least 0 is needed, not '-1'"),
        (["--as-of", "2024-05"], "--as-of: invalid int value: '2024-05'"),
        (["--label-window", "2"], "--label-window: for a table, write window_months into the mapping"),
    ],
)
def test_an_option_that_makes_no_sense_is_named(
    files: Files, capsys: pytest.CaptureFixture, arguments: list[str], words: str
) -> None:
    before = traces(files.store)
    with pytest.raises(SystemExit) as left:
        train.main(files.arguments(*arguments))
    assert left.value.code == 2
    assert words in capsys.readouterr().err
    assert traces(files.store) == before


def test_the_trainer_is_a_program_of_its_own(files: Files) -> None:
    (files.folder / "loans.csv").unlink()
    before = traces(files.store)
    command("model.train", *files.arguments()).refused(f"loans.csv is missing from the folder {files.folder}")
    assert traces(files.store) == before


# The dashboard


def test_a_port_in_use_is_said_by_the_program_itself(published: Files) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = command("app.main", "--store", str(published.store), "--port", str(port))
    assert said.code == app_main.PORT_IN_USE
    assert said.err == (
        f"Port {port} on 127.0.0.1 cannot be opened: another program uses it, or it may not be used here. "
        f"Choose another: python -m app.main --port {port + 1}\n"
    )


def test_a_setting_that_is_no_number_is_said_in_one_line(published: Files) -> None:
    said = command("app.main", "--store", str(published.store), environment={"CARTERA_PORT": "eight"})
    assert (said.code, said.err) == (1, "CARTERA_PORT must be a number; it is 'eight'\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--port", "99999"], "a port is a whole number from 0 to 65535, not '99999'"),
        (["--port", "-1"], "a port is a whole number from 0 to 65535, not '-1'"),
    ],
)
def test_a_port_that_cannot_be_is_named(capsys: pytest.CaptureFixture, arguments: list[str], words: str) -> None:
    with pytest.raises(SystemExit):
        app_main.main(arguments)
    assert words in capsys.readouterr().err


def test_an_address_that_this_machine_has_not_is_said(published: Files, capsys: pytest.CaptureFixture) -> None:
    arguments = ["--store", str(published.store), "--host", "192.0.2.1", "--port", "8000"]
    assert app_main.main(arguments) == app_main.PORT_IN_USE
    said = capsys.readouterr().err
    assert said.startswith("Port 8000 on 192.0.2.1 cannot be opened: ")
    assert said.endswith("Choose another --host or --port.\n")


def test_the_dashboard_answers_at_the_address_that_it_prints_until_it_is_closed(files: Files) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "app.main", "--store", str(files.store), "--port", "0"],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout
        line = process.stdout.readline()
        assert line.startswith("Cartera is open at http://127.0.0.1:")
        with urllib.request.urlopen(line.split()[4], timeout=30) as answer:
            assert answer.status == 200
            assert "Cartera" in answer.read().decode()
    finally:
        said = ended(process, signal.SIGINT)
    assert (said.code, said.err) == (0, "")


def test_filters_that_leave_no_row_of_a_real_release_are_a_card_that_offers_to_clear_them(files: Files) -> None:
    settings = Settings(store=files.store, language="es", poll_seconds=60)
    desk = app_main.desk_of(settings)
    desk.open(ParquetStore(files.store).version())
    with serve_in_memory(make_app(desk, settings)) as session:
        session.set_inputs(page="pulse", mode="light", f_from="202409", f_to="202409", f_score=[99, 100])
        said = _shown(session, "state")
        assert "Ninguna fila cumple estos filtros" in said
        assert session.get_output("pulse-boxes").status == "silent"
        session.set_inputs(f_from="", f_to="", f_score=[0, 100])
        for _ in range(500):
            if session.get_output("pulse-boxes").status == "ok":
                break
            session.flush()
        assert session.get_output("pulse-boxes").status == "ok"


def _shown(session, name: str) -> str:
    for _ in range(500):
        found = session.get_output(name)
        if found.status == "ok" and found.value is not None:
            return found.value["html"]
        session.flush()
        time.sleep(0.01)
    raise AssertionError(f"{name} never came")
