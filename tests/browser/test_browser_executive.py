"""Ten minutes of an executive in a browser, from a bank's files: are we better, is it real, what do I decide?"""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from urllib.request import urlopen

import pandas as pd
import pytest
from openpyxl import load_workbook
from playwright.sync_api import Locator, Page, expect
from serving import Dashboard
from shiny.playwright.controller import InputSlider

from data.records import Records

pytestmark = pytest.mark.browser

SLOW = 120_000
NBSP = "\u00a0"
BOXES = "#pulse-boxes .box"
CHART = "#pulse-trend_chart"
MONTH = re.compile(r"\b([a-zç]{3,4})\.? (20)?\d\d\b", re.IGNORECASE)


@pytest.fixture(scope="module")
def bank(demo_bank: Dashboard) -> Dashboard:
    """The dashboard of a small demo bank, trained from its files, with its own targets, events and arms."""
    return demo_bank


@pytest.fixture(scope="module")
def last_month(bank: Dashboard) -> pd.DataFrame:
    """The rows of the newest month: what the ratio of today is made of."""
    rows = bank.store.read().frame("rows")
    return rows[rows["month"] == rows["month"].max()]


def _open(page: Page, bank: Dashboard, words: str, sees: str) -> None:
    page.goto(f"{bank.address}/?{words}")
    expect(page.locator(sees).first).to_be_visible(timeout=SLOW)


def _texts(found: Locator) -> list[str]:
    return [(each.text_content() or "").strip() for each in found.all()]


def _plain(found: Locator) -> str:
    """What a reader reads, once it stands there, with plain spaces."""
    expect(found).not_to_be_empty(timeout=SLOW)
    return re.sub(r"\s+", " ", found.inner_text())


def _number(text: str) -> float:
    """The first number of a Spanish text."""
    found = re.search(r"[\u2212+-]?[\d.]+(,\d+)?", text)
    assert found is not None, text
    return float(found[0].replace("\u2212", "-").replace(".", "").replace(",", "."))


def _ratio(rows: pd.DataFrame) -> float:
    return float(rows.loc[rows["days_past_due"] > 30, "balance"].sum() / rows["balance"].sum())


def _spanish(share: float, digits: int = 1) -> str:
    return f"{100 * share:.{digits}f}".replace(".", ",") + f"{NBSP}%"


# Minute 0 to 1: Pulse


def test_every_box_says_where_it_stands_to_its_target_and_the_total_is_a_ratio_of_totals(
    page: Page, bank: Dashboard, last_month: pd.DataFrame
) -> None:
    _open(page, bank, "lang=es", f"{BOXES} .spark")
    expect(page.locator(BOXES)).to_have_count(6)
    for box in page.locator(BOXES).all():
        said = box.inner_text()
        assert re.search(r"[▲▼] [+\u2212][\d.,]+.* meta |en la meta ", said), said
        assert re.search(r"n [\d.]+", box.locator(".box-n").inner_text())
        assert len(box.locator(".spark polyline").get_attribute("points").split()) > 12
    expect(page.locator(".badge-line")).to_contain_text(
        re.compile(r"datos a dic 2025.*% de respuestas maduras.*modelo")
    )

    total = _spanish(_ratio(last_month))
    expect(page.locator(BOXES).first.locator(".box-value")).to_have_text(total)
    table = {row[0]: row[1] for row in map(_cells, page.locator("#pulse-side tr").all()) if row}
    assert table.pop("Total") == total
    parts = {name: _ratio(rows) for name, rows in last_month.groupby("product", observed=True)}
    assert sorted(table.values()) == sorted(map(_spanish, parts.values()))

    page.locator(f"{BOXES} .hint").nth(4).hover()
    for word in ("Intervalo del 95", "n", "Periodo", "Publicación"):
        expect(page.locator(".tooltip .facts")).to_contain_text(word)


def _cells(row: Locator) -> list[str]:
    return _texts(row.locator("th[scope=row], td"))


# Minute 1 to 2: the trend


def test_the_trend_says_who_answers_for_what_happened_and_how_well_forecasts_have_done(
    page: Page, bank: Dashboard
) -> None:
    _open(page, bank, "lang=es", f"{CHART} .scatterlayer .trace")
    words = _texts(page.locator(f"{CHART} text"))
    for line in ("Límite", "Alerta", "Meta", "pronóstico"):
        assert any(text.startswith(line) for text in words), words
    dots = page.locator(f"{CHART} .scatterlayer .trace:has(.js-line[style*=dasharray]) .points path")
    expect(dots).to_have_count(4)  # today and three months

    said = page.locator("#pulse-events [role=status]")
    for place, owner in ((0, "Analítica de cobranzas"), (1, "Comité de crédito")):
        event = page.locator("#pulse-events button").nth(place)
        text = event.inner_text().partition("·")[2].strip()
        event.click()
        expect(said).to_contain_text(f"{text} · responsable: {owner}")
    outlook = _plain(page.locator("#pulse-outlook"))
    assert re.match(r"Pronóstico para abr 2026: [\d,]+ % \[[\d,]+ – [\d,]+ %\]", outlook), outlook
    assert re.search(r"En \d+ de \d+ meses pasados la banda del 90 % contuvo el índice", outlook)
    assert re.search(r"Los pronósticos a 3 meses erraron [\d,]+ pp en promedio", outlook)


# Minute 2 to 4: the bridge


def test_the_bars_sum_to_the_total_and_a_sentence_says_what_is_cash(page: Page, bank: Dashboard) -> None:
    _open(page, bank, "lang=es&page=overdue&since=202507", "#overdue-flows tfoot td")
    flows = [_number(text) for text in page.locator("#overdue-flows tbody tr td:last-child").all_inner_texts()]
    total = _number(page.locator("#overdue-flows tfoot td").last.inner_text())
    assert len(flows) >= 5
    assert sum(flows) == pytest.approx(total, abs=0.005 * (len(flows) + 1))
    expect(page.locator("#overdue-flows_head")).to_contain_text("Sin explicar: 0,00 pb")
    ends = [_number(text) for text in re.findall(r"[\d,]+\s%", page.locator("#overdue-bridge_head p").inner_text())]
    assert 100 * (ends[1] - ends[0]) == pytest.approx(total, abs=1.0)
    expect(page.locator("#overdue-sentence")).to_contain_text(
        re.compile(r"\d+\s% .*; \u2212?[\d.,]+ pb por alternativas, \u2212?[\d.,]+ pb por castigos")
    )

    bars = page.locator("#overdue-bridge_chart .barlayer .point path")
    expect(bars.first).to_be_visible(timeout=SLOW)
    expect(page.locator("html:not(.shiny-busy)")).to_be_attached(timeout=SLOW)
    before = bars.count()
    page.locator("#overdue-cash_only").click()
    page.wait_for_url("**cash=True**")
    expect(page.locator("#overdue-flows")).not_to_contain_text("Castigada", timeout=SLOW)
    expect(bars).not_to_have_count(before, timeout=SLOW)


# Minute 4 to 5: the re-age cliff


def test_a_stress_moves_the_adjusted_ratio_with_its_interval_and_the_reported_one_stays(
    page: Page, bank: Dashboard
) -> None:
    _open(page, bank, "lang=es&page=overdue&part=cliff", "#overdue-cliff-boxes .box")
    reported, adjusted = (_box(page, key) for key in ("reported", "adjusted"))
    before = adjusted.locator(".box-value").inner_text(), reported.inner_text()
    InputSlider(page, "overdue-cliff-stress").set("20%")
    page.wait_for_url("**stress=20**", timeout=SLOW)
    expect(adjusted.locator(".box-value")).not_to_have_text(before[0], timeout=SLOW)
    value, interval = adjusted.locator(".box-value").inner_text(), adjusted.locator(".box-n").inner_text()
    low, high = map(_number, re.findall(r"[\d,]+", interval.partition(":")[2]))
    assert low <= _number(value) <= high and low < high
    assert _number(value) > _number(before[0])
    assert reported.inner_text() == before[1]
    expect(_box(page, "imora")).to_contain_text("castigos de 12 meses")


def _box(page: Page, key: str) -> Locator:
    return page.locator(f"#overdue-cliff-boxes [data-key={key}]")


# Minute 5 to 7: the effect of the model


def test_the_effect_has_a_verdict_and_says_how_many_accounts_an_answer_needs(page: Page, bank: Dashboard) -> None:
    _open(page, bank, "lang=es&page=model_effect&base=18,25&wish=3", "#model_effect-said .grade-a")
    said = page.locator("#model_effect-said")
    expect(said).to_contain_text("Sin efecto detectable.")
    expect(said).to_contain_text(re.compile(r"para ver 0,30\spp se necesitan [\d.]+ clientes"))
    expect(page.locator("#model_effect-plan_head h2")).to_have_text(
        re.compile(r"Se necesitan 2\.764 cuentas por brazo para ver \+3\spp sobre 18,25\s%"), timeout=SLOW
    )
    readings = page.locator("#model_effect-returns")
    for word in ("Ganadas por cada 100", "No incremental", "Costo de las ofertas", "Retorno sobre el costo"):
        expect(readings).to_contain_text(word, timeout=SLOW)
    page.locator("#model_effect-cure label", has_text="Bruto").click()
    expect(readings).to_contain_text("Cumplidas por cada 100", timeout=SLOW)
    expect(readings).not_to_contain_text("No incremental")


# Minute 7 to 8: by segment


def test_a_click_on_the_worst_segment_filters_every_page(page: Page, bank: Dashboard, last_month: pd.DataFrame) -> None:
    _open(page, bank, "lang=es&page=model_effect&split=product", "#model_effect-forest_chart .points path")
    points = page.locator("#model_effect-forest_chart .scatterlayer .points path")
    points.first.scroll_into_view_if_needed()
    places = [box for box in (each.bounding_box() for each in points.all()) if box]
    worst = max(places, key=lambda box: box["x"])
    names = page.locator("#model_effect-forest_chart .ytick text").all()
    name = min(names, key=lambda each: abs(each.bounding_box()["y"] - worst["y"])).text_content()
    at = worst["x"] + worst["width"] / 2, worst["y"] + worst["height"] / 2
    page.mouse.move(*at)
    page.mouse.click(*at)
    chip = page.locator(".chip")
    expect(chip).to_have_text(f"Producto: {name}", timeout=SLOW)
    page.wait_for_url("**product=**")

    level = re.search(r"product=([^&]+)", page.url)[1].replace("+", " ")
    n = f"{int((last_month['product'] == level).sum()):,}".replace(",", ".")
    for link in page.locator(".navbar-nav > li:not(.dropdown) > a[data-value]").all():
        link.click()
        expect(page.locator(".scope h1")).to_have_text(link.text_content(), timeout=SLOW)
        expect(page.locator(".scope")).to_contain_text(f"{n} obligaciones en ene 2026", timeout=SLOW)
        expect(chip).to_have_text(f"Producto: {name}")


# Minute 8 to 9: decisions


def test_a_decision_is_approved_with_a_comment_and_its_line_says_who_when_and_on_what_evidence(
    page: Page, bank: Dashboard
) -> None:
    _open(page, bank, "lang=es&page=decisions&to=202506", "#decisions-by")
    page.locator("#decisions-by").fill("Ana Ruiz")
    page.locator("#decisions-new-title").fill("Recalibrar las bandas 8 a 10")
    page.locator("#decisions-new-owner").fill("Luis Peña")
    page.locator("#decisions-new-due").fill("2026-01-31")
    page.locator("#decisions-new-figure").select_option("acceptance", timeout=SLOW)
    page.locator("#decisions-new_form button[type=submit]").click()
    line = page.locator("#decisions-pending tbody tr")
    expect(line).to_contain_text("Luis Peña", timeout=SLOW)
    expect(line).to_contain_text("31 ene 2026 · vencida")
    expect(line).to_contain_text(re.compile(r"\((abr|may|jun) 2025\).*\(oct 2025\).*pp \[.* … .*\]", re.DOTALL))
    expect(page.locator("#decisions-new-title")).to_have_value("")

    page.locator("#decisions-comment").fill("De acuerdo en el comité")
    page.get_by_role("button", name="Aprobar").click()
    expect(page.locator("#decisions-log_head")).to_contain_text("Ana Ruiz", timeout=SLOW)
    records = Records(bank.store.folder / "records.db")
    for again in (False, True):
        page.reload() if again else None
        approved = page.locator("#decisions-log_table tbody tr").first
        expect(approved).to_contain_text("aprob", timeout=SLOW)
        for said in ("Ana Ruiz", records.decisions()[0].evidence[:12], re.compile(r"\d{1,2} \w+ \d{4}, \d\d:\d\d UTC")):
            expect(approved).to_contain_text(said)
        expect(page.locator("#decisions-detail")).to_contain_text("De acuerdo en el comité", timeout=SLOW)
    assert list(records.verify()) == []


# Minute 9 to 10: the board pack


def test_the_board_pack_holds_the_figures_the_filters_and_the_definitions_and_no_account(
    page: Page, bank: Dashboard, last_month: pd.DataFrame, tmp_path: Path
) -> None:
    level = last_month["product"].value_counts().index[0]
    _open(page, bank, f"lang=es&product={level}", f"{BOXES} .spark")
    chip, badge = page.locator(".chip").inner_text(), _texts(page.locator(".badge-line"))[0]
    shown = page.locator(BOXES).first.locator(".box-value").inner_text()
    html, book = (_exported(page, ending, tmp_path) for ending in ("html", "xlsx"))

    page.goto(html.as_uri())
    said = page.locator("body").inner_text()
    figures = page.locator("section:has(svg), section:has(table), section:has(.box)")
    assert figures.count() >= 6
    assert chip in said and "datos a dic 2025" in said and "datos a dic 2025" in badge
    assert page.locator("html").get_attribute("lang") == "es"
    assert page.locator("h2", has_text="Definiciones").count() == 1 and page.locator(".definitions dt").count() >= 6
    assert page.locator(".box strong").first.inner_text() == shown

    sheets = load_workbook(io.BytesIO(book.read_bytes()))
    cells = [str(c) for sheet in sheets for row in sheet.iter_rows(values_only=True) for c in row if c is not None]
    assert {"Cifras", "Definiciones"} <= set(sheets.sheetnames) and chip in cells
    assert "···" not in said + " ".join(cells)
    numbers = {c for sheet in sheets for row in sheet.iter_rows(values_only=True) for c in row if isinstance(c, float)}
    assert len(numbers) > 20 and not numbers & set(last_month["balance"].astype(float))

    figure = next(row for row in sheets["Cifras"].iter_rows(values_only=True) if row[:2] == ("pulse", "icv30"))
    with urlopen(f"{bank.address}/api/v1/kpi?page=pulse&product={level.replace(' ', '%20')}") as answer:
        asked = next(f for f in json.load(answer)["figures"] if f["key"] == "icv30")
    assert figure[2] == pytest.approx(asked["value"], rel=1e-14)
    assert _spanish(asked["value"]) == shown == _spanish(_ratio(last_month[last_month["product"] == level]))


def _exported(page: Page, ending: str, folder: Path) -> Path:
    if not page.locator(f"#pack_{ending}").is_visible():
        page.locator(".export-menu summary").click()
    with page.expect_download(timeout=SLOW) as waiting:
        page.locator(f"#pack_{ending}").click()
    assert waiting.value.suggested_filename.endswith(f".{ending}")
    waiting.value.save_as(folder / waiting.value.suggested_filename)
    return folder / waiting.value.suggested_filename


# On every page


def test_a_language_changes_words_numbers_and_months_and_never_a_value(page: Page, bank: Dashboard) -> None:
    _open(page, bank, "lang=es&bucket=1-30&bucket=31-60", f"{BOXES} .spark")
    boxes = page.locator(BOXES)
    spoken, values = {}, {}
    for language in ("es", "en", "pt"):
        if language != "es":
            page.locator(".languages a", has_text=language.upper()).click()
            expect(page.locator("html")).to_have_attribute("lang", language, timeout=SLOW)
            expect(page.locator(f"{BOXES} .spark").first).to_be_visible(timeout=SLOW)
        expect(page.locator("#pulse-outlook")).not_to_be_empty(timeout=SLOW)
        values[language] = [re.sub(r"[^\d]", "", text) for text in _texts(boxes.locator(".box-value"))]
        spoken[language] = (_texts(boxes.locator("h2"))[0], _texts(boxes.locator(".box-value"))[0],
                            page.locator("#pulse-trend_head").inner_text())  # fmt: skip
        assert "bucket=1-30&bucket=31-60" in page.url
    assert values["es"] == values["en"] == values["pt"] and len(values["es"]) == 6
    titles, numbers, heads = zip(*spoken.values(), strict=True)
    assert len(set(titles)) == 3
    assert [text.replace(NBSP, " ")[-2:] for text in numbers] == [" %", numbers[1][-2:], numbers[2][-2:]]
    assert ["," in text for text in numbers] == [True, False, True]
    for month, head in zip(("ene 2026", "Jan 2026", "jan 2026"), heads, strict=True):
        assert month in head
