"""Data room: what a run was made from, so that the same run again can be told without reading a single row."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from data.sources.address import is_address, without_secrets

ROOT = Path(__file__).resolve().parents[2]
CODE = ("data", "model")


def fingerprint(inputs: Sequence[Path | str], options: Mapping[str, Any]) -> dict[str, Any]:
    """Files (name, bytes, time of change in ns), options, and the hash of the code that would read and train.

    A folder stands for the files in it. A file that is not there is left out: reading it says what is missing. The
    address of a database stands without its password, and with null: what it holds is not known before it is read.
    """
    paths = [Path(p) for p in inputs if not is_address(p)]
    files = [f for path in paths for f in (sorted(path.iterdir()) if path.is_dir() else [path]) if f.is_file()]
    stats = {f.name: f.stat() for f in files}
    addresses = {without_secrets(str(p)): None for p in inputs if is_address(p)}
    return {
        "files": {name: [s.st_size, s.st_mtime_ns] for name, s in stats.items()} | addresses,
        "options": dict(options),
        "code": code_hash(),
    }


def code_hash() -> str:
    """Hash of the source of the rooms that make a release, 16 hex digits."""
    total = hashlib.sha256()
    for path in sorted(p for room in CODE for p in (ROOT / room).rglob("*.py")):
        total.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return total.hexdigest()[:16]
