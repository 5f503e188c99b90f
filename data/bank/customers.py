"""Data room: the demo bank's client file: snapshots of some clients each month, as clients update their data."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from data.bank import words as w
from data.bank.book import dates, last_day
from data.bank.columns import Columns, names, number, repeat_first, table, whole, words
from data.bank.dice import level, sigmoid
from data.bank.parameters import CURRENT, OCCUPATIONS, REGIONS, SELF_EMPLOYED
from data.bank.population import Population, segment
from data.bank.position import Month, Position, live
from data.bank.worlds import calendar

CUSTOMERS = names(
    "nit_enmascarado cod_tipo_doc tipo_cli ctrl_terc genero_cli ano_nac_cli edad_cli estado_civil tipo_vivienda "
    "num_hijos personas_dependientes nivel_academico ocup act_econom sector subsector declarante total_ing tot_activos "
    "tot_pasivos origen_fondos f_vinc f_ult_mantenimiento canal_actualizacion cli_actualizado segm subsegm nicho "
    "region_of nombre_dpto_dirp egresos_mes tot_patrimonio ciiu smmlv year month ingestion_day"
)
"""The documented columns in the documented order."""

SEEN_AT_OPENING, SEEN_WHEN_NEW, SEEN, SEEN_IN_ARREARS, NEVER_SEEN = 0.55, 0.85, 0.33, 0.245, 0.04
"""Share of clients with a snapshot in the month before the first, when new, in a month, in one that ends in arrears;
and of those that never have one."""
TENURE_SCALE = 3
"""Months as a client per unit of tenure: long against the 36 months watched, so that ageing alone is no drift."""

CHANNELS = ("APP", "WEB", "SUC", "TEL", "CMI", "ACD", "ACO", "SVP", "COR")
DIGITAL_CHANNELS = 2
BRANCH_SHARES = (0.42, 0.20, 0.12, 0.10, 0.08, 0.05, 0.03)
DEPARTMENTS = (
    ("CUNDINAMARCA", "BOGOTA D.C.", "BOYACA"),
    ("ANTIOQUIA", "CHOCO", "ANTIOQUIA"),
    ("ATLANTICO", "BOLIVAR", "MAGDALENA"),
    ("VALLE", "CAUCA", "NARIÑO"),
    ("CALDAS", "RISARALDA", "TOLIMA"),
    ("SANTANDER", "NORTE DE SANTANDER", "SANTANDER"),
)
MARITAL = ("SOLTERO", "CASADO", "UNION LIBRE", "DIVORCIADO", "VIUDO", "OTRO", "NO INFORMA")
HOUSING = ("FAMILIAR", "ALQUILADA", "PROPIA", "NO INFORMA")
STUDIES = ("UNIVERSITARIO", "BACHILLER", "TECNOLOGO", "PRIMARIA", "ESPECIALIZACION", "NINGUNO", "NO INFORMA")
OTHER_WORK = ("ESTUDIANTE", "AMA DE CASA", "COMERCIANTE", "PROFESIONAL INDEPENDIENTE")
ACTIVITY = ("ASALARIADO", "SUMINISTRAR O PRESTAR SERVICIOS", "VENDER Y/O COMPRAR", "RENTISTA DE CAPITAL")
SECTORS = ("PERSONAS", "SERVICIOS", "COMERCIO", "PERSONAS")
SUBSECTORS = ("PERSONAS NATURALES", "SERVICIOS PROFESIONALES", "COMERCIO AL POR MENOR", "PERSONAS NATURALES")
CIIU = ("ASALARIADOS", "SERVICIOS PERSONALES NCP", "COMERCIO AL POR MENOR NCP", "RENTISTAS DE CAPITAL")
FUNDS = ("SALARIO Y DEMAS PAGOS LABORALES", "HONORARIOS", "VENTAS NETAS", "PENSION", "OTROS")
NICHES = ("MUJERES", "JOVENES", "PENSIONADOS", "")
MINIMUM_WAGE = 1_160_000.0


def customers(people: Population, month: Month) -> pa.Table:
    """The snapshots taken in a month."""
    t = month.position.month
    return _snapshots(people, t, _seen(people, month), repeated=t == 7)


def first_customers(people: Population, position: Position) -> pa.Table:
    """The snapshots of the month before the first."""
    here = np.unique(people.obligations.client[live(position)])
    u = people.dice.uniform("seen", -1, len(people.clients.number))[here]
    return _snapshots(people, -1, here[(u < SEEN_AT_OPENING) & ~_never(people)[here]])


def _never(people: Population) -> np.ndarray:
    return people.dice.uniform("never seen", 0, len(people.clients.number)) < NEVER_SEEN


def _seen(people: Population, month: Month) -> np.ndarray:
    """Who updates data in the month; those in arrears at its close do so less."""
    t, n = month.position.month, len(people.clients.number)
    client = people.obligations.client[month.live]
    late = np.bincount(client[month.close.state > CURRENT], minlength=n) > 0
    fresh = (people.clients.join == t) & (t > 0)
    chance = np.select([fresh, late], [SEEN_WHEN_NEW, SEEN_IN_ARREARS], SEEN)
    u = people.dice.uniform("seen", t, n)
    here = np.bincount(client, minlength=n) > 0
    return np.flatnonzero(here & (u < chance) & ~_never(people))


def _snapshots(people: Population, month: int, who: np.ndarray, *, repeated: bool = False) -> pa.Table:
    columns = _person(people, month, who) | _work(people, who) | _money(people, month, who)
    columns |= _relation(people, month, who)
    return table({name: columns[name] for name in CUSTOMERS}, repeat_first(len(who), repeated))


def _fixed(people: Population, what: str, who: np.ndarray) -> np.ndarray:
    """One uniform per client that is the same in every snapshot."""
    return people.dice.uniform(what, 0, len(people.clients.number))[who]


def _person(people: Population, month: int, who: np.ndarray) -> Columns:
    c, n = people.clients, len(who)
    year = calendar(month) // 100
    age = np.floor(c.age[who] + month / 12)
    odd = _fixed(people, "odd age", who)
    shown = np.select([odd < 0.001, odd < 0.0039], [123.0, 0.0], age)
    married, lives, studied = (_fixed(people, what, who) for what in ("married", "lives", "studied"))
    children = np.minimum(np.floor(-1.1 * np.log(1 - _fixed(people, "children", who)) * (age > 22)), 9)
    return {
        "nit_enmascarado": whole(c.number[who]),
        "cod_tipo_doc": whole(np.where(_fixed(people, "document", who) < 0.97, 1, 2)),
        "tipo_cli": words(np.zeros(n), ("PERSONA NATURAL",)),
        "ctrl_terc": words((segment(c)[who] == 2) * 1, ("CLIENTE", "CLIENTE SOCIAL")),
        "genero_cli": words(c.gender[who], ("F", "M"), _fixed(people, "no gender", who) < 0.019),
        "ano_nac_cli": number(year - shown, 0),
        "edad_cli": number(shown, 0),
        "estado_civil": words(level(married, (0.43, 0.27, 0.16, 0.05, 0.03, 0.03, 0.03)), MARITAL, married > 0.915),
        "tipo_vivienda": words(level(lives / 0.314, (0.42, 0.22, 0.30, 0.06)), HOUSING, lives > 0.314),
        "num_hijos": number(np.where(odd > 0.9998, 96, children), 0),
        "personas_dependientes": number(np.where(odd > 0.9998, 95, np.minimum(children, 4)), 0),
        "nivel_academico": words(
            level(studied / 0.43, (0.36, 0.30, 0.16, 0.06, 0.06, 0.02, 0.04)), STUDIES, studied > 0.43
        ),
    }


def _work(people: Population, who: np.ndarray) -> Columns:
    c = people.clients
    job, other = c.occupation[who], _fixed(people, "other work", who)
    kind = np.where(job == 3, len(OCCUPATIONS) - 1 + level(other, (0.5, 0.26, 0.14, 0.10)), job)
    trade = np.where(job == SELF_EMPLOYED, 1 + (other < 0.4), np.where((job == 2) & (other < 0.1), 3, 0))
    unknown = _fixed(people, "no work", who)
    funds = np.select([job == 1, job == 2, job == 3], [1 + (other < 0.4), 3, 4], 0)
    return {
        "ocup": words(kind, (*OCCUPATIONS[:3], *OTHER_WORK), unknown < 0.054),
        "act_econom": words(trade, ACTIVITY, unknown < 0.073),
        "sector": words(trade, SECTORS, unknown < 0.077),
        "subsector": words(trade, SUBSECTORS, unknown < 0.077),
        "ciiu": words(trade, CIIU, unknown < 0.077),
        "declarante": words(c.income_z[who] > 0.9, ("N", "S")),
        "origen_fondos": words(funds, FUNDS),
    }


def _money(people: Population, month: int, who: np.ndarray) -> Columns:
    """Income and wealth as declared: noisy, some nil, some absurd; assets and debts follow the credit bureau."""
    c, rng = people.clients, people.dice.rng("declared", month)
    told = c.income[who] * np.exp(
        0.20 * (2 * _fixed(people, "tells", who) - 1) * 1.7 + 0.06 * rng.standard_normal(len(who))
    )
    odd = _fixed(people, "odd income", who)
    income = np.round(np.select([odd < 0.064, odd > 0.9983], [0.0, told * 1e6], told), -3)
    assets = np.round(10 * told * np.exp(0.9 * c.bureau[who] + 0.35 * rng.standard_normal(len(who))), -3)
    debts = np.where(_fixed(people, "debts", who) < 0.22, np.round(0.3 * assets * np.exp(-c.bureau[who]), -3), 0.0)
    return {
        "total_ing": number(income),
        "tot_activos": number(assets),
        "tot_pasivos": number(debts),
        "tot_patrimonio": number(assets - debts),
        "egresos_mes": number(np.round(0.45 * told, -3)),
        "smmlv": number(np.full(len(who), MINIMUM_WAGE)),
    }


def _relation(people: Population, month: int, who: np.ndarray) -> Columns:
    """Since when, how kept up, through which channel, where, and which month this is."""
    c, rng, n = people.clients, people.dice.rng("relation", month), len(who)
    digital = people.digital(month)[who]
    since = dates((c.join[who] - np.ceil(TENURE_SCALE * c.tenure[who])).astype(int), 1 + c.number[who] % 28)
    idle = rng.exponential(20 + 1000 * (1 - digital) ** 3)
    today = np.datetime64(str(last_day(month))[:4] + "-" + str(last_day(month))[4:6], "D") + 27
    kept_up = (today - idle.astype(int).astype("timedelta64[D]")).astype("datetime64[D]")
    place = c.region[who].astype(int) * 3 + level(_fixed(people, "place", who), (0.6, 0.25, 0.15))
    part = segment(c)[who]
    return {
        "f_vinc": whole(since),
        "f_ult_mantenimiento": whole(_as_number(kept_up)),
        "canal_actualizacion": words(_channel(people, month, digital, rng), CHANNELS, rng.random(n) < 0.112),
        "cli_actualizado": words(idle < 365, ("N", "S")),
        "segm": words(part, w.SEGM),
        "subsegm": words(np.digitize(c.income_z[who], (-0.7, 0.7)), ("BASICO", "MEDIO", "ALTO")),
        "nicho": words(_niche(c.gender[who], c.age[who]), NICHES, rng.random(n) < 0.12),
        "region_of": words(c.region[who], REGIONS),
        "nombre_dpto_dirp": words(place, [d for group in DEPARTMENTS for d in group]),
        "year": whole(np.full(n, calendar(month) // 100)),
        "month": whole(np.full(n, calendar(month) % 100)),
        "ingestion_day": whole(np.full(n, last_day(month) % 100)),
    }


def _channel(people: Population, month: int, digital: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Channel of the last update: the more digital, the likelier app or web; the migration closes most of the web."""
    app = 0.90 if month >= people.bank.mix_month else 0.45
    by_app = np.where(rng.random(len(digital)) < app, 0, 1)
    by_person = DIGITAL_CHANNELS + level(rng.random(len(digital)), BRANCH_SHARES)
    return np.where(rng.random(len(digital)) < sigmoid(14 * (digital - 0.48)), by_app, by_person)


def _niche(gender: np.ndarray, age: np.ndarray) -> np.ndarray:
    return np.select([age < 26, age > 62, gender == 0], [1, 2, 0], 3)


def _as_number(day: np.ndarray) -> np.ndarray:
    """YYYYMMDD of dates."""
    year, month = day.astype("datetime64[Y]"), day.astype("datetime64[M]")
    in_month = (day - month).astype(int) + 1
    return (year.astype(int) + 1970) * 10_000 + (month.astype(int) % 12 + 1) * 100 + in_month
