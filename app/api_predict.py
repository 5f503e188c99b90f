"""App room: POST predict: cases in, probability, label and reasons out; and the fields that a case has."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from app import api_shapes as shapes
from app.api_compat import bare_answer
from app.api_errors import ApiError
from app.api_json import read
from app.api_service import Answers, Model, Service, body_of
from data.case import CaseField, Problem
from data.case_check import check_cases

MOST_ROWS: Final = 100_000
MOST_BYTES: Final = 64 << 20
SHORT: Final = 12

Asked = Annotated[
    str,
    Query(
        alias="model",
        pattern="^([0-9a-f]{12,64})?$",
        description="first digits of the hash of the model that is expected; refused when it is not the promoted one",
    ),
]

Explain = Annotated[
    bool, Query(alias="reasons", description="whether reasons are wanted; they take most of the time of many cases")
]

BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["data"],
                    "additionalProperties": False,
                    "properties": {
                        "data": {
                            "type": "array",
                            "minItems": 1,
                            "maxItems": MOST_ROWS,
                            "items": {"$ref": "#/components/schemas/Case"},
                        }
                    },
                }
            }
        },
    }
}


def router(service: Service) -> APIRouter:
    """The routes that score cases."""
    routes = APIRouter(tags=["Scoring"])

    async def predict(request: Request, asked: Asked = "", explain: Explain = True) -> Response:
        """Probability, label at the release's cut-off and three reasons for each case of `data`, 1 to 100,000 of them.

        Every field is needed unless GET /api/v1/fields says that it is optional; null stands for what is not known,
        where that is allowed. Nothing is filled in: whatever is missing, unknown or impossible is listed (422), and no
        case is scored. Send more cases as a file to POST /api/v1/score/file.
        """
        body = await body_of(request, MOST_BYTES)
        return await run_in_threadpool(predicted, service, body, asked, explain=explain)

    async def predict_bare(request: Request, asked: Asked = "", explain: Explain = True) -> Response:
        """The same under the address that clients of earlier systems call."""
        body = await body_of(request, MOST_BYTES)
        earlier = service.settings.compat
        return await run_in_threadpool(predicted, service, body, asked, explain=explain, bare=earlier)

    for path, answers in (("/api/v1/predict", predict), ("/predict", predict_bare)):
        routes.post(path, response_model=shapes.Predicted, openapi_extra=BODY)(answers)

    @routes.get("/api/v1/fields", response_model=shapes.Fields)
    def fields() -> Response:
        """The fields of one case: their kinds, what they may hold, and which may be null or left out."""
        model = service.model()
        body = {
            "release": model.release,
            "model": model.digest[:SHORT],
            "source": model.source,
            "fields": [field_line(f) for f in model.fields],
        }
        return Response(orjson.dumps(body), media_type="application/json")

    return routes


def predicted(service: Service, body: bytes, asked: str, *, explain: bool, bare: bool = False) -> Response:
    """The answer to a body of cases; with `bare`, also to the single case of an earlier system's form."""
    value = read(body)
    if bare and isinstance(value, Mapping) and "data" not in value:
        return bare_answer(service, value)
    cases = cases_of(value)
    model = service.model(asked)
    answers = model.answers(check_cases(model.fields, cases), explain=explain)
    return Response(orjson.dumps(said(model, answers)), media_type="application/json")


def cases_of(value: object) -> Sequence[object]:
    """The cases of a body. Raises ApiError when it is not {"data": [case, …]} with 1 to 100,000 of them."""
    if not isinstance(value, Mapping):
        raise ApiError(422, 'the body must be an object {"data": [case, …]}')
    unknown = [Problem(0, str(name), value[name], 'is not known; only "data" is') for name in value if name != "data"]
    if unknown or "data" not in value:
        raise ApiError(422, 'the body must be an object with "data" and nothing else', unknown)
    cases = value["data"]
    if not isinstance(cases, list):
        raise ApiError(422, '"data" must be a list of cases')
    if not cases:
        raise ApiError(422, '"data" is empty: there is no case to score')
    if len(cases) > MOST_ROWS:
        raise ApiError(
            422,
            f'"data" has {len(cases):,} cases; at most {MOST_ROWS:,} are taken at once. Send a CSV or Parquet file to '
            "/api/v1/score/file instead",
        )
    return cases


def said(model: Model, answers: Answers) -> dict[str, Any]:
    """The body of the answer."""
    labels = answers.label.tolist()
    probabilities = answers.probability.tolist()
    return {
        "release": model.release,
        "model": model.digest[:SHORT],
        "model_hash": model.digest,
        "cut_off": model.cut_off,
        "positive": dict(model.positive),
        "predictions": labels,
        "results": [
            {
                "probability": p,
                "label": y,
                "reasons": [{"feature": n, "contribution": v} for n, v in answers.reasons_of(i)],
            }
            for i, (p, y) in enumerate(zip(probabilities, labels, strict=True))
        ],
    }


def field_line(field: CaseField) -> dict[str, Any]:
    """A field as the API shows it; null where there is no bound."""
    return {
        "name": field.name, "kind": field.kind, "label": dict(field.label),
        "low": field.low if math.isfinite(field.low) else None,
        "high": field.high if math.isfinite(field.high) else None,
        "levels": list(field.levels), "missing": field.missing, "optional": field.optional, "unit": field.unit,
        "usual": field.usual,
    }  # fmt: skip
