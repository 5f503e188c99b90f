"""App room: the pictures of the section Groups over time: both sides by month, and how far they have come apart."""

from __future__ import annotations

import math
from collections.abc import Sequence

from app.charts.effect import Course, EffectPicture
from app.charts.trend import Line, Mark, Trend
from app.l10n import L10n
from app.views import names
from app.views.effect_groups_figures import Figures
from app.views.evidence import Evidence, hover
from app.views.model_effect_pictures import points
from app.views.shapes import Headline
from data.months import between
from monitoring.compared import Compared


def sides_headline(l10n: L10n, figures: Figures) -> Headline:
    """Where both sides stand in the last month."""
    unit = l10n.say(
        "ICV > {days} at the opening of the month; mean of the groups of each side, each counting once",
        days=figures.policy.overdue_dpd,
    )
    sides = _sides(l10n, figures.found)
    if len(sides) < 2:
        return Headline(l10n.say("Only one side has groups: nothing to compare with"), unit)
    (first, mine), (second, theirs) = sides[:2]
    return Headline(
        l10n.say(
            "{month}: {a} {first}, {b} {second}",
            month=l10n.month(_span(figures.found)[-1]), a=l10n.percent(mine[-1]), first=first,
            b=l10n.percent(theirs[-1]), second=second,
        ),
        unit,
    )  # fmt: skip


def sides_trend(l10n: L10n, figures: Figures) -> Trend:
    """The ratio of both sides by month; of a single group also its mixture."""
    found = figures.found
    if found is None:
        return Trend([], [], nothing=l10n.say("No groups"))
    months = _span(found)
    sides = zip(_sides(l10n, found), ("main", "second", "third"), strict=False)
    lines = [Line(name, v, _texts(l10n, figures, months, v), role, name) for (name, v), role in sides]
    return Trend(
        months=[l10n.short_month(m) for m in months],
        lines=lines,
        marks=[Mark(l10n.short_month(found.wave.go_live), l10n.say("go-live"))] if found.wave.go_live in months else [],
        nothing=l10n.say("No groups"),
    )


def _sides(l10n: L10n, found: Compared | None) -> list[tuple[str, list[float]]]:
    """Name and ratio by month of the treated side, of the mixture where there is one, and of the others."""
    if found is None:
        return []
    out = []
    if found.wave.treated:
        only = names.level(l10n, found.wave.treated[0]) if len(found.wave.treated) == 1 else ""
        out.append((only or l10n.say("with the model"), _mean(found, found.wave.treated)))
    if found.synthetic is not None:
        made = dict(zip(found.synthetic.made.months, found.synthetic.made.mixed.tolist(), strict=True))
        out.append((l10n.say("its mixture"), [made.get(m, math.nan) for m in _span(found)]))
    if found.wave.compared:
        out.append((l10n.say("not yet live"), _mean(found, found.wave.compared)))
    return out


def _mean(found: Compared, groups: Sequence[str]) -> list[float]:
    course = found.panel.course(groups).mean(1)
    held = dict(zip(found.panel.months, course.tolist(), strict=True))
    return [held.get(m, math.nan) for m in _span(found)]


def _span(found: Compared | None) -> list[int]:
    """Every month from the first to the last that is compared, missing ones too."""
    months = (*found.wave.before, *found.wave.after) if found else ()
    return between(months[0], months[-1]) if months else []


def _texts(l10n: L10n, figures: Figures, months: Sequence[int], values: Sequence[float]) -> list[str]:
    return [
        hover(l10n, l10n.percent(v, 2), Evidence(l10n.month(m), figures.pin.version))
        for m, v in zip(months, values, strict=True)
    ]


def apart_headline(l10n: L10n, figures: Figures) -> Headline:
    """In how many months the sides stand apart, after go-live and before."""
    unit = l10n.say(
        "How far both sides have come apart since the opening of go-live, percentage points; 95% intervals over "
        "groups; grey: too small to be seen in that month"
    )
    found = figures.found
    if found is None or not found.course:
        return Headline(l10n.say("No difference may be drawn"), unit)
    if found.synthetic is not None:
        return Headline(
            l10n.say("{group} less its mixture: {x} on average since go-live",
                     group=names.level(l10n, found.synthetic.made.group),
                     x=l10n.points(found.synthetic.made.gap, 2)),
            l10n.say("ICV of the group less that of its mixture, percentage points; grey: as far as groups stand from "
                     "their own mixtures where nothing happened"),
        )  # fmt: skip
    seen = {c.month for c in found.course if c.gap.estimate.low > 0 or c.gap.estimate.high < 0}
    said = {
        "after": l10n.number(len(seen & {*found.wave.after})), "n": l10n.number(len(found.wave.after)),
        "before": l10n.number(len(seen & {*found.wave.before})), "k": l10n.number(len(found.wave.before) - 1),
    }  # fmt: skip
    text = l10n.say(
        "The interval leaves zero in {after} of {n} months after go-live, in {before} of {k} before", **said
    )
    return Headline(text, unit)


def apart_picture(l10n: L10n, figures: Figures) -> EffectPicture:
    """The event study: the difference of both sides by month, against the opening of go-live."""
    found = figures.found
    nothing = l10n.say("No difference may be drawn")
    if found is None or not found.course:
        return EffectPicture([], [], [], "", "", nothing=nothing)
    drawn = {c.month: c.gap for c in found.course}
    e = [drawn[m].estimate for m in drawn]
    texts = [
        f"{l10n.month(m)}: <b>{l10n.points(g.estimate.value, 2)}</b> · [{points(l10n, g.estimate.low)} – "
        f"{points(l10n, g.estimate.high)}]"
        for m, g in drawn.items()
    ]
    reach = found.synthetic.reach if found.synthetic else 0.0
    return EffectPicture(
        months=[l10n.short_month(m) for m in drawn],
        courses=[Course(l10n.say("with the model − not yet live"), [x.value for x in e], [x.low for x in e],
                        [x.high for x in e], texts)],
        blind=[g.mde if math.isfinite(g.mde) else reach for g in drawn.values()],
        blind_text=l10n.say("too small to be seen"),
        zero_text=l10n.say("no difference"),
        nothing=nothing,
        since=l10n.short_month(found.wave.before[-1]),
        since_text=l10n.say("go-live"),
    )  # fmt: skip
