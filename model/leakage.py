"""Model room: the leakage report of a release: what each feature tells alone, what is of the label's month, whose ids
come again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from data.contract import Portfolio
from model.evaluate import Evaluation
from model.features import Features, Known
from model.fitting import Labels
from model.guards import LABEL_COLUMNS, LEAK_AUC, LEAK_CLASS, OPENING_FRAMES, Leak

KEYS = ["client", "obligation", "month"]


def document(
    portfolio: Portfolio, features: Features, labels: Labels, worth: Evaluation, *, alone: Sequence[Leak],
    known: Mapping[str, Known],
) -> dict[str, Any]:  # fmt: skip
    """The report. `alone`: what every feature tells by itself, the refused ones too; `known`: when each is known."""
    return {
        "limit": LEAK_AUC,
        "least": LEAK_CLASS,
        "outcomes": int(np.isfinite(labels.label).sum()),
        "features": [
            {"name": x.feature, "auc": x.auc, "known": str(known[x.feature]), "refused": x.auc > LEAK_AUC}
            for x in alone
        ],
        "contemporary": _contemporary(portfolio, known),
        "from_outcomes": [n for n in features.names if features.known[n].frame == "outcomes"],
        "read": len(features.names),
        "ids": _ids(portfolio, features, worth),
    }


def _contemporary(portfolio: Portfolio, known: Mapping[str, Known]) -> dict[str, Any]:
    """Features that describe the month of the outcome (a run with one is stopped), those of the moment when it opens,
    and the columns of the file that tell the outcome of their month and were barred."""
    late = [n for n, k in known.items() if k.lag < (0 if k.frame in OPENING_FRAMES else 1)]
    opening = [n for n, k in known.items() if k.lag == 0 and n not in late]
    columns = set() if portfolio.attributes is None else set(portfolio.attributes.columns)
    return {
        "checked": len(known),
        "features": sorted(late),
        "opening": len(opening),
        "barred": sorted(portfolio.barred),
        "label_columns": sorted(columns & LABEL_COLUMNS & portfolio.barred),
    }


def _ids(portfolio: Portfolio, features: Features, worth: Evaluation) -> dict[str, Any]:
    """Keys that come twice, rows of the files that did, clients with several rows, and how many of the judged rows are
    of clients that the scoring model had learnt from."""
    rows = features.frame[KEYS]
    twice = sum(s.count for s in portfolio.suspicions if s.kind == "duplicate_key")
    return {
        "rows": len(rows),
        "repeated": int(rows.duplicated().sum()),
        "in_files": int(twice),
        "clients": int(rows["client"].nunique()),
        "judged": worth.champion.n,
        "unseen": worth.new_clients.n,
    }
