"""A MariaDB server of a test's own: on a folder and a port of its own, and gone when the test is over."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

USER, PASSWORD = "cartera", "s3cr:t/p@ss word%"
_WHERE = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
_PROGRAMS = ("mariadbd", "mariadb-install-db", "mariadb")


@dataclass(frozen=True)
class Server:
    """A running server: its port on 127.0.0.1, and its socket, through which root needs no password."""

    port: int
    socket: Path

    def run(self, sql: str, database: str = "") -> None:
        """Run statements as root, with the client that comes with the server."""
        command = [_program("mariadb"), "--no-defaults", f"--socket={self.socket}", "--user=root"]
        command += ["--default-character-set=utf8mb4", *([database] if database else [])]
        subprocess.run(command, input=sql.encode(), check=True, capture_output=True)


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    """A server on a folder (a short path: a socket's name may not be long). The test is skipped where none is
    installed, or fails where CI=true."""
    missing = [p for p in _PROGRAMS if shutil.which(p, path=_WHERE) is None]
    if missing:
        reason = f"{', '.join(missing)} of MariaDB is not installed; `sh tests/mariadb.sh` installs it from Debian"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    data, server = folder / "data", Server(_free_port(), folder / "s")
    common = ["--no-defaults", f"--datadir={data}", f"--user={getpass.getuser()}"]
    made = [_program("mariadb-install-db"), *common, "--auth-root-authentication-method=normal", "--skip-test-db"]
    subprocess.run(made, check=True, capture_output=True)
    options = [f"--socket={server.socket}", f"--port={server.port}", "--bind-address=127.0.0.1", "--skip-log-bin"]
    options += [f"--pid-file={folder / 'pid'}", "--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=32M"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([_program("mariadbd"), *common, *options], stdout=log, stderr=log)
        try:
            _wait(server, process, folder / "log")
            yield server
        finally:
            process.terminate()
            process.wait(30)


def _wait(server: Server, process: subprocess.Popen, log: Path) -> None:
    for _ in range(300):
        if server.socket.exists():
            server.run(f"CREATE USER {USER}@'%' IDENTIFIED BY '{PASSWORD}'; GRANT SELECT ON *.* TO {USER}@'%'")
            return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError(f"mariadbd did not start:\n{log.read_text(encoding='utf-8', errors='replace')[-2000:]}")


def _program(name: str) -> str:
    found = shutil.which(name, path=_WHERE)
    assert found is not None
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
