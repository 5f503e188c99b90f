"""App room: the small figures of the Backtest page: rank, calibration and promise over the judged months."""

from __future__ import annotations

import math

from app.l10n import L10n
from app.views import names
from app.views.backtest_figures import Figures
from app.views.evidence import Evidence, facts
from app.views.lights import cell, p_value
from app.views.shapes import Box
from monitoring.estimate import Estimate


def boxes(l10n: L10n, figures: Figures) -> list[Box]:
    """The figures of the judged months together, each with its interval, n and what it is held against."""
    found = figures.summary
    if found is None:
        return []
    policy = figures.policy
    ece, line = found.ece, found.line
    return [
        _box(l10n, figures, "auc", l10n.say("AUC"), _digits(l10n, found.auc.value), found.auc, level=found.auc_level,
             target=l10n.say("target ≥ {value}", value=l10n.number(policy.auc_ok, 2)),
             spark=tuple(m.auc.value for m in figures.judged),
             note=l10n.say("Chance that a positive scores above a negative; 0.5 is chance.")),
        _box(l10n, figures, "ks", l10n.say("KS"), _digits(l10n, found.ks.value), Estimate(n=found.n),
             level=found.ks_level, target=l10n.say("target ≥ {value}", value=l10n.number(policy.ks_ok, 2)),
             spark=tuple(m.ks for m in figures.judged),
             note=l10n.say("Largest distance between the scores of positives and negatives.")),
        _box(l10n, figures, "oe", l10n.say("Fulfilment"), l10n.number(found.oe.value, 2), found.oe,
             level=found.level, target=l10n.say("as promised: 1"),
             spark=tuple(m.oe.value for m in figures.judged),
             note=l10n.say("Observed ÷ promised; p {p}, two-sided, client-robust.", p=p_value(l10n, found.light.p)),
             light=cell(l10n, found.level, found.light.needed).text),
        _box(l10n, figures, "skill", l10n.say("Brier skill"), l10n.percent(found.brier_parts.skill),
             Estimate(n=found.n), level="ok" if found.brier_parts.skill > 0 else "act",
             target=l10n.say("no skill: 0"), spark=tuple(m.brier for m in figures.judged),
             note=l10n.say("Brier score {brier}, less than that of the base rate by this share.",
                           brier=_digits(l10n, found.brier.value))),
        _box(l10n, figures, "ece", l10n.say("ECE"), l10n.percent(ece.value), Estimate(n=found.n),
             level=found.ece_level, target=l10n.say("noise {value}", value=l10n.percent(ece.noise_floor)),
             spark=tuple(m.ece for m in figures.judged),
             note=l10n.say("Expected calibration error: mean distance of promised and observed over ten bands, "
                           "beside what noise alone gives.")),
        _box(l10n, figures, "slope", l10n.say("Slope"), l10n.number(line.slope, 2), _slope(figures),
             level="unknown", target=l10n.say("ideal: 1"),
             note=l10n.say("Calibration slope: below 1 the scores are too far apart, above 1 too close together.")),
    ]  # fmt: skip


def small(l10n: L10n, estimate: Estimate, *, n: float) -> str:
    """A figure between 0 and 1 with its interval and n, for a chart's hover."""
    text = f"<b>{_digits(l10n, estimate.value)}</b>"
    if math.isfinite(estimate.low):
        text += f" · [{_digits(l10n, estimate.low)} – {_digits(l10n, estimate.high)}]"
    return f"{text} · n {l10n.number(n)}"


def _box(
    l10n: L10n, figures: Figures, key: str, title: str, value: str, estimate: Estimate, *,
    level: str, target: str, note: str, spark: tuple[float, ...] = (), light: str = "",
) -> Box:  # fmt: skip
    """A box whose hover text carries the interval in the figure's own unit. A number that is undefined says why."""
    n = figures.summary.n if figures.summary else 0
    first, last = figures.judged[0].month, figures.judged[-1].month
    evidence = Evidence(l10n.months(first, last), figures.pin.version, n=n, maturity=1.0, note=note)
    pairs = list(facts(l10n, value, evidence))
    if math.isfinite(estimate.low):
        between = f"{_digits(l10n, estimate.low)} – {_digits(l10n, estimate.high)}"
        pairs.insert(1, (l10n.say("95% interval"), between))
    if light:
        pairs.append((l10n.say("Light"), light))
    if estimate.reason:
        pairs.append((l10n.say("Note"), names.reason(l10n, estimate.reason)))
    shown = (
        f"{_digits(l10n, estimate.low, 2)} – {_digits(l10n, estimate.high, 2)}" if math.isfinite(estimate.low) else ""
    )
    return Box(
        key=key, title=title, value=value, against=shown, target=target, level=level,
        n=l10n.say("n {n}", n=l10n.number(n)), spark=spark, facts=tuple(pairs),
    )  # fmt: skip


def _slope(figures: Figures) -> Estimate:
    line = figures.summary.line if figures.summary else None
    if line is None or not math.isfinite(line.slope):
        return Estimate()
    half = 1.959964 * line.se_slope
    return Estimate(line.slope, line.slope - half, line.slope + half, se=line.se_slope, method="wald")


def _digits(l10n: L10n, value: float, digits: int = 3) -> str:
    return l10n.number(value, digits)
