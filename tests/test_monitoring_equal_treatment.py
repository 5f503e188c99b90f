"""Equal treatment: every level against all others, by hand, with small cells kept back."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from made_pin import EDGES, group
from sklearn.metrics import recall_score
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportions_ztest

from data.counts import Selection
from data.counts.columnar import ColumnarCounts
from data.rows import UNLABELLED
from monitoring import equal_treatment as equal
from monitoring.equal_treatment import Group
from monitoring.errors import code_of_threshold
from monitoring.policy import Policy

CODE = code_of_threshold(np.array(EDGES), 0.35)
WITHOUT = Policy(cell_least=1)


def _counts(*groups: pd.DataFrame) -> ColumnarCounts:
    rows = pd.concat([g.astype(dict.fromkeys(g.select_dtypes("category"), object)) for g in groups], ignore_index=True)
    rows["client"] = rows["obligation"] = np.arange(len(rows))
    rows["rg"] = (np.arange(len(rows)) % 30).astype(np.uint8)
    for name in rows.select_dtypes(object):
        rows[name] = pd.Categorical(rows[name])
    levels = {name: tuple(rows[name].unique()) for name in equal.DIMENSIONS}
    return ColumnarCounts.from_frames({"all": rows}, edges=np.array(EDGES), dimensions=levels)


def _compared(*groups: pd.DataFrame, dimension: str = "gender", policy: Policy | None = None) -> dict[str, Group]:
    counts = _counts(*groups)
    totals = counts.totals(Selection(), by=(dimension, "rg", "arm"), measures=equal.MEASURES)
    flagged = counts.totals(Selection(codes=(CODE, len(EDGES))), by=(dimension, "rg"), measures=("n",))
    histogram = counts.histogram(Selection(), by=(dimension,), measures=equal.HISTOGRAM_MEASURES)
    found = equal.compare(totals, flagged, histogram, dimension, CODE, policy=policy)
    return {g.name: g for g in equal.corrected([found], policy=policy)[0]}


@pytest.fixture(scope="module")
def women_and_men() -> dict[str, Group]:
    """Women: 200 flagged, 100 positive, 100 not flagged, 20 positive. Men: 300 flagged, 240 positive."""
    return _compared(
        group(200, positives=100, score=0.8, gender="F", propensity=math.nan),
        group(100, positives=20, score=0.2, gender="F", propensity=math.nan),
        group(300, positives=240, score=0.8, gender="M", propensity=math.nan),
    )


def test_every_rate_has_its_own_denominator(women_and_men: dict[str, Group]) -> None:
    women, men = (women_and_men[g].rates for g in "FM")
    assert (women["fdr"].rate.value, women["fdr"].rate.n) == (0.5, 200)
    assert (women["acceptance"].rate.value, women["acceptance"].rate.n) == (0.4, 300)
    assert men["fdr"].rate.value == pytest.approx(0.2)
    said, truth = [1] * 200 + [0] * 100, [1] * 100 + [0] * 100 + [1] * 20 + [0] * 80
    assert women["recall"].rate.value == pytest.approx(recall_score(truth, said))
    assert men["recall"].rate.value == 1.0


def test_a_level_is_held_against_all_others(women_and_men: dict[str, Group]) -> None:
    women, men = (women_and_men[g].rates["fdr"] for g in "FM")
    assert women.gap.value == pytest.approx(0.3)
    assert women.gap.low < 0.3 < women.gap.high
    assert (men.gap.value, men.p) == pytest.approx((-0.3, women.p))
    assert women.level == "act"


def test_without_repeated_clients_p_is_that_of_statsmodels() -> None:
    """Every random group is alike."""
    found = _compared(
        *(group(300, positives=k, score=0.8, gender=g, propensity=math.nan) for g, k in (("F", 150), ("M", 180)))
    )
    assert found["F"].rates["fdr"].p == pytest.approx(proportions_ztest([150, 120], [300, 300])[1])


def test_q_is_corrected_for_everything_that_is_shown_together() -> None:
    tables = [[Group(f"{t}{k}", {"fdr": equal.Compared(equal.Estimate(), p=p)}) for k, p in enumerate(row)]
              for t, row in enumerate(([0.001, 0.04], [0.03, math.nan]))]  # fmt: skip
    found = [g.rates["fdr"] for table in equal.corrected(tables) for g in table]
    expected = multipletests([0.001, 0.04, 0.03], method="fdr_bh")[1]
    assert [c.q for c in found[:3]] == pytest.approx(list(expected))
    assert math.isnan(found[3].q)
    assert [c.level for c in found] == ["watch", "watch", "watch", "unknown"]


def test_a_small_level_is_kept_back_with_one_that_would_give_it_away() -> None:
    sizes = {"R00": 500, "R01": 4, "R02": 40}
    groups = [group(n, positives=n // 2, score=0.8, region=r, propensity=math.nan) for r, n in sizes.items()]
    found = _compared(*groups, dimension="region")
    assert found["R01"].rates["fdr"].rate.reason == "suppressed"
    assert found["R02"].rates["fdr"].rate.reason == "suppressed"
    assert math.isnan(found["R02"].rates["recall"].rate.value)
    assert found["R00"].rates["fdr"].rate.value == 0.5
    assert not any(math.isfinite(c.p) for r in ("R01", "R02") for c in found[r].rates.values())


def test_a_level_of_few_rows_is_shown_and_not_judged() -> None:
    found = _compared(
        group(500, positives=250, score=0.8, gender="F", propensity=math.nan),
        group(20, score=0.8, gender="M", propensity=math.nan),
    )
    assert found["M"].rates["fdr"].rate.reason == "small_sample"
    assert math.isnan(found["M"].rates["fdr"].q)


def test_recall_of_whoever_was_not_offered_is_not_identifiable() -> None:
    found = _compared(
        *(group(100, positives=60, score=0.8, gender=g, propensity=math.nan) for g in "FM"),
        *(
            group(100, label_state=UNLABELLED, offered=0, score=0.2, gender=g, propensity=math.nan, eligible=1)
            for g in "FM"
        ),
    )
    assert found["F"].rates["recall"].rate.reason == "no_propensity"
    assert found["F"].rates["fdr"].rate.value == pytest.approx(0.4)


def test_one_level_alone_has_nobody_to_be_held_against() -> None:
    found = _compared(group(100, positives=60, score=0.8, propensity=math.nan), policy=WITHOUT)
    assert found["F"].rates["fdr"].gap.reason == "single_member"
    assert math.isnan(found["F"].rates["fdr"].q)


def test_equal_groups_are_seldom_called_unequal() -> None:
    """Two hundred draws in which nobody is treated differently: at most one in twenty raises a flag."""
    rng, flags = np.random.default_rng(3), 0
    for _ in range(200):
        rows = [rng.multinomial(rng.integers(200, 400), [0.6, 0.4], size=30) for _ in range(6)]
        x, n = np.stack([r[:, 0] for r in rows], 1), np.stack([r.sum(1) for r in rows], 1)
        cells = [Group(str(k), {"fdr": c}) for k, c in enumerate(equal._compared(x, n, Policy()))]
        flags += any(g.rates["fdr"].level != "ok" for g in equal.corrected([cells])[0])
    assert flags <= 16  # 5 % of 200, and two standard errors
