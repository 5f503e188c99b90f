"""Data room: the words that the demo bank's files use, spelt as the documented files spell them."""

from __future__ import annotations

from typing import Final

TITLE_PRODUCTS: Final = (
    "Tarjeta de Credito",
    "Libre Inversion",
    "Libranza",
    "Vehiculo",
    "Cartera Microcredito",
    "Hipotecario Vivienda",
)
SYSTEMS: Final = ("L", "K", "V", "4")
"""Source systems: cards are K and V, housing 4, the rest L."""

# Indexed by `data.bank.population.segment`.
SEGMENTS: Final = ("Personal", "Personal plus", "Social", "Micropyme", "Pymes", "Preferencial")
SEGMENTS_CAPITAL: Final = tuple(s.upper() for s in SEGMENTS)
SEGM: Final = ("PERSONAL", "PLUS", "SOCIAL", "INDEPENDIENTES", "PYMES", "PREFERENCIAL")
BANKS: Final = (
    "Banca Personas",
    "Banca Personas",
    "Banca Personas",
    "Banca Independientes",
    "Banca Pyme",
    "Banca Personas",
)

RESPONSES: Final = ("a_uno_tipo_1", "b_uno_tipo_2", "c_uno_tipo_3", "d_cero_tipo_1", "e_cero_tipo_2")
APPLIED, NOT_APPLIED, INTERESTED, DECLINED, NO_RECORD = range(5)
ARREARS: Final = ("a.1-30", "b.31-90", "c.91-180")
YES: Final = ("NO", "SI")

# Payment options: description, code, kind when applied, group when applied.
OPTIONS: Final = (
    "Prorroga más Ampliación de plazo",
    "Prorroga",
    "Consolidación de pasivos",
    "Combo modificación",
    "Prórroga modificación",
    "Modificación novacion",
    "Combo reestructuracion",
    "Prórroga reestructuración",
    "Reestructuración novacion",
    "Sin alivio",
)
NO_OPTION: Final = 9
OPTION_CODES: Final = ("CON02", "TDC04", "CON03", "CON23", "CON25", "CON21", "CON24", "CON26", "CON22", "")
APPLIED_KINDS: Final = ("PRORROGA", "CONSOLIDACION", "AMPLIACION", "COMBO")
KIND_OF_OPTION: Final = (2, 0, 1, 3, 0, 2, 3, 0, 1, 0)
APPLIED_GROUPS: Final = ("MANTENIMIENTO", "MODIFICACIÓN", "REESTRUCTURACIÓN", "CONSOLIDACION")
GROUP_OF_OPTION: Final = (0, 0, 3, 1, 1, 1, 2, 2, 2, 0)
# The options of a client 1-30, 31-60 and 61 or more days past due, first to third.
MENU: Final = ((0, 1, 2), (3, 4, 5), (6, 7, 8))

# Best result of the month: one row of shares per response a..e.
RESULTS: Final = (
    "ACEPTA ALTERNATIVA",
    "PLAN DE PAGO",
    "PLAN DE COMPROMISO CUMPLIDO",
    "INTERESADO ALTERNATIVA",
    "NO ACEPTA ALTERNATIVA",
    "NO ACEPTA ACUERDO",
    "ACEPTA ACUERDO COBRANZAS",
    "NO CONTESTA",
    "CLIENTE AL DIA",
    "ILOCALIZADO",
)
BEST_RESULT: Final = (
    (0.86, 0.07, 0.05, 0.01, 0.00, 0.00, 0.01, 0.00, 0.00, 0.00),
    (0.84, 0.06, 0.04, 0.03, 0.01, 0.00, 0.01, 0.01, 0.00, 0.00),
    (0.30, 0.04, 0.01, 0.58, 0.02, 0.02, 0.01, 0.02, 0.00, 0.00),
    (0.02, 0.20, 0.05, 0.03, 0.45, 0.12, 0.05, 0.06, 0.01, 0.01),
    (0.01, 0.39, 0.09, 0.01, 0.04, 0.20, 0.11, 0.10, 0.03, 0.02),
)
LATER_RESULT: Final = (
    (0.30, 0.18, 0.10, 0.04, 0.06, 0.10, 0.04, 0.10, 0.07, 0.01),
    (0.28, 0.18, 0.08, 0.05, 0.08, 0.12, 0.04, 0.12, 0.03, 0.02),
    (0.08, 0.18, 0.05, 0.22, 0.12, 0.14, 0.04, 0.13, 0.02, 0.02),
    (0.02, 0.22, 0.05, 0.03, 0.20, 0.20, 0.06, 0.16, 0.03, 0.03),
    (0.01, 0.30, 0.08, 0.02, 0.06, 0.20, 0.08, 0.18, 0.04, 0.03),
)
RANKS: Final = (
    "Acepta alternativa",
    "Cliente compromiso de pago",
    "Interesado Alternativa",
    "No acepta alternativa",
    "No acepta acuerdo",
    "Interesado en pagar",
    "Alternativas Cobranza",
    "Sin Contacto",
)
RANK: Final = (
    (0.74, 0.18, 0.02, 0.01, 0.01, 0.02, 0.02, 0.00),
    (0.70, 0.18, 0.05, 0.02, 0.02, 0.02, 0.01, 0.00),
    (0.20, 0.12, 0.58, 0.03, 0.02, 0.03, 0.01, 0.01),
    (0.01, 0.28, 0.04, 0.47, 0.12, 0.04, 0.01, 0.03),
    (0.01, 0.52, 0.01, 0.04, 0.28, 0.06, 0.01, 0.07),
)
MARKS: Final = ("Acepta Alternativa", "No Acepta Alternativa", "N.A")
MARK: Final = ((0.97, 0.01, 0.02), (0.94, 0.02, 0.04), (0.85, 0.09, 0.06), (0.03, 0.90, 0.07), (0.02, 0.22, 0.76))
PAID_MARKS: Final = ("Sin pago", "Pago parcial", "Pago Total", "Cumple compromiso")
TANK: Final = ("Sin pago", "Con pago")

INSTALMENT_MARKS: Final = (
    "PAGO_MAS",
    "PAGO_MENOS",
    "NO_PAGO",
    "IGUAL",
    "FACTURACION_MES_SGTE",
    "CANCELADO",
    "AJUSTES_BANCO",
    "SIN_FACTURACION",
)
ADJUSTMENTS: Final = ("NO", "AJUSTES", "REDIFERIDOS")
