"""Data that can tell little or nothing: every page opens, breaks nowhere, and shows no number that is none."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from made_pin import EDGES, group
from made_session import serve_in_memory
from releases import EVERYTHING, draft, open_counts, store_with

from app.desk import Desk
from app.l10n import L10n
from app.pages import PAGES
from app.settings import Settings
from app.shell import make_app
from data.memory_store import MemoryStore
from data.store import Draft

EN = L10n("en")
PATIENCE = 30.0
MONTHS = (202401, 202402)
OPENED = ("pulse", "segments", "backtest", "false_positives", "simulator", "alerts")
NOT_SAID = re.compile(r"\b(nan|NaN|inf|null|None(?! of\b))\b")
"""What is no word for a reader; "None of 4 months" is one."""


def _store(rows: Callable[[], pd.DataFrame], months: tuple[int, ...] = MONTHS) -> MemoryStore:
    made = draft(300, first=months[0], last=months[-1], carries=EVERYTHING)
    papers = {**made.documents, "grid": {"edges": EDGES, "threshold": 0.35}}
    return store_with(Draft({"rows": {str(m): _of(rows(), m) for m in months}}, papers))


def _of(rows: pd.DataFrame, month: int) -> pd.DataFrame:
    return rows.assign(month=np.full(len(rows), month, np.int32), client=np.arange(len(rows)),
                       obligation=np.arange(len(rows)))  # fmt: skip


def _two(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    joined = pd.concat([g.astype(dict.fromkeys(g.select_dtypes("category"), object)) for g in (first, second)])
    joined = joined.reset_index(drop=True)
    for name in joined.select_dtypes(object):
        joined[name] = pd.Categorical(joined[name])
    return joined


RELEASES: Mapping[str, Callable[[], MemoryStore]] = {
    "all scores equal": lambda: _store(
        lambda: _two(group(120, positives=60), group(120, positives=60, product="tarjeta"))
    ),
    "no positives": lambda: _store(lambda: _two(group(120, score=0.2), group(120, score=0.6, product="tarjeta"))),
    "no negatives": lambda: _store(
        lambda: _two(group(120, positives=120, score=0.2), group(120, positives=120, score=0.6, product="tarjeta"))
    ),
    "one row": lambda: _store(lambda: group(1), MONTHS[:1]),
    "one segment": lambda: _store(lambda: _two(group(120, positives=20, score=0.2), group(120, positives=70))),
}


class _Inputs(HTMLParser):
    """What a browser sends of a page that nobody has touched: the inputs with their first values."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: dict[str, Any] = {}
        self.sections: dict[str, list[str]] = {}
        self._select, self._tabs = "", ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = {name: value or "" for name, value in attrs}
        if tag == "select":
            self._select = own.get("id", "")
            self.found[self._select] = [] if "multiple" in own else ""
        elif tag == "option" and self._select:
            self._option(own)
        elif tag == "input" and own.get("id"):
            self.found[own["id"]] = _first_value(own)
        elif tag == "textarea" and own.get("id"):
            self.found[own["id"]] = ""
        elif "data-tabsetid" in own:
            self._tabs = own.get("id", "")
        elif tag == "a" and own.get("data-bs-toggle") == "tab" and self._tabs:
            self.sections.setdefault(self._tabs, []).append(own["data-value"])
        if tag == "input" and own.get("type") == "radio" and "checked" in own:
            self.found[own["name"]] = own["value"]

    def _option(self, own: Mapping[str, str]) -> None:
        chosen = self.found[self._select]
        if isinstance(chosen, list):
            self.found[self._select] = [*chosen, own["value"]] if "selected" in own else chosen
        elif "selected" in own or chosen == "":
            self.found[self._select] = own.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""


def _first_value(own: Mapping[str, str]) -> Any:
    if "data-from" in own:
        low = float(own["data-from"])
        return [low, float(own["data-to"])] if own.get("data-type") == "double" else low
    if own.get("type") == "checkbox":
        return "checked" in own
    if own.get("type") == "number":
        return float(own["value"]) if own.get("value") else None
    return own.get("value", "")


@contextmanager
def _opened(store: MemoryStore, folder: Path) -> Iterator[Any]:
    desk = Desk(store, open_counts)
    desk.open(store.version())
    settings = Settings(poll_seconds=60, store=folder, language="en", records=f"sqlite:///{folder}/records.db")
    with serve_in_memory(make_app(desk, settings)) as found:
        yield found


def _show(found: Any, **inputs: Any) -> dict[str, Any]:
    """Sets inputs and waits until the session has nothing left to do."""
    found.set_inputs(**inputs)
    deadline, still = time.monotonic() + PATIENCE, 0
    while still < 5 and time.monotonic() < deadline:
        before = _statuses(found)
        time.sleep(0.02)
        found.flush()
        still = still + 1 if _statuses(found) == before else 0
    return {name: found.get_output(name) for name in found.to_values().outputs}


def _statuses(found: Any) -> dict[str, str]:
    return {name: found.get_output(name).status for name in found.to_values().outputs}


def _read(value: Any) -> str:
    """What a reader sees of an output."""
    if isinstance(value, dict) and "html" in value:
        return unescape(re.sub(r"<(style|script|svg).*?</\1>|<[^>]*>", " ", value["html"], flags=re.S))
    texts = []
    if isinstance(value, dict):
        json.dumps(value, allow_nan=False)
        texts = [str(a.get("text", "")) for a in value.get("layout", {}).get("annotations", [])]
    return " ".join(texts)


SAME = "Every outcome of this selection is the same"
SAID: Mapping[str, Mapping[str, str]] = {
    "no positives": {"backtest-state": SAME, "backtest-calibration-state": SAME,
                     "false_positives-caution": "Every known outcome is negative"},
}  # fmt: skip
"""Release → output → why there is no number."""
QUICK = ("no positives",)


@pytest.mark.parametrize("release", [r if r in QUICK else pytest.param(r, marks=pytest.mark.slow) for r in RELEASES])
def test_every_page_of_a_release_that_tells_little_opens_and_says_so(release: str, tmp_path: Path) -> None:
    wrong: list[str] = []
    told: dict[str, str] = {}
    with _opened(RELEASES[release](), tmp_path) as found:
        found.set_inputs(page="pulse", mode="light", f_from="", f_to="", f_score=[0, 100])
        for page in (p for p in PAGES if p.name in OPENED):
            inputs = _Inputs(str(page.ui(page.name, l10n=EN, asked={})))
            tabs = f"{page.name}-part"
            for part in inputs.sections.get(tabs, [""]):
                shown = _show(found, page=page.name, **inputs.found, **({tabs: part} if part else {}))
                told |= {name: _read(output.value) for name, output in shown.items() if output.status == "ok"}
                for name, output in shown.items():
                    if not name.startswith(page.name):
                        continue
                    if output.status == "error":
                        wrong.append(f"{page.name} {part} {name}: {output}")
                    elif said := NOT_SAID.search(_read(output.value)):
                        wrong.append(f"{page.name} {part} {name} says {said[0]}: {_read(output.value)[:300]}")
    assert not wrong, "\n".join(wrong)
    for name, why in SAID.get(release, {}).items():
        assert why in told[name], name
