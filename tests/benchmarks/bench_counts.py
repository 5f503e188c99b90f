"""How fast a page's figures come from the counts engine, as ratios to pandas, DuckDB and the memory itself, in one run.

`PYTHONPATH=tests python -m tests.benchmarks.bench_counts 10` measures 10 million rows; `pytest -m benchmark` on this
file a tenth of that, and checks that all engines give the same numbers. Times are milliseconds of processor time,
medians.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from scored_rows import dimensions, edges, make_rows

from data.counts import Selection
from data.counts.cache import FORMAT
from data.counts.coding import BALANCE, CASH, SCORE, CodedPart, code_part, pack, unpack
from data.counts.columnar import ColumnarCounts
from data.counts.grid import threshold_code
from data.months import add

MONTHS = tuple(add(202301, k) for k in range(24))
GRID = edges(1000)
MEASURES = ("n", "scored", "offered", "s1", "s2", "B", "V30", "cash")
SELECTIONS = {
    "no filter": {},
    "broad": {"product": ("consumo", "tarjeta", "libranza")},
    "typical": {"region": ("R03",), "product": ("consumo", "tarjeta"), "bucket": ("1-30", "31-60", "61-90")},
    "narrow": {"region": ("R20",), "product": ("vivienda",), "age_band": ("46-55",), "income_band": ("8-16",)},
    "narrow, unsorted": {"occupation": ("O7",), "product": ("vivienda",), "age_band": ("46-55",), "grade": ("F",)},
}
COLUMNS = ["month", "offered", "label_state", "days_past_due", "balance", "cash", "score", "score_code"]


class Bench:
    """The same rows for three engines: coded parts, a pandas frame, and Parquet files for DuckDB."""

    def __init__(self, rows: int, folder: Path) -> None:
        names, parts, frames = tuple(dimensions(extra=True)), {}, []
        self.coding = 0.0
        for k, month in enumerate(MONTHS):
            frame = make_rows(rows // len(MONTHS), seed=k, months=(month,), extra=True, grid=GRID)
            frame[[*COLUMNS, *names]].to_parquet(folder / f"{month}.parquet", index=False)
            start = time.process_time()
            np.save(folder / f"{month}-{FORMAT}.npy", pack(code_part(frame, dimensions=names, edges=GRID)))
            self.coding += time.process_time() - start
            frames.append(frame[[*COLUMNS, *names]])
        start = time.perf_counter()
        for month in MONTHS:
            parts[str(month)] = unpack(np.load(folder / f"{month}-{FORMAT}.npy", mmap_mode="r"))
        self.counts = ColumnarCounts(parts, edges=GRID, dimensions=dimensions(extra=True), version="bench")
        self.opening = time.perf_counter() - start
        self.frame = pd.concat(frames, ignore_index=True)
        self.files = str(folder / "*.parquet")
        self.duck = duckdb.connect()

    def fused(self, where: dict[str, tuple[str, ...]]) -> tuple[float, ...]:
        selection = Selection(where=where)
        table = self.counts.totals(selection, by=("month", "product"), measures=MEASURES)
        curve = self.counts.histogram(selection, measures=("n", "s1", "B"))
        return table["n"].sum(), table["V30"].sum(), table["s2"].sum(), curve["n"][:, 1].sum(), curve["B"].sum()

    def pandas(self, where: dict[str, tuple[str, ...]]) -> tuple[float, ...]:
        rows = self.frame
        for name, levels in where.items():
            rows = rows[rows[name].isin(levels)]
        score, balance = rows["score"].astype(np.float64), rows["balance"].astype(np.float64)
        more = {"s2": score**2, "V30": balance.where(rows["days_past_due"] > 30), "cash": rows["cash"]}
        wide = rows[["month", "product", "label_state", "offered", "score_code"]].assign(s1=score, B=balance, **more)
        by = wide.groupby(["month", "product", "label_state"], observed=True)
        table = by[["offered", "s1", "s2", "B", "V30", "cash"]].sum().assign(n=by.size(), scored=by["s1"].count())
        bins = wide[wide["score_code"] > 0].groupby(["score_code", "label_state"], observed=True)
        curve = bins[["s1", "B"]].sum().assign(n=bins.size())
        positive = curve["n"][curve.index.get_level_values("label_state") == 1].sum()
        return table["n"].sum(), table["V30"].sum(), table["s2"].sum(), positive, curve["B"].sum()

    def duckdb(self, where: dict[str, tuple[str, ...]]) -> tuple[float, ...]:
        given = " AND ".join(f"{name} IN {(*levels, '')}" for name, levels in where.items()) or "true"
        source = f"read_parquet('{self.files}') WHERE {given}"
        table = self.duck.sql(
            "SELECT month, product, label_state, count(*) n, count(score), sum(offered), sum(score::DOUBLE), "
            "sum(score::DOUBLE ** 2) s2, sum(balance::DOUBLE), sum(cash::DOUBLE), "
            f"sum(balance::DOUBLE) FILTER (days_past_due > 30) v30 FROM {source} GROUP BY ALL"
        ).fetchnumpy()
        curve = self.duck.sql(
            "SELECT score_code, label_state, count(*) n, sum(score::DOUBLE), sum(balance::DOUBLE) b "
            f"FROM {source} AND score_code > 0 GROUP BY ALL"
        ).fetchnumpy()
        positive = curve["n"][curve["label_state"] == 1].sum()
        return table["n"].sum(), np.nansum(table["v30"]), table["s2"].sum(), positive, np.nansum(curve["b"])

    def floor(self) -> Callable[[], None]:
        """Sums every byte that the page's figures need, and nothing else."""
        columns = [column for part in self.counts.parts.values() for column in _needed(part)]

        def run() -> None:
            for column in columns:
                column.sum()

        return run

    def every_measure(self, where: dict[str, tuple[str, ...]]) -> None:
        self.counts.totals(Selection(where=where), by=("month",))
        self.counts.histogram(Selection(where=where))

    def threshold(self) -> Callable[[], float]:
        """A move of the threshold once the curve is there: the counts above it, from cumulative sums."""
        n = self.counts.histogram(Selection(), measures=("n",))["n"]
        return lambda: n[::-1].cumsum(0)[len(n) - 1 - threshold_code(0.35, GRID)][0]


def _needed(part: CodedPart) -> list[np.ndarray]:
    codes = [*(part.small[k] for k in (part.names.index("product"), -2, -1)), part.score_code]
    words = [np.frombuffer(c.tobytes()[: c.nbytes // 8 * 8], np.uint64) for c in codes]
    return [*words, *(part.amounts[k] for k in (BALANCE, CASH, SCORE))]


def cpu(run: Callable[[], object], *, times: int = 7) -> float:
    """Milliseconds of processor time, the median of several runs after one to warm up."""
    run()
    taken = []
    for _ in range(times):
        start = time.process_time()
        run()
        taken.append(1e3 * (time.process_time() - start))
    return statistics.median(taken)


def report(bench: Bench) -> str:
    rows, floor = len(bench.frame), cpu(bench.floor())
    lines = [
        f"{rows:,} rows in {len(MONTHS)} parts; coded in {bench.coding:.1f} s of processor time, "
        f"opened in {1e3 * bench.opening:.0f} ms; memory floor {floor:.1f} ms; "
        f"threshold move {cpu(bench.threshold()):.3f} ms",
        f"{'selection':<17}{'rows':>11}{'fused':>8}{'÷ floor':>9}{'pandas':>9}{'×':>7}{'DuckDB':>9}{'×':>7}{'all':>8}",
    ]
    for name, where in SELECTIONS.items():
        fused, wide = cpu(lambda w=where: bench.fused(w)), cpu(lambda w=where: bench.every_measure(w))
        frame, duck = (cpu(lambda w=where, f=f: f(w), times=3) for f in (bench.pandas, bench.duckdb))
        lines.append(
            f"{name:<17}{bench.fused(where)[0]:>11,.0f}{fused:>8.1f}{fused / floor:>9.1f}{frame:>9.0f}"
            f"{frame / fused:>7.0f}{duck:>9.0f}{duck / fused:>7.0f}{wide:>8.1f}"
        )
    return "\n".join(lines)


@pytest.mark.benchmark
def test_three_engines_agree_on_a_page_and_their_times_are_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bench = Bench(1_000_000, tmp_path)
    for where in SELECTIONS.values():
        expected = bench.pandas(where)
        assert bench.fused(where) == pytest.approx(expected, rel=1e-9)
        assert bench.duckdb(where) == pytest.approx(expected, rel=1e-9)
    with capsys.disabled():
        print("\n" + report(bench))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        print(report(Bench(int(float(sys.argv[1] if len(sys.argv) > 1 else 3.6) * 1e6), Path(scratch))))
