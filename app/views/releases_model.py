"""App room: the card of the model: what it is, from which features and from which months it learnt."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from app.components.card_list import Chips, Fact
from app.desk import Pin
from app.l10n import L10n
from app.views.releases_figures import document
from app.views.shapes import Cell, Headline, Table
from app.words import mark

CANDIDATES = {
    "dummy": mark("The same for everybody"),
    "logistic": mark("Logistic regression"),
    "ridge": mark("Ridge regression"),
    "lda": mark("Linear discriminant"),
    "naive_bayes": mark("Naive Bayes"),
    "tree": mark("Decision tree"),
    "adaboost": mark("AdaBoost"),
    "forest": mark("Random forest"),
    "balanced_forest": mark("Balanced random forest"),
    "gradient_boosting": mark("Gradient boosting"),
    "xgboost": mark("XGBoost"),
    "lightgbm": mark("LightGBM"),
    "lightgbm_deep": mark("LightGBM with deep trees"),
    "blend": mark("Blend of three models"),
}
"""Names of the candidates."""


def candidate_name(l10n: L10n, label: str) -> str:
    """A candidate for people: `lightgbm-3fa9` is a tuned LightGBM; a name that is not known stands as it is."""
    name, _, tuned = label.partition("-")
    if name not in CANDIDATES:
        return label
    return l10n.say("{name}, tuned", name=l10n.say(CANDIDATES[name])) if tuned else l10n.say(CANDIDATES[name])


SOURCES = {
    "obligations": mark("Obligations"),
    "attributes": mark("Columns of the file"),
    "payments": mark("Payments"),
    "scores": mark("Bank scores"),
    "clients": mark("Clients"),
    "actions": mark("Collection actions"),
    "outcomes": mark("Earlier outcomes"),
}
"""Frames of the contract that features are made of."""

OPENING = "at the opening of month t"
"""How `model.features.Known` says that a feature is known when its month opens."""


def card(pin: Pin) -> Mapping[str, Any]:
    """The release's card; empty when it carries none."""
    return document(pin, "model_card") or {}


def headline(l10n: L10n, card: Mapping[str, Any]) -> Headline:
    """Which model, trained on what."""
    name = str(card.get("model_hash", ""))[:8]
    windows = card.get("windows", [])
    unit = l10n.say("What is known about the model whose hash stands on every scored row")
    if not name:
        return Headline(l10n.say("The release carries no model"), unit)
    if not windows:
        return Headline(l10n.say("Model {name}", name=name), unit)
    if not dated(card):
        return Headline(l10n.say("Model {name}: each row was scored by a model that had learnt from other clients",
                                 name=name), unit)  # fmt: skip
    text = l10n.many(
        "Model {name}: {n} month scored by a model that had learnt from earlier months only",
        "Model {name}: {n} months, each scored by a model that had learnt from earlier months only",
        sum(len(w["scores"]) for w in windows), name=name,
    )  # fmt: skip
    return Headline(text, unit)


def dated(card: Mapping[str, Any]) -> bool:
    """Whether each month was scored by models of earlier ones; if not, each part of the rows by a model of the rest."""
    return bool(card.get("dated", True))


def facts(l10n: L10n, card: Mapping[str, Any]) -> list[Fact]:
    """The card as a list; what it lacks is left out."""
    windows = card.get("windows", [])
    made = str(card.get("class", ""))
    positive = card.get("positive_means")
    versions = card.get("versions", {})
    found = [
        Fact(l10n.say("Class"), candidate_name(l10n, made)),
        Fact(l10n.say("Positive ="), l10n.pick(positive) if positive else ""),
        Fact(l10n.say("Hash (SHA-256)"), str(card.get("model_hash", "")), code=True),
        Fact(l10n.say("Trained"), l10n.moment(card["trained_at"]) if card.get("trained_at") else ""),
        *_learnt(l10n, card, windows),
        Fact(l10n.say("Libraries"), " · ".join(f"{name} {v}" for name, v in versions.items())),
    ]
    return [f for f in found if f.text]


def _learnt(l10n: L10n, card: Mapping[str, Any], windows: Sequence[Mapping[str, Any]]) -> list[Fact]:
    if not windows:
        return []
    if not dated(card):
        known = l10n.many("{n} row with a known outcome", "{n} rows with a known outcome", windows[-1]["n"])
        return [Fact(l10n.say("Learnt from"), known)]
    newest = Fact(l10n.say("Newest window"), _window(l10n, windows[-1]))
    return [newest, Fact(l10n.say("First window"), _window(l10n, windows[0]))] if len(windows) > 1 else [newest]


def _window(l10n: L10n, window: Mapping[str, Any]) -> str:
    return l10n.say(
        "{months}, {n} rows with a known outcome; scores {scored}",
        months=l10n.months(window["train_first"], window["train_last"]), n=l10n.number(window["n"]),
        scored=_scored(l10n, window),
    )  # fmt: skip


def _scored(l10n: L10n, window: Mapping[str, Any]) -> str:
    months = window["scores"]
    if "fold" in window:
        return l10n.say("Part {k} of the rows", k=l10n.number(window["fold"]))
    if not months:
        return l10n.say("New cases")
    return l10n.months(months[0], months[-1])


def features(l10n: L10n, card: Mapping[str, Any]) -> list[Chips]:
    """The features by where they come from and when they are known."""
    groups: dict[str, list[str]] = {}
    for feature in card.get("features", []):
        groups.setdefault(feature["known"], []).append(feature["name"])
    return [Chips(known_when(l10n, known), names) for known, names in groups.items()]


def features_summary(l10n: L10n, card: Mapping[str, Any]) -> str:
    """How many features there are."""
    return l10n.many("{n} feature", "{n} features", len(card.get("features", [])))


def known_when(l10n: L10n, known: str) -> str:
    """Where a feature comes from and when it is known, as `model.features.Known` writes it."""
    frame, _, moment = known.partition(", ")
    name = l10n.say(SOURCES[frame]) if frame in SOURCES else frame
    if moment == OPENING:
        return l10n.say("{source}, as they stand when the month opens", source=name)
    return l10n.say("{source}, up to the month before", source=name)


def windows(l10n: L10n, card: Mapping[str, Any]) -> Table | None:
    """The training window of each scored month, newest first; None when the card names none."""
    found: Sequence[Mapping[str, Any]] = card.get("windows", [])
    if not found:
        return None
    scored = l10n.say("Scored months") if dated(card) else l10n.say("Scored")
    return Table(
        columns=(
            scored, l10n.say("Learnt from"), l10n.say("Rows"), l10n.say("Calibrated on"),
            l10n.say("AUC"), l10n.say("95% interval"), l10n.say("n"), l10n.say("Model"),
        ),
        rows=tuple(_trained(l10n, w) for w in reversed(found)),
        caption=windows_summary(l10n, card),
    )  # fmt: skip


def windows_headline(l10n: L10n, card: Mapping[str, Any]) -> Headline:
    """In how many scored months the scores were clearly better than chance."""
    unit = (
        l10n.say("Each model learnt from months whose outcomes were known by then, and scored the months after them")
        if dated(card)
        else l10n.say("Nothing has a date: each part of the rows was scored by a model that had learnt from the others")
    )
    judged = [w["metrics"] for w in card.get("windows", []) if not undefined(w["metrics"]["auc_low"])]
    if not judged:
        return Headline(l10n.say("No training window can be judged"), unit)
    clear = sum(m["auc_low"] > 0.5 for m in judged)
    said = {"clear": l10n.number(clear), "n": l10n.number(len(judged))}
    return Headline(l10n.say("Better than chance in {clear} of {n} training windows that can be judged", **said), unit)


def windows_summary(l10n: L10n, card: Mapping[str, Any]) -> str:
    """How many models there are."""
    return l10n.many("{n} training window", "{n} training windows", len(card.get("windows", [])))


def _trained(l10n: L10n, w: Mapping[str, Any]) -> tuple[Cell, ...]:
    worth = w["metrics"]
    low, high = worth["auc_low"], worth["auc_high"]
    interval = "—" if undefined(low) else f"{digits(l10n, low)} – {digits(l10n, high)}"
    return (
        Cell(_scored(l10n, w)), Cell(l10n.months(w["train_first"], w["train_last"])), Cell(l10n.number(w["n"])),
        Cell(l10n.number(w["calibrated_on"])), Cell(digits(l10n, worth["auc"])), Cell(interval, "muted"),
        Cell(l10n.number(worth["n"])), Cell(w["model"], "muted"),
    )  # fmt: skip


def number(value: float | None) -> float:
    """A number of a document as a float; NaN where the document has none."""
    return math.nan if value is None else float(value)


def undefined(value: float | None) -> bool:
    """Whether a document has no such number."""
    return not math.isfinite(number(value))


def digits(l10n: L10n, value: float | None) -> str:
    """A figure between 0 and 1 with three digits."""
    return l10n.number(value, 3)
