"""Data room: the payment-option problem: five documented files, and two more where the bank has them.

`load` reads them all, says everything that is wrong with them at once, and makes contract frames of them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pandas as pd

from data import contract
from data.check import findings
from data.contract import Breach, CarteraError, ContractError, Portfolio, SourceError, Suspicion
from data.sources import opciones_pago_frames as frames
from data.sources.opciones_pago_book import Tables, portfolio
from data.sources.opciones_pago_files import (
    CLIENTS_FILE,
    CONTEMPORARY,
    DECISIONS_FILE,
    FILES,
    OPEN_FILE,
    PAYMENTS_FILE,
    PORTFOLIO_FILE,
    RESPONSES_FILE,
    SCORES_FILE,
)
from data.sources.reading import Layout, Progress, find, read

__all__ = ["CONTEMPORARY", "FILES", "load"]

_FRAMES: Final = {
    RESPONSES_FILE.file: contract.ACTIONS,
    SCORES_FILE.file: contract.SCORES,
    PAYMENTS_FILE.file: contract.PAYMENTS,
    CLIENTS_FILE.file: contract.CLIENTS,
    PORTFOLIO_FILE.file: contract.OBLIGATIONS,
    DECISIONS_FILE.file: contract.DECISIONS,
}
"""The contract frame whose rules hold for a file's columns."""

_SHAPES: Final[dict[str, Callable[[pd.DataFrame], pd.DataFrame]]] = {
    PAYMENTS_FILE.file: frames.payments,
    CLIENTS_FILE.file: frames.clients,
    PORTFOLIO_FILE.file: frames.book,
    DECISIONS_FILE.file: frames.decisions,
}


def load(
    folder: Path,
    *,
    as_of: int | None = None,
    label_window_months: int | None = None,
    progress: Progress | None = None,
) -> Portfolio:
    """Everything that the files in `folder` say, as it was known at the end of month `as_of`.

    `as_of` is the last month of the response base by default. A response is final at the end of the month that
    decisiones.csv gives, else `label_window_months` after its month (default 0; 2 where decisions are logged).
    Raises SourceError for files that cannot be read as what they are, ContractError for values that break the rules.
    """
    suspicions: list[Suspicion] = []
    read_ = _read_all(Path(folder), progress, suspicions)
    tables = Tables(
        responses=read_[RESPONSES_FILE.file],
        ahead=read_[OPEN_FILE.file],
        scores=read_[SCORES_FILE.file],
        payments=read_[PAYMENTS_FILE.file],
        clients=read_[CLIENTS_FILE.file],
        book=read_.get(PORTFOLIO_FILE.file),
        decisions=read_.get(DECISIONS_FILE.file),
    )
    return portfolio(tables, suspicions, as_of=as_of, window=label_window_months)


def _read_all(folder: Path, progress: Progress | None, suspicions: list[Suspicion]) -> dict[str, pd.DataFrame]:
    """Every file that is there, shaped. Raises one error that says what is wrong with all of them."""
    if folder.is_file():
        raise SourceError(f"{folder} is a file; say which folder holds the five files")
    if not folder.is_dir():
        raise SourceError(f"the folder {folder} does not exist")
    tables: dict[str, pd.DataFrame] = {}
    wrong: list[CarteraError] = []
    for layout in FILES:
        try:
            path = find(folder, layout)
            if path:
                tables[layout.file] = _read_one(path, layout, progress, suspicions)
        except (SourceError, ContractError) as error:
            wrong.append(error)
    if any(isinstance(e, SourceError) for e in wrong):
        raise SourceError("\n".join(str(e) for e in wrong))
    if wrong:
        breaches: list[Breach] = [b for e in wrong if isinstance(e, ContractError) for b in e.breaches]
        raise ContractError(tuple(breaches))
    return tables


def _read_one(path: Path, layout: Layout, progress: Progress | None, suspicions: list[Suspicion]) -> pd.DataFrame:
    """One file as a frame of contract columns. Raises ContractError with all that breaks the rules in it."""
    reading = read(path, layout, progress=progress)
    shape = _SHAPES.get(layout.file)
    frame = shape(reading.frame) if shape else reading.frame
    suspicions.extend(reading.suspicions)
    if layout.file in _FRAMES:
        names = {f.to: f.name for f in layout.fields if f.to}
        found = findings(frame, _FRAMES[layout.file], file=path.name, names=names)
        if found.breaches:
            raise ContractError(found.breaches)
        suspicions.extend(found.suspicions)
    return frame
