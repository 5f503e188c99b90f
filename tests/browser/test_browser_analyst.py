"""Ten minutes of a risk analyst in a browser: where does the model fail, and what cut-off do I set?"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Locator, Page, expect
from serving import Dashboard

from data.records import Records
from data.records.saved import levels_text

pytestmark = pytest.mark.browser

SLOW = 120_000
SEGMENT = "Independientes 40-54 Caribe"
CARD = "product=TARJETA+DE+CREDITO"
COVER, FINDER = "#segments-coverage-", "#segments-finder-"
ERRORS, AUTOPSY, CUT = "#false_positives-", "#false_positives-autopsy-", "#false_positives-cutoff-"


def _open(page: Page, bank: Dashboard, words: str, sees: str) -> None:
    page.goto(f"{bank.address}/?lang=es&{words}")
    expect(page.locator(sees).first).to_be_visible(timeout=SLOW)
    expect(page.locator("html:not(.shiny-busy)")).to_be_attached(timeout=SLOW)


def _number(text: str) -> float:
    """The first number of a Spanish text; an empty cell is nothing."""
    found = re.search(r"[\u2212+-]?[\d.]+(,\d+)?", text)
    return float(found[0].replace("\u2212", "-").replace(".", "").replace(",", ".")) if found else 0.0


def _rows(table: Locator) -> list[list[str]]:
    """The cells of the body of a table, its names first."""
    return [row.locator("th, td").all_inner_texts() for row in table.locator("tbody tr").all()]


def _middle(page: Page, mark: Locator) -> tuple[float, float]:
    """Brings something drawn into view: plotly takes the mouse, not the element."""
    mark.scroll_into_view_if_needed()
    box = mark.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


# Minute 0 to 1: Coverage


def test_every_step_of_the_coverage_adds_up_and_a_loss_over_usual_is_flagged(page: Page, demo_bank: Dashboard) -> None:
    words = f"page=segments&part=coverage&{CARD}&bucket=31-60&bucket=61-90&cover_month=202510"
    _open(page, demo_bank, words, f"{COVER}steps tbody tr")
    assert sorted(page.locator(".chip").all_inner_texts())[1].startswith("Producto: Tarjeta de crédito")
    first, *steps = _rows(page.locator(f"{COVER}steps"))
    left = start = _number(first[1])
    for step in steps:
        assert _number(step[1]) == left - _number(step[2]), step
        assert _number(step[3]) == pytest.approx(100 * _number(step[2]) / left, abs=0.051)
        left = _number(step[1])
    total = page.locator(f"{COVER}steps tfoot").locator("th, td").all_inner_texts()
    assert (_number(total[1]), _number(total[2])) == (left, start - left)

    words = "page=segments&part=coverage&bucket=31-60&bucket=61-90&cover_month=202407"
    _open(page, demo_bank, words, f"{COVER}unusual tbody tr")  # at go-live arms without offers begin
    expect(page.locator(f"{COVER}sentence")).to_contain_text("«Ofrecidas»", timeout=SLOW)
    expect(page.locator(f"{COVER}sentence")).to_contain_text("cuando lo usual es")
    flagged = page.locator(f"{COVER}unusual tbody tr", has_text="jul 2024").first
    cells = flagged.locator("th, td").all_inner_texts()
    assert _number(cells[2]) > _number(cells[3]), cells


# Minute 1 to 3: Segments


def test_the_heat_map_swaps_its_measure_says_raw_beside_stabilised_and_drills_with_a_breadcrumb(
    page: Page, demo_bank: Dashboard
) -> None:
    chart = "#segments-heatmap_chart"
    _open(page, demo_bank, "page=segments&rows=region&columns=bucket", f"{chart} .annotation")
    texts = page.locator(f"{chart} .annotation").all_text_contents()
    assert any(re.fullmatch(r"n [\d.]+", text.strip()) for text in texts)  # grey: only how many outcomes there are
    shown = next(k for k, text in enumerate(texts) if "%" in text)
    at = _middle(page, page.locator(f"{chart} .annotation").nth(shown))
    page.mouse.move(*at)
    expect(page.locator(f"{chart} .hoverlayer")).to_contain_text(
        re.compile("Observado .*Estabilizado", re.DOTALL), timeout=SLOW
    )
    expect(page.get_by_text("Gris: muy pocos resultados").first).to_be_visible()
    before = page.locator("#segments-heatmap_head p").inner_text()
    page.locator("#segments-measure").select_option("fdr")
    expect(page.locator("#segments-heatmap_head p")).not_to_have_text(before, timeout=SLOW)
    expect(page.locator("html:not(.shiny-busy)")).to_be_attached(timeout=SLOW)

    at = _middle(page, page.locator(f"{chart} .annotation").nth(0))
    page.mouse.move(*at)
    page.mouse.click(*at)
    expect(page.locator(".chip")).to_have_count(2, timeout=SLOW)
    path = page.get_by_label("Dónde está: Región")
    expect(path.locator("[aria-current=location]")).to_have_text("Oficina", timeout=SLOW)
    page.wait_for_url(re.compile("region="), timeout=SLOW)
    up = path.get_by_role("button", name="Región")
    up.focus()
    page.keyboard.press("Enter")
    expect(path.locator("[aria-current=location]")).to_have_text("Región", timeout=SLOW)


# Minute 3 to 4: Finder


def test_a_pinned_rule_stands_in_the_filter_of_every_page_and_in_the_address(page: Page, demo_bank: Dashboard) -> None:
    _open(page, demo_bank, "page=segments&part=finder&region=CARIBE", f"{FINDER}pin-name")
    for word in ("Residuo", "Saldo", "q"):
        expect(page.locator(f"{FINDER}rules thead")).to_contain_text(word, timeout=SLOW)
    page.locator(f"{FINDER}pin-name").fill(SEGMENT)
    page.locator(f"{FINDER}pin-by").fill("Ana Ruiz")
    page.locator(f"{FINDER}pin button[type=submit]").click()
    expect(page.locator(f"{FINDER}told")).to_contain_text(SEGMENT, timeout=SLOW)
    page.locator("#f_pinned").select_option(SEGMENT)
    page.wait_for_url(re.compile("pinned=Independientes"), timeout=SLOW)
    for name in ("pulse", "drift"):
        page.locator(f".navbar a[data-value={name}]").evaluate("link => link.click()")
        expect(page.locator("#f_pinned")).to_have_value(SEGMENT)
        expect(page.locator(".chip", has_text=SEGMENT)).to_be_visible(timeout=SLOW)
        page.wait_for_url(re.compile("pinned=Independientes"), timeout=SLOW)


# Minute 4 to 6: False positives


def test_the_matrix_says_what_positive_is_in_rows_and_in_money_with_each_rate_and_its_denominator(
    page: Page, demo_bank: Dashboard
) -> None:
    _open(page, demo_bank, "page=false_positives", ".rate-tile")
    expect(page.locator(f"{ERRORS}meaning")).to_contain_text("Un falso positivo es una obligación de la que dijimos")
    rates = page.locator(f"{ERRORS}rates")
    for said in ("FP ÷ (TP + FP) de las marcadas", "FP ÷ (TP + FP), $", "1 − efecto ÷ aceptadas", "FP ÷ (FP + TN)"):
        expect(rates).to_contain_text(said)
    quadrants = page.locator(f"{ERRORS}matrix .quadrant")
    tp, fp, *_ = (_number(re.search(r"\n([\d.]+)\n", text)[1]) for text in quadrants.all_inner_texts())
    assert _number(rates.locator(".rate-tile").first.inner_text().split("\n")[1]) == pytest.approx(
        100 * fp / (tp + fp), abs=0.051
    )
    page.locator(f"{ERRORS}unit_choice label", has_text="Saldo").click()
    expect(quadrants.first).to_contain_text("$", timeout=SLOW)


def test_the_causes_sum_to_the_false_positives_and_the_obligations_behind_one_are_a_file_of_masked_names(
    page: Page, demo_bank: Dashboard, tmp_path: Path
) -> None:
    _open(page, demo_bank, "page=false_positives&part=autopsy", f"{AUTOPSY}listed tfoot td")
    causes = _rows(page.locator(f"{AUTOPSY}listed"))
    total = page.locator(f"{AUTOPSY}listed tfoot").locator("th, td").all_inner_texts()
    assert len(causes) == 8
    assert sum(_number(row[1]) for row in causes) == _number(total[1]) > 0
    expect(page.locator(f"{AUTOPSY}readings")).to_contain_text(total[1])

    cause = next(row for row in causes if "Sin contacto directo" in row[0])
    page.locator(f"{AUTOPSY}listed .row-pick", has_text="Sin contacto directo").click()
    expect(page.locator(f"{AUTOPSY}behind tbody tr").first).to_be_visible(timeout=SLOW)
    with page.expect_download(timeout=SLOW) as waiting:
        page.locator(f"{AUTOPSY}file").click()
    waiting.value.save_as(tmp_path / "causes.csv")
    lines = pd.read_csv(tmp_path / "causes.csv", sep=None, engine="python", dtype=str)
    assert len(lines) == _number(cause[1])
    known = set(demo_bank.store.read().frame("rows", columns=["obligation"])["obligation"].astype(str))
    assert not known & set(lines.to_numpy().astype(str).ravel())


# Minute 6 to 8: the cut-off


def test_the_cut_off_moves_every_figure_says_who_comes_in_and_is_saved_as_a_proposal(
    page: Page, demo_bank: Dashboard
) -> None:
    words = "page=false_positives&part=cutoff&calls=12000&lock=3"
    _open(page, demo_bank, words, f"{CUT}boxes [data-key=list]")
    boxes = page.locator(f"{CUT}boxes")
    for said in ("capacidad 12.000", "equilibrio", "Valor neto", "pb"):
        expect(boxes).to_contain_text(said)
    expect(page.locator(f"{CUT}lock option:checked")).to_contain_text("opciones de los últimos 3 meses")
    expect(page.locator(f"{CUT}lead")).to_contain_text(re.compile("día de agente más"))
    before = boxes.inner_text()
    page.locator(f".irs:has(~ {CUT}threshold) .irs-line").focus()
    for _ in range(40):
        page.keyboard.press("ArrowLeft")
    page.wait_for_url(re.compile(r"[?&]dial="), timeout=SLOW)
    expect(boxes).not_to_have_text(before, timeout=SLOW)
    expect(page.locator("html:not(.shiny-busy)")).to_be_attached(timeout=SLOW)
    come_in, go_out = (
        page.locator(f"{CUT}swap tbody tr", has_text=name).locator("td").first for name in ("Entran", "Salen")
    )
    expect(come_in).not_to_have_text("0", timeout=SLOW)
    expect(go_out).to_have_text("0")

    page.locator(f"{CUT}by").fill("Ana Ruiz")
    page.locator(f"{CUT}by").blur()
    page.locator(f"{CUT}proposal_title").fill("Más llamadas")
    page.get_by_role("button", name="Guardar como propuesta").click()
    expect(page.locator(f"{CUT}proposals tbody tr", has_text="Más llamadas")).to_contain_text("Ana Ruiz", timeout=SLOW)


# Minute 8 to 9: Drift


def test_drift_has_its_critical_value_its_effect_and_a_segment_beside_the_whole(
    page: Page, demo_bank: Dashboard
) -> None:
    _open(page, demo_bank, f"page=drift&feature=days_past_due&{CARD}&beside=all", "#drift-listed tbody tr")
    head = page.locator("#drift-listed thead").inner_text()
    for word in ("PSI", "Azar hasta", "Efecto, pp"):
        assert word in head
    listed = {row[0].strip(): row for row in _rows(page.locator("#drift-listed"))}
    days = listed["Días de mora"]
    assert _number(days[2]) > 0 and _number(days[3]) > 0  # days past due move: they are not bins of themselves
    effects = [row[4] for row in listed.values()]
    assert sum("—" in effect for effect in effects) == 0 and any(_number(effect) != 0 for effect in effects)
    expect(page.locator("#drift-feature_head h2")).to_contain_text(
        re.compile(r"Días de mora: PSI [\d,]+ en \w+ 202\d; el azar explica hasta [\d,]+"), timeout=SLOW
    )

    shape = page.locator("#drift-shape_head")
    expect(shape.locator("h2")).to_contain_text("de las filas filtradas", timeout=SLOW)
    n, m = map(_number, re.findall(r"n ([\d.]+)", shape.locator("p").inner_text()))
    assert 0 < n < m
    page.locator("#drift-beside").select_option("reference")
    page.locator("#drift-feature").select_option("last_contacts")
    expect(page.locator("#drift-shape .ytick").first).to_have_text("sin dato", timeout=SLOW)
    page.locator("#drift-feature").select_option("reaged")
    expect(page.locator("#drift-shape")).to_contain_text("= 0", timeout=SLOW)


# Minute 9 to 10: Alerts


def test_a_rule_on_a_saved_segment_is_replayed_on_history_and_saved_with_its_owner(
    page: Page, demo_bank: Dashboard
) -> None:
    records = Records(demo_bank.store.folder / "records.db")
    if SEGMENT not in {kept.name for kept in records.saved("segment")}:
        records.save("segment", SEGMENT, levels_text({"region": ("CARIBE",)}), by="Ana Ruiz")
    _open(page, demo_bank, "page=alerts&watch=fdr&watch_months=2&watch_least=300", "#alerts-replay")
    expect(page.locator("#alerts-limit_label")).to_contain_text("FDR* de equilibrio", timeout=SLOW)
    expect(page.locator("#alerts-least")).to_have_value("300")
    expect(page.locator("#alerts-within option", has_text=SEGMENT)).to_have_count(1)
    page.locator("#alerts-least").fill("10")  # a small bank: with 300 a month nothing could fire
    page.locator("#alerts-limit").fill("40")
    page.locator("#alerts-replay").click()
    fired = page.locator("#alerts-fired tbody tr")
    expect(fired.first).to_contain_text(re.compile(r"\w+ 202\d"), timeout=SLOW)
    expect(page.locator("#alerts-fired thead")).to_contain_text("Qué fue")

    page.locator("#alerts-within").select_option(
        label=page.locator("#alerts-within option", has_text=SEGMENT).inner_text()
    )
    page.locator("#alerts-replay").click()
    page.locator("#alerts-by").fill("Ana Ruiz")
    page.locator("#alert-rule-name").fill("FDR del Caribe")
    page.locator("#alert-rule-owner").fill("Luis Peña")
    page.locator("#alerts-save_fields button[type=submit]").first.click()
    expect(page.locator("#alerts-ledger tbody tr", has_text="FDR del Caribe")).to_contain_text(
        "Luis Peña", timeout=SLOW
    )
    assert list(records.verify()) == []
