"""App room: the words and tables of the Drift page."""

from __future__ import annotations

import math
from collections.abc import Mapping

from app.l10n import L10n
from app.views.drift_figures import Course, Figures, Shape, course, feature, figures, filtered, shape
from app.views.drift_pictures import (
    course_headline,
    course_trend,
    feature_headline,
    feature_trend,
    score_headline,
    score_trend,
    shape_headline,
    shape_picture,
)
from app.views.evidence import Evidence, facts
from app.views.feature_names import feature as _called
from app.views.shapes import Box, Cell, Headline, Hidden, State, Table
from app.words import mark
from monitoring.feature_drift import FeatureDrift

__all__ = [
    "Course", "Figures", "Shape", "againsts", "boxes", "course", "course_headline", "course_trend", "feature",
    "feature_headline", "feature_trend", "features", "figures", "level", "not_judged", "not_split", "score_headline",
    "score_trend", "sentence", "shape", "shape_headline", "shape_picture", "sides", "state", "table", "table_headline",
    "window_of", "windows",
]  # fmt: skip

LIGHTS = {
    "ok": (mark("● stable"), "good"),
    "watch": (mark("▲ watch"), "warn"),
    "act": (mark("◆ critical"), "bad"),
    "unknown": (mark("○ too few"), "muted"),
}
"""Level of `monitoring` → (word, tone of a cell)."""
NAMED = 3
"""Features that the sentence names."""


def windows(l10n: L10n) -> dict[str, str]:
    """How many months are taken together."""
    return {"3": l10n.say("Last 3 months"), "1": l10n.say("Last month"), "12": l10n.say("Last 12 months")}


def window_of(chosen: str) -> int:
    """The number of months of a choice."""
    return int(chosen)


def againsts(l10n: L10n) -> dict[str, str]:
    """What the months are held against."""
    return {"model": l10n.say("What their model learnt from"), "first": l10n.say("First training window")}


def sides(l10n: L10n) -> dict[str, str]:
    """What a distribution is drawn beside."""
    return {"reference": l10n.say("Now and the reference"), "all": l10n.say("Filtered rows and all rows, now")}


def features(l10n: L10n, figures: Figures) -> dict[str, str]:
    """The features to choose from, worst first; the empty choice is the worst."""
    usual = l10n.say("The furthest: {name}", name=_called(l10n, feature(figures, ""))) if figures.latest else "—"
    return {"": usual} | {d.feature: _called(l10n, d.feature) for d in figures.latest}


def state(l10n: L10n, figures: Figures) -> State | None:
    """Why nothing can be compared; None when it can."""
    if figures.period:
        return None
    title = l10n.say("There is nothing to compare")
    if not figures.course.spreads:
        return State("nothing", title, l10n.say("This release does not say how its features are spread."))
    if figures.course.pin.meaning.get("dated") is False:
        said = l10n.say("The rows of this source carry no dates: there is no before and after.")
        return State("nothing", title, said)
    if not figures.course.months:
        return State("nothing", title, l10n.say("No month comes after the first training window yet."))
    first = figures.course.months[0].month
    return State("nothing", title, l10n.say("Choose months from {month} on: the earlier ones are what the models "
                                            "learnt from.", month=l10n.month(first)))  # fmt: skip


def level(figures: Figures) -> str:
    """Level of the diagnosis: that of the worst feature."""
    return next((lv for lv in ("act", "watch", "ok") if figures.at(lv)), "unknown")


def sentence(l10n: L10n, figures: Figures) -> str:
    """The diagnosis: which features moved, and what to do."""
    if figures.period is None:
        return ""
    found = figures.at(level(figures))
    said = {
        "months": l10n.months(*figures.period), "n": l10n.number(len(found)), "of": l10n.number(len(figures.latest)),
        "names": _named(l10n, [_called(l10n, d.feature) for d in found]),
    }  # fmt: skip
    if level(figures) == "act":
        return l10n.say("{n} of {of} features moved critically in {months}: {names}. Check the quality of these "
                        "columns and consider training again.", **said)  # fmt: skip
    if level(figures) == "watch":
        return l10n.say("to watch in {months}: {names} ({n} of {of} features). None is critical.", **said)
    if level(figures) == "ok":
        return l10n.say("none of {of} features moved beyond what is tolerated and what chance explains, in {months}.",
                        of=said["of"], months=said["months"])  # fmt: skip
    return l10n.say("{months} have {rows} rows: too few to tell. At least {least} are needed.", months=said["months"],
                    rows=l10n.number(figures.rows), least=l10n.number(figures.course.policy.min_n_drift))  # fmt: skip


def _named(l10n: L10n, names: list[str]) -> str:
    shown, rest = ", ".join(names[:NAMED]), len(names) - NAMED
    return l10n.say("{names} and {n} more", names=shown, n=l10n.number(rest)) if rest > 0 else shown


def not_judged(l10n: L10n, figures: Figures) -> list[Hidden]:
    """What is not judged, or not filtered, and why."""
    out = []
    if figures.too_few:
        named = ", ".join(f"{l10n.month(m.month)}: n {l10n.number(m.n)}" for m in figures.too_few)
        least = l10n.number(figures.course.policy.min_n_drift)
        out.append(Hidden(named, l10n.say("fewer than {n} rows", n=least)))
    if filtered(figures):
        out.append(Hidden(l10n.say("features"), l10n.say("counted over all rows: filters act on the scores only")))
    return out


def boxes(l10n: L10n, figures: Figures) -> list[Box]:
    """How many features are critical, to be watched and stable, and how far the scores moved."""
    if figures.period is None:
        return []
    return [
        _count(l10n, figures, "act", l10n.say("Critical"), tuple(m.share_act for m in figures.months)),
        _count(l10n, figures, "watch", l10n.say("Watch"), ()),
        _count(l10n, figures, "ok", l10n.say("Stable"), ()),
        *_score(l10n, figures),
    ]


def _count(l10n: L10n, figures: Figures, lv: str, title: str, spark: tuple[float, ...]) -> Box:
    n = len(figures.at(lv))
    judged = len(figures.latest) - len(figures.at("unknown"))
    value = l10n.number(n) if judged else l10n.number(math.nan)
    period = l10n.months(*figures.period) if figures.period else ""
    note = l10n.say("Features whose PSI, KS, JS or V is large and beyond chance.") if lv != "ok" else ""
    evidence = Evidence(period, figures.course.pin.version, n=figures.rows, note=note)
    return Box(
        key=lv, title=title, value=value, against=l10n.say("of {n} features", n=l10n.number(len(figures.latest))),
        level=lv if n else "unknown", n=l10n.say("n {n}", n=l10n.number(figures.rows)), spark=spark,
        facts=facts(l10n, value, evidence),
    )  # fmt: skip


def _score(l10n: L10n, figures: Figures) -> list[Box]:
    if not figures.scores.months:
        return []
    now = figures.scores.months[-1]
    value = l10n.number(now.psi.psi, 3)
    evidence = Evidence(l10n.month(now.month), figures.course.pin.version, n=now.n,
                        note=l10n.say("Population stability index of the scores over ten bands."))  # fmt: skip
    word, _ = LIGHTS[now.level]
    return [Box(
        key="score", title=l10n.say("Score PSI"), value=value, period=l10n.month(now.month),
        against=l10n.say("chance up to {value}", value=l10n.number(now.psi.critical, 3)), target=l10n.say(word),
        level=now.level, n=l10n.say("n {n}", n=l10n.number(now.n)),
        spark=tuple(m.psi.psi if m.level != "unknown" else math.nan for m in figures.scores.months),
        facts=facts(l10n, value, evidence),
    )]  # fmt: skip


def table_headline(l10n: L10n, figures: Figures) -> Headline:
    """The furthest feature, and what the columns are."""
    unit = l10n.say("PSI and what chance gives in 95 of 100 cases; effect: what the move alone does to the mean score, "
                    "pp; KS distance, Jensen-Shannon divergence (nats), Cramér's V; a name shows its "
                    "distribution")  # fmt: skip
    if not figures.latest or figures.period is None:
        return Headline(l10n.say("Features by distance"), unit)
    worst = figures.latest[0]
    said = {"name": _called(l10n, worst.feature), "psi": l10n.number(worst.psi.psi, 2)}
    if worst.level == "unknown":
        return Headline(l10n.say("Too few rows for a verdict on any feature"), unit)
    if worst.level == "ok":
        return Headline(l10n.say("Every feature is stable; {name} moved most (PSI {psi})", **said), unit)
    return Headline(l10n.say("{name} moved furthest (PSI {psi})", **said), unit)


def table(l10n: L10n, figures: Figures) -> Table:
    """The features, worst first; a click on a name shows its distribution."""
    return Table(
        columns=(l10n.say("Feature"), l10n.say("Light"), "PSI", l10n.say("Chance up to"), l10n.say("Effect, pp"), "KS",
                 "JS", "V"),
        rows=tuple(_row(l10n, d, LIGHTS) for d in figures.latest),
        keys=tuple(d.feature for d in figures.latest),
        caption=table_headline(l10n, figures).title,
    )  # fmt: skip


def _row(l10n: L10n, d: FeatureDrift, lights: Mapping[str, tuple[str, str]]) -> tuple[Cell, ...]:
    word, tone = lights[d.level]
    quiet = "muted" if d.level == "unknown" else ""
    values = ((d.ks.value, 3), (d.js.value, 4), (d.cramers_v.value, 3))
    shown = (Cell(l10n.number(v, digits), quiet) for v, digits in values)
    return (
        Cell(_called(l10n, d.feature)), Cell(l10n.say(word), tone), Cell(l10n.number(d.psi.psi, 3), quiet),
        Cell(l10n.number(d.psi.critical, 3), "muted"), Cell(l10n.signed(100 * d.impact, 2), quiet), *shown,
    )  # fmt: skip


def not_split(l10n: L10n, figures: Figures, found: Shape | None, beside: str) -> str:
    """Why filtered rows cannot stand beside all rows; "" when they do, or were not asked for."""
    if beside != "all" or found is None or found.filtered:
        return ""
    if not filtered(figures):
        return l10n.say("No filter is set: choose a segment in the filters to hold it against all rows.")
    return l10n.say("The rows of this release do not keep this feature: only its course over time is known.")
