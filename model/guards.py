"""Model room: what stops a run, or refuses a feature, with a clear word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from data.contract import CarteraError

if TYPE_CHECKING:
    from model.features import Features, Known

LEAK_AUC = 0.98
"""A single feature that ranks the outcome better than this is the outcome in disguise."""

LEAK_CLASS = 20
"""Rows of the rarer class below which such an AUC is chance, and the leak guard keeps silent."""

BINS = 50
BIN_ROWS = 40
LABEL_COLUMNS = frozenset(
    (
        "label", "label_state", "known_at", "kept", "var_rpta_alt", "tipo_var_rpta_alt",
        "descripcion_ranking_mejor_ult", "descripcion_ranking_post_ult", "marca_alt_rank", "marca_alt_apli",
        "alternativa_aplicada_agr", "marca_agrupada_rgo", "marca_alternativa", "marca_alternativa_orig",
        "pago_mes", "porc_pago_mes", "marca_pago"
    )
)  # fmt: skip
"""Columns of known sources that say, in the month of the outcome, what the outcome was."""

OPENING_FRAMES = frozenset({"obligations", "attributes"})


class GuardTripped(CarteraError):  # noqa: N818
    """A guard stopped the run: going on would publish figures that are not true. Nothing was written."""

    code = "guard"


@dataclass(frozen=True)
class Leak:
    """What a feature tells of the outcome by itself: its AUC. Above 0.98 it gives the outcome away."""

    feature: str
    auc: float


def no_contemporary(known: Mapping[str, Known]) -> None:
    """Raise GuardTripped when a feature may look at the month that it predicts."""
    guilty = [n for n, k in known.items() if k.lag < (0 if k.frame in OPENING_FRAMES else 1)]
    if guilty:
        raise GuardTripped(
            f"feature(s) {', '.join(sorted(guilty))} describe the same month as the outcome; only what was known "
            "before the month opened may be a feature"
        )


def no_label_columns(names: Iterable[str]) -> None:
    """Raise GuardTripped when a column that is known to tell the outcome of its own month would be a feature."""
    guilty = sorted(set(names) & LABEL_COLUMNS)
    if guilty:
        raise GuardTripped(
            f"column(s) {', '.join(guilty)} tell the outcome of their own month; bar them (`never` in the mapping) or "
            "map them to the frame that says when they become known"
        )


def disjoint(left: Iterable[int], right: Iterable[int], *, what: str = "client") -> None:
    """Raise GuardTripped when a client is on both sides of a split, naming the first."""
    both = set(left) & set(right)
    if both:
        raise GuardTripped(f"{len(both):,} {what}(s) are on both sides of the split, the first {min(both)}")


def leaks(features: Features, label: np.ndarray) -> tuple[Leak, ...]:
    """Features that alone rank the labelled rows with an AUC above 0.98, strongest first; see `alone`."""
    return above(alone(features, label))


def above(found: Iterable[Leak]) -> tuple[Leak, ...]:
    """Those of `alone` whose AUC is above 0.98."""
    return tuple(x for x in found if x.auc > LEAK_AUC)


def alone(features: Features, label: np.ndarray) -> tuple[Leak, ...]:
    """How well each feature ranks the labelled rows by itself, the strongest first.

    `label`: 1, 0 or NaN per row. Empty when a class has fewer than 20 rows: too few to tell a leak from chance.
    """
    rows = np.flatnonzero(np.isfinite(label))
    y = label[rows]
    if min(y.sum(), len(y) - y.sum()) < LEAK_CLASS:
        return ()
    found = [Leak(n, single_auc(_codes(features, n)[rows], y)) for n in features.names]
    return tuple(sorted(found, key=lambda x: -x.auc))


def single_auc(values: np.ndarray, y: np.ndarray) -> float:
    """AUC of one column alone, in the better direction: by rank among known values, or by the positive share of bins of
    at least 40 rows with "missing" as one of them, whichever is higher. 0.5..1."""
    from sklearn.metrics import roc_auc_score

    known = ~np.isnan(values)
    positives = y[known].sum()
    rank = 0.5
    if min(positives, known.sum() - positives) >= LEAK_CLASS:
        rank = 0.5 + abs(roc_auc_score(y[known], values[known]) - 0.5)
    bins = np.where(known, 1 + np.searchsorted(_quantiles(values[known]), values, side="right"), 0)
    rate = np.bincount(bins, y) / np.maximum(np.bincount(bins), 1)
    return float(max(rank, roc_auc_score(y, rate[bins])))


def _quantiles(values: np.ndarray) -> np.ndarray:
    """Inner edges of bins of equal size, at least 40 rows each and at most 50 of them."""
    bins = min(BINS, len(values) // BIN_ROWS)
    return np.unique(np.quantile(values, np.linspace(0, 1, bins + 1)[1:-1])) if bins > 1 else np.zeros(0)


def _codes(features: Features, name: str) -> np.ndarray:
    """Values of a feature as float64; categories as ranks by size, those of fewer than 40 rows together."""
    column = features.frame[name]
    if not hasattr(column, "cat"):
        return column.to_numpy(dtype=np.float64)
    codes = column.cat.codes.to_numpy()
    size = np.bincount(codes[codes >= 0], minlength=len(column.cat.categories))
    place = np.empty(len(size), dtype=np.float64)
    place[np.argsort(-size, kind="stable")] = np.minimum(np.arange(len(size)), (size >= BIN_ROWS).sum())
    return np.where(codes >= 0, place[codes], np.nan) if len(place) else np.full(len(codes), np.nan)


def numbers(score: np.ndarray, month: np.ndarray, *, first: int) -> None:
    """Raise GuardTripped when a row from month `first` on has a score that is not a number in 0..1."""
    wrong = (month >= first) & ~((score >= 0) & (score <= 1))
    if wrong.any():
        at = int(np.flatnonzero(wrong)[0])
        raise GuardTripped(
            f"{int(wrong.sum()):,} score(s) are not numbers from 0 to 1, the first {score[at]} in month {month[at]}"
        )


def skill(auc_low: float, auc_high: float, *, n: int) -> None:
    """Raise GuardTripped when the out-of-time AUC's interval includes 0.5: the scores rank no better than chance."""
    if auc_low <= 0.5 <= auc_high or auc_high < 0.5:
        raise GuardTripped(
            f"no skill: the out-of-time AUC lies between {auc_low:.3f} and {auc_high:.3f} on {n:,} rows, "
            "which includes 0.5 (chance); nothing was published"
        )


def not_one_answer(tp: int, fp: int, tn: int, fn: int) -> None:
    """Raise GuardTripped when a threshold flags everybody (or nobody): accuracy is then only the prevalence."""
    total = tp + fp + tn + fn
    if total and (tn + fn == 0 or tp + fp == 0):
        answer = "positive" if tn + fn == 0 else "negative"
        accuracy = (tp + tn) / total
        raise GuardTripped(
            f"no skill: every one of {total:,} rows is called {answer}, so the accuracy {accuracy:.4f} is only the "
            f"share of that class; false-positive rate {'1' if answer == 'positive' else '0'}, balanced accuracy 0.5"
        )
