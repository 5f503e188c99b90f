"""Model room: gradient-boosted trees of LightGBM and XGBoost, whose log-odds come apart into exact contributions."""

from __future__ import annotations

from typing import Any, Final

import lightgbm as lgb
import numpy as np

TREES, LEAVES, DEPTH = 150, 8, 3
"""Small trees: as good as larger ones on collection data, and four times faster to explain."""

SMALL: Final = 20_000
"""Training rows up to which each tree learns more slowly, and models of several seeds are averaged."""

SLOW: Final = 200
"""Trees of each model on small data."""

SEEDS: Final = 5
"""Models averaged on small data: the AUC of one seed alone, on 10,000 rows with 5 % of a class, moves by ±.004."""

LEAST: Final = 40
"""Rows of a leaf at least; an eightieth of the training rows where that is fewer, but never fewer than 5."""

DEEP: Final[dict[str, Any]] = {
    "trees": 400, "rate": 0.05, "leaves": 31, "depth": -1, "least": 20, "features": 1.0, "rows": 1.0, "l2": 0.0,
    "seeds": 1,
}  # fmt: skip
"""LightGBM's own leaves, for tables whose outcome hangs on how several columns meet, such as prices set by a lender."""


class Trees:
    """Gradient-boosted trees, deterministic for one seed; the mean of several models of different seeds where there are
    several. `texts`: LightGBM's own text of each."""

    def __init__(self, *texts: str) -> None:
        self.texts = texts
        self._boosters: list[lgb.Booster] = []

    @property
    def boosters(self) -> list[lgb.Booster]:
        """The models in memory, read from their texts on first use."""
        if not self._boosters:
            self._boosters = [lgb.Booster(model_str=text) for text in self.texts]
        return self._boosters

    def __getstate__(self) -> dict[str, object]:
        return {"texts": self.texts, "_boosters": []}

    def margin(self, X: np.ndarray) -> np.ndarray:
        """Log-odds per row."""
        return np.asarray(np.mean([b.predict(X, raw_score=True) for b in self.boosters], axis=0, dtype=np.float64))

    def contributions(self, X: np.ndarray) -> np.ndarray:
        """Share of each feature in a row's log-odds (TreeSHAP); features plus the base add up to the margin."""
        every = [np.asarray(b.predict(X, pred_contrib=True))[:, :-1] for b in self.boosters]
        return np.asarray(np.mean(every, axis=0, dtype=np.float64))


def fit_trees(
    X: np.ndarray, y: np.ndarray, *, categorical: list[int], seed: int, trees: int | None = None,
    rate: float | None = None, leaves: int = LEAVES, depth: int = DEPTH, least: int | None = None,
    features: float = 0.3, rows: float = 0.7, l2: float = 5.0, seeds: int | None = None,
) -> Trees:  # fmt: skip
    """Trees fitted to rows in time order; y is 1 or 0. One thread: on a busy machine a second one makes it slower.

    `trees` of at most `leaves` leaves and `depth` levels (-1: any), each leaf of `least` rows, learn at `rate`;
    `features`: share of the features that a split may choose from; `rows`: share of the rows of a tree; `l2`: shrinkage
    of the leaves; `seeds`: models that are averaged. What is None goes by the number of rows.
    """
    n, small = len(y), len(y) <= SMALL
    params = {
        "objective": "binary", "learning_rate": rate or (0.03 if small else 0.05), "num_leaves": leaves,
        "max_depth": depth, "min_data_in_leaf": least or min(LEAST, max(5, n // 80)),
        "feature_fraction_bynode": features, "bagging_fraction": rows, "bagging_freq": int(rows < 1), "lambda_l2": l2,
        "cat_smooth": 20.0, "max_cat_to_onehot": 4, "deterministic": True, "force_row_wise": True, "num_threads": 1,
        "verbose": -1,
    }  # fmt: skip
    rounds = trees or (SLOW if small else TREES)
    data = lgb.Dataset(X, y, categorical_feature=categorical, params={"verbose": -1}, free_raw_data=False)
    first, count = seed * SEEDS, seeds or (SEEDS if small else 1)
    drawn = range(first, first + count) if count > 1 else [seed]
    return Trees(*(lgb.train({**params, "seed": s}, data, num_boost_round=rounds).model_to_string() for s in drawn))


class Boosted:
    """XGBoost's trees, kept as the bytes of its own format. `kinds`: "c" for a category, "q" for a number."""

    def __init__(self, raw: bytes, kinds: list[str]) -> None:
        self.raw, self.kinds = raw, kinds
        self._booster: Any = None

    def __getstate__(self) -> dict[str, object]:
        return {"raw": self.raw, "kinds": self.kinds, "_booster": None}

    def _told(self, X: np.ndarray, **asked: bool) -> np.ndarray:
        import xgboost as xgb

        if self._booster is None:
            self._booster = xgb.Booster({"nthread": 1})
            self._booster.load_model(bytearray(self.raw))
        data = xgb.DMatrix(X, feature_types=self.kinds, enable_categorical=True, nthread=1)
        return np.asarray(self._booster.predict(data, **asked), dtype=np.float64)

    def margin(self, X: np.ndarray) -> np.ndarray:
        """Log-odds per row."""
        return self._told(X, output_margin=True)

    def contributions(self, X: np.ndarray) -> np.ndarray:
        """Share of each feature in a row's log-odds (TreeSHAP); features plus the base add up to the margin."""
        return self._told(X, pred_contribs=True)[:, :-1]


def fit_xgboost(
    X: np.ndarray, y: np.ndarray, *, categorical: list[int], seed: int, trees: int = 300, rate: float = 0.05,
    depth: int = 5, least: float = 2.0, features: float = 0.7, rows: float = 0.8, l2: float = 2.0,
) -> Boosted:  # fmt: skip
    """XGBoost with categories told apart; y is 1 or 0. `least`: sum of the second derivatives in a leaf at least (about
    a fifth of its rows); the rest as in `fit_trees`."""
    import xgboost as xgb

    kinds = ["c" if i in categorical else "q" for i in range(X.shape[1])]
    params = {
        "objective": "binary:logistic", "tree_method": "hist", "eta": rate, "max_depth": depth,
        "min_child_weight": least, "colsample_bytree": features, "subsample": rows, "lambda": l2, "seed": seed,
        "nthread": 1, "verbosity": 0,
    }  # fmt: skip
    data = xgb.DMatrix(X, y, feature_types=kinds, enable_categorical=True, nthread=1)
    return Boosted(bytes(xgb.train(params, data, num_boost_round=trees).save_raw("ubj")), kinds)
