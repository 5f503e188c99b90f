"""App room: the leakage report: what each feature tells alone, what is of the label's month, whose ids come again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.charts.bars import Bar, Bars
from app.components.verdict import Condition
from app.l10n import L10n
from app.views.feature_names import feature
from app.views.lineage_figures import Lineage
from app.views.releases_model import digits, known_when
from app.views.shapes import Cell, Headline, Table

DRAWN = 12
"""Features that are drawn, the strongest."""


def headline(l10n: L10n, found: Lineage) -> Headline:
    """The feature that tells most by itself."""
    unit = l10n.say("AUC of one feature alone, in its better direction; 0.5 is chance, red was refused · n {n} "
                    "outcomes", n=l10n.number(found.leakage.get("outcomes")))  # fmt: skip
    if not found.leakage:
        return Headline(l10n.say("The release carries no leakage report. Train again."))
    if not found.alone:
        return Headline(l10n.say("Too few outcomes to look for features that give the outcome away"), unit)
    best = next((f for f in found.alone if not f["refused"]), found.alone[0])
    refused = sum(f["refused"] for f in found.alone)
    said = {"name": feature(l10n, best["name"]), "auc": digits(l10n, best["auc"]),
            "limit": l10n.number(found.leakage["limit"], 2)}  # fmt: skip
    if refused:
        return Headline(l10n.many("{n} feature gave the outcome away and was refused; of the others {name} tells most: "
                                  "AUC {auc}",
                                  "{n} features gave the outcome away and were refused; of the others {name} tells "
                                  "most: AUC {auc}", refused, **said), unit)  # fmt: skip
    return Headline(l10n.say("{name} alone tells most: AUC {auc}, far from {limit}, where a feature is the outcome in "
                             "disguise", **said), unit)  # fmt: skip


def picture(l10n: L10n, found: Lineage) -> Bars:
    """The strongest features, and the limit."""
    limit = found.leakage.get("limit", 0.98)
    return Bars(
        [_bar(l10n, f) for f in found.alone[:DRAWN]], l10n.say("AUC alone"), line=limit,
        line_text=l10n.say("Refused above {limit}", limit=l10n.number(limit, 2)),
        nothing=l10n.say("No feature was judged"),
    )  # fmt: skip


def _bar(l10n: L10n, one: Mapping[str, Any]) -> Bar:
    name, auc = feature(l10n, one["name"]), digits(l10n, one["auc"])
    hover = f"<b>{name}</b><br>{auc}<br>{known_when(l10n, one['known'])}"
    return Bar(one["name"], name, one["auc"], auc, hover, tone="act" if one["refused"] else "main")


def table(l10n: L10n, found: Lineage, *, most: int | None = None) -> Table | None:
    """Every feature with its AUC alone and when it is known, the strongest first; None without one."""
    if not found.alone:
        return None
    rows = tuple(
        (Cell(feature(l10n, f["name"])), Cell(digits(l10n, f["auc"]), "bad" if f["refused"] else ""),
         Cell(l10n.say("refused") if f["refused"] else l10n.say("read")), Cell(known_when(l10n, f["known"]), "muted"))
        for f in found.alone[:most]
    )  # fmt: skip
    columns = (l10n.say("Feature"), l10n.say("AUC alone"), l10n.say("Model"), l10n.say("Known"))
    return Table(columns, rows, caption=l10n.many("All {n} feature", "All {n} features", len(found.alone)))


def ids_headline(l10n: L10n, found: Lineage) -> Headline:
    """Whether anything of the label's own month, or an id that comes again, flatters the figures."""
    unit = l10n.say("What a model may not know, and whose rows stand on both sides")
    if not found.leakage:
        return Headline(l10n.say("The release carries no leakage report. Train again."), unit)
    if any(c.tone == "bad" for c in conditions(l10n, found)):
        return Headline(l10n.say("Something of the outcome's own month, or a repeated id, flatters the figures"), unit)
    return Headline(l10n.say("Nothing of the outcome's own month is read, and no id comes twice"), unit)


def conditions(l10n: L10n, found: Lineage) -> list[Condition]:
    """What is of the label's month, what is made of earlier outcomes, whose ids come again."""
    if not found.leakage:
        return []
    of_month, ids = found.leakage["contemporary"], found.leakage["ids"]
    return [*_of_month(l10n, of_month), *_from_outcomes(l10n, found.leakage), *_ids(l10n, ids)]


def _of_month(l10n: L10n, said: Mapping[str, Any]) -> list[Condition]:
    if said["features"]:
        text = l10n.say("Contemporary with the outcome: {names}", names=_listed(said["features"]))
        return [Condition(text, "bad")]
    text = l10n.say("None of {n} features is contemporary with the outcome; {opening} are the position when its month "
                    "opens", n=l10n.number(said["checked"]), opening=l10n.number(said["opening"]))  # fmt: skip
    barred = [Condition(l10n.say("Barred by the mapping: {names}", names=_listed(said["barred"])), "good")]
    return [Condition(text, "good"), *(barred if said["barred"] else [])]


def _from_outcomes(l10n: L10n, said: Mapping[str, Any]) -> list[Condition]:
    names = [feature(l10n, n) for n in said["from_outcomes"]]
    if not names or not said["read"]:
        return [Condition(l10n.say("No feature is made of earlier outcomes"), "good")]
    text = l10n.say("{k} of {n} features ({share}) are made of outcomes that were known before: {names}",
                    k=l10n.number(len(names)), n=l10n.number(said["read"]), names=_listed(names),
                    share=l10n.percent(len(names) / said["read"]))  # fmt: skip
    return [Condition(text, "good")]


def _ids(l10n: L10n, said: Mapping[str, Any]) -> list[Condition]:
    rows = l10n.number(said["rows"])
    once = Condition(l10n.say("No obligation-month comes twice among {rows} rows of {clients} clients", rows=rows,
                              clients=l10n.number(said["clients"])), "good")  # fmt: skip
    repeated = l10n.say("{n} of {rows} obligation-months come twice", n=l10n.number(said["repeated"]), rows=rows)
    found = [Condition(repeated, "bad") if said["repeated"] else once]
    if said["in_files"]:
        text = l10n.many("{n} row of the files came twice: the first counts",
                         "{n} rows of the files came twice: the first counts", said["in_files"])  # fmt: skip
        found.append(Condition(text, "warn"))
    if said["judged"]:
        text = l10n.say("{unseen} of {judged} judged rows are of clients that the scoring model had never seen",
                        unseen=l10n.number(said["unseen"]), judged=l10n.number(said["judged"]))  # fmt: skip
        found.append(Condition(text, "good" if said["unseen"] else "muted"))
    return found


def _listed(names: Sequence[str], most: int = 6) -> str:
    more = f" +{len(names) - most}" if len(names) > most else ""
    return ", ".join(names[:most]) + more
