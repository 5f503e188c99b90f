"""Model room: what the walk forward was worth, and the guards that look at it before anything is published."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model import guards
from model.features import Features
from model.leaderboard import Line, leaderboard, line
from model.walk import Labels, Walked

CHAMPION, CHALLENGER, BANK = "lightgbm", "logistic", "bank_score"


@dataclass(frozen=True)
class Evaluation:
    """Out-of-time figures of the published months: the leaderboard, the champion on clients that the scoring model had
    never seen, and a line per window in the order of the walk."""

    board: tuple[Line, ...]
    new_clients: Line
    windows: tuple[Line, ...]

    @property
    def champion(self) -> Line:
        """The line of the published scores."""
        return self.board[0]


def evaluate(features: Features, labels: Labels, walked: Walked, *, threshold: float) -> Evaluation:
    """Every figure from rows that no model had learned from. Raises GuardTripped when the scores show no skill."""
    known = np.isfinite(labels.label)
    test = np.flatnonzero(known & np.isfinite(walked.score))
    warm = np.flatnonzero(known & np.isfinite(walked.validation))
    scores = {
        CHAMPION: np.where(np.isfinite(walked.score), walked.score, walked.validation),
        CHALLENGER: np.where(np.isfinite(walked.challenger), walked.challenger, walked.challenger_validation),
    }
    if "bank_pays" in features.names:
        scores[BANK] = features.frame["bank_pays"].to_numpy(np.float64)
    board = leaderboard(scores, labels.label, test=test, validation=warm)
    _guard(board[0], walked.score[test], labels.label[test], threshold)
    check = (scores[CHAMPION][warm], labels.label[warm])
    fresh = test[np.isin(test, _unseen_rows(features, walked))]
    alone = line(CHAMPION, walked.score[fresh], labels.label[fresh], validation=check)
    each = [s.rows[known[s.rows]] for s in walked.steps]
    windows = tuple(line(CHAMPION, walked.score[r], labels.label[r], validation=check) for r in each)
    return Evaluation(board, alone, windows)


def _guard(champion: Line, score: np.ndarray, y: np.ndarray, threshold: float) -> None:
    if champion.n == 0:
        return
    if np.isfinite(champion.auc_low):
        guards.skill(champion.auc_low, champion.auc_high, n=champion.n)
    called = score >= np.float32(threshold)
    guards.not_one_answer(
        tp=int((called & (y > 0)).sum()), fp=int((called & (y <= 0)).sum()),
        tn=int((~called & (y <= 0)).sum()), fn=int((~called & (y > 0)).sum()),
    )  # fmt: skip


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
