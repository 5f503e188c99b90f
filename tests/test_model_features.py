"""Features look back only."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from small_bank import disturb_from, make_bank

from data.contract import Portfolio
from data.rows import NEGATIVE, POSITIVE
from model import features, guards


@pytest.fixture(scope="module")
def bank() -> Portfolio:
    return make_bank(clients=200, months_long=9, delay=1)


@pytest.mark.parametrize("month", [202303, 202306, 202310])
def test_whatever_happens_from_a_month_on_leaves_its_features_alone(bank: Portfolio, month: int) -> None:
    before = features.build(bank, months=[month])
    after = features.build(disturb_from(bank, month), months=[month])
    assert before.names == after.names
    for name in before.names:
        a, b = before.frame[name].astype(object), after.frame[name].astype(object)
        assert a.where(a.notna(), None).tolist() == b.where(b.notna(), None).tolist(), name


def test_the_month_before_is_seen(bank: Portfolio) -> None:
    before = features.build(bank, months=[202306])
    after = features.build(disturb_from(bank, 202305), months=[202306])
    changed = {n for n in before.names if n in after.names and not before.frame[n].equals(after.frame[n])}
    assert {"paid_to_due_1", "bank_pays", "last_contacts", "label_last", "days_past_due"} <= changed


def test_a_feature_exists_for_every_frame(bank: Portfolio) -> None:
    made = features.build(bank)
    assert {k.frame for k in made.known.values()} == {
        "obligations",
        "payments",
        "scores",
        "clients",
        "actions",
        "outcomes",
    }
    assert len(made.frame) == int(bank.obligations["eligible"].sum())


def test_rows_that_stand_alone_know_nothing_of_other_rows(bank: Portfolio) -> None:
    alone = replace(bank, alone=True)
    whole = features.build(alone)
    assert set(map(str, whole.known.values())) == {str(features.AT_OPENING)}
    assert not any(n.startswith("client_") for n in whole.names)
    last = replace(alone, obligations=bank.obligations.iloc[whole.at[-5:]].reset_index(drop=True))
    few = features.build(last)
    assert {"balance", "days_past_due"} <= set(few.names) <= set(whole.names)
    for name in few.names:
        assert few.frame[name].tolist() == whole.frame[name].iloc[-5:].tolist()


def _one(bank: Portfolio, **frames: pd.DataFrame) -> pd.Series:
    """Features of the only eligible row of a bank of one obligation, whatever is constant included."""
    made = replace(
        bank, **{"clients": None, "payments": None, "actions": None, "scores": None, "decisions": None} | frames
    )
    rows = made.obligations.take(features.eligible(made)).reset_index(drop=True)
    askers = features.Askers.of(rows["obligation"], rows["month"])
    values: dict[str, object] = features.lagged.payments(made, rows, askers) | features.lagged.labels(made, askers)
    return pd.Series({k: v[0] for k, v in values.items()})


def _payments(rows: list[tuple[int, float, float]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["month", "instalment", "paid"])
    return frame.assign(client=1, obligation=5, mark="IGUAL")


@pytest.fixture
def alone(bank: Portfolio) -> Portfolio:
    """One obligation, one row, month 202403; labels of three earlier months, the newest not final yet."""
    row = bank.obligations.iloc[[0]].assign(client=1, obligation=5, month=202403, eligible=1, balance=1000.0)
    labels = pd.DataFrame(
        {
            "client": 1, "obligation": 5, "month": [202309, 202312, 202402], "label": [0.0, 1.0, 1.0],
            "label_state": [NEGATIVE, POSITIVE, POSITIVE], "type": ["d", "a", "b"],
            "known_at": [202309, 202402, 202403], "kept": [0.0, 1.0, 0.0],
        }
    )  # fmt: skip
    return replace(bank, obligations=row, outcomes=labels)


def test_payment_ratios_are_sums_over_sums(alone: Portfolio) -> None:
    paid = _payments([(202309, 100, 100), (202312, 100, 0), (202401, 100, 50), (202402, 100, 100), (202403, 100, 999)])
    got = _one(alone, payments=paid)
    assert got["paid_to_due_1"] == 1.0
    assert got["paid_to_due_3"] == 150 / 300
    assert got["paid_to_due_6"] == 250 / 400
    assert got["months_paid_share_3"] == 2 / 3
    assert got["months_since_paid"] == 1
    assert got["paid_to_balance_3"] == 150 / 1000


def test_a_label_is_seen_once_it_is_final(alone: Portfolio) -> None:
    got = _one(alone)
    assert (got["label_last"], got["label_type"], got["label_age"]) == (1.0, "a", 3)
    assert got["label_share"] == 0.5
    assert got["label_count"] == 2


def test_an_infinite_amount_is_missing(alone: Portfolio) -> None:
    got = _one(alone, payments=_payments([(202402, 0, np.inf)]))
    assert np.isnan(got["paid_to_due_1"])


def test_a_barred_attribute_is_no_feature(bank: Portfolio) -> None:
    keys = bank.obligations[["client", "obligation", "month"]]
    table = keys.assign(grade=np.arange(len(keys)) % 7, secret=np.arange(len(keys)) % 5)
    made = features.build(replace(bank, attributes=table, barred=frozenset({"secret"})))
    assert "grade" in made.names and "secret" not in made.names


def test_a_barred_column_of_the_opening_is_used_only_lagged(bank: Portfolio) -> None:
    barred = replace(bank, barred=frozenset({"obligations.days_past_due", "obligations.balance"}))
    made = features.build(barred, months=[202306])
    after = features.build(replace(barred, obligations=_other_opening(bank, 202306)), months=[202306])
    assert not {"days_past_due", "balance", "balance_to_income"} & set(made.names)
    assert "days_past_due_most_6" in made.names
    pd.testing.assert_frame_equal(made.frame, after.frame)


def _other_opening(bank: Portfolio, month: int) -> pd.DataFrame:
    frame = bank.obligations.copy()
    late = frame["month"] >= month
    frame.loc[late, "days_past_due"] += 5
    frame.loc[late, "balance"] *= 3
    return frame


def test_a_column_that_tells_the_outcome_of_its_month_stops_the_run(bank: Portfolio) -> None:
    keys = bank.obligations[["client", "obligation", "month"]]
    table = keys.assign(marca_alternativa="Acepta Alternativa")
    with pytest.raises(guards.GuardTripped, match="marca_alternativa tell the outcome"):
        features.build(replace(bank, attributes=table))


def test_gender_is_no_feature(bank: Portfolio) -> None:
    assert not [n for n in features.build(bank).names if "gender" in n]
