"""Walk-forward scores: each month by a model of earlier, matured months."""

from __future__ import annotations

import numpy as np
import pytest
from small_bank import disturb_from, make_bank

from model import candidates, features, score
from model.candidates import Candidate, CandidateError
from model.champion import Recipe
from model.fitting import Pair, Walked
from model.labels import labels_of
from model.walk import walk

TREES = Recipe("lightgbm", {"trees": 60, "seeds": 1})
QUICK = Pair(TREES, Recipe("logistic"))
"""Trees that are as quick to fit as they are needed here."""


@pytest.fixture(scope="module")
def bank():
    return make_bank(clients=500, months_long=9, delay=1)


def _walk(bank) -> Walked:
    made = features.build(bank)
    return walk(made, labels_of(bank, made), positive={"en": "accepted"}, refit_every=2, seed=1, pair=QUICK)


@pytest.fixture(scope="module")
def walked(bank) -> Walked:
    return _walk(bank)


def test_a_score_depends_on_nothing_that_happened_in_its_month_or_later(bank, walked: Walked) -> None:
    later = _walk(disturb_from(bank, 202308))
    month = labels_of(bank, features.build(bank)).month
    until = (month <= 202308) & np.isfinite(walked.score)
    assert until.sum() > 500
    assert walked.score[until].tolist() == later.score[until].tolist()
    assert not np.array_equal(walked.score[~until], later.score[~until], equal_nan=True)


def test_every_month_from_the_first_possible_is_scored_and_none_before(bank, walked: Walked) -> None:
    month = labels_of(bank, features.build(bank)).month
    scored = np.unique(month[np.isfinite(walked.score)]).tolist()
    assert scored == [202306, 202307, 202308, 202309, 202310]


def test_scores_find_the_signal_and_are_calibrated(bank, walked: Walked) -> None:
    from sklearn.metrics import roc_auc_score

    label = labels_of(bank, features.build(bank)).label
    known = np.isfinite(label) & np.isfinite(walked.score)
    assert roc_auc_score(label[known], walked.score[known]) > 0.65
    assert abs(walked.score[known].mean() - label[known].mean()) < 0.08


def test_the_contributions_and_the_base_add_up_to_the_log_odds(bank, walked: Walked) -> None:
    made = features.build(bank)
    step = walked.steps[-1]
    X = step.champion.bundle.encoding.matrix(made.frame.iloc[step.rows[:50]])
    for model in (step.champion.bundle.model, step.challenger.bundle.model):
        base = model.margin(X) - model.contributions(X).sum(axis=1)
        assert np.allclose(base, base[0], atol=1e-6)
        assert np.abs(model.contributions(X)).max() > 0.1


def test_reasons_are_the_three_largest_in_order(bank, walked: Walked) -> None:
    made = features.build(bank)
    step = walked.steps[-1]
    frame = made.frame.iloc[step.rows]
    found = score.reasons(step.champion.bundle, frame)
    bundle = step.champion.bundle
    each = bundle.model.contributions(bundle.encoding.matrix(frame)) * bundle.calibration.slope
    for i in range(0, len(frame), 37):
        expected = sorted(np.abs(each[i]), reverse=True)[:3]
        assert np.allclose(np.abs(found.value[i]), expected)
        assert np.allclose(each[i][found.feature[i]], found.value[i])


def test_reasons_read_as_feature_and_signed_contribution() -> None:
    found = score.Reasons(np.array([[1, 0, -1]], np.int16), np.array([[0.314, -1.206, 0.0]]))
    first, second, third = score.in_words(found, ["days_past_due", "balance"])
    assert (first[0], second[0]) == ("balance:+0.31", "days_past_due:-1.21")
    assert third.isna()[0]


def test_the_same_seed_gives_the_same_models(bank, walked: Walked) -> None:
    again = _walk(bank)
    for name in ("champion", "challenger"):
        assert [getattr(s, name).digest for s in again.steps] == [getattr(s, name).digest for s in walked.steps]


def test_any_two_candidates_can_walk_and_the_names_say_who_is_who(bank, walked: Walked) -> None:
    made = features.build(bank)
    labels = labels_of(bank, made)
    turned = walk(made, labels, positive={}, refit_every=2, seed=1, pair=Pair(Recipe("logistic"), TREES))
    assert np.array_equal(turned.score, walked.challenger, equal_nan=True)
    assert np.array_equal(turned.challenger, walked.score, equal_nan=True)
    assert {(s.champion.bundle.candidate, s.challenger.bundle.candidate) for s in turned.steps} == {
        ("logistic", "lightgbm")
    }


def test_a_model_that_cannot_say_why_gives_no_reasons(bank) -> None:
    made = features.build(bank)
    labels = labels_of(bank, made)
    mute = Candidate("mute", lambda X, y, **_: _Mute())
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(candidates.CANDIDATES, "mute", mute)
        told = walk(made, labels, positive={}, refit_every=3, seed=1, pair=Pair(Recipe("mute"), Recipe("logistic")))
    assert (told.reasons.feature == -1).all()
    assert np.isfinite(told.score).any()


class _Mute:
    """A model that looks at one column and keeps its reasons to itself."""

    def margin(self, X: np.ndarray) -> np.ndarray:
        return np.nan_to_num(X[:, 0]).astype(np.float64)


@pytest.mark.parametrize(
    ("champion", "challenger", "words"),
    [("crystal_ball", "logistic", "'crystal_ball' is not a candidate; there are "),
     ("logistic", "logistic", "champion and challenger are both logistic: they must differ")],
)  # fmt: skip
def test_a_pair_that_cannot_compete_is_refused(champion: str, challenger: str, words: str) -> None:
    with pytest.raises(CandidateError, match=words):
        Pair(Recipe(champion), Recipe(challenger))


def test_reasons_can_be_kept_to_the_newest_months(bank) -> None:
    made = features.build(bank)
    labels = labels_of(bank, made)
    short = walk(made, labels, positive={}, refit_every=3, seed=1, explain_last=2, pair=QUICK)
    told = np.unique(labels.month[short.reasons.feature[:, 0] >= 0])
    assert told.tolist() == [202309, 202310]


def test_the_previous_score_of_a_row_is_what_the_champion_of_the_window_before_says_of_it(bank, walked: Walked) -> None:
    made = features.build(bank)
    first, *later = walked.steps
    assert np.isnan(walked.previous[first.rows]).all()
    for before, step in zip(walked.steps, later, strict=False):
        says = score.score(before.champion.bundle, made.frame.iloc[step.rows])
        assert np.allclose(walked.previous[step.rows], says, atol=1e-6)
        assert not np.allclose(walked.previous[step.rows], walked.score[step.rows], atol=1e-3)
    assert (np.isfinite(walked.previous) <= np.isfinite(walked.score)).all()
