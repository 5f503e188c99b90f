"""Data room: personal loans of a Brazilian lender, one row per loan without a date, and whether it was defaulted on.

They come as a MySQL dump of four tables, from a live MySQL or MariaDB database with these tables, or as one joined
file with the Portuguese names that the tables' own SQL script gives: those are the names of the attributes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from data.bands import AGE as AGE_BANDS
from data.bands import bands
from data.contract import Meaning, Portfolio, SourceError
from data.sources.address import is_address
from data.sources.alura_cash_case import (
    AGE,
    CASE,
    GRADE,
    GRADES,
    HOME,
    HOMES,
    INCOME,
    INTENT,
    INTENTS,
    MOST_AGE,
    MOST_TENURE,
    NO,
    ON_FILE,
    TENURE,
    YES,
    levels_first,
)
from data.sources.alura_cash_tables import LOAN, MATCHED, OUTCOME, PERSON, TABLES, Loans, Told, joined, joined_file
from data.sources.attributes import Table, ids, own_ids, portfolio
from data.sources.mysql_dump import is_dump, read_dump
from data.sources.mysql_live import read_tables
from data.sources.reading import Layout, Progress, find

__all__ = ["CASE", "load"]

POSITIVE: Final = {"en": "defaults on the loan", "es": "incumple el préstamo", "pt": "não paga o empréstimo"}
YEARLY_INCOME: Final = bands((25e3, 50e3, 75e3, 100e3))

_DUMPS: Final = (".sql", ".sql.gz", ".sql.txt")
_FILES: Final = ("Dados_tratados.csv", "dados_tratados.csv", "New_dados_challenge.csv", "new_dados_challenge.csv")
_NAMES: Final = {
    **CASE.labels({"loan_intent": INTENT, "loan_grade": GRADE, "home_ownership": HOME}),
    "default_on_file": {
        "en": "Default on file", "es": "Incumplimiento registrado", "pt": "Inadimplência registrada",
    },
}  # fmt: skip
_ALSO: Final = {"id": "ids"}
"""Other names of the tables: the SQL script calls the table `ids` so."""


def load(data: Path | str, *, as_of: int | None = None, progress: Progress | None = None) -> Portfolio:
    """The loans of a dump (a file, or a folder of files), a database's address, or a joined file.

    Rows have no dates: all stand in the month of the snapshot, `as_of`; that of a dump is the month in which it was
    completed, unless another is given, and of anything else it must be given. Steps of the coverage leave out loans
    whose keys are blank or not in the other tables, loans without an outcome, of borrowers above 100 years or with more
    than 60 in one employment, and exact copies of another loan in all but its keys, which a model would else learn from
    and be judged by. Nothing is filled in. In a folder, dumps come before a joined file.

    Raises SourceError for what cannot be read as what it should be, ContractError for values that break the rules.
    """
    loans = _loans(data, progress)
    month = _month(as_of, loans)
    known = CASE.rows(loans.frame)
    return portfolio(
        Table(
            file=loans.file,
            meaning=Meaning("alura_cash", POSITIVE, "BRL", frozenset({"balance"}), dated=False, dimensions=_NAMES),
            rows=_rows(loans.frame, known["balance"], month),
            attributes=known.drop(columns="balance"),
            label=loans.frame[OUTCOME].to_numpy(np.float64),
            known_at=np.full(len(loans.frame), month, np.int32),
            stays=_stays(loans.frame),
            names=loans.names,
            suspicions=loans.suspicions,
            alone=True,
            own=own_ids(loans.frame[LOAN]) if LOAN in loans.frame else None,
        ),
        as_of=month,
    )


def _loans(data: Path | str, progress: Progress | None) -> Loans:
    if isinstance(data, str) and is_address(data):
        wanted = {name: [f.name for f in layout.fields] for name, layout in TABLES.items()}
        tables, place = read_tables(data, wanted, also=_ALSO, progress=progress)
        return joined({name: Told(f"{place}, table {name}", table) for name, table in tables.items()})
    path = Path(data)
    if path.is_dir():
        return _folder(path, progress)
    if not path.is_file():
        raise SourceError(f"{path.name} is missing from the folder {path.parent}")
    return _dumped([path], progress) if path.name.lower().endswith(_DUMPS) else joined_file(path, progress)


def _folder(folder: Path, progress: Progress | None) -> Loans:
    """The loans of the dumps in a folder; where there are none, of its joined file."""
    dumps = [p for p in sorted(folder.iterdir()) if p.name.lower().endswith(_DUMPS) and is_dump(p)]
    if dumps:
        return _dumped(dumps, progress)
    for name in _FILES:
        path = find(folder, Layout(name, "", (), required=False))
        if path:
            return joined_file(path, progress)
    raise SourceError(f"the folder {folder} holds neither a MySQL dump (*.sql, *.sql.gz) nor {_FILES[0]}")


def _dumped(paths: list[Path], progress: Progress | None) -> Loans:
    """The loans of dumps that hold the four tables together."""
    told: dict[str, Told] = {}
    days = []
    for path in paths:
        dump = read_dump(path, {*TABLES, *_ALSO}, progress=progress)
        days.append(dump.completed)
        for name, table in dump.tables.items():
            name, place = _ALSO.get(name, name), f"{path.name}, table {name}"
            if name in told:
                raise SourceError(f"the table {name} stands twice: {told[name].place}, and {place}")
            told[name] = Told(place, table)
    missing = [name for name in TABLES if name not in told]
    if missing:
        where = ", ".join(p.name for p in paths)
        raise SourceError("\n".join(f"{where}: the table {m} ({TABLES[m].about}) is missing" for m in missing))
    return joined(told, known=max((d for d in days if d), default=None))


def _month(as_of: int | None, loans: Loans) -> int:
    if as_of is not None:
        return as_of
    if loans.known is None:
        raise SourceError(f"{loans.file}: nothing says when the loans stood so; give the month with --as-of YYYYMM")
    return loans.known.year * 100 + loans.known.month


def _rows(loans: pd.DataFrame, balance: pd.Series, month: int) -> pd.DataFrame:
    """Keys, amount and dimensions. A joined file names neither clients nor loans: a loan is its row, and its own
    client."""
    number = loans.index.to_numpy().astype(np.int64) + 1
    return pd.DataFrame(
        {
            "client": ids(loans[PERSON]) if PERSON in loans else number,
            "obligation": ids(loans[LOAN]) if LOAN in loans else number,
            "month": np.full(len(loans), month, np.int32),
            "balance": balance,
            "loan_intent": levels_first(loans[INTENT], INTENTS),
            "loan_grade": levels_first(loans[GRADE], GRADES),
            "home_ownership": levels_first(loans[HOME], HOMES),
            "default_on_file": levels_first(loans[ON_FILE], (NO, YES)),
            "age_band": AGE_BANDS.of(loans[AGE].to_numpy()),
            "income_band": YEARLY_INCOME.of(loans[INCOME].to_numpy()),
        },
        index=loans.index,
    )


def _stays(loans: pd.DataFrame) -> dict[str, np.ndarray]:
    """Which loans stay at each step of the coverage."""
    whole = loans[MATCHED].to_numpy() if MATCHED in loans else np.ones(len(loans), bool)
    first = np.ones(len(loans), bool)
    first[whole] = ~loans[whole].drop(columns=[PERSON, LOAN, MATCHED], errors="ignore").duplicated().to_numpy()
    return {
        **({"matched": whole} if MATCHED in loans else {}),
        "complete": loans[OUTCOME].notna().to_numpy(),
        "possible_age": ~(loans[AGE].to_numpy() > MOST_AGE),
        "possible_tenure": ~(loans[TENURE].to_numpy() > MOST_TENURE),
        "different": first,
    }
