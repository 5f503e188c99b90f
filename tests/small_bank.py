"""A small bank in contract frames for tests: seeded, with a signal that a model can find, and no file."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from data import months
from data.contract import Event, Meaning, Portfolio
from data.coverage import Coverage
from data.rows import NEGATIVE, OPEN, POSITIVE, UNLABELLED

FIRST = 202301
GO_LIVE = 202306


def make_bank(
    *, clients: int = 500, months_long: int = 12, seed: int = 0, delay: int = 0, offers: bool = True
) -> Portfolio:
    """A portfolio of `clients` clients with one to two obligations each over `months_long` months and the next.

    Whether an offer is accepted depends on the client (seen through payments and the bank's score) and on days past
    due. Labels are final `delay` months after their month. With `offers`, 80 % of the eligible are offered and the rest
    are unlabelled. The last month is open: its rows are to be scored.
    """
    r = np.random.default_rng(seed)
    calendar = months.between(FIRST, months.add(FIRST, months_long))
    as_of = calendar[-2]
    people = np.arange(1, clients + 1)
    owner = np.r_[people, people[: clients // 2]]
    ids = 10_000 + np.arange(len(owner))
    will = r.normal(size=clients)
    parts = [_month(m, i, r, owner, ids, will, offers=offers) for i, m in enumerate(calendar)]
    wide = pd.concat(parts, ignore_index=True)
    known = np.array([months.add(int(m), delay) for m in wide["month"]])
    state = np.where(wide["offered"] == 0, UNLABELLED, np.where(wide["accepted"] == 1, POSITIVE, NEGATIVE))
    state = np.where((known > as_of) & (state != UNLABELLED), OPEN, state)
    state = np.where(wide["month"] > as_of, OPEN, state)
    wide = wide.assign(known_at=known, label_state=state)
    return _frames(wide, r, people, calendar, as_of)


def _month(
    month: int, i: int, r: np.random.Generator, owner: np.ndarray, ids: np.ndarray, will: np.ndarray, *, offers: bool
) -> pd.DataFrame:
    n = len(owner)
    w = will[owner - 1]
    late = r.random(n) < 0.45
    dpd = np.where(late, r.integers(1, 120, n), 0)
    chance = 1 / (1 + np.exp(-(-0.2 + 0.9 * w - 0.012 * dpd)))
    offered = (late & (r.random(n) < (0.8 if offers else 1.0))).astype(int)
    accepted = (offered == 1) & (r.random(n) < chance)
    balance = np.round(1e6 * np.exp(r.normal(1, 0.8, n)))
    return pd.DataFrame(
        {
            "client": owner, "obligation": ids, "month": month, "balance": balance,
            "past_due": np.where(late, balance * 0.1, 0.0), "days_past_due": dpd.astype(float),
            "product": np.where(ids % 3 == 0, "card", "loan"), "segment": "personal",
            "reaged": (r.random(n) < 0.05).astype(int), "written_off": 0.0, "eligible": late.astype(int),
            "offered": offered, "accepted": accepted.astype(int),
            "paid": np.where(r.random(n) < 1 / (1 + np.exp(-w)), 1e5, 0.0),
            "pays": 1 / (1 + np.exp(-(0.5 * w + r.normal(0, 0.8, n)))),
            "arm": np.where(owner % 4 == 0, "none", "model"),
            "kept": (accepted & (r.random(n) < 0.6)).astype(int), "contacts": r.integers(0, 9, n),
        }
    )  # fmt: skip


def _frames(
    wide: pd.DataFrame, r: np.random.Generator, people: np.ndarray, calendar: list[int], as_of: int
) -> Portfolio:
    key = ["client", "obligation", "month"]
    past = wide[wide["month"] <= as_of]
    late = wide[wide["eligible"] == 1]
    final = late["label_state"].isin((NEGATIVE, POSITIVE))
    outcomes = late[[*key, "label_state", "known_at"]].assign(
        label=late["accepted"].where(final).astype("Float64"),
        type=np.where(late["accepted"] == 1, "a_uno_tipo_1", "d_cero_tipo_1"),
        kept=late["kept"].where(final).astype("Float64"),
    )
    snapshots = [_snapshot(m, people, np.random.default_rng(7)) for m in calendar[:-1:4]]
    before = months.add(FIRST, -1)
    return Portfolio(
        meaning=Meaning(
            "small_bank", {"en": "accepted", "es": "aceptó", "pt": "aceitou"},
            carries=frozenset(
                {"gross", "balance", "days_past_due", "arms", "propensity", "cash", "clients", "bank_score"}
            ),
            events=(Event(GO_LIVE, {"en": "Go-live", "es": "Puesta en marcha", "pt": "Entrada em produção"}),),
        ),
        as_of=as_of,
        obligations=wide[[*key, "balance", "past_due", "days_past_due", "product", "segment", "reaged", "written_off",
                          "eligible"]].reset_index(drop=True),
        outcomes=outcomes.reset_index(drop=True),
        coverage=Coverage().then("read", len(wide), wide["balance"].sum()).then("in_arrears", len(late)).then(
            "eligible", len(late)).then("joined", len(late)),
        clients=pd.concat([_snapshot(before, people, np.random.default_rng(7)), *snapshots], ignore_index=True),
        payments=past[[*key, "paid", "product", "segment"]].assign(
            instalment=1e5, mark=np.where(past["paid"] > 0, "IGUAL", "NO_PAGO"), last_paid=pd.NaT
        ).reset_index(drop=True),
        actions=late[late["month"] <= as_of][[*key, "contacts", "balance", "past_due", "paid"]].assign(
            right_party=1, agreements=0, promises_kept=0, options_offered=1, option="CON22", option_applied=None,
            result="PLAN DE PAGO", days_past_due_low=late["days_past_due"], days_past_due_high=late["days_past_due"],
            days_past_due_end=late["days_past_due"], debt=late["balance"]).reset_index(drop=True),
        decisions=late[late["month"] <= as_of][[*key, "offered"]].assign(
            arm=late["arm"].where(late["month"] >= GO_LIVE), propensity=0.8, decided_at=pd.NaT).reset_index(drop=True),
        scores=past[[*key, "pays"]].assign(lot="1", early_alert=0.5, self_cure=0.5).reset_index(drop=True),
    )  # fmt: skip


def _snapshot(month: int, people: np.ndarray, r: np.random.Generator) -> pd.DataFrame:
    n = len(people)
    return pd.DataFrame(
        {
            "client": people, "month": month, "region": np.array(["ANTIOQUIA", "CARIBE", "SUR"])[people % 3],
            "age": r.integers(20, 80, n).astype(float), "gender": np.array(["F", "M"])[people % 2],
            "marital_status": "SOLTERO", "education": None, "occupation": np.array(["EMPLEADO", "OTRO"])[people % 2],
            "housing": "PROPIA", "dependants": 1.0, "income": np.round(2e6 * np.exp(r.normal(0, 0.6, n))),
            "expenses": 1e6, "assets": 1e7, "liabilities": 0.0, "segment": "PERSONAL", "channel": "APP",
            "since": pd.Timestamp("2015-06-01"),
        }
    )  # fmt: skip


def disturb_from(bank: Portfolio, month: int) -> Portfolio:
    """The same bank with every payment, action, score, snapshot and label of `month` or later turned upside down, and
    every obligation row after `month` too: whatever a score of `month` may not know."""
    outcomes = bank.outcomes.copy()
    late = outcomes["known_at"] >= month
    outcomes.loc[late, "label"] = 1 - outcomes.loc[late, "label"]
    outcomes.loc[late, "kept"] = 1 - outcomes.loc[late, "kept"]
    outcomes.loc[late, "type"] = "upside_down"
    turned = {1: 0, 0: 1}
    outcomes.loc[late, "label_state"] = outcomes.loc[late, "label_state"].replace(turned)
    return replace(
        bank,
        outcomes=outcomes,
        obligations=_disturb(bank.obligations, months.add(month, 1)),
        **{
            n: _disturb(f, month)
            for n in ("payments", "actions", "scores", "clients")
            if (f := getattr(bank, n)) is not None
        },
    )


def _disturb(frame: pd.DataFrame, month: int) -> pd.DataFrame:
    """Numbers of rows from `month` on plus 17, texts other texts; keys as they are."""
    out = frame.copy()
    late = out["month"] >= month
    for column in out.columns.difference(["client", "obligation", "month", "eligible", "since", "last_paid"]):
        if pd.api.types.is_numeric_dtype(out[column]):
            out[column] = out[column].astype(float)
            out.loc[late, column] += 17
        else:
            out[column] = out[column].astype(object)
            out.loc[late, column] = "upside down"
    return out
