"""Clients of the earlier systems are answered as they were, from today's models, where a setting allows it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from made_client import Client
from made_model import made_store, some_cases

from app.api_compat import COLLECTION, LOANS
from data.sources import case_form
from data.sources.german_credit_case import GIVEN

DEBT = "er=EMP&po=NO&vt=S&cp=8029&ec=A&vf=N&vb=N&fb=202310&ed=NaN&cf=3&im=263.68&dt=1000.82&nl=12"
LOAN = (
    "v1=22&v2=59000&v3=Rent&v4=12&v5=Personal&v6=D&v7=35000&v8=16.02&v9=0.59&v10=3&v11=1"
)  # fmt: skip


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Client]:
    """A client of a store of a source, made once."""
    made: dict[str, Path] = {}

    def serve(source: str, *, compat: bool = True) -> Client:
        if source not in made:
            made[source] = made_store(tmp_path_factory.mktemp(source) / "store", source, rows=60).folder
        return Client(made[source], compat=compat)

    return serve


def _today(client: Client, case: dict[str, Any]) -> dict[str, Any]:
    answer = client.post("/api/v1/predict", json={"data": [case]})
    assert answer.status_code == 200, answer.text
    return answer.json()["results"][0]


def test_the_query_string_of_the_collection_house_answers_0_or_1_as_text(serve: Callable[..., Client]) -> None:
    client = serve("casas_cobranza")
    answer = client.get(f"/prediccion?{DEBT}")
    today = _today(client, {
        "ESCENARIO_RECOBRO": "EMP", "PORTADO": "NO", "VPT": "S", "CODIGO_POSTAL": 8029, "ESTADO_CLIENTE": "A",
        "VAP_SCF": "N", "VAP_OB": "N", "FECHA_BPI": "2023-10-01", "EDAD": None, "CANTIDAD_FACTURAS": 3,
        "IMPORTE_FACTURA": 263.68, "DEUDA_TOTAL": 1000.82, "NUM_LINEAS_ACTIVAS": 12,
    })  # fmt: skip
    assert (answer.status_code, answer.text) == (200, str(today["label"]))
    assert answer.headers["content-type"].startswith("text/plain")
    assert client.get("/prueba").text.startswith("Funcionando")


def test_nan_means_not_known_and_never_the_earlier_default(serve: Callable[..., Client]) -> None:
    client = serve("casas_cobranza")
    form = case_form("casas_cobranza")
    assert form is not None
    fields = {f.name: f for f in form.fields}
    unknown = "&".join(f"{w}={'NaN' if fields[n].missing else fields[n].usual}" for w, n in COLLECTION.items())
    today = _today(client, {n: None if fields[n].missing else fields[n].usual for n in COLLECTION.values()})
    assert client.get(f"/prediccion?{unknown}").text == str(today["label"])


def test_what_is_missing_unknown_or_impossible_in_a_query_is_all_listed(serve: Callable[..., Client]) -> None:
    client = serve("casas_cobranza")
    assert client.get("/prediccion?er=EMP&zz=1&er=PER").json()["problems"] == [
        {"row": 1, "field": "er", "value": "EMP", "rule": "stands more than once"},
        {"row": 1, "field": "er", "value": "PER", "rule": "stands more than once"},
        {"row": 1, "field": "zz", "value": "1", "rule": f"is none of {', '.join(COLLECTION)}"},
    ]
    wrong = DEBT.replace("cp=8029", "cp=00000").replace("&nl=12", "").replace("cf=3", "cf=x")
    answer = client.get(f"/prediccion?{wrong}")
    assert answer.status_code == 422
    assert {(p["field"], p["value"]) for p in answer.json()["problems"]} == {
        ("CODIGO_POSTAL", 0.0), ("NUM_LINEAS_ACTIVAS", None), ("CANTIDAD_FACTURAS", "x"),
    }  # fmt: skip


def test_the_path_of_the_power_bi_report_answers_with_its_own_keys(serve: Callable[..., Client]) -> None:
    client = serve("alura_cash")
    answer = client.get(f"/modelo/{LOAN}")
    today = _today(client, {
        "Idade": 22, "Salario_anual": 59000, "Situacao_prop": "Rent", "Tempo_trabalho": 12,
        "Motivo_emprest": "Personal", "Pont_emprest": "D", "Total_emprest": 35000, "Tx_juros": 16.02,
        "Renda_pecentual": 0.59, "Periodo": 3, "Inadimplente": 1,
    })  # fmt: skip
    assert answer.json() == {
        "Resultado": today["label"],
        "Probabilidade_0": 1 - today["probability"],
        "Probabilidadte_1": today["probability"],
    }
    assert client.get(f"/modelo/{LOAN[:-1]}2").status_code == 422
    assert set(LOANS) == {part.split("=")[0] for part in LOAN.split("&")}


def test_the_form_of_the_german_credit_is_answered_in_its_words(serve: Callable[..., Client]) -> None:
    client = serve("german_credit")
    cases = some_cases(GIVEN, 30, seed=2)
    today = client.post("/api/v1/predict", json={"data": cases}).json()["predictions"]
    for label, words in ((0, "Buen Riesgo"), (1, "Mal Riesgo")):
        case = cases[today.index(label)]
        assert client.post("/predict", json=case).json() == {"prediccion_riesgo": words}
        assert client.post("/predict", json={**case, "monto_por_mes": 0.0}).json() == {"prediccion_riesgo": words}


def test_an_unknown_code_is_refused_with_those_that_there_are(serve: Callable[..., Client]) -> None:
    case = {**some_cases(GIVEN, 1)[0], "estado_cuenta_actual": "A19"}
    (problem,) = serve("german_credit").post("/predict", json=case).json()["problems"]
    assert problem == {
        "row": 1, "field": "estado_cuenta_actual", "value": "A19", "rule": "must be one of A11, A12, A13, A14",
    }  # fmt: skip


def test_the_client_of_pago_a_tiempo_finds_its_predictions(serve: Callable[..., Client]) -> None:
    """What its documentation sends: no date, nothing of the credit bureau."""
    payload = {
        "tipo_credito": 4, "capital_prestado": 3500000, "plazo_meses": 12, "edad_cliente": 35,
        "salario_cliente": 2500000, "total_otros_prestamos": 500000, "cuota_pactada": 300000,
        "cant_creditosvigentes": 2, "huella_consulta": 1, "creditos_sectorFinanciero": 1,
        "creditos_sectorCooperativo": 0, "creditos_sectorReal": 1,
    }  # fmt: skip
    answer = serve("pago_a_tiempo", compat=False).post("/predict", json={"data": [payload, payload]})
    assert answer.status_code == 200
    assert answer.json()["predictions"] in ([0, 0], [1, 1])


@pytest.mark.parametrize("path", [f"/prediccion?{DEBT}", f"/modelo/{LOAN}"])
def test_an_address_of_another_system_says_whose_it_is(serve: Callable[..., Client], path: str) -> None:
    answer = serve("german_credit").get(path)
    assert answer.status_code == 409
    assert "the store was made from german_credit" in answer.json()["detail"]


def test_they_are_off_by_default(serve: Callable[..., Client]) -> None:
    client = serve("casas_cobranza", compat=False)
    for path in ("/prueba", f"/prediccion?{DEBT}", f"/modelo/{LOAN}"):
        assert client.get(path).status_code == 404
    bare = client.post("/predict", json=some_cases(GIVEN, 1)[0])
    assert bare.status_code == 422


def test_the_documentation_warns_of_the_address_and_names_what_replaces_it(serve: Callable[..., Client]) -> None:
    spec = serve("casas_cobranza").get("/api/openapi.json").json()
    for path in ("/prediccion", "/modelo/{values}"):
        told = spec["paths"][path]["get"]
        assert told["deprecated"]
        assert "personal data in the address" in told["description"]
        assert "POST /api/v1/predict" in told["description"]
    assert "/prediccion" not in serve("casas_cobranza", compat=False).get("/api/openapi.json").json()["paths"]
