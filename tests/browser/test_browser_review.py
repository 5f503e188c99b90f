"""Ten minutes of a review session in a browser: is the model still fit, on evidence that we can sign?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from serving import Dashboard, serve
from shiny.playwright.controller import InputSlider

from app.frozen import Frozen
from app.review_pack import opened
from data.parquet_store import ParquetStore
from data.records import Records
from data.records.review_terms import CLOSED, Review
from data.store import Draft
from model import train
from model.bundle import CONTENT, SHORT

pytestmark = pytest.mark.browser

SLOW = 120_000
FIRST, NEXT = "Sesión de junio", "Sesión de octubre"
RESTATED = 202505
WALK = {
    "page=backtest&part=lineage": "#backtest-lineage-boxes .box",
    "page=backtest&part=rank": "#backtest-rank-boxes .box",
    "page=backtest&part=calibration": "#backtest-calibration-boxes .box",
    "page=backtest&part=champion": "#backtest-champion-boxes .box",
    "page=backtest&part=stability": "#backtest-stability-boxes .box",
    "page=false_positives&part=equal_treatment": "[id^=false_positives-equal_treatment] table, .page-state",
    "page=model_effect&part=effect_options": "[id^=model_effect-effect_options] table, .page-state",
}
"""The pages of the session → what shows that they stand."""


def _open(page: Page, bank: Dashboard, words: str, sees: str) -> None:
    page.goto(f"{bank.address}/?lang=es&{words}")
    expect(page.locator(sees).first).to_be_visible(timeout=SLOW)


def _backtest(page: Page, bank: Dashboard, part: str, words: str = "", sees: str = ".box") -> str:
    """Opens a section of the Backtest page; the beginning of its ids."""
    ids = f"#backtest-{part}"
    _open(page, bank, f"page=backtest&part={part}&{words}", f"{ids}-boxes {sees}")
    return ids


def _rows(table: Locator) -> list[list[str]]:
    """The cells of a table, once it has rows."""
    expect(table.locator("tbody tr").first).to_be_visible(timeout=SLOW)
    cells = table.locator("tbody tr, tfoot tr").evaluate_all(
        "rows => rows.map(row => [...row.querySelectorAll('th, td')].map(cell => cell.textContent))"
    )
    return [[re.sub(r"\s+", " ", cell).strip() for cell in row] for row in cells]


def _number(text: str) -> float:
    """The first number of a Spanish text."""
    found = re.search(r"[\u2212+-]?[\d.]+(,\d+)?", text)
    assert found is not None, text
    return float(found[0].replace("\u2212", "-").replace(".", "").replace(",", "."))


def _records(bank: Dashboard) -> Records:
    return Records(bank.store.folder / "records.db")


def _session(bank: Dashboard, title: str) -> tuple[Review, Frozen]:
    """A session and the evidence that it rests on."""
    records = _records(bank)
    review = next(r for r in records.reviews() if r.title == title)
    return review, Frozen(records.evidence(review.evidence))


def _started(page: Page, title: str) -> None:
    page.locator("#review-by").fill("Ana Ruiz")
    page.locator("#review-new-title").fill(title)
    page.locator("#review-start_form button[type=submit]").click()
    expect(page.locator(".review-banner .review-title")).to_have_text(title, timeout=SLOW)


def _frozen_figures(page: Page) -> str:
    """Every frozen figure as it stands on the screen."""
    figures = page.locator("#review-frozen_figures")
    expect(figures.locator("table").first).to_be_attached(timeout=SLOW)
    return str(figures.text_content())


# Minute 0 to 1: the Review room


def test_a_session_freezes_its_evidence_and_a_later_refresh_changes_no_figure_of_it(
    page: Page, demo_bank: Dashboard
) -> None:
    _open(page, demo_bank, "page=review&to=202506", "#review-start_form button")
    _started(page, FIRST)
    review, evidence = _session(demo_bank, FIRST)
    banner = page.locator(".review-banner strong")
    expect(banner).to_have_text(f"Evidencia 2025-06 #{evidence.hash[:4]}")
    expect(page.locator("#review-agenda_head")).to_contain_text(re.compile(r"\d+ puntos? para la agenda"), timeout=SLOW)
    before = _frozen_figures(page)

    rows = demo_bank.store.read().frame("rows")
    month = rows[rows["month"] == RESTATED].reset_index(drop=True)
    overdue = month["days_past_due"] > 30
    month["balance"] = month["balance"].where(~overdue, 2 * month["balance"])
    draft = Draft({"rows": {str(RESTATED): month}}, {}, note="corrected balances")
    later = demo_bank.store.publish(draft, base=demo_bank.store.version())
    expect(page.locator("#review-banner")).to_contain_text(
        f"llegó la publicación {later.partition('-')[0]}: aquí no ha cambiado nada", timeout=SLOW
    )
    page.reload()
    expect(banner).to_have_text(f"Evidencia 2025-06 #{evidence.hash[:4]}", timeout=SLOW)
    assert _frozen_figures(page) == before
    assert _session(demo_bank, FIRST) == (review, evidence)


# Minute 1 to 2: lineage


def test_two_hundred_rows_are_scored_again_and_an_altered_model_fails_by_name(page: Page, demo_bank: Dashboard) -> None:
    ids = _backtest(page, demo_bank, "lineage")
    said = page.locator(f"{ids}-said")
    card = demo_bank.store.read().document("model_card")
    expect(said).to_contain_text(
        re.compile(rf"LightGBM {card['model_hash'][:12]} lee \d+ variables, aprendió de \w+ 20\d\d – \w+ 20\d\d")
    )
    expect(page.locator(f"{ids}-facts")).to_contain_text(card["model_hash"])
    expect(page.locator(f"{ids}-guards")).to_contain_text("Mejor que sin pericia")

    page.locator(f"{ids}-audit").click()
    expect(page.locator(f"{ids}-audited")).to_contain_text(re.compile(r"200 de 200 filas"), timeout=SLOW)
    expect(page.locator(f"{ids}-audit_head")).to_contain_text("pasa |Δp| de 1e−9 como máximo")
    expect(page.locator(f"{ids}-audit_head h2")).to_have_text(
        re.compile(r"puntuaron estas filas: \|Δp\| máximo (0|[\d,]+e−(9|\d\d))$")
    )
    expect(page.locator(f"{ids}-faults .caution")).to_have_count(0)

    bundle = demo_bank.store.folder / "models" / card["model_hash"][:SHORT] / CONTENT
    honest = bundle.read_bytes()
    try:
        bundle.write_bytes(b"the last variable of a loop")
        page.locator(f"{ids}-audit").click()
        expect(page.locator(f"{ids}-faults")).to_contain_text(
            f"El modelo {card['model_hash'][:SHORT]} fue alterado", timeout=SLOW
        )
        expect(page.locator(f"{ids}-audit_head h2")).to_have_text("La auditoría no pasa")
    finally:
        bundle.write_bytes(honest)


# Minute 2 to 4: rank


def test_every_month_to_the_last_is_ranked_with_intervals_and_open_ones_are_hatched(
    page: Page, demo_bank: Dashboard
) -> None:
    ids = _backtest(page, demo_bank, "rank")
    boxes = page.locator(f"{ids}-boxes .box")
    expect(boxes).to_have_count(5)
    texts = boxes.all_inner_texts()
    for name in ("Gini", "KS", "Lift al 10\xa0%"):
        (said,) = [text for text in texts if text.replace(" ", "\xa0").startswith(name.replace(" ", "\xa0"))]
        assert re.search(r"desarrollo [\d,]+", said), said
        assert re.search(r"[\d,]+ – [\d,]+", said), said

    table = page.locator(f"{ids}-months")
    matured = {row[0]: row for row in _rows(table)}
    assert next(iter(matured)) == "ene 26"
    assert re.match(r"0,\d+ \(0,\d+ – 0,\d+\)$", matured["oct 25"][3])
    assert matured["dic 25"][3] == "—" and "▨ aún abierto" in matured["dic 25"][-1]
    hatched = page.locator(f"{ids}-course_chart .barlayer path, {ids}-course_chart pattern")
    expect(hatched.first).to_be_attached(timeout=SLOW)

    page.locator(f"{ids}-shown").select_option("nowcast")
    expect(table).to_contain_text("▨ proyección", timeout=SLOW)
    projected = {row[0]: row for row in _rows(table)}
    assert re.match(r"0,\d+ \(0,\d+ – 0,\d+\)$", projected["dic 25"][3])
    assert {month: row for month, row in projected.items() if "▨" not in row[-1]} == {
        month: row for month, row in matured.items() if "▨" not in row[-1]
    }
    expect(page.locator(f"{ids}-nowcast_head")).to_contain_text(re.compile(r"90\s% acertó \d+ de \d+"))
    expect(page.locator(f"{ids}-order_head h2")).not_to_be_empty()


# Minute 4 to 6: calibration


def test_every_band_says_what_it_promised_what_came_and_whether_the_test_could_have_seen_it(
    page: Page, demo_bank: Dashboard
) -> None:
    ids = _backtest(page, demo_bank, "calibration")
    said, table = page.locator(f"{ids}-said"), page.locator(f"{ids}-table")
    both = _rows(table)
    assert [row[0] for row in both] == [*map(str, range(1, 11)), "Total"]
    for column in (1, 2):
        assert sum(_number(row[column]) for row in both[:-1]) == _number(both[-1][column])
    for row in both[:-1]:
        assert _number(row[4]) - _number(row[3]) == pytest.approx(_number(row[5]), abs=0.11)
        assert _number(row[6]) + _number(row[7]) == pytest.approx(1, abs=0.002)
    off = [row for row in both[:-1] if re.match("[▲◆]", row[10])]
    grey = [row for row in both[:-1] if re.match(r"○ requiere [\d.]+$", row[10])]
    assert off and grey and all(_number(row[9]) < 80 for row in grey)
    over = [row for row in off if row[5].startswith("\u2212")]
    for row in over:
        expect(said).to_contain_text(
            re.compile(rf"sobrestimado en las? bandas? .*\b{row[0]}\b.*: esperado [\d,]+\s%, observado [\d,]+\s%, "
                       r"p [<=] 0,\d+, caja faltante")
        )  # fmt: skip
    tests = page.locator(f"{ids}-tests")
    for name in ("Hosmer-Lemeshow", "Puntaje de Brier", "REL", "RES", "UNC", "ECE", "Pendiente", "Intercepto"):
        expect(tests).to_contain_text(name)
    brier, rel, res, unc, within = (_number(row[1]) for row in _rows(tests)[2:7])
    assert brier == pytest.approx(rel - res + unc + within, abs=3e-5)

    page.locator(f"{ids}-side").select_option("under")
    page.wait_for_url("**cal_side=under**")
    expect(page.locator(f"{ids}-table_head")).not_to_contain_text("en ambos sentidos", timeout=SLOW)
    expect(said).not_to_contain_text("sobrestimado")
    page.locator(f"{ids}-side").select_option("both")
    page.locator(f"{ids}-groups").select_option("5")
    expect(table.locator("tbody tr")).to_have_count(5, timeout=SLOW)
    assert _rows(table)[-1][1:5] == both[-1][1:5]

    ids = _backtest(page, demo_bank, "calibration", "product=LIBRANZA")
    segment = _rows(table)
    assert 0 < _number(segment[-1][1]) < _number(both[-1][1])
    assert re.match(r"[○▲◆●] ?", segment[0][10])


# Minute 6 to 7: champion and challenger


def test_the_four_cells_sum_to_the_list_at_every_capacity_with_a_ratio_in_basis_points_each(
    page: Page, demo_bank: Dashboard
) -> None:
    ids = _backtest(page, demo_bank, "champion")
    boxes = page.locator(f"{ids}-boxes")
    expect(boxes).to_contain_text(
        re.compile(r"ΔAUC.*?[\u2212+][\d,]+\spp\s+\[[\u2212+][\d,]+ a [\u2212+][\d,]+\]", re.DOTALL)
    )
    expect(boxes).to_contain_text("p de McNemar")
    listed = page.locator(f"{ids}-listed")
    at_first = _swap(listed)
    InputSlider(page, "backtest-champion-capacity").set("35%")
    page.wait_for_url("**capacity=35**", timeout=SLOW)
    expect(boxes).to_contain_text(re.compile(r"con 35,0\s% de la lista"), timeout=SLOW)
    expect(page.locator("html:not(.shiny-busy)")).to_be_attached(timeout=SLOW)
    wider = _swap(listed)
    assert wider[-1] == at_first[-1]
    assert wider[0][0] + wider[1][0] > at_first[0][0] + at_first[1][0]


def _swap(listed: Locator) -> list[list[float]]:
    """Rows, outcomes, balance and basis points of the four cells and their total, which they sum to."""
    rows = _rows(listed)
    assert [row[0] for row in rows] == [
        "En ambas listas", "Solo la del campeón", "Solo la del oponente", "En ninguna", "Total",
    ]  # fmt: skip
    found = [[_number(row[k]) for k in (1, 2, 5, 9)] for row in rows]
    for k, within in enumerate((0, 0, 2.5, 0.25)):
        assert sum(row[k] for row in found[:-1]) == pytest.approx(found[-1][k], abs=within)
    assert found[1][0] == found[2][0]
    return found


# Minute 7 to 8: stability


def test_what_moved_is_split_exactly_into_mix_behaviour_and_model(page: Page, demo_bank: Dashboard) -> None:
    ids = _backtest(page, demo_bank, "stability")
    expect(page.locator(f"{ids}-boxes")).to_contain_text("PSI")
    expect(page.locator(f"{ids}-sums_head")).to_contain_text("exactamente", timeout=SLOW)
    rows = _rows(page.locator(f"{ids}-sums"))
    assert len(rows) == 8
    for column in (1, 2):
        start, mix, behaviour, model, total, change, residual, end = (_points(row[column]) for row in rows)
        assert mix + behaviour + model == pytest.approx(total, abs=1e-9)
        assert total == pytest.approx(change, abs=1e-9)
        assert end - start == pytest.approx(change, abs=0.0011)
        assert residual < 1e-7
    expect(page.locator(f"{ids}-csi .barlayer .point path")).to_have_count(5, timeout=SLOW)

    matrix = page.locator(f"{ids}-moves .nsewdrag").first
    matrix.scroll_into_view_if_needed()
    matrix.hover()
    expect(page.locator(f"{ids}-moves .hoverlayer .hovertext").first).to_be_visible(timeout=SLOW)


def _points(text: str) -> float:
    """A part of a change; 0 where the model was not split off."""
    return 0.0 if text == "—" else _number(text)


# Minute 8 to 9: fairness and options


def test_groups_are_held_against_each_other_with_intervals_and_small_ones_kept_back(
    page: Page, demo_bank: Dashboard
) -> None:
    where = "page=false_positives&part=equal_treatment"
    tables = page.locator("[id^=false_positives-equal_treatment] table")
    _open(page, demo_bank, where, "[id^=false_positives-equal_treatment] table")
    assert [re.split(r":", text)[0] for text in tables.locator("caption").all_inner_texts()] == [
        "Género", "Edad", "Región",
    ]  # fmt: skip
    for row in _rows(tables.first):
        low, high = (_number(part) for part in row[2].split("–"))
        assert low <= _number(row[1]) <= high
        assert _number(row[3]) > 0

    _open(page, demo_bank, f"{where}&product=VEHICULO&from=202508", "[id^=false_positives-equal_treatment] table")
    few = [row for table in tables.all() for row in _rows(table) if row[1] == "—"]
    assert all(set(row[3:]) == {"—"} for row in few)
    assert any("muy pocas obligaciones para mostrarse sin hablar de un cliente" in row[2] for row in few)


def test_options_say_what_was_kept_three_months_and_what_came_back(page: Page, demo_bank: Dashboard) -> None:
    ids = "#model_effect-effect_options"
    _open(page, demo_bank, "page=model_effect&part=effect_options", f"[id^={ids[1:]}] tbody tr")
    board = page.locator(f"[id^={ids[1:]}] table").first
    rows = _rows(board)
    expect(page.locator("body")).to_contain_text("nunca más de 30 días de mora en 3 meses")
    for row in rows:
        for share in row[4:6]:
            value, low, high, n = map(_number, re.findall(r"[\d.,]+", share))
            assert low <= value <= high and n > 0
    assert sum(_number(row[3]) for row in rows[:-1]) == _number(rows[-1][3])


# Minute 9 to 10: close and export


def test_a_closed_session_leaves_a_pack_that_opens_again_and_stands_on_the_executives_page(
    page: Page, demo_bank: Dashboard, tmp_path: Path
) -> None:
    _open(page, demo_bank, "page=review", ".review-banner")
    page.locator("#review-by").fill("Ana Ruiz")
    page.locator("#review-finding-text").fill("Las bandas altas prometen de más")
    page.locator("#review-finding-severity").select_option("high")
    page.locator("#review-finding-owner").fill("Luis Peña")
    page.locator("#review-finding-due").fill("2026-12-15")
    page.locator("#review-rule-text").fill("Sobre los doce últimos meses maduros")
    page.locator("#review-finding_form button[type=submit]").click()
    finding = page.locator("#review-findings tbody tr")
    for words in ("Las bandas altas prometen de más", "Alta", "Luis Peña", "15 dic 2026"):
        expect(finding).to_contain_text(words, timeout=SLOW)

    expect(page.locator("html:not(.shiny-busy)")).to_be_attached(timeout=SLOW)
    expect(page.locator("#review-rule-text")).to_have_value("Sobre los doce últimos meses maduros")
    page.locator("#review-rule-kind").select_option("recalibrate")
    page.locator("#review-rule-owner").fill("Ana Ruiz")
    page.locator("#review-rule-due").fill("2026-12-20")
    page.locator("#review-rule_form button[type=submit]").click()
    expect(page.locator("#review-decision_head")).to_contain_text("Recalibrar", timeout=SLOW)
    for words in ("Ana Ruiz", "20 dic 2026"):
        expect(page.locator("#review-decision")).to_contain_text(words, timeout=SLOW)
    expect(page.locator("#review-close_head")).to_contain_text("Aún no se puede cerrar")
    _signs(page, "Ana Ruiz", "owner", "agree", "")
    _signs(page, "Luis Peña", "validator", "dissent", "Primero el punto de corte")
    expect(page.locator("#review-signed")).to_contain_text("Primero el punto de corte")
    page.locator("#review-closing button[type=submit]").click()
    expect(page.locator("#review-since h2")).to_have_text("Qué decidimos y qué pasó: recalibrar", timeout=SLOW)
    _frozen_figures(page)
    before = _tables(page.locator("#review-frozen_figures"))

    review, evidence = _session(demo_bank, FIRST)
    assert review.status == CLOSED
    assert list(_records(demo_bank).verify()) == []
    for ending in ("page", "workbook", "pdf"):
        pack = _exported(page, ending, tmp_path)
        assert pack.stat().st_size > 10_000
        if ending == "pdf":
            assert pack.read_bytes().startswith(b"%PDF")
            continue
        read = opened(pack.read_bytes())
        assert (read.broken, read.frozen.content, read.review) == ((), evidence.content, review)
        page.reload()
        page.locator("#review-pack").set_input_files(pack)
        again = page.locator("#review-opened")
        expect(again).to_contain_text("sus cifras son las que se congelaron", timeout=SLOW)
        expect(again).to_contain_text("Primero el punto de corte")
        assert _tables(again) == before

    for name in ("pulse", "decisions"):
        _open(page, demo_bank, f"page={name}", f"#{name}-reviewed .review-line")
        expect(page.locator(f"#{name}-reviewed")).to_contain_text(
            re.compile(rf"“{FIRST}” .*Recalibrar.*En disenso: Luis Peña", re.DOTALL)
        )


def _tables(shown: Locator) -> list[str]:
    """The frozen tables as they stand in a part of the room."""
    return [str(table.text_content()) for table in shown.locator("details.folded table").all()]


def _signs(page: Page, name: str, role: str, stand: str, words: str) -> None:
    page.locator("#review-by").fill(name)
    page.locator("#review-sign-role").select_option(role)
    page.locator("#review-sign-stand").select_option(stand)
    page.locator("#review-sign-words").fill(words)
    page.locator("#review-sign_form button[type=submit]").click()
    expect(page.locator("#review-signed")).to_contain_text(name, timeout=SLOW)


def _exported(page: Page, ending: str, folder: Path) -> Path:
    with page.expect_download(timeout=SLOW) as waiting:
        page.locator(f"#review-as_{ending}").click()
    waiting.value.save_as(folder / waiting.value.suggested_filename)
    return folder / waiting.value.suggested_filename


def test_the_next_session_opens_with_what_was_decided_what_happened_and_what_was_restated(
    page: Page, demo_bank: Dashboard
) -> None:
    _open(page, demo_bank, "page=review", "#review-start_form button")
    _started(page, NEXT)
    _, evidence = _session(demo_bank, NEXT)
    expect(page.locator(".review-banner strong")).to_have_text(re.compile(rf"Evidencia 2025-12 #{evidence.hash[:4]}"))
    expect(page.locator("#review-past_head h2")).to_have_text("Qué decidimos y qué pasó: recalibrar", timeout=SLOW)
    past = page.locator("#review-past")
    measured = _rows(past.locator("table").first)
    gap = next(row for row in measured if row[0] == "Observado menos prometido")
    assert all(re.fullmatch(r"[\u2212+]?[\d,]+ pp – [\u2212+]?[\d,]+ pp", gap[k]) for k in (2, 4)), gap
    assert re.search(r"\[[\u2212+]?[\d,]+ pp … [\u2212+]?[\d,]+ pp\]$", gap[5]), gap
    expect(past).to_contain_text(re.compile(r"Reexpresiones: \d+ cifras congeladas son otras hoy"))
    moved = next(row for row in _rows(past.locator("table").last) if row[1] == "may 2025")
    assert moved[2] != moved[3] and moved[5] == "se reexpresaron los datos"
    expect(page.locator("#review-agenda_table")).to_contain_text("Las bandas altas prometen de más")


# The real loans


@pytest.mark.slow
def test_the_real_loans_open_on_every_page_of_the_session_and_say_that_their_promise_drifts(
    page: Page, shared: Path, tmp_path: Path
) -> None:
    data = shared / "datasets" / "pago_a_tiempo"
    asked = ["--source", "pago_a_tiempo", "--data", str(data), "--store", str(tmp_path), "--quiet", "--no-track"]
    assert train.main(asked) == 0
    for loans in serve(ParquetStore(tmp_path)):
        for words, sees in WALK.items():
            _open(page, loans, words, sees)
            expect(page.locator("html:not(.shiny-busy)")).to_be_attached(timeout=SLOW)
            expect(page.locator(".shiny-output-error:visible")).to_have_count(0)
            if words.endswith("calibration"):
                expect(page.locator("#backtest-calibration-said")).to_contain_text(
                    re.compile(r"Deriva de la promesa: .*2025.*: se prometió [\d,]+\s% y llegó [\d,]+\s%")
                )
        _open(page, loans, "page=review", "#review-start_form button")
        _started(page, NEXT)
        expect(page.locator("#review-agenda_table")).to_contain_text(
            re.compile(r"La promesa se rompió .*2025"), timeout=SLOW
        )
