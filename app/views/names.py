"""App room: names of dimensions, levels, label states and reasons, in the reader's language."""

from __future__ import annotations

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

LEVELS = {UNKNOWN: mark("Unknown"), "none": mark("No offers"), "model": mark("Model"), "legacy": mark("Previous rules")}
"""Levels that have a name other than themselves."""

_SPELT = {
    **{word: word for word in ("de", "del", "la", "las", "los", "el", "y", "e", "o", "da", "do", "dos", "das")},
    "credito": "crédito", "inversion": "inversión", "microcredito": "microcrédito", "vehiculo": "vehículo",
    "bogota": "Bogotá", "telefono": "teléfono", "pymes": "Pymes", "libre": "libre", "consumo": "consumo",
}  # fmt: skip
"""Words of bank files, which come in capitals and without accents, as they are written."""

REASONS = {
    "empty": mark("no rows in this selection"),
    "few_months": mark("too few months"),
    "few_groups": mark("too few groups"),
    "few_random_groups": mark("too few clients"),
    "immature": mark("most outcomes are still open"),
    "low_ess": mark("too few rows carry the weight"),
    "no_arms": mark("nobody was randomised"),
    "no_balance": mark("the data carry no balances"),
    "no_control": mark("no comparison arm"),
    "no_label_yet": mark("no outcome is known yet"),
    "no_month_before": mark("there is no month before"),
    "no_negatives": mark("no negative outcome yet"),
    "no_positives": mark("no positive outcome yet"),
    "no_propensity": mark("no decision probability was logged"),
    "no_reference": mark("no reference to compare with"),
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
    """The name of a level: its translation, else the name itself with its capitals and accents put right."""
    if name in LEVELS:
        return l10n.say(LEVELS[name])
    if not (name.islower() or (name.isupper() and len(name) > 2)) or any(c.isdigit() for c in name):
        return name
    words = [_SPELT.get(word, word.capitalize()) for word in name.lower().split()]
    return " ".join([words[0][:1].upper() + words[0][1:], *words[1:]])


def reason(l10n: L10n, key: str) -> str:
    """Why a number is undefined, as half a sentence; "" when nothing is wrong."""
    return l10n.say(REASONS[key]) if key in REASONS else key
