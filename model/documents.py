"""Model room: the documents of a release: what the data mean, how the model was made, what it was worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from data.contract import Meaning, Portfolio, Suspicion
from data.report import report
from model import causes, dimensions, facts, lineage, waterfall
from model.bundle import SHORT
from model.evaluate import Evaluation
from model.features import Features
from model.fitting import Sealed, Step, Walked
from model.guards import LEAK_AUC, Leak
from model.leaderboard import Line
from model.leakage import document as leakage
from model.score import explains

__all__ = ["documents", "leakage", "meaning", "model_card", "suspicions"]

WALKED = "walk-forward: each month by a model that was trained on earlier, matured months"
CROSS_FITTED = "cross-fitted, no dates: each row by a model that was trained on other clients"


def meaning(portfolio: Portfolio, rows: pd.DataFrame) -> dict[str, Any]:
    """What the release is about."""
    said: Meaning = portfolio.meaning
    months = rows["month"].to_numpy()
    return {
        "source": said.source,
        "positive": dict(said.positive),
        "currency": said.currency,
        "carries": sorted(said.carries),
        "dated": said.dated,
        "events": [asdict(e) for e in said.events],
        "as_of": portfolio.as_of,
        "first_month": int(months.min()),
        "last_month": int(months.max()),
    }


def model_card(
    portfolio: Portfolio, features: Features, walked: Walked, worth: Evaluation, *, leaks: tuple[Leak, ...],
    judged: int, family: str, data_hash: str,
) -> dict[str, Any]:  # fmt: skip
    """The card of the release's models; `model_hash` is that of the one which answers for new cases. `judged`: features
    that the leak guard looked at; `data_hash`: of the rows that the models learnt from and scored."""
    newest = walked.served
    return {
        "model_hash": newest.digest,
        "family": family,
        "class": walked.pair.champion.name,
        "champion": walked.pair.champion.as_record(),
        "challenger": walked.pair.challenger.as_record(),
        "dated": walked.dated,
        "scored_by": WALKED if walked.dated else CROSS_FITTED,
        "reasons": explains(newest.bundle),
        "trained_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "positive_means": dict(portfolio.meaning.positive),
        "features": [{"name": n, "known": str(k)} for n, k in features.known.items()],
        "windows": [_window(s, w, features) for s, w in zip(walked.steps, worth.windows, strict=True)],
        "metrics": worth.champion.as_record() | {"new_clients": worth.new_clients.as_record()},
        "leaderboard": [x.as_record() for x in worth.board],
        "guards": {
            "leak_auc": LEAK_AUC,
            "refused": [asdict(x) for x in leaks],
            "barred": sorted(portfolio.barred),
            "run": lineage.guards_run(portfolio, features, walked, worth, leaks, judged),
        },
        "versions": dict(newest.bundle.versions),
        "data_hash": data_hash,
        "code": lineage.code(),
    }


def _window(step: Step, worth: Line, features: Features) -> dict[str, Any]:
    return {
        **step.champion.bundle.window,
        "scores": list(step.window.scores),
        **_sealed(step.champion),
        "calibrated_on": len(step.window.calibrate),
        "metrics": worth.as_record(),
        "artifact": lineage.artifact(step.champion.bundle),
        "unread": lineage.unread(step.champion.bundle, features.names),
        "challenger": _sealed(step.challenger),
    }


def _sealed(model: Sealed) -> dict[str, Any]:
    return {
        "sha256": model.digest,
        "model": model.digest[:SHORT],
        "calibration": asdict(model.bundle.calibration),
    }


def suspicions(found: tuple[Suspicion, ...], leaks: tuple[Leak, ...]) -> list[dict[str, Any]]:
    """What is odd about the data and was kept, and the features that were refused as leaks."""
    refused = [
        {"file": "features", "column": x.feature, "kind": "leak", "count": 1, "example": f"AUC alone {x.auc:.4f}"}
        for x in leaks
    ]
    return [asdict(s) for s in found] + refused


def documents(
    portfolio: Portfolio, rows: pd.DataFrame, dims: Mapping[str, pd.Categorical], *, card: Mapping[str, Any],
    leaks: tuple[Leak, ...], grid: Mapping[str, Any], settings: Mapping[str, Any], fingerprint: Mapping[str, Any],
    histograms: Mapping[str, Any],
) -> dict[str, Any]:  # fmt: skip
    """Every document of the release."""
    return {
        "meaning": meaning(portfolio, rows),
        "coverage": waterfall.document(portfolio, rows),
        "causes": causes.document(portfolio),
        "suspicions": suspicions(portfolio.suspicions, leaks),
        "dimensions": dimensions.document(dims, portfolio.meaning.dimensions),
        "grid": dict(grid),
        "model_card": dict(card),
        "settings": dict(settings),
        "arms": facts.arms_document(portfolio, rows, planned=settings.get("policy", {}).get("planned_arms")),
        "histograms": dict(histograms),
        "data_report": report(portfolio),
        "fingerprint": dict(fingerprint),
        **({} if portfolio.ids is None else {"ids": {"form": portfolio.ids.form}}),
    }
