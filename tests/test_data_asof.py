"""Joins as of a month see the last record before it, whatever its age, and nothing of the month itself."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import asof
from data.asof import as_of, last_before, same


def _frame(rows: list[tuple], *names: str) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(names))


def test_the_last_record_before_the_month_counts_and_its_age_is_told() -> None:
    left = _frame([(1, 202401), (1, 202312), (2, 202401), (3, 202401)], "client", "month")
    right = _frame([(1, 202310, 10), (1, 202312, 12), (2, 202401, 99), (3, 202301, 1)], "client", "month", "age")
    found = as_of(left, right, by=["client"], age="months")
    assert found["age"].tolist()[:2] == [12, 10]
    assert np.isnan(found["age"].tolist()[2])
    assert found["months"].tolist()[:2] == [1, 2]
    assert np.isnan(found["months"].tolist()[2])
    assert found.iloc[3].tolist() == [1, 12]


def test_categories_and_dates_are_missing_where_there_is_no_record() -> None:
    left = _frame([(1, 202402), (2, 202402)], "client", "month")
    right = _frame([(1, 202401)], "client", "month").assign(
        region=pd.Categorical(["SUR"]), since=np.array(["2020-01-01"], "datetime64[s]")
    )
    found = as_of(left, right, by=["client"])
    assert found["region"].isna().tolist() == found["since"].isna().tolist() == [False, True]
    assert found["region"].tolist()[0] == "SUR"


def test_the_answer_is_indexed_like_the_question() -> None:
    left = _frame([(1, 202402)], "client", "month").set_axis([77])
    found = as_of(left, _frame([(1, 202401, 5)], "client", "month", "x"), by=["client"], columns=["x"])
    assert found.index.tolist() == [77]
    assert found.columns.tolist() == ["x", "age"]


def test_of_two_records_of_one_month_the_last_in_the_frame_counts() -> None:
    right = _frame([(1, 202401, 1), (1, 202401, 2)], "client", "month", "x")
    assert as_of(_frame([(1, 202402)], "client", "month"), right, by=["client"])["x"].tolist() == [2]


def test_without_records_nothing_is_found() -> None:
    left = _frame([(1, 202402)], "client", "month")
    right = _frame([], "client", "month").astype(np.int64)
    assert last_before(left, right, by=["client"]).tolist() == [-1]
    assert same(left, right, by=["client"]).tolist() == [-1]


KEYS = st.tuples(st.integers(1, 3), st.integers(1, 3), st.sampled_from([202311, 202312, 202401, 202402]))


@given(st.lists(KEYS, min_size=1, max_size=20), st.lists(KEYS, max_size=20))
def test_it_is_what_a_search_row_by_row_finds(asked: list[tuple], said: list[tuple]) -> None:
    left = _frame(asked, "client", "obligation", "month")
    right = _frame(said, "client", "obligation", "month").astype(np.int64)
    wanted = []
    for client, obligation, month in asked:
        before = [(m, i) for i, (c, o, m) in enumerate(said) if (c, o) == (client, obligation) and m < month]
        wanted.append(max(before)[1] if before else -1)
    assert last_before(left, right, by=["client", "obligation"]).tolist() == wanted


@given(st.lists(KEYS, min_size=1, max_size=20), st.lists(KEYS, max_size=20))
def test_the_same_key_is_the_first_row_that_has_it(asked: list[tuple], said: list[tuple]) -> None:
    left = _frame(asked, "client", "obligation", "month")
    right = _frame(said, "client", "obligation", "month").astype(np.int64)
    wanted = [said.index(key) if key in said else -1 for key in asked]
    assert same(left, right, by=["client", "obligation", "month"]).tolist() == wanted


def test_many_combinations_of_keys_are_numbered_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    said = [(c, o, 202401) for c in (1, 2) for o in (1, 2, 3)]
    asked = [(2, 3, 202402), (3, 1, 202402), (1, 2, 202401), (1, 2, 202402)]
    left, right = _frame(asked, "client", "obligation", "month"), _frame(said, "client", "obligation", "month")
    monkeypatch.setattr(asof, "_MOST", 1)
    assert last_before(left, right, by=["client", "obligation"]).tolist() == [5, -1, -1, 1]
    assert same(left, right, by=["client", "obligation", "month"]).tolist() == [-1, -1, 1, -1]
