"""Data room: the demo bank's campaign file (trtest): one row per eligible obligation and what the month did to it.

Most columns describe the same month as the response and lean on it, as they do in the documented file: they are good
features of the next month and a leak in their own.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from data.bank import words as w
from data.bank.columns import Columns, names, number, table, whole, words
from data.bank.dynamics import Eligible, Month
from data.bank.parameters import CARD, MORTGAGE, PRODUCTS
from data.bank.population import Population, segment
from data.bank.responses import Rows, actions, marks, options, payments, rows_of
from data.bank.worlds import calendar

REPEATED = 0.0004
"""Share of rows that the documented file repeats under another original number."""


def trtest(people: Population, month: Month) -> pa.Table:
    """The 49 documented columns of one month."""
    rows = rows_of(people, month)
    columns = _identity(rows) | _arrears(rows) | options(rows) | actions(rows) | payments(rows) | marks(rows)
    again = np.flatnonzero(rows.draw("repeated") < REPEATED)
    made = table({name: columns[name] for name in TRTEST})
    unused = int(people.obligations.original.max() + people.obligations.number.max())
    twice = made.take(pa.array(again)).set_column(1, TRTEST[1], whole(unused + again))
    return pa.concat_tables([made, twice])


def oot(people: Population, pool: Eligible) -> pa.Table:
    """The keys of the month after the last: what is to be scored, and nothing else."""
    return table(_keys(people, pool))


def _keys(people: Population, pool: Eligible) -> Columns:
    return {
        "nit_enmascarado": whole(people.clients.number[pool.client]),
        "num_oblig_orig_enmascarado": whole(people.obligations.original[pool.slot]),
        "num_oblig_enmascarado": whole(people.obligations.number[pool.slot]),
        "fecha_var_rpta_alt": whole(np.full(len(pool.slot), calendar(pool.month))),
    }


def _identity(rows: Rows) -> Columns:
    people, pool = rows.people, rows.pool
    part, loud = segment(people.clients)[pool.client], rows.draw("capitals") < 0.003
    plural = (pool.product == CARD) & (rows.draw("plural") < 0.002)
    disbursed = people.obligations.disbursed[pool.slot]
    return _keys(people, pool) | {
        "var_rpta_alt": whole(rows.response <= w.INTERESTED),
        "tipo_var_rpta_alt": words(rows.response, w.RESPONSES),
        "banca": words(part, w.BANKS),
        "segmento": words(part + loud * len(w.SEGMENTS), w.SEGMENTS + w.SEGMENTS_CAPITAL),
        "producto": words(np.where(plural, len(PRODUCTS), pool.product), (*PRODUCTS, "TARJETAS DE CREDITO")),
        "producto_cons": words(pool.product, w.TITLE_PRODUCTS),
        "aplicativo": words(system(people, pool.slot), w.SYSTEMS),
        "vlr_obligacion": number(disbursed, missing=rows.draw("no amount") < 0.0012),
    }


def system(people: Population, slot: np.ndarray) -> np.ndarray:
    """Source system of each obligation, an index into `words.SYSTEMS`."""
    product, number_ = people.obligations.product[slot], people.obligations.number[slot]
    return np.select([product == CARD, product == MORTGAGE], [np.where(number_ % 5 < 2, 1, 2), 3], 0)


def _arrears(rows: Rows) -> Columns:
    worst = np.where(rows.days_after > rows.days, rows.days_after, rows.days + (rows.draw("pay day") * 30).astype(int))
    debt = np.bincount(
        rows.people.obligations.client[rows.month.live],
        weights=rows.month.position.balance[rows.month.live],
        minlength=len(rows.people.clients.number),
    )[rows.pool.client]
    elsewhere = 0.35 * np.exp(rows.people.dice.rng("elsewhere").standard_normal(len(rows.people.clients.number)))
    return {
        "min_mora": whole(rows.days),
        "max_mora": whole(worst),
        "dias_mora_fin": whole(rows.days_after),
        "rango_mora": words(np.digitize(rows.days, (31, 91)), w.ARREARS),
        "vlr_vencido": number(rows.past_due),
        "saldo_capital": number(rows.pool.balance),
        "endeudamiento": number(debt * (1 + elsewhere[rows.pool.client])),
    }


TRTEST = names(
    "nit_enmascarado num_oblig_orig_enmascarado num_oblig_enmascarado fecha_var_rpta_alt var_rpta_alt "
    "tipo_var_rpta_alt banca segmento producto producto_cons aplicativo min_mora max_mora dias_mora_fin rango_mora "
    "vlr_obligacion vlr_vencido saldo_capital endeudamiento desc_alternativa1 desc_alternativa2 desc_alternativa3 "
    "cant_alter_posibles alter_posible1_2 alter_posible2_2 alter_posible3_2 cant_gestiones cant_gestiones_binario rpc "
    "promesas_cumplidas cant_promesas_cumplidas_binario cant_acuerdo cant_acuerdo_binario "
    "descripcion_ranking_mejor_ult descripcion_ranking_post_ult marca_alt_rank marca_alt_apli valor_cuota_mes "
    "pago_cuota porc_pago_cuota pago_mes porc_pago_mes pagos_tanque marca_debito_mora alternativa_aplicada_agr "
    "marca_agrupada_rgo marca_pago marca_alternativa marca_alternativa_orig"
)
"""The documented columns in the documented order."""
