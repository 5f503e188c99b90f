"""Dimensions: which lies under which, as the rows show it, and which have an order."""

from __future__ import annotations

import numpy as np
import pandas as pd

from data import bands
from data.rows import UNKNOWN
from model.dimensions import document, under

OFFICES = {"Norte": "Caribe", "Sur": "Caribe", "Este": "Centro", "Oeste": "Centro"}


def _rows(n: int = 400, seed: int = 0) -> dict[str, pd.Categorical]:
    rng = np.random.default_rng(seed)
    office = rng.choice(list(OFFICES), n)
    region = np.array([OFFICES[x] for x in office])
    return {"region": _of(region), "office": _of(office), "channel": _of(rng.choice(["app", "web", "tel"], n))}


def _of(values: np.ndarray) -> pd.Categorical:
    levels = [x for x in dict.fromkeys(values.tolist()) if x != UNKNOWN]
    return pd.Categorical(values, categories=[*levels, *([UNKNOWN] if UNKNOWN in values else [])])


def test_offices_lie_under_regions_and_nothing_else_lies_under_anything() -> None:
    assert under(_rows()) == {"office": "region"}


def test_the_document_says_so_and_which_levels_have_an_order() -> None:
    described = document(_rows() | {"age_band": bands.age_band(np.arange(20, 60).repeat(10))})
    assert described["office"]["under"] == "region"
    assert described["age_band"]["ordered"] is True
    assert not {"under", "ordered"} & described["region"].keys()


def test_the_finest_of_several_is_the_one_directly_above() -> None:
    found = _rows()
    office = np.asarray(found["office"])
    desk = _of(np.array([f"{x}-{k % 3}" for k, x in enumerate(office)]))
    assert under(found | {"desk": desk}) == {"office": "region", "desk": "office"}


def test_rows_of_unknown_region_say_nothing_and_an_odd_one_in_a_hundred_does_no_harm() -> None:
    found = _rows(4000)
    region = np.asarray(found["region"], object)
    region[:500] = UNKNOWN
    region[600] = "Centro" if region[600] == "Caribe" else "Caribe"
    assert under(found | {"region": _of(region)}) == {"office": "region"}
    region[600:1000] = np.where(region[600:1000] == "Caribe", "Centro", "Caribe")
    assert under(found | {"region": _of(region)}) == {}


def test_a_level_of_a_few_rows_proves_nothing() -> None:
    """Forty clients in four offices: ten rows of an office may lie in one region by chance."""
    assert under(_rows(40)) == {}


def test_one_name_for_another_is_no_level_under_it() -> None:
    found = _rows()
    assert under({"region": found["region"], "same": _of(np.char.upper(np.asarray(found["region"], str)))}) == {}
