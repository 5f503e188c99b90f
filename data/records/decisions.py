"""Data room: a decision: what it says, what may become of it, and what is wrong with what somebody typed. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from data.records.words import RecordsError

KINDS: Final = ("keep", "recalibrate", "retrain", "cut_off", "policy", "other")
"""What is decided: keep the model, recalibrate it, retrain it, change the cut-off, change a policy, or other."""
STATUSES: Final = ("open", "approved", "rejected", "done")
STEPS: Final[Mapping[str, Mapping[str, str]]] = {
    "open": {"approve": "approved", "reject": "rejected"},
    "approved": {"finish": "done", "reopen": "open"},
    "rejected": {"reopen": "open"},
    "done": {"reopen": "open"},
}
"""Status → what may be done to a decision → the status that it then has."""
LONGEST: Final = {"title": 200, "text": 10_000, "owner": 80, "by": 80, "comment": 10_000}


@dataclass(frozen=True)
class Terms:
    """What people may edit while a decision is open: its title and text, one of `KINDS`, who owns it, and the ISO date
    by which it is due, "" for none."""

    title: str
    text: str = ""
    kind: str = "other"
    owner: str = ""
    due: str = ""


@dataclass(frozen=True)
class About:
    """What a decision is about: a figure (its key) of a page, under a selection (an address's query) of a release, and
    every figure of that page as it was then, in canonical JSON."""

    release: str
    page: str
    selection: str
    figure: str
    evidence: str


@dataclass(frozen=True)
class Decision:
    """A decision as it stands. `version` counts its changes from 1; `evidence` is the hash of the frozen figures;
    `changed_by` and `changed_at` (UTC, ISO) are those of the last change."""

    id: int
    version: int
    status: str
    title: str
    text: str
    kind: str
    owner: str
    due: str
    release: str
    page: str
    selection: str
    figure: str
    evidence: str
    opened_by: str
    opened_at: str
    changed_by: str
    changed_at: str

    @property
    def terms(self) -> Terms:
        """What people may edit of it."""
        return Terms(self.title, self.text, self.kind, self.owner, self.due)

    @property
    def subject(self) -> str:
        """What the audit log calls it."""
        return f"decision/{self.id}"

    def late(self, today: str) -> bool:
        """Whether it is due before the ISO date `today` and not yet decided, or approved and not yet done."""
        return self.status in ("open", "approved") and bool(self.due) and self.due < today


@dataclass(frozen=True)
class Remark:
    """What somebody said of a decision: `action` is "comment", or what was done with these words."""

    at: str
    by: str
    action: str
    text: str


@dataclass(frozen=True)
class Problem:
    """What is wrong with a field: "missing", "long" (over `LONGEST`), "unknown" or "no_date"."""

    field: str
    rule: str


class UnfitError(RecordsError):
    """What was typed cannot be kept: every problem at once. Nothing was changed."""

    code = "unfit"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{p.field}: {p.rule}" for p in problems) + ". Nothing was changed.")


class NotNowError(RecordsError):
    """A decision of this status cannot be changed in this way. Nothing was changed."""

    code = "not_now"


class Conflict(RecordsError):  # noqa: N818  it is no fault of anybody's
    """Somebody else changed the decision meanwhile. `theirs` is how it stands; `yours` are the terms that were to
    replace it, None where only its status was to change. Nothing was changed."""

    code = "conflict"

    def __init__(self, theirs: Decision, yours: Terms | None = None) -> None:
        self.theirs, self.yours = theirs, yours
        super().__init__(f"Changed meanwhile by {theirs.changed_by} at {theirs.changed_at}. Nothing was changed.")


def tidy(terms: Terms) -> Terms:
    """The terms without blanks around them, and with single blanks between the words of a line."""
    return Terms(one_line(terms.title), terms.text.strip(), terms.kind, one_line(terms.owner), terms.due.strip())


def one_line(text: str) -> str:
    """A text as one line of printable letters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def problems(terms: Terms, *, by: str) -> list[Problem]:
    """What is wrong with tidy terms and the name of who gives them; nothing when they can be kept."""
    found = [*_texts({"by": by, "title": terms.title, "owner": terms.owner}, needed=True)]
    found += _texts({"text": terms.text}, needed=False)
    if terms.kind not in KINDS:
        found.append(Problem("kind", "unknown"))
    if terms.due and not is_date(terms.due):
        found.append(Problem("due", "no_date"))
    return found


def remark_problems(text: str, *, by: str) -> list[Problem]:
    """What is wrong with a comment and the name of who makes it; whoever decides must say why."""
    return _texts({"by": by, "comment": text}, needed=True)


def is_date(text: str) -> bool:
    """Whether a text is a date YYYY-MM-DD."""
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def next_status(status: str, action: str) -> str:
    """The status after an action. Raises NotNowError when it cannot be taken now."""
    found = STEPS.get(status, {}).get(action)
    if found is None:
        raise NotNowError(f"A decision that is {status} cannot be changed by “{action}”. Nothing was changed.")
    return found


def require_seen(decision: Decision, seen: int, yours: Terms | None = None) -> None:
    """Raises Conflict when the decision is no longer the version that was seen."""
    if decision.version != seen:
        raise Conflict(decision, yours)


def payload(decision: Decision, remark: Remark | None = None) -> dict[str, Any]:
    """What the audit log keeps of an action: the decision as it then stands, and what was said."""
    return {"decision": asdict(decision), "remark": asdict(remark) if remark else None}


def _texts(given: Mapping[str, str], *, needed: bool) -> list[Problem]:
    missing = [Problem(name, "missing") for name, text in given.items() if needed and not text]
    return [*missing, *(Problem(name, "long") for name, text in given.items() if len(text) > LONGEST[name])]
