"""Data room: what happened to the portfolio and who answers for it, in a small TOML: a file of its own in a folder of
files, or part of a mapping.

[[events]]
month = 202407
owner = "Comité de crédito"                                  # may be left out
text = { en = "New terms", es = "Nuevas condiciones" }       # or one text for every language
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from data.contract import Event, Portfolio, SourceError
from data.months import is_month

FILE: Final = "events.toml"
"""Name under which the file is found in a folder of files."""
KEY: Final = "events"
LANGUAGES: Final = ("en", "es", "pt")
_KEYS: Final = ("month", "text", "owner")


def noted(portfolio: Portfolio, data: Path) -> Portfolio:
    """The portfolio with the events of the file in its folder. In a month that the file speaks of, what was found in
    the data themselves gives way. Raises SourceError as `parsed` does."""
    path = data / FILE
    if not path.is_file():
        return portfolio
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourceError(f"{FILE}: this is not TOML: {error}") from None
    for key in told:
        if key != KEY:
            raise SourceError(f"{FILE}, {key}: is not a known key; every event is a table [[{KEY}]]")
    said = parsed(told.get(KEY, []), file=FILE)
    known = {e.month for e in said}
    events = (*said, *(e for e in portfolio.meaning.events if e.month not in known))
    in_order = tuple(sorted(events, key=lambda e: e.month))
    return replace(portfolio, meaning=replace(portfolio.meaning, events=in_order))


def parsed(told: object, *, file: str) -> tuple[Event, ...]:
    """The events that a file lists, in order of month. Raises SourceError that names the file, the event (1 is the
    first), the key, the value and the rule."""
    if not isinstance(told, list):
        raise SourceError(f"{file}, {KEY} = {told!r}: must be a list of tables [[{KEY}]]")
    return tuple(sorted((_event(e, f"{file}, {KEY}[{k}]") for k, e in enumerate(told, 1)), key=lambda e: e.month))


def _event(told: object, place: str) -> Event:
    if not isinstance(told, Mapping):
        raise SourceError(f"{place} = {told!r}: must be a table with month, text and owner")
    for key in told:
        if key not in _KEYS:
            raise SourceError(f"{place}.{key}: is not a known key; known are {', '.join(_KEYS)}")
    month, owner = told.get("month"), told.get("owner", "")
    if not isinstance(month, int) or isinstance(month, bool) or not is_month(month):
        raise SourceError(f"{place}.month = {month!r}: must be a month such as 202407")
    if not isinstance(owner, str):
        raise SourceError(f"{place}.owner = {owner!r}: must be a text")
    return Event(month, _text(told.get("text"), f"{place}.text"), owner.strip())


def _text(told: Any, place: str) -> dict[str, str]:
    texts = dict.fromkeys(LANGUAGES, told) if isinstance(told, str) else told
    if not isinstance(texts, Mapping) or not texts or not all(isinstance(t, str) and t.strip() for t in texts.values()):
        raise SourceError(f"{place} = {told!r}: must be a text, or a table of texts by language")
    for language in texts:
        if language not in LANGUAGES:
            raise SourceError(f"{place}.{language}: is not a language; known are {', '.join(LANGUAGES)}")
    return {language: t.strip() for language, t in texts.items()}
