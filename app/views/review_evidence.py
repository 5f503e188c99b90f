"""App room: the evidence of a review session: every figure that it looks at, with the months, bands and features behind
them and what it must look at, as plain values. What rests on too few obligations is left out before it is frozen."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any, Final

from app.desk import Pin
from app.frozen import Frozen, freeze
from app.selection import Filters, to_query
from app.views import backtest_figures, board, calibration_figures, kpi, kpi_pages, pulse_figures
from app.views import drift_figures as drift
from app.views import segments_coverage_figures as coverage
from app.views.backtest_figures import Figures
from app.views.kpi import Kpi
from data.counts import Selection
from monitoring.estimate import Estimate
from monitoring.policy import Policy
from monitoring.recalibrated import Recalibrated
from monitoring.suppression import hidden

COUNTS: Final = {"months": "n", "bands": "n", "ratio": "n", "features": "n", "recalibrated": "n"}
"""Tables of the evidence → the column that says on how many obligations a row rests."""
NEWEST_MONTHS: Final = 3
"""Months of the features that are compared with their model's, as the Drift page does at first."""
Row = dict[str, Any]


def too_few(pin: Pin, selection: Selection, *, policy: Policy) -> bool:
    """Whether the selection has too few obligations for a session: no figure of it could leave in a pack."""
    return board.too_few(pin, selection, policy=policy)


def evidence(
    pin: Pin,
    selection: Selection,
    filters: Filters,
    *,
    policy: Policy,
    cut: float | None = None,
    further: Mapping[str, Sequence[Row]] | None = None,
) -> Frozen:
    """Everything that a session looks at, of a selection that is not `too_few`. `cut`: the threshold of the list in
    percent, the usual one where None; `further` tables are kept beside them.
    """
    found = backtest_figures.figures(pin, selection, policy=policy)
    pages: dict[str, list[Kpi]] = {
        p: kpi_pages.figures_of(pin, selection, page=p, policy=policy, cut=cut) for p in kpi_pages.PAGES
    }
    fits = calibration_figures.figures(pin, selection, policy=policy)
    pages["calibration"] = calibration(found, fits)
    tables = {
        "months": [_month(m) for m in found.months],
        "bands": [_band(b) for b in found.bands],
        "ratio": _ratio(pin, selection, policy),
        "features": _features(pin, selection, policy),
        "steps": _steps(pin, selection, policy),
        "run": [asdict(fits.run)] if fits.run else [],
        **_recalibrated(fits.again),
        "model": [{"hash": (pin.document("model_card") or {}).get("model_hash", ""), "as_of": pin.as_of}],
        **(further or {}),
    }
    least = policy.cell_least
    return freeze(
        pin, selection, query=to_query(filters), policy=policy,
        pages={name: [without_few(f, least=least) for f in figures] for name, figures in pages.items()},
        tables={name: _told(rows, COUNTS.get(name, ""), least=least) for name, rows in tables.items()},
    )  # fmt: skip


def calibration(found: Figures, fits: calibration_figures.Figures) -> list[Kpi]:
    """How the scores fit, over the judged months together, beside what the Backtest page shows in boxes; the parts of
    the Brier score and the line are those of the section Calibration."""
    whole, section = found.summary, fits.whole
    keys = ("gap", "lift_10", "log_loss", "reliability", "resolution", "uncertainty", "skill", "ece_floor",
            "intercept", "slope", "hosmer_lemeshow", "spiegelhalter")  # fmt: skip
    if whole is None or section is None:
        return [Kpi(key, reason="immature") for key in keys]
    month, parts = found.judged[-1].month, section.parts
    plain = {
        "lift_10": whole.lift_10, "log_loss": whole.log_loss, "reliability": parts.reliability,
        "resolution": parts.resolution, "uncertainty": parts.uncertainty, "skill": parts.skill,
        "ece_floor": whole.ece.noise_floor, "hosmer_lemeshow": whole.hosmer_lemeshow.p,
        "spiegelhalter": whole.spiegelhalter.p,
    }  # fmt: skip
    estimates = {
        "gap": gap(whole.observed, whole.predicted_rate),
        "intercept": replace(section.intercept, n=whole.n), "slope": replace(section.slope, n=whole.n),
        **{key: Estimate(value, n=whole.n, reason="" if math.isfinite(value) else "small_sample")
           for key, value in plain.items()},
    }  # fmt: skip
    return [kpi.of_estimate(key, estimates[key], month, maturity=whole.maturity) for key in keys]


def gap(observed: Estimate, promised: float) -> Estimate:
    """What came less what was promised, with the interval of what came."""
    return replace(
        observed, value=observed.value - promised, low=observed.low - promised, high=observed.high - promised
    )


def without_few(figure: Kpi, *, least: int) -> Kpi:
    """The figure; without its number where that rests on 1 to `least` - 1 obligations."""
    few = 0 < figure.n < least
    return Kpi(figure.key, month=figure.month, reason="suppressed") if few else figure


def _told(rows: Sequence[Row], count: str, *, least: int) -> list[Row]:
    """The rows; of those of too few obligations, and of what would tell them, only what they are of."""
    if not count:
        return list(rows)
    gone = hidden([row[count] or 0 for row in rows], least=least)
    kept = ("month", "band", "feature")
    return [
        {name: value if name in kept else None for name, value in row.items()} | {"reason": "suppressed"} if g else row
        for row, g in zip(rows, gone, strict=True)
    ]


def _month(found: Any) -> Row:
    return {
        "month": found.month, "n": found.n, "positives": found.positives, "expected": found.expected,
        "promised": found.predicted_rate, **_spread("observed", found.observed), **_spread("oe", found.oe),
        "auc": found.auc.value, "auc_low": found.auc.low, "auc_high": found.auc.high, "gini": found.gini,
        "ks": found.ks, "brier": found.brier, "ece": found.ece, "maturity": found.maturity, "level": found.level,
        "auc_level": found.auc_level, "reason": found.reason,
    }  # fmt: skip


def _band(found: Any) -> Row:
    return {
        "band": found.band, "n": found.n, "positives": found.positives, "promised": found.predicted,
        **_spread("observed", found.observed), "p_over": found.light.p_over, "p_under": found.light.p_under,
        "q": found.light.q, "power": found.light.power, "needed": found.light.needed, "level": found.level,
        "reason": found.observed.reason,
    }  # fmt: skip


def _spread(name: str, found: Estimate) -> Row:
    return {name: found.value, f"{name}_low": found.low, f"{name}_high": found.high}


def _ratio(pin: Pin, selection: Selection, policy: Policy) -> list[Row]:
    months = pulse_figures.figures(pin, selection, policy=policy).icv
    return [
        {"month": m.month, "n": m.n, "gross": m.gross, "overdue": m.overdue, "icv30": m.icv30, "icv60": m.icv60,
         "icv90": m.icv90, "level": m.level, "reason": m.reason}
        for m in months
    ]  # fmt: skip


def _features(pin: Pin, selection: Selection, policy: Policy) -> list[Row]:
    found = drift.figures(drift.course(pin, "model", policy=policy), selection, NEWEST_MONTHS)
    return [
        {"feature": d.feature, "psi": d.psi.psi, "critical": d.psi.critical, "n": d.n, "level": d.level, "reason": ""}
        for d in found.latest
    ]


def _steps(pin: Pin, selection: Selection, policy: Policy) -> list[Row]:
    """The steps that lost more than usual in the months of the selection, the latest first."""
    sheet = coverage.sheet(pin, selection, policy=policy, dimension="")
    return [
        {"month": x.month, "step": x.step, "lost": x.lost, "usual": x.usual, "limit": x.limit}
        for x in coverage.seen(sheet, coverage.month_of(sheet, "")).unusual
    ]


def _recalibrated(found: Recalibrated | None) -> dict[str, list[Row]]:
    """What a recalibrated model would have shown: its months, and all of them together, as they were and would be."""
    if found is None or found.before is None or found.after is None:
        return {"recalibrated": [], "recalibration": []}
    months = [
        {"month": m.month, "n": m.before.n, "positives": m.before.positives, "promised": m.before.predicted,
         "recalibrated": m.after.predicted, "level": m.before.level, "level_after": m.after.level,
         "fitted_to": m.fitted_to, "reason": ""}
        for m in found.months
    ]  # fmt: skip
    fits = {"before": found.before, "after": found.after}
    whole = {f"{name}_{what}": value for name, fit in fits.items() for what, value in _spread("gap", fit.gap).items()}
    briers = {f"{name}_brier": fit.brier.value for name, fit in fits.items()}
    change = _spread("brier_change", found.brier_change)
    return {"recalibrated": months, "recalibration": [{**whole, **briers, **change, "n": found.before.light.n}]}
