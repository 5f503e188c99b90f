"""The lab: honest rounds, intervals that cover, resampling of training rows alone, a leaderboard that never crashes."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit
from sklearn.metrics import average_precision_score, f1_score, roc_auc_score

from model import candidates
from model.candidates import Candidate, CandidateError, candidate
from model.cutoffs import Policy
from model.features import Features, Known
from model.fitting import Labels
from model.lab import __main__ as cli
from model.lab import resample, trials
from model.lab.calibration import calibration, ece
from model.lab.figures import METRICS, Part, figures, no_skill
from model.lab.protocol import LabError, by_client, in_time
from model.lab.resample import resampled
from model.lab.trials import Question, entry
from model.split import TooLittleError

R = np.random.default_rng(0)


def _part(n: int = 300, seed: int = 0) -> Part:
    r = np.random.default_rng(seed)
    y = (r.random(n) < 0.3).astype(float)
    score = np.round(expit(y + r.normal(0, 1, n)), 2)
    return Part(score, y, score >= 0.6, np.arange(n))


def test_figures_are_what_scikit_learn_says_and_means_over_parts() -> None:
    a, b = _part(seed=1), _part(seed=2)
    got = figures([a, b], policy=Policy(1, 5), draws=20)
    assert set(got) == set(METRICS)
    assert got["auc"].value == pytest.approx(np.mean([roc_auc_score(p.y, p.score) for p in (a, b)]))
    assert got["pr_auc"].value == pytest.approx(np.mean([average_precision_score(p.y, p.score) for p in (a, b)]))
    assert got["f1"].value == pytest.approx(np.mean([f1_score(p.y, p.called) for p in (a, b)]))
    assert got["brier"].value == pytest.approx(np.mean([np.mean((p.y - p.score) ** 2) for p in (a, b)]))
    cost = [np.mean((p.called & (p.y == 0)) + 5 * (~p.called & (p.y == 1))) for p in (a, b)]
    assert got["cost"].value == pytest.approx(np.mean(cost))
    assert all(f.low <= f.value <= f.high for f in got.values())
    assert got == figures([a, b], policy=Policy(1, 5), draws=20)


def test_intervals_cover_the_truth_about_as_often_as_they_say() -> None:
    """Scores of two normals one apart: the true AUC is Phi(1/sqrt 2) = .7602, accuracy at their middle Phi(.5)."""
    hits = {"auc": 0, "accuracy": 0}
    for seed in range(100):
        r = np.random.default_rng(seed)
        y = np.repeat([0.0, 1.0], 100)
        x = y + r.normal(size=200)
        got = figures([Part(expit(x), y, x >= 0.5, np.arange(200))], policy=Policy(), seed=seed, draws=100)
        for name, truth in (("auc", 0.76025), ("accuracy", 0.69146)):
            hits[name] += got[name].low <= truth <= got[name].high
    assert 88 <= hits["auc"] <= 100 and 88 <= hits["accuracy"] <= 100


def test_clients_that_repeat_widen_the_interval() -> None:
    p = _part(100)
    eight = Part(*(np.tile(x, 8) for x in (p.score, p.y, p.called)), np.tile(p.client, 8))
    alone = Part(eight.score, eight.y, eight.called, np.arange(800))
    wide, narrow = (figures([x], policy=Policy())["auc"] for x in (eight, alone))
    once = figures([p], policy=Policy())["auc"]
    assert wide.high - wide.low == pytest.approx(once.high - once.low, rel=0.01)
    assert narrow.high - narrow.low < 0.6 * (wide.high - wide.low)


def test_a_share_of_none_or_all_has_an_interval_all_the_same() -> None:
    y = np.r_[np.ones(10), np.zeros(10)]
    got = figures([Part(y * 0.9, y, y > 0, np.arange(20))], policy=Policy(), draws=50)
    assert got["recall"].value == 1 and got["recall"].low == pytest.approx(0.025 ** (1 / 10))
    nobody = figures([Part(y * 0.9, y, y > 1, np.arange(20))], policy=Policy(), draws=50)
    assert math.isnan(nobody["precision"].value) and nobody["recall"].high == pytest.approx(1 - 0.025 ** (1 / 10))


def test_no_skill_by_hand() -> None:
    none = no_skill(0.2, Policy(1, 5))
    assert none["accuracy"] == 0.8 and none["pr_auc"] == 0.2 and none["brier"] == pytest.approx(0.16)
    assert none["f1"] == pytest.approx(0.4 / 1.2)
    assert none["cost"] == 0.8  # everybody called: .8 false calls at 1; nobody called: .2 misses at 5


def test_folds_never_share_a_client_and_cut_offs_come_from_training_rows() -> None:
    client = np.repeat(np.arange(200), 3)
    label = np.where(R.random(600) < 0.3, 1.0, 0.0)
    label[:30] = np.nan
    got = by_client(label, client, folds=5, repeats=2, seed=1)
    assert len(got.rounds) == 10 and got.fits == 60 and not got.pooled
    for r in got.rounds:
        assert not set(client[r.train]) & set(client[r.test])
        assert sorted(r.validation) == sorted(r.train)
        for fit, check in r.inner:
            assert set(np.r_[fit, check]) == set(r.train) and not set(client[fit]) & set(client[check])
    assert sorted(np.concatenate([r.test for r in got.rounds[:5]])) == list(range(30, 600))


def test_months_are_tried_by_models_of_earlier_ones_and_cut_on_earlier_ones() -> None:
    month = np.repeat([202401, 202402, 202403, 202404, 202405, 202406], 200)
    labels = Labels(month, (R.random(1200) < 0.3).astype(float), month)
    got = in_time(labels, refit_every=1)
    assert got.pooled and got.rounds[0].warm_up
    for r in got.rounds[1:]:
        assert max(month[r.train].max(), month[r.validation].max()) < month[r.test].min()


def test_too_little_and_impossible_folds_are_said() -> None:
    with pytest.raises(TooLittleError, match=r"10 positive and 190 negative labels are too few for 5 folds"):
        by_client(np.r_[np.ones(10), np.zeros(190)], np.arange(200))
    with pytest.raises(LabError, match="1 fold"):
        by_client(np.r_[np.ones(100), np.zeros(100)], np.arange(200), folds=1)


def test_calibration_finds_the_bend_and_the_shift() -> None:
    z = R.normal(-1, 1.5, 60_000)
    y = (R.random(len(z)) < expit(z)).astype(float)
    right = calibration(z, y)
    assert right.intercept == pytest.approx(0, abs=0.03) and right.slope == pytest.approx(1, abs=0.03)
    assert right.ece < 0.01
    wrong = calibration(2 * z + 1, y)
    assert wrong.slope == pytest.approx(0.5, abs=0.02) and wrong.brier > right.brier and wrong.ece > 0.05
    shifted = calibration(z + 0.7, y)
    assert shifted.intercept == pytest.approx(-0.7, abs=0.03)


def test_ece_by_hand() -> None:
    p, y = np.repeat([0.1, 0.9], 50), np.r_[np.ones(10), np.zeros(40), np.ones(50)]
    assert ece(p, y) == pytest.approx((0.9 + 4 * 0.1 + 5 * 0.1) / 10)  # groups of ten: one all positive at .1, ...


class _Kept:
    """A candidate that keeps what it was fitted to."""

    def __init__(self, X: np.ndarray, y: np.ndarray, **_: object) -> None:
        self.X, self.y = X, y

    def margin(self, X: np.ndarray) -> np.ndarray:
        return X[:, 0].astype(np.float64)


def _rows(n: int = 600) -> tuple[np.ndarray, np.ndarray]:
    r = np.random.default_rng(3)
    y = (r.random(n) < 0.2).astype(float)
    X = np.c_[r.normal(size=n) + 1.5 * y, r.normal(size=n), r.choice(3, n)].astype(np.float32)
    X[::9, 1], X[::11, 2] = np.nan, np.nan
    return X, y


@pytest.mark.parametrize("kind", ["smote", "under", "over"])
def test_resampling_evens_out_the_classes_of_the_training_rows(kind: str) -> None:
    X, y = _rows()
    got = resampled(Candidate("kept", _Kept), kind).fit(X, y, categorical=[2], seed=1)
    assert isinstance(got, _Kept) and got.y.mean() == 0.5
    assert len(got.y) == (2 * y.sum() if kind == "under" else 2 * (len(y) - y.sum()))
    assert set(got.X[np.isfinite(got.X[:, 2]), 2]) <= {0, 1, 2}
    again = resampled(Candidate("kept", _Kept), kind).fit(X, y, categorical=[2], seed=1)
    assert np.array_equal(got.X, again.X, equal_nan=True)  # type: ignore[attr-defined]
    real = {row.tobytes() for row in X}
    if kind == "smote":
        assert real <= {row.tobytes() for row in got.X}
    else:
        assert {row.tobytes() for row in got.X} <= real


@pytest.mark.parametrize(("columns", "categorical"), [([0, 1], []), ([2], [0])])
def test_smote_knows_numbers_alone_and_categories_alone(columns: list[int], categorical: list[int]) -> None:
    X, y = _rows()
    got = resampled(Candidate("kept", _Kept), "smote").fit(X[:, columns], y, categorical=categorical, seed=1)
    assert got.y.mean() == 0.5  # type: ignore[attr-defined]


def test_no_resampling_is_the_candidate_itself_and_another_kind_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert resampled(candidate("logistic"), "none") is candidate("logistic")
    with pytest.raises(CandidateError, match="'adasyn' is no resampling; there are none, smote"):
        resampled(candidate("logistic"), "adasyn")
    monkeypatch.setattr(resample, "find_spec", lambda _: None)
    with pytest.raises(CandidateError, match="resampling by smote needs the library imblearn"):
        resampled(candidate("logistic"), "smote")


@pytest.fixture(scope="module")
def question() -> Question:
    X, y = _rows(1000)
    frame = pd.DataFrame({"client": np.arange(1000), "obligation": np.arange(1000), "month": 202401})
    frame["a"], frame["b"] = X[:, 0], X[:, 1]
    frame["c"] = pd.Categorical(np.where(np.isfinite(X[:, 2]), X[:, 2], -1).astype(int).astype(str))
    known = {n: Known("attributes", 0) for n in "abc"}
    features = Features(frame, known, np.arange(1000))
    return Question(features, y, by_client(y, np.arange(1000), folds=3))


def test_resampling_bends_the_probabilities_and_calibration_bends_them_back(question: Question) -> None:
    plain, smote = (entry("logistic", kind, question) for kind in ("none", "smote"))
    assert plain.raw and smote.raw and smote.calibrated
    assert abs(plain.raw.intercept) < 0.15
    assert smote.raw.intercept == pytest.approx(logit(question.label.mean()), abs=0.35)
    assert smote.raw.brier > plain.raw.brier and smote.raw.ece > plain.raw.ece + 0.05
    assert abs(smote.calibrated.intercept) < 0.15 and smote.calibrated.brier < smote.raw.brier


def test_labels_of_the_test_rows_reach_neither_scores_nor_cut_off(question: Question) -> None:
    first = question.protocol.rounds[0]
    label = question.label.copy()
    label[first.test] = 1 - label[first.test]
    one = type(question.protocol)((first,), False, "")
    a, b = (entry("logistic", "none", Question(question.features, y, one)) for y in (question.label, label))
    assert a.cut_off == b.cut_off
    assert a.figures["auc"].value == pytest.approx(1 - b.figures["auc"].value)


def test_what_fails_or_is_absent_is_a_line_that_says_why(question: Question, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("nothing fits\nat all")

    every = {"broken": Candidate("broken", broken), "far": Candidate("far", broken, needs="nowhere_to_be_found")}
    monkeypatch.setattr(trials, "CANDIDATES", every)
    assert entry("broken", "none", question).failed == "nothing fits"
    assert entry("far", "none", question).failed == "absent: the library nowhere_to_be_found is not installed"


@pytest.fixture(scope="module")
def loans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lab")
    r = np.random.default_rng(1)
    n = 900
    x = r.normal(size=n)
    frame = pd.DataFrame({
        "id": np.arange(n), "day": pd.date_range("2024-01-01", periods=n, freq="8h").strftime("%Y-%m-%d"),
        "x": x, "z": r.normal(size=n), "paid": (r.random(n) < expit(x)).astype(int),
    })  # fmt: skip
    frame.to_csv(folder / "loans.csv", index=False)
    (folder / "loans.toml").write_text(
        'source = "loans"\nfile = "loans.csv"\ncurrency = "COP"\nid = "id"\ndate = "day"\nnever = []\n'
        '[outcome]\ncolumn = "paid"\npositive = [1]\nwindow_months = 0\n'
        '[outcome.means]\nen = "pays"\nes = "paga"\npt = "paga"\n',
        encoding="utf-8",
    )
    return folder


def _lab(loans: Path, out: Path, *more: str) -> int:
    words = ["--source", "table", "--mapping", str(loans / "loans.toml"), "--data", str(loans / "loans.csv")]
    return cli.main([*words, "--out", str(out), "--quiet", "--no-track", *more])


def test_the_command_prints_a_board_and_writes_it_twice(
    loans: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    find = candidates.find_spec
    monkeypatch.setattr(candidates, "find_spec", lambda x: None if x == "xgboost" else find(x))
    assert _lab(loans, tmp_path / "out", "--candidates", "dummy,logistic,xgboost", "--resample", "none,under") == 0
    said = capsys.readouterr().out
    assert "absent: the library xgboost is not installed" in said and "walk forward" in said and "no_skill" in said
    told = json.loads((tmp_path / "out" / "leaderboard.json").read_text(encoding="utf-8"))
    lines = {(x["name"], x["resample"]): x for x in told["lines"]}
    assert lines["logistic", "none"]["figures"]["auc"]["low"] > 0.6
    assert lines["dummy", "none"]["figures"]["auc"]["value"] == pytest.approx(0.5, abs=0.2)
    assert lines["xgboost", "none"]["failed"] and told["positive"] == "pays"
    assert told["versions"]["numpy"] and "bootstrap of clients" in told["intervals"]
    with (tmp_path / "out" / "leaderboard.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [r["name"] for r in rows][-1] == "no_skill" and len(rows) == 7
    assert float(rows[0]["auc_low"]) < float(rows[0]["auc"]) < float(rows[0]["auc_high"])


def test_calling_the_other_class_positive_leaves_the_auc_and_turns_the_shares(loans: Path, tmp_path: Path) -> None:
    got = []
    for positive in ("1", "0"):
        out = tmp_path / positive
        assert _lab(loans, out, "--candidates", "logistic", "--class", positive) == 0
        got.append(json.loads((out / "leaderboard.json").read_text(encoding="utf-8")))
    (one, zero), (a, b) = ([g["lines"][0] for g in got], got)
    assert one["figures"]["auc"]["value"] == pytest.approx(zero["figures"]["auc"]["value"], abs=1e-3)
    assert one["positives"] + zero["positives"] == one["n"]
    assert b["positive"] == "not: pays" and a["no_skill"]["pr_auc"] == pytest.approx(1 - b["no_skill"]["pr_auc"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--candidates", "svm"), "'svm' is not a candidate"),
        (("--resample", "adasyn"), "'adasyn' is no resampling"),
        (("--folds", "5"), "--folds: table has dates: it is tried month by month"),
        (("--cost-fn", "-1"), "neither may be below 0"),
        (("--candidates", "xgboost"), "No candidate could be tried"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(
    loans: Path, tmp_path: Path, words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(candidates, "find_spec", lambda x: None)
    assert _lab(loans, tmp_path / "out", *words) == 1
    assert said in capsys.readouterr().err and not (tmp_path / "out").exists()
