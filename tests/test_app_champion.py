"""The section Champion vs challenger of the Backtest page: words, money, designed states, and a session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from made_months import shown_page
from releases import EVERYTHING, draft, open_counts, store_with

from app.charts.gain import gain
from app.desk import Pin
from app.l10n import L10n
from app.pages.backtest_champion import PAGE
from app.theme import Look
from app.views import champion as view
from app.views import champion_figures as numbers
from app.views import champion_table as table
from data.counts import Selection
from data.store import Draft

EN = L10n("en")
EVERY = Selection(months=(202401, 202412))


def opened(*, carries: Sequence[str] = EVERYTHING, open_months: Sequence[int] = (), **columns: float) -> Pin:
    """A release; `columns` are set to one value throughout, or left out where it is NaN."""
    made = draft(1500, carries=carries, open_months=open_months)
    gone = [n for n, v in columns.items() if np.isnan(v)]
    given = {n: np.float32(v) for n, v in columns.items() if n not in gone}
    rows = {m: r.drop(columns=gone).assign(**given) for m, r in made.tables["rows"].items()}
    release = store_with(Draft({"rows": rows}, made.documents)).read()
    return Pin(release, open_counts(release))


@pytest.fixture(scope="module")
def pin() -> Pin:
    return opened()


def counted(pin: Pin, opponent: str = "challenger", selection: Selection = EVERY) -> numbers.Counted:
    return numbers.counted(pin, selection, opponent, policy=pin.policy)


def cells(found: numbers.Sheet, head: str) -> list[str]:
    shown = table.table(EN, found)
    at = next(k for k, name in enumerate(shown.columns) if name.startswith(head))
    return [row[at].text for row in (*shown.rows, shown.total)]


def test_the_four_cells_of_the_table_are_the_list_and_the_ratio_is_that_of_every_obligation(pin: Pin) -> None:
    found = numbers.sheet(counted(pin), 20)
    *four, total = (int(t.replace(",", "")) for t in cells(found, "Obligations"))
    assert sum(four) == total == counted(pin).race.rows
    rows = pin.release.frame("rows")
    scored = rows[rows["score"].notna()].astype({"balance": float})
    late = scored.loc[scored["days_past_due"] > 30, "balance"].sum() / rows["balance"].astype(float).sum()
    assert float(cells(found, "ICV")[-1].replace(",", "")) == pytest.approx(late * 10_000, abs=0.06)
    assert found.listed == pytest.approx(sum(len(m) // 5 for _, m in scored.groupby("month")) / 12)


def test_only_matured_months_are_held_against_each_other(pin: Pin) -> None:
    found = counted(opened(open_months=(202411, 202412)))
    assert found.race.months == tuple(range(202401, 202411))
    narrow = counted(pin, selection=replace(EVERY, where={"product": ("tarjeta",)}))
    assert 0 < narrow.race.rows < counted(pin).race.rows
    assert narrow.balance < counted(pin).balance


@pytest.mark.parametrize("opponent", ["challenger", "previous", "bank"])
def test_each_opponent_is_ranked_named_and_drawn(pin: Pin, opponent: str) -> None:
    found = numbers.sheet(counted(pin, opponent), 20)
    assert view.state(EN, found.counted) is None
    said = view.sentence(EN, found)
    assert said.lower().startswith(EN.say(view.NAMES[opponent]).lower())
    assert "Changing over would swap" in said
    assert [b.key for b in view.boxes(EN, found)] == ["auc", "right", "mcnemar", "cash"]
    heads = table.table(EN, found).columns
    assert any(h.startswith("Expected by the opponent") for h in heads) == (opponent != "bank")
    assert gain(view.gain(EN, found), Look())["data"]


def test_a_better_opponent_is_a_reason_to_watch_and_a_worse_one_is_not() -> None:
    made = draft(1500)
    rows = {}
    for month, frame in made.tables["rows"].items():
        truth = np.where(frame["label_state"] == 1, 0.7, 0.3).astype(np.float32)
        rows[month] = frame.assign(challenger_score=truth, bank_score=np.float32(1) - truth)
    release = store_with(Draft({"rows": rows}, made.documents)).read()
    pin = Pin(release, open_counts(release))
    better, worse = (numbers.sheet(counted(pin, o), 20) for o in ("challenger", "bank"))
    assert (view.level(better), view.level(worse)) == ("watch", "ok")
    assert "ranks better" in view.sentence(EN, better)
    assert "ranks worse" in view.sentence(EN, worse)
    assert "opponent's list succeeds more often" in view.gain_headline(EN, better).title
    assert "champion's list succeeds more often" in view.gain_headline(EN, worse).title


def test_without_an_opponent_the_section_says_so() -> None:
    bare = opened(challenger_score=np.nan, previous_score=np.nan, bank_score=np.nan)
    problems = [view.state(EN, counted(bare, o)) for o in ("challenger", "previous", "bank")]
    assert [p.title for p in problems if p] == [
        "No challenger scored these rows",
        "This release does not say what the model before makes of these rows",
        "The bank's own score is not in the data",
    ]


def test_what_cannot_be_judged_is_a_designed_state(pin: Pin) -> None:
    nothing = counted(opened(open_months=tuple(range(202401, 202413))))
    assert view.state(EN, nothing).title == "No month has matured"  # type: ignore[union-attr]
    empty = counted(pin, selection=replace(EVERY, where={"product": ("no such",)}))
    assert view.state(EN, empty).title == "No row of this selection has a score"  # type: ignore[union-attr]


def test_equal_scores_are_drawn_and_told_and_both_lists_are_the_same() -> None:
    found = numbers.sheet(counted(opened(score=0.5, challenger_score=0.5)), 20)
    assert "of a list stand among rows of one score" in view.caution(EN, found)
    assert "Both list the same" in view.sentence(EN, found)
    assert "does not clearly rank better or worse" in view.sentence(EN, found)
    assert {b.key: b.value for b in view.boxes(EN, found)}["mcnemar"] == "—"


@pytest.mark.parametrize(("percent", "says"), [(0, "nobody is listed"), (100, "Both list the same")])
def test_nobody_and_everybody_can_be_listed(pin: Pin, percent: float, says: str) -> None:
    found = numbers.sheet(counted(pin), percent)
    assert says in view.sentence(EN, found)
    assert table.table(EN, found).rows
    assert view.gain_headline(EN, found).title


@pytest.mark.parametrize(
    ("text", "percent"), [("35", 35), ("-1", 20), ("101", 20), ("much", 20), ("nan", 20), ("0", 0)]
)
def test_an_address_asks_for_a_capacity_that_there_is(text: str, percent: float) -> None:
    assert numbers.asked(text) == percent


def test_rows_that_the_opponent_does_not_cover_are_left_out_and_told(pin: Pin) -> None:
    made = draft(1500)
    rows = {m: r.assign(bank_score=r["bank_score"].where(r["rg"] > 9)) for m, r in made.tables["rows"].items()}
    release = store_with(Draft({"rows": rows}, made.documents)).read()
    found = numbers.sheet(counted(Pin(release, open_counts(release)), "bank"), 20)
    scored = pd.concat(rows.values()).dropna(subset=["score"])
    assert found.counted.race.left_out == int((scored["rg"] <= 9).sum())
    assert "does not cover are left out" in view.caution(EN, found)


def test_without_balances_and_cash_rows_and_errors_remain() -> None:
    found = numbers.sheet(counted(opened(carries=[])), 20)
    assert table.table(EN, found).columns == ("List", "Obligations", "Known outcomes", "FDR", "95% interval")
    assert [b.key for b in view.boxes(EN, found)] == ["auc", "right", "mcnemar"]


@pytest.mark.parametrize("language", ["es", "pt"])
def test_the_section_in_a_session(pin: Pin, language: str) -> None:
    with shown_page(PAGE, pin, EVERY, l10n=L10n(language), opponent="challenger", capacity=20) as found:
        assert found.html("listed").count("<tr>") == 6
        assert "pp" in found.html("boxes")
        before = found.html("listed")
        found.page.set_inputs(capacity=60)
        found.until(lambda: found.html("listed") != before)
        found.until(lambda: found.page.get_output("gain_chart").status == "ok")


def test_data_without_dates_have_no_model_before_and_name_no_month() -> None:
    made = draft(300, first=202401, last=202401)
    rows = {m: r.drop(columns="previous_score") for m, r in made.tables["rows"].items()}
    meaning = {**made.documents["meaning"], "dated": False}
    release = store_with(Draft({"rows": rows}, {**made.documents, "meaning": meaning})).read()
    undated = Pin(release, open_counts(release))
    problem = view.state(EN, counted(undated, "previous"))
    assert problem is not None
    assert problem.title == "Without dates there is no model before"
    found = numbers.sheet(counted(undated), 20)
    said = f"{view.note(EN, found)} {table.headline(EN, found).subtitle} {view.sentence(EN, found)}"
    assert "month" not in said
