"""The bridge of the overdue ratio: exact on every selection, month after month, and honest about what is cash."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from data import bands
from data.contract import Meaning, Portfolio
from data.counts import Selection, Tally
from data.counts.columnar import ColumnarCounts
from data.coverage import Coverage
from data.rows import BUCKETS, LABEL_STATES, UNKNOWN, random_group
from model.flows import flows
from monitoring.bridge import CASH, MOVES, OPENINGS, Bridge, bridge, key_of
from monitoring.policy import Policy

MONTHS = (202311, 202312, 202401, 202402, 202403)
GRID = np.array([0, 0.5, 1], np.float32)


def portfolio(rows: pd.DataFrame, **frames: Any) -> Portfolio:
    meaning = Meaning("made", {"en": "", "es": "", "pt": ""})
    return Portfolio(meaning, MONTHS[-1], rows, pd.DataFrame(), Coverage(()), **frames)


def panel(n: int = 400, *, seed: int = 0, lacking: tuple[int, ...] = ()) -> pd.DataFrame:
    """Scored rows of n obligations that come, pay, fall behind, move between regions, are written off and leave."""
    r = np.random.default_rng(seed)
    parts = []
    for month in MONTHS:
        days = np.where(r.random(n) < 0.5, 0, r.integers(1, 200, n)).astype(np.float32)
        days[r.random(n) < 0.02] = np.nan
        gone = r.random(n) < 0.05
        balance = np.where(gone, 0, r.lognormal(3, 1, n)).astype(np.float32)
        part = pd.DataFrame(
            {
                "client": np.arange(n) // 2, "obligation": np.arange(n), "month": month, "balance": balance,
                "days_past_due": days, "past_due": (days > 0) * balance * np.float32(0.1),
                "cash": np.where(r.random(n) < 0.4, balance * r.random(n) * 1.2, np.nan).astype(np.float32),
                "written_off": np.where(gone & (r.random(n) < 0.7), 5, 0).astype(np.float32),
                "reaged_balance": np.where(r.random(n) < 0.2, balance, 0).astype(np.float32),
                "kept": (r.random(n) < 0.1).astype(np.uint8), "region": r.choice(["north", "south"], n),
                "product": np.where(np.arange(n) % 3, "loan", "card"),
            }
        )  # fmt: skip
        parts.append(part[r.random(n) < 0.85])
    rows = pd.concat(parts, ignore_index=True)
    return rows[~rows["month"].isin(lacking)].reset_index(drop=True)


def with_flows(rows: pd.DataFrame) -> pd.DataFrame:
    facts = {name: rows[name].to_numpy() for name in rows}
    scored = {"rg": random_group(rows["client"].to_numpy()), "label_state": 2, "score": np.nan, "eligible": 0}
    found = flows(portfolio(rows), facts)
    return rows.assign(bucket=bands.bucket(rows["days_past_due"]), offered=0, paid=0, **scored, **found)


def counted(rows: pd.DataFrame) -> ColumnarCounts:
    levels = {"bucket": BUCKETS, "region": ("north", "south"), "product": ("card", "loan")}
    return ColumnarCounts.from_frames({"rows": rows}, edges=GRID, dimensions=levels)


def built(counts: ColumnarCounts, first: int, last: int, *, dpd: int = 30, **where: tuple[str, ...]) -> Bridge:
    kept = Selection(months=(first, last), where=where)
    moves = counts.totals(kept, by=MOVES, measures=("n", "B", "NB"))
    openings = counts.totals(kept, by=OPENINGS, measures=("n", "B"))
    return bridge(moves, openings, first=first, last=last, policy=Policy(overdue_dpd=dpd), whole=not where)


ROWS = with_flows(panel())
COUNTS = counted(ROWS)
choices = st.fixed_dictionaries(
    {},
    optional={
        "region": st.sampled_from([("north",), ("south",)]),
        "product": st.sampled_from([("card",), ("loan",)]),
        "bucket": st.lists(st.sampled_from(BUCKETS), min_size=1, unique=True).map(tuple),
    },
)


def ratio(rows: pd.DataFrame, month: int, dpd: int) -> float:
    """Overdue over gross balance of a month, by pandas."""
    part = rows[rows["month"] == month]
    balance = part["balance"].astype(float)
    return balance[part["days_past_due"] > dpd].sum() / balance.sum()


@settings(deadline=None, max_examples=60)
@given(choices, st.sampled_from([1, 30, 60, 90]), st.integers(0, 3), st.integers(1, 4))
def test_the_flows_add_up_to_the_change_on_any_selection(
    where: dict[str, tuple[str, ...]], dpd: int, at: int, long: int
) -> None:
    first, last = MONTHS[at], MONTHS[min(at + long, len(MONTHS) - 1)]
    found = built(COUNTS, first, last, dpd=dpd, **where)
    rows = ROWS[np.logical_and.reduce([ROWS[k].isin(v) for k, v in where.items()], axis=0)] if where else ROWS
    limit = dpd if dpd > 1 else 0
    assume(all(rows.loc[rows["month"] == m, "balance"].sum() > 0 for m in (first, last)))
    assert found.start == pytest.approx(ratio(rows, first, limit), rel=1e-6)
    assert found.change == pytest.approx(ratio(rows, last, limit) - ratio(rows, first, limit), abs=1e-7)
    assert found.residual == pytest.approx(0, abs=1e-12)


def test_in_the_whole_portfolio_nothing_moves_between_segments() -> None:
    found = built(COUNTS, MONTHS[0], MONTHS[-1])
    assert not [f for f in found.flows if f.kind == "moved"]
    assert found.residual == pytest.approx(0, abs=1e-12)


def test_what_moved_between_regions_in_one_month_is_what_pandas_sees() -> None:
    first, last = MONTHS[1], MONTHS[2]
    (moved,) = (f for f in built(COUNTS, first, last, region=("north",)).flows if f.kind == "moved")
    before, after = (ROWS[ROWS["month"] == m].set_index("obligation") for m in (first, last))
    both = after.join(before["region"].rename("was"), how="inner")
    came, left = both[(both["region"] == "north") & (both["was"] == "south")], both[both["region"] == "south"]
    left = left[left["was"] == "north"]
    assert moved.n == len(came) - len(left)
    assert moved.gross == pytest.approx(came["balance"].astype(float).sum() - left["balance"].astype(float).sum())


def fixture() -> tuple[Tally, Tally]:
    """The fixture of the design: 52 of 1,000 overdue; a month later 50 of 1,021."""
    labels = {
        "month": (202401, 202402), "bucket": ("0", "31-60"), "flow": ("stayed", "paid", "reaged: COMBO", "written_off"),
        "next_bucket": ("0", "31-60", UNKNOWN), "label": LABEL_STATES,
    }  # fmt: skip
    moves = {m: np.zeros((2, 2, 4, 3, 4)) for m in ("n", "B", "NB")}
    for was, flow, then, before, after in (
        (0, 0, 0, 939, 939), (0, 0, 1, 9, 9), (1, 1, 0, 4, 4), (1, 1, 1, 20, 18.5), (1, 2, 0, 3, 3),
        (1, 3, 2, 2.5, 0), (1, 0, 1, 22.5, 22.5),
    ):  # fmt: skip
        moves["n"][0, was, flow, then, 2] = 1
        moves["B"][0, was, flow, then, 2] = before
        moves["NB"][0, was, flow, then, 2] = after
    opening = {m: np.zeros((2, 2, 2, 4)) for m in ("n", "B")}
    opening["B"][0, :, 0, 2] = 948, 52
    opening["B"][1, :, 0, 2], opening["B"][1, 0, 1, 2] = (939 + 4 + 3, 50), 25
    axes = {**labels, "origin": ("there", "new")}
    return Tally((*MOVES, "label"), labels, moves), Tally((*OPENINGS, "label"), axes, opening)


def test_the_fixture_of_the_design_is_45_percent_cash() -> None:
    found = bridge(*fixture(), first=202401, last=202402, whole=True)
    worth = {(f.kind, f.option): f.contribution * 1e4 for f in found.flows}
    expected = {
        ("rolled_in", ""): 89.06, ("cured_cash", ""): -39.58, ("paid_down", ""): -14.09, ("reaged", "COMBO"): -29.69,
        ("written_off", ""): -23.49, ("growth", ""): -12.49,
    }  # fmt: skip
    assert {k: v for k, v in worth.items() if v} == pytest.approx(expected, abs=0.005)
    assert found.change * 1e4 == pytest.approx(-30.284, abs=5e-4)
    assert found.cash_share == pytest.approx(0.45, abs=0.005)
    assert found.residual == pytest.approx(0, abs=1e-15)


def test_cash_only_ends_where_the_ratio_would_have_ended() -> None:
    found = bridge(*fixture(), first=202401, last=202402, whole=True)
    alone = found.cash_only
    assert {f.kind for f in alone.flows} == {"rolled_in", "growth", *CASH} | {
        f.kind for f in found.flows if f.kind == "accrued"
    }
    assert alone.change * 1e4 == pytest.approx(-30.284 + 29.69 + 23.49, abs=0.01)
    assert alone.residual == pytest.approx(0, abs=1e-15)


def test_a_missing_month_is_named_and_nothing_flows_across_it() -> None:
    rows = with_flows(panel(lacking=(202401,)))
    assert set(rows.loc[rows["month"] == 202312, "flow"]) == {UNKNOWN}
    assert set(rows.loc[rows["month"] == 202402, "origin"]) == {UNKNOWN}
    found = built(counted(rows), 202311, 202403)
    assert (found.reason, found.missing) == ("month_missing", 202401)
    assert math.isnan(found.change)
    assert not built(counted(rows), 202402, 202403).reason


def test_one_month_and_rows_without_flows_have_no_bridge() -> None:
    assert built(COUNTS, 202401, 202401).reason == "one_month"
    old = counted(ROWS.drop(columns=["flow", "next_bucket", "next_balance", "origin"]))
    assert built(old, 202311, 202312).reason == "no_flows"


def test_months_without_a_balance_have_no_bridge() -> None:
    assert built(counted(ROWS.assign(balance=np.float32(0))), 202311, 202312).reason == "no_balance"


@pytest.mark.parametrize(
    ("flow", "was", "then", "kind"),
    [
        ("paid", True, False, "cured_cash"), ("paid", True, True, "paid_down"), ("paid", False, True, "rolled_in"),
        ("stayed", True, False, "cured_unpaid"), ("stayed", True, True, "accrued"), ("stayed", False, False, "growth"),
        ("reaged", True, False, "reaged"), ("reaged", False, True, "rolled_in"), ("reaged", False, False, "growth"),
        ("written_off", False, False, "written_off"), ("gone", False, False, "gone"), ("gone", True, False, "gone"),
        ("paid_off", True, False, "cured_cash"), ("paid_off", False, False, "growth"), ("ended", True, False, "growth"),
    ],
)  # fmt: skip
def test_each_way_has_one_kind(flow: str, was: bool, then: bool, kind: str) -> None:
    assert key_of(flow, was_overdue=was, is_overdue=then) == (kind, "")
