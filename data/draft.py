"""Data room: a draft as the files of a release, each named by its content, beside those taken from a base release."""

from __future__ import annotations

from collections.abc import Callable

from data.encoding import to_json, to_parquet
from data.manifest import Document, Manifest, digest, object_path
from data.store import Draft, Part, StoreError

Place = Callable[[str, "bytes | memoryview"], None]
"""Puts content at a path relative to the store."""


def compose(draft: Draft, *, number: int, now: str, base: tuple[str, Manifest | None], place: Place) -> Manifest:
    """Place a draft's files and say what the release is made of. The first file is placed only after a look at the
    names; a frame or document that cannot be stored raises StoreError, and the caller takes back what was placed."""
    name, old = base
    _check_names(draft, old)
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


def _placed(content: bytes | memoryview, kind: str, place: Place) -> dict:
    sha256 = digest(content)
    path = object_path(sha256, kind)
    place(path, content)
    return {"path": path, "sha256": sha256, "size": len(content)}
