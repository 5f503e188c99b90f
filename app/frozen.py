"""App room: frozen evidence: figures, the release and the selection that they came from, as one text under its hash."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from typing import Any, Final

from app.desk import Pin
from app.views.kpi import Kpi
from data.counts import Selection
from data.records.canonical import canonical, sha256
from monitoring.policy import Policy

FORM: Final = 1
"""Version of the form of frozen evidence."""
_NUMBERS: Final = tuple(f.name for f in fields(Kpi) if f.type == "float")


@dataclass(frozen=True)
class Frozen:
    """Evidence as it was: canonical JSON that never changes, and what it says."""

    content: str

    @property
    def hash(self) -> str:
        """The SHA-256 of the content: 64 digits."""
        return sha256(self.content)

    @property
    def said(self) -> Mapping[str, Any]:
        """The content as plain values: release, published_at, selection, first_month, last_month, currency, policy,
        `pages`, and `tables` where some were frozen."""
        return _plain(self.content)

    def figures(self, page: str) -> list[Kpi]:
        """The figures of a page, with NaN where there was no number; none of a page that was not frozen."""
        return [figure_of(f) for f in self.said["pages"].get(page, ())]

    def table(self, name: str) -> list[dict[str, Any]]:
        """The rows of a table, None where there was no number; none of a table that was not frozen."""
        return self.said.get("tables", {}).get(name, [])

    def figure(self, page: str, key: str) -> Kpi | None:
        """One figure of a page; None when it was not frozen."""
        return next((f for f in self.figures(page) if f.key == key), None)


def freeze(
    pin: Pin,
    selection: Selection,
    *,
    query: str,
    pages: Mapping[str, Sequence[Kpi]],
    policy: Policy,
    tables: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
) -> Frozen:
    """The figures of some pages, and tables of plain values, with everything that they depend on. `query`: the
    selection as an address says it.

    The same figures of the same release under the same selection and policy give the same text, and the same hash.
    """
    first, last = selection.months or (pin.counts.months[0], pin.counts.months[-1])
    return Frozen(
        canonical(
            {
                "form": FORM, "release": pin.version, "published_at": pin.published_at, "selection": query,
                "first_month": first, "last_month": last, "currency": pin.meaning.get("currency", "COP"),
                "policy": asdict(policy), "pages": {name: [asdict(f) for f in found] for name, found in pages.items()},
                **({} if tables is None else {"tables": tables}),
            }
        )
    )  # fmt: skip


@lru_cache(maxsize=64)
def _plain(content: str) -> Mapping[str, Any]:
    return json.loads(content)


def figure_of(said: Mapping[str, Any]) -> Kpi:
    """A figure as plain values, with NaN where there was no number."""
    known = {f.name: said[f.name] for f in fields(Kpi) if f.name in said}
    return Kpi(**{**known, **{n: math.nan for n in _NUMBERS if known.get(n) is None}})
