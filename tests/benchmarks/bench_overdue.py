"""How long the counts behind the overdue ratio and the model's effect take, beside one pass of the memory they read.

`PYTHONPATH=tests python tests/benchmarks/bench_overdue.py 10` measures 10 million rows; `pytest -m benchmark` on this
file a tenth of that, and checks that flows and options hold every row. Times are milliseconds of processor time,
medians. The simulator's answer is measured too: it reads sums, whatever the rows.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from bench_counts import GRID, MONTHS, cpu
from scored_rows import dimensions, make_rows
from test_monitoring_simulator import Rows

from app.views.overdue_figures import MOVES, OPENINGS
from data.bands import bucket
from data.counts import Selection, Tally
from data.counts.coding import BALANCE, NEXT, CodedPart, code_part
from data.counts.columnar import ColumnarCounts
from data.policy_sums import ORDERINGS
from monitoring import options, rolls, simulator, uplift
from monitoring.bridge import Bridge, bridge
from monitoring.policy import Policy

ARMS = ("model", "none")
EVERY = Selection(months=(MONTHS[0], MONTHS[-1]))
STEP = Selection(months=MONTHS[-2:])
FATES = ("(none)", "held", *(f"{way} {k}" for way in ("redefaulted", "open", "left") for k in range(12)))


class Bench:
    """Coded parts of made rows that go somewhere, with options."""

    def __init__(self, rows: int) -> None:
        parts, self.rows, self.coding = {}, 0, 0.0
        for k, month in enumerate(MONTHS):
            frame = _with_options(make_rows(rows // len(MONTHS), seed=k, months=(month,), flows=True, grid=GRID), k)
            start = time.process_time()
            parts[str(month)] = code_part(frame, dimensions=tuple(dimensions()), edges=GRID)
            self.coding += time.process_time() - start
            self.rows += len(frame)
        self.counts = ColumnarCounts(parts, edges=GRID, dimensions=dimensions(), version="bench")

    def bridge(self, selection: Selection) -> Bridge:
        moves = self.counts.totals(selection, by=MOVES, measures=("n", "B", "NB"))
        openings = self.counts.totals(selection, by=OPENINGS, measures=("n", "B"))
        assert selection.months is not None
        first, last = selection.months
        return bridge(moves, openings, first=first, last=last, policy=Policy(), whole=True)

    def flows(self) -> Tally:
        return self.counts.totals(EVERY, by=("month", "bucket", "next_bucket"), measures=("n", "B"))

    def rolls(self) -> rolls.Rolls:
        return rolls.rolls(self.counts.totals(EVERY, by=MOVES[1:], measures=rolls.MEASURES))

    def uplift(self) -> uplift.Uplift | None:
        then = Selection(months=(MONTHS[0], MONTHS[0]), where={"arm": ARMS})
        lines = uplift.steps(uplift.rows_by_code(self.counts.histogram(then, by=("arm",), measures=("n",)), arms=ARMS))
        parts = [Selection(months=then.months, where=then.where, codes=codes) for codes in lines]
        totals = [self.counts.totals(p, by=("arm", "rg"), measures=uplift.MEASURES) for p in parts]
        return uplift.of_arms(totals, arms=ARMS)

    def board(self) -> tuple[options.Board, ...]:
        totals = self.counts.totals(EVERY, by=options.BY, measures=options.measures(Policy()))
        return options.boards(totals, last=MONTHS[-1])

    def floor(self, names: tuple[str, ...], amounts: tuple[int, ...], *, months: int) -> Callable[[], None]:
        """Sums every byte of these columns, and of the flags, in so many months, and nothing else."""
        held = list(self.counts.parts.values())[-months:]
        columns = [column for part in held for column in _columns(part, names, amounts)]

        def run() -> None:
            for column in columns:
                column.sum()

        return run


def _with_options(frame: pd.DataFrame, seed: int) -> pd.DataFrame:
    """The rows with a bucket that their days past due bear out, and options drawn at random."""
    rng = np.random.default_rng(1000 + seed)
    frame["bucket"] = bucket(frame["days_past_due"].to_numpy())
    applied = (frame["offered"].to_numpy() == 1) & (rng.random(len(frame)) < 0.3)
    frame["kept"] = applied.astype(np.uint8)
    named = np.where(frame["offered"] == 1, rng.choice(["A", "B", "C"], len(frame)), "(none)")
    frame["offered_option"] = pd.Categorical(named)
    frame["option_fate"] = pd.Categorical(np.where(applied, rng.choice(FATES[1:], len(frame)), "(none)"))
    return frame


def _columns(part: CodedPart, names: tuple[str, ...], amounts: tuple[int, ...]) -> list[np.ndarray]:
    codes = [*(part.small[part.names.index(n)] for n in names), part.small[-2], part.small[-1]]
    words = [np.frombuffer(c.tobytes()[: c.nbytes // 8 * 8], np.uint64) for c in codes]
    return [*words, *(part.amounts[k] for k in amounts)]


def report(bench: Bench) -> str:
    flows = ("bucket", "next_bucket", "flow", "origin")
    every = len(MONTHS)
    asked: dict[str, tuple[Callable[[], object], Callable[[], None]]] = {
        "bridge, one month": (lambda: bench.bridge(STEP), bench.floor(flows, (BALANCE, NEXT), months=2)),
        "bridge, all months": (lambda: bench.bridge(EVERY), bench.floor(flows, (BALANCE, NEXT), months=every)),
        "month × bucket × next": (bench.flows, bench.floor(flows[:2], (BALANCE,), months=every)),
        "roll rates": (bench.rolls, bench.floor(flows[:3], (BALANCE,), months=every)),
        "options": (bench.board, bench.floor(("offered_option", "option_fate"), (BALANCE,), months=every)),
        "uplift, one month": (bench.uplift, bench.floor(("arm", "rg"), (), months=1)),
    }
    lines = [
        f"{bench.rows:,} rows in {every} parts, coded in {bench.coding:.1f} s of processor time",
        f"{'counts':<24}{'ms':>8}{'floor':>8}{'÷ floor':>9}",
    ]
    for name, (run, floor) in asked.items():
        taken, least = cpu(run), cpu(floor)
        lines.append(f"{name:<24}{taken:>8.1f}{least:>8.2f}{taken / least:>9.1f}")
    half = Rows(3000).half()
    one = cpu(lambda: simulator.scenario(half, "value", 0.2, months=3))
    all_three = cpu(lambda: [simulator.course(half, name, months=3) for name in ORDERINGS])
    return "\n".join([*lines, f"simulator: one answer {one:.2f} ms, the courses of three orders {all_three:.1f} ms"])


@pytest.mark.benchmark
def test_flows_and_options_hold_every_row_and_times_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    bench = Bench(1_000_000)
    assert bench.flows()["n"].sum() == bench.rows
    whole = bench.board()[-1]
    assert whole.applied == sum(b.applied for b in bench.board()[:-1]) > 0
    assert bench.uplift() is not None
    with capsys.disabled():
        print("\n" + report(bench))


if __name__ == "__main__":
    print(report(Bench(int(float(sys.argv[1] if len(sys.argv) > 1 else 3.6) * 1e6))))
