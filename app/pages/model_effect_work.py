"""App room: the Model effect page at work: what the arms came to, in all and by segment, and the planner of a test."""

from __future__ import annotations

from collections.abc import Callable

from htmltools import Tag, TagChild
from shiny import Inputs, reactive, render, req, ui

from app.charts.forest import forest
from app.components import cards, controls
from app.components.chart import render_chart
from app.components.clicks import picked
from app.desk import Pin
from app.l10n import L10n
from app.theme import Look
from app.views import choices, effect_arms, effect_outcomes, effect_plan, effect_return
from app.views import model_effect as view
from data.counts import Selection
from monitoring.arm_segments import SegmentEffect
from monitoring.policy import Policy
from monitoring.power import Present

SEGMENTS = ("product", "region", "segment")
"""Dimensions that segments are compared by first."""
AFTERWARDS = "bucket"
"""The dimension that says nothing here: being in arrears came after the arms were drawn."""


def arms_server(
    input: Inputs,
    *,
    l10n: L10n,
    pin: Callable[[], Pin],
    selection: Callable[[], Selection],
    look: Callable[[], Look],
    figures: Callable[[], view.Figures],
    graded: Callable[[], Tag | None],
    narrow: Callable[..., None],
) -> None:
    """What the arms came to: outcomes, segments, self-cure and return."""

    @reactive.calc
    def arms() -> effect_arms.Arms:
        return effect_arms.arms(figures(), selection())

    @reactive.calc
    def dimension() -> str:
        return choices.resolve(pin(), selection(), input.split(), prefer=SEGMENTS, other_than=AFTERWARDS)

    @reactive.calc
    def outcome() -> str:
        offered = effect_outcomes.outcome_choices(l10n, cohort=effect_arms.has_cohort(figures()))
        return choices.kept_or_first(offered, input.outcome() if "outcome" in input else "")

    @reactive.calc
    def segments() -> tuple[SegmentEffect, ...]:
        return effect_arms.segments(figures(), selection(), dimension=dimension(), outcome=outcome())

    @reactive.effect
    def _() -> None:
        options = choices.dimensions(l10n, pin(), selection(), prefer=SEGMENTS, other_than=AFTERWARDS)
        with reactive.isolate():
            current = choices.kept(options, input.split())
        ui.update_select("split", choices=options, selected=current)

    @render.ui
    def outcomes_head() -> Tag:
        return cards.headline(effect_outcomes.outcomes_headline(l10n, arms()), graded())

    @render.ui
    def outcomes() -> Tag:
        return cards.table(effect_outcomes.outcomes_table(l10n, arms()))

    @render.ui
    def outcome_choice() -> TagChild:
        offered = effect_outcomes.outcome_choices(l10n, cohort=effect_arms.has_cohort(figures()))
        return controls.segmented("outcome", l10n.say("Outcome"), offered)

    @render.ui
    def forest_head() -> Tag:
        found = effect_outcomes.segments_headline(l10n, arms(), segments(), dimension=dimension(), outcome=outcome())
        return cards.headline(found, graded())

    @render_chart
    def forest_chart() -> dict:
        return forest(effect_outcomes.segments_forest(l10n, arms(), segments()), look())

    @reactive.effect
    @reactive.event(forest_chart.clicked)
    def _() -> None:
        level = picked(forest_chart.clicked()).y
        req(level)
        narrow(dimension(), level)

    @render.ui
    def return_head() -> Tag:
        return cards.headline(effect_return.return_headline(l10n, arms()), graded())

    @render.ui
    def returns() -> Tag:
        return controls.readings(effect_return.return_readings(l10n, arms(), shown=input.cure()))


def planner_server(
    input: Inputs,
    *,
    l10n: L10n,
    pin: Callable[[], Pin],
    selection: Callable[[], Selection],
    policy: Callable[[], Policy],
) -> None:
    """The planner of a test: on any data, with arms or without."""

    @reactive.calc
    def now() -> Present:
        return effect_plan.figures(pin(), selection(), policy=policy())

    @reactive.calc
    def wish() -> effect_plan.Asked:
        return effect_plan.asked(
            base=input.base(), effect=input.wish(), control=input.left_out(), chance=input.chance()
        )

    @render.ui
    def plan_head() -> Tag:
        return cards.headline(effect_plan.headline(l10n, now(), wish()))

    @render.ui
    def plan() -> Tag:
        return controls.readings(effect_plan.readings(l10n, now(), wish()))
