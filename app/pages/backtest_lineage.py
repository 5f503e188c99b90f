"""App room: the section Lineage of the Backtest page: is the model that we serve the one that scored these rows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping

from htmltools import Tag, TagChild, TagList, tags
from shiny import Inputs, Outputs, Session, module, reactive, render, ui

from app import model_card
from app.charts.bars import bars
from app.components import card_list, cards, controls
from app.components.chart import chart_output, render_chart
from app.components.verdict import SHEET
from app.desk import Pin
from app.l10n import L10n
from app.pages.base import Page
from app.scorer import Scorer
from app.theme import Look
from app.views import lineage as view
from app.views import lineage_audit as audits
from app.views import lineage_figures as numbers
from app.views import lineage_guards as guards_view
from app.views import lineage_leakage as leakage
from app.words import mark
from data.audited import Audit
from data.counts import Selection
from data.store import Release
from monitoring.policy import Policy


@module.ui
def page_ui(*, l10n: L10n, asked: Mapping[str, str]) -> TagList:
    """The slots: the sentence, the small figures, the audit beside the model, guards and leakage."""
    return TagList(
        TagList(controls.SHEET, SHEET),
        controls.page(
            ui.output_ui("state"),
            ui.output_ui("said"),
            ui.output_ui("boxes"),
            tags.div(
                cards.finding_card(
                    "audit_head",
                    tags.div(
                        ui.input_task_button(
                            "audit",
                            l10n.say("Score again"),
                            label_busy=l10n.say("Scoring again…"),
                            type="outline-secondary",
                        ),
                        ui.output_ui("audited", fill=False),
                        class_="tool-row",
                    ),
                    ui.output_ui("faults"),
                    tags.h3(l10n.say("Guards"), class_="small-head"),
                    ui.output_ui("guards_head"),
                    ui.output_ui("guards"),
                    class_="as-tall",
                ),
                cards.finding_card(
                    "model_head",
                    tags.div(
                        ui.download_button("card_html", l10n.say("Model card"), class_="btn-primary"),
                        ui.download_button("card_pdf", l10n.say("PDF"), class_="btn-outline-secondary"),
                        class_="download-row",
                    ),
                    ui.output_ui("facts"),
                    class_="as-tall",
                ),
                class_="two-even free",
            ),
            tags.div(
                cards.finding_card("leak_head", chart_output("alone", label=l10n.say("AUC of one feature alone"))),
                cards.finding_card("ids_head", ui.output_ui("ids"), class_="as-tall"),
                class_="two-even",
            ),
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
    scorer: Scorer | None,
) -> None:
    """Connects the slots to views and charts."""

    @reactive.calc
    def found() -> numbers.Lineage:
        return numbers.lineage(pin().release)

    audit = _audit(input, pin=pin, scorer=scorer)

    @render.ui
    def state() -> TagChild:
        problem = view.state(l10n, found())
        return controls.page_state(problem) if problem else None

    @render.ui
    def said() -> Tag:
        return cards.insight(l10n.say("Lineage:"), view.sentence(l10n, found(), audit()), level=audits.level(audit()))

    @render.ui
    def boxes() -> Tag:
        return cards.value_boxes(view.boxes(l10n, found(), audit()))

    @render.ui
    def audit_head() -> Tag:
        return cards.headline(audits.headline(l10n, audit()))

    @render.ui
    def audited() -> TagChild:
        made = audit()
        if isinstance(made, Audit) and made.rows:
            return card_list.outcome(audits.counted(l10n, made), tone=audits.tone(made))
        return tags.span(audits.waiting(l10n, found(), scorer=scorer is not None), class_="muted")

    @render.ui
    def faults() -> TagList:
        return TagList(*(controls.caution(text, level="act") for text in audits.faults(l10n, audit())))

    @render.ui
    def guards_head() -> Tag:
        return tags.p(guards_view.headline(l10n, found()).title)

    @render.ui
    def guards() -> Tag:
        return card_list.conditions(guards_view.guards(l10n, found()))

    @render.ui
    def model_head() -> Tag:
        return cards.headline(view.headline(l10n, found()))

    @render.ui
    def facts() -> TagList:
        named = view.features(l10n, found())
        return TagList(
            card_list.facts(view.facts(l10n, found())),
            tags.p(view.code_note(l10n, found()), class_="muted"),
            card_list.folded(view.features_summary(l10n, found()), card_list.chips(named)) if named else None,
        )

    @render.ui
    def leak_head() -> Tag:
        return cards.headline(leakage.headline(l10n, found()))

    @render_chart
    def alone() -> dict:
        return bars(leakage.picture(l10n, found()), look())

    @render.ui
    def ids_head() -> Tag:
        return cards.headline(leakage.ids_headline(l10n, found()))

    @render.ui
    def ids() -> TagList:
        every = leakage.table(l10n, found())
        return TagList(
            card_list.conditions(leakage.conditions(l10n, found())),
            card_list.folded(every.caption, tags.div(cards.table(every), class_="worded")) if every else None,
        )

    @render.download_button(filename=lambda: model_card.file_name(found(), l10n, "html"))
    def card_html() -> Iterator[str]:
        yield model_card.as_html(found(), l10n, audit())

    @render.download_button(filename=lambda: model_card.file_name(found(), l10n, "pdf"))
    def card_pdf() -> Iterator[bytes]:
        yield model_card.as_pdf(found(), l10n, audit())


def _audit(
    input: Inputs, *, pin: Callable[[], Pin], scorer: Scorer | None
) -> Callable[[], Audit | numbers.Refused | None]:
    """The audit of the release on screen, made off the event loop when it is asked for; None before."""

    @ui.bind_task_button(button_id="audit")
    @reactive.extended_task
    async def scoring(scorer: Scorer, release: Release) -> Audit | numbers.Refused:
        return await asyncio.to_thread(numbers.audited, scorer, release)

    @reactive.effect
    @reactive.event(input.audit)
    def _() -> None:
        if scorer is not None:
            scoring(scorer, pin().release)

    @reactive.calc
    def audit() -> Audit | numbers.Refused | None:
        made = scoring.result() if scoring.status() == "success" else None
        return audits.of(made, pin().version)

    return audit


PAGE = Page("lineage", mark("Lineage"), page_ui, page_server, needs=("scorer",))
