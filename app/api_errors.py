"""App room: what a client of the API is told when something is wrong: one body for all of it (RFC 9457)."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from app.api_json import JsonError
from data.case import CasesError, Problem
from data.contract import CarteraError

PROBLEM: Final = "application/problem+json"
LOG: Final = logging.getLogger(__name__)

_STATUS: Final = {"cases": 422, "source": 422, "champion": 409}
"""Status of an error by its code; 503 for whatever is not the client's doing."""


class ApiError(CarteraError):
    """What was asked cannot be answered: `status` is the HTTP status, the message says why."""

    def __init__(self, status: int, why: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(why)
        self.status, self.problems = status, tuple(problems)


def trouble(status: int, detail: str, problems: Sequence[Problem] = (), count: int = 0) -> Response:
    """The answer that says what is wrong; `count`: problems in all, of which some are listed."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "problem_count": count or len(problems),
        "problems": [{"row": p.row, "field": p.field, "value": shown(p.value), "rule": p.rule} for p in problems],
    }
    return Response(orjson.dumps(body, default=str), status, media_type=PROBLEM)


def shown(value: object) -> object:
    """A value as it is said back: what is long is cut."""
    if value is None or isinstance(value, bool | int | float):
        return value
    text = value if isinstance(value, str) else str(value)
    return text if len(text) <= 100 else text[:100] + "…"


def handle(app: FastAPI) -> None:
    """Let the application answer every error with `trouble`; nobody is shown a stack trace."""
    app.add_exception_handler(CarteraError, _ours)
    app.add_exception_handler(JsonError, lambda _, e: trouble(400, str(e)))
    app.add_exception_handler(RequestValidationError, _parameters)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _ours_to_blame)


def _ours(_: Request, error: Exception) -> Response:
    if isinstance(error, CasesError):
        return trouble(422, cases_in_words(error), error.problems, error.count)
    if isinstance(error, ApiError):
        return trouble(error.status, str(error), error.problems)
    return trouble(_STATUS.get(getattr(error, "code", ""), 503), str(error))


def cases_in_words(error: CasesError) -> str:
    """How many problems there are, and that nothing was scored."""
    listed = "" if error.count == len(error.problems) else f", of which the first {len(error.problems):,} are listed"
    return f"{error.count:,} problem(s){listed}; nothing was scored"


def _parameters(_: Request, error: Exception) -> Response:
    """Parameters of the address that are wrong, each with its rule."""
    assert isinstance(error, RequestValidationError)
    problems = [Problem(0, _place(e), e.get("input"), str(e["msg"])) for e in error.errors()]
    return trouble(422, "the address asks for something that cannot be", problems)


def _place(error: Mapping[str, Any]) -> str:
    return ".".join(str(part) for part in error["loc"][1:])


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    detail = str(error.detail)
    if error.status_code == HTTPStatus.NOT_FOUND:
        detail = f"there is nothing at {request.url.path}; /api/docs lists what there is"
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        detail = f"{request.method} cannot be sent to {request.url.path}"
    answer = trouble(error.status_code, detail)
    for name, value in (error.headers or {}).items():
        answer.headers[name] = value
    return answer


def _ours_to_blame(request: Request, error: Exception) -> Response:
    """A bug: the log gets where it stands, the client only that it happened. No value of a case reaches either."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else "unknown"
    LOG.error("%s in %s, at %s", type(error).__name__, request.method, where)
    return trouble(500, "something went wrong here; it was noted in the log of the server")
