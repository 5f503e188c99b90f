"""Roll rates: what pandas counts, by obligations and by balance, with intervals that know a few balances weigh most."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from test_monitoring_bridge import COUNTS, MONTHS, ROWS

from data.counts import Selection
from data.rows import BUCKETS, UNKNOWN
from monitoring.bridge import MOVES
from monitoring.intervals import jeffreys
from monitoring.rolls import MEASURES, Unit, rolls

KEPT = ROWS[(ROWS["month"] < MONTHS[-1]) & ~ROWS["flow"].isin(("ended", UNKNOWN)) & (ROWS["bucket"] != UNKNOWN)]
FOUND = COUNTS.totals(Selection(months=(MONTHS[0], MONTHS[-2])), by=MOVES, measures=MEASURES)


def expected(unit: Unit) -> pd.DataFrame:
    """The matrix of moves, by pandas."""
    out = KEPT["flow"].astype(str).isin(("paid_off", "written_off", "gone"))
    place = KEPT["next_bucket"].astype(str).where(~out, KEPT["flow"].astype(str))
    worth = KEPT["balance"].astype(float) if unit == "balance" else pd.Series(1.0, KEPT.index)
    return worth.groupby([KEPT["bucket"].astype(str), place]).sum().unstack(fill_value=0.0)


@pytest.mark.parametrize("unit", ["count", "balance"])
def test_moves_are_what_pandas_counts(unit: Unit) -> None:
    found, wanted = rolls(FOUND, by=unit), expected(unit)
    for b, bucket in enumerate(BUCKETS):
        for p, place in enumerate(found.places):
            there = bucket in wanted.index and place in wanted.columns
            assert found.moves[b, p] == pytest.approx(wanted.loc[bucket, place] if there else 0.0, rel=1e-6)
    assert np.nansum(found.share, axis=1) == pytest.approx(np.where(found.moves.sum(1) > 0, 1, 0))


def test_intervals_of_counts_are_those_of_a_proportion_and_hold_the_share() -> None:
    found = rolls(FOUND)
    low, high = jeffreys(found.moves[2, 0], found.moves[2].sum())
    assert (found.low[2, 0], found.high[2, 0]) == (pytest.approx(float(low)), pytest.approx(float(high)))
    held = found.moves.sum(1) > 0
    assert (found.low[held] <= found.share[held] + 1e-12).all()
    assert (found.share[held] <= found.high[held] + 1e-12).all()


def test_a_few_large_balances_make_the_interval_wider() -> None:
    count, balance = rolls(FOUND), rolls(FOUND, by="balance")
    held = count.n > 1
    assert (balance.effective[held] < count.effective[held]).all()
    first = KEPT[KEPT["bucket"] == "0"]["balance"].astype(float)
    assert balance.effective[0] == pytest.approx(first.sum() ** 2 / (first**2).sum(), rel=1e-5)


def test_worse_and_cured_add_their_cells() -> None:
    found = rolls(FOUND)
    wanted = expected("count").loc["31-60"]
    deeper = [p for p in wanted.index if p in (*BUCKETS[3:], "written_off")]
    assert found.worse("31-60") == pytest.approx(wanted[deeper].sum() / wanted.sum())
    assert found.cured("31-60") == pytest.approx(wanted[["0", "paid_off"]].sum() / wanted.sum())
