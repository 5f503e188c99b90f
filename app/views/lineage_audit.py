"""App room: the re-score audit in words: what passes, what fails by name, and what cannot be told."""

from __future__ import annotations

import math
from collections.abc import Sequence

from app.l10n import L10n
from app.views.lineage_figures import Lineage, Refused
from app.views.shapes import Headline
from app.words import mark
from data.audited import ROWS, TOLERANCE, Audit, Fault

FAULTS = {
    "no_sample": mark("The release keeps no rows to score again: it was made before there were any. Train again."),
    "draw": mark("The rows that were kept are not those that the scored rows draw: {found} of {said} are among them"),
    "served": mark("Model {said} answers for new cases, but the newest rows were scored by {found}"),
    "missing": mark("Model {model} is missing among the registered ones: its rows cannot be scored again"),
    "altered": mark("Model {model} was altered: its bytes do not have the hash that the release reports. "
                    "It was not opened."),
    "foreign": mark("Model {model} cannot be opened: {found}"),
    "class": mark("Model {model} is {found}, but the card says {said}"),
    "features": mark("Model {model} reads other features than the card says: it lacks {said}; beside them {found}"),
    "lacks": mark("Model {model} reads what the kept rows lack: {said}"),
    "row": mark("Model {model}, client {client}, obligation {obligation}, {month}: scored again {found}, published "
                "{said}, difference {difference}"),
}  # fmt: skip
"""What each fault is."""
SHOWN = 6
"""Faults that are named before the others are counted."""


def headline(l10n: L10n, audit: Audit | Refused | None) -> Headline:
    """Whether the registered models scored the rows."""
    unit = l10n.say("Rows drawn by the release itself, at least one of each model; |Δp| of at most {limit} passes",
                    limit=tiny(l10n, TOLERANCE))  # fmt: skip
    if isinstance(audit, Refused):
        return Headline(l10n.say("The audit could not be made"), unit)
    if audit is None:
        return Headline(l10n.say("Did the registered models score these rows? {n} are scored again on demand",
                                 n=l10n.number(ROWS)), unit)  # fmt: skip
    if audit.passed:
        text = l10n.say("The registered models scored these rows: largest |Δp| {largest}",
                        largest=tiny(l10n, audit.largest))  # fmt: skip
        return Headline(text, unit)
    if not audit.rows:
        return Headline(l10n.say("No row could be scored again"), unit)
    return Headline(l10n.say("The audit does not pass"), unit)


def faults(l10n: L10n, audit: Audit | Refused | None) -> list[str]:
    """Everything that does not hold, by name; empty when nothing fails or nothing was tried."""
    if audit is None:
        return []
    if isinstance(audit, Refused):
        return [audit.why]
    more = len(audit.faults) - SHOWN
    rest = [l10n.many("… and {n} more", "… and {n} more", more)] if more > 0 else []
    return [*(_said(l10n, f) for f in audit.faults[:SHOWN]), *rest]


def _said(l10n: L10n, fault: Fault) -> str:
    row = fault.kind == "row"
    numbers = {n: l10n.number(float(getattr(fault, n)), 6) if row else getattr(fault, n) for n in ("said", "found")}
    return l10n.say(
        FAULTS[fault.kind], model=fault.model, client=fault.client, obligation=fault.obligation,
        month=l10n.month(fault.month) if row else "", difference=tiny(l10n, fault.difference), **numbers,
    )  # fmt: skip


def counted(l10n: L10n, audit: Audit) -> str:
    """How many rows and models were tried."""
    return l10n.say(
        "{rows} of {drawn} drawn rows scored again by {models} of {named} models · draw {seed}",
        rows=l10n.number(audit.rows), drawn=l10n.number(audit.drawn), models=l10n.number(audit.models),
        named=l10n.number(audit.named), seed=audit.seed[:16],
    )  # fmt: skip


def waiting(l10n: L10n, found: Lineage, *, scorer: bool) -> str:
    """What stands there before the audit was asked for, or why it cannot be."""
    if not scorer:
        return l10n.say("This dashboard does not serve scores, so it opens no model. The audit runs from a shell: "
                        "{command}", command=COMMAND)  # fmt: skip
    if not found.kept:
        return l10n.say(FAULTS["no_sample"])
    return l10n.say("Anybody can repeat it, without the bank's files: {command}", command=COMMAND)


COMMAND = "python -m model.audit --store …"


def of(audit: Audit | Refused | None, version: str) -> Audit | Refused | None:
    """The audit when it is of the release on screen."""
    return audit if audit is not None and audit.release == version else None


def tiny(l10n: L10n, value: float) -> str:
    """A difference as a power of ten: 3,2e−7; 0 when there is none."""
    if not math.isfinite(value) or value == 0:
        return l10n.number(value)
    power = math.floor(math.log10(abs(value)))
    digits = 0 if math.isclose(value / 10**power, round(value / 10**power)) else 1
    return f"{l10n.number(value / 10**power, digits)}e{l10n.number(power)}"


def level(audit: Audit | Refused | None) -> str:
    """How grave it is: "ok", "act", or "unknown" before it was made."""
    if audit is None or isinstance(audit, Refused):
        return "unknown"
    return "ok" if audit.passed else "act"


def tone(audit: Audit) -> str:
    """Whether the audit is good news."""
    return "good" if audit.passed else "bad"


def findings(l10n: L10n, audit: Audit | Refused | None) -> Sequence[tuple[str, str]]:
    """The audit as lines with their tone, for a document."""
    if audit is None:
        return [(l10n.say("Not made for this document. From a shell: {command}", command=COMMAND), "muted")]
    if isinstance(audit, Audit) and audit.passed:
        return [(counted(l10n, audit), "good")]
    return [(text, "bad") for text in faults(l10n, audit)]
