"""App room: a page of several sections, each a page of its own under a tab; only the one in view is computed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from htmltools import Tag, TagList
from shiny import Inputs, Outputs, Session, module, ui
from shiny.ui._navs import NavSet

from app.l10n import L10n
from app.pages.base import Page

WORD = "part"
"""The word of the address, and the id of the input, that say which section is in view."""


def tabbed(own: Page, first: str, *sections: Page) -> Page:
    """The page `own` with its content under the tab `first`, and further sections under theirs.

    The inputs of `own` keep their ids; those of a section stand under its name. The address keeps the words of all of
    them, and the tab in view as `part`.
    """

    def page_ui(name: str, *, l10n: L10n, asked: Mapping[str, str]) -> TagList:
        content: Tag | TagList = own.ui(name, l10n=l10n, asked=asked)
        return TagList(_tabs(name, l10n.say(first), content, sections=sections, l10n=l10n, asked=asked))

    def page_server(name: str, **given: Any) -> None:
        further = {need for page in (own, *sections) for need in page.needs}
        common = {word: value for word, value in given.items() if word not in further}
        own.server(name, **common, **{need: given[need] for need in own.needs})
        _serve(name, sections=sections, common=common, given=given)

    words = {word: f"{s.name}-{id}" for s in sections for word, id in s.words.items()}
    needs = tuple(dict.fromkeys(need for page in (own, *sections) for need in page.needs))
    return replace(own, ui=page_ui, server=page_server, words={**own.words, WORD: WORD, **words}, needs=needs)


@module.ui
def _tabs(
    first: str, content: Tag | TagList, *, sections: tuple[Page, ...], l10n: L10n, asked: Mapping[str, str]
) -> NavSet:
    panels = [ui.nav_panel(l10n.say(s.title), s.ui(s.name, l10n=l10n, asked=asked), value=s.name) for s in sections]
    names = [s.name for s in sections]
    chosen = asked.get(WORD, "")
    return ui.navset_underline(
        ui.nav_panel(first, content, value="first"), *panels, id=WORD, selected=chosen if chosen in names else "first"
    )


@module.server
def _serve(
    input: Inputs,
    output: Outputs,
    session: Session,
    *,
    sections: tuple[Page, ...],
    common: Mapping[str, Callable[..., Any]],
    given: Mapping[str, Any],
) -> None:
    for section in sections:
        section.server(section.name, **common, **{need: given[need] for need in section.needs})
