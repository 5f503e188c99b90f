"""Which option was offered, and how long it held: by hand, month by month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest

from data import months
from data.contract import Meaning, Portfolio
from data.coverage import Coverage
from data.rows import FATE_MONTHS
from model.offered_options import offered_options

FIRST = 202301


def _source(
    lives: Mapping[int, Sequence[float | None]], *, names: Mapping[int, str | None] | None = None
) -> tuple[Portfolio, dict[str, np.ndarray]]:
    """Obligations with their days past due month by month (None: not there). Everything is offered and applied in the
    first month."""
    rows = pd.DataFrame(
        [
            {"client": who, "obligation": who, "month": months.add(FIRST, k), "days_past_due": days,
             "kept": float(k == 0), "offered": float(k == 0), "written_off": 0.0}
            for who, life in lives.items() for k, days in enumerate(life) if days is not None
        ]
    )  # fmt: skip
    listed = names or {}
    actions = pd.DataFrame({"client": [*listed], "obligation": [*listed], "month": FIRST, "option": [*listed.values()]})
    source = Portfolio(Meaning("made", {}), 202401, rows, pd.DataFrame(), Coverage(()), actions=actions)
    return source, {n: rows[n].to_numpy(np.float32) for n in ("days_past_due", "kept", "offered", "written_off")}


def _fate(life: Sequence[float | None], *, change: Mapping[str, tuple[int, float]] | None = None, **more: Any) -> str:
    """Of the first row of an obligation, beside one that is there in all of twelve months."""
    source, facts = _source({1: life, 2: [0] * 12})
    for name, (row, value) in (change or {}).items():
        facts[name][row] = value
    return str(offered_options(source, facts, **more)["option_fate"][0])


@pytest.mark.parametrize(
    ("life", "fate"),
    [
        ([45, 0, 0, 45, 0], "redefaulted 3"),
        ([45, 31], "redefaulted 1"),
        ([45, 30, 0], "left 2"),
        ([45, 0, 0, None, 0], "left 2"),
        ([45, 0, float("nan"), 0], "left 1"),
        ([45], "left 0"),
        ([45] + [0] * 11, "open 11"),
    ],
)
def test_how_long_an_option_holds(life: Sequence[float | None], fate: str) -> None:
    assert _fate(life) == fate


def test_what_holds_as_long_as_it_is_followed_has_held() -> None:
    source, facts = _source({1: [45] + [0] * FATE_MONTHS})
    assert offered_options(source, facts)["option_fate"].tolist() == ["held", *["(none)"] * FATE_MONTHS]


def test_a_write_off_is_a_re_default_and_another_option_ends_what_is_known() -> None:
    assert _fate([45, 0, 0, 0], change={"written_off": (2, 9.0)}) == "redefaulted 2"
    assert _fate([45, 0, 0, 0], change={"kept": (1, 1.0)}) == "left 1"


def test_overdue_is_what_the_policy_says() -> None:
    assert _fate([45, 45, 95], overdue_dpd=90) == "redefaulted 2"


def test_an_offer_has_the_name_of_its_first_option_if_the_data_give_one() -> None:
    source, facts = _source({1: [45, 0], 2: [45, 0], 3: [45, 0]}, names={1: "Prorroga", 2: None})
    facts["offered"][4] = facts["kept"][4] = 0
    assert offered_options(source, facts)["offered_option"].tolist() == [
        "Prorroga", "(none)", "(unnamed)", "(none)", "(none)", "(none)",
    ]  # fmt: skip
    bare = Portfolio(source.meaning, 202401, source.obligations, pd.DataFrame(), Coverage(()))
    assert set(offered_options(bare, facts)["offered_option"]) == {"(none)", "(unnamed)"}


def test_later_months_change_no_fate_that_was_known() -> None:
    """Twenty lives at random, seen for six months and for ten: what was not open at six is the same at ten, and what
    was open had held as long as it then had."""
    rng = np.random.default_rng(0)
    lives = {who: rng.choice([0.0, 0.0, 0.0, 45.0], 10).tolist() for who in range(20)}
    early, late = (
        offered_options(*_source({who: life[:n] for who, life in lives.items()}))["option_fate"].tolist()[::n]
        for n in (6, 10)
    )
    assert any(text.startswith("open") for text in early)
    for then, now in zip(early, late, strict=True):
        held = int(then.split()[1]) if then.startswith("open") else 0
        assert now == then or (held == 5 and now.split()[0] in ("open", "redefaulted") and int(now.split()[1]) > 5)
