"""Monitoring room: what every number travels as: a value, its interval, what it rests on, and why it is missing."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

Level = Literal["ok", "watch", "act", "unknown"]

REASONS: Final = (
    "came_after",
    "closes_at_once",
    "empty",
    "few_months",
    "few_groups",
    "few_random_groups",
    "immature",
    "low_ess",
    "month_missing",
    "no_arms",
    "no_balance",
    "no_control",
    "no_label_yet",
    "no_month_before",
    "no_negatives",
    "no_positives",
    "no_promises",
    "no_propensity",
    "no_reference",
    "no_report_dates",
    "no_score",
    "no_variance",
    "no_year_before",
    "nobody_flagged",
    "not_identifiable",
    "not_separable",
    "perfect_separation",
    "short_window",
    "single_member",
    "small_sample",
    "suppressed",
    "too_early",
)
"""Every key that a `reason` can hold beside "" (nothing to say). The view turns keys into words."""


@dataclass(frozen=True)
class Estimate:
    """A number with its interval, in the number's own unit.

    `n` is how many rows (or money) it rests on, `se` its standard error, `method` how the interval was made: one of
    "jeffreys", "jeffreys_robust" (the sample shrunk to what repeated clients are worth), "wilson", "random_groups",
    "delong", "rule_of_three", "ess", "beta_binomial", "wald", "groups" (t over groups, each one observation),
    "past_errors" (of forecasts made like it) or "".
    What is undefined is NaN and `reason` says why; a reason beside a finite value is a caution.
    """

    value: float = math.nan
    low: float = math.nan
    high: float = math.nan
    n: float = 0.0
    se: float = math.nan
    method: str = ""
    reason: str = ""

    def over(self, divisor: float) -> Estimate:
        """The same estimate in units of `divisor` (> 0); NaN throughout when it is 0 or NaN."""
        if not divisor > 0:
            return Estimate(n=self.n, reason=self.reason or "empty")
        parts = (self.value / divisor, self.low / divisor, self.high / divisor)
        return Estimate(*parts, self.n, self.se / divisor, self.method, self.reason)


@dataclass(frozen=True)
class Test:
    """A test statistic, its p-value, its degrees of freedom and how many groups entered; NaN with a reason."""

    __test__ = False

    statistic: float = math.nan
    p: float = math.nan
    df: int = 0
    groups: int = 0
    reason: str = ""
