"""App room: the section Lineage: which model scored the rows, what it learnt from, which data and code made it."""

from __future__ import annotations

from app.components.card_list import Chips, Fact
from app.l10n import L10n
from app.views import lineage_audit as audits
from app.views import releases_model as model
from app.views.feature_names import feature
from app.views.lineage_figures import Lineage, Refused
from app.views.shapes import Box, Headline, State
from data.audited import TOLERANCE, Audit

SHORT = 12


def state(l10n: L10n, found: Lineage) -> State | None:
    """Why there is nothing to show: a release without a card."""
    if found.served:
        return None
    return State(
        "nothing", l10n.say("The release carries no model card"),
        l10n.say("Its scores were made elsewhere, or before there were cards: where they come from is not known. "
                 "Train again."),
    )  # fmt: skip


def sentence(l10n: L10n, found: Lineage, audit: Audit | Refused | None) -> str:
    """Which model scores, what it learnt from, and whether the audit agrees."""
    said = {
        "name": class_of(l10n, found),
        "hash": found.served[:SHORT],
        "features": l10n.many("{n} feature", "{n} features", read(found)),
    }
    if not found.windows:
        head = l10n.say("{name} {hash}.", **said)
    elif not model.dated(found.card):
        head = l10n.say("{name} {hash} reads {features} and learnt from {rows} rows; nothing has a date.",
                        rows=l10n.number(found.windows[-1]["n"]), **said)  # fmt: skip
    else:
        last = found.windows[-1]
        head = l10n.say("{name} {hash} reads {features}, learnt from {months} ({rows} rows with a known outcome).",
                        months=l10n.months(last["train_first"], last["train_last"]), rows=l10n.number(last["n"]),
                        **said)  # fmt: skip
    return f"{head} {_verdict(l10n, audit)}"


def _verdict(l10n: L10n, audit: Audit | Refused | None) -> str:
    if audit is None or isinstance(audit, Refused):
        return l10n.say("Whether it scored these rows is not checked yet.")
    if audit.passed:
        return l10n.say("It scored these rows: {n} scored again, every one as published.", n=l10n.number(audit.rows))
    return l10n.say("That it scored these rows cannot be confirmed.")


def class_of(l10n: L10n, found: Lineage) -> str:
    """The class of the model for people."""
    return model.candidate_name(l10n, str(found.card.get("class", "")))


def read(found: Lineage) -> int:
    """How many features the newest model reads; all of the card where it does not say which it leaves."""
    left = len(found.windows[-1].get("unread", [])) if found.windows else 0
    return len(found.card.get("features", [])) - left


def boxes(l10n: L10n, found: Lineage, audit: Audit | Refused | None) -> list[Box]:
    """The small figures: class, hash, features, guards, the largest difference of the audit."""
    made = isinstance(audit, Audit)
    largest = audits.tiny(l10n, audit.largest) if isinstance(audit, Audit) else "—"
    passed = l10n.say("passes") if made and audits.level(audit) == "ok" else l10n.say("does not pass")
    ran = l10n.say("{ran} of {n}", ran=l10n.number(sum(g["ran"] for g in found.run)), n=l10n.number(len(found.run)))
    newest = found.windows[-1] if found.windows else {}
    window = l10n.months(newest["train_first"], newest["train_last"]) if newest and model.dated(found.card) else "—"
    return [
        Box("class", l10n.say("Class"), class_of(l10n, found), against=str(newest.get("artifact", ""))),
        Box("hash", l10n.say("Hash"), found.served[:8], against=l10n.say("SHA-256 of the model's bytes")),
        Box("features", l10n.say("Features"), l10n.number(read(found)),
            against=l10n.say("known before the month")),
        Box("window", l10n.say("Training rows"), l10n.number(newest.get("n")), against=window),
        Box("guards", l10n.say("Guards that held"), ran if found.run else "—",
            against=l10n.say("the others could not judge")),
        Box("audit", l10n.say("Largest |Δp|"), largest, level=audits.level(audit),
            target=passed if made else l10n.say("not scored again yet"),
            against=l10n.say("at most {limit} passes", limit=audits.tiny(l10n, TOLERANCE))),
    ]  # fmt: skip


def headline(l10n: L10n, found: Lineage) -> Headline:
    """The card's title."""
    unit = l10n.say("Release {name}; the filters change nothing here", name=found.version)
    return Headline(l10n.say("The model and what made it"), unit)


def facts(l10n: L10n, found: Lineage) -> list[Fact]:
    """The model, its data and its code; what the release does not record says so."""
    code = found.card.get("code", {})
    made = [
        Fact(l10n.say("Release"), f"{found.version} · {l10n.moment(found.published_at)}"),
        *model.facts(l10n, found.card),
        Fact(l10n.say("Data hash"), str(found.card.get("data_hash", "")), code=True),
        Fact(l10n.say("Code"), _code(l10n, code)),
    ]
    untold = l10n.say("not recorded: the release was made before it was. Train again.")
    return [f if f.text else Fact(f.name, untold) for f in made]


def _code(l10n: L10n, code: dict[str, str]) -> str:
    if not code:
        return ""
    commit = code.get("commit", "")[:SHORT]
    said = [l10n.say("package {version}", version=code["package"]) if code.get("package") else "",
            l10n.say("commit {commit}", commit=commit) if commit else l10n.say("no commit: not a checkout"),
            l10n.say("sources {hash}", hash=code["hash"])]  # fmt: skip
    return " · ".join(s for s in said if s)


def code_note(l10n: L10n, found: Lineage) -> str:
    """Whether the code that runs here is the code that trained."""
    trained = found.card.get("code", {}).get("hash", "")
    if not trained:
        return ""
    if trained == found.here:
        return l10n.say("The code that runs here is the code that trained it.")
    return l10n.say("The code that runs here ({here}) is not the code that trained it: the hashes tell them apart.",
                    here=found.here)  # fmt: skip


def features(l10n: L10n, found: Lineage) -> list[Chips]:
    """The features by where they come from, in words."""
    return [Chips(c.title, [feature(l10n, n) for n in c.names]) for c in model.features(l10n, found.card)]


def features_summary(l10n: L10n, found: Lineage) -> str:
    """How many features the run had."""
    return model.features_summary(l10n, found.card)
