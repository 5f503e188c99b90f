"""Data room: a draft as the files of a release, each named by its content, beside those taken from a base release."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import pandas as pd

from data.contract import Breach, ContractError
from data.encoding import to_json, to_parquet
from data.manifest import Document, Manifest, digest, object_path
from data.store import Draft, Part, StoreError

CHANCES: Final = ("score", "challenger_score", "previous_score", "bank_score", "propensity")
"""Columns of table `rows` that hold a probability."""

SHOWN: Final = 20

Place = Callable[[str, "bytes | memoryview"], None]
"""Puts content at a path relative to the store."""


def compose(draft: Draft, *, number: int, now: str, base: tuple[str, Manifest | None], place: Place) -> Manifest:
    """Place a draft's files and say what the release is made of. The first file is placed only after a look at the
    names and the scores; a frame or document that cannot be stored raises StoreError, a score that is no probability
    ContractError, and the caller takes back what was placed."""
    name, old = base
    _check_names(draft, old)
    _check_chances(draft)
    parts = {(p.table, p.name): p for p in (old.parts if old else ())}
    documents = {d.name: d for d in (old.documents if old else ())}
    for table, frames in draft.tables.items():
        for part in frames:
            content, rows = to_parquet(frames[part], f"Table {table}, part {part}")
            parts[table, part] = Part(table, part, **_placed(content, "parquet", place), rows=rows)
    for title, value in draft.documents.items():
        documents[title] = Document(title, **_placed(to_json(value, f"Document {title}"), "json", place))
    in_order = tuple(parts[k] for k in sorted(parts))
    return Manifest(number, now, draft.note, name, in_order, tuple(documents[k] for k in sorted(documents)))


def _check_names(draft: Draft, old: Manifest | None) -> None:
    named = [*draft.documents, *draft.tables, *(p for frames in draft.tables.values() for p in frames)]
    odd = [n for n in named if not isinstance(n, str) or not n]
    if odd:
        raise StoreError(f"A table, part or document must be named by a text; {odd[0]!r} is not. Nothing was changed.")
    if not named and old is None:
        raise StoreError("There is nothing to publish: no table, no document, no base. Nothing was changed.")


def _check_chances(draft: Draft) -> None:
    """Raises ContractError that shows every score which is neither missing nor a number from 0 to 1."""
    breaches: list[Breach] = []
    for part, frame in draft.tables.get("rows", {}).items():
        names = [c for c in CHANCES if c in frame] if frame.columns.is_unique else []
        for column in (c for c in names if pd.api.types.is_numeric_dtype(frame[c].dtype)):
            values = frame[column].to_numpy(dtype=np.float64, na_value=np.nan)
            bad = np.flatnonzero((values < 0) | (values > 1))
            if len(bad):
                shown = tuple((int(i) + 1, f"{values[i]:.7g}") for i in bad[:SHOWN])
                where = f"table rows, month {part}"
                breaches.append(Breach(where, column, "a probability from 0 to 1, or missing", len(bad), shown))
    if breaches:
        raise ContractError(tuple(breaches))


def _placed(content: bytes | memoryview, kind: str, place: Place) -> dict:
    sha256 = digest(content)
    path = object_path(sha256, kind)
    place(path, content)
    return {"path": path, "sha256": sha256, "size": len(content)}
