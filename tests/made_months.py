"""Releases of several made months for tests, and a page of the dashboard in a session without a browser."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
from made_pin import EDGES
from made_session import serve_in_memory
from releases import EVERYTHING, draft, open_counts, store_with
from shiny import reactive

from app.desk import Pin
from app.l10n import L10n
from app.pages.base import Page
from app.selection import Filters
from app.theme import Look
from data.counts import Selection
from data.store import Draft

PATIENCE = 60.0
"""Seconds that a session is given to come to something."""


def months_pin(
    months: Mapping[int, Sequence[pd.DataFrame]],
    *,
    carries: Sequence[str] = EVERYTHING,
    documents: Mapping[str, Any] | None = None,
) -> Pin:
    """A release that holds these groups of rows by month, on a grid of twenty bins, with the threshold 0.35."""
    made = draft(300, first=min(months), last=max(months), carries=carries)
    papers = {**made.documents, "grid": {"edges": EDGES, "threshold": 0.35}, **(documents or {})}
    store = store_with(Draft({"rows": {str(m): _joined(m, groups) for m, groups in months.items()}}, papers))
    release = store.read()
    return Pin(release, open_counts(release), store)


def _joined(month: int, groups: Sequence[pd.DataFrame]) -> pd.DataFrame:
    rows = pd.concat([g.astype(dict.fromkeys(g.select_dtypes("category"), object)) for g in groups], ignore_index=True)
    rows["month"] = np.full(len(rows), month, np.int32)
    rows["client"] = rows["obligation"] = np.arange(len(rows))
    for name in rows.select_dtypes(object):
        rows[name] = pd.Categorical(rows[name])
    return rows


def _narrowed(selection: Selection, dimension: str, levels: tuple[str, ...]) -> Selection:
    """What the filter bar makes of it: without levels the filter is lifted, be it of a dimension or of the score."""
    rest = {name: kept for name, kept in selection.where.items() if name != dimension}
    where = {**rest, dimension: levels} if levels else rest
    return replace(selection, where=where, codes=None if dimension == "score" else selection.codes)


class Shown:
    """A page in a session; `narrowed` is what it asked of the filter bar."""

    def __init__(self, page: Any, narrowed: list[tuple[str, ...]]) -> None:
        self.page, self.narrowed = page, narrowed

    def html(self, name: str) -> str:
        """What an output shows, once it does."""
        self.until(lambda: self.page.get_output(name).status == "ok" and self.page.get_output(name).value is not None)
        return self.page.get_output(name).value["html"]

    def until(self, condition: Callable[[], bool]) -> None:
        """Waits until the session has come to something, and lets threads work meanwhile."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if condition():
                return
            time.sleep(0.01)
            self.page.flush()
        raise AssertionError("the page never came to it")


@contextmanager
def shown_page(
    page: Page,
    pin: Pin,
    selection: Selection,
    *,
    l10n: L10n,
    given: Mapping[str, Any] | None = None,
    **inputs: Any,
) -> Iterator[Shown]:
    """One page over a release and a selection that `narrow` changes, with inputs of its own. What the page needs beyond
    what every page is given is `given`; a filter bar that can be read and set is there."""
    narrowed: list[tuple[str, ...]] = []

    def server(input: Any, output: Any, session: Any) -> None:
        chosen: reactive.Value[Selection] = reactive.Value(selection)

        def narrow(dimension: str, *levels: str) -> None:
            narrowed.append((dimension, *levels))
            with reactive.isolate():
                chosen.set(_narrowed(chosen(), dimension, levels))

        def show(filters: Filters) -> None:
            chosen.set(Selection(selection.months, dict(filters.where)))

        shared = {"pin": lambda: pin, "look": Look, "policy": lambda: pin.policy}
        bar = {"bar": lambda: Filters(where=chosen().where), "shelf": SimpleNamespace(show=show)}
        needed = {need: it for need, it in {**bar, **(given or {})}.items() if need in page.needs}
        page.server(page.name, l10n=l10n, selection=chosen, narrow=narrow, **shared, **needed)

    with serve_in_memory(server) as session:
        session.set_inputs(page=page.name)
        scope = session.make_scope(page.name)
        scope.set_inputs(**inputs)
        yield Shown(scope, narrowed)
