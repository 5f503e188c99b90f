"""Data room: the numbers of the demo bank. Behaviour is in logits; money in COP; shares per month unless said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

ARMS: Final = ("modelo", "legado", "sin_oferta")
"""Arms of the randomised comparison: offers chosen by the model, by the legacy rule, no offers."""

WORLDS: Final = ("legacy", "model", "none", "experiment")
"""One rule for every client, or each client's own arm (what the files show)."""

PRODUCTS: Final = (
    "TARJETA DE CREDITO",
    "LIBRE INVERSION",
    "LIBRANZA",
    "VEHICULO",
    "CARTERA MICROCREDITO",
    "HIPOTECARIO VIVIENDA",
)
CARD, PERSONAL, PAYROLL, VEHICLE, MICRO, MORTGAGE = range(6)

REGIONS: Final = ("BOGOTA Y CUNDINAMARCA", "ANTIOQUIA", "CARIBE", "SUR", "CENTRO", "SANTANDERES")
CARIBE: Final = 2

NEVER: Final = 10_000
"""The month, after any other, of what does not happen."""
ROLLOUT: Final = (NEVER, 18, 18, 27, 18, NEVER)
"""By region, the month in which it goes live in a bank that rolls the model out region by region."""

OCCUPATIONS: Final = ("EMPLEADO", "INDEPENDIENTE", "PENSIONADO", "OTROS")
SELF_EMPLOYED, OTHER_OCCUPATION = 1, 3

GONE, CURRENT, DEEPEST, WRITTEN_OFF = -1, 0, 7, 8
"""States: not in the book; 0 current; 1..6 = 1-30 .. 151-180 days past due; 7 = 181 and more (secured loans only);
8 = written off, seen once at the opening after it happened."""

FIRST_MONTH: Final = 202301


@dataclass(frozen=True)
class Bank:
    """A bank's size, behaviour and events. Tuples by product, region, state or calendar month, in the order above."""

    arms: tuple[float, float, float] = (0.50, 0.25, 0.25)
    obligations_per_client: float = 1.55
    originations: float = 0.021
    capacity: float = 0.35
    exploration: float = 0.05

    product_share: tuple[float, ...] = (0.38, 0.29, 0.14, 0.05, 0.08, 0.06)
    median_balance: tuple[float, ...] = (3.5e6, 12e6, 20e6, 38e6, 6e6, 85e6)
    balance_spread: tuple[float, ...] = (1.00, 0.90, 0.80, 0.55, 0.80, 0.60)
    amortisation: tuple[float, ...] = (0.030, 0.022, 0.016, 0.018, 0.045, 0.006)
    secured: tuple[bool, ...] = (False, False, False, True, False, True)
    balance_income: float = 0.30
    least_balance: float = 1e5
    most_balance: float = 2e9
    prepayment: float = 0.012
    unbilled: float = 0.175
    no_instalment: float = 0.024
    paid_unasked: float = 0.00115
    region_share: tuple[float, ...] = (0.30, 0.20, 0.18, 0.13, 0.10, 0.09)
    median_income: float = 2.6e6
    opening_states: tuple[float, ...] = (0.905, 0.044, 0.0140, 0.0085, 0.0062, 0.0050, 0.0042, 0.0131)

    miss: tuple[float, ...] = (-2.90, -2.95, -4.05, -3.75, -2.60, -4.00)
    roll: tuple[float, ...] = (0.245, 0.42, 0.56, 0.66, 0.73, 0.79, 0.90)
    stay: tuple[float, ...] = (0.12, 0.14, 0.12, 0.10, 0.08, 0.06, 0.05)
    improve: tuple[float, ...] = (0.00, 0.10, 0.08, 0.06, 0.04, 0.03, 0.02)
    ability: float = 0.55
    ability_when_current: float = 1.5
    inflow: float = 0.35
    secured_write_off: float = 0.05
    redefault: float = 1.35
    redefault_months: int = 9
    offer_pause: int = 6

    accept: float = -1.33
    accept_bucket: tuple[float, ...] = (0.10, 0.35, 0.15, -0.20, -0.55, -0.90)
    accept_digital: float = 1.6
    accept_income: float = -0.15
    accept_burden: float = 0.15
    accept_inflow: float = -0.30
    accept_history: float = 1.2
    accept_card: float = 0.2
    accept_willing: float = 0.70
    keep: float = 0.85
    keep_ability: float = 0.8
    keep_inflow: float = 0.3
    keep_bucket: float = -0.22
    report_delay: tuple[float, float, float] = (0.6, 0.3, 0.1)

    inflow_memory: float = 0.6
    inflow_shock: float = 0.64
    inflow_opening: float = 0.8
    climate_memory: float = 0.7
    climate_shock: float = 0.06
    season: tuple[float, ...] = (0.16, 0.12, 0.02, 0.0, 0.0, -0.18, -0.02, 0.0, 0.0, 0.02, 0.04, -0.20)
    peak_month: int = 19
    peak_width: float = 5.0
    peak_size: float = 0.42

    go_live: int = 18
    first_training_month: int = 3
    mix_month: int = 24
    migration: float = 0.12
    concept_month: int = 28
    concept_shift: float = -0.50
    concept_digital: float = 0.6
    outage_month: int = 31
    outage_region: int = CARIBE

    rollout: tuple[int, ...] = ()
    """By region, the month in which all of its clients go over to the model; without it they are drawn into arms."""
