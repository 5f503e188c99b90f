"""Monitoring room: expected against observed over sets of scored rows, with the light of each among all shown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.counts import Tally
from data.rows import OPEN, POSITIVE
from monitoring.estimate import Estimate, Level
from monitoring.intervals import Array, design_effect, jackknife, rate
from monitoring.lights import Light, clustering, lights
from monitoring.metrics import ratio, share
from monitoring.outcomes import maturity
from monitoring.policy import Policy
from monitoring.tallies import array, by_random_group, closed


@dataclass(frozen=True)
class Judged:
    """Expected against observed over one set of scored rows with a closed label.

    `n` rows, `positives` of them, `expected` = Σ score, `predicted_rate` = expected / n; `observed` with its Jeffreys
    interval and `observed_robust` with the client-robust one; `oe` = observed / expected. `deff`: what repeated clients
    cost these intervals. `light` among all that are shown together; that of no rows where outcomes are not known yet.
    """

    n: int
    positives: int
    expected: float
    predicted_rate: float
    observed: Estimate
    observed_robust: Estimate
    oe: Estimate
    deff: float
    light: Light
    maturity: float
    open: int
    is_open: bool
    reason: str

    @property
    def level(self) -> Level:
        """Significance and size together; "unknown" where the test could not have seen a difference that matters."""
        return self.light.level


def judge_all(totals: Tally, rule: Policy, *, within: float | None = None) -> dict:
    """`Judged` of all rows as keywords. `within`: what repeated clients cost the light (`lights.clustering`); from the
    random groups of the totals where None."""
    return _judge_each(totals, (), rule, within)[0]


def judge_months(totals: Tally, rule: Policy) -> list[dict]:
    """`Judged` of each month as keywords; the months that may be judged are shown together."""
    return _judge_each(totals, ("month",), rule, None)


def month_clustering(totals: Tally) -> float:
    """What repeated clients cost the lights of months, from totals by month and random group; 1 without groups."""
    n, s1, s2 = (by_random_group(totals, m, ("month", "label")) for m in ("scored", "s1", "s2"))
    return clustering(n[..., POSITIVE], closed(n), s1=closed(s1), s2=closed(s2))


def _judge_each(totals: Tally, by: tuple[str, ...], rule: Policy, within: float | None) -> list[dict]:
    """`Judged` of each cell as keywords."""
    groups = [by_random_group(totals, m, (*by, "label")) for m in ("scored", "s1", "s2")]
    scored, s1, s2 = (v.reshape(len(v), -1, v.shape[-1]) for v in groups)
    rows = array(totals, "n", (*by, "label")).reshape(scored.shape[1:])
    x, n, promised, squares = scored[..., POSITIVE], closed(scored), closed(s1), closed(s2)
    cost = clustering(x, n, s1=promised, s2=squares) if within is None else within
    deff = design_effect(x, n, confidence=rule.confidence)
    jack = jackknife(ratio, x, n, confidence=rule.confidence)
    known = [maturity(float(closed(r)), float(r[OPEN]), policy=rule) for r in rows]
    reasons = [_reason(float(n[:, i].sum()), rows[i], known[i].usable, rule) for i in range(len(rows))]
    told = np.array([reason in _TOLD for reason in reasons])
    lit = lights(*(np.where(told, v.sum(0), 0.0) for v in (n, x)), s1=np.where(told, promised.sum(0), 0.0),
                 s2=np.where(told, squares.sum(0), 0.0), deff=cost, policy=rule)  # fmt: skip
    return [
        {
            **_rates(float(x[:, i].sum()), float(n[:, i].sum()), float(promised[:, i].sum()), deff, rule,
                     robust=jack.estimate(n=float(n[:, i].sum()), at=(i,))),
            "light": lit[i], "maturity": known[i].share, "open": known[i].open, "is_open": known[i].open > 0,
            "reason": reasons[i],
        }
        for i in range(len(rows))
    ]  # fmt: skip


_TOLD = ("", "small_sample")
"""Reasons with which a light is made all the same; of few rows it is grey, and says how many it takes."""


def _rates(x: float, n: float, expected: float, deff: float, rule: Policy, *, robust: Estimate) -> dict:
    """What was promised and what came, as keywords."""
    predicted = share(expected, n)
    plain = rate(x, n, min_n=rule.min_n, confidence=rule.confidence)
    wide = rate(x, n, deff=deff, min_n=rule.min_n, confidence=rule.confidence)
    return {
        "n": int(n), "positives": int(x), "expected": expected, "predicted_rate": predicted, "observed": plain,
        "observed_robust": _within(robust, wide), "oe": wide.over(predicted), "deff": deff,
    }  # fmt: skip


def _within(robust: Estimate, fallback: Estimate) -> Estimate:
    """The random-group interval kept inside 0..1; where it has no width (no positives, only positives, a single group)
    the Jeffreys interval stands in."""
    if not robust.se > 0:
        return fallback
    low, high = max(robust.low, 0.0), min(robust.high, 1.0)
    return Estimate(robust.value, low, high, robust.n, robust.se, robust.method, fallback.reason)


def _reason(n: float, rows: Array, usable: bool, rule: Policy) -> str:
    if n == 0:
        return "no_label_yet" if rows[OPEN] > 0 else "no_score" if closed(rows) > 0 else "empty"
    return "immature" if not usable else "small_sample" if n < rule.min_n else ""
