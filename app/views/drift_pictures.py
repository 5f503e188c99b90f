"""App room: the pictures of the Drift page: a feature as it was and is, and the course of features and scores."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from app.charts.paired import Pair, Paired
from app.charts.trend import Level, Line, Trend
from app.l10n import L10n
from app.views.drift_figures import Figures, Shape, by_month
from app.views.events import marks
from app.views.feature_names import feature
from app.views.shapes import Headline

MILLION = 1e6


def course_headline(l10n: L10n, figures: Figures) -> Headline:
    """How far the features are on average, in the last month that can tell."""
    unit = l10n.say("Mean PSI of all features and the share of them that is critical (1 = all), by month; shaded: the "
                    "mean PSI that chance alone gives in 95 of 100 cases")  # fmt: skip
    if not figures.judged:
        return Headline(l10n.say("No month has enough rows to be judged"), unit)
    now = figures.judged[-1]
    said = {"psi": l10n.number(now.mean_psi, 3), "chance": l10n.number(now.critical, 3), "month": l10n.month(now.month)}
    if now.mean_psi > now.critical:
        return Headline(l10n.say("Mean PSI {psi} in {month}; chance explains up to {chance}", **said), unit)
    return Headline(l10n.say("Mean PSI {psi} in {month}: no more than chance explains ({chance})", **said), unit)


def course_trend(l10n: L10n, figures: Figures) -> Trend:
    """Mean PSI with the band of chance, and the share of critical features, by month; grey where rows are too few."""
    months = figures.months
    firm = [m.level != "unknown" for m in months]
    mean = _where(firm, [m.mean_psi for m in months])
    chance = _where(firm, [m.critical for m in months])
    part = _where(firm, [m.share_act for m in months])
    mean_name, part_name = l10n.say("mean PSI"), l10n.say("share critical")
    rows = [f"<b>{l10n.number(m.mean_psi, 3)}</b> · n {l10n.number(m.n)}" for m in months]
    lines = [
        Line(mean_name, mean, rows, "main", mean_name),
        Line(part_name, part, [l10n.percent(v, 0) for v in part], "second", part_name),
        _chance(l10n, chance),
    ]
    return _trend(l10n, figures, [m.month for m in months], firm, lines)


def feature_headline(l10n: L10n, figures: Figures, name: str) -> Headline:
    """How far one feature is in the last month that can tell."""
    unit = l10n.say("PSI by month against its reference; shaded: what chance alone gives in 95 of 100 cases")
    firm = [(m, d) for m, d in by_month(figures, name) if d.level != "unknown"]
    if not firm:
        return Headline(l10n.say("No month has enough rows to be judged"), unit)
    month, now = firm[-1]
    said = {"name": feature(l10n, name), "psi": l10n.number(now.psi.psi, 3), "month": l10n.month(month),
            "chance": l10n.number(now.psi.critical, 3)}  # fmt: skip
    return Headline(l10n.say("{name}: PSI {psi} in {month}; chance explains up to {chance}", **said), unit)


def feature_trend(l10n: L10n, figures: Figures, name: str) -> Trend:
    """PSI of one feature by month, with the band of chance and the tolerated levels; grey where rows are too few."""
    months, policy = by_month(figures, name), figures.course.policy
    firm = [d.level != "unknown" for _, d in months]
    rows = [f"<b>{l10n.number(d.psi.psi, 3)}</b> · n {l10n.number(d.n)}" for _, d in months]
    lines = [
        Line("PSI", _where(firm, [d.psi.psi for _, d in months]), rows, "main", "PSI"),
        _chance(l10n, _where(firm, [d.psi.critical for _, d in months])),
    ]
    levels = _levels(l10n, policy.feature_psi_watch, policy.feature_psi_act) if any(firm) else ()
    return _trend(l10n, figures, [m for m, _ in months], firm, lines, levels)


def score_headline(l10n: L10n, figures: Figures) -> Headline:
    """How far the scores are from the first scored months."""
    found = figures.scores
    if found.reference is None:
        return Headline(l10n.say("No month of scores to compare with"), "")
    unit = l10n.say("PSI of the scores over ten bands of {months}; shaded: what chance alone gives in 95 of 100 cases",
                    months=l10n.months(*found.reference))  # fmt: skip
    firm = [m for m in found.months if m.level != "unknown"]
    if not firm:
        return Headline(l10n.say("No month has enough rows to be judged"), unit)
    now = firm[-1]
    said = {"psi": l10n.number(now.psi.psi, 3), "month": l10n.month(now.month)}
    if now.level == "ok":
        return Headline(l10n.say("The scores are spread as at the start: PSI {psi} in {month}", **said), unit)
    return Headline(l10n.say("The scores moved: PSI {psi} in {month}", **said), unit)


def score_trend(l10n: L10n, figures: Figures) -> Trend:
    """PSI of the scores by month, with the band of chance and the tolerated levels."""
    months, policy = figures.scores.months, figures.course.policy
    firm = [m.level != "unknown" for m in months]
    name = l10n.say("score PSI")
    rows = [f"<b>{l10n.number(m.psi.psi, 3)}</b> · n {l10n.number(m.n)}" for m in months]
    lines = [
        Line(name, _where(firm, [m.psi.psi for m in months]), rows, "main", name),
        _chance(l10n, _where(firm, [m.psi.critical for m in months])),
    ]
    levels = _levels(l10n, policy.psi_watch, policy.psi_act)
    return _trend(l10n, figures, [m.month for m in months], firm, lines, levels if any(firm) else ())


def _levels(l10n: L10n, watch: float, act: float) -> tuple[Level, Level]:
    """The tolerated levels of an index."""
    return (
        Level(watch, l10n.say("watch {value}", value=l10n.number(watch, 2)), "good"),
        Level(act, l10n.say("critical {value}", value=l10n.number(act, 2)), "bad"),
    )


def _chance(l10n: L10n, values: Sequence[float]) -> Line:
    """The band from nothing to what chance explains."""
    texts = [l10n.number(v, 3) for v in values]
    floor = [0.0 if math.isfinite(v) else math.nan for v in values]
    return Line(l10n.say("chance"), values, texts, "third", "", floor, values, dashed=True)


def _where(firm: Sequence[bool], values: Sequence[float]) -> list[float]:
    """The values of the months that can be judged; NaN in the others."""
    return [v if sure else math.nan for v, sure in zip(values, firm, strict=True)]


def _trend(
    l10n: L10n, figures: Figures, months: Sequence[int], firm: Sequence[bool], lines: Sequence[Line],
    levels: Sequence[Level] = (),
) -> Trend:  # fmt: skip
    """The lines with the release's events; the last months are grey when their rows are too few."""
    names = [l10n.short_month(m) for m in months]
    sure = max((k for k, known in enumerate(firm) if known), default=len(firm)) + 1
    return Trend(
        names, lines, marks(l10n, figures.course.pin, months), levels,
        nothing=l10n.say("No month has enough rows to be judged"),
        open_from=names[sure] if sure < len(names) else "", open_text=l10n.say("too few rows"), tick=".2~f",
    )  # fmt: skip


def shape_headline(l10n: L10n, figures: Figures, found: Shape | None) -> Headline:
    """The bin that moved most."""
    if found is None or figures.period is None or figures.reference is None:
        return Headline(l10n.say("Distribution of a feature"), "")
    if found.split:
        return _split_headline(l10n, figures, found)
    unit = l10n.say("Share of the rows per bin, {now} (n {n}) beside {then} (n {m})", now=l10n.months(*figures.period),
                    then=l10n.months(*figures.reference), n=l10n.number(found.drift.n),
                    m=l10n.number(found.drift.reference_n))  # fmt: skip
    if not found.bins or not found.drift.n:
        return Headline(feature(l10n, found.drift.feature), unit)
    k = max(range(len(found.bins)), key=lambda i: abs(found.now[i] - found.then[i]))
    said = {
        "name": feature(l10n, found.drift.feature), "bin": _bin(l10n, found, found.bins[k]),
        "now": l10n.percent(found.now[k], 0), "then": l10n.percent(found.then[k], 0),
    }  # fmt: skip
    return Headline(l10n.say("{name}: {bin} went from {then} to {now} of the rows", **said), unit)


def _split_headline(l10n: L10n, figures: Figures, found: Shape) -> Headline:
    """The bin in which the kept rows differ most from all rows."""
    parted = found.split
    assert parted is not None and figures.period is not None
    unit = l10n.say("Share of the scored rows per bin in {now}: the filtered ones (n {n}) beside all (n {m}) · PSI "
                    "{psi}, chance up to {chance}", now=l10n.months(*figures.period), n=l10n.number(parted.kept.sum()),
                    m=l10n.number(parted.every.sum()), psi=l10n.number(parted.psi.psi, 3),
                    chance=l10n.number(parted.psi.critical, 3))  # fmt: skip
    name = feature(l10n, found.drift.feature)
    if not parted.kept.sum():
        return Headline(l10n.say("{name}: the filters keep no scored row", name=name), unit)
    k = max(range(len(found.bins)), key=lambda i: abs(found.now[i] - found.then[i]))
    return Headline(
        l10n.say("{name}: {bin} are {now} of the filtered rows and {then} of all", bin=_bin(l10n, found, found.bins[k]),
                 name=name, now=l10n.percent(found.now[k], 0), then=l10n.percent(found.then[k], 0)),
        unit,
    )  # fmt: skip


def shape_picture(l10n: L10n, found: Shape | None) -> Paired:
    """The feature's bins, now and in the reference."""
    nothing = l10n.say("No feature to show")
    if found is None:
        return Paired((), "", "", nothing)
    pairs = []
    for place, now, then in zip(found.bins, found.now, found.then, strict=True):
        name = _bin(l10n, found, place)
        said = {"bin": name, "now": l10n.percent(now), "then": l10n.percent(then)}
        text = (
            l10n.say("{bin}: {now} of the filtered rows, {then} of all", **said) if found.filtered else
            l10n.say("{bin}: {now} now, {then} in the reference", **said)
        )  # fmt: skip
        pairs.append(Pair(name, now, then, text))
    if found.filtered:
        return Paired(pairs, l10n.say("Filtered rows"), l10n.say("All rows"), nothing)
    return Paired(pairs, l10n.say("Now"), l10n.say("Reference"), nothing)


def _bin(l10n: L10n, found: Shape, place: int) -> str:
    """What a bin holds, in words."""
    if place == 0:
        return l10n.say("missing")
    if found.spread.kind == "categorical":
        levels = found.spread.levels
        return levels[place - 1] if place <= len(levels) else l10n.say("never seen before")
    edges = found.spread.edges
    if not edges:
        return l10n.say("known")
    if place == 1:
        return f"< {_amount(l10n, edges[0])}"
    low, high = edges[place - 2], edges[place - 1] if place <= len(edges) else math.inf
    if high == _next(low):
        return f"= {_amount(l10n, low)}"
    if place > 2 and low == _next(edges[place - 3]):
        lower = f"> {_amount(l10n, edges[place - 3])}"
        return lower if math.isinf(high) else f"{lower} – {_amount(l10n, high)}"
    return f"≥ {_amount(l10n, low)}" if math.isinf(high) else f"{_amount(l10n, low)} – {_amount(l10n, high)}"


def _next(value: float) -> float:
    """The next number that a feature can hold: the far side of a value with a bin of its own."""
    return float(np.nextafter(np.float32(value), np.float32(np.inf)))


def _amount(l10n: L10n, value: float) -> str:
    """A number of any size in a few digits."""
    size = abs(value)
    if size >= MILLION:
        return f"{l10n.number(value / MILLION, 2)}\u00a0{l10n.million}"
    whole = size >= 100 or value == round(value)
    return l10n.number(value, 0 if whole else 2)
