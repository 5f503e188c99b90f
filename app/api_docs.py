"""App room: the documentation of the API, made from its routes and served with every file from this machine."""

from __future__ import annotations

import math
from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

import orjson
from fastapi import FastAPI, Response
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.openapi.utils import get_openapi
from starlette.responses import FileResponse, HTMLResponse

from app.api_errors import PROBLEM, ApiError
from app.api_service import Service
from app.api_shapes import ProblemLine, Trouble
from app.assets import WWW, package_folder
from data.case import CaseField
from data.contract import CarteraError

DOCS: Final = "/api/docs"
SPEC: Final = "/api/openapi.json"
FILES: Final = {"swagger-ui-bundle.js": "text/javascript", "swagger-ui.css": "text/css"}
ERRORS: Final = (400, 404, 409, 413, 422, 503)
ABOUT: Final = """\
Scores for new cases, stored scores, and the figures of the dashboard. The model that answers is the promoted one of the
newest release; its hash and the release stand in every answer. What is wrong is said all at once, as
`application/problem+json`, and then nothing is scored.

The addresses of earlier systems (`/prediccion`, `/modelo/…`) are served only where the setting CARTERA_COMPAT is 1:
they carry personal data in the address, which ends up in logs and histories. `POST /api/v1/predict` replaces them.
"""
_KINDS: Final = {"number": "number", "whole": "integer", "text": "string", "date": "string"}


def document(app: FastAPI, service: Service) -> None:
    """Add the documentation, and the specification that it shows."""
    app.openapi = lambda: specification(app, service)  # type: ignore[method-assign]

    @app.get(SPEC, include_in_schema=False)
    def spec() -> Response:
        return Response(orjson.dumps(app.openapi()), media_type="application/json")

    @app.get(DOCS, include_in_schema=False)
    def docs() -> HTMLResponse:
        return get_swagger_ui_html(
            openapi_url="openapi.json",
            title="Cartera API",
            swagger_js_url="docs/swagger-ui-bundle.js",
            swagger_css_url="docs/swagger-ui.css",
            swagger_favicon_url="docs/icon.svg",
            swagger_ui_parameters={"validatorUrl": None, "tryItOutEnabled": True, "defaultModelsExpandDepth": 0},
        )

    @app.get(DOCS + "/{name}", include_in_schema=False)
    def file(name: str) -> Response:
        if name == "icon.svg":
            return FileResponse(WWW / name, media_type="image/svg+xml")
        if name not in FILES:
            raise ApiError(404, f"there is no file {name} here")
        return FileResponse(Path(package_folder("fastapi_offline", "static")) / name, media_type=FILES[name])


def specification(app: FastAPI, service: Service) -> dict[str, Any]:
    """The OpenAPI document, whose case has the fields of the promoted model where there is one."""
    spec = get_openapi(title="Cartera", version="1", description=ABOUT, routes=app.routes)
    schemas = spec.setdefault("components", {}).setdefault("schemas", {})
    for shape in (Trouble, ProblemLine):
        made = shape.model_json_schema(ref_template="#/components/schemas/{model}")
        made.pop("$defs", None)
        schemas[shape.__name__] = made
    schemas["Case"] = case_schema(_fields(service))
    told = {"content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Trouble"}}}}
    for operations in spec["paths"].values():
        for operation in operations.values():
            for status in ERRORS:
                known = operation["responses"].get(str(status), {})
                own = known if PROBLEM not in str(known) and status not in (422,) else {}
                operation["responses"][str(status)] = {"description": HTTPStatus(status).phrase, **told, **own}
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    return spec


def _fields(service: Service) -> Sequence[CaseField]:
    try:
        return service.model().fields
    except CarteraError:
        return ()


def case_schema(fields: Sequence[CaseField]) -> dict[str, Any]:
    """The JSON schema of a case; any object where the fields are not known yet."""
    about = "One case. GET /api/v1/fields has the same with names for people."
    if not fields:
        return {"type": "object", "title": "Case", "description": about}
    return {
        "type": "object",
        "title": "Case",
        "description": about,
        "properties": {f.name: field_schema(f) for f in fields},
        "required": [f.name for f in fields if not f.optional],
        "additionalProperties": False,
    }


def field_schema(field: CaseField) -> dict[str, Any]:
    """The JSON schema of one field."""
    null = field.missing or field.optional
    kind = _KINDS[field.kind]
    out: dict[str, Any] = {"type": [kind, "null"] if null else kind}
    if field.kind == "date":
        out["format"] = "date"
    if field.levels:
        out["enum"] = [*field.levels, *([None] if null else [])]
    for word, bound in (("minimum", field.low), ("maximum", field.high)):
        if math.isfinite(bound):
            out[word] = bound
    about = ", ".join(text for text in (field.label.get("en", ""), field.unit) if text)
    usual = {"examples": [field.usual]} if field.usual is not None else {}
    return out | ({"description": about} if about else {}) | usual
