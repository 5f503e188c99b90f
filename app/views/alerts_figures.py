"""App room: the numbers of a rule that is tried: what it looks at, and what it would have done on all history."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from app.desk import Pin
from app.frozen import freeze
from app.selection import PINNED, Filters, from_query, to_query, to_selection, within, words_of
from app.views import segments_coverage_figures as covered
from app.views import threshold_dial as dials
from app.views.kpi import Kpi, of_estimate
from data.counts import Selection, Tally
from data.records import About
from data.records.saved import Saved
from data.rows import FINAL_AFTER
from monitoring import alert_measures as measures
from monitoring import backtest, coverage, errors, overdue, score_drift
from monitoring.alerts import MEASURES, Condition, Reading, Replay, replay
from monitoring.cutoff import why_not
from monitoring.policy import Policy

PAGE = "alerts"
STEPS = {"lost_eligible": "eligible", "lost_scored": "scored", "lost_worked": "worked"}
"""Measures of a step of the coverage, and their step."""


@dataclass(frozen=True)
class Scope:
    """What a rule looks at under a release: all months of a selection, or None and the `problem` that it has: "segment"
    (nobody keeps that segment any more), "level" (the release lacks a level of it: `missing`), or "filter" (it lacks
    what is filtered). `segment` is the name of a pinned one, "" for none."""

    query: str
    segment: str = ""
    selection: Selection | None = None
    problem: str = ""
    missing: Mapping[str, tuple[str, ...]] | None = None


@dataclass(frozen=True)
class Tried:
    """A condition replayed on all history of a scope. `problem` says why it could not be: that of the scope, "measure"
    (the data do not carry it), or a reason why costs cannot be weighed, for which a rule without a limit of its own has
    none."""

    pin: Pin
    policy: Policy
    scope: Scope
    condition: Condition
    replay: Replay
    problem: str = ""


def query_of(bar: Filters, segment: str) -> str:
    """The selection of a rule: a pinned segment, or, without one, the filters of the page over all months."""
    return to_query(Filters(pinned=segment) if segment else replace(bar, first=None, last=None))


def scope(pin: Pin, query: str, segments: Mapping[str, Saved]) -> Scope:
    """What a query selects in a release."""
    filters, ignored = from_query(query, extent=pin.extent, known=(PINNED,))
    name = words_of(query, (PINNED,)).get(PINNED, "")
    saved = segments.get(name)
    if ignored:
        return Scope(query, name, problem="filter")
    if name and saved is None:
        return Scope(query, name, problem="segment")
    levels = saved.levels if saved else {}
    if missing := pin.extent.missing(levels):
        return Scope(query, name, problem="level", missing=missing)
    kept = within(filters, levels, extent=pin.extent)
    return Scope(query, name, to_selection(kept, months=pin.counts.months, edges=pin.counts.edges))


def known_measures(pin: Pin) -> list[str]:
    """The measures that a release carries."""
    steps = covered.steps(pin)
    return [m for m in MEASURES if (m != "icv" or pin.has_ratio) and (m not in STEPS or STEPS[m] in steps)]


def tried(pin: Pin, within: Scope, condition: Condition, *, policy: Policy) -> Tried:
    """A condition on all history of a scope."""
    problem = within.problem or ("" if condition.measure in known_measures(pin) else "measure")
    if problem or within.selection is None:
        return Tried(pin, policy, within, condition, Replay(condition), problem)
    found = replay(readings(pin, within.selection, condition.measure, policy=policy), condition, policy=policy)
    unset = condition.measure == "fdr" and math.isnan(condition.limit)
    return Tried(pin, policy, within, condition, found, why_not(policy) if unset else "")


def readings(pin: Pin, selection: Selection, measure: str, *, policy: Policy) -> list[Reading]:
    """A measure by month, over all months of a selection."""
    lag = outcome_lag(pin, policy=policy)
    made: dict[str, Callable[[], list[Reading]]] = {
        "fdr": lambda: measures.fdr(_listed(pin, selection), lag=lag, policy=policy),
        "gap": lambda: measures.gap(_backtest(pin, selection, policy), lag=lag, policy=policy),
        "auc": lambda: measures.auc(_backtest(pin, selection, policy), lag=lag, policy=policy),
        "psi": lambda: measures.psi(_histogram(pin, selection, score_drift.MEASURES), policy=policy),
        "icv": lambda: measures.icv(_totals(pin, selection, overdue.MEASURES), policy=policy),
        "open": lambda: measures.still_open(_totals(pin, selection), lag=lag, as_of=pin.as_of, policy=policy),
    }
    return made[measure]() if measure in made else _lost(pin, selection, STEPS[measure], policy)


def outcome_lag(pin: Pin, *, policy: Policy) -> int:
    """Months after its own until the outcomes of a month are final."""
    totals = pin.counts.totals(Selection(), by=("month", FINAL_AFTER), measures=("n",))
    return measures.lag(totals, as_of=pin.as_of, policy=policy)


def _totals(pin: Pin, selection: Selection, wanted: Sequence[str] = ("n",), *by: str) -> Tally:
    return pin.counts.totals(selection, by=("month", *by), measures=wanted)


def _histogram(pin: Pin, selection: Selection, wanted: Sequence[str]) -> Tally:
    return pin.counts.histogram(selection, by=("month",), measures=wanted)


def _listed(pin: Pin, selection: Selection) -> Tally:
    """Rows at or above the threshold in use."""
    code = errors.code_of_threshold(pin.counts.edges, dials.resolve(pin, dials.UNSET))
    first, last = selection.codes or (1, len(pin.counts.edges) - 1)
    above = replace(selection, codes=(max(first, code), last))
    return _totals(pin, above, ("n",), "rg")


def _backtest(pin: Pin, selection: Selection, policy: Policy) -> list[backtest.MonthBacktest]:
    histogram = _histogram(pin, selection, backtest.HISTOGRAM_MEASURES)
    return backtest.by_month(histogram, _totals(pin, selection, backtest.MEASURES, "rg"), policy=policy)


def _lost(pin: Pin, selection: Selection, step: str, policy: Policy) -> list[Reading]:
    by = tuple(a for a in coverage.by(("month",)) if a != "bucket" or a in pin.extent.dimensions)
    scored = replace(selection, codes=selection.codes or (1, len(pin.counts.edges) - 1))
    wanted = ("n", "B", policy.overdue_measure)
    everything, managed = (pin.counts.totals(s, by=by, measures=wanted) for s in (selection, scored))
    found = coverage.passage(everything, managed, ("month",), steps=covered.steps(pin), policy=policy)
    read = measures.lost(found, everything.labels["month"], step, policy=policy)
    return [r for r in read if step not in covered.AFTER_DECISIONS or r.month <= pin.as_of]


def since(found: Replay) -> int:
    """The last month that counts; 0 for none."""
    return found.counted[-1].reading.month if found.counted else 0


def about(tried: Tried, *, policy: Policy) -> About:
    """The replay of a rule as it is frozen when the rule is saved."""
    found, last = tried.replay, since(tried.replay)
    selection = tried.scope.selection or Selection()
    figures = [
        Kpi("fired", len(found.firings), last, n=len(found.counted)),
        *(Kpi(v, found.of(v), last, n=len(found.firings)) for v in ("real", "unconfirmed", "waiting")),
        of_estimate("alert_precision", found.precision, last),
        *(of_estimate(tried.condition.measure, m.reading.estimate, m.reading.month) for m in found.counted),
    ]
    frozen = freeze(tried.pin, selection, query=tried.scope.query, pages={PAGE: figures}, policy=policy)
    return About(tried.pin.version, PAGE, tried.scope.query, "fired", frozen.content)
