"""What the store in a folder does when killed, unplugged, filled up, damaged or crowded: the whole release or none."""

from __future__ import annotations

import errno
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data import store_cli
from data.durable import Disk
from data.manifest import SCHEMA, digest, pointer
from data.parquet_store import ParquetStore
from data.store import Draft, StoreError

ROOT = Path(__file__).resolve().parent.parent
MONTHS = (202401, 202402, 202403)
MOST = 1 << 20


def draft(k: int, *months: int, rows: int = 3) -> Draft:
    """Every score (as a part of MOST) and the document `k` say k."""
    frames = {str(m): pd.DataFrame({"client": range(rows), "month": np.int32(m), "score": k / MOST}) for m in months}
    return Draft({"rows": frames}, {"k": k})


def answer(store: ParquetStore, version: str = "") -> set[float]:
    """Every number that a release says: one, unless it is mixed."""
    release = store.read(version)
    return {release.document("k"), *(release.frame("rows", columns=["score"])["score"] * MOST)}


def traces(folder: Path) -> dict[str, str]:
    """Every file of a store with the hash of its content, but for the lock."""
    files = (p for p in folder.rglob("*") if p.is_file() and p.name != "writer.lock")
    return {str(p.relative_to(folder)): digest(p.read_bytes()) for p in files}


# Processes: one that has imported everything forks the others, so that fifty of them cost no start-up time.


def publish_for_ever(folder: str) -> None:
    store = ParquetStore(Path(folder))
    for k in range(1_000_000):
        store.publish(draft(k, *MONTHS))


def hold_the_lock(folder: str) -> None:
    store = ParquetStore(Path(folder), now=lambda: "2024-05-31T06:00:00+00:00")
    with store.writing():
        (Path(folder) / "held").touch()
        time.sleep(60)


def hammer(folder: str, stop: str, report: str) -> None:
    """Read the newest release until told to stop; report how often, and every mixed answer or odd error seen."""
    store, reads, mixed = ParquetStore(Path(folder)), 0, []
    while not Path(stop).exists():
        try:
            said = answer(store)
        except StoreError as error:
            if "removed by `keep`" not in str(error):
                mixed.append(str(error))
            continue
        reads += 1
        if len(said) != 1:
            mixed.append(str(said))
    result = {"reads": reads, "mixed": mixed}
    Path(report).write_text(json.dumps(result), encoding="utf-8")


def try_as_another_user(folder: str, report: str) -> None:
    """What a user without rights is told when he polls, reads, publishes and removes."""
    with Path(report).open("w", encoding="utf-8") as file:
        if os.getuid() == 0:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
        store, said = ParquetStore(Path(folder)), {}
        for name, act in {
            "version": store.version,
            "read": lambda: sorted(answer(store)),
            "publish": lambda: store.publish(draft(9, *MONTHS)),
            "keep": lambda: store.keep(1),
        }.items():
            try:
                said[name] = act()
            except StoreError as error:
                said[name] = f"StoreError: {error}"
        json.dump(said, file)


JOBS = {f.__name__: f for f in (publish_for_ever, hold_the_lock, hammer, try_as_another_user)}


def fork_on_request() -> None:
    """Fork one process per line of standard input ([job, arguments...]); print its id. The kernel buries the dead."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    print("ready", flush=True)
    for line in sys.stdin:
        job, *arguments = json.loads(line)
        child = os.fork()
        if not child:
            with suppress(BaseException):
                JOBS[job](*arguments)
            os._exit(0)
        print(child, flush=True)


class Forker:
    """Starts processes, and ends those that it started."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._children: list[int] = []
        assert self._line() == "ready"

    def _line(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline().strip()

    def start(self, job: Callable, *arguments: object) -> int:
        assert self._process.stdin
        print(json.dumps([job.__name__, *map(str, arguments)]), file=self._process.stdin, flush=True)
        self._children.append(int(self._line()))
        return self._children[-1]

    def kill(self, child: int) -> None:
        os.kill(child, signal.SIGKILL)
        self.wait(child)

    def wait(self, child: int) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                os.kill(child, 0)
            except ProcessLookupError:
                self._children.remove(child)
                return
            time.sleep(0.001)
        raise AssertionError(f"process {child} does not end")

    def end(self) -> None:
        for child in [*self._children]:
            with suppress(ProcessLookupError):
                self.kill(child)
        self._process.communicate()


@pytest.fixture(scope="module")
def forker() -> Iterator[Forker]:
    command = [sys.executable, "-c", "import test_data_store_faults as t; t.fork_on_request()"]
    paths = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}
    process = subprocess.Popen(command, env=paths, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    forker = Forker(process)
    yield forker
    forker.end()


def wait_for(there: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not there():
        assert time.monotonic() < deadline
        time.sleep(0.001)


# Killed, crowded


def test_a_writer_killed_sixty_times_leaves_whole_releases_and_a_store_that_goes_on(
    tmp_path: Path, forker: Forker
) -> None:
    store, delays, torn = ParquetStore(tmp_path), random.Random(1), 0
    for _ in range(60):
        before = store.version()
        writer = forker.start(publish_for_ever, tmp_path)
        wait_for(lambda before=before: store.version() != before)
        time.sleep(delays.uniform(0, 0.02))
        forker.kill(writer)
        newest = store.version()
        torn += any(name.endswith(".tmp") for name in traces(tmp_path)) or _unused(tmp_path) > 0
        assert (list(store.verify(newest)), len(answer(store))) == ([], 1)
        assert store.publish(draft(MOST, *MONTHS)) > newest
        assert answer(store) == {MOST}
        store.keep(3)
    assert torn > 5, "the kills never hit the middle of a publish"
    assert list(store.verify()) == []
    assert _unused(tmp_path) == 0


def _unused(folder: Path) -> int:
    """Files that no release needs."""
    told = "".join(p.read_text(encoding="utf-8") for p in (folder / "releases").glob("*.json"))
    return sum(p.name not in told for p in (folder / "objects").iterdir())


def test_four_readers_never_see_two_releases_mixed_while_fifty_are_published(tmp_path: Path, forker: Forker) -> None:
    store, stop = ParquetStore(tmp_path / "store"), tmp_path / "stop"
    fixed = pd.DataFrame({"model": ["a", "b"]})
    store.publish(Draft({**draft(0, *MONTHS).tables, "fixed": {"all": fixed}}, {"k": 0}))
    reports = [tmp_path / f"report{i}" for i in range(4)]
    readers = [forker.start(hammer, store.folder, stop, report) for report in reports]
    for k in range(1, 51):
        store.publish(draft(k, *MONTHS), base=store.version())
        if k % 10 == 0:
            store.keep(2)
    stop.touch()
    for reader in readers:
        forker.wait(reader)
    said = [json.loads(r.read_text(encoding="utf-8")) for r in reports]
    assert [m for s in said for m in s["mixed"]] == []
    assert all(s["reads"] > 10 for s in said)
    assert store.read().frame("fixed")["model"].tolist() == ["a", "b"]


class LateReader(ParquetStore):
    """A reader so slow that the release it first heard of is replaced and removed before it looks."""

    heard = ""

    def version(self) -> str:
        heard, self.heard = self.heard, ""
        return heard or super().version()


def test_a_reader_that_comes_too_late_for_one_newest_release_gets_the_next(tmp_path: Path) -> None:
    store, reader = ParquetStore(tmp_path), LateReader(tmp_path)
    reader.heard = store.publish(draft(1, *MONTHS))
    store.publish(draft(2, *MONTHS))
    store.keep(1)
    assert answer(reader) == {2}


def test_a_second_trainer_is_refused_by_the_name_of_the_first(tmp_path: Path, forker: Forker) -> None:
    store = ParquetStore(tmp_path)
    first = store.publish(draft(1, *MONTHS))
    before = traces(tmp_path)
    trainer = forker.start(hold_the_lock, tmp_path)
    wait_for((tmp_path / "held").exists)
    for act in (lambda: store.publish(draft(2, *MONTHS)), lambda: store.keep(1)):
        with pytest.raises(StoreError) as refusal:
            act()
        assert f"process {trainer} on " in str(refusal.value)
        assert "since 2024-05-31T06:00:00+00:00" in str(refusal.value)
        assert "Nothing was changed" in str(refusal.value)
    (tmp_path / "held").unlink()
    assert (store.version(), answer(store), traces(tmp_path)) == (first, {1}, before)


def test_the_lock_of_a_dead_trainer_holds_nobody_back(tmp_path: Path, forker: Forker) -> None:
    trainer = forker.start(hold_the_lock, tmp_path)
    wait_for((tmp_path / "held").exists)
    assert str(trainer) in (tmp_path / "writer.lock").read_text(encoding="utf-8")
    forker.kill(trainer)
    store = ParquetStore(tmp_path)
    store.publish(draft(1, *MONTHS))
    assert answer(store) == {1}


# Unplugged


class PowerCut(BaseException):
    """The machine stops."""


class File:
    """A file's bytes as programs see them, and as the disk has them (None: never synced)."""

    def __init__(self, content: bytes) -> None:
        self.now, self.lasting = content, None


class CutDisk(Disk):
    """A disk that remembers what was synced, and stops the machine before its step number `last` + 1."""

    def __init__(self, last: float = float("inf")) -> None:
        self.steps: list[str] = []
        self._last = last
        self._names: dict[Path, File | None] = {}
        self._lasting: dict[Path, File | None] = {}
        self._pending: list[tuple[Path, dict[Path, File | str | None]]] = []

    def _step(self, what: str, path: Path) -> None:
        if len(self.steps) >= self._last:
            raise PowerCut
        self.steps.append(f"{what} {path.name}")

    def _name(self, folder: Path, changes: dict[Path, File | str | None]) -> None:
        _apply(self._names, changes)
        self._pending.append((folder, changes))

    def make(self, folder: Path) -> None:
        self._step("make", folder)
        super().make(folder)
        self._name(folder.parent, {folder: None})

    def write(self, path: Path, content: bytes | memoryview) -> None:
        self._step("write", path)
        super().write(path, content)
        if file := self._names.get(path):
            file.now = bytes(content)
        else:
            self._name(path.parent, {path: File(bytes(content))})

    def sync(self, path: Path) -> None:
        self._step("sync", path)
        super().sync(path)
        if file := self._names.get(path):
            file.lasting = file.now
            return
        for folder, changes in self._pending:
            if folder == path:
                _apply(self._lasting, changes)
        self._pending = [(f, c) for f, c in self._pending if f != path]

    def rename(self, old: Path, new: Path) -> None:
        self._step("rename", new)
        super().rename(old, new)
        self._name(new.parent, {old: "gone", new: self._names[old]})

    def remove(self, path: Path) -> None:
        self._step("remove", path)
        super().remove(path)
        self._name(path.parent, {path: "gone"})

    def survivors(self, luck: random.Random) -> dict[Path, bytes | None]:
        """What may be found after the power cut: names that were not synced come through or not, one by one; bytes
        that were not synced are whole, cut short, zero or absent. None stands for a folder."""
        names = dict(self._lasting)
        for _, changes in self._pending:
            if luck.random() < 0.5:
                _apply(names, changes)
        return {path: file and _bytes(file, luck) for path, file in names.items()}


def _apply(names: dict[Path, File | None], changes: dict[Path, File | str | None]) -> None:
    for path, file in changes.items():
        if isinstance(file, str):
            names.pop(path, None)
        else:
            names[path] = file


def _bytes(file: File, luck: random.Random) -> bytes:
    if file.lasting is not None and file.lasting == file.now:
        return file.now
    n = len(file.now)
    return luck.choice([file.lasting or b"", b"", file.now[: n // 2], bytes(n), file.now])


def replug(disk: CutDisk, root: Path, new: Path, luck: random.Random) -> ParquetStore:
    """The store as the next boot finds it, in another place."""
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir()
    for path, content in sorted(disk.survivors(luck).items()):
        target = new / path.relative_to(root)
        if target.parent.is_dir():
            target.mkdir() if content is None else target.write_bytes(content)
    return ParquetStore(new / "store")


def three_acts(disk: Disk, folder: Path) -> Iterator[int]:
    """A first release, a second on top of it, and the first removed: says which release is the newest from then on."""
    store = ParquetStore(folder, disk=disk)
    yield 0
    store.publish(draft(1, *MONTHS[:2]))
    yield 1
    store.publish(draft(2, *MONTHS[:2]), base=store.version())
    yield 2
    store.keep(1)
    yield 2


def test_a_power_cut_at_any_step_leaves_the_old_release_or_the_new_one_whole(tmp_path: Path) -> None:
    whole = CutDisk()
    list(three_acts(whole, tmp_path / "whole" / "store"))
    assert len(whole.steps) > 40
    luck, seen = random.Random(7), set()
    for last in range(len(whole.steps) + 1):
        disk, done, root = CutDisk(last), 0, tmp_path / "world"
        shutil.rmtree(root, ignore_errors=True)
        root.mkdir()
        with suppress(PowerCut):
            for done in three_acts(disk, root / "store"):  # noqa: B007
                pass
        for _ in range(3):
            store = replug(disk, root, tmp_path / "after", luck)
            said = answer(store) if store.version() else {0}
            assert said in ({done}, {min(done + 1, 2)}), (last, disk.steps[-3:])
            assert [s for s in store.verify() if "pointer" not in s] == [], (last, disk.steps[-3:])
            store.publish(draft(9, *MONTHS), base=store.version())
            assert (answer(store), list(store.verify())) == ({9}, [])
            seen |= said
    assert seen == {0, 1, 2}


def test_everything_is_synced_before_the_pointer_moves(tmp_path: Path) -> None:
    disk = CutDisk()
    ParquetStore(tmp_path / "store", disk=disk).publish(draft(1, *MONTHS))
    moved = disk.steps.index("rename newest")
    renamed = [s.removeprefix("rename ") for s in disk.steps[:moved] if s.startswith("rename")]
    assert len(renamed) == len(MONTHS) + 2
    for name in renamed:
        assert disk.steps.index(f"sync {name}.tmp") < disk.steps.index(f"rename {name}")
    objects, manifest = renamed[:-1], renamed[-1]
    synced = disk.steps.index("sync objects")
    assert max(disk.steps.index(f"rename {n}") for n in objects) < synced < disk.steps.index(f"write {manifest}.tmp")
    assert disk.steps.index(f"rename {manifest}") < disk.steps.index("sync releases") < moved
    assert disk.steps[moved + 1 :] == ["sync store"]


# Full


class FullDisk(Disk):
    """A disk whose step number `last` + 1 and all later writes, syncs and renames fail; the write half done."""

    def __init__(self, last: int) -> None:
        self._left = last

    def _step(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def write(self, path: Path, content: bytes | memoryview) -> None:
        try:
            self._step()
        except OSError:
            super().write(path, content[: len(content) // 2])
            raise
        super().write(path, content)

    def sync(self, path: Path) -> None:
        self._step()
        super().sync(path)

    def rename(self, old: Path, new: Path) -> None:
        self._step()
        super().rename(old, new)


def test_a_disk_that_fills_up_at_any_step_is_named_and_nothing_is_left_behind(tmp_path: Path) -> None:
    first = ParquetStore(tmp_path).publish(draft(1, *MONTHS[:2]))
    before, refused = traces(tmp_path), 0
    for last in range(100):
        store = ParquetStore(tmp_path, disk=FullDisk(last))
        try:
            store.publish(draft(2, *MONTHS), base=first)
        except StoreError as error:
            if "is there, but the disk did not confirm" in str(error):
                assert answer(store) == {2}
                break
            refused += 1
            assert f"the disk that holds {tmp_path} is full" in str(error)
            assert "Nothing was changed" in str(error)
            assert (store.version(), traces(tmp_path)) == (first, before)
    assert refused > 15
    assert (answer(ParquetStore(tmp_path)), list(ParquetStore(tmp_path).verify())) == ({2}, [])


class LateDisk(Disk):
    """A disk that moves the pointer and then says that it could not, as a network folder may."""

    def __init__(self, error: BaseException) -> None:
        self._error = error

    def rename(self, old: Path, new: Path) -> None:
        super().rename(old, new)
        if new.name == "newest":
            raise self._error


@pytest.mark.parametrize("error", [OSError(errno.EIO, "Input/output error"), KeyboardInterrupt()])
def test_a_release_that_became_visible_is_never_taken_back(tmp_path: Path, error: BaseException) -> None:
    store = ParquetStore(tmp_path, disk=LateDisk(error))
    with suppress(KeyboardInterrupt):
        assert store.publish(draft(1, *MONTHS)) == store.version()
    assert (answer(store), list(store.verify())) == ({1}, [])


def large(k: int) -> Draft:
    """About a megabyte that no compression makes smaller."""
    noise = np.random.default_rng(k).random(130_000)
    return Draft({"rows": {"202404": pd.DataFrame({"client": range(130_000), "month": 202404, "score": noise})}}, {})


def test_a_limit_on_the_size_of_files_is_a_full_disk(tmp_path: Path) -> None:
    store = ParquetStore(tmp_path)
    first = store.publish(draft(1, *MONTHS))
    before, limits = traces(tmp_path), resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, limits[1]))
        with pytest.raises(StoreError, match=f"is full.*Nothing was changed: the newest release is still {first}"):
            store.publish(large(1), base=first)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert (store.version(), traces(tmp_path)) == (first, before)
    assert store.publish(large(1), base=first) == store.version()


@contextmanager
def small_disk(folder: Path, options: str) -> Iterator[Path]:
    """A real file system of two megabytes; the test is skipped where none may be mounted."""
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip(f"no small disk can be mounted here: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_really_full_disk_keeps_the_store_whole_and_lets_old_releases_go(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "size=2m") as disk:
        store = ParquetStore(disk / "store")
        store.publish(draft(0, *MONTHS))
        store.publish(large(1))
        first = store.publish(draft(1, *MONTHS))
        before = traces(store.folder)
        with pytest.raises(StoreError, match=r"is full; free some space, or remove old releases with `keep`.*Nothing"):
            store.publish(large(2), base=first)
        assert (store.version(), answer(store), traces(store.folder)) == (first, {1}, before)
        with suppress(OSError):
            (disk / "filler").write_bytes(bytes(3_000_000))
        assert len(store.keep(1)) > 2
        (disk / "filler").unlink()
        assert store.publish(large(2), base=first) == store.version()
        assert list(store.verify()) == []


def test_a_read_only_disk_is_read_and_never_written(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "size=2m") as disk:
        store = ParquetStore(disk / "store")
        first = store.publish(draft(1, *MONTHS))
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        for act in (lambda: store.publish(draft(2, *MONTHS)), lambda: store.keep(1)):
            with pytest.raises(StoreError, match=r"may not do this in .*Read-only file system.*Nothing was changed"):
                act()
        assert (store.version(), answer(store), list(store.verify())) == (first, {1}, [])
        with pytest.raises(StoreError, match="cannot be written"):
            ParquetStore(disk / "other").publish(draft(1, *MONTHS))


# Not there, not ours, not readable


def test_a_folder_that_another_user_owns_may_be_read_and_says_why_it_is_not_written(forker: Forker) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "store"
        Path(place).chmod(0o755)
        first = ParquetStore(folder).publish(draft(1, *MONTHS))
        said = _as_another_user(folder, forker, mode=0o555)
        assert (said["version"], said["read"]) == (first, [1])
        for act in ("publish", "keep"):
            assert "StoreError: The store cannot be written: user " in said[act]
            assert "check its permissions. Nothing was changed." in said[act]
        said = _as_another_user(folder, forker, mode=0o000)
        assert "The newest release cannot be looked up: user " in said["version"]
        assert all(s.startswith("StoreError") for s in said.values())
        assert answer(ParquetStore(folder)) == {1}


def _as_another_user(folder: Path, forker: Forker, *, mode: int) -> dict[str, str]:
    report, every = folder.parent / "report", [folder, *folder.iterdir()]
    modes = {p: p.stat().st_mode for p in every}
    for path in reversed(every):
        path.chmod(mode if path.is_dir() else mode & 0o444)
    try:
        forker.wait(forker.start(try_as_another_user, folder, report))
    finally:
        for path in every:
            path.chmod(modes[path])
    return json.loads(report.read_text(encoding="utf-8"))


def test_a_store_that_is_missing_or_empty_is_waited_for(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "missing" / "deep", tmp_path / "empty"):
        store = ParquetStore(folder)
        assert (store.version(), list(store.releases()), list(store.verify())) == ("", [], [])
        with pytest.raises(StoreError, match=f"no release in {folder} yet: run `python -m model.train`"):
            store.read()
    assert not (tmp_path / "missing").exists()
    ParquetStore(tmp_path / "missing" / "deep").publish(draft(1, *MONTHS))
    assert answer(ParquetStore(tmp_path / "missing" / "deep")) == {1}


def test_a_file_where_the_folder_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("not a folder", encoding="utf-8")
    for act in (lambda s: s.version(), lambda s: s.publish(draft(1, *MONTHS)), lambda s: s.releases()):
        with pytest.raises(StoreError, match=f"{tmp_path / 'store'} is not a folder"):
            act(ParquetStore(tmp_path / "store"))
    assert (tmp_path / "store").read_text(encoding="utf-8") == "not a folder"


# Damaged


@pytest.fixture
def twice(tmp_path: Path) -> ParquetStore:
    """A store of two releases, 1 and 2."""
    store = ParquetStore(tmp_path / "store")
    store.publish(draft(1, *MONTHS, rows=500))
    store.publish(draft(2, *MONTHS, rows=500))
    return store


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-10])


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        (_truncate, "bytes long instead of"),
        (_flip, "was altered: its bytes do not match its name"),
        (Path.unlink, "is missing"),
    ],
)
def test_a_damaged_file_is_named_and_never_read_as_if_it_were_whole(
    twice: ParquetStore, harm: Callable[[Path], None], reason: str
) -> None:
    release = twice.read()
    part = release.parts("rows")[1]
    before = traces(twice.folder)
    harm(release.path(part))
    assert [f"rows/202402 of release {release.version}: its file {part.path} " in s and reason in s
            for s in twice.verify()] == [True]  # fmt: skip
    with pytest.raises(StoreError, match=part.path):
        twice.read().frame("rows")
    assert set(twice.read().frame("rows", parts=["202401", "202403"])["score"]) == {2 / MOST}
    assert answer(twice, twice.releases()[1].version) == {1}
    twice.publish(draft(2, 202402, rows=500), base=release.version)
    assert (answer(twice), list(twice.verify())) == ({2}, [])
    assert traces(twice.folder)[part.path] == before[part.path]


@pytest.mark.parametrize("harm", [_truncate, _flip, Path.unlink])
def test_a_damaged_document_is_named_and_never_read(twice: ParquetStore, harm: Callable[[Path], None]) -> None:
    path = f"objects/{twice.read().documents()['k']}.json"
    harm(twice.folder / path) if harm is not _truncate else (twice.folder / path).write_bytes(b"")
    assert f"document k of release {twice.version()}: its file {path}" in twice.verify()[0]
    with pytest.raises(StoreError, match=path):
        twice.read().document("k")


@pytest.mark.parametrize(("harm", "reason"), [(_truncate, "bytes long instead of"), (Path.unlink, "not in")])
def test_a_base_that_lost_a_file_is_refused(twice: ParquetStore, harm: Callable[[Path], None], reason: str) -> None:
    release = twice.read()
    harm(release.path(release.parts("rows")[0]))
    with pytest.raises(StoreError, match=f"{release.parts('rows')[0].path} .*{reason}"):
        twice.publish(draft(3, 202404), base=release.version)
    assert twice.version() == release.version


@pytest.mark.parametrize("harm", [_truncate, _flip, Path.unlink, lambda p: p.write_bytes(b"")])
def test_without_its_pointer_the_store_finds_the_newest_release_by_itself(
    twice: ParquetStore, harm: Callable[[Path], None]
) -> None:
    version = twice.version()
    harm(twice.folder / "newest")
    assert (twice.version(), answer(twice)) == (version, {2})
    assert "pointer to the newest release is missing or damaged" in twice.verify()[0]
    twice.publish(draft(3, *MONTHS))
    assert (answer(twice), list(twice.verify()), len(twice.releases())) == ({3}, [], 3)


def test_a_damaged_manifest_is_named_and_nothing_is_removed_that_it_may_need(twice: ParquetStore) -> None:
    old, new = (r.version for r in reversed(twice.releases()))
    _flip(twice.folder / "releases" / f"{new}.json")
    assert f"The manifest of release {new} is damaged" in twice.verify()[0]
    with pytest.raises(StoreError, match=f"The manifest of release {new} is damaged"):
        twice.read()
    assert answer(twice, old) == {1}
    objects = {n for n in traces(twice.folder) if n.startswith("objects")}
    with pytest.raises(StoreError, match="damaged"):
        twice.keep(1)
    third = twice.publish(draft(3, *MONTHS))
    assert (third > new, answer(twice)) == (True, {3})
    assert objects <= set(traces(twice.folder))
    (twice.folder / "newest").unlink()
    assert twice.version() == third


def test_a_damaged_newest_release_survives_even_the_loss_of_the_pointer(twice: ParquetStore) -> None:
    old, new = (r.version for r in reversed(twice.releases()))
    manifest = twice.folder / "releases" / f"{new}.json"
    _flip(manifest)
    (twice.folder / "newest").unlink()
    before = traces(twice.folder)
    assert (twice.version(), answer(twice)) == (old, {1})
    with pytest.raises(StoreError, match=f"The manifest of release {new} is damaged"):
        twice.keep(1)
    assert traces(twice.folder) == before
    assert twice.publish(draft(3, *MONTHS)).startswith("000003-")
    assert before.items() - traces(twice.folder).items() == set()
    _flip(manifest)
    assert (answer(twice, new), list(twice.verify())) == ({2}, [])


def test_a_manifest_that_names_files_outside_the_store_is_refused(twice: ParquetStore) -> None:
    version = _forge(twice, lambda body: body["parts"][0].update(path="../../secret.parquet"))
    with pytest.raises(StoreError, match="names files outside the store"):
        twice.read(version)


def _forge(store: ParquetStore, change: Callable[[dict], object]) -> str:
    """A third release with an altered manifest, correctly named and pointed to."""
    body = json.loads((store.folder / "releases" / f"{store.version()}.json").read_bytes())
    body["number"] = 3
    change(body)
    content = json.dumps(body).encode()
    version = f"000003-{digest(content)[:8]}"
    (store.folder / "releases" / f"{version}.json").write_bytes(content)
    (store.folder / "newest").write_bytes(pointer(version))
    return version


def test_a_release_of_a_newer_program_asks_for_an_upgrade_and_touches_nothing(twice: ParquetStore) -> None:
    pinned = twice.read()
    version = _forge(twice, lambda body: body.update(schema=SCHEMA + 1, surprise={"new": "field"}))
    before = traces(twice.folder)
    assert twice.version() == version
    for act in (twice.read, lambda: twice.publish(draft(4, *MONTHS)), lambda: twice.keep(1)):
        with pytest.raises(StoreError, match=rf"newer version of Cartera \(store format {SCHEMA + 1}; .* upgrade"):
            act()
    assert traces(twice.folder) == before
    assert [r.version[:6] for r in twice.releases()] == ["000002", "000001"]
    assert set(pinned.frame("rows")["score"]) == {2 / MOST}
    assert "upgrade this installation" in twice.verify()[0]


def test_what_a_killed_writer_left_is_cleared_away_by_the_next(twice: ParquetStore) -> None:
    folder = twice.folder
    for name in ("newest.tmp", "objects/x.parquet.tmp", "releases/000003-aaaaaaaa.json.tmp", "objects/unused.parquet"):
        (folder / name).write_bytes(b"half a fi")
    (folder / "releases" / "000003-aaaaaaaa.json").write_bytes(b"{}")
    assert [r.version[:6] for r in twice.releases()] == ["000002", "000001"]
    before = set(traces(folder))
    version = twice.publish(draft(3, *MONTHS))
    assert version.startswith("000003-")
    assert {n for n in before if "tmp" in n or "aaaa" in n or "unused" in n} & set(traces(folder)) == set()
    assert list(twice.verify()) == []


# The command line


def test_the_command_line_lists_compares_checks_and_removes(
    twice: ParquetStore, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = (r.version for r in reversed(twice.releases()))

    def run(*words: str) -> tuple[int, str]:
        code = store_cli.main([str(twice.folder), *words])
        said = capsys.readouterr()
        return code, said.out + said.err

    code, text = run("list")
    assert (code, text.index(new) < text.index(old), "1,500" in text) == (0, True, True)
    code, text = run("diff", "1", new)
    assert (code, "202401, 202402, 202403" in text, "0 added, 0 removed, 1,500 changed" in text) == (0, True, True)
    assert run("verify") == (0, "All files of 2 release(s) match their hashes.\n")
    assert run("diff", "1", "7")[0] == 1
    code, text = run("keep", "0")
    assert (code, "At least one release must be kept" in text) == (1, True)
    assert run("keep", "1") == (0, f"Removed 1 release(s) and 4 file(s): {old}\n")
    _flip(twice.read().path(twice.read().parts("rows")[0]))
    code, text = run("verify")
    assert (code, "rows/202401" in text) == (1, True)


def test_the_store_is_a_program_of_its_own(twice: ParquetStore) -> None:
    command = [sys.executable, "-W", "error", "-m", "data.store", str(twice.folder), "verify"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "All files of 2 release(s) match their hashes.\n", "")
