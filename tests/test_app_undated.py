"""Data without dates on every page: no month is named, nothing pretends to be a course, no cost is made up."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from made_casas import write_casas
from made_months import months_pin
from made_pin import group
from releases import draft
from sklearn.metrics import roc_auc_score, roc_curve

from app import bar
from app.charts.bars import Bars, bars
from app.charts.heatmap import Heatmap, Tile, heatmap
from app.charts.roc import Roc, roc
from app.components.filters import filter_bar
from app.components.header import header as header_line
from app.desk import Pin
from app.l10n import L10n
from app.selection import Extent, Filters
from app.theme import Look
from app.views import (
    backtest,
    false_positives,
    false_positives_figures,
    header,
    model_effect,
    names,
    pulse,
    releases,
    releases_coverage,
    releases_figures,
    segments,
)
from data.contract import Portfolio
from data.counts import Selection
from data.sources import SOURCES, load
from model import dimensions
from monitoring import three_errors
from monitoring.discrimination import roc as roc_points
from monitoring.forecast import Forecast
from monitoring.policy import Policy
from monitoring.segments import rates, spread

EN, ES, PT = (L10n(code, "DEM", dated=False) for code in ("en", "es", "pt"))
EACH = pytest.mark.parametrize("l10n", [EN, ES, PT], ids=["en", "es", "pt"])
ALL = Selection(months=(199411, 199411))
NOW = dt.datetime(2026, 11, 21, 12, 0, tzinfo=dt.UTC)
FOLDS = [{"fold": k, "scores": [199411], "metrics": {"auc": 0.8}} for k in range(1, 11)]
CARD: dict[str, Any] = {
    "model_hash": "7f3a91c2d4", "class": "lightgbm", "dated": False, "features": [{"name": "a", "known": "b"}] * 22,
    "windows": [*FOLDS, {"scores": [], "metrics": {"auc": None}}],
    "metrics": {"auc": 0.8, "auc_low": 0.75, "auc_high": 0.85, "n": 400},
}  # fmt: skip
STEPS = ("read", "distinct", "in_arrears", "eligible", "joined", "scored", "worked", "matured")


def _documents(*, dated: bool = False, policy: dict[str, float] | None = None) -> dict[str, Any]:
    made = draft(20).documents
    meaning = {**made["meaning"], "currency": "DEM", "dated": dated, "events": {}, "carries": ["balance"]}
    named = {"en": "Checking account", "es": "Cuenta corriente", "pt": "Conta corrente"}
    chain = [{"name": name, "count": 400, "balance": 400e6} for name in STEPS]
    return {
        "meaning": meaning, "model_card": CARD, "settings": {"policy": policy or {}},
        "dimensions": {
            "gender": {"levels": ["F", "M"]}, "product": {"levels": ["none", "below 200 DM"], "labels": named},
        },
        "coverage": {"all": chain, "by_month": {"199411": chain}},
    }  # fmt: skip


def _rows() -> list[Any]:
    """Scores 0.1 and 0.5 that keep their promise: 20 of 200 of one account, 100 of 200 of the other. Men and women
    differ less: 70 of 200 and 50 of 200."""
    return [
        group(100, positives=10, score=0.1, product="none", gender="F"),
        group(100, positives=10, score=0.1, product="none", gender="M"),
        group(100, positives=40, score=0.5, product="below 200 DM", gender="F"),
        group(100, positives=60, score=0.5, product="below 200 DM", gender="M"),
    ]


@pytest.fixture(scope="module")
def pin() -> Pin:
    return months_pin({199411: _rows()}, carries=("balance",), documents=_documents())


def _names(text: str) -> bool:
    return "1994" in text or "94" in text


@EACH
def test_no_month_is_named(l10n: L10n) -> None:
    assert l10n.month(199411) == l10n.months(199411, 199411) != ""
    assert not _names(l10n.month(199411))
    assert l10n.short_month(199411) == ""
    assert ES.month(199411) == "una sola foto"
    assert L10n("es").month(199411) == "nov 1994"


def test_the_header_says_that_there_are_no_dates_and_how_scores_came_to_be(pin: Pin) -> None:
    totals = pin.counts.totals(ALL, by=("month",))
    parts = header.badge(ES, pin, totals=totals, now=NOW)
    assert [p.text for p in parts][:2] == ["sin fechas", "puntajes cruzados"]
    assert parts[1].hint == "Cada fila fue evaluada por un modelo que no vio a su cliente."
    assert not any(_names(p.text) or "maduras" in p.text for p in parts)
    assert header.scope(ES, pin, totals).startswith("400 obligaciones · ")
    drawn = str(header_line("Pulso", scope="", chips=(), badge=parts, lift=""))
    assert drawn.count('class="badge-hint"') == 2
    assert "no vio a su cliente" in drawn


def test_months_are_offered_only_where_there_are_some_to_choose_from() -> None:
    one, two = (Extent(months, {}) for months in ((199411,), (199411, 199412)))
    drawn = [str(filter_bar(EN, e, filters=Filters(), document={}).tagify()) for e in (one, two)]
    assert ["month-range d-none" in text for text in drawn] == [True, False]
    assert all('id="f_from"' in text for text in drawn)
    assert not bar.shows_same(one, two)


def test_what_tells_most_stands_in_place_of_a_course(pin: Pin) -> None:
    found = pulse.figures(pin, ALL, policy=pin.policy)
    assert found.telling is not None
    assert found.telling.dimension != found.dimension == "product"
    picture = pulse.picture(EN, found, Forecast(found.funnel[-1].month, reason="undated"))
    assert isinstance(picture, Bars)
    assert {b.key: (b.value, b.mark) for b in picture.bars} == {
        "M": (pytest.approx(0.35), pytest.approx(0.3)), "F": (pytest.approx(0.25), pytest.approx(0.3)),
    }  # fmt: skip
    go.Figure(bars(picture, Look()))
    assert pulse.trend_headline(EN, found).title == "Gender: from 25.0% in F to 35.0% in M"


@EACH
def test_the_pulse_names_no_month(pin: Pin, l10n: L10n) -> None:
    found = pulse.figures(pin, ALL, policy=pin.policy)
    boxes = pulse.boxes(l10n, found)
    said = [pulse.changed(l10n, found), pulse.trend_headline(l10n, found).subtitle,
            *(text for b in boxes for text in (b.period, b.against, b.change)),
            *(text for b in boxes for _, text in b.facts if text != pin.version)]  # fmt: skip
    assert not any(_names(text) for text in said)
    assert pulse.lead(EN, found) == "In short:"


def test_two_months_keep_their_trend() -> None:
    pin = months_pin({202401: _rows(), 202402: _rows()}, documents=_documents(dated=True))
    found = pulse.figures(pin, Selection(), policy=pin.policy)
    assert found.telling is None
    assert len(pulse.picture(EN, found, Forecast(202402, reason="few_months")).months) == 2  # type: ignore[union-attr]
    assert backtest.figures(pin, Selection(), policy=pin.policy).one is None


def test_segments_are_told_apart_by_the_spread_of_their_rates(pin: Pin) -> None:
    def of(dimension: str) -> float:
        return spread(rates(pin.counts.totals(ALL, by=(dimension,))))

    assert of("product") == pytest.approx(0.2)  # 200 at 0.1 and 200 at 0.5 around 0.3
    assert of("gender") == pytest.approx(0.05)
    assert spread(rates(pin.counts.totals(Selection(where={"gender": ("F",)}), by=("gender",)))) == 0.0  # one is left


def test_the_roc_curve_is_that_of_scikit_learn_and_its_area_the_auc() -> None:
    rng = np.random.default_rng(3)
    code = rng.integers(0, 30, 500)
    y = rng.random(500) < code / 40
    pos, neg = (np.bincount(code[kind], minlength=30) for kind in (y, ~y))
    x, caught = roc_points(pos, neg)
    wanted = roc_curve(y, code, drop_intermediate=False)[:2]
    np.testing.assert_allclose((x, caught), wanted)
    assert np.trapezoid(caught, x) == pytest.approx(roc_auc_score(y, code))
    assert [len(part) for part in roc_points([1, 2], [0, 0])] == [0, 0]


def test_the_backtest_of_one_month_shows_promise_by_segment_and_a_roc_curve(pin: Pin) -> None:
    found = backtest.figures(pin, ALL, policy=pin.policy)
    assert backtest.sentence(EN, found).startswith("120 came where the scores promised 120: ratio 1.00 (")
    promise = backtest.promise(EN, found)
    assert isinstance(promise, Bars)
    assert [(b.key, b.value, b.mark) for b in promise.bars] == [
        ("below 200 DM", pytest.approx(0.5), pytest.approx(0.5)), ("none", pytest.approx(0.1), pytest.approx(0.1)),
    ]  # fmt: skip
    rank = backtest.rank(EN, found)
    assert isinstance(rank, Roc)
    assert list(zip(rank.false_positive, rank.true_positive, strict=True)) == [
        (0.0, 0.0), (pytest.approx(100 / 280), pytest.approx(100 / 120)), (1.0, 1.0),
    ]  # fmt: skip
    go.Figure(roc(rank, Look()))
    go.Figure(roc(Roc((), (), (), "", "", "", nothing="nothing"), Look()))
    assert backtest.auc_headline(EN, found).title == "AUC 0.738 (0.69 – 0.78): around the acceptable 0.70"
    heads = (backtest.promise_headline, backtest.auc_headline, backtest.reliability_headline)
    assert not any(_names(h.title + h.subtitle) for h in (head(EN, found) for head in heads))


@pytest.mark.parametrize(("code", "word"), [("es", "en 1 mes maduro:"), ("en", "over 1 matured month:")])
def test_one_dated_month_is_one_month(code: str, word: str) -> None:
    pin = months_pin({202401: _rows()}, documents=_documents(dated=True))
    assert word in backtest.sentence(L10n(code), backtest.figures(pin, Selection(), policy=pin.policy))


def test_costs_in_pesos_are_no_costs_in_another_currency() -> None:
    pesos, marks = Policy.named({}), Policy.named({}, currency="DEM")
    given = Policy.named({"cost_per_contact": 4, "value_per_success": 40}, currency="DEM")
    assert (pesos.has_costs, marks.has_costs, given.has_costs) == (True, False, True)
    assert math.isnan(marks.break_even_score)
    assert math.isnan(marks.break_even_fdr)
    assert given.break_even_fdr == pytest.approx(0.9)


@EACH
def test_without_costs_nothing_is_worth_anything_and_the_page_says_why(pin: Pin, l10n: L10n) -> None:
    counted = false_positives_figures.counted(pin, ALL, policy=pin.policy)
    cut = false_positives_figures.cut(counted, 0.35)
    worth = false_positives.capacity(l10n, cut)[-1]
    assert worth.value == "—"
    assert worth.note.endswith(": thresholds.toml")
    rate = false_positives.rates(l10n, cut, three_errors.unknown("no_arms"))[0]
    assert (rate.level, rate.against) == ("unknown", "")
    course = false_positives_figures.course(counted)
    assert course.curve.best_code == 0
    assert math.isnan(false_positives.thresholds(l10n, course, cut).limit)
    assert "nan" not in false_positives.thresholds_headline(l10n, course, cut).title.lower()


def test_the_threshold_is_held_against_flagging_everybody_where_there_are_no_costs(pin: Pin) -> None:
    counted = false_positives_figures.counted(pin, ALL, policy=pin.policy)
    cut, course = false_positives_figures.cut(counted, 0.35), false_positives_figures.course(counted)
    title = false_positives.thresholds_headline(EN, course, cut).title
    assert title == "FDR 50.0% from 35% on, against 70.0% if everybody is flagged"  # 100 of 200; 280 of 400


def test_costs_of_the_bank_are_taken_in_any_currency() -> None:
    own = _documents(policy={"cost_per_contact": 1.0, "value_per_success": 10.0})
    pin = months_pin({199411: _rows()}, carries=("balance",), documents=own)
    cut = false_positives_figures.cut(false_positives_figures.counted(pin, ALL, policy=pin.policy), 0.35)
    assert cut.errors.net_value_per_contact == pytest.approx((100 * 10 - 200) / 200)
    assert false_positives.rates(EN, cut, three_errors.unknown("no_arms"))[0].against == "break-even 90.0%"


@pytest.mark.parametrize(
    ("level", "shown"),
    [("no account", "No account"), ("below 200 DM", "Below 200 DM"), ("200 DM or more", "200 DM or more"),
     ("man, divorced", "Man, divorced"), ("radio or TV", "Radio or TV"), ("none", "None"), ("1-3 years", "1-3 years"),
     ("Debtconsolidation", "Debt consolidation"), ("G", "G"), ("A11", "A11"), ("x1", "x1"), ("", ""),
     ("TARJETA DE CREDITO", "Tarjeta de crédito"), ("(unknown)", "Unknown"), ("31_50", "31-50"),
     ("MAYOR_65", "Mayor 65"), ("CARTERA_VENCIDA", "Cartera Vencida")],
)  # fmt: skip
def test_levels_begin_with_a_capital_and_are_else_as_the_source_gives_them(level: str, shown: str) -> None:
    assert names.level(EN, level) == shown


def test_none_is_an_arm_only_among_arms() -> None:
    assert names.arm(ES, "none") == "Sin ofertas"
    assert names.level(ES, "none") == "None"


REAL = ("german_credit", "alura_cash", "pago_a_tiempo")


@pytest.fixture(scope="module", params=[*REAL, "casas_cobranza"])
def portfolio(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Portfolio:
    name = request.param
    assert name in SOURCES
    if name == "casas_cobranza":
        return load(name, write_casas(tmp_path_factory.mktemp("casas"), rows=400))
    shared: Path = request.getfixturevalue("shared")
    return load(name, shared / "datasets" / name)


def test_every_dimension_of_every_earlier_system_has_a_name_in_three_languages(portfolio: Portfolio) -> None:
    document = dimensions.document(dimensions.of(portfolio), portfolio.meaning.dimensions)
    own = set(document) - set(names.DIMENSIONS)
    assert own
    for name in own:
        labels = document[name]["labels"]
        assert isinstance(labels, dict)
        assert set(labels) == {"en", "es", "pt"}
        assert names.dimension(ES, name, document) == labels["es"] != ""


def test_models_of_folds_and_the_one_that_is_served_are_told_apart(pin: Pin) -> None:
    shown, covered = releases_figures.shown(pin), releases_figures.covered(pin, ALL, policy=pin.policy)
    boxes = {b.key: b for b in releases.boxes(EN, shown, covered, CARD, [], policy=pin.policy, now=NOW)}
    assert (boxes["models"].value, boxes["models"].against) == ("10 + 1", "validation + served")
    assert boxes["models"].n == "22 features"
    assert (boxes["auc"].period, boxes["auc"].spark) == ("on other clients", ())
    assert boxes["rows"].against == "one snapshot"
    assert "1994" not in releases.sentence(EN, shown)


def test_steps_of_which_the_data_do_not_speak_are_not_in_the_chain(pin: Pin) -> None:
    covered = releases_figures.covered(pin, ALL, policy=pin.policy)
    assert [s.name for s in covered.chain.steps] == [s for s in STEPS if s not in ("in_arrears", "worked")]
    assert "No filter applies" in releases_coverage.headline(EN, covered, "count").subtitle


@EACH
def test_the_effect_is_refused_without_speaking_of_a_ratio_that_there_is_not(pin: Pin, l10n: L10n) -> None:
    told = model_effect.verdict(l10n, model_effect.figures(pin, ALL, policy=pin.policy))
    assert told is not None
    assert (told.grade, len(told.conditions)) == ("E", 3)  # no arms, no days past due, no dates
    assert "ICV" not in told.sentence


def test_a_snapshot_has_no_monthly_mean(pin: Pin) -> None:
    assert segments.measures(EN, pin)["rows"] == "Obligations"
    assert segments.measures(L10n("en"), pin)["rows"] == "Obligations (monthly mean)"


@pytest.mark.parametrize(
    ("count", "names_of", "wanted"),
    [(4, lambda k: "200 DM or more", "200 DM or more"), (7, lambda k: "Debt consolidation", "Debt<br>consolidati…"),
     (7, lambda k: "Medical", "Medical")],
)  # fmt: skip
def test_names_over_columns_take_two_lines_rather_than_collide(
    count: int, names_of: Callable[[int], str], wanted: str
) -> None:
    keys = [str(k) for k in range(count)]
    tiles = [[Tile(0.5, "50%", "", "ok")] * count]
    drawn = heatmap(Heatmap(["r"], ["R"], keys, [names_of(k) for k in range(count)], tiles), Look())
    assert set(drawn["layout"]["xaxis"]["ticktext"]) == {wanted}
    go.Figure(drawn)


def test_small_balances_are_written_in_full_and_large_ones_in_millions() -> None:
    unit, money = EN.money_column(299_215.0)
    assert (unit, money(1_234.4)) == ("DEM", "1,234")
    unit, money = EN.money_column(2e9)
    assert (unit.split(), money(2e9)) == (["DEM", "M"], "2,000")


def test_a_dimension_of_fifty_levels_is_not_the_side_table_where_a_shorter_one_varies() -> None:
    rows = [group(20, region=f"R{k:02d}", gender="FM"[k % 2], score=0.5, positives=k % 7) for k in range(20)]
    papers = {"dimensions": {"region": {"levels": [f"R{k:02d}" for k in range(20)]}, "gender": {"levels": ["F", "M"]}}}
    pin = months_pin({202401: rows, 202402: rows}, documents={**_documents(dated=True), **papers})
    assert pulse.figures(pin, Selection(), policy=pin.policy).dimension == "gender"
