"""Data room: outcomes of the payment-option problem: what came of each eligible row, and when that is final."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from data.asof import same
from data.contract import Suspicion
from data.months import from_ordinal, ordinal
from data.rows import NEGATIVE, OPEN, POSITIVE, UNLABELLED
from data.sources.opciones_pago_files import RESPONSES_FILE
from data.sources.opciones_pago_frames import KEY, take

APPLIED: Final = "a_uno_tipo_1"
REFUSED: Final = "d_cero_tipo_1"
UNKNOWN_OFFER: Final = "e_cero_tipo_2"
ANSWERED: Final = ["known_at", "accepted_at"]
"""Columns of a decision that say when it was answered: outcomes, not decisions."""
_ACCEPTED: Final = "_uno_"


@dataclass(frozen=True)
class Asked:
    """Eligible rows with what the files say of their outcome; all arrays are aligned to the rows.

    `answered`: the row is in the response base; `label` 1, 0 or NaN; `kind`: type of response, "" when none;
    `offered` 1, 0 or NaN when nobody knows; `known_at`: month at whose end the label is final; `accepted_after`: months
    from the row's to that in which an acceptance was reported, NaN where none was; None where the files never say it.
    """

    keys: pd.DataFrame
    answered: np.ndarray
    label: np.ndarray
    kind: pd.Categorical
    offered: np.ndarray
    known_at: np.ndarray
    accepted_after: np.ndarray | None = None

    def is_kind(self, kind: str) -> np.ndarray:
        """Where the response is of this type."""
        return np.asarray(self.kind == kind)

    def states(self, as_of: int) -> np.ndarray:
        """Label states (data.rows) as they were known at the end of `as_of`."""
        nothing_offered = self.is_kind(UNKNOWN_OFFER) & (self.offered == 0) & (self.label == 0)
        closed = np.where(self.label == 1, POSITIVE, NEGATIVE)
        closed = np.where(~self.answered | nothing_offered, UNLABELLED, closed)
        still_open = (self.known_at > as_of) | (self.keys["month"].to_numpy() > as_of)
        return np.where(still_open, OPEN, closed).astype(np.uint8)


def join(rows: pd.DataFrame, responses: pd.DataFrame, decided: pd.DataFrame | None, *, window: int) -> Asked:
    """Eligible rows with their response and decision. `window`: months from a row to its final label, where no
    decision says it."""
    found = same(rows, responses, by=KEY)
    labels = np.append(responses["label"].to_numpy(), np.nan)
    offered, known_at = _decided(rows, decided, window)
    kind = take(responses["type"], found)
    return Asked(rows[KEY], found >= 0, labels[found], kind, offered, known_at, _accepted(rows, decided))


def _decided(rows: pd.DataFrame, decided: pd.DataFrame | None, window: int) -> tuple[np.ndarray, np.ndarray]:
    """Whether each row was offered an option (NaN: nobody knows), and the month at whose end its label is final."""
    usual = from_ordinal(ordinal(rows["month"].to_numpy().astype(np.int64)) + window)
    if decided is None:
        return np.full(len(rows), np.nan), usual
    found = same(rows, decided, by=KEY)
    offered = np.append(decided["offered"].to_numpy().astype(np.float64), np.nan)[found]
    logged = np.append(decided["known_at"].to_numpy(), 0)[found]
    return offered, np.where(logged > 0, logged, usual)


def _accepted(rows: pd.DataFrame, decided: pd.DataFrame | None) -> np.ndarray | None:
    if decided is None or "accepted_at" not in decided:
        return None
    found, logged = same(rows, decided, by=KEY), np.append(decided["accepted_at"].to_numpy(np.int64), 0)
    after = ordinal(logged[found]) - ordinal(rows["month"].to_numpy(np.int64))
    return np.where(after >= 0, after, np.nan)


def outcomes(asked: Asked, states: np.ndarray, *, as_of: int) -> pd.DataFrame:
    """The contract frame of outcomes, as known at the end of `as_of`: labels that are not final are hidden."""
    reported = {} if asked.accepted_after is None else {"reported_after": _until(asked, as_of)}
    final = np.isin(states, (NEGATIVE, POSITIVE))
    applied = asked.is_kind(APPLIED) & (asked.label == 1)
    kind = np.where(states == OPEN, -1, asked.kind.codes)
    return pd.DataFrame(
        {
            **{k: asked.keys[k].to_numpy() for k in KEY},
            "label": np.where(final, asked.label, np.nan).astype(np.float32),
            "label_state": states,
            "type": pd.Categorical.from_codes(kind, categories=asked.kind.categories),
            "known_at": asked.known_at.astype(np.int32),
            **reported,
            "kept": np.where(final, applied, np.nan).astype(np.float32),
            "assumed": (asked.is_kind(UNKNOWN_OFFER) & (states == NEGATIVE) & (asked.offered != 1)).astype(np.uint8),
        }
    )


def _until(asked: Asked, as_of: int) -> np.ndarray:
    """After how many months an acceptance was reported; NaN where it was after the end of `as_of`."""
    age = ordinal(as_of) - ordinal(asked.keys["month"].to_numpy(np.int64))
    after = np.asarray(asked.accepted_after, np.float64)
    return np.where(after <= age, after, np.nan).astype(np.float32)


def oddities(asked: Asked, states: np.ndarray) -> tuple[Suspicion, ...]:
    """What is odd about outcomes, counted: assumed labels, eligible rows without one, contradictions."""
    accepting = np.array([_ACCEPTED in c for c in asked.kind.categories] + [False])[asked.kind.codes]
    disagree = asked.answered & (asked.kind.codes >= 0) & (accepting != (asked.label == 1))
    found = (
        ("assumed_label", "tipo_var_rpta_alt", asked.is_kind(UNKNOWN_OFFER) & (states == NEGATIVE),
         f"{UNKNOWN_OFFER} (nobody knows whether it was offered) counts as not accepted"),
        ("no_outcome", "var_rpta_alt", ~asked.answered & (states == UNLABELLED),
         "eligible, but not in the response base: no label"),
        ("contradiction", "var_rpta_alt", disagree, "the label and its type disagree: the label counts"),
        ("contradiction", "tipo_var_rpta_alt", asked.is_kind(REFUSED) & (asked.offered == 0),
         f"{REFUSED} (offered, not accepted), but the decisions say that nothing was offered"),
    )  # fmt: skip
    return tuple(
        Suspicion(RESPONSES_FILE.file, column, kind, int(m.sum()), e) for kind, column, m, e in found if m.any()
    )
