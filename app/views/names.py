"""App room: names of dimensions, levels, label states and reasons, in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from app.l10n import L10n
from app.words import mark
from data.rows import UNKNOWN

DIMENSIONS = {
    "product": mark("Product"),
    "bucket": mark("Days past due"),
    "region": mark("Region"),
    "age_band": mark("Age"),
    "segment": mark("Bank segment"),
    "income_band": mark("Income"),
    "channel": mark("Channel"),
    "occupation": mark("Occupation"),
    "gender": mark("Gender"),
    "arm": mark("Arm"),
}
"""Standard dimensions; a source's own carry their labels in the release."""

ARMS = {"none": mark("No offers"), "model": mark("Model"), "legacy": mark("Previous rules")}
"""Arms that have a name other than themselves."""

_SPELT = {
    **{word: word for word in ("de", "del", "la", "las", "los", "el", "y", "e", "o", "da", "do", "dos", "das")},
    "credito": "crédito", "inversion": "inversión", "microcredito": "microcrédito", "vehiculo": "vehículo",
    "bogota": "Bogotá", "telefono": "teléfono", "pymes": "Pymes", "libre": "libre", "consumo": "consumo",
    "ampliacion": "ampliación", "consolidacion": "consolidación",
    "debtconsolidation": "debt consolidation", "homeimprovement": "home improvement",
}  # fmt: skip
"""Words of files, which come in capitals, without accents or run together, as they are written."""

_RANGE = re.compile(r"(?<=\d)_(?=\d)")
"""What stands for a dash between two numbers."""

REASONS = {
    "closes_at_once": mark("the outcome is known when its own month ends"),
    "came_after": mark("a filter keeps what came after the arms were drawn"),
    "empty": mark("no rows in this selection"),
    "few_months": mark("too few months"),
    "few_groups": mark("too few groups"),
    "few_random_groups": mark("too few clients"),
    "immature": mark("most outcomes are still open"),
    "low_ess": mark("too few rows carry the weight"),
    "month_missing": mark("a month is missing"),
    "no_arms": mark("nobody was randomised"),
    "no_balance": mark("the data carry no balances"),
    "no_control": mark("no comparison arm"),
    "no_label_yet": mark("no outcome is known yet"),
    "no_month_before": mark("there is no month before"),
    "no_negatives": mark("no negative outcome yet"),
    "no_positives": mark("no positive outcome yet"),
    "no_promises": mark("the data do not say which promises were kept"),
    "no_propensity": mark("no decision probability was logged"),
    "no_reference": mark("no reference to compare with"),
    "no_report_dates": mark("the data do not say when an outcome was reported"),
    "no_score": mark("no row carries a score"),
    "no_variance": mark("all cases are alike"),
    "no_year_before": mark("there is no year before"),
    "nobody_flagged": mark("nobody is flagged"),
    "not_identifiable": mark("cannot be known from the rows that were worked"),
    "not_separable": mark("the parts cannot be told apart"),
    "perfect_separation": mark("the scores separate the outcomes perfectly"),
    "short_window": mark("fewer months than the measure needs"),
    "single_member": mark("only one case"),
    "small_sample": mark("too few cases"),
    "suppressed": mark("too few obligations to be shown without telling of one client"),
    "too_early": mark("too little time has passed"),
}
"""Why a number is undefined: every key of `monitoring.estimate.REASONS`."""


def dimension(l10n: L10n, name: str, document: Mapping[str, Any] | None = None) -> str:
    """The name of a dimension: the standard one, else the release's own label, else the name made readable."""
    if name in DIMENSIONS:
        return l10n.say(DIMENSIONS[name])
    labels = ((document or {}).get(name) or {}).get("labels")
    if isinstance(labels, Mapping) and labels:
        return l10n.pick(labels)
    return name.replace("_", " ").capitalize()


def level(l10n: L10n, name: str) -> str:
    """The name of a level: the name itself with its accents put right, and a capital at its head; of words in capitals,
    at the head of each."""
    if name == UNKNOWN:
        return l10n.say("Unknown")
    words = _RANGE.sub("-", name).replace("_", " ").split() or [name]
    plain = name.isupper() and len(name) > 2 and not any(c.isdigit() for c in name)
    words = [_SPELT.get(w.lower(), w.capitalize() if plain or _is_loud(w) else w) for w in words]
    if words[0].islower() and not any(c.isdigit() for c in words[0]):
        words[0] = words[0][0].upper() + words[0][1:]
    return " ".join(words)


def _is_loud(word: str) -> bool:
    """Whether a word is in capitals without being an abbreviation."""
    return word.isalpha() and word.isupper() and len(word) > 3


def arm(l10n: L10n, name: str) -> str:
    """The name of an arm: its translation, else that of a level."""
    return l10n.say(ARMS[name]) if name in ARMS else level(l10n, name)


def reason(l10n: L10n, key: str) -> str:
    """Why a number is undefined, as half a sentence; "" when nothing is wrong."""
    return l10n.say(REASONS[key]) if key in REASONS else key
