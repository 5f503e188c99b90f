"""App room: what the model was worth out of time, beside baselines, and what its guards said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.components.verdict import Condition
from app.l10n import L10n
from app.views.releases_model import candidate_name, dated, digits, number, undefined
from app.views.shapes import Cell, Headline, Table
from app.words import mark

LINES = {
    "bank_score": mark("The bank's own score"),
    "no_skill": mark("No skill: the same for everybody"),
}
"""Names of the lines of the leaderboard that are no candidates."""

METRICS = ("auc", "pr_auc", "brier", "f1")
SMALLER_IS_BETTER = frozenset({"brier"})


def board_headline(l10n: L10n, card: Mapping[str, Any]) -> Headline:
    """Whether the published scores rank better than the best that needs no model."""
    lines = {line["name"]: line for line in card.get("leaderboard", [])}
    unit = l10n.say("Rows that no model had learned from; AUC with 95% DeLong interval; red: worse than no skill")
    if not lines:
        return Headline(l10n.say("The release carries no figures out of time"), unit)
    best = next(iter(lines.values()))
    if undefined(best["auc"]):
        return Headline(l10n.say("Out of time too few outcomes are known to judge the model"), unit)
    rival = lines.get("bank_score")
    said = {"auc": digits(l10n, best["auc"]), "low": digits(l10n, best["auc_low"]),
            "high": digits(l10n, best["auc_high"])}  # fmt: skip
    if rival and not undefined(rival["auc"]):
        said["bank"] = digits(l10n, rival["auc"])
        if number(best["auc_low"]) > number(rival["auc_high"]):
            text = l10n.say("Out of time the model ranks better than the bank's score: AUC {auc} ({low} – {high}) "
                            "against {bank}", **said)  # fmt: skip
        else:
            text = l10n.say("Out of time the model does not clearly rank better than the bank's score: AUC {auc} "
                            "({low} – {high}) against {bank}", **said)  # fmt: skip
        return Headline(text, unit)
    if not dated(card):
        return Headline(l10n.say("On clients that it had not seen the model ranks with AUC {auc} ({low} – {high}); "
                                 "0.5 is chance", **said), unit)  # fmt: skip
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
    name = l10n.say(LINES[line["name"]]) if line["name"] in LINES else candidate_name(l10n, line["name"])
    return l10n.say("{name} (published)", name=name) if place == 0 else name


def _line(l10n: L10n, line: Mapping[str, Any], none: Mapping[str, Any] | None, name: str) -> tuple[Cell, ...]:
    values = {m: Cell(digits(l10n, line[m]), _tone(line, none, m)) for m in METRICS}
    interval = "—" if undefined(line["auc_low"]) or line["name"] == "no_skill" else (
        f"{digits(l10n, line['auc_low'])} – {digits(l10n, line['auc_high'])}"
    )  # fmt: skip
    return (
        Cell(name), Cell(l10n.number(line["n"])), values["auc"], Cell(interval, "muted"), values["pr_auc"],
        values["brier"], values["f1"],
    )  # fmt: skip


def _tone(line: Mapping[str, Any], none: Mapping[str, Any] | None, metric: str) -> str:
    """Red where a figure is worse than that of no skill."""
    if none is None or line is none or undefined(line[metric]) or undefined(none[metric]):
        return ""
    worse = line[metric] > none[metric] if metric in SMALLER_IS_BETTER else line[metric] < none[metric]
    return "bad" if worse else ""


def guards(l10n: L10n, card: Mapping[str, Any]) -> list[Condition]:
    """What the guards said. A run that one of them stops publishes nothing: what stands here held, or was refused."""
    found = card.get("guards")
    if not found:
        return [Condition(l10n.say("The release carries no record of its guards"), "muted")]
    limit = l10n.number(found["leak_auc"], 2)
    refused = [
        Condition(
            l10n.say("Refused as a feature: {name}. On its own it ranks the outcome with AUC {auc}; above {limit} it "
                     "is the outcome in disguise.", name=x["feature"], auc=digits(l10n, x["auc"]), limit=limit),
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
    if not metrics or undefined(metrics.get("auc_low")):
        return [Condition(l10n.say("Too few outcomes to tell the scores from chance"), "muted")]
    said = {"low": digits(l10n, metrics["auc_low"]), "high": digits(l10n, metrics["auc_high"])}
    held = [
        Condition(l10n.say("Better than chance: the AUC's interval ({low} – {high}) lies above 0.5", **said), "good")
    ]
    fresh = metrics.get("new_clients") or {}
    if not fresh or undefined(fresh.get("auc_low")):
        return held
    said = {"auc": digits(l10n, fresh["auc"]), "low": digits(l10n, fresh["auc_low"]),
            "high": digits(l10n, fresh["auc_high"])}  # fmt: skip
    text = l10n.say("It holds on clients that the model had never seen: AUC {auc} ({low} – {high})", **said)
    if fresh["auc_low"] <= 0.5:
        text = l10n.say("On clients that the model had never seen, chance cannot be ruled out: AUC {auc} ({low} – "
                        "{high})", **said)  # fmt: skip
    return [*held, Condition(text, "good" if fresh["auc_low"] > 0.5 else "bad")]
