"""App room: the words of the forms of the page Decisions: their fields, what they ask for, and why one was refused."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from app.components.decision_forms import Choice, TermsForm
from app.desk import Pin
from app.l10n import L10n
from app.views import decisions_words as words
from app.views.decisions import SHORT_HASH, selected
from app.views.kpi import Kpi
from app.views.shapes import Cell, Headline, Table
from data.records import Conflict, Decision, Terms
from data.records.decisions import KINDS, LONGEST, STEPS, NotNowError, UnfitError


def buttons(l10n: L10n, decision: Decision) -> list[Choice]:
    """What may be done to a decision now; each says which version of it the reader saw."""
    steps = [Choice(_order(a, decision), l10n.say(words.BUTTONS[a])) for a in STEPS[decision.status]]
    return [*steps, Choice(_order("comment", decision), l10n.say("Only comment"))]


def _order(action: str, decision: Decision) -> str:
    return f"{action}:{decision.id}:{decision.version}"


def form(l10n: L10n, terms: Terms, order: str, button: str) -> TermsForm:
    """A form of a decision's terms, filled in; `order` is what its button asks for."""
    labels = {name: l10n.say(words.FIELDS[name]) for name in ("title", "text", "kind", "owner", "due")}
    kinds = {kind: l10n.say(words.KINDS[kind]) for kind in KINDS}
    return TermsForm(labels, kinds, terms, LONGEST, Choice(order, button))


def new_form(l10n: L10n) -> TermsForm:
    """The empty form of a new decision."""
    return form(l10n, Terms("", kind="keep"), "new", l10n.say("Freeze this view and open the decision"))


def edit_form(l10n: L10n, terms: Terms, decision: Decision) -> TermsForm:
    """The form of an open decision; its button says which version the reader saw."""
    return form(l10n, terms, _order("edit", decision), l10n.say("Save changes"))


def figure_choices(l10n: L10n, figures: Sequence[Kpi]) -> dict[str, str]:
    """The figures that a decision can be about, each with its value now."""
    known = [f for f in figures if math.isfinite(f.value) and f.key != "threshold"]
    return {f.key: f"{words.figure(l10n, f.key)}: {words.stated(l10n, f)}" for f in known}


def pages(l10n: L10n) -> dict[str, str]:
    """The pages whose figures can be frozen."""
    return {name: l10n.say(text) for name, text in words.PAGES.items()}


def new_headline(l10n: L10n, pin: Pin, selection: str, figures: Sequence[Kpi]) -> Headline:
    """Above the form of a new decision: what its button freezes."""
    return Headline(
        l10n.say("New decision from this view"),
        l10n.say(
            "Freezes release {release}, the selection ({selection}) and {n} figures: later releases change nothing in "
            "them",
            release=pin.version.partition("-")[0], selection=selected(l10n, selection, pin),
            n=l10n.number(len(figures)),
        ),
    )  # fmt: skip


def may_edit(decision: Decision) -> bool:
    """Whether the terms of a decision may still be changed."""
    return decision.status == "open"


def refused(l10n: L10n, error: Exception) -> str:
    """Why something was not written."""
    if isinstance(error, UnfitError):
        return ". ".join(words.problem(l10n, p) for p in error.problems) + "."
    if isinstance(error, Conflict):
        return l10n.say(
            "Changed meanwhile by {name}, {moment}. Nothing of yours was written: look at both, then save again.",
            name=error.theirs.changed_by, moment=l10n.moment(error.theirs.changed_at),
        )  # fmt: skip
    if isinstance(error, NotNowError):
        return l10n.say("This decision can no longer be changed in this way.")
    return str(error)


def both(l10n: L10n, theirs: Terms, yours: Terms) -> Table | None:
    """Where two people's words differ, side by side."""
    pairs = {
        "title": (theirs.title, yours.title), "text": (theirs.text, yours.text), "owner": (theirs.owner, yours.owner),
        "kind": tuple(l10n.say(words.KINDS.get(t.kind, t.kind)) for t in (theirs, yours)),
        "due": tuple(l10n.day(t.due) for t in (theirs, yours)),
    }  # fmt: skip
    differ = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
    if not differ:
        return None
    rows = tuple((Cell(l10n.say(words.FIELDS[n])), Cell(a), Cell(b)) for n, (a, b) in differ.items())
    columns = (l10n.say("Field"), l10n.say("Theirs"), l10n.say("Yours"))
    return Table(columns, rows, caption=l10n.say("Where you differ"))


def done(l10n: L10n, action: str, evidence: str) -> str:
    """What was written."""
    return l10n.say("Written to the audit log: {did}, on evidence {hash}.",
                    did=l10n.say(words.ACTIONS.get(action, action)), hash=evidence[:SHORT_HASH])  # fmt: skip


def terms_of(sent: Mapping[str, object]) -> Terms:
    """The terms that a form sent."""
    return Terms(**{name: str(sent.get(name) or "") for name in ("title", "text", "kind", "owner", "due")})
