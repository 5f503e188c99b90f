"""Provisions against the overdue balance: of the rows that a selection keeps, and as training passes them on."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from releases import draft, store_with

from data.contract import Meaning, Portfolio
from data.counts import Selection
from data.coverage import Coverage
from data.store import Release
from model import facts
from monitoring.policy import Policy
from monitoring.provisions import cover


@pytest.fixture(scope="module")
def release() -> Release:
    """Four obligations: 100 current, 20 at 45 days, 40 at 75 days, 40 of the south at 100 days; provisions of 1, 10,
    40 and none known."""
    made = draft(4, first=202412)
    (rows,) = made.tables["rows"].values()
    rows["balance"] = np.array([100, 20, 40, 40], np.float32)
    rows["bucket"] = pd.Categorical(["0", "31-60", "61-90", "91-120"])
    rows["region"] = pd.Categorical(["R00", "R00", "R00", "R01"])
    rows["provisions"] = np.array([1, 10, 40, np.nan], np.float32)
    return store_with(made).read()


@pytest.mark.parametrize(
    ("where", "dpd", "ratio"),
    [({}, 30, 51 / 100), ({}, 60, 51 / 80), ({}, 90, 51 / 40), ({"region": ("R00",)}, 30, 51 / 60)],
)
def test_all_provisions_stand_against_what_is_overdue(release: Release, where: dict, dpd: int, ratio: float) -> None:
    found = cover(release, Selection(where=where), month=202412, policy=Policy(overdue_dpd=dpd))
    assert found.provisions == 51
    assert found.ratio == pytest.approx(ratio)


def test_where_no_provision_is_known_there_is_no_ratio(release: Release) -> None:
    assert math.isnan(cover(release, Selection(where={"region": ("R01",)}), month=202412).ratio)
    assert math.isnan(cover(release, Selection(), month=202411).ratio)
    nothing = cover(release, Selection(where={"bucket": ("0",)}), month=202412)
    assert (nothing.provisions, math.isnan(nothing.ratio)) == (1, True)


@pytest.mark.parametrize("carried", [True, False])
def test_training_passes_provisions_on_only_where_there_are_some(carried: bool) -> None:
    rows = pd.DataFrame({"client": [1], "obligation": [1], "month": [202401], "balance": [9.0], "eligible": [1]})
    rows = rows.assign(provisions=[3.5]) if carried else rows
    money = facts.money(Portfolio(Meaning("made", {}), 202401, rows, pd.DataFrame(), Coverage(())))
    assert ("provisions" in money) is carried
    assert not carried or money["provisions"].tolist() == [3.5]
