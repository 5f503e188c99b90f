"""App room: what a session is told when the store moves on, or when its address asks for what is not there."""

from __future__ import annotations

from typing import Literal

from shiny import Inputs, Session, reactive, ui

from app import bar
from app.desk import Pin, Trouble
from app.follow import Seen
from app.frame import page_words
from app.l10n import L10n
from app.pages import PAGES
from app.views import states
from app.views.saved_views import Places, gone_words

TOAST_SECONDS = 15
READING_SECONDS = 3


def announce(before: Seen, after: Seen, *, address: str, input: Inputs, session: Session, l10n: L10n) -> None:
    """Says what changed: new data, or trouble with it; and brings the filter bar up to date."""
    if isinstance(after, Trouble) and isinstance(before, Pin):
        _toast(after.message, "danger", session=session)
    if not isinstance(after, Pin):
        return
    if not bar.has_bar(input):
        _reload(session)
    elif isinstance(before, Pin):
        _renew(before, after, input=input, session=session, l10n=l10n)
    else:
        _greet(after, address=address, session=session, l10n=l10n)


def _renew(before: Pin, after: Pin, *, input: Inputs, session: Session, l10n: L10n) -> None:
    """Offers what the new release has and keeps what is set; a release with other dimensions needs another bar."""
    _toast(states.arrived(l10n, after.version), "success", session=session)
    if bar.shows_same(before.extent, after.extent):
        bar.renew(bar.read(input, after.extent), l10n=l10n, extent=after.extent, session=session)
    else:
        _reload(session, seconds=READING_SECONDS)


def _greet(pin: Pin, *, address: str, session: Session, l10n: L10n) -> None:
    """Tells a reader who came by an address what of it says nothing in this release."""
    places = Places({page.name: page.title for page in PAGES}, page_words())
    gone = gone_words(l10n, address, pin, places)
    if gone:
        _toast(states.ignored(l10n, gone), "warning", session=session)


def _toast(text: str, kind: Literal["success", "warning", "danger"], *, session: Session) -> None:
    """A notice in the corner; trouble, and what the figures are shown without, stay until it is closed."""
    stay = TOAST_SECONDS if kind == "success" else None
    ui.show_toast(ui.toast(text, type=kind, duration_s=stay, position="bottom-right"), session=session)


def _reload(session: Session, *, seconds: float = 0) -> None:
    """Has the browser load the page again, which keeps the filters: they stand in the address."""

    @reactive.effect
    async def _() -> None:
        await session.send_custom_message("cartera-reload", {"seconds": seconds})
