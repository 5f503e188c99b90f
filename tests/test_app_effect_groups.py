"""Groups over time on the Model effect page: the agreed sentence, what could be seen before it, and every designed
state."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from made_months import months_pin, shown_page
from made_pin import group
from releases import EVERYTHING

from app.charts.effect import effect
from app.charts.trend import trend
from app.desk import Pin
from app.l10n import L10n
from app.pages.effect_groups import PAGE
from app.theme import Look
from app.views import effect_groups as view
from data.counts import Selection
from data.months import between

EN, ES, PT = L10n("en"), L10n("es"), L10n("pt")
EACH = pytest.mark.parametrize("l10n", [EN, ES, PT], ids=["en", "es", "pt"])
MONTHS = between(202401, 202410)
GO_LIVE = 202406
ALL = Selection(months=(MONTHS[0], MONTHS[-1]))
ROLLOUT = {
    "dimension": "region", "since": {"A": GO_LIVE, "B": GO_LIVE}, "never": ["X", "Y"], "other_changes": [],
}  # fmt: skip
FORBIDDEN = re.compile(
    r"\b(reduc|lower|caus(ed|es)\b|impact|redujo|reduj|disminu|causó|reduz|diminu|causou)", re.IGNORECASE
)
AGREED = {
    "en": "Comparison of groups over time; assumes they would have moved in parallel.",
    "es": "Comparación entre grupos en el tiempo; supone que habrían evolucionado en paralelo.",
    "pt": "Comparação entre grupos no tempo; supõe que teriam evoluído em paralelo.",
}
REGIONS = ("A", "B", "X", "Y", "Z")


def _month(month: int, move: float, gone: tuple[str, ...]) -> list[pd.DataFrame]:
    """Two hundred obligations of a million in each region, about 20 % of them overdue, by a wave that all regions
    share and a ripple of their own; after go-live `move` more in A and B."""
    out = []
    for k, region in enumerate(REGIONS):
        ripple = (month * 7 + k * 3) % 4 / 200
        share = 0.2 + 0.02 * (month % 3) + ripple + move * (month > GO_LIVE and region in "AB")
        late = np.arange(200) < round(share * 200)
        rows = group(200, region=region, balance=1e6, eligible=1)
        rows["days_past_due"] = np.where(late, 45, 0).astype(np.float32)
        rows["bucket"] = pd.Categorical(np.where(late, "31-60", "0"))
        if region not in gone:
            out.append(rows)
    return out


@cache
def _made(*, move: float, broken: bool = False) -> Pin:
    """A release; a `broken` one lacks August, and region B from September on."""
    months = [m for m in MONTHS if not (broken and m == 202408)]
    return months_pin(
        {m: _month(m, move, ("B",) if broken and m > 202408 else ()) for m in months},
        documents={
            "dimensions": {"region": {"levels": list(REGIONS)}, "product": {"levels": ["consumo"]},
                           "bucket": {"levels": ["0", "31-60"]}},
        },
        carries=[c for c in EVERYTHING if c != "arms"],
    )  # fmt: skip


def _pin(*, move: float = 0.0, rollout: dict[str, Any] = ROLLOUT, broken: bool = False, **meaning: Any) -> Pin:
    """The release with a roll-out of its own, and other words about what its data mean."""
    made = _made(move=move, broken=broken)
    said = {"policy": {"rollout": rollout} if rollout else {}}
    return replace(made, _documents={"settings": said, "meaning": {**made.meaning, "events": [], **meaning}})


@pytest.fixture(scope="module")
def apart() -> Pin:
    """Ten points less overdue in two of five regions after go-live; nobody said anything of the fifth."""
    return _pin(move=-0.10)


def _figures(pin: Pin, selection: Selection = ALL) -> view.Figures:
    return view.figures(pin, selection, policy=pin.policy)


def _said(l10n: L10n, pin: Pin) -> str:
    """Every word of the verdict."""
    v = view.verdict(l10n, _figures(pin))
    assert v is not None
    return " | ".join([v.grade, v.before, v.sentence, *v.more, *(c.text for c in v.conditions)])


@EACH
def test_the_agreed_sentence_follows_what_could_be_seen_at_all(apart: Pin, l10n: L10n) -> None:
    found = view.verdict(l10n, _figures(apart))
    assert found is not None
    assert (found.grade, found.sentence) == ("C", AGREED[l10n.language])
    effect_found = _figures(apart).found
    assert effect_found is not None and effect_found.effect is not None
    assert effect_found.effect.estimate.low < -0.10 < effect_found.effect.estimate.high < 0
    assert l10n.distance(effect_found.effect.mde, 2) in found.before
    assert not FORBIDDEN.search(_said(l10n, apart))
    assert all(c.tone == "good" for c in found.conditions)


@EACH
def test_groups_that_moved_alike_are_said_to_be_too_weak_and_not_apart(l10n: L10n) -> None:
    pin = _pin()
    found = _figures(pin).found
    assert found is not None and found.sentence == "not_apart" and found.effect is not None
    weak = {"en": "far too weak", "es": "demasiado poco", "pt": "fraco demais"}[l10n.language]
    assert weak in _said(l10n, pin) and l10n.distance(found.effect.mde, 2) in _said(l10n, pin)
    assert not FORBIDDEN.search(_said(l10n, pin))


@EACH
def test_the_pictures_show_both_sides_their_difference_and_go_live(apart: Pin, l10n: L10n) -> None:
    figures = _figures(apart)
    sides = go.Figure(trend(view.sides_trend(l10n, figures), Look()))
    assert len(sides.data) == 2 and len(sides.data[0].x) == len(MONTHS)
    drawn = effect(view.apart_picture(l10n, figures), Look())
    points = go.Figure(drawn).data[-1]
    assert points.y[MONTHS.index(GO_LIVE)] == 0
    assert max(points.y[MONTHS.index(GO_LIVE) + 1 :]) < -0.05
    assert any(a["text"] == l10n.say("go-live") for a in drawn["layout"]["annotations"])
    assert "4" in view.apart_headline(l10n, figures).title
    assert view.sides_headline(l10n, figures).title and view.groups_headline(l10n, figures).title
    assert [b.key for b in view.boxes(l10n, figures)] == ["apart", "visible", "made_up", "groups"]


@EACH
def test_the_table_names_every_group_with_its_role(apart: Pin, l10n: L10n) -> None:
    rows = {r[0].text: [c.text for c in r] for r in view.groups_table(l10n, _figures(apart)).rows}
    assert set(rows) == set(REGIONS)
    assert rows["A"][-1] == l10n.say("with the model") and rows["X"][-1] == l10n.say("compared with")
    assert rows["Z"][-1] == l10n.say("left out: nobody said when it began")
    assert rows["A"][5] == l10n.percent(1.0, 0)


@EACH
@pytest.mark.parametrize(
    ("problem", "made"),
    [
        ("no_rollout", {"rollout": {}}),
        ("no_dimension", {"rollout": {**ROLLOUT, "dimension": "office"}}),
        ("undated", {"dated": False}),
        ("no_ratio", {"carries": ["balance", "cash"]}),
    ],
)
def test_what_the_release_lacks_is_a_state_in_words(l10n: L10n, problem: str, made: dict[str, Any]) -> None:
    figures = _figures(_pin(**made))
    assert (figures.problem, figures.found) == (problem, None)
    found = view.state(l10n, figures)
    assert found is not None and found.title and found.body
    assert view.verdict(l10n, figures) is None and view.boxes(l10n, figures) == []
    if problem == "no_dimension":
        assert "office" in found.body


@EACH
def test_a_filter_that_came_of_what_was_done_is_refused_and_an_empty_selection_said(apart: Pin, l10n: L10n) -> None:
    late = view.state(l10n, _figures(apart, Selection(where={"bucket": ("31-60",)})))
    assert late is not None and l10n.say("Days past due") in late.body
    nothing = view.state(l10n, _figures(apart, Selection(where={"product": ("nowhere",)})))
    assert nothing is not None and nothing.title == l10n.say("Nothing to compare in this selection")


@EACH
@pytest.mark.parametrize(
    ("rollout", "gate"),
    [
        ({**ROLLOUT, "since": {"A": GO_LIVE}}, "untreated_groups"),
        ({**ROLLOUT, "since": {"A": 202403, "B": 202403}}, "months_before"),
        ({**ROLLOUT, "other_changes": [202407]}, "other_changes"),
    ],
)
def test_too_few_groups_or_months_or_another_change_are_grade_e_without_a_number_of_the_effect(
    l10n: L10n, rollout: dict[str, Any], gate: str
) -> None:
    figures = _figures(_pin(move=-0.10, rollout=rollout))
    found = view.verdict(l10n, figures)
    assert found is not None and figures.found is not None
    assert found.grade == "E" and gate in figures.found.reasons
    assert found.before == "" and len(found.more) == 1
    (fails,) = [c.text for c in found.conditions if c.tone == "bad"]
    assert found.more == [l10n.say("Does not hold: {condition}", condition=fails)]
    assert view.boxes(l10n, figures) == []
    assert effect(view.apart_picture(l10n, figures), Look())["data"] == []
    assert len(trend(view.sides_trend(l10n, figures), Look())["data"]) == 2


@EACH
def test_a_region_that_dies_is_left_out_and_a_missing_month_told(l10n: L10n) -> None:
    figures = _figures(_pin(broken=True))
    assert figures.found is not None and figures.found.wave.left_out["B"] == "not_throughout"
    assert l10n.month(202408) in view.caution(l10n, figures)
    drawn = trend(view.sides_trend(l10n, figures), Look())["data"][0]
    assert drawn["y"][MONTHS.index(202408)] is None
    assert view.caution(l10n, _figures(_pin())) == ""


@EACH
def test_one_region_is_seen_against_its_mixture(l10n: L10n) -> None:
    figures = _figures(_pin(move=-0.1, rollout={**ROLLOUT, "since": {"A": GO_LIVE}, "never": ["X", "Y", "Z"]}))
    found = view.verdict(l10n, figures)
    assert found is not None and found.sentence == AGREED[l10n.language]
    assert len(trend(view.sides_trend(l10n, figures), Look())["data"]) == 3
    assert "A" in view.apart_headline(l10n, figures).title
    roles = [r[-1].text for r in view.groups_table(l10n, figures).rows]
    assert sum("%" in role for role in roles) == 3


@EACH
@pytest.mark.parametrize(
    "rollout",
    [
        {**ROLLOUT, "since": {"A": 202001, "B": 202001}},
        {**ROLLOUT, "since": {"A": 203001, "B": 203001}},
        {**ROLLOUT, "since": {"Q": GO_LIVE}, "never": ["P"]},
        {"dimension": "region", "since": dict.fromkeys(REGIONS, GO_LIVE)},
    ],
    ids=["before the data", "after the data", "unknown groups", "all at once"],
)
def test_whatever_the_roll_out_says_the_section_has_words_and_no_number_of_an_effect(
    l10n: L10n, rollout: dict[str, Any]
) -> None:
    figures = _figures(_pin(move=-0.10, rollout=rollout))
    found = view.verdict(l10n, figures)
    assert found is not None and found.sentence and found.before == ""
    assert view.boxes(l10n, figures) == []
    assert effect(view.apart_picture(l10n, figures), Look())["data"] == []
    go.Figure(trend(view.sides_trend(l10n, figures), Look()))
    heads = (view.sides_headline, view.apart_headline, view.groups_headline)
    assert all(head(l10n, figures).title for head in heads)
    assert view.groups_table(l10n, figures).rows and view.caution(l10n, figures) == ""


def test_nobody_said_whether_anything_else_changed_cannot_be_checked() -> None:
    silent = {k: v for k, v in ROLLOUT.items() if k != "other_changes"}
    found = view.verdict(EN, _figures(_pin(rollout=silent)))
    assert found is not None and found.conditions[-1].tone == "muted"


def test_the_section_fills_its_slots(apart: Pin) -> None:
    with shown_page(PAGE, apart, ALL, l10n=EN) as page:
        assert AGREED["en"] in page.html("said")
        assert "left out" in page.html("groups")
        assert "visible from" in page.html("boxes")
