"""The re-age cliff: its laws, its arithmetic by hand, and a book of which every obligation's fate is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from data import bands, months
from data.contract import Meaning, Portfolio
from data.counts import Selection
from data.counts.columnar import ColumnarCounts
from data.coverage import Coverage
from data.months import add
from data.rows import BUCKETS, random_group
from model.flows import flows
from monitoring import overdue
from monitoring.cliff import AGES, COURSES, EVERY, FOLLOWED, HELD_BY, Sums, adjusted, curves, sums
from monitoring.holding import fails_within
from monitoring.policy import Policy

FIRST, LONG = 202301, 20
LAST = add(FIRST, LONG - 1)
RULE = Policy(min_n=5, min_class=2)


def book(seed: int = 0, n: int = 500, *, again: float = 0.12) -> pd.DataFrame:
    """Obligations that fall into arrears, are re-aged, and re-default at the rate `again` a month; some leave."""
    r = np.random.default_rng(seed)
    days, since = np.where(r.random(n) < 0.3, 45.0, 0.0), np.zeros(n, int)
    balance, there = np.round(1e6 * r.lognormal(0, 1, n)), np.ones(n, bool)
    parts = []
    for k in range(LONG):
        kept = (days > 30) & (since == 0) & (r.random(n) < 0.35)
        written = (days >= 105) & (r.random(n) < 0.4)
        parts.append(_opening(add(FIRST, k), n, days, balance, since, kept)[there])
        since = np.where(kept, 1, np.where(since > 0, since + 1, 0))
        fresh = r.random(n) < np.where(since > 0, again, 0.03)
        days = np.where(kept, 0.0, np.where(days > 0, np.where(r.random(n) < 0.5, days + 30, 0.0), fresh * 45.0))
        there &= ~written & (r.random(n) > 0.01)
        since = np.where(since > 9, 0, since)
    rows = pd.concat(parts, ignore_index=True)
    facts = {name: rows[name].to_numpy() for name in rows}
    made = Portfolio(Meaning("made", {}), LAST, rows, pd.DataFrame(), Coverage(()))
    scored = {"rg": random_group(rows["client"].to_numpy()), "label_state": 2, "score": np.nan, "eligible": 0}
    return rows.assign(bucket=bands.bucket(rows["days_past_due"]), offered=0, paid=0, **scored, **flows(made, facts))


def _opening(
    month: int, n: int, days: np.ndarray, balance: np.ndarray, since: np.ndarray, kept: np.ndarray
) -> pd.DataFrame:
    keys = {"client": np.arange(n) // 2, "obligation": np.arange(n), "month": month, "product": np.arange(n) % 3}
    money = {"balance": balance, "past_due": np.where(days > 0, 1e3, 0.0), "cash": 0.0, "written_off": 0.0}
    marks = {"days_past_due": days, "kept": kept.astype(np.uint8), "reaged_balance": np.where(since > 0, balance, 0.0)}
    return pd.DataFrame({**keys, **money, **marks}).astype({"product": str} | dict.fromkeys(
        (*money, "days_past_due", "reaged_balance"), np.float32))  # fmt: skip


def counted(rows: pd.DataFrame) -> ColumnarCounts:
    levels = {"bucket": BUCKETS, "product": ("0", "1", "2")}
    return ColumnarCounts.from_frames({"rows": rows}, edges=np.linspace(0, 1, 5, dtype=np.float32), dimensions=levels)


def made(counts: ColumnarCounts, *, policy: Policy = RULE, last: int = LAST, **where: tuple[str, ...]) -> Sums:
    span, before = Selection((FIRST, last), where), Selection((FIRST, add(last, -1)), where)
    icv = overdue.series(counts.totals(span, by=("month", "bucket"), measures=overdue.MEASURES), policy=policy)
    performing = replace(span, where={**where, "bucket": BUCKETS[:2], "option_age": AGES})
    held = counts.totals(performing, by=("month", *HELD_BY), measures=("R",))
    told = replace(before, where={**where, "option_course": COURSES})
    followed, groups = (counts.totals(told, by=(a, *FOLLOWED), measures=("n",)) for a in ("month", "rg"))
    found = sums(icv, held, followed, groups, policy=policy)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return book()


@pytest.fixture(scope="module")
def counts(rows: pd.DataFrame) -> ColumnarCounts:
    return counted(rows)


@pytest.fixture(scope="module")
def whole(counts: ColumnarCounts) -> Sums:
    return made(counts)


def lives(rows: pd.DataFrame, last: int = LAST) -> tuple[np.ndarray, np.ndarray]:
    """Of every option that took its obligation out of arrears: the month, counted from it, in which the obligation was
    last seen, and whether it was overdue there. Followed obligation by obligation, up to the opening of `last`."""
    found = []
    for _, one in rows[rows["month"] <= last].sort_values("month").groupby("obligation"):
        month, days, kept = (one[c].to_numpy() for c in ("month", "days_past_due", "kept"))
        for start in np.flatnonzero(kept):
            end = start + 1
            if end >= len(month) or month[end] != add(month[start], 1) or days[end] > 30:
                continue
            while (
                end + 1 < len(month) and month[end + 1] == add(month[end], 1) and not days[end] > 30 and not kept[end]
            ):
                end += 1
            found.append((months.ordinal(int(month[end])) - months.ordinal(int(month[start])), days[end] > 30))
    last_seen, failed = (np.array(v) for v in zip(*found, strict=True))
    return last_seen, failed


@pytest.mark.parametrize("last", [LAST, add(FIRST, 9)])
def test_the_curve_is_that_of_lifelines_on_the_obligations_themselves(
    rows: pd.DataFrame, counts: ColumnarCounts, last: int
) -> None:
    fitter = pytest.importorskip("lifelines", reason="lifelines is not installed").KaplanMeierFitter()
    seen, failed = lives(rows, last)
    curve = curves(made(counts, last=last))[0]
    assert curve.option == EVERY
    assert curve.at_risk[0] == (seen > 1).sum()
    assert curve.events.sum() == failed.sum()
    fitter.fit(seen, failed, timeline=np.arange(1, len(curve.share) + 1))
    assert curve.share == pytest.approx(fitter.survival_function_.to_numpy()[:, 0], abs=1e-12)
    theirs = fitter.confidence_interval_survival_function_.to_numpy()
    told = np.isfinite(curve.low)
    assert np.stack([curve.low, curve.high], -1)[told] == pytest.approx(theirs[told], abs=1e-9)


def test_by_hand() -> None:
    """Ten followed through their first month, of which two re-defaulted; eight through the second, four. Within three
    months of the option 1 - 0.8 * 0.5 = 60 % re-default, and half of those that held the first month."""
    at_risk, events = np.zeros((1, 1, 24)), np.zeros((1, 1, 24))
    at_risk[..., :2], events[..., :2] = (10, 8), (2, 4)
    held = np.zeros((1, 1, 25))
    held[..., 0], held[..., 1], held[..., -1] = 50, 20, 5
    one = np.ones(1)
    found = Sums(
        (202401,), ("COMBO",), 1000 * one, 60 * one, one, 12 * one, one, held, at_risk, events, at_risk, events, 0,
        replace(RULE, redefault_months=3),
    )  # fmt: skip
    said = adjusted(found)
    assert said.back == pytest.approx(50 * 0.6 + 20 * 0.5 + 5 * 0.6)
    assert said.ratio.value == pytest.approx((60 + 43) / 1000)
    assert adjusted(found, stress=0.5).back == pytest.approx(50 * 0.9 + 20 * 0.75 + 5 * 0.9)
    assert adjusted(found, stress=1.0).back == pytest.approx(75)
    assert adjusted(found, stress=-0.5).back == pytest.approx(43 / 2)


def test_when_nothing_re_defaults_the_adjusted_ratio_is_the_reported_one(whole: Sums) -> None:
    never = replace(whole, events=0 * whole.events, groups_events=0 * whole.groups_events)
    found = adjusted(never)
    assert found.course[never.told] == pytest.approx(never.reported[never.told])
    assert found.ratio.value == pytest.approx(float(never.reported[-1]))
    assert adjusted(whole, stress=-1.0).ratio.value == pytest.approx(float(whole.reported[-1]))


def test_when_everything_re_defaults_it_is_the_ratio_without_re_ageing_relief(whole: Sums) -> None:
    always = replace(whole, events=whole.at_risk, groups_events=whole.groups_at_risk)
    found = adjusted(always)
    assert found.course[always.told] == pytest.approx(always.without_reaging[always.told])
    assert (always.without_reaging > always.reported)[always.told].all()


def test_more_stress_never_lowers_it_and_no_rate_passes_certainty(whole: Sums) -> None:
    each = [adjusted(whole, stress=s) for s in (-0.5, -0.2, 0.0, 0.2, 1.0, 50.0)]
    courses = np.array([e.course[whole.told] for e in each])
    assert (np.diff(courses, axis=0) >= 0).all()
    assert courses[3, -1] > courses[2, -1]
    assert max(e.rates.max() for e in each) <= 1
    assert (courses <= whole.without_reaging[whole.told] + 1e-12).all()
    for e in each:
        assert whole.reported[-1] <= e.ratio.low <= e.ratio.value <= e.ratio.high


def test_at_the_same_rates_the_parts_of_a_selection_add_up(counts: ColumnarCounts, whole: Sums) -> None:
    rates = {"at_risk": whole.at_risk, "events": whole.events, "options": whole.options}
    parts = [made(counts, product=(p,)) for p in "012"]
    assert sum(p.at_risk for p in parts) == pytest.approx(whole.at_risk)
    assert sum(p.events for p in parts) == pytest.approx(whole.events)
    assert sum(p.held for p in parts) == pytest.approx(whole.held)
    back = sum(adjusted(replace(p, **rates)).back for p in parts)
    assert back == pytest.approx(adjusted(whole).back, rel=1e-12)


def test_a_month_is_judged_by_what_was_known_at_its_opening(counts: ColumnarCounts, whole: Sums) -> None:
    earlier = made(counts, last=add(FIRST, 12))
    assert adjusted(whole).course[:13] == pytest.approx(adjusted(earlier).course, nan_ok=True)


def test_few_months_behind_say_nothing(counts: ColumnarCounts) -> None:
    alone = made(counts, last=FIRST)
    found = adjusted(alone)
    assert (found.ratio.reason, found.ratio.n) == ("small_sample", 0)
    assert np.isnan(found.course).all()
    assert curves(alone)[0].reach == 0


def test_an_option_with_few_of_its_own_re_defaults_like_all_together(whole: Sums) -> None:
    def halved(x: np.ndarray) -> np.ndarray:
        return np.concatenate([x.sum(-2, keepdims=True) / 2] * 2, -2)

    names = ("held", "at_risk", "events", "groups_at_risk", "groups_events")
    two = replace(whole, options=("A", "B"), **{n: halved(getattr(whole, n)) for n in names})
    only_a = np.array([[1.0], [0.0]])
    uneven = replace(two, events=two.events * only_a, groups_events=two.groups_events * only_a)
    found, (every, *each) = adjusted(uneven), curves(uneven)
    assert {c.option: c.own for c in each} == {"A": True, "B": False}
    assert found.rates[1][0] == pytest.approx(1 - every.share[RULE.redefault_months - 1])
    assert found.rates[0][0] == pytest.approx(1 - each[0].share[RULE.redefault_months - 1])
    assert found.rates[0][0] > found.rates[1][0]


def test_debt_that_nobody_saw_re_aged_re_defaults_like_debt_re_aged_last_month(whole: Sums) -> None:
    found = adjusted(whole)
    assert (found.rates[:, -1] == found.rates[:, 0]).all()


def test_the_rate_of_the_book_is_found_again() -> None:
    """12 % a month to more than 30 days past due, month by month from the second on: 1 - 0.88 ** 5 by the sixth."""
    counts = counted(book(1, 6000))
    curve = curves(made(counts))[0]
    assert curve.low[5] < 0.88**5 < curve.high[5]
    assert curve.share[5] == pytest.approx(0.88**5, abs=0.02)


@pytest.mark.slow
def test_the_interval_covers_the_ratio_at_the_true_rates_of_two_hundred_books() -> None:
    """12 % a month while the mark of re-ageing lasts, 3 % after: so the chance within a year of the option is known."""
    monthly = np.where(np.arange(1, 25) <= 9, 0.12, 0.03)
    true = fails_within(np.append(1.0, np.cumprod(1 - monthly)), RULE.redefault_months)[: len(AGES) - 1]
    covered = []
    for seed in range(200):
        found = made(counted(book(seed, 700)))
        ratio = adjusted(found).ratio
        chance = np.append(true, true[0])
        truth = (found.overdue[-1] + (found.held[-1] * chance).sum()) / found.gross[-1]
        covered.append(ratio.low <= truth <= ratio.high)
    assert 0.92 <= np.mean(covered) <= 0.98
