"""Files of cases: the same answers as case by case, in a file of the same kind; nothing at all when a row is wrong."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from made_client import Client
from made_model import features_of, made_store, some_cases

from data import case_file
from data.case_check import Found, check_cases, check_table
from data.sources import case_form

PATH = "/api/v1/score/file"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Client:
    return Client(made_store(tmp_path_factory.mktemp("files") / "store", rows=60).folder)


@pytest.fixture(scope="module")
def cases() -> pd.DataFrame:
    frame = features_of("table", 500, seed=3)
    return frame.assign(ID=[f"L{i:04d}" for i in range(len(frame))], kind=frame["kind"].astype(str))


@pytest.fixture(scope="module")
def answers(client: Client, cases: pd.DataFrame) -> pd.DataFrame:
    """What the API answers for the same cases sent as JSON."""
    rows = cases[["income", "late", "kind"]].astype(object).where(cases[["income", "late", "kind"]].notna(), None)
    told = client.post("/api/v1/predict", json={"data": rows.to_dict("records")}).json()["results"]
    return pd.DataFrame(told)


def _csv(frame: pd.DataFrame, **how: Any) -> bytes:
    return frame.to_csv(index=False, **how).encode()


def _parquet(frame: pd.DataFrame) -> bytes:
    out = io.BytesIO()
    frame.to_parquet(out, index=False)
    return out.getvalue()


def _problems(answer: Any) -> list[tuple[int, str, object, str]]:
    assert answer.status_code == 422
    return [(p["row"], p["field"], p["value"], p["rule"]) for p in answer.json()["problems"]]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_a_csv_file_is_answered_row_by_row_like_cases(
    client: Client, cases: pd.DataFrame, answers: pd.DataFrame, mark: str
) -> None:
    answer = client.post(f"{PATH}?keys=ID", content=_csv(cases, sep=mark))
    assert answer.headers["content-type"].startswith("text/csv")
    found = pd.read_csv(io.StringIO(answer.text), sep=mark)
    assert list(found) == ["ID", "probability", "label", "reason_1", "reason_2", "reason_3"]
    assert found["ID"].tolist() == cases["ID"].tolist()
    assert found["probability"].tolist() == answers["probability"].tolist()
    assert found["label"].tolist() == answers["label"].tolist()
    first = answers["reasons"].str[0]
    assert found["reason_1"].tolist() == [f"{r['feature']}:{r['contribution']:+.2f}" for r in first]


def test_a_parquet_file_is_answered_as_parquet(client: Client, cases: pd.DataFrame, answers: pd.DataFrame) -> None:
    answer = client.post(f"{PATH}?keys=ID", content=_parquet(cases.astype({"kind": "category"})))
    assert answer.headers["content-type"] == "application/vnd.apache.parquet"
    found = pd.read_parquet(io.BytesIO(answer.content))
    assert found["probability"].tolist() == answers["probability"].tolist()
    assert found["ID"].tolist() == cases["ID"].tolist()


def test_rows_have_their_number_where_no_key_is_named(client: Client, cases: pd.DataFrame) -> None:
    answer = client.post(PATH, content=_csv(cases.drop(columns="ID")[:3]))
    assert pd.read_csv(io.StringIO(answer.text))["row"].tolist() == [1, 2, 3]
    assert answer.headers["x-cartera-release"]


def test_reasons_may_be_left_out(client: Client, cases: pd.DataFrame, answers: pd.DataFrame) -> None:
    found = pd.read_csv(io.StringIO(client.post(f"{PATH}?keys=ID&reasons=false", content=_csv(cases)).text))
    assert list(found) == ["ID", "probability", "label"]
    assert found["probability"].tolist() == answers["probability"].tolist()
    case = cases[["income", "late", "kind"]].dropna().iloc[0].to_dict()
    (told,) = client.post("/api/v1/predict?reasons=false", json={"data": [case]}).json()["results"]
    assert told["reasons"] == []


def test_batches_do_not_change_the_answers(
    client: Client, cases: pd.DataFrame, answers: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_file, "BATCH", 7)
    monkeypatch.setattr(case_file, "_BLOCK", 400)
    for content, read in ((_csv(cases), pd.read_csv), (_parquet(cases), pd.read_parquet)):
        found = read(io.BytesIO(client.post(f"{PATH}?keys=ID", content=content).content))
        assert found["probability"].tolist() == answers["probability"].tolist()
        assert found["ID"].tolist() == cases["ID"].tolist()


def test_every_wrong_value_is_named_with_row_column_and_rule_and_there_is_no_answer(
    client: Client, cases: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_file, "_BLOCK", 400)
    bad = cases.astype(object)
    bad.loc[4, "kind"] = "boat"
    bad.loc[300, "late"] = None
    bad.loc[499, "income"] = "much"
    assert _problems(client.post(f"{PATH}?keys=ID", content=_csv(bad))) == [
        (5, "kind", "boat", "must be one of loan, card"),
        (301, "late", None, "must have a value"),
        (500, "income", "much", "must be a number"),
    ]


def test_columns_that_are_missing_or_unknown_are_all_named(client: Client, cases: pd.DataFrame) -> None:
    renamed = cases.rename(columns={"late": "later"})
    assert _problems(client.post(f"{PATH}?keys=Nr", content=_csv(renamed))) == [
        (0, "late", None, "is not among the columns"),
        (0, "later", None, "is not a field of a case (is it late?); name it in `keys` to have it passed on"),
        (0, "ID", None, "is not a field of a case; name it in `keys` to have it passed on"),
        (0, "Nr", None, "is asked for as a key, but is not among the columns"),
    ]


def test_a_row_that_does_not_fit_the_header_is_named(client: Client, cases: pd.DataFrame) -> None:
    lines = _csv(cases[["income", "late", "kind"]]).decode().splitlines()
    lines[8] = "1,2"
    assert _problems(client.post(PATH, content="\n".join(lines).encode())) == [
        (8, "", None, "has 2 fields where the header has 3")
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the body is empty"),
        (b"income,late,kind\n", "the file has a header but no rows"),
        (b"\xff\xfe\x00income", "neither Parquet nor UTF-8"),
        (b"PAR1 and then nothing", "is not a whole Parquet file"),
        (b"\n\n", "is empty"),
        (b"income,income\n1,2\n", "more than one column named income"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(client: Client, content: bytes, said: str) -> None:
    answer = client.post(PATH, content=content)
    assert answer.status_code == 422
    assert said in answer.json()["detail"]


def test_a_parquet_file_that_was_cut_is_refused(client: Client, cases: pd.DataFrame) -> None:
    answer = client.post(f"{PATH}?keys=ID", content=_parquet(cases)[:-200])
    assert (answer.status_code, "is not a whole Parquet file" in answer.json()["detail"]) == (422, True)


def test_nothing_stays_on_the_disk(client: Client, cases: pd.DataFrame, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    client.post(f"{PATH}?keys=ID", content=_csv(cases))
    client.post(PATH, content=_csv(cases))
    client.post(PATH, content=b"")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_too_large_is_refused(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.api_files.MOST_BYTES", 1000)
    assert client.post(PATH, content=b"x" * 1001).status_code == 413


@pytest.mark.parametrize("source", ["pago_a_tiempo", "casas_cobranza", "german_credit", "alura_cash"])
def test_a_row_of_a_file_is_the_same_case_as_in_json(source: str, tmp_path: Path) -> None:
    """The form of every source takes both, and makes one frame of them."""
    form = case_form(source)
    assert form is not None
    sent = some_cases(form.fields, 40, seed=5)
    by_json = form.rows(check_cases(form.fields, sent))
    whole = pd.DataFrame(sent)
    for batch in (
        pa.RecordBatch.from_pandas(whole),
        pa.RecordBatch.from_pydict({c: [None if v is None or v != v else str(v) for v in whole[c]] for c in whole}),
    ):
        found = Found()
        by_file = form.rows(check_table(form.fields, batch, found))
        assert not found.count, found.listed[:3]
        for column in by_json:
            if pd.api.types.is_numeric_dtype(by_json[column]):
                np.testing.assert_array_equal(by_file[column], by_json[column], column)
            else:
                texts = [frame[column].astype(object).fillna("").tolist() for frame in (by_file, by_json)]
                assert texts[0] == texts[1]


def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    """A batch of rows is let go before the next is read."""
    alive: list[int] = []
    rows = 6 * case_file.BATCH
    table = pa.table({"late": np.zeros(rows), "income": np.zeros(rows), "kind": ["loan"] * rows})
    parquet.write_table(table, tmp_path / "file", row_group_size=case_file.BATCH)
    del table
    fields = ()
    cases = case_file.open_file(tmp_path / "file", fields, keys=("late", "income", "kind"))
    before = pa.total_allocated_bytes()
    for _ in cases.batches(Found()):
        alive.append(pa.total_allocated_bytes() - before)
    assert max(alive) < 3 * max(alive[:2])
