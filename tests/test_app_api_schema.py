"""The OpenAPI document is true: whatever it allows is answered without a server error, in the shapes that it states."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from made_client import Client
from made_model import CASE_OF_TABLE, made_store
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Client:
    return Client(made_store(tmp_path_factory.mktemp("schema") / "store", rows=120).folder)


@pytest.fixture(scope="module")
def document(client: Client) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_asgi("/api/openapi.json", client.app)


OPERATIONS = (
    "POST /api/v1/predict", "POST /predict", "POST /api/v1/score/file", "GET /api/v1/score/{obligation}",
    "GET /api/v1/kpi", "GET /api/v1/fields", "GET /api/v1/health", "GET /api/v1/model", "GET /api/v1/releases",
)  # fmt: skip


def test_every_operation_is_tried(client: Client) -> None:
    paths = client.get("/api/openapi.json").json()["paths"]
    assert {f"{method.upper()} {path}" for path, told in paths.items() for method in told} == set(OPERATIONS)


PLAIN = OPERATIONS[5:]
"""They take nothing, so nothing can be wrong with it."""
VALID, WRONG = schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE


@pytest.mark.parametrize(
    ("operation", "mode"), [*((o, VALID) for o in OPERATIONS), *((o, WRONG) for o in OPERATIONS if o not in PLAIN)]
)
def test_whatever_is_sent_is_answered_as_the_document_states(
    document: schemathesis.BaseSchema, operation: str, mode: schemathesis.GenerationMode
) -> None:
    method, path = operation.split()
    asked = document[path][method]

    @settings(max_examples=20, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(case=asked.as_strategy(generation_mode=mode))
    def try_it(case: schemathesis.Case) -> None:
        case.call_and_validate(checks=CHECKS)

    try_it()


def test_the_document_states_the_fields_of_the_promoted_model(client: Client) -> None:
    case = client.get("/api/openapi.json").json()["components"]["schemas"]["Case"]
    assert case["required"] == list(CASE_OF_TABLE)
    assert case["additionalProperties"] is False
    assert case["properties"]["income"]["type"] == ["number", "null"]
    assert case["properties"]["kind"] == {"type": "string", "enum": ["loan", "card"], "examples": ["loan"]}


def test_the_document_stands_without_a_release_too(tmp_path: Path) -> None:
    spec = Client(tmp_path / "none").get("/api/openapi.json").json()
    assert spec["components"]["schemas"]["Case"]["type"] == "object"
    assert "/api/v1/predict" in spec["paths"]


def test_the_page_of_the_documentation_asks_no_other_machine(client: Client) -> None:
    page = client.get("/api/docs")
    assert "swagger-ui" in page.text
    assert not re.search(r"""(src|href|url)\s*[=:]\s*["'](https?:)?//""", page.text)
    for name in re.findall(r'(?:src|href)="([^"]+)"', page.text):
        file = client.get(f"/api/{name}")
        assert (file.status_code, len(file.content) > 100) == (200, True), name
    assert client.get("/api/docs/other.js").status_code == 404
