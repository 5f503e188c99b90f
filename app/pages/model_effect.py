"""App room: the Model effect page: what the randomised arms say about the overdue ratio, or a plain refusal."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from htmltools import Tag, TagChild, TagList, tags
from shiny import Inputs, Outputs, Session, module, reactive, render, ui

from app.charts.effect import effect
from app.charts.trend import trend
from app.components import cards, controls
from app.components.chart import chart_output, render_chart
from app.components.verdict import SHEET, Verdict, badge, verdict
from app.desk import Pin
from app.l10n import L10n
from app.pages import effect_adjusted, effect_groups, effect_options, effect_uplift
from app.pages.base import Page
from app.pages.model_effect_work import arms_server, planner_server
from app.pages.tabs import tabbed
from app.theme import Look
from app.views import choices, effect_plan, effect_return
from app.views import model_effect as view
from app.words import mark
from data.counts import Selection
from monitoring.policy import Policy


@module.ui
def page_ui(*, l10n: L10n, asked: Mapping[str, str]) -> TagList:
    """The slots: the grade with its conclusion, the figures, the effect and the arms by month, what the arms came to,
    in all and by segment, what it cost, and the planner of a test."""
    split = asked.get("split", "")
    return TagList(
        controls.SHEET,
        SHEET,
        controls.page(
            ui.output_ui("state"),
            ui.output_ui("said"),
            ui.output_ui("boxes"),
            tags.div(
                cards.finding_card(
                    "effect_head", chart_output("effect_chart", label=l10n.say("Difference of the arms by month"))
                ),
                cards.finding_card(
                    "arms_head", chart_output("arms_chart", label=l10n.say("Overdue ratio of each arm by month"))
                ),
                class_="two-even arms-only",
            ),
            cards.finding_card("outcomes_head", ui.output_ui("outcomes"), class_="outcomes arms-only"),
            tags.div(
                cards.finding_card(
                    "forest_head",
                    tags.div(
                        ui.input_select("split", l10n.say("Segment by"), choices.at_first(l10n, split), selected=split),
                        ui.output_ui("outcome_choice"),
                        class_="tool-row",
                    ),
                    chart_output("forest_chart", label=l10n.say("Difference of the arms by segment")),
                    footer=l10n.say("A click filters every page by the segment."),
                    class_="with-forest",
                ),
                cards.finding_card(
                    "return_head",
                    controls.segmented("cure", l10n.say("Payments"), effect_return.cure_choices(l10n)),
                    ui.output_ui("returns"),
                ),
                class_="two-even arms-only",
            ),
            cards.finding_card(
                "plan_head",
                controls.strip(
                    ui.input_text(
                        "base", l10n.say("Base rate, %"), asked.get("base", ""), placeholder=l10n.say("of the data")
                    ),
                    ui.input_text("wish", l10n.say("Effect to see, pp"), asked.get("wish", effect_plan.EFFECT)),
                    ui.input_slider(
                        "left_out",
                        l10n.say("Left out at random"),
                        5,
                        50,
                        effect_plan.CONTROL,
                        step=5,
                        post="%",
                        ticks=False,
                    ),
                    ui.input_select("chance", l10n.say("Power"), effect_plan.POWERS),
                ),
                ui.output_ui("plan"),
                class_="plan",
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
) -> None:
    """Connects the slots to views and charts."""

    @reactive.calc
    def figures() -> view.Figures:
        return view.figures(pin(), selection(), policy=policy())

    @render.ui
    def state() -> TagChild:
        problem = view.state(l10n, figures())
        return controls.page_state(problem, action_id=session.ns("lift")) if problem else None

    lifting: reactive.Value[bool] = reactive.Value(False)

    @reactive.effect
    @reactive.event(input.lift)
    def _() -> None:
        lifting.set(True)

    @reactive.effect
    def _() -> None:
        """Lifts one filter after the other: the next when the one before it has left the selection."""
        barred = figures().barred
        if lifting() and barred:
            narrow(barred[0])
        elif lifting():
            lifting.set(False)

    @reactive.calc
    def concluded() -> Verdict | None:
        return view.verdict(l10n, figures())

    def graded() -> Tag | None:
        return badge(concluded(), session.ns("evidence"))

    @render.ui
    def said() -> TagChild:
        found = concluded()
        return verdict(found, id=session.ns("evidence")) if found else None

    @render.ui
    def boxes() -> Tag:
        return cards.value_boxes(view.boxes(l10n, figures()), graded())

    @render.ui
    def effect_head() -> Tag:
        return cards.headline(view.effect_headline(l10n, figures()), graded())

    @render_chart
    def effect_chart() -> dict:
        return effect(view.picture(l10n, figures()), look())

    @render.ui
    def arms_head() -> Tag:
        return cards.headline(view.arms_headline(l10n, figures()))

    @render_chart
    def arms_chart() -> dict:
        return trend(view.arms_trend(l10n, figures()), look())

    arms_server(
        input, l10n=l10n, pin=pin, selection=selection, look=look, figures=figures, graded=graded, narrow=narrow
    )
    planner_server(input, l10n=l10n, pin=pin, selection=selection, policy=policy)


PAGE = tabbed(
    Page(
        "model_effect",
        mark("Model effect"),
        page_ui,
        page_server,
        words={"split": "split", "base": "base", "wish": "wish"},
    ),
    mark("Randomised control"),
    effect_adjusted.PAGE,
    effect_groups.PAGE,
    effect_uplift.PAGE,
    effect_options.PAGE,
)
