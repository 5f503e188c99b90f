"""App room: one reader's session: follows the store, reads the filter bar, writes the address, serves the pages."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from htmltools import Tag, TagList
from shiny import Inputs, Session, reactive, render, req

from app import bar
from app.announce import announce
from app.components import cards
from app.components import filters as controls
from app.components.header import header
from app.desk import Desk, Pin, Trouble
from app.first_view import at_first_view
from app.follow import Seen, follow
from app.frame import page_words
from app.l10n import L10n
from app.office import Office
from app.pages import PAGES
from app.pages.export import export_server
from app.pages.views_menu import views_server
from app.scorer import Scorer
from app.selection import Filters, to_query, to_selection, within
from app.settings import Settings
from app.shelf import Shelf, levels_of, shelf
from app.theme import Look
from app.views import header as header_view
from app.views import pinned as pinned_view
from app.views import saved_views, states
from app.views.header import Chip
from data.counts import Selection, Tally
from monitoring.policy import Policy

SECONDS_PER_MINUTE = 60


def serve(
    input: Inputs,
    session: Session,
    *,
    desk: Desk,
    newest: Callable[[], str | Trouble],
    settings: Settings,
    l10n: L10n,
    address: str,
    scorer: Scorer | None,
    office: Office,
) -> None:
    """Everything that one session needs, from the store to the pages."""

    def changed(before: Seen, after: Seen) -> None:
        with reactive.isolate():
            announce(before, after, address=address, input=input, session=session, l10n=l10n)

    seen, opening = follow(desk, newest, on_change=changed)

    @reactive.calc
    def pin() -> Pin:
        current = seen()
        req(isinstance(current, Pin) and bar.has_bar(input))
        return current  # type: ignore[return-value]

    @reactive.calc
    def filters() -> Filters:
        return bar.read(input, pin().extent)

    def show(wanted: Filters) -> None:
        bar.write(wanted, extent=pin().extent, session=session)

    saved = shelf(office, filters=filters, show=show)

    @reactive.calc
    def spelt() -> Filters:
        return within(filters(), levels_of(filters(), saved.segments()), extent=pin().extent)

    @reactive.calc
    def asked() -> Selection:
        return to_selection(spelt(), months=pin().counts.months, edges=pin().counts.edges)

    @reactive.calc
    def by_month() -> Tally:
        return pin().counts.totals(asked(), by=("month",))

    @reactive.calc
    def selection() -> Selection:
        req(header_view.rows(by_month()))
        return asked()

    @reactive.calc
    def look() -> Look:
        return Look(dark=input.mode() == "dark", separators=l10n.separators)

    @reactive.calc
    def policy() -> Policy:
        return of_the_bank(pin().policy, settings)

    def narrow(dimension: str, *levels: str) -> None:
        wanted = filters().only(dimension, *levels) if levels else filters().without(dimension)
        show(wanted)

    further = {"scorer": scorer, "filters": spelt, "bar": filters, "office": office, "shelf": saved}
    given = {"l10n": l10n, "pin": pin, "selection": selection, "look": look, "policy": policy, "narrow": narrow}
    for page in PAGES:
        more = {name: further[name] for name in page.needs}
        at_first_view(partial(_in_view, input, page.name), partial(page.server, page.name, **given, **more))

    export_server(l10n=l10n, pin=pin, selection=selection, filters=spelt, policy=policy)
    _header(input, l10n=l10n, pin=pin, filters=filters, by_month=by_month, saved=saved)
    _state(settings, l10n=l10n, seen=seen, opening=opening, by_month=by_month, filters=filters, saved=saved)
    _offer_segments(session, l10n=l10n, saved=saved)
    _controls(input, session, pin=pin, filters=filters)
    query = _address(input, session, l10n=l10n, filters=filters)
    places = saved_views.Places({page.name: page.title for page in PAGES}, page_words())
    views_server("views", l10n=l10n, pin=pin, bar=filters, spelt=spelt, query=query, places=places, shelf=saved)


def _in_view(input: Inputs, name: str) -> bool:
    return input.page() == name


def of_the_bank(policy: Policy, settings: Settings) -> Policy:
    """The policy of a release, with the target and the limit of the bank where the settings give them."""
    target, limit = settings.icv_target, settings.icv_limit
    return replace(
        policy,
        icv_target=target if math.isfinite(target) else policy.icv_target,
        icv_appetite=limit if math.isfinite(limit) else policy.icv_appetite,
    )


def _header(
    input: Inputs,
    *,
    l10n: L10n,
    pin: Callable[[], Pin],
    filters: Callable[[], Filters],
    by_month: Callable[[], Tally],
    saved: Shelf,
) -> None:
    titles = {page.name: page.title for page in PAGES}

    @reactive.calc
    def now() -> dt.datetime:
        reactive.invalidate_later(SECONDS_PER_MINUTE)
        return dt.datetime.now(dt.UTC)

    @reactive.calc
    def segment() -> Chip | None:
        return pinned_view.chip(l10n, filters().pinned, saved.segments(), pin())

    @render.ui
    def scope() -> Tag:
        return header(
            l10n.say(titles[input.page()]),
            scope=header_view.scope(l10n, pin(), by_month()),
            chips=header_view.chips(l10n, filters(), dimensions=pin().document("dimensions"), segment=segment()),
            badge=header_view.badge(l10n, pin(), totals=by_month(), now=now()),
            lift=l10n.say("Lift this filter"),
        )


def _state(
    settings: Settings,
    *,
    l10n: L10n,
    seen: Callable[[], Seen],
    opening: Callable[[], bool],
    by_month: Callable[[], Tally],
    filters: Callable[[], Filters],
    saved: Shelf,
) -> None:
    @render.ui
    def state() -> TagList:
        current = seen()
        if isinstance(current, Trouble):
            return TagList(cards.state_card(states.trouble(l10n, current)))
        if current is None:
            waiting = states.loading(l10n) if opening() else states.no_release(l10n, settings.store)
            return TagList(cards.state_card(waiting))
        if header_view.rows(by_month()):
            return TagList()
        without = pinned_view.state(l10n, filters().pinned, saved.segments(), current)
        return TagList(cards.state_card(without or states.empty(l10n), action_id="clear_empty"))


def _offer_segments(session: Session, *, l10n: L10n, saved: Shelf) -> None:
    """Keeps the pinned segments among the choices of the filter bar. What is chosen there stays, be it among them or
    not: the browser sees to it, for what the server knows of a choice may be a moment old."""

    @reactive.effect
    async def _() -> None:
        choices = list(controls.pinned_choices(l10n, tuple(saved.segments())).items())
        await session.send_custom_message("cartera-choices", {"id": controls.PINNED, "choices": choices})


def _controls(input: Inputs, session: Session, *, pin: Callable[[], Pin], filters: Callable[[], Filters]) -> None:
    """Clearing the filters, and lifting one of them."""

    @reactive.effect
    @reactive.event(input[controls.CLEAR], input.clear_empty)
    def _() -> None:
        bar.write(Filters(), extent=pin().extent, session=session)

    @reactive.effect
    @reactive.event(input.f_lift)
    def _() -> None:
        bar.write(filters().without(input.f_lift()), extent=pin().extent, session=session)


def _address(input: Inputs, session: Session, *, l10n: L10n, filters: Callable[[], Filters]) -> Callable[[], str]:
    """Keeps the address of the page in step with what is seen, so that it can be shared; its query, a reactive."""

    @reactive.calc
    def words() -> dict[str, str]:
        current = next(page for page in PAGES if page.name == input.page())
        found = {word: _within(session, f"{current.name}-{id}") for word, id in current.words.items()}
        return {word: str(own[id]()) for word, (own, id) in found.items() if id in own}

    @reactive.calc
    def query() -> str:
        return to_query(filters(), lang=l10n.language, page=input.page(), **words())

    @reactive.effect
    async def _() -> None:
        await session.send_custom_message("cartera-address", {"query": query()})

    return query


def _within(session: Session, path: str) -> tuple[Inputs, str]:
    """The inputs of the page or section that an id with its path, `page-section-id`, stands in; and the id there."""
    *scopes, id = path.split("-")
    for scope in scopes:
        session = session.make_scope(scope)
    return session.input, id
