"""Model room: the documents about offers: what the book came to with and without them, bin by bin of a list, and what
an adjusted comparison of offered and not offered rows rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from data.contract import Portfolio
from data.policy_sums import (
    BINS,
    ORDERINGS,
    OUTCOMES,
    OVERLAP,
    Half,
    Line,
    Period,
    PolicySums,
    Support,
    design_effect,
    policy_bins,
    pseudo_outcomes,
)
from data.rows import RANDOM_GROUPS, UNKNOWN
from model import adjusted_sums, nuisances
from model.encode import learn
from model.features import Features
from model.in_line import Book, InLine, book_of, in_line
from model.nuisances import Predicted, Sample, effective_size

NEEDED: Final = frozenset({"gross", "balance", "days_past_due"})
SUM_MONTHS: Final = 6
"""Newest of them that are summed up together."""
TELLING: Final = ("actions", "outcomes")
"""Frames of earlier offers and of what came of them: they give away who is in an arm without offers."""
OVERDUE_DPD: Final = 30


def document(
    portfolio: Portfolio, features: Features, rows: pd.DataFrame, *, overdue_dpd: int | None = None, seed: int = 0
) -> dict[str, Any]:
    """The sums of the newest months as {"policy_sums": ..., "adjusted_sums": ...}; {} where there are no dates,
    decisions or whole portfolio, no month after another, or too few rows. `rows` are the scored rows; overdue is who is
    more than `overdue_dpd` days past due (None: 30) at the next opening, or was written off."""
    said, days = portfolio.meaning, OVERDUE_DPD if overdue_dpd is None else overdue_dpd
    if not said.dated or portfolio.decisions is None or not said.carries >= NEEDED:
        return {}
    book = book_of(rows, days)
    wide = in_line(portfolio, features, rows, book)
    if wide is None:
        return {}
    outcomes = tuple(o for o in OUTCOMES if o == "overdue" or "cash" in said.carries)
    found = _predicted(features, wide, outcomes, seed)
    names = features.names if found.propensity != "arms" else _untelling(features)
    seen = adjusted_sums.covariates(features.frame.iloc[wide.feature], names, wide.score)
    return {
        "policy_sums": _sums(rows, book, wide, found, outcomes, days).as_record(),
        "adjusted_sums": adjusted_sums.sums(wide, found, seen, overdue_dpd=days).as_record(),
    }


def _predicted(features: Features, wide: InLine, outcomes: Sequence[str], seed: int) -> Predicted:
    """Outcomes from every feature, and the probability of an offer from those that do not give a client's arm away."""
    fold = nuisances.folds(wide.client, seed=seed)
    return nuisances.predict(
        _sample(features, wide, features.names, fold, seed),
        _sample(features, wide, _untelling(features), fold, seed),
        offered=wide.offered, outcomes={o: wide.share(o) for o in outcomes}, logged=wide.logged,
        arm=np.where(wide.arm == UNKNOWN, "", wide.arm),
    )  # fmt: skip


def _untelling(features: Features) -> tuple[str, ...]:
    return tuple(n for n, k in features.known.items() if k.frame not in TELLING)


def _sample(features: Features, wide: InLine, names: tuple[str, ...], fold: np.ndarray, seed: int) -> Sample:
    """Some features, and what offer rules go by: the score, the balance, the rank of their product within the month."""
    frame = features.frame.iloc[wide.feature]
    encoding = learn(frame, names)
    rank = pd.Series(wide.score * wide.balance).groupby(wide.month).rank(pct=True).to_numpy()
    X = np.column_stack([encoding.matrix(frame), wide.score, wide.balance, rank]).astype(np.float32)
    return Sample(X, encoding.categorical, fold, seed)


def _sums(
    rows: pd.DataFrame, book: Book, wide: InLine, found: Predicted, outcomes: Sequence[str], overdue_dpd: int
) -> PolicySums:
    months = [int(m) for m in np.unique(wide.month)][-SUM_MONTHS:]
    over1, over0 = found.outcomes["overdue"]
    amounts = {
        "value": wide.score * wide.balance,
        "score": wide.score,
        "uplift": (over0 - over1) * wide.balance,
    }
    bins = {name: in_bins(amounts[name], wide.month) for name in ORDERINGS}
    spans = [months[-1:], months] if len(months) > 1 else [months]
    periods = tuple(_period(rows, book, wide, found, bins, span, outcomes) for span in spans)
    return PolicySums(periods, _support(wide, found, np.isin(wide.month, months)), overdue_dpd)


def in_bins(amount: np.ndarray, month: np.ndarray) -> np.ndarray:
    """Bin of each row, 0 for the largest amounts of its month: quantiles within the month."""
    rank = pd.Series(-amount).groupby(month).rank(method="first") - 1
    size = pd.Series(amount).groupby(month).transform("size")
    return (rank * BINS // size).to_numpy(int)


def _period(
    rows: pd.DataFrame, book: Book, wide: InLine, found: Predicted, bins: Mapping[str, np.ndarray],
    months: Sequence[int], outcomes: Sequence[str],
) -> Period:  # fmt: skip
    here = rows["month"].isin(months).to_numpy()
    outside = here.copy()
    outside[wide.at] = False
    rg = rows["rg"].to_numpy()
    now = np.isin(wide.month, months)
    design = {
        o: design_effect(d=wide.offered[now], client=wide.client[now], **_given(wide, found, o, now)) for o in outcomes
    }
    halves = []
    for odd in (0, 1):
        mine = now & (wide.rg % 2 == odd)
        lines = {name: _line(wide, found, bins[name], mine, design) for name in ORDERINGS}
        part = rg % 2 == odd
        late = outside & part & book.overdue
        halves.append(
            Half(
                float(book.balance[here & part].sum()), float(book.balance[late].sum()),
                float((wide.balance * wide.overdue)[mine].sum()), float(wide.cash[mine].sum()),
                float((wide.cash > 0)[mine].sum()), lines,
            )
        )  # fmt: skip
    gone = int((~book.there[wide.at] & now).sum())
    unranked = int((outside & (rows["eligible"].to_numpy() == 1)).sum())
    return Period(tuple(months), halves[0], halves[1], gone, unranked)


def _line(wide: InLine, found: Predicted, bins: np.ndarray, mine: np.ndarray, design: Mapping[str, float]) -> Line:
    """What the rows `mine` add to each bin, the variances times the outcome's design effect."""
    where, d = bins[mine], wide.offered[mine]
    sums = {
        name: policy_bins(d=d, bins=where, count=BINS, **_given(wide, found, name, mine)).widened(by)
        for name, by in design.items()
    }
    rows, offers, held = (np.bincount(where, w, minlength=BINS) for w in (None, d, wide.balance[mine]))
    return Line(rows, offers, held, sums)


def _given(wide: InLine, found: Predicted, outcome: str, mine: np.ndarray) -> dict[str, np.ndarray]:
    """An outcome of the rows `mine` with its predictions and weights. Money paid is predicted as a share of the
    balance."""
    m1, m0 = (m[mine] for m in found.outcomes[outcome])
    y, balance, one = wide.share(outcome)[mine], wide.balance[mine], np.ones(int(mine.sum()))
    if outcome == "cash":
        y, m1, m0 = wide.cash[mine], m1 * balance, m0 * balance
    return {"y": y, "e": found.e[mine], "m1": m1, "m0": m0, "weight": balance if outcome == "overdue" else one}


def _support(wide: InLine, found: Predicted, here: np.ndarray) -> Support:
    e, raw, d = found.e[here], found.raw[here], wide.offered[here] == 1
    before, rg = wide.paid_before[here], wide.rg[here]
    known = np.isfinite(before)
    usual = before[known].mean() if known.any() else 0.0
    with_offer, without = pseudo_outcomes(before[known], d[known], e=e[known], m1=usual, m0=usual)
    return Support(
        overlap=float(((raw >= OVERLAP[0]) & (raw <= OVERLAP[1])).mean()),
        clipped=float((raw != e).mean()),
        ess_offered=effective_size(1 / e[d]),
        ess_others=effective_size(1 / (1 - e[~d])),
        placebo_rows=tuple(np.bincount(rg[known], minlength=RANDOM_GROUPS).tolist()),
        placebo_sums=tuple(np.bincount(rg[known], with_offer - without, minlength=RANDOM_GROUPS).tolist()),
        propensity=found.propensity,
    )
