"""A small bank, a small table, the faults that people put into such files, and the real commands over them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data import portfolio
from data.manifest import digest
from data.parquet_store import ParquetStore
from model import train

ROOT = Path(__file__).resolve().parent.parent
QUICK = ("--quiet", "--no-track", "--refit-every", "6")

TRTEST, OOT, PROB, PAGOS = portfolio.TRTEST, portfolio.OOT, portfolio.PROB, portfolio.PAGOS

MAPPING = """\
source = "loans"
date = "day"
id = "loan"
balance = "amount"
[outcome]
column = "paid"
positive = ["yes"]
window_months = 1
[outcome.means]
en = "pays the loan"
es = "paga el crédito"
pt = "paga o empréstimo"
[segments]
occupation = "job"
"""


@dataclass(frozen=True)
class Said:
    """What a command answered: its exit code, what it printed, and its complaint."""

    code: int
    out: str
    err: str

    def refused(self, *words: str) -> None:
        """The run was refused in words: these, in this order, and nothing of the machine."""
        assert self.code == 1, self.out + self.err
        assert self.err.startswith("\nNothing was published.\n"), self.err
        assert "Traceback" not in self.err
        at = 0
        for word in words:
            assert word in self.err[at:], f"{word!r} is not said, or too early, in: {self.err}"
            at = self.err.index(word, at)


@dataclass(frozen=True)
class Files:
    """Files that a trainer reads, and the store that it publishes to."""

    folder: Path
    store: Path
    source: tuple[str, ...]

    def arguments(self, *more: str) -> list[str]:
        """The trainer's command line."""
        return [*self.source, "--store", str(self.store), *QUICK, *more]

    def text(self, name: str) -> str:
        """A file's text."""
        return (self.folder / name).read_text(encoding="utf-8")

    def put(self, name: str, content: str | bytes) -> None:
        """Replace a file (never the one that it may share its bytes with)."""
        (self.folder / name).unlink(missing_ok=True)
        (self.folder / name).write_bytes(content.encode() if isinstance(content, str) else content)

    def change(self, name: str, column: str, value: str | Callable[[str], str], *, rows: Sequence[int] = ()) -> None:
        """Write a value into a column of a CSV file: into these rows (1 = the first under the header), or all."""
        lines = self.text(name).splitlines()
        at = lines[0].split(",").index(column)
        for row in rows or range(1, len(lines)):
            fields = lines[row].split(",")
            fields[at] = value(fields[at]) if callable(value) else value
            lines[row] = ",".join(fields)
        self.put(name, "\n".join([*lines, ""]))


def small_bank(folder: Path) -> Path:
    """The five files of a demo bank of 1,200 clients and ten months, small enough to train in a second or two."""
    portfolio.generate(folder, clients=1200, months=10, seed=1, truth=False)
    for optional in (portfolio.DECISIONES, portfolio.CARTERA):
        (folder / optional).unlink()
    return folder


def loans(n: int = 900, *, months: int = 9, seed: int = 3) -> pd.DataFrame:
    """A table of loans whose payment depends on income and on earlier delays."""
    r = np.random.default_rng(seed)
    will = r.normal(size=n)
    month, day = np.arange(n) % months + 1, r.integers(1, 28, n)
    return pd.DataFrame(
        {
            "loan": np.arange(n) + 1,
            "day": [f"2024-{m:02d}-{d:02d}" for m, d in zip(month, day, strict=True)],
            "amount": np.round(1e6 * np.exp(r.normal(0, 0.5, n))),
            "income": np.round(2e6 * np.exp(0.6 * will)),
            "job": np.where(r.random(n) < 0.4, "own", "employed"),
            "late_before": r.poisson(np.exp(-0.5 * will)),
            "paid": np.where(r.random(n) < 1 / (1 + np.exp(-1.5 * will)), "yes", "no"),
        }
    )


def table_files(folder: Path, frame: pd.DataFrame, *, store: Path | None = None) -> Files:
    """A table and its mapping in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "loans.toml").write_text(MAPPING, encoding="utf-8")
    frame.to_csv(folder / "loans.csv", index=False)
    source = ("--source", "table", "--data", str(folder / "loans.csv"), "--mapping", str(folder / "loans.toml"))
    return Files(folder, store or folder / "store", source)


def same_files(folder: Path, like: Path) -> Path:
    """Another folder with the same files, sharing their bytes."""
    folder.mkdir(parents=True)
    for file in like.iterdir():
        os.link(file, folder / file.name)
    return folder


def trained(files: Files, capsys: pytest.CaptureFixture, *more: str) -> Said:
    """What the trainer answers, in this process."""
    capsys.readouterr()
    code = train.main(files.arguments(*more))
    said = capsys.readouterr()
    return Said(code, said.out, said.err)


def command(module: str, *arguments: str, environment: dict[str, str] | None = None) -> Said:
    """What `python -m module arguments` answers, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, **(environment or {})}, timeout=120,
    )  # fmt: skip
    return Said(done.returncode, done.stdout, done.stderr)


def traces(folder: Path) -> dict[str, str]:
    """Every file of a store with the hash of its content, but for the lock."""
    files = (p for p in folder.rglob("*") if p.is_file() and p.name != "writer.lock")
    return {str(p.relative_to(folder)): digest(p.read_bytes()) for p in files}


def reads(store: Path) -> int:
    """Rows of the newest release, every table and document of it read."""
    release = ParquetStore(store).read()
    for name in release.documents():
        release.document(name)
    return len(release.frame("rows"))
