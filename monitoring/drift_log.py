"""Monitoring room: `python -m monitoring.drift_log`, the drift of a release as three files and one alert in words.

`latest_drift_metrics.csv` (features of the newest months, worst first), `monitoring_log.csv` (month by month) and
`baseline_profile.json` (the bins and the rows that everything is held against). Each appears whole or not at all.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.contract import CarteraError
from data.durable import Disk, in_words, make_folders, place
from data.months import between
from data.parquet_store import ParquetStore
from data.store import Release
from monitoring import feature_drift as features
from monitoring.feature_drift import AGAINST, FeatureDrift, MonthDrift, Months, Spread
from monitoring.policy import Policy

METRICS = (
    "feature", "type", "psi", "ks", "js", "cramers_v", "severity", "n", "psi_p", "psi_critical", "reference_n",
    "reference", "period",
)  # fmt: skip
LOG = ("period", "avg_psi", "pct_red", "mode", "n", "avg_psi_critical", "severity", "reference")
MISSING, OTHER = "(missing)", "(other)"
ADVICE = "Check the quality of these columns, look at the Drift page, and consider training again."


class DriftError(CarteraError):
    """Nothing can be compared: the release knows no month after what its models were trained on."""

    code = "drift"


@dataclass(frozen=True)
class Log:
    """What a release says about drift: its features over the months `period` against the months `reference`, all
    months one by one, and the reference of each."""

    release: Release
    against: str
    period: Months
    reference: Months
    spreads: Sequence[Spread]
    latest: Sequence[FeatureDrift]
    months: Sequence[MonthDrift]
    windows: Mapping[int, Months]


def log_of(release: Release, *, against: str = "model", window: int = 3) -> Log:
    """The drift of the last `window` months of a release together, and of every month. Raises DriftError when there is
    none to compare."""
    has = {"histograms", "model_card", "settings"} <= set(release.documents())
    found = features.spreads(release.document("histograms")) if has else []
    windows = features.training_windows(release.document("model_card")) if has else {}
    if against == "first" and windows:
        windows = dict.fromkeys(windows, windows[min(windows)])
    months = features.compared(found, windows)
    if not months:
        raise DriftError(
            f"Release {release.version} has no month to compare: its rows carry no dates, or no month comes after the "
            "first training window."
        )
    policy = Policy.named(release.document("settings").get("policy", {}))
    last = months[-window:]
    trained = windows if against == "model" else None
    reference = windows[last[0]]
    return Log(
        release, against, (last[0], last[-1]), reference, found,
        features.table(found, last, trained=reference if trained else None, policy=policy),
        features.by_month(found, months, trained=trained, policy=policy), windows,
    )  # fmt: skip


def write(log: Log, folder: Path) -> list[Path]:
    """Write the three files into a folder, which is made when missing. Raises StoreError when the disk says no."""
    disk, folder = Disk(), Path(folder).absolute()
    texts = {
        "latest_drift_metrics.csv": _csv(METRICS, (_metrics(d, log) for d in log.latest)),
        "monitoring_log.csv": _csv(LOG, (_month(m, log) for m in log.months)),
        "baseline_profile.json": json.dumps(baseline(log), indent=2, ensure_ascii=False) + "\n",
    }
    with in_words(folder, "The drift of the release cannot be written"):
        make_folders(disk, folder)
        for name, text in texts.items():
            place(disk, folder / name, text.encode())
        disk.sync(folder)
    return [folder / name for name in texts]


def baseline(log: Log) -> dict[str, Any]:
    """The reference, feature by feature. `ref_counts` of a number are the rows in [edge, next edge); what lies outside
    or is missing has counts of its own, so that they add up to all rows."""
    start = {
        "created_at": log.release.published_at, "release": log.release.version, "mode": _mode(log),
        "reference": _span(log.reference),
    }  # fmt: skip
    counted = {s.feature: (s, _reference(s, log)) for s in log.spreads}
    numeric = {k: _numeric(s, c) for k, (s, c) in counted.items() if s.kind == "numeric"}
    texts = {k: _categorical(s, c) for k, (s, c) in counted.items() if s.kind == "categorical"}
    return {**start, "numeric": numeric, "categorical": texts}


def _reference(spread: Spread, log: Log) -> list[int]:
    counts = spread.counts(between(*log.reference)) if log.against == "model" else spread.reference
    return [int(n) for n in counts]


def _numeric(spread: Spread, counts: Sequence[int]) -> dict[str, Any]:
    missing, below, *inside = counts
    last = inside.pop() if spread.edges else 0
    return {
        "edges": list(spread.edges),
        "ref_counts": inside,
        "missing": missing,
        "below": below,
        "from_last_edge": last,
    }


def _categorical(spread: Spread, counts: Sequence[int]) -> dict[str, Any]:
    return {"ref_counts": dict(zip((MISSING, *spread.levels, OTHER), counts, strict=True))}


def _metrics(d: FeatureDrift, log: Log) -> tuple[object, ...]:
    return (
        d.feature, d.kind, d.psi.psi, d.ks.value, d.js.value, d.cramers_v.value, d.level, d.n, d.psi.p, d.psi.critical,
        d.reference_n, _span(log.reference), _span(log.period),
    )  # fmt: skip


def _month(m: MonthDrift, log: Log) -> tuple[object, ...]:
    period = f"{m.month // 100}-{m.month % 100:02}"
    return period, m.mean_psi, m.share_act, _mode(log), m.n, m.critical, m.level, _span(log.windows[m.month])


def _mode(log: Log) -> str:
    return {"model": "training_window", "first": "first_training_window"}[log.against]


def _span(months: Months) -> str:
    return "..".join(f"{m // 100}-{m % 100:02}" for m in months)


def _csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Comma-separated text; what is undefined is left empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(["" if isinstance(v, float) and not math.isfinite(v) else v for v in row] for row in rows)
    return out.getvalue()


def alert(log: Log) -> str:
    """What the newest months say, for people: which features moved, or that none did, or that nobody can tell."""
    named = {lv: [d.feature for d in log.latest if d.level == lv] for lv in features.WORST_FIRST}
    when = f"{_span(log.period)} against {_span(log.reference)}"
    if named["act"]:
        return f"ALERT: critical drift, {when}: {', '.join(named['act'])}.\n{ADVICE}"
    if named["watch"]:
        return f"Watch: some drift, {when}: {', '.join(named['watch'])}."
    if named["ok"]:
        return f"No drift beyond chance and tolerance, {when}."
    n = max((d.n for d in log.latest), default=0)
    return f"Too few rows to tell, {when}: {n:,}."


def main(argv: Sequence[str] | None = None) -> int:
    """Write the files and print the alert. Returns 0, or 1 with the reason on stderr."""
    p = argparse.ArgumentParser("python -m monitoring.drift_log", description="Write a release's drift as files.")
    p.add_argument("--store", type=Path, required=True, help="folder of the releases")
    p.add_argument("--release", default="", metavar="V", help="version (default: the newest)")
    p.add_argument("--out", type=Path, required=True, help="folder of the three files; made when missing")
    p.add_argument("--months", type=int, default=3, metavar="K", help="newest months taken together (default: 3)")
    p.add_argument("--against", choices=AGAINST, default="model",
                   help="what a month is held against: the months its model was trained on (default), or the first "
                   "training window of all")  # fmt: skip
    args = p.parse_args(argv)
    if args.months < 1:
        p.error("--months: a whole number of at least 1 is needed")
    try:
        log = log_of(ParquetStore(args.store).read(args.release), against=args.against, window=args.months)
        written = write(log, args.out)
    except CarteraError as error:
        print(error, file=sys.stderr)
        return 1
    print(alert(log), *written, sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
