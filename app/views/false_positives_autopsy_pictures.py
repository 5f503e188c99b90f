"""App room: the autopsy of false positives as pictures: the causes, the segments, the months."""

from __future__ import annotations

import math
from collections.abc import Sequence

from app.charts.bars import Bar, Bars
from app.charts.trend import Line, Trend
from app.l10n import L10n
from app.views import names
from app.views.false_positives_autopsy import MONEY, name, shown
from app.views.false_positives_autopsy_figures import Sheet
from app.views.shapes import Headline
from data.rows import CAUSES, NO_OFFER, NOT_RECORDED, REFUSED
from monitoring.autopsy import UNCONTACTED, Division, Part
from monitoring.metrics import share

MOST_BARS = 14
_TONES = {REFUSED: "act", NO_OFFER: "muted", NOT_RECORDED: "muted", **dict.fromkeys(UNCONTACTED, "watch")}


def causes(l10n: L10n, sheet: Sheet, unit: str) -> Bars:
    """A bar per cause in the order in which they are looked for, in obligations or in money."""
    return Bars(
        [_cause(l10n, p, unit) for p in shown(sheet)],
        value_name=l10n.say("False positives"),
        nothing=l10n.say("There is no false positive"),
    )


def _cause(l10n: L10n, part: Part, unit: str) -> Bar:
    in_money = unit == MONEY
    amount = l10n.money(part.balance) if in_money else l10n.number(part.n)
    of_all = l10n.percent(part.share_balance if in_money else part.share, 0)
    hover = l10n.say("n {n} · balance {balance} · cost {cost}", n=l10n.number(part.n),
                     balance=l10n.money(part.balance), cost=l10n.money(part.cost))  # fmt: skip
    return Bar(
        key=part.cause,
        name=name(l10n, part.cause),
        value=part.balance if in_money else float(part.n),
        label=f"{amount} · {of_all}",
        hover=f"<b>{name(l10n, part.cause)}</b><br>{hover}",
        tone=_TONES.get(part.cause, "soft"),
    )


def segments_headline(l10n: L10n, found: Sequence[Division], sheet: Sheet, dimension: str) -> Headline:
    """The level whose FDR of the model stands out beyond chance, or that none does."""
    if not dimension:
        return Headline(l10n.say("One segment is left of every dimension"))
    called = names.dimension(l10n, dimension, sheet.counted.pin.document("dimensions"))
    unit = l10n.say(
        "FDR of the model by {dimension}, 95% interval · amber and red: above the others beyond chance (q)",
        dimension=called.lower(),
    )
    worse = [d for d in found if d.level in ("watch", "act") and d.gap > 0]
    if not worse:
        return Headline(l10n.say("{dimension}: the model fails alike in all", dimension=called), unit)
    worst = max(worse, key=lambda d: d.gap)
    said = {"name": names.level(l10n, worst.name), "gap": l10n.distance(worst.gap)}
    return Headline(l10n.say("{name}: the model's own errors {gap} above the others", **said), unit)


def segments(l10n: L10n, found: Sequence[Division], sheet: Sheet) -> Bars:
    """FDR of the model by level, the highest on top; levels with too few outcomes at the end."""
    heavy = sorted(found, key=lambda d: -d.flagged)[:MOST_BARS]
    ordered = sorted(heavy, key=lambda d: (bool(d.model_fdr.reason), -d.model_fdr.value))
    whole = sheet.found.model_fdr.value
    return Bars(
        [_level(l10n, d) for d in ordered],
        value_name=l10n.say("FDR of the model"),
        line=whole,
        line_text=l10n.say("all {value}", value=l10n.percent(whole)) if math.isfinite(whole) else "",
        nothing=l10n.say("Nobody with a known outcome is flagged"),
    )


def _level(l10n: L10n, d: Division) -> Bar:
    e = d.model_fdr
    lines = [
        f"<b>{names.level(l10n, d.name)}</b>",
        l10n.say("FDR of the model {value} [{interval}]", value=l10n.percent(e.value),
                 interval=l10n.interval(e.low, e.high)),
        l10n.say("FDR {value} [{interval}]", value=l10n.percent(d.fdr.value),
                 interval=l10n.interval(d.fdr.low, d.fdr.high)),
        *(f"{name(l10n, c)}: {l10n.number(n)}" for c, n in zip(CAUSES, d.causes, strict=True) if n),
    ]  # fmt: skip
    tone = "muted" if e.reason else {"watch": "watch", "act": "act"}.get(d.level, "soft")
    return Bar(
        key=d.name, name=names.level(l10n, d.name), value=e.value, label=l10n.percent(e.value),
        hover="<br>".join(lines), low=e.low, high=e.high, tone=tone,
    )  # fmt: skip


def months_headline(l10n: L10n, found: Sequence[Division]) -> Headline:
    """How the model's part of the FDR moved between the first and the last month with outcomes."""
    unit = l10n.say("Share of the flagged with a known outcome, by month")
    told = [d for d in found if not d.model_fdr.reason]
    if len(told) < 2 or not l10n.dated:
        return Headline(l10n.say("The causes by month"), unit)
    first, last = told[0], told[-1]
    said = {
        "start": l10n.percent(first.model_fdr.value, 0), "end": l10n.percent(last.model_fdr.value, 0),
        "first": l10n.month(int(first.name)), "last": l10n.month(int(last.name)),
    }  # fmt: skip
    return Headline(l10n.say("FDR of the model: {start} in {first}, {end} in {last}", **said), unit)


def months(l10n: L10n, found: Sequence[Division]) -> Trend:
    """FDR, the model's part of it, and what never was a contact, by month; gaps where too few outcomes are known."""
    if len(found) < 2 or not l10n.dated:
        return Trend((), (), nothing=l10n.say("A course needs two months with known outcomes"))
    lines = (
        (l10n.say("FDR"), "main", [d.fdr.value for d in found]),
        (l10n.say("of the model"), "second", [d.model_fdr.value for d in found]),
        (l10n.say("never a contact"), "third", [share(d.of(*UNCONTACTED), d.flagged) for d in found]),
    )
    return Trend(
        [l10n.short_month(int(d.name)) for d in found],
        [_line(l10n, said, role, values, found) for said, role, values in lines],
        nothing=l10n.say("A course needs two months with known outcomes"),
    )


def _line(l10n: L10n, said: str, role: str, values: Sequence[float], found: Sequence[Division]) -> Line:
    known = [math.nan if d.model_fdr.reason else v for v, d in zip(values, found, strict=True)]
    texts = [
        l10n.say("{value} · n {n}", value=l10n.percent(v), n=l10n.number(d.flagged))
        for v, d in zip(known, found, strict=True)
    ]
    last = next((v for v in reversed(known) if math.isfinite(v)), math.nan)
    return Line(said, known, texts, role, f"{said} {l10n.percent(last, 0)}" if math.isfinite(last) else "")
