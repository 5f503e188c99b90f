"""App room: the curve over thresholds and the errors by segment, as data for their charts."""

from __future__ import annotations

import math
from collections.abc import Sequence

from app.charts.bars import Bar, Bars
from app.charts.threshold import Course, Thresholds
from app.l10n import L10n
from app.views import names
from app.views.false_positives_figures import Course as Figures
from app.views.false_positives_figures import Cut
from app.views.false_positives_words import threshold
from app.views.segment_names import qualified
from app.views.shapes import Headline
from monitoring.curves import SegmentErrors
from monitoring.metrics import share

MOST_BARS = 12


def thresholds(l10n: L10n, figures: Figures, cut: Cut) -> Thresholds:
    """FDR, and FPR where it can be known, at every threshold with enough outcomes above it."""
    at, limit = figures.drawn, cut.counted.policy.break_even_fdr
    courses = [
        Course(
            name="FDR",
            thresholds=figures.thresholds[at].tolist(),
            values=figures.curve.fdr[at].tolist(),
            hovers=[_at_point(l10n, figures, int(i)) for i in at],
            low=figures.low[at].tolist(),
            high=figures.high[at].tolist(),
        )
    ]
    if figures.fpr:
        courses.append(_fpr_course(l10n, figures))
    return Thresholds(
        courses=courses,
        current=cut.threshold,
        current_text=_current(l10n, cut),
        limit=limit,
        limit_text=l10n.say("break-even FDR {limit}", limit=l10n.percent(limit)) if math.isfinite(limit) else "",
        axis=l10n.say("Threshold (score)"),
        nothing=l10n.say("No outcome is known yet"),
    )


def _fpr_course(l10n: L10n, figures: Figures) -> Course:
    at, values = list(figures.fpr), list(figures.fpr.values())
    hovers = [l10n.say("FPR {value}", value=l10n.percent(v)) for v in values]
    return Course("FPR", figures.thresholds[at].tolist(), values, hovers, role="second")


def _at_point(l10n: L10n, figures: Figures, i: int) -> str:
    return l10n.say(
        "FDR <b>{value}</b> [{interval}] · flagged {share} · n {n}",
        value=l10n.percent(figures.curve.fdr[i]),
        interval=l10n.interval(figures.low[i], figures.high[i]),
        share=l10n.percent(figures.curve.share_flagged[i]),
        n=l10n.number(figures.labelled[i]),
    )


def _current(l10n: L10n, cut: Cut) -> str:
    value = cut.errors.fdr.value
    at = threshold(l10n, cut.threshold)
    return l10n.say("at {at}: {value}", at=at, value=l10n.percent(value)) if math.isfinite(value) else at


def thresholds_headline(l10n: L10n, figures: Figures, cut: Cut) -> Headline:
    """Which threshold is worth most, and what the lines are."""
    best = figures.curve.best_code
    period = l10n.months(cut.counted.first, cut.counted.last)
    if figures.reason:
        why = names.reason(l10n, figures.reason)
        unit = l10n.say("FDR by threshold with 95% interval · {period} · FPR: {reason}", period=period, reason=why)
    else:
        unit = l10n.say("FDR with 95% interval, and FPR, by threshold · {period}", period=period)
    if not best:
        return Headline(_without_costs(l10n, cut), unit)
    said = {
        "best": threshold(l10n, float(figures.thresholds[best - 1])),
        "money": l10n.money(figures.curve.net_value[best - 1]),
    }
    if best == cut.code:
        return Headline(l10n.say("This threshold has the highest net value: {money}", **said), unit)
    if figures.curve.share_flagged[best - 1] >= 1:
        return Headline(l10n.say("Net value is highest when everybody is flagged: {money}", money=said["money"]), unit)
    return Headline(l10n.say("Net value is highest at {best}: {money}", **said), unit)


def _without_costs(l10n: L10n, cut: Cut) -> str:
    """What the threshold spares, where no costs say what it is worth."""
    counted, fdr = cut.counted, cut.errors.fdr.value
    if not math.isfinite(fdr):
        return l10n.say("FDR by threshold")
    everyone = share(counted.negatives, counted.negatives + counted.positives)
    said = {"fdr": l10n.percent(fdr), "at": threshold(l10n, cut.threshold), "all": l10n.percent(everyone)}
    return l10n.say("FDR {fdr} from {at} on, against {all} if everybody is flagged", **said)


def segment_bars(l10n: L10n, found: Sequence[SegmentErrors], cut: Cut) -> Bars:
    """FDR of each level at the threshold, the highest on top; levels with too few outcomes at the end."""
    heavy = sorted((s for s in found if s.n > 0), key=lambda s: -s.flagged)[:MOST_BARS]
    ordered = sorted(heavy, key=lambda s: (s.reason != "", -s.fdr.value))
    whole = cut.errors.fdr.value
    return Bars(
        bars=[_bar(l10n, s) for s in ordered],
        value_name="FDR",
        line=whole,
        line_text=l10n.say("all {value}", value=l10n.percent(whole)) if math.isfinite(whole) else "",
        nothing=l10n.say("Nobody with a known outcome is flagged"),
    )


def _bar(l10n: L10n, s: SegmentErrors) -> Bar:
    tone = "muted" if s.reason else {"watch": "watch", "act": "act"}.get(s.level, "soft")
    return Bar(
        key=s.level_name,
        name=names.level(l10n, s.level_name),
        value=s.fdr.value,
        label=l10n.percent(s.fdr.value),
        hover=_hover(l10n, s),
        low=s.fdr.low,
        high=s.fdr.high,
        tone=tone,
    )


def _hover(l10n: L10n, s: SegmentErrors) -> str:
    lines = [
        f"<b>{names.level(l10n, s.level_name)}</b>",
        l10n.say(
            "FDR {value} [{interval}]", value=l10n.percent(s.fdr.value), interval=l10n.interval(s.fdr.low, s.fdr.high)
        ),
        l10n.say("{gap} against the others", gap=l10n.points(s.gap)),
        l10n.say("n {n} of {flagged} flagged", n=l10n.number(s.n), flagged=l10n.number(s.flagged)),
    ]
    if math.isfinite(s.fpr.value):
        lines.append(l10n.say("FPR {value}", value=l10n.percent(s.fpr.value)))
    if s.reason:
        lines.append(names.reason(l10n, s.reason))
    return "<br>".join(lines)


def segments_headline(l10n: L10n, found: Sequence[SegmentErrors], cut: Cut, dimension: str) -> Headline:
    """The level that wastes the most contacts beyond chance, or that none does."""
    name = names.dimension(l10n, dimension, cut.counted.pin.document("dimensions")) if dimension else ""
    period = l10n.months(cut.counted.first, cut.counted.last)
    unit = l10n.say(
        "FDR by {dimension} at {at}, 95% interval · amber and red: above the others beyond chance · {period}",
        dimension=name.lower(), at=threshold(l10n, cut.threshold), period=period,
    )  # fmt: skip
    if not dimension:
        return Headline(l10n.say("One segment is left of every dimension"), "")
    worse = [s for s in found if s.level in ("watch", "act") and s.gap > 0]
    if not worse:
        return Headline(l10n.say("{dimension}: none wastes more contacts than the others", dimension=name), unit)
    worst = max(worse, key=lambda s: s.gap)
    document = cut.counted.pin.document("dimensions")
    said = {"name": qualified(l10n, dimension, worst.level_name, document), "gap": l10n.distance(worst.gap)}
    return Headline(l10n.say("{name}: FDR {gap} above the others", **said), unit)
