"""App room: the way down from a dimension to what lies under it on the Segments page, and back up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.desk import Pin
from app.l10n import L10n
from app.selection import Filters
from app.views import choices, names
from app.views.choices import FIRST
from app.views.shapes import Crumb
from data.counts import Selection

PEOPLE = ("age_band", "gender", "occupation", "income_band", "segment", "region")
"""Sociodemographic dimensions, the first being the usual one."""
CONDUCT = ("bucket", "product", "channel")
"""Transactional dimensions, the first being the usual one."""
NAMED_LEVELS = 2
"""Levels of one filter that a breadcrumb names; of more it gives the number."""


def above(pin: Pin) -> Mapping[str, str]:
    """Each dimension that lies under another → that one."""
    document, known = pin.document("dimensions"), pin.extent.dimensions
    found = {name: str(about["under"]) for name, about in document.items() if about.get("under") in known}
    return {name: parent for name, parent in found.items() if name in known}


def chain(pin: Pin, dimension: str) -> tuple[str, ...]:
    """The dimensions from the topmost down through `dimension` to the lowest under it; itself alone where there is no
    other."""
    parents = above(pin)
    up = [dimension]
    while up[-1] in parents and parents[up[-1]] not in up:
        up.append(parents[up[-1]])
    down = _below(pin, dimension)
    return (*reversed(up), *down)


def _below(pin: Pin, dimension: str) -> list[str]:
    """What lies under a dimension, level by level; of several under one, the first."""
    parents, down = above(pin), [dimension]
    while child := next((n for n, parent in parents.items() if parent == down[-1] and n not in down), ""):
        down.append(child)
    return down[1:]


def opened(pin: Pin, selection: Selection, dimension: str) -> str:
    """What to show of a dimension: itself while more than one of its levels is left, else what lies under it. At the
    end of the way the last one with its one level; "" for a dimension that has no other under or above it."""
    if dimension not in pin.extent.dimensions:
        return ""
    free, way = choices.varying(pin, selection), [dimension, *_below(pin, dimension)]
    found = next((name for name in way if name in free), "")
    return found or (way[-1] if len(chain(pin, dimension)) > 1 else "")


def one(pin: Pin, selection: Selection, asked: str) -> str:
    """The dimension of a breakdown: the one asked for, or what lies under it once one of its levels is left."""
    return _resolve(pin, selection, asked, prefer=FIRST, other_than="")


def pair(pin: Pin, selection: Selection, *, rows: str, columns: str) -> tuple[str, str]:
    """The two dimensions of the heat-map, never the same; "" where there is none left."""
    down = opened(pin, selection, rows)
    across = opened(pin, selection, columns)
    if not across or across == down:
        across = _resolve(pin, selection, columns, prefer=CONDUCT, other_than=down)
    if not down or down == across:
        down = _resolve(pin, selection, rows, prefer=PEOPLE, other_than=across)
    return down, across


def _resolve(pin: Pin, selection: Selection, asked: str, *, prefer: Sequence[str], other_than: str) -> str:
    free = [name for name in choices.varying(pin, selection) if name != other_than]
    wanted = (opened(pin, selection, name) for name in (asked, *prefer))
    return next((name for name in wanted if name in free), next(iter(free), ""))


def offered(l10n: L10n, pin: Pin, selection: Selection, *, rows: str, columns: str) -> dict[str, dict[str, str]]:
    """Choices by input: the dimension, and the rows and columns of the heat-map, each without the other's present one.
    The empty choice is the usual one, named as what it is now; a dimension that was gone down from is named with what
    is shown under it."""
    down, across = pair(pin, selection, rows=rows, columns=columns)
    return {
        "dimension": _offered(l10n, pin, selection, usual=one(pin, selection, ""), prefer=FIRST, to_the_end=False),
        "rows": _offered(
            l10n, pin, selection, prefer=PEOPLE, other_than=across,
            usual=_resolve(pin, selection, "", prefer=PEOPLE, other_than=across),
        ),
        "columns": _offered(
            l10n, pin, selection, prefer=CONDUCT, other_than=down,
            usual=_resolve(pin, selection, "", prefer=CONDUCT, other_than=down),
        ),
    }  # fmt: skip


def _offered(
    l10n: L10n,
    pin: Pin,
    selection: Selection,
    *,
    usual: str,
    prefer: Sequence[str],
    other_than: str = "",
    to_the_end: bool = True,
) -> dict[str, str]:
    """`to_the_end`: also what has one level left at the end of its way."""
    free = {*choices.varying(pin, selection), *(pin.extent.dimensions if to_the_end else ())}
    shown = {name: opened(pin, selection, name) for name in (*prefer, *pin.extent.dimensions)}
    shown = {name: found for name, found in shown.items() if found in free - {other_than} and name != usual}
    return {"": _name(l10n, pin, usual) if usual else "—"} | {
        name: _name(l10n, pin, name) if found == name else f"{_name(l10n, pin, name)} › {_name(l10n, pin, found)}"
        for name, found in shown.items()
    }


def _name(l10n: L10n, pin: Pin, dimension: str) -> str:
    return names.dimension(l10n, dimension, pin.document("dimensions"))


def crumbs(l10n: L10n, pin: Pin, selection: Selection, axes: Sequence[str]) -> tuple[tuple[Crumb, ...], ...]:
    """The ways that lead down to where one is: one for each axis, or filter, that has something above or under it."""
    ways = dict.fromkeys(chain(pin, name) for name in (*axes, *selection.where) if len(chain(pin, name)) > 1)
    return tuple(_way(l10n, pin, selection, way, axes) for way in ways)


def _way(l10n: L10n, pin: Pin, selection: Selection, way: tuple[str, ...], axes: Sequence[str]) -> tuple[Crumb, ...]:
    """Region › Caribe › Office: the topmost dimension, the levels that filters keep, and the dimension that is shown
    under them, or that can be where no axis shows any of the way."""
    at = next((name for name in way if name in axes), "")
    found, under = [Crumb(_name(l10n, pin, way[0]), way[0])], ""
    for name, under_it in zip(way, (*way[1:], ""), strict=True):
        if name in selection.where:
            under = under_it
            found.append(Crumb(_levels(l10n, selection.where[name]), under))
    below = (at if at not in selection.where and at != way[0] else "") if at else under
    if below == found[-1].back_to or not below:
        found[-1] = Crumb(found[-1].text, "")
    return (*found, Crumb(_name(l10n, pin, below), "" if at else below)) if below else tuple(found)


def _levels(l10n: L10n, kept: Sequence[str]) -> str:
    if len(kept) <= NAMED_LEVELS:
        return ", ".join(names.level(l10n, level) for level in kept)
    return l10n.many("{n} level", "{n} levels", len(kept))


def up(pin: Pin, bar: Filters, dimension: str) -> Filters:
    """The filters without those of a dimension and of all that lies under it: what a click on a crumb asks for."""
    for name in (dimension, *_below(pin, dimension)):
        bar = bar.only(name)
    return bar


@dataclass(frozen=True)
class Back:
    """Where a way back leads: the axis that shows it, the choices there, and what to ask of it."""

    axis: str
    choices: dict[str, str]
    asked: str


def back(l10n: L10n, pin: Pin, selection: Selection, dimension: str, *, rows: str, columns: str) -> Back | None:
    """How a click on a crumb shows `dimension` again: on the axis that its way stands on, which is asked for what it is
    asked for now where that leads there. None for a dimension that the release does not have."""
    if dimension not in pin.extent.dimensions:
        return None
    way = chain(pin, dimension)
    axis, asked = ("columns", columns) if columns in way and rows not in way else ("rows", rows)
    leads = asked in way and way.index(asked) <= way.index(dimension)
    wanted = {"rows": rows, "columns": columns} | {axis: asked if leads else dimension}
    lifted = {name: kept for name, kept in selection.where.items() if name not in (dimension, *_below(pin, dimension))}
    return Back(axis, offered(l10n, pin, replace(selection, where=lifted), **wanted)[axis], wanted[axis])


def hint(l10n: L10n, way: Sequence[Crumb]) -> str:
    """What can be done at the beginning of a way; "" further down."""
    return l10n.say("A click on a name opens what lies under it.") if len(way) == 1 else ""
