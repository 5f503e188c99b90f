"""Data room: what the demo bank's campaign file says about a month's offers, contacts, payments and responses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from data.bank import words as w
from data.bank.book import days_past_due, past_due
from data.bank.columns import Columns, number, whole, words
from data.bank.dice import level, sigmoid
from data.bank.population import Population
from data.bank.position import Eligible, Month


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


def rows_of(people: Population, month: Month) -> Rows:
    """What the campaign file says about a month, before it is put in words."""
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


def options(rows: Rows) -> Columns:
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


def actions(rows: Rows) -> Columns:
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


def payments(rows: Rows) -> Columns:
    """Instalment and payments of the month."""
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


def marks(rows: Rows) -> Columns:
    """The results that the collectors wrote down, which lean on the response."""
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
