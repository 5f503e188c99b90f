"""App room: JSON as the API takes it: standard JSON and nothing else, no name twice in one object."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import orjson

_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"([ \t\r\n]*+:)?')
"""A string of JSON text, and the colon after it where it is a name."""


class JsonError(ValueError):
    """The text is not JSON that can be taken: why, for the client."""


def read(body: bytes) -> Any:
    """The value of a JSON text. Raises JsonError for what is no JSON (NaN and Infinity are none), and for an object
    that names one thing twice: which of the two was meant cannot be known."""
    if not body.strip():
        raise JsonError("the body is empty; JSON is expected")
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as why:
        raise JsonError(_in_words(body, why)) from None
    if sum(1 for match in _STRING.finditer(body) if match[1]) != _names(value):
        raise JsonError(f"the name {_twice(body)!r} stands more than once in one object")
    return value


def _in_words(body: bytes, why: orjson.JSONDecodeError) -> str:
    near = body[max(why.pos - 1, 0) : why.pos + 12]
    for word in (b"NaN", b"Infinity"):
        if word in near:
            return f"{word.decode()} is not JSON (line {why.lineno}, column {why.colno}); send null for what is missing"
    return f"the body is not JSON: {why.msg} (line {why.lineno}, column {why.colno})"


def _names(value: Any) -> int:
    """How many names the objects of a value have."""
    count, open_ = 0, [value]
    while open_:
        here = open_.pop()
        if isinstance(here, dict):
            count += len(here)
        inside = here.values() if isinstance(here, dict) else here if isinstance(here, list) else ()
        open_.extend(v for v in inside if isinstance(v, dict | list))
    return count


def _twice(body: bytes) -> str:
    """The first name that an object has twice."""
    found: list[str] = []

    def pairs(given: list[tuple[str, Any]]) -> None:
        found.extend(_repeated(name for name, _ in given))

    json.loads(body, object_pairs_hook=pairs)
    return found[0] if found else ""


def _repeated(names: Iterator[str]) -> list[str]:
    seen: set[str] = set()
    return [n for n in names if n in seen or seen.add(n)]  # type: ignore[func-returns-value]
