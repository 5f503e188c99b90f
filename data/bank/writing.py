"""Data room: files that appear whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pc

from data.contract import CarteraError


class PortfolioError(CarteraError):
    """The demo bank cannot be made or written; nothing half written is left behind."""

    code = "portfolio"


class Sheets:
    """CSV files that grow month by month in one folder; the first table of each gives its header."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder, self._stack = folder, stack
        self._open: dict[str, pc.CSVWriter] = {}

    def add(self, name: str, rows: pa.Table, *, missing: str = "") -> None:
        """Append rows to the file `name`; a missing value is written as `missing`."""
        if name not in self._open:
            style = pc.WriteOptions(quoting_header="none", quoting_style="none", null_string=missing, batch_size=20_000)
            sink = self._stack.enter_context(pa.OSFile(str(self._folder / name), "wb"))
            self._open[name] = self._stack.enter_context(pc.CSVWriter(sink, rows.schema, write_options=style))
        self._open[name].write_table(rows)


@contextmanager
def whole_folder(out: Path, ours: frozenset[str]) -> Iterator[Path]:
    """A temporary folder beside `out` that takes its place when all went well and vanishes when not; what a killed run
    left of it is removed by the next.

    An existing `out` is replaced only when it holds nothing but `ours`. Raises PortfolioError when it holds anything
    else, cannot be written, or the disk is full.
    """
    _refuse_strangers(out, ours)
    made: Path | None = None
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        made = out.parent / f".{out.name}.unfinished"
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir()
        yield made
        _take_place(made, out)
    except OSError as error:
        raise PortfolioError(
            f"The demo bank could not be written to {out}: {_reason(error)}. Nothing was left there; "
            "choose another folder with --out, or make room on the disk."
        ) from error
    finally:
        if made is not None:
            shutil.rmtree(made, ignore_errors=True)


def _reason(error: OSError) -> str:
    return os.strerror(error.errno) if error.errno else str(error)


def _refuse_strangers(out: Path, ours: frozenset[str]) -> None:
    if out.exists() and not out.is_dir():
        raise PortfolioError(f"{out} is a file; the demo bank needs a folder. Choose another with --out.")
    others = sorted(p.name for p in out.iterdir() if p.name not in ours) if out.exists() else []
    if others:
        raise PortfolioError(
            f"The folder {out} holds other files ({', '.join(others[:3])}) and was left as it is. "
            "Choose an empty folder with --out."
        )


def _take_place(made: Path, out: Path) -> None:
    if not out.exists():
        made.rename(out)
        return
    old = out.parent / f".{out.name}.replaced"
    shutil.rmtree(old, ignore_errors=True)
    out.rename(old)
    made.rename(out)
    shutil.rmtree(old, ignore_errors=True)
