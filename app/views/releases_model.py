"""App room: the card of the model: how it was made, what it was worth out of time, and what its guards said."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from app.components.card_list import Chips, Fact
from app.components.verdict import Condition
from app.desk import Pin
from app.l10n import L10n
from app.views.releases_figures import document
from app.views.shapes import Cell, Headline, Table
from app.words import mark

CLASSES = {"lightgbm": mark("LightGBM, gradient-boosted trees, calibrated on later months")}
LINES = {
    "lightgbm": mark("LightGBM"),
    "logistic": mark("Logistic regression"),
    "bank_score": mark("The bank's own score"),
    "no_skill": mark("No skill: the same for everybody"),
}
"""Names of the lines of the leaderboard."""

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

METRICS = ("auc", "pr_auc", "brier", "f1")
SMALLER_IS_BETTER = frozenset({"brier"})


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
    text = l10n.many(
        "Model {name}: {n} month scored by a model that had learnt from earlier months only",
        "Model {name}: {n} months, each scored by a model that had learnt from earlier months only",
        sum(len(w["scores"]) for w in windows), name=name,
    )  # fmt: skip
    return Headline(text, unit)


def facts(l10n: L10n, card: Mapping[str, Any]) -> list[Fact]:
    """The card as a list; what it lacks is left out."""
    windows = card.get("windows", [])
    made = str(card.get("class", ""))
    positive = card.get("positive_means")
    versions = card.get("versions", {})
    found = [
        Fact(l10n.say("Class"), l10n.say(CLASSES[made]) if made in CLASSES else made),
        Fact(l10n.say("Positive ="), l10n.pick(positive) if positive else ""),
        Fact(l10n.say("Hash (SHA-256)"), str(card.get("model_hash", "")), code=True),
        Fact(l10n.say("Trained"), l10n.moment(card["trained_at"]) if card.get("trained_at") else ""),
        Fact(l10n.say("Newest window"), _window(l10n, windows[-1]) if windows else ""),
        Fact(l10n.say("First window"), _window(l10n, windows[0]) if len(windows) > 1 else ""),
        Fact(l10n.say("Libraries"), " · ".join(f"{name} {v}" for name, v in versions.items())),
    ]
    return [f for f in found if f.text]


def _window(l10n: L10n, window: Mapping[str, Any]) -> str:
    return l10n.say(
        "{months}, {n} rows with a known outcome; scores {scored}",
        months=l10n.months(window["train_first"], window["train_last"]), n=l10n.number(window["n"]),
        scored=_scored(l10n, window),
    )  # fmt: skip


def _scored(l10n: L10n, window: Mapping[str, Any]) -> str:
    months = window["scores"]
    return l10n.months(months[0], months[-1]) if months else l10n.month(window["month"])


def features(l10n: L10n, card: Mapping[str, Any]) -> list[Chips]:
    """The features by where they come from and when they are known."""
    groups: dict[str, list[str]] = {}
    for feature in card.get("features", []):
        groups.setdefault(feature["known"], []).append(feature["name"])
    return [Chips(_known(l10n, known), names) for known, names in groups.items()]


def features_summary(l10n: L10n, card: Mapping[str, Any]) -> str:
    """How many features there are."""
    return l10n.many("{n} feature", "{n} features", len(card.get("features", [])))


def _known(l10n: L10n, known: str) -> str:
    frame, _, moment = known.partition(", ")
    name = l10n.say(SOURCES[frame]) if frame in SOURCES else frame
    if moment == OPENING:
        return l10n.say("{source}, as they stand when the month opens", source=name)
    return l10n.say("{source}, up to the month before", source=name)


def board_headline(l10n: L10n, card: Mapping[str, Any]) -> Headline:
    """Whether the published scores rank better than the best that needs no model."""
    lines = {line["name"]: line for line in card.get("leaderboard", [])}
    unit = l10n.say("Rows that no model had learned from; AUC with 95% DeLong interval; red: worse than no skill")
    if not lines:
        return Headline(l10n.say("The release carries no figures out of time"), unit)
    best = next(iter(lines.values()))
    if _undefined(best["auc"]):
        return Headline(l10n.say("Out of time too few outcomes are known to judge the model"), unit)
    rival = lines.get("bank_score")
    said = {"auc": _digits(l10n, best["auc"]), "low": _digits(l10n, best["auc_low"]),
            "high": _digits(l10n, best["auc_high"])}  # fmt: skip
    if rival and not _undefined(rival["auc"]):
        said["bank"] = _digits(l10n, rival["auc"])
        if _number(best["auc_low"]) > _number(rival["auc_high"]):
            text = l10n.say("Out of time the model ranks better than the bank's score: AUC {auc} ({low} – {high}) "
                            "against {bank}", **said)  # fmt: skip
        else:
            text = l10n.say("Out of time the model does not clearly rank better than the bank's score: AUC {auc} "
                            "({low} – {high}) against {bank}", **said)  # fmt: skip
        return Headline(text, unit)
    return Headline(
        l10n.say("Out of time the model ranks with AUC {auc} ({low} – {high}); 0.5 is chance", **said), unit
    )


def board(l10n: L10n, card: Mapping[str, Any]) -> Table | None:
    """The leaderboard: published scores, challengers and baselines on the same rows; None without one."""
    lines = list(card.get("leaderboard", []))
    if not lines:
        return None
    none = next((line for line in lines if line["name"] == "no_skill"), None)
    rows = [_line(l10n, line, none, _name(l10n, line, i)) for i, line in enumerate(lines)]
    fresh = (card.get("metrics") or {}).get("new_clients")
    if fresh and fresh["n"]:
        rows.insert(1, _line(l10n, fresh, None, l10n.say("… on clients that it had never seen")))
    return Table(
        columns=(
            l10n.say("Model"), l10n.say("n"), l10n.say("AUC"), l10n.say("95% interval"), l10n.say("PR-AUC"),
            l10n.say("Brier"), l10n.say("F1"),
        ),
        rows=tuple(rows),
        caption=board_headline(l10n, card).title,
    )  # fmt: skip


def _name(l10n: L10n, line: Mapping[str, Any], place: int) -> str:
    name = l10n.say(LINES[line["name"]]) if line["name"] in LINES else line["name"]
    return l10n.say("{name} (published)", name=name) if place == 0 else name


def _line(l10n: L10n, line: Mapping[str, Any], none: Mapping[str, Any] | None, name: str) -> tuple[Cell, ...]:
    values = {m: Cell(_digits(l10n, line[m]), _tone(line, none, m)) for m in METRICS}
    interval = "—" if _undefined(line["auc_low"]) or line["name"] == "no_skill" else (
        f"{_digits(l10n, line['auc_low'])} – {_digits(l10n, line['auc_high'])}"
    )  # fmt: skip
    return (
        Cell(name), Cell(l10n.number(line["n"])), values["auc"], Cell(interval, "muted"), values["pr_auc"],
        values["brier"], values["f1"],
    )  # fmt: skip


def _tone(line: Mapping[str, Any], none: Mapping[str, Any] | None, metric: str) -> str:
    """Red where a figure is worse than that of no skill."""
    if none is None or line is none or _undefined(line[metric]) or _undefined(none[metric]):
        return ""
    worse = line[metric] > none[metric] if metric in SMALLER_IS_BETTER else line[metric] < none[metric]
    return "bad" if worse else ""


def windows(l10n: L10n, card: Mapping[str, Any]) -> Table | None:
    """The training window of each scored month, newest first; None when the card names none."""
    found: Sequence[Mapping[str, Any]] = card.get("windows", [])
    if not found:
        return None
    return Table(
        columns=(
            l10n.say("Scored months"), l10n.say("Learnt from"), l10n.say("Rows"), l10n.say("Calibrated on"),
            l10n.say("AUC"), l10n.say("95% interval"), l10n.say("n"), l10n.say("Model"),
        ),
        rows=tuple(_trained(l10n, w) for w in reversed(found)),
        caption=windows_summary(l10n, card),
    )  # fmt: skip


def windows_headline(l10n: L10n, card: Mapping[str, Any]) -> Headline:
    """In how many scored months the scores were clearly better than chance."""
    unit = l10n.say("Each model learnt from months whose outcomes were known by then, and scored the months after them")
    judged = [w["metrics"] for w in card.get("windows", []) if not _undefined(w["metrics"]["auc_low"])]
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
    interval = "—" if _undefined(low) else f"{_digits(l10n, low)} – {_digits(l10n, high)}"
    return (
        Cell(_scored(l10n, w)), Cell(l10n.months(w["train_first"], w["train_last"])), Cell(l10n.number(w["n"])),
        Cell(l10n.number(w["calibrated_on"])), Cell(_digits(l10n, worth["auc"])), Cell(interval, "muted"),
        Cell(l10n.number(worth["n"])), Cell(w["model"], "muted"),
    )  # fmt: skip


def guards(l10n: L10n, card: Mapping[str, Any]) -> list[Condition]:
    """What the guards said. A run that one of them stops publishes nothing: what stands here held, or was refused."""
    found = card.get("guards")
    if not found:
        return [Condition(l10n.say("The release carries no record of its guards"), "muted")]
    limit = l10n.number(found["leak_auc"], 2)
    refused = [
        Condition(
            l10n.say("Refused as a feature: {name}. On its own it ranks the outcome with AUC {auc}; above {limit} it "
                     "is the outcome in disguise.", name=x["feature"], auc=_digits(l10n, x["auc"]), limit=limit),
            "warn",
        )
        for x in found["refused"]
    ]  # fmt: skip
    none = Condition(l10n.say("No single feature ranks the outcome with an AUC above {limit}", limit=limit), "good")
    barred = found.get("barred", [])
    asked = [Condition(l10n.say("Barred by the mapping: {names}", names=", ".join(barred)), "muted")] if barred else []
    before = Condition(l10n.say("Every feature was known before its month was decided"), "good")
    return [before, *(refused or [none]), *asked, *_skill(l10n, card.get("metrics") or {})]


def _skill(l10n: L10n, metrics: Mapping[str, Any]) -> list[Condition]:
    if not metrics or _undefined(metrics.get("auc_low")):
        return [Condition(l10n.say("Too few outcomes to tell the scores from chance"), "muted")]
    said = {"low": _digits(l10n, metrics["auc_low"]), "high": _digits(l10n, metrics["auc_high"])}
    held = [
        Condition(l10n.say("Better than chance: the AUC's interval ({low} – {high}) lies above 0.5", **said), "good")
    ]
    fresh = metrics.get("new_clients") or {}
    if not fresh or _undefined(fresh.get("auc_low")):
        return held
    said = {"auc": _digits(l10n, fresh["auc"]), "low": _digits(l10n, fresh["auc_low"]),
            "high": _digits(l10n, fresh["auc_high"])}  # fmt: skip
    text = l10n.say("It holds on clients that the model had never seen: AUC {auc} ({low} – {high})", **said)
    if fresh["auc_low"] <= 0.5:
        text = l10n.say("On clients that the model had never seen, chance cannot be ruled out: AUC {auc} ({low} – "
                        "{high})", **said)  # fmt: skip
    return [*held, Condition(text, "good" if fresh["auc_low"] > 0.5 else "bad")]


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)


def _undefined(value: float | None) -> bool:
    return not math.isfinite(_number(value))


def _digits(l10n: L10n, value: float | None) -> str:
    return l10n.number(value, 3)
