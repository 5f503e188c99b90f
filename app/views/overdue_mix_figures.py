"""App room: the numbers of the section Mix and rate: the split of the change, its reversals, its concentration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from app.desk import Pin
from app.views import choices, model_effect_figures
from app.views.overdue_figures import carried, year_before
from data.counts import Selection
from monitoring.definitions import BASES, Basis, Definition, amounts
from monitoring.largest import Largest, largest
from monitoring.metrics import Concentration, concentration
from monitoring.policy import Policy
from monitoring.reversal import Reversal, reversals
from monitoring.split import Split, Trial, split

TAUTOLOGY = "bucket"
"""The dimension that says nothing here: its levels are overdue whole, or not at all."""
DAYS = (1, 30, 60, 90)
"""Days past due that the ratio can be read at."""


@dataclass(frozen=True)
class Scope:
    """What the section is about: a selection, its months that have rows, and what counts as overdue."""

    pin: Pin
    selection: Selection
    policy: Policy
    definition: Definition = field(default_factory=Definition)
    months: tuple[int, ...] = ()


@dataclass(frozen=True)
class Arms:
    """The randomised arms that a model bar is made from; without them `lacking` says why: "filtered" (by `barred`),
    "no_arms" or "gates"."""

    trial: Trial | None = None
    lacking: str = ""
    barred: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shares:
    """How concentrated a month's overdue balance and portfolio are over the levels of a dimension."""

    month: int
    overdue: Concentration
    gross: Concentration
    levels: int


def scope(pin: Pin, selection: Selection, *, policy: Policy, days: str, basis: str) -> Scope:
    """What is asked for; what is not known falls back to the bank's own definition."""
    own = policy.overdue_dpd or 1
    wanted: Basis = next((b for b in BASES if b == basis), "balance")
    definition = Definition(int(days) if days in map(str, DAYS) else own, wanted)
    if not carried(pin):
        return Scope(pin, selection, policy, definition)
    totals = pin.counts.totals(selection, by=("month",), measures=("n",))
    rows = totals.keep("month")["n"]
    held = tuple(m for m, n in zip(totals.labels["month"], rows, strict=True) if n)
    return Scope(pin, selection, policy, definition, held)


def ends(found: Scope, *, first: str, last: str) -> tuple[int, int]:
    """The two months: those asked for where the selection has them in this order, else the last and a year before it,
    or the first there is."""
    span = found.months
    if not span:
        return 0, 0
    end = int(last) if last.isdigit() and int(last) in span else span[-1]
    before = [m for m in span if m < end]
    if first.isdigit() and int(first) in before:
        return int(first), end
    year = year_before(end)
    return (year if year in before else before[0] if before else end), end


def arms(found: Scope) -> Arms:
    """The comparison of arms that the page Model effect shows first, or why there is none."""
    effect = model_effect_figures.figures(found.pin, found.selection, policy=found.policy)
    if effect.barred:
        return Arms(lacking="filtered", barred=effect.barred)
    if not effect.shown:
        return Arms(lacking="gates" if effect.found and effect.found.gates else "no_arms")
    main = effect.shown[0]
    assert effect.found is not None
    return Arms(Trial(main.arm, main.control, effect.found.go_live))


def dimension(found: Scope, asked: str) -> str:
    """The dimension asked for where it varies, else the usual one; "" where none does."""
    return choices.resolve(found.pin, found.selection, asked, other_than=TAUTOLOGY)


def divided(found: Scope, name: str, ends: tuple[int, int], *, trial: Trial | None = None) -> Split | None:
    """The split of the change by a dimension; None where no dimension varies, or there is no ratio."""
    if not (name and carried(found.pin) and ends[1]):
        return None
    rule = found.definition
    live = trial if trial and ends[1] > trial.go_live else None
    by = ("month", name, *rule.axes, *(("arm", "rg") if live else ()))
    totals = found.pin.counts.totals(replace(found.selection, months=ends), by=by, measures=rule.measures)
    return split(totals, before=ends[0], after=ends[1], definition=rule, trial=live)


def turned(found: Scope, ends: tuple[int, int]) -> list[Reversal]:
    """The dimensions whose levels moved against the total."""
    free = [name for name in choices.varying(found.pin, found.selection) if name != TAUTOLOGY]
    splits = [divided(found, name, ends) for name in free]
    return reversals(s for s in splits if s)


def concentrated(found: Scope, name: str, ends: tuple[int, int]) -> Sequence[Shares]:
    """The concentration at both months, the later first; none without a dimension."""
    if not (name and carried(found.pin) and ends[1]):
        return ()
    rule = found.definition
    totals = found.pin.counts.totals(
        replace(found.selection, months=ends), by=("month", name, *rule.axes), measures=rule.measures
    )
    overdue, gross = (a.sum(0) for a in amounts(totals, rule, ("month", name)))
    here = totals.labels["month"]
    places = [(m, here.index(m)) for m in dict.fromkeys(reversed(ends)) if m in here]
    return [Shares(m, concentration(overdue[k]), concentration(gross[k]), int((gross[k] > 0).sum())) for m, k in places]


@dataclass(frozen=True)
class Clients:
    """The largest clients of both months, the later first, and what they were read for."""

    found: Scope
    ends: tuple[int, int]
    months: tuple[Largest, ...]


def clients(found: Scope, ends: tuple[int, int]) -> Clients:
    """The largest clients, read from the rows of the release."""
    read = [
        largest(found.pin.release, found.selection, month=m, definition=found.definition)
        for m in dict.fromkeys(reversed(ends))
    ]
    return Clients(found, ends, tuple(read))


def can_tell_clients(found: Scope, ends: tuple[int, int]) -> bool:
    """Whether the data say whose the obligations are."""
    return carried(found.pin) and found.pin.carries("clients") and bool(ends[1])
