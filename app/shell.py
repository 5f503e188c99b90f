"""App room: the shell: navigation, the one filter bar, the one selection, and where errors become words."""

from __future__ import annotations

from shiny import App, Inputs, Outputs, Session, reactive
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import HTTPConnection, Request

from app.api import ModelScorer, make_api
from app.api_door import ApiDoor
from app.assets import CacheHeaders
from app.desk import Desk
from app.follow import watch
from app.frame import l10n_of, page
from app.office import Office, reader_of, watch_records
from app.selection import words_of
from app.session import serve
from app.settings import Settings
from app.shelf import arriving, known_name
from app.words import pick
from data.records import Records


def make_app(desk: Desk, settings: Settings) -> App:
    """The dashboard over what a desk opens, and beside it the API where the settings want one."""
    newest = watch(desk, settings.poll_seconds)
    records = Records(settings.records_place)
    news = watch_records(records, settings.poll_seconds)
    scorer = ModelScorer(settings.models) if settings.api else None

    def shown_to(reader: HTTPConnection, query: str) -> str:
        return arriving(query, known_name(reader_of(reader.headers, settings.user_header), reader), records)

    def ui(request: Request):  # type: ignore[no-untyped-def]
        query = shown_to(request, str(request.url.query))
        return page(desk, language=language_of(query, request.headers.get("accept-language"), settings), query=query)

    def server(input: Inputs, output: Outputs, session: Session) -> None:  # noqa: ARG001
        connection: HTTPConnection = session.root_scope().http_conn  # type: ignore[attr-defined]
        query, headers = shown_to(connection, address_of(session)), connection.headers
        l10n = l10n_of(desk, language_of(query, headers.get("accept-language"), settings))
        office = Office(records, news, reader_of(headers, settings.user_header))
        serve(
            input, session, desk=desk, newest=newest, settings=settings, l10n=l10n, address=query, scorer=scorer,
            office=office,
        )  # fmt: skip

    app = App(ui, server)
    if scorer is not None:
        api = make_api(desk, settings, scorer)
        app.starlette_app.add_middleware(ApiDoor, api=api, earlier=settings.compat)
    app.starlette_app.add_middleware(CacheHeaders)
    app.starlette_app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=6)
    return app


def address_of(session: Session) -> str:
    """The query of the address that the reader came by; "" while the client has not said it."""
    with reactive.isolate():
        known = ".clientdata_url_search" in session.root_scope().input
        return session.clientdata.url_search() if known else ""


def language_of(query: str, accepted: str | None, settings: Settings) -> str:
    """The language of a reader: the address says, then the settings, then the browser."""
    return pick(words_of(query, ("lang",)).get("lang"), settings.language, accepted)
