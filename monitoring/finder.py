"""Monitoring room: where the model is weak: segments that half of the clients suggest, tested on the other half.

The tree is grown on outcome less score of the clients in even random groups, and every leaf is then tested on those in
odd ones, whom it has not seen (honest splitting: Athey & Imbens 2016, PNAS 113:7353). All of it is additive counts.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from data.rows import POSITIVE
from monitoring.estimate import Estimate, Level
from monitoring.finder_tree import GROWN, TESTED, Ask, Levels, Where, tree
from monitoring.intervals import Array, design_effect, false_discovery, jeffreys_test, mde, rate
from monitoring.metrics import share
from monitoring.policy import Policy
from monitoring.tallies import array, closed

MEASURES = ("scored", "s1", "B")
"""The totals that the finder reads."""


@dataclass(frozen=True)
class Rule:
    """A segment that the tree proposes: the levels that it keeps of each dimension, all of which must hold.

    `n` outcomes of the clients tested, what was `expected` of them (mean score) and `observed` (Jeffreys, robust to
    repeated clients); `residual` = observed - expected. `balance` of all scored rows of the rule, in currency. `p` that
    the residual is chance, `q` corrected for all rules proposed. `needed`: outcomes in the tested half from which a
    residual that matters (policy) would be found with 80 % power; NaN where the expected rate is 0 or 1.
    """

    where: Where
    n: int
    expected: float
    observed: Estimate
    residual: Estimate
    balance: float
    p: float
    q: float
    level: Level
    needed: float

    @property
    def weight(self) -> float:
        """What rules are ranked by: |residual| × balance; × n where the data carry no balance."""
        return abs(self.residual.value) * (self.balance or self.n)

    @property
    def enough(self) -> bool:
        """Whether the rule holds enough outcomes for a residual that matters to show."""
        return self.n >= self.needed


@dataclass(frozen=True)
class Found:
    """The `rules` of a tree, weak ones first and the heaviest of them first; they share no row. `whole` is all that
    was searched, judged in the same way; None without any outcome. `grown` and `tested`: outcomes of either half;
    `least`: outcomes that a rule must hold in each."""

    rules: tuple[Rule, ...]
    whole: Rule | None
    grown: int
    tested: int
    least: int

    @property
    def weak(self) -> tuple[Rule, ...]:
        """The rules whose residual is beyond chance and matters."""
        return tuple(r for r in self.rules if r.level in ("watch", "act"))

    @property
    def searchable(self) -> bool:
        """Whether either half holds the outcomes of two rules, without which there is nothing to split."""
        return min(self.grown, self.tested) >= 2 * self.least


@dataclass(frozen=True)
class _Leaf:
    """Counts of a leaf by random group: outcomes, positives, sums of scores of rows with an outcome; and the balance
    of all its scored rows."""

    where: Where
    n: Array
    x: Array
    e: Array
    balance: float


def find(ask: Ask, dimensions: Mapping[str, Sequence[str]], *, policy: Policy | None = None) -> Found:
    """The weak segments among the rows that `ask` counts. `dimensions`: name → levels in display order."""
    rule = policy or Policy()
    searched = {name: tuple(levels) for name, levels in dimensions.items() if len(levels) > 1}
    held = [_leaf(ask, where, searched) for where in tree(ask, searched, rule)] if searched else []
    held = [leaf for leaf in held if leaf.n.any()]
    if not held:
        return Found((), None, 0, 0, rule.finder_least)
    n, x, e = (np.stack([getattr(leaf, name) for leaf in held]) for name in ("n", "x", "e"))
    deff = design_effect(x[:, TESTED].T, n[:, TESTED].T)
    together = _Leaf({}, n.sum(0), x.sum(0), e.sum(0), sum(leaf.balance for leaf in held))
    whole = _judged(together, deff, rule)
    rules = _corrected([_judged(leaf, deff, rule) for leaf in held], rule) if len(held) > 1 else []
    return Found(tuple(rules), whole, int(n[:, GROWN].sum()), int(n[:, TESTED].sum()), rule.finder_least)


def _leaf(ask: Ask, where: Where, dimensions: Levels) -> _Leaf:
    totals = ask(where, (next(iter(dimensions)),))
    scored, s1 = (array(totals, m, ("rg", "label")) for m in ("scored", "s1"))
    return _Leaf(where, closed(scored), scored[:, POSITIVE], closed(s1), float(totals["B"].sum()))


def _judged(leaf: _Leaf, deff: float, policy: Policy) -> Rule:
    x, n, e = (float(values[TESTED].sum()) for values in (leaf.x, leaf.n, leaf.e))
    expected = share(e, n)
    observed = rate(x, n, deff=deff, min_n=policy.min_n, confidence=policy.confidence)
    residual = replace(
        observed, value=observed.value - expected, low=observed.low - expected, high=observed.high - expected
    )
    p = float(jeffreys_test(x / deff, n / deff, predicted=expected).p)
    return Rule(
        leaf.where, int(n), expected, observed, residual, leaf.balance, p, p,
        policy.level_of_oe(share(x, e), p=p), _needed(expected, deff, policy),
    )  # fmt: skip


def _needed(expected: float, deff: float, policy: Policy) -> float:
    """Outcomes from which a residual of the policy's least material size is found with 80 % power."""
    size = policy.oe_watch * expected
    if not (size > 0 and expected < 1):
        return math.nan
    return math.ceil(float(mde(1.0, confidence=policy.confidence)) ** 2 * expected * (1 - expected) * deff / size**2)


def _corrected(rules: Sequence[Rule], policy: Policy) -> list[Rule]:
    """The rules with their q-values and lights, weak ones first and the heaviest of them first."""
    q = false_discovery([r.p for r in rules]).tolist()
    out = [
        replace(r, q=v, level=policy.level_of_oe(share(r.observed.value, r.expected), p=v))
        for r, v in zip(rules, q, strict=True)
    ]
    return sorted(out, key=lambda r: (r.level not in ("watch", "act"), -r.weight))
