"""App room: the figures of a page as plain numbers, for programs: the ones that its boxes and headlines show."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.views import backtest_figures, ladder, model_effect_figures, pulse_figures
from app.views import false_positives_figures as errors_figures
from app.views.pulse_parts import has_offers
from monitoring.estimate import Estimate


@dataclass(frozen=True)
class Kpi:
    """A number of `month` with its interval, what it rests on, and the share of its outcomes that are final. NaN where
    it cannot be known; `reason` is then a key of `monitoring.estimate.REASONS`, or names what the data lack. `grade`:
    the evidence grade of an effect, "" for what is no effect."""

    key: str
    value: float = math.nan
    month: int = 0
    low: float = math.nan
    high: float = math.nan
    n: float = math.nan
    maturity: float = math.nan
    reason: str = ""
    grade: str = ""


def pulse(figures: pulse_figures.Figures) -> list[Kpi]:
    """The figures of the Pulse page: each of the last month that can be judged."""
    found = [*_ratios(figures), _cash(figures), _acceptance(figures), _promise(figures), _auc(figures)]
    return [*found, *_shares(figures)]


def _ratios(figures: pulse_figures.Figures) -> list[Kpi]:
    names = ("icv30", "icv60", "icv90", "gross", "overdue")
    if not figures.icv:
        lacking = "no_days_past_due" if figures.pin.carries("balance") else "no_balance"
        return [Kpi(name, reason=lacking) for name in names]
    now = figures.icv[-1]
    return [Kpi(n, getattr(now, n), now.month, n=now.n, reason=_why(getattr(now, n), now.reason)) for n in names]


def _cash(figures: pulse_figures.Figures) -> Kpi:
    closed = figures.with_cash
    if not closed:
        return Kpi("cash", reason="no_payments")
    return Kpi("cash", closed[-1].cash, closed[-1].month, n=closed[-1].rows)


def _acceptance(figures: pulse_figures.Figures) -> Kpi:
    judged = figures.judged
    if judged is None:
        return Kpi("acceptance", reason="immature")
    return of_estimate("acceptance", judged.acceptance, judged.month, maturity=judged.maturity)


def _promise(figures: pulse_figures.Figures) -> Kpi:
    if not figures.promised:
        return Kpi("promise", reason="immature")
    now = figures.promised[-1]
    return replace(of_estimate("promise", now.oe, now.month, maturity=now.maturity), n=now.n)


def _auc(figures: pulse_figures.Figures) -> Kpi:
    if not figures.ranked:
        return Kpi("auc", reason="immature")
    now = figures.ranked[-1]
    return replace(of_estimate("auc", now.auc, now.month, maturity=now.maturity), n=now.n)


def _shares(figures: pulse_figures.Figures) -> list[Kpi]:
    funnel = figures.funnel if has_offers(figures) else []
    kept = figures.funnel if any(m.kept for m in figures.funnel) else []
    now = figures.funnel[-1]
    return [
        _share("offers", [(m.month, m.offer_rate, m.eligible) for m in funnel]),
        _share("scored", [(m.month, m.coverage, m.eligible) for m in figures.funnel]),
        _share("kept", [(m.month, m.kept_rate.value, m.eligible) for m in kept]),
        Kpi("rows", float(now.rows), now.month, n=now.rows),
    ]


def _share(key: str, course: Sequence[tuple[int, float, int]]) -> Kpi:
    """A plain share of the last month that has it."""
    if not course:
        return Kpi(key, reason="no_offers")
    known = [point for point in course if math.isfinite(point[1])]
    month, value, n = (known or course)[-1]
    return Kpi(key, value, month, n=n, reason=_why(value, "empty"))


def backtest(figures: backtest_figures.Figures) -> list[Kpi]:
    """The figures of the Backtest page, over the judged months together."""
    keys = ("observed", "expected", "oe", "auc", "gini", "ks", "brier", "ece")
    found = figures.summary
    if found is None:
        return [Kpi(key, reason="immature") for key in keys]
    plain = {"expected": Estimate(found.predicted_rate, n=found.n), "ks": Estimate(found.ks.value, n=found.n,
             reason=found.ks.reason), "ece": Estimate(found.ece.value, n=found.n, reason=found.ece.reason)}  # fmt: skip
    month = figures.judged[-1].month
    return [of_estimate(key, plain.get(key) or getattr(found, key), month, maturity=found.maturity) for key in keys]


def false_positives(cut: errors_figures.Cut) -> list[Kpi]:
    """The figures of the False positives page at its threshold."""
    found, month, known = cut.errors, cut.counted.last, cut.counted.maturity
    rates = {"fdr": found.fdr, "fpr": found.fpr, "precision": found.precision, "recall": found.recall}
    return [
        Kpi("threshold", cut.threshold, month),
        *(of_estimate(key, estimate, month, maturity=known) for key, estimate in rates.items()),
        Kpi("flagged", float(found.flagged), month, n=found.scored),
    ]


def model_effect(figures: model_effect_figures.Figures) -> list[Kpi]:
    """The figures of the Model effect page: the average difference of each comparison that may be shown."""
    found = figures.found
    if found is None:
        return [Kpi("effect", reason="not_identifiable")]
    if not found.comparisons:
        why = found.reasons[0] if found.reasons else "not_identifiable"
        return [Kpi("effect", reason=why, grade=ladder.standing(figures).grade)]
    return [
        replace(
            of_estimate(f"effect:{c.arm}-{c.control}", c.average, c.latest.month if c.latest else found.go_live),
            grade=found.grade,
        )
        for c in found.comparisons
    ]


def of_estimate(key: str, estimate: Estimate, month: int, *, maturity: float = math.nan) -> Kpi:
    """An estimate as a figure."""
    return Kpi(key, estimate.value, month, estimate.low, estimate.high, estimate.n, maturity, estimate.reason)


def _why(value: float, reason: str) -> str:
    """Why a value is missing; "" for one that is not."""
    return "" if math.isfinite(value) else reason
