"""App room: the words of the forms of the review room: what they ask for, and why one was refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.components.review_forms import Field
from app.desk import Pin
from app.l10n import L10n
from app.views import review_words as words
from app.views.decisions import selected
from app.views.review_evidence import too_few
from app.views.shapes import Headline
from data.counts import Selection
from data.records.decisions import LONGEST, UnfitError
from data.records.review_terms import DONE, Finding, NotInSessionError, OvertakenError, Point, Review, Ruling, Signing
from monitoring.policy import Policy

POINT = Point("", "medium", "")
RULING = Ruling("keep", "", "")


def start_headline(l10n: L10n, pin: Pin, query: str, small: str) -> Headline:
    """Above the form that starts a session: what it freezes."""
    if small:
        return Headline(l10n.say("No session can start on this view"), small)
    return Headline(
        l10n.say("Start a session on this view"),
        l10n.say(
            "Freezes every figure of release {release} under the selection ({selection}): later releases change "
            "nothing in it",
            release=pin.version.partition("-")[0], selection=selected(l10n, query, pin),
        ),
    )  # fmt: skip


def refusal(l10n: L10n, pin: Pin, selection: Selection, *, policy: Policy) -> str:
    """Why a selection cannot be frozen; "" where it can."""
    if not too_few(pin, selection, policy=policy):
        return ""
    return l10n.say(
        "It has fewer than {n} obligations in its last month: no figure of it may leave in a pack. Lift a filter.",
        n=policy.cell_least,
    )  # fmt: skip


def start(l10n: L10n, title: str) -> list[Field]:
    """The form that starts a session, with a title to begin with."""
    return [_text(l10n, "title", title)]


def title(l10n: L10n, pin: Pin, taken: Sequence[str]) -> str:
    """A title that no session has yet: the last month of the release, and a number where there is one already."""
    month = str(pin.as_of)
    first = l10n.say("Review {month}", month=f"{month[:4]}-{month[4:]}") if pin.dated else l10n.say("Review")
    wanted = [first, *(f"{first} ({n})" for n in range(2, len(taken) + 2))]
    return next(t for t in wanted if t not in taken)


def point(l10n: L10n, given: Point = POINT) -> list[Field]:
    """The form of a finding."""
    return [
        Field("text", l10n.say(words.FIELDS["finding"]), given.text, "lines", most=LONGEST["text"]),
        _choice(l10n, "severity", words.SEVERITIES, given.severity),
        _text(l10n, "owner", given.owner),
        Field("due", l10n.say(words.FIELDS["due"]), given.due, "date"),
    ]


def ruling(l10n: L10n, given: Ruling) -> list[Field]:
    """The form of the decision, filled in with what stands."""
    given = given if given.kind else RULING
    return [
        _choice(l10n, "kind", words.RULINGS, given.kind),
        Field("text", l10n.say(words.FIELDS["text"]), given.text, "lines", most=LONGEST["text"]),
        _text(l10n, "owner", given.owner),
        Field("due", l10n.say(words.FIELDS["due"]), given.due, "date"),
    ]


def signing(l10n: L10n) -> list[Field]:
    """The form of a signature."""
    return [
        _choice(l10n, "role", words.ROLES, "owner"),
        _choice(l10n, "stand", words.STANDS, "agree"),
        Field("words", l10n.say("Reasons (who dissents says why)"), "", "lines", most=LONGEST["text"]),
    ]


def outcome(l10n: L10n) -> list[Field]:
    """The form that says what came of a finding."""
    return [Field("outcome", l10n.say(words.FIELDS["outcome"]), "", "lines", most=LONGEST["text"])]


def settling(l10n: L10n, finding: Finding) -> str:
    """The words of the button that says what came of a finding."""
    return l10n.say("Open it again") if finding.status == DONE else l10n.say("Mark as done")


def _text(l10n: L10n, name: str, value: str) -> Field:
    return Field(name, l10n.say(words.FIELDS[name]), value, "line", most=LONGEST[name])


def _choice(l10n: L10n, name: str, choices: Mapping[str, str], value: str) -> Field:
    return Field(name, l10n.say(words.FIELDS[name]), value, "choice", {k: l10n.say(t) for k, t in choices.items()})


def point_of(sent: Mapping[str, object]) -> Point:
    """The finding that a form sent."""
    return Point(**{name: str(sent.get(name) or "") for name in Point.__dataclass_fields__})


def ruling_of(sent: Mapping[str, object]) -> Ruling:
    """The decision that a form sent."""
    return Ruling(**{name: str(sent.get(name) or "") for name in Ruling.__dataclass_fields__})


def signing_of(sent: Mapping[str, object]) -> Signing:
    """The signature that a form sent."""
    return Signing(*(str(sent.get(name) or "") for name in ("role", "stand", "words")))


def refused(l10n: L10n, error: Exception) -> str:
    """Why something was not written."""
    if isinstance(error, UnfitError):
        return ". ".join(words.problem(l10n, p) for p in error.problems) + "."
    if isinstance(error, OvertakenError):
        return _overtaken(l10n, error)
    if isinstance(error, NotInSessionError):
        said = l10n.say(words.NOT_NOW[error.why])
        return f"{said} ({error.who})" if error.who else said
    return str(error)


def _overtaken(l10n: L10n, error: OvertakenError) -> str:
    who = {"name": error.theirs.changed_by, "moment": l10n.moment(error.theirs.changed_at)}
    if isinstance(error.theirs, Review):
        return l10n.say(
            "“{title}” was changed meanwhile by {name}, {moment}. Nothing of yours was written, and what you typed is "
            "still here: look at what stands now.",
            title=error.theirs.title, **who,
        )  # fmt: skip
    return l10n.say(
        "This finding was changed meanwhile by {name}, {moment}. It now says: {text} Nothing of yours was written.",
        text=error.theirs.text, **who,
    )  # fmt: skip
