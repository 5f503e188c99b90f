"""App room: the section Equal treatment of the False positives page: the same rates by gender, age and region."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from htmltools import Tag, TagChild, TagList
from shiny import Inputs, Outputs, Session, module, reactive, render, ui

from app.components import cards, controls
from app.components.verdict import SHEET
from app.desk import Pin
from app.l10n import L10n
from app.pages.base import Page
from app.theme import Look
from app.views import choices
from app.views import equal_treatment as view
from app.views import equal_treatment_figures as numbers
from app.views import threshold_dial as dials
from app.words import mark
from data.counts import Selection
from monitoring.policy import Policy


@module.ui
def page_ui(*, l10n: L10n, asked: Mapping[str, str]) -> TagList:
    """The slots: the rate to compare, what stands out, what the model reads, and a table for each dimension."""
    return TagList(
        SHEET,
        controls.strip(ui.output_ui("rate_choice")),
        controls.page(
            ui.output_ui("state"),
            ui.output_ui("said"),
            ui.output_ui("tables"),
            ui.output_ui("watched"),
        ),
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
    own: Inputs,
) -> None:
    """Connects the slots to views; the threshold is that of the page's first tab."""

    @reactive.calc
    def page() -> numbers.Sheet:
        return numbers.sheet(pin(), selection(), dials.resolve(pin(), own.threshold()), policy=policy())

    @reactive.calc
    def rate() -> str:
        return choices.kept_or_first(view.choices(l10n, page()), input.rate() if "rate" in input else "")

    @render.ui
    def rate_choice() -> TagChild:
        return controls.segmented("rate", l10n.say("Compare"), view.choices(l10n, page()))

    @render.ui
    def state() -> TagChild:
        problem = view.state(l10n, page())
        return controls.page_state(problem) if problem else None

    @render.ui
    def said() -> Tag:
        return cards.insight(l10n.say("Treated alike?"), view.insight(l10n, page()))

    @render.ui
    def tables() -> TagList:
        return TagList(
            *(
                cards.settled_card(
                    view.headline(l10n, page(), name, rate()),
                    cards.table(view.table(l10n, page(), name, rate())),
                    class_="as-tall",
                )
                for name in page().tables
            )
        )

    @render.ui
    def watched() -> Tag:
        return cards.insight(l10n.say("What the model reads:"), view.watched(l10n, page()))


PAGE = Page("equal_treatment", mark("Equal treatment"), page_ui, page_server, needs=("own",))
