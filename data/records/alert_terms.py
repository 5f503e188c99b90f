"""Data room: rules that watch a figure and their alerts: what they say, and what cannot be kept of them. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from data.months import is_month
from data.records.decisions import LONGEST, Problem
from data.records.words import RecordsError

RULE, ALERT = "rule", "alert"
"""What the audit log calls them."""
MOST_NAME: Final = 80
ON, OFF = "on", "off"
"""Whether a rule watches."""
STEPS: Final[Mapping[str, str]] = {
    "acknowledge": "acknowledged", "snooze": "snoozed", "close_real": "closed", "close_false": "closed",
    "reopen": "open",
}  # fmt: skip
"""What may be done to an alert → the status that it then has."""
VERDICTS: Final = {"close_real": "real", "close_false": "false"}
"""What who closes an alert says that it was."""


@dataclass(frozen=True)
class RuleTerms:
    """What a rule says: its name, the measure and its limit (a fraction; None: the measure's own), the months in a row
    that it asks for, the rows that each must have, the months within the limit that end an alert, whether a month's
    whole interval must lie beyond, the selection (an address's query, a pinned segment by its name), and the owner."""

    name: str
    measure: str
    limit: float | None = None
    months: int = 2
    least: int = 300
    calm: int = 1
    sure: bool = False
    selection: str = ""
    owner: str = ""


@dataclass(frozen=True)
class Rule(RuleTerms):
    """A rule as it stands. `version` counts its changes from 1; `since` is the last month (YYYYMM) whose figures were
    known when it was saved; `evidence`, the hash of its replay then; `changed_by` and `changed_at` (UTC, ISO) are those
    of the last change."""

    id: int = 0
    version: int = 0
    status: str = ON
    since: int = 0
    release: str = ""
    evidence: str = ""
    opened_by: str = ""
    opened_at: str = ""
    changed_by: str = ""
    changed_at: str = ""

    @property
    def subject(self) -> str:
        """What the audit log calls it."""
        return f"{RULE}/{self.id}"

    @property
    def terms(self) -> RuleTerms:
        """What it says."""
        return RuleTerms(**{name: getattr(self, name) for name in RuleTerms.__dataclass_fields__})


@dataclass(frozen=True)
class Handled:
    """What people did with the alert that a rule raised with a `month`: its status ("open", "acknowledged", "snoozed"
    until a month, or "closed" with the verdict "real" or "false"), who owns it, and the last words. `version` counts
    its changes from 1; `release` is the one that was looked at."""

    id: int
    version: int
    rule: int
    month: int
    status: str
    until: int
    verdict: str
    owner: str
    words: str
    release: str
    opened_by: str
    opened_at: str
    changed_by: str
    changed_at: str

    @property
    def subject(self) -> str:
        """What the audit log calls it."""
        return f"{ALERT}/{self.id}"


@dataclass(frozen=True)
class Deed:
    """What somebody does to an alert: one of `STEPS`, in whose hands it then is, with what words, and the month
    (YYYYMM) until which it sleeps, 0 for none."""

    action: str
    owner: str
    words: str = ""
    until: int = 0


class RuleTakenError(RecordsError):
    """Somebody keeps another rule under this name, or has changed it since it was seen: `theirs`. Nothing was
    changed."""

    code = "conflict"

    def __init__(self, theirs: Rule) -> None:
        self.theirs = theirs
        said = f"“{theirs.name}” was saved by {theirs.changed_by} at {theirs.changed_at}."
        super().__init__(f"{said} Nothing was changed.")


class HandledError(RecordsError):
    """Somebody did something with the alert since it was seen: `theirs`. Nothing was changed."""

    code = "conflict"

    def __init__(self, theirs: Handled) -> None:
        self.theirs = theirs
        super().__init__(f"Changed meanwhile by {theirs.changed_by} at {theirs.changed_at}. Nothing was changed.")


def problems(terms: RuleTerms, *, by: str) -> list[Problem]:
    """What is wrong with a rule and the name of who saves it; nothing when it can be kept."""
    found = texts_problems({"by": by, "name": terms.name, "owner": terms.owner, "measure": terms.measure})
    if terms.limit is not None and not math.isfinite(terms.limit):
        found.append(Problem("limit", "unknown"))
    return found + [Problem(name, "unknown") for name in ("months", "least", "calm") if getattr(terms, name) < 1]


def deed_problems(deed: Deed, *, by: str, month: int) -> list[Problem]:
    """What is wrong with what somebody does to the alert of a month; who lets it sleep or closes it must say why."""
    needed = {"by": by, "owner": deed.owner}
    needed |= {} if deed.action == "acknowledge" else {"comment": deed.words}
    found = texts_problems(needed) + ([] if deed.action in STEPS else [Problem("action", "unknown")])
    if len(deed.words) > LONGEST["comment"] and "comment" not in needed:
        found.append(Problem("comment", "long"))
    sleeps = deed.action == "snooze"
    if sleeps != bool(deed.until) or (sleeps and not (is_month(deed.until) and deed.until > month)):
        found.append(Problem("until", "unknown"))
    return found


def texts_problems(given: Mapping[str, str]) -> list[Problem]:
    """What is wrong with texts that must be there."""
    longest = {**LONGEST, "name": MOST_NAME, "measure": 32}
    missing = [Problem(name, "missing") for name, text in given.items() if not text]
    return [*missing, *(Problem(name, "long") for name, text in given.items() if len(text) > longest[name])]
