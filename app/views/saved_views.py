"""App room: what is saved under a name, in words: what a view or a pinned segment shows, and what of it is gone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from app.components.saved_list import Entry
from app.desk import Pin
from app.l10n import L10n
from app.selection import PINNED, Filters, Ignored, from_query, words_of
from app.shelf import Kept
from app.views import header, names
from app.views.pinned import in_words
from app.words import mark
from data.months import is_month
from data.records.decisions import UnfitError
from data.records.saved import MOST_NAME, SEGMENT, VIEW, Saved, levels_text

ORDERS = {
    "begin": mark("Begin with it"),
    "stop": mark("Begin without it"),
    "filter": mark("Filter by it"),
    "replace": mark("Replace by what is seen"),
    "remove": mark("Remove"),
}
"""What may be done with what is saved."""
BADGES = {VIEW: mark("you begin with it"), SEGMENT: mark("filters now")}


@dataclass(frozen=True)
class Places:
    """What an address can name beside filters: pages by name, with their titles, and the words of pages."""

    titles: Mapping[str, str]
    words: Sequence[str]


@dataclass(frozen=True)
class Asked:
    """A change of something saved that a reader is to agree to: "replace" it by a content, or "remove" it; `taken` when
    somebody else saved it meanwhile."""

    do: str
    saved: Saved
    content: str = ""
    taken: bool = False


def entries(l10n: L10n, kind: str, kept: Kept, bar: Filters, pin: Pin, places: Places) -> list[Entry]:
    """Everything of a kind, by name."""
    found = kept.views if kind == VIEW else kept.segments
    return [_entry(l10n, saved, kept, bar, pin, places) for saved in found]


def _entry(l10n: L10n, saved: Saved, kept: Kept, bar: Filters, pin: Pin, places: Places) -> Entry:
    gone = missing(l10n, saved, kept, pin, places)
    view = saved.kind == VIEW
    chosen = saved.id == kept.beginning if view else saved.name == bar.pinned
    return Entry(
        saved.name,
        shown(l10n, saved.kind, saved.content, pin, places),
        l10n.say("saved by {who}, {moment}", who=saved.changed_by, moment=l10n.moment(saved.changed_at)),
        lacks=l10n.say("not in this release: {what}", what=gone) if gone else "",
        badge=l10n.say(BADGES[saved.kind]) if chosen else "",
        query=urlencode([("lang", l10n.language), *parse_qsl(saved.content)]) if view else "",
        link=saved.content if view else "",
        orders={f"{do}:{saved.kind}:{saved.id}": l10n.say(ORDERS[do]) for do in _offered(view, chosen)},
    )


def _offered(view: bool, chosen: bool) -> tuple[str, ...]:
    """What may be done with a view or a segment."""
    first = ("stop" if chosen else "begin") if view else "" if chosen else "filter"
    return (*filter(None, (first,)), "replace", "remove")


def ordered(kept: Kept, order: str) -> tuple[str, Saved | None]:
    """What a button asks for, and what of; None where that is gone by now."""
    do, kind, id = (*order.split(":"), "", "")[:3]
    found = kept.views if kind == VIEW else kept.segments
    return do, next((saved for saved in found if str(saved.id) == id), None) if do in ORDERS else None


def nothing(l10n: L10n, kind: str) -> str:
    """What stands where nothing of a kind is saved."""
    if kind == VIEW:
        return l10n.say("No view is saved yet: a view is a page with its months, filters and settings under a name.")
    return l10n.say("No segment is pinned yet: a segment is what filters keep, under a name, for every page.")


def seen(l10n: L10n, query: str, pin: Pin, places: Places) -> str:
    """What would be saved now."""
    return l10n.say("You see: {what}", what=shown(l10n, VIEW, query, pin, places))


def shown(l10n: L10n, kind: str, content: str, pin: Pin, places: Places) -> str:
    """What a content shows: a segment's rule, or the page, months and filters of a view."""
    if kind == SEGMENT:
        return in_words(l10n, Saved(0, 0, kind, "", content, "", "", "", "").levels, pin)
    filters, _ = from_query(content, extent=pin.extent)
    months = pin.extent.months
    asked = words_of(content, ("page", PINNED))
    title = places.titles.get(asked.get("page", next(iter(places.titles))))
    said = [l10n.say(title)] if title else []
    if filters.first or filters.last:
        said.append(l10n.months(filters.first or months[0], filters.last or months[-1]))
    said += [chip.text for chip in header.chips(l10n, filters, dimensions=pin.document("dimensions"))]
    if PINNED in asked:
        said.append(l10n.say("segment {name}", name=asked[PINNED]))
    return " · ".join(said)


def missing(l10n: L10n, saved: Saved, kept: Kept, pin: Pin, places: Places) -> str:
    """What a release has not, of what is saved: levels, months, the page, the pinned segment; "" when it has all."""
    if saved.kind == SEGMENT:
        return in_words(l10n, pin.extent.missing(saved.levels), pin)
    said = gone_words(l10n, saved.content, pin, places)
    pinned = words_of(saved.content, (PINNED,)).get(PINNED, "")
    if pinned and pinned not in [s.name for s in kept.segments]:
        said.append(l10n.say("segment {name}", name=pinned))
    return " · ".join(said)


def gone_words(l10n: L10n, query: str, pin: Pin, places: Places) -> list[str]:
    """What of an address a release has not, beside a pinned segment: levels, months, the page."""
    ignored = from_query(query, extent=pin.extent, known=[*places.words, PINNED])[1]
    page = words_of(query, ("page",)).get("page", "")
    gone = [l10n.say("the page {name}", name=page)] if page not in ("", *places.titles) else []
    return gone + [_gone(l10n, word, pin) for word in ignored]


def _gone(l10n: L10n, gone: Ignored, pin: Pin) -> str:
    """A word of an address as a reader knows it: Region: Caribe."""
    if gone.word in ("from", "to") and gone.value.isdecimal() and is_month(int(gone.value)):
        return l10n.month(int(gone.value))
    dimension = names.dimension(l10n, gone.word, pin.document("dimensions"))
    return f"{dimension}: {names.level(l10n, gone.value)}"


def content_of(kind: str, query: str, spelt: Filters) -> str:
    """What is kept of what is seen: of a view the address without its language; of a segment the levels that the
    filters keep, nothing where they leave no row."""
    if kind == VIEW:
        return urlencode([(word, value) for word, value in parse_qsl(query) if word != "lang"])
    return levels_text(spelt.where if all(spelt.where.values()) else {})


def question(l10n: L10n, asked: Asked, pin: Pin, places: Places) -> str:
    """What a reader is asked to agree to."""
    saved = asked.saved
    theirs = shown(l10n, saved.kind, saved.content, pin, places)
    by = {"name": saved.name, "who": saved.changed_by, "moment": l10n.moment(saved.changed_at), "theirs": theirs}
    if asked.do == "remove":
        if asked.taken:
            return l10n.say(
                "{who} changed {name} meanwhile, {moment}. It shows now: {theirs}. Nothing was removed: remove it all "
                "the same?",
                **by,
            )
        return l10n.say(
            "Remove {name} for everybody? It shows: {theirs}. The audit log keeps it.", name=saved.name, theirs=theirs
        )
    yours = shown(l10n, saved.kind, asked.content, pin, places)
    if asked.taken:
        return l10n.say(
            "{name} is taken: {who} saved it, {moment}. Theirs: {theirs}. Yours: {yours}. Nothing of yours was "
            "written: choose another name, or replace theirs.",
            yours=yours, **by,
        )  # fmt: skip
    return l10n.say(
        "Replace {name} for everybody? It shows: {theirs}. What you see now would take its place: {yours}.",
        name=saved.name, theirs=theirs, yours=yours,
    )  # fmt: skip


def answers(l10n: L10n, asked: Asked) -> tuple[str, str]:
    """Yes, and no, to what is asked."""
    if asked.do == "remove":
        return l10n.say("Yes, remove it"), l10n.say("Leave it")
    return l10n.say("Yes, replace theirs") if asked.taken else l10n.say("Yes, replace it"), l10n.say("Leave it")


def refused(l10n: L10n, error: Exception) -> str:
    """Why nothing was written."""
    wrong = [p.field for p in error.problems] if isinstance(error, UnfitError) else []
    said = [
        l10n.say("Nothing was written.") if wrong else "",
        l10n.say("Your name is missing.") if "by" in wrong else "",
        l10n.say("A name of at most {n} letters is needed.", n=l10n.number(MOST_NAME)) if "name" in wrong else "",
        no_segment(l10n) if "content" in wrong else "",
    ]
    return " ".join(filter(None, said)) or str(error)


def is_something(content: str) -> bool:
    """Whether a content says anything: a segment without a level does not."""
    return bool(content.strip("{}"))


def no_segment(l10n: L10n) -> str:
    """Why what is seen is no segment."""
    return l10n.say("A segment is what the filters keep, beside months and scores: none is set, or no row is left.")


def written(l10n: L10n, saved: Saved, do: str) -> str:
    """What was written."""
    if do == "remove":
        return l10n.say("{name} was removed.", name=saved.name)
    if do == "begin":
        return l10n.say("You begin with {name} from now on, where the address asks for nothing.", name=saved.name)
    if do == "stop":
        return l10n.say("You begin with no view any more.")
    return l10n.say("{name} is saved: everybody finds it here.", name=saved.name)
