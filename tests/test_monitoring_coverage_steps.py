"""The coverage waterfall from counts: every step adds up, agrees with the rows themselves, and a jump is flagged."""

from __future__ import annotations

import numpy as np
import pytest
from scored_rows import dimensions, edges, make_rows

from data.counts import Selection
from data.counts.columnar import ColumnarCounts
from data.coverage import total, waterfall
from data.rows import NEGATIVE, POSITIVE
from monitoring.coverage import STEPS, Passage, by, losses, passage
from monitoring.policy import Policy

MONTHS = (202401, 202402, 202403)
ROWS = make_rows(4000, seed=5, months=MONTHS, open_months=(202403,))
COUNTS = ColumnarCounts.from_frames({"all": ROWS}, edges=edges(), dimensions=dimensions())
MEASURES = ("n", "B", "V30")


def counted(*axes: str, steps: tuple[str, ...] = STEPS) -> Passage:
    every, scored = Selection(), Selection(codes=(1, len(COUNTS.edges) - 1))
    tallies = [COUNTS.totals(s, by=by(axes), measures=MEASURES) for s in (every, scored)]
    return passage(tallies[0], tallies[1], axes, steps=steps)


def test_the_chain_is_the_one_that_the_rows_make() -> None:
    state = ROWS["label_state"].to_numpy()
    stays = {
        "portfolio": np.ones(len(ROWS), bool),
        "in_arrears": (ROWS["bucket"] != "0").to_numpy(),
        "eligible": ROWS["eligible"].to_numpy() == 1,
        "scored": ROWS["score"].notna().to_numpy(),
        "worked": ROWS["offered"].to_numpy() == 1,
        "matured": (state == NEGATIVE) | (state == POSITIVE),
    }
    by_month = waterfall(ROWS["month"].to_numpy(), ROWS["balance"].to_numpy(), stays)
    found = counted("product", "month")
    for chain, expected in [
        (found.summed("product", "month").chain(), total(by_month)),
        (found.summed("product").chain(1), by_month[202402]),
    ]:
        assert [(s.name, s.rows) for s in chain] == [(s.name, s.count) for s in expected.steps]
        assert [s.balance for s in chain] == pytest.approx([s.balance for s in expected.steps])


@pytest.mark.parametrize("dimension", ["product", "bucket"])
def test_what_stays_in_the_end_and_what_left_add_up_to_the_portfolio_in_every_segment(dimension: str) -> None:
    found = counted(dimension, "month")
    for segment in range(found.stays.shape[2]):
        for month in range(len(MONTHS)):
            chain = found.chain(segment, month)
            assert chain[-1].rows + sum(s.left for s in chain) == chain[0].rows
            assert chain[-1].balance + sum(s.left_balance for s in chain) == pytest.approx(chain[0].balance)
            assert all(s.left >= 0 for s in chain)


def test_the_ratio_of_those_who_leave_is_that_of_their_rows() -> None:
    step = counted("month").summed("month").chain()[2]
    left = ROWS[(ROWS["bucket"] != "0") & (ROWS["eligible"] == 0)]
    overdue = left.loc[left["days_past_due"] > 30, "balance"].sum()
    assert step.icv == pytest.approx(overdue / left["balance"].sum(), rel=1e-5)


def test_steps_that_a_source_does_not_have_are_left_out() -> None:
    found = counted("month", steps=("portfolio", "eligible", "scored", "matured"))
    assert [s.name for s in found.summed("month").chain()] == ["portfolio", "eligible", "scored", "matured"]


def _course(*stayed: float, entered: float = 1000, waiting: float = 0) -> Passage:
    """Months in which `entered` rows are eligible and so many of them scored."""
    rows = np.array([np.full(len(stayed), entered), np.full(len(stayed), entered), stayed])
    return Passage(("portfolio", "eligible", "scored"), ("month",), np.array([rows] * 3), np.full(len(stayed), waiting))


def _flags(found: Passage) -> list[int]:
    return [x.month for x in losses(found, range(len(found.waiting))) if x.flagged]


def test_a_step_that_loses_more_than_its_own_past_is_flagged() -> None:
    assert _flags(_course(*[950, 948, 952, 951, 949, 950, 950, 880])) == [7]
    usual = next(x for x in losses(_course(*[950] * 7, 880), range(8)) if x.month == 7 and x.step == "scored")
    assert (usual.lost, usual.usual, usual.months) == (pytest.approx(0.12), pytest.approx(0.05), 7)
    assert usual.limit == pytest.approx(0.05 + 3 * (0.05 * 0.95 / 1000) ** 0.5)


def test_what_chance_would_do_to_few_rows_is_not_flagged() -> None:
    assert _flags(_course(*[19] * 7, 17, entered=20)) == []


def test_without_enough_months_before_nothing_is_usual() -> None:
    assert _flags(_course(950, 950, 950, 950, 950, 100)) == []


def test_months_before_anything_passed_are_no_past_and_a_stop_is_flagged() -> None:
    found = _course(*[0] * 8, *[950] * 6, 0)
    assert _flags(found) == [14]


def test_a_loss_below_what_matters_is_not_flagged() -> None:
    many = _course(*[950_000] * 7, 935_000, entered=1_000_000)
    assert _flags(many) == []
    small = Policy(coverage_rise_least=0.001)
    assert [x.month for x in losses(many, range(8), policy=small) if x.flagged] == [7]
