"""Model room: features of what happened before the month: payments, bank scores, clients, actions, labels."""

from __future__ import annotations

import numpy as np
import pandas as pd

from data import months
from data.contract import Portfolio
from data.rows import NEGATIVE, POSITIVE
from model.history import Askers, Past, column_of, ratio

CAP = 12
"""Oldest age in months that a feature tells apart."""

MOST_PAID = 5.0
"""Cap of paid over instalment: beyond it an early settlement looks like any other."""

ACTION_NUMBERS = (
    "contacts", "right_party", "agreements", "promises_kept", "options_offered", "days_past_due_low",
    "days_past_due_high", "days_past_due_end", "past_due", "debt", "paid",
)  # fmt: skip
ACTION_TEXTS = ("option", "option_applied", "result")
CLIENT_NUMBERS = ("age", "dependants", "income", "expenses", "assets", "liabilities")
CLIENT_TEXTS = ("region", "marital_status", "education", "occupation", "housing", "segment", "channel")


def payments(portfolio: Portfolio, rows: pd.DataFrame, askers: Askers) -> dict[str, object]:
    """How well instalments were paid in the last 1, 3, 6 and 12 months, and when last."""
    frame = portfolio.payments
    if frame is None:
        return {}
    past = Past(frame, askers, by="obligation")
    paid, due = frame["paid"], frame["instalment"]
    some = (paid > 0).astype(float).where(paid.notna())
    out: dict[str, object] = {
        f"paid_to_due_{k}": np.minimum(past.share(paid, due, k), MOST_PAID) for k in (1, 3, 6, 12)
    }
    out |= {f"months_paid_share_{k}": past.mean(some, k) for k in (3, 12)}
    balance = column_of(rows, "balance")
    out["instalment_to_balance"] = ratio(past.last("instalment"), balance)
    out["paid_to_balance_3"] = ratio(past.total(paid, 3), balance)
    out["months_since_paid"] = past.since(paid > 0, CAP)
    out["payment_age"] = past.age(CAP)
    out["payment_mark"] = past.last_text("mark")
    return out


def scores(portfolio: Portfolio, askers: Askers) -> dict[str, object]:
    """The bank's own scores of the last month before, and how old they are."""
    frame = portfolio.scores
    if frame is None:
        return {}
    past = Past(frame, askers, by="obligation")
    out: dict[str, object] = {f"bank_{c}": past.last(c) for c in ("pays", "early_alert", "self_cure")}
    out["bank_pays_change_3"] = past.last("pays") - past.mean(frame["pays"], 3)
    out["bank_lot"] = past.last_text("lot")
    out["bank_score_age"] = past.age(CAP)
    return out


def clients(portfolio: Portfolio, rows: pd.DataFrame, askers: Askers) -> dict[str, object]:
    """The client as of the last snapshot before the month, and how old it is."""
    frame = portfolio.clients
    if frame is None:
        return {}
    past = Past(frame, askers, by="client")
    out: dict[str, object] = {f"client_{c}": past.last(c) for c in CLIENT_NUMBERS if c in frame}
    out |= {f"client_{c}": past.last_text(c) for c in CLIENT_TEXTS if c in frame}
    out["client_snapshot_age"] = past.age(CAP)
    if "client_income" in out:
        balance = column_of(rows, "balance")
        out["balance_to_income"] = ratio(balance, np.asarray(out["client_income"], dtype=float))
    if "since" in frame:
        since = pd.to_datetime(frame["since"], errors="coerce")
        tenure = months.ordinal(frame["month"].to_numpy()) - (since.dt.year * 12 + since.dt.month - 1)
        out["client_tenure"] = Past(frame.assign(tenure=tenure.clip(0, 360)), askers, by="client").last("tenure")
    return out


def actions(portfolio: Portfolio, askers: Askers) -> dict[str, object]:
    """What collection did and found in the last month with actions before, and how old that is."""
    frame = portfolio.actions
    if frame is None:
        return {}
    past = Past(frame, askers, by="obligation")
    out: dict[str, object] = {f"last_{c}": past.last(c) for c in ACTION_NUMBERS if c in frame}
    out |= {f"last_{c}": past.last_text(c) for c in ACTION_TEXTS if c in frame}
    out["action_age"] = past.age(CAP)
    if "contacts" in frame:
        out["contacts_3"] = past.total(frame["contacts"], 3)
    if "right_party" in frame:
        out["right_party_share_6"] = past.mean(frame["right_party"], 6)
    return out


def labels(portfolio: Portfolio, askers: Askers) -> dict[str, object]:
    """The obligation's own last label that was final, its age, and the share accepted of the last 12 months."""
    frame = final_labels(portfolio.outcomes)
    if frame.empty:
        return {}
    past = Past(frame, askers, by="obligation", stamp="known_at", only_last=False)
    return {
        "label_last": past.last("label"),
        "label_age": np.minimum(askers.when - past.last("ordinal"), CAP),
        "label_type": past.last_text("type"),
        "label_count": np.minimum(past.count(CAP), 3),
        "label_share": past.mean(frame["label"], CAP),
        "kept_last": past.last("kept"),
    }


def client_labels(portfolio: Portfolio, askers: Askers) -> dict[str, object]:
    """The same over all obligations of the client."""
    frame = final_labels(portfolio.outcomes)
    if frame.empty:
        return {}
    past = Past(frame, askers, by="client", stamp="known_at", only_last=False)
    return {
        "client_label_count": np.minimum(past.count(CAP), 6),
        "client_label_share": past.mean(frame["label"], CAP),
        "client_kept_share": past.mean(frame["kept"], CAP),
    }


def final_labels(outcomes: pd.DataFrame) -> pd.DataFrame:
    """Outcome rows that carry a label, oldest month first, with the month's ordinal."""
    final = outcomes[outcomes["label_state"].isin((NEGATIVE, POSITIVE))].sort_values("month", kind="stable")
    return final.assign(
        label=(final["label_state"] == POSITIVE).astype(float),
        ordinal=months.ordinal(final["month"].to_numpy().astype(np.int64)).astype(float),
        kept=pd.to_numeric(final["kept"], errors="coerce"),
    )
