"""App room: the numbers of the section Champion vs challenger: read per selection, looked up as the slider moves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from app.desk import Pin
from data.counts import Listed, Selection
from data.rows import OPEN
from monitoring.champion import AMOUNTS, STEPS, Race, Swap, race
from monitoring.metrics import ratio, share
from monitoring.policy import Policy
from monitoring.tallies import array, closed

OPPONENTS = {"challenger": "challenger_score", "previous": "previous_score", "bank": "bank_score"}
"""Who the champion can be held against, and the column that holds what it says."""
USUAL = 20.0
"""Percent of each month's rows that are listed, until somebody says otherwise."""


@dataclass(frozen=True)
class Counted:
    """Champion and opponent on the matured months of a selection. `balance` of every obligation of these months, scored
    or not. `reason` there is nothing to hold against each other: "no_label_yet" (no month has matured), "no_score" (the
    champion scored nothing), "no_opponent"; "" where there is."""

    pin: Pin
    selection: Selection
    opponent: str
    race: Race
    balance: float
    reason: str

    @property
    def monthly(self) -> float:
        """Rows of an average month."""
        return share(self.race.rows, len(self.race.months))


@dataclass(frozen=True)
class Sheet:
    """The swap set at a capacity: the share of each month's rows that is listed."""

    counted: Counted
    capacity: float
    swap: Swap

    @property
    def listed(self) -> float:
        """Rows on each list in an average month."""
        return share(self.swap.listed, len(self.counted.race.months))


def counted(pin: Pin, selection: Selection, opponent: str, *, policy: Policy) -> Counted:
    """Everything that the section needs whatever the capacity: the rows are read and ranked."""
    column = OPPONENTS.get(opponent, OPPONENTS["challenger"])
    totals = pin.counts.totals(selection, by=("month",), measures=("scored", "B"))
    scored = array(totals, "scored", ("month", "label"))
    known = closed(scored)
    ripe = ratio(known, known + scored[:, OPEN]) >= policy.maturity_least
    months = [int(m) for m, ready in zip(totals.labels["month"], ripe, strict=True) if ready]
    found = race(_rows(pin, selection, months, column), column, policy=policy)
    held = [totals.labels["month"].index(m) for m in found.months]
    balance = float(array(totals, "B", ("month", "label")).sum(1)[held].sum())
    reason = "no_score" if not scored.sum() else "no_label_yet" if not months else "" if found.rows else "no_opponent"
    return Counted(pin, selection, opponent if opponent in OPPONENTS else "challenger", found, balance, reason)


def _rows(pin: Pin, selection: Selection, months: list[int], column: str) -> Iterator[Listed]:
    for month in months:
        yield from pin.counts.listed(replace(selection, months=(month, month)), (*AMOUNTS, column))


def sheet(counted: Counted, percent: float) -> Sheet:
    """The swap set where so many percent of each month's rows are listed, to the nearest step that is told apart."""
    step = int(np.clip(round(percent / 100 * STEPS), 0, STEPS))
    return Sheet(counted, step / STEPS, counted.race.swap(step))


def asked(text: str) -> float:
    """The percent that an address asks for; the usual ones when it asks for none that there are."""
    try:
        value = float(text)
    except ValueError:
        return USUAL
    return value if 0 <= value <= 100 else USUAL


def wanted(percent: object) -> float:
    """What the slider stands for; the usual percent before it says anything."""
    return float(percent) if isinstance(percent, int | float) else USUAL
