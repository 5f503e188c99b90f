"""App room: the trend of the Pulse page: the overdue ratio by month, or the outcome where there is no balance."""

from __future__ import annotations

import math
from collections.abc import Sequence

from app.charts.bars import Bars
from app.charts.trend import Level, Line, Trend
from app.l10n import L10n
from app.views import events, one_month
from app.views import forecast as ahead
from app.views import segments_pictures as segments
from app.views.evidence import Evidence, hover
from app.views.pulse_figures import Figures
from app.views.shapes import Happening, Headline
from data import months
from data.contract import Event
from monitoring.forecast import Forecast
from monitoring.overdue import OverdueMonth

ROLES = {30: "main", 60: "third", 90: "second"}
"""Days past due of the lines, and how each is drawn."""
LAST = 24
"""Months that the trend shows."""
AHEAD = 3
"""Months that its forecast reaches."""


def trend_headline(l10n: L10n, figures: Figures) -> Headline:
    """The finding of the trend, and its unit; of the segments where there is one month only."""
    if figures.telling:
        return one_month.headline(l10n, figures.telling, figures.measure)
    if not figures.icv:
        return _outcome_headline(l10n, figures)
    now, days = figures.icv[-1], figures.policy.overdue_dpd
    said = {
        "days": days,
        "value": l10n.percent(now.icv),
        "month": l10n.month(now.month),
        "change": l10n.points(now.change_month),
        "year": l10n.points(now.change_year),
    }
    if not math.isfinite(now.change_month):
        title = l10n.say("ICV > {days} days: {value} in {month}", **said)
    elif not math.isfinite(now.change_year):
        title = l10n.say("ICV > {days} days: {value} in {month}, {change} on the month", **said)
    else:
        title = l10n.say("ICV > {days} days: {value} in {month}, {change} on the month and {year} in a year", **said)
    unit = l10n.say("Balance past due by more than 30, 60 and 90 days ÷ gross balance, at the opening of the month")
    if not figures.has_gross:
        unit = l10n.say(
            "Part of the balance in arrears past due by more than 30, 60 and 90 days: the data carry no gross portfolio"
        )
    shown = _shown(figures)
    if len(figures.icv) > len(shown):
        unit += l10n.say("; the last {n} months", n=len(shown))
    return Headline(title, unit)


def _outcome_headline(l10n: L10n, figures: Figures) -> Headline:
    positive = l10n.pick(figures.pin.meaning["positive"])
    judged = [m for m in figures.promise if m.maturity >= figures.policy.maturity_least]
    if not judged:
        return Headline(l10n.say("No month has matured yet"), positive)
    share, month = l10n.percent(judged[-1].observed.value), l10n.month(judged[-1].month)
    return Headline(
        l10n.say("{share} positive in {month}", share=share, month=month),
        l10n.say(
            "Share of scored rows with a known outcome, with 95% interval; positive: {positive}", positive=positive
        ),
    )


def picture(l10n: L10n, figures: Figures, forecast: Forecast) -> Trend | Bars:
    """The trend; where there is one month only, the segments of the dimension that tells most."""
    if figures.telling:
        return segments.bars(l10n, figures.telling, figures.measure)
    return trend(l10n, figures, forecast)


def trend(l10n: L10n, figures: Figures, forecast: Forecast) -> Trend:
    """The ratio beyond 30, 60 and 90 days with its forecast; the outcome and its expectation where there is no
    balance."""
    shown = _shown(figures)
    coming = [a.month for a in forecast.banded[:AHEAD]] if figures.icv else []
    waiting = [] if figures.icv else _waiting(figures)
    opened = [*waiting, *coming][:1]
    return Trend(
        months=[l10n.short_month(m) for m in (*shown, *coming)],
        lines=_ratio_lines(l10n, figures, forecast, len(coming)) if figures.icv else _outcome_lines(l10n, figures),
        marks=events.numbered(l10n, happened(figures)),
        levels=_levels(l10n, figures),
        nothing=l10n.say("No month has matured yet"),
        open_from=l10n.short_month(opened[0]) if opened else "",
        open_text=l10n.say("not matured yet") if waiting else "",
    )


def happened(figures: Figures) -> list[Event]:
    """What happened to the portfolio in the months that the trend shows."""
    return [] if figures.telling else events.events(figures.pin, _shown(figures))


def happenings(l10n: L10n, figures: Figures, chosen: str) -> list[Happening]:
    """The same as a list to choose from."""
    return events.listed(l10n, happened(figures), chosen)


def outlook(l10n: L10n, figures: Figures, forecast: Forecast) -> str:
    """What the forecast says and was worth; nothing where there is no ratio to forecast."""
    return ahead.outlook(l10n, forecast, policy=figures.policy, most=AHEAD) if figures.icv else ""


def _shown(figures: Figures) -> list[int]:
    """The last months of the selection."""
    course = [m.month for m in figures.icv] or [m.month for m in figures.promise]
    return [m for m in course if m > months.add(course[-1], -LAST)]


def _levels(l10n: L10n, figures: Figures) -> list[Level]:
    """Target, warning and limit of the ratio, as far as they are set."""
    policy = figures.policy
    limits = (
        (policy.icv_target, l10n.say("Target"), "good"),
        (policy.icv_warning, l10n.say("Warning"), "warn"),
        (policy.icv_appetite, l10n.say("Limit"), "bad"),
    )
    return [Level(v, f"{t} {l10n.percent(v)}", role) for v, t, role in limits if figures.icv and math.isfinite(v)]


def _waiting(figures: Figures) -> list[int]:
    """The months after the last one that can be judged."""
    judged = [m.month for m in figures.promise if m.maturity >= figures.policy.maturity_least]
    return [m.month for m in figures.promise if m.month > max(judged, default=0)]


def _ratio_lines(l10n: L10n, figures: Figures, forecast: Forecast, coming: int) -> list[Line]:
    shown = [figures.ratios[m] for m in _shown(figures)]
    lines = [_ratio_line(l10n, figures, shown, coming, days=days, role=role) for days, role in ROLES.items()]
    if not coming:
        return lines
    last = forecast.banded[:AHEAD][-1]
    label = l10n.say("forecast {value}", value=l10n.percent(last.estimate.value))
    return [*lines, ahead.line(l10n, forecast, len(shown), most=AHEAD, label=label)]


def _ratio_line(
    l10n: L10n, figures: Figures, shown: Sequence[OverdueMonth], coming: int, *, days: int, role: str
) -> Line:
    course = [getattr(m, f"icv{days}") for m in shown]
    census = l10n.say("a census: no interval") if days == figures.policy.overdue_dpd else ""
    texts = [
        hover(l10n, l10n.percent(v, 2), Evidence(l10n.month(m.month), figures.pin.version, n=m.n, note=census))
        for v, m in zip(course, shown, strict=True)
    ]
    name, label = l10n.say("> {days} days", days=days), f"> {days}  {l10n.percent(course[-1])}"
    label = "" if coming and days == figures.policy.overdue_dpd else label
    return Line(name, [*course, *[math.nan] * coming], [*texts, *[""] * coming], role, label)


def _outcome_lines(l10n: L10n, figures: Figures) -> list[Line]:
    least = figures.policy.maturity_least
    matured = [m for m in figures.promise if m.month in _shown(figures)]
    shown = [m.observed if m.maturity >= least else None for m in matured]
    value, low, high = ([getattr(o, part) if o else math.nan for o in shown] for part in ("value", "low", "high"))
    texts = [
        hover(
            l10n,
            l10n.percent(m.observed.value),
            Evidence("", "", n=m.n, low=m.observed.low, high=m.observed.high),
        )
        for m in matured
    ]
    expected = [m.predicted_rate for m in matured]
    return [
        Line(l10n.say("Observed"), value, texts, "main", l10n.say("Observed"), low, high),
        Line(
            l10n.say("Expected"),
            expected,
            [l10n.percent(v) for v in expected],
            "second",
            l10n.say("Expected"),
            dashed=True,
        ),
    ]
