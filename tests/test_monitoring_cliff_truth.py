"""A demo bank knows since when each obligation is re-aged and which of them fall back: the cliff finds the same."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from test_monitoring_cliff import counted, made

from data import bands
from data.bank.book import REAGED_FOR, days_past_due
from data.bank.parameters import CURRENT, GONE, WRITTEN_OFF, Bank
from data.bank.population import Population, draw
from data.bank.position import Position
from data.bank.worlds import History, calendar, simulate
from data.contract import Meaning, Portfolio
from data.coverage import Coverage
from data.rows import OPTION_FOLLOWED, random_group
from model.flows import flows
from monitoring.cliff import Curve, adjusted, curves

MONTHS = 26
OVERDUE = 2
"""State from which an obligation is more than 30 days past due."""
LATER = 12
"""Months behind which some history lies."""


@cache
def lived(redefault: float) -> tuple[Population, History]:
    people = draw(Bank(redefault=redefault), clients=1500, months=MONTHS, seed=7)
    return people, simulate(people, truth=False)


def openings(history: History) -> list[Position]:
    return [*(m.position for m in history.months), history.last]


def rows_of(people: Population, history: History) -> pd.DataFrame:
    """The book as a bank writes it down: marked as re-aged for nine months, without a word of since when."""
    parts = []
    for p in openings(history):
        slot = np.flatnonzero((p.state >= CURRENT) & (p.state <= WRITTEN_OFF))
        lost = p.state[slot] == WRITTEN_OFF
        balance = np.where(lost, 0.0, p.balance[slot]).astype(np.float32)
        marked = (p.reaged[slot] > 0) & (p.reaged[slot] <= REAGED_FOR) & ~lost
        kept = np.zeros(len(p.state), np.uint8)
        if p.month < MONTHS:
            month = history.months[p.month]
            kept[month.eligible.slot[month.decision.kept]] = 1
        keys = {"client": people.obligations.client[slot], "obligation": slot, "month": calendar(p.month)}
        parts.append(pd.DataFrame({
            **keys, "product": "0", "balance": balance, "past_due": np.float32(0), "cash": np.float32(0),
            "written_off": p.written_off[slot].astype(np.float32), "kept": kept[slot],
            "days_past_due": days_past_due(people.obligations.cycle[slot], p.overdue[slot]).astype(np.float32),
            "reaged_balance": np.where(marked, balance, np.float32(0)),
        }))  # fmt: skip
    rows = pd.concat(parts, ignore_index=True)
    facts = {name: rows[name].to_numpy() for name in rows}
    book = Portfolio(Meaning("made", {}), calendar(MONTHS), rows, pd.DataFrame(), Coverage(()))
    scored = {"rg": random_group(rows["client"].to_numpy()), "label_state": 2, "score": np.nan, "eligible": 0}
    return rows.assign(bucket=bands.bucket(rows["days_past_due"]), offered=0, paid=0, **scored, **flows(book, facts))


def truth(history: History) -> tuple[np.ndarray, np.ndarray]:
    """Followed through each month since the option, and re-defaulted in it, from the bank's own clock of each one."""
    at_risk, events = np.zeros((2, OPTION_FOLLOWED), int)
    fell = np.zeros(len(history.last.state), bool)
    for now, then in zip(openings(history), openings(history)[1:], strict=False):
        late = now.state >= OVERDUE
        fell = np.where(now.reaged == 1, late, fell | late)
        followed = (now.reaged > 0) & (now.state >= CURRENT) & ~fell & (then.state > GONE) & (then.reaged != 1)
        for k in range(1, OPTION_FOLLOWED + 1):
            mine = followed & (now.reaged == k)
            at_risk[k - 1] += mine.sum()
            events[k - 1] += (mine & (then.state >= OVERDUE)).sum()
    return at_risk, events


@cache
def found(redefault: float) -> tuple[Curve, float]:
    """The curve at the last opening, and how far re-default lifts the ratio over that reported."""
    sums = made(counted(rows_of(*lived(redefault))), last=calendar(MONTHS))
    return curves(sums)[0], adjusted(sums).ratio.value - float(sums.reported[-1])


def test_what_was_followed_and_fell_back_is_what_the_bank_knows() -> None:
    curve, _ = found(Bank().redefault)
    at_risk, events = truth(lived(Bank().redefault)[1])
    assert events.sum() > 50
    assert curve.at_risk.tolist() == at_risk.tolist()
    assert curve.events.tolist() == events.tolist()


def test_a_bank_whose_re_aged_debt_falls_back_more_has_the_higher_cliff() -> None:
    each = [found(strength) for strength in (0.0, Bank().redefault, 3.0)]
    fallen = [1 - curve.share[LATER] for curve, _ in each]
    assert fallen == sorted(fallen)
    assert fallen[2] > 1.5 * fallen[0]
    lifts = [lift for _, lift in each]
    assert lifts[2] > lifts[1] > lifts[0] > 0


@pytest.mark.slow
def test_what_thirty_banks_expected_back_came_back() -> None:
    """A year before the end, at the rates then known, beside what re-defaulted within a year of its option since."""
    expected, came = zip(*(_told(100 + seed) for seed in range(30)), strict=True)
    assert sum(expected) == pytest.approx(sum(came), rel=0.15)


def _told(seed: int) -> tuple[float, float]:
    people = draw(Bank(), clients=1500, months=MONTHS, seed=seed)
    history = simulate(people, truth=False)
    rows, then = rows_of(people, history), MONTHS - LATER
    sums = made(counted(rows[rows["month"] <= calendar(then)]), last=calendar(then))
    now, *after = openings(history)[then:]
    mine = (now.reaged > 0) & (now.reaged <= REAGED_FOR) & (now.state >= CURRENT) & (now.state < OVERDUE)
    back = np.zeros(len(now.state), bool)
    for k, later in enumerate(after, start=1):
        back |= (later.state >= OVERDUE) & (now.reaged + k <= LATER)
    return adjusted(sums).back, float(now.balance[mine & back].sum())
