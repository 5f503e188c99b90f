"""Data room: putting files on a disk so that they are there whole, or not there at all, even after a power cut.

A file is written under a temporary name, synced, and renamed; then the folder that names it is synced. Every step goes
through a `Disk`, so that tests can record the order of the steps, or cut the power between any two of them.
"""

from __future__ import annotations

import errno
import getpass
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from data.store import StoreError

TEMPORARY: Final = ".tmp"
"""Ending of a file that is being written. Whatever carries it when a writer starts was left by a killed one."""

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


class Disk:
    """The five things that the store does to a disk. Every one may raise OSError."""

    def make(self, folder: Path) -> None:
        """Create an empty folder; nothing happens when it exists."""
        folder.mkdir(exist_ok=True)

    def write(self, path: Path, content: bytes | memoryview) -> None:
        """Create or overwrite a file. Its bytes may be lost in a power cut until it is synced."""
        with path.open("wb") as file:
            file.write(content)

    def sync(self, path: Path) -> None:
        """Wait until a file's bytes, or a folder's names, are on the disk."""
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def rename(self, old: Path, new: Path) -> None:
        """Give a file another name in one step, replacing what had it. Lasting once the folder is synced."""
        old.replace(new)

    def remove(self, path: Path) -> None:
        """Remove a file's name. Lasting once the folder is synced."""
        path.unlink(missing_ok=True)


def place(disk: Disk, path: Path, content: bytes | memoryview) -> None:
    """Put a whole, synced file at `path`. The caller syncs the folder, once for all the files that it places there."""
    temporary = path.with_name(path.name + TEMPORARY)
    try:
        disk.write(temporary, content)
        disk.sync(temporary)
        disk.rename(temporary, path)
    except BaseException:
        with suppress(OSError):
            disk.remove(temporary)
        raise


def place_together(disk: Disk, files: Mapping[Path, bytes]) -> None:
    """Put whole, synced files into one folder: all are written and synced before the first gets its name."""
    temporary = {path.with_name(path.name + TEMPORARY): path for path in files}
    try:
        for there, path in temporary.items():
            disk.write(there, files[path])
            disk.sync(there)
        for there, path in temporary.items():
            disk.rename(there, path)
        disk.sync(next(iter(files)).parent)
    except BaseException:
        for there in temporary:
            with suppress(OSError):
                disk.remove(there)
        raise


def make_folders(disk: Disk, folder: Path) -> None:
    """Create a folder and those above it, each synced into the one that names it."""
    missing = [f for f in (folder, *folder.parents) if not f.is_dir()]
    for each in reversed(missing):
        disk.make(each)
        disk.sync(each.parent)


@contextmanager
def in_words(folder: Path, doing: str, *, after: str = "") -> Iterator[None]:
    """Turn what the disk says no to into a StoreError that names the folder, the cause and what to do."""
    try:
        yield
    except OSError as error:
        raise StoreError(" ".join(filter(None, (f"{doing}: {cause(error, folder)}.", after)))) from error


def cause(error: OSError, folder: Path) -> str:
    """Why the disk said no, in words, and what to do about it."""
    if error.errno in _FULL:
        return f"the disk that holds {folder} is full; free some space, or remove old releases with `keep`"
    if error.errno in _FORBIDDEN:
        return f"user {_user()} may not do this in {folder} ({error.strerror}); check its permissions"
    if error.errno in (errno.ENOTDIR, errno.EEXIST):
        return f"{folder} is not a folder"
    return f"{error.strerror or error} ({error.filename or folder})"


def _user() -> str:
    with suppress(OSError, KeyError):
        return getpass.getuser()
    return str(os.getuid())
