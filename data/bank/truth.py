"""Data room: the truth about the demo bank, for tests and documents only: no bank ever sees it."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from data.bank.columns import table, whole, words
from data.bank.parameters import REGIONS
from data.bank.population import Population
from data.bank.position import Month
from data.bank.worlds import History, Line, calendar


def obligations(people: Population, month: Month) -> pa.Table:
    """True probabilities and effects of each eligible obligation of a month.

    `true_tau_pay`, `true_tau_over`: what an offer changes in the probability of a payment in the month, and of being
    more than 30 days past due at its close.
    """
    pool, decision = month.eligible, month.decision
    helped = pool.p_accept * pool.p_keep
    return table(
        {
            "client": whole(people.clients.number[pool.client]),
            "obligation": whole(people.obligations.number[pool.slot]),
            "month": pa.array([calendar(pool.month)] * len(pool.slot), pa.int32()),
            "true_p_accept": pa.array(pool.p_accept),
            "true_p_keep": pa.array(pool.p_keep),
            "true_p_roll": pa.array(pool.p_roll),
            "true_p_over": pa.array(pool.p_over),
            "true_tau_pay": pa.array(helped * pool.p_roll),
            "true_tau_over": pa.array(-helped * pool.p_over),
            "offered": pa.array(decision.offered),
            "accepted": pa.array(decision.accepted),
            "kept": pa.array(decision.kept),
        }
    )


def worlds(history: History) -> pa.Table:
    """The book at every opening in every world: COP, and ICV > 30 and > 90 days as fractions."""
    lines = [(world, entry) for world, book in history.worlds.items() for entry in book]
    names = sorted(history.worlds)

    def money(what: str) -> pa.Array:
        return pa.array([round(getattr(entry, what), 2) for _, entry in lines])

    def share(what: str) -> pa.Array:
        return pa.array([_ratio(entry, what) for _, entry in lines])

    return table(
        {
            "month": pa.array([calendar(entry.month) for _, entry in lines]),
            "world": words(pa.array([names.index(world) for world, _ in lines]).to_numpy(), names),
            "gross": money("gross"),
            "overdue": money("overdue"),
            "icv": share("overdue"),
            "icv90": share("overdue_90"),
            "written_off": money("written_off"),
        }
    )


def regions(history: History) -> pa.Table:
    """The book of every region at every opening in every world: COP, and ICV > 30 days as a fraction."""
    names = sorted(history.worlds)
    rows = [
        (entry.month, names.index(world), place, entry.gross_by_region[place], entry.overdue_by_region[place])
        for world, book in history.worlds.items() for entry in book for place in range(len(REGIONS))
    ]  # fmt: skip
    month, world, region, gross, overdue = (list(column) for column in zip(*rows, strict=True))
    return table(
        {
            "month": pa.array(list(map(calendar, month))),
            "world": words(pa.array(world).to_numpy(), names),
            "region": words(pa.array(region).to_numpy(), REGIONS),
            "gross": pa.array([round(v, 2) for v in gross]),
            "overdue": pa.array([round(v, 2) for v in overdue]),
            "icv": pa.array([v / g if g else float("nan") for v, g in zip(overdue, gross, strict=True)]),
        }
    )


def _ratio(entry: Line, what: str) -> float:
    return getattr(entry, what) / entry.gross if entry.gross else float("nan")


def write(history: History, folder: Path) -> None:
    """truth/obligations.parquet, truth/worlds.csv and, of a bank that was rolled out, truth/regions.csv."""
    folder.mkdir()
    rows = [obligations(history.people, month) for month in history.months]
    pq.write_table(pa.concat_tables(rows), folder / "obligations.parquet")
    plain = pc.WriteOptions(quoting_header="none", quoting_style="none")
    pc.write_csv(worlds(history), folder / "worlds.csv", plain)
    if history.people.bank.rollout:
        pc.write_csv(regions(history), folder / "regions.csv", plain)
