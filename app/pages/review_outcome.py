"""App room: what a session of the Review room finds and decides, who signs it, and its close."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from htmltools import Tag, TagChild, TagList, tags
from shiny import Inputs, Session, reactive, render, ui

from app.components import card_list, cards
from app.components import review_forms as forms
from app.components.decision_forms import Choice, setter
from app.l10n import L10n
from app.pages.review_work import PointDraft, Work
from app.views import review as view
from app.views import review_figures as figures
from app.views import review_forms as asking
from app.views import review_signing as signing
from app.views.shapes import Headline
from data.records.review_terms import OPEN, Review


def told(work: Work, *, names: Sequence[str]) -> None:
    """Says under each form what came of it."""
    for name in names:
        _told(work, name)


def _told(work: Work, name: str) -> None:
    def said() -> TagChild:
        found = work.told()
        return card_list.outcome(found.text, tone=found.tone) if found.text and found.form == name else None

    said.__name__ = f"told_{name}"
    render.ui(said)


def outcome(
    input: Inputs,
    session: Session,
    *,
    l10n: L10n,
    book: Callable[[], figures.Book],
    chosen: Callable[[], Review],
    work: Work,
) -> None:
    """Connects the slots; to be called within the page's server."""
    at: reactive.Value[tuple[int, bool]] = reactive.Value((0, False))

    @reactive.effect
    def _() -> None:
        """The forms follow which session it is and whether it is open, and nothing else: an equal value would draw them
        anew and take what was typed."""
        current = (chosen().id, chosen().status == OPEN)
        with reactive.isolate():
            if current != at():
                at.set(current)

    @render.ui
    def findings_head() -> Tag:
        return cards.headline(view.findings_headline(l10n, book().of(chosen())))

    @render.ui
    def findings() -> TagChild:
        listed = view.findings(l10n, book().of(chosen()))
        return cards.table(listed, input_id=session.ns("finding")) if listed else None

    @render.ui
    def finding_form() -> TagChild:
        draft, (id, is_open) = work.point(), at()
        if draft is None:
            return _new_finding(l10n, session, id) if is_open else None
        return _one_finding(l10n, session, draft, is_open=is_open)

    @render.ui
    def decision_head() -> Tag:
        return cards.headline(view.decision_headline(l10n, chosen()))

    @render.ui
    def decision() -> TagChild:
        return card_list.facts(view.decision(l10n, chosen()))

    @render.ui
    def rule_form() -> TagChild:
        draft, (id, is_open) = work.ruling(), at()
        if draft is None or not is_open or draft.review != id:
            return None
        order = Choice(f"rule:{id}:{draft.version}", l10n.say("Write the decision"))
        fields = asking.ruling(l10n, draft.ruling)
        return forms.form(session.ns("sent"), session.ns("rule"), fields, order)

    @render.ui
    def signed_head() -> Tag:
        return cards.headline(signing.signed_headline(l10n, book(), chosen()))

    @render.ui
    def signed() -> TagChild:
        listed = signing.signatures(l10n, book(), chosen())
        return cards.table(listed) if listed else None

    @render.ui
    def sign_form() -> TagChild:
        id, is_open = at()
        if not is_open:
            return None
        order, fields, slot = Choice(f"sign:{id}:0", l10n.say("Sign")), asking.signing(l10n), ui.output_ui("stamp")
        sent, ns = session.ns("sent"), session.ns("sign")
        return forms.form(sent, ns, fields, order, id=session.ns("sign_fields"), more=slot)

    @render.ui
    def stamp() -> Tag:
        """What is signed: the hash of what stands on screen now travels with the form."""
        return tags.input(type="hidden", name="signed", value=book().digest(chosen()))

    @render.ui
    def close_head() -> Tag:
        return cards.headline(Headline(*signing.closing(l10n, book(), chosen())))

    @render.ui
    def closing() -> TagChild:
        if not signing.may_close(book(), chosen()):
            return None
        order = Choice(f"close:{chosen().id}:{chosen().version}", l10n.say("Close the session for good"))
        return forms.form(session.ns("sent"), session.ns("close"), [], order)


def _new_finding(l10n: L10n, session: Session, id: int) -> Tag:
    order = Choice(f"find:{id}:0", l10n.say("Write the finding down"))
    return forms.form(
        session.ns("sent"), session.ns("finding"), asking.point(l10n), order, id=session.ns("finding_fields")
    )


def _one_finding(l10n: L10n, session: Session, draft: PointDraft, *, is_open: bool) -> TagList:
    """A finding that was chosen: its words while its session is open, and what came of it at any time."""
    seen = f"{draft.finding.id}:{draft.finding.version}"
    amend = Choice(f"amend:{seen}", l10n.say("Save changes"))
    settle = Choice(f"settle:{seen}", asking.settling(l10n, draft.finding))
    edit = forms.form(session.ns("sent"), session.ns("amend"), asking.point(l10n, draft.point), amend)
    return TagList(
        edit if is_open else tags.p(draft.finding.text, class_="review-said"),
        forms.form(session.ns("sent"), session.ns("settle"), asking.outcome(l10n), settle),
        tags.div(setter(l10n.say("Back"), session.ns("finding"), ""), class_="decision-buttons"),
    )
