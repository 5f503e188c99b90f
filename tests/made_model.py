"""A store with one release and a small model that answers for it, made in a second without a training run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from releases import draft

from data.case import CaseField
from data.case_check import check_cases
from data.parquet_store import ParquetStore
from data.sources import case_form
from data.store import Draft
from model.bundle import Bundle, save, sha256, versions
from model.calibrate import Platt
from model.candidates import fit_trees
from model.case import of_rows
from model.encode import learn

MEANS = {"en": "pays", "es": "paga", "pt": "paga"}
CUT_OFF = 0.35
CASE_OF_TABLE = {"income": 0.25, "late": 2, "kind": "card"}
"""A case of the model of `table`."""


def some_cases(fields: Sequence[CaseField], n: int, *, seed: int = 0) -> list[dict[str, Any]]:
    """Cases that hold to their fields, each field drawn by itself."""
    r = np.random.default_rng(seed)
    return [{f.name: _some(f, r) for f in fields} for _ in range(n)]


def _some(f: CaseField, r: np.random.Generator) -> object:
    if (f.missing or f.optional) and r.random() < 0.1:
        return None
    if f.kind == "date":
        return f"2023-{r.integers(1, 13):02d}-{r.integers(1, 29):02d}"
    if f.kind == "text":
        return str(r.choice(f.levels[:4]))
    low = max(f.low, 0)
    top = min(f.high, low + 100)
    return int(r.integers(int(low), int(top) + 1)) if f.kind == "whole" else float(r.uniform(low, top))


def features_of(source: str, n: int, *, seed: int = 0) -> pd.DataFrame:
    """Features of made cases: by the form of the source; without one, a number with gaps, a number and a category."""
    form = case_form(source)
    if form is not None:
        made = of_rows(form.rows(check_cases(form.fields, some_cases(form.fields, n, seed=seed))), month=202501)
        return made.drop(columns=["client", "obligation", "month"])
    r = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "income": np.where(r.random(n) < 0.1, np.nan, r.normal(size=n)).astype(np.float32),
            "late": r.integers(0, 5, n).astype(np.float32),
            "kind": pd.Categorical(r.choice(["card", "loan"], n)),
        }
    )


def made_bundle(source: str, *, seed: int = 0) -> Bundle:
    """Trees that learned from 400 made cases."""
    frame = features_of(source, 400, seed=seed)
    encoding = learn(frame, tuple(frame.columns))
    X = encoding.matrix(frame)
    first, last = np.nan_to_num(X[:, [0, -1]]).T
    y = (first + last > np.median(first + last)).astype(float)
    trees = fit_trees(X, y, categorical=encoding.categorical, seed=seed)
    return Bundle("lightgbm", trees, encoding, Platt(), {"month": 202501, "n": 400}, MEANS, versions())


def made_store(folder: Path, source: str = "table", *, seed: int = 0, rows: int = 600) -> ParquetStore:
    """A store whose release has made rows and a model for cases of `source`."""
    bundle = made_bundle(source, seed=seed)
    content = bundle.content()
    save(bundle, folder / "models", content=content)
    whole = draft(rows, first=202401, last=202406)
    spread = {n: {"reference": [int(n == "income"), 1], "by_month": {}} for n in bundle.encoding.names}
    documents = {
        **whole.documents,
        "meaning": {**whole.documents["meaning"], "source": source, "positive": MEANS},
        "settings": {"source": source, "policy": {}},
        "model_card": {"model_hash": sha256(content), "class": "lightgbm", "windows": [
            {"sha256": "ab" * 32, "challenger": {"sha256": "cd" * 32}}], "challenger": {"name": "logistic"}},
        "histograms": spread,
    }  # fmt: skip
    store = ParquetStore(folder)
    store.publish(Draft(whole.tables, documents))
    return store
