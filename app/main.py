"""App room: the entry point: `python -m app.main`, or `shiny run app.main:app` with CARTERA_STORE set."""

from __future__ import annotations

import argparse
import errno
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import uvicorn
from shiny import App

from app.desk import Desk, Trouble
from app.settings import Settings
from app.shell import make_app
from data.contract import CarteraError
from data.counts import Counts, Selection
from data.counts.columnar import ColumnarCounts
from data.parquet_store import ParquetStore
from data.records import Records
from data.store import Release

LAST_PORT = 65535
PORT_IN_USE = 2
STORE_UNREADABLE = 3


def desk_of(settings: Settings) -> Desk:
    """The releases of the store that the settings name, with their columns coded once and kept in the cache."""
    cache = settings.cache or settings.store / "cache"

    def open_counts(release: Release) -> Counts:
        counts = ColumnarCounts.from_release(release, cache=cache)
        counts.totals(Selection(), by=("month",))  # compiles what the first reader would else wait for
        counts.histogram(Selection(), by=("month",))
        return counts

    return Desk(ParquetStore(settings.store), open_counts)


def build(settings: Settings) -> App:
    """The dashboard as the settings want it."""
    return make_app(desk_of(settings), settings)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serves the dashboard until it is stopped; 2 when the port is in use, 3 when the store cannot be read."""
    settings = _settings(arguments)
    door = _door(settings)
    if isinstance(door, str):
        print(f"Port {settings.port} on {settings.host} cannot be opened: {door}", file=sys.stderr)
        return PORT_IN_USE
    desk = desk_of(settings)
    trouble = _opened(desk)
    if trouble is not None:
        print(f"The store {settings.store} cannot be read: {trouble.message}", file=sys.stderr)
        return STORE_UNREADABLE
    _open_records(settings)
    print(f"Cartera is open at http://{settings.host}:{door.getsockname()[1]}  (Ctrl+C closes it)", flush=True)
    server = uvicorn.Server(uvicorn.Config(make_app(desk, settings), log_level="warning"))
    with suppress(KeyboardInterrupt):
        server.run(sockets=[door])
    return 0


def _settings(arguments: Sequence[str] | None) -> Settings:
    known = Settings.from_environment()
    parser = argparse.ArgumentParser(prog="python -m app.main", description="Serve the dashboard over a store.")
    parser.add_argument("--store", type=Path, default=known.store, help="folder of releases (%(default)s)")
    parser.add_argument("--host", default=known.host, help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=_port, default=known.port, help="port to listen on, 0 for any (%(default)s)")
    given = parser.parse_args(arguments)
    return replace(known, store=given.store, host=given.host, port=given.port)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > LAST_PORT:
        raise argparse.ArgumentTypeError(f"a port is a whole number from 0 to {LAST_PORT}, not {text!r}")
    return int(text)


def _door(settings: Settings) -> socket.socket | str:
    """A socket that listens on the wanted port, or why it cannot be had and what to do."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    door = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # named, or asyncio lets small answers wait
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((settings.host, settings.port))
        door.listen(128)
    except (OSError, OverflowError) as why:
        door.close()
        if getattr(why, "errno", None) not in (errno.EADDRINUSE, errno.EACCES):
            return f"{getattr(why, 'strerror', None) or 'there is no such port'}. Choose another --host or --port."
        other = f"python -m app.main --port {settings.port + 1}"
        return f"another program uses it, or it may not be used here. Choose another: {other}"
    return door


def _opened(desk: Desk) -> Trouble | None:
    """Opens the newest release before anyone asks for it; the trouble when the store or that release is unreadable."""
    version = desk.newest()
    found = desk.open(version) if isinstance(version, str) and version else version
    return found if isinstance(found, Trouble) else None


def _open_records(settings: Settings) -> None:
    """Brings the schema of the records up to date before anyone asks for them. The pages are served without them, too:
    that of the decisions says what is wrong."""
    try:
        if settings.records or settings.store.is_dir():
            Records(settings.records_place).open()
    except CarteraError as error:
        print(error, file=sys.stderr)


try:
    app = build(Settings.from_environment())
except ValueError as error:
    raise SystemExit(str(error)) from None

if __name__ == "__main__":
    sys.exit(main())
