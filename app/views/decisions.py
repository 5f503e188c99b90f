"""App room: the words of the page Decisions. A figure then and since says what changed, never why."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from app.components.card_list import Fact
from app.components.decision_forms import Remarked
from app.desk import Pin
from app.l10n import L10n
from app.office import Reader
from app.selection import Filters, from_query
from app.views import decisions_words as words
from app.views import header as header_view
from app.views.decisions_figures import Book, Since
from app.views.kpi import Kpi
from app.views.shapes import Cell, Headline, State, Table
from data.records import Decision, Remark
from data.records.audit import Entry

SHORT_HASH = 12


def trouble(l10n: L10n, message: str) -> State:
    """The database cannot be opened or read."""
    return State("trouble", l10n.say("The decisions cannot be read"), message)


def lead(l10n: L10n, known: Book, *, today: str) -> str:
    """How many decisions are open, and how many of all that stand are overdue."""
    pending = known.standing("open")
    late = [d for d in known.standing("open", "approved") if d.late(today)]
    first = l10n.many("{n} decision is open.", "{n} decisions are open.", len(pending))
    if not late:
        return first
    oldest = l10n.day(late[0].due)
    return f"{first} " + l10n.many(
        "{n} is overdue, since {day}.", "{n} are overdue, the oldest since {day}.", len(late), day=oldest
    )


def level(known: Book, *, today: str) -> str:
    """Level of that sentence."""
    return "act" if any(d.late(today) for d in known.decisions) else "ok" if known.decisions else "unknown"


def names_note(l10n: L10n, reader: Reader) -> str:
    """What a name on this page is worth."""
    if not reader.verified:
        return l10n.say(
            "Names are not verified: whoever opens this page may type any name. Behind a proxy that signs people in, "
            "set CARTERA_USER_HEADER."
        )
    if not reader.name:
        return l10n.say("The proxy gave no name in the header {header}: nothing can be written.", header=reader.header)
    return ""


def signed(l10n: L10n, reader: Reader) -> str:
    """Under whose name things are written, where it is verified."""
    return l10n.say("Signed in as {name}", name=reader.name)


def open_headline(l10n: L10n, known: Book) -> Headline:
    """Above the decisions that wait."""
    pending = known.standing("open")
    subtitle = l10n.say(
        "The figure that each is about: when it was frozen, and over the matured months since. It says what changed, "
        "not why."
    )
    if not pending:
        return Headline(l10n.say("No decision is open"), l10n.say("Freeze a view below and say what is to be decided."))
    return Headline(l10n.many("{n} open decision", "{n} open decisions", len(pending)), subtitle)


def decided_headline(l10n: L10n, known: Book) -> Headline:
    """Above the decisions that were taken."""
    taken = known.standing("approved", "rejected", "done")
    if not taken:
        return Headline(l10n.say("Nothing was decided yet"))
    subtitle = l10n.say("What we decided and what happened since")
    return Headline(l10n.many("{n} decision taken", "{n} decisions taken", len(taken)), subtitle)


def table(l10n: L10n, decisions: Sequence[Decision], found: Mapping[int, Since], *, today: str) -> Table | None:
    """A line per decision: who, by when, and its figure then and since; nothing where there is none."""
    if not decisions:
        return None
    columns = (
        l10n.say("Decision"), l10n.say("Status"), l10n.say("Owner"), l10n.say("Due"), l10n.say("Figure"),
        l10n.say("When frozen"), l10n.say("Since"), l10n.say("Change"),
    )  # fmt: skip
    rows = tuple(_row(l10n, d, found[d.id], today) for d in decisions)
    return Table(columns, rows, keys=tuple(str(d.id) for d in decisions), caption=l10n.say("Decisions"))


def _row(l10n: L10n, decision: Decision, found: Since, today: str) -> tuple[Cell, ...]:
    late = decision.late(today)
    due = l10n.day(decision.due) + (f" · {l10n.say('overdue')}" if late else "")
    return (
        Cell(decision.title), Cell(l10n.say(words.STATUSES[decision.status])), Cell(decision.owner),
        Cell(due, "bad" if late else ""), Cell(words.figure(l10n, decision.figure)),
        Cell(words.stated(l10n, found.then)), *_moved(l10n, found),
    )  # fmt: skip


def _moved(l10n: L10n, found: Since) -> tuple[Cell, Cell]:
    if found.now is None:
        return Cell(words.reason(l10n, found.reason), "muted"), Cell("—", "muted")
    if not math.isfinite(found.change.value):
        why = words.reason(l10n, found.reason) if found.reason else l10n.say("the same months stand in both")
        return Cell(words.stated(l10n, found.now)), Cell(why, "muted")
    key, change = found.then.key, found.change
    margin = _span(l10n, key, change.low, change.high)
    return Cell(words.stated(l10n, found.now)), Cell(words.change(l10n, key, change.value) + margin)


def _span(l10n: L10n, key: str, low: float, high: float) -> str:
    if not (math.isfinite(low) and math.isfinite(high)):
        return ""
    return f" [{words.change(l10n, key, low)} … {words.change(l10n, key, high)}]"


def detail_headline(l10n: L10n, decision: Decision) -> Headline:
    """Above one decision."""
    status = l10n.say(words.STATUSES[decision.status])
    changed = l10n.say(
        "{status} · last changed by {name}, {moment}",
        status=status, name=decision.changed_by, moment=l10n.moment(decision.changed_at),
    )  # fmt: skip
    return Headline(decision.title, changed)


def facts(l10n: L10n, decision: Decision, pin: Pin) -> list[Fact]:
    """What a decision says and what it is about."""
    opened = f"{decision.opened_by}, {l10n.moment(decision.opened_at)}"
    view = f"{l10n.say(words.PAGES.get(decision.page, decision.page))} · {selected(l10n, decision.selection, pin)}"
    return [
        *([Fact(l10n.say("Reasons"), decision.text)] if decision.text else []),
        Fact(l10n.say("Kind"), l10n.say(words.KINDS[decision.kind])),
        Fact(l10n.say("Owner"), decision.owner),
        Fact(l10n.say("Due"), l10n.day(decision.due)),
        Fact(l10n.say("Opened by"), opened),
        Fact(l10n.say("View"), view),
        Fact(l10n.say("Release"), decision.release, code=True),
        Fact(l10n.say("Evidence hash"), decision.evidence, code=True),
    ]


def selected(l10n: L10n, query: str, pin: Pin) -> str:
    """A selection in words, as far as this release knows it."""
    filters = from_query(query, extent=pin.extent)[0]
    chips = [c.text for c in header_view.chips(l10n, filters, dimensions=pin.document("dimensions"))]
    months = _months(l10n, filters, pin)
    return "; ".join([*chips, *months]) or l10n.say("everything")


def _months(l10n: L10n, filters: Filters, pin: Pin) -> list[str]:
    if filters.first is None and filters.last is None:
        return []
    return [l10n.months(filters.first or pin.extent.months[0], filters.last or pin.extent.months[-1])]


def link(l10n: L10n, decision: Decision) -> str:
    """The address of the view that a decision is about."""
    return f"?lang={l10n.language}&{decision.selection}"


def frozen_table(l10n: L10n, figures: Sequence[Kpi]) -> Table | None:
    """Every frozen figure with its interval, n and month."""
    if not figures:
        return None
    columns = (l10n.say("Figure"), l10n.say("Value"), l10n.say("95% interval"), l10n.say("n"), l10n.say("Month"))
    return Table(columns, tuple(_figure(l10n, f) for f in figures), caption=l10n.say("Figures as they were frozen"))


def _figure(l10n: L10n, found: Kpi) -> tuple[Cell, ...]:
    name = Cell(words.figure(l10n, found.key))
    if not math.isfinite(found.value):
        return name, Cell("—"), Cell(words.reason(l10n, found.reason), "muted"), Cell("—"), Cell("—")
    grade = f" · {l10n.say('Grade {letter}', letter=found.grade)}" if found.grade else ""
    return (
        name, Cell(words.value(l10n, found.key, found.value) + grade),
        Cell(words.interval(l10n, found.key, found.low, found.high) or "—"), Cell(l10n.number(found.n)),
        Cell(l10n.month(found.month)),
    )  # fmt: skip


def remarks(l10n: L10n, said: Sequence[Remark]) -> list[Remarked]:
    """What was said, the first words first."""
    return [Remarked(f"{r.by} {l10n.say(words.ACTIONS[r.action])} · {l10n.moment(r.at)}", r.text) for r in said]


def history_headline(l10n: L10n, log: Sequence[Entry]) -> Headline:
    """Above the audit log of one decision."""
    last = log[0]
    title = l10n.say("{name} {did} it last", name=last.user, did=l10n.say(words.ACTIONS[last.action]))
    return Headline(title, l10n.say("Audit log: each line holds the hash of the line before it"))


def history(l10n: L10n, log: Sequence[Entry]) -> Table:
    """The audit log of one decision: who did what when, on which evidence."""
    columns = (
        l10n.say("Line"), l10n.say("When"), l10n.say("Who"), l10n.say("What"), l10n.say("Evidence hash"),
        l10n.say("Hash of the line"),
    )  # fmt: skip
    rows = tuple(
        (
            Cell(str(e.seq)), Cell(l10n.moment(e.at)), Cell(e.user), Cell(l10n.say(words.ACTIONS[e.action])),
            Cell(e.evidence[:SHORT_HASH]), Cell(e.hash[:SHORT_HASH]),
        )
        for e in log
    )  # fmt: skip
    return Table(columns, rows, caption=l10n.say("Audit log"))


def verified(l10n: L10n, found: Sequence[str]) -> tuple[str, str]:
    """How the check of the log came out, and its tone."""
    if found:
        return l10n.many("The log was tampered with: {n} finding", "The log was tampered with: {n} findings",
                         len(found)), "bad"  # fmt: skip
    return l10n.say("Every line follows the one before it, and every decision stands as the log says."), "good"
