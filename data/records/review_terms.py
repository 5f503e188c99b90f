"""Data room: what a review session is made of, what its signatures stand for, and what is wrong with what was typed.
Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Final

from data.records.canonical import canonical, sha256
from data.records.decisions import LONGEST, NotNowError, Problem, is_date, one_line
from data.records.words import RecordsError

REVIEW, FINDING, SIGNATURE = "review", "finding", "signature"
"""What the audit log calls them."""
OPEN, DONE, CLOSED = "open", "done", "closed"
SEVERITIES: Final = ("low", "medium", "high")
RULINGS: Final = ("keep", "recalibrate", "retrain", "cut_off")
"""What a session can decide: keep the model, recalibrate it, retrain it, or change the cut-off."""
ROLES: Final = ("owner", "validator", "lead")
"""Who signs: the model owner, the validator, the collections lead."""
NEEDED: Final = ("owner", "validator")
"""Those without whom a session cannot be closed; they must be two people."""
STANDS: Final = ("agree", "dissent")


@dataclass(frozen=True)
class Review:
    """A session as it stands. `version` counts its changes from 1; `status` is "open" or "closed"; `evidence` is the
    hash of the frozen figures; `kind` (one of `RULINGS`), `text`, `owner` and `due` are what it decided, "" before;
    moments are UTC, ISO, "" while they have not come."""

    id: int
    version: int
    status: str
    title: str
    release: str
    selection: str
    evidence: str
    kind: str
    text: str
    owner: str
    due: str
    decided_by: str
    decided_at: str
    opened_by: str
    opened_at: str
    changed_by: str
    changed_at: str
    closed_by: str
    closed_at: str

    @property
    def subject(self) -> str:
        """What the audit log calls it."""
        return f"{REVIEW}/{self.id}"

    @property
    def ruling(self) -> Ruling:
        """What it decided."""
        return Ruling(self.kind, self.text, self.owner, self.due)


@dataclass(frozen=True)
class Ruling:
    """What a session decides: one of `RULINGS`, in words, who does it, and the ISO date by which, "" for none."""

    kind: str
    text: str
    owner: str
    due: str = ""


@dataclass(frozen=True)
class Point:
    """What people write of a finding: its text, one of `SEVERITIES`, who owns it, and the ISO date by which it is to be
    done, "" for none."""

    text: str
    severity: str
    owner: str
    due: str = ""


@dataclass(frozen=True)
class Finding:
    """A finding as it stands: `status` is "open" or "done", `outcome` what came of it."""

    id: int
    version: int
    review: int
    text: str
    severity: str
    owner: str
    due: str
    status: str
    outcome: str
    opened_by: str
    opened_at: str
    changed_by: str
    changed_at: str

    @property
    def subject(self) -> str:
        """What the audit log calls it."""
        return f"{FINDING}/{self.id}"

    @property
    def point(self) -> Point:
        """What people may change of it while its session is open."""
        return Point(self.text, self.severity, self.owner, self.due)


@dataclass(frozen=True)
class Signing:
    """How somebody signs: in one of `ROLES`, one of `STANDS`, and in what words; who dissents says why."""

    role: str
    stand: str
    text: str = ""


@dataclass(frozen=True)
class Signature:
    """A signature as it was given, for good. `signed` is the hash of what it was given for (see `digest`)."""

    id: int
    review: int
    role: str
    stand: str
    text: str
    signed: str
    by: str
    at: str

    @property
    def subject(self) -> str:
        """What the audit log calls it."""
        return f"{SIGNATURE}/{self.id}"


class OvertakenError(RecordsError):
    """Somebody else changed it meanwhile, or took the title: `theirs` is how it stands. Nothing was changed."""

    code = "conflict"

    def __init__(self, theirs: Review | Finding) -> None:
        self.theirs = theirs
        super().__init__(f"Changed meanwhile by {theirs.changed_by} at {theirs.changed_at}. Nothing was changed.")


class NotInSessionError(NotNowError):
    """A session does not allow it now. `why`: it is "closed", "undecided", "signed" by `who` in the same role or by the
    same person in another, or "lacking" a decision or a signature. Nothing was changed."""

    def __init__(self, why: str, message: str, who: str = "") -> None:
        self.why, self.who = why, who
        super().__init__(f"{message} Nothing was changed.")


def digest(review: Review, findings: Sequence[Finding]) -> str:
    """The hash of what a signature is given for: the evidence, the findings and the decision, as they were written.
    That a finding was done later changes nothing in it."""
    said = {"title": review.title, "release": review.release, "evidence": review.evidence, **asdict(review.ruling)}
    mine = [{"id": f.id, **asdict(f.point)} for f in sorted(findings, key=lambda f: f.id) if f.review == review.id]
    return sha256(canonical({**said, "selection": review.selection, "findings": mine}))


def standing(signatures: Sequence[Signature], signed: str) -> list[Signature]:
    """The last signature of each role that was given for what stands now, in the order in which they were given; one
    given for what was changed since no longer stands."""
    last = {s.role: s for s in signatures if s.signed == signed}
    return sorted(last.values(), key=lambda s: s.id)


def lacking(review: Review, findings: Sequence[Finding], signatures: Sequence[Signature]) -> list[str]:
    """What an open session lacks before it can be closed: "decision", or a role of `NEEDED` that has not signed."""
    if not review.kind:
        return ["decision", *NEEDED]
    mine = [s for s in signatures if s.review == review.id]
    signed = {s.role for s in standing(mine, digest(review, findings))}
    return [role for role in NEEDED if role not in signed]


def untrue(reviews: Sequence[Review], findings: Sequence[Finding], signatures: Sequence[Signature]) -> list[str]:
    """A sentence for each closed session whose own record contradicts itself: closed before it was started, or without
    the signatures that it needed."""
    shut = [r for r in reviews if r.status == CLOSED]
    early = [f"{r.subject} was closed before it was started." for r in shut if r.closed_at < r.opened_at]
    unsigned = [f"{r.subject} is not signed as it stands." for r in shut if lacking(r, findings, signatures)]
    return [*early, *unsigned]


def tidy_point(point: Point) -> Point:
    """A finding without blanks around its words."""
    return replace(point, text=paragraphs(point.text), owner=one_line(point.owner), due=point.due.strip())


def tidy_ruling(ruling: Ruling) -> Ruling:
    """A decision without blanks around its words."""
    return replace(ruling, text=paragraphs(ruling.text), owner=one_line(ruling.owner), due=ruling.due.strip())


def paragraphs(text: str) -> str:
    """A text of printable letters, its lines kept."""
    return "\n".join(one_line(line) for line in text.strip().splitlines())


def point_problems(point: Point, *, by: str) -> list[Problem]:
    """What is wrong with a tidy finding and the name of who writes it."""
    found = text_problems({"by": by, "finding": point.text, "owner": point.owner}, needed=True)
    if point.severity not in SEVERITIES:
        found.append(Problem("severity", "unknown"))
    return [*found, *_dated(point.due)]


def ruling_problems(ruling: Ruling, *, by: str) -> list[Problem]:
    """What is wrong with a tidy decision and the name of who writes it."""
    found = text_problems({"by": by, "text": ruling.text, "owner": ruling.owner}, needed=True)
    if ruling.kind not in RULINGS:
        found.append(Problem("kind", "unknown"))
    return [*found, *_dated(ruling.due)]


def signing_problems(signing: Signing, *, by: str) -> list[Problem]:
    """What is wrong with how somebody signs."""
    found = text_problems({"by": by}, needed=True)
    found += text_problems({"words": signing.text}, needed=signing.stand == "dissent")
    found += [Problem("role", "unknown")] if signing.role not in ROLES else []
    return [*found, *([Problem("stand", "unknown")] if signing.stand not in STANDS else [])]


def text_problems(given: Mapping[str, str], *, needed: bool) -> list[Problem]:
    """What is wrong with texts by their fields: missing, or too long."""
    missing = [Problem(name, "missing") for name, text in given.items() if needed and not text]
    longest = {name: LONGEST.get(name, LONGEST["text"]) for name in given}
    return [*missing, *(Problem(name, "long") for name, text in given.items() if len(text) > longest[name])]


def _dated(due: str) -> list[Problem]:
    return [Problem("due", "no_date")] if due and not is_date(due) else []
