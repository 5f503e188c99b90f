"""App room: what changed since the release before, and whether every file is still what it was, in words."""

from __future__ import annotations

from itertools import pairwise

from app.l10n import L10n
from app.views.releases_figures import Checked, Compared, Shown
from app.views.shapes import Cell, Headline, Table
from app.words import mark
from data.months import between

KPIS = {
    "positive": mark("Positive outcomes"),
    "negative": mark("Negative outcomes"),
    "unlabelled": mark("Rows without a label"),
    "open": mark("Outcomes still open"),
    "acceptance": mark("Positive share of the known outcomes"),
    "icv30": mark("ICV > 30 days"),
}
"""Names of `data.store.Difference.kpis`, in the order that they are shown."""

RATES = ("acceptance", "icv30")
"""KPIs that are fractions; the others are rows."""

DOCUMENTS = {
    "arms": mark("arms"),
    "coverage": mark("coverage"),
    "dimensions": mark("segments and their levels"),
    "fingerprint": mark("fingerprint of the input"),
    "grid": mark("score grid"),
    "histograms": mark("feature histograms"),
    "meaning": mark("meaning of the data"),
    "model_card": mark("model card"),
    "settings": mark("settings"),
    "suspicions": mark("oddities"),
}
"""Names of the documents of a release."""


def headline(l10n: L10n, shown: Shown, compared: Compared | None) -> Headline:
    """What changed, once it was asked for."""
    unit = l10n.say("Rows by client, obligation and month; the figures speak of the months that differ")
    if shown.before is None:
        return Headline(l10n.say("There is no release before this one"), unit)
    if compared is None or compared.found is None:
        return Headline(l10n.say("Difference from {version}", version=shown.before.version), unit)
    found = compared.found
    months = len(_months(found.parts))
    if not found.parts:
        return Headline(l10n.say("No row differs from {version}", version=compared.old), unit)
    said = {"added": l10n.number(found.added), "removed": l10n.number(found.removed),
            "changed": l10n.number(found.changed)}  # fmt: skip
    text = l10n.many(
        "{n} month differs: {added} rows added, {removed} removed, {changed} changed",
        "{n} months differ: {added} rows added, {removed} removed, {changed} changed",
        months, **said,
    )  # fmt: skip
    return Headline(text, unit)


def first(l10n: L10n) -> str:
    """What stands in place of a difference when there is no release before."""
    return l10n.say(
        "This is the first release that the store holds. From the next one on, this card says which months were "
        "touched, how many rows were added, removed or changed, and what that did to the figures."
    )


def touched(l10n: L10n, compared: Compared) -> str:
    """Which months differ, as ranges, and which documents."""
    found = compared.found
    if found is None:
        return l10n.say("The releases cannot be compared: {reason}", reason=compared.trouble)
    months = _months(found.parts)
    documents = ", ".join(l10n.say(DOCUMENTS[d]) if d in DOCUMENTS else d for d in found.documents)
    said = l10n.say("From {old} to {new}.", old=compared.old, new=compared.new)
    where = l10n.say("Months: {months}.", months=_ranges(l10n, months)) if months else ""
    others = ", ".join(part for part in found.parts if not part.isdigit())
    tables = l10n.say("Tables: {tables}.", tables=others) if others else ""
    papers = l10n.say("Documents that differ: {names}.", names=documents) if documents else ""
    return " ".join(part for part in (said, where, tables, papers) if part)


def table(l10n: L10n, compared: Compared) -> Table | None:
    """The figures of the months that differ, before and after; None when there are none."""
    if compared.found is None or not compared.found.kpis:
        return None
    kpis = compared.found.kpis
    return Table(
        columns=(l10n.say("Figure"), l10n.say("Before"), l10n.say("After"), l10n.say("Change")),
        rows=tuple(_row(l10n, name, *kpis[name]) for name in KPIS if name in kpis),
        caption=l10n.say("Figures of the months that differ, before and after"),
    )


def _row(l10n: L10n, name: str, before: float, after: float) -> tuple[Cell, ...]:
    if name in RATES:
        shown = (l10n.percent(before, 2), l10n.percent(after, 2), l10n.points(after - before, 2))
    else:
        shown = (l10n.number(before), l10n.number(after), l10n.signed(after - before, 0))
    return (Cell(l10n.say(KPIS[name])), *map(Cell, shown))


def checked(l10n: L10n, found: Checked) -> tuple[str, str]:
    """The outcome of a check in one sentence, and its tone."""
    if found.trouble:
        return l10n.say("The files could not be checked: {reason}", reason=found.trouble), "bad"
    if not found.damaged:
        text = l10n.many(
            "All {files} files of {n} release match their hashes.",
            "All {files} files of {n} releases match their hashes.",
            found.releases, files=l10n.number(found.files),
        )  # fmt: skip
        return text, "good"
    text = l10n.many(
        "{n} finding: do not trust the figures of that release. Restore the file from a copy, or publish again.",
        "{n} findings: do not trust the figures of those releases. Restore the files from a copy, or publish again.",
        len(found.damaged),
    )
    return text, "bad"


def _months(parts: tuple[str, ...]) -> list[int]:
    return sorted(int(part) for part in parts if part.isdigit())


def _ranges(l10n: L10n, months: list[int]) -> str:
    """Months in a row as one range."""
    runs = [[months[0]]]
    for one, next_one in pairwise(months):
        if between(one, next_one) == [one, next_one]:
            runs[-1].append(next_one)
        else:
            runs.append([next_one])
    return ", ".join(l10n.months(run[0], run[-1]) for run in runs)
