"""Backtests: what a month shows, from rows small enough to check and from made rows through the real counts."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from made_pin import group, pin
from scored_rows import dimensions, edges, make_parts
from sklearn.metrics import log_loss, roc_auc_score
from statsmodels.stats.multitest import multipletests

from data.counts import Selection, Tally
from data.counts.columnar import ColumnarCounts
from data.rows import LABEL_STATES, NEGATIVE, OPEN, POSITIVE
from monitoring import backtest
from monitoring.judged import judge_months
from monitoring.lights import Light
from monitoring.policy import Policy

MONTHS = (202401, 202402, 202403, 202404)
GRID = edges(400)


@pytest.fixture(scope="module")
def parts() -> dict[str, pd.DataFrame]:
    return make_parts(24_000, months=MONTHS, open_months=(202404,), grid=GRID)


@pytest.fixture(scope="module")
def counts(parts: dict[str, pd.DataFrame]) -> ColumnarCounts:
    return ColumnarCounts.from_frames(parts, edges=GRID, dimensions=dimensions())


@pytest.fixture(scope="module")
def closed_rows(parts: dict[str, pd.DataFrame]) -> pd.DataFrame:
    rows = pd.concat(parts.values())
    return rows[rows["label_state"].isin([NEGATIVE, POSITIVE]) & rows["score"].notna()]


def _by_month(counts: ColumnarCounts, selection: Selection, **how: object) -> list[backtest.MonthBacktest]:
    histogram = counts.histogram(selection, by=("month",), measures=backtest.HISTOGRAM_MEASURES)
    totals = counts.totals(selection, by=("month", "rg"), measures=backtest.MEASURES)
    return backtest.by_month(histogram, totals, **how)  # type: ignore[arg-type]


def _summary(counts: ColumnarCounts, selection: Selection) -> backtest.Summary:
    histogram = counts.histogram(selection, measures=backtest.HISTOGRAM_MEASURES)
    return backtest.summary(histogram, counts.totals(selection, by=("rg",), measures=backtest.MEASURES))


def test_a_month_shows_what_its_rows_show(counts: ColumnarCounts, closed_rows: pd.DataFrame) -> None:
    for found in _by_month(counts, Selection())[:3]:
        rows = closed_rows[closed_rows["month"] == found.month]
        label, score = rows["label_state"] == POSITIVE, rows["score"].astype(float)
        assert (found.n, found.positives) == (len(rows), label.sum())
        assert found.expected == pytest.approx(score.sum(), rel=1e-6)
        assert found.observed.value == pytest.approx(label.mean())
        assert found.oe.value == pytest.approx(label.sum() / score.sum(), rel=1e-6)
        assert found.brier == pytest.approx(((score - label) ** 2).mean(), rel=1e-5)
        assert found.auc.least - 1e-6 <= roc_auc_score(label, score) <= found.auc.most + 1e-6
        assert found.gini == pytest.approx(2 * found.auc.value - 1)


def test_months_add_up_to_the_summary(counts: ColumnarCounts) -> None:
    months, whole = _by_month(counts, Selection()), _summary(counts, Selection())
    assert sum(m.n for m in months) == whole.n
    assert sum(m.expected for m in months) == pytest.approx(whole.expected)
    assert sum(m.open for m in months) == whole.open > 0


def test_the_summary_shows_what_the_rows_show(counts: ColumnarCounts, closed_rows: pd.DataFrame) -> None:
    found = _summary(counts, Selection())
    label, score = closed_rows["label_state"] == POSITIVE, closed_rows["score"].astype(float)
    assert found.auc.value == pytest.approx(roc_auc_score(label, score), abs=1e-3)
    assert found.log_loss == pytest.approx(log_loss(label, score), rel=1e-5)
    assert found.brier.value == pytest.approx(found.brier_parts.brier, rel=1e-6)
    assert found.gini.low == pytest.approx(2 * found.auc.low - 1)
    assert found.no_skill == ()


def test_a_month_without_outcomes_yet_is_open_and_not_judged(counts: ColumnarCounts) -> None:
    last = _by_month(counts, Selection())[-1]
    assert (last.n, last.is_open, last.reason, last.level) == (0, True, "no_label_yet", "unknown")
    assert last.maturity == 0
    assert math.isnan(last.observed.value)


def test_a_selection_without_rows_gives_reasons_and_no_numbers(counts: ColumnarCounts) -> None:
    nothing = Selection(where={"product": ("no such product",)})
    assert {m.reason for m in _by_month(counts, nothing)} == {"empty"}
    found = _summary(counts, nothing)
    assert (found.reason, found.level, found.n) == ("empty", "unknown", 0)
    assert backtest.reliability(counts.histogram(nothing)) == []
    assert backtest.decile_table(counts.histogram(nothing)) == []


def test_a_handful_of_rows_is_a_small_sample(counts: ColumnarCounts) -> None:
    few = Selection(where={"region": ("R31",), "product": ("vivienda",)}, months=(202401, 202401))
    (month,) = _by_month(counts, few)
    assert 0 < month.n < 30
    assert (month.reason, month.level) == ("small_sample", "unknown")


def test_a_score_twice_too_high_is_called_out(parts: dict[str, pd.DataFrame]) -> None:
    high = {k: v.assign(score=np.minimum(v["score"] * 2, 1).astype(np.float32)) for k, v in parts.items()}
    counts = ColumnarCounts.from_frames(high, edges=GRID, dimensions=dimensions())
    for month in _by_month(counts, Selection())[:3]:
        assert month.level == "act"
        assert month.light.p_over < 0.001 < month.light.p_under


def test_significant_but_small_gaps_are_not_called_out(counts: ColumnarCounts) -> None:
    strict = Policy(calibration_gap=0.0, p_watch=1.1, p_act=1.1)
    assert {m.level for m in _by_month(counts, Selection(), policy=strict)[:3]} == {"act"}
    lenient = Policy(calibration_gap=1.0, oe_act=2.0, p_watch=1.1, p_act=1.1)
    assert {m.level for m in _by_month(counts, Selection(), policy=lenient)[:3]} == {"ok"}


def test_bands_hold_about_as_many_rows_each(counts: ColumnarCounts) -> None:
    table = backtest.decile_table(counts.histogram(Selection()))
    assert len(table) == 10
    sizes = np.array([d.n for d in table])
    assert sizes.min() > 0.9 * sizes.mean()
    assert table[0].first_code > table[-1].first_code == 1
    assert sizes.sum() == counts.histogram(Selection())["n"].sum()


def test_frozen_bands_mean_the_same_in_every_selection(counts: ColumnarCounts) -> None:
    cuts = backtest.band_cuts(counts.histogram(Selection()), groups=5)
    part = backtest.reliability(counts.histogram(Selection(months=(202401, 202401))), cuts=cuts)
    assert tuple(b.first_code for b in part) == cuts
    assert part[-1].last_code == len(GRID) - 1


def test_bands_add_up_and_the_list_catches_everything_at_its_end(counts: ColumnarCounts) -> None:
    histogram = counts.histogram(Selection())
    bands, table = backtest.reliability(histogram), backtest.decile_table(histogram)
    whole = _summary(counts, Selection())
    assert sum(b.n for b in bands) == whole.n == sum(d.labelled for d in table)
    assert sum(b.positives for b in bands) == whole.positives
    last = table[-1]
    assert (last.captured, last.cumulative_share, last.balance_captured, last.lift) == pytest.approx((1, 1, 1, 1))
    assert not any(d.is_break for d in table)
    assert [d.observed.value for d in table] == pytest.approx([b.observed.value for b in bands][::-1])


def test_a_list_upside_down_breaks_its_order(parts: dict[str, pd.DataFrame]) -> None:
    from data.counts.grid import encode

    turned = {k: v.assign(score=(1 - v["score"]).astype(np.float32)) for k, v in parts.items()}
    turned = {k: v.assign(score_code=encode(v["score"].to_numpy(), GRID)) for k, v in turned.items()}
    counts = ColumnarCounts.from_frames(turned, edges=GRID, dimensions=dimensions())
    assert any(d.is_break for d in backtest.decile_table(counts.histogram(Selection())))
    assert "brier_no_better" in _summary(counts, Selection()).no_skill
    assert "auc_includes_half" in _summary(counts, Selection()).no_skill


def _codes(n: list[int], x: list[int]) -> Tally:
    """Counts of closed rows and positives per code, each with a score of one half and a balance of 1."""
    rows = np.zeros((len(n) + 1, 4))
    rows[1:, POSITIVE], rows[1:, NEGATIVE] = x, np.subtract(n, x)
    values = {"n": rows, "s1": rows / 2, "B": rows}
    return Tally(("code", "label"), {"code": tuple(range(len(rows))), "label": LABEL_STATES}, values)


@pytest.mark.parametrize(
    ("n", "cuts"), [([10, 10, 10, 10], (1, 3)), ([4, 3, 3], (1, 2)), ([3, 3, 4], (1, 3)), ([0, 9, 0], (1,)), ([0], ())]
)
def test_bands_are_cut_at_the_edge_nearest_to_an_equal_share(n: list[int], cuts: tuple[int, ...]) -> None:
    assert backtest.band_cuts(_codes(n, [0] * len(n)), groups=2) == cuts


def test_only_a_significant_inversion_breaks_the_order() -> None:
    assert [d.is_break for d in backtest.decile_table(_codes([500, 500], [150, 140]), groups=2)] == [False, False]
    assert [d.is_break for d in backtest.decile_table(_codes([500, 500], [250, 140]), groups=2)] == [False, True]
    assert [d.is_break for d in backtest.decile_table(_codes([20, 20], [18, 2]), groups=2)] == [False, False]


def test_four_obligations_that_always_agree_prove_no_more_than_two(closed_rows: pd.DataFrame) -> None:
    one = closed_rows[closed_rows["month"] == 202401].assign(score=lambda d: (d["score"] * 0.96).astype(np.float32))
    counts = [
        ColumnarCounts.from_frames({"all": pd.concat([one] * k)}, edges=GRID, dimensions=dimensions()) for k in (2, 4)
    ]
    (twofold,), (fourfold,) = (_by_month(c, Selection()) for c in counts)
    naive = backtest.by_month(
        counts[1].histogram(Selection(), by=("month",)), counts[1].totals(Selection(), by=("month",))
    )[0]
    assert fourfold.deff == pytest.approx(4, rel=0.2)
    assert fourfold.light.effective == pytest.approx(twofold.light.effective)
    assert fourfold.light.p_under == pytest.approx(twofold.light.p_under)
    assert naive.light.p_under < fourfold.light.p_under / 3
    assert naive.observed_robust.method == "jeffreys"


def test_a_month_with_a_third_of_its_windows_open_is_not_judged(parts: dict[str, pd.DataFrame]) -> None:
    part = parts["202401"]
    late = (part["label_state"] <= POSITIVE) & (np.arange(len(part)) % 3 == 0)
    state = np.where(late, OPEN, part["label_state"]).astype(np.uint8)
    counts = ColumnarCounts.from_frames({"202401": part.assign(label_state=state)}, edges=GRID, dimensions=dimensions())
    (month,) = _by_month(counts, Selection())
    assert (month.reason, month.level, month.is_open) == ("immature", "unknown", True)
    assert month.maturity == pytest.approx(2 / 3, abs=0.02)
    assert not math.isnan(month.oe.value)


def test_a_calibration_error_that_noise_explains_is_no_alarm(counts: ColumnarCounts) -> None:
    found = _summary(counts, Selection(where={"region": ("R12",)}))
    assert found.ece.value > Policy().ece_watch
    assert found.ece.value < 1.5 * found.ece.noise_floor
    assert found.ece_level == "ok"


def test_an_outcome_that_nearly_all_have_is_judged_by_those_that_do_not() -> None:
    # 5 % of failures were promised and 2 % came: 98 / 95 = 1.03 alone would pass as a kept promise.
    counts = pin(group(3000, positives=2940, score=0.95), carries=()).counts
    (month,) = _by_month(counts, Selection())
    assert month.oe.value == pytest.approx(0.98 / 0.95)
    assert month.level == "act"


# The lights of months shown together


def _made_months(came: Sequence[int], *, n: int = 400, score: float = 0.25, still_open: int = 0) -> Tally:
    """Totals of months of `n` rows of one score; the last month has as many more rows open as asked."""
    rows = np.zeros((len(came), len(LABEL_STATES)))
    rows[:, POSITIVE], rows[:, NEGATIVE] = came, n - np.array(came)
    scored = rows.copy()
    rows[-1, OPEN] = still_open
    labels = {"month": tuple(202401 + k for k in range(len(came))), "label": LABEL_STATES}
    values = {"n": rows, "scored": scored, "s1": scored * score, "s2": scored * score**2}
    return Tally(("month", "label"), labels, values)


def _lights(totals: Tally) -> list[Light]:
    return [found["light"] for found in judge_months(totals, Policy())]


def test_a_month_is_grey_until_a_gap_that_matters_would_show_and_says_how_many_it_takes() -> None:
    # Promised 0.25 of 400, 100 came: two-sided, 2 pp more is seen with 80 % from
    # ((1.960 * sqrt(0.1875) + 0.842 * sqrt(0.27 * 0.73)) / 0.02)^2 = 3,748 rows.
    (few,) = _lights(_made_months([100]))
    assert few.level == "unknown" and few.power < 0.15
    assert few.needed == pytest.approx(((1.959964 * 0.1875**0.5 + 0.841621 * 0.1971**0.5) / 0.02) ** 2, abs=1)
    (enough,) = _lights(_made_months([1000], n=4000))
    assert enough.level == "ok" and enough.power > 0.8


def test_months_shown_together_are_corrected_together() -> None:
    came = [82, 100, 104, 97, 101, 99, 103, 98, 95, 100, 106, 102]
    (alone,), together = _lights(_made_months(came[:1])), _lights(_made_months(came))
    # 18 of 100 short is 2.1 standard errors: amber alone; once in twelve months that is chance.
    assert alone.level == "watch" and alone.side == "over" and alone.p < 0.05
    assert together[0].p == alone.p and together[0].level == "unknown"
    assert [m.q for m in together] == pytest.approx(multipletests([m.p for m in together], method="fdr_bh")[1])


def test_a_month_whose_outcomes_are_open_has_no_light_and_costs_the_others_nothing() -> None:
    # 400 of 1,400 outcomes are known: 29 %.
    (alone,), (beside, waits) = _lights(_made_months([82])), _lights(_made_months([82, 40], still_open=1000))
    assert (beside.q, beside.level) == (alone.q, "watch")
    assert waits.level == "unknown" and math.isnan(waits.p)


def test_both_sides_are_lit_and_the_imprudent_one_is_named() -> None:
    short, beyond = _lights(_made_months([600, 1400], n=4000))
    assert (short.level, short.side, beyond.level, beyond.side) == ("act", "over", "act", "under")
    assert short.p_over < 0.001 < short.p_under and beyond.p_under < 0.001 < beyond.p_over


def test_fewer_rows_than_the_least_are_grey_with_the_rows_that_it_takes() -> None:
    found = judge_months(_made_months([1], n=20), Policy())[0]
    assert (found["reason"], found["light"].level) == ("small_sample", "unknown")
    assert found["light"].needed > 3000
