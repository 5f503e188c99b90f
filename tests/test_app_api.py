"""The API: what it answers for cases, what it refuses and in which words, and what it tells of the store."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_client import Client
from made_model import CASE_OF_TABLE as CASE
from made_model import CUT_OFF, MEANS, features_of, made_store
from releases import draft, open_counts, store_with

from app import api_json
from app.api import ModelScorer, make_api
from app.desk import Desk, Pin
from app.l10n import L10n
from app.scorer import Problem, ScoredCase
from app.selection import Filters, from_query, to_selection
from app.settings import Settings
from app.views import pulse
from data.parquet_store import ParquetStore
from data.store import Draft, Release
from model import serving
from model.bundle import CONTENT, load
from model.score import score

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> ParquetStore:
    return made_store(tmp_path_factory.mktemp("api") / "store")


@pytest.fixture(scope="module")
def client(store: ParquetStore) -> Client:
    return Client(store.folder)


@pytest.fixture
def own(tmp_path: Path) -> ParquetStore:
    """A store that the test may damage."""
    return made_store(tmp_path / "store", rows=60)


def _problems(answer: Any) -> list[tuple[int, str, object, str]]:
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == answer.status_code
    return [(p["row"], p["field"], p["value"], p["rule"]) for p in body["problems"]]


# -- cases ------------------------------------------------------------------------------------------------------------


def test_a_case_is_answered_as_the_bundle_itself_scores_it(store: ParquetStore, client: Client) -> None:
    frame = features_of("table", 50, seed=9)
    cases = [
        {"income": None if math.isnan(r["income"]) else float(r["income"]), "late": float(r["late"]), "kind": r["kind"]}
        for r in frame.to_dict("records")
    ]
    body = client.post("/api/v1/predict", json={"data": cases}).json()
    digest = store.read().document("model_card")["model_hash"]
    expected = score(load(store.folder / "models", digest), frame)
    assert [r["probability"] for r in body["results"]] == [float(p) for p in expected]
    assert body["predictions"] == [int(p >= np.float32(CUT_OFF)) for p in expected]
    assert body["predictions"] == [r["label"] for r in body["results"]]
    assert (body["release"], body["model_hash"], body["model"]) == (store.version(), digest, digest[:12])
    assert (body["cut_off"], body["positive"]) == (CUT_OFF, MEANS)


def test_reasons_are_the_largest_contributions_strongest_first(client: Client) -> None:
    reasons = client.post("/api/v1/predict", json={"data": [CASE]}).json()["results"][0]["reasons"]
    size = [abs(r["contribution"]) for r in reasons]
    assert {r["feature"] for r in reasons} == {"income", "late", "kind"}
    assert size == sorted(size, reverse=True)


def test_the_address_of_the_earlier_client_answers_the_same(client: Client) -> None:
    body = {"data": [CASE, {**CASE, "late": 0}]}
    assert client.post("/predict", json=body).json() == client.post("/api/v1/predict", json=body).json()


def test_every_problem_of_every_case_is_listed_and_nothing_is_filled_in(client: Client) -> None:
    cases = [
        {"income": "high", "late": None, "kind": "boat", "Late": 1},
        7,
        {"income": None, "kind": True},
    ]
    found = _problems(client.post("/api/v1/predict", json={"data": cases}))
    assert sorted(found, key=str) == sorted([
        (1, "Late", 1, "is not a field of a case (is it late?)"),
        (1, "income", "high", "must be a number"),
        (1, "kind", "boat", "must be one of loan, card"),
        (1, "late", None, "must have a value"),
        (2, "", 7, "must be an object with a value for each field"),
        (3, "kind", True, "must be a text"),
        (3, "late", None, "is missing"),
    ], key=str)  # fmt: skip


def test_ten_thousand_problems_are_listed_and_the_others_counted(client: Client) -> None:
    answer = client.post("/api/v1/predict", json={"data": [{}] * 4000})
    assert len(_problems(answer)) == 10_000
    assert answer.json()["problem_count"] == 12_000
    assert answer.json()["detail"] == "12,000 problem(s), of which the first 10,000 are listed; nothing was scored"


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ("[]", 422, 'the body must be an object {"data": [case, …]}'),
        ("3", 422, 'the body must be an object {"data": [case, …]}'),
        ("{}", 422, 'the body must be an object with "data" and nothing else'),
        ('{"data": [{}], "more": 1}', 422, 'the body must be an object with "data" and nothing else'),
        ('{"data": {}}', 422, '"data" must be a list of cases'),
        ('{"data": []}', 422, '"data" is empty: there is no case to score'),
        ("", 400, "the body is empty; JSON is expected"),
        ('{"data": [{"late": NaN}]}', 400, "NaN is not JSON (line 1, column 20); send null for what is missing"),
        ('{"data": [{"late": -Infinity}]}', 400, "Infinity is not JSON"),
        ('{"data": [{"late": 1e999}]}', 400, "the body is not JSON"),
        ('{"data": [', 400, "the body is not JSON"),
        ('{"data": [{"late": 1, "late": 2}]}', 400, "the name 'late' stands more than once in one object"),
        ("[" * 2000, 400, "the body is not JSON"),
    ],
)
def test_a_body_that_cannot_be_taken_is_refused_in_words(client: Client, body: str, status: int, said: str) -> None:
    answer = client.post("/api/v1/predict", content=body)
    _problems(answer)
    assert answer.status_code == status
    assert answer.json()["detail"].startswith(said)


def test_a_hundred_thousand_cases_are_the_most_and_the_way_for_more_is_named(client: Client) -> None:
    answer = client.post("/api/v1/predict", content=json.dumps({"data": [1] * 100_001}))
    assert answer.status_code == 422
    assert "100,001 cases; at most 100,000" in answer.json()["detail"]
    assert "/api/v1/score/file" in answer.json()["detail"]


def test_a_body_that_is_too_large_is_refused_before_it_is_read_whole(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.api_predict.MOST_BYTES", 1 << 20)
    answer = client.post("/api/v1/predict", content=b" " * (1 << 20) + b"1")
    assert answer.status_code == 413
    assert "larger than 1 MB" in answer.json()["detail"]


def test_a_name_twice_is_seen_whatever_the_texts_around_it_hold() -> None:
    tricky = r'{"a": ":", "b": "\":", "c": [":", "x:y", {"a": "\\"}], "d\"": {}}'
    assert api_json.read(tricky.encode()) == json.loads(tricky)
    with pytest.raises(api_json.JsonError, match="'a' stands more than once"):
        api_json.read(rb'{"b": {"a": 1, "\u0061": 2}}')


def test_the_fields_say_what_may_be_null_and_which_levels_there_are(client: Client) -> None:
    fields = {f["name"]: f for f in client.get("/api/v1/fields").json()["fields"]}
    assert {n: f["missing"] for n, f in fields.items()} == {"income": True, "late": False, "kind": False}
    assert (fields["kind"]["kind"], sorted(fields["kind"]["levels"])) == ("text", ["card", "loan"])
    assert (fields["late"]["kind"], fields["late"]["low"], fields["late"]["optional"]) == ("number", None, False)


# -- models -----------------------------------------------------------------------------------------------------------


def test_only_the_promoted_model_answers(store: ParquetStore, client: Client) -> None:
    promoted = store.read().document("model_card")["model_hash"]
    assert client.post(f"/api/v1/predict?model={promoted[:12]}", json={"data": [CASE]}).status_code == 200
    challenger = client.post("/api/v1/predict?model=" + "cd" * 32, json={"data": [CASE]})
    assert (challenger.status_code, "was not promoted" in challenger.json()["detail"]) == (409, True)
    assert promoted[:12] in challenger.json()["detail"]
    unknown = client.post("/api/v1/predict?model=" + "0" * 12, json={"data": [CASE]})
    assert (unknown.status_code, "is not of this release" in unknown.json()["detail"]) == (409, True)
    assert client.post("/api/v1/predict?model=xyz", json={"data": [CASE]}).status_code == 422


def test_a_model_is_opened_once_for_a_release(own: ParquetStore, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    really = serving.open_model

    def watched(release: Release, folder: Path) -> serving.Served:
        opened.append(release.version)
        return really(release, folder)

    monkeypatch.setattr(serving, "open_model", watched)
    client = Client(own.folder)
    for _ in range(3):
        assert client.post("/api/v1/predict", json={"data": [CASE]}).status_code == 200
    assert opened == [own.version()]


def test_an_altered_model_answers_nobody(own: ParquetStore) -> None:
    file = next((own.folder / "models").rglob(CONTENT))
    file.write_bytes(file.read_bytes()[:-1] + b"!")
    client = Client(own.folder)
    answer = client.post("/api/v1/predict", json={"data": [CASE]})
    assert (answer.status_code, "was altered" in answer.json()["detail"]) == (503, True)
    assert client.get("/api/v1/health").json()["status"] == "no_model"


def test_a_new_release_is_answered_for_as_soon_as_it_is_there(own: ParquetStore) -> None:
    client = Client(own.folder)
    first = client.post("/api/v1/predict", json={"data": [CASE]}).json()
    made_store(own.folder, seed=1, rows=60)
    second = client.post("/api/v1/predict", json={"data": [CASE]}).json()
    assert first["release"] != second["release"] == own.version()
    assert first["model_hash"] != second["model_hash"]


def test_without_the_libraries_the_pages_stand_and_scoring_says_what_is_missing(own: ParquetStore) -> None:
    code = """
import sys
sys.modules["sklearn"] = sys.modules["lightgbm"] = None
sys.path.insert(0, "tests")
from pathlib import Path
from made_client import Client
client = Client(Path(sys.argv[1]))
print(client.get("/api/v1/releases").status_code, client.get("/api/v1/health").json()["status"])
answer = client.post("/api/v1/predict", json={"data": [{}]})
print(answer.status_code, answer.json()["detail"])
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, str(own.folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == [
        "200 no_model", "503 cases cannot be scored here: sklearn is not installed",
    ]  # fmt: skip


def test_the_scorer_of_the_pages_gives_the_answers_of_the_api(store: ParquetStore, client: Client) -> None:
    pin = Desk(store, open_counts).open(store.version())
    assert isinstance(pin, Pin)
    scorer = ModelScorer(store.folder / "models")
    told = client.post("/api/v1/predict", json={"data": [CASE]}).json()["results"][0]
    (found,) = scorer.score(pin, [CASE])
    assert isinstance(found, ScoredCase)
    assert (found.probability, found.label) == (told["probability"], told["label"])
    assert [(r.feature, r.value) for r in found.reasons] == [(r["feature"], r["contribution"]) for r in told["reasons"]]
    assert [f.name for f in scorer.fields(pin)] == ["income", "late", "kind"]
    assert scorer.score(pin, [{**CASE, "late": "x"}]) == (Problem(1, "late", "x", "must be a number"),)


# -- the store --------------------------------------------------------------------------------------------------------


def test_a_stored_score_is_that_of_the_newest_month_or_of_the_month_asked_for(
    store: ParquetStore, client: Client
) -> None:
    rows = store.read().frame("rows")
    scored = rows[rows["score"].notna() & ~rows["obligation"].duplicated(keep=False)].iloc[0]
    body = client.get(f"/api/v1/score/{scored['obligation']}").json()
    assert (body["month"], body["client"], body["model"]) == (scored["month"], scored["client"], scored["model"])
    assert body["probability"] == float(scored["score"])
    assert body["label"] == int(scored["score"] >= CUT_OFF)
    feature, value = str(scored["reason_1"]).split(":")
    assert body["reasons"][0] == {"feature": feature, "contribution": float(value)}
    assert body["label_state"] == ("negative", "positive", "unlabelled", "open")[scored["label_state"]]
    months = rows[rows["obligation"] == scored["obligation"]]["month"]
    assert client.get(f"/api/v1/score/{scored['obligation']}?month={months.iloc[0]}").json() == body
    assert client.get(f"/api/v1/score/{scored['obligation']}?month=202301").status_code == 404


def test_a_row_without_a_score_says_why(store: ParquetStore, client: Client) -> None:
    rows = store.read().frame("rows")
    last = rows.sort_values("month").drop_duplicates("obligation", keep="last")
    bare = last[last["score"].isna()].iloc[0]
    body = client.get(f"/api/v1/score/{bare['obligation']}?client={bare['client']}").json()
    assert (body["probability"], body["label"]) == (None, None)
    assert body["reason"] == (
        "no model was ready for its month" if bare["eligible"] else "it was not eligible in that month"
    )


@pytest.mark.parametrize(("path", "status"), [("999999999999", 404), ("-1", 422), ("abc", 422), ("9" * 30, 422)])
def test_an_obligation_that_is_not_there_is_said_so(client: Client, path: str, status: int) -> None:
    answer = client.get(f"/api/v1/score/{path}")
    _problems(answer)
    assert answer.status_code == status


def test_releases_the_card_and_the_state_of_the_server(store: ParquetStore, client: Client) -> None:
    release = store.read()
    assert [r["version"] for r in client.get("/api/v1/releases").json()["releases"]] == [release.version]
    assert client.get("/api/v1/model").json()["card"] == release.document("model_card")
    health = client.get("/api/v1/health").json()
    assert (health["status"], health["release"]) == ("ok", release.version)
    assert health["model"] == release.document("model_card")["model_hash"][:12]


def test_a_store_without_a_release_answers_that_there_is_none(tmp_path: Path) -> None:
    client = Client(tmp_path / "none")
    assert client.get("/api/v1/health").json()["status"] == "no_release"
    answer = client.post("/api/v1/predict", json={"data": [CASE]})
    assert (answer.status_code, answer.json()["detail"][:26]) == (503, "there is no release yet: t")
    assert client.get("/api/v1/kpi").status_code == 503


def test_a_damaged_store_is_the_only_thing_that_is_unhealthy(own: ParquetStore) -> None:
    for file in (own.folder / "releases").iterdir():
        file.write_bytes(b"{}")
    answer = Client(own.folder).get("/api/v1/health")
    assert (answer.status_code, answer.json()["status"]) == (503, "no_store")
    assert "damaged" in answer.json()["reason"]


# -- figures ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def bank() -> Iterator[tuple[Pin, Any]]:
    """A release of made rows, open, and how to ask the API for its figures."""
    whole = draft(6000, open_months=(202411, 202412))
    store = store_with(Draft(whole.tables, {**whole.documents, "settings": {"policy": {"icv_target": 0.04}}}))
    desk = Desk(store, open_counts)
    pin = desk.open(store.version())
    assert isinstance(pin, Pin)
    settings = Settings()
    client = object.__new__(Client)
    client.app = make_api(desk, settings, ModelScorer(settings.models))  # type: ignore[assignment]
    return pin, client


QUERIES = (
    "", "product=consumo", "from=202403&to=202408", "region=R01&region=R02&score=20-80",
    "lang=es&page=pulse&product=tarjeta&from=202406",
)  # fmt: skip


@pytest.mark.parametrize("query", QUERIES)
def test_the_figures_are_those_of_the_screen(bank: tuple[Pin, Any], query: str) -> None:
    pin, client = bank
    filters, ignored = from_query(query, extent=pin.extent)
    assert not ignored
    selection = to_selection(filters, months=pin.counts.months, edges=pin.counts.edges)
    seen = pulse.figures(pin, selection, policy=pin.policy)
    en = L10n("en")
    boxes = {b.key: b for b in pulse.boxes(en, seen)}
    body = client.get(f"/api/v1/kpi?{query}").json()
    told = {f["key"]: f for f in body["figures"]}
    shown = {
        "cash": en.money,
        "promise": lambda v: en.number(v, 2),
        "auc": lambda v: en.number(v, 2),
        "rows": en.number,
    }
    compared = set(boxes) & set(told)
    assert {"icv30", "cash", "acceptance", "promise"} <= compared
    for key in compared:
        assert shown.get(key, en.percent)(told[key]["value"]) == boxes[key].value, key
        assert en.short_month(told[key]["month"]) == boxes[key].period, key
        facts = dict(boxes[key].facts)
        if "n" in facts:
            assert en.number(told[key]["n"]) == facts["n"], key
        if key == "acceptance":
            assert en.interval(told[key]["low"], told[key]["high"]) == facts["95% interval"]
        assert facts["Release"] == body["release"]


def test_a_figure_that_cannot_be_known_is_null_with_the_reason() -> None:
    bare = draft(600, carries=("bank_score",))
    store = store_with(bare)
    client = object.__new__(Client)
    client.app = make_api(Desk(store, open_counts), Settings(), ModelScorer(Path("none")))  # type: ignore[assignment]
    told = {f["key"]: f for f in client.get("/api/v1/kpi").json()["figures"]}
    assert (told["icv30"]["value"], told["icv30"]["reason"]) == (None, "no_balance")
    assert (told["cash"]["value"], told["cash"]["reason"]) == (None, "no_payments")


@pytest.mark.parametrize("page", ["backtest", "false_positives", "model_effect"])
def test_other_pages_have_figures_too(bank: tuple[Pin, Any], page: str) -> None:
    body = bank[1].get(f"/api/v1/kpi?page={page}").json()
    assert body["page"] == page
    for figure in body["figures"]:
        assert figure["value"] is not None or figure["reason"]
        if None not in (figure["value"], figure["low"], figure["high"]):
            assert figure["low"] <= figure["value"] <= figure["high"]


def test_a_filter_that_says_nothing_here_is_refused_not_ignored(bank: tuple[Pin, Any]) -> None:
    found = _problems(bank[1].get("/api/v1/kpi?regoin=R01&product=boat&from=190001"))
    assert [(f, v) for _, f, v, _ in found] == [("regoin", "R01"), ("product", "boat"), ("from", "190001")]


def test_the_selection_comes_back_as_a_link_to_the_dashboard(bank: tuple[Pin, Any]) -> None:
    pin, client = bank
    body = client.get("/api/v1/kpi?from=202403&product=consumo").json()
    again = from_query(body["selection"], extent=pin.extent)
    assert again == (replace(Filters(first=202403), where={"product": ("consumo",)}), [])
    assert (body["first_month"], body["last_month"]) == (202403, 202412)


# -- the door ---------------------------------------------------------------------------------------------------------


def test_the_api_and_the_pages_share_one_process_and_either_can_be_alone(own: ParquetStore) -> None:
    both, alone = Client(own.folder), Client(own.folder, api=False)
    assert "<html" in both.get("/").text
    assert both.get("/api/v1/health").status_code == 200
    assert "<html" in alone.get("/").text
    assert alone.get("/api/v1/health").status_code == 404


def test_settings_turn_the_api_off_and_the_earlier_addresses_on() -> None:
    usual, turned = (
        Settings.from_environment({}),
        Settings.from_environment({"CARTERA_API": "0", "CARTERA_COMPAT": "1"}),
    )
    assert (usual.api, usual.compat) == (True, False)
    assert (turned.api, turned.compat) == (False, True)
    with pytest.raises(ValueError, match="CARTERA_API must be 0 or 1; it is 'no'"):
        Settings.from_environment({"CARTERA_API": "no"})


def test_what_is_not_there_is_said_in_the_same_shape(client: Client) -> None:
    assert client.get("/api/v2/x").json()["detail"] == "there is nothing at /api/v2/x; /api/docs lists what there is"
    wrong = client.ask("DELETE", "/api/v1/predict")
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "POST")
    _problems(wrong)


def test_a_bug_shows_no_trace_and_no_value(own: ParquetStore, monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError(f"cannot read {CASE}")

    monkeypatch.setattr("app.api_predict.check_cases", broken)
    answer = Client(own.folder).post("/api/v1/predict", json={"data": [CASE]})
    assert (answer.status_code, answer.json()["detail"]) == (
        500, "something went wrong here; it was noted in the log of the server",
    )  # fmt: skip
    assert "Traceback" not in answer.text + caplog.text
    assert "RuntimeError" in caplog.text
    assert "income" not in caplog.text


def test_other_sites_may_not_ask(client: Client) -> None:
    answer = client.ask("OPTIONS", "/api/v1/predict", headers={"origin": "https://other.example"})
    assert "access-control-allow-origin" not in answer.headers
