"""Views and pinned segments by name: saved, replaced in words, begun with, removed, and opened when things are gone."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_pin import group, pin
from releases import draft, open_counts, store_with
from shiny import App
from starlette.requests import HTTPConnection, Request
from test_app_pages import INPUTS, _html, _served, until

from app.desk import Desk, Pin
from app.l10n import L10n
from app.office import Reader
from app.selection import Filters
from app.settings import Settings
from app.shelf import COOKIE, Kept, arriving, kept, known_name
from app.shell import make_app
from app.views import saved_views as view
from data.records import Records
from data.records.decisions import UnfitError
from data.records.saved import SEGMENT, VIEW, Saved, levels_text

EN = L10n("en")
PLACES = view.Places({"pulse": "Pulse", "segments": "Segments"}, ("part",))


@pytest.fixture(scope="module")
def made() -> Pin:
    """A release with two channels."""
    return pin(group(20, score=0.3, positives=5, channel="app"), group(20, score=0.6, positives=9, channel="web"))


@pytest.fixture
def records(tmp_path: Path) -> Records:
    """Records that are open, as those of a dashboard are."""
    found = Records(tmp_path / "records.db")
    found.open()
    return found


def _saved(kind: str, content: str, name: str = "Mine") -> Saved:
    return Saved(1, 1, kind, name, content, "Ana", "2026-11-20T10:00:00+00:00", "Ana", "2026-11-20T10:00:00+00:00")


def _entry(made: Pin, kind: str, content: str, *, segments: tuple[Saved, ...] = ()) -> object:
    saved = _saved(kind, content)
    whole = Kept((saved,), segments) if kind == VIEW else Kept((), (saved,))
    (entry,) = view.entries(EN, kind, whole, Filters(), made, PLACES)
    return entry


def test_a_view_says_its_page_and_filters_and_its_link_has_no_language(made: Pin) -> None:
    entry = _entry(made, VIEW, "page=segments&channel=web")
    assert entry.text == "Segments · Channel: Web"  # type: ignore[attr-defined]
    assert entry.lacks == ""  # type: ignore[attr-defined]
    assert entry.link == "page=segments&channel=web"  # type: ignore[attr-defined]
    assert entry.query == "lang=en&page=segments&channel=web"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("page=segments&channel=branch", "Channel: Branch"),
        ("page=gone", "the page gone"),
        ("page=pulse&from=201901", "Jan 2019"),
        ("page=pulse&pinned=Caribe", "segment Caribe"),
        ("page=pulse&shoe_size=44", "Shoe size: 44"),
    ],
)
def test_what_of_a_view_is_gone_from_the_release_is_named(made: Pin, content: str, words: str) -> None:
    assert _entry(made, VIEW, content).lacks == f"not in this release: {words}"  # type: ignore[attr-defined]


def test_what_of_a_pinned_segment_is_gone_is_named_in_the_list(made: Pin) -> None:
    gone = _entry(made, SEGMENT, levels_text({"channel": ("web", "branch")}))
    assert gone.lacks == "not in this release: Channel: Branch"  # type: ignore[attr-defined]


def test_what_is_kept_of_a_view_is_its_address_without_the_language_and_of_a_segment_its_levels() -> None:
    seen = "lang=en&page=pulse&from=202401&channel=web&channel=app"
    assert view.content_of(VIEW, seen, Filters()) == "page=pulse&from=202401&channel=web&channel=app"
    assert view.content_of(SEGMENT, seen, Filters(where={"channel": ("web",)})) == levels_text({"channel": ("web",)})


def test_filters_that_leave_no_row_of_a_dimension_are_no_segment_and_never_a_wider_one() -> None:
    none = view.content_of(SEGMENT, "", Filters(where={"channel": (), "region": ("SUR",)}))
    assert not view.is_something(none)


def test_why_nothing_was_written_is_said_for_each_thing_that_lacks(records: Records) -> None:
    with pytest.raises(UnfitError) as refused:
        records.save(SEGMENT, "", "{}", by="")
    said = view.refused(EN, refused.value)
    assert said.startswith("Nothing was written. Your name is missing. A name of at most 80 letters is needed.")
    assert "none is set" in said


@pytest.mark.parametrize("query", ["", "?lang=pt", "lang=pt"])
def test_an_empty_address_shows_the_view_that_its_reader_begins_with_in_the_language_asked(
    records: Records, query: str
) -> None:
    mine = records.save(VIEW, "Mine", "page=drift&region=SUR", by="Ana")
    records.begin_with(mine.id, by="Ana")
    assert kept(records, "Ana").beginning == mine.id
    shown = arriving(query, "Ana", records)
    assert shown == ("lang=pt&" if "pt" in query else "") + "page=drift&region=SUR"
    assert arriving(query, "Luis", records).strip("?&") == query.strip("?")
    assert arriving(query, "", records) == query


def test_an_address_that_asks_for_something_is_shown_as_it_is(records: Records) -> None:
    mine = records.save(VIEW, "Mine", "page=drift", by="Ana")
    records.begin_with(mine.id, by="Ana")
    assert arriving("?page=pulse", "Ana", records) == "?page=pulse"


def test_where_names_are_verified_what_a_browser_says_is_not_believed() -> None:
    told = HTTPConnection(
        {"type": "http", "path": "/", "query_string": b"", "headers": [(b"cookie", f"{COOKIE}=Luc%C3%ADa".encode())]}
    )
    assert known_name(Reader(), told) == "Lucía"
    assert known_name(Reader("X-User", "Ana"), told) == "Ana"
    assert known_name(Reader("X-User", ""), told) == ""


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, Desk]:
    """A dashboard's settings and the desk of its one release."""
    store = store_with(draft(800))
    desk = Desk(store, open_counts)
    desk.open(store.version())
    place = f"sqlite:///{tmp_path_factory.mktemp('views')}/records.db"
    return Settings(poll_seconds=60, store=Path("var/store"), language="en", records=place), desk


def _first_page(app: App, cookie: str) -> str:
    """What a browser that keeps a name is sent for an empty address."""
    headers = [(b"cookie", f"{COOKIE}={cookie}".encode())]
    request = Request({"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": headers})
    return str(app.ui(request))  # type: ignore[misc]


def test_a_view_is_saved_contested_replaced_begun_with_and_removed(shown: tuple[Settings, Desk]) -> None:
    app, records = make_app(shown[1], shown[0]), Records(shown[0].records_place)
    for found in _served(app, {**INPUTS, "views-by": "Luis", "f_bucket": ["31-60"]}):
        records.save(VIEW, "Monday", "page=pulse", by="Ana")
        _html(found, "scope")
        found.set_inputs(**{"views-sent": {"do": "view", "name": "Monday"}})
        until(found, lambda: "Monday is taken: Ana saved it" in _html(found, "views-question"))  # noqa: B023
        assert "Theirs: Pulse. Yours: Pulse · Days past due: 31-60." in _html(found, "views-question")
        assert [s.content for s in records.saved(VIEW)] == ["page=pulse"]
        found.set_inputs(**{"views-agreed": "yes"})
        until(found, lambda: "Monday is saved" in _html(found, "views-told"))  # noqa: B023
        (saved,) = records.saved(VIEW)
        assert (saved.content, saved.changed_by) == ("page=pulse&bucket=31-60", "Luis")
        found.set_inputs(**{"views-order": f"begin:view:{saved.id}"})
        until(found, lambda: "you begin with it" in _html(found, "views-views"))  # noqa: B023
        chosen = 'value="31-60" checked'
        assert (chosen in _first_page(app, "Luis"), chosen in _first_page(app, "Ana")) == (True, False)
        found.set_inputs(**{"views-order": f"remove:view:{saved.id}"})
        until(found, lambda: "Remove Monday for everybody?" in _html(found, "views-question"))  # noqa: B023
        assert records.saved(VIEW)
        found.set_inputs(**{"views-agreed": "yes"})
        until(found, lambda: "No view is saved yet" in _html(found, "views-views"))  # noqa: B023
        assert records.beginning("Luis") is None


def test_a_segment_is_pinned_from_the_filters_replaced_and_removed(shown: tuple[Settings, Desk]) -> None:
    app, records = make_app(shown[1], shown[0]), Records(shown[0].records_place)
    for found in _served(app, {**INPUTS, "views-by": "Luis", "f_pinned": ""}):
        _html(found, "scope")
        found.set_inputs(**{"views-sent": {"do": "segment", "name": "Early"}})
        until(found, lambda: "none is set" in _html(found, "views-told"))  # noqa: B023
        found.set_inputs(f_bucket=["31-60"])
        found.set_inputs(**{"views-sent": {"do": "segment", "name": "Early", "again": 1}})
        until(found, lambda: "Early" in _html(found, "views-segments"))  # noqa: B023
        (first,) = records.saved(SEGMENT)
        assert first.levels == {"bucket": ("31-60",)}
        found.set_inputs(f_bucket=["31-60", "61-90"])
        found.set_inputs(**{"views-order": f"replace:segment:{first.id}"})
        until(found, lambda: "Replace Early for everybody?" in _html(found, "views-question"))  # noqa: B023
        records.save(SEGMENT, "Early", levels_text({"bucket": ("61-90",)}), by="Ana", seen=first.version)
        found.set_inputs(**{"views-agreed": "yes"})
        until(found, lambda: "Early is taken: Ana saved it" in _html(found, "views-question"))  # noqa: B023
        found.set_inputs(**{"views-agreed": "no"})
        found.set_inputs(**{"views-agreed": "yes"})  # there is nothing to agree to any more
        assert records.saved(SEGMENT)[0].levels == {"bucket": ("61-90",)}
        found.set_inputs(**{"views-order": f"remove:segment:{first.id}"})
        until(found, lambda: "Remove Early" in _html(found, "views-question"))  # noqa: B023
        found.set_inputs(**{"views-agreed": "no"})
        found.set_inputs(**{"views-agreed": "yes"})
        assert records.saved(SEGMENT)
