"""The bucket at go-live: the same for ever for one obligation, and only where arms were drawn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from small_bank import FIRST, GO_LIVE, make_bank

from data import bands
from data.rows import UNKNOWN
from model import cohort, dimensions


def test_without_arms_there_is_none() -> None:
    bank = make_bank(clients=40, months_long=3)
    nobody = None if bank.decisions is None else bank.decisions.assign(arm=None)
    drawn = replace(bank, obligations=bank.obligations.drop(columns="arm", errors="ignore"), decisions=nobody)
    assert cohort.of(drawn) == {}
    assert cohort.NAME not in dimensions.of(drawn)


def test_every_row_of_an_obligation_carries_its_bucket_of_the_month_of_go_live() -> None:
    bank = make_bank(clients=60, months_long=8)
    live = bank.obligations["month"] >= GO_LIVE
    drawn = bank.obligations.assign(arm=np.where(live, "model", None))
    born_later = (drawn["obligation"] == 10_000) & (drawn["month"] <= GO_LIVE)
    portfolio = replace(bank, obligations=drawn[~born_later].reset_index(drop=True), decisions=None)
    found = cohort.of(portfolio)[cohort.NAME]
    rows = portfolio.obligations.assign(found=np.asarray(found))
    assert rows["month"].min() == FIRST
    assert (rows.groupby("obligation")["found"].nunique() == 1).all()
    at = rows[rows["month"] == GO_LIVE]
    assert list(at["found"]) == list(np.asarray(bands.bucket(at["days_past_due"])))
    assert set(rows.loc[rows["obligation"] == 10_000, "found"]) == {UNKNOWN}
    document = dimensions.document(dimensions.of(portfolio))
    assert document[cohort.NAME]["labels"] == cohort.LABELS
