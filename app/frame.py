"""App room: the page frame as it is first sent: navigation bar, filter bar, the slots of every page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from faicons import icon_svg
from htmltools import Tag, TagList, tags
from shiny import ui
from shiny.ui._navs import NavPanel

from app.assets import head, logo
from app.components.filters import filter_bar
from app.desk import Desk, Trouble
from app.l10n import L10n
from app.pages import PAGES
from app.pages.base import MENUS
from app.pages.export import export_menu
from app.pages.views_menu import views_menu
from app.selection import PINNED, Extent, Filters, from_query, to_query, words_of
from app.words import LANGUAGES
from data.contract import CarteraError

BRAND = "Cartera"


def page(desk: Desk, *, language: str, query: str) -> Tag:
    """The whole page for one request, with the filters that its address asks for."""
    l10n = l10n_of(desk, language)
    extent, document = extent_of(desk)
    filters = from_query(query, extent=extent)[0] if extent else Filters()
    filters = replace(filters, pinned=words_of(query, (PINNED,)).get(PINNED, ""))
    chosen = words_of(query, ("page",)).get("page")
    asked = words_of(query, page_words())

    def panels(menu: str) -> list[NavPanel]:
        some = [p for p in PAGES if p.menu == menu]
        return [ui.nav_panel(l10n.say(p.title), p.ui(p.name, l10n=l10n, asked=asked), value=p.name) for p in some]

    return ui.page_navbar(
        *panels(""),
        *(ui.nav_menu(l10n.say(title), *panels(menu)) for menu, title in MENUS.items()),
        ui.nav_spacer(),
        ui.nav_control(_languages(language)),
        ui.nav_control(_share(l10n)),
        ui.nav_control(views_menu("views", l10n)),
        ui.nav_control(export_menu(l10n)),
        ui.nav_control(ui.input_dark_mode(id="mode", aria_label=l10n.say("Dark or light"))),
        title=TagList(_skip_link(l10n), logo(), tags.span(BRAND)),
        id="page",
        selected=chosen if chosen in [p.name for p in PAGES] else None,
        sidebar=filter_bar(l10n, extent, filters=filters, document=document),
        header=TagList(
            head(), _labels(l10n), ui.busy_indicators.use(spinners=False, pulse=True, fade=False), _header()
        ),
        navbar_options=ui.navbar_options(theme="dark", underline=True),
        window_title=BRAND,
        lang=language,
        fillable=False,
    )


def page_words() -> list[str]:
    """The words of the address that belong to pages."""
    return [word for p in PAGES for word in p.words]


def extent_of(desk: Desk) -> tuple[Extent | None, Mapping[str, Any]]:
    """What can be selected in the newest release, and its document `dimensions`; None when none can be read.

    A release that is not open yet is described by its documents: the page need not wait for its counts.
    """
    version = desk.newest()
    if isinstance(version, Trouble) or not version:
        return None, {}
    pin = desk.ready(version)
    try:
        release = pin.release if pin else desk.store.read(version)
        document = release.document("dimensions")
        months = tuple(sorted(int(part.name) for part in release.parts("rows")))
    except (CarteraError, OSError):
        return None, {}
    return pin.extent if pin else Extent(months, {k: tuple(v["levels"]) for k, v in document.items()}), document


def l10n_of(desk: Desk, language: str) -> L10n:
    """Words and numbers for the newest release: its currency (pesos while there is none), and whether it has dates."""
    version = desk.newest()
    try:
        meaning = desk.store.read(version).document("meaning") if isinstance(version, str) and version else {}
    except (CarteraError, OSError):
        meaning = {}
    return L10n(language, meaning.get("currency", "COP"), dated=meaning.get("dated", True))


def _header() -> TagList:
    return TagList(ui.output_ui("scope"), ui.output_ui("state"))


def _skip_link(l10n: L10n) -> Tag:
    return tags.a(l10n.say("Skip to the figures"), href="#figures", class_="skip-link")


def _languages(language: str) -> Tag:
    """Links that show the same view in another language."""
    links = [
        tags.a(
            code.upper(),
            href="?" + to_query(Filters(), lang=code),
            lang=code,
            hreflang=code,
            title=name,
            aria_current="true" if code == language else None,
            data_lang=code,
        )
        for code, name in LANGUAGES.items()
    ]
    return tags.span(*links, class_="languages")


def _share(l10n: L10n) -> Tag:
    return tags.button(
        icon_svg("link"),
        type="button",
        id="share",
        class_="icon-button",
        title=l10n.say("Copy link to this view"),
        aria_label=l10n.say("Copy link to this view"),
        data_done=l10n.say("Link copied"),
    )


def _labels(l10n: L10n) -> Tag:
    """Words that the script of the page needs."""
    return tags.div(
        id="labels",
        hidden="",
        data_filters=l10n.say("Filters"),
        data_menu=l10n.say("Menu"),
        data_lost=l10n.say("The connection was lost"),
        data_again=l10n.say("Reload"),
    )
