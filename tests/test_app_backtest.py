"""The Backtest page: what was promised beside what came, what is not judged and why, in three languages."""

from __future__ import annotations

import math

import numpy as np
import plotly.graph_objects as go
import pytest
from made_months import months_pin, shown_page
from made_pin import group
from releases import EVERYTHING

from app.charts.reliability import Reliability, reliability
from app.charts.trend import trend
from app.desk import Pin
from app.l10n import L10n
from app.pages.backtest import OWN
from app.selection import Filters
from app.theme import Look
from app.views import backtest as view
from app.views import calibration_figures, pulse_figures, review_evidence
from app.views import pulse as pulse_view
from data.counts import Selection
from data.rows import OPEN

GROUPS = np.arange(10_000) % 30
"""A random group of its own for every client."""
EN, ES, PT = L10n("en"), L10n("es"), L10n("pt")
ALL = Selection(months=(202401, 202406))


@pytest.fixture(scope="module")
def kept() -> Pin:
    """Four months that keep their promise: 200 rows at 0.2 with 40 positives, 200 at 0.6 with 120."""
    return months_pin({202401 + k: [group(200, positives=40, score=0.2), group(200, positives=120, score=0.6)]
                       for k in range(4)})  # fmt: skip


@pytest.fixture(scope="module")
def broken() -> Pin:
    """No score in January; February and March as promised; in April and May half of what was promised; June open."""
    good = [group(200, positives=40, score=0.2), group(200, positives=120, score=0.6)]
    bad = [group(200, positives=20, score=0.2), group(200, positives=60, score=0.6)]
    return months_pin({
        202401: [group(100, score=math.nan)], 202402: good, 202403: good, 202404: bad, 202405: bad,
        202406: [group(100, score=0.2, label_state=OPEN), group(100, score=0.6, label_state=OPEN)],
    })  # fmt: skip


def _figures(pin: Pin, selection: Selection = ALL) -> view.Figures:
    return view.figures(pin, selection, policy=pin.policy)


def test_a_kept_promise_is_said_with_its_numbers(kept: Pin) -> None:
    found = _figures(kept)
    said = view.sentence(EN, found)
    assert said.startswith("640 came where the scores promised 640, over 4 matured months: ratio 1.00 (")
    assert view.state(EN, found) is None
    assert view.left_out(EN, found) == []


def test_months_of_a_kept_promise_are_green_once_they_could_have_told() -> None:
    # 2 pp of 0.4 take ((1.960 * sqrt(0.24) + 0.842 * sqrt(0.2436)) / 0.02)^2 = 4,738 rows: a month holds 20,000.
    both = [group(10_000, positives=share, score=score, rg=GROUPS) for share, score in ((2_000, 0.2), (6_000, 0.6))]
    many = months_pin({202401: both, 202402: both})
    found = _figures(many)
    assert {m.level for m in found.judged} == {"ok"} and view.level(found) == "ok"
    assert view.promise_headline(EN, found).title == "The promise was kept in 2 of 2 months, and in the last one"
    assert view.months_headline(EN, found).title == "No month is off its promise"


def test_months_too_small_to_tell_are_grey_and_say_what_they_need(kept: Pin) -> None:
    # 400 rows a month, promised 0.4: a gap of 2 pp is less than one standard error (2.2 pp).
    found = _figures(kept)
    assert {m.level for m in found.judged} == {"unknown"} and view.level(found) == "unknown"
    assert view.promise_headline(EN, found).title == (
        "None of 4 months holds enough outcomes to tell whether the promise was kept"
    )
    assert "4 of 4 hold too few outcomes" in view.months_headline(EN, found).title
    lit = [row[-1].text for row in view.months(EN, found).rows]
    assert len(lit) == 4 and all(text.startswith("○ needs ") for text in lit)
    assert "needs" in dict(next(b for b in view.boxes(EN, found) if b.key == "oe").facts)["Light"]


def test_the_months_show_both_sides_of_the_test_and_the_side_that_is_off(broken: Pin) -> None:
    found = _figures(broken)
    rows = {row[0].text: row for row in view.months(EN, found).rows}
    assert list(rows) == ["May 2024", "Apr 2024", "Mar 2024", "Feb 2024"]
    # 160 of 400 were promised, 80 came.
    assert [c.text for c in rows["May 2024"][1:7]] == ["400", "80", "40.0%", "20.0%", "\u221220.0", "< 0.001"]
    assert rows["May 2024"][-1].text == "◆ off" and rows["Feb 2024"][-1].text.startswith("○ needs")
    assert view.months_headline(EN, found).title == "2 of 4 months off their promise: 2 over-stated, 0 under-stated"


def test_a_last_month_that_cannot_tell_is_not_called_kept() -> None:
    # 30 of 100 were promised and none came; then 40 of 200, and 40 came.
    empty = [group(100, score=0.3)]
    small = [group(200, positives=40, score=0.2)]
    found = _figures(months_pin({202401: empty, 202402: small}))
    assert [m.level for m in found.judged] == ["act", "unknown"]
    assert view.promise_headline(EN, found).title == (
        "1 of 2 months broke the promise, 0 kept it; 1 hold too few outcomes to tell"
    )


def test_a_light_is_one_wherever_it_is_shown(broken: Pin) -> None:
    rule, found = broken.policy, _figures(broken)
    pulse = pulse_figures.figures(broken, ALL, policy=rule)
    assert [m.light for m in pulse.promised] == [m.light for m in found.judged]
    box = next(b for b in pulse_view.boxes(EN, pulse) if b.key == "promise")
    assert box.level == found.judged[-1].level == "act"
    calibrated = calibration_figures.figures(broken, ALL, policy=rule)
    assert calibrated.whole is not None and found.summary is not None
    assert calibrated.whole.light.level == found.summary.light.level
    assert calibrated.whole.light.q == pytest.approx(found.summary.light.q, rel=1e-4)
    assert repr([b.light for b in calibrated.bands]) == repr([b.light for b in found.bands])
    assert calibrated.again is not None and calibrated.again.months
    by_month = {m.month: m.light for m in found.judged}
    for month in calibrated.again.months:
        assert month.before.level == by_month[month.month].level
        assert month.before.q == pytest.approx(by_month[month.month].q, rel=1e-3)
    frozen = review_evidence.evidence(broken, ALL, Filters(), policy=rule)
    assert {r["month"]: r["level"] for r in frozen.table("months") if r["month"] in by_month} == {
        month: light.level for month, light in by_month.items()
    }


def test_months_that_broke_the_promise_are_named_with_what_is_missing(broken: Pin) -> None:
    found = _figures(broken)
    # 2 x 400 rows of April and May: 160 came, 320 were promised: 20 percentage points less.
    assert "The promise broke in Apr 2024 – May 2024: 20.0\u00a0pp less came (n 800)." in view.sentence(EN, found)
    assert view.promise_headline(EN, found).title == "Since Apr 2024, 20.0\u00a0pp less came than was promised"
    assert view.level(found) == "act"


def test_a_promise_outdone_says_more() -> None:
    more = months_pin({202401: [group(300, positives=150, score=0.2)], 202402: [group(300, positives=150, score=0.2)]})
    assert "30.0\u00a0pp more came than was promised" in view.promise_headline(EN, _figures(more)).title


@pytest.mark.parametrize(
    ("l10n", "title"),
    [
        (EN, "Since Apr 2024, 20.0\u00a0pp less came than was promised"),
        (ES, "Desde abr 2024 llega 20,0\u00a0pp menos de lo prometido"),
        (PT, "Desde abr 2024 vem 20,0\u00a0pp a menos do que o prometido"),
    ],
)
def test_the_finding_is_said_in_each_language(broken: Pin, l10n: L10n, title: str) -> None:
    assert view.promise_headline(l10n, _figures(broken)).title == title


def test_open_months_are_excluded_and_named_and_so_are_months_before_the_first_model(broken: Pin) -> None:
    found = _figures(broken)
    assert [m.month for m in found.judged] == [202402, 202403, 202404, 202405]
    assert found.summary is not None and found.summary.n == 1600
    assert [(h.name, h.reason) for h in view.left_out(EN, found)] == [
        ("Jun 2024", "most outcomes are still open"), ("Jan 2024", "before the first model was ready"),
    ]  # fmt: skip


def test_open_months_are_drawn_without_a_number_and_shaded(broken: Pin) -> None:
    drawn = view.promise_trend(EN, _figures(broken))
    assert drawn.open_from == "Jun 24"
    assert list(drawn.months) == ["Feb 24", "Mar 24", "Apr 24", "May 24", "Jun 24"]
    observed, promised = drawn.lines
    assert list(observed.values)[:4] == pytest.approx([0.4, 0.4, 0.2, 0.2])
    assert math.isnan(observed.values[4])
    assert list(promised.values)[:4] == pytest.approx([0.4] * 4, abs=1e-6)
    assert all(low < value < high for low, value, high in zip(observed.low[:4], observed.values[:4], observed.high[:4],
                                                              strict=True))  # fmt: skip


def test_only_open_months_are_a_state_that_names_them(broken: Pin) -> None:
    found = _figures(broken, Selection(months=(202406, 202406)))
    state = view.state(ES, found)
    assert state is not None
    assert state.title == "No hay respuestas con qué contrastar los puntajes"
    assert "jun 2024" in state.body
    assert view.sentence(ES, found) == "" and view.boxes(ES, found) == []


def test_a_selection_without_scores_is_a_state_that_says_so(broken: Pin) -> None:
    state = view.state(EN, _figures(broken, Selection(months=(202401, 202401))))
    assert state is not None and state.body.startswith("No row of this selection carries a score")


def test_one_class_only_is_a_state_and_not_a_number() -> None:
    alone = months_pin({202401: [group(80, positives=80, score=0.6)], 202402: [group(80, positives=80, score=0.4)]})
    found = _figures(alone)
    state = view.state(EN, found)
    assert state is not None
    assert state.title == "Every outcome of this selection is the same"
    assert "160 outcomes are known and all alike" in state.body


def test_the_boxes_carry_interval_n_and_target(kept: Pin) -> None:
    boxes = {b.key: b for b in view.boxes(EN, _figures(kept))}
    # AUC of two scores: P(0.6-group over 0.2-group) + half the ties, from 480 x (positives 160, 480 of each group).
    positives, negatives = {0.2: 160, 0.6: 480}, {0.2: 640, 0.6: 320}
    wins = positives[0.6] * negatives[0.2] + 0.5 * sum(positives[s] * negatives[s] for s in positives)
    assert boxes["auc"].value == f"{wins / (640 * 960):.3f}"
    assert boxes["oe"].value == "1.00"
    assert boxes["auc"].target == "target ≥ 0.70"
    facts = dict(boxes["auc"].facts)
    assert facts["n"] == "1,600" and facts["Period"] == "Jan 2024 – Apr 2024" and facts["Release"] == kept.version
    assert "–" in facts["95% interval"]


def test_the_bands_name_the_worst_of_those_that_are_off(broken: Pin) -> None:
    found = _figures(broken)
    title = view.reliability_headline(EN, found).title
    # Over all judged months: 0.6 was promised and 360 of 800 came, 45 %.
    assert title.endswith("promised 60%, came 45%")
    assert "promise too much" in title
    assert [round(b.predicted, 3) for b in found.bands if b.n] == [0.2, 0.6]


def test_the_table_runs_from_the_best_band_down_and_catches_everything(kept: Pin) -> None:
    rows = [row for row in view.table(EN, _figures(kept)).rows if row[1].text != "0"]
    assert [r[2].text for r in rows] == ["60.0%", "20.0%"]
    assert rows[0][5].text == "1.50"  # 60 % of the best band against 40 % of all
    assert [r[6].text for r in rows] == ["75%", "100%"]


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("l10n", [EN, ES, PT], ids=["en", "es", "pt"])
def test_plotly_accepts_every_picture(broken: Pin, l10n: L10n, dark: bool) -> None:
    found, look = _figures(broken), Look(dark=dark)
    for drawn in (view.promise_trend(l10n, found), view.auc_trend(l10n, found)):
        assert len(go.Figure(trend(drawn, look)).data) >= 2
    points = go.Figure(reliability(view.reliability(l10n, found), look)).data[0]
    assert list(points.x) == [b.predicted for b in found.bands if b.n]


def test_no_band_at_all_is_a_picture_that_says_why() -> None:
    assert reliability(Reliability([], "x", "y", "kept", "none yet"), Look())["layout"]["annotations"][0]["text"] == (
        "none yet"
    )


# The page


def test_the_page_says_its_finding_and_what_it_does_not_judge(broken: Pin) -> None:
    with shown_page(OWN, broken, ALL, l10n=EN) as shown:
        assert "The promise broke in Apr 2024 – May 2024" in shown.html("said")
        assert "Jun 2024 (most outcomes are still open)" in shown.html("said")
        assert shown.html("boxes").count('class="box"') == 6
        assert "Since Apr 2024" in shown.html("promise_head")
        for chart in ("promise", "auc", "bands"):
            shown.until(lambda chart=chart: shown.page.get_output(chart).status == "ok")


def test_the_page_shows_its_state_where_nothing_can_be_judged(broken: Pin) -> None:
    with shown_page(OWN, broken, Selection(months=(202406, 202406)), l10n=PT) as shown:
        assert "page-state" in shown.html("state")
        assert "jun 2024" in shown.html("state")


def test_a_release_without_balances_is_judged_all_the_same(kept: Pin) -> None:
    bare = months_pin({202401: [group(200, positives=40, score=0.2), group(200, positives=120, score=0.6)]},
                      carries=[c for c in EVERYTHING if c != "balance"])  # fmt: skip
    with shown_page(OWN, bare, Selection(months=(202401, 202401)), l10n=ES) as shown:
        assert "160 donde los puntajes prometían 160" in shown.html("said")
