"""App room: the editor of the page Alerts: a rule, its replay on all history, and the form that saves it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from htmltools import Tag, TagChild, TagList, tags
from shiny import Inputs, module, reactive, render, req, ui

from app.charts.watch import watching
from app.components import card_list, cards, controls
from app.components import decision_forms as forms
from app.components.chart import chart_output, render_chart
from app.desk import Pin
from app.l10n import L10n
from app.pages.alerts_work import SAVING, Work
from app.selection import Filters
from app.shelf import Shelf
from app.theme import Look
from app.views import alerts as view
from app.views import alerts_figures as figures
from app.views import alerts_replay as replayed
from app.views import alerts_saving as saving
from app.views import alerts_words as words
from app.views.alerts_board import condition_of
from app.views.alerts_figures import Tried
from data.records.alert_terms import Rule
from monitoring.alerts import Condition
from monitoring.policy import Policy

USUAL = Condition("fdr")


def editor_card(l10n: L10n, asked: Mapping[str, str]) -> TagList:
    """The fields of a rule, what its replay came to, and the form that saves it, within the page's interface."""
    ns = module.resolve_id
    measure, within = asked.get("watch", ""), asked.get("watch_in", "")
    numbers = {name: saving.number(asked.get(f"watch_{name}", ""), getattr(USUAL, name)) for name in saving.NUMBERS}
    return TagList(
        cards.settled_card(
            saving.editor_headline(l10n),
            controls.strip(
                ui.input_select(
                    "measure", l10n.say("What it watches"), saving.at_first(l10n, measure), selected=measure
                ),
                ui.input_text("limit", ui.output_text("limit_label", inline=True), asked.get("watch_limit", "")),
                ui.input_numeric("months", l10n.say("Months in a row"), numbers["months"], min=1, max=12),
                ui.input_numeric("least", l10n.say("Least n of a month"), numbers["least"], min=1),
                ui.input_numeric("calm", l10n.say("Months within that end it"), numbers["calm"], min=1, max=12),
                ui.input_select("within", l10n.say("Where"), {"": "…"} | ({within: within} if within else {}),
                                selected=within),
                ui.input_checkbox("sure", l10n.say("Only whole intervals"), value=False),
                tags.div(ui.input_action_button("replay", l10n.say("Replay"), class_="btn-primary"),
                         class_="alert-replay"),
                class_="alert-fields",
            ),
            class_="as-tall",
        ),
        tags.div(
            cards.finding_card(
                "replay_head",
                chart_output("replay_chart", label=l10n.say("The figure against its limit"), height="300px"),
                ui.output_ui("fired"), footer=ui.output_ui("meaning"), class_="as-tall alert-table",
            ),
            cards.finding_card(
                "save_head",
                forms.sending(ns("saved"), ui.output_ui("save_fields"), id=ns(SAVING)),
                ui.output_ui("told_saving"),
                class_="as-tall alert-save",
            ),
            class_="alert-tried",
        ),
    )  # fmt: skip


def edit(
    input: Inputs,
    *,
    l10n: L10n,
    pin: Callable[[], Pin],
    policy: Callable[[], Policy],
    look: Callable[[], Look],
    bar: Callable[[], Filters],
    shelf: Shelf,
    loaded: Callable[[], Rule | None],
    work: Callable[[], Work],
) -> Callable[[], Tried]:
    """Connects the editor; to be called within the page's server. Gives the rule that was last replayed."""
    asked: reactive.Value[tuple[Condition, str] | None] = reactive.Value(None)

    @reactive.calc
    def known_segments() -> tuple[str, ...]:
        return tuple(shelf.segments())

    @reactive.effect
    def _() -> None:
        measures = words.choices(l10n, pin())
        with reactive.isolate():
            current = saving.kept(measures, input.measure())
        ui.update_select("measure", choices=measures, selected=current)

    @reactive.effect
    def _() -> None:
        places = saving.places(l10n, known_segments(), loaded())
        with reactive.isolate():
            current = saving.place_of(loaded()) if loaded() else input.within()
        places |= {current: current} if current not in places else {}
        ui.update_select("within", choices=places, selected=current)

    @reactive.effect
    @reactive.event(loaded)
    def _() -> None:
        rule = loaded()
        if rule is None:
            return
        ui.update_select("measure", selected=rule.measure)
        ui.update_text("limit", value=words.typed_of(rule.measure, rule.limit))
        for name in saving.NUMBERS:
            ui.update_numeric(name, value=getattr(rule, name))
        ui.update_checkbox("sure", value=rule.sure)
        asked.set((condition_of(rule), rule.selection))

    replayed_once: reactive.Value[bool] = reactive.Value(False)

    def fields() -> Condition:
        typed = {name: input[name]() for name in ("limit", *saving.NUMBERS)}
        return words.condition_of(saving.kept(words.choices(l10n, pin()), input.measure()), typed, sure=input.sure())

    @reactive.effect
    @reactive.event(input.replay)
    def _() -> None:
        place, rule = input.within(), loaded()
        query = rule.selection if rule and place == saving.AS_SAVED else figures.query_of(bar(), place)
        asked.set((fields(), query))

    @reactive.calc
    def tried() -> Tried:
        condition, query = req(asked())  # type: ignore[misc]
        where = figures.scope(pin(), query, shelf.segments())
        return figures.tried(pin(), where, condition, policy=policy())

    @render.text
    def limit_label() -> str:
        return words.unit(l10n, saving.kept(words.choices(l10n, pin()), input.measure()))

    @render.ui
    def replay_head() -> Tag:
        head = replayed.headline(l10n, tried()) if asked() else saving.before(l10n)
        return cards.headline(head)

    @render_chart
    def replay_chart() -> dict:
        return watching(replayed.picture(l10n, tried()), look())

    @render.ui
    def fired() -> TagChild:
        lines = replayed.table(l10n, tried())
        return cards.table(lines) if lines else None

    @render.ui
    def meaning() -> TagChild:
        return TagList(tags.p(replayed.meaning(l10n, tried())), tags.p(replayed.honesty(l10n, tried())))

    @render.ui
    def save_head() -> Tag:
        tried()
        return cards.headline(view.save_headline(l10n, loaded()))

    @reactive.effect
    def _() -> None:
        """Set again to what it is, a value tells nobody: what is typed outlives another replay."""
        replayed_once.set(asked() is not None)

    @render.ui
    def save_fields() -> TagChild:
        req(replayed_once())
        typed, rule = work().typed(), loaded()
        name, owner = saving.filled(typed.name, typed.owner, rule)
        return TagList(
            forms.text("alert-rule-name", "name", l10n.say("Name of the rule"), name),
            forms.text("alert-rule-owner", "owner", l10n.say("Owner"), owner),
            tags.div(forms.buttons(saving.buttons(l10n, rule, typed.theirs)), class_="decision-buttons"),
        )

    @render.ui
    def told_saving() -> TagChild:
        told = work().told()
        return card_list.outcome(told.text, tone=told.tone) if told.text and told.form == SAVING else None

    return tried
