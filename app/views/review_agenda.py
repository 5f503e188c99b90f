"""App room: what a review session must look at: what stands open, and what its evidence says that is not as it should
be. Read from the evidence alone, so that the agenda of a session never changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.frozen import Frozen
from app.l10n import L10n
from app.views import review_words as words
from app.views.alerts_words import MEASURES
from app.views.lights import LIGHTS
from app.views.lineage_audit import FAULTS
from app.views.releases_coverage import STEPS
from app.views.segments_coverage import STEPS as PORTFOLIO_STEPS
from app.views.shapes import Cell, Headline, Table

OFF = ("act", "watch")
MOST_MONTHS = 6
MOST_FEATURES = 3
HALF = 0.5
"""A promised rate above which the other outcome is the rarer one, and says more."""
MOST_STEPS = 3
Item = tuple[Cell, Cell, Cell]


def headline(l10n: L10n, frozen: Frozen) -> Headline:
    """Above the agenda."""
    n = len(items(l10n, frozen))
    if not n:
        return Headline(l10n.say("Nothing stands out"), l10n.say("No light is on and nothing is open"))
    title = l10n.many("{n} point for the agenda", "{n} points for the agenda", n)
    return Headline(title, l10n.say("What is open, and what the evidence says that is not as it should be"))


def table(l10n: L10n, frozen: Frozen) -> Table:
    """The agenda: where, what, and how serious."""
    columns = (l10n.say("Where"), l10n.say("What"), l10n.say("Light"))
    return Table(columns, tuple(items(l10n, frozen)), caption=l10n.say("Agenda"))


def items(l10n: L10n, frozen: Frozen) -> list[Item]:
    """Every point, what is open first."""
    opened = [_open(l10n, row) for row in frozen.table("agenda")]
    parts = (_audit, _calibration, _rank, _ratio, _drift, _coverage)
    return [*opened, *(item for part in parts for item in part(l10n, frozen))]


def _open(l10n: L10n, row: Mapping[str, Any]) -> Item:
    if row["kind"] == "alert":
        measure = l10n.say(MEASURES.get(row["measure"], row["measure"]))
        said = f"{row['text']}: {measure}, {l10n.month(row['month'])} ({row['owner'] or '—'})"
        return Cell(l10n.say("Open alert")), Cell(said), Cell(l10n.say(LIGHTS["act"][0]), LIGHTS["act"][1])
    tone = words.TONES[row["severity"]]
    severity = l10n.say(words.SEVERITIES[row["severity"]])
    due = f", {l10n.day(row['due'])}" if row["due"] else ""
    return Cell(l10n.say("Open finding")), Cell(f"{row['text']} ({row['owner']}{due})"), Cell(severity, tone)


def _audit(l10n: L10n, frozen: Frozen) -> list[Item]:
    row = next(iter(frozen.table("audit")), None)
    if row is None or row["passed"]:
        return []
    if row["why"]:
        text = l10n.say("The re-score audit could not be made: {why}", why=row["why"])
        return [_item(l10n, words.PAGES["backtest"], text, "watch")]
    if row["faults"] == ["no_sample"]:
        return [_item(l10n, words.PAGES["backtest"], l10n.say(FAULTS["no_sample"]), "watch")]
    text = l10n.say("The re-score audit does not pass; its section Lineage names every fault")
    return [_item(l10n, words.PAGES["backtest"], text, "act")]


def _calibration(l10n: L10n, frozen: Frozen) -> list[Item]:
    """The run of months whose promise broke, the months that are off to either side, and the bands."""
    runs = [_item(l10n, words.PAGES["calibration"], _broken(l10n, row), "act") for row in frozen.table("run")]
    return [*runs, *_off_months(l10n, frozen), *_off_bands(l10n, frozen)]


def _broken(l10n: L10n, run: Mapping[str, Any]) -> str:
    promised, observed = run["predicted"], run["predicted"] + run["gap"]
    said = l10n.say(
        "The promise broke in {months}: {promised} was promised, {observed} came (n {n})",
        months=l10n.months(run["first"], run["last"]), promised=l10n.percent(promised), observed=l10n.percent(observed),
        n=l10n.number(run["n"]),
    )  # fmt: skip
    if promised <= HALF:
        return said
    return said + l10n.say("; of the other outcome {promised} against {observed}",
                           promised=l10n.percent(1 - promised), observed=l10n.percent(1 - observed))  # fmt: skip


def _off_months(l10n: L10n, frozen: Frozen) -> list[Item]:
    off = [row for row in frozen.table("months") if row["level"] in OFF]
    high = [row for row in off if row["positives"] < row["expected"]]
    low = [row for row in off if row["positives"] >= row["expected"]]
    made = []
    if high:
        text = l10n.many("{n} month promised too much: {months}", "{n} months promised too much: {months}", len(high),
                         months=_named(l10n, high))  # fmt: skip
        made.append(_item(l10n, words.PAGES["backtest"], text, _worst(high)))
    if low:
        text = l10n.many("{n} month promised too little: {months}", "{n} months promised too little: {months}",
                         len(low), months=_named(l10n, low))  # fmt: skip
        made.append(_item(l10n, words.PAGES["backtest"], text, _worst(low)))
    return made


def _named(l10n: L10n, rows: Sequence[Mapping[str, Any]]) -> str:
    said = ", ".join(l10n.month(row["month"]) for row in rows[-MOST_MONTHS:])
    return f"…, {said}" if len(rows) > MOST_MONTHS else said


def _off_bands(l10n: L10n, frozen: Frozen) -> list[Item]:
    off = [row for row in frozen.table("bands") if row["level"] in OFF]
    sides = [[row for row in off if (row["positives"] < row["n"] * row["promised"]) is over] for over in (True, False)]
    return [_item(l10n, words.PAGES["calibration"], _bands(l10n, rows), _worst(rows)) for rows in sides if rows]


def _bands(l10n: L10n, rows: Sequence[Mapping[str, Any]]) -> str:
    gap = sum(row["positives"] - row["n"] * row["promised"] for row in rows) / sum(row["n"] for row in rows)
    named = ", ".join(str(row["band"]) for row in rows)
    return l10n.say("Score bands {bands} are off their promise: {gap} together", bands=named, gap=l10n.points(gap))


def _rank(l10n: L10n, frozen: Frozen) -> list[Item]:
    """The rank of the last month with enough of both outcomes."""
    least = frozen.said["policy"]["min_class"]
    months = [row for row in frozen.table("months")
              if row["auc"] is not None and min(row["positives"], row["n"] - row["positives"]) >= least]  # fmt: skip
    weak = months[-1] if months and months[-1]["auc_level"] in OFF else None
    if weak is None:
        return []
    text = l10n.say("AUC of {month}: {value}", month=l10n.month(weak["month"]), value=l10n.number(weak["auc"], 3))
    return [_item(l10n, words.PAGES["backtest"], text, weak["auc_level"])]


def _ratio(l10n: L10n, frozen: Frozen) -> list[Item]:
    last = next(reversed(frozen.table("ratio")), None)
    if last is None or last["level"] not in OFF:
        return []
    text = l10n.say("ICV > 30 days of {month}: {value}", month=l10n.month(last["month"]),
                    value=l10n.percent(last["icv30"]))  # fmt: skip
    return [_item(l10n, words.PAGES["pulse"], text, last["level"])]


def _drift(l10n: L10n, frozen: Frozen) -> list[Item]:
    moved = [row for row in frozen.table("features") if row["level"] in OFF]
    if not moved:
        return []
    named = ", ".join(words.feature(l10n, row["feature"]) for row in moved[:MOST_FEATURES])
    text = l10n.many("{n} feature drifted: {names}", "{n} features drifted, most of all: {names}", len(moved),
                     names=named)  # fmt: skip
    return [_item(l10n, "Drift", text, _worst(moved))]


def _coverage(l10n: L10n, frozen: Frozen) -> list[Item]:
    steps = {**STEPS, **PORTFOLIO_STEPS}
    return [
        _item(
            l10n, "Segments",
            l10n.say(
                "Step “{step}” lost {lost} in {month}, usually {usual}",
                step=l10n.say(steps.get(row["step"], row["step"])), month=l10n.month(row["month"]),
                lost=l10n.percent(row["lost"]), usual=l10n.percent(row["usual"]),
            ),
            "watch",
        )
        for row in frozen.table("steps")[:MOST_STEPS]
    ]  # fmt: skip


def _item(l10n: L10n, page: str, text: str, level: str) -> Item:
    word, tone = LIGHTS[level]
    return Cell(l10n.say(page)), Cell(text), Cell(l10n.say(word), tone)


def _worst(rows: Sequence[Mapping[str, Any]]) -> str:
    return "act" if any(row["level"] == "act" for row in rows) else "watch"
