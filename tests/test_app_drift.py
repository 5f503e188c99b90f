"""The Drift page: the diagnosis with its numbers, small months, what cannot be compared, three languages."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from made_months import months_pin, shown_page
from made_pin import group

from app.charts.paired import Paired, paired
from app.charts.trend import trend
from app.desk import Pin
from app.l10n import L10n
from app.pages.drift import PAGE
from app.theme import Look
from app.views import drift as view
from data.counts import Selection
from model.features import AT_OPENING, Features
from model.histograms import histograms

EN, ES, PT = L10n("en"), L10n("es"), L10n("pt")
MONTHS = (202401, 202402, 202403, 202404, 202405, 202406)
ALL = Selection(months=(MONTHS[0], MONTHS[-1]))
WINDOWS = [{"train_first": 202401, "train_last": 202402, "scores": list(MONTHS[2:])}]
SIZES = (800, 800, 800, 800, 800, 11)


def _spread(shift: float) -> dict:
    """`debt` moves by `shift` from 202404 on; `zeros` is 0 in nine of ten rows throughout; `region` never moves."""
    rng = np.random.default_rng(11)
    month = np.repeat(MONTHS, SIZES)
    n = len(month)
    frame = pd.DataFrame({
        "debt": (rng.normal(0, 1, n) + shift * (month >= 202404)).astype(np.float32),
        "zeros": np.where(np.arange(n) % 10, 0, np.arange(n) % 70).astype(np.float32),
        "region": pd.Categorical(np.resize(["a", "b", "c", None], n)),
    })  # fmt: skip
    made = Features(frame, dict.fromkeys(frame, AT_OPENING), np.arange(n))
    return histograms(made, month, reference=np.flatnonzero(month <= 202402))


def _pin(*, shift: float, windows: object = WINDOWS, spread: bool = True, dated: bool = True) -> Pin:
    made = {m: [group(150, score=0.2), group(150, score=0.2 if m < 202405 else 0.8)] for m in MONTHS[1:5]}
    rows = {202401: [group(100, score=math.nan)], **made, 202406: [group(11, score=0.8)]}
    card = {"model_hash": "7f3a91c2d4", "class": "lightgbm", "windows": windows}
    pin = months_pin(rows, documents={"histograms": _spread(shift) if spread else {}, "model_card": card})
    pin.meaning["dated"] = dated  # type: ignore[index]
    return pin


@pytest.fixture(scope="module")
def moved() -> Pin:
    return _pin(shift=1.5)


@pytest.fixture(scope="module")
def calm() -> Pin:
    return _pin(shift=0)


def _figures(pin: Pin, selection: Selection = ALL, *, window: int = 3, against: str = "model") -> view.Figures:
    return view.figures(view.course(pin, against, policy=pin.policy), selection, window)


@pytest.mark.parametrize(
    ("l10n", "said"),
    [
        (EN, "1 of 3 features moved critically in Apr 2024 – Jun 2024: Debt. Check the quality of these columns and "
             "consider training again."),
        (ES, "1 de 3 variables se movieron de forma crítica en abr 2024 – jun 2024: Debt. Revise la calidad de estas "
             "columnas y considere reentrenar."),
        (PT, "1 de 3 variáveis mudaram de forma crítica em abr 2024 – jun 2024: Debt. Verifique a qualidade dessas "
             "colunas e considere treinar de novo."),
    ],
)  # fmt: skip
def test_the_diagnosis_names_what_moved_and_what_to_do(moved: Pin, l10n: L10n, said: str) -> None:
    found = _figures(moved)
    assert view.sentence(l10n, found) == said
    assert view.level(found) == "act"


def test_a_population_that_stays_is_called_stable(calm: Pin) -> None:
    found = _figures(calm)
    assert view.sentence(EN, found).startswith("none of 3 features moved beyond")
    assert view.level(found) == "ok"
    assert [b.value for b in view.boxes(EN, found)[:3]] == ["0", "0", "3"]
    assert view.table_headline(EN, found).title.startswith("Every feature is stable")


def test_eleven_rows_give_no_verdict(moved: Pin) -> None:
    found = _figures(moved, window=1)
    assert view.sentence(EN, found) == "Jun 2024 have 11 rows: too few to tell. At least 100 are needed."
    assert view.level(found) == "unknown"
    assert [b.value for b in view.boxes(EN, found)[:3]] == ["—", "—", "—"]
    assert {row[1].tone for row in view.table(EN, found).rows} == {"muted"}
    assert [(h.name, h.reason) for h in view.not_judged(EN, found)] == [("Jun 2024: n 11", "fewer than 100 rows")]


def test_the_table_stands_worst_first_and_its_names_can_be_clicked(moved: Pin) -> None:
    listed = view.table(EN, _figures(moved))
    assert listed.keys[0] == "debt"
    assert [row[1].text for row in listed.rows] == ["◆ critical", "● stable", "● stable"]
    region = listed.rows[listed.keys.index("region")]
    assert listed.columns[2:] == ("PSI", "Chance up to", "Effect, pp", "KS", "JS", "V")
    assert region[5].text == "—"
    assert float(region[7].text) < 0.05
    assert {row[4].text for row in listed.rows} == {"—"}


def test_small_months_are_grey_and_leave_the_scale_alone(moved: Pin) -> None:
    course = view.course_trend(EN, _figures(moved))
    assert (course.open_from, course.open_text) == ("Jun 24", "too few rows")
    assert all(math.isnan(line.values[-1]) for line in course.lines)
    # One of three features is critical from April on.
    assert [round(v, 3) for v in course.lines[1].values[:3]] == [0, 0.333, 0.333]
    go.Figure(trend(course, Look()))


def test_the_band_of_chance_is_the_mean_critical_value(calm: Pin) -> None:
    found = _figures(calm)
    chance = view.course_trend(EN, found).lines[-1]
    assert list(chance.high)[:3] == [m.critical for m in found.months[:3]]
    assert view.course_headline(EN, found).title.startswith("Mean PSI 0.0")


def test_a_distribution_says_what_moved_most_and_names_its_bins(moved: Pin) -> None:
    found = _figures(moved)
    zeros = view.shape(found, "zeros")
    assert zeros is not None
    picture = view.shape_picture(EN, zeros)
    names = [p.name for p in picture.pairs]
    assert names[:2] == ["= 0", "> 0 – 60"]
    assert sum(p.now for p in picture.pairs) == pytest.approx(1)
    assert sum(p.then for p in picture.pairs) == pytest.approx(1)
    region = view.shape_picture(ES, view.shape(found, "region"))
    assert sorted(p.name for p in region.pairs) == ["a", "b", "c", "sin dato"]
    # The reference's highest tenth begins at 1.28; a normal at 1.5 has P(Z > -0.22) = 59 % there, 1 to 2 % of it above
    # all that the reference holds.
    assert "went from 10% to 58% of the rows" in view.shape_headline(EN, found, view.shape(found, "debt")).title
    go.Figure(paired(picture, Look()))
    go.Figure(paired(Paired((), "", "", "nothing"), Look()))


def test_the_feature_drawn_is_the_one_asked_for_else_the_worst(moved: Pin) -> None:
    found = _figures(moved)
    assert view.feature(found, "region") == "region"
    assert view.feature(found, "gone") == view.feature(found, "") == "debt"


def test_scores_are_held_against_the_first_scored_months(moved: Pin) -> None:
    found = _figures(moved)
    # Scored months are February to June; the first two of five are the reference. In May half the scores leave 0.2.
    assert found.scores.reference == (202402, 202403)
    assert [(m.month, m.level) for m in found.scores.months] == [(202404, "ok"), (202405, "act"), (202406, "unknown")]
    assert view.score_headline(EN, found).title.startswith("The scores moved: PSI ")
    go.Figure(trend(view.score_trend(EN, found), Look()))


def test_filters_act_on_the_scores_and_this_is_said(moved: Pin) -> None:
    found = _figures(moved, Selection(months=ALL.months, where={"product": ("none of these",)}))
    assert found.scores.months == []
    assert "filters act on the scores only" in view.not_judged(EN, found)[-1].reason
    assert len(view.boxes(EN, found)) == 3


def test_the_first_window_can_be_the_reference(moved: Pin) -> None:
    later = [
        {"train_first": 202401, "train_last": 202402, "scores": [202403]},
        {"train_first": 202401, "train_last": 202404, "scores": [202405]},
    ]
    pin = _pin(shift=1.5, windows=later)
    model, first = _figures(pin, window=1), _figures(pin, window=1, against="first")
    assert (model.reference, first.reference) == ((202401, 202404), (202401, 202402))
    # By May the model has seen the shift of April: what is new to the first window is less new to it.
    assert first.latest[0].psi.psi > model.latest[0].psi.psi


@pytest.mark.parametrize(
    ("made", "selection", "said"),
    [
        ({"spread": False}, ALL, "does not say how its features are spread"),
        ({"windows": [], "dated": False}, ALL, "carry no dates"),
        ({"windows": []}, ALL, "No month comes after the first training window"),
        ({}, Selection(months=(202401, 202402)), "Choose months from Mar 2024 on"),
    ],
)
def test_what_cannot_be_compared_is_a_designed_state(made: dict, selection: Selection, said: str) -> None:
    found = _figures(_pin(shift=0, **made), selection)
    problem = view.state(EN, found)
    assert problem is not None
    assert said in problem.body
    assert view.boxes(EN, found) == []
    assert view.sentence(EN, found) == ""
    assert view.table(EN, found).rows == ()
    go.Figure(trend(view.course_trend(EN, found), Look()))
    go.Figure(paired(view.shape_picture(EN, view.shape(found, "debt")), Look()))


def test_the_page_shows_what_the_views_say(moved: Pin) -> None:
    with shown_page(PAGE, moved, ALL, l10n=EN, window="3", against="model", feature="", beside="reference") as page:
        assert "moved critically" in page.html("said")
        assert "Debt: 1." in page.html("shape_head")
        assert page.html("listed").index('data-value="debt"') < page.html("listed").index('data-value="region"')
        page.page.set_inputs(feature="region")
        page.until(lambda: "Region: " in page.html("shape_head"))


def test_filtered_rows_stand_beside_all_rows_where_the_rows_keep_the_feature(moved: Pin) -> None:
    kept = _figures(moved, Selection(months=ALL.months, codes=(1, 10)))
    for found, beside, said in (
        (_figures(moved), "all", "No filter is set"),
        (kept, "all", "The rows of this release do not keep"),
        (kept, "reference", ""),
    ):
        assert view.not_split(EN, found, view.shape(found, "debt", beside), beside)[: len(said)] == said
        assert not view.shape(found, "debt", beside).filtered
    spread = {**_spread(1.5), "days_past_due": _spread(0)["debt"]}
    pin = months_pin(
        {
            m: [group(60, score=0.2, score_code=5, days_past_due=-9), group(40, score=0.8, score_code=17)]
            for m in MONTHS
        },
        documents={"histograms": spread, "model_card": {"model_hash": "7f", "class": "x", "windows": WINDOWS}},
    )
    low = _figures(pin, Selection(months=ALL.months, codes=(1, 10)))
    drawn = view.shape(low, "days_past_due", "all")
    head = view.shape_headline(EN, low, drawn)
    assert head.title.endswith("are 100% of the filtered rows and 60% of all")
    assert "the filtered ones (n 180) beside all (n 300) · PSI " in head.subtitle
    assert view.not_split(EN, low, drawn, "all") == ""
    assert view.shape_picture(EN, drawn).now_name == "Filtered rows"


def test_the_months_of_one_feature_are_judged_and_small_ones_are_grey(moved: Pin) -> None:
    found = _figures(moved)
    drawn = view.feature_trend(EN, found, "debt")
    assert (drawn.open_from, drawn.open_text) == ("Jun 24", "too few rows")
    value, chance = (line.values for line in drawn.lines)
    assert value[0] < 0.1 < 0.25 < value[1] and chance[0] < 0.1
    assert view.feature_headline(EN, found, "debt").title.startswith("Debt: PSI ")
    assert "in May 2024; chance explains up to" in view.feature_headline(EN, found, "debt").title
    assert view.feature_trend(EN, found, "gone").lines[0].values == []
    go.Figure(trend(drawn, Look()))
