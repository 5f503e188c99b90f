"""Without dates each row is scored by a model that never saw its client, and no label of a row reaches its score."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from data.contract import Meaning, Portfolio
from data.coverage import Coverage
from data.parquet_store import ParquetStore
from data.rows import NEGATIVE, POSITIVE, UNLABELLED
from model import features, run
from model.champion import Recipe
from model.crossfit import crossfit, folds_of
from model.evaluate import evaluate
from model.features import Features
from model.fitting import Labels, Pair, Walked
from model.labels import labels_of
from model.leaderboard import best_cut_off
from model.score import score
from model.split import TooLittleError

MONTH = 202209
QUICK = Pair(Recipe("lightgbm", {"trees": 25, "rate": 0.1, "seeds": 1}), Recipe("logistic"))
"""Trees that are as quick to fit as they are needed here."""
KEYS = ["client", "obligation", "month"]


def undated(n: int = 420, *, clients: int = 300, unlabelled: int = 20, seed: int = 4) -> Portfolio:
    """Loans of one snapshot: some clients have two, the last ones have no outcome; income says who pays."""
    r = np.random.default_rng(seed)
    client = np.r_[np.arange(clients), r.integers(0, clients, n - clients)]
    will = r.normal(size=n)
    state = np.where(r.random(n) < expit(0.4 + 1.2 * will), POSITIVE, NEGATIVE)
    state[n - unlabelled :] = UNLABELLED
    keys = pd.DataFrame({"client": client, "obligation": np.arange(n) + 5000, "month": np.int32(MONTH)})
    known = keys.assign(label_state=state.astype(np.uint8), known_at=np.int32(MONTH), kept=np.nan, type=None)
    return Portfolio(
        meaning=Meaning("loans", {"en": "pays", "es": "paga", "pt": "paga"}, carries=frozenset(), dated=False),
        as_of=MONTH,
        obligations=keys.assign(eligible=np.uint8(1)),
        outcomes=known.assign(label=np.where(state == POSITIVE, 1.0, np.where(state == NEGATIVE, 0.0, np.nan))),
        coverage=Coverage().then("read", n),
        coverage_by_month={MONTH: Coverage().then("read", n)},
        attributes=keys.assign(income=will, purpose=r.choice(["car", "home"], n), noise=r.normal(size=n)),
    )


@pytest.fixture(scope="module")
def loans() -> Portfolio:
    return undated()


@pytest.fixture(scope="module")
def made(loans: Portfolio) -> tuple[Features, Labels]:
    built = features.build(loans)
    return built, labels_of(loans, built)


def _fit(made: tuple[Features, Labels], **more: object) -> Walked:
    return crossfit(*made, positive={"en": "pays"}, seed=3, pair=QUICK, **more)


@pytest.fixture(scope="module")
def walked(made: tuple[Features, Labels]) -> Walked:
    return _fit(made)


def _folds(made: tuple[Features, Labels]) -> np.ndarray:
    return folds_of(made[0].frame["client"].to_numpy(), made[1].label, seed=3)


def test_every_row_is_scored_exactly_once(walked: Walked) -> None:
    scored = np.concatenate([s.rows for s in walked.steps])
    assert sorted(scored.tolist()) == list(range(420))
    assert np.isfinite(walked.score).all() and np.isfinite(walked.challenger).all()


def test_no_client_is_on_both_sides(made: tuple[Features, Labels], walked: Walked) -> None:
    client = made[0].frame["client"].to_numpy()
    for step in walked.steps[:-1]:
        assert len(step.rows)
        for learnt in (step.window.train, step.window.calibrate):
            assert not set(client[step.rows]) & set(client[learnt])
    for each in walked.rehearsals:
        assert not set(client[each.rows]) & set(client[each.seen])


def test_no_label_of_a_fold_reaches_its_scores(made: tuple[Features, Labels], walked: Walked) -> None:
    built, labels = made
    folds = _folds(made)
    mine = (folds == 2) & np.isfinite(labels.label)
    flipped = replace(labels, label=np.where(mine, 1 - labels.label, labels.label))
    again = _fit((built, flipped), folds=folds)
    assert again.score[folds == 2].tolist() == walked.score[folds == 2].tolist()
    assert again.challenger[folds == 2].tolist() == walked.challenger[folds == 2].tolist()
    assert again.rehearsals[2].champion.tolist() == walked.rehearsals[2].champion.tolist()
    assert again.steps[2].champion.digest == walked.steps[2].champion.digest
    assert (again.score[folds != 2] != walked.score[folds != 2]).mean() > 0.9


def test_the_order_of_the_rows_makes_no_difference(made: tuple[Features, Labels], walked: Walked) -> None:
    built, labels = made
    turn = np.random.default_rng(0).permutation(len(built.frame))
    frame = built.frame.take(turn).reset_index(drop=True)
    other = Labels(labels.month[turn], labels.label[turn], labels.known_at[turn])
    again = _fit((Features(frame, built.known, built.at[turn]), other))
    assert again.score.tolist() == walked.score[turn].tolist()
    assert again.reasons.feature.tolist() == walked.reasons.feature[turn].tolist()
    assert [s.champion.digest for s in again.steps] == [s.champion.digest for s in walked.steps]
    assert [s.challenger.digest for s in again.steps] == [s.challenger.digest for s in walked.steps]


def test_each_fold_has_its_share_of_rows_and_of_each_class(made: tuple[Features, Labels]) -> None:
    label, folds = made[1].label, _folds(made)
    assert np.unique(folds).tolist() == list(range(10))
    for k in range(10):
        assert 32 <= (folds == k).sum() <= 52
        assert abs(np.nanmean(label[folds == k]) - np.nanmean(label)) < 0.12


def test_many_rows_get_five_folds() -> None:
    label = np.tile([0.0, 1.0], 2500)
    assert np.bincount(folds_of(np.arange(5000), label, seed=0)).tolist() == [1000] * 5
    assert np.bincount(folds_of(np.arange(4998), label[:4998], seed=0)).tolist() == [500] * 8 + [499] * 2


def test_the_model_that_is_served_learnt_from_every_label_and_scored_none_of_them(
    made: tuple[Features, Labels], walked: Walked
) -> None:
    last = walked.steps[-1]
    assert sorted(last.window.train) == np.flatnonzero(np.isfinite(made[1].label)).tolist()
    assert len(last.rows) == 0 and last.window.scores == ()
    assert walked.served is last.champion


def test_scores_have_skill_and_their_level_is_right(made: tuple[Features, Labels], walked: Walked) -> None:
    label = made[1].label
    worth = evaluate(*made, walked, threshold=0.5)
    assert worth.champion.auc_low > 0.6
    assert worth.new_clients.n == worth.champion.n == 400
    known = np.isfinite(label)
    assert walked.score[known].mean() == pytest.approx(label[known].mean(), abs=0.03)


def test_cut_offs_are_chosen_on_the_other_folds(made: tuple[Features, Labels], walked: Walked) -> None:
    label = made[1].label
    hits = calls = 0.0
    for each in walked.rehearsals:
        ready = np.isfinite(label[each.seen])
        cut = best_cut_off(each.champion[ready], label[each.seen][ready])
        mine = each.rows[np.isfinite(label[each.rows])]
        called = walked.score[mine] >= cut
        hits += (called & (label[mine] > 0)).sum()
        calls += called.sum()
    assert evaluate(*made, walked, threshold=0.5).champion.f1 == pytest.approx(2 * hits / (calls + np.nansum(label)))


def test_a_bundle_gives_the_scores_of_its_rows(made: tuple[Features, Labels], walked: Walked) -> None:
    for step in walked.steps[:-1]:
        again = score(step.champion.bundle, made[0].frame.iloc[step.rows])
        assert np.abs(again - walked.score[step.rows]).max() <= 1e-9


@pytest.mark.parametrize(
    ("label", "clients", "words"),
    [
        (np.full(100, np.nan), 100, "no row has a final label"),
        (np.ones(100), 100, r"all 100 labels are of one class \(1\)"),
        (np.r_[np.ones(30), np.zeros(70)], 100, "30 positive labels of 30 client"),
        (np.r_[np.ones(50), np.zeros(50)], 8, "50 positive labels of 4 client"),
    ],
)
def test_too_few_labels_are_said(label: np.ndarray, clients: int, words: str) -> None:
    client = np.arange(100) * clients // 100
    with pytest.raises(TooLittleError, match=words):
        folds_of(client, label, seed=0)


@pytest.fixture(scope="module")
def store(loans: Portfolio, tmp_path_factory: pytest.TempPathFactory) -> ParquetStore:
    folder = tmp_path_factory.mktemp("undated")
    trained = run.train(loans, run.Options(seed=3, pair=QUICK), run.Watch())
    run.publish(trained, ParquetStore(folder), folder / "models", options={}, fingerprint={}, watch=run.Watch())
    return ParquetStore(folder)


def test_the_release_says_how_its_scores_came_to_be(store: ParquetStore) -> None:
    release = store.read()
    card = release.document("model_card")
    assert release.document("meaning")["dated"] is False
    assert card["scored_by"].startswith("cross-fitted, no dates")
    assert [w.get("fold") for w in card["windows"]] == [*range(1, 11), None]
    assert card["windows"][-1]["sha256"] == card["model_hash"]
    assert card["windows"][-1]["scores"] == [] and card["windows"][0]["scores"] == [MONTH]
    assert release.document("histograms")["income"]["reference"][0] == 0
    assert sum(release.document("histograms")["income"]["reference"]) == 400


def test_each_row_names_the_model_that_scored_it_and_both_models_are_kept(store: ParquetStore) -> None:
    card = store.read().document("model_card")
    rows = store.read().frame("rows")
    assert rows["model"].notna().all() and rows["challenger_score"].notna().all()
    assert rows["previous_score"].isna().all()
    assert set(rows["model"]) == {w["model"] for w in card["windows"][:-1]}
    kept = {p.name for p in (store.folder / "models").iterdir()}
    assert kept == {m for w in card["windows"] for m in (w["model"], w["challenger"]["model"])}


def test_the_dashboard_opens_on_one_month_without_dates(store: ParquetStore, tmp_path: Path) -> None:
    from app.main import desk_of
    from app.settings import Settings

    desk = desk_of(Settings(store=store.folder, language="en", poll_seconds=60))
    pin = desk.open(store.version())
    assert pin.document("meaning")["last_month"] == MONTH
