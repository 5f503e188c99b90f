"""App room: the pictures of the Backtest page: promise, rank and reliability, with their findings."""

from __future__ import annotations

import math
from collections.abc import Sequence

from app.charts.bars import Bars
from app.charts.reliability import Point, Reliability
from app.charts.roc import Roc
from app.charts.trend import Level, Line, Trend
from app.l10n import L10n
from app.views import backtest_months as months
from app.views import backtest_one_month as one_month
from app.views.backtest_boxes import small
from app.views.backtest_figures import Figures, last_firm, runs_off
from app.views.events import marks
from app.views.evidence import Evidence, hover
from app.views.shapes import Headline
from monitoring.backtest import MonthBacktest
from monitoring.bands import Band


def period(l10n: L10n, figures: Figures) -> str:
    """The judged months, first to last; "" when there is none."""
    return l10n.months(figures.judged[0].month, figures.judged[-1].month) if figures.judged else ""


def promise_headline(l10n: L10n, figures: Figures) -> Headline:
    """Whether what was promised came, as of the last judged month."""
    if figures.one:
        return one_month.promise_headline(l10n, figures.one)
    unit = l10n.say(
        "Positive share of the scored rows with a known outcome, 95% client-robust interval; dashed: mean score"
    )
    if not figures.judged:
        return Headline(l10n.say("Nothing to judge yet"), unit)
    runs = runs_off(figures.judged)
    if not runs or runs[-1].last != figures.judged[-1].month:
        return Headline(_kept(l10n, figures.judged), unit)
    said = {"month": l10n.month(runs[-1].first), "gap": l10n.distance(runs[-1].gap)}
    if runs[-1].gap < 0:
        return Headline(l10n.say("Since {month}, {gap} less came than was promised", **said), unit)
    return Headline(l10n.say("Since {month}, {gap} more came than was promised", **said), unit)


def _kept(l10n: L10n, judged: Sequence[MonthBacktest]) -> str:
    """How many months kept the promise, and whether the last one can tell."""
    n, kept, grey = len(judged), sum(m.level == "ok" for m in judged), months.grey(judged)
    if grey == n:
        return l10n.many(
            "The one month that can be judged holds too few outcomes to tell whether the promise was kept",
            "None of {n} months holds enough outcomes to tell whether the promise was kept",
            n,
        )
    if judged[-1].level == "unknown":
        return l10n.say("{off} of {n} months broke the promise, {kept} kept it; {grey} hold too few outcomes to tell",
                        off=l10n.number(n - kept - grey), n=l10n.number(n), kept=l10n.number(kept),
                        grey=l10n.number(grey))  # fmt: skip
    return l10n.many(
        "The promise was kept in the one month that can be judged",
        "The promise was kept in {kept} of {n} months, and in the last one",
        n, kept=l10n.number(kept),
    )  # fmt: skip


def promise(l10n: L10n, figures: Figures) -> Trend | Bars:
    """Observed and promised: by month, or by segment where a single month has scores."""
    return one_month.promise(l10n, figures.one) if figures.one else promise_trend(l10n, figures)


def promise_trend(l10n: L10n, figures: Figures) -> Trend:
    """Observed with its interval, and promised, by month."""
    judged = {m.month for m in figures.judged}
    shown = _scored(figures)
    seen = [m.observed_robust if m.month in judged else None for m in shown]
    value, low, high = ([getattr(o, part) if o else math.nan for o in seen] for part in ("value", "low", "high"))
    observed = [_hover(l10n, figures, m) for m in shown]
    promised = [m.predicted_rate if m.month in judged else math.nan for m in shown]
    texts = [l10n.percent(v) for v in promised]
    came, said = l10n.say("Observed"), l10n.say("Promised")
    return _with_events(l10n, figures, [
        Line(came, value, observed, "main", came, low, high), Line(said, promised, texts, "second", said, dashed=True),
    ])  # fmt: skip


def auc_headline(l10n: L10n, figures: Figures) -> Headline:
    """How well the score ranks, in the last month that can tell."""
    unit = (
        one_month.roc_unit(l10n)
        if figures.one
        else l10n.say("AUC with 95% DeLong interval, and KS, of the scored rows with a known outcome; 0.5 is chance")
    )
    now = last_firm(figures.judged, policy=figures.policy)
    if now is None:
        return Headline(l10n.say("No month has enough of both outcomes for its rank to be judged"), unit)
    least = figures.policy.auc_ok
    said = {
        "auc": l10n.number(now.auc.value, 3), "low": l10n.number(now.auc.low, 2), "high": l10n.number(now.auc.high, 2),
        "month": l10n.month(now.month), "least": l10n.number(least, 2),
    }  # fmt: skip
    if not l10n.dated:
        return Headline(_auc_of_all(l10n, now, said, least), unit)
    if now.auc.low >= least:
        return Headline(l10n.say("AUC {auc} ({low} – {high}) in {month}: above the acceptable {least}", **said), unit)
    if now.auc.high < least:
        return Headline(l10n.say("AUC {auc} ({low} – {high}) in {month}: below the acceptable {least}", **said), unit)
    return Headline(l10n.say("AUC {auc} ({low} – {high}) in {month}: around the acceptable {least}", **said), unit)


def _auc_of_all(l10n: L10n, now: MonthBacktest, said: dict[str, str], least: float) -> str:
    if now.auc.low >= least:
        return l10n.say("AUC {auc} ({low} – {high}): above the acceptable {least}", **said)
    if now.auc.high < least:
        return l10n.say("AUC {auc} ({low} – {high}): below the acceptable {least}", **said)
    return l10n.say("AUC {auc} ({low} – {high}): around the acceptable {least}", **said)


def rank(l10n: L10n, figures: Figures) -> Trend | Roc:
    """How well the score ranks: by month, or as a ROC curve where a single month has scores."""
    return one_month.roc(l10n, figures.one) if figures.one else auc_trend(l10n, figures)


def auc_trend(l10n: L10n, figures: Figures) -> Trend:
    """AUC with its interval and KS, by month, against the acceptable line."""
    judged = {m.month for m in figures.judged}
    shown = _scored(figures)
    seen = [m.auc if m.month in judged else None for m in shown]
    value, low, high = ([getattr(a, part) if a else math.nan for a in seen] for part in ("value", "low", "high"))
    texts = [small(l10n, m.auc, n=m.n) for m in shown]
    distance = [m.ks if m.month in judged else math.nan for m in shown]
    least = figures.policy.auc_ok
    return _with_events(
        l10n,
        figures,
        [
            Line("AUC", value, texts, "main", "AUC", low, high),
            Line("KS", distance, [l10n.number(v, 3) for v in distance], "third", "KS"),
        ],
        levels=[Level(least, l10n.number(least, 2), "good")],
        tick=".2f",
    )


def _scored(figures: Figures) -> list[MonthBacktest]:
    return [m for m in figures.months if m.month not in figures.unscored]


def _with_events(
    l10n: L10n, figures: Figures, lines: list[Line], *, levels: Sequence[Level] = (), tick: str = ""
) -> Trend:
    """Lines over the scored months with the release's events, the open months shaded."""
    shown = [m.month for m in _scored(figures)]
    opened = [m for m in figures.open_months if m in shown]
    return Trend(
        months=[l10n.short_month(m) for m in shown],
        lines=lines,
        marks=marks(l10n, figures.pin, shown),
        levels=levels,
        nothing=l10n.say("No month has matured yet"),
        open_from=l10n.short_month(opened[0]) if opened else "",
        open_text=l10n.say("outcomes still open") if opened else "",
        tick=tick,
    )


def _hover(l10n: L10n, figures: Figures, m: MonthBacktest) -> str:
    o = m.observed_robust
    note = months.told(l10n, m) if m in figures.judged else ""
    known = Evidence("", figures.pin.version, n=m.n, low=o.low, high=o.high, note=note)
    return hover(l10n, l10n.percent(o.value), known)


def reliability_headline(l10n: L10n, figures: Figures) -> Headline:
    """Which bands promised too much or too little."""
    unit = l10n.say("Ten bands of equal population, frozen on the release; 95% Jeffreys intervals · {period}",
                    period=period(l10n, figures))  # fmt: skip
    off = [b for b in figures.bands if b.level in ("watch", "act")]
    if not off:
        return Headline(l10n.say("No score band departs from its promise by more than is tolerated"), unit)
    over = [b for b in off if b.observed.value < b.predicted]
    worst = max(off, key=lambda b: abs(b.observed.value - b.predicted))
    said = {
        "n": l10n.number(len(off)), "of": l10n.number(len(figures.bands)), "band": l10n.number(worst.band),
        "promised": l10n.percent(worst.predicted, 0), "observed": l10n.percent(worst.observed.value, 0),
    }  # fmt: skip
    if len(over) == len(off):
        text = l10n.say("{n} of {of} bands promise too much; band {band}: promised {promised}, came {observed}", **said)
    elif not over:
        text = l10n.say(
            "{n} of {of} bands promise too little; band {band}: promised {promised}, came {observed}", **said
        )
    else:
        text = l10n.say("{n} of {of} bands are off; band {band}: promised {promised}, came {observed}", **said)
    return Headline(text, unit)


def reliability(l10n: L10n, figures: Figures) -> Reliability:
    """The bands as points."""
    return Reliability(
        points=[_point(l10n, figures, b) for b in figures.bands],
        x_name=l10n.say("Promised: mean score of the band"),
        y_name=l10n.say("Observed share"),
        diagonal=l10n.say("promise kept"),
        nothing=l10n.say("No month has matured yet"),
    )


def _point(l10n: L10n, figures: Figures, b: Band) -> Point:
    o = b.observed
    seen = hover(l10n, l10n.percent(o.value), Evidence("", figures.pin.version, n=b.n, low=o.low, high=o.high))
    text = l10n.say("Band {band}: promised {promised}, observed {observed}", band=l10n.number(b.band),
                    promised=l10n.percent(b.predicted), observed=seen)  # fmt: skip
    return Point(b.predicted, o.value, o.low, o.high, b.level, text)
