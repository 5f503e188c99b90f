"""Model room: what the walk forward was worth, and the guards that look at it before anything is published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from model import guards
from model.features import Features
from model.fitting import Labels, Walked
from model.leaderboard import Line, best_cut_off, leaderboard, line

BANK = "bank_score"


@dataclass(frozen=True)
class Evaluation:
    """Out-of-time figures of the published months: the leaderboard, the champion on clients that the scoring model had
    never seen, a line per window in the order of the walk, and how the release's cut-off calls the rows: "tp", "fp",
    "tn", "fn"."""

    board: tuple[Line, ...]
    new_clients: Line
    windows: tuple[Line, ...]
    called: Mapping[str, int]

    @property
    def champion(self) -> Line:
        """The line of the published scores."""
        return self.board[0]


def evaluate(features: Features, labels: Labels, walked: Walked, *, threshold: float) -> Evaluation:
    """Every figure from rows that no model had learned from, at cut-offs chosen on others. Raises GuardTripped when the
    scores show no skill."""
    y, known = labels.label, np.isfinite(labels.label)
    test = np.flatnonzero(known & np.isfinite(walked.score))
    seen = np.unique(np.concatenate([r.seen[known[r.seen]] for r in walked.rehearsals]))
    name = walked.pair.champion.label
    scores, cuts = _scores(features, walked), _cut_offs(features, walked, y)
    board = leaderboard(scores, y, test=test, validation=seen, cuts=cuts)
    called = _called(walked.score[test], y[test], threshold)
    _guard(board[0], called)

    def alone(rows: np.ndarray) -> Line:
        nobody = (np.zeros(0), np.zeros(0))
        return line(name, walked.score[rows], y[rows], validation=nobody, cuts=cuts[name][rows])

    fresh = test[np.isin(test, _unseen_rows(features, walked))]
    windows = tuple(alone(s.rows[known[s.rows]]) for s in walked.steps)
    return Evaluation(board, alone(fresh), windows, called)


def _scores(features: Features, walked: Walked) -> dict[str, np.ndarray]:
    """Score per row by name, the champion's first: those of the rehearsal where none is published."""
    names = [r.label for r in walked.pair.both]
    scores = dict(zip(names, (walked.score.copy(), walked.challenger.copy()), strict=True))
    for each in walked.rehearsals:
        for name, told in zip(names, (each.champion, each.challenger), strict=True):
            bare = np.isnan(scores[name][each.seen])
            scores[name][each.seen[bare]] = told[bare]
    if "bank_pays" in features.names:
        scores[BANK] = features.frame["bank_pays"].to_numpy(np.float64)
    return scores


def _cut_offs(features: Features, walked: Walked, y: np.ndarray) -> dict[str, np.ndarray]:
    """The cut-off of each row by score, chosen where its rows were rehearsed; NaN where nothing is scored."""
    names = [r.label for r in walked.pair.both]
    cuts = {n: np.full(len(y), np.nan) for n in (*names, *([BANK] if "bank_pays" in features.names else []))}
    for each in walked.rehearsals:
        told = dict(zip(names, (each.champion, each.challenger), strict=True))
        if BANK in cuts:
            told[BANK] = features.frame["bank_pays"].to_numpy(np.float64)[each.seen]
        for name, score in told.items():
            ready = np.isfinite(score) & np.isfinite(y[each.seen])
            cuts[name][each.rows] = best_cut_off(score[ready], y[each.seen][ready])
    return cuts


def _called(score: np.ndarray, y: np.ndarray, threshold: float) -> dict[str, int]:
    """Rows by what the cut-off calls them and what they are."""
    called = score >= np.float32(threshold)
    return {
        "tp": int((called & (y > 0)).sum()), "fp": int((called & (y <= 0)).sum()),
        "tn": int((~called & (y <= 0)).sum()), "fn": int((~called & (y > 0)).sum()),
    }  # fmt: skip


def _guard(champion: Line, called: Mapping[str, int]) -> None:
    if champion.n == 0:
        return
    if np.isfinite(champion.auc_low):
        guards.skill(champion.auc_low, champion.auc_high, n=champion.n)
    guards.not_one_answer(**called)


def _unseen_rows(features: Features, walked: Walked) -> np.ndarray:
    """Rows whose client was not among the training rows of the model that scored them."""
    client = features.frame["client"].to_numpy()
    parts = []
    for step in walked.steps:
        trained = np.unique(client[step.window.train])
        fresh = step.rows[~np.isin(client[step.rows], trained)]
        guards.disjoint(client[fresh], trained)
        parts.append(fresh)
    return np.concatenate(parts) if parts else np.zeros(0, np.int64)
