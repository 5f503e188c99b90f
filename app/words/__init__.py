"""App room: the words on screen. English is the source language; every other language is a gettext catalogue.

A catalogue is `<language>.po`, or several: `<language>.<page>.po` beside it holds the words of one page.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

LANGUAGES = {"es": "Español", "en": "English", "pt": "Português"}
FALLBACK = "es"


def mark(message: str) -> str:
    """Marks a message for translation where it is defined; it is translated where it is shown."""
    return message


def translated(language: str, message: str) -> str:
    """The message in a language; the English itself where the catalogue lacks it."""
    found = _catalogue(language).get(message, "")
    return found if isinstance(found, str) and found else message


def translated_plural(language: str, one: str, many: str, n: int) -> str:
    """The singular or plural form for a count of n."""
    found = _catalogue(language).get(one, ())
    forms = found if isinstance(found, tuple) and len(found) == 2 else (one, many)
    return forms[0 if _is_one(language, n) else 1]


def pick(*wanted: str | None) -> str:
    """The first of the wanted languages that there is; each may be a code or an Accept-Language header."""
    for text in wanted:
        for part in (text or "").split(","):
            code = part.split(";")[0].strip().lower()[:2]
            if code in LANGUAGES:
                return code
    return FALLBACK


def _is_one(language: str, n: int) -> bool:
    return n in (0, 1) if language == "pt" else n == 1


@cache
def _catalogue(language: str) -> Mapping[str, str | tuple[str, ...]]:
    """Message → words, of every catalogue of a language. A plural message is found under its singular."""
    out: dict[str, str | tuple[str, ...]] = {}
    for path in sorted(Path(__file__).parent.glob(f"{language}*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if not message.id or message.fuzzy or not message.string:
                    continue
                if isinstance(message.id, str):
                    out[message.id] = str(message.string)
                else:
                    out[message.id[0]] = tuple(message.string)
    return out
