"""A PostgreSQL server of a test's own: on a folder and a port of its own, and gone when the test is over."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

USER, PASSWORD = "cartera", "s3cr:t/p@ss word%"
_WHERE = os.pathsep.join([os.environ.get("PATH", ""), *map(str, Path("/usr/lib/postgresql").glob("*/bin"))])
_PROGRAMS = ("postgres", "initdb", "psql")
_NOBODY: dict[str, Any] = {"user": 65534, "group": 65534, "extra_groups": []}


@dataclass(frozen=True)
class Server:
    """A running server: its port on 127.0.0.1, and the folder of its socket, through which its owner comes in."""

    port: int
    folder: Path

    def run(self, sql: str, database: str = "postgres") -> str:
        """Run a statement as the owner of the server; what it answers."""
        command = [_program("psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", str(self.folder)]
        command += ["-p", str(self.port), "-U", "owner", "-d", database, "-c", sql]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def database(self, name: str) -> str:
        """The address of a new, empty database."""
        self.run(f"CREATE DATABASE {name} OWNER {USER}")
        return f"postgresql://{USER}:{quote(PASSWORD, safe='')}@127.0.0.1:{self.port}/{name}"


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    """A server on a folder (a short path: a socket's name may not be long). The test is skipped where none is
    installed, or fails where CI=true. Root may not run one: it then belongs to nobody."""
    missing = [p for p in _PROGRAMS if shutil.which(p, path=_WHERE) is None]
    if missing:
        reason = f"{', '.join(missing)} of PostgreSQL is not installed; `sh tests/postgres.sh` installs it from Debian"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    who = _NOBODY if os.getuid() == 0 else {}
    if who:
        os.chown(folder, 65534, 65534)
    data, server = folder / "data", Server(_free_port(), folder)
    made = [_program("initdb"), "-D", str(data), "-U", "owner", "--auth-local=trust", "--auth-host=scram-sha-256"]
    subprocess.run([*made, "--encoding=UTF8", "--locale=C", "-N"], check=True, capture_output=True, cwd="/", **who)
    options = [
        "-k",
        str(folder),
        "-p",
        str(server.port),
        "-h",
        "127.0.0.1",
        "-c",
        "fsync=off",
        "-c",
        "shared_buffers=8MB",
    ]
    with (folder / "log").open("wb") as log:
        command = [_program("postgres"), "-D", str(data), *options]
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd="/", **who)
        try:
            _wait(server, process, folder / "log")
            yield server
        finally:
            process.send_signal(2)
            process.wait(30)


def _wait(server: Server, process: subprocess.Popen, log: Path) -> None:
    for _ in range(300):
        try:
            server.run(f"CREATE ROLE {USER} LOGIN PASSWORD '{PASSWORD}'")
        except subprocess.CalledProcessError:
            if process.poll() is not None:
                break
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"postgres did not start:\n{log.read_text(encoding='utf-8', errors='replace')[-2000:]}")


def _program(name: str) -> str:
    found = shutil.which(name, path=_WHERE)
    assert found is not None
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
