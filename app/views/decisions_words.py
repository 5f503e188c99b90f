"""App room: the names of figures, kinds, statuses and actions on the page Decisions, and how a figure is written."""

from __future__ import annotations

import math

from app.l10n import L10n
from app.views import names
from app.views.kpi import Kpi
from app.words import mark
from data.records.decisions import LONGEST, Problem

PAGES = {
    "pulse": mark("Pulse"),
    "backtest": mark("Backtest"),
    "false_positives": mark("False positives"),
    "model_effect": mark("Model effect"),
}
KINDS = {
    "keep": mark("Keep the model"),
    "recalibrate": mark("Recalibrate"),
    "retrain": mark("Retrain"),
    "cut_off": mark("Change the cut-off"),
    "policy": mark("Change a policy"),
    "other": mark("Other decision"),
}
STATUSES = {
    "open": mark("Open"),
    "approved": mark("Approved"),
    "rejected": mark("Rejected"),
    "done": mark("Done"),
}
ACTIONS = {
    "open": mark("opened"),
    "edit": mark("edited"),
    "comment": mark("commented"),
    "approve": mark("approved"),
    "reject": mark("rejected"),
    "finish": mark("marked as done"),
    "reopen": mark("opened again"),
}
BUTTONS = {
    "approve": mark("Approve"),
    "reject": mark("Reject"),
    "finish": mark("Mark as done"),
    "reopen": mark("Open again"),
}
FIELDS = {
    "title": mark("Decision"),
    "text": mark("Reasons"),
    "kind": mark("Kind"),
    "owner": mark("Owner"),
    "due": mark("Due"),
    "by": mark("Your name"),
    "comment": mark("Comment"),
}
RULES = {
    "missing": mark("{field} is missing"),
    "long": mark("{field} is longer than {most} characters"),
    "unknown": mark("{field} is not one of those offered"),
    "no_date": mark("{field} is not a date"),
}
FIGURES = {
    "icv30": mark("ICV > 30 days"),
    "icv60": mark("ICV > 60 days"),
    "icv90": mark("ICV > 90 days"),
    "gross": mark("Gross balance"),
    "overdue": mark("Overdue balance"),
    "cash": mark("Cash collected"),
    "acceptance": mark("Acceptance rate"),
    "promise": mark("Observed ÷ expected, last month"),
    "auc": mark("AUC"),
    "offers": mark("Share offered an option"),
    "scored": mark("Share scored"),
    "kept": mark("Share of options kept"),
    "rows": mark("Rows of the month"),
    "observed": mark("Observed rate"),
    "expected": mark("Expected rate"),
    "oe": mark("Observed ÷ expected"),
    "gini": mark("Gini"),
    "ks": mark("KS"),
    "brier": mark("Brier"),
    "ece": mark("ECE"),
    "threshold": mark("Threshold"),
    "fdr": mark("FDR"),
    "fpr": mark("FPR"),
    "precision": mark("Precision"),
    "recall": mark("Recall"),
    "flagged": mark("Rows flagged"),
    "effect": mark("Effect on the ICV"),
}
MONEY = ("gross", "overdue", "cash")
COUNTS = ("rows", "flagged")
PLAIN = ("promise", "oe", "auc", "gini", "ks", "brier", "ece")
REASONS = {
    "no_evidence": mark("the frozen evidence is missing or was altered"),
    "other_selection": mark("this release does not have what was selected"),
    "no_later_month": mark("no later month has matured yet"),
    "undated": mark("the data carry no dates"),
    "other_grade": mark("the evidence grade is another one now"),
    "no_days_past_due": mark("the data carry no days past due"),
    "no_payments": mark("the data carry no payments"),
    "no_offers": mark("the data carry no offers"),
}
"""Why nothing can be compared, beside the reasons of `names`."""


def figure(l10n: L10n, key: str) -> str:
    """The name of a figure; an effect names its arms."""
    plain, _, arms = key.partition(":")
    name = l10n.say(FIGURES[plain]) if plain in FIGURES else plain
    arm, _, control = arms.partition("-")
    return f"{name} ({names.arm(l10n, arm)} − {names.arm(l10n, control)})" if arms else name


def value(l10n: L10n, key: str, number: float) -> str:
    """A figure's number in its unit."""
    if key in MONEY:
        return l10n.money(number)
    if key in COUNTS:
        return l10n.number(number)
    if key in PLAIN:
        return l10n.number(number, 3)
    return l10n.points(number, 2) if _is_effect(key) else l10n.percent(number)


def change(l10n: L10n, key: str, number: float) -> str:
    """A difference of two such numbers, signed, to the digits of the numbers."""
    if key in MONEY:
        return l10n.signed_money(number)
    if key in COUNTS or key in PLAIN:
        return l10n.signed(number, 0 if key in COUNTS else 3)
    return l10n.points(number, 2 if _is_effect(key) else 1)


def interval(l10n: L10n, key: str, low: float, high: float) -> str:
    """An interval of such numbers; "" where there is none."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return ""
    if key in MONEY or key in COUNTS:
        return f"{value(l10n, key, low)} – {value(l10n, key, high)}"
    if key in PLAIN:
        return f"{l10n.number(low, 3)} – {l10n.number(high, 3)}"
    return l10n.interval(low, high, 2 if _is_effect(key) else 1)


def stated(l10n: L10n, found: Kpi) -> str:
    """A figure with its month and, of an effect, its grade."""
    grade = f" · {l10n.say('Grade {letter}', letter=found.grade)}" if found.grade else ""
    month = f" ({l10n.month(found.month)})" if found.month else ""
    return f"{value(l10n, found.key, found.value)}{month}{grade}"


def reason(l10n: L10n, key: str) -> str:
    """Why a figure cannot be known or compared."""
    return l10n.say(REASONS[key]) if key in REASONS else names.reason(l10n, key)


def problem(l10n: L10n, found: Problem) -> str:
    """What is wrong with a field."""
    places = {"field": l10n.say(FIELDS[found.field])}
    if found.rule == "long":
        places["most"] = l10n.number(LONGEST[found.field])
    return l10n.say(RULES[found.rule], **places)


def _is_effect(key: str) -> bool:
    return key.startswith("effect")
