"""App room: the numbers of rolls and vintages, from the counts of a selection, before they become words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from app.desk import Pin
from app.views.overdue_figures import carried
from data import months
from data.counts import Selection, Tally
from data.rows import ALREADY, BUCKETS, GONE, LATE, LONGER, MONTHS_ON_BOOK, PAID_OFF, SINCE, UNKNOWN, WRITTEN
from monitoring import recovery as recovering
from monitoring.bridge import FIRST_OVERDUE, MOVES
from monitoring.policy import Policy
from monitoring.recovery import Recovery, recovery
from monitoring.roll_rates import Rates, filters, rates, split
from monitoring.rolls import MEASURES, Rolls, Unit, rolls
from monitoring.tallies import array
from monitoring.vintages import AGES, AT_RISK, EVENT, SPANS, Grain, Origin, Vintage, vintages

DAYS: Final = (30, 60, 90)
"""Days past due that a vintage can be read at."""
HORIZONS: Final = (3, 6, 12)
"""Months within which cash can be counted."""
LEFT: Final = (PAID_OFF, WRITTEN, GONE, UNKNOWN)
"""Ways in which an obligation is not followed any further; the last one: its next month is not in the data."""
PASSING: Final = ("bucket", "offered")
"""Dimensions whose filter would cut histories: an obligation has another level of them each month."""


@dataclass(frozen=True)
class Scene:
    """What the section speaks of. `reason`: why there is nothing to show: "nothing" (no balances or days past due),
    "undated", "no_gross", "" (there is)."""

    pin: Pin
    selection: Selection
    policy: Policy

    @property
    def reason(self) -> str:
        """Why there is nothing to show; "" when there is."""
        if not carried(self.pin):
            return "nothing"
        if not self.pin.dated:
            return "undated"
        return "" if self.pin.carries("gross") else "no_gross"

    @property
    def span(self) -> tuple[int, int]:
        """First and last month of the selection that have rows; zeros without one."""
        first, last = self.selection.months or (0, 999999)
        here = [m for m in self.pin.counts.months if first <= m <= last]
        return (here[0], here[-1]) if here else (0, 0)

    @property
    def histories(self) -> Selection:
        """The selection without what would cut histories, from the first month of the data on."""
        where = {name: kept for name, kept in self.selection.where.items() if name not in PASSING}
        return Selection((0, self.span[1]), where, None)

    @property
    def uncut(self) -> bool:
        """Whether the selection itself cuts no history."""
        return self.selection.codes is None and not set(PASSING) & self.selection.where.keys()


@dataclass(frozen=True)
class Moves:
    """Where obligations went within the selection: `n` and `balance` of each of LEFT, of `all`. `rolls` is None, and
    `reason` says why, where none can be told: "one_month" or "no_flows"."""

    rolls: Rolls | None = None
    counts: Tally | None = None
    rates: Sequence[Rates] = ()
    n: Sequence[float] = ()
    balance: Sequence[float] = ()
    all: float = 0.0
    reason: str = ""


def unit_of(asked: str) -> Unit:
    """What roll rates are shares of."""
    return "balance" if asked == "balance" else "count"


def moves(scene: Scene, asked: str) -> Moves:
    """The matrix, and the rates of each bucket, over all months of the selection whose next month is in the data."""
    counts, unit = scene.pin.counts, unit_of(asked)
    found = counts.totals(scene.selection, by=MOVES[1:], measures=MEASURES)
    known = [f for f in found.labels["flow"] if f != UNKNOWN]
    if not sum(found.at(flow=f)["n"].sum() for f in known):
        first, last = scene.span
        return Moves(reason="one_month" if first == last or not first else "no_flows")
    by_group = counts.totals(scene.selection, by=("rg", *MOVES[1:]), measures=("n", "B"))
    n, balance = (_left(found, m) for m in ("n", "B"))
    whole = float(found["n"].sum())
    every = rates(split(by_group), "bucket", by=unit, min_n=scene.policy.min_n)
    return Moves(rolls(found, by=unit), found, every, n, balance, whole)


def _left(found: Tally, measure: str) -> list[float]:
    flows = found.labels["flow"]
    by_flow = array(found, measure, ("flow",))
    return [float(by_flow[flows.index(way)]) if way in flows else 0.0 for way in LEFT]


def usual_bucket(scene: Scene, asked: str) -> str:
    """The bucket whose course is shown: the one asked for where the selection has it, else the one before overdue."""
    kept = scene.selection.where.get("bucket", BUCKETS)
    usual = BUCKETS[FIRST_OVERDUE[scene.policy.overdue_dpd] - 1]
    return next((b for b in (asked, usual, *kept) if b in kept), usual)


def course(scene: Scene, found: Moves, bucket: str, asked: str) -> list[Rates]:
    """The rates of one bucket month by month; nothing where no month's next is in the data."""
    if found.counts is None:
        return []
    parts = {}
    for name, where in filters(bucket, found.counts.labels["flow"]).items():
        kept = replace(scene.selection, where={**scene.selection.where, **where})
        parts[name] = scene.pin.counts.totals(kept, by=("rg", "month"), measures=("n", "B"))
    return rates(parts, "month", by=unit_of(asked), min_n=scene.policy.min_n)


@dataclass(frozen=True)
class Cohorts:
    """Vintages of the selection, and what stands outside of them: obligations that enter `late`, at the age at which
    they were first seen; those that were overdue (or in arrears, which the cohort begins with) `already` then; and
    obligation-months without an age that is told apart. `reason`: "old_release",
    "no_opening" (no disbursement dates) or "few" (no cohort is large enough), "" where there are any."""

    origin: Origin
    grain: Grain
    days: int
    found: Sequence[Vintage] = ()
    late: int = 0
    already: int = 0
    ageless: int = 0
    reason: str = ""


def has_openings(pin: Pin) -> bool:
    """Whether any obligation says when it was disbursed."""
    return _told(pin, MONTHS_ON_BOOK)


def _told(pin: Pin, role: str) -> bool:
    """Whether any row of the release says anything in a text column."""
    return pin.counts.totals(Selection(), by=(role,), measures=("n",)).labels[role] != (UNKNOWN,)


def cohorts(scene: Scene, asked_days: str, asked_origin: str, asked_grain: str) -> Cohorts:
    """The vintages up to the last month of the selection: a curve is a history, and begins with the data."""
    days = int(asked_days)
    origin: Origin = "arrears" if asked_origin == "arrears" else "opened"
    grain = next(g for g in SPANS if g == asked_grain)
    asked = Cohorts(origin, grain, days)
    if not _told(scene.pin, SINCE[days]):
        return replace(asked, reason="old_release")
    if origin == "opened" and not has_openings(scene.pin):
        return replace(asked, reason="no_opening")
    age, since = AGES[origin], SINCE[days]
    risk, events = (_where(scene, since, kept, ("month", age)) for kept in (AT_RISK, EVENT))
    found = vintages(risk, events, origin=origin, grain=grain, least=scene.policy.min_n)
    reason = "" if found else "few"
    if origin == "arrears":
        return replace(asked, found=found, already=_marked(scene, SINCE[0], ALREADY), reason=reason)
    ageless = sum(int(risk.at(**{age: mark})["n"].sum()) for mark in (UNKNOWN, LONGER) if mark in risk.labels[age])
    late, already = (_marked(scene, since, mark) for mark in (LATE, ALREADY))
    return replace(asked, found=found, late=late, already=already, ageless=ageless, reason=reason)


def _marked(scene: Scene, role: str, mark: str) -> int:
    """Rows that carry a mark: one for each obligation."""
    return int(_where(scene, role, (mark,), ())["n"].sum())


def _where(scene: Scene, role: str, kept: tuple[str, ...], by: tuple[str, ...]) -> Tally:
    histories = scene.histories
    asked = replace(histories, where={**histories.where, role: kept})
    return scene.pin.counts.totals(asked, by=by, measures=("n",))


@dataclass(frozen=True)
class Recovered:
    """Cash by month of entry. `reason`: "no_cash", "old_release" or "none" (nothing became overdue)."""

    days: int
    horizon: int
    found: Sequence[Recovery] = ()
    reason: str = ""


def recovered(scene: Scene, asked_days: str, asked_horizon: str) -> Recovered:
    """Cash within a horizon of what became overdue in the months of the selection, as far as its last month tells."""
    days, horizon = int(asked_days), int(asked_horizon)
    if not scene.pin.carries("cash"):
        return Recovered(days, horizon, reason="no_cash")
    since = SINCE[days]
    if not _told(scene.pin, since):
        return Recovered(days, horizon, reason="old_release")
    first, last = scene.span
    histories = scene.histories
    where = {**histories.where, since: tuple(map(str, range(horizon)))}
    kept = replace(histories, months=(first, last), where=where)
    counts = scene.pin.counts.totals(kept, by=("rg", "month", since), measures=recovering.MEASURES)
    found = recovery(counts, since, horizon=horizon, until=min(last, scene.pin.as_of))
    return Recovered(days, horizon, found, "" if found else "none")


def closed_span(found: Sequence[Recovery]) -> tuple[int, int]:
    """First and last month of entry whose horizon has passed; zeros without one."""
    closed = [r.month for r in found if not r.open and not r.missing]
    return (closed[0], closed[-1]) if closed else (0, 0)


def gaps(scene: Scene) -> list[int]:
    """Months between the first and the last of the selection that are not in the data."""
    first, last = scene.span
    return [m for m in months.between(first, last) if m not in scene.pin.counts.months] if first else []
