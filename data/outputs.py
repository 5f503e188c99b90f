"""Data room: the files that go to whoever works the scores: each id of a month with its answer and its probability.

`python -m data.outputs --store STORE --month YYYYMM --out FOLDER` writes two CSV files from a release, and reads
nothing but the store: resultado_prueba.csv (ID,var_rpta_alt,Prob_uno) and submision.csv (ID,var_rpta_alt).
"""

from __future__ import annotations

import argparse
import string
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from data.contract import CarteraError
from data.durable import Disk, in_words, make_folders, place_together
from data.months import is_month
from data.parquet_store import ParquetStore
from data.rows import KEYS
from data.store import Release
from data.store_cli import named

RESULT: Final = "resultado_prueba.csv"
SUBMISSION: Final = "submision.csv"
ID, ANSWER, PROBABILITY = "ID", "var_rpta_alt", "Prob_uno"
OBLIGATION: Final = "{obligation}"
"""The id of an obligation in a release without ids of its own."""
UNCHANGED: Final = "Nothing was written."


class OutputError(CarteraError):
    """The files of a month cannot be made from a release: the month is not there, or not every id has one score."""

    code = "output"


@dataclass(frozen=True)
class Results:
    """A month's ids in the order of client and obligation: `frame` has ID (text), var_rpta_alt (1 where the probability
    is the threshold or more, else 0) and Prob_uno (0..1). `unnamed`: obligations of the month that may be offered an
    option, but that the files give no id."""

    frame: pd.DataFrame
    threshold: float
    unnamed: int


def results(release: Release, month: int) -> Results:
    """Every id that the files have in a month, scored. Raises OutputError when the release does not have the month,
    when an id has no score, and when one stands there twice."""
    months = [p.name for p in release.parts("rows")]
    if str(month) not in months:
        there = f"{months[0]} to {months[-1]}" if months else "none"
        raise OutputError(f"Release {release.version} has no month {month}; it has {there}. {UNCHANGED}")
    scored = release.frame("rows", columns=[*KEYS, "eligible", "score"], parts=[str(month)])
    asked = scored[scored["eligible"] == 1]
    rows, form = asked, OBLIGATION
    if str(month) in [p.name for p in release.parts("ids")]:
        rows = release.frame("ids", parts=[str(month)]).merge(asked, on=list(KEYS), how="left", validate="m:1")
        form = release.document("ids")["form"]
    _refuse_unscored(rows, release, month)
    threshold = float(release.document("grid")["threshold"])
    frame = pd.DataFrame(
        {
            ID: _texts(rows, form),
            ANSWER: (rows["score"].to_numpy() >= np.float32(threshold)).astype(np.uint8),
            PROBABILITY: rows["score"].to_numpy(),
        }
    )
    _refuse_repeated(frame[ID], release, month)
    return Results(frame, threshold, len(asked) - len(rows.drop_duplicates(list(KEYS))))


def _refuse_unscored(rows: pd.DataFrame, release: Release, month: int) -> None:
    missing = int(rows["score"].isna().sum())
    if missing or rows.empty:
        how_many = f"{missing:,} of the {len(rows):,} ids" if len(rows) else "no id"
        verb = "have no score" if len(rows) else "may be offered an option"
        raise OutputError(f"In month {month} of release {release.version}, {how_many} {verb}. {UNCHANGED}")


def _refuse_repeated(ids: pd.Series, release: Release, month: int) -> None:
    again = ids[ids.duplicated()]
    if len(again):
        raise OutputError(
            f"In month {month} of release {release.version}, {len(again):,} id(s) stand more than once, the first is "
            f"{again.iloc[0]}. {UNCHANGED}"
        )


def _texts(rows: pd.DataFrame, form: str) -> pd.Series:
    """The id of each row, as its form says."""
    text = pd.Series("", index=rows.index, dtype="str")
    for literal, column, _, _ in string.Formatter().parse(form):
        text = text + literal
        if column:
            text = text + rows[column].astype("str")
    return text


def write(found: Results, folder: Path, *, disk: Disk | None = None) -> None:
    """Both files into a folder, which is made when missing, replacing older ones: whole, or not at all. Raises
    StoreError when the disk says no."""
    disk = disk or Disk()
    columns = {RESULT: [ID, ANSWER, PROBABILITY], SUBMISSION: [ID, ANSWER]}
    texts = {name: found.frame[c].to_csv(index=False, lineterminator="\n") for name, c in columns.items()}
    with in_words(folder, "The files cannot be written", after=UNCHANGED):
        make_folders(disk, folder)
        place_together(disk, {folder / name: text.encode() for name, text in texts.items()})


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the files of a month. Returns 0, or 1 when they cannot be made (the reason goes to stderr)."""
    given = _parser().parse_args(arguments)
    try:
        store = ParquetStore(given.store)
        release = store.read(named(store, given.release))
        found = results(release, given.month)
        write(found, given.out)
    except CarteraError as error:
        print(error, file=sys.stderr)
        return 1
    positive = int(found.frame[ANSWER].sum())
    print(f"{RESULT} and {SUBMISSION} of release {release.version}, month {given.month}, in {given.out}:")
    print(f"{len(found.frame):,} ids, {positive:,} of them 1 (probability {found.threshold:g} or more)")
    if found.unnamed:
        print(
            f"Not in them: {found.unnamed:,} obligation(s) that may be offered an option, but have no id in the files"
        )
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m data.outputs", description=f"Write {RESULT} and {SUBMISSION} of a month, from a release."
    )
    parser.add_argument("--store", type=Path, required=True, help="the store's folder")
    parser.add_argument("--release", default="", metavar="V", help="version, or just its number (default: the newest)")
    parser.add_argument("--month", type=_month, required=True, metavar="YYYYMM", help="month whose scores to write")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="where to write; made when missing")
    return parser


def _month(text: str) -> int:
    if not text.isdecimal() or not is_month(int(text)):
        raise argparse.ArgumentTypeError(f"a month is written YYYYMM, such as 202401, not {text!r}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
