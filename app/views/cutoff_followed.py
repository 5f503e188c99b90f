"""App room: what came of the cut-offs per segment of a proposal, in the matured months since."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass

from app.l10n import L10n
from app.views import names
from app.views.cutoff_figures import Counted
from app.views.false_positives_words import threshold
from app.views.kpi import Kpi
from app.views.shapes import Cell, Table
from data.records import Proposal
from data.rows import NEGATIVE, POSITIVE
from monitoring.cutoff import net_of
from monitoring.cutoff_segments import Segmented
from monitoring.grid import code_of_threshold
from monitoring.intervals import Array
from monitoring.metrics import share
from monitoring.tallies import array

CALLS = "calls:"
"""What the frozen calls of a segment are called, before its name."""


@dataclass(frozen=True)
class Followed:
    """A segment's cut-off and what came of it, per month: calls, the share of known outcomes that failed, and their net
    value as it was expected and as it came. All NaN where the release does not have the segment (`gone`)."""

    name: str
    start: float
    listed: float = math.nan
    fdr: float = math.nan
    promised: float = math.nan
    realised: float = math.nan
    gone: bool = False


def frozen(parts: Segmented | None, counted: Counted) -> list[Kpi]:
    """What is expected of the segments' cut-offs, per month."""
    months, month = len(counted.months), counted.months[-1] if counted.months else 0
    return [Kpi(f"{CALLS}{c.name}", share(c.listed, months), month) for c in (parts.cuts if parts else ())]


def followed(proposal: Proposal, counted: Counted) -> tuple[Followed, ...]:
    """What came of each segment's cut-off over the months that were counted."""
    if not proposal.segments:
        return ()
    told = json.loads(proposal.segments)
    dimension, starts = str(told["dimension"]), {str(k): float(v) for k, v in told["cuts"].items()}
    if dimension not in counted.pin.counts.dimensions:
        return tuple(Followed(name, start, gone=True) for name, start in starts.items())
    histogram = counted.pin.counts.histogram(counted.callable, by=(dimension,), measures=("n", "s1"))
    place = {str(name): i for i, name in enumerate(histogram.labels[dimension])}
    n, s1 = (array(histogram, m, (dimension, "code", "label")) for m in ("n", "s1"))
    return tuple(
        _followed(name, start, n[place[name]], s1[place[name]], counted)
        if name in place
        else Followed(name, start, gone=True)
        for name, start in starts.items()
    )


def _followed(name: str, start: float, n: Array, s1: Array, counted: Counted) -> Followed:
    code, months, known = code_of_threshold(counted.edges, start), len(counted.months), [NEGATIVE, POSITIVE]
    listed, due = n[code:].sum(0), s1[code:].sum(0)
    calls = listed[known].sum()
    return Followed(
        name,
        start,
        share(float(listed.sum()), months),
        share(float(listed[NEGATIVE]), float(calls)),
        share(float(net_of(due[known].sum(), calls, counted.policy)), months),
        share(float(net_of(listed[POSITIVE], calls, counted.policy)), months),
    )


def table(l10n: L10n, proposal: Proposal, found: tuple[Followed, ...], then: Mapping[str, Kpi]) -> Table:
    """The segments of a proposal, each against what was expected of it."""
    dimension = str(json.loads(proposal.segments)["dimension"])
    columns = (
        names.dimension(l10n, dimension), l10n.say("From a score of"), l10n.say("Calls, expected"),
        l10n.say("Calls, came"), l10n.say("FDR, came"), l10n.say("Net value of known outcomes, expected"),
        l10n.say("Net value, came"),
    )  # fmt: skip
    rows = tuple(
        (
            Cell(names.level(l10n, f.name)),
            Cell(threshold(l10n, f.start)),
            Cell(l10n.number(then.get(f"{CALLS}{f.name}", Kpi("")).value)),
            Cell(l10n.say("not in this release"), "muted") if f.gone else Cell(l10n.number(f.listed)),
            Cell(l10n.percent(f.fdr)),
            Cell(l10n.money(f.promised)),
            Cell(l10n.money(f.realised), "bad" if f.realised < f.promised else ""),
        )
        for f in found
    )
    return Table(columns, rows, caption=l10n.say("Cut-offs per segment"))
