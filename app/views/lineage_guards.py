"""App room: the guards of a training run in words: which ran, and what each of them found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.components.verdict import Condition
from app.l10n import L10n
from app.views.lineage_figures import Lineage
from app.views.releases_model import digits
from app.views.shapes import Headline
from app.words import mark

HELD = {
    "no_contemporary": mark("No feature describes the month of the outcome: {n} looked at"),
    "no_label_columns": mark("No column that tells the outcome of its own month is a feature: {n} looked at"),
    "leaks": mark("No feature alone ranks the outcome with an AUC above {limit}: {n} looked at"),
    "disjoint": mark("New clients are judged apart: {n} rows of clients that the scoring model had never seen"),
    "numbers": mark("All {n} scores are numbers from 0 to 1"),
    "skill": mark("Better than no skill: AUC {auc} ({low} – {high}) on {n} rows; 0.5 is chance"),
    "not_one_answer": mark("The cut-off tells rows apart: accuracy {accuracy}, one answer for all {one_answer}; "
                           "{fp} of {negatives} negatives are false positives"),
}  # fmt: skip
"""What a guard that held says."""
SILENT = {
    "no_label_columns": mark("The source brings no columns of its own that could tell the outcome"),
    "leaks": mark("Too few outcomes to look for features that give the outcome away"),
    "skill": mark("Too few outcomes to tell the scores from chance"),
    "not_one_answer": mark("No judged row: whether the cut-off tells rows apart is not known"),
}
"""What is said of a guard that could not judge."""
SHARES = ("accuracy", "one_answer")
AREAS = ("auc", "low", "high")


def headline(l10n: L10n, found: Lineage) -> Headline:
    """How many guards ran; a run that one of them stops publishes nothing."""
    unit = l10n.say("A run that a guard stops publishes nothing: what stands here held, or could not be judged")
    if not found.run:
        return Headline(l10n.say("The release does not say which guards looked at it"), unit)
    ran, n = sum(g["ran"] for g in found.run), len(found.run)
    text = l10n.say("{ran} of {n} guards ran and held", ran=l10n.number(ran), n=l10n.number(n))
    return Headline(text, unit)


def guards(l10n: L10n, found: Lineage) -> list[Condition]:
    """Every guard of the run, and which model answers for new cases."""
    if not found.run:
        return [Condition(l10n.say("Made before guards were recorded. Train again."), "muted"), *_served(l10n, found)]
    return [*(_guard(l10n, g) for g in found.run), *_served(l10n, found)]


def _guard(l10n: L10n, said: Mapping[str, Any]) -> Condition:
    name = said["guard"]
    if name not in HELD or not (said["ran"] or name in SILENT):
        return Condition(name.replace("_", " "), "muted")
    if not said["ran"]:
        return Condition(l10n.say(SILENT[name]), "muted")
    if said.get("refused"):
        text = l10n.many("{n} feature was refused: alone it ranks the outcome with an AUC above {limit}",
                         "{n} features were refused: alone each ranks the outcome with an AUC above {limit}",
                         said["refused"], limit=l10n.number(said["limit"], 2))  # fmt: skip
        return Condition(text, "warn")
    return Condition(l10n.say(HELD[name], **_values(l10n, said)), "good")


def _values(l10n: L10n, said: Mapping[str, Any]) -> dict[str, str]:
    """The numbers of a guard as a reader writes them."""
    values = {k: l10n.number(v) for k, v in said.items() if isinstance(v, int) and k not in SHARES + AREAS}
    values |= {k: digits(l10n, said[k]) for k in AREAS if k in said}
    values |= {k: l10n.percent(said[k]) for k in SHARES if k in said}
    if "limit" in said:
        values["limit"] = l10n.number(said["limit"], 2)
    return values | {"negatives": l10n.number(said.get("fp", 0) + said.get("tn", 0))}


def _served(l10n: L10n, found: Lineage) -> list[Condition]:
    """Whether the model that the API opens is the one that the release reports as its newest."""
    if not found.windows:
        return []
    served, newest = found.served[:12], str(found.windows[-1]["sha256"])[:12]
    if served != newest:
        text = l10n.say("Served ≠ reported: model {served} answers for new cases, the newest of the release is "
                        "{newest}",
                        served=served, newest=newest)  # fmt: skip
        return [Condition(text, "bad")]
    text = l10n.say("Served = reported: model {served} answers for new cases and is the newest of the release",
                    served=served)  # fmt: skip
    return [Condition(text, "good")]
