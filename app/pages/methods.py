"""App room: the Methods page: each figure with its formula, its interval, its limits and its source."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from htmltools import TagList
from shiny import Inputs, Outputs, Session, module, reactive, render, ui

from app.components import method as parts
from app.components.controls import strip
from app.components.verdict import SHEET
from app.desk import Pin
from app.l10n import L10n
from app.pages.base import DATA, Page
from app.theme import Look
from app.views import methods as view
from app.words import mark
from data.counts import Selection
from monitoring.policy import Policy


@module.ui
def page_ui(*, l10n: L10n, asked: Mapping[str, str]) -> TagList:
    """The slots: what to look for, and the methods."""
    return TagList(
        SHEET,
        parts.SHEET,
        strip(ui.input_text("find", l10n.say("Find"), asked.get("find", ""), placeholder="AUC, ICV, PSI …")),
        ui.output_ui("listed"),
    )


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
    """Shows the methods that are looked for, and goes to the page of the one that is clicked."""

    @render.ui
    def listed() -> TagList:
        return methods(l10n, input.find(), go=session.ns("go"))

    @reactive.effect
    @reactive.event(input.go)
    def _() -> None:
        ui.update_navset("page", selected=input.go(), session=session.root_scope())


def methods(l10n: L10n, sought: str, *, go: str) -> TagList:
    """The contents and the methods, or what is said when there are none."""
    found = view.methods(l10n, sought)
    names = {
        "symbols": l10n.say("In words"),
        "interval": l10n.say("Interval"),
        "limits": l10n.say("Mind"),
        "source": l10n.say("Source"),
    }
    if not found:
        return TagList(view.nothing(l10n, sought))
    return TagList(
        parts.contents(view.jumps(found), label=l10n.say("Contents")),
        *(
            parts.group(
                l10n.say(title),
                *(parts.method(m, names=names, go=go, shown=l10n.say("Where it is shown")) for m in found[name]),
            )
            for name, title in view.GROUPS.items()
            if name in found
        ),
    )


PAGE = Page("methods", mark("Methods"), page_ui, page_server, words={"find": "find"}, menu=DATA)
