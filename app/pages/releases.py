"""App room: the Releases page: versions, coverage and the model's card."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from htmltools import Tag, TagList, tags
from shiny import Inputs, Outputs, Session, module

from app.desk import Pin
from app.l10n import L10n
from app.pages.base import Page
from app.theme import Look
from app.words import mark
from data.counts import Selection
from monitoring.policy import Policy


@module.ui
def page_ui(*, l10n: L10n, asked: Mapping[str, str]) -> Tag | TagList:
    """The slots of the page."""
    return tags.p(l10n.say("Releases"), class_="visually-hidden")


@module.server
def page_server(
    input: Inputs,
    output: Outputs,
    session: Session,
    *,
    l10n: L10n,
    pin: Callable[[], Pin],
    selection: Callable[[], Selection],
    look: Callable[[], Look],
    policy: Callable[[], Policy],
    narrow: Callable[..., None],
) -> None:
    """Connects the slots to views and charts."""


PAGE = Page("releases", mark("Releases"), page_ui, page_server)
