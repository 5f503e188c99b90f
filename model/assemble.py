"""Model room: the scored rows of a release: every obligation-month, in arrears or not, with what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
import pandas as pd

from data.contract import Portfolio
from data.counts.grid import encode
from data.rows import CAUSE, random_group
from model import facts
from model.bundle import SHORT
from model.causes import causes
from model.features import Features
from model.fitting import Walked
from model.flows import flows
from model.offered_options import offered_options
from model.score import in_words
from model.vintage import vintages


@dataclass(frozen=True)
class Grid:
    """Edges of the score codes (float32, increasing, 0 to 1) and the operating threshold, which is one of them."""

    edges: np.ndarray
    threshold: float


def rows_of(
    portfolio: Portfolio, features: Features, walked: Walked, *, grid: Grid, dims: dict[str, pd.Categorical],
    overdue_dpd: int | None = None, lockout_months: int | None = None,
) -> pd.DataFrame:  # fmt: skip
    """The scored rows, one per row of the portfolio's obligations, in order of month. Re-aged debt has re-defaulted
    when it is more than `overdue_dpd` days past due (None: 30); no option is offered for `lockout_months` (None: 6)
    after another."""
    rows = portfolio.obligations
    months = rows["month"].to_numpy(np.int32)
    became = {**facts.outcomes(portfolio, features), **facts.money(portfolio)}
    flowed = flows(portfolio, became, overdue_dpd=overdue_dpd)
    age = cast(pd.Categorical, flowed["option_age"])
    columns: dict[str, object] = {
        "client": rows["client"].to_numpy(np.int64),
        "obligation": rows["obligation"].to_numpy(np.int64),
        "month": months,
        "rg": random_group(rows["client"].to_numpy()),
        **dims,
        "arm": facts.arm(portfolio),
        **became,
        **facts.known_after(portfolio, features),
        **flowed,
        **vintages(portfolio, became),
        **offered_options(portfolio, became, overdue_dpd=overdue_dpd),
        CAUSE: causes(portfolio, became, option_age=age, lockout_months=lockout_months),
        "bank_score": facts.bank_score(portfolio),
        **_scored(features, walked, len(rows), grid),
    }
    frame = pd.DataFrame(columns, copy=False)
    order = np.argsort(months, kind="stable")
    return frame if (np.diff(order) == 1).all() else frame.take(order).reset_index(drop=True)


def tables(rows: pd.DataFrame, portfolio: Portfolio) -> dict[str, dict[str, pd.DataFrame]]:
    """The tables of a release: the scored rows, and the files' own ids where the contract's do not say them."""
    found = {"rows": by_month(rows)}
    return found if portfolio.ids is None else found | {"ids": by_month(portfolio.ids.frame.sort_values("month"))}


def by_month(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The rows as parts of a release, one per month, named by it."""
    months, starts = np.unique(rows["month"].to_numpy(), return_index=True)
    ends = [*starts[1:], len(rows)]
    return {str(m): rows.iloc[a:b] for m, a, b in zip(months, starts, ends, strict=True)}


def _scored(features: Features, walked: Walked, n: int, grid: Grid) -> dict[str, object]:
    score, challenger, previous = (
        _on_rows(each, features.at, n) for each in (walked.score, walked.challenger, walked.previous)
    )
    model = np.full(n, -1, np.int16)
    for i, step in enumerate(walked.steps):
        model[features.at[step.rows]] = i
    short = [s.champion.digest[:SHORT] for s in walked.steps]
    names = list(dict.fromkeys(short))
    place = np.array([*map(names.index, short), -1])
    out: dict[str, object] = {
        "score": score,
        "score_code": encode(score, grid.edges),
        "challenger_score": challenger,
        "previous_score": previous,
        "model": pd.Categorical.from_codes(place[model], categories=pd.Index(names, dtype="str")),
    }
    words = in_words(walked.reasons, features.names)
    return out | {f"reason_{j + 1}": _spread(w, features.at, n) for j, w in enumerate(words)}


def _on_rows(score: np.ndarray, at: np.ndarray, n: int) -> np.ndarray:
    found = np.full(n, np.nan, np.float32)
    found[at] = score
    return found


def _spread(words: pd.Categorical, at: np.ndarray, n: int) -> pd.Categorical:
    codes = np.full(n, -1, np.int32)
    codes[at] = words.codes
    return pd.Categorical.from_codes(codes, categories=words.categories)
