"""App room: which dimension a page shows: what can be chosen under a selection, and what stands where nothing is."""

from __future__ import annotations

from collections.abc import Sequence

from app.desk import Pin
from app.l10n import L10n
from app.views import names
from data.counts import Selection

FIRST = ("product", "region", "segment", "bucket")
"""What a breakdown starts with."""


def varying(pin: Pin, selection: Selection) -> list[str]:
    """The dimensions that the selection leaves more than one level of, in the order of the release."""
    levels = pin.extent.dimensions
    return [name for name in levels if len(selection.where.get(name, levels[name])) > 1]


def resolve(pin: Pin, selection: Selection, asked: str, *, prefer: Sequence[str] = FIRST, other_than: str = "") -> str:
    """The dimension to show: the one asked for when it still varies, else the first preferred one that does, else any;
    never `other_than`; "" when there is none."""
    free = [name for name in varying(pin, selection) if name != other_than]
    wanted = [name for name in (asked, *prefer) if name in free]
    return next(iter([*wanted, *free]), "")


def dimensions(
    l10n: L10n, pin: Pin, selection: Selection, *, prefer: Sequence[str] = FIRST, other_than: str = ""
) -> dict[str, str]:
    """Choices of a dimension, the preferred ones first. The empty choice is the usual one, named as what it is now."""
    free = [name for name in varying(pin, selection) if name != other_than]
    usual = resolve(pin, selection, "", prefer=prefer, other_than=other_than)
    rest = [*(n for n in prefer if n in free), *(n for n in free if n not in prefer)]
    document = pin.document("dimensions")
    named = {name: names.dimension(l10n, name, document) for name in rest if name != usual}
    return {"": names.dimension(l10n, usual, document) if usual else "—", **named}


def kept_or_first(choices: dict[str, str], current: str) -> str:
    """The current choice as long as it is offered; else the first."""
    return current if current in choices else next(iter(choices))


def kept(choices: dict[str, str], current: str) -> str:
    """The current choice as long as it is offered; else the usual one."""
    return current if current in choices else ""


def at_first(l10n: L10n, asked: str) -> dict[str, str]:
    """Choices before the release is known: the usual one, and what the address asks for."""
    return {"": "…"} | ({asked: names.dimension(l10n, asked)} if asked else {})
