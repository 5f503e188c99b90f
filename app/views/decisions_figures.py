"""App room: the numbers of the page Decisions: the figure that a decision was about, then and since."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from app.desk import Pin
from app.frozen import Frozen
from app.selection import Filters, from_query, to_query, to_selection
from app.views.kpi import Kpi
from app.views.kpi_pages import PAGES, PageName, figures_of
from data.counts import Selection
from data.records import Decision, Records, RecordsError
from data.records.audit import Entry
from monitoring.estimate import Estimate
from monitoring.intervals import difference
from monitoring.policy import Policy


@dataclass(frozen=True)
class Book:
    """Every decision as it stands, with its frozen evidence; None where that is missing or was altered."""

    decisions: Sequence[Decision] = ()
    evidence: dict[str, Frozen | None] | None = None

    def standing(self, *statuses: str) -> list[Decision]:
        """The decisions of these statuses, those due first before the others, and those without a date last."""
        found = [d for d in self.decisions if d.status in statuses]
        return sorted(found, key=lambda d: (d.due or "9999", d.id))

    def decision(self, id: int) -> Decision | None:
        """One decision."""
        return next((d for d in self.decisions if d.id == id), None)

    def frozen(self, decision: Decision) -> Frozen | None:
        """What a decision was about."""
        return (self.evidence or {}).get(decision.evidence)


@dataclass(frozen=True)
class Since:
    """A figure when it was frozen and what it is over the matured months after that. `change` is now - then, NaN with
    its `reason` where they cannot be compared; an effect is compared by no difference, as both rest on the same
    months."""

    then: Kpi
    now: Kpi | None = None
    change: Estimate = field(default_factory=Estimate)
    reason: str = ""


def book(records: Records) -> Book:
    """Everything that the page lists. Raises RecordsError."""
    records.open()
    found = records.decisions()
    return Book(found, {hash: _evidence(records, hash) for hash in {d.evidence for d in found}})


def history(records: Records, decision: Decision) -> list[Entry]:
    """The lines of the audit log about a decision, the newest first."""
    return list(reversed(records.log(decision.subject)))


def chosen(wanted: str, known: Book) -> Decision | None:
    """The decision that a click or an address names; else the most pressing one."""
    named = known.decision(int(wanted)) if wanted.isdecimal() else None
    order = [*known.standing("open"), *known.standing("approved"), *reversed(known.decisions)]
    return named or next(iter(order), None)


def asked_page(text: str) -> PageName:
    """The page whose figures are meant; the first for one that has none."""
    return text if text in PAGES else PAGES[0]


def every(known: Book, pin: Pin, *, policy: Policy) -> dict[int, Since]:
    """What became of the figure of each decision, by its number."""
    return {d.id: since(d, known.frozen(d), pin, policy=policy) for d in known.decisions}


def frozen_figures(known: Book, decision: Decision) -> list[Kpi]:
    """The figures that a decision froze; none where they are missing or were altered."""
    frozen = known.frozen(decision)
    return frozen.figures(decision.page) if frozen else []


def known_figures(pin: Pin, selection: Selection, page: PageName, *, policy: Policy) -> list[Kpi]:
    """The figures of a page under a selection."""
    return figures_of(pin, selection, page=page, policy=policy)


def query(filters: Filters, page: str) -> str:
    """The address's query of a page under a selection."""
    return to_query(filters, page=page)


def since(decision: Decision, frozen: Frozen | None, pin: Pin, *, policy: Policy) -> Since:
    """What became of the figure that a decision is about: the same figure under the same filters over the months of
    this release after the one that it was frozen at."""
    then = frozen.figure(decision.page, decision.figure) if frozen else None
    if frozen is None or then is None:
        return Since(Kpi(decision.figure), reason="no_evidence")
    filters, ignored = from_query(decision.selection, extent=pin.extent)
    if ignored:
        return Since(then, reason="other_selection")
    later = [m for m in pin.counts.months if m > then.month]
    if not (pin.dated and later):
        return Since(then, reason="no_later_month" if pin.dated else "undated")
    whole = to_selection(filters, months=pin.counts.months, edges=pin.counts.edges)
    return _compared(then, _now(decision, frozen, pin, replace(whole, months=(later[0], later[-1])), policy))


def _now(decision: Decision, frozen: Frozen, pin: Pin, selection: Selection, policy: Policy) -> Kpi | None:
    threshold = frozen.figure(decision.page, "threshold")
    cut = 100 * threshold.value if threshold else None
    found = figures_of(pin, selection, page=asked_page(decision.page), policy=policy, cut=cut)
    return next((f for f in found if f.key == decision.figure), None)


def _compared(then: Kpi, now: Kpi | None) -> Since:
    if now is None or now.month <= then.month:
        return Since(then, reason="no_later_month")
    if not math.isfinite(now.value):
        return Since(then, reason=now.reason or "no_later_month")
    if then.grade:
        return Since(then, now, reason="" if now.grade == then.grade else "other_grade")
    change = difference(_estimate(now), _estimate(then))
    return Since(then, now, change, "" if math.isfinite(change.value) else then.reason)


def _estimate(figure: Kpi) -> Estimate:
    return Estimate(figure.value, figure.low, figure.high, figure.n, reason=figure.reason)


def _evidence(records: Records, hash: str) -> Frozen | None:
    try:
        return Frozen(records.evidence(hash))
    except RecordsError:
        return None
