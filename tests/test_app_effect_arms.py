"""What the arms came to, on the page: outcomes, segments, self-cure, return and planner, in the reader's language."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from made_months import months_pin, shown_page
from made_pin import group
from releases import EVERYTHING
from scored_rows import dimensions
from test_app_words import _messages, _translations

from app.charts.forest import Forest, forest
from app.desk import Pin
from app.l10n import L10n
from app.pages.model_effect import PAGE
from app.theme import Look
from app.views import effect_arms, effect_outcomes, effect_plan, effect_return
from app.views import model_effect as view
from data.counts import Selection
from monitoring.arm_outcomes import COHORT
from monitoring.power import Present

EN, ES, PT = L10n("en"), L10n("es"), L10n("pt")
EACH = pytest.mark.parametrize("l10n", [EN, ES, PT], ids=["en", "es", "pt"])
GO_LIVE = 202403
MONTHS = (202403, 202404, 202405)
ALL = Selection(months=(MONTHS[0], MONTHS[-1]))
CLIENTS = {"model": 3000, "none": 1500}


def _month(month: int) -> list[pd.DataFrame]:
    """Half of each arm was 31-60 days late at go-live. Of these the model's arm is offered something in 40 % of cases,
    keeps 10 % and pays 50 %, against 45 % without offers. After go-live 10 % of the model's arm are overdue and 20 % of
    the other. The first half of each arm has cards, the other loans."""
    out = []
    for arm, n in CLIENTS.items():
        place, model = np.arange(n), arm == "model"
        rows = group(n, arm=arm, balance=1e6, offered=0)
        late_share = 0.1 if model and month > GO_LIVE else 0.2
        late = place % 10 < late_share * 10
        # Twenty kinds of client in turn, alike in both arms: half of them were late at go-live.
        kind = (place // 10) % 20
        cohort = (place // 200) % 2 == 0
        rows["days_past_due"] = np.where(late, 45, 0).astype(np.float32)
        rows["bucket"] = pd.Categorical(np.where(late, "31-60", "0"))
        rows[COHORT] = pd.Categorical(np.where(cohort, "31-60", "0"))
        rows["product"] = pd.Categorical(np.where(place < n // 2, "TARJETA", "LIBRANZA"))
        rows["offered"] = (model & (kind < 8)).astype(np.uint8)
        rows["kept"] = (model & (kind < 2)).astype(np.uint8)
        rows["paid"] = (kind < (10 if model else 9)).astype(np.uint8)
        rows["cash"] = (rows["paid"] * 1e5).astype(np.float32)
        rows["next_bucket"] = pd.Categorical(np.where(late, "31-60", np.where(place % 50 == 9, "31-60", "0")))
        out.append(rows)
    return out


def _pin(*, cohort: bool = True, randomised: bool = True, policy: dict[str, Any] | None = None) -> Pin:
    levels = {name: {"levels": list(x)} for name, x in dimensions().items()}
    levels |= {"product": {"levels": ["TARJETA", "LIBRANZA"]}, "bucket": {"levels": ["0", "31-60"]}}
    levels |= {COHORT: {"levels": ["0", "31-60"], "labels": {"en": "Late at go-live"}}} if cohort else {}
    arms = {"go_live": GO_LIVE, "clients": CLIENTS} if randomised else {}
    settings = {"settings": {"policy": policy}} if policy else {}
    carries = EVERYTHING if randomised else [c for c in EVERYTHING if c != "arms"]
    documents = {"arms": arms, "dimensions": levels, **settings}
    return months_pin({m: _month(m) for m in MONTHS}, documents=documents, carries=carries)


@pytest.fixture(scope="module")
def live() -> Pin:
    """Two arms, with the cohort in arrears at go-live."""
    return _pin()


def _arms(pin: Pin, selection: Selection = ALL) -> effect_arms.Arms:
    return effect_arms.arms(view.figures(pin, selection, policy=pin.policy), selection)


def test_the_outcomes_stand_in_their_order_with_the_shares_that_were_made(live: Pin) -> None:
    found = _arms(live).outcomes["none"]
    assert [o.name for o in found] == ["paid", "roll", "cash", "icv"]
    paid, roll, cash, icv = found
    assert (paid.model, paid.control) == (pytest.approx(0.50, abs=0.01), pytest.approx(0.45, abs=0.01))
    assert (cash.model, cash.control) == (pytest.approx(0.050, abs=0.001), pytest.approx(0.045, abs=0.001))
    assert (icv.model, icv.control) == (pytest.approx(0.1), pytest.approx(0.2))
    assert roll.model == roll.control == pytest.approx(0.02)
    assert icv.sentence == "effect" and roll.sentence == "not_detected"


@EACH
def test_the_table_says_the_ratio_in_basis_points_and_payments_in_number(live: Pin, l10n: L10n) -> None:
    table = effect_outcomes.outcomes_table(l10n, _arms(live))
    cells = [[c.text for c in row] for row in table.rows]
    assert len(cells) == 4
    said = re.sub(r"\D", "", cells[3][3])
    assert said == "1000"  # ten points
    assert {"en": "bp", "es": "pb", "pt": "p.b."}[l10n.language] in cells[3][3]
    assert table.rows[3][3].tone == "good" and table.rows[1][3].tone == "muted"
    assert effect_outcomes.outcomes_headline(l10n, _arms(live)).title


def test_the_conclusion_and_the_table_show_one_number_for_one_thing(live: Pin) -> None:
    arms = _arms(live)
    concluded, listed = arms.figures.shown[0], arms.outcomes["none"][-1]
    assert concluded.average == listed.adjusted and concluded.plain == listed.plain
    assert concluded.mde == listed.mde


def test_without_the_cohort_payments_are_not_compared_and_the_ratio_still_is() -> None:
    found = _arms(_pin(cohort=False))
    assert [o.name for o in found.outcomes["none"]] == ["roll", "icv"]
    assert found.cure is None and found.returned is None
    assert effect_return.return_headline(EN, found).title == "What would have been paid anyway cannot be told"
    assert effect_return.return_readings(EN, found, shown="net") == []
    assert list(effect_outcomes.outcome_choices(EN, cohort=effect_arms.has_cohort(found.figures))) == ["icv"]


def test_half_of_what_was_kept_would_have_been_paid_anyway(live: Pin) -> None:
    found = _arms(live).cure
    assert found is not None
    assert found.gross.value == pytest.approx(0.10, abs=0.005)
    assert found.net.value == pytest.approx(0.05, abs=0.01)
    assert found.anyway.value == pytest.approx(0.5, abs=0.1)
    readings = {r.name: r.value for r in effect_return.return_readings(EN, _arms(live), shown="gross")}
    assert readings["Kept per 100 obligations"].startswith("+10")
    assert "Not incremental" not in readings


@EACH
def test_the_cost_is_a_dash_with_its_reason_where_none_is_set(l10n: L10n) -> None:
    priced = effect_return.return_readings(l10n, _arms(_pin(policy={"cost_per_contact": 8000.0})), shown="net")
    assert any(c.isdigit() for c in priced[-3].value + priced[-1].value)
    unset = _arms(_pin(policy={"cost_per_contact": float("nan")}))
    readings = effect_return.return_readings(l10n, unset, shown="net")
    assert [r.value for r in (readings[-3], readings[-1])] == ["—", "—"]
    assert "thresholds.toml" in readings[-3].note and "thresholds.toml" in readings[-1].note
    assert any(c.isdigit() for c in readings[-2].value)


@EACH
@pytest.mark.parametrize("outcome", ["icv", "paid"])
def test_the_forest_has_a_branch_for_each_segment_that_a_click_can_filter_by(
    live: Pin, l10n: L10n, outcome: str
) -> None:
    arms = _arms(live)
    found = effect_arms.segments(arms.figures, ALL, dimension="product", outcome=outcome)
    assert {s.level for s in found} == {"TARJETA", "LIBRANZA"}
    drawn = go.Figure(forest(effect_outcomes.segments_forest(l10n, arms, found), Look()))
    assert {key for trace in drawn.data for key in trace.customdata} == {"TARJETA", "LIBRANZA"}
    head = effect_outcomes.segments_headline(l10n, arms, found, dimension="product", outcome=outcome)
    assert "Benjamini-Hochberg" in head.subtitle


def test_a_segment_too_small_to_see_the_target_is_grey(live: Pin) -> None:
    arms = _arms(live)
    found = effect_arms.segments(arms.figures, ALL, dimension="product", outcome="paid")
    tones = {b.key: b.tone for b in effect_outcomes.segments_forest(EN, arms, found).branches}
    for s in found:
        expected = "clear" if s.q < 0.05 else "main" if s.mde <= 0.03 else "muted"
        assert tones[s.level] == expected
    assert forest(Forest((), {}, nothing="none"), Look())["layout"]["annotations"][0]["text"] == "none"


# Below grade A

FORBIDDEN = re.compile(
    r"\b(reduc|lower|caus(ed|es)\b|impact|redujo|reduj|disminu|causó|reduz|diminu|causou)", re.IGNORECASE
)
GRADE_A = "The model lowered ICV by {x} pp (95% CI {a} to {b}) against a randomised control."


@pytest.mark.parametrize("language", ["es", "pt"])
def test_only_the_sentence_of_grade_a_says_that_the_model_did_it(language: str) -> None:
    here = re.compile(r"(model_effect|effect_)")
    words = _translations(language)
    mine = [m for m, file in _messages().items() if here.match(file)]
    assert GRADE_A in mine
    assert [m for m in mine if FORBIDDEN.search(m) or FORBIDDEN.search(words[m])] == [GRADE_A]


@EACH
def test_without_arms_no_number_of_an_effect_is_shown(l10n: L10n) -> None:
    arms = _arms(_pin(randomised=False))
    assert arms.outcomes == {} and arms.cure is None and arms.returned is None
    assert effect_outcomes.outcomes_table(l10n, arms).rows == ()
    assert effect_arms.segments(arms.figures, ALL, dimension="product", outcome="icv") == ()
    assert effect_return.return_readings(l10n, arms, shown="net") == []
    heads = [
        effect_outcomes.outcomes_headline(l10n, arms).title,
        effect_outcomes.segments_headline(l10n, arms, (), dimension="product", outcome="icv").title,
        effect_return.return_headline(l10n, arms).title,
    ]
    assert not any(re.search(r"\d", text) for text in heads)


# The planner


@EACH
def test_the_planner_says_the_accounts_of_the_agreed_example(live: Pin, l10n: L10n) -> None:
    now = effect_plan.figures(live, ALL, policy=live.policy)
    typed = "18.25" if l10n is EN else "18,25"
    title = effect_plan.headline(l10n, now, effect_plan.asked(base=typed, effect="3", control=50, chance="80")).title
    assert ("2,764" if l10n is EN else "2.764") in title and typed in title
    if l10n is EN:
        assert title == "2,764 accounts per arm needed for +3\u00a0pp on 18.25%"


@pytest.mark.parametrize(
    ("base", "effect", "said"),
    [
        ("abc", "3", "Type numbers"),
        ("18", "", "No test can show this"),
        ("99", "3", "No test can show this"),
        ("", "3", "No outcome is known yet"),
    ],
)
def test_what_cannot_be_planned_is_said(base: str, effect: str, said: str) -> None:
    wish = effect_plan.asked(base=base, effect=effect, control=50, chance="80")
    assert effect_plan.headline(EN, Present(), wish).title.startswith(said)
    assert all(not re.search(r"nan", r.value) for r in effect_plan.readings(EN, Present(), wish))


# The page

INPUTS = {"split": "", "cure": "net", "base": "18.25", "wish": "3", "left_out": 50, "chance": "80"}


def test_the_page_shows_the_outcomes_and_the_plan(live: Pin) -> None:
    with shown_page(PAGE, live, ALL, l10n=EN, **INPUTS) as shown:
        assert "Rolled past 30 days" in shown.html("outcomes")
        assert "2,764 accounts per arm" in shown.html("plan_head")
        assert "Not incremental" in shown.html("returns")
        assert "Benjamini-Hochberg" in shown.html("forest_head")
        shown.until(lambda: shown.page.get_output("forest_chart").status == "ok")


def test_the_planner_is_there_without_arms() -> None:
    with shown_page(PAGE, _pin(randomised=False), ALL, l10n=ES, **INPUTS) as shown:
        assert "2.764 cuentas por brazo" in shown.html("plan_head")
