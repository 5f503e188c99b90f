"""The Model effect page: a known effect is found and said in the agreed words, and without arms nothing is said."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from made_months import months_pin, shown_page
from made_pin import group
from releases import EVERYTHING

from app.charts.effect import EffectPicture, effect
from app.charts.trend import trend
from app.components.verdict import Verdict
from app.desk import Pin
from app.format import MINUS
from app.l10n import L10n
from app.pages.model_effect import PAGE
from app.theme import Look
from app.views import model_effect as view
from data.counts import Selection

EN, ES, PT = L10n("en"), L10n("es"), L10n("pt")
EACH = pytest.mark.parametrize("l10n", [EN, ES, PT], ids=["en", "es", "pt"])
MONTHS = (202402, 202403, 202404, 202405)
GO_LIVE = 202403
ALL = Selection(months=(MONTHS[0], MONTHS[-1]))
CLIENTS = {"model": 3000, "none": 1500, "legacy": 1500}
FORBIDDEN = re.compile(
    r"reduced|lowered|caused|impact of|redujo|disminuyó|causó|impacto|reduziu|diminuiu|causou", re.IGNORECASE
)


def _month(month: int, drop: float, *, uneven: bool = False) -> list[pd.DataFrame]:
    """Of 6,000 clients with one obligation of a million each, 20 % are overdue in every arm; after go-live the model's
    arm has `drop` less of them. With `uneven` its balances are three times those of the others."""
    out = []
    for arm, n in CLIENTS.items():
        share = 0.2 - drop * (month > GO_LIVE and arm == "model")
        late = np.arange(n) < round(share * n)
        rows = group(n, arm=arm, balance=3e6 if uneven and arm == "model" else 1e6)
        rows["days_past_due"] = np.where(late, 45, 0).astype(np.float32)
        rows["bucket"] = pd.Categorical(np.where(late, "31-60", "0"))
        out.append(rows)
    return out


def _pin(
    drop: float, *, uneven: bool = False, months: tuple[int, ...] = MONTHS, clients: dict[str, int] | None = None
) -> Pin:
    arms = {"go_live": GO_LIVE, "clients": clients or CLIENTS}
    return months_pin({m: _month(m, drop, uneven=uneven) for m in months}, documents={"arms": arms})


@pytest.fixture(scope="module")
def lower() -> Pin:
    """Ten percentage points less overdue in the model's arm."""
    return _pin(0.10)


@pytest.fixture(scope="module")
def same() -> Pin:
    """No difference at all."""
    return _pin(0.0)


@pytest.fixture(scope="module")
def unrandomised() -> Pin:
    """Nobody was drawn into an arm."""
    return months_pin({m: _month(m, 0.10) for m in MONTHS}, documents={"arms": {}},
                      carries=[c for c in EVERYTHING if c != "arms"])  # fmt: skip


def _figures(pin: Pin, selection: Selection = ALL) -> view.Figures:
    return view.figures(pin, selection, policy=pin.policy)


def _verdict(l10n: L10n, pin: Pin) -> Verdict:
    found = view.verdict(l10n, _figures(pin))
    assert found is not None
    return found


def _points(l10n: L10n, value: float) -> str:
    """A difference in percentage points as the sentence writes it, made here anew."""
    text = f"{abs(value) * 100:.2f}"
    sign = MINUS if value < 0 else "+"
    return sign + (text if l10n is EN else text.replace(".", ","))


# The sentences


AGREED = {
    "en": "The model lowered ICV by {x} pp (95% CI {a} to {b}) against a randomised control.",
    "es": "El modelo redujo el ICV en {x} pp (IC 95 %: {a} a {b}) frente a un grupo de control aleatorio.",
    "pt": "O modelo reduziu o ICV em {x} pp (IC 95 %: {a} a {b}) frente a um grupo de controle aleatório.",
}


def _alike(text: str) -> str:
    """Spaces before a percent sign are a habit of the language, not of the sentence."""
    return text.replace("\u00a0", " ").replace(" %", "%")


@EACH
def test_an_effect_that_is_there_is_said_in_the_agreed_words(lower: Pin, l10n: L10n) -> None:
    found = _figures(lower).shown[0].average
    assert found.value == pytest.approx(-0.10)
    assert found.low < -0.10 < found.high < 0
    x = "10.00" if l10n is EN else "10,00"
    agreed = AGREED[l10n.language].format(x=x, a=_points(l10n, found.low), b=_points(l10n, found.high))
    assert _alike(_verdict(l10n, lower).sentence) == _alike(agreed)
    assert _verdict(l10n, lower).grade == "A"


UNSEEN = {
    "en": "No detectable effect. This test can only see effects of {mde} pp or more.",
    "es": "Sin efecto detectable. Con este control solo se detectan efectos de {mde} pp o más.",
    "pt": "Sem efeito detectável. Este teste só enxerga efeitos de {mde} pp ou mais.",
}


@EACH
def test_an_effect_that_cannot_be_seen_is_said_with_the_reach_of_the_test(same: Pin, l10n: L10n) -> None:
    comparison = _figures(same).shown[0]
    mde = f"{comparison.mde * 100:.2f}"
    said = _verdict(l10n, same)
    assert said.sentence == UNSEEN[l10n.language].format(mde=mde if l10n is EN else mde.replace(".", ","))
    assert not FORBIDDEN.search(said.sentence)


REFUSED = {
    "en": "These data cannot attribute the change in ICV to the model. Reserve a random control group to find out.",
    "es": "Estos datos no permiten atribuir al modelo el cambio del ICV. Reserve un grupo de control aleatorio para "
          "saberlo.",
    "pt": "Estes dados não permitem atribuir ao modelo a variação do ICV. Reserve um grupo de controle aleatório para "
          "descobrir.",
}  # fmt: skip


@EACH
def test_without_arms_the_answer_is_the_agreed_refusal_and_no_number(unrandomised: Pin, l10n: L10n) -> None:
    found, said = _figures(unrandomised), _verdict(l10n, unrandomised)
    assert (said.grade, said.sentence) == ("E", REFUSED[l10n.language])
    texts = [said.meaning, said.before, said.sentence, *said.more, *(c.text for c in said.conditions)]
    assert not any(re.search(r"\d", text) for text in texts)
    assert view.boxes(l10n, found) == []
    assert list(view.picture(l10n, found).courses) == []
    assert list(view.arms_trend(l10n, found).lines) == []
    assert not re.search(r"\d", view.effect_headline(l10n, found).title + view.arms_headline(l10n, found).title)


@EACH
def test_below_grade_a_no_word_says_that_the_model_did_it(unrandomised: Pin, l10n: L10n) -> None:
    uneven = _pin(0.10, clients={"model": 3000, "none": 100, "legacy": 100})
    for pin in (unrandomised, uneven):
        found, said = _figures(pin), _verdict(l10n, pin)
        assert said.grade == "E"
        heads = (view.effect_headline(l10n, found), view.arms_headline(l10n, found))
        texts = [said.meaning, said.before, said.sentence, *said.more, *(c.text for c in said.conditions)]
        texts += [part for head in heads for part in (head.title, head.subtitle)]
        assert not any(FORBIDDEN.search(text) for text in texts)


@EACH
def test_the_meaning_of_every_grade_below_a_claims_nothing(l10n: L10n) -> None:
    for grade in "BCDE":
        assert not FORBIDDEN.search(l10n.say(view.GRADES[grade]))


def test_arms_that_are_too_small_show_no_effect_and_say_which_condition_failed() -> None:
    small = _pin(0.10, clients={"model": 3000, "none": 100, "legacy": 100})
    said = _verdict(EN, small)
    assert said.sentence == REFUSED["en"]
    failed = [c.text for c in said.conditions if c.tone == "bad"]
    assert len(failed) == 2
    assert failed[0].startswith("Each arm has enough clients: the smaller has 100, at least 200 are needed")
    assert view.boxes(EN, _figures(small)) == []


def test_before_any_estimate_stands_what_these_arms_could_show(lower: Pin) -> None:
    comparison = _figures(lower).shown[0]
    before = _verdict(EN, lower).before
    assert before.startswith("These arms (4,500 clients) can show effects of ")
    assert f"{comparison.mde * 100:.2f}" in before and "0.30\u00a0pp takes" in before
    narrowed = view.verdict(EN, _figures(lower, Selection(ALL.months, where={"product": ("consumo",)})))
    assert narrowed is not None and "clients" not in narrowed.before


def test_the_other_control_has_its_own_line(lower: Pin, same: Pin) -> None:
    assert re.fullmatch(r"Model − previous rules: −10\.00\spp \(.+ to .+\)\.", _verdict(EN, lower).more[0])
    assert "not detectable; visible from" in _verdict(EN, same).more[0]


def test_a_rise_is_said_as_plainly_as_a_fall() -> None:
    assert _verdict(EN, _pin(-0.10)).sentence.startswith("The model raised ICV by 10.00 pp (95% CI +")


def test_in_the_month_of_go_live_it_is_too_early() -> None:
    early = _pin(0.10, months=(202402, 202403))
    assert _verdict(EN, early).sentence == "No month has passed since go-live: it is too early to say."


# The filters that may not be set


@pytest.mark.parametrize(
    ("selection", "named"),
    [
        (Selection(ALL.months, where={"bucket": ("31-60",)}), "Días de mora"),
        (Selection(ALL.months, where={"arm": ("model",)}), "Brazo"),
        (Selection(ALL.months, codes=(3, 9)), "Banda de puntaje"),
    ],
    ids=["bucket", "arm", "score"],
)
def test_a_filter_by_what_came_after_the_arms_refuses(lower: Pin, selection: Selection, named: str) -> None:
    found = _figures(lower, selection)
    state = view.state(ES, found)
    assert state is not None
    assert state.title == "Los brazos no se pueden comparar dentro de este filtro"
    assert state.body.startswith(named)
    assert state.action == "Quitar este filtro"
    assert view.verdict(ES, found) is None and view.boxes(ES, found) == []


def test_a_filter_by_what_was_known_before_does_not(lower: Pin) -> None:
    found = _figures(lower, Selection(ALL.months, where={"product": ("consumo",)}))
    assert view.state(EN, found) is None
    assert found.found is not None and found.found.grade == "A"


def test_the_months_of_the_filter_bar_do_not_hide_go_live(lower: Pin) -> None:
    late = _figures(lower, Selection(months=(202405, 202405)))
    assert [m.month for m in late.shown[0].months] == [202403, 202404, 202405]


# Figures and pictures


def test_the_boxes_carry_the_effect_in_points_and_in_money(lower: Pin) -> None:
    boxes = {b.key: b for b in view.boxes(EN, _figures(lower))}
    assert boxes["effect_none"].value == f"{MINUS}10.00\u00a0pp"
    assert boxes["effect_none"].level == "ok"
    # 6,000 obligations of one million: a tenth of 6,000 million.
    assert boxes["money"].value.startswith(MINUS) and "600" in boxes["money"].value
    assert (boxes["icv_model"].value, boxes["icv_none"].value) == ("10.0%", "20.0%")
    assert dict(boxes["effect_none"].facts)["Release"] == lower.version


def test_the_headlines_say_in_how_many_months_it_was_seen(lower: Pin) -> None:
    found = _figures(lower)
    assert view.effect_headline(EN, found).title == "Model − no offers: the interval leaves zero in 2 of 2 months"
    assert view.arms_headline(EN, found).title == "May 2024: 10.0% with the model, 20.0% in the control"


@EACH
@pytest.mark.parametrize("dark", [False, True])
def test_plotly_accepts_the_pictures(lower: Pin, l10n: L10n, dark: bool) -> None:
    found, look = _figures(lower), Look(dark=dark)
    figure = go.Figure(effect(view.picture(l10n, found), look))
    assert list(figure.data[1].y) == pytest.approx([0.0, -0.1, -0.1])
    assert [len(t.x) for t in figure.data[1:]] == [3, 3]
    arms = go.Figure(trend(view.arms_trend(l10n, found), look))
    assert len([t for t in arms.data if t.name]) == 3


def test_without_arms_the_picture_says_why(unrandomised: Pin) -> None:
    drawn = effect(view.picture(EN, _figures(unrandomised)), Look())
    assert drawn["data"] == []
    assert drawn["layout"]["annotations"][0]["text"] == "No randomised arms, no effect to draw"
    assert effect(EffectPicture((), (), (), "", "", "none"), Look())["layout"]["annotations"][0]["text"] == "none"


# The page


def test_the_page_shows_the_grade_the_sentence_and_the_boxes(lower: Pin) -> None:
    with shown_page(PAGE, lower, ALL, l10n=ES) as shown:
        assert "El modelo redujo el ICV en 10,00 pp" in shown.html("said")
        assert "grade-a" in shown.html("said")
        assert shown.html("boxes").count('class="box"') == 6
        for chart in ("effect_chart", "arms_chart"):
            shown.until(lambda chart=chart: shown.page.get_output(chart).status == "ok")


def test_the_page_refuses_plainly_without_arms(unrandomised: Pin) -> None:
    with shown_page(PAGE, unrandomised, ALL, l10n=PT) as shown:
        assert "Estes dados não permitem atribuir ao modelo" in shown.html("said")
        assert "grade-e" in shown.html("said")
        assert 'class="box"' not in shown.html("boxes")


def test_the_button_of_the_refusal_lifts_what_stands_in_the_way(lower: Pin) -> None:
    barred = Selection(ALL.months, where={"bucket": ("31-60",)}, codes=(3, 9))
    with shown_page(PAGE, lower, barred, l10n=EN) as shown:
        assert "Arms cannot be compared within this filter" in shown.html("state")
        shown.page.set_inputs(lift=1)
        shown.until(lambda: shown.narrowed == [("bucket",), ("score",)])
        assert "The model lowered ICV by 10.00 pp" in shown.html("said")
