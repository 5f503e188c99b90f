"""The section Mix and rate: what moved the ratio and by how much, reversals, concentration; when it cannot be told."""

from __future__ import annotations

import math
import re

import pandas as pd
import plotly.graph_objects as go
import pytest
from releases import draft, open_counts, store_with
from test_app_pages import _html, session, until
from test_monitoring_split import plain, tally

from app.charts.bridge import bridge
from app.charts.contributions import Contributions, Row, contributions
from app.desk import Pin
from app.l10n import L10n
from app.theme import Look
from app.views import overdue_mix as words
from app.views import overdue_mix_figures as numbers
from app.views import overdue_mix_pictures as pictures
from app.views import overdue_mix_tables as tables
from data.counts import Selection
from data.store import Draft
from monitoring.definitions import Definition
from monitoring.policy import Policy
from monitoring.reversal import Reversal, reversals
from monitoring.split import Split, Trial, split

EN = L10n("en")
EACH = pytest.mark.parametrize("l10n", [EN, L10n("es"), L10n("pt")], ids=["en", "es", "pt"])
ENDS = (202401, 202412)
TRIAL = Trial("model", "none", go_live=202401)
REVERSED = plain([[10, 50], [2, 72]], [[500, 500], [200, 800]])
"""2 % → 1 % and 10 % → 9 %, but 6 % → 7.4 % in all."""


def opened(made: Draft) -> Pin:
    release = store_with(made).read()
    return Pin(release, open_counts(release))


def seen(
    pin: Pin, *, days: str = "", basis: str = "balance", policy: Policy | None = None, **where: tuple
) -> numbers.Scope:
    return numbers.scope(pin, Selection(where=where), policy=policy or Policy(), days=days, basis=basis)


@pytest.fixture(scope="module")
def pin() -> Pin:
    return opened(draft(6000, first=202401))


@pytest.fixture(scope="module")
def rows(pin: Pin) -> pd.DataFrame:
    return pin.release.frame("rows")


def by_hand(found_in: object = REVERSED) -> Split:
    return split(found_in, before=202401, after=202402)  # type: ignore[arg-type]


def with_model(*, clear: bool) -> Split:
    """One product of which the model's arm has 4 % and its control 6 %; two groups that agree, or not at all."""
    spread = 0.0 if clear else 30.0
    end = [[20 + spread, 20 - spread], [30 - spread, 30 + spread]]
    overdue = [[[[25, 25], [25, 25]]], [end]]
    return split(tally(["a"], overdue=overdue, gross=[[[[500] * 2] * 2]] * 2), before=202401, after=202402, trial=TRIAL)


@EACH
def test_the_bars_go_from_the_first_ratio_to_the_last_without_a_gap(pin: Pin, l10n: L10n) -> None:
    found = seen(pin)
    steps = pictures.picture(l10n, found, numbers.divided(found, "product", ENDS)).steps
    assert [s.key for s in steps] == ["start", "mix", "rate", "end"]
    assert steps[1].start == steps[0].end
    assert steps[2].end == pytest.approx(steps[3].end)
    go.Figure(bridge(pictures.picture(l10n, found, numbers.divided(found, "product", ENDS)), Look()))


@EACH
@pytest.mark.parametrize("basis", ["balance", "past_due", "count"])
def test_the_table_adds_up_to_the_change_of_the_ratio_as_it_is_defined(
    pin: Pin, rows: pd.DataFrame, l10n: L10n, basis: str
) -> None:
    found = seen(pin, days="60", basis=basis)
    split = numbers.divided(found, "region", ENDS)

    def ratio(month: int) -> float:
        here = rows[rows["month"] == month]
        late = here["days_past_due"] > 60
        amount = here["balance"].astype(float)
        above = {"balance": amount, "past_due": here["past_due"].astype(float), "count": late}[basis]
        return float(above[late].sum() / (len(here) if basis == "count" else amount.sum()))

    table = tables.table(l10n, found, split)
    assert table.total[-1].text == l10n.signed((ratio(ENDS[1]) - ratio(ENDS[0])) * 1e4, 1)
    assert table.total[2].text == f"{l10n.percent(ratio(ENDS[0]), 2)} → {l10n.percent(ratio(ENDS[1]), 2)}"
    assert "0" in tables.headline(l10n, found, split).subtitle


def test_every_label_prints_its_definition(pin: Pin) -> None:
    said = {
        basis: words.headline(EN, found, numbers.divided(found, "product", ENDS))
        for basis, found in ((b, seen(pin, days="90", basis=b)) for b in ("balance", "past_due", "count"))
    }
    assert re.match(r"ICV > 90 (rose|fell)", said["balance"].title)
    assert re.match(r"Past-due amount > 90 (rose|fell)", said["past_due"].title)
    assert re.match(r"Obligations > 90 (rose|fell)", said["count"].title)
    assert all("more than 90 days past due, of" in h.subtitle for h in said.values())


def test_what_is_not_asked_for_is_the_definition_of_the_bank(pin: Pin) -> None:
    assert seen(pin, days="x", basis="y", policy=Policy(overdue_dpd=60)).definition == Definition(60, "balance")
    assert list(words.days_choices(60).items()) == [("", "> 60"), ("1", "> 1"), ("30", "> 30"), ("90", "> 90")]


def test_the_usual_change_is_that_of_a_year(pin: Pin) -> None:
    found = seen(pin)
    assert numbers.ends(found, first="", last="") == ENDS
    assert numbers.ends(found, first="202403", last="202406") == (202403, 202406)
    assert numbers.ends(found, first="202406", last="202403") == (202401, 202403)
    assert numbers.ends(found, first="x", last="209901") == ENDS


@EACH
def test_a_reversal_is_said_in_a_sentence(pin: Pin, l10n: L10n) -> None:
    said = words.turned(l10n, seen(pin), reversals([by_hand()]))
    assert l10n.number(140, 1) in said
    if l10n is EN:
        assert said == "Product: the ratio rose 140.0 bp although it fell in all 2 of its levels."


def test_a_reversal_of_the_rates_says_what_an_unchanged_mix_would_have_done(pin: Pin) -> None:
    fixture = by_hand(plain([[10, 50], [12, 54]], [[500, 500], [400, 600]]))
    said = words.turned(EN, seen(pin), reversals([fixture]))
    assert said == "Product: the ratio rose 60.0 bp, but with an unchanged mix it would have fallen 10.0 bp."
    fell = [
        Reversal("region", -0.006, 0.001, 2, everywhere=False),
        Reversal("gender", -0.006, 0.02, 3, everywhere=True),
    ]
    said = words.turned(EN, seen(pin), fell)
    assert said == (
        "Region: the ratio fell 60.0 bp, but with an unchanged mix it would have risen 10.0 bp. "
        "Gender: the ratio fell 60.0 bp although it rose in all 3 of its levels."
    )


def test_every_dimension_but_the_days_past_due_is_searched_for_reversals(pin: Pin) -> None:
    found = seen(pin)
    free = [d for d in pin.extent.dimensions if d != "bucket"]
    expected = reversals(s for d in free if (s := numbers.divided(found, d, ENDS)))
    assert numbers.turned(found, ENDS) == expected
    assert numbers.dimension(found, "bucket") == "product"
    assert "By no dimension" in words.turned(EN, found, [])


def test_a_product_that_appears_and_one_that_dies_have_words(pin: Pin) -> None:
    found = by_hand(plain([[10, 50, 0], [9, 0, 40]], [[500, 500, 0], [500, 0, 200]], "abc"))
    assert words.notes(EN, found) == (
        "New in Feb 2024: C. All that they add is mix. Gone by Feb 2024: B. All that they took away is mix."
    )
    cells = {row[0].text: [c.text for c in row] for row in tables.table(EN, seen(pin), found).rows}
    assert cells["C"][1:3] == ["0.0% → 28.6%", "new, 20.00%"]
    assert cells["B"][1:3] == ["50.0% → 0.0%", "10.00%, gone"]
    assert cells["C"][4] == cells["B"][4] == "—"


@EACH
def test_the_model_has_a_bar_with_whiskers_that_rate_mirrors(pin: Pin, l10n: L10n) -> None:
    found = with_model(clear=False)
    steps = {s.key: s for s in pictures.picture(l10n, seen(pin), found).steps}
    assert list(steps) == ["start", "mix", "rate", "model", "end"]
    model, rate = steps["model"], steps["rate"]
    assert model.high - model.end == pytest.approx(rate.end - rate.low)
    assert (model.tone, rate.tone) == ("other", "other")
    drawn = bridge(pictures.picture(l10n, seen(pin), found), Look(dark=True))
    assert drawn["data"][0]["error_x"]["visible"]
    go.Figure(drawn)


def test_a_model_that_is_not_told_from_zero_is_given_no_number_in_the_title(pin: Pin) -> None:
    assert words.headline(EN, seen(pin), with_model(clear=False)).title.endswith("model not told from zero")
    clear = with_model(clear=True)
    assert words.headline(EN, seen(pin), clear).title.endswith("model −100.0 bp")
    assert tables.table(EN, seen(pin), clear).rows[0][5].tone == "good"
    assert "randomised control “No offers”" in words.model_note(EN, seen(pin), clear, numbers.Arms(TRIAL))


@pytest.mark.parametrize(
    ("arms", "said"),
    [
        (numbers.Arms(lacking="no_arms"), "nobody was left out of it at random"),
        (numbers.Arms(lacking="gates"), "fail a condition of grade A"),
        (numbers.Arms(lacking="filtered", barred=("bucket", "score")), "within the filter Days past due, Score band"),
        (numbers.Arms(Trial("model", "none", 202402)), "went live in Feb 2024"),
    ],
    ids=["no arms", "gates", "filtered", "before go-live"],
)
@EACH
def test_without_a_bar_for_the_model_the_reason_is_said(pin: Pin, l10n: L10n, arms: numbers.Arms, said: str) -> None:
    text = words.model_note(l10n, seen(pin), by_hand(), arms)
    assert text
    assert l10n is not EN or said in text


def test_the_arms_are_those_of_the_page_model_effect(pin: Pin) -> None:
    assert numbers.arms(seen(pin)) == numbers.Arms(lacking="no_arms")
    assert numbers.arms(seen(pin, bucket=("0",))) == numbers.Arms(lacking="filtered", barred=("bucket",))


def test_a_segment_without_a_control_is_named(pin: Pin) -> None:
    counts = tally(["a", "b"], overdue=[[[[5] * 4] * 2] * 2] * 2, gross=[[[[100] * 4] * 2] * 2] * 2)
    for values in counts.values.values():
        values[:, 1, 1] = 0
    found = split(counts, before=202401, after=202402, trial=TRIAL)
    assert words.notes(EN, found) == "No control in B: what the model did there stands under rate."
    assert [row[5].text[:1] for row in tables.table(EN, seen(pin), found).rows if row[0].text == "B"] == ["—"]


@EACH
def test_concentration_has_a_light_and_its_largest_clients(pin: Pin, rows: pd.DataFrame, l10n: L10n) -> None:
    found = seen(pin)
    shares = numbers.concentrated(found, "product", ENDS)
    here = rows[(rows["month"] == ENDS[1]) & (rows["days_past_due"] > 30)]
    owed = here.groupby("product", observed=True)["balance"].sum().astype(float)
    hhi = float(((owed / owed.sum()) ** 2).sum())
    assert shares[0].overdue.hhi == pytest.approx(hhi, rel=1e-5)
    table = tables.concentration(l10n, found, shares, None, told=True)
    assert table.rows[0][1].text.startswith(l10n.number(hhi, 3))
    assert table.rows[0][1].tone == {"ok": "good", "watch": "warn", "act": "bad"}[Policy().level_of_hhi(hhi)]
    assert table.rows[2][1].text == l10n.number(1 / hhi, 1)
    assert [c.text for c in table.rows[3][1:]] == ["…", "…"]
    read = numbers.clients(found, ENDS)
    ten = here.groupby("client")["balance"].sum().astype(float).nlargest(10).sum() / owed.sum()
    assert tables.concentration(l10n, found, shares, read, told=True).rows[3][1].text == l10n.percent(ten)
    assert tables.concentration(l10n, found, shares, None, told=False).rows[-1][1].text == "—"


@pytest.mark.parametrize(
    ("hhi", "level"), [(0.18, "ok"), (0.19, "watch"), (0.25, "watch"), (0.26, "act"), (math.nan, "unknown")]
)
def test_the_light_of_concentration_follows_the_policy(hhi: float, level: str) -> None:
    assert Policy().level_of_hhi(hhi) == level


@EACH
def test_more_segments_than_there_is_room_for_stand_together_as_the_last_bar(pin: Pin, l10n: L10n) -> None:
    found = seen(pin)
    split = numbers.divided(found, "region", ENDS)
    assert split is not None
    drawn = pictures.segments(l10n, found, split)
    assert len(drawn.rows) == 15
    assert (drawn.rows[-1].key, drawn.rows[0].key != "") == ("", True)
    assert sum(sum(r.parts) for r in drawn.rows) == pytest.approx(split.change * 1e4)
    go.Figure(contributions(drawn, Look()))


def test_a_row_of_contributions_carries_its_key_and_the_mark_its_sum() -> None:
    drawn = contributions(Contributions([Row("a", "A", [3.0, -5.0], "−2", "")], ["Mix", "Rate"], "Sum"), Look())
    assert [t["customdata"] for t in drawn["data"]] == [["a"]] * 3
    assert drawn["data"][-1]["x"] == [-2.0]
    low, high = drawn["layout"]["xaxis"]["range"]
    assert low < -5 and high > 3


@pytest.mark.parametrize(
    ("made", "title"),
    [
        ({"carries": ("balance",)}, "These data carry no overdue ratio"),
        ({"first": 202412}, "A change needs two months"),
    ],
    ids=["no days past due", "one month"],
)
@EACH
def test_a_change_that_cannot_be_told_has_a_state(made: dict, title: str, l10n: L10n) -> None:
    found = seen(opened(draft(500, **made)))
    state = words.state(l10n, found)
    assert state is not None
    assert state.body
    assert l10n is not EN or state.title == title
    ends = numbers.ends(found, first="", last="")
    assert words.why_not(l10n, found, numbers.divided(found, "product", ends))


def test_data_without_dates_have_no_months_to_compare() -> None:
    made = draft(500, first=202412)
    made.documents["meaning"]["dated"] = False
    found = seen(opened(made))
    state = words.state(EN, found)
    assert state is not None
    assert state.title == "These data have no dates"


@EACH
def test_a_selection_of_one_level_everywhere_has_no_mix(pin: Pin, l10n: L10n) -> None:
    one = {name: levels[:1] for name, levels in pin.extent.dimensions.items() if name != "bucket"}
    found = seen(pin, **one)
    name = numbers.dimension(found, "product")
    assert name == ""
    assert words.segments_headline(l10n, found, None).subtitle == words.why_not(l10n, found, None)
    assert pictures.segments(l10n, found, numbers.divided(found, name, ENDS)).nothing
    assert tables.concentration_headline(l10n, found, name, numbers.concentrated(found, name, ENDS)).subtitle


def test_data_without_past_due_amounts_say_so(pin: Pin) -> None:
    nothing = split(plain([[0, 0], [0, 0]], [[9, 9], [9, 9]]), before=202401, after=202402, definition=Definition(30))
    assert words.why_not(EN, seen(pin, basis="past_due"), nothing) == "The data carry no past-due amounts."


def test_the_section_shows_the_split_and_a_click_filters_by_a_segment() -> None:
    chosen = dict.fromkeys(("first", "last", "dimension", "days"), "") | {"basis": "balance"}
    inputs = {f"overdue-mix-{k}": v for k, v in chosen.items()} | {"page": "overdue", "overdue-part": "mix"}
    with session(store_with(draft(3000)), **inputs) as found:
        assert re.search(r"ICV &gt; 30 (rose|fell)", _html(found, "overdue-mix-split_head"))
        assert "The parts add up" in _html(found, "overdue-mix-table_head")
        until(found, lambda: "Ten largest" in _html(found, "overdue-mix-concentration"))
        until(found, lambda: "…" not in _html(found, "overdue-mix-concentration"))
        for name in ("overdue-mix-split_chart", "overdue-mix-segments_chart"):
            until(found, lambda name=name: found.get_output(name).status == "ok")
        assert found.get_output("overdue-mix-model_note").value.startswith("No bar for the model")
