"""App room: the pictures of the section Mix and rate: the bars of the whole change, and those of its segments."""

from __future__ import annotations

import math
from collections.abc import Sequence

from app.charts.bridge import Bridge as Drawn
from app.charts.bridge import Step
from app.charts.contributions import Contributions, Row
from app.l10n import L10n
from app.views import names
from app.views.overdue_bridge import BASIS, basis
from app.views.overdue_mix import clear, why_not
from app.views.overdue_mix_figures import Scope
from app.views.segments_figures import MOST_BARS
from monitoring.estimate import Estimate
from monitoring.split import Segment, Split


def picture(l10n: L10n, found: Scope, split: Split | None) -> Drawn:
    """The ratio at the start, mix, rate, model, the ratio at the end, in basis points."""
    problem = why_not(l10n, found, split)
    if split is None or problem:
        return Drawn((), nothing=problem)
    steps = [_total(l10n, "start", split.before, split.start)]
    for key, name, part in bars(l10n, split):
        at = steps[-1].end
        worth = basis(l10n, part.value, signed=True)
        hover = f"<b>{worth}</b> {interval(l10n, part)}".strip()
        low, high = at + part.low * BASIS, at + part.high * BASIS
        tone = "other" if not clear(part) else "worse" if part.value > 0 else "better"
        steps.append(Step(key, name, at, at + part.value * BASIS, worth, hover, tone, low, high))
    return Drawn([*steps, _total(l10n, "end", split.after, split.end)])


def bars(l10n: L10n, split: Split) -> list[tuple[str, str, Estimate]]:
    """The key, the name and the value of each bar."""
    mix = ("mix", l10n.say("Mix"), Estimate(split.mix))
    if not split.trial:
        return [mix, ("rate", l10n.say("Rate"), split.rate)]
    return [mix, ("rate", l10n.say("Underlying rate"), split.rate), ("model", l10n.say("Model"), split.model)]


def _total(l10n: L10n, key: str, month: int, ratio: float) -> Step:
    value = l10n.percent(ratio, 2)
    return Step(key, l10n.month(month), ratio * BASIS, ratio * BASIS, value, f"<b>{value}</b>", "total")


def interval(l10n: L10n, part: Estimate) -> str:
    """The interval of a part in basis points, in brackets; "" where it has none."""
    if not math.isfinite(part.low):
        return ""
    ends = {"a": l10n.signed(part.low * BASIS, 1), "b": l10n.signed(part.high * BASIS, 1)}
    return l10n.say("({a} to {b})", **ends)


def segments(l10n: L10n, found: Scope, split: Split | None) -> Contributions:
    """The bars of each segment, what added most on top."""
    problem = why_not(l10n, found, split)
    if split is None or problem:
        return Contributions((), (), "", nothing=problem)
    kinds = [name for _, name, _ in bars(l10n, split)]
    largest = sorted(split.segments, key=lambda s: -abs(s.total))
    shown = {s.level_name for s in (largest if len(largest) <= MOST_BARS else largest[: MOST_BARS - 1])}
    rows = [_row(l10n, split, s) for s in ordered(split) if s.level_name in shown]
    rest = [s for s in largest if s.level_name not in shown]
    return Contributions([*rows, *([_rest(l10n, split, rest)] if rest else [])], kinds, l10n.say("Sum"))


def ordered(split: Split) -> list[Segment]:
    """The segments, what raised the ratio most on top."""
    return sorted(split.segments, key=lambda s: -s.total)


def _row(l10n: L10n, split: Split, s: Segment) -> Row:
    intervals = ["", interval(l10n, s.rate), interval(l10n, s.model)]
    return _drawn(l10n, split, s.level_name, names.level(l10n, s.level_name), _values(s), intervals)


def _rest(l10n: L10n, split: Split, others: Sequence[Segment]) -> Row:
    """The segments that there is no room for, as one."""
    values = [math.fsum(v) for v in zip(*map(_values, others), strict=True)]
    return _drawn(l10n, split, "", l10n.say("{n} others", n=l10n.number(len(others))), values, ["", "", ""])


def _values(s: Segment) -> list[float]:
    return [s.mix, s.rate.value, s.model.value if s.told else 0.0]


def _drawn(l10n: L10n, split: Split, key: str, name: str, values: Sequence[float], intervals: Sequence[str]) -> Row:
    """A row of as many parts as the split has bars."""
    kinds = [kind for _, kind, _ in bars(l10n, split)]
    lines = [
        f"{kind}: {basis(l10n, value, signed=True)} {interval}".strip()
        for kind, value, interval in zip(kinds, values, intervals, strict=False)
    ]
    total = basis(l10n, math.fsum(values), signed=True)
    hover = "<br>".join([f"<b>{name}: {total}</b>", *lines])
    return Row(key, name, [v * BASIS for v in values[: len(kinds)]], total, hover)
