"""App room: the pictures of the section Stability: features, moves between bands, crowding, and estimates by month."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import replace

from app.charts.bars import Bar, Bars
from app.charts.heatmap import Heatmap, Tile
from app.charts.trend import Level, Line, Mark, Trend
from app.l10n import L10n
from app.views.drift_figures import shape
from app.views.drift_pictures import score_trend, shape_headline
from app.views.events import events, numbered
from app.views.feature_names import feature
from app.views.lights import p_value
from app.views.shapes import Headline
from app.views.stability import AUC, band, who
from app.views.stability_figures import Figures
from monitoring.cbpe import Expected
from monitoring.estimate import Estimate
from monitoring.feature_drift import FeatureDrift
from monitoring.migration import Migration, shares
from monitoring.score_drift import BandMonth

TONES = {"ok": "ok", "watch": "watch", "act": "act", "unknown": "muted"}
SEEN = 0.005
"""Share from which on a cell of the matrix has its number written on it."""


def scores(l10n: L10n, found: Figures) -> Trend:
    """PSI of the scores by month as the Drift page draws it, events by number: there is no room for their words."""
    months = [m.month for m in found.drift.scores.months]
    return replace(score_trend(l10n, found.drift), marks=_marks(l10n, found, months))


def _marks(l10n: L10n, found: Figures, months: Collection[int]) -> list[Mark]:
    return numbered(l10n, events(found.pin, months))


def csi_headline(l10n: L10n, found: Figures) -> Headline:
    """The feature that moved furthest."""
    if found.drift.period is None or found.drift.reference is None or not found.furthest:
        return Headline(l10n.say("No feature can be compared"), _no_features(l10n, found))
    unit = l10n.say(
        "CSI (PSI of one feature on frozen bins) of {now} against {then}, all rows; mark: what chance alone gives in "
        "95 of 100 cases",
        now=l10n.months(*found.drift.period), then=l10n.months(*found.drift.reference),
    )  # fmt: skip
    top = found.furthest[0]
    said = {"name": feature(l10n, top.feature), "value": l10n.number(top.psi.psi, 2),
            "n": l10n.number(sum(d.level == "act" for d in found.drift.latest)),
            "of": l10n.number(len(found.drift.latest))}  # fmt: skip
    if top.level == "unknown":
        return Headline(l10n.say("Too few rows for a verdict on any feature"), unit)
    return Headline(l10n.say("{name} moved furthest (CSI {value}); {n} of {of} features are critical", **said), unit)


def _no_features(l10n: L10n, found: Figures) -> str:
    if not found.drift.course.spreads:
        return l10n.say("This release does not say how its features are spread.")
    return l10n.say("No selected month comes after the first training window.")


def csi(l10n: L10n, found: Figures) -> Bars:
    """The features that moved furthest, each with what chance explains."""
    return Bars(
        [_feature(l10n, found, d) for d in found.furthest], value_name="CSI", mark_name=l10n.say("chance"),
        nothing=l10n.say("No feature can be compared"),
    )  # fmt: skip


def _feature(l10n: L10n, found: Figures, d: FeatureDrift) -> Bar:
    told = shape_headline(l10n, found.drift, shape(found.drift, d.feature)).title
    hover = l10n.say("{told} · CSI {value}, chance up to {chance}, p {p}, n {n}", told=told,
                     value=l10n.number(d.psi.psi, 3), chance=l10n.number(d.psi.critical, 4),
                     p=p_value(l10n, d.psi.p), n=l10n.number(d.n))  # fmt: skip
    return Bar(d.feature, feature(l10n, d.feature), d.psi.psi, l10n.number(d.psi.psi, 3), hover,
               mark=d.psi.critical, tone=TONES[d.level])  # fmt: skip


def moves_headline(l10n: L10n, found: Figures, moved: Migration | None) -> Headline:
    """How many obligations stayed in their band, and how far the others went."""
    if moved is None:
        return Headline(l10n.say("No month with scores comes before"), "")
    unit = l10n.say(
        "Percent of each band of {first} (rows, 1 = lowest scores) by its band in {last} (columns) · {n} of {of} "
        "obligations scored in both months",
        first=l10n.month(moved.first), last=l10n.month(moved.last), n=l10n.number(moved.followed),
        of=l10n.number(moved.scored),
    )  # fmt: skip
    if not moved.followed:
        return Headline(l10n.say("No obligation is scored in both months"), unit)
    up, down = moved.bandwidths(policy=found.policy)
    title = l10n.say(
        "{share} stay in their band; weighted bandwidth {up} upwards, {down} downwards",
        share=l10n.percent(moved.stayed / moved.followed, 0), up=_bandwidth(l10n, up), down=_bandwidth(l10n, down),
    )  # fmt: skip
    return Headline(title, unit)


def _bandwidth(l10n: L10n, found: Estimate) -> str:
    if not math.isfinite(found.value):
        return "—"
    value = l10n.number(found.value, 2)
    if not math.isfinite(found.low):
        return value
    return f"{value} ({l10n.number(max(found.low, 0.0), 2)} – {l10n.number(min(found.high, 1.0), 2)})"


def moves(l10n: L10n, found: Figures, moved: Migration | None) -> Heatmap:
    """The matrix of shares, lowest band on top."""
    nothing = l10n.say("No obligation is scored in both months")
    if moved is None or not moved.followed:
        return Heatmap((), (), (), (), (), nothing=nothing)
    matrix, part = moved.matrix, shares(moved.matrix)
    bands = range(1, len(matrix) + 1)
    tiles = [
        [
            _tile(l10n, i + 1, j + 1, n=int(matrix[i, j]), of=int(matrix[i].sum()), share=float(part[i, j]),
                  least=found.policy.min_n)
            for j in range(len(matrix))
        ]
        for i in range(len(matrix))
    ]  # fmt: skip
    return Heatmap(
        [f"from-{k}" for k in bands], [l10n.say("Band {n}", n=l10n.number(k)) for k in bands],
        [f"to-{k}" for k in bands], [l10n.number(k) for k in bands], tiles, nothing=nothing,
    )  # fmt: skip


def _tile(l10n: L10n, a: int, b: int, *, n: int, of: int, share: float, least: int) -> Tile:
    if not of:
        return Tile(math.nan, "", l10n.say("No obligation was in band {a}", a=l10n.number(a)), "empty")
    hover = l10n.say("Band {a} → band {b}: <b>{share}</b> · {n} of {of} obligations", a=l10n.number(a),
                     b=l10n.number(b), share=l10n.percent(share), n=l10n.number(n), of=l10n.number(of))  # fmt: skip
    text = l10n.number(share * 100) if share >= SEEN else ""
    return Tile(share, text, hover, "ok" if of >= least else "insufficient")


def crowd_headline(l10n: L10n, found: Figures) -> Headline:
    """Whether the scored rows crowd into fewer bands than at the start."""
    unit = l10n.say(
        "Share of the fullest of {n} bands (frozen on the release) and Herfindahl index (HHI), scored rows by month",
        n=l10n.number(found.crowding.bands),
    )
    if found.crowding.reference:
        unit += l10n.say("; ECB test against {months}", months=l10n.months(*found.crowding.reference))
    firm = [m for m in found.crowded if m.n >= found.policy.min_n_drift]
    if not firm:
        return Headline(l10n.say("No month has enough rows to be judged"), unit)
    now = firm[-1]
    said = {"band": l10n.number(now.fullest), "share": l10n.percent(now.fullest_share, 0),
            "month": l10n.month(now.month), "p": p_value(l10n, now.test.p)}  # fmt: skip
    if now.level in ("watch", "act"):
        return Headline(l10n.say("Scores crowd: band {band} holds {share} in {month} (p {p})", **said), unit)
    if not math.isfinite(now.test.p):
        return Headline(l10n.say("The fullest band holds {share} of the scores of {month}", **said), unit)
    return Headline(
        l10n.say("Band {band} holds {share} in {month}: no crowding by the ECB's test (p {p})", **said), unit
    )


def crowd(l10n: L10n, found: Figures) -> Trend:
    """The share of the fullest band and the Herfindahl index by month; months with too few rows are left out."""
    months, least = found.crowded, found.policy.min_n_drift
    texts = [_crowd_text(l10n, m) for m in months]
    named, index = l10n.say("fullest band"), l10n.say("HHI")
    lines = (
        Line(named, [m.fullest_share if m.n >= least else math.nan for m in months], texts, "main", named),
        Line(index, [m.hhi if m.n >= least else math.nan for m in months], texts, "second", index),
    )
    even = 1 / max(found.crowding.bands, 1)
    return Trend(
        [l10n.short_month(m.month) for m in months], lines, _marks(l10n, found, [m.month for m in months]),
        (Level(even, l10n.say("even {value}", value=l10n.number(even, 2)), "good"),) if found.crowding.bands else (),
        nothing=l10n.say("No month has enough rows to be judged"), tick=".2~f",
    )  # fmt: skip


def _crowd_text(l10n: L10n, m: BandMonth) -> str:
    text = l10n.say("<b>{share}</b> in band {band} · HHI {hhi} · as many as {effective} even bands · n {n}",
                    share=l10n.percent(m.fullest_share), band=l10n.number(m.fullest), hhi=l10n.number(m.hhi, 3),
                    effective=l10n.number(m.effective, 1), n=l10n.number(m.n))  # fmt: skip
    return f"{text} · p {p_value(l10n, m.test.p)}" if math.isfinite(m.test.p) else text


def before_headline(l10n: L10n, found: Figures, of: str) -> Headline:
    """How the estimates fared, and what the last open month is estimated at."""
    unit = l10n.say(
        "Estimated from the scores alone (CBPE, dashed; shaded: ±3 standard errors of sampling) beside what came; "
        "hatched: outcomes still open, an estimate only"
    )
    kept = found.record(of)
    if not kept.months:
        return Headline(l10n.say("No estimate can be held against outcomes yet"), unit)
    size = l10n.number(kept.size, 3) if of == AUC else l10n.distance(kept.size)
    name = l10n.say("AUC") if of == AUC else l10n.say("Positive rate")
    title = l10n.say("{name}: the estimate held in {held} of {n} matured months, mean size of the miss {size}",
                     name=name, held=l10n.number(kept.held), n=l10n.number(kept.months), size=size)  # fmt: skip
    return Headline(title, unit)


def before(l10n: L10n, found: Figures, of: str) -> Trend:
    """Estimate with its band, and what came, by month."""
    every = found.expected
    estimate = [e.auc if of == AUC else e.rate for e in every]
    firm = [not (of == AUC and e.reason) for e in every]
    value, low, high = (
        [getattr(x, part) if sure else math.nan for x, sure in zip(estimate, firm, strict=True)]
        for part in ("value", "low", "high")
    )
    came = [(e.realised_auc if sure else math.nan) if of == AUC else e.realised_rate
            for e, sure in zip(every, firm, strict=True)]  # fmt: skip
    said, seen = l10n.say("estimate"), l10n.say("came")
    lines = (
        Line(seen, came, [_came(l10n, e, of) for e in every], "main", seen),
        Line(said, value, [_said(l10n, e, of) for e in every], "second", said, low, high, dashed=True),
    )
    names = [l10n.short_month(e.month) for e in every]
    still = len(every)
    while still and not every[still - 1].maturity.usable:
        still -= 1
    return Trend(
        names, lines, _marks(l10n, found, [e.month for e in every]),
        nothing=l10n.say("No month has enough rows to be judged"),
        open_from=names[still] if still < len(names) else "", open_text=l10n.say("estimate"), hatched=True,
        tick=".2f" if of == AUC else "",
    )  # fmt: skip


def _said(l10n: L10n, e: Expected, of: str) -> str:
    if of == AUC:
        return f"<b>{l10n.number(e.auc.value, 3)}</b> · {band(l10n, e)} · n {l10n.number(e.auc.n)}{who(l10n, e)}"
    interval = l10n.interval(e.rate.low, e.rate.high)
    return f"<b>{l10n.percent(e.rate.value)}</b> · {interval} · n {l10n.number(e.rate.n)}{who(l10n, e)}"


def _came(l10n: L10n, e: Expected, of: str) -> str:
    value = l10n.number(e.realised_auc, 3) if of == AUC else l10n.percent(e.realised_rate)
    return f"<b>{value}</b> · n {l10n.number(e.known)}"
