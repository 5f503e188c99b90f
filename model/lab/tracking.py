"""Model room: every run in an MLflow store of its own, a SQLite file beside the releases, for `mlflow ui` to show.

MLflow is an optional install. What is tracked of a release is read from the release, so that any release can be
tracked, at once or later, and none twice: `python -m model.lab.tracking --store var/store`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from data.contract import CarteraError
from data.parquet_store import ParquetStore
from data.rows import NEGATIVE, POSITIVE
from data.store import Release
from model.bundle import SHORT
from model.lab.curves import curves

DATABASE: Final = "mlflow.db"
ARTIFACTS: Final = "mlflow-artifacts"
LONGEST: Final = 500
"""Characters of a parameter or tag."""


class TrackingError(CarteraError):
    """A run cannot be tracked: MLflow is not installed, or its database cannot be written."""

    code = "tracking"


@dataclass(frozen=True)
class Run:
    """One run as the tracker keeps it: `key` tells it from every other of its experiment; `metrics` are single values,
    `series` points (step, value); `documents` become JSON files, `folders` are copied whole. NaN is left out."""

    experiment: str
    key: str
    name: str
    params: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)
    series: Mapping[str, Sequence[tuple[int, float]]] = field(default_factory=dict)
    documents: Mapping[str, Any] = field(default_factory=dict)
    folders: Mapping[str, Path] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)


def installed() -> bool:
    """Whether MLflow and the database library that it needs are installed."""
    return all(find_spec(name) is not None for name in ("mlflow", "sqlalchemy", "alembic"))


def of_release(release: Release, models: Path) -> Run:
    """What a release says of the run that made it: settings, the leaderboard, figures by window, curves, both models,
    and the hash of what it was made from."""
    card, settings = release.document("model_card"), release.document("settings")
    source = release.document("meaning")["source"]
    made_from = release.document("fingerprint")
    rival = card["windows"][-1].get("challenger", {}).get("sha256", "")  # "": a release of before it was kept
    digests = {"champion": card["model_hash"], "challenger": rival}
    folders = {f"models/{who}": models / digest[:SHORT] for who, digest in digests.items() if digest}
    return Run(
        experiment=f"cartera {source}",
        key=release.version,
        name=f"release {release.version}",
        params={**flat(settings), "features": len(card["features"]), "windows": len(card["windows"])},
        metrics={f"{line['name']}.{k}": v for line in card["leaderboard"] for k, v in flat(line).items() if _number(v)},
        series={**_by_window(card["windows"]), **_curves(release)},
        documents={n: release.document(n) for n in ("model_card", "settings", "coverage", "fingerprint", "meaning")},
        folders={name: folder for name, folder in folders.items() if folder.is_dir()},
        tags={
            "release": release.version,
            "source": source,
            "published_at": release.published_at,
            "model_hash": card["model_hash"],
            "challenger_hash": digests["challenger"],
            "data_hash": hash_of(made_from["files"]),
            "code": made_from["code"],
        },
    )


def of_lab(what: str, said: Mapping[str, Any]) -> Run:
    """A run of the lab from the document that it wrote: settings, and every figure of every line, or of every draw."""
    lines = said.get("lines", ())
    figures = {_line_name(line): {k: v["value"] for k, v in line["figures"].items()} for line in lines}
    draws = [(d["number"], d["auc"]) for d in said.get("draws", ())]
    return Run(
        experiment=f"cartera lab {said['source']}",
        key=hash_of([what, said]),
        name=what,
        params={k: v for k, v in flat(said).items() if not isinstance(v, list)},
        metrics={k: v for k, v in flat(figures).items() if _number(v)},
        series={"auc_by_draw": draws} if draws else {},
        documents={what: said},
        tags={"source": said["source"]},
    )


def _line_name(line: Mapping[str, Any]) -> str:
    return str(line["name"] if line["resample"] == "none" else f"{line['name']}_{line['resample']}")


def _by_window(windows: Sequence[Mapping[str, Any]]) -> dict[str, list[tuple[int, float]]]:
    """AUC, PR-AUC and Brier of the champion by window; the step is the window's month YYYYMM."""
    names = ("auc", "pr_auc", "brier")
    return {f"window.{n}": [(int(w["month"]), w["metrics"][n]) for w in windows] for n in names}


def _curves(release: Release) -> Mapping[str, list[tuple[int, float]]]:
    rows = release.frame("rows", columns=["score", "label_state"])
    known = rows["score"].notna() & rows["label_state"].isin((NEGATIVE, POSITIVE))
    y = (rows.loc[known, "label_state"] == POSITIVE).to_numpy(float)
    return curves(rows.loc[known, "score"].to_numpy(float), y)


def track(run: Run, folder: Path) -> str:
    """Write a run into the store in `folder`, unless it is there already; its id in the tracker.

    Raises TrackingError when MLflow is not installed or its database cannot be written.
    """
    if not installed():
        raise TrackingError("tracking needs MLflow, which is not installed: pip install 'cartera[lab]'")
    from mlflow.exceptions import MlflowException
    from sqlalchemy.exc import SQLAlchemyError

    try:
        return _Tracker(folder).write(run)
    except (MlflowException, SQLAlchemyError, OSError) as error:
        raise TrackingError(f"{folder / DATABASE} cannot be written: {error}") from error


def kept(run: Callable[[], Run], folder: Path) -> str:
    """Track what `run` makes; why it is not tracked, or "" when it is. What was done stays done either way."""
    if not installed():
        return "MLflow is not installed (pip install 'cartera[lab]')"
    try:
        track(run(), folder)
    except CarteraError as error:
        return str(error)
    return ""


class _Tracker:
    """MLflow's client over the database of a folder, which sends nothing to anybody."""

    def __init__(self, folder: Path) -> None:
        import logging

        from mlflow import MlflowClient
        from mlflow.environment_variables import MLFLOW_DISABLE_TELEMETRY
        from mlflow.telemetry import set_telemetry_client

        MLFLOW_DISABLE_TELEMETRY.set("true")
        set_telemetry_client()
        for noisy in ("mlflow.store.db.utils", "alembic"):
            logging.getLogger(noisy).setLevel(logging.WARNING)
        folder.mkdir(parents=True, exist_ok=True)
        self._artifacts = (folder / ARTIFACTS).resolve()
        self._client = MlflowClient(f"sqlite:///{(folder / DATABASE).resolve()}")

    def write(self, run: Run) -> str:
        """The run's id; a half-written one of the same key is begun anew."""
        experiment = self._experiment(run.experiment)
        found = self._client.search_runs([experiment], f"tags.`cartera.key` = '{run.key}'")
        if whole := [r for r in found if r.info.status == "FINISHED"]:
            return str(whole[0].info.run_id)
        for half in found:
            self._client.delete_run(half.info.run_id)
        tags = {f"cartera.{k}": v[:LONGEST] for k, v in {**run.tags, "key": run.key}.items()}
        made = str(self._client.create_run(experiment, tags=tags, run_name=run.name).info.run_id)
        self._numbers(made, run)
        for name, document in run.documents.items():
            self._client.log_dict(made, document, f"{name}.json")
        for name, folder in run.folders.items():
            self._client.log_artifacts(made, str(folder), name)
        self._client.set_terminated(made)
        return made

    def _experiment(self, name: str) -> str:
        known = self._client.get_experiment_by_name(name)
        if known is not None:
            return str(known.experiment_id)
        place = self._artifacts / hashlib.sha256(name.encode()).hexdigest()[:SHORT]
        return self._client.create_experiment(name, artifact_location=place.as_uri())

    def _numbers(self, made: str, run: Run) -> None:
        from mlflow.entities import Metric, Param

        now = int(time.time() * 1000)
        params = [Param(k, str(v)[:LONGEST]) for k, v in run.params.items()]
        metrics = [Metric(k, float(v), now, 0) for k, v in run.metrics.items() if _number(v)]
        metrics += [Metric(k, float(v), now, s) for k, points in run.series.items() for s, v in points if _number(v)]
        for some in _batches(params, 100):
            self._client.log_batch(made, params=some)
        for some in _batches(metrics, 1000):
            self._client.log_batch(made, metrics=some)


def flat(tree: Mapping[str, Any], under: str = "") -> dict[str, Any]:
    """The leaves of nested settings, named by their path: {"a": {"b": 1}} is {"a.b": 1}."""
    out: dict[str, Any] = {}
    for key, value in tree.items():
        if isinstance(value, Mapping):
            out |= flat(value, f"{under}{key}.")
        else:
            out[f"{under}{key}"] = value
    return out


def hash_of(what: object) -> str:
    """Short hash of a JSON value."""
    return hashlib.sha256(json.dumps(what, sort_keys=True, default=str).encode()).hexdigest()[:16]


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _batches(items: Sequence[Any], size: int) -> Iterable[Sequence[Any]]:
    return (items[i : i + size] for i in range(0, len(items), size))


def main(argv: Sequence[str] | None = None) -> int:
    """Track every release of a store that is not tracked yet. Returns 0, or 1 with the reason."""
    parser = argparse.ArgumentParser("python -m model.lab.tracking", description=__doc__.splitlines()[0])
    parser.add_argument("--store", type=Path, required=True, help="folder of the releases")
    args = parser.parse_args(argv)
    try:
        store = ParquetStore(args.store)
        for info in store.releases():
            track(of_release(store.read(info.version), args.store / "models"), args.store)
            print(f"{info.version} is tracked")
    except CarteraError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Look at them: mlflow ui --backend-store-uri sqlite:///{args.store / DATABASE}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
