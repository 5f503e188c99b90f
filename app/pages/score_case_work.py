"""App room: the Score one case page at work: it opens a model and scores cases off the event loop, once it is seen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from shiny import Inputs, Session, reactive, req, ui

from app.desk import Pin
from app.l10n import L10n
from app.scorer import Scorer
from app.views import score_case as view
from app.views import score_case_figures as figures
from app.views import score_case_form as forms
from app.views import score_case_typed as typing
from app.views import score_case_what_if as moves

NAME = "score_case"
PLACE = "case-answer"
"""Id of the element that holds the answer."""


@dataclass(frozen=True)
class Work:
    """What the page shows, each a reactive: the form (None while its model is being opened), the texts that it was last
    filled with and those that stand in it, what is wrong with fields by name, the last answer and its number, and why
    nothing can be scored."""

    form: Callable[[], figures.Form | None]
    filled: Callable[[], Mapping[str, str]]
    typed: Callable[[], dict[str, str] | None]
    wrongs: Callable[[], Mapping[str, str]]
    answer: Callable[[], figures.Answer | None]
    serial: Callable[[], int]
    trouble: Callable[[], figures.Refused | None]


def at_work(input: Inputs, session: Session, *, l10n: L10n, pin: Callable[[], Pin], scorer: Scorer | None) -> Work:
    """Follows the release, the form and its buttons; to be called within the page's session."""
    whole = session.root_scope().input
    form_of: reactive.Value[figures.Form | None] = reactive.Value(None)
    filled: reactive.Value[Mapping[str, str]] = reactive.Value({})
    wrongs: reactive.Value[Mapping[str, str]] = reactive.Value({})
    answer: reactive.Value[figures.Answer | None] = reactive.Value(None)
    serial: reactive.Value[int] = reactive.Value(0)

    @reactive.extended_task
    async def opening(pin: Pin) -> figures.Form | figures.Refused:
        return await asyncio.to_thread(figures.opened, scorer, pin)  # type: ignore[arg-type]

    @ui.bind_task_button(button_id="score")
    @reactive.extended_task
    async def scoring(ask: figures.Ask) -> figures.Answer | figures.Denied | figures.Refused:
        return await asyncio.to_thread(figures.answered, scorer, ask)  # type: ignore[arg-type]

    def ask_for(form: figures.Form, texts: Mapping[str, str], *, pressed: bool) -> None:
        """Has a case scored by the release that is on screen."""
        with reactive.isolate():
            case = typing.case(l10n, form, texts)
            scoring(figures.Ask(pin(), form, dict(texts), case, input.moved(), pressed))

    def start(form: figures.Form) -> None:
        """Fills the form with a usual case and has that scored."""
        texts = forms.usual(l10n, form)
        form_of.set(form)
        filled.set(texts)
        ask_for(form, texts, pressed=False)

    @reactive.effect
    def _() -> None:
        req(scorer is not None and whole.page() == NAME)
        opening(pin())

    @reactive.effect
    def _() -> None:
        found = opening.result()
        if not isinstance(found, figures.Form):
            return
        with reactive.isolate():
            before, current = form_of(), answer()
        if current is not None and found.asks_the_same(before):
            form_of.set(found)
            ask_for(found, current.ask.texts, pressed=current.ask.pressed)
        else:
            start(found)

    @reactive.calc
    def typed() -> dict[str, str] | None:
        form, texts = form_of(), filled()
        if form is None:
            return None
        return {n: str(input[id]() or "") if id in input else texts.get(n, "") for n, id in forms.all_ids(form)}

    @reactive.effect
    @reactive.event(input.score)
    def _() -> None:
        form, texts = form_of(), typed()
        if form is not None and texts is not None:
            ask_for(form, texts, pressed=True)

    @reactive.effect
    @reactive.event(input.reset)
    def _() -> None:
        form = form_of()
        if form is not None:
            start(form)

    @reactive.effect
    @reactive.event(input.moved, ignore_init=True)
    def _() -> None:
        current = answer()
        if current is not None and input.moved() != current.ask.moved:
            ask_for(current.ask.form, current.ask.texts, pressed=current.ask.pressed)

    @reactive.effect
    async def _() -> None:
        found = scoring.result()
        with reactive.isolate():
            if isinstance(found, figures.Answer):
                serial.set(serial() + 1)
                answer.set(found)
        denied = isinstance(found, figures.Denied) and found.ask.pressed
        wrong = typing.rules(l10n, found.ask.form, found.problems) if denied else {}  # type: ignore[union-attr]
        wrongs.set(wrong)
        if not isinstance(found, figures.Refused):
            said = {session.ns(id): text for id, text in forms.ids(found.ask.form, wrong).items()}
            await session.send_custom_message("cartera-case", {"problems": said, "place": PLACE})

    @reactive.effect
    def _() -> None:
        current = answer()
        if current is not None:
            offered = moves.choices(l10n, current.ask.form, current)
            ui.update_select("moved", choices=offered, selected=moves.kept(offered, current))

    @reactive.calc
    def trouble() -> figures.Refused | None:
        for task in (opening, scoring):
            found = task.result() if task.status() == "success" else None
            if isinstance(found, figures.Refused):
                return found
        return view.OFF if scorer is None else None

    return Work(form_of, filled, typed, wrongs, answer, serial, trouble)
