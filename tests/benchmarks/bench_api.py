"""Requests a second of /predict, and the memory that a file of cases takes, against a server in a process of its own.

`PYTHONPATH=tests python -m tests.benchmarks.bench_api STORE` measures a trained store; `pytest -m benchmark` on this
file a small one that is made, and checks that every request is answered.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import pyarrow as pa
import pyarrow.csv as arrow_csv
import pytest
from made_model import made_store

ROOT = Path(__file__).resolve().parent.parent.parent
CLIENTS = 2


@contextmanager
def served(store: Path) -> Iterator[tuple[str, psutil.Process]]:
    """The address of a server of the store, and its process."""
    command = [sys.executable, "-m", "app.main", "--store", str(store), "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ}, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            yield line.split()[4], psutil.Process(process.pid)
        finally:
            process.terminate()


def case_of(address: str) -> dict[str, object]:
    """The usual case of the promoted model."""
    fields = httpx.get(f"{address}/api/v1/fields", timeout=120).raise_for_status().json()["fields"]
    return {f["name"]: f["usual"] for f in fields}


def rate(address: str, rows: int, seconds: float, *, reasons: bool) -> tuple[float, float]:
    """Requests a second with so many rows each, and the median seconds of one, from CLIENTS clients at once."""
    body = {"data": [case_of(address)] * rows}
    took: list[float] = []
    end = time.perf_counter() + seconds

    def ask() -> None:
        with httpx.Client(timeout=120) as client:
            while time.perf_counter() < end:
                began = time.perf_counter()
                answer = client.post(f"{address}/api/v1/predict", params={"reasons": reasons}, json=body)
                assert len(answer.raise_for_status().json()["results"]) == rows
                took.append(time.perf_counter() - began)

    began = time.perf_counter()
    threads = [threading.Thread(target=ask) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(took) / (time.perf_counter() - began), sorted(took)[len(took) // 2]


def file_of(case: dict[str, object], rows: int) -> bytes:
    """A CSV file with a case so many times."""
    out = io.BytesIO()
    table = pa.table({name: pa.repeat(pa.scalar("" if v is None else str(v)), rows) for name, v in case.items()})
    arrow_csv.write_csv(table, out)
    return out.getvalue()


def memory(address: str, process: psutil.Process, rows: int) -> tuple[float, float]:
    """Seconds of a file of so many rows without reasons, and the MB that the server grew by at most."""
    content = file_of(case_of(address), rows)
    before, most, done = process.memory_info().rss, [0], threading.Event()

    def watch() -> None:
        while not done.wait(0.05):
            most[0] = max(most[0], process.memory_info().rss)

    watcher = threading.Thread(target=watch)
    watcher.start()
    began = time.perf_counter()
    answer = httpx.post(f"{address}/api/v1/score/file?reasons=false", content=content, timeout=3600)
    seconds = time.perf_counter() - began
    done.set()
    watcher.join()
    assert answer.raise_for_status().content.count(b"\n") == rows + 1
    return seconds, (most[0] - before) / 2**20


def report(store: Path, *, seconds: float, files: tuple[int, ...]) -> None:
    """Measure and print."""
    with served(store) as (address, process):
        case_of(address)
        for rows in (1, 1000):
            for reasons in (True, False):
                before = sum(process.cpu_times()[:2])
                per_second, median = rate(address, rows, seconds, reasons=reasons)
                busy = 1000 * (sum(process.cpu_times()[:2]) - before) / (per_second * seconds)
                told = "with reasons" if reasons else "without"
                print(
                    f"/predict, {rows:,} row(s), {told}: {per_second:.1f} requests/s, {median * 1000:.0f} ms each, "
                    f"{busy:.0f} ms of processor"
                )
        for rows in files:
            took, grown = memory(address, process, rows)
            print(f"/score/file, {rows:,} rows: {took:.1f} s, {grown:.0f} MB more at most")


@pytest.mark.benchmark
def test_every_request_under_load_is_answered() -> None:
    with tempfile.TemporaryDirectory() as folder:
        report(made_store(Path(folder) / "store").folder, seconds=2, files=(20_000, 200_000))


if __name__ == "__main__":
    report(Path(sys.argv[1]), seconds=10, files=(100_000, 1_000_000))
