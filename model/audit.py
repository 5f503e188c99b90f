"""Model room: `python -m model.audit`: is the model that is registered the one that scored the rows of a release?

Rows that the release itself draws are scored again with the registered model of their window and compared with what was
published. Neither the bank's files nor the features' code is needed: the release keeps what the models read.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from data.asof import same
from data.audited import PART, TABLE, TOLERANCE, Audit, Fault, Kind
from data.contract import CarteraError
from data.parquet_store import ParquetStore
from data.store import Release
from model.audit_sample import READ, Draw, draw
from model.bundle import SHORT, AlteredBundleError, Bundle, BundleError, MissingBundleError, load
from model.features import KEYS
from model.lineage import artifact, unread
from model.score import score

LISTED: Final = 10
"""Rows with another score that are listed for each model, the farthest first."""
NAMED: Final = 5
"""Features that are named before the others are counted."""


def audit(release: Release, models: Path) -> Audit:
    """The audit of a release with the models of a folder; the model that answers for new cases is opened also where it
    scored no row. Raises StoreError when the release cannot be read."""
    card: Mapping[str, Any] = release.document("model_card")
    drawn = draw(release.frame("rows", columns=list(READ)))
    named = {str(w["sha256"])[:SHORT]: w for w in card.get("windows", [])}
    if TABLE not in release.tables():
        return _result(release, drawn, [Fault("no_sample")], np.zeros(0), [])
    kept = release.frame(TABLE, parts=[PART])
    place = same(drawn.rows, kept, by=KEYS)
    faults = _served(card, drawn.rows)
    if (place < 0).any() or len(kept) != len(drawn.rows):
        faults.append(Fault("draw", said=str(len(drawn.rows)), found=str(int((place >= 0).sum()))))
    far: list[np.ndarray] = []
    opened = []
    for model, rows in drawn.rows[place >= 0].groupby("model", observed=True):
        values = kept.iloc[place[rows.index]]
        found = _scored_again(str(model), rows, values, card, named, models)
        faults += found[1]
        if len(found[0]):
            far.append(found[0])
            opened.append(str(model))
    served = str(card["model_hash"])[:SHORT]
    if served in named and not (drawn.rows["model"] == served).any():
        bundle, amiss = _opened(served, named[served], models)
        faults += amiss if bundle is None else _as_said(bundle, served, card, named[served])
    return _result(release, drawn, faults, np.concatenate(far) if far else np.zeros(0), opened)


def _result(release: Release, drawn: Draw, faults: Sequence[Fault], far: np.ndarray, opened: Sequence[str]) -> Audit:
    largest = float(far.max()) if len(far) else math.nan
    return Audit(
        release.version, drawn.seed, len(drawn.rows), len(far), drawn.rows["model"].nunique(), len(opened), largest,
        tuple(faults),
    )  # fmt: skip


def _served(card: Mapping[str, Any], drawn: pd.DataFrame) -> list[Fault]:
    """Whether the model that answers for new cases is the one that the card names last, and that scored the newest
    rows; of data without dates it is trained on all rows and scored none."""
    served, windows = str(card["model_hash"]), card.get("windows", [])
    last = str(windows[-1]["sha256"]) if windows else ""
    if served != last:
        return [Fault("served", model=served[:SHORT], said=served[:SHORT], found=last[:SHORT])]
    if not card.get("dated", True) or not len(drawn):
        return []
    newest = str(drawn["model"].iloc[int(drawn["month"].argmax())])
    return [] if newest == served[:SHORT] else [Fault("served", served[:SHORT], said=served[:SHORT], found=newest)]


def _scored_again(
    model: str, rows: pd.DataFrame, values: pd.DataFrame, card: Mapping[str, Any], named: Mapping[str, Any],
    models: Path,
) -> tuple[np.ndarray, list[Fault]]:  # fmt: skip
    """|Δp| of a model's rows (none when it cannot score them), and what fails."""
    if model not in named:
        return np.zeros(0), [Fault("missing", model, found="the card does not name it")]
    bundle, faults = _opened(model, named[model], models)
    if bundle is None:
        return np.zeros(0), faults
    faults = _as_said(bundle, model, card, named[model])
    lacking = [n for n in bundle.encoding.names if n not in values]
    if lacking:
        return np.zeros(0), [*faults, Fault("lacks", model, said=_listed(lacking))]
    again, published = score(bundle, values).astype(np.float64), rows["score"].to_numpy(np.float64)
    far = np.abs(again - published)
    worst = [i for i in np.argsort(-far, kind="stable")[:LISTED] if not far[i] <= TOLERANCE]
    return far, [*faults, *(_row(model, rows.iloc[i], float(again[i]), float(far[i])) for i in worst)]


def _opened(model: str, window: Mapping[str, Any], models: Path) -> tuple[Bundle | None, list[Fault]]:
    kinds: dict[type[BundleError], Kind] = {MissingBundleError: "missing", AlteredBundleError: "altered"}
    try:
        return load(models, str(window["sha256"])), []
    except BundleError as error:
        return None, [Fault(kinds.get(type(error), "foreign"), model, found=str(error))]


def _as_said(bundle: Bundle, model: str, card: Mapping[str, Any], window: Mapping[str, Any]) -> list[Fault]:
    """Whether a model is of the class, and reads the features, that the card says."""
    faults = []
    said = str(window.get("artifact") or card.get("class", ""))
    found = artifact(bundle) if "artifact" in window else bundle.candidate
    if said != found:
        faults.append(Fault("class", model, said=said, found=found))
    if "unread" in window:
        names = [f["name"] for f in card.get("features", [])]
        promised, read = set(names) - set(window["unread"]), set(names) - set(unread(bundle, names))
        strange = sorted(set(bundle.encoding.names) - set(names))
        if promised != read or strange:
            faults.append(Fault("features", model, said=_listed(sorted(promised - read)) or "—",
                                found=_listed(sorted(read - promised) + strange) or "—"))  # fmt: skip
    return faults


def _row(model: str, row: pd.Series, again: float, far: float) -> Fault:
    keys = {k: int(row[k]) for k in KEYS}
    return Fault("row", model, said=repr(float(row["score"])), found=repr(again), difference=far, **keys)


def _listed(names: Sequence[str]) -> str:
    """Some of the names, and how many more there are."""
    more = f" +{len(names) - NAMED}" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


WORDS: Final[Mapping[Kind, str]] = {
    "no_sample": "the release keeps no sample to score again: it was made before there was one; train again",
    "draw": "the sample is not the one that the scored rows draw: {found} of {said} rows are in it",
    "served": "the model that answers for new cases is {said}; the newest rows were scored by {found}",
    "missing": "model {model} scored rows, and cannot be had: {found}",
    "altered": "model {model} was altered, and was not opened: {found}",
    "foreign": "model {model} cannot be opened: {found}",
    "class": "model {model} is {found}; the card says {said}",
    "features": "model {model} reads other features than the card says: lacking {said}; beside them {found}",
    "lacks": "the sample lacks what model {model} reads: {said}",
    "row": "model {model}, client {client}, obligation {obligation}, month {month}: scored again {found}, published "
    "{said}, difference {difference:.3g}",
}
"""What each fault is, in words."""


def said(found: Audit) -> str:
    """What an audit found, for people."""
    head = (
        f"Release {found.release}: {found.rows} of {found.drawn} drawn rows scored again by {found.models} of "
        f"{found.named} models, largest |Δp| {found.largest:.3g}; seed {found.seed[:16]}"
    )
    verdict = "The registered models scored these rows." if found.passed else "The audit does not pass:"
    return "\n".join([head, verdict, *(f"- {WORDS[f.kind].format(**vars(f))}" for f in found.faults)])


def main(argv: Sequence[str] | None = None) -> int:
    """Audit a release. Returns 0 when it passes, 1 when it does not or cannot be made."""
    p = argparse.ArgumentParser("python -m model.audit", description=__doc__.split("\n\n")[0].partition(": ")[2])
    p.add_argument("--store", type=Path, required=True, help="folder of the releases")
    p.add_argument("--release", default="", help="version of the release (default: the newest)")
    p.add_argument("--models", type=Path, help="folder of the models (default: STORE/models)")
    args = p.parse_args(argv)
    try:
        found = audit(ParquetStore(args.store).read(args.release), args.models or args.store / "models")
    except CarteraError as error:
        print(error, file=sys.stderr)
        return 1
    print(said(found))
    return 0 if found.passed else 1


if __name__ == "__main__":
    sys.exit(main())
