"""App room: proposals of a cut-off: what was expected of each, and what came of it in the matured months since."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field, replace

from app.desk import Pin
from app.frozen import Frozen, freeze
from app.l10n import L10n
from app.selection import Filters, from_query, to_query, to_selection
from app.views import cutoff_figures as numbers
from app.views import cutoff_followed, names
from app.views.cutoff_followed import Followed
from app.views.decisions_forms import refused
from app.views.false_positives_words import threshold
from app.views.kpi import Kpi, of_estimate
from app.views.shapes import Cell, Headline, Table
from data.months import between
from data.records import About, CutOff, Proposal, Records, RecordsError, TakenError
from data.records.canonical import canonical
from monitoring import outcomes
from monitoring.cutoff_segments import Segmented
from monitoring.grid import threshold_of_code
from monitoring.metrics import share
from monitoring.policy import Policy

PAGE = "cutoff"


@dataclass(frozen=True)
class Came:
    """What a proposal's cut-off came to: months that have matured since, calls a month, the share of wasted calls, and
    per month the net value of the known outcomes; the cut-offs of its segments; or the `reason` why nothing can be
    said."""

    months: tuple[int, ...] = ()
    listed: float = math.nan
    fdr: Kpi = field(default_factory=lambda: Kpi("fdr"))
    realised: float = math.nan
    promised: float = math.nan
    reason: str = ""
    segments: tuple[Followed, ...] = ()


@dataclass(frozen=True)
class Line:
    """A proposal, what was expected of it, and what came."""

    proposal: Proposal
    expected: dict[str, Kpi]
    came: Came


def figures(cut: numbers.Cut) -> list[Kpi]:
    """What is expected of a cut-off, per month."""
    counted, course = cut.counted, cut.counted.course
    month = counted.months[-1] if counted.months else 0
    plain = {
        "threshold": cut.threshold, "listed": cut.monthly(course.listed), "cash": cut.monthly(course.expected_cash),
        "net": cut.monthly(course.net), "promised": cut.monthly(course.promised),
        "realised": cut.monthly(course.realised), "shadow": cut.limit.shadow,
    }  # fmt: skip
    found = [Kpi(key, value, month) for key, value in plain.items()]
    found.append(of_estimate("fdr", cut.errors.fdr, month, maturity=counted.maturity))
    if cut.icv:
        found.append(replace(of_estimate("icv", cut.icv.policy.change, month), grade="D"))
    return found


def written(
    cut: numbers.Cut, filters: Filters, title: str, *, parts: Segmented | None = None, dimension: str = ""
) -> tuple[CutOff, About]:
    """What is saved of the dial as it stands, with the cut-offs of the segments of a dimension beside it."""
    counted, calls = cut.counted, share(cut.limit.calls, len(cut.counted.months))
    query = to_query(filters, page="false_positives")
    expected = cutoff_followed.frozen(parts, counted)
    frozen = freeze(
        counted.pin, counted.selection, query=query, pages={PAGE: [*figures(cut), *expected]}, policy=counted.policy
    )
    each = {c.name: _start(counted, c.code) for c in parts.cuts} if parts else {}
    terms = CutOff(
        title,
        cut.threshold,
        segments=canonical({"dimension": dimension, "cuts": each}) if each else "",
        calls=calls if math.isfinite(calls) else None,
        lock=counted.lock,
        as_of=counted.pin.as_of,
    )
    return terms, About(counted.pin.version, PAGE, query, "threshold", frozen.content)


def _start(counted: numbers.Counted, code: int) -> float:
    return threshold_of_code(counted.edges, code)


def lines(records: Records, pin: Pin, *, policy: Policy) -> list[Line]:
    """Every proposal with what came of it under a release. Raises RecordsError."""
    records.open()
    return [Line(p, _expected(records, p), came(p, pin, policy=policy)) for p in records.proposals()]


def _expected(records: Records, proposal: Proposal) -> dict[str, Kpi]:
    try:
        frozen = Frozen(records.evidence(proposal.evidence))
    except RecordsError:
        return {}
    return {f.key: f for f in frozen.figures(PAGE)}


def came(proposal: Proposal, pin: Pin, *, policy: Policy) -> Came:
    """What the cut-off came to over the months after the proposal whose outcomes are known by now."""
    filters, ignored = from_query(proposal.selection, extent=pin.extent)
    if ignored:
        return Came(reason="other_selection")
    later = [m for m in pin.counts.months if m > proposal.as_of]
    if not (pin.dated and later):
        return Came(reason="no_later_month" if pin.dated else "undated")
    whole = to_selection(filters, months=pin.counts.months, edges=pin.counts.edges)
    totals = pin.counts.totals(replace(whole, months=(later[0], later[-1])), by=("month",), measures=("n",))
    ripe = [m.month for m in outcomes.by_month(totals, policy=policy) if m.share >= policy.maturity_ok]
    if not ripe:
        return Came(reason="immature")
    span = [m for m in between(ripe[0], ripe[-1]) if m in later]
    counted = numbers.counted(pin, replace(whole, months=(ripe[0], ripe[-1])), policy=policy, lock=proposal.lock)
    cut = numbers.cut(counted, proposal.threshold, math.nan if proposal.calls is None else proposal.calls)
    found = {f.key: f for f in figures(cut)}
    return Came(
        tuple(span), found["listed"].value, found["fdr"], found["realised"].value, found["promised"].value,
        segments=cutoff_followed.followed(proposal, counted),
    )  # fmt: skip


def followed(l10n: L10n, known: list[Line]) -> list[tuple[str, Table]]:
    """Of each proposal with cut-offs per segment that has been followed: its title, and what came of each."""
    return [
        (line.proposal.title, cutoff_followed.table(l10n, line.proposal, line.came.segments, line.expected))
        for line in known
        if line.came.segments
    ]


def headline(l10n: L10n, known: list[Line]) -> Headline:
    """Top of the list of proposals."""
    title = l10n.say("No cut-off was proposed yet") if not known else l10n.many(
        "{n} proposal, and what came of it", "{n} proposals, and what came of them", len(known)
    )  # fmt: skip
    return Headline(title, l10n.say("Expected when saved (frozen) against the matured months since; per month"))


def table(l10n: L10n, known: list[Line]) -> Table | None:
    """The proposals, the last saved first."""
    if not known:
        return None
    columns = (
        l10n.say("Proposal"), l10n.say("From a score of"), l10n.say("Calls, expected"), l10n.say("Calls, came"),
        l10n.say("FDR, expected"), l10n.say("FDR, came"), l10n.say("Net value of known outcomes, expected"),
        l10n.say("Net value, came"), l10n.say("Months"), l10n.say("Saved"),
    )  # fmt: skip
    return Table(columns, tuple(_row(l10n, line) for line in known), caption=l10n.say("Proposals of a cut-off"))


def _row(l10n: L10n, line: Line) -> tuple[Cell, ...]:
    p, then, since = line.proposal, line.expected, line.came
    gone = Kpi("")
    outside = since.fdr.low > then.get("fdr", gone).high
    saved = l10n.say("{name}, {moment}, release {release}", name=p.changed_by, moment=l10n.moment(p.changed_at),
                     release=p.release.partition("-")[0])  # fmt: skip
    return (
        Cell(p.title),
        Cell(_from(l10n, p)),
        Cell(l10n.number(then.get("listed", gone).value)),
        Cell(l10n.number(since.listed)),
        Cell(l10n.percent(then.get("fdr", gone).value)),
        Cell(l10n.percent(since.fdr.value), "bad" if outside else ""),
        Cell(l10n.money(since.promised)),
        Cell(l10n.money(since.realised), "bad" if since.realised < since.promised else ""),
        Cell(l10n.months(since.months[0], since.months[-1]) if since.months else why(l10n, since.reason), ""),
        Cell(saved, "muted"),
    )


def _from(l10n: L10n, proposal: Proposal) -> str:
    """The threshold, and how many segments have one of their own beside it."""
    one = threshold(l10n, proposal.threshold)
    if not proposal.segments:
        return one
    each = json.loads(proposal.segments)
    return l10n.say("{at}; {n} by {dimension}", at=one, n=len(each["cuts"]),
                    dimension=names.dimension(l10n, each["dimension"]).lower())  # fmt: skip


def why(l10n: L10n, reason: str) -> str:
    """Why nothing can be said of what came."""
    if reason == "immature":
        return l10n.say("later months have not matured")
    if reason == "other_selection":
        return l10n.say("a filter of it is gone")
    return l10n.say("no later month yet")


def told(l10n: L10n, error: Exception) -> str:
    """Why a proposal was not saved."""
    if isinstance(error, TakenError):
        return l10n.say(
            "{name} saved “{title}” from {at} on, {moment}. Nothing of yours was written: choose another title, or "
            "replace it.",
            name=error.theirs.changed_by, title=error.theirs.title, at=threshold(l10n, error.theirs.threshold),
            moment=l10n.moment(error.theirs.changed_at),
        )  # fmt: skip
    return refused(l10n, error)


def saved(l10n: L10n, proposal: Proposal) -> str:
    """What was saved."""
    return l10n.say(
        "Saved as proposal “{title}”, on evidence {hash}.", title=proposal.title, hash=proposal.evidence[:12]
    )
