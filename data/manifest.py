"""Data room: the manifest, one small JSON file that says what a release is made of, and the pointer to the newest.

A manifest's name carries its sequence number and the hash of its bytes, so it cannot be altered unnoticed. Releases are
ordered by number, never by clock.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Final

from data.store import Part, ReleaseInfo, StoreError

SCHEMA: Final = 1
"""Format of the store that this program writes, and the newest that it reads."""

_VERSION = re.compile(r"(\d{6,12})-([0-9a-f]{8})")


class NewerStoreError(StoreError):
    """The release was written by a newer program than this one."""

    code = "store_newer"


@dataclass(frozen=True)
class Document:
    """One immutable JSON file of a release: its name, path relative to the store, hash and bytes."""

    name: str
    path: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Manifest:
    """What a release is made of. `number` orders releases; `base` is the release that it shares files with, or ""."""

    number: int
    published_at: str
    note: str
    base: str
    parts: tuple[Part, ...]
    documents: tuple[Document, ...]

    @property
    def paths(self) -> frozenset[str]:
        """Every file that the release needs, relative to the store."""
        return frozenset(f.path for f in self.files)

    def info(self, version: str) -> ReleaseInfo:
        """The release as one line of a list."""
        rows = sum(p.rows for p in self.parts if p.table == "rows")
        return ReleaseInfo(version, self.published_at, self.note, rows, sum(f.size for f in self.files))

    @property
    def files(self) -> tuple[Part | Document, ...]:
        """Parts, then documents."""
        return (*self.parts, *self.documents)


def digest(content: bytes | memoryview) -> str:
    """SHA-256 of some bytes, 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def object_path(sha256: str, kind: str) -> str:
    """Where the file with this content lies, relative to the store; `kind` is "parquet" or "json"."""
    return f"objects/{sha256}.{kind}"


def encode(manifest: Manifest) -> tuple[str, bytes]:
    """The release's version and the bytes of its manifest."""
    body = json.dumps({"schema": SCHEMA, **asdict(manifest)}, ensure_ascii=False, indent=1).encode()
    return f"{manifest.number:06d}-{digest(body)[:8]}", body


def decode(version: str, content: bytes) -> Manifest:
    """The manifest of a version. Raises NewerStoreError when a newer program wrote it, StoreError when damaged."""
    if not intact(version, content):
        raise StoreError(f"The manifest of release {version} is damaged: its bytes do not match its name.")
    try:
        body = json.loads(content)
        schema = body.pop("schema")
        if schema > SCHEMA:
            raise NewerStoreError(
                f"Release {version} was written by a newer version of Cartera (store format {schema}; this one reads "
                f"up to {SCHEMA}): upgrade this installation. Nothing was changed."
            )
        parts = tuple(Part(**p) for p in body.pop("parts"))
        documents = tuple(Document(**d) for d in body.pop("documents"))
        manifest = Manifest(**body, parts=parts, documents=documents)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise StoreError(f"The manifest of release {version} is not one of ours: {error!r}.") from error
    _check_paths(version, manifest)
    return manifest


def _check_paths(version: str, manifest: Manifest) -> None:
    right = [object_path(p.sha256, "parquet") for p in manifest.parts]
    right += [object_path(d.sha256, "json") for d in manifest.documents]
    if right != [f.path for f in manifest.files]:
        raise StoreError(f"The manifest of release {version} is not one of ours: it names files outside the store.")


def number(version: str) -> int:
    """Sequence number of a version, 0 for what is not one."""
    match = _VERSION.fullmatch(version)
    return int(match[1]) if match else 0


def intact(version: str, content: bytes) -> bool:
    """Whether these bytes are the manifest that the version was named after."""
    match = _VERSION.fullmatch(version)
    return match is not None and digest(content).startswith(match[2])


def newest_first(names: Iterable[str]) -> list[str]:
    """The versions among file names of manifests, newest first; anything else is left out."""
    versions = (n.removesuffix(".json") for n in names if n.endswith(".json"))
    return sorted(filter(number, versions), key=lambda v: (number(v), v), reverse=True)


def pointer(version: str) -> bytes:
    """Content of the pointer file: the version, and a check that tells a damaged pointer from a whole one."""
    return f"{version} {digest(version.encode())[:16]}\n".encode()


def pointed(content: bytes) -> str:
    """The version that a pointer file names, "" when the file is damaged."""
    version = content.split(b" ", 1)[0].decode("ascii", "replace")
    return version if number(version) and pointer(version) == content else ""
