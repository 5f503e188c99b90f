"""Vintages: ever overdue by age, as other packages have it on the obligations themselves; cash by month of entry."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from made_lives import FIRST, LAST, Lives, made_lives
from scipy import stats
from statsmodels.duration.survfunc import SurvfuncRight, survdiff

from data import months
from data.counts import Selection
from data.rows import SINCE
from monitoring.intervals import jackknife
from monitoring.metrics import ratio
from monitoring.recovery import MEASURES, Recovery, pooled, recovery
from monitoring.vintages import AGES, AT_RISK, EVENT, Grain, Origin, latest, log_rank, vintages


@pytest.fixture(scope="module")
def lives() -> Lives:
    return made_lives()


def found(lives: Lives, days: int, *, origin: Origin = "opened", grain: Grain = "quarter", least: float = 1) -> list:
    counted = (
        lives.counts.totals(Selection(where={SINCE[days]: kept}), by=("month", AGES[origin]), measures=("n",))
        for kept in (AT_RISK, EVENT)
    )
    return vintages(*counted, origin=origin, grain=grain, least=least)


def followed(lives: Lives, days: int, *, span: int = 3) -> pd.DataFrame:
    """Each obligation by plain Python: its cohort, when it enters the risk set, when it leaves it, and by what."""
    out = []
    for _, life in lives.rows.groupby("obligation"):
        opened = life["opened"].iloc[0].year * 12 + life["opened"].iloc[0].month - 1
        ages = months.ordinal(life["month"].to_numpy()) - opened
        over = np.flatnonzero(life["days_past_due"].to_numpy() > days)
        late = ages[0] > 1
        if late and (over[:1] == 0).any():
            continue
        end = over[0] if over.size else len(ages) - 1
        if late and end == 0:
            continue
        out.append((opened // span, ages[0] if late else -1, ages[end], bool(over.size)))
    return pd.DataFrame(out, columns=["cohort", "entry", "end", "event"])


@pytest.mark.parametrize("days", [30, 90])
def test_a_curve_is_that_of_statsmodels_with_late_entry(lives: Lives, days: int) -> None:
    truth = followed(lives, days)
    checked = 0
    for vintage in found(lives, days):
        mine = truth[truth["cohort"] == months.ordinal(vintage.first) // 3]
        theirs = SurvfuncRight(mine["end"] + 1, mine["event"].astype(float), entry=mine["entry"] + 1)
        at = np.isin(theirs.surv_times - 1, vintage.ages)
        if not vintage.whole:
            continue
        checked += 1
        place = np.searchsorted(vintage.ages, theirs.surv_times[at] - 1)
        assert 1 - vintage.share[place] == pytest.approx(theirs.surv_prob[at])
        inside = (theirs.surv_prob[at] > 0) & (theirs.surv_prob[at] < 1)
        left, error = theirs.surv_prob[at][inside], theirs.surv_prob_se[at][inside]
        reach = stats.norm.ppf(0.975) * error / (left * -np.log(left))
        assert vintage.low[place][inside] == pytest.approx(1 - left ** np.exp(-reach), rel=1e-6)
        assert vintage.high[place][inside] == pytest.approx(1 - left ** np.exp(reach), rel=1e-6)
    assert checked >= 6


def test_limits_are_those_of_lifelines(lives: Lives) -> None:
    fitter = pytest.importorskip("lifelines", reason="lifelines is not installed").KaplanMeierFitter()
    vintage = next(v for v in found(lives, 30) if v.first == 202304)
    mine = followed(lives, 30).query(f"cohort == {months.ordinal(202304) // 3}")
    fitter.fit(mine["end"] + 1, mine["event"], entry=mine["entry"] + 1)
    theirs = 1 - fitter.confidence_interval_survival_function_.reindex(vintage.ages + 1).to_numpy()
    inside = np.isfinite(vintage.low) & np.isfinite(theirs[:, 0])
    assert inside.sum() > 5
    assert vintage.high[inside] == pytest.approx(theirs[inside, 0], rel=1e-8)
    assert vintage.low[inside] == pytest.approx(theirs[inside, 1], rel=1e-8)


def test_a_cohort_is_tested_against_all_before_it_as_statsmodels_does(lives: Lives) -> None:
    truth = followed(lives, 30)
    vintage = next(v for v in found(lives, 30) if v.first == 202310)
    own = months.ordinal(vintage.first) // 3
    mine = truth[truth["cohort"] <= own]
    group = (mine["cohort"] == own).astype(int)
    statistic, p = survdiff(mine["end"] + 1, mine["event"].astype(float), group, entry=mine["entry"] + 1)
    assert (vintage.test.statistic, vintage.test.p) == (pytest.approx(statistic), pytest.approx(p))


def test_a_curve_never_falls_and_a_lower_bar_is_above_a_higher_one(lives: Lives) -> None:
    for thirty, ninety in zip(found(lives, 30), found(lives, 90), strict=True):
        assert (np.diff(thirty.share) >= 0).all()
        if thirty.whole:
            common = np.intersect1d(thirty.ages, ninety.ages)
            assert all(thirty.by(a).value >= ninety.by(a).value for a in common)


def test_cohorts_by_entry_into_arrears_are_those_first_seen_late_in_a_month(lives: Lives) -> None:
    rows = lives.rows.sort_values("month")
    opened = rows["opened"].dt.year * 12 + rows["opened"].dt.month - 1
    first = rows.drop_duplicates("obligation")
    age = months.ordinal(first["month"].to_numpy()) - opened.loc[first.index]
    unknown = set(first["obligation"][(age > 1) & (first["days_past_due"] > 0)])
    entered = rows[(rows["days_past_due"] > 0) & ~rows["obligation"].isin(unknown)].drop_duplicates("obligation")
    sizes = entered.groupby("month").size()
    by_month = {v.first: v for v in found(lives, 30, origin="arrears", grain="month")}
    assert {m: v.at_risk[0] for m, v in by_month.items()} == sizes.to_dict()


def test_a_month_missing_in_the_middle_stops_the_curve_of_a_monthly_cohort() -> None:
    lacking = made_lives(800, seed=2, lacking=(202310,))
    born = {v.first: v for v in found(lacking, 30, grain="month")}
    assert born[202305].ages.tolist() == [1, 2, 3, 4]
    assert born[202311].ages[-1] > 10
    by_quarter = {v.first: v for v in found(lacking, 30)}
    assert by_quarter[202304].ages[-1] > 10


def test_a_curve_stops_before_too_few_are_at_risk(lives: Lives) -> None:
    for vintage in found(lives, 30, least=10):
        assert vintage.at_risk.min() >= 10
        assert vintage.by(int(vintage.ages[-1]) + 1).reason == "too_early"
    assert len(found(lives, 30, least=1e6)) == 0


def test_cohorts_that_began_before_the_data_are_shown_only_when_there_is_no_other(lives: Lives) -> None:
    every = found(lives, 30)
    assert not every[0].whole
    assert all(v.whole for v in latest(every, 4))
    assert [v.first for v in latest(every, 2)] == [202407, 202410]
    old = [v for v in every if not v.whole]
    assert latest(old, 3) == old[-3:]


def test_a_group_against_itself_does_not_differ_and_nothing_common_is_not_tested() -> None:
    e, r = [1, 2, 0, 1], [9, 8, 5, 4]
    assert log_rank(e, r, others=(e, r)).p == pytest.approx(1)
    assert log_rank([1, 0], [5, 0], others=([0, 1], [0, 5])).reason == "empty"
    assert log_rank([0, 0], [5, 5], others=([0, 0], [5, 5])).reason == "no_variance"


def recovered(lives: Lives, *, horizon: int = 3, until: int = LAST) -> dict[int, Recovery]:
    where = {SINCE[30]: tuple(map(str, range(horizon)))}
    counted = lives.counts.totals(Selection(where=where), by=("rg", "month", SINCE[30]), measures=MEASURES)
    return {r.month: r for r in recovery(counted, SINCE[30], horizon=horizon, until=until)}


def entries(lives: Lives) -> pd.DataFrame:
    """First rows of more than 30 days past due of obligations that were not so when the data began."""
    rows = lives.rows.sort_values(["obligation", "month"])
    over = rows[rows["days_past_due"] > 30].drop_duplicates("obligation")
    head = rows.drop_duplicates("obligation")
    return over[~over.index.isin(head.index[head["month"] == FIRST])]


def test_recovery_is_the_cash_of_the_months_after_entry_over_the_balance_at_entry(lives: Lives) -> None:
    came, whole = recovered(lives), entries(lives)
    for month, mine in whole.groupby("month"):
        window = lives.rows[lives.rows["month"].isin([months.add(int(month), k) for k in range(3)])]
        cash = window[window["obligation"].isin(mine["obligation"])]["cash"].sum()
        assert came[int(month)].n == len(mine)
        assert came[int(month)].share.value == pytest.approx(cash / mine["balance"].sum(), rel=1e-5)
    assert [r.month for r in came.values() if r.open] == [202411, 202412]


def test_a_month_whose_horizon_has_not_passed_is_open_and_not_pooled(lives: Lives) -> None:
    came = recovered(lives, until=202406)
    assert max(came) == 202406
    assert [m for m, r in came.items() if r.open] == [202405, 202406]
    closed = [r for r in came.values() if not r.open]
    total = sum(r.share.value * r.balance for r in closed) / sum(r.balance for r in closed)
    assert pooled(list(came.values())) == pytest.approx(total)


def test_a_horizon_with_a_missing_month_has_no_share() -> None:
    came = recovered(made_lives(500, seed=3, lacking=(202310,)))
    assert [m for m, r in came.items() if r.missing] == [202308, 202309]
    assert came[202308].share.reason == "month_missing"
    assert np.isnan(came[202309].share.value)
    assert np.isfinite(pooled(list(came.values())))


def test_the_interval_of_a_recovery_is_that_of_random_groups(lives: Lives) -> None:
    came = recovered(lives, horizon=1)[202312]
    where = {SINCE[30]: ("0",), "month": ("202312",)}
    t = lives.counts.totals(Selection(where=where), by=("rg",), measures=MEASURES)
    jack = jackknife(ratio, t["cash"].sum(1), t["B"].sum(1))
    assert (came.share.se, came.share.high) == (pytest.approx(float(jack.se)), pytest.approx(float(jack.high)))
