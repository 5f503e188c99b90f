"""Data room: the same promise without a disk, for tests and notebooks. It lives and ends with its process."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from data.diff import difference
from data.draft import compose
from data.manifest import Document, Manifest, encode
from data.parquet_store import utc_now
from data.release import PinnedRelease, damage
from data.store import Difference, Draft, Part, ReleaseInfo, StoreError


class MemoryStore:
    """Releases held in this process. Its releases have no paths: read them with `frame` and `document`."""

    def __init__(self, *, now: Callable[[], str] = utc_now) -> None:
        self._objects: dict[str, bytes] = {}
        self._manifests: dict[str, Manifest] = {}
        self._now, self._writer = now, threading.RLock()

    def version(self) -> str:
        return next(reversed(self._manifests), "")

    def releases(self) -> Sequence[ReleaseInfo]:
        return tuple(self._manifests[v].info(v) for v in reversed(self._manifests))

    def read(self, version: str = "") -> PinnedRelease:
        wanted = version or self.version()
        if not wanted:
            raise StoreError("There is no release in this store yet.")
        return PinnedRelease(wanted, manifest=self._manifest(wanted), files=self)

    def _manifest(self, version: str) -> Manifest:
        if version not in self._manifests:
            raise StoreError(
                f"Release {version} is not in this store. There are {', '.join(self._manifests) or 'none'}."
            )
        return self._manifests[version]

    @contextmanager
    def writing(self) -> Iterator[None]:
        if not self._writer.acquire(blocking=False):
            raise StoreError("Another run is already writing to this store. Nothing was changed.")
        try:
            yield
        finally:
            self._writer.release()

    def publish(self, draft: Draft, *, base: str = "") -> str:
        with self.writing():
            old = self._manifest(base) if base else None
            objects: dict[str, bytes] = {}

            def put(path: str, content: bytes | memoryview) -> None:
                objects[path] = bytes(content)

            following = max((m.number for m in self._manifests.values()), default=0) + 1
            manifest = compose(draft, number=following, now=self._now(), base=(base, old), place=put)
            self._objects = {**objects, **self._objects}
            self._manifests = {**self._manifests, encode(manifest)[0]: manifest}
            return self.version()

    def verify(self, version: str = "") -> Sequence[str]:
        try:
            chosen = {version: self._manifest(version)} if version else self._manifests
        except StoreError as error:
            return (str(error),)
        sentences = (s for v, m in chosen.items() for s in damage(m, v, read=lambda f: self._objects.get(f.path)))
        return tuple(sentences)

    def diff(self, old: str, new: str) -> Difference:
        return difference(self.read(old), self.read(new))

    def keep(self, n: int, *, pinned: Collection[str] = ()) -> Sequence[str]:
        if n < 1:
            raise StoreError(f"At least one release must be kept, not {n}. Nothing was changed.")
        with self.writing():
            doomed = [v for v in [*reversed(self._manifests)][n:] if v not in pinned]
            self._manifests = {v: m for v, m in self._manifests.items() if v not in doomed}
            used = frozenset().union(*(m.paths for m in self._manifests.values()))
            gone = sorted(set(self._objects) - used)
            self._objects = {path: c for path, c in self._objects.items() if path in used}
            return (*doomed, *gone)

    def source(self, file: Part | Document) -> pa.BufferReader:
        return pa.BufferReader(self.content(file))

    def content(self, file: Part | Document) -> bytes:
        try:
            return self._objects[file.path]
        except KeyError:
            raise StoreError(f"The file {file.path} is gone: its release was removed by `keep`.") from None

    def locate(self, file: Part | Document) -> Path:
        raise StoreError(f"The file {file.path} is held in memory and has no path: read it with `frame`.")
