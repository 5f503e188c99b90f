"""Model room: the rows that an audit scores again, drawn by the scored rows themselves: nobody can choose them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from data.asof import same
from data.audited import ROWS
from data.rows import mixed
from model.features import KEYS, Features

READ: Final = (*KEYS, "score", "model")
"""Columns of the scored rows that the draw reads."""


@dataclass(frozen=True)
class Draw:
    """The drawn rows (columns of `READ`) in order of month, client and obligation, and the hash that drew them: of the
    keys, scores and models of every scored row."""

    rows: pd.DataFrame
    seed: str


def draw(rows: pd.DataFrame, *, n: int = ROWS) -> Draw:
    """`n` of the scored rows, one at least of each model. The same rows for the same release, whatever their order.

    Every row gets a number from the seed and its place in the order of keys; the rows with the lowest are drawn, after
    the lowest of each model.
    """
    scored = rows.loc[rows["score"].notna(), list(READ)]
    scored = scored.sort_values(["month", "client", "obligation"], kind="stable").reset_index(drop=True)
    names, model = np.unique(scored["model"].astype(str).to_numpy(dtype=str), return_inverse=True)
    seed = hashlib.sha256("\n".join(names).encode())
    for values in (*(scored[k].to_numpy(np.int64) for k in KEYS), scored["score"].to_numpy(np.float32), model):
        seed.update(np.ascontiguousarray(values).tobytes())
    first = np.uint64(int(seed.hexdigest()[:16], 16))
    order = np.argsort(mixed(mixed(np.arange(len(scored), dtype=np.uint64)) ^ first), kind="stable")
    each = order[np.unique(model[order], return_index=True)[1]]
    rest = order[~np.isin(order, each)][: max(n - len(each), 0)]
    return Draw(scored.iloc[np.sort(np.concatenate([each, rest]))].reset_index(drop=True), seed.hexdigest())


def sample(rows: pd.DataFrame, features: Features) -> pd.DataFrame:
    """What an audit needs of the drawn rows: their keys and the values of their features when they were scored."""
    drawn = draw(rows).rows
    found = same(drawn, features.frame, by=KEYS)
    kept = features.frame.iloc[found].reset_index(drop=True)
    for name in features.names:
        if isinstance(kept[name].dtype, pd.CategoricalDtype):
            kept[name] = kept[name].cat.remove_unused_categories()
    return kept
