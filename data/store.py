"""Data room: releases. A release becomes visible whole or not at all, under one version, and reads the same for ever.

The embedded store is a folder of immutable Parquet and JSON files named by their content, one manifest per release,
and one pointer to the newest, each written to a temporary name, synced, renamed, and its folder synced.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import pandas as pd

from data.contract import CarteraError


class StoreError(CarteraError):
    """The store cannot do what was asked; the message says what stands in the way and what to do."""

    code = "store"


@dataclass(frozen=True)
class Draft:
    """What a release will hold: tables as parts (part name → frame; `rows` is split by month, part name "202401"),
    and JSON documents (`coverage`, `model_card`, `settings`, `dimensions`, `grid`, `meaning`, `histograms`, ...)."""

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
    """A release in a list: version ("000012-3fa9c1"), when it was published (UTC, ISO), its note and its size."""

    version: str
    published_at: str
    note: str
    rows: int
    size: int


class Release(Protocol):
    """A pinned release: reads the same for ever, whatever is published later."""

    version: str
    published_at: str

    def parts(self, table: str) -> Sequence[Part]: ...
    def frame(self, table: str, *, columns: Sequence[str] | None = None, parts: Sequence[str] | None = None) -> Any: ...
    def document(self, name: str) -> Any: ...
    def path(self, part: Part) -> Any: ...


@dataclass(frozen=True)
class Difference:
    """What changed from one release to another: parts by month, rows added/removed/changed, and KPIs by name."""

    parts: tuple[str, ...]
    added: int
    removed: int
    changed: int
    kpis: Mapping[str, tuple[float, float]] = field(default_factory=dict)


class Store(Protocol):
    """Releases, appended one after the other by one writer at a time, read by many."""

    def version(self) -> str:
        """Name of the newest release, "" when there is none. Cheap enough to poll every second."""

    def releases(self) -> Sequence[ReleaseInfo]:
        """Every release, newest first."""

    def read(self, version: str = "") -> Release:
        """A pinned release, the newest by default. Raises StoreError when there is none of that name."""

    def publish(self, draft: Draft, *, base: str = "") -> str:
        """Store a draft and make it the newest release, whole or not at all; return its version. With `base`, parts
        and documents that the draft does not name are taken from that release, sharing its files."""

    def verify(self, version: str = "") -> Sequence[str]:
        """One sentence per file that is missing, cut short or altered; empty when all hashes hold."""

    def diff(self, old: str, new: str) -> Difference:
        """What changed between two releases."""

    def keep(self, n: int) -> Sequence[str]:
        """Remove all but the newest n releases and the files that none of them uses; return what was removed."""
