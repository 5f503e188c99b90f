"""What a recalibrated model would have shown: fitted on earlier months only, against statsmodels and scikit-learn."""

from __future__ import annotations

import math

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import special
from sklearn.metrics import brier_score_loss

from data.counts import Tally
from data.rows import LABEL_STATES, OPEN
from monitoring.policy import Policy
from monitoring.recalibrated import recalibrated

CODES = np.round(np.linspace(0.06, 0.7, 17), 2)
MONTHS = (202311, 202312, 202401, 202402, 202403, 202404)
ROWS = 3000


def _rows(months: tuple[int, ...] = MONTHS, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Position of the score and outcome of every row, by month; the truth is a line of the logit of the score."""
    rng = np.random.default_rng(seed)
    at = rng.integers(0, len(CODES), (len(months), ROWS))
    return at, rng.random(at.shape) < special.expit(-0.5 + 0.7 * special.logit(CODES[at]))


def _tally(at: np.ndarray, y: np.ndarray, months: tuple[int, ...] = MONTHS, still_open: float = 0.0) -> Tally:
    n = np.zeros((len(months), len(CODES) + 1, len(LABEL_STATES)))
    for k in range(len(months)):
        np.add.at(n[k], (at[k] + 1, y[k].astype(int)), 1.0)
    n[-1, 1, OPEN] = still_open
    labels = {"month": months, "code": tuple(range(len(CODES) + 1)), "label": LABEL_STATES}
    return Tally(("month", "code", "label"), labels, {"n": n, "s1": n * np.append(0.0, CODES)[None, :, None]})


@pytest.fixture(scope="module")
def rows() -> tuple[np.ndarray, np.ndarray]:
    return _rows()


def test_the_line_of_a_month_is_the_glm_of_the_months_known_before_it(rows: tuple[np.ndarray, np.ndarray]) -> None:
    at, y = rows
    month = recalibrated(_tally(at, y)).months[-1]
    # offers of March 2024 are known at the end of April, after its scores were made: February is the last month used.
    known = slice(0, 4)
    assert (month.month, month.fitted_to, month.rows) == (202404, 202402, 4 * ROWS)
    logit = special.logit(CODES[at[known]].ravel())
    glm = sm.GLM(y[known].ravel().astype(float), sm.add_constant(logit), family=sm.families.Binomial()).fit()
    assert (month.intercept, month.slope) == pytest.approx(tuple(glm.params), abs=1e-6)


def test_the_scores_before_and_after_are_those_of_the_rows(rows: tuple[np.ndarray, np.ndarray]) -> None:
    at, y = rows
    found = recalibrated(_tally(at, y))
    assert found.before is not None and found.after is not None
    assert [m.month for m in found.months] == list(MONTHS[2:]) and found.too_early == MONTHS[:2]
    old = CODES[at[2:]]
    new = np.stack(
        [special.expit(m.intercept + m.slope * special.logit(p)) for m, p in zip(found.months, old, strict=True)]
    )
    truth = y[2:].ravel()
    assert found.before.brier.value == pytest.approx(brier_score_loss(truth, old.ravel()), abs=1e-12)
    assert found.after.brier.value == pytest.approx(brier_score_loss(truth, new.ravel()), abs=1e-12)
    each = (new.ravel() - truth) ** 2 - (old.ravel() - truth) ** 2
    assert found.brier_change.value == pytest.approx(each.mean(), abs=1e-12)
    assert found.brier_change.se == pytest.approx(each.std() / math.sqrt(each.size), rel=1e-9)
    assert found.after.light.predicted == pytest.approx(new.mean(), abs=1e-12)
    glm = sm.GLM(truth.astype(float), sm.add_constant(special.logit(new.ravel())), family=sm.families.Binomial()).fit()
    assert (found.after.intercept.value, found.after.slope.value) == pytest.approx(tuple(glm.params), abs=1e-6)
    assert found.after.slope.se == pytest.approx(glm.bse[1], rel=1e-6)


def test_a_bent_score_is_straightened(rows: tuple[np.ndarray, np.ndarray]) -> None:
    found = recalibrated(_tally(*rows))
    assert found.before is not None and found.after is not None
    assert found.before.light.level == "act" and found.after.light.level == "ok"
    assert found.brier_change.high < 0
    assert found.before.slope.high < 1 and found.after.slope.low < 1 < found.after.slope.high
    assert {m.before.level for m in found.months} == {"act"}
    assert (found.now.intercept, found.now.slope) == (pytest.approx(-0.5, abs=0.1), pytest.approx(0.7, abs=0.06))


def test_what_comes_later_changes_nothing_before(rows: tuple[np.ndarray, np.ndarray]) -> None:
    at, y = rows
    other = y.copy()
    other[4:] = ~other[4:]
    before, after = (recalibrated(_tally(at, labels)).months for labels in (y, other))
    assert [(m.intercept, m.slope) for m in before] == [(m.intercept, m.slope) for m in after]
    assert [m.after.predicted for m in before] == [m.after.predicted for m in after]


def test_a_month_that_is_still_open_neither_fits_nor_is_judged(rows: tuple[np.ndarray, np.ndarray]) -> None:
    found = recalibrated(_tally(*rows, still_open=ROWS))
    assert MONTHS[-1] not in [m.month for m in found.months] and MONTHS[-1] not in found.too_early


def test_one_month_no_month_or_too_few_of_one_outcome_recalibrate_nothing(
    rows: tuple[np.ndarray, np.ndarray],
) -> None:
    at, y = rows
    alone = recalibrated(_tally(at[:1], y[:1], (202401,)))
    assert alone.months == () and alone.before is None and alone.too_early == (202401,)
    assert alone.now.slope > 0
    none = recalibrated(_tally(at[:1], np.zeros_like(y[:1]), (202401,)))
    assert none.months == () and math.isnan(none.now.slope) and none.now.reason == "small_sample"
    rare = np.zeros_like(y)
    rare[:, :20] = True
    few = recalibrated(_tally(at, rare))
    assert len(few.months) < len(MONTHS) - 2 or few.months == ()
    nothing = Tally(
        ("month", "code", "label"), {"month": (), "code": (0, 1), "label": LABEL_STATES},
        {m: np.zeros((0, 2, 4)) for m in ("n", "s1")},
    )  # fmt: skip
    assert recalibrated(nothing).brier_change.reason == "few_months"


def test_least_outcomes_are_the_policys(rows: tuple[np.ndarray, np.ndarray]) -> None:
    at, y = rows
    most = int(min(y[:2].sum(), (~y[:2]).sum()))
    found = recalibrated(_tally(at, y), policy=Policy(recalibration_least=most + 1))
    assert found.months[0].month > recalibrated(_tally(at, y)).months[0].month
