"""Data room: coded parts kept on disk, one file per part named by what it was made from, mapped into memory when read.

Files are written to a temporary name and put in place whole, so that several processes may share the folder. It may be
deleted at any time: what is missing is made again.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from data.counts.coding import FLAGS, MONEY, CodedPart, code_part, pack, unpack
from data.rows import FLOW_ROLES, RIVALS
from data.store import Part, Release

FORMAT: Final = "8"
"""Changes whenever `CodedPart` does."""
_COLUMNS: Final = ("month", "rg", "arm", "label_state", "days_past_due", *FLAGS, *MONEY, "propensity", "score", *RIVALS)
_LATER: Final = frozenset((*FLOW_ROLES, "next_balance", *RIVALS))
"""Columns that earlier releases do not have."""


def coded_parts(
    release: Release,
    *,
    dimensions: Sequence[str],
    edges: np.ndarray,
    cache: Path | None,
    known: Mapping[str, CodedPart],
) -> dict[str, CodedPart]:
    """The coded parts of a release's rows by key; those in `known` or in the folder `cache` are not made again."""
    parts = {_key(p, dimensions, edges): p for p in release.parts("rows") if p.rows}
    held = {key: known.get(key) or _read(cache, key) for key in parts}
    lacking = _LATER - release.columns("rows") if None in held.values() else frozenset[str]()
    columns = [c for c in dict.fromkeys((*_COLUMNS, *FLOW_ROLES, *dimensions)) if c not in lacking]
    return {
        key: part
        or _made(release, parts[key], key=key, columns=columns, dimensions=dimensions, edges=edges, cache=cache)
        for key, part in held.items()
    }


def _key(part: Part, dimensions: Sequence[str], edges: np.ndarray) -> str:
    """Name of a coded part: a hash of the part's content, the dimensions, the grid and the format."""
    digest = hashlib.sha256("\n".join((FORMAT, part.sha256, *dimensions)).encode())
    digest.update(edges.tobytes())
    return f"{part.name}-{digest.hexdigest()[:24]}"


def _read(cache: Path | None, key: str) -> CodedPart | None:
    """The coded part in the cache; None where there is none that can be read."""
    if cache is None:
        return None
    try:
        return unpack(np.load(cache / f"{key}.npy", mmap_mode="r"))
    except (OSError, ValueError, KeyError, EOFError):
        return None


def _made(
    release: Release,
    part: Part,
    *,
    key: str,
    columns: Sequence[str],
    dimensions: Sequence[str],
    edges: np.ndarray,
    cache: Path | None,
) -> CodedPart:
    frame = release.frame("rows", columns=columns, parts=[part.name])
    coded = code_part(frame, dimensions=dimensions, edges=edges)
    if cache is not None and _written(cache, key, coded):
        return _read(cache, key) or coded
    return coded


def _written(cache: Path, key: str, coded: CodedPart) -> bool:
    """Whether the part could be put into the cache, whole."""
    name = ""
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=cache, prefix=key, suffix=".new", delete=False) as file:
            name = file.name
            np.save(file, pack(coded))
        Path(name).replace(cache / f"{key}.npy")
    except OSError:
        Path(name).unlink(missing_ok=True) if name else None
        return False
    return True
