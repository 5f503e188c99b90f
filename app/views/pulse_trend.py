"""App room: the trend of the Pulse page: the overdue ratio by month, or the outcome where there is no balance."""

from __future__ import annotations

import math

from app.charts.bars import Bars
from app.charts.trend import Level, Line, Trend
from app.l10n import L10n
from app.views import one_month
from app.views import segments_pictures as segments
from app.views.events import marks
from app.views.evidence import Evidence, hover
from app.views.pulse_figures import Figures, last
from app.views.shapes import Headline


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


def picture(l10n: L10n, figures: Figures) -> Trend | Bars:
    """The trend; where there is one month only, the segments of the dimension that tells most."""
    return segments.bars(l10n, figures.telling, figures.measure) if figures.telling else trend(l10n, figures)


def trend(l10n: L10n, figures: Figures) -> Trend:
    """The ratio beyond 30, 60 and 90 days; the outcome and its expectation where there is no balance."""
    lines = _ratio_lines(l10n, figures) if figures.icv else _outcome_lines(l10n, figures)
    course = figures.icv or figures.promise
    shown = [m.month for m in course]
    waiting = [] if figures.icv else _waiting(figures)
    policy = figures.policy
    limits = [(policy.icv_target, l10n.say("Target"), "good"), (policy.icv_appetite, l10n.say("Limit"), "bad")]
    return Trend(
        months=[l10n.short_month(m) for m in shown],
        lines=lines,
        marks=marks(l10n, figures.pin, shown),
        levels=[Level(v, f"{t} {l10n.percent(v)}", role) for v, t, role in limits if figures.icv and math.isfinite(v)],
        nothing=l10n.say("No month has matured yet"),
        open_from=l10n.short_month(waiting[0]) if waiting else "",
        open_text=l10n.say("not matured yet"),
    )


def _waiting(figures: Figures) -> list[int]:
    """The months after the last one that can be judged."""
    judged = [m.month for m in figures.promise if m.maturity >= figures.policy.maturity_least]
    return [m.month for m in figures.promise if m.month > max(judged, default=0)]


def _ratio_lines(l10n: L10n, figures: Figures) -> list[Line]:
    lines = []
    for days, role in ((30, "main"), (60, "third"), (90, "second")):
        course = [getattr(m, f"icv{days}") for m in figures.icv]
        texts = [
            hover(l10n, l10n.percent(v, 2), Evidence(l10n.month(m.month), figures.pin.version, n=m.n))
            for v, m in zip(course, figures.icv, strict=True)
        ]
        lines.append(
            Line(l10n.say("> {days} days", days=days), course, texts, role, f"> {days}  {l10n.percent(last(course))}")
        )
    return lines


def _outcome_lines(l10n: L10n, figures: Figures) -> list[Line]:
    months, least = figures.promise, figures.policy.maturity_least
    shown = [m.observed if m.maturity >= least else None for m in months]
    value, low, high = ([getattr(o, part) if o else math.nan for o in shown] for part in ("value", "low", "high"))
    texts = [
        hover(
            l10n,
            l10n.percent(m.observed.value),
            Evidence("", "", n=m.n, low=m.observed.low, high=m.observed.high),
        )
        for m in months
    ]
    expected = [m.predicted_rate for m in months]
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
