"""App room: the pictures of the section Rank: a figure by month, and what the best part of the list catches."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from app.charts.best_part import BestPart
from app.charts.roc import Roc
from app.charts.trend import Level, Line, Trend
from app.l10n import L10n
from app.views.backtest_one_month import roc_unit
from app.views.backtest_rank import FIGURES, NOWCAST, between, development, digits, method, period
from app.views.backtest_rank_figures import Figures
from app.views.backtest_rank_known import Known
from app.views.backtest_rank_rows import LABEL
from app.views.events import events, numbered
from app.views.shapes import Headline
from monitoring.rank import Ranked

GAIN, LIFT = "gain", "lift"
_ALL = 0.995
"""Share of the list from which on it is written as 100 %."""


def curves(l10n: L10n) -> dict[str, str]:
    """How the list can be looked at."""
    return {GAIN: l10n.say("Gain"), LIFT: l10n.say("Lift")}


def course_headline(l10n: L10n, found: Figures, name: str, shown: str) -> Headline:
    """How many of the matured months lie below the development, and what the last open one is projected at."""
    if len(found.months) == 1:
        return Headline(l10n.say("One month: its ROC curve stands for a course"), roc_unit(l10n))
    before, judged = found.reference.of(name), [m for m in found.judged if math.isfinite(m.figures[name].value)]
    unit = l10n.say(
        "{figure} by month {basis}, 95% interval by {method}; dashed: development, {source}; hatched: open",
        figure=l10n.say(FIGURES[name]), method=method(l10n, judged[-1].figures[name]) if judged else "—",
        basis=l10n.say("of the outcome") if found.basis == LABEL else l10n.say("of the score"),
        source=development(l10n, found, name),
    )  # fmt: skip
    if not judged:
        return Headline(l10n.say("No month has matured yet"), unit)
    if not math.isfinite(before):
        return Headline(l10n.say("No reference of development to hold the months against"), unit)
    off = [m for m in judged if m.figures[name].high < before]
    said = {"n": l10n.number(len(off)), "of": l10n.number(len(judged)), "before": l10n.number(before, digits(name)),
            "figure": l10n.say(FIGURES[name])}  # fmt: skip
    if off:
        text = l10n.say("{figure}: {n} of {of} matured months lie wholly below the development ({before})", **said)
    else:
        text = l10n.say("{figure}: none of {of} matured months lies wholly below the development ({before})", **said)
    return Headline(f"{text}{_next(l10n, found, name) if shown == NOWCAST else ''}", unit)


def _next(l10n: L10n, found: Figures, name: str) -> str:
    told = [m for m in found.open if m.projected and math.isfinite(m.figures[name].value)]
    if not told:
        return ""
    estimate, places = told[-1].figures[name], digits(name)
    return l10n.say(
        "; {month} is projected at {value} ({interval})", month=l10n.month(told[-1].month),
        value=l10n.number(estimate.value, places), interval=between(l10n, estimate, places),
    )  # fmt: skip


def course(l10n: L10n, found: Figures, name: str, shown: str, known: Known | None) -> Trend | Roc:
    """The figure by month with its interval; the open months hatched, and projected where that is asked for; a second
    line of what was known at an earlier release. Of one month, its ROC curve."""
    if len(found.months) == 1:
        return _roc(l10n, found)
    months, before = list(found.months), found.reference.of(name)
    matured, opened = {m.month for m in found.judged}, [m.month for m in found.open]
    lines = [_line(l10n, name, months, "main", l10n.say(FIGURES[name]), lambda m: m.month in matured)]
    if shown == NOWCAST and any(m.projected for m in months):
        lines.append(_line(l10n, name, months, "second", l10n.say("nowcast"), lambda m: m.projected, dashed=True))
    if known and known.then:
        past = {m.month: m for m in known.then.judged}
        values = [past[m.month].figures[name].value if m.month in past else math.nan for m in months]
        texts = [l10n.number(v, digits(name)) for v in values]
        lines.append(Line(l10n.say("as known then"), values, texts, "third", l10n.say("as known then"), dashed=True))
    first = _first_of_the_end(months, opened)
    levels = [Level(before, l10n.number(before, digits(name)), "good")] if math.isfinite(before) else []
    return Trend(
        months=[l10n.short_month(m.month) for m in months], lines=lines, levels=levels,
        marks=numbered(l10n, events(found.pin, [m.month for m in months])) if found.basis != LABEL else (),
        nothing=l10n.say("No month has matured yet"), open_from=l10n.short_month(first) if first else "",
        tick=".2f", hatched=True,
    )  # fmt: skip


def _first_of_the_end(months: Sequence[Ranked], opened: Sequence[int]) -> int:
    """The first of the open months with which the course ends; 0 where it ends with a matured one."""
    first = 0
    for month in reversed(months):
        if month.month not in opened:
            break
        first = month.month
    return first


def _line(
    l10n: L10n, name: str, months: Sequence[Ranked], role: str, label: str, kept: object, *, dashed: bool = False
) -> Line:
    estimates = [m.figures[name] if callable(kept) and kept(m) else None for m in months]
    value, low, high = ([getattr(e, p) if e else math.nan for e in estimates] for p in ("value", "low", "high"))
    texts = [_hover(l10n, m, name) if e else "" for m, e in zip(months, estimates, strict=True)]
    return Line(label, value, texts, role, label, low, high, dashed)


def _hover(l10n: L10n, month: Ranked, name: str) -> str:
    estimate, places = month.figures[name], digits(name)
    told = f"<b>{l10n.number(estimate.value, places)}</b> · [{between(l10n, estimate, places)}]"
    counted = l10n.say("{positives} positive of n {n}", positives=l10n.number(month.positives), n=l10n.number(month.n))
    if month.projected:
        counted = l10n.say("{positives} reported so far of n {n}", positives=l10n.number(month.positives),
                           n=l10n.number(month.n))  # fmt: skip
    return f"{told} · {counted} · {method(l10n, estimate)}"


def _roc(l10n: L10n, found: Figures) -> Roc:
    curve = found.curve
    pairs = [] if curve is None else list(zip(curve.wasted.tolist(), curve.caught.tolist(), strict=True))
    return Roc(
        false_positive=[x for x, _ in pairs],
        true_positive=[y for _, y in pairs],
        texts=[
            l10n.say("{caught} of the positives for {wasted} of the negatives",
                     caught=l10n.percent(y, 0), wasted=l10n.percent(x, 0))
            for x, y in pairs
        ],
        x_name=l10n.say("Share of the negatives flagged"),
        y_name=l10n.say("Share of the positives caught"),
        diagonal=l10n.say("chance"),
        nothing=l10n.say("No month has matured yet"),
    )  # fmt: skip


def list_headline(l10n: L10n, found: Figures) -> Headline:
    """What the part of the list that can be worked catches."""
    curve = found.curve
    unit = l10n.say("Outcomes known, best scores first · {period}", period=period(l10n, found, recent=False))
    if curve is None:
        return Headline(l10n.say("Nothing to judge yet"), unit)
    at = curve.at if math.isfinite(curve.at) else 0.1
    caught = float(np.interp(at, curve.rows, curve.caught))
    said = {"share": l10n.percent(at, 0), "caught": l10n.percent(caught, 0),
            "lift": l10n.number(caught / at, 2) if at else "—"}  # fmt: skip
    if curve.at >= _ALL:
        tenth = float(np.interp(0.1, curve.rows, curve.caught))
        said = {"share": l10n.percent(0.1, 0), "caught": l10n.percent(tenth, 0), "lift": l10n.number(tenth / 0.1, 2)}
        limit = l10n.say("The capacity") if curve.by_capacity else l10n.say("The usual threshold")
        text = l10n.say(
            "{limit} takes the whole list; its best {share} catch {caught} of the positives, {lift} times chance",
            limit=limit, **said,
        )  # fmt: skip
    elif curve.by_capacity:
        text = l10n.say("The capacity reaches the best {share}: {caught} of the positives, {lift} times chance", **said)
    elif math.isfinite(curve.at):
        text = l10n.say("The usual threshold flags {share}: {caught} of the positives, {lift} times chance", **said)
    else:
        text = l10n.say("The best {share} catch {caught} of the positives, {lift} times chance", **said)
    return Headline(text, unit)


def best_part(l10n: L10n, found: Figures, kind: str) -> BestPart:
    """The gain or the lift curve with the point that capacity, or the usual threshold, reaches."""
    axis = l10n.say("Share of the list worked, best scores first")
    nothing = l10n.say("No month has matured yet")
    curve = found.curve
    if curve is None:
        return BestPart((), (), (), (), "", axis, "", nothing=nothing)
    shares, caught = (v if kind == GAIN else v[1:] for v in (curve.rows, curve.caught))
    values = caught if kind == GAIN else caught / shares
    texts = [
        l10n.say("The best {share} catch {caught} of the positives: {lift} times chance", share=l10n.percent(x),
                 caught=l10n.percent(y), lift=l10n.number(y / x, 2) if x else "—")
        for x, y in zip(shares.tolist(), caught.tolist(), strict=True)
    ]  # fmt: skip
    height = float(np.interp(curve.at, shares, values)) if math.isfinite(curve.at) else math.nan
    limit = l10n.say("capacity") if curve.by_capacity else l10n.say("usual threshold")
    return BestPart(
        shares=shares.tolist(), values=values.tolist(), texts=texts, x_name=axis, nothing=nothing,
        base=shares.tolist() if kind == GAIN else [1.0] * len(shares), base_name=l10n.say("chance"),
        y_name=l10n.say("Share of the positives caught") if kind == GAIN else l10n.say("Times chance"),
        at=curve.at, height=height, at_text=f"{limit} · {l10n.percent(curve.at, 0)}",
        tick=".0%" if kind == GAIN else ".1f",
    )  # fmt: skip
