"""Our commands in processes of their own that start warm: a server of processes imported the libraries once."""

from __future__ import annotations

import multiprocessing
import os
import runpy
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, TextIO

ROOT = Path(__file__).resolve().parent.parent
LIBRARIES = ("alembic", "lightgbm", "numba", "pandas", "plotly.graph_objects", "scipy.stats", "shiny", "sklearn")
"""What the first process of a run imports for all of them: libraries alone, so that each still meets our own modules
for the first time."""
FAREWELL = 20.0
"""Seconds that a process is given to end."""


@dataclass(frozen=True)
class Said:
    """How a command ended, and what it wrote to either stream."""

    code: int | None
    text: str


def warm(*modules: str) -> Any:
    """The way to start processes; `modules` are imported once for all, if none was started before."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([*LIBRARIES, *modules])
    return context


@contextmanager
def started(
    module: str, *arguments: str, environment: Mapping[str, str] | None = None, warmed: tuple[str, ...] = ()
) -> Iterator[tuple[BaseProcess, TextIO]]:
    """`python -m module arguments…` in a process of its own at the root of the checkout, and what it writes; it is
    ended with the block."""
    context = warm(*warmed)
    hears, tells = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(module, arguments, dict(environment or {}), tells), daemon=True)
    process.start()
    tells.close()
    with hears, os.fdopen(os.dup(hears.fileno()), encoding="utf-8") as written:
        try:
            yield process, written
        finally:
            process.terminate()
            process.join(FAREWELL)


def run(module: str, *arguments: str) -> Said:
    """A command to its end."""
    with started(module, *arguments) as (process, written):
        text = written.read()
        process.join(FAREWELL)
        return Said(process.exitcode, text)


def _run(module: str, arguments: tuple[str, ...], environment: dict[str, str], tells: Connection) -> None:
    for stream in (1, 2):
        os.dup2(tells.fileno(), stream)
    os.chdir(ROOT)
    os.environ.update(environment)
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
