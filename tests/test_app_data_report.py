"""The Data page: its numbers divided last, its words, its pictures, and the file that stands alone."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from made_months import Shown, shown_page
from releases import draft, open_counts, store_with
from small_bank import make_bank
from statsmodels.stats.proportion import proportion_confint

from app import data_report as command
from app.charts import svg
from app.charts.bars import bars
from app.charts.heatmap import heatmap
from app.charts.histogram import histogram
from app.desk import Pin
from app.l10n import L10n
from app.pages.data import PAGE
from app.report_file import as_html, as_json, file_name
from app.theme import Look
from app.views import data_report as view
from app.views import data_report_column as one
from app.views import data_report_figures as figures
from app.views import data_report_findings as found
from app.views import data_report_names as names
from app.views import data_report_pairs as pairs
from app.views import data_report_table as listing
from data.counts import Selection
from data.memory_store import MemoryStore
from data.parquet_store import ParquetStore
from data.report import report
from data.store import Draft

EN, ES, PT = (L10n(code, "COP") for code in ("en", "es", "pt"))
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The report of a small bank with attributes: one repeats another, one leaks, one is odd, one says nothing."""
    bank = make_bank(clients=200)
    keys = ["client", "obligation", "month"]
    rows = bank.obligations[keys].reset_index(drop=True)
    label = rows.merge(bank.outcomes, on=keys, how="left")["label"].to_numpy(float)
    r = np.random.default_rng(1)
    wide = r.lognormal(2, 1.2, len(rows))
    gone = (rows["month"] == rows["month"].max()).to_numpy() & (r.random(len(rows)) < 0.6)
    made = rows.assign(
        wide=wide, twin=wide * 2 + r.normal(scale=0.01, size=len(rows)), told=np.nan_to_num(label, nan=0.5), same=1.0,
        lost=np.where(gone, np.nan, wide + r.normal(size=len(rows))), word=r.choice([HOSTILE, "b", "c"], len(rows)),
    )  # fmt: skip
    return report(replace(bank, attributes=made))


@pytest.fixture(scope="module")
def shown(document: dict[str, Any]) -> figures.Report:
    return figures.Report(document)


def _without_outcomes() -> figures.Report:
    bank = make_bank(clients=120)
    return figures.Report(report(replace(bank, outcomes=bank.outcomes.assign(label=np.nan, label_state=np.uint8(3)))))


def _one_column(shown: figures.Report, name: str = "wide") -> figures.Report:
    only = [c for c in shown.document["columns"] if c["name"] == name]
    bins = {name: shown.document["pairs"]["bins"].get(name, only[0]["bins"])}
    matrix = {"columns": [name], "rows": 10, "spearman": [[1.0]]}
    return figures.Report({**shown.document, "columns": only, "matrix": matrix, "pairs": {"bins": bins, "cells": []}})


# Numbers


def test_shares_of_bins_are_their_positives_over_their_known_outcomes_with_wilsons_interval() -> None:
    few, none, many = figures.shares([[3, 1, 10], [0, 0, 5], [60, 20, 0]])
    assert (few.value, few.n, few.rows, few.judged) == (0.75, 4, 14, False)
    assert math.isnan(none.value) and none.n == 0
    assert (many.low, many.high) == pytest.approx(proportion_confint(60, 80, method="wilson"))
    assert many.judged


def test_the_bins_of_every_column_give_the_rate_of_all(shown: figures.Report) -> None:
    for c in shown.columns.values():
        parts = figures.shares(c["bins"]["by_label"])
        assert sum(s.positives for s in parts) / sum(s.n for s in parts) == pytest.approx(shown.rate)


def test_columns_are_in_the_order_asked_for_and_undefined_ones_last(shown: figures.Report) -> None:
    for key in ("missing", "outliers", "skew", "association", "auc"):
        values = [figures.measure(c, key) for c in figures.in_order(shown, key, descending=True)]
        known = [v for v in values if not math.isnan(v)]
        assert known == sorted(known, reverse=True)
        assert all(math.isnan(v) for v in values[len(known) :])


def test_words_sort_as_the_reader_sees_them(shown: figures.Report) -> None:
    said = [row[0].text for row in listing.table(ES, shown, listing.Order("name", False)).rows]
    assert said.index("Días de mora") < said.index("Edad · cliente") < said.index("wide")
    assert listing.table(ES, shown, listing.Order("name", True)).rows[-1][0].text == said[0]


def test_a_column_and_its_double_are_found_and_no_others_of_the_attributes(shown: figures.Report) -> None:
    found_alike = figures.alike(shown)
    assert {"wide", "twin"} in [{a.one, a.other} for a in found_alike]
    assert not [a for a in found_alike if "told" in (a.one, a.other)]
    assert all(abs(a.spearman) >= 0.8 for a in found_alike)


def test_a_column_that_goes_missing_in_the_newest_month_is_found(shown: figures.Report) -> None:
    gaps = figures.gaps(shown)
    assert gaps[0].column == "lost"
    assert gaps[0].month == shown.months[-1]
    assert gaps[0].now == pytest.approx(0.6, abs=0.15) and gaps[0].before == 0


def test_the_cells_of_two_columns_turn_with_the_question(shown: figures.Report) -> None:
    a, b = view.pair(shown, "", "")
    cells, turned = figures.cell(shown, a, b), figures.cell(shown, b, a)
    assert sum(s.n for row in cells for s in row) == shown.labelled
    assert [s.positives for s in cells[0]] == [row[0].positives for row in turned]
    assert figures.cell(shown, a, a) == []


# Words


@pytest.mark.parametrize("l10n", [EN, ES, PT], ids=["en", "es", "pt"])
def test_what_stands_out_is_said_the_gravest_first(shown: figures.Report, l10n: L10n) -> None:
    said = found.findings(l10n, shown)
    assert "told" in said[0].text and said[0].tone == "bad"
    assert "lost" in said[1].text and said[1].tone == "bad"
    assert not [f.text for f in said if "{" in f.text]
    assert found.first(l10n, shown) == said[0]


def test_findings_name_the_share_and_the_columns(shown: figures.Report) -> None:
    said = " ".join(f.text for f in found.findings(EN, shown))
    assert "told gives the outcome away (AUC alone 1.000): training refuses it." in said
    assert re.search(r"lost is missing in \d+\.\d% of the rows of \w+ \d{4}, against 0\.0% in the months before", said)
    assert re.search(r"\d columns? says? nothing, being empty or the same in every row: .*same", said)


def test_without_a_known_outcome_the_page_says_so() -> None:
    bare = _without_outcomes()
    assert "No outcome is known yet" in " ".join(f.text for f in found.findings(EN, bare))
    assert pairs.strongest_headline(EN, bare).title == "No outcome is known yet"
    assert one.rates_headline(EN, bare, "balance").title == "No outcome is known yet"
    assert {b.key: b.value for b in view.boxes(EN, bare)}["rate"] == "—"
    assert "balance" in as_html(bare, EN)


def test_one_column_alone_needs_another_to_be_crossed_with(shown: figures.Report) -> None:
    alone = _one_column(shown)
    down, across = view.pair(alone, "", "")
    assert (down, across) == ("wide", "")
    assert pairs.pair_headline(EN, alone, down, across).title == "Two columns are needed"
    assert pairs.alike_headline(EN, alone).title == "No two columns repeat each other"
    as_html(alone, ES)


def test_the_column_to_show_is_the_strongest_that_is_no_leak_or_the_one_asked_for(shown: figures.Report) -> None:
    first = view.chosen(shown, "nonsense")
    assert first != "told"
    assert view.chosen(shown, "word") == "word"
    third = figures.pairable(shown)[2]
    down, across = view.pair(shown, third, third)
    assert down == third != across


def test_values_are_written_with_the_digits_that_they_need() -> None:
    assert [names.plain(EN, v) for v in (3.0, 0.0464, 0.1234, 12.345, 45_678.9, 2.5e9, -7.25)] == [
        "3", "0.046", "0.123", "12.3", "45,679", "2,500\u00a0M", "−7.25",
    ]  # fmt: skip
    assert names.plain(ES, 0.1234) == "0,123"


def test_the_name_of_a_column_says_which_record_it_comes_from(shown: figures.Report) -> None:
    assert names.column(EN, shown.columns["payments.paid"]) == "Paid · payments"
    assert names.column(ES, shown.columns["days_past_due"]) == "Días de mora"
    assert names.column(ES, shown.columns["wide"]) == "wide"


def test_a_head_sorts_downwards_first_and_upwards_when_clicked_again() -> None:
    order = listing.turned(listing.Order(), "missing")
    assert order == listing.Order("missing", True)
    assert listing.turned(order, "missing") == listing.Order("missing", False)
    assert listing.turned(order, "name") == listing.Order("name", False)
    assert listing.turned(order, "nonsense") == order


def test_the_table_has_a_line_per_column_with_its_notes(shown: figures.Report) -> None:
    table = listing.table(EN, shown, listing.Order())
    assert set(table.keys) == set(shown.columns)
    line = dict(zip(table.keys, table.rows, strict=True))
    assert line["told"][-1].text == "gives the outcome away"
    assert line["same"][-1].text == "says nothing"
    assert line["wide"][4].text == EN.number(shown.columns["wide"]["skew"], 1)


# Pictures


def test_every_picture_of_every_column_can_be_drawn(shown: figures.Report) -> None:
    for name in shown.columns:
        go.Figure(histogram(one.spread(EN, shown, name), Look()))
        go.Figure(bars(one.rates(EN, shown, name), Look(dark=True)))
        assert len(one.facts(EN, shown, name)) >= 5
    for made in (pairs.missing(EN, shown), pairs.alike(EN, shown), pairs.pair(EN, shown, *view.pair(shown, "", ""))):
        go.Figure(heatmap(made, Look()))


def test_a_histogram_holds_every_row_with_a_value(shown: figures.Report) -> None:
    for name, c in shown.columns.items():
        assert sum(one.spread(EN, shown, name).rows) == c["n"] - c["missing"]


def test_a_bar_with_too_few_outcomes_has_no_share_drawn(shown: figures.Report) -> None:
    drawn = one.spread(EN, shown, "wide")
    thin = figures.shares(shown.columns["wide"]["shape"]["by_label"])
    assert [math.isnan(v) for v in drawn.shares] == [s.n < 30 for s in thin]


# The file


class _References(HTMLParser):
    """Everything that a page would ask for, and whether its tags are balanced."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.asked += [v or "" for k, v in attrs if k in ("src", "href", "xlink:href", "srcset", "data", "action")]


@pytest.mark.parametrize("l10n", [EN, ES, PT], ids=["en", "es", "pt"])
def test_the_page_stands_alone_and_is_small(shown: figures.Report, l10n: L10n) -> None:
    text = as_html(shown, l10n)
    seen = _References()
    seen.feed(text)
    assert all(reference.startswith("#column-") for reference in seen.asked)
    assert not seen.tags & {"script", "link", "img", "iframe", "object"}
    assert "url(" not in text and "@import" not in text
    assert len(text.encode()) < 1_000_000
    assert f'lang="{l10n.language}"' in text


def test_the_page_has_every_column_and_nothing_of_a_value_is_taken_for_markup(shown: figures.Report) -> None:
    text = as_html(shown, EN)
    for name in shown.columns:
        assert f'id="column-{re.sub("[^0-9A-Za-z]", "-", name)}"' in text
    assert HOSTILE not in text and "&lt;script&gt;" in text


def test_the_numbers_beside_the_page_are_the_document(shown: figures.Report) -> None:
    assert json.loads(as_json(shown), parse_constant=pytest.fail) == shown.document
    assert file_name({"source": "a/b c", "as_of": 202312}, "html") == "a_b_c_202312_data_report.html"


def test_pictures_without_a_number_are_left_out_of_the_page() -> None:
    assert svg.bars(pairs.strongest(EN, _without_outcomes())) == ""


# The command


def test_the_command_writes_the_report_of_a_release(tmp_path: Path, document: dict[str, Any], capsys: Any) -> None:
    store = ParquetStore(tmp_path / "store")
    base = draft(600)
    store.publish(Draft(base.tables, {**base.documents, "data_report": document}))
    out = tmp_path / "report.html"
    assert command.main(["--store", str(tmp_path / "store"), "--out", str(out), "--lang", "pt"]) == 0
    assert 'lang="pt"' in out.read_text(encoding="utf-8")
    assert json.loads(out.with_suffix(".json").read_text(encoding="utf-8")) == document
    assert str(out) in capsys.readouterr().out


def test_a_release_without_a_report_or_a_store_without_a_release_is_refused(tmp_path: Path, capsys: Any) -> None:
    out = tmp_path / "report.html"
    assert command.main(["--store", str(tmp_path / "none"), "--out", str(out)]) == 1
    ParquetStore(tmp_path / "store").publish(draft(600))
    assert command.main(["--store", str(tmp_path / "store"), "--out", str(out)]) == 1
    assert "before there were data reports" in capsys.readouterr().err
    assert not out.exists()


def test_the_command_reads_files_before_anything_is_trained(tmp_path: Path, shared: Path) -> None:
    data = shared / "datasets" / "pago_a_tiempo" / "pago_a_tiempo.parquet"
    out = tmp_path / "loans.html"
    assert command.main(["--source", "pago_a_tiempo", "--data", str(data), "--out", str(out), "--lang", "es"]) == 0
    assert "puntaje delata la respuesta (AUC por sí sola 1,000); la fuente la excluye." in out.read_text(
        encoding="utf-8"
    )
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize("given", [[], ["--store", "s", "--source", "table"], ["--source", "table", "--data", "x"],
                                   ["--source", "german_credit"]])  # fmt: skip
def test_a_question_that_makes_no_sense_is_refused_with_the_usage(given: list[str], tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        command.main([*given, "--out", str(tmp_path / "x.html")])


def test_files_that_are_not_there_are_said_in_words(tmp_path: Path, capsys: Any) -> None:
    given = ["--source", "opciones_pago", "--data", str(tmp_path / "nowhere"), "--out", str(tmp_path / "x.html")]
    assert command.main(given) == 1
    assert "No report was written." in capsys.readouterr().err
    assert not (tmp_path / "x.html").exists()


# The page


@pytest.fixture(scope="module")
def pin(document: dict[str, Any]) -> Pin:
    base = draft(600)
    store = MemoryStore()
    store.publish(Draft(base.tables, {**base.documents, "data_report": document}))
    return Pin(store.read(), open_counts(store.read()), store)


@pytest.fixture(scope="module")
def old() -> Pin:
    store = store_with(draft(600))
    return Pin(store.read(), open_counts(store.read()), store)


@contextmanager
def _page(pin: Pin, l10n: L10n = EN, **inputs: Any) -> Iterator[Shown]:
    with shown_page(PAGE, pin, Selection(), l10n=l10n, **{"column": "", "down": "", "across": "", **inputs}) as page:
        yield page


def test_the_page_shows_boxes_findings_table_and_pictures(pin: Pin) -> None:
    with _page(pin) as page:
        assert page.html("boxes").count('class="box"') == 6
        assert "told gives the outcome away" in page.html("findings")
        assert page.html("listed").count("row-pick") == len(pin.document("data_report")["columns"])
        for chart in ("strongest", "spread", "rates", "missing", "alike", "pair"):
            page.until(lambda chart=chart: page.page.get_output(f"{chart}_chart").status == "ok")


def test_the_page_follows_its_column_and_its_order(pin: Pin) -> None:
    with _page(pin, column="word") as page:
        assert "word" in page.html("facts_head")
        page.page.set_inputs(sorted="missing")
        page.until(lambda: 'aria-sort="descending"' in page.html("listed").split("Missing")[0][-200:])
        page.page.set_inputs(column="wide")
        page.until(lambda: "wide" in page.html("facts_head"))


def test_a_release_without_a_report_is_a_card_with_the_command(old: Pin) -> None:
    with _page(old) as page:
        assert "This release has no data report" in page.html("state")
        assert "python -m app.data_report" in page.html("state")
