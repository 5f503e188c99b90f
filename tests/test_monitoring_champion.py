"""Champion and opponent on the same rows: lists by hand, cells that add up, tests as packages do them."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import roc_auc_score
from statsmodels.stats.contingency_tables import mcnemar as of_statsmodels

from data.counts import Listed
from data.rows import NEGATIVE, OPEN, POSITIVE, UNLABELLED
from monitoring.champion import STEPS, SUMS, mcnemar, race
from monitoring.paired import difference

RIVAL = "challenger_score"


def rows(
    n: int, *, seed: int = 0, month: int = 202401, clients: int = 0, levels: int = 0, same: bool = False
) -> Listed:
    """Made rows: two scores that know something of the outcome. `clients`: rows of one client in seven share a
    leaning; `levels`: scores take so many values; `same`: both are one score."""
    rng = np.random.default_rng(seed)
    client = rng.integers(0, clients, n) if clients else np.arange(n)
    lean = rng.standard_normal(max(clients, n))[client]
    truth = rng.standard_normal(n) + (lean if clients else 0)
    scores = 1 / (1 + np.exp(-truth - rng.standard_normal((2, n)) * 0.9))
    if levels:
        scores = np.ceil(scores * levels) / levels
    one, other = scores.astype(np.float32)
    label = np.where(truth + rng.standard_normal(n) > 0.5, POSITIVE, NEGATIVE)
    label[rng.random(n) < 0.2] = UNLABELLED
    label[rng.random(n) < 0.05] = OPEN
    money = {"balance": rng.lognormal(3, 1, n).astype(np.float32), "cash": rng.random(n).astype(np.float32)}
    group = (client * 7919 % 30).astype(np.uint8)
    told = {"score": one, RIVAL: one if same else other} | money
    return Listed(month, label.astype(np.uint8), group, rng.integers(0, 5, n).astype(np.uint8), told)


def by_hand(found: Listed, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Who is on either list when each holds k rows; scores without ties."""
    one, other = (np.argsort(np.argsort(-found.amounts[name])) < k for name in ("score", RIVAL))
    return one, other


@pytest.mark.parametrize("step", [1, 37, 100, 199])
def test_each_cell_is_what_the_rows_on_both_lists_add_up_to(step: int) -> None:
    made = rows(731)
    swap = race([made], RIVAL).swap(step)
    one, other = by_hand(made, 731 * step // STEPS)
    amounts = {name: made.amounts[name].astype(float) for name in made.amounts}
    each = {
        "rows": np.ones(731), "balance": amounts["balance"], "expected": amounts["balance"] * amounts["score"],
        "rival": amounts["balance"] * amounts[RIVAL], "cash": amounts["cash"],
        "overdue": amounts["balance"] * (made.overdue >= 2), "positives": made.label == POSITIVE,
        "negatives": made.label == NEGATIVE,
    }  # fmt: skip
    masks = (one & other, one & ~other, ~one & other, ~one & ~other)
    for cell, mask in zip(swap.cells, masks, strict=True):
        assert {n: getattr(cell, n) for n in each} == pytest.approx({n: v[mask].sum() for n, v in each.items()})
    assert swap.listed == 731 * step // STEPS


@settings(deadline=None, max_examples=12)
@given(st.integers(0, 400), st.integers(0, 400), st.integers(0, 12), st.integers(-3, STEPS + 3), st.integers(0, 99))
def test_four_cells_are_the_list_and_both_lists_are_equally_long(
    n: int, more: int, levels: int, step: int, seed: int
) -> None:
    months = [rows(n, seed=seed, levels=levels), rows(more, seed=seed + 1, month=202402, levels=levels)]
    found = race(months, RIVAL)
    swap = found.swap(step)
    assert sum(c.rows for c in swap.cells) == n + more == found.rows
    assert swap.both.rows + swap.champion.rows == swap.both.rows + swap.opponent.rows == swap.listed
    assert min(c.rows for c in swap.cells) >= 0
    for name in ("balance", "cash"):
        whole = sum(float(m.amounts[name].astype(float).sum()) for m in months)
        assert sum(getattr(c, name) for c in swap.cells) == pytest.approx(whole)
    assert sum(c.positives + c.negatives for c in swap.cells) == found.outcomes


def test_equal_scores_put_the_same_rows_on_both_lists_even_where_all_are_tied() -> None:
    for made in (rows(500, same=True), rows(500, same=True, levels=1)):
        found = race([made], RIVAL)
        assert found.gap.value == 0
        for step in (0, 20, 100, STEPS):
            swap = found.swap(step)
            assert (swap.champion.rows, swap.opponent.rows, swap.mcnemar.champion) == (0, 0, 0)
            assert np.isnan(swap.mcnemar.p)


def test_a_draw_among_tied_rows_knows_nothing_of_the_outcome_and_is_told() -> None:
    """All scores equal: a list of half the rows holds half of the positives, give or take, however rows are ordered."""
    made = rows(4000, levels=1)
    order = np.argsort(made.label, kind="stable")
    ordered = Listed(made.month, made.label[order], made.rg[order], made.overdue[order],
                     {n: v[order] for n, v in made.amounts.items()})  # fmt: skip
    swap = race([ordered], RIVAL).swap(STEPS // 2)
    positives = int((made.label == POSITIVE).sum())
    chance = stats.hypergeom(4000, positives, 2000)
    assert chance.ppf(0.0005) < swap.both.positives < chance.ppf(0.9995)
    assert swap.drawn == (2000, 2000)
    assert race([rows(400)], RIVAL).swap(50).drawn == (0, 0)


def test_nobody_and_everybody_are_capacities_too() -> None:
    found = race([rows(300)], RIVAL)
    assert (found.swap(0).listed, found.swap(0).neither.rows, found.swap(0).both.rows) == (0, 300, 0)
    assert (found.swap(STEPS).both.rows, found.swap(STEPS).neither.rows) == (300, 0)
    assert found.swap(0).drawn == found.swap(STEPS).drawn == (0, 0)


def test_rows_that_one_of_them_did_not_score_are_left_out_and_counted() -> None:
    made = rows(300)
    made.amounts[RIVAL][:80] = np.nan
    made.amounts["score"][70:100] = np.nan
    found = race([made], RIVAL)
    assert (found.rows, found.left_out) == (200, 70)
    made.amounts[RIVAL][:] = np.nan
    nothing = race([made], RIVAL)
    assert (nothing.rows, nothing.gap.reason, nothing.swap(40).both.rows) == (0, "empty", 0)
    assert race([], RIVAL).months == ()


def test_mcnemar_is_the_exact_test_of_the_calls_that_only_one_gets_right() -> None:
    made = rows(900, seed=3)
    one, other = by_hand(made, 900 * 60 // STEPS)
    known = np.isin(made.label, (POSITIVE, NEGATIVE))
    right = [(listed == (made.label == POSITIVE))[known] for listed in (one, other)]
    table = [[int(((right[0] == a) & (right[1] == b)).sum()) for b in (True, False)] for a in (True, False)]
    found = race([made], RIVAL).swap(60).mcnemar
    assert (found.champion, found.opponent) == (table[0][1], table[1][0])
    assert found.p == pytest.approx(of_statsmodels(table, exact=True).pvalue, rel=1e-9)
    assert found.gain.value == pytest.approx(right[1].mean() - right[0].mean())


def test_the_list_that_is_clearly_better_is_found_by_both_tests() -> None:
    made = rows(3000, seed=5)
    made.amounts[RIVAL][:] = np.where(made.label == POSITIVE, 0.6, 0.4) + 0.3 * (made.amounts["score"] - 0.5)
    found = race([made], RIVAL)
    swap = found.swap(60)
    assert found.gap.low > 0
    assert max(swap.mcnemar.p, swap.mcnemar.p_robust) < 0.001
    assert swap.opponent.fdr.high < swap.champion.fdr.low
    assert found.gains()[60].low > 0


def test_mcnemar_without_a_call_in_which_they_differ_has_nothing_to_test() -> None:
    found = mcnemar(np.zeros((4, 2, 30)))
    assert np.isnan([found.p, found.p_robust, found.gain.value]).all()
    assert found.gain.reason == "empty"


def test_the_gain_at_every_capacity_is_that_of_its_cells() -> None:
    found = race([rows(600, seed=8), rows(400, seed=9, month=202402)], RIVAL)
    gains = found.gains()
    assert len(gains) == STEPS + 1
    for step in (1, 40, 120, STEPS):
        swap = found.swap(step)
        hits = [swap.both.positives + c.positives for c in (swap.champion, swap.opponent)]
        known = [
            h + swap.both.negatives + c.negatives for h, c in zip(hits, (swap.champion, swap.opponent), strict=True)
        ]
        assert gains[step].value == pytest.approx(hits[1] / known[1] - hits[0] / known[0])
    assert gains[0].reason == "empty"


def by_pairs(score: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """AUC, and the placements of positives and negatives, by comparing every pair."""
    won = np.array([[(a > b) + 0.5 * (a == b) for b in score[~y]] for a in score[y]])
    return won.mean(), won.mean(1), won.mean(0)


@pytest.mark.parametrize("levels", [0, 6])
def test_the_difference_of_two_aucs_is_delongs_by_hand_over_every_pair(levels: int) -> None:
    made = rows(120, seed=2, levels=levels)
    y = made.label == POSITIVE
    one, other = made.amounts["score"], made.amounts[RIVAL]
    aucs, gap = difference(one, other, y, group=np.zeros(120, int))
    (a, v1, w1), (b, v2, w2) = by_pairs(one, y), by_pairs(other, y)
    se = np.sqrt((v2 - v1).var(ddof=1) / y.sum() + (w2 - w1).var(ddof=1) / (~y).sum())
    assert (gap.value, gap.se) == (pytest.approx(b - a), pytest.approx(se))
    assert (gap.low, gap.high) == (pytest.approx(b - a - 1.959964 * se), pytest.approx(b - a + 1.959964 * se))
    assert [e.value for e in aucs] == pytest.approx([roc_auc_score(y, s) for s in (one, other)])
    assert gap.method == "delong"


def test_without_a_group_the_auc_is_that_of_the_other_rows() -> None:
    """The jackknife by random groups, each replicate computed anew with scikit-learn."""
    made = rows(400, seed=4, clients=12, levels=25)
    y, group = made.label == POSITIVE, made.rg
    scores = (made.amounts["score"], made.amounts[RIVAL])
    _, gap = difference(*scores, y, group=group)
    whole = np.diff([roc_auc_score(y, s) for s in scores])[0]
    left = [np.diff([roc_auc_score(y[group != g], s[group != g]) for s in scores])[0] for g in np.unique(group)]
    k = len(left)
    se = np.sqrt((k - 1) / k * ((np.array(left) - whole) ** 2).sum())
    reach = stats.t.ppf(0.975, k - 1) * se
    if gap.method == "random_groups":
        assert (gap.se, gap.high - gap.low) == (pytest.approx(se), pytest.approx(2 * reach))
    else:
        assert gap.high - gap.low >= 2 * reach


@pytest.mark.parametrize(("y", "reason"), [([], "empty"), ([1, 1], "no_negatives"), ([0, 0], "no_positives")])
def test_without_both_outcomes_there_is_no_auc(y: list[int], reason: str) -> None:
    score = np.linspace(0, 1, len(y))
    (one, other), gap = difference(score, score, np.array(y, bool), group=np.zeros(len(y), int))
    assert (one.reason, other.reason, gap.reason) == (reason,) * 3


def test_one_member_of_a_class_has_an_auc_without_an_interval() -> None:
    score = np.array([0.1, 0.5, 0.3])
    (one, _), gap = difference(score, score, np.array([True, False, False]), group=np.arange(3))
    assert (one.value, one.reason, gap.reason) == (0.0, "single_member", "single_member")
    assert np.isnan(gap.low)


@pytest.mark.slow
@pytest.mark.parametrize("clients", [0, 250])
def test_the_interval_of_two_equally_good_scores_holds_nothing_as_often_as_it_says(clients: int) -> None:
    """600 draws of 1,500 rows: 95% intervals hold 0 in 93% to 98%, also where six rows of a client lean alike and
    DeLong's alone would not."""
    rng = np.random.default_rng(7)
    held = 0
    for _ in range(600):
        client = rng.integers(0, clients, 1500) if clients else np.arange(1500)
        lean, *own = rng.standard_normal((3, int(client.max()) + 1))
        truth = 0.6 * rng.standard_normal(1500) + (lean[client] if clients else 0)
        one, other = (1 / (1 + np.exp(-truth - 0.8 * o[client] - 0.5 * rng.standard_normal(1500))) for o in own)
        y = truth + rng.standard_normal(1500) > 0.5
        _, gap = difference(one, other, y, group=client * 7919 % 30)
        held += gap.low <= 0 <= gap.high
    assert 0.93 <= held / 600 <= 0.98


def test_every_sum_of_a_race_is_there_for_every_capacity() -> None:
    found = race([rows(100, seed=m, month=202401 + m) for m in range(2)], RIVAL)
    assert set(found.sums) == set(SUMS)
    for name, k in product(SUMS, (0, 3, STEPS)):
        assert found.sums[name][k, k] <= found.sums[name][-1, -1] + 1e-9
