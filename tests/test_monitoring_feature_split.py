"""A feature among the rows that filters keep, beside all rows: nothing is lost, and chance knows the part is in all."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from made_months import months_pin
from made_pin import group

from app.desk import Pin
from data.counts import Selection
from monitoring.drift import psi
from monitoring.feature_drift import Spread
from monitoring.feature_split import split, within

NUMBER = Spread("days_past_due", "numeric", (1.0, 31.0), (), np.ones(4), {})
TEXT = Spread("channel", "categorical", (), ("app",), np.ones(3), {})


@pytest.fixture(scope="module")
def pin() -> Pin:
    """Three months: in each 60 rows with 10 days past due by app, 40 with 45 by nobody knows what, 20 without a score;
    the filter of the tests keeps the first."""
    near = group(60, score=0.2, score_code=5).assign(days_past_due=np.float32(10), channel="app")
    far = group(40, score=0.4, score_code=9).assign(
        days_past_due=np.float32(45), channel=pd.Series([None] * 40, dtype=object)
    )
    unscored = group(20, score=math.nan).assign(days_past_due=np.float32(0), channel="web")
    return months_pin({m: [near, far, unscored] for m in (202401, 202402, 202403)})


def test_the_kept_rows_are_counted_in_the_frozen_bins_beside_all_scored_rows(pin: Pin) -> None:
    found = split(pin.release, NUMBER, Selection(where={"channel": ("app",)}), [202402, 202403])
    assert found is not None
    assert found.every.tolist() == [0, 0, 120, 80]
    assert found.kept.tolist() == [0, 0, 120, 0]
    level = split(pin.release, TEXT, Selection(codes=(1, 20)), [202401, 209912])
    assert level is not None and level.every.tolist() == level.kept.tolist() == [40, 60, 0]
    assert level.psi.psi == pytest.approx(0)


def test_what_the_rows_do_not_hold_cannot_be_split(pin: Pin) -> None:
    nowhere = Spread("last_contacts", "numeric", (1.0,), (), np.ones(3), {})
    assert split(pin.release, nowhere, Selection(where={"channel": ("app",)}), [202402]) is None


def test_a_part_drawn_by_chance_exceeds_the_critical_value_in_one_case_of_twenty() -> None:
    rng = np.random.default_rng(5)
    whole = np.array([300, 250, 250, 200])
    found = [
        within(psi(part, whole, half=True), 400.0, 1000.0)
        for part in rng.multivariate_hypergeometric(whole, 400, size=4000)
    ]
    # 4,000 draws: a rate of 5 % has a standard error of 0.34 points.
    assert np.mean([f.psi > f.critical for f in found]) == pytest.approx(0.05, abs=0.014)
    assert np.mean([f.p < 0.05 for f in found]) == pytest.approx(np.mean([f.psi > f.critical for f in found]))
