"""Data room: where the demo bank's clients belong and what they hold, in finer levels: offices and sub-products."""

from __future__ import annotations

from typing import Final

import numpy as np

from data.bank.population import Population

# By region, in the order of `data.bank.parameters.REGIONS`; the first offices are the larger ones.
OFFICES_OF: Final = (
    ("CHAPINERO", "SUBA", "KENNEDY", "TEUSAQUILLO", "SOACHA"),
    ("POBLADO", "LAURELES", "BELLO", "RIONEGRO"),
    ("BARRANQUILLA", "CARTAGENA", "SANTA MARTA", "SINCELEJO"),
    ("CALI NORTE", "PALMIRA", "PASTO", "BUENAVENTURA"),
    ("MANIZALES", "PEREIRA", "ARMENIA"),
    ("BUCARAMANGA", "BARRANCABERMEJA", "PAMPLONA"),
)
OFFICES: Final = tuple(office for offices in OFFICES_OF for office in offices)

# By product, in the order of `data.bank.parameters.PRODUCTS`.
SUB_PRODUCTS_OF: Final = (
    ("TARJETA ORO", "TARJETA PLATINO"),
    ("CREDITO PERSONAL", "CREDITO ROTATIVO"),
    ("LIBRANZA EMPLEADOS", "LIBRANZA PENSIONADOS"),
    ("VEHICULO NUEVO", "VEHICULO USADO"),
    ("MICROCREDITO URBANO", "MICROCREDITO RURAL"),
    ("VIVIENDA SOCIAL", "VIVIENDA CORRIENTE"),
)
SUB_PRODUCTS: Final = tuple(name for names in SUB_PRODUCTS_OF for name in names)

UNEVEN: Final = 1.4
"""Power of the uniform draws: above 1, the first of several are drawn more often."""


def office(people: Population) -> np.ndarray:
    """Office of each client, in the client's region: an index into OFFICES. It says nothing beyond the region."""
    u = people.dice.uniform("office", 0, len(people.clients.number))
    return _within(people.clients.region, u, OFFICES_OF)


def sub_product(people: Population) -> np.ndarray:
    """Sub-product of each obligation, of its product: an index into SUB_PRODUCTS. It says nothing beyond that."""
    u = people.dice.uniform("sub-product", 0, len(people.obligations.number))
    return _within(people.obligations.product, u, SUB_PRODUCTS_OF)


def _within(upper: np.ndarray, u: np.ndarray, lower: tuple[tuple[str, ...], ...]) -> np.ndarray:
    sizes = np.array([len(names) for names in lower])
    return (np.cumsum(sizes) - sizes)[upper] + (u**UNEVEN * sizes[upper]).astype(int)
