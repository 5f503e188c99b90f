"""App room: what a page is: a name for the address, a title, what it looks like and what it does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from htmltools import Tag, TagList

from app.words import mark

DECIDE, DATA = "decide", "data"
MENUS: Final[Mapping[str, str]] = {DECIDE: mark("Decide"), DATA: mark("Model and data")}
"""The menus of the navigation bar after its pages, and what they are called."""


@dataclass(frozen=True)
class Page:
    """A page of the dashboard.

    `ui(name, l10n=, asked=)` builds it; `asked` holds what the address says of the page's own inputs.
    `server(name, l10n=, pin=, selection=, look=, policy=, narrow=)` brings it to life; every keyword but `l10n` and
    `narrow` is a reactive that waits until there is something to show. `narrow(dimension, *levels)` sets the filter
    bar; without levels it lifts that filter, or that of the "score". `words` maps a word of the address to the id of
    an input of the page, so that a link keeps it; `section-id` names one of a section. `needs` names further keywords
    of `server`: "scorer" (who scores cases; None where nobody does), "filters" (what the filter bar is set to, with a
    pinned segment spelt out; a reactive), "bar" (the same as it is set), "shelf" (the segments that readers pinned),
    "office" (the records of what people decide, and who reads), "own" (of a section: the inputs of the page that it
    stands on). `menu`: the menu of the bar that it stands in,
    one of MENUS; "" for the bar itself.
    """

    name: str
    title: str
    ui: Callable[..., Tag | TagList]
    server: Callable[..., None]
    words: Mapping[str, str] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    menu: str = ""
