"""Random scored rows for tests: frames with every column of a release's table `rows`, skewed as real portfolios are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from data.counts.grid import encode, make_edges
from data.rows import BUCKETS, NEGATIVE, OPEN, POSITIVE, UNKNOWN, UNLABELLED, random_group

THRESHOLD = 0.35
LEVELS: Mapping[str, tuple[str, ...]] = {
    "product": ("consumo", "tarjeta", "libranza", "vivienda", "comercial", "microcredito", "vehiculo", UNKNOWN),
    "bucket": BUCKETS,
    "region": tuple(f"R{i:02d}" for i in range(32)),
    "age_band": ("18-25", "26-35", "36-45", "46-55", "56-65", ">65", UNKNOWN),
    "segment": ("personal", "personal plus", "preferencial", "pyme", UNKNOWN),
    "income_band": ("<1", "1-2", "2-4", "4-8", "8-16", ">16"),
    "channel": ("app", "sucursal", "telefono", "web"),
    "occupation": tuple(f"O{i}" for i in range(9)),
    "gender": ("F", "M", UNKNOWN),
}
"""Levels of each dimension of the made rows, in display order."""

EXTRA: Mapping[str, tuple[str, ...]] = {"grade": tuple("ABCDEFG"), "balance_band": tuple(f"Q{i}" for i in range(6))}
"""Dimensions of a source's own, made on request."""

FLOW_LEVELS: Mapping[str, tuple[str, ...]] = {
    "flow": ("stayed", "paid", "reaged", "reaged: COMBO", "gone", UNKNOWN),
    "next_bucket": (*BUCKETS, UNKNOWN),
    "origin": ("there", "new", UNKNOWN),
}
"""Where the made rows may go and come from."""

_DAYS = (0, 15, 45, 75, 105, 135, 165, 270, 400)


def edges(n: int = 200) -> np.ndarray:
    """A grid of about n bins that suits the made scores; the threshold 0.35 is an edge."""
    reference = make_rows(4_000, seed=99, unscored=0.0)["score"].to_numpy()
    return make_edges(reference, thresholds=(THRESHOLD,), even=n // 2, quantiles=n // 2)


def make_rows(
    n: int = 5000,
    *,
    seed: int = 0,
    months: Sequence[int] = (202401, 202402, 202403),
    unscored: float = 0.05,
    open_months: Sequence[int] = (),
    arms: bool = True,
    extra: bool = False,
    flows: bool = False,
    grid: np.ndarray | None = None,
) -> pd.DataFrame:
    """`n` scored rows in all, spread evenly over `months`, unique by client, obligation and month.

    Clients repeat over months, with one to three obligations. `unscored`: share of rows without a score. Months in
    `open_months` have OPEN labels. Without `arms`, arm is "(unknown)" and no propensity is logged. `extra` adds the
    dimensions EXTRA, `flows` the columns of where rows go and come from, drawn at random. `grid`: edges for
    `score_code`, which is 0 throughout when absent.
    """
    shares = np.diff(np.linspace(0, n, len(months) + 1).astype(int))
    seeds = np.random.SeedSequence(seed).spawn(len(months))
    frames = [
        _month(k, month, np.random.default_rng(s), unscored=unscored, closed=month not in open_months, arms=arms)
        for k, month, s in zip(shares, months, seeds, strict=True)
    ]
    rows = pd.concat(frames, ignore_index=True)
    if extra:
        rng = np.random.default_rng(seed + 1)
        for name, levels in EXTRA.items():
            rows[name] = _category(_skewed(len(rows), len(levels), rng), levels)
    if flows:
        rng = np.random.default_rng(seed + 2)
        for name, levels in FLOW_LEVELS.items():
            rows[name] = _category(_skewed(len(rows), len(levels), rng), levels)
        rows["next_balance"] = rng.lognormal(15.5, 1.2, len(rows)).astype(np.float32)
        rows.loc[rng.random(len(rows)) < 0.1, "next_balance"] = np.nan
    if grid is not None:
        rows["score_code"] = encode(rows["score"].to_numpy(), grid)
    return rows


def make_parts(n: int = 5000, **how: object) -> dict[str, pd.DataFrame]:
    """The rows of `make_rows` as a release holds them: one frame per month, named "202401"."""
    rows = make_rows(n, **how)  # type: ignore[arg-type]
    return {str(month): part.reset_index(drop=True) for month, part in rows.groupby("month")}


def dimensions(*, extra: bool = False) -> dict[str, tuple[str, ...]]:
    """The document `dimensions` of the made rows: levels in display order, by dimension."""
    return {**LEVELS, **(EXTRA if extra else {})}


def _month(n: int, month: int, rng: np.random.Generator, *, unscored: float, closed: bool, arms: bool) -> pd.DataFrame:
    obligation = np.sort(rng.choice(np.arange(2 * n + 1), size=n, replace=False)).astype(np.int64)
    client = obligation // 2 * 3 + 1
    codes = {name: _skewed(n, len(levels), rng) for name, levels in LEVELS.items()}
    chance = _sigmoid(-1.2 - 0.25 * codes["bucket"] + 0.15 * codes["segment"] + 1.1 * rng.standard_normal(n))
    score = _sigmoid(np.log(chance / (1 - chance)) + 0.4 * rng.standard_normal(n)).astype(np.float32)
    score[rng.random(n) < unscored] = np.nan
    arm = rng.choice(np.array(["model", "random", "none"]), size=n, p=[0.5, 0.25, 0.25])
    propensity = np.select([arm == "model", arm == "random"], [0.9, 0.3], 0.05).astype(np.float32)
    offered = rng.random(n) < propensity
    accepted = rng.random(n) < chance
    keys = {"client": client, "obligation": obligation, "month": np.full(n, month, np.int32)}
    return pd.DataFrame(
        keys
        | {"rg": random_group(client)}
        | {name: _category(codes[name], levels) for name, levels in LEVELS.items()}
        | {"arm": pd.Categorical(arm if arms else np.full(n, UNKNOWN))}
        | _outcome(offered, accepted, rng, closed=closed)
        | _amounts(codes["bucket"], accepted & offered, rng)
        | {"propensity": propensity if arms else np.full(n, np.nan, np.float32), "score": score}
        | _others(score, rng)
    )


def _outcome(
    offered: np.ndarray, accepted: np.ndarray, rng: np.random.Generator, *, closed: bool
) -> dict[str, np.ndarray]:
    n = len(offered)
    state = np.where(accepted, POSITIVE, NEGATIVE) if closed else np.full(n, OPEN)
    return {
        "offered": offered.astype(np.uint8),
        "kept": (offered & accepted & (rng.random(n) < 0.6)).astype(np.uint8),
        "paid": (rng.random(n) < 0.3 + 0.3 * accepted).astype(np.uint8),
        "eligible": (offered | (rng.random(n) < 0.9)).astype(np.uint8),
        "label_state": np.where(offered, state, UNLABELLED).astype(np.uint8),
    }


def _amounts(bucket: np.ndarray, cured: np.ndarray, rng: np.random.Generator) -> dict[str, np.ndarray]:
    n = len(bucket)
    balance = rng.lognormal(15.5, 1.2, n)
    balance[rng.random(n) < 0.01] = np.nan
    days = np.take(_DAYS, bucket) + np.where(bucket > 0, rng.integers(-14, 15, n), 0)
    some = {
        "past_due": np.where(days > 0, balance * rng.random(n) * 0.3, 0.0),
        "cash": np.where(rng.random(n) < 0.4, balance * rng.random(n) * 0.1, 0.0),
        "written_off": np.where(rng.random(n) < 0.01, balance, 0.0),
        "reaged_balance": np.where(cured & (rng.random(n) < 0.5), balance, 0.0),
    }
    return {k: v.astype(np.float32) for k, v in {"days_past_due": days, "balance": balance, **some}.items()}


def _others(score: np.ndarray, rng: np.random.Generator) -> dict[str, object]:
    n = len(score)
    noise = rng.standard_normal((2, n)) * 0.5
    logit = np.log(score / (1 - score))
    reasons = np.array(["days_past_due:+0.31", "payments_3m:-0.12", "contacts:+0.05", "age:-0.02"])
    picked = {f"reason_{k}": pd.Categorical(rng.choice(reasons, n)) for k in (1, 2, 3)}
    return {
        "score_code": np.zeros(n, np.uint16),
        "challenger_score": _sigmoid(logit + noise[0]).astype(np.float32),
        "bank_score": _sigmoid(logit + noise[1]).astype(np.float32),
        "model": pd.Categorical(np.full(n, "3fa9c1")),
        **picked,
        "previous_score": _sigmoid(logit + 0.3 * rng.standard_normal(n)).astype(np.float32),
    }


def _skewed(n: int, levels: int, rng: np.random.Generator) -> np.ndarray:
    weights = 1.0 / np.arange(1, levels + 1) ** 1.1
    return np.searchsorted(np.cumsum(weights / weights.sum())[:-1], rng.random(n)).astype(np.int64)


def _category(codes: np.ndarray, levels: Sequence[str]) -> pd.Categorical:
    return pd.Categorical.from_codes(codes, categories=list(levels))


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-x))
