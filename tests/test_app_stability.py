"""The section Stability of the Backtest page: parts that add up, the numbers of Compare and Drift, designed states."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_months import months_pin, shown_page
from made_pin import group

from app.charts.bars import bars
from app.charts.heatmap import heatmap
from app.charts.trend import trend
from app.desk import Pin
from app.l10n import L10n
from app.pages.backtest_stability import PAGE
from app.theme import Look
from app.views import segments_compare_figures as compare
from app.views import stability as view
from app.views import stability_figures as numbers
from app.views import stability_pictures as pictures
from app.views import stability_tables as tables
from data.counts import Selection
from data.rows import OPEN
from model.features import AT_OPENING, Features
from model.histograms import histograms

EN, ES, PT = L10n("en"), L10n("es"), L10n("pt")
ALL = Selection(months=(202401, 202412))
MONTHS = (202401, 202402, 202403, 202404, 202405)


def _month(low: int, high: int, *, kept: float = 1.0, before: float = 0.5, **more: float) -> list[pd.DataFrame]:
    """Rows of two products and two scores of which the share `kept` of what was promised comes."""
    return [group(low, positives=int(low * 0.2 * kept), score=0.2, previous_score=before * 0.4, **more),
            group(high, positives=int(high * 0.6 * kept), score=0.6, previous_score=before * 1.2, product="tarjeta",
                  **more)]  # fmt: skip


def _spread() -> dict:
    rng = np.random.default_rng(5)
    month = np.repeat(MONTHS, 800)
    frame = pd.DataFrame({"debt": (rng.normal(0, 1, len(month)) + 2 * (month >= 202404)).astype(np.float32),
                          "region": pd.Categorical(np.resize(["a", "b"], len(month)))})  # fmt: skip
    made = Features(frame, dict.fromkeys(frame, AT_OPENING), np.arange(len(month)))
    return histograms(made, month, reference=np.flatnonzero(month <= 202402))


WINDOWS = [
    {"train_first": 202401, "train_last": 202402, "scores": [202401, 202402]},
    {"train_first": 202401, "train_last": 202402, "scores": [202403, 202404, 202405]},
]


def _pin(months: Mapping[int, Sequence[pd.DataFrame]], *, dated: bool = True) -> Pin:
    card = {"model_hash": "7f3a91c2d4", "class": "lightgbm", "windows": WINDOWS}
    pin = months_pin(months, documents={"histograms": _spread(), "model_card": card})
    pin.meaning["dated"] = dated  # type: ignore[index]
    return pin


@pytest.fixture(scope="module")
def pin() -> Pin:
    """Four matured months, of which the fourth breaks its promise, and an open one."""
    still_open = [group(300, score=0.2, label_state=OPEN), group(100, score=0.6, label_state=OPEN)]
    return _pin({202401: _month(400, 400), 202402: _month(420, 380), 202403: _month(500, 300),
                 202404: _month(500, 300, kept=0.6), 202405: still_open})  # fmt: skip


def _figures(pin: Pin, selection: Selection = ALL) -> numbers.Figures:
    return numbers.figures(pin, selection, policy=pin.policy)


def test_the_parts_of_the_change_are_those_of_compare_and_add_up(pin: Pin) -> None:
    found = _figures(pin)
    assert numbers.ends(found, "", "") == ("202401", "202404")
    pair = numbers.split(found, "202401", "202404", "product")
    frame = compare.frame(pin, ALL, policy=pin.policy, kind=compare.MONTHS)
    same = compare.pair(frame, "202401", "202404", "product")
    assert pair is not None and pair.expected == same.expected and pair.observed == same.observed
    assert pair.expected is not None and math.isfinite(pair.expected.model)
    e = pair.expected
    assert e.end - e.start == pytest.approx(e.mix + e.within + e.model, abs=1e-15)
    assert "add up to the change exactly" in tables.sums_headline(EN, pair).title


@pytest.mark.parametrize("l10n", [EN, ES, PT], ids=["en", "es", "pt"])
def test_what_is_written_of_the_parts_adds_up(pin: Pin, l10n: L10n) -> None:
    def number(text: str) -> float:
        plain = text.replace("−", "-").replace("%", "").strip()
        return float(plain if l10n is EN else plain.replace(",", "."))

    table = tables.sums(l10n, numbers.split(_figures(pin), "202401", "202404", "product"))
    for k in (1, 2):
        start, mix, within, model, total, change, residual = (row[k].text for row in table.rows)
        parts = [number(t) for t in (mix, within, model) if t != "—"]
        assert len(parts) == (3 if k == 1 else 2)
        assert sum(parts) == pytest.approx(number(total), abs=1e-9) and total == change
        assert number(residual) == 0
        assert number(table.total[k].text) - number(start) == pytest.approx(number(change), abs=2e-3)


@given(st.lists(st.floats(-50, 50), min_size=1, max_size=5))
def test_rounded_parts_add_up_to_the_rounded_sum_and_move_by_less_than_a_step(parts: list[float]) -> None:
    written = tables.rounded(parts, sum(parts), 3)
    assert sum(written) == pytest.approx(round(sum(parts), 3), abs=1.1e-3 if sum(parts) else 1e-9)
    assert round(sum(written), 9) == pytest.approx(round(sum(parts) / 1e-3) * 1e-3, abs=1e-9)
    assert all(abs(w - p) <= 1.51e-3 for w, p in zip(written, parts, strict=True))


def test_a_part_of_nothing_stays_nothing() -> None:
    # 0.0004 four times is 0.002 less what rounding ate; the 0 must not take any of it
    assert tables.rounded([0.0004, 0.0004, 0.0, 0.0004], 0.0012, 3)[2] == 0.0


def test_scores_and_features_are_those_of_the_drift_page(pin: Pin) -> None:
    found = _figures(pin)
    # 202401 and 202402 are the reference of five scored months
    assert found.drift.scores.reference == (202401, 202402)
    assert [m.month for m in found.drift.scores.months] == [202403, 202404, 202405]
    assert [d.feature for d in found.furthest] == ["debt", "region"]
    drawn = pictures.csi(EN, found).bars
    assert drawn[0].tone == "act" and "CSI" in drawn[0].hover and "n 2,400" in drawn[0].hover


def test_the_matrix_says_shares_and_numbers(pin: Pin) -> None:
    found = _figures(pin)
    moved = numbers.moved(found, numbers.arrival(found, "202402"))
    assert moved is not None and (moved.first, moved.last, moved.followed) == (202401, 202402, 800)
    tiles = [t for row in pictures.moves(EN, found, moved).tiles for t in row if t.text and t.value < 1]
    # ids 400 to 419 had the high score and have the low one
    assert {t.text for t in tiles} == {"5", "95"}
    assert any("20 of 400 obligations" in t.hover for t in tiles)
    assert pictures.moves_headline(EN, found, moved).title.startswith("98% stay in their band")


def test_what_the_estimate_cannot_see_is_said_with_its_numbers(pin: Pin) -> None:
    found = _figures(pin)
    # (500·.2 + 300·.6)/800 = 35 % promised, six tenths of it came
    assert "In Apr 2024 the scores promised 35.0% and 21.0% came" in view.blindness(EN, found)
    record = found.record("rate")
    assert (record.months, record.held) == (4, 3)
    rows = {row[0].text: [c.text for c in row] for row in tables.months(EN, found).rows}
    assert rows["Apr 24"][-2:] == ["−14.0", "▲ no"] and rows["May 24"][-1] == "▨ estimate"
    assert "Estimate for May 2024" in view.sentence(EN, found)


@pytest.mark.parametrize("of", [view.AUC, view.RATE])
def test_open_months_are_hatched_and_have_an_estimate_only(pin: Pin, of: str) -> None:
    drawn = pictures.before(EN, _figures(pin), of)
    came, estimate = drawn.lines
    assert drawn.open_from == "May 24" and drawn.hatched and estimate.dashed
    assert math.isnan(came.values[-1]) and math.isfinite(estimate.values[-1])


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("l10n", [EN, ES, PT], ids=["en", "es", "pt"])
def test_plotly_accepts_every_picture(pin: Pin, l10n: L10n, dark: bool) -> None:
    found, look = _figures(pin), Look(dark=dark)
    drawn = (
        trend(pictures.scores(l10n, found), look), bars(pictures.csi(l10n, found), look),
        heatmap(pictures.moves(l10n, found, numbers.moved(found, 202405)), look),
        trend(pictures.crowd(l10n, found), look), trend(pictures.before(l10n, found, view.RATE), look),
    )  # fmt: skip
    assert all(len(go.Figure(d).data) for d in drawn)


def test_undated_rows_have_no_before_and_after() -> None:
    pin = _pin({202401: _month(400, 400)}, dated=False)
    state = view.state(EN, _figures(pin))
    assert state is not None and "no dates" in state.body and view.boxes(EN, _figures(pin)) == []


def test_rows_without_scores_are_a_state() -> None:
    state = view.state(EN, _figures(_pin({202401: [group(50, score=math.nan)]})))
    assert state is not None and "carries a score" in state.body


def test_one_month_is_followed_from_the_one_before_and_has_no_change_to_split(pin: Pin) -> None:
    found = _figures(pin, Selection(months=(202404, 202404)))
    moved = numbers.moved(found, numbers.arrival(found, ""))
    assert moved is not None and moved.first == 202403
    assert numbers.ends(found, "", "") == ("", "") and numbers.split(found, "", "", "") is None
    assert tables.split_headline(EN, None, observed=True).title.startswith("It takes two months")
    assert tables.sums(EN, None).rows == () and tables.split_bridge(EN, None, observed=False).nothing
    assert [b.key for b in view.boxes(EN, found)] == ["psi", "csi", "crowd", "estimate", "record"]


def test_the_first_month_has_none_before_it(pin: Pin) -> None:
    found = _figures(pin, Selection(months=(202401, 202401)))
    assert numbers.arrival(found, "") == 0 and numbers.moved(found, 0) is None
    assert pictures.moves(EN, found, None).nothing and "None" not in pictures.moves_headline(EN, found, None).title
    assert "later months are held against" in view.sentence(EN, found)


def test_no_matured_month_says_so_and_still_estimates(pin: Pin) -> None:
    found = _figures(pin, Selection(months=(202405, 202405)))
    assert tables.months_headline(EN, found).title == "No estimate can be held against outcomes yet"
    assert pictures.before_headline(EN, found, view.AUC).title == "No estimate can be held against outcomes yet"
    assert [b.key for b in view.boxes(EN, found)][-1] == "estimate"
    assert view.blindness(EN, found).endswith("otherwise than before.")


def test_few_rows_are_not_judged() -> None:
    found = _figures(_pin({m: _month(30, 20) for m in MONTHS}))
    assert view.level(found) == "unknown" and "too few to tell" in view.sentence(EN, found)
    assert pictures.crowd_headline(EN, found).title == "No month has enough rows to be judged"
    tiles = [t for row in pictures.moves(EN, found, numbers.moved(found, 202405)).tiles for t in row]
    assert {t.state for t in tiles if "of 20 obligations" in t.hover} == {"insufficient"}


def test_a_release_without_the_earlier_models_scores_says_to_train_again() -> None:
    months = {202401: _month(400, 400, before=math.nan), 202403: _month(500, 300, before=math.nan)}
    pair = numbers.split(_figures(_pin(months)), "202401", "202403", "product")
    assert tables.split_headline(EN, pair, observed=False).subtitle.endswith("Train again")
    cells = [row[1].text for row in tables.sums(EN, pair).rows]
    assert cells[3] == "—" and cells[4] == cells[5]


@pytest.mark.parametrize("language", ["es", "en", "pt"])
def test_the_section_in_a_session_with_its_choices(pin: Pin, language: str) -> None:
    l10n = L10n(language)
    with shown_page(PAGE, pin, ALL, l10n=l10n, of="auc", to="202402", a="", b="", mix="product") as found:
        assert l10n.percent(0.975, 0) in found.html("moves_head")
        assert "0,000000000" in found.html("sums").replace(".", ",")
        found.page.set_inputs(b="202402")
        found.until(lambda: l10n.month(202402) in found.html("sums_head"))
