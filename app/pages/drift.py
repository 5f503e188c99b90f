"""App room: the Drift page: did the population move away from what the models learnt, and in which feature."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from htmltools import Tag, TagChild, TagList, tags
from shiny import Inputs, Outputs, Session, module, reactive, render, ui

from app.charts.paired import paired
from app.charts.trend import trend
from app.components import cards, controls
from app.components.chart import chart_output, render_chart
from app.desk import Pin
from app.l10n import L10n
from app.pages.base import DATA, Page
from app.theme import Look
from app.views import choices
from app.views import drift as view
from app.words import mark
from data.counts import Selection
from monitoring.policy import Policy


@module.ui
def page_ui(*, l10n: L10n, asked: Mapping[str, str]) -> TagList:
    """The slots: the controls, the diagnosis, the counts, the table beside a distribution, and the course."""
    windows, againsts = view.windows(l10n), view.againsts(l10n)
    wanted, sides = asked.get("feature", ""), view.sides(l10n)
    return TagList(
        controls.strip(
            ui.input_select("window", l10n.say("Months compared"), windows,
                            selected=choices.kept_or_first(windows, asked.get("span", ""))),
            ui.input_select("against", l10n.say("Held against"), againsts,
                            selected=choices.kept_or_first(againsts, asked.get("against", ""))),
            ui.input_select("beside", l10n.say("The distribution shows"), sides,
                            selected=choices.kept_or_first(sides, asked.get("beside", ""))),
        ),
        controls.page(
            ui.output_ui("state"),
            ui.output_ui("said"),
            ui.output_ui("boxes"),
            tags.div(
                cards.finding_card("table_head", ui.output_ui("listed")),
                cards.finding_card(
                    "shape_head",
                    ui.input_select("feature", l10n.say("Feature"), {"": "…"} | ({wanted: wanted} if wanted else {}),
                                    selected=wanted),
                    ui.output_ui("unsplit"),
                    chart_output("shape", label=l10n.say("Distribution of a feature, now and in the reference")),
                ),
                class_="two-even drift-pair",
            ),
            cards.finding_card("feature_head", chart_output("monthly", label=l10n.say("PSI of a feature by month"))),
            tags.div(
                cards.finding_card("course_head", chart_output("course", label=l10n.say("Mean PSI by month"))),
                cards.finding_card("score_head", chart_output("scores", label=l10n.say("PSI of the scores by month"))),
                class_="two-even",
            ),
        ),
    )  # fmt: skip


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
    def months() -> view.Course:
        return view.course(pin(), input.against(), policy=policy())

    @reactive.calc
    def figures() -> view.Figures:
        return view.figures(months(), selection(), view.window_of(input.window()))

    @reactive.calc
    def drawn() -> view.Shape | None:
        return view.shape(figures(), view.feature(figures(), input.feature()), input.beside())

    @reactive.effect
    def _() -> None:
        offered = view.features(l10n, figures())
        with reactive.isolate():
            ui.update_select("feature", choices=offered, selected=choices.kept(offered, input.feature()))

    @reactive.effect
    @reactive.event(input.picked)
    def _() -> None:
        ui.update_select("feature", selected=input.picked())

    @render.ui
    def state() -> TagChild:
        problem = view.state(l10n, figures())
        return controls.page_state(problem) if problem else None

    @render.ui
    def said() -> TagList:
        return TagList(
            cards.insight(l10n.say("Drift:"), view.sentence(l10n, figures()), level=view.level(figures())),
            cards.hidden_note(l10n.say("Not judged:"), view.not_judged(l10n, figures())),
        )

    @render.ui
    def boxes() -> Tag:
        return cards.value_boxes(view.boxes(l10n, figures()))

    @render.ui
    def table_head() -> Tag:
        return cards.headline(view.table_headline(l10n, figures()))

    @render.ui
    def listed() -> Tag:
        return cards.table(view.table(l10n, figures()), input_id=session.ns("picked"))

    @render.ui
    def shape_head() -> Tag:
        return cards.headline(view.shape_headline(l10n, figures(), drawn()))

    @render_chart
    def shape() -> dict:
        return paired(view.shape_picture(l10n, drawn()), look())

    @render.ui
    def unsplit() -> TagChild:
        why = view.not_split(l10n, figures(), drawn(), input.beside())
        return tags.p(why, class_="hidden-note") if why else None

    @render.ui
    def feature_head() -> Tag:
        return cards.headline(view.feature_headline(l10n, figures(), view.feature(figures(), input.feature())))

    @render_chart
    def monthly() -> dict:
        return trend(view.feature_trend(l10n, figures(), view.feature(figures(), input.feature())), look())

    @render.ui
    def course_head() -> Tag:
        return cards.headline(view.course_headline(l10n, figures()))

    @render_chart
    def course() -> dict:
        return trend(view.course_trend(l10n, figures()), look())

    @render.ui
    def score_head() -> Tag:
        return cards.headline(view.score_headline(l10n, figures()))

    @render_chart
    def scores() -> dict:
        return trend(view.score_trend(l10n, figures()), look())


PAGE = Page("drift", mark("Drift"), page_ui, page_server,
            words={"span": "window", "against": "against", "feature": "feature", "beside": "beside"},
            menu=DATA)  # fmt: skip
