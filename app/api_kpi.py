"""App room: GET kpi: the figures of a page of the dashboard under the selection that its address says."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response

from app import api_shapes as shapes
from app.api_errors import ApiError
from app.api_service import Service
from app.api_store import answer
from app.frame import page_words
from app.selection import Filters, Ignored, from_query, to_query, to_selection, words_of
from app.session import of_the_bank
from app.views.kpi_pages import PageName, figures_of
from data.case import Problem

_ABOUT: Final = "any dimension of the release, e.g. product=card&region=SUR; repeat a word for more than one level"
_FILTERS: Final[dict[str, Any]] = {
    "parameters": [
        {
            "name": "filters", "in": "query", "required": False, "style": "form", "explode": True,
            "description": _ABOUT, "schema": {"type": "object", "additionalProperties": {"type": "string"}},
        }
    ]
}  # fmt: skip
Word = Annotated[str | None, Query()]


def router(service: Service) -> APIRouter:
    """The route of the figures."""
    routes = APIRouter(tags=["Figures"])

    @routes.get("/api/v1/kpi", response_model=shapes.Kpi, openapi_extra=_FILTERS)
    def figures(
        request: Request,
        page: Annotated[PageName, Query(description="page of the dashboard whose figures are wanted")] = "pulse",
        first: Annotated[str | None, Query(alias="from", description="first month, YYYYMM")] = None,  # noqa: ARG001
        last: Annotated[str | None, Query(alias="to", description="last month, YYYYMM")] = None,  # noqa: ARG001
        score: Annotated[str | None, Query(description="score band in percent, e.g. 35-60")] = None,  # noqa: ARG001
        cut: Annotated[float | None, Query(description="threshold of false_positives in percent", ge=0, le=100)] = None,
    ) -> Response:
        """The figures that a page shows, with interval, n, maturity and month; null with the reason where one cannot be
        known. The words of the address are those of the dashboard: a link to a view can be asked for as it is.
        """
        return answer(body(service, request.url.query, page, cut))

    return routes


def body(service: Service, query: str, page: PageName, cut: float | None) -> dict[str, Any]:
    """The figures of a page and what they were made with. Raises ApiError for words that say nothing here."""
    pin = service.pin()
    filters, ignored = from_query(query, extent=pin.extent, known=page_words())
    if ignored:
        raise ApiError(422, "the selection names what this release does not have", [_problem(i) for i in ignored])
    selection = to_selection(filters, months=pin.counts.months, edges=pin.counts.edges)
    policy = of_the_bank(pin.policy, service.settings)
    found = figures_of(pin, selection, page=page, cut=cut, policy=policy)
    first, last = selection.months or (pin.counts.months[0], pin.counts.months[-1])
    return {
        "release": pin.version, "published_at": pin.published_at, "page": page, "first_month": first,
        "last_month": last, "selection": said(filters, query), "currency": pin.meaning.get("currency", "COP"),
        "figures": [asdict(f) for f in found],
    }  # fmt: skip


def said(filters: Filters, query: str) -> str:
    """The selection as an address of the dashboard says it."""
    return to_query(filters, **words_of(query, ("page",)))


def _problem(ignored: Ignored) -> Problem:
    return Problem(0, ignored.word, ignored.value, "is no filter, level or month of this release")
