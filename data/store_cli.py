"""Data room: the store's command line, `python -m data.store DIR list | verify | diff A B | keep N`."""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Sequence
from pathlib import Path

from data.manifest import number
from data.parquet_store import ParquetStore
from data.records import Records, RecordsError
from data.store import StoreError

RECORDS = "records.db"
"""The file of a store that keeps the records, where they are kept in no other place."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns 0, or 1 when something is damaged or the store says no (the reason goes to stderr)."""
    given = _parser().parse_args(arguments)
    try:
        return given.run(ParquetStore(given.folder), given)
    except (StoreError, RecordsError) as error:
        print(error, file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m data.store", description="Look after a store of releases.")
    parser.add_argument("folder", type=Path, metavar="DIR", help="the store's folder")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    commands.add_parser("list", help="every release, newest first").set_defaults(run=_list)
    commands.add_parser("verify", help="check every file against its hash").set_defaults(run=_verify)
    diff = commands.add_parser("diff", help="what changed from release A to release B")
    diff.add_argument("old", metavar="A", help="version, or just its number")
    diff.add_argument("new", metavar="B", help="version, or just its number")
    diff.set_defaults(run=_diff)
    keep = commands.add_parser("keep", help="remove all but the newest N releases, and those that a review rests on")
    keep.add_argument("n", metavar="N", type=int)
    keep.add_argument("--records", default="", metavar="ADDRESS", help="the records, where they are in no file of DIR")
    keep.set_defaults(run=_keep)
    return parser


def _list(store: ParquetStore, _: argparse.Namespace) -> int:
    releases = store.releases()
    print(f"{'version':<16} {'published (UTC)':<26} {'rows':>12} {'MB':>9}  note")
    for r in releases:
        print(f"{r.version:<16} {r.published_at:<26} {r.rows:>12,} {r.size / 1e6:>9,.1f}  {r.note}")
    print(f"{len(releases)} release(s) in {store.folder}")
    return 0


def _verify(store: ParquetStore, _: argparse.Namespace) -> int:
    found = store.verify()
    if not found and not store.version():
        raise StoreError(f"There is no release in {store.folder}.")
    print("\n".join(found) if found else f"All files of {len(store.releases())} release(s) match their hashes.")
    return 1 if found else 0


def _diff(store: ParquetStore, given: argparse.Namespace) -> int:
    old, new = named(store, given.old), named(store, given.new)
    found = store.diff(old, new)
    print(f"From {old} to {new}")
    print(f"  months and tables: {', '.join(found.parts) or 'none'}")
    print(f"  documents:         {', '.join(found.documents) or 'none'}")
    print(f"  rows:              {found.added:,} added, {found.removed:,} removed, {found.changed:,} changed")
    if found.kpis:
        print(f"  in those months:   {'before':>14} {'after':>14}")
    for name, (before, after) in found.kpis.items():
        print(f"    {name:<16} {_shown(name, before):>14} {_shown(name, after):>14}")
    return 0


def _shown(name: str, value: float) -> str:
    if math.isnan(value):
        return "-"
    return f"{value:.2%}" if name in ("acceptance", "icv30") else f"{value:,.0f}"


def named(store: ParquetStore, text: str) -> str:
    """The version that a person meant: itself, or the one of that number."""
    same = [r.version for r in store.releases() if text.isdecimal() and number(r.version) == int(text)]
    return same[0] if same else text


def _keep(store: ParquetStore, given: argparse.Namespace) -> int:
    pinned = _pinned(store, given.records)
    removed = store.keep(given.n, pinned=pinned)
    releases = [r for r in removed if number(r)]
    print(
        f"Removed {len(releases)} release(s) and {len(removed) - len(releases)} file(s): {', '.join(releases) or '-'}"
    )
    older = [r.version for r in store.releases()[given.n :] if r.version in pinned]
    if older:
        print(f"Kept, as a review session rests on them: {', '.join(older)}")
    return 0


def _pinned(store: ParquetStore, address: str) -> frozenset[str]:
    """The releases that a review session rests on. Raises RecordsError when the records cannot say: nothing may be
    removed then."""
    file = store.folder / RECORDS
    return Records(address or file).pinned_releases() if address or file.exists() else frozenset()
