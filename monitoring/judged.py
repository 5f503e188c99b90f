"""Monitoring room: expected against observed over one set of scored rows, judged by significance and size together."""

from __future__ import annotations

from dataclasses import dataclass

from data.counts import Tally
from data.rows import OPEN, POSITIVE
from monitoring.estimate import Estimate, Level
from monitoring.intervals import Array, design_effect, jackknife, jeffreys_test, rate
from monitoring.metrics import ratio, share
from monitoring.outcomes import maturity
from monitoring.policy import Policy
from monitoring.tallies import array, by_random_group, closed


@dataclass(frozen=True)
class Judged:
    """Expected against observed over one set of scored rows with a closed label.

    `n` rows, `positives` of them, `expected` = Σ score, `predicted_rate` = expected / n; `observed` with its Jeffreys
    interval and `observed_robust` with the client-robust one; `oe` = observed / expected. `p_over` small: fewer came
    than predicted; `p_under` small: more came; both for a sample shrunk by `deff`, what repeated clients cost.
    `level` asks for significance and size together, the size being that of the rarer outcome.
    """

    n: int
    positives: int
    expected: float
    predicted_rate: float
    observed: Estimate
    observed_robust: Estimate
    oe: Estimate
    p_over: float
    p_under: float
    deff: float
    level: Level
    maturity: float
    open: int
    is_open: bool
    reason: str


def judge_all(totals: Tally, rule: Policy) -> dict:
    """`Judged` of all rows as keywords."""
    scored, s1 = (by_random_group(totals, m, ("label",)) for m in ("scored", "s1"))
    x, n = scored[:, POSITIVE], closed(scored)
    robust = jackknife(ratio, x, n, confidence=rule.confidence).estimate(n=float(n.sum()))
    deff = design_effect(x, n, confidence=rule.confidence)
    return _judge(x.sum(), n.sum(), closed(s1).sum(), robust, deff, array(totals, "n", ("label",)), rule)


def judge_months(totals: Tally, rule: Policy) -> list[dict]:
    """`Judged` of each month as keywords."""
    scored, s1 = (by_random_group(totals, m, ("month", "label")) for m in ("scored", "s1"))
    rows = array(totals, "n", ("month", "label"))
    x, n = scored[..., POSITIVE], closed(scored)
    deff = design_effect(x, n, confidence=rule.confidence)
    jack = jackknife(ratio, x, n, confidence=rule.confidence)
    expected = closed(s1).sum(0)
    robust = [jack.estimate(n=float(n[:, i].sum()), at=(i,)) for i in range(rows.shape[0])]
    return [_judge(x[:, i].sum(), n[:, i].sum(), expected[i], robust[i], deff, rows[i], rule) for i in range(len(rows))]


def _judge(x: float, n: float, expected: float, robust: Estimate, deff: float, rows: Array, rule: Policy) -> dict:
    """`Judged` of one set of rows as keywords; `rows` are all rows by label state."""
    predicted = share(float(expected), float(n))
    known = maturity(float(closed(rows)), float(rows[OPEN]), policy=rule)
    plain = rate(float(x), float(n), min_n=rule.min_n, confidence=rule.confidence)
    wide = rate(float(x), float(n), deff=deff, min_n=rule.min_n, confidence=rule.confidence)
    test = jeffreys_test(x / deff, n / deff, predicted=predicted)
    reason = _reason(n, rows, known.usable, rule)
    oe = wide.over(predicted)
    return {
        "n": int(n),
        "positives": int(x),
        "expected": float(expected),
        "predicted_rate": predicted,
        "observed": plain,
        "observed_robust": _within(robust, wide),
        "oe": oe,
        "p_over": float(test.p_over),
        "p_under": float(test.p_under),
        "deff": deff,
        "level": "unknown" if reason else rule.level_of_oe(_of_the_rarer(oe.value, predicted), p=float(test.p)),
        "maturity": known.share,
        "open": known.open,
        "is_open": known.open > 0,
        "reason": reason,
    }


def _of_the_rarer(ratio: float, predicted: float) -> float:
    """Observed / expected as far off 1 as it is for the rarer outcome: an outcome that nearly all have hardly moves its
    own ratio, however far that of the others goes."""
    return 1 + (ratio - 1) * max(predicted / (1 - predicted), 1.0) if predicted < 1 else ratio


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
