"""App room: the names of what stands in the review room, and how its figures are written."""

from __future__ import annotations

import math

from app.l10n import L10n
from app.views import decisions_words as words
from app.views import feature_names, names
from app.views.kpi import Kpi
from app.words import mark
from data.records.decisions import LONGEST, Problem

PAGES = {**words.PAGES, "calibration": mark("Calibration")}
SEVERITIES = {"low": mark("Low"), "medium": mark("Medium"), "high": mark("High")}
TONES = {"low": "", "medium": "warn", "high": "bad"}
RULINGS = {k: words.KINDS[k] for k in ("keep", "recalibrate", "retrain", "cut_off")}
ROLES = {
    "owner": mark("Model owner"),
    "validator": mark("Validator"),
    "lead": mark("Collections lead"),
}
STANDS = {"agree": mark("Agrees"), "dissent": mark("Dissents")}
STATUSES = {"open": mark("Open"), "done": mark("Done"), "closed": mark("Closed")}
ACTIONS = {
    "start": mark("The session is open and its evidence frozen."),
    "find": mark("The finding is written down."),
    "amend": mark("The finding is changed."),
    "settle": mark("What came of the finding is written down."),
    "rule": mark("The decision is written down. It can be signed now."),
    "sign": mark("Signed."),
    "close": mark("The session is closed: nothing of it can be changed any more."),
}
FIELDS = {
    **words.FIELDS,
    "title": mark("Session"),
    "finding": mark("Finding"),
    "severity": mark("Severity"),
    "role": mark("Role"),
    "stand": mark("Position"),
    "words": mark("Reasons"),
    "outcome": mark("What came of it"),
}
FIGURES = {
    "gap": mark("Observed less promised"),
    "lift_10": mark("Lift of the best tenth"),
    "log_loss": mark("Log loss"),
    "reliability": mark("Brier: reliability"),
    "resolution": mark("Brier: resolution"),
    "uncertainty": mark("Brier: uncertainty"),
    "skill": mark("Brier skill"),
    "ece_floor": mark("ECE that chance alone makes"),
    "intercept": mark("Calibration intercept"),
    "slope": mark("Calibration slope"),
    "hosmer_lemeshow": mark("Hosmer-Lemeshow, p"),
    "spiegelhalter": mark("Spiegelhalter, p"),
    "n": mark("Obligations counted"),
    "promised": mark("Promised rate"),
}
PLAIN = ("lift_10", "log_loss", "reliability", "resolution", "uncertainty", "skill", "ece_floor", "intercept", "slope",
         "hosmer_lemeshow", "spiegelhalter")  # fmt: skip
DIGITS = 4
"""Decimals of those."""
WHY = {
    "labels": mark("outcomes came"),
    "scores": mark("the obligations were scored by another model"),
    "data": mark("the data were restated"),
}
NOT_NOW = {
    "closed": mark("The session is closed: nothing was changed."),
    "undecided": mark("Nothing is decided yet that could be signed."),
    "signed": mark("This role, or this person in another, has signed already."),
    "lacking": mark("A decision or a signature is still missing."),
}
REASONS = {
    "no_evidence": mark("the frozen evidence is missing or was altered"),
    "other_selection": mark("this release does not have what was selected"),
    "no_later_month": mark("no later month has matured yet"),
    "undated": mark("the data carry no dates"),
}


def figure(l10n: L10n, key: str) -> str:
    """The name of a figure."""
    return l10n.say(FIGURES[key]) if key in FIGURES else words.figure(l10n, key)


def value(l10n: L10n, key: str, number: float) -> str:
    """A figure's number in its unit; a dash where there is none."""
    if not math.isfinite(number):
        return "—"
    if key in PLAIN:
        return l10n.number(number, DIGITS)
    if key == "n":
        return l10n.number(number)
    return l10n.points(number, 2) if key == "gap" else words.value(l10n, key, number)


def change(l10n: L10n, key: str, number: float) -> str:
    """A difference of two such numbers, signed; a dash where there is none."""
    if not math.isfinite(number):
        return "—"
    if key in PLAIN:
        return l10n.signed(number, DIGITS)
    if key == "n":
        return l10n.signed(number, 0)
    return l10n.points(number, 2) if key == "gap" else words.change(l10n, key, number)


def interval(l10n: L10n, key: str, low: float, high: float) -> str:
    """An interval of such numbers; "" where there is none."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return ""
    if key in (*PLAIN, "gap", "n"):
        return f"{value(l10n, key, low)} – {value(l10n, key, high)}"
    return words.interval(l10n, key, low, high)


def span(l10n: L10n, key: str, low: float, high: float) -> str:
    """The interval of a difference, in brackets; "" where there is none."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return ""
    return f"[{change(l10n, key, low)} … {change(l10n, key, high)}]"


def stated(l10n: L10n, found: Kpi) -> str:
    """A figure with its month."""
    month = f" ({l10n.month(found.month)})" if found.month else ""
    return f"{value(l10n, found.key, found.value)}{month}"


def feature(l10n: L10n, name: str) -> str:
    """The name of a feature."""
    return feature_names.feature(l10n, name)


def reason(l10n: L10n, key: str) -> str:
    """Why a figure cannot be known or compared."""
    return l10n.say(REASONS[key]) if key in REASONS else words.reason(l10n, key)


def problem(l10n: L10n, found: Problem) -> str:
    """What is wrong with a field."""
    places = {"field": l10n.say(FIELDS[found.field])}
    if found.rule == "long":
        places["most"] = l10n.number(LONGEST.get(found.field, LONGEST["text"]))
    return l10n.say(words.RULES[found.rule], **places)


def level(l10n: L10n, name: str) -> str:
    """The name of a level of the data."""
    return names.level(l10n, name)
