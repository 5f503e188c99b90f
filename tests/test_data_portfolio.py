"""The demo bank: its files are the documented ones, its books balance, its truth is true, its events are visible."""

from __future__ import annotations

import math
import resource
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.bank import dynamics
from data.bank.parameters import CARIBE, NEVER, PRODUCTS, REGIONS, ROLLOUT, Bank
from data.bank.population import Population, draw
from data.bank.position import Eligible, opening
from data.bank.worlds import History, simulate
from data.bank.writing import PortfolioError
from data.portfolio import CARTERA, CUSTOMERS, DECISIONES, FILES, OOT, PAGOS, PROB, TRTEST, TRUTH, generate, main
from data.sources.thresholds import FILE as THRESHOLDS

ROOT = Path(__file__).resolve().parent.parent
CLIENT, LOAN = "nit_enmascarado", "num_oblig_enmascarado"
DOCUMENTED = {
    TRTEST: "sample_base_pivot_trtest.csv",
    OOT: "sample_oot.csv",
    PROB: "sample_probabilidad_oblig.csv",
    PAGOS: "sample_maestra_cuotas_pagos.csv",
    CUSTOMERS: "sample_master_customer_data.csv",
}
GO_LIVE, CONCEPT, LAST, NEXT = 202407, 202505, 202512, 202601
MONTHS = [100 * year + month for year in (2023, 2024, 2025) for month in range(1, 13)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bank of 4,000 clients and 36 months on disk."""
    out = tmp_path_factory.mktemp("demo") / "bank"
    generate(out, clients=4_000)
    return out


class Bankfiles(dict):
    """The files of a bank as frames, read once; text stays text where a number may be missing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __missing__(self, name: str) -> pd.DataFrame:
        text = {"brazo": str, "reestructurada": str, "ofrecida": str}
        self[name] = pd.read_csv(
            self.folder / name, dtype=text, keep_default_na=False, na_values=["", "None"], low_memory=False
        )
        return self[name]


@pytest.fixture(scope="module")
def files(folder: Path) -> Bankfiles:
    return Bankfiles(folder)


@pytest.fixture(scope="module")
def truth(folder: Path) -> pd.DataFrame:
    return pd.read_parquet(folder / TRUTH / "obligations.parquet")


@pytest.fixture(scope="module")
def history() -> History:
    """A bank of 20,000 clients, 36 months and seed 42, with every world."""
    return simulate(draw(Bank(), clients=20_000, months=36, seed=42))


def once(frame: pd.DataFrame, *key: str) -> pd.DataFrame:
    return frame.drop_duplicates(list(key))


# The format --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DOCUMENTED)
def test_a_file_has_the_documented_columns_in_the_documented_order(name: str, folder: Path, shared: Path) -> None:
    sample = shared / "datasets" / "bancolombia_opciones_pago" / DOCUMENTED[name]
    with (folder / name).open(encoding="utf-8") as ours:
        assert ours.readline() == sample.read_text(encoding="utf-8").splitlines(keepends=True)[0]


def test_the_folder_holds_the_seven_files_and_the_truth(folder: Path) -> None:
    assert {p.name for p in folder.iterdir()} == set(FILES)
    assert len((folder / TRTEST).open().readline().split(",")) == 49


def test_missing_values_are_the_word_none_in_the_campaign_file_and_nothing_elsewhere(folder: Path) -> None:
    assert ",None," in (folder / TRTEST).read_text(encoding="utf-8")
    assert ",," not in (folder / TRTEST).read_text(encoding="utf-8")
    for name in (PROB, PAGOS, CUSTOMERS, CARTERA, DECISIONES):
        assert "None" not in (folder / name).read_text(encoding="utf-8")


def test_the_months_are_36_and_the_rows_to_score_belong_to_the_month_after(files: Bankfiles) -> None:
    assert files[TRTEST].fecha_var_rpta_alt.unique().tolist() == MONTHS
    assert files[OOT].fecha_var_rpta_alt.unique().tolist() == [NEXT]
    assert files[DECISIONES].mes.unique().tolist() == MONTHS
    assert files[PROB].fecha_corte.unique().tolist() == MONTHS
    assert files[CARTERA].fecha_corte.unique().tolist() == [*MONTHS, NEXT]
    last_days = pd.to_datetime([str(day) for day in files[PAGOS].fecha_corte.unique()])
    assert last_days.is_month_end.all()
    assert (last_days.year * 100 + last_days.month).tolist() == MONTHS


def test_oddities_of_the_documented_files_are_there_and_rare(files: Bankfiles) -> None:
    campaign, payments, clients = files[TRTEST], files[PAGOS], files[CUSTOMERS]
    assert set(campaign.cant_alter_posibles) == {1, 2, 3, 12}
    assert {"Personal", "PERSONAL", "Personal plus"} <= set(campaign.segmento)
    assert {"TARJETA DE CREDITO", "TARJETAS DE CREDITO"} <= set(campaign.producto)
    key = [CLIENT, LOAN, "fecha_var_rpta_alt"]
    twice = campaign[campaign.duplicated(key, keep=False)]
    assert 0 < len(twice) < 0.003 * len(campaign)
    assert not twice.duplicated("num_oblig_orig_enmascarado").any()
    assert (twice.groupby(key).var_rpta_alt.nunique() == 1).all()
    assert payments.duplicated([LOAN, "fecha_corte"]).sum() == 28
    assert files[PROB].duplicated([LOAN, "fecha_corte"]).sum() == 3
    assert clients.duplicated([CLIENT, "year", "month"]).sum() == 1
    assert 0 < (clients.total_ing > 1e9).mean() < 0.006
    assert {0, 123} <= set(clients.edad_cli)
    assert not (campaign.num_oblig_orig_enmascarado == campaign[LOAN]).any()


def test_a_payment_of_an_instalment_of_nothing_is_an_infinite_share(files: Bankfiles) -> None:
    payments = files[PAGOS]
    nothing_due, paid = payments.valor_cuota_mes == 0, payments.pago_total > 0
    assert (np.isinf(payments.porc_pago) == (nothing_due & paid)).all()
    assert (payments.porc_pago.isna() == (nothing_due & ~paid)).all()
    assert (payments.fecha_pago_minima.isna() == ~paid).all()
    assert (payments.fecha_pago_minima[paid] <= payments.fecha_pago_maxima[paid]).all()
    assert 0.0002 < np.isinf(payments.porc_pago).mean() < 0.002
    assert nothing_due.mean() == pytest.approx(0.0167, abs=0.003)


@pytest.mark.parametrize(
    ("name", "column", "documented"),
    [
        (TRTEST, "vlr_obligacion", 0.0012),
        (TRTEST, "cant_gestiones", 0.031),
        (TRTEST, "cant_acuerdo", 0.0312),
        (TRTEST, "porc_pago_mes", 0.537),
        (PAGOS, "fecha_pago_minima", 0.288),
        (PAGOS, "porc_pago", 0.0159),
        (CUSTOMERS, "genero_cli", 0.019),
        (CUSTOMERS, "estado_civil", 0.085),
        (CUSTOMERS, "tipo_vivienda", 0.686),
        (CUSTOMERS, "nivel_academico", 0.570),
        (CUSTOMERS, "ocup", 0.054),
        (CUSTOMERS, "act_econom", 0.073),
        (CUSTOMERS, "ciiu", 0.077),
        (CUSTOMERS, "canal_actualizacion", 0.112),
        (CUSTOMERS, "nicho", 0.529),
    ],
)
def test_values_are_missing_about_as_often_as_documented(
    name: str, column: str, documented: float, files: Bankfiles
) -> None:
    assert files[name][column].isna().mean() == pytest.approx(documented, abs=0.002 + 0.07 * documented)


def test_about_a_quarter_of_the_rows_meet_a_client_snapshot_of_the_month_before(files: Bankfiles) -> None:
    rows = once(files[TRTEST], CLIENT, "fecha_var_rpta_alt")
    month = rows.fecha_var_rpta_alt // 100 * 12 + rows.fecha_var_rpta_alt % 100
    clients = once(files[CUSTOMERS], CLIENT, "year", "month")
    seen = clients.year * 12 + clients.month
    exact = pd.MultiIndex.from_arrays([rows[CLIENT], month - 1]).isin(list(zip(clients[CLIENT], seen, strict=True)))
    as_of = rows[CLIENT].map(seen.groupby(clients[CLIENT]).min()) < month
    assert exact.mean() == pytest.approx(0.241, abs=0.02)
    assert as_of[rows.fecha_var_rpta_alt > 202312].mean() > 0.93
    in_the_book = once(files[CARTERA], CLIENT, "fecha_corte").groupby("fecha_corte").size()
    assert clients[seen == 2024 * 12 + 6].shape[0] / in_the_book[202406] == pytest.approx(0.30, abs=0.025)


# One story in every file -------------------------------------------------------------------------------------------


def test_the_type_of_response_says_what_the_flags_say(files: Bankfiles) -> None:
    rows = files[TRTEST]
    kind = rows.tipo_var_rpta_alt.str[0]
    assert set(kind) == set("abcde")
    assert (rows.var_rpta_alt == kind.isin(list("abc"))).all()
    assert ((rows.marca_alt_apli == "SI") == (kind == "a")).all()
    assert (rows.alternativa_aplicada_agr.notna() == (kind == "a")).all()
    shares = kind.value_counts(normalize=True)
    assert shares["c"] < 0.3 * shares["b"] < shares["a"]


def test_every_campaign_row_has_one_decision_and_every_acceptance_an_offer(files: Bankfiles) -> None:
    rows = once(files[TRTEST], LOAN, "fecha_var_rpta_alt")
    both = rows.merge(files[DECISIONES], left_on=[LOAN, "fecha_var_rpta_alt"], right_on=[LOAN, "mes"], validate="1:1")
    assert len(both) == len(rows) == len(files[DECISIONES])
    assert ((both.tipo_var_rpta_alt == "e_cero_tipo_2") == (both.ofrecida == "NO")).all()
    assert (both.ofrecida[both.var_rpta_alt == 1] == "SI").all()
    assert (both.fecha_decision // 100 == both.mes).all()
    closes = pd.PeriodIndex(both.mes.astype(str), freq="M") + 2
    assert (closes.year * 100 + closes.month == both.conocida_en).all()


def test_responses_reported_after_the_last_month_stand_as_declined(files: Bankfiles, truth: pd.DataFrame) -> None:
    rows = once(files[TRTEST], LOAN, "fecha_var_rpta_alt")
    both = rows.merge(truth, left_on=[LOAN, "fecha_var_rpta_alt"], right_on=["obligation", "month"], validate="1:1")
    hidden = both.accepted & (both.var_rpta_alt == 0)
    assert (both.tipo_var_rpta_alt[hidden] == "d_cero_tipo_1").all()
    assert not hidden[both.month <= 202510].any()
    late = [hidden[both.month == m].sum() / both.accepted[both.month == m].sum() for m in (202511, LAST)]
    assert late[0] == pytest.approx(0.1, abs=0.09)
    assert late[1] == pytest.approx(0.4, abs=0.13)
    assert (both.var_rpta_alt == (both.accepted & ~hidden)).all()


def test_the_campaign_rows_are_the_eligible_ones_at_the_position_of_the_opening(files: Bankfiles) -> None:
    book = files[CARTERA]
    eligible = book[book.elegible == "SI"]
    rows = once(files[TRTEST], LOAN, "fecha_var_rpta_alt")
    both = rows.merge(eligible, left_on=[LOAN, "fecha_var_rpta_alt"], right_on=[LOAN, "fecha_corte"], validate="1:1")
    assert len(both) == len(rows) == len(eligible) - (eligible.fecha_corte == NEXT).sum()
    assert set(files[OOT][LOAN]) == set(eligible[LOAN][eligible.fecha_corte == NEXT])
    assert (both.min_mora == both.dias_mora).all()
    for amount in ("saldo_capital", "vlr_vencido"):
        assert (both[f"{amount}_x"] == both[f"{amount}_y"]).all()
    assert both.dias_mora.between(1, 180).all()
    assert (both.producto_cons.str.upper() == both.producto_y).all()


def test_days_past_due_grow_by_a_month_or_fall_and_the_close_is_the_next_opening(files: Bankfiles) -> None:
    book = files[CARTERA].assign(t=lambda b: b.fecha_corte // 100 * 12 + b.fecha_corte % 100)
    days = book.set_index([LOAN, "t"]).dias_mora
    before = days.rename(index=lambda t: t + 1, level="t")
    change = (days - before).dropna()
    assert change[before.reindex(change.index) > 0].max() == 30
    assert ((change <= 30) | (before.reindex(change.index) == 0)).all()
    rows = once(files[TRTEST], LOAN, "fecha_var_rpta_alt").assign(
        t=lambda r: r.fecha_var_rpta_alt // 100 * 12 + r.fecha_var_rpta_alt % 100 + 1
    )
    after = rows.join(days.rename("after"), on=[LOAN, "t"]).dropna(subset="after")
    assert len(after) > 0.98 * len(rows)
    assert (after.dias_mora_fin == after.after).all()
    assert (after.max_mora >= after[["min_mora", "dias_mora_fin"]].max(axis=1)).all()


def test_a_restructured_obligation_had_an_option_applied_within_nine_months(
    files: Bankfiles, truth: pd.DataFrame
) -> None:
    applied = truth[truth.kept]
    ordinal = applied.month // 100 * 12 + applied.month % 100
    expected = {(loan, t + k) for loan, t in zip(applied.obligation, ordinal, strict=True) for k in range(1, 10)}
    book = files[CARTERA][lambda b: b.vlr_castigado == 0]
    t = book.fecha_corte // 100 * 12 + book.fecha_corte % 100
    shown = set(zip(book[LOAN][book.reestructurada == "SI"], t[book.reestructurada == "SI"], strict=True))
    live = set(zip(book[LOAN], t, strict=True))
    assert shown == expected & live


def test_what_is_written_off_appears_once_and_leaves(files: Bankfiles) -> None:
    book = files[CARTERA]
    lost = book[book.vlr_castigado > 0]
    assert len(lost) > 50
    assert not lost[LOAN].duplicated().any()
    assert (lost[["saldo_capital", "vlr_vencido"]] == 0).all(axis=None)
    assert (lost.elegible == "NO").all()
    last_seen = book.groupby(LOAN).fecha_corte.max()
    assert (lost.fecha_corte.to_numpy() == last_seen[lost[LOAN]].to_numpy()).all()


def test_the_book_adds_up_to_the_world_that_happened(files: Bankfiles, folder: Path) -> None:
    book = files[CARTERA]
    world = pd.read_csv(folder / TRUTH / "worlds.csv").query("world == 'experiment'").set_index("month")
    assert world.index.tolist() == [*MONTHS, NEXT]
    by_month = book.groupby("fecha_corte")
    gross = by_month.saldo_capital.sum()
    np.testing.assert_allclose(gross, world.gross, rtol=1e-9)
    overdue = {d: book.saldo_capital.where(book.dias_mora > d, 0).groupby(book.fecha_corte).sum() for d in (30, 90)}
    np.testing.assert_allclose(overdue[30], world.overdue, rtol=1e-9)
    np.testing.assert_allclose(overdue[30] / gross, world.icv, rtol=1e-9)
    np.testing.assert_allclose(overdue[90] / gross, world.icv90, rtol=1e-9)
    np.testing.assert_allclose(by_month.vlr_castigado.sum(), world.written_off, rtol=1e-9)


def test_payments_and_bank_scores_are_there_for_everything_near_arrears(files: Bankfiles) -> None:
    rows, paid = once(files[TRTEST], LOAN, "fecha_var_rpta_alt"), once(files[PAGOS], LOAN, "fecha_corte")
    both = rows.merge(
        paid.assign(fecha_var_rpta_alt=paid.fecha_corte // 100), on=[LOAN, "fecha_var_rpta_alt"], validate="1:1"
    )
    assert len(both) == len(rows)
    assert (both.pago_mes == both.pago_total).all()
    assert (both.valor_cuota_mes_x == both.valor_cuota_mes_y).all()
    assert ((both.pagos_tanque == "Con pago") == (both.pago_mes > 0)).all()
    scored = once(files[PROB], LOAN, "fecha_corte")
    to_score = files[OOT].merge(scored[scored.fecha_corte == LAST], on=[LOAN], validate="1:1")
    assert len(to_score) == len(files[OOT])
    assert to_score.lote.isin([1, 2, 3]).all()
    assert len(scored) < 0.75 * len(files[CARTERA])


def test_one_column_of_the_same_month_tells_the_response_but_not_beyond_the_guard(files: Bankfiles) -> None:
    rows = files[TRTEST]
    assert _auc(rows.var_rpta_alt, rows.marca_alternativa) == pytest.approx(0.967, abs=0.012)
    assert _auc(rows.var_rpta_alt, rows.descripcion_ranking_mejor_ult) == pytest.approx(0.945, abs=0.02)
    assert _auc(rows.var_rpta_alt, rows.marca_alt_rank) == pytest.approx(0.912, abs=0.02)
    assert _auc(rows.var_rpta_alt, rows.marca_pago) == pytest.approx(0.745, abs=0.025)


def _auc(y: pd.Series, levels: pd.Series) -> float:
    """Mann-Whitney area of a category ordered by its share of ones, ties counted half."""
    table = pd.crosstab(levels, y)
    table = table.loc[(table[1] / table.sum(axis=1)).sort_values().index]
    below = table[0].cumsum() - table[0]
    return float((table[1] * (below + table[0] / 2)).sum() / (table[0].sum() * table[1].sum()))


# The randomised comparison -----------------------------------------------------------------------------------------


def test_arms_are_given_by_client_from_go_live_on_and_stay(files: Bankfiles) -> None:
    book = files[CARTERA]
    assert (book.brazo.isna() == (book.fecha_corte < GO_LIVE)).all()
    arms = book.dropna(subset="brazo").groupby(CLIENT).brazo.agg(["first", "nunique"])
    assert (arms["nunique"] == 1).all()
    shares = arms["first"].value_counts(normalize=True)
    assert shares.to_dict() == pytest.approx({"modelo": 0.5, "legado": 0.25, "sin_oferta": 0.25}, abs=0.025)
    decided = files[DECISIONES].dropna(subset="brazo")
    assert (decided.brazo.to_numpy() == arms["first"][decided[CLIENT]].to_numpy()).all()


def test_offers_follow_the_logged_probability_of_the_arm(files: Bankfiles) -> None:
    rows = files[DECISIONES]
    offered = rows.ofrecida == "SI"
    assert not offered[rows.brazo == "sin_oferta"].any()
    assert set(rows.probabilidad[rows.brazo == "sin_oferta"]) == {0.0}
    assert set(rows.probabilidad[rows.brazo == "modelo"]) == {0.9675, 0.0175}
    for chosen in (rows.brazo.isna(), rows.brazo == "legado", rows.brazo == "modelo"):
        e = rows.probabilidad[chosen]
        assert e.mean() == pytest.approx(0.35, abs=0.015)
        surplus = (offered[chosen] - e).sum() / math.sqrt((e * (1 - e)).sum())
        assert abs(surplus) < 4


# The roll-out ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rolled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, History]:
    """A bank of 1,500 clients that went live region by region."""
    out, bank = tmp_path_factory.mktemp("rolled") / "bank", Bank(rollout=ROLLOUT)
    generate(out, clients=1_500, months=30, bank=bank)
    return out, simulate(draw(bank, clients=1_500, months=30, seed=42))


def test_in_a_rollout_nobody_is_drawn_into_an_arm_and_the_file_says_which_region_began_when(rolled) -> None:
    folder, _ = rolled
    decisions = pd.read_csv(folder / DECISIONES, dtype={"brazo": str})
    assert decisions.brazo.isna().all()
    assert pd.read_csv(folder / CARTERA, dtype={"brazo": str}, low_memory=False).brazo.isna().all()
    assert "planned_arms" not in (folder / THRESHOLDS).read_text(encoding="utf-8")


def test_a_bank_with_one_rule_for_all_draws_nobody_into_an_arm(tmp_path: Path) -> None:
    generate(tmp_path / "bank", clients=300, months=20, bank=Bank(arms=(0.0, 1.0, 0.0)), truth=False)
    decisions = pd.read_csv(tmp_path / "bank" / DECISIONES, dtype={"brazo": str})
    assert decisions.brazo.isna().all()
    assert decisions.probabilidad.between(0, 1, inclusive="neither").all()
    assert "planned_arms" not in (tmp_path / "bank" / THRESHOLDS).read_text(encoding="utf-8")


def test_a_region_follows_the_model_from_its_own_month_on_and_the_old_rule_before(rolled) -> None:
    _, history = rolled
    people = history.people
    coin = people.bank.exploration * people.bank.capacity
    for month in history.months:
        region = people.clients.region[month.eligible.client]
        model = np.isin(np.round(month.decision.chance, 12), np.round([coin, 1 - people.bank.exploration + coin], 12))
        began = np.asarray(ROLLOUT)[region] <= month.position.month
        assert (model == began).all()


def test_regions_add_up_to_the_world_and_those_that_never_began_hardly_differ_from_the_old_rule(rolled) -> None:
    folder, _ = rolled
    regions, worlds = (pd.read_csv(folder / TRUTH / f"{name}.csv") for name in ("regions", "worlds"))
    whole = regions.groupby(["month", "world"])[["gross", "overdue"]].sum().reset_index()
    both = whole.merge(worlds, on=["month", "world"], suffixes=("", "_of_world"))
    assert len(both) == len(worlds)
    assert both.gross.to_numpy() == pytest.approx(both.gross_of_world.to_numpy())
    assert both.overdue.to_numpy() == pytest.approx(both.overdue_of_world.to_numpy())
    wide = regions.pivot_table(index=["region", "month"], columns="world", values="icv")
    apart = (wide.experiment - wide.legacy).abs().groupby("region").max()
    never = [r for r, m in zip(REGIONS, ROLLOUT, strict=True) if m == NEVER]
    assert apart[never].max() < 0.2 * apart.drop(never).max()


# The truth ---------------------------------------------------------------------------------------------------------


def test_worlds_are_one_until_go_live_and_four_after(history: History) -> None:
    books = list(history.worlds.values())
    assert all(book[: 18 + 1] == books[0][: 18 + 1] for book in books)
    assert all(len({book[t].overdue for book in books}) == 4 for t in range(19, 37))
    assert all(len(book) == 37 for book in books)


def test_balances_flow_nothing_is_lost_or_made(history: History) -> None:
    loans = history.people.obligations
    positions = [m.position for m in history.months] + [history.last]
    for month, after in zip(history.months, positions[1:], strict=True):
        close, t = month.close, month.position.month
        gross = [month.position.balance[month.live].sum(), after.balance[(after.state >= 0) & (after.state < 8)].sum()]
        granted = loans.balance[loans.start == t + 1].sum()
        assert gross[1] == pytest.approx(
            gross[0] + granted - close.principal.sum() - after.written_off.sum(), rel=1e-12
        )
        assert (close.principal <= close.cash + 1e-6).all()
        assert (close.principal >= 0).all()


def test_accepting_and_getting_worse_happen_as_often_as_their_true_probabilities_say(history: History) -> None:
    def surplus(happened: np.ndarray, p: np.ndarray) -> float:
        return float((happened - p).sum() / np.sqrt((p * (1 - p)).sum()))

    def gather(what) -> np.ndarray:
        return np.concatenate([what(m) for m in history.months])

    offered = gather(lambda m: m.decision.offered)
    accepted = gather(lambda m: m.decision.accepted)
    assert abs(surplus(accepted[offered], gather(lambda m: m.eligible.p_accept)[offered])) < 4
    assert abs(surplus(gather(lambda m: m.decision.kept)[accepted], gather(lambda m: m.eligible.p_keep)[accepted])) < 4
    kept = gather(lambda m: m.decision.kept)
    worse = gather(lambda m: m.close.cash[m.eligible.row] == 0)
    over = gather(lambda m: m.close.state[m.eligible.row] >= 2)
    assert abs(surplus(worse[~kept], gather(lambda m: m.eligible.p_roll)[~kept])) < 4
    assert abs(surplus(over[~kept], gather(lambda m: m.eligible.p_over)[~kept])) < 4
    assert not worse[kept].any()


def test_offering_to_all_instead_of_nobody_changes_the_month_by_the_true_effects() -> None:
    people = draw(Bank(), clients=40_000, months=1, seed=7)
    start = opening(people)
    all_, none = (dynamics.run(people, start, lambda pool, p=p: np.full(len(pool.slot), p))[0] for p in (1.0, 0.0))
    pool = all_.eligible
    helped = pool.p_accept * pool.p_keep

    def change(what) -> np.ndarray:
        return (what(all_)[pool.row] * 1.0) - what(none)[pool.row]

    for seen, tau in (
        (change(lambda m: m.close.cash > 0), helped * pool.p_roll),
        (change(lambda m: m.close.state >= 2), -helped * pool.p_over),
    ):
        assert seen.mean() == pytest.approx(tau.mean(), abs=4 * (seen - tau).std() / math.sqrt(len(seen)))
        assert abs(tau.mean()) > 8 * (seen - tau).std() / math.sqrt(len(seen))


def test_the_truth_file_states_the_closed_forms(truth: pd.DataFrame) -> None:
    helped = truth.true_p_accept * truth.true_p_keep
    np.testing.assert_allclose(truth.true_tau_pay, helped * truth.true_p_roll)
    np.testing.assert_allclose(truth.true_tau_over, -helped * truth.true_p_over)
    assert not (truth.accepted & ~truth.offered).any()
    assert not (truth.kept & ~truth.accepted).any()
    assert truth.month.unique().tolist() == MONTHS


# What the bank looks like (domain.md §4; ± is about two standard deviations over seeds at this size) -----------------

ICV = {
    "none": (4.94, 7.17, 7.27, 5.75, 5.12),
    "legacy": (4.94, 5.93, 5.93, 4.60, 4.07),
    "model": (4.94, 5.59, 5.57, 4.44, 3.94),
}


def icv(history: History, world: str, month: int) -> float:
    """ICV > 30 days in percentage points."""
    line = history.worlds[world][month]
    return 100 * line.overdue / line.gross


@pytest.mark.parametrize("world", ICV)
def test_the_overdue_ratio_rises_with_the_shock_and_falls_after(world: str, history: History) -> None:
    for month, published in zip((17, 22, 26, 30, 35), ICV[world], strict=True):
        assert icv(history, world, month) == pytest.approx(published, abs=1.2)
    assert icv(history, world, 22) > icv(history, world, 17) + 1
    assert icv(history, world, 35) < icv(history, world, 22) - 0.7


def test_offers_help_and_the_models_offers_help_a_little_more(history: History) -> None:
    for month, model_legacy, model_none in ((22, -0.34, -1.58), (26, -0.36, -1.70), (30, -0.16, -1.31)):
        model = icv(history, "model", month)
        assert model - icv(history, "legacy", month) == pytest.approx(model_legacy, abs=0.25)
        assert model - icv(history, "none", month) == pytest.approx(model_none, abs=0.5)
        assert model < icv(history, "legacy", month) < icv(history, "experiment", month) < icv(history, "none", month)
    assert icv(history, "experiment", 24) > icv(history, "experiment", 17), "before against after has the wrong sign"


def rate(history: History, first: int, last: int) -> float:
    months = history.months[first : last + 1]
    offered = sum(m.decision.offered.sum() for m in months)
    return sum(m.decision.accepted.sum() for m in months) / offered


def test_acceptance_goes_from_25_to_29_to_21_percent(history: History) -> None:
    assert rate(history, 3, 17) == pytest.approx(0.25, abs=0.015)
    assert rate(history, 18, 27) == pytest.approx(0.29, abs=0.015)
    assert rate(history, 28, 35) == pytest.approx(0.21, abs=0.015)
    for months in (history.months[3:18], history.months[18:28], history.months[28:]):
        kept = sum(m.decision.kept.sum() for m in months) / sum(m.decision.accepted.sum() for m in months)
        assert 0.51 < kept < 0.61


def flows(history: History) -> pd.DataFrame:
    """Balance by state at the opening and at the close, over all months."""
    parts = [
        pd.DataFrame({"state": m.position.state[m.live], "to": m.close.state, "balance": m.position.balance[m.live]})
        for m in history.months
    ]
    return pd.concat(parts).groupby(["state", "to"]).balance.sum().unstack(fill_value=0.0)


def test_balances_roll_and_cure_at_the_published_rates(history: History) -> None:
    flow = flows(history)
    share = flow.div(flow.sum(axis=1), axis=0)
    for state, roll, cure in zip(
        range(1, 6), (0.30, 0.49, 0.65, 0.74, 0.80), (0.58, 0.32, 0.21, 0.16, 0.13), strict=True
    ):
        assert share.loc[state, state + 1] == pytest.approx(roll, abs=0.035)
        assert share.loc[state, 0] == pytest.approx(cure, abs=0.035)
    assert share.loc[6, 8] == pytest.approx(0.56, abs=0.06)
    assert share.loc[6, 7] == pytest.approx(0.28, abs=0.06)
    assert share.loc[6, 0] == pytest.approx(0.09, abs=0.035)


def test_a_quarter_of_a_percent_of_the_book_is_written_off_a_month(history: History) -> None:
    book = history.worlds["experiment"]
    monthly = np.mean([after.written_off / before.gross for before, after in pairwise(book)])
    assert 100 * monthly == pytest.approx(0.26, abs=0.04)


def test_products_are_ordered_as_in_the_system(history: History) -> None:
    product = history.people.obligations.product
    gross, overdue = np.zeros((2, len(PRODUCTS)))
    for m in history.months:
        balance, late = m.position.balance[m.live], m.position.state[m.live] >= 2
        gross += np.bincount(product[m.live], weights=balance, minlength=6)
        overdue += np.bincount(product[m.live], weights=balance * late, minlength=6)
    ratio = dict(zip(PRODUCTS, 100 * overdue / gross, strict=True))
    published = dict(zip(PRODUCTS, (6.8, 5.5, 2.4, 6.7, 7.8, 3.5), strict=True))
    for name, value in ratio.items():
        assert value == pytest.approx(published[name], abs=1.7), name
    assert ratio["CARTERA MICROCREDITO"] > ratio["LIBRE INVERSION"] > ratio["HIPOTECARIO VIVIENDA"] > ratio["LIBRANZA"]


def test_the_population_is_that_of_the_design(history: History) -> None:
    people = history.people
    opening_loans = (people.obligations.start == 0).sum()
    assert opening_loans == 31_000
    assert (people.obligations.start == 5).sum() == 651
    shares = np.bincount(people.obligations.product) / len(people.obligations.product)
    assert shares == pytest.approx([0.38, 0.29, 0.14, 0.05, 0.08, 0.06], abs=0.006)
    cards = people.obligations.balance[people.obligations.product == 0]
    assert np.median(cards) == pytest.approx(3.5e6, rel=0.03)
    assert people.climate.inflow.std() == pytest.approx(0.8, rel=0.02)


# The events --------------------------------------------------------------------------------------------------------


def test_after_the_migration_clients_come_by_app(files: Bankfiles) -> None:
    rows = files[CUSTOMERS].dropna(subset="canal_actualizacion")
    after = (rows.year * 100 + rows.month) >= 202501
    app = (rows.canal_actualizacion == "APP").groupby(after).mean()
    web = (rows.canal_actualizacion == "WEB").groupby(after).mean()
    assert app[True] > 2 * app[False]
    assert web[True] < 0.4 * web[False]


def test_the_concept_drifts_acceptance_falls_and_digital_clients_lose_their_edge(truth: pd.DataFrame, files) -> None:
    monthly = truth[truth.offered].groupby("month").accepted.agg(["sum", "size"])
    before, after = monthly.loc[202501:202504].sum(), monthly.loc[CONCEPT:].sum()
    assert after["sum"] / after["size"] < 0.8 * before["sum"] / before["size"]


def test_digital_use_counts_for_less_after_the_drift(history: History) -> None:
    digital = history.people.clients.digital

    def slope(month: int) -> float:
        pool: Eligible = history.months[month].eligible
        p = pool.p_accept
        return float(np.polyfit(digital[pool.client], np.log(p / (1 - p)), 1)[0])

    assert slope(27) - slope(28) == pytest.approx(1.6 - 0.6, abs=0.15)


def test_in_the_outage_one_regions_scores_are_missing_for_one_month(files: Bankfiles) -> None:
    region = once(files[CUSTOMERS], CLIENT).set_index(CLIENT).region_of
    scores = files[PROB].assign(region=lambda p: p[CLIENT].map(region))
    missing = scores.prob_propension.isna().groupby([scores.fecha_corte, scores.region]).mean().unstack()
    assert missing.loc[202507, "CARIBE"] == 1.0
    assert missing.drop(index=202507).max(axis=None) < 0.03
    assert missing.loc[202507].drop("CARIBE").max() < 0.03
    assert CARIBE == 2


# How it is made ----------------------------------------------------------------------------------------------------


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_bank(tmp_path: Path) -> None:
    for name, seed in (("one", 1), ("again", 1), ("two", 2)):
        generate(tmp_path / name, clients=300, months=20, seed=seed)
    one, again, two = (contents(tmp_path / name) for name in ("one", "again", "two"))
    assert one == again
    assert all(one[name] != two[name] for name in one if name not in ("thresholds.toml", "events.toml"))


def test_leaving_the_truth_out_changes_nothing_else(tmp_path: Path) -> None:
    generate(tmp_path / "with", clients=300, months=20)
    generate(tmp_path / "without", clients=300, months=20, truth=False)
    assert contents(tmp_path / "without") == {
        name: data for name, data in contents(tmp_path / "with").items() if not name.startswith(TRUTH)
    }


def test_a_bank_that_ends_before_go_live_has_no_arms_and_one_world(tmp_path: Path) -> None:
    generate(tmp_path / "bank", clients=300, months=4)
    worlds = pd.read_csv(tmp_path / "bank" / TRUTH / "worlds.csv")
    assert worlds.groupby("month").icv.nunique().eq(1).all()
    assert pd.read_csv(tmp_path / "bank" / CARTERA).brazo.isna().all()


def test_other_arms_can_be_asked_for() -> None:
    people: Population = draw(replace(Bank(), arms=(0.7, 0.2, 0.1)), clients=20_000, months=1, seed=3)
    assert np.bincount(people.clients.arm) / len(people.clients.arm) == pytest.approx([0.7, 0.2, 0.1], abs=0.012)


def test_progress_is_told_to_the_end(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    generate(tmp_path / "bank", clients=200, months=3, progress=lambda *step: told.append(step))
    stages = {what for what, _, _ in told}
    assert "writing the bank's files" in stages
    for stage in stages:
        steps = [(done, of) for what, done, of in told if what == stage]
        assert steps == sorted(steps)
        assert steps[-1] == (3, 3)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"clients": 5}, "--clients must be at least 100, not 5"),
        ({"months": 0}, "--months must be between 1 and 120, not 0"),
        ({"seed": -1}, "--seed must be 0 or more, not -1"),
        ({"bank": Bank(arms=(0.5, 0.5, 0.5))}, r"shares must be 0 or more and add up to 1, not \(0.5, 0.5, 0.5\)"),
        ({"bank": Bank(rollout=(18, 18))}, r"a month of 0 or more for each of the 6 regions, not \(18, 18\)"),
    ],
)
def test_an_impossible_bank_is_refused_in_words(wrong: dict, said: str, tmp_path: Path) -> None:
    with pytest.raises(PortfolioError, match=said):
        generate(tmp_path / "bank", **wrong)
    assert not list(tmp_path.iterdir())


def test_a_folder_with_other_peoples_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("years of work")
    with pytest.raises(PortfolioError, match=r"holds other files \(thesis.docx\)"):
        generate(tmp_path, clients=100, months=1)
    assert contents(tmp_path) == {"thesis.docx": b"years of work"}


def test_an_older_demo_bank_is_replaced_whole(tmp_path: Path) -> None:
    generate(tmp_path / "bank", clients=300, months=3)
    generate(tmp_path / "bank", clients=100, months=1, truth=False)
    assert {p.name for p in (tmp_path / "bank").iterdir()} == set(FILES) - {TRUTH}
    assert [p.name for p in tmp_path.iterdir()] == ["bank"]


def test_what_a_killed_run_left_is_cleared_by_the_next(tmp_path: Path) -> None:
    (tmp_path / ".bank.unfinished").mkdir()
    (tmp_path / ".bank.unfinished" / CARTERA).write_text("half a fi")
    generate(tmp_path / "bank", clients=100, months=1)
    assert [p.name for p in tmp_path.iterdir()] == ["bank"]


def test_a_file_in_the_folders_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bank").write_text("not a folder")
    with pytest.raises(PortfolioError, match="is a file; the demo bank needs a folder"):
        generate(tmp_path / "bank", clients=100, months=1)
    with pytest.raises(PortfolioError, match="could not be written"):
        generate(tmp_path / "bank" / "inside", clients=100, months=1)
    assert (tmp_path / "bank").read_text() == "not a folder"


def test_a_full_disk_is_one_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "data.portfolio", "--out", str(tmp_path / "bank"), "--clients", "500", "--months", "6"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)),
    )
    assert done.returncode == 1
    assert f"The demo bank could not be written to {tmp_path / 'bank'}: File too large." in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


def test_the_command_writes_a_bank_and_says_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = str(tmp_path / "bank")
    assert main(["--out", out, "--clients", "100", "--months", "2", "--no-truth", "--arms", "1,0,0"]) == 0
    said = capsys.readouterr()
    assert said.out == f"The demo bank is in {out}\n"
    assert "writing the bank's files" in said.err
    assert main(["--out", out, "--clients", "100", "--months", "20", "--no-truth", "--rollout"]) == 0
    assert "CARIBE" in (tmp_path / "bank" / THRESHOLDS).read_text(encoding="utf-8")
    capsys.readouterr()
    assert main(["--out", out, "--clients", "100", "--arms", "half"]) == 1
    assert capsys.readouterr().err == "--arms must be three shares such as .5,.25,.25, not 'half'.\n"
