"""App room: the addresses that clients of earlier systems call, off by default.

They carry personal data, which ends up in logs, histories and proxies. POST /api/v1/predict replaces each of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

import orjson
from fastapi import APIRouter, Request, Response
from starlette.responses import PlainTextResponse

from app.api_errors import ApiError
from app.api_service import Model, Service
from data.case import CaseField, CasesError, Problem
from data.case_check import check_cases

COLLECTION: Final = {
    "er": "ESCENARIO_RECOBRO", "po": "PORTADO", "vt": "VPT", "cp": "CODIGO_POSTAL", "ec": "ESTADO_CLIENTE",
    "vf": "VAP_SCF", "vb": "VAP_OB", "fb": "FECHA_BPI", "ed": "EDAD", "cf": "CANTIDAD_FACTURAS",
    "im": "IMPORTE_FACTURA", "dt": "DEUDA_TOTAL", "nl": "NUM_LINEAS_ACTIVAS",
}  # fmt: skip
"""Words of the query string of `casas_cobranza` → fields."""

LOANS: Final = {
    "v1": "Idade", "v2": "Salario_anual", "v3": "Situacao_prop", "v4": "Tempo_trabalho", "v5": "Motivo_emprest",
    "v6": "Pont_emprest", "v7": "Total_emprest", "v8": "Tx_juros", "v9": "Renda_pecentual", "v10": "Periodo",
    "v11": "Inadimplente",
}  # fmt: skip
"""Words of the path of `alura_cash` → fields."""

_MISSING: Final = frozenset({"", "nan", "none", "null"})
_MONTH: Final = re.compile(r"\d{6}")
_WARNING: Final = "Carries personal data in the address; POST /api/v1/predict replaces it."


def router(service: Service) -> APIRouter:
    """The routes of earlier systems, each served only where the store is of that system."""
    routes = APIRouter(tags=["Earlier systems (personal data in the address)"], deprecated=True)

    @routes.get("/prueba", response_class=PlainTextResponse, description="Says that the service runs.")
    def prueba() -> str:
        return "Funcionando"

    @routes.get("/prediccion", response_class=PlainTextResponse, description=_WARNING, openapi_extra=_words(COLLECTION))
    def prediccion(request: Request) -> str:
        model = model_of(service, "casas_cobranza")
        case = case_of(model, parse_qsl(request.url.query, keep_blank_values=True), COLLECTION)
        return str(scored(model, case)[0])

    @routes.get("/modelo/{values:path}", description=f"{_WARNING} v1=…&v2=…&…&v11=… stands in the path.")
    def modelo(values: str) -> Response:
        model = model_of(service, "alura_cash")
        label, probability = scored(model, case_of(model, parse_qsl(values, keep_blank_values=True), LOANS))
        body = {"Resultado": label, "Probabilidade_0": 1 - probability, "Probabilidadte_1": probability}
        return Response(orjson.dumps(body), media_type="application/json")

    return routes


def bare_answer(service: Service, case: Mapping[str, Any]) -> Response:
    """The answer to the form of `german_credit`, which sends one case alone."""
    model = model_of(service, "german_credit")
    label, _ = scored(model, case)
    body = {"prediccion_riesgo": "Mal Riesgo" if label else "Buen Riesgo"}
    return Response(orjson.dumps(body), media_type="application/json")


def model_of(service: Service, source: str) -> Model:
    """The promoted model. Raises ApiError when the store is of another source than this address answers for."""
    model = service.model()
    if model.source != source:
        raise ApiError(409, f"this address answers for {source}; the store was made from {model.source}")
    return model


def case_of(model: Model, pairs: list[tuple[str, str]], words: Mapping[str, str]) -> dict[str, object]:
    """The case that the words of an address tell. Raises CasesError for words that are unknown or stand twice."""
    given = [word for word, _ in pairs]
    twice = {w for w in given if given.count(w) > 1}
    wrong = [Problem(1, w, v, "stands more than once") for w, v in pairs if w in twice]
    wrong += [Problem(1, w, v, f"is none of {', '.join(words)}") for w, v in pairs if w not in words]
    if wrong:
        raise CasesError(tuple(wrong))
    fields = {f.name: f for f in model.fields}
    return {words[w]: value_of(fields[words[w]], text) for w, text in pairs if words[w] in fields}


def value_of(field: CaseField, text: str) -> object:
    """A text of an address as JSON would have it; what is no value of the field's kind stays a text, to be refused."""
    text = text.strip()
    if text.lower() in _MISSING:
        return None
    if field.kind == "date" and _MONTH.fullmatch(text):
        return f"{text[:4]}-{text[4:]}-01"
    if field.kind in ("number", "whole"):
        try:
            return float(text)
        except ValueError:
            return text
    return text


def scored(model: Model, case: Mapping[str, object]) -> tuple[int, float]:
    """Label and probability of one case."""
    found = model.answers(check_cases(model.fields, [case]))
    return int(found.label[0]), float(found.probability[0])


def _words(words: Mapping[str, str]) -> dict[str, Any]:
    parameters = [
        {"name": word, "in": "query", "required": True, "description": name, "schema": {"type": "string"}}
        for word, name in words.items()
    ]
    return {"parameters": parameters}
