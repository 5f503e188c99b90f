"""The contract holds, and says everything that breaks it at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from small_bank import make_bank

from data import contract
from data.check import check, findings
from data.contract import FRAMES, SCORES, Breach, ContractError, Frame, Portfolio, Suspicion
from data.contract_table import contract_table


@pytest.fixture(scope="module")
def bank() -> Portfolio:
    return make_bank(clients=50, months_long=4)


def _scores(**changed: object) -> pd.DataFrame:
    """Three good score rows, with some columns changed."""
    good = {"client": [1, 2, 3], "obligation": [10, 20, 30], "month": np.array([202311] * 3, np.int32),
            "lot": pd.Categorical(["1", "2", "3"]), "pays": [0.1, 0.5, np.nan]}  # fmt: skip
    return pd.DataFrame(good | changed)


def _breaches(rows: pd.DataFrame, frame: Frame = SCORES) -> list[tuple[str, str, int, tuple]]:
    found = findings(rows, frame, file="scores").breaches
    return [(b.column, b.rule, b.count, b.examples) for b in found]


def test_a_good_portfolio_passes(bank: Portfolio) -> None:
    check(bank)


def test_good_rows_break_no_rule() -> None:
    assert findings(_scores(), SCORES, file="scores").breaches == ()


@pytest.mark.parametrize(
    ("column", "values", "breaches"),
    [
        ("pays", [0.1, 1.5, -0.25], [("at least 0", 1, ((3, "-0.25"),)), ("at most 1", 1, ((2, "1.5"),))]),
        ("pays", [0.1, np.inf, 0.5], [("a finite number", 1, ((2, "inf"),)), ("at most 1", 1, ((2, "inf"),))]),
        ("pays", ["a", "b", "c"], [("the column holds numbers, not str", 3, ())]),
        ("month", [202311, 202313, 2023], [("a month YYYYMM", 2, ((2, "202313"), (3, "2023")))]),
        ("client", [1.5, 2.0, 3.0], [("the column holds whole numbers, not float64", 3, ())]),
        ("lot", [1, 2, 3], [("the column holds texts, not int64", 3, ())]),
    ],
)
def test_each_rule_names_row_and_value(column: str, values: list, breaches: list) -> None:
    assert _breaches(_scores(**{column: values})) == [(column, *b) for b in breaches]


def test_an_id_may_not_be_missing() -> None:
    rows = _scores(client=pd.array([1, None, 3], dtype="Int64"))
    assert _breaches(rows) == [("client", "a value is needed", 1, ((2, ""),))]


def test_a_column_that_must_be_there_is_missed() -> None:
    assert _breaches(_scores().drop(columns="client")) == [("client", "the column must be there", 3, ())]


def test_a_flag_is_0_or_1() -> None:
    rows = pd.DataFrame({"client": [1, 2], "obligation": [1, 2], "month": [202311] * 2, "offered": [1, 2]})
    assert _breaches(rows, contract.DECISIONS) == [("offered", "0 or 1", 1, ((2, "2"),))]


def test_the_first_twenty_are_shown_and_all_are_counted() -> None:
    rows = pd.DataFrame({"client": range(50), "obligation": 1, "month": 202311, "pays": [2.0] * 50})
    ((column, _, count, examples),) = _breaches(rows)
    assert (column, count, [row for row, _ in examples]) == ("pays", 50, list(range(1, 21)))


def test_row_numbers_are_those_of_the_index() -> None:
    rows = _scores(pays=[0.1, 2.0, 0.2])
    rows.index = pd.Index([7, 99, 12])
    assert _breaches(rows) == [("pays", "at most 1", 1, ((100, "2"),))]


def test_the_words_name_file_column_count_rule_row_and_value() -> None:
    error = ContractError((Breach("prob.csv", "prob_propension", "at most 1", 1234, ((5, "1.5"), (9, "2"))),))
    assert str(error) == (
        "prob.csv, column prob_propension: 1,234 value(s) break the rule “at most 1”: row 5: '1.5'; row 9: '2'"
    )


def test_columns_are_called_as_their_file_calls_them() -> None:
    found = findings(_scores(pays=[2.0, 0.1, 0.1]), SCORES, file="prob.csv", names={"pays": "prob_propension"})
    assert found.breaches == (Breach("prob.csv", "prob_propension", "at most 1", 1, ((1, "2"),)),)


def test_what_breaks_several_frames_is_told_at_once(bank: Portfolio) -> None:
    assert bank.scores is not None
    assert bank.payments is not None
    broken = replace(
        bank,
        scores=bank.scores.assign(pays=7.0),
        payments=bank.payments.assign(paid=-1.0, month=np.int32(202300)).drop_duplicates(["client", "obligation"]),
    )
    with pytest.raises(ContractError) as refused:
        check(broken)
    assert {(b.file, b.column, b.rule) for b in refused.value.breaches} == {
        ("payments", "month", "a month YYYYMM"),
        ("payments", "paid", "at least 0"),
        ("scores", "pays", "at most 1"),
    }


def test_a_repeated_key_breaks_the_contract(bank: Portfolio) -> None:
    rows = pd.concat([bank.outcomes, bank.outcomes.iloc[[3]]], ignore_index=True)
    with pytest.raises(ContractError) as refused:
        check(replace(bank, outcomes=rows))
    key = ", ".join(str(v) for v in bank.outcomes.iloc[3][["client", "obligation", "month"]])
    found = Breach("outcomes", "client + obligation + month", "one row per key", 1, ((len(rows), key),))
    assert refused.value.breaches == (found,)


def test_what_is_only_unusual_is_counted_with_the_farthest_value() -> None:
    rows = pd.DataFrame({"client": [1, 2, 3, 4], "month": 202311, "age": [40.0, 123.0, 17.0, np.nan]})
    found = findings(rows, contract.CLIENTS, file="clients")
    assert found.breaches == ()
    assert found.suspicions == (Suspicion("clients", "age", "out_of_usual_range", 2, "row 2: 123, usually 18 to 100"),)


def test_every_column_has_a_meaning_and_three_names() -> None:
    for frame in FRAMES.values():
        for c in frame.columns:
            assert all((c.meaning, c.en, c.es, c.pt)), (frame.name, c.name)
        assert set(frame.key) <= {c.name for c in frame.columns}


def test_the_table_in_the_docs_is_the_contract() -> None:
    path = Path(contract.__file__).with_name("CONTRACT.md")
    assert path.read_text(encoding="utf-8") == contract_table()


def test_the_table_names_type_unit_range_and_whether_a_value_may_be_missing() -> None:
    lines = contract_table().splitlines()
    assert any(
        line == "| `pays` | number (float32) | fraction | 0 to 1 | allowed | the bank's probability of a payment next "
        "month | Bank propensity | Propensión | Propensão |"
        for line in lines
    )
    assert any(line.startswith("| `age` | number (float64) | years | ≥ 0 (18 to 100) | allowed |") for line in lines)
