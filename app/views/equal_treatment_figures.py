"""App room: the numbers of Equal treatment: error, offer and acceptance rates by gender, age and region."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from app.desk import Pin
from data.counts import Selection
from monitoring import equal_treatment
from monitoring.equal_treatment import DIMENSIONS, RATES, Compared, Group
from monitoring.grid import code_of_threshold, threshold_of_code
from monitoring.policy import Policy

CARRIERS: Final[Mapping[str, frozenset[str]]] = {
    "gender": frozenset({"gender", "client_gender", "estado_civil_y_sexo"}),
    "age_band": frozenset({"client_age", "edad_cliente", "edad", "Idade", "EDAD"}),
    "region": frozenset({"client_region", "region", "PROVINCIA", "CODIGO_POSTAL"}),
}
"""Features of the sources that tell a watched dimension."""


@dataclass(frozen=True)
class Sheet:
    """Every watched dimension that the release has and the selection leaves more than one level of, with its levels;
    `absent` dimensions are not in the data, `narrowed` ones have one level left. `threshold` is where flagging begins.
    `shared`: whether offers went to some and not to others, so that an offer rate says something. `features`: those
    of the model that tell each dimension; None where the release does not say what the model reads."""

    pin: Pin
    policy: Policy
    threshold: float
    months: tuple[int, int]
    tables: Mapping[str, list[Group]]
    absent: tuple[str, ...]
    narrowed: tuple[str, ...]
    shared: bool
    features: Mapping[str, tuple[str, ...]] | None

    @property
    def rates(self) -> tuple[str, ...]:
        """The rates that say something here."""
        return tuple(r for r in RATES if r != "offer_rate" or self.shared)

    def apart(self) -> list[tuple[str, str, str, Compared]]:
        """Dimension, level, rate and figures of every difference beyond chance, the largest first."""
        found = [
            (name, g.name, r, g.rates[r])
            for name, table in self.tables.items()
            for g in table
            for r in self.rates
            if g.rates[r].level in ("watch", "act")
        ]
        return sorted(found, key=lambda f: -abs(f[3].gap.value))

    def compared(self) -> int:
        """How many differences were tested."""
        return sum(math.isfinite(g.rates[r].q) for t in self.tables.values() for g in t for r in self.rates)


def sheet(pin: Pin, selection: Selection, threshold: float, *, policy: Policy) -> Sheet:
    """Everybody's treatment under a selection, flagged from a threshold on."""
    edges = np.asarray(pin.counts.edges, float)
    code = code_of_threshold(edges, threshold)
    levels = pin.extent.dimensions
    present = [d for d in DIMENSIONS if d in levels]
    varying = [d for d in present if len(selection.where.get(d, levels[d])) > 1]
    tables = equal_treatment.corrected([_table(pin, selection, d, code, policy) for d in varying], policy=policy)
    whole = pin.counts.totals(selection, measures=("offered", "eligible"))
    return Sheet(
        pin, policy, threshold_of_code(edges, code),
        selection.months or (pin.extent.months[0], pin.extent.months[-1]),
        dict(zip(varying, tables, strict=True)),
        tuple(d for d in DIMENSIONS if d not in levels), tuple(d for d in present if d not in varying),
        bool(whole["offered"].sum() < whole["eligible"].sum()), _features(pin),
    )  # fmt: skip


def _table(pin: Pin, selection: Selection, dimension: str, code: int, policy: Policy) -> list[Group]:
    counts = pin.counts
    first, last = selection.codes or (1, len(counts.edges) - 1)
    listed = replace(selection, codes=(max(first, code), last))
    return equal_treatment.compare(
        counts.totals(selection, by=(dimension, "rg", "arm"), measures=equal_treatment.MEASURES),
        counts.totals(listed, by=(dimension, "rg"), measures=("n",)),
        counts.histogram(selection, by=(dimension,), measures=equal_treatment.HISTOGRAM_MEASURES),
        dimension, code, policy=policy,
    )  # fmt: skip


def _features(pin: Pin) -> dict[str, tuple[str, ...]] | None:
    said = pin.document("model_card").get("features")
    if said is None:
        return None
    read = [f["name"] for f in said]
    return {d: tuple(n for n in read if n in CARRIERS[d]) for d in DIMENSIONS}
