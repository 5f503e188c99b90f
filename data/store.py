"""Data room: releases. A release becomes visible whole or not at all, under one version, and reads the same for ever.

The embedded store is a folder of immutable Parquet and JSON files named by their content, one manifest per release,
and one pointer to the newest, each written to a temporary name, synced, renamed, and its folder synced.
`python -m data.store DIR list | verify | diff A B | keep N` looks after it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from data.contract import CarteraError


class StoreError(CarteraError):
    """The store cannot do what was asked; the message says what stands in the way and what to do."""

    code = "store"


@dataclass(frozen=True)
class Draft:
    """What a release will hold: tables as parts (part name → frame; `rows` is split by month, part name "202401"),
    and JSON documents (`coverage`, `model_card`, `settings`, `dimensions`, `grid`, `meaning`, `histograms`, ...).

    A frame's index is not stored; rows that have a key (client, obligation, month) are sorted by it; text is read back
    as a category whose levels are in alphabetical order. Names in documents are read back as text, tuples as lists.
    """

    tables: Mapping[str, Mapping[str, pd.DataFrame]]
    documents: Mapping[str, Any]
    note: str = ""


@dataclass(frozen=True)
class Part:
    """One immutable file of a release: its table, part name, path relative to the store, hash, rows and bytes."""

    table: str
    name: str
    path: str
    sha256: str
    rows: int
    size: int


@dataclass(frozen=True)
class ReleaseInfo:
    """A release in a list: version ("000012-3fa9c1d2"), when it was published (UTC, ISO), its note, the rows of
    its table `rows`, and the bytes of its files, shared ones included. Versions are ordered by number, not by time."""

    version: str
    published_at: str
    note: str
    rows: int
    size: int


class Release(Protocol):
    """A pinned release: reads the same for ever, whatever is published later.

    Every method that touches a file raises StoreError when the file is damaged, or was removed by `keep`.
    """

    version: str
    published_at: str
    note: str
    base: str

    def tables(self) -> Sequence[str]:
        """Names of its tables."""

    def parts(self, table: str) -> Sequence[Part]:
        """The parts of a table in the order of their names, none when there is no such table."""

    def columns(self, table: str) -> frozenset[str]:
        """Names of the columns that any part of a table has."""

    def documents(self) -> Mapping[str, str]:
        """Name → content hash of its documents."""

    def frame(
        self, table: str, *, columns: Sequence[str] | None = None, parts: Sequence[str] | None = None
    ) -> pd.DataFrame:
        """The named parts (None: all) of a table, one after the other: text as categories, integers and floats in the
        width that they were stored with. A column that only some parts have is missing in the others."""

    def document(self, name: str) -> Any:
        """A document, as JSON holds it."""

    def path(self, part: Part) -> Path:
        """Absolute path of a part's Parquet file, for engines. Raises StoreError when the store has no files."""


@dataclass(frozen=True)
class Difference:
    """What changed from one release to another.

    `parts`: months of table `rows` whose content differs, and "table/part" for the others. `added`, `removed`,
    `changed`: rows of `rows` by key. `kpis`: name → (before, after) over those months together: rows by label state,
    `acceptance` and `icv30` (fractions, NaN when undefined); empty when no month differs. `documents`: names of those
    that differ.
    """

    parts: tuple[str, ...]
    added: int
    removed: int
    changed: int
    kpis: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    documents: tuple[str, ...] = ()


class Store(Protocol):
    """Releases, appended one after the other by one writer at a time, read by many."""

    def version(self) -> str:
        """Name of the newest release, "" when there is none. Cheap enough to poll every second."""

    def releases(self) -> Sequence[ReleaseInfo]:
        """Every release that can be read, newest first."""

    def read(self, version: str = "") -> Release:
        """A pinned release, the newest by default. Raises StoreError when there is none of that name, when it is
        damaged, or when a newer program wrote it."""

    def writing(self) -> AbstractContextManager[None]:
        """Be the one writer for a while, e.g. for a whole training run. Raises StoreError at once when another run is
        writing (naming it), or when the store cannot be written to. `publish` and `keep` do this by themselves."""

    def publish(self, draft: Draft, *, base: str = "") -> str:
        """Store a draft and make it the newest release, whole or not at all; return its version. With `base`, parts
        and documents that the draft does not name are taken from that release, sharing its files. Raises
        ContractError when a score is no probability. When it raises, nothing was changed."""

    def verify(self, version: str = "") -> Sequence[str]:
        """One sentence per file of a release (by default of every release) that is missing, cut short or altered;
        empty when all hashes hold."""

    def diff(self, old: str, new: str) -> Difference:
        """What changed between two releases. Only parts whose content differs are read."""

    def keep(self, n: int, *, pinned: Collection[str] = ()) -> Sequence[str]:
        """Remove all but the newest n releases (n at least 1), those `pinned` (a review session rests on them), and the
        files that none of them uses; return what was removed. A reader that still pins a removed release gets a
        StoreError when it next touches a file: choose n so that no session outlives it."""


def changed_since(store: Store, version: str) -> bool:
    """Whether there is another newest release than this one. A store that is empty (or emptied) has not changed."""
    return store.version() not in ("", version)


if __name__ == "__main__":
    import sys

    from data.store_cli import main

    sys.exit(main())
