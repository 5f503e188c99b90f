"""App room: the pictures of the section Adjusted: where both groups overlap, and how alike weighting makes them."""

from __future__ import annotations

from app.charts.love import Gap, Love
from app.charts.overlap import Overlap
from app.l10n import L10n
from app.views import feature_names, names
from app.views.effect_adjusted_figures import Figures
from app.views.shapes import Headline
from data.policy_sums import OVERLAP
from monitoring.adjusted import Balance

MOST = 14
"""Covariates that are drawn: those that were furthest apart."""
MISSING = "(missing)"


def overlap_headline(l10n: L10n, figures: Figures) -> Headline:
    """How many rows could have gone either way."""
    unit = l10n.say("Share of each group's rows by the chance of an offer; shaded: under 5% or over 95%")
    if figures.found is None:
        return Headline(l10n.say("Nothing to compare"), unit)
    inside = next(g for g in figures.found.gates if g.name == "overlap").value
    return Headline(l10n.say("{share} of the rows could have gone either way", share=l10n.percent(inside, 0)), unit)


def overlap_picture(l10n: L10n, figures: Figures) -> Overlap:
    """Offered and not offered rows by their chance."""
    nothing = l10n.say("Nothing to compare")
    ends, axis = OVERLAP, l10n.say("Chance of an offer")
    first, second = l10n.say("offered"), l10n.say("not offered")
    if figures.found is None:
        return Overlap((), (), (), first, second, ends, axis, nothing)
    counts = figures.found.chances
    shares = [row / max(float(row.sum()), 1.0) for row in counts]
    width = 1 / counts.shape[1]
    hover = [
        l10n.say(
            "{a} to {b}: {n} offered, {m} not",
            a=l10n.percent(k * width, 0), b=l10n.percent((k + 1) * width, 0), n=l10n.number(n), m=l10n.number(m),
        )
        for k, (n, m) in enumerate(counts.T.tolist())
    ]  # fmt: skip
    return Overlap(shares[0].tolist(), shares[1].tolist(), hover, first, second, ends, axis, nothing)


def love_headline(l10n: L10n, figures: Figures) -> Headline:
    """The worst difference before and after."""
    if figures.found is None or not figures.found.balance:
        return Headline(l10n.say("Nothing to compare"))
    balance = figures.found.balance
    worst = max(balance, key=lambda b: abs(b.after))
    return Headline(
        l10n.say(
            "Weighting takes the largest difference from {before} to {after}",
            before=l10n.number(abs(balance[0].before), 2), after=l10n.number(abs(worst.after), 2),
        ),
        l10n.say(
            "Standardised difference of offered and other rows; the {k} furthest apart of {n}; worst after: {name}",
            k=l10n.number(min(MOST, len(balance))), n=l10n.number(len(balance)), name=covariate(l10n, worst),
        ),
    )  # fmt: skip


def love_picture(l10n: L10n, figures: Figures) -> Love:
    """The covariates that were furthest apart."""
    found = figures.found.balance[:MOST] if figures.found else ()
    before, after = l10n.say("as they are"), l10n.say("weighted")
    gaps = []
    for b in found:
        name = covariate(l10n, b)
        readings = f"{before}: {l10n.signed(b.before, 2)}<br>{after}: {l10n.signed(b.after, 2)}"
        gaps.append(Gap(name, b.before, b.after, f"<b>{name}</b><br>{readings}"))
    limit = figures.policy.smd_limit
    said = l10n.say("limit {limit}", limit=l10n.number(limit, 1))
    return Love(gaps, before, after, limit, said, l10n.say("Nothing to compare"))


def covariate(l10n: L10n, b: Balance) -> str:
    """The name of a covariate, with its level where it has one."""
    name = l10n.say("Score") if b.feature == "score" else feature_names.feature(l10n, b.feature)
    if not b.level:
        return name
    level = l10n.say("unknown") if b.level == MISSING else names.level(l10n, b.level)
    return f"{name}: {level}"
