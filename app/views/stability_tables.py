"""App room: the tables of the section Stability: a change whose parts add up, and every estimate beside what came."""

from __future__ import annotations

import math
from collections.abc import Sequence

from app.charts.bridge import Bridge
from app.l10n import L10n
from app.views import segments_compare as compare
from app.views.names import reason
from app.views.segments_compare import name
from app.views.segments_compare_figures import Pair
from app.views.shapes import Cell, Headline, Table
from app.views.stability import band
from app.views.stability_figures import Figures
from monitoring.cbpe import Expected
from monitoring.sides import Split

DIGITS = 3
"""Decimals of the parts of a change, in percentage points."""


def split_headline(l10n: L10n, pair: Pair | None, *, observed: bool) -> Headline:
    """What parts the two months, in the words of the section Compare."""
    if pair is None:
        return Headline(l10n.say("It takes two months with known outcomes to split a change"), "")
    return compare.split_headline(l10n, pair, pair.observed if observed else pair.expected, observed=observed)


def split_bridge(l10n: L10n, pair: Pair | None, *, observed: bool) -> Bridge:
    """The parts as a bridge from month to month."""
    if pair is None:
        return Bridge((), l10n.say("It takes two months with known outcomes to split a change"))
    return compare.bridge(l10n, pair, pair.observed if observed else pair.expected, observed=observed)


def sums_headline(l10n: L10n, pair: Pair | None) -> Headline:
    """Between which months the change is split, and that its parts add up to it."""
    if pair is None:
        return Headline(l10n.say("It takes two months with known outcomes to split a change"), "")
    unit = l10n.say(
        "Percentage points; the parts are rounded so that what is written adds up, the residual is that of the "
        "unrounded numbers"
    )
    told = [s for s in (pair.expected, pair.observed) if s and math.isfinite(s.mix)]
    if not told:
        return Headline(l10n.say("No outcome on both sides to split"), unit)
    ends = {"a": name(l10n, pair.frame, pair.a), "b": name(l10n, pair.frame, pair.b)}
    if max(abs(_residual(s)) for s in told) < 1e-9:
        return Headline(l10n.say("{a} → {b}: the parts add up to the change exactly", **ends), unit)
    return Headline(l10n.say("{a} → {b}: the parts do not add up to the change", **ends), unit)


def sums(l10n: L10n, pair: Pair | None) -> Table:
    """Start, parts, their sum, the change, its residual and the end, of what was predicted and of what came."""
    columns = (l10n.say("Part"), l10n.say("Predicted"), l10n.say("Observed"))
    if pair is None:
        return Table(columns, ())
    each = [_column(l10n, s) for s in (pair.expected, pair.observed)]
    heads = (
        name(l10n, pair.frame, pair.a), l10n.say("Mix"), l10n.say("Behaviour"), l10n.say("Model"),
        l10n.say("Sum of the parts"), l10n.say("Change"), l10n.say("Residual"),
    )  # fmt: skip
    rows = tuple((Cell(h), *(column[k] for column in each)) for k, h in enumerate(heads))
    total = (Cell(name(l10n, pair.frame, pair.b)), *(column[-1] for column in each))
    return Table(columns, rows, total=total, caption=sums_headline(l10n, pair).title)


def _parts(s: Split) -> list[float]:
    return [s.mix, s.within, s.model if math.isfinite(s.model) else 0.0]


def _residual(s: Split) -> float:
    return s.end - s.start - sum(_parts(s))


def _column(l10n: L10n, s: Split | None) -> list[Cell]:
    """The cells of one split, top to bottom."""
    if s is None or not math.isfinite(s.mix):
        return [Cell("—", "muted")] * 8
    change = (s.end - s.start) * 100
    written = rounded([v * 100 for v in _parts(s)], change, DIGITS)
    mix, within, model = (l10n.signed(v, DIGITS) for v in written)
    return [
        Cell(l10n.percent(s.start, DIGITS)), Cell(mix), Cell(within),
        Cell(model) if math.isfinite(s.model) else Cell("—", "muted"),
        Cell(l10n.signed(sum(written), DIGITS)), Cell(l10n.signed(change, DIGITS)),
        Cell(l10n.number(abs(_residual(s)) * 100, 9), "muted"), Cell(l10n.percent(s.end, DIGITS)),
    ]  # fmt: skip


def rounded(parts: Sequence[float], total: float, digits: int) -> list[float]:
    """Parts rounded to so many decimals whose sum is the rounded total: what rounding leaves over goes to the parts
    that it hurts least. The parts add up to `total`, and a part of 0 stays 0."""
    unit = 10.0**-digits
    steps = [round(v / unit) for v in parts]
    left = round(total / unit) - sum(steps)
    sign = 1 if left > 0 else -1
    order = sorted((k for k, v in enumerate(parts) if v), key=lambda k: -sign * (parts[k] / unit - steps[k]))
    for k in order[: abs(left)]:
        steps[k] += sign
    return [s * unit for s in steps]


def months_headline(l10n: L10n, found: Figures) -> Headline:
    """That every estimate is scored once its outcomes are known."""
    unit = l10n.say(
        "Each month's estimate as it could be given when it was scored, of the rows that an outcome comes of; miss: "
        "what came less the estimate"
    )
    both = found.record("rate")
    if not both.months:
        return Headline(l10n.say("No estimate can be held against outcomes yet"), unit)
    title = l10n.say(
        "Scored later: AUC missed by {auc} on average, positive rate by {rate}",
        auc=l10n.signed(found.record("auc").miss, 3), rate=l10n.points(both.miss),
    )  # fmt: skip
    return Headline(title, unit)


def months(l10n: L10n, found: Figures) -> Table:
    """Every month, the last first: estimate, what came, the miss, and whether the band held."""
    columns = (
        l10n.say("Month"), l10n.say("n"), l10n.say("Estimated AUC"), l10n.say("Band"), l10n.say("AUC that came"),
        l10n.say("Miss"), l10n.say("Held"), l10n.say("Estimated rate"), l10n.say("Rate that came"),
        l10n.say("Miss, pp"), l10n.say("Held"),
    )  # fmt: skip
    rows = tuple(_month(l10n, e) for e in reversed(found.expected))
    return Table(columns, rows, caption=months_headline(l10n, found).title)


def _month(l10n: L10n, e: Expected) -> tuple[Cell, ...]:
    ripe, tone = e.maturity.usable, "" if e.maturity.usable else "muted"
    wait = Cell(f"▨ {l10n.say('estimate, all scored') if e.everyone else l10n.say('estimate')}", "muted")
    blank = Cell("—", "muted")
    area = (Cell(l10n.number(e.realised_auc, 3)), Cell(l10n.signed(e.miss, 3)), _held(l10n, e.auc_held))
    if not e.scored_later:
        why = Cell(f"○ {reason(l10n, e.reason or e.auc.reason or 'small_sample')}", "muted")
        area = (blank, blank, why if ripe else wait)
    part = (Cell(l10n.percent(e.realised_rate)), Cell(l10n.signed(e.rate_miss * 100, 1)), _held(l10n, e.rate_held))
    return (
        Cell(l10n.short_month(e.month)), Cell(l10n.number(e.rate.n), tone), Cell(l10n.number(e.auc.value, 3), tone),
        Cell(band(l10n, e), "muted"), *area, Cell(l10n.percent(e.rate.value), tone),
        *(part if ripe else (blank, blank, wait)),
    )  # fmt: skip


def _held(l10n: L10n, held: bool) -> Cell:
    return Cell(f"● {l10n.say('yes')}", "good") if held else Cell(f"▲ {l10n.say('no')}", "warn")
