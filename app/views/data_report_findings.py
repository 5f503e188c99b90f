"""App room: what stands out in a data report, each in one sentence, the gravest first."""

from __future__ import annotations

import math
from collections.abc import Iterator

from app.components.verdict import Condition
from app.l10n import L10n
from app.views import data_report_figures as figures
from app.views import data_report_names as names
from app.views.data_report_figures import MUCH_MISSING, Column, Report

MANY_OUTLIERS = 0.05
SKEWED = 2.0
RARE = 0.1
MOST_NAMED = 4


def findings(l10n: L10n, report: Report) -> list[Condition]:
    """Everything that is worth a word, with "bad", "warn", "good" or "muted" as its tone."""
    parts = (_leaks, _gaps, _missing, _empty, _unusual, _outliers, _skewed, _alike, _rare, _strongest, _left_out)
    return [found for part in parts for found in part(l10n, report)]


def first(l10n: L10n, report: Report) -> Condition:
    """The one that a reader should know first."""
    found = findings(l10n, report)
    grave = [f for f in found if f.tone in ("bad", "warn")]
    return next(iter([*grave, *found]), Condition(l10n.say("Nothing stands out in these data."), "good"))


def _leaks(l10n: L10n, report: Report) -> Iterator[Condition]:
    for c in report.columns.values():
        if not c["leak"]:
            continue
        said = {"column": names.column(l10n, c), "auc": l10n.number(figures.alone(c), 3)}
        if c["role"] == "barred":
            text = l10n.say("{column} gives the outcome away (AUC alone {auc}); the source bars it.", **said)
            yield Condition(text, "warn")
        else:
            text = l10n.say("{column} gives the outcome away (AUC alone {auc}): training refuses it.", **said)
            yield Condition(text, "bad")


def _gaps(l10n: L10n, report: Report) -> Iterator[Condition]:
    found = figures.gaps(report)
    if not found:
        return
    worst = found[0]
    said = {
        "column": names.column(l10n, report.columns[worst.column]), "month": l10n.month(worst.month),
        "now": l10n.percent(worst.now), "before": l10n.percent(worst.before),
    }  # fmt: skip
    text = l10n.say(
        "{column} is missing in {now} of the rows of {month}, against {before} in the months before.", **said
    )
    yield Condition(_and_more(l10n, text, len(found) - 1), "bad")


def _missing(l10n: L10n, report: Report) -> Iterator[Condition]:
    much = [c for c in report.columns.values() if MUCH_MISSING < figures.missing(c) < 1]
    if much:
        worst = max(much, key=figures.missing)
        said = {"column": names.column(l10n, worst), "share": l10n.percent(figures.missing(worst), 0)}
        text = l10n.say("{column} is missing in {share} of rows.", **said)
        yield Condition(_more_above(l10n, text, len(much) - 1), "warn")


def _empty(l10n: L10n, report: Report) -> Iterator[Condition]:
    flat = [c for c in report.columns.values() if figures.says_nothing(c)]
    if flat:
        text = l10n.many(
            "{n} column says nothing, being empty or the same in every row: {names}.",
            "{n} columns say nothing, being empty or the same in every row: {names}.",
            len(flat), names=_listed(l10n, flat),
        )  # fmt: skip
        yield Condition(text, "warn")


def _unusual(l10n: L10n, report: Report) -> Iterator[Condition]:
    odd = {c["name"]: figures.odd(c) for c in report.columns.values()}
    worst = max(report.columns.values(), key=lambda c: odd[c["name"]], default=None)
    if worst is None or not odd[worst["name"]]:
        return
    text = l10n.many(
        "{column} holds {n} impossible or unusual value.",
        "{column} holds {n} impossible or unusual values.",
        odd[worst["name"]], column=names.column(l10n, worst),
    )  # fmt: skip
    yield Condition(_and_more(l10n, text, sum(n > 0 for n in odd.values()) - 1), "warn")


def _outliers(l10n: L10n, report: Report) -> Iterator[Condition]:
    many = [c for c in report.columns.values() if c["kind"] == "number" and figures.outside(c) > MANY_OUTLIERS]
    if many:
        worst = max(many, key=figures.outside)
        said = {"column": names.column(l10n, worst), "share": l10n.percent(figures.outside(worst), 0)}
        text = l10n.say("{column} has outliers in {share} of its values (beyond 1.5 interquartile ranges).", **said)
        yield Condition(_more_above(l10n, text, len(many) - 1), "muted")


def _skewed(l10n: L10n, report: Report) -> Iterator[Condition]:
    numbers = [c for c in report.columns.values() if c["kind"] == "number"]
    long = [c for c in numbers if abs(figures.number(c["skew"])) > SKEWED]
    if long:
        long.sort(key=lambda c: -abs(figures.number(c["skew"])))
        text = l10n.many(
            "{n} number has a long tail (skew beyond 2): {names}.",
            "{n} numbers have a long tail (skew beyond 2): {names}.",
            len(long), names=_listed(l10n, long),
        )  # fmt: skip
        yield Condition(text, "muted")


def _alike(l10n: L10n, report: Report) -> Iterator[Condition]:
    found = figures.alike(report)
    if found:
        said = {
            "one": names.column(l10n, report.columns[found[0].one]),
            "other": names.column(l10n, report.columns[found[0].other]),
            "rho": l10n.number(found[0].spearman, 2),
        }
        text = l10n.say("{one} and {other} say nearly the same (rank correlation {rho}).", **said)
        more = l10n.many("{n} other pair likewise.", "{n} other pairs likewise.", len(found) - 1)
        yield Condition(f"{text} {more}" if len(found) > 1 else text, "muted")


def _rare(l10n: L10n, report: Report) -> Iterator[Condition]:
    rate = report.rate
    if report.labelled and min(rate, 1 - rate) < RARE:
        share = l10n.percent(min(rate, 1 - rate))
        if rate < RARE:
            text = l10n.say("Only {share} of the known outcomes are positive: accuracy would mislead.", share=share)
        else:
            text = l10n.say("Only {share} of the known outcomes are negative: accuracy would mislead.", share=share)
        yield Condition(text, "muted")


def _strongest(l10n: L10n, report: Report) -> Iterator[Condition]:
    strong = [c for c in figures.strongest(report) if not c["leak"] and c["role"] != "barred"]
    if not report.labelled:
        yield Condition(l10n.say("No outcome is known yet: nothing can be said of what goes with it."), "warn")
    elif strong:
        said = {
            "column": names.column(l10n, strong[0]), "v": l10n.number(figures.association(strong[0]), 2),
            "auc": l10n.number(figures.alone(strong[0]), 2),
        }  # fmt: skip
        text = l10n.say("{column} says most about the outcome (Cramér's V {v}, AUC alone {auc}).", **said)
        yield Condition(text, "good")


def _left_out(l10n: L10n, report: Report) -> Iterator[Condition]:
    left_out = report.document["left_out"]
    if left_out:
        text = l10n.many(
            "{n} further column is not described: the table is too wide.",
            "{n} further columns are not described: the table is too wide.",
            len(left_out),
        )
        yield Condition(text, "muted")


def _and_more(l10n: L10n, text: str, n: int) -> str:
    """A sentence, with how many others are alike."""
    if n < 1:
        return text
    more = l10n.many("{n} other column likewise.", "{n} other columns likewise.", n)
    return f"{text} {more}"


def _more_above(l10n: L10n, text: str, n: int) -> str:
    """A sentence, with how many others are above 5 % too."""
    return f"{text} {l10n.many('{n} other column above 5%.', '{n} other columns above 5%.', n)}" if n else text


def _listed(l10n: L10n, columns: list[Column]) -> str:
    """The first few names, and how many more there are."""
    said = ", ".join(names.column(l10n, c) for c in columns[:MOST_NAMED])
    rest = len(columns) - MOST_NAMED
    return f"{said} {l10n.many('and {n} more', 'and {n} more', rest)}" if rest > 0 else said


def much_missing(report: Report) -> int:
    """Columns with more than 5 % of their values missing."""
    return sum(figures.missing(c) > MUCH_MISSING for c in report.columns.values())


def cells_missing(report: Report) -> float:
    """Share of all values that are missing; NaN without a column."""
    whole = sum(c["n"] for c in report.columns.values())
    return sum(c["missing"] for c in report.columns.values()) / whole if whole else math.nan
