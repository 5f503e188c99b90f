"""App room: a page of several sections, each a page of its own under a tab; only the one in view is computed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from htmltools import Tag, TagList, tags
from shiny import Inputs, Outputs, Session, module, reactive, req, ui

from app.first_view import at_first_view
from app.l10n import L10n
from app.pages.base import Page

WORD = "part"
"""The word of the address, and the id of the input, that say which section is in view."""
FIRST = "first"
"""What it says while the page's own content is in view."""
STEADY = ("l10n", "narrow")
"""What a page is given that is not a reactive."""
OWN = "own"
"""What a section names among its needs to be given the inputs of the page that it stands on."""


def tabbed(own: Page, first: str, *sections: Page) -> Page:
    """The page `own` with its content under the tab `first`, and further sections under theirs.

    The inputs of `own` keep their ids; those of a section stand under its name. The address keeps the words of all of
    them, and the tab in view as `part`. Without a section there is nothing to choose, and no tab. Raises ValueError
    when two of them claim one word of the address.
    """
    if not sections:
        return own

    def page_ui(name: str, *, l10n: L10n, asked: Mapping[str, str]) -> TagList:
        content: Tag | TagList = own.ui(name, l10n=l10n, asked=asked)
        return TagList(_tabs(name, l10n.say(first), content, sections=sections, l10n=l10n, asked=asked))

    def page_server(name: str, **given: Any) -> None:
        further = set(needs)
        common = {word: value for word, value in given.items() if word not in further}
        own.server(name, **common, **{need: given[need] for need in own.needs})
        _serve(name, sections=sections, common=common, given=given)

    needs = tuple(dict.fromkeys(need for page in (own, *sections) for need in page.needs if need != OWN))
    return replace(own, ui=page_ui, server=page_server, words=_words(own, sections), needs=needs)


def _words(own: Page, sections: tuple[Page, ...]) -> dict[str, str]:
    """The words of the address of a page with its sections; raises ValueError when two of them claim one."""
    words = {**own.words, WORD: WORD}
    for section in sections:
        if twice := words.keys() & section.words.keys():
            raise ValueError(f"the section {section.name} claims words of the address that are taken: {sorted(twice)}")
        words |= {word: f"{section.name}-{id}" for word, id in section.words.items()}
    return words


@module.ui
def _tabs(
    first: str, content: Tag | TagList, *, sections: tuple[Page, ...], l10n: L10n, asked: Mapping[str, str]
) -> Tag:
    panels = [ui.nav_panel(l10n.say(s.title), s.ui(s.name, l10n=l10n, asked=asked), value=s.name) for s in sections]
    names = [s.name for s in sections]
    chosen = asked.get(WORD, "")
    tabs = ui.navset_underline(
        ui.nav_panel(first, content, value=FIRST), *panels, id=WORD, selected=chosen if chosen in names else FIRST
    )
    return tags.div(tabs, class_="parts")


@module.server
def _serve(
    input: Inputs,
    output: Outputs,
    session: Session,
    *,
    sections: tuple[Page, ...],
    common: Mapping[str, Any],
    given: Mapping[str, Any],
) -> None:
    for section in sections:
        seen = _in_view(input, section.name, selection=common["selection"])
        awaited = {word: value if word in STEADY else _once(seen, value) for word, value in common.items()}
        more = {need: input if need == OWN else given[need] for need in section.needs}
        at_first_view(seen, partial(section.server, section.name, **awaited, **more))


def _in_view(input: Inputs, name: str, *, selection: Callable[[], Any]) -> Callable[[], bool]:
    """Whether a tab is in view, or what it showed last still holds: going back to it then computes nothing."""
    seen: reactive.Value[bool] = reactive.Value(False)

    @reactive.effect(priority=1)
    def _() -> None:
        if input[WORD]() == name:
            seen.set(True)

    @reactive.effect(priority=1)
    @reactive.event(selection)
    def _() -> None:
        seen.set(input[WORD]() == name)

    return seen


def _once(seen: Callable[[], bool], value: Callable[[], Any]) -> Callable[[], Any]:
    """A reactive that waits until its tab is in view."""

    def awaited() -> Any:
        req(seen())
        return value()

    return awaited
