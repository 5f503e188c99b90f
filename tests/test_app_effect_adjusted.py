"""The section Adjusted and the ladder below grade A: agreed words, naive beside adjusted, plain refusals."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from made_adjusted import MONTHS, Rows, document
from made_months import months_pin, shown_page
from made_pin import group
from releases import EVERYTHING
from scored_rows import dimensions
from test_app_words import _messages, _translations
from test_monitoring_simulator import Rows as Listed
from test_monitoring_simulator import support

from app.charts.love import Love, love
from app.charts.overlap import Overlap, overlap
from app.components.verdict import badge
from app.desk import Pin
from app.l10n import L10n
from app.pages import effect_adjusted, model_effect
from app.theme import Look
from app.views import effect_adjusted as view
from app.views import model_effect as page
from data.counts import Selection
from data.policy_sums import Period, PolicySums

EN, ES, PT = L10n("en"), L10n("es"), L10n("pt")
EACH = pytest.mark.parametrize("l10n", [EN, ES, PT], ids=["en", "es", "pt"])
ALL = Selection(months=(MONTHS[0], MONTHS[-1]))
NO_ARMS = [c for c in EVERYTHING if c != "arms"]
AGREED = {
    "en": "Adjusted estimate, not randomised: valid only if nothing unrecorded drove both the offer and the payment.",
    "es": "Estimación ajustada, no aleatorizada: solo es válida si nada no registrado influyó a la vez en la oferta y "
          "en el pago.",
    "pt": "Estimativa ajustada, não aleatorizada: só é válida se nada não registrado influenciou a oferta e o "
          "pagamento.",
}  # fmt: skip
BELOW = {
    "C": {"en": "Comparison of groups over time; assumes they would have moved in parallel.",
          "es": "Comparación entre grupos en el tiempo; supone que habrían evolucionado en paralelo.",
          "pt": "Comparação entre grupos no tempo; supõe que teriam evoluído em paralelo."},
    "D": {"en": "Simulation, not an observed result.",
          "es": "Simulación, no un resultado observado.",
          "pt": "Simulação, não um resultado observado."},
}  # fmt: skip


def _pin(*, documents: dict[str, Any] | None = None, carries: list[str] | None = None, dated: bool = True) -> Pin:
    made = months_pin(
        {m: [group(60)] for m in MONTHS}, documents=documents or {}, carries=NO_ARMS if carries is None else carries
    )
    made.meaning["dated"] = dated
    return made


@pytest.fixture(scope="module")
def steep() -> Pin:
    """Offers go to those who pay least, by a logged rule that leaves enough to chance."""
    return _pin(documents=document(low=0.06, high=0.94, seed=2))


@pytest.fixture(scope="module")
def failing() -> Pin:
    """What drove the offers is not among what is weighted by."""
    return _pin(documents=document(unseen=True))


def _figures(pin: Pin, selection: Selection = ALL) -> view.Figures:
    return view.figures(pin, selection, policy=pin.policy)


def _words(l10n: L10n, pin: Pin) -> list[str]:
    """Everything that the section says of its figures."""
    found = _figures(pin)
    said = view.verdict(l10n, found)
    assert said is not None
    heads = [view.headline(l10n, found), view.overlap_headline(l10n, found), view.love_headline(l10n, found)]
    cells = [c.text for row in view.table(l10n, found).rows for c in row]
    boxes = [text for b in view.boxes(l10n, found) for text in (b.title, b.value, b.against, b.n)]
    return [said.meaning, said.before, said.sentence, *said.more, *(c.text for c in said.conditions), *cells, *boxes,
            *(part for h in heads for part in (h.title, h.subtitle))]  # fmt: skip


# Grade B


@EACH
def test_grade_b_is_said_in_the_agreed_words_with_what_can_be_seen_before_it(steep: Pin, l10n: L10n) -> None:
    said = view.verdict(l10n, _figures(steep))
    assert said is not None
    assert (said.grade, said.sentence) == ("B", AGREED[l10n.language])
    assert l10n.number(6000) in said.before
    assert [c.tone for c in said.conditions[:4]] == ["good"] * 4


@EACH
def test_the_sentences_of_lower_grades_are_the_agreed_ones(l10n: L10n) -> None:
    for grade, agreed in BELOW.items():
        assert l10n.say(page.GRADES[grade]) == agreed[l10n.language]


def test_the_table_has_the_naive_answer_greyed_and_named_misleading_beside_the_adjusted_ones(steep: Pin) -> None:
    found = _figures(steep)
    made = view.table(EN, found)
    assert [row[0].text for row in made.rows] == [
        "Paid within the month", "Overdue a month later", "Balance overdue a month later",
    ]  # fmt: skip
    assert "misleading" in made.columns[1]
    assert {row[1].tone for row in made.rows} == {"muted"}
    for row, outcome in zip(made.rows, found.shown, strict=True):
        for cell, e in zip(row[1:4], (outcome.naive, outcome.ipw, outcome.aipw), strict=True):
            assert cell.text.startswith(EN.points(e.value))
        assert row[-1].text == "6,000"
    boxes = view.boxes(EN, found)
    assert [b.value for b in boxes] == [EN.points(o.aipw.value) for o in found.shown]


def test_the_months_of_the_selection_are_the_months_that_are_compared(steep: Pin) -> None:
    one = _figures(steep, Selection(months=(MONTHS[1], MONTHS[1])))
    assert one.found is not None and one.found.months == (MONTHS[1],)
    assert "Nov 2024" in view.headline(EN, one).subtitle
    assert view.caution(EN, one) == ""
    narrowed = _figures(steep, Selection(ALL.months, where={"product": ("consumo",)}))
    assert narrowed.found is not None and narrowed.found.rows == 6000
    assert "other filters do not narrow it" in view.caution(EN, narrowed)


def test_an_interval_that_holds_nought_is_said_not_to_tell() -> None:
    flat = Rows(n=500, seed=5, low=0.4, high=0.6)
    flat.drawn["paid"][:] = np.random.default_rng(0).integers(0, 2, 500)
    said = view.verdict(EN, _figures(_pin(documents={"adjusted_sums": flat.sums.as_record()})))
    assert said is not None
    assert "not told apart from nothing" in said.more[0]


@pytest.mark.parametrize("dark", [False, True])
def test_the_pictures_show_both_groups_and_every_covariate_twice(steep: Pin, dark: bool) -> None:
    found, look = _figures(steep), Look(dark=dark)
    bars = go.Figure(overlap(view.overlap_picture(EN, found), look))
    assert [round(sum(t.y), 6) for t in bars.data] == [1, 1]
    assert {t.name for t in bars.data} == {"offered", "not offered"}
    dots = go.Figure(love(view.love_picture(EN, found), look))
    before, after = dots.data
    assert len(before.x) == len(after.x) == len(found.found.balance)  # type: ignore[union-attr]
    assert max(map(abs, after.x)) < 0.1 < max(map(abs, before.x))
    assert "Kind: A" in dots.layout.yaxis.ticktext
    nothing = [
        overlap(Overlap((), (), (), "", "", (0, 1), "", "none"), look),
        love(Love((), "", "", 0, "", "none"), look),
    ]
    assert [n["layout"]["annotations"][0]["text"] for n in nothing] == ["none", "none"]


# Below it


@EACH
def test_a_condition_that_fails_takes_every_number_of_the_difference_away_and_is_named(
    failing: Pin, l10n: L10n
) -> None:
    found = _figures(failing)
    said = view.verdict(l10n, found)
    assert said is not None
    assert said.grade == "E"
    assert [c.tone for c in said.conditions[:4]].count("bad") >= 1
    assert view.boxes(l10n, found) == [] and view.table(l10n, found).rows == ()
    texts = [said.sentence, *said.more, view.headline(l10n, found).title]
    assert not any(re.search(r"\d", text) for text in texts)
    assert view.overlap_picture(l10n, found).first


def test_rows_that_were_certain_of_their_offer_are_named() -> None:
    said = view.verdict(EN, _figures(_pin(documents=document(certain=200))))
    assert said is not None
    assert "200 rows had a chance of exactly 0 or 1" in " ".join(c.text for c in said.conditions)


@EACH
def test_data_without_dates_or_decisions_are_refused_without_a_number(l10n: L10n) -> None:
    for pin in (_pin(dated=False), _pin()):
        found = _figures(pin)
        said = view.verdict(l10n, found)
        assert said is not None and said.grade == "E"
        assert view.state(l10n, found) is None and view.nothing_to_weigh(found)
        assert not any(re.search(r"\d", text) for text in _words(l10n, pin)[:6])


def test_an_older_release_asks_for_a_refresh_and_other_months_for_earlier_ones(steep: Pin) -> None:
    older = _figures(_pin(documents={"policy_sums": {}}))
    told = view.state(EN, older)
    assert told is not None and "before offers could be compared" in told.title
    assert view.verdict(EN, older) is None
    later = _figures(steep, Selection(months=(202501, 202512)))
    told = view.state(EN, later)
    assert told is not None and "earlier months" in told.body


# Beside randomised arms


@EACH
def test_where_arms_hold_the_months_before_go_live_are_compared_and_the_arms_answer_beside_them(l10n: L10n) -> None:
    rows = {arm: group(900, arm=arm, balance=1e6, offered=int(arm == "model")) for arm in ("model", "none")}
    for arm, made in rows.items():
        made["days_past_due"] = np.where(np.arange(900) % 2, 45, 0).astype(np.float32)
        made["go_live_bucket"] = pd.Categorical(["31-60"] * 900)
        made["paid"] = (np.arange(900) % 10 < (6 if arm == "model" else 5)).astype(np.uint8)
    levels = {name: {"levels": list(x)} for name, x in dimensions().items()}
    documents = {
        "arms": {"go_live": MONTHS[1], "clients": {"model": 900, "none": 900}},
        "dimensions": levels | {"go_live_bucket": {"levels": ["31-60"]}}, **document(low=0.06, high=0.94, seed=2),
    }  # fmt: skip
    live = months_pin({m: [x.copy() for x in rows.values()] for m in MONTHS}, documents=documents)
    found = _figures(live)
    assert found.found is not None and found.found.months == MONTHS[:1]
    assert l10n.month(MONTHS[1]) in view.caution(l10n, found)
    assert found.randomised is not None and found.randomised.value == pytest.approx(0.1)
    said = view.verdict(l10n, found)
    assert said is not None and l10n.points(0.1) in said.more[1]
    later = _figures(live, Selection(months=MONTHS[1:]))
    assert later.found is not None and later.found.months == MONTHS[1:]
    assert view.caution(l10n, later) == ""


# The ladder


@EACH
def test_without_arms_the_page_stands_on_the_highest_grade_that_holds(steep: Pin, failing: Pin, l10n: L10n) -> None:
    for pin, grade in ((steep, "B"), (failing, "E"), (_pin(dated=False), "E")):
        said = page.verdict(l10n, page.figures(pin, ALL, policy=pin.policy))
        assert said is not None
        assert said.grade == grade
        assert (said.sentence == AGREED[l10n.language]) == (grade == "B")
        assert page.boxes(l10n, page.figures(pin, ALL, policy=pin.policy)) == []
        if grade == "E":
            assert not re.search(r"\d", " ".join([said.sentence, said.before, *said.more]))


def test_where_only_a_simulation_holds_the_page_says_so() -> None:
    period = Period((202412,), Listed(3000, seed=1).half(), Listed(3000, seed=2).half())
    pin = _pin(documents={"policy_sums": PolicySums((period,), support()).as_record()})
    said = page.verdict(ES, page.figures(pin, ALL, policy=pin.policy))
    assert said is not None
    assert (said.grade, said.sentence) == ("D", BELOW["D"]["es"])
    assert "Simulador" in said.before


# Words

CLAIMS = re.compile(
    r"\b(reduc(e[sd]?|ing|tion)|caus(e[sd]?|ing)|impacts?|impacted|redujo|redujeron|reduce[ns]?|reducid[oa]s?|caus(ó|aron|ad[oa]s?)"
    r"|impact(o|ó|aron|ou|os)|reduziu|reduziram|reduz(em)?|reduzid[oa]s?|causou|causaram)\b",
    re.IGNORECASE,
)  # fmt: skip
GRADE_A = "The model lowered ICV by {x} pp (95% CI {a} to {b}) against a randomised control."


def test_no_word_of_any_page_claims_more_than_grade_a_may() -> None:
    messages = _messages()
    assert GRADE_A in messages
    autopsied = {m for m, file in messages.items() if file.startswith("false_positives_autopsy")}  # causes, on record
    assert not [m for m in messages.keys() - autopsied if CLAIMS.search(m)]
    for language in ("es", "pt"):
        said = {m: re.sub(r"\{\w+\}", "", words) for m, words in _translations(language).items()}
        claimed = [m for m, words in said.items() if CLAIMS.search(words)]
        assert claimed == [GRADE_A]


@EACH
def test_what_the_section_says_of_its_figures_claims_nothing(steep: Pin, failing: Pin, l10n: L10n) -> None:
    for pin in (steep, failing):
        assert not [text for text in _words(l10n, pin) if CLAIMS.search(text)]


# The page


def test_the_section_shows_the_grade_beside_every_difference(steep: Pin) -> None:
    with shown_page(effect_adjusted.PAGE, steep, ALL, l10n=ES) as shown:
        assert AGREED["es"] in shown.html("said")
        link = re.search(r'href="#([\w-]+)"', shown.html("table_head"))
        assert link is not None
        assert f'id="{link[1]}"' in shown.html("said")
        assert shown.html("boxes").count('class="badge-b grade-badge"') == 3
        assert "engañoso" in shown.html("estimates")
        for chart in ("overlap_chart", "love_chart"):
            shown.until(lambda chart=chart: shown.page.get_output(chart).status == "ok")


def test_the_page_without_arms_stands_at_grade_b(steep: Pin) -> None:
    with shown_page(model_effect.PAGE, steep, ALL, l10n=PT) as shown:
        assert AGREED["pt"] in shown.html("said")
        assert "grade-b" in shown.html("said")
        assert 'class="box"' not in shown.html("boxes")


def test_without_a_verdict_there_is_no_badge() -> None:
    assert badge(None, "evidence") is None
