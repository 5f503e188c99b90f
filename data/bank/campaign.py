"""Data room: the demo bank's campaign file (trtest): one row per eligible obligation and what the month did to it.

Most columns describe the same month as the response and lean on it, as they do in the documented file: they are good
features of the next month and a leak in their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from data.bank import words as w
from data.bank.book import days_past_due, past_due
from data.bank.columns import Columns, names, number, table, whole, words
from data.bank.dice import level, sigmoid
from data.bank.dynamics import Eligible, Month
from data.bank.parameters import CARD, MORTGAGE, PRODUCTS
from data.bank.population import Population, segment
from data.bank.worlds import calendar

REPEATED = 0.0004
"""Share of rows that the documented file repeats under another original number."""


@dataclass(frozen=True)
class Rows:
    """The eligible obligations of a month with what happened to them, aligned.

    `response` is the type of response as far as reported by the end of the data; `draw` gives uniforms by name.
    """

    people: Population
    month: Month
    response: np.ndarray
    instalment: np.ndarray
    cash: np.ndarray
    days: np.ndarray
    days_after: np.ndarray
    overdue: np.ndarray
    past_due: np.ndarray

    @property
    def pool(self) -> Eligible:
        return self.month.eligible

    def draw(self, what: str) -> np.ndarray:
        """One uniform per row."""
        return self.people.dice.uniform(what, self.pool.month, len(self.pool.slot))

    def pick(self, what: str, shares: Sequence[Sequence[float]]) -> np.ndarray:
        """A level per row whose shares depend on the response."""
        return level(self.draw(what), np.asarray(shares)[self.response])


def trtest(people: Population, month: Month) -> pa.Table:
    """The 49 documented columns of one month."""
    rows = _rows(people, month)
    columns = _identity(rows) | _arrears(rows) | _options(rows) | _actions(rows) | _payments(rows) | _marks(rows)
    n = len(rows.response)
    again = np.flatnonzero(rows.draw("repeated") < REPEATED)
    made = table({name: columns[name] for name in TRTEST})
    twice = made.take(pa.array(again)).set_column(
        1, TRTEST[1], whole(2 * len(people.obligations.number) + 5_000_000 + again)
    )
    return pa.concat_tables([made, twice]) if n else made


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


def _rows(people: Population, month: Month) -> Rows:
    pool, close = month.eligible, month.close
    cycle = people.obligations.cycle[pool.slot]
    overdue = month.position.overdue[pool.slot]
    return Rows(
        people=people,
        month=month,
        response=_response(people, month),
        instalment=close.instalment[pool.row],
        cash=close.cash[pool.row],
        days=days_past_due(cycle, overdue),
        days_after=days_past_due(cycle, close.overdue[pool.row]),
        overdue=overdue,
        past_due=past_due(people, pool.slot, overdue, pool.balance),
    )


def _response(people: Population, month: Month) -> np.ndarray:
    """The response of each row as reported by the end of the last month: later reports stand as declined."""
    decision, t = month.decision, month.position.month
    known = decision.accepted & (t + decision.delay < people.months)
    curious = people.dice.uniform("curious", t, len(known)) < 0.2
    accepted = np.select([decision.kept, curious], [w.APPLIED, w.INTERESTED], w.NOT_APPLIED)
    return np.select([known, decision.offered], [accepted, w.DECLINED], w.NO_RECORD)


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


def _options(rows: Rows) -> Columns:
    """The pre-approved options; every row has at least one, offered or not."""
    menu = np.asarray(w.MENU)[np.minimum((rows.days - 1) // 30, 2)]
    count = 1 + level(rows.draw("options"), (0.44, 0.31, 0.25))
    third = [np.where(count > k, menu[:, k], w.NO_OPTION) for k in range(3)]
    dozen = rows.draw("dozen") < 0.0005
    applied = rows.response == w.APPLIED
    kind, group = np.asarray(w.KIND_OF_OPTION)[third[0]], np.asarray(w.GROUP_OF_OPTION)[third[0]]
    described = {f"desc_alternativa{k + 1}": words(third[k], w.OPTIONS) for k in range(3)}
    coded = {f"alter_posible{k + 1}_2": words(third[k], w.OPTION_CODES) for k in range(3)}
    return (
        described
        | coded
        | {
            "cant_alter_posibles": whole(np.where(dozen, 12, count)),
            "alternativa_aplicada_agr": words(kind, w.APPLIED_KINDS, ~applied),
            "marca_agrupada_rgo": words(group, w.APPLIED_GROUPS, ~applied),
        }
    )


def _actions(rows: Rows) -> Columns:
    """Contacts, promises and agreements. Promises kept are a noisy view of what the client keeps."""
    clients, who, n = rows.people.clients, rows.pool.client, len(rows.response)
    rng = rows.people.dice.rng("actions", rows.pool.month)
    contacts = np.clip(np.round(np.exp(3.2 + 0.75 * rng.standard_normal(n))), 2, 706)
    unworked = rng.random(n) < 0.031
    keeps = -2.3 + 2.6 * (clients.kept_history[who] - 0.5) + 0.5 * clients.ability[who] + 0.5 * clients.willing[who]
    promises = (rng.random(n) < sigmoid(keeps)) * (1 + rng.poisson(1.2, n))
    agreements = (rng.random(n) < 0.31) * (1 + rng.poisson(1.6, n))
    reached = rng.random(n) < np.where(rows.response <= w.DECLINED, 0.975, 0.915)
    return {
        "cant_gestiones": number(contacts, missing=unworked),
        "cant_gestiones_binario": whole(~unworked),
        "rpc": number(reached),
        "promesas_cumplidas": whole(np.minimum(promises, 14)),
        "cant_promesas_cumplidas_binario": whole(promises > 0),
        "cant_acuerdo": number(agreements, missing=unworked),
        "cant_acuerdo_binario": whole((agreements > 0) & ~unworked),
    }


def _payments(rows: Rows) -> Columns:
    early = np.where(rows.draw("early") < 0.25, 0.4 * rows.cash, 0.0)
    share = rows.cash / rows.past_due
    return {
        "valor_cuota_mes": number(rows.instalment),
        "pago_cuota": number(early),
        "porc_pago_cuota": number(np.minimum(early / rows.instalment, 1.0), 5),
        "pago_mes": number(rows.cash),
        "porc_pago_mes": number(np.minimum(share, 1.0), 5, rows.draw("no share") < np.where(rows.cash > 0, 0.30, 0.85)),
        "pagos_tanque": words(rows.cash > 0, w.TANK),
        "marca_debito_mora": words(rows.draw("debit") < 0.06, w.YES),
    }


def _marks(rows: Rows) -> Columns:
    applied = rows.response == w.APPLIED
    paid = np.select([applied & (rows.draw("complies") < 0.8), rows.cash >= rows.past_due, rows.cash > 0], [3, 2, 1], 0)
    return {
        "descripcion_ranking_mejor_ult": words(rows.pick("best", w.BEST_RESULT), w.RESULTS),
        "descripcion_ranking_post_ult": words(rows.pick("later", w.LATER_RESULT), w.RESULTS),
        "marca_alt_rank": words(rows.pick("rank", w.RANK), w.RANKS),
        "marca_alt_apli": words(applied, w.YES),
        "marca_pago": words(paid, w.PAID_MARKS),
        "marca_alternativa": words(rows.pick("mark", w.MARK), w.MARKS),
        "marca_alternativa_orig": words(rows.pick("first mark", w.MARK), w.MARKS),
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
