"""The Overdue ratio page: what moved the ratio, how much of it is cash, who is behind it, when it cannot be told."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from releases import EVERYTHING, draft, open_counts, store_with
from test_app_pages import _html, session, until
from test_monitoring_bridge import fixture

from app.charts.bridge import bridge as drawn
from app.charts.stacked import stacked
from app.desk import Pin
from app.format import MINUS
from app.l10n import L10n
from app.theme import Look
from app.views import overdue as view
from app.views import overdue_bridge as words
from app.views import overdue_figures as numbers
from data.counts import Selection
from data.rows import BUCKETS
from data.store import Draft
from monitoring.bridge import COSMETIC, Bridge, bridge
from monitoring.policy import Policy

EN = L10n("en")
EACH = pytest.mark.parametrize("l10n", [EN, L10n("es"), L10n("pt")], ids=["en", "es", "pt"])
LAST = (202411, 202412)


def opened(made: Draft) -> Pin:
    release = store_with(made).read()
    return Pin(release, open_counts(release))


def seen(pin: Pin, *months: int, policy: Policy | None = None, **where: tuple[str, ...]) -> numbers.Figures:
    span = (months[0], months[-1]) if months else (pin.counts.months[0], pin.counts.months[-1])
    return numbers.figures(pin, Selection(months=span, where=where), policy=policy or Policy())


@pytest.fixture(scope="module")
def whole() -> Pin:
    return opened(draft(8000, first=202401, flowing=True))


@pytest.fixture(scope="module")
def rows(whole: Pin) -> pd.DataFrame:
    return whole.release.frame("rows")


def bridged(figures: numbers.Figures, *ends: int) -> Bridge:
    return numbers.bridged(figures, *(ends or LAST))


@EACH
def test_the_bars_go_from_the_first_ratio_to_the_last_without_a_gap(whole: Pin, l10n: L10n) -> None:
    found = bridged(seen(whole))
    steps = words.picture(l10n, found, cash_only=False).steps
    assert [s.tone for s in (steps[0], steps[-1])] == ["total", "total"]
    assert steps[0].end == pytest.approx(found.start * 1e4)
    for before, after in pairwise(steps):
        assert after.start == pytest.approx(before.end, abs=0.02)
    assert sum(s.end - s.start for s in steps) == pytest.approx(found.change * 1e4, abs=0.02)
    go.Figure(drawn(words.picture(l10n, found, cash_only=False), Look()))


def test_cash_only_leaves_out_what_brought_no_money(whole: Pin) -> None:
    found = bridged(seen(whole))
    every = {s.key.partition("|")[0] for s in words.picture(EN, found, cash_only=False).steps}
    alone = {s.key.partition("|")[0] for s in words.picture(EN, found, cash_only=True).steps}
    assert every & COSMETIC
    assert alone == every - COSMETIC
    said = words.headline(EN, seen(whole), found, cash_only=True).subtitle
    assert EN.percent(found.end - found.of(*COSMETIC), 2) in said


@EACH
def test_the_table_of_flows_adds_up_to_its_last_row(whole: Pin, l10n: L10n) -> None:
    found = bridged(seen(whole))
    table = words.table(l10n, found, cash_only=False)
    assert table.total[-1].text == l10n.signed(found.change * 1e4, 2)
    assert len(table.rows) == len(table.keys)
    assert "0" in words.flows_headline(l10n, found).subtitle


def test_the_sentence_says_how_much_of_an_improvement_is_cash() -> None:
    found = bridge(*fixture(), first=202401, last=202402, whole=True)
    said = words.sentence(EN, numbers.Figures(opened(draft(200)), Selection(), Policy()), found)
    assert said == "45% of the improvement is cash; 29.7 bp re-aged, 23.5 bp written off."
    assert words.level(found) == "watch"


def test_a_ratio_that_rose_is_not_called_an_improvement(whole: Pin) -> None:
    figures = seen(whole)
    rose = next(b for b in (bridged(figures, *pair) for pair in pairwise(figures.months)) if b.change > 1e-4)
    assert words.sentence(EN, figures, rose).startswith("No improvement: ")
    assert " rose " in words.headline(EN, figures, rose, cash_only=False).title


def test_without_payments_nothing_is_said_of_cash() -> None:
    carries = [c for c in EVERYTHING if c != "cash"]
    figures = seen(opened(draft(2000, flowing=True, carries=carries)))
    assert words.sentence(EN, figures, bridged(figures)).startswith("The data carry no payments")


def test_a_bar_lists_its_obligations_with_masked_ids(whole: Pin, rows: pd.DataFrame) -> None:
    figures = seen(whole)
    found = bridged(figures)
    flow = next(f for f in found.flows if f.kind == "rolled_in")
    key = words.asked(words.written(flow), found)
    assert key is not None
    listing = numbers.listing(figures, key, *LAST)
    here = rows[(rows["month"] == LAST[0]) & rows["bucket"].isin(("0", "1-30")) & (rows["flow"] != "written_off")]
    rolled = here[here["next_bucket"].isin(BUCKETS[2:])]
    assert listing.found.n == flow.n == len(rolled)
    assert {o.obligation for o in listing.found.listed} <= set(rolled["obligation"])
    table = words.behind_table(EN, listing)
    assert all(re.fullmatch(r"···\d{1,3}", cells[0].text) for cells in table.rows)
    assert len(table.rows) == min(flow.n, 200)


@pytest.mark.parametrize("where", [{}, {"product": ("consumo",)}, {"region": ("R00", "R01")}])
def test_every_flow_lists_as_many_obligations_as_the_bridge_counts(whole: Pin, where: dict) -> None:
    figures = seen(whole, **where)
    found = bridged(figures, 202410, 202412)
    for flow in found.flows:
        if flow.kind != "moved":
            assert numbers.listing(figures, (flow.kind, flow.option), 202410, 202412).found.n == flow.n


def test_what_moved_between_segments_cannot_be_listed(whole: Pin) -> None:
    found = bridged(seen(whole, region=("R00",)))
    assert "moved" in {f.kind for f in found.flows}
    assert words.asked("moved|", found) is None
    assert words.asked("no such flow", found) is None


def test_the_ageing_layers_add_up_to_the_ratio_of_any_arrears(whole: Pin, rows: pd.DataFrame) -> None:
    picture = view.ageing(EN, seen(whole))
    balance = rows["balance"].astype(float)
    for k, month in enumerate(whole.counts.months):
        here = rows["month"] == month
        late = balance[here & (rows["days_past_due"] > 0)].sum() / balance[here].sum()
        assert sum(layer.shares[k] for layer in picture.layers) == pytest.approx(late, rel=1e-6)
    go.Figure(stacked(picture, Look(dark=True)))


def test_the_ratio_is_read_by_balance_by_past_due_amount_and_by_count(whole: Pin, rows: pd.DataFrame) -> None:
    table = view.readings(EN, seen(whole, policy=Policy(icv_target=0.045)), 202412)
    here = rows[rows["month"] == 202412]
    for cells, days in zip(table.rows, numbers.DAYS, strict=False):
        late, balance = here["days_past_due"] > days, here["balance"].astype(float)
        assert cells[1].text == EN.percent(balance[late].sum() / balance.sum(), 2)
        assert cells[5].text == EN.percent(here["past_due"].astype(float)[late].sum() / balance.sum(), 2)
        assert cells[6].text == EN.percent(late.mean(), 2)
    icv = here.loc[here["days_past_due"] > 30, "balance"].astype(float).sum() / here["balance"].astype(float).sum()
    assert [cells[4].text for cells in table.rows] == ["", f"4.5% ({EN.points(icv - 0.045, 2)})", *[""] * 5]
    assert [cells[3].text for cells in table.rows] == ["—"] * 7


def test_data_without_past_due_amounts_leave_their_column_empty() -> None:
    made = draft(400, first=202412, flowing=True)
    for part in made.tables["rows"].values():
        part["past_due"] = 0.0
    cells = view.readings(EN, seen(opened(made)), 202412).rows[1]
    assert (cells[5].text, cells[6].text != "—") == ("—", True)


@EACH
def test_provisions_are_held_against_the_overdue_balance_with_a_light(l10n: L10n) -> None:
    """110 provided for 100 that are overdue, and 90 in the month before; nothing a year before."""
    made = draft(600, first=202411, carries=(*EVERYTHING, "provisions"))
    for name, part in made.tables["rows"].items():
        late = part["days_past_due"].to_numpy() > 30
        balance = np.nan_to_num(part["balance"].to_numpy(float))
        part["provisions"] = np.where(late, balance * (1.1 if name == "202412" else 0.9), 0.0)
    figures = seen(opened(made))
    covers = numbers.covers(figures, 202412)
    assert numbers.of(covers, figures, 202412)
    assert not numbers.of(covers, figures, 202411)
    row = view.readings(l10n, figures, 202412, covers).rows[-1]
    assert [c.text for c in row[1:5]] == [
        f"▲ {l10n.percent(1.1, 0)}", l10n.points(0.2, 2), "—", l10n.percent(1.2, 0)
    ]  # fmt: skip
    assert (row[1].tone, row[2].tone) == ("warn", "good")
    assert view.readings(l10n, figures, 202412).rows[-1][1].text == "…"
    worse = numbers.covers(seen(opened(made)), 202411)
    assert view.readings(EN, figures, 202411, worse).rows[-1][1].text == "◆ 90%"


@EACH
def test_data_without_provisions_say_so_in_their_row(whole: Pin, l10n: L10n) -> None:
    row = view.readings(l10n, seen(whole), 202412).rows[-1]
    assert [c.text for c in row[1:4]] == ["—"] * 3
    assert l10n is not EN or row[0].text.endswith("the data carry no provisions")


@EACH
def test_why_a_census_has_no_interval_is_answered(l10n: L10n) -> None:
    question, answer = view.census(l10n)
    assert question.endswith("?")
    assert "82" in answer


def test_segments_change_since_the_start_of_the_bridge(whole: Pin, rows: pd.DataFrame) -> None:
    parts = numbers.parts(seen(whole), "product", *LAST)
    cells = {row[0].text: row for row in view.segments(EN, parts).rows}["Consumo"]

    def ratio(month: int) -> float:
        here = rows[(rows["month"] == month) & (rows["product"] == "consumo")]
        balance = here["balance"].astype(float)
        return float(balance[here["days_past_due"] > 30].sum() / balance.sum())

    assert cells[1].text == EN.percent(ratio(LAST[1]), 2)
    assert cells[2].text == EN.points(ratio(LAST[1]) - ratio(LAST[0]), 2)


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ({}, "made before flows were recorded"),
        ({"flowing": True, "first": 202412}, "needs two months"),
        ({"flowing": True, "carries": ("balance", "days_past_due", "cash")}, "in arrears only"),
        ({"flowing": True, "lacking": (202411,)}, "Nov 2024 is missing, and nothing flows across it"),
    ],
    ids=["old release", "one month", "no gross", "a month missing"],
)
@EACH
def test_a_bridge_that_cannot_be_built_says_why(made: dict, said: str, l10n: L10n) -> None:
    figures = seen(opened(draft(1500, **made)))
    first, last = numbers.ends(figures, first="", last="")
    found = numbers.bridged(figures, first, last)
    text = words.sentence(l10n, figures, found)
    assert text == words.picture(l10n, found, cash_only=False).nothing
    assert not words.table(l10n, found, cash_only=False).rows
    if l10n is EN:
        assert said in text
    go.Figure(drawn(words.picture(l10n, found, cash_only=True), Look()))


def test_data_without_days_past_due_have_no_page() -> None:
    pin = opened(draft(500, carries=("balance",)))
    figures = seen(pin)
    found = view.state(EN, figures)
    assert found is not None
    assert "days past due" in found.body
    assert not view.readings(EN, figures, 0).rows
    assert bridged(figures, 0, 0).reason == "no_balance"


def test_months_asked_for_are_kept_where_they_are_in_order(whole: Pin) -> None:
    figures = seen(whole)
    assert numbers.ends(figures, first="", last="") == LAST
    assert numbers.ends(figures, first="202403", last="202406") == (202403, 202406)
    assert numbers.ends(figures, first="202406", last="202403") == (202402, 202403)
    assert numbers.ends(figures, first="209901", last="x") == LAST


def test_the_page_shows_the_bridge_and_lists_a_flow_that_is_clicked_on() -> None:
    chosen = {"overdue-first": "", "overdue-last": "", "overdue-cash_only": False, "overdue-dimension": ""}
    chosen |= {"page": "overdue"}
    with session(store_with(draft(3000, flowing=True)), **chosen) as found:
        assert re.search(r"ICV &gt; 30 (rose|fell)", _html(found, "overdue-bridge_head"))
        assert "The flows add up" in _html(found, "overdue-flows_head")
        assert MINUS in _html(found, "overdue-flows")
        assert "A click on a bar" in _html(found, "overdue-behind_head")
        found.set_inputs(**{"overdue-picked": "cured_cash|"})
        until(found, lambda: "Cured by cash" in _html(found, "overdue-behind_head"))
        until(found, lambda: "···" in _html(found, "overdue-behind"))
        until(found, lambda: found.get_output("overdue-bridge_chart").status == "ok")


def test_the_bucket_that_a_filter_leaves_out_has_no_layer(whole: Pin) -> None:
    figures = seen(whole, bucket=("31-60", "61-90"))
    shares = {layer.name: np.max(layer.shares) for layer in view.ageing(EN, figures).layers}
    assert shares["1-30"] == shares[">360"] == 0
    assert shares["31-60"] > 0
