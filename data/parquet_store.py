"""Data room: the embedded store. A release is committed by the rename of the pointer, after everything that it names is
synced to the disk; whatever happens before leaves the store as it was."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from data.diff import difference
from data.draft import compose
from data.durable import TEMPORARY, Disk, in_words, make_folders, place
from data.folder import Folder
from data.lock import WriterLock
from data.manifest import Manifest, NewerStoreError, digest, encode, number, pointer
from data.release import PinnedRelease, damage
from data.store import Difference, Draft, ReleaseInfo, StoreError

UNCHANGED = "Nothing was changed"


def utc_now() -> str:
    """The time that a release is stamped with: UTC, ISO, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


class ParquetStore:
    """Releases in a folder, which the first writer creates. `now` stamps releases; nothing is ordered by it."""

    def __init__(self, folder: Path, *, disk: Disk | None = None, now: Callable[[], str] = utc_now) -> None:
        self._folder, self._disk, self._now = Folder(folder), disk or Disk(), now
        self._lock = WriterLock(self._folder.lock, now=now)

    @property
    def folder(self) -> Path:
        """Where the store lies, absolute."""
        return self._folder.root

    def version(self) -> str:
        return self._folder.version()

    def releases(self) -> Sequence[ReleaseInfo]:
        found = []
        for version in self._folder.committed():
            with suppress(StoreError):
                found.append(self._folder.manifest(version).info(version))
        return tuple(found)

    def read(self, version: str = "") -> PinnedRelease:
        wanted = version or self.version()
        if not wanted:
            raise StoreError(f"There is no release in {self.folder} yet: run `python -m model.train` to publish one.")
        try:
            return PinnedRelease(wanted, manifest=self._folder.manifest(wanted), files=self._folder)
        except StoreError:
            if version or self.version() == wanted:
                raise
        return self.read()  # the newest was replaced, and removed by `keep`, between two looks

    def verify(self, version: str = "") -> Sequence[str]:
        found: dict[str, None] = {}
        if not version and self.version() and not self._folder.pointed():
            found["The pointer to the newest release is missing or damaged; the next publish writes it anew."] = None
        for each in [version] if version else self._folder.committed():
            try:
                manifest = self._folder.manifest(each)
            except StoreError as error:
                found[str(error)] = None
            else:
                found |= dict.fromkeys(damage(manifest, each, read=self._folder.bytes_of))
        return tuple(found)

    def diff(self, old: str, new: str) -> Difference:
        return difference(self.read(old), self.read(new))

    @contextmanager
    def writing(self) -> Iterator[None]:
        with ExitStack() as leaving:
            with in_words(self.folder, "The store cannot be written", after=f"{UNCHANGED}."):
                make_folders(self._disk, self._folder.objects)
                make_folders(self._disk, self._folder.releases)
                leaving.enter_context(self._lock.take())
                self._sweep()
            yield

    def publish(self, draft: Draft, *, base: str = "") -> str:
        with self.writing():
            current = self.version()
            self._refuse_newer(current)
            old = self._whole(base, draft) if base else None
            after = f"{UNCHANGED}: the newest release is still {current}." if current else f"{UNCHANGED}."
            with in_words(self.folder, "The release could not be published", after=after):
                version = self._commit(draft, base, old)
            with in_words(self.folder, f"Release {version} is there, but the disk did not confirm it; run `verify`"):
                self._disk.sync(self.folder)
            return version

    def _refuse_newer(self, current: str) -> None:
        """An older program must not write after a newer one; a newest release that is damaged is no obstacle."""
        try:
            if current:
                self._folder.manifest(current)
        except NewerStoreError:
            raise
        except StoreError:
            return

    def _whole(self, base: str, draft: Draft) -> Manifest:
        """The manifest of a release whose files, but for those that the draft replaces, are all there in full length.
        Raises StoreError otherwise."""
        manifest = self._folder.manifest(base)
        kept = [p for p in manifest.parts if p.name not in draft.tables.get(p.table, ())]
        for part in kept:
            self._folder.source(part)
        for document in (d for d in manifest.documents if d.name not in draft.documents):
            self._folder.source(document)
        return manifest

    def _commit(self, draft: Draft, base: str, old: Manifest | None) -> str:
        """Place objects, then the manifest, then the pointer, each lasting before the next; take back on failure."""
        placed: list[Path] = []
        version = ""

        def put(path: str, content: bytes | memoryview) -> None:
            target = self.folder / path
            if not target.exists():
                placed.append(target)
            elif digest(target.read_bytes()) == target.stem:
                return
            place(self._disk, target, content)

        try:
            following = max(map(number, self._folder.names()), default=0) + 1
            manifest = compose(draft, number=following, now=self._now(), base=(base, old), place=put)
            version, body = encode(manifest)
            self._disk.sync(self._folder.objects)
            placed.append(self._folder.manifest_path(version))
            place(self._disk, placed[-1], body)
            self._disk.sync(self._folder.releases)
            place(self._disk, self._folder.newest, pointer(version))
        except BaseException as error:
            committed = bool(version) and self._folder.pointed() == version
            if not committed:
                self._take_back(placed)
            if not (committed and isinstance(error, OSError)):
                raise
        return version

    def _take_back(self, placed: Sequence[Path]) -> None:
        """Remove what an unfinished publish placed, the manifest first. What cannot be removed the next writer will."""
        for path in reversed(placed):
            with suppress(OSError):
                self._disk.remove(path)

    def keep(self, n: int, *, pinned: Collection[str] = ()) -> Sequence[str]:
        if n < 1:
            raise StoreError(f"At least one release must be kept, not {n}. {UNCHANGED}.")
        with self.writing(), in_words(self.folder, "Old releases could not all be removed"):
            doomed = [v for v in self._folder.committed()[n:] if v not in pinned]
            used = self._used(v for v in self._folder.names() if v not in set(doomed))
            for version in doomed:
                self._disk.remove(self._folder.manifest_path(version))
            self._disk.sync(self._folder.releases)
            return (*doomed, *self._drop_all_but(used))

    def _used(self, versions: Iterable[str]) -> frozenset[str]:
        return frozenset().union(*(self._folder.manifest(v).paths for v in versions))

    def _drop_all_but(self, used: frozenset[str]) -> list[str]:
        gone = sorted(p for p in self._folder.objects.iterdir() if f"objects/{p.name}" not in used)
        for path in gone:
            self._disk.remove(path)
        if gone:
            self._disk.sync(self._folder.objects)
        return [f"objects/{p.name}" for p in gone]

    def _sweep(self) -> None:
        """Clear away what a killed writer left: temporary files, manifests beyond the pointer, files that nobody uses.
        Without a whole pointer, or with a manifest that cannot be read, only temporary files go."""
        for folder in (self.folder, self._folder.objects, self._folder.releases):
            for path in folder.glob(f"*{TEMPORARY}"):
                self._disk.remove(path)
        names = self._folder.names()
        if names and not self._folder.pointed():
            return
        committed = set(self._folder.committed())
        for orphan in (v for v in names if v not in committed):
            self._disk.remove(self._folder.manifest_path(orphan))
        with suppress(StoreError):
            self._drop_all_but(self._used(committed))
