"""App room: what the Releases page does on demand, off the event loop: the check of every file and the difference."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from htmltools import Tag, TagChild, TagList, tags
from shiny import Inputs, reactive, render, req, ui

from app.components import card_list, cards
from app.desk import Pin
from app.l10n import L10n
from app.views import releases_change as change
from app.views import releases_figures as numbers
from data.store import Store


def check(input: Inputs, *, l10n: L10n, pin: Callable[[], Pin]) -> None:
    """The button that reads every file against its hash, off the event loop."""

    @ui.bind_task_button(button_id="verify")
    @reactive.extended_task
    async def checking(store: Store) -> numbers.Checked:
        return await asyncio.to_thread(numbers.check, store)

    @reactive.effect
    @reactive.event(input.verify)
    def _() -> None:
        store = pin().store
        req(store is not None)
        checking(store)  # type: ignore[arg-type]

    @render.ui
    def checked() -> TagChild:
        if checking.status() == "running":
            return card_list.working(l10n.say("Reading every file and comparing it with its hash"))
        found = checking.result() if checking.status() == "success" else None
        if found is None or (found.newest and found.newest != pin().version):
            text = l10n.say("Reads every file of every release and compares it with its hash.")
            return tags.span(text, class_="muted")
        text, tone = change.checked(l10n, found)
        return card_list.outcome(text, tone=tone, items=found.damaged)


def difference(input: Inputs, *, l10n: L10n, shown: Callable[[], numbers.Shown]) -> None:
    """The button that compares with the release before, off the event loop."""

    @ui.bind_task_button(button_id="compare")
    @reactive.extended_task
    async def compare(store: Store, old: str, new: str) -> numbers.Compared:
        return await asyncio.to_thread(numbers.compare, store, old, new)

    @reactive.effect
    @reactive.event(input.compare)
    def _() -> None:
        store, before = shown().pin.store, shown().before
        req(store is not None and before is not None)
        compare(store, before.version, shown().pin.version)  # type: ignore[arg-type, union-attr]

    @reactive.calc
    def compared() -> numbers.Compared | None:
        """The difference of the two releases that are meant now; None while it was not asked for."""
        return numbers.of(shown(), compare.result() if compare.status() == "success" else None)

    @render.ui
    def change_head() -> Tag:
        return cards.headline(change.headline(l10n, shown(), compared()))

    @render.ui
    def compare_tool() -> TagChild:
        before = shown().before
        if before is None:
            return tags.p(change.first(l10n), class_="muted first-release")
        return tags.div(
            ui.input_task_button(
                "compare",
                l10n.say("Compare with {version}", version=before.version),
                label_busy=l10n.say("Comparing…"),
                type="outline-secondary",
            ),
            tags.span(l10n.say("Reads the months that differ, row by row."), class_="muted"),
            class_="tool-row",
        )

    @render.ui
    def changed() -> TagChild:
        if compare.status() == "running":
            return card_list.working(l10n.say("Reading the months that differ, row by row"))
        found = compared()
        if found is None:
            return None
        figures = change.table(l10n, found)
        return TagList(tags.p(change.touched(l10n, found), class_="touched"), cards.table(figures) if figures else None)
