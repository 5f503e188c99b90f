"""The payment-option files become a portfolio as they are documented, and what is wrong with them is said."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from documented_files import CUSTOMER, DECISIONES, OOT, PAGOS, PROB, TRTEST, header, text_of, write_files

from data.check import check
from data.contract import Portfolio, Suspicion
from data.rows import NEGATIVE, OPEN, POSITIVE, UNLABELLED
from data.sources.opciones_pago import CONTEMPORARY, FILES, load

SAMPLES = {
    TRTEST: "sample_base_pivot_trtest.csv",
    OOT: "sample_oot.csv",
    PROB: "sample_probabilidad_oblig.csv",
    PAGOS: "sample_maestra_cuotas_pagos.csv",
    CUSTOMER: "sample_master_customer_data.csv",
}


@pytest.fixture
def real(shared: Path, tmp_path: Path) -> Path:
    """A folder with the printed rows of the real files under their documented names."""
    for name, sample in SAMPLES.items():
        text = (shared / "datasets" / "bancolombia_opciones_pago" / sample).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def _kinds(portfolio: Portfolio) -> dict[str, Suspicion]:
    return {s.kind: s for s in portfolio.suspicions}


# -- the printed real rows --------------------------------------------------------------------------------------------


def test_every_column_of_the_real_files_is_documented_and_none_is_missing(real: Path) -> None:
    layouts = {layout.file: header(layout) for layout in FILES}
    for name in SAMPLES:
        assert layouts[name] == (real / name).read_text(encoding="utf-8").splitlines()[0].split(",")
    assert [len(layouts[n]) for n in (TRTEST, PROB, PAGOS, CUSTOMER, OOT)] == [49, 7, 13, 37, 4]


def test_the_printed_responses_parse_to_the_printed_values(real: Path) -> None:
    portfolio = load(real)
    assert portfolio.actions is not None
    first = portfolio.actions.iloc[0]
    assert first[["client", "obligation", "month"]].tolist() == [630611, 863073, 202308]
    assert first[["past_due", "balance", "debt", "paid"]].tolist() == [1000259.0, 5808115.68, 12134572.0, 0.0]
    assert first[["days_past_due_low", "days_past_due_high", "days_past_due_end"]].tolist() == [46, 71, 71]
    assert first[["contacts", "right_party", "agreements", "promises_kept", "options_offered"]].tolist() == [
        46,
        1,
        0,
        0,
        1,
    ]
    assert first[["option", "option_applied"]].tolist() == ["Reestructuración novacion", "CONSOLIDACION"]
    assert portfolio.actions["result"].tolist()[2] == "PLAN DE COMPROMISO CUMPLIDO"
    assert portfolio.outcomes["label_state"].tolist() == [POSITIVE] * 5 + [OPEN] * 5
    assert portfolio.outcomes["kept"].tolist()[:5] == [1, 1, 0, 1, 0]
    assert portfolio.obligations["segment"].tolist()[:5] == ["PERSONAL"] * 4 + ["PERSONAL PLUS"]


def test_the_printed_payments_parse_to_the_printed_values(real: Path) -> None:
    payments = load(real).payments
    assert payments is not None
    assert payments["month"].tolist() == [202307, 202302, 202310, 202302, 202304]
    assert payments["instalment"].tolist() == [311950.0, 131030.0, 1405339.0, 19220.0, 384684.0]
    assert payments["paid"].tolist() == [1862788.0, 264157.0, 3320.0, 0.0, 769368.0]
    dates = [None if pd.isna(d) else f"{d:%Y%m%d}" for d in payments["last_paid"]]
    assert dates == ["20230721", "20230207", "20231003", None, "20230403"]
    assert payments["mark"].tolist()[3:] == ["FACTURACION_MES_SGTE", "PAGO_MAS"]


def test_the_printed_scores_and_clients_parse_to_the_printed_values(real: Path) -> None:
    portfolio = load(real)
    assert portfolio.scores is not None
    assert portfolio.clients is not None
    assert portfolio.scores["lot"].tolist() == ["1", "2", "1", "3", "2"]
    assert portfolio.scores["pays"].tolist() == [np.float32(x) for x in (0.76135, 0.7418, 0.83537, 0.445, 0.78436)]
    clients = portfolio.clients
    assert clients["month"].tolist() == [202312, 202309, 202311, 202307, 202312]
    assert clients["age"].tolist() == [25, 38, 63, 41, 43]
    assert clients["income"].tolist() == [2607680, 1000000, 0, 1800000, 2500000]
    assert [f"{d:%Y%m%d}" for d in clients["since"]] == ["20190604", "20210211", "20200828", "20100809", "20200901"]
    assert clients["housing"].isna().tolist() == [False, False, True, True, False]
    assert clients["region"].tolist()[2] == "DIRECCIÓN GENERAL"


def test_the_contemporary_columns_are_those_of_the_leak_table(shared: Path) -> None:
    text = (shared / "datasets" / "bancolombia_opciones_pago" / "SCHEMA.md").read_text(encoding="utf-8")
    rows = [[c.strip() for c in line.split("|")] for line in text.splitlines() if line.startswith("| ")]
    leaks = {r[2] for r in rows if r[1].isdigit() and r[4].startswith(("L", "**L"))}
    assert leaks == CONTEMPORARY


# -- what the rows become ---------------------------------------------------------------------------------------------


def test_the_portfolio_keeps_the_contract(tmp_path: Path) -> None:
    check(load(write_files(tmp_path, cartera=[{}], decisiones=[{}])))


def test_the_text_none_is_a_missing_value(tmp_path: Path) -> None:
    rows = [{"alternativa_aplicada_agr": "None", "cant_gestiones": "None", "pago_mes": "None"}]
    actions = load(write_files(tmp_path, trtest=rows)).actions
    assert actions is not None
    assert actions[["option_applied", "contacts", "paid"]].isna().to_numpy().all()


def test_whole_numbers_may_be_written_with_a_decimal_point(tmp_path: Path) -> None:
    rows = [
        {"nit_enmascarado": "296482.0", "num_oblig_enmascarado": "102381.0", "fecha_corte": "202308.0", "lote": "1.0"}
    ]
    scores = load(write_files(tmp_path, prob=rows)).scores
    assert scores is not None
    assert scores[["client", "obligation", "month", "lot"]].iloc[0].tolist() == [296482, 102381, 202308, "1"]


def test_spellings_of_one_segment_are_one_level_and_counted(tmp_path: Path) -> None:
    rows = [{"segmento": "Personal"}, {"segmento": "PERSONAL", "num_oblig_enmascarado": 11}]
    portfolio = load(write_files(tmp_path, trtest=rows))
    assert portfolio.obligations["segment"].tolist()[:2] == ["PERSONAL", "PERSONAL"]
    assert _kinds(portfolio)["mixed_case"] == Suspicion(TRTEST, "segmento", "mixed_case", 1, "Personal → PERSONAL")


def test_the_plural_of_the_card_is_the_card(tmp_path: Path) -> None:
    rows = [{"producto": "TARJETAS DE CREDITO"}, {"producto": "Tarjeta de Credito", "num_oblig_enmascarado": 11}]
    portfolio = load(write_files(tmp_path, trtest=rows, pagos=[{"num_oblig_enmascarado": 99}]))
    assert portfolio.obligations["product"].tolist()[:2] == ["TARJETA DE CREDITO"] * 2


def test_an_infinite_share_of_the_instalment_is_kept_and_counted(tmp_path: Path) -> None:
    portfolio = load(write_files(tmp_path, pagos=[{}, {"porc_pago": "inf", "num_oblig_enmascarado": 11}]))
    assert _kinds(portfolio)["infinite"] == Suspicion(PAGOS, "porc_pago", "infinite", 1, "row 2: inf")
    assert portfolio.payments is not None
    assert len(portfolio.payments) == 2


@pytest.mark.parametrize(
    ("file", "row", "column", "example"),
    [
        ("trtest", {"cant_alter_posibles": 12}, "cant_alter_posibles", "row 1: 12, usually 0 to 3"),
        ("customer", {"edad_cli": 123}, "edad_cli", "row 1: 123, usually 18 to 100"),
        ("customer", {"total_ing": "5.8e12"}, "total_ing", "row 1: 5800000000000, usually 0 to 1000000000"),
    ],
)
def test_what_is_out_of_the_usual_range_is_kept_and_counted(
    tmp_path: Path, file: str, row: dict, column: str, example: str
) -> None:
    found = _kinds(load(write_files(tmp_path, **{file: [row]})))["out_of_usual_range"]
    assert (found.column, found.count, found.example) == (column, 1, example)


def test_a_category_that_is_not_documented_is_kept_and_counted(tmp_path: Path) -> None:
    portfolio = load(write_files(tmp_path, pagos=[{"segmento": "GALACTICO"}]))
    assert _kinds(portfolio)["unseen_category"] == Suspicion(PAGOS, "segmento", "unseen_category", 1, "GALACTICO")


def test_a_column_that_is_not_documented_is_told(tmp_path: Path) -> None:
    folder = write_files(tmp_path)
    (folder / OOT).write_text(text_of(OOT, [{}]).replace("alt\n", "alt,nueva\n").replace("202401", "202401,x"))
    assert _kinds(load(folder))["unknown_column"] == Suspicion(OOT, "nueva", "unknown_column", 1, "not read")


def test_a_key_with_two_original_numbers_counts_once_and_the_waterfall_shows_it(tmp_path: Path) -> None:
    rows = [{"saldo_capital": 1000.0}, {"num_oblig_orig_enmascarado": 8, "saldo_capital": 900.0}]
    portfolio = load(write_files(tmp_path, trtest=rows))
    found = _kinds(portfolio)["duplicate_key"]
    assert (found.file, found.count) == (TRTEST, 1)
    assert found.column == "nit_enmascarado + num_oblig_enmascarado + fecha_var_rpta_alt"
    assert found.example == "row 2: nit_enmascarado 1, num_oblig_enmascarado 10, fecha_var_rpta_alt 202312"
    steps = {s.name: (s.count, s.balance) for s in portfolio.coverage.steps}
    assert (steps["read"], steps["distinct"]) == ((3, 1900.0), (2, 1000.0))
    assert portfolio.obligations["balance"].tolist()[0] == 1000.0


def test_repeated_payments_scores_and_clients_count_once(tmp_path: Path) -> None:
    twice = {name: [{}, {}] for name in ("prob", "pagos", "customer")}
    portfolio = load(write_files(tmp_path, **twice))
    assert [len(f) for f in (portfolio.scores, portfolio.payments, portfolio.clients) if f is not None] == [1, 1, 1]
    found = [(s.file, s.count) for s in portfolio.suspicions if s.kind == "duplicate_key"]
    assert found == [(PROB, 1), (PAGOS, 1), (CUSTOMER, 1)]


def test_without_the_portfolio_file_only_the_part_in_arrears_is_known(tmp_path: Path) -> None:
    portfolio = load(write_files(tmp_path))
    row = portfolio.obligations.iloc[0]
    assert row[["balance", "past_due", "days_past_due", "eligible"]].tolist() == [1000.0, 100.0, 16.0, 1]
    assert "gross" not in portfolio.meaning.carries
    assert portfolio.barred == {"obligations.balance", "obligations.past_due", "obligations.days_past_due"}


def test_with_the_portfolio_file_every_obligation_is_there_as_it_opened(tmp_path: Path) -> None:
    cartera = [
        {"saldo_capital": 1200.0, "dias_mora": 3, "reestructurada": "SI"},
        {"num_oblig_enmascarado": 11, "dias_mora": 0, "elegible": "NO", "vlr_vencido": 0},
        {"num_oblig_enmascarado": 12, "dias_mora": 200, "elegible": "NO", "saldo_capital": 0, "vlr_castigado": 700},
        {"fecha_corte": 202401},
    ]
    portfolio = load(write_files(tmp_path, cartera=cartera))
    rows = portfolio.obligations
    assert rows["balance"].tolist() == [1200.0, 1000.0, 0.0, 1000.0]
    assert rows["days_past_due"].tolist() == [3, 0, 200, 16]
    assert rows["reaged"].tolist() == [1, 0, 0, 0]
    assert rows["written_off"].tolist() == [0, 0, 700, 0]
    assert rows["eligible"].tolist() == [1, 0, 0, 1]
    assert len(portfolio.outcomes) == 2
    assert "gross" in portfolio.meaning.carries
    assert portfolio.barred == frozenset()
    counts = {s.name: s.count for s in portfolio.coverage.steps}
    assert counts == {"read": 4, "distinct": 4, "in_arrears": 3, "eligible": 2, "joined": 2}


def test_a_response_that_the_portfolio_file_lacks_is_added_and_told(tmp_path: Path) -> None:
    portfolio = load(write_files(tmp_path, cartera=[{"num_oblig_enmascarado": 11, "elegible": "NO"}]))
    assert portfolio.obligations["obligation"].tolist() == [11, 10, 10]
    assert portfolio.obligations["month"].tolist() == [202312, 202312, 202401]
    assert _kinds(portfolio)["not_in_portfolio"].count == 2
    check(portfolio)


@pytest.mark.parametrize(
    ("kind", "label", "offered", "state"),
    [
        ("a_uno_tipo_1", 1, "SI", POSITIVE),
        ("b_uno_tipo_2", 1, "SI", POSITIVE),
        ("c_uno_tipo_3", 1, "SI", POSITIVE),
        ("d_cero_tipo_1", 0, "SI", NEGATIVE),
        ("e_cero_tipo_2", 0, "SI", NEGATIVE),
        ("e_cero_tipo_2", 0, "NO", UNLABELLED),
    ],
)
def test_a_response_is_a_label_unless_nothing_was_offered(
    tmp_path: Path, kind: str, label: int, offered: str, state: int
) -> None:
    response = [{"tipo_var_rpta_alt": kind, "var_rpta_alt": label}]
    decision = [{"ofrecida": offered, "conocida_en": 202312}]
    portfolio = load(write_files(tmp_path, trtest=response, decisiones=decision))
    row = portfolio.outcomes.iloc[0]
    assert row["label_state"] == state
    assert row["label"] == label if state != UNLABELLED else math.isnan(row["label"])
    assert ("assumed_label" in _kinds(portfolio)) == (kind == "e_cero_tipo_2" and offered == "SI")
    assert row["assumed"] == 0


def test_without_decisions_an_unknown_offer_counts_as_not_accepted_and_is_counted(tmp_path: Path) -> None:
    portfolio = load(write_files(tmp_path, trtest=[{"tipo_var_rpta_alt": "e_cero_tipo_2", "var_rpta_alt": 0}]))
    assert portfolio.outcomes["label_state"].tolist()[0] == NEGATIVE
    assert _kinds(portfolio)["assumed_label"].count == 1
    assert portfolio.outcomes["assumed"].tolist()[0] == 1


@pytest.mark.parametrize(("label", "kind"), [(0, "a_uno_tipo_1"), (1, "d_cero_tipo_1")])
def test_a_label_that_its_type_contradicts_is_kept_and_counted(tmp_path: Path, label: int, kind: str) -> None:
    portfolio = load(write_files(tmp_path, trtest=[{"var_rpta_alt": label, "tipo_var_rpta_alt": kind}]))
    assert portfolio.outcomes["label"].tolist()[0] == label
    assert _kinds(portfolio)["contradiction"].count == 1


def test_a_label_that_is_not_final_is_open_and_hidden(tmp_path: Path) -> None:
    portfolio = load(write_files(tmp_path, decisiones=[{"conocida_en": 202402}]))
    row = portfolio.outcomes.iloc[0]
    assert (row["label_state"], row["known_at"]) == (OPEN, 202402)
    assert portfolio.outcomes[["label", "type", "kept"]].iloc[0].isna().all()


def test_an_acceptance_is_known_from_the_month_in_which_it_was_reported_while_its_label_is_still_open(
    tmp_path: Path,
) -> None:
    said = [{"conocida_en": 202402, "aceptada_en": 202401}, {"num_oblig_enmascarado": 11, "aceptada_en": ""}]
    folder = write_files(tmp_path, trtest=[{}, {"num_oblig_enmascarado": 11}], decisiones=said)
    earlier, now = (load(folder, as_of=month).outcomes.query("month == 202312") for month in (202312, 202401))
    assert earlier["reported_after"].isna().all()
    assert now["label_state"].tolist() == [OPEN, OPEN]
    assert now.set_index("obligation")["reported_after"].fillna(-1).to_dict() == {10: 1, 11: -1}
    assert "accepted_at" not in load(folder).decisions


def test_decisions_need_not_say_when_an_acceptance_was_reported(tmp_path: Path) -> None:
    folder = write_files(tmp_path, decisiones=[{}])
    lines = (folder / DECISIONES).read_text(encoding="utf-8").splitlines()
    (folder / DECISIONES).write_text("\n".join([*(x.rsplit(",", 1)[0] for x in lines), ""]), encoding="utf-8")
    assert "reported_after" not in load(folder).outcomes


def test_where_decisions_are_logged_a_label_is_final_two_months_later_unless_they_say(tmp_path: Path) -> None:
    folder = write_files(tmp_path, decisiones=[{"conocida_en": ""}])
    assert load(folder).outcomes["known_at"].tolist() == [202402, 202403]
    assert load(folder, label_window_months=1).outcomes["known_at"].tolist() == [202401, 202402]
    (folder / DECISIONES).unlink()
    assert load(folder).outcomes["known_at"].tolist() == [202312, 202401]


def test_an_eligible_row_without_response_has_no_label(tmp_path: Path) -> None:
    portfolio = load(write_files(tmp_path, cartera=[{}, {"num_oblig_enmascarado": 11}]))
    state = portfolio.outcomes.set_index("obligation")["label_state"]
    assert state.loc[11] == UNLABELLED
    assert _kinds(portfolio)["no_outcome"].count == 1


def test_as_of_an_earlier_month_later_rows_are_left_out_and_counted(tmp_path: Path) -> None:
    responses = [{"fecha_var_rpta_alt": m} for m in (202310, 202311, 202312)]
    pagos = [{"fecha_corte": d} for d in (20231031, 20231130)]
    portfolio = load(write_files(tmp_path, trtest=responses, pagos=pagos), as_of=202310)
    assert portfolio.outcomes[["month", "label_state"]].to_numpy().tolist() == [[202310, POSITIVE], [202311, OPEN]]
    assert portfolio.payments is not None
    assert portfolio.actions is not None
    assert portfolio.payments["month"].tolist() == [202310]
    assert portfolio.actions["month"].tolist() == [202310]
    late = {s.file: s.count for s in portfolio.suspicions if s.kind == "after_as_of"}
    assert late == {TRTEST: 1, OOT: 1, PAGOS: 1, PROB: 1, CUSTOMER: 1}


def test_arms_and_the_go_live_month_come_from_the_files(tmp_path: Path) -> None:
    arms = {202310: "", 202311: "modelo", 202312: "sin_oferta"}
    cartera = [{"fecha_corte": m, "brazo": arm} for m, arm in arms.items()]
    decisions = [{"mes": m, "brazo": arm} for m, arm in arms.items()]
    portfolio = load(write_files(tmp_path, cartera=cartera, decisiones=decisions))
    assert portfolio.obligations["arm"].tolist()[1:3] == ["model", "none"]
    assert portfolio.decisions is not None
    assert portfolio.decisions["arm"].isna().tolist() == [True, False, False]
    (live,) = portfolio.meaning.events
    assert (live.month, set(live.text), live.owner) == (202311, {"en", "es", "pt"}, "")
    assert {"arms", "propensity"} <= portfolio.meaning.carries


def test_the_join_of_clients_is_as_of_and_loses_no_row(tmp_path: Path) -> None:
    responses = [{"nit_enmascarado": c, "num_oblig_enmascarado": 100 + c} for c in (1, 2, 3)]
    clients = [
        {"nit_enmascarado": 1, "month": 11},
        {"nit_enmascarado": 2, "month": 7},
        {"nit_enmascarado": 3, "month": 12},
    ]
    portfolio = load(write_files(tmp_path, trtest=responses, customer=clients, oot=[{"fecha_var_rpta_alt": 202312}]))
    counts = {s.name: s.count for s in portfolio.coverage.steps}
    assert counts["joined"] == counts["eligible"] == 4
    kinds = _kinds(portfolio)
    assert kinds["old_client_record"].count == 1
    assert kinds["no_client_record"].count == 1


def test_product_and_segment_of_a_row_to_score_are_the_last_known_before(tmp_path: Path) -> None:
    pagos = [
        {"fecha_corte": 20231031, "segmento": "SOCIAL"},
        {"fecha_corte": 20231130, "segmento": "PYMES", "producto": "ROTATIVOS"},
        {"fecha_corte": 20240131, "segmento": "MICROPYME"},
    ]
    rows = load(write_files(tmp_path, pagos=pagos), as_of=202401).obligations.set_index("month")
    assert rows.loc[202401, ["product", "segment"]].tolist() == ["ROTATIVOS", "PYMES"]


# -- the documented size ----------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_files_of_the_documented_size_load_within_four_gigabytes(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parent.parent
    script = root / "tests" / "benchmarks" / "documented_size.py"
    subprocess.run([sys.executable, str(script), str(tmp_path)], check=True, cwd=root)
    code = (
        "import resource, sys; from pathlib import Path; from data.sources.opciones_pago import load\n"
        "portfolio = load(Path(sys.argv[1]))\n"
        "print(len(portfolio.payments), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], check=True, cwd=root, capture_output=True, text=True
    )
    rows, megabytes = map(int, done.stdout.split())
    assert rows == 4_855_035
    assert megabytes < 4096
