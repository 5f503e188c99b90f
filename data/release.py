"""Data room: a pinned release, read through its manifest: the same answer for ever, whatever is published later."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import pandas as pd
import pyarrow as pa

from data.encoding import from_parquet, names_of, to_frame
from data.manifest import Document, Manifest, digest
from data.store import Part, StoreError


class Files(Protocol):
    """Where a release's files lie."""

    def source(self, file: Part | Document) -> Any:
        """What Arrow reads a file from: a path or a buffer. Raises StoreError when it is gone or cut short."""

    def content(self, file: Part | Document) -> bytes:
        """A file's bytes. Raises StoreError when it is gone."""

    def locate(self, file: Part | Document) -> Path:
        """Absolute path of a file. Raises StoreError when the store has no files."""


class PinnedRelease:
    """The release that a manifest describes. Raises StoreError when one of its files is gone or damaged."""

    def __init__(self, version: str, *, manifest: Manifest, files: Files) -> None:
        self.version, self.published_at, self.note = version, manifest.published_at, manifest.note
        self.base = manifest.base
        self._manifest, self._files = manifest, files

    def tables(self) -> Sequence[str]:
        return tuple(dict.fromkeys(p.table for p in self._manifest.parts))

    def parts(self, table: str) -> Sequence[Part]:
        return tuple(p for p in self._manifest.parts if p.table == table)

    def columns(self, table: str) -> frozenset[str]:
        return frozenset(n for p in self.parts(table) for n in self._names(p))

    def documents(self) -> Mapping[str, str]:
        return {d.name: d.sha256 for d in self._manifest.documents}

    def path(self, part: Part) -> Path:
        return self._files.locate(part)

    def frame(
        self, table: str, *, columns: Sequence[str] | None = None, parts: Sequence[str] | None = None
    ) -> pd.DataFrame:
        every = {p.name: p for p in self.parts(table)}
        _require([table], self.tables(), f"Release {self.version} has no table")
        _require(parts or (), every, f"Table {table} of release {self.version} has no part")
        tables = [self._load(every[n], columns) for n in (every if parts is None else parts)]
        have = {n for t in tables for n in t.column_names}
        if not tables or set(columns or ()) - have:  # what the chosen parts lack may be known from the others
            others = [self._load(p, columns).slice(0, 0) for p in every.values()]
            tables += others
            _require(columns or (), self.columns(table), f"Table {table} of release {self.version} has no column")
        return to_frame(tables, columns)

    def _names(self, part: Part) -> list[str]:
        try:
            return names_of(self._files.source(part))
        except (OSError, pa.ArrowException) as error:
            raise self._damaged(part, error) from error

    def _load(self, part: Part, columns: Sequence[str] | None) -> pa.Table:
        try:
            return from_parquet(self._files.source(part), columns)
        except (OSError, pa.ArrowException) as error:
            raise self._damaged(part, error) from error

    def _damaged(self, part: Part, error: Exception) -> StoreError:
        return StoreError(
            f"Part {part.name} of table {part.table} in release {self.version} cannot be read: its file "
            f"{part.path} is damaged ({error}). Run `verify`, then publish the month again."
        )

    def document(self, name: str) -> Any:
        found = {d.name: d for d in self._manifest.documents}
        _require([name], found, f"Release {self.version} has no document")
        content = self._files.content(found[name])
        if digest(content) != found[name].sha256:
            raise StoreError(
                f"Document {name} of release {self.version} cannot be read: its file {found[name].path} is damaged. "
                "Run `verify`, then publish again."
            )
        return json.loads(content)


def _require(wanted: Sequence[str], have: Any, lacking: str) -> None:
    missing = [w for w in wanted if w not in have]
    if missing:
        raise StoreError(f"{lacking} {', '.join(missing)}; it has {', '.join(sorted(have)) or 'none'}.")


def damage(manifest: Manifest, version: str, *, read: Callable[[Part | Document], bytes | None]) -> list[str]:
    """One sentence per file of a release that is missing, cut short or altered. `read` gives None for a missing one."""
    found = []
    for file in manifest.files:
        what = f"{file.table}/{file.name}" if isinstance(file, Part) else f"document {file.name}"
        trouble = _trouble(file, read(file))
        if trouble:
            found.append(f"{what} of release {version}: its file {file.path} {trouble}.")
    return found


def _trouble(file: Part | Document, content: bytes | None) -> str:
    if content is None:
        return "is missing"
    if len(content) != file.size:
        return f"is {len(content):,} bytes long instead of {file.size:,}"
    return "" if digest(content) == file.sha256 else "was altered: its bytes do not match its name"
