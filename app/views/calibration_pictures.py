"""App room: the pictures of the section Calibration: reliability with its noise, and a recalibrated model by month."""

from __future__ import annotations

import math

from app.charts.reliability import Point, Reliability
from app.charts.trend import Line, Trend
from app.l10n import L10n
from app.views.calibration_figures import Figures
from app.views.events import marks
from app.views.evidence import Evidence, hover
from app.views.shapes import Headline
from monitoring.bands import Band
from monitoring.lights import gap_interval, noise


def period(l10n: L10n, figures: Figures) -> str:
    """The judged months, first to last; "" when there is none."""
    return l10n.months(figures.judged[0], figures.judged[-1]) if figures.judged else ""


def reliability_headline(l10n: L10n, figures: Figures) -> Headline:
    """How many bands are off, and how many could not have shown it."""
    unit = l10n.say(
        "Bands of equal population, frozen on the release; bars: 95% Jeffreys intervals, client-robust; grey area: "
        "what chance makes of a kept promise · {period}",
        period=period(l10n, figures),
    )
    held = [b for b in figures.bands if b.n]
    if not held:
        return Headline(l10n.say("Nothing to judge yet"), unit)
    off, grey = sum(b.light.is_off for b in held), sum(b.level == "unknown" for b in held)
    said = {"off": l10n.number(off), "of": l10n.number(len(held)), "grey": l10n.number(grey)}
    if grey:
        return Headline(l10n.say("{off} of {of} bands are off; {grey} hold too few outcomes to tell", **said), unit)
    return Headline(l10n.say("{off} of {of} bands are off, and every band could have shown it", **said), unit)


def reliability(l10n: L10n, figures: Figures) -> Reliability:
    """The bands as points, with what chance makes of a kept promise."""
    return Reliability(
        points=[_point(l10n, figures, b) for b in figures.bands],
        x_name=l10n.say("Promised: mean score of the band"),
        y_name=l10n.say("Observed share"),
        diagonal=l10n.say("promise kept"),
        nothing=l10n.say("No month has matured yet"),
    )


def _point(l10n: L10n, figures: Figures, b: Band) -> Point:
    o = b.observed
    least, most = noise(b.light, confidence=figures.policy.confidence)
    seen = hover(l10n, l10n.percent(o.value), Evidence("", figures.pin.version, n=b.n, low=o.low, high=o.high))
    text = l10n.say("Band {band}: promised {promised}, observed {observed}", band=l10n.number(b.band),
                    promised=l10n.percent(b.predicted), observed=seen)  # fmt: skip
    power = l10n.say("power {power} for {size}", power=l10n.percent(b.light.power, 0),
                     size=l10n.distance(b.light.difference))  # fmt: skip
    return Point(b.predicted, o.value, o.low, o.high, b.level, f"{text} · {power}", least, most)


def again_headline(l10n: L10n, figures: Figures) -> Headline:
    """Whether a recalibration on earlier months would have kept the promise better."""
    unit = l10n.say("Each month recalibrated by intercept and slope, fitted on the outcomes known before it; ranks "
                    "stay as they are")  # fmt: skip
    again = figures.again
    if again is None or again.before is None or again.after is None:
        title = l10n.say("No month can be recalibrated: it takes {n} of either outcome known before it",
                         n=l10n.number(figures.policy.recalibration_least))  # fmt: skip
        return Headline(title, unit)
    said = {
        "before": l10n.number(again.before.brier.value, 4), "after": l10n.number(again.after.brier.value, 4),
        "months": l10n.number(len(again.months)),
    }  # fmt: skip
    if again.brier_change.high < 0:
        text = l10n.say(
            "Recalibrated, {months} months would have fitted better: Brier score {after} instead of {before}", **said
        )
    elif again.brier_change.low > 0:
        text = l10n.say(
            "Recalibrated, {months} months would have fitted worse: Brier score {after} instead of {before}", **said
        )
    else:
        text = l10n.say(
            "Recalibrated, {months} months would have fitted about as well: Brier score {after} instead of {before}",
            **said,
        )
    return Headline(text, unit)


def again(l10n: L10n, figures: Figures) -> Trend:
    """What came, what was promised, and what a recalibrated model would have promised, by month."""
    found = figures.again
    made = found.months if found else ()
    came, said, new = l10n.say("Observed"), l10n.say("Promised"), l10n.say("Recalibrated")
    gaps = [gap_interval(m.before, confidence=figures.policy.confidence) for m in made]
    base = [m.before.predicted for m in made]
    value, low, high = (
        [_add(b, getattr(g, part)) for b, g in zip(base, gaps, strict=True)] for part in ("value", "low", "high")
    )
    seen = [
        hover(l10n, l10n.percent(v), Evidence("", figures.pin.version, n=m.before.n, low=lo, high=hi))
        for v, lo, hi, m in zip(value, low, high, made, strict=True)
    ]
    after = [m.after.predicted for m in made]
    months = [m.month for m in made]
    return Trend(
        months=[l10n.short_month(m) for m in months],
        lines=[
            Line(came, value, seen, "main", came, low, high),
            Line(said, base, [l10n.percent(v) for v in base], "second", said, dashed=True),
            Line(new, after, [l10n.percent(v) for v in after], "fourth", new),
        ],
        marks=marks(l10n, figures.pin, months),
        nothing=l10n.say("Too few outcomes came before"),
    )


def _add(promised: float, gap: float) -> float:
    return min(max(promised + gap, 0.0), 1.0) if math.isfinite(gap) else math.nan
