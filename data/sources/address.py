"""Data room: data that are not a path but the address of a database, and how to write one down without its password."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

_ADDRESS: Final = re.compile(r"(?P<kind>[A-Za-z][A-Za-z0-9+.-]*)://(?:(?P<who>.*)@)?(?P<place>[^?#]*).*", re.DOTALL)


def is_address(data: Path | str) -> bool:
    """Whether data are the address of a database, such as mysql://user:password@host/name, and no path."""
    return isinstance(data, str) and _ADDRESS.fullmatch(data) is not None


def without_secrets(address: str) -> str:
    """An address as kind://user@host/name: without its password and its options, which may hold one.

    What stands before the last @ is the user and the password, whatever letters the password has.
    """
    found = _ADDRESS.fullmatch(address)
    if found is None:
        return address
    user = (found["who"] or "").partition(":")[0]
    return f"{found['kind']}://{user}@{found['place']}" if user else f"{found['kind']}://{found['place']}"
