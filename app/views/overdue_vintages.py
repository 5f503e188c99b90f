"""App room: vintages in words: how much of each cohort was ever overdue by an age, and what stands outside of them."""

from __future__ import annotations

import math

import numpy as np

from app.charts.vintages import Cohort
from app.charts.vintages import Cohorts as Drawn
from app.l10n import L10n
from app.views.overdue_vintage_figures import DAYS, HORIZONS, Cohorts, Scene, has_openings
from app.views.shapes import Cell, Headline, Table
from app.words import mark
from monitoring.intervals import false_discovery
from monitoring.policy import Policy
from monitoring.vintages import Grain, Origin, Vintage, latest

MOST = 8
"""Cohorts that are drawn."""
NBSP = "\u00a0"
"""A space at which a line does not break."""
MARKS = (3, 6, 12, 24, 36)
"""Ages in months at which the table reads the curves."""
ORIGINS: dict[Origin, str] = {"opened": mark("By disbursement"), "arrears": mark("By entry into arrears")}
"""What a cohort shares."""
GRAINS: dict[Grain, str] = {"quarter": mark("Quarter"), "month": mark("Month"), "year": mark("Year")}
"""Length of a cohort."""
WHY = {
    "old_release": mark("This release was made before vintages were recorded. Train again."),
    "no_opening": mark("The data carry no disbursement dates. Choose cohorts by entry into arrears."),
    "few": mark("No cohort has obligations enough to follow."),
}
"""Why there is no curve."""


def day_choices(l10n: L10n) -> dict[str, str]:
    """Days past due that a vintage can be read at."""
    return {str(days): l10n.say("More than {days} days", days=days) for days in DAYS}


def horizon_choices(l10n: L10n) -> dict[str, str]:
    """Months within which cash can be counted."""
    return {str(k): l10n.many("{n} month", "{n} months", k) for k in HORIZONS}


def grains(l10n: L10n) -> dict[str, str]:
    """Lengths of a cohort."""
    return {grain: l10n.say(name) for grain, name in GRAINS.items()}


def origins(l10n: L10n, scene: Scene | None = None) -> dict[str, str]:
    """What a cohort can share: with disbursement dates that, else the entry into arrears."""
    kept = [o for o in ORIGINS if o != "opened" or scene is None or scene.reason or has_openings(scene.pin)]
    return {origin: l10n.say(ORIGINS[origin]) for origin in kept}


def why_not(l10n: L10n, found: Cohorts) -> str:
    """Why there is no curve; "" where there is."""
    return l10n.say(WHY[found.reason]) if found.reason else ""


def name(l10n: L10n, first: int, grain: Grain) -> str:
    """The name of a cohort by its first month: a month, 2024 Q1 or 2024."""
    if grain == "month":
        return l10n.month(first)
    year, quarter = first // 100, (first % 100 + 2) // 3
    if grain == "year":
        return str(year)
    return l10n.say("{year} Q{quarter}", year=year, quarter=quarter).replace(" ", NBSP)


def headline(l10n: L10n, found: Cohorts) -> Headline:
    """The newest cohort against the oldest shown, at the latest age that two of them have reached."""
    said: dict[str, object] = {"days": found.days}
    subtitle = l10n.say("Share of obligations ever > {days} days past due, by age; band: 95% of the newest", **said)
    if found.reason:
        return Headline(l10n.say("Vintages: ever more than {days} days past due", **said), why_not(l10n, found))
    shown = latest(found.found, MOST)
    age = next((a for a in reversed(MARKS) if sum(_reaches(v, a) for v in shown) > 1), 0)
    there = [v for v in shown if _reaches(v, age)]
    if not age:
        return Headline(l10n.say("Vintages: ever more than {days} days past due", **said), subtitle)
    old, new = there[0], there[-1]
    said |= {
        "age": age, "new": name(l10n, new.first, found.grain), "old": name(l10n, old.first, found.grain),
        "now": l10n.percent(new.by(age).value), "then": l10n.percent(old.by(age).value),
    }  # fmt: skip
    title = l10n.say("By month {age}, {now} of {new} was ever > {days} days past due; of {old} it was {then}", **said)
    return Headline(title, subtitle)


def _reaches(vintage: Vintage, age: int) -> bool:
    return math.isfinite(vintage.by(age).value)


def picture(l10n: L10n, found: Cohorts) -> Drawn:
    """The last cohorts; those that the data do not know from their beginning only where there is no other."""
    age = (
        l10n.say("Months since disbursement")
        if found.origin == "opened"
        else l10n.say("Months since entry into arrears")
    )
    lines = [
        Cohort(
            name(l10n, v.first, found.grain), v.ages.tolist(), v.share.tolist(), v.low.tolist(), v.high.tolist(),
            [_hover(l10n, found, v, int(a)) for a in v.ages], v.whole,
        )
        for v in latest(found.found, MOST)
    ]  # fmt: skip
    return Drawn(lines, age, nothing=why_not(l10n, found))


def _hover(l10n: L10n, found: Cohorts, vintage: Vintage, age: int) -> str:
    here = vintage.by(age)
    said = {
        "name": f"<b>{name(l10n, vintage.first, found.grain)}</b>", "age": age, "share": l10n.percent(here.value),
        "interval": l10n.interval(here.low, here.high), "n": l10n.number(here.n),
    }  # fmt: skip
    return l10n.say("{name} · month {age}: {share} [{interval}] · at risk {n}", **said)


def table_headline(l10n: L10n, found: Cohorts, policy: Policy) -> Headline:
    """How many cohorts run worse than those before them."""
    subtitle = l10n.say("Share with 95% interval by age; log-rank test against all earlier cohorts, "
                        "Benjamini-Hochberg over those shown")  # fmt: skip
    shown = latest(found.found, MOST)
    if not shown:
        return Headline(l10n.say("Cohort by cohort"), why_not(l10n, found))
    levels = [_level(v, float(q), policy) for v, q in zip(shown, _adjusted(shown), strict=True)]
    said = {"worse": levels.count("bad"), "better": levels.count("good"), "n": len(shown)}
    if not (said["worse"] or said["better"]):
        return Headline(l10n.say("No cohort differs from those before it beyond chance", **said), subtitle)
    return Headline(
        l10n.say("Of {n} cohorts, {worse} ran worse and {better} better than those before", **said), subtitle
    )


def _adjusted(shown: list[Vintage]) -> np.ndarray:
    return false_discovery([v.test.p for v in shown])


def _level(vintage: Vintage, q: float, policy: Policy) -> str:
    """ "bad" or "good" where a cohort differs from those before it beyond chance, "" where it does not."""
    if policy.level_of_p(q) not in ("watch", "act"):
        return ""
    return "bad" if vintage.excess > 0 else "good"


def table(l10n: L10n, found: Cohorts, policy: Policy) -> Table:
    """Each cohort at set ages with intervals, and whether it runs as those before it did."""
    shown = latest(found.found, MOST)
    ages = [a for a in MARKS if any(_reaches(v, a) for v in shown[:-1])][-2:]
    columns = (
        l10n.say("Cohort"), "n", *(l10n.say("By month {age}", age=a) for a in ages), l10n.say("Against earlier ones"),
    )  # fmt: skip
    rows = [
        (
            Cell(name(l10n, v.first, found.grain)), Cell(l10n.number(v.n)), *(_at(l10n, v, a) for a in ages),
            _against(l10n, v, float(q), policy),
        )
        for v, q in zip(shown, _adjusted(shown), strict=True)
    ]  # fmt: skip
    return Table(columns, tuple(reversed(rows)), caption=l10n.say("Vintages at set ages"))


def _at(l10n: L10n, vintage: Vintage, age: int) -> Cell:
    here = vintage.by(age)
    if not math.isfinite(here.value):
        return Cell("—", "muted")
    limits = f" [{l10n.interval(here.low, here.high, 0)}]" if math.isfinite(here.low) else ""
    return Cell(l10n.percent(here.value) + limits)


def _against(l10n: L10n, vintage: Vintage, q: float, policy: Policy) -> Cell:
    if not math.isfinite(q):
        return Cell("—", "muted")
    said = {"p": l10n.number(vintage.test.p, 3)}
    level = _level(vintage, q, policy)
    if not level:
        return Cell(l10n.say("alike (p {p})", **said), "muted")
    return Cell(l10n.say("worse (p {p})", **said) if level == "bad" else l10n.say("better (p {p})", **said), level)


def note(l10n: L10n, found: Cohorts) -> str:
    """What the curves are, and what stands outside of them, counted."""
    if found.reason:
        return ""
    said = [l10n.say(
        "“Ever”, not “at”: a cure does not take an obligation off the curve. Paid off, written off, sold or missing "
        "ones are followed up to their last month (Kaplan-Meier); a curve ends where too few are left."
    )]  # fmt: skip
    if found.late:
        said.append(l10n.say(
            "{n} were first seen when already old: they enter at that age, and what came before is not known.",
            n=l10n.number(found.late),
        ))  # fmt: skip
    if found.already:
        said.append(l10n.say("{n} were overdue when first seen, nobody knows since when: left out.",
                             n=l10n.number(found.already)))  # fmt: skip
    if found.ageless:
        said.append(l10n.say("{n} obligation-months have no known age, or more than ten years: left out.",
                             n=l10n.number(found.ageless)))  # fmt: skip
    if any(not v.whole for v in latest(found.found, MOST)):
        said.append(l10n.say("Dashed: the data begin after these cohorts did."))
    return " ".join(said)
