"""The Releases page: coverage that adds up, the card of the model, what changed, and whether every file is intact."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest
from made_months import months_pin, shown_page
from made_pin import group
from releases import draft, open_counts

from app.charts.waterfall import Bar, Waterfall, waterfall
from app.desk import Pin
from app.l10n import L10n
from app.pages.releases import PAGE
from app.theme import Look
from app.views import releases as view
from app.views import releases_change as change
from app.views import releases_coverage as coverage
from app.views import releases_figures as numbers
from app.views import releases_model as model
from app.views import releases_oddities as oddities
from app.views import releases_worth as worth
from data.counts import Selection
from data.coverage import RULES, STEPS
from data.memory_store import MemoryStore
from data.parquet_store import ParquetStore
from data.rows import POSITIVE
from data.store import Difference, Draft, StoreError
from monitoring.policy import Policy

EN, ES, PT = L10n("en"), L10n("es"), L10n("pt")
EACH = pytest.mark.parametrize("l10n", [EN, ES, PT], ids=["en", "es", "pt"])
BOTH = Selection(months=(202401, 202402))
NOW = dt.datetime(2024, 3, 1, 12, tzinfo=dt.UTC)


def _chain(*counts: int, each: float = 2e6) -> list[dict[str, object]]:
    """A chain of the usual steps, each row with the same balance."""
    return [{"name": n, "count": c, "balance": c * each} for n, c in zip(STEPS, counts, strict=True)]


JANUARY = _chain(1000, 990, 400, 300, 300, 0, 0, 0)
FEBRUARY = _chain(1000, 1000, 500, 300, 290, 281, 200, 150)
COVERAGE = {"all": _chain(2000, 1990, 900, 600, 590, 281, 200, 150), "by_month": {"202401": JANUARY,
                                                                                 "202402": FEBRUARY}}  # fmt: skip


def _line(name: str, auc: float | None, low: float | None, high: float | None, **rest: Any) -> dict[str, Any]:
    usual = {"n": 400, "positives": 100, "pr_auc": 0.4, "brier": 0.18, "f1": 0.5, "cut_off": 0.3}
    return {"name": name, "auc": auc, "auc_low": low, "auc_high": high, **usual, **rest}


CHAMPION = _line("lightgbm", 0.70, 0.66, 0.74, brier=0.17)
CARD: dict[str, Any] = {
    "model_hash": "ab12cd34" * 8,
    "class": "lightgbm",
    "trained_at": "2024-02-28T10:00:00+00:00",
    "positive_means": {"en": "pays", "es": "paga", "pt": "paga"},
    "features": [
        {"name": "balance", "known": "obligations, at the opening of month t"},
        {"name": "paid_3", "known": "payments, at the end of month t-1 or before"},
        {"name": "paid_6", "known": "payments, at the end of month t-1 or before"},
    ],
    "windows": [
        {"month": 202401, "train_first": 202301, "train_last": 202310, "n": 900, "scores": [202401],
         "model": "aaaa", "calibrated_on": 90, "metrics": _line("lightgbm", 0.6, 0.49, 0.70)},
        {"month": 202402, "train_first": 202301, "train_last": 202311, "n": 1000, "scores": [202402],
         "model": "ab12", "calibrated_on": 100, "metrics": _line("lightgbm", 0.7, 0.61, 0.78)},
        {"month": 202403, "train_first": 202301, "train_last": 202312, "n": 1100, "scores": [202403],
         "model": "ab13", "calibrated_on": 100, "metrics": _line("lightgbm", None, None, None, n=0)},
    ],
    "metrics": {**CHAMPION, "new_clients": _line("lightgbm", 0.65, 0.48, 0.80, n=60)},
    "leaderboard": [CHAMPION, _line("logistic", 0.68, 0.64, 0.72), _line("bank_score", 0.60, 0.56, 0.64, brier=0.27),
                    _line("no_skill", 0.5, 0.5, 0.5, pr_auc=0.25, brier=0.19, f1=0.4)],
    "guards": {"leak_auc": 0.98, "refused": [{"feature": "puntaje", "auc": 1.0}], "barred": ["secreto"]},
    "versions": {"python": "3.11.7", "lightgbm": "4.7.0"},
}  # fmt: skip
ODD = [
    {"file": "clients.csv", "column": "edad_cli", "kind": "out_of_usual_range", "count": 111,
     "example": "row 1,649: 123, usually 18 to 100"},
    {"file": "features", "column": "puntaje", "kind": "leak", "count": 1, "example": "AUC alone 1.0000"},
    {"file": "clients.csv", "column": "segm", "kind": "mixed_case", "count": 8051, "example": "PLUS → PERSONAL PLUS"},
]  # fmt: skip


def _pin(**documents: Any) -> Pin:
    papers = {"coverage": COVERAGE, "model_card": CARD, "suspicions": ODD, **documents}
    rows = {202401: [group(60, positives=20)], 202402: [group(40, positives=10)]}
    return months_pin(rows, documents=papers)


@pytest.fixture(scope="module")
def whole() -> Pin:
    """A release with everything on it, the first of its store."""
    return _pin()


@pytest.fixture(scope="module")
def bare() -> Pin:
    """A release that says next to nothing of itself."""
    return _pin(coverage={"all": [], "by_month": {}}, model_card={}, suspicions=[])


@pytest.fixture(scope="module")
def second() -> Pin:
    """A second release: in February ten outcomes turned positive and five rows are gone."""
    pin = _pin()
    store = pin.store
    assert store is not None
    rows = pin.release.frame("rows", parts=["202402"]).iloc[:-5].copy()
    rows.loc[rows.index[10:20], "label_state"] = POSITIVE
    version = store.publish(Draft({"rows": {"202402": rows}}, {}, note="late outcomes"), base=pin.version)
    release = store.read(version)
    return Pin(release, open_counts(release), store)


def _covered(pin: Pin, selection: Selection = BOTH) -> numbers.Covered:
    return numbers.covered(pin, selection, policy=Policy())


# Coverage


def test_the_title_of_the_coverage_says_what_was_eligible_and_what_the_join_lost(whole: Pin) -> None:
    found = _covered(whole)
    assert coverage.headline(EN, found, "count").title == (
        "Of 2,000 obligation-months read, 600 were in arrears and eligible; the join lost 10 (1.7%)"
    )
    assert coverage.headline(ES, found, "balance").title.startswith(
        "De $4.000\u00a0M de saldo leído, $1.200\u00a0M estaba"
    )


def test_a_join_that_lost_none_is_said_so(whole: Pin) -> None:
    assert coverage.headline(PT, _covered(whole, Selection(months=(202401, 202401))), "count").title.endswith(
        "o cruzamento não perdeu nada"
    )


def test_where_all_that_was_read_is_eligible_the_title_says_all() -> None:
    all_in = _pin(coverage={"all": _chain(500, 500, 500, 500, 500, 300, 300, 300), "by_month": {}})
    title = coverage.headline(EN, _covered(all_in), "count").title
    assert title == "All 500 rows that were read are eligible; the join lost none"


@pytest.mark.parametrize("unit", ["count", "balance"])
def test_what_leaves_and_what_stays_add_up_to_what_was_read(whole: Pin, unit: str) -> None:
    bars = coverage.picture(EN, _covered(whole), unit).bars
    assert sum(b.left for b in bars) + bars[-1].stays == bars[0].stays
    assert [b.stays + b.left for b in bars[1:]] == [b.stays for b in bars[:-1]]


def test_every_step_shows_the_share_that_it_lost_and_why(whole: Pin) -> None:
    rows = {r[0].text: [c.text for c in r[1:]] for r in coverage.table(EN, _covered(whole), "count").rows}
    assert rows["In arrears"] == ["900", "1,090", "54.8%", "up to date with their payments"]
    assert rows["Offered"] == ["200", "81", "28.8%", "scored, but nothing was offered"]
    total = [c.text for c in coverage.table(EN, _covered(whole), "count").total]
    assert total[1:] == ["150", "1,850", "92.5%", "adds up to 2,000"]


def test_the_months_of_the_filter_choose_the_chain(whole: Pin) -> None:
    found = _covered(whole, Selection(months=(202402, 202402)))
    assert [s.count for s in found.chain.steps] == [1000, 1000, 500, 300, 290, 281, 200, 150]
    assert (found.first, found.last) == (202402, 202402)


def test_coverage_is_scored_over_joined_since_the_first_model(whole: Pin) -> None:
    found = _covered(whole)
    assert (found.since, found.joined, found.missed) == (202402, 290, 9)
    assert found.scored == pytest.approx(281 / 290)
    assert found.level == "watch"


def test_rows_without_a_score_are_worth_asking_about_only_after_the_first_model(whole: Pin) -> None:
    asked = coverage.steps_headline(EN, _covered(whole), "count").title
    assert asked == "Worth asking about: 309 (52.4%) left at the step “Scored”"
    months = {"202401": JANUARY, "202402": _chain(1000, 1000, 500, 300, 300, 300, 200, 150)}
    clean = {"all": _chain(2000, 2000, 900, 600, 600, 300, 200, 150), "by_month": months}
    found = _covered(_pin(coverage=clean))
    assert coverage.steps_headline(EN, found, "count").title == (
        "Nothing left without a reason; the first model scored in Feb 2024"
    )
    assert [b.rule for b in coverage.picture(EN, found, "count").bars if b.left] == [True] * 5


def test_without_balances_there_is_no_choice_of_unit(whole: Pin) -> None:
    counted = [{**step, "balance": None} for step in COVERAGE["all"]]  # type: ignore[attr-defined]
    assert list(coverage.units(EN, _covered(whole))) == ["count", "balance"]
    assert list(coverage.units(EN, _covered(_pin(coverage={"all": counted, "by_month": {}})))) == ["count"]


def test_a_release_without_coverage_says_so(bare: Pin) -> None:
    found = _covered(bare)
    assert coverage.headline(EN, found, "count").title == "The release carries no coverage"
    drawn = waterfall(coverage.picture(EN, found, "count"), Look())
    assert drawn["layout"]["annotations"][0]["text"] == "The release carries no coverage"
    assert coverage.table(EN, found, "count").rows == ()


def test_every_step_has_a_name_and_a_reason() -> None:
    assert set(coverage.STEPS) == {*STEPS, *RULES}
    assert set(coverage.WHY) == {*STEPS[1:], *RULES}


@EACH
@pytest.mark.parametrize("dark", [False, True])
def test_plotly_accepts_the_waterfall(whole: Pin, l10n: L10n, dark: bool) -> None:
    figure = go.Figure(waterfall(coverage.picture(l10n, _covered(whole), "count"), Look(dark=dark)))
    stays, left = figure.data
    assert list(stays.x) == [2000, 1990, 900, 600, 590, 281, 200, 150]
    assert list(left.x) == [0, 10, 1090, 300, 10, 309, 81, 50]
    assert figure.layout.barmode == "stack"


def test_what_is_worth_asking_about_has_another_colour_than_what_left_by_rule() -> None:
    bars = [Bar("a", 10, 0, "10", ""), Bar("b", 6, 4, "6", ""), Bar("c", 5, 1, "5", "", rule=False)]
    left = waterfall(Waterfall(bars, "stays", "left"), Look())["data"][1]["marker"]["color"]
    assert left[1] != left[2]
    assert left[2] == Look().colours.amber


# The model


def test_the_card_names_class_hash_windows_and_meaning() -> None:
    facts = {f.name: f.text for f in model.facts(EN, CARD)}
    assert facts["Hash (SHA-256)"] == CARD["model_hash"]
    assert facts["Positive ="] == "pays"
    assert facts["Newest window"] == "Jan 2023 – Dec 2023, 1,100 rows with a known outcome; scores Mar 2024"
    assert facts["Libraries"] == "python 3.11.7 · lightgbm 4.7.0"
    assert model.headline(EN, CARD).title.startswith("Model ab12cd34: 3 months, each scored by a model")


def test_features_stand_by_source_and_by_when_they_are_known() -> None:
    groups = [(g.title, list(g.names)) for g in model.features(ES, CARD)]
    assert groups == [
        ("Obligaciones, como están al abrir el mes", ["balance"]),
        ("Pagos, hasta el mes anterior", ["paid_3", "paid_6"]),
    ]  # fmt: skip
    assert model.features_summary(ES, CARD) == "3 variables"


def test_the_leaderboard_holds_the_model_against_the_bank_and_against_no_skill() -> None:
    assert worth.board_headline(EN, CARD).title == (
        "Out of time the model ranks better than the bank's score: AUC 0.700 (0.660 – 0.740) against 0.600"
    )
    table = worth.board(EN, CARD)
    assert table is not None
    assert [r[0].text for r in table.rows] == [
        "LightGBM (published)", "… on clients that it had never seen", "Logistic regression", "The bank's own score",
        "No skill: the same for everybody",
    ]  # fmt: skip
    assert (table.rows[0][2].text, table.rows[0][3].text) == ("0.700", "0.660 – 0.740")
    assert (table.rows[3][5].text, table.rows[3][5].tone) == ("0.270", "bad")
    assert table.rows[0][5].tone == ""


def test_overlapping_intervals_are_not_called_better() -> None:
    lines = [CHAMPION, _line("bank_score", 0.69, 0.65, 0.73)]
    assert "does not clearly rank better" in worth.board_headline(EN, {**CARD, "leaderboard": lines}).title


def test_without_a_bank_score_chance_is_the_measure() -> None:
    title = worth.board_headline(PT, {**CARD, "leaderboard": [CHAMPION]}).title
    assert title == "Fora do tempo o modelo ordena com AUC 0,700 (0,660 – 0,740); 0,5 é acaso"


def test_the_guards_name_the_refused_feature_and_its_auc() -> None:
    said = {c.text: c.tone for c in worth.guards(EN, CARD)}
    refused = next(text for text in said if "puntaje" in text)
    assert refused.startswith("Refused as a feature: puntaje. On its own it ranks the outcome with AUC 1.000")
    assert said[refused] == "warn"
    assert said["Barred by the mapping: secreto"] == "muted"
    assert said["Better than chance: the AUC's interval (0.660 – 0.740) lies above 0.5"] == "good"
    unsure = next(text for text in said if text.startswith("On clients that the model had never seen, chance"))
    assert said[unsure] == "bad"


def test_guards_that_found_nothing_say_so_and_missing_ones_are_not_invented() -> None:
    clean = {**CARD, "guards": {"leak_auc": 0.98, "refused": [], "barred": []}, "metrics": {}}
    texts = [c.text for c in worth.guards(EN, clean)]
    assert "No single feature ranks the outcome with an AUC above 0.98" in texts
    assert "Too few outcomes to tell the scores from chance" in texts
    assert [c.text for c in worth.guards(EN, {})] == ["The release carries no record of its guards"]


def test_without_dates_no_window_speaks_of_months() -> None:
    part, last = ({**w, "train_first": 202401, "train_last": 202401} for w in CARD["windows"][:2])
    windows = [{**part, "fold": 1}, {**last, "scores": []}]
    card = {**CARD, "dated": False, "windows": windows, "leaderboard": [CHAMPION]}
    assert model.headline(EN, card).title.endswith("each row was scored by a model that had learnt from other clients")
    assert ("Learnt from", "1,000 rows with a known outcome") in [(f.name, f.text) for f in model.facts(EN, card)]
    table = model.windows(EN, card)
    assert table and [row[0].text for row in table.rows] == ["New cases", "Part 1 of the rows"]
    assert model.windows_headline(EN, card).subtitle.startswith("Nothing has a date")
    assert worth.board_headline(PT, card).title.startswith(
        "Em clientes que não tinha visto o modelo ordena com AUC 0,70"
    )


def test_the_windows_run_from_the_newest_and_those_without_outcomes_show_none() -> None:
    table = model.windows(EN, CARD)
    assert table is not None
    assert [r[0].text for r in table.rows] == ["Mar 2024", "Feb 2024", "Jan 2024"]
    assert [c.text for c in table.rows[0]][4:7] == ["—", "—", "0"]
    assert model.windows_headline(EN, CARD).title == (
        "Better than chance in 1 of 2 training windows that can be judged"
    )


def test_a_card_with_nothing_on_it_is_a_card() -> None:
    assert model.headline(EN, {}).title == "The release carries no model"
    assert model.facts(EN, {}) == [] and worth.board(EN, {}) is None and model.windows(EN, {}) is None
    assert worth.board_headline(EN, {}).title == "The release carries no figures out of time"


# Oddities


def test_oddities_are_told_in_words_the_grave_ones_first() -> None:
    table = oddities.table(EN, ODD)
    assert table is not None
    assert [[c.text for c in r[:4]] for r in table.rows] == [
        ["A feature that gives the outcome away: refused", "1", "puntaje", "AUC on its own 1.000"],
        ["One category in several spellings: made one", "8,051", "segm", "PLUS → PERSONAL PLUS"],
        ["A number outside its usual range: kept", "111", "edad_cli", "row 1,649: 123, usually 18 to 100"],
    ]
    assert oddities.headline(EN, ODD).title == "3 oddities in the data; segm has the most rows: 8,051"


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("row 1,649: 123, usually 18 to 100", "fila 1.649: 123, usualmente 18 a 100"),
        ("row 5,736: 22000000000, usually 0 to 1000000000", "fila 5.736: 22.000.000.000, usualmente 0 a 1.000.000.000"),
        ("row 9: nit 4402, month 202306", "fila 9: nit 4402, month 202306"),
        ("row 7: the same id in month 202306; the first row is kept", "fila 7: el mismo identificador en jun 2023"),
        ("of 20,234 eligible rows; kept with unknown client data", "de 20.234 filas elegibles"),
        ("after 202312: not yet known, left out", "después de dic 2023"),
        ("read as negative: mora, castigo", "se lee como negativo: mora, castigo"),
        ("not read", ""),
        ("e_cero_tipo_2 (nobody knows whether it was offered) counts as not accepted", "e_cero_tipo_2"),
        ("PLUS → PERSONAL PLUS", "PLUS → PERSONAL PLUS"),
    ],
)
def test_an_example_is_told_in_the_language_of_the_reader(written: str, told: str) -> None:
    assert oddities.example(ES, written) == told


def test_nothing_odd_is_said_so() -> None:
    assert oddities.headline(PT, []).title == "Nada de estranho foi encontrado nos dados"
    assert oddities.table(PT, []) is None


def test_a_kind_without_words_is_shown_as_it_is() -> None:
    table = oddities.table(EN, [{"file": "f", "column": "c", "kind": "new_kind", "count": 2, "example": ""}])
    assert table is not None and table.rows[0][0].text == "new kind"


# Releases, the difference, the check


def test_the_list_marks_the_release_on_screen(second: Pin) -> None:
    found = numbers.shown(second)
    table = view.releases(EN, found, now=NOW)
    assert table is not None
    assert len(table.rows) == 2
    assert table.rows[0][0].text == f"● {second.version} on screen"
    assert table.rows[0][5].text == "late outcomes"
    assert "on screen" not in table.rows[1][0].text
    assert [r[3].text for r in table.rows] == ["95", "100"]
    assert view.list_headline(EN, found).title == "2 releases; the newest is on screen"


def test_an_older_release_on_screen_says_that_a_newer_one_waits(second: Pin) -> None:
    assert second.store is not None
    versions = [r.version for r in second.store.releases()]
    older = second.store.read(versions[1])
    found = numbers.shown(Pin(older, open_counts(older), second.store))
    assert view.list_headline(EN, found).title == f"A newer release, {versions[0]}, is not on screen yet"
    assert found.before is None


def test_a_release_without_a_store_has_no_list(whole: Pin) -> None:
    alone = numbers.shown(Pin(whole.release, whole.counts))
    assert (alone.releases, alone.before, alone.info) == ((), None, None)
    assert view.releases(EN, alone, now=NOW) is None


def test_the_boxes_say_age_rows_coverage_rank_and_oddities(whole: Pin) -> None:
    found = {
        b.key: b for b in view.boxes(EN, numbers.shown(whole), _covered(whole), CARD, ODD, policy=Policy(), now=NOW)
    }
    assert (found["rows"].value, found["rows"].against) == ("100", "2 months")
    assert (found["scored"].value, found["scored"].n, found["scored"].level) == ("96.9%", "n 290", "watch")
    assert (found["auc"].value, found["auc"].against, found["auc"].level) == ("0.700", "0.660 – 0.740", "ok")
    assert found["models"].target == "1 refused as a leak"
    assert (found["odd"].value, found["odd"].against) == ("3", "in 2 files")
    assert all(dict(b.facts)["Release"] == whole.version for b in found.values())


@EACH
def test_a_bare_release_shows_dashes_and_no_invented_number(bare: Pin, l10n: L10n) -> None:
    boxes = view.boxes(l10n, numbers.shown(bare), _covered(bare), {}, [], policy=Policy(), now=NOW)
    found = {b.key: b for b in boxes}
    assert (found["scored"].value, found["auc"].value, found["models"].value) == ("—", "—", "—")
    assert (found["scored"].level, found["auc"].level) == ("unknown", "unknown")


def test_a_difference_counts_rows_and_shows_the_figures_before_and_after(second: Pin) -> None:
    shown = numbers.shown(second)
    assert shown.before is not None and second.store is not None
    compared = numbers.compare(second.store, shown.before.version, second.version)
    assert change.headline(EN, shown, compared).title == "1 month differs: 0 rows added, 5 removed, 10 changed"
    assert "Months: Feb 2024." in change.touched(EN, compared)
    table = change.table(EN, compared)
    assert table is not None
    rows = {r[0].text: [c.text for c in r[1:]] for r in table.rows}
    assert rows["Positive outcomes"] == ["10", "20", "+10"]
    assert rows["Negative outcomes"] == ["30", "15", "−15"]
    assert rows["Positive share of the known outcomes"] == ["25.00%", "57.14%", "+32.14\u00a0pp"]


def test_months_in_a_row_are_one_range_and_tables_and_documents_are_named() -> None:
    found = Difference(("202312", "202401", "202403", "truth/all"), 1, 2, 3, {}, ("model_card", "other"))
    said = change.touched(EN, numbers.Compared("a", "b", found))
    assert said == (
        "From a to b. Months: Dec 2023 – Jan 2024, Mar 2024. Tables: truth/all. "
        "Documents that differ: model card, other."
    )


def test_releases_alike_say_that_no_row_differs(second: Pin) -> None:
    shown = numbers.shown(second)
    alike = numbers.Compared("x", second.version, Difference((), 0, 0, 0))
    assert change.headline(EN, shown, alike).title == "No row differs from x"
    assert change.table(EN, alike) is None


def test_a_difference_of_other_releases_is_not_shown(second: Pin) -> None:
    shown = numbers.shown(second)
    assert shown.before is not None
    mine = numbers.Compared(shown.before.version, second.version, Difference((), 0, 0, 0))
    assert numbers.of(shown, mine) is mine
    assert numbers.of(shown, numbers.Compared("x", second.version, Difference((), 0, 0, 0))) is None
    assert numbers.of(shown, None) is None


@EACH
def test_the_first_release_has_none_before_it(whole: Pin, l10n: L10n) -> None:
    shown = numbers.shown(whole)
    titles = {"en": "There is no release before this one", "es": "No hay ninguna publicación anterior a esta",
              "pt": "Não há nenhuma publicação anterior a esta"}  # fmt: skip
    assert change.headline(l10n, shown, None).title == titles[l10n.language]


def test_a_release_that_is_gone_is_trouble_in_words(second: Pin) -> None:
    assert second.store is not None
    compared = numbers.compare(second.store, "000099-00000000", second.version)
    assert compared.found is None
    assert change.touched(EN, compared).startswith("The releases cannot be compared: ")


def test_a_whole_store_is_said_to_match_and_a_damaged_one_names_the_file(tmp_path: Path) -> None:
    store = ParquetStore(tmp_path)
    store.publish(draft(400, last=202402))
    release = store.read()
    files = len({p.sha256 for p in release.parts("rows")} | set(release.documents().values()))
    text, tone = change.checked(EN, numbers.check(store))
    assert (text, tone) == (f"All {files} files of 1 release match their hashes.", "good")
    path = release.path(release.parts("rows")[0])
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    found = numbers.check(store)
    assert len(found.damaged) == 1 and path.name in found.damaged[0]
    text, tone = change.checked(ES, found)
    assert text.startswith("1 hallazgo: no confíe en las cifras") and tone == "bad"


def test_a_store_that_cannot_be_read_is_trouble_in_words() -> None:
    class Broken(MemoryStore):
        def verify(self, version: str = "") -> Any:
            raise StoreError("The disk is gone.")

    assert change.checked(EN, numbers.check(Broken())) == ("The files could not be checked: The disk is gone.", "bad")


# The page


def test_the_page_shows_every_part_of_the_first_release(whole: Pin) -> None:
    with shown_page(PAGE, whole, BOTH, l10n=EN, unit="count") as shown:
        assert shown.html("boxes").count('class="box"') == 6
        assert whole.version in shown.html("said")
        assert "Of 2,000 obligation-months read" in shown.html("coverage_head")
        shown.until(lambda: shown.page.get_output("coverage_chart").status == "ok")
        assert "adds up to 2,000" in shown.html("steps")
        assert "on screen" in shown.html("listed")
        assert "This is the first release that the store holds" in shown.html("compare_tool")
        assert "3 features" in shown.html("card")
        assert "puntaje" in shown.html("board")
        assert "3 training windows" in shown.html("windows")
        assert "One category in several spellings" in shown.html("odd")


def test_the_unit_turns_rows_into_money(whole: Pin) -> None:
    with shown_page(PAGE, whole, BOTH, l10n=ES, unit="count") as shown:
        assert "2.000 obligaciones-mes" in shown.html("coverage_head")
        shown.page.set_inputs(unit="balance")
        shown.until(lambda: "de saldo leído" in shown.html("coverage_head"))


def test_the_check_runs_on_demand_beside_the_event_loop(whole: Pin) -> None:
    with shown_page(PAGE, whole, BOTH, l10n=EN, unit="count") as shown:
        assert "Reads every file of every release" in shown.html("checked")
        shown.page.set_inputs(verify=1)
        shown.until(lambda: "files of 1 release match their hashes" in shown.html("checked"))


def test_the_comparison_runs_on_demand_and_shows_that_it_works(second: Pin, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = threading.Event()
    diff = second.store.diff  # type: ignore[union-attr]

    def slowly(old: str, new: str) -> Difference:
        assert go_on.wait(20)
        return diff(old, new)

    monkeypatch.setattr(second.store, "diff", slowly)
    with shown_page(PAGE, second, BOTH, l10n=EN, unit="count") as shown:
        assert "Difference from 000001-" in shown.html("change_head")
        assert "Compare with 000001-" in shown.html("compare_tool")
        shown.page.set_inputs(compare=1)
        shown.until(lambda: "Reading the months that differ" in shown.html("changed"))
        shown.page.set_inputs(unit="balance")
        shown.until(lambda: "of balance read" in shown.html("coverage_head"))  # the page answers meanwhile
        go_on.set()
        shown.until(lambda: "1 month differs: 0 rows added, 5 removed" in shown.html("change_head"))
        shown.until(lambda: "+32.14" in shown.html("changed"))


def test_a_bare_release_opens_with_its_states(bare: Pin) -> None:
    with shown_page(PAGE, bare, BOTH, l10n=PT, unit="count") as shown:
        assert "A publicação não traz a cobertura" in shown.html("coverage_head")
        assert "A publicação não traz modelo" in shown.html("card_head")
        assert "Nada de estranho" in shown.html("odd_head")
        outputs: Mapping[str, Any] = {n: shown.page.get_output(n) for n in ("board", "card", "windows_head", "steps")}
        assert {n: o.error for n, o in outputs.items() if o.status == "error"} == {}


@pytest.mark.parametrize(
    ("label", "shown"), [("forest", "Bosque aleatorio"), ("lightgbm-3fa9", "LightGBM, ajustado"), ("own", "own")]
)
def test_a_candidate_has_a_name_for_people(label: str, shown: str) -> None:
    assert model.candidate_name(L10n("es"), label) == shown
