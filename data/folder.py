"""Data room: the embedded store's folder, as its readers see it.

    newest                           the pointer: version of the newest release
    releases/000012-3fa9c1d2.json    one manifest per release
    objects/<sha256>.parquet, .json  immutable files, shared by releases
    writer.lock                      held by the one writer

A reader takes no lock and needs no more than the right to read: it holds a manifest, whose files never change.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from data.durable import in_words
from data.manifest import Document, Manifest, decode, intact, newest_first, number, pointed
from data.store import Part, StoreError


class Folder:
    """Where things lie, and what is committed. `root` need not exist: then there is no release yet."""

    def __init__(self, root: Path) -> None:
        self.root = Path(root).absolute()
        self.objects, self.releases = self.root / "objects", self.root / "releases"
        self.newest, self.lock = self.root / "newest", self.root / "writer.lock"

    def pointed(self) -> str:
        """The version that the pointer names, "" when it is missing or damaged."""
        with suppress(FileNotFoundError), self.newest.open("rb", buffering=0) as file:
            return pointed(file.read(200))
        return ""

    def version(self) -> str:
        """The committed version: the pointer's, or that of the newest intact manifest when there is no pointer."""
        with in_words(self.root, "The newest release cannot be looked up"):
            return self.pointed() or next(filter(self._intact, self.names()), "")

    def _intact(self, version: str) -> bool:
        return intact(version, self.manifest_path(version).read_bytes())

    def names(self) -> list[str]:
        """Every manifest in the folder, newest first, committed or not, whole or not."""
        with suppress(FileNotFoundError):
            return newest_first(p.name for p in self.releases.iterdir())
        return []

    def committed(self) -> list[str]:
        """Every version up to the committed one, newest first."""
        newest = number(self.version())
        return [v for v in self.names() if number(v) <= newest]

    def manifest_path(self, version: str) -> Path:
        return self.releases / f"{version}.json"

    def manifest(self, version: str) -> Manifest:
        """What a version is made of. Raises StoreError when it is not there, is damaged, or is of a newer format."""
        with in_words(self.root, f"Release {version} cannot be read"):
            try:
                content = self.manifest_path(version).read_bytes() if number(version) else None
            except FileNotFoundError:
                content = None
        if content is None:
            raise StoreError(self._absence(version))
        return decode(version, content)

    def _absence(self, version: str) -> str:
        known = [v for v in self.committed() if v != version]
        there = f"There are {', '.join(known[:10])}" if known else "There is no other"
        return f"Release {version} is not in {self.root} (was it removed by `keep`?). {there}."

    def source(self, file: Part | Document) -> Path:
        path = self.locate(file)
        with in_words(self.root, f"The file {file.path} cannot be read"):
            try:
                size = path.stat().st_size
            except FileNotFoundError:
                raise StoreError(self._gone(file)) from None
        if size != file.size:
            raise StoreError(f"The file {file.path} is {size:,} bytes long instead of {file.size:,}: run `verify`.")
        return path

    def content(self, file: Part | Document) -> bytes:
        content = self.bytes_of(file)
        if content is None:
            raise StoreError(self._gone(file))
        return content

    def bytes_of(self, file: Part | Document) -> bytes | None:
        """A file's bytes, None when it is missing."""
        with in_words(self.root, f"The file {file.path} cannot be read"), suppress(FileNotFoundError):
            return self.locate(file).read_bytes()
        return None

    def locate(self, file: Part | Document) -> Path:
        return self.root / file.path

    def _gone(self, file: Part | Document) -> str:
        return (
            f"The file {file.path} is not in {self.root} any more: its release was removed by `keep`, or the file was "
            f"lost (`verify` tells). Open the newest release, {self.version() or 'when there is one'}."
        )
