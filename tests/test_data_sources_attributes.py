"""Sources of one table: who leaves is counted at a step with a name, and what breaks a rule is told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from data.case import CaseField
from data.check import check
from data.contract import Breach, ContractError, Meaning
from data.rows import NEGATIVE, OPEN, POSITIVE, UNLABELLED
from data.sources.attributes import Table, breaches, decoded, portfolio

AGE = [40.0, 120.0, 30.0, 30.0, 50.0]


@pytest.fixture
def table() -> Table:
    """Five rows: the second of an impossible age, the fourth with the key of the third, the last a month later."""
    rows = pd.DataFrame(
        {
            "client": [1, 2, 3, 3, 4],
            "obligation": [1, 2, 3, 3, 4],
            "month": [202401, 202401, 202401, 202401, 202402],
            "balance": [100.0, 200.0, 300.0, 300.0, 400.0],
        }
    )
    return Table(
        file="loans.csv",
        meaning=Meaning("loans", {"en": "pays", "es": "paga", "pt": "paga"}),
        rows=rows,
        attributes=pd.DataFrame({"age": AGE}),
        label=np.array([1, 0, 0, 1, np.nan]),
        known_at=rows["month"].to_numpy(),
        stays={"possible_age": np.array(AGE) <= 100},
        names={"obligation": "loan"},
    )


def test_a_row_that_a_rule_leaves_out_is_a_step_of_the_coverage(table: Table) -> None:
    made = portfolio(table)
    check(made)
    assert [(s.name, s.count, s.balance) for s in made.coverage.steps] == [
        ("read", 5, 1300), ("possible_age", 4, 1100), ("distinct", 3, 800), ("in_arrears", 3, 800),
        ("eligible", 3, 800), ("joined", 3, 800),
    ]  # fmt: skip
    assert made.obligations["obligation"].tolist() == [1, 3, 4]
    assert made.attributes is not None
    assert made.attributes["age"].tolist() == [40, 30, 50]
    assert made.outcomes["label_state"].tolist() == [POSITIVE, NEGATIVE, UNLABELLED]
    assert [(s.kind, s.count, s.column) for s in made.suspicions] == [("duplicate_key", 1, "loan")]


def test_a_key_of_which_the_first_row_left_keeps_the_next(table: Table) -> None:
    made = portfolio(replace(table, stays={"complete": np.array([True, True, False, True, True])}))
    assert made.obligations["obligation"].tolist() == [1, 2, 3, 4]
    assert made.outcomes["label_state"].tolist()[2] == POSITIVE


def test_the_contract_holds_for_the_rows_that_stay(table: Table) -> None:
    bad = table.rows.assign(balance=[100.0, -200.0, 300.0, 300.0, -400.0])
    with pytest.raises(ContractError) as refused:
        portfolio(replace(table, rows=bad, names={"balance": "saldo"}))
    assert refused.value.breaches == (Breach("loans.csv", "saldo", "at least 0", 1, ((5, "-400"),)),)


def test_rows_that_are_up_to_date_are_not_eligible_unless_the_source_knows_better(table: Table) -> None:
    late = replace(table, rows=table.rows.assign(days_past_due=[0.0, 5.0, 9.0, 9.0, np.nan]))
    made = portfolio(late)
    assert made.obligations["eligible"].tolist() == [0, 1, 1]
    assert [s.count for s in made.coverage.steps] == [5, 4, 3, 2, 2, 2]
    known = replace(late, rows=late.rows.assign(eligible=np.uint8(1)))
    assert portfolio(known).obligations["eligible"].tolist() == [1, 1, 1]
    assert [s.count for s in portfolio(known).coverage.steps] == [5, 4, 3, 3, 3, 3]


def test_as_of_a_month_later_labels_are_open_and_later_rows_unknown(table: Table) -> None:
    made = portfolio(replace(table, known_at=np.full(5, 202402)), as_of=202401)
    assert made.outcomes["label_state"].tolist() == [OPEN, OPEN, OPEN]
    before = portfolio(
        replace(table, rows=table.rows.assign(month=[202401, 202401, 202401, 202401, 202403])), as_of=202401
    )
    assert before.obligations["obligation"].tolist() == [1, 3]
    assert ("after_as_of", 1) in {(s.kind, s.count) for s in before.suspicions}


def test_codes_become_words_in_the_order_in_which_the_words_stand() -> None:
    found = decoded(pd.Series(["b", "a", None, "c", "x"]), {"a": "one", "b": "two", "c": "one"})
    assert found.tolist() == ["two", "one", np.nan, "one", np.nan]
    assert found.categories.tolist() == ["one", "two"]


def test_everything_that_a_field_forbids_is_told_with_its_row() -> None:
    frame = pd.DataFrame({"age": [30, 30.5, 17, np.nan], "kind": ["x", "y", None, "z"], "free": [None, "a", "b", "c"]})
    fields = (
        CaseField("age", "whole", low=18, high=90),
        CaseField("kind", "text", levels=("x", "y"), missing=True),
        CaseField("free", "text", missing=True),
        CaseField("absent", "number"),
    )
    assert breaches(frame, fields, file="f.csv") == (
        Breach("f.csv", "age", "a value is needed", 1, ((4, ""),)),
        Breach("f.csv", "age", "at least 18", 1, ((3, "17"),)),
        Breach("f.csv", "age", "a whole number", 1, ((2, "30.5"),)),
        Breach("f.csv", "kind", "one of x, y", 1, ((4, "z"),)),
    )
