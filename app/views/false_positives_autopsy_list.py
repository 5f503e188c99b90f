"""App room: the obligations behind a cause of the Autopsy section, on screen and as a file."""

from __future__ import annotations

from app.l10n import L10n
from app.views import feature_names
from app.views.false_positives_autopsy import name
from app.views.false_positives_autopsy_figures import Listing
from app.views.overdue_bridge import masked
from app.views.shapes import Cell, Headline, Table
from monitoring.behind_cause import Wasted


def headline(l10n: L10n, listing: Listing | None) -> Headline:
    """What the list of obligations is about."""
    if listing is None:
        return Headline(l10n.say("Behind a cause"), l10n.say("A click on a bar or a cause lists its obligations"))
    n, few = listing.found.n, len(listing.found.listed)
    said = {"n": l10n.number(n), "shown": l10n.number(few)}
    if few < n:
        text = l10n.say("The {shown} largest of {n} obligation-months; the file holds all of them", **said)
    else:
        text = l10n.say("n {n}", n=said["n"])
    return Headline(name(l10n, listing.cause), text)


def table(l10n: L10n, listing: Listing | None) -> Table:
    """The obligations, the largest first; of an id only the last digits are shown."""
    rows = tuple(
        (
            Cell(masked(w.obligation)), Cell(l10n.short_month(w.month)), Cell(l10n.number(w.days_past_due)),
            Cell(l10n.money(w.balance)), Cell(l10n.percent(w.score)), Cell(_reasons(l10n, w)),
        )
        for w in (listing.found.listed if listing else ())
    )  # fmt: skip
    return Table(columns(l10n), rows, caption=l10n.say("Obligations behind the cause"))


def columns(l10n: L10n) -> tuple[str, ...]:
    """The columns of the list, on screen and in the file."""
    return (
        l10n.say("Obligation"), l10n.say("Month"), l10n.say("Days past due"), l10n.say("Balance"), l10n.say("Score"),
        l10n.say("Reasons of the score"),
    )  # fmt: skip


def file_rows(l10n: L10n, listing: Listing | None) -> list[tuple[object, ...]]:
    """All rows behind a cause as a file holds them: numbers as numbers, ids masked as on screen."""
    return [
        (masked(w.obligation), w.month, w.days_past_due, w.balance, round(w.score, 4), _reasons(l10n, w))
        for w in (listing.found.rows if listing else ())
    ]


def file_name(l10n: L10n, listing: Listing | None) -> str:
    """The name of the file."""
    return f"{l10n.say('autopsy')}-{listing.cause}-{listing.version}.csv" if listing else "autopsy.csv"


def _reasons(l10n: L10n, row: Wasted) -> str:
    """What pushed the score furthest, up or down, in log-odds."""
    said = [f"{feature_names.feature(l10n, f)} {l10n.signed(v, 2)}" for f, v in row.reasons.items()]
    return "; ".join(said) or "—"
