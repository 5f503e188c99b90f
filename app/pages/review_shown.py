"""App room: what a session of the Review room shows of its evidence, what was decided before, and what came since."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable

from htmltools import Tag, TagChild, TagList, tags
from shiny import reactive, render

from app.components import card_list, cards, controls
from app.desk import Pin
from app.frozen import Frozen
from app.l10n import L10n
from app.views import review as view
from app.views import review_agenda as agenda
from app.views import review_effect as effect
from app.views import review_figures as figures
from app.views import review_memory as remembered
from app.views import review_recalibrated as recalibrated
from app.views import review_tables as frozen_tables
from data.records.review_terms import CLOSED, Review
from monitoring.policy import Policy


def shown(
    *,
    l10n: L10n,
    pin: Callable[[], Pin],
    policy: Callable[[], Policy],
    book: Callable[[], figures.Book],
    chosen: Callable[[], Review],
    frozen: Callable[[], Frozen],
    now: Callable[[], dt.datetime],
) -> None:
    """Connects the slots; to be called within the page's server."""

    @render.ui
    def banner() -> TagList:
        review, known = chosen(), book().frozen(chosen())
        notes, rests = view.standing(l10n, review, known, pin(), now()), view.facts(l10n, review, known, pin())
        return TagList(
            tags.div(
                tags.strong(view.banner(l10n, review, known)),
                tags.span(view.status(l10n, review), class_="review-status"),
                tags.span(review.title, class_="review-title"),
                class_="review-banner", role="status",
            ),
            *(controls.caution(note) for note in notes),
            card_list.folded(l10n.say("What the evidence rests on"), card_list.facts(rests)),
        )  # fmt: skip

    @render.ui
    def past_head() -> Tag:
        return cards.headline(remembered.headline(l10n, effect.past(frozen())))

    @render.ui
    def past() -> TagChild:
        found = effect.past(frozen())
        return _memory(l10n, found) if found else None

    @render.ui
    def agenda_head() -> Tag:
        return cards.headline(agenda.headline(l10n, frozen()))

    @render.ui
    def agenda_table() -> TagChild:
        listed = agenda.table(l10n, frozen())
        return cards.table(listed) if listed.rows else None

    @render.ui
    def frozen_head() -> Tag:
        return cards.headline(frozen_tables.headline(l10n, frozen()))

    @render.ui
    def frozen_figures() -> TagList:
        listed = frozen_tables.tables(l10n, frozen())
        return TagList(*(card_list.folded(table.caption, cards.table(table)) for table in listed))

    @render.ui
    def again_head() -> Tag:
        return cards.headline(recalibrated.headline(l10n, frozen()))

    @render.ui
    def again() -> TagList:
        listed, said = recalibrated.table(l10n, frozen()), recalibrated.sentence(l10n, frozen())
        return TagList(
            tags.p(said, class_="review-said") if said else None,
            card_list.folded(l10n.say("Month by month"), cards.table(listed)) if listed else None,
        )

    @reactive.extended_task
    async def looking_back(known: figures.Book, review: Review, at: Pin, rule: Policy) -> effect.Memory:
        held = known.frozen(review)
        return await asyncio.to_thread(effect.memory, review, known.of(review), held, at, policy=rule)

    @reactive.effect
    def _() -> None:
        if chosen().status == CLOSED:
            looking_back(book(), chosen(), pin(), policy())

    @render.ui
    def since() -> TagChild:
        if chosen().status != CLOSED:
            return None
        if looking_back.status() in ("initial", "running"):
            return card_list.working(l10n.say("Holding its figures against those of today…"))
        found = looking_back.result()
        return cards.settled_card(
            remembered.headline(l10n, found), _memory(l10n, found), class_="as-tall decision-table"
        )


def _memory(l10n: L10n, found: effect.Memory) -> TagList:
    measured, moved = remembered.effect(l10n, found), remembered.restated(l10n, found)
    done = remembered.done(l10n, found)
    return TagList(
        tags.p(tags.strong(remembered.sentence(l10n, found.review)), class_="review-said"),
        cards.table(measured) if measured else None,
        tags.p(remembered.note(l10n, found), class_="hidden-note"),
        card_list.folded(l10n.say("Its findings"), cards.table(done)) if done else None,
        tags.p(remembered.restated_headline(l10n, found), class_="review-said"),
        cards.table(moved) if moved else None,
    )
