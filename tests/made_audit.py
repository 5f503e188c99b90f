"""A store whose made rows are scored by two made models, with the sample that an audit scores again."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from made_model import MEANS, features_of, made_bundle
from releases import draft

from data.audited import PART, TABLE
from data.counts.grid import encode
from data.parquet_store import ParquetStore
from data.store import Draft
from model.audit_sample import sample
from model.bundle import SHORT, Bundle, save, sha256
from model.features import KEYS, Features, Known
from model.lineage import artifact, unread
from model.score import score

CHANGE = 202404
"""Month from which the second model scores."""
KNOWN = {"income": Known("clients", 1), "late": Known("obligations", 0), "kind": Known("attributes", 0)}
RUN = (
    {"guard": "no_contemporary", "ran": True, "n": 3},
    {"guard": "no_label_columns", "ran": False, "n": 0},
    {"guard": "leaks", "ran": True, "n": 4, "refused": 1, "limit": 0.98},
    {"guard": "disjoint", "ran": True, "n": 40},
    {"guard": "numbers", "ran": True, "n": 600},
    {"guard": "skill", "ran": True, "n": 500, "auc": 0.7, "low": 0.65, "high": 0.75},
    {"guard": "not_one_answer", "ran": True, "n": 500, "tp": 60, "fp": 40, "tn": 340, "fn": 60, "accuracy": 0.8,
     "one_answer": 0.76},
)  # fmt: skip
LEAKAGE = {
    "limit": 0.98, "least": 20, "outcomes": 500, "read": 3, "from_outcomes": ["late"],
    "features": [
        {"name": "disguise", "auc": 0.999, "known": "attributes, at the opening of month t", "refused": True},
        {"name": "late", "auc": 0.66, "known": "obligations, at the opening of month t", "refused": False},
        {"name": "income", "auc": 0.55, "known": "clients, at the end of month t-1 or before", "refused": False},
        {"name": "kind", "auc": 0.5, "known": "attributes, at the opening of month t", "refused": False},
    ],
    "contemporary": {"checked": 4, "features": [], "opening": 3, "barred": ["secret"], "label_columns": []},
    "ids": {"rows": 600, "repeated": 0, "in_files": 2, "clients": 120, "judged": 500, "unseen": 40},
}  # fmt: skip


@cache
def scored() -> tuple[Mapping[str, Any], pd.DataFrame, Features, tuple[Bundle, Bundle]]:
    """Documents, scored rows, their features and the two models that scored them: made once, not to be changed."""
    whole = draft(600, first=202401, last=202406)
    made = pd.concat(whole.tables["rows"].values(), ignore_index=True)
    values = features_of("table", len(made))
    frame = pd.concat([made[list(KEYS)], values], axis=1)
    models = made_bundle("table", seed=1), made_bundle("table", seed=2)
    late = (made["month"] >= CHANGE).to_numpy()
    made["score"] = np.where(late, score(models[1], values), score(models[0], values))
    made["score_code"] = encode(made["score"].to_numpy(), np.array(whole.documents["grid"]["edges"], np.float32))
    names = [sha256(m.content())[:SHORT] for m in models]
    made["model"] = pd.Categorical(np.where(late, names[1], names[0]))
    return whole.documents, made, Features(frame, KNOWN, np.arange(len(made))), models


def card_of(models: tuple[Bundle, Bundle], **changes: Any) -> dict[str, Any]:
    """The card of the two models, as training writes it."""
    spans = ((202401, 202403), (CHANGE, 202406))
    metrics = {"name": "lightgbm", "n": 250, "positives": 60, "auc": 0.7, "auc_low": 0.65, "auc_high": 0.75,
               "pr_auc": 0.5, "brier": 0.16, "f1": 0.5}  # fmt: skip
    windows = [
        {"sha256": sha256(m.content()), "model": sha256(m.content())[:SHORT], "artifact": artifact(m),
         "unread": unread(m, list(KNOWN)), "month": first, "train_first": 202301, "train_last": 202311, "n": 400,
         "scores": list(range(first, last + 1)), "calibrated_on": 200, "metrics": metrics,
         "calibration": {"intercept": 0.0, "slope": 1.0}, "challenger": {"sha256": "cd" * 32}}
        for m, (first, last) in zip(models, spans, strict=True)
    ]  # fmt: skip
    none = {**metrics, "name": "no_skill", "auc": 0.5, "auc_low": 0.5, "auc_high": 0.5, "brier": 0.18, "f1": 0.38}
    return {
        "model_hash": windows[-1]["sha256"], "class": "lightgbm", "dated": True, "windows": windows,
        "champion": {"name": "lightgbm", "settings": {}}, "challenger": {"name": "logistic", "settings": {}},
        "scored_by": "walk-forward", "trained_at": "2026-10-31T12:00:00+00:00", "positive_means": MEANS,
        "features": [{"name": n, "known": str(k)} for n, k in KNOWN.items()], "versions": dict(models[1].versions),
        "metrics": {**metrics, "new_clients": {**metrics, "n": 40}}, "leaderboard": [metrics, none],
        "guards": {"leak_auc": 0.98, "refused": [{"feature": "disguise", "auc": 0.999}], "barred": ["secret"],
                   "run": list(RUN)},
        "data_hash": "da" * 32, "code": {"package": "0.1.0", "commit": "c0" * 20, "hash": "5e" * 8},
    } | changes  # fmt: skip


def published(
    folder: Path, *, card: Mapping[str, Any] | None = None, rows: pd.DataFrame | None = None,
    kept: pd.DataFrame | None = None, without: tuple[str, ...] = (),
) -> ParquetStore:  # fmt: skip
    """A store with one such release; each part of it can be another. `without`: documents or tables to leave out."""
    said, made, features, models = scored()
    for each in models:
        save(each, folder / "models", content=each.content())
    made = made if rows is None else rows
    parts = {str(month): part.reset_index(drop=True) for month, part in made.groupby("month")}
    tables = {"rows": parts, TABLE: {PART: sample(made, features) if kept is None else kept}}
    documents = {
        **said,
        "meaning": {**said["meaning"], "source": "table", "positive": MEANS},
        "settings": {"source": "table", "policy": {}},
        "model_card": card_of(models, **(card or {})),
        "leakage": LEAKAGE,
    }
    store = ParquetStore(folder)
    store.publish(
        Draft({n: t for n, t in tables.items() if n not in without},
              {n: d for n, d in documents.items() if n not in without})
    )  # fmt: skip
    return store
