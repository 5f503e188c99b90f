"""Data room: the documented files of the payment-option problem, column by column, and what each becomes.

A field that becomes nothing must be in its file but is not read.
"""

from __future__ import annotations

from typing import Final

from data.contract import Kind
from data.sources.columns import Field
from data.sources.kinds import YesNo
from data.sources.reading import Layout

CARDS: Final = (("TARJETAS DE CREDITO", "TARJETA DE CREDITO"),)
SEGMENTS: Final = (
    "PERSONAL", "PERSONAL PLUS", "MICROPYME", "SOCIAL", "PYMES", "PREFERENCIAL", "EMPRESARIAL", "GOBIERNO DE RED",
)  # fmt: skip
CLIENT_SEGMENTS: Final = (("PLUS", "PERSONAL PLUS"), ("INDEPENDIENTES", "MICROPYME"))
"""What the client file calls two segments of the other files."""
RESPONSES: Final = ("a_uno_tipo_1", "b_uno_tipo_2", "c_uno_tipo_3", "d_cero_tipo_1", "e_cero_tipo_2")
ARMS: Final = {"modelo": "model", "legado": "legacy", "sin_oferta": "none"}

CONTEMPORARY: Final = frozenset({
    "tipo_var_rpta_alt", "min_mora", "max_mora", "dias_mora_fin", "rango_mora", "vlr_vencido", "saldo_capital",
    "endeudamiento", "cant_gestiones", "cant_gestiones_binario", "rpc", "promesas_cumplidas",
    "cant_promesas_cumplidas_binario", "cant_acuerdo", "cant_acuerdo_binario", "descripcion_ranking_mejor_ult",
    "descripcion_ranking_post_ult", "marca_alt_rank", "marca_alt_apli", "valor_cuota_mes", "pago_cuota",
    "porc_pago_cuota", "pago_mes", "porc_pago_mes", "pagos_tanque", "marca_debito_mora", "alternativa_aplicada_agr",
    "marca_agrupada_rgo", "marca_pago", "marca_alternativa", "marca_alternativa_orig",
})  # fmt: skip
"""Columns of the response base that describe the month of the outcome itself: usable only lagged."""


def _key(name: str, to: str) -> Field:
    return Field(name, "id", to, missing=False)


def _text(name: str, to: str = "", **rules: object) -> Field:
    return Field(name, "category", to, **rules)  # type: ignore[arg-type]


def _all(kind: Kind, *pairs: tuple[str, str]) -> tuple[Field, ...]:
    return tuple(Field(name, kind, to) for name, to in pairs)


def _unread(*names: str) -> tuple[Field, ...]:
    return tuple(Field(n) for n in names)


_CLIENT = _key("nit_enmascarado", "client")
_OBLIGATION = _key("num_oblig_enmascarado", "obligation")
_RESPONSE_KEYS = (
    _CLIENT,
    _key("num_oblig_orig_enmascarado", "original"),
    _OBLIGATION,
    Field("fecha_var_rpta_alt", "month", "month", missing=False),
)
_PRODUCT = _text("producto", "product", upper=True, same=CARDS)
_SEGMENT = _text("segmento", "segment", upper=True, levels=SEGMENTS)

RESPONSES_FILE: Final = Layout(
    "prueba_op_base_pivot_var_rpta_alt_enmascarado_trtest.csv",
    "responses of obligations in arrears, by month",
    (
        *_RESPONSE_KEYS,
        Field("var_rpta_alt", "flag", "label", missing=False),
        _text("tipo_var_rpta_alt", "type", levels=RESPONSES),
        *_unread("banca"),
        _SEGMENT,
        _PRODUCT,
        *_unread("producto_cons", "aplicativo"),
        *_all("days", ("min_mora", "days_past_due_low"), ("max_mora", "days_past_due_high"),
              ("dias_mora_fin", "days_past_due_end")),
        *_unread("rango_mora", "vlr_obligacion"),
        *_all("money", ("vlr_vencido", "past_due"), ("saldo_capital", "balance"), ("endeudamiento", "debt")),
        _text("desc_alternativa1", "option"),
        *_unread("desc_alternativa2", "desc_alternativa3"),
        Field("cant_alter_posibles", "count", "options_offered"),
        *_unread("alter_posible1_2", "alter_posible2_2", "alter_posible3_2"),
        Field("cant_gestiones", "count", "contacts"),
        *_unread("cant_gestiones_binario"),
        Field("rpc", "count", "right_party"),
        Field("promesas_cumplidas", "count", "promises_kept"),
        *_unread("cant_promesas_cumplidas_binario"),
        Field("cant_acuerdo", "count", "agreements"),
        *_unread("cant_acuerdo_binario"),
        _text("descripcion_ranking_mejor_ult", "result"),
        *_unread("descripcion_ranking_post_ult", "marca_alt_rank", "marca_alt_apli", "valor_cuota_mes", "pago_cuota",
                 "porc_pago_cuota"),
        Field("pago_mes", "money", "paid"),
        *_unread("porc_pago_mes", "pagos_tanque", "marca_debito_mora"),
        _text("alternativa_aplicada_agr", "option_applied"),
        *_unread("marca_agrupada_rgo", "marca_pago", "marca_alternativa", "marca_alternativa_orig"),
    ),
)  # fmt: skip

OPEN_FILE: Final = Layout(
    "prueba_op_base_pivot_var_rpta_alt_enmascarado_oot.csv", "obligations of the month to score", _RESPONSE_KEYS
)

SCORES_FILE: Final = Layout(
    "prueba_op_probabilidad_oblig_base_hist_enmascarado_completa.csv",
    "the bank's own probabilities, by month",
    (
        _CLIENT,
        _OBLIGATION,
        Field("fecha_corte", "month", "month", missing=False),
        _text("lote", "lot", levels=("1", "2", "3"), same=(("1.0", "1"), ("2.0", "2"), ("3.0", "3"))),
        *_all("share", ("prob_propension", "pays"), ("prob_alrt_temprana", "early_alert"),
              ("prob_auto_cura", "self_cure")),
    ),
)  # fmt: skip

PAYMENTS_FILE: Final = Layout(
    "prueba_op_maestra_cuotas_pagos_mes_hist_enmascarado_completa.csv",
    "instalments and payments, by month",
    (
        _CLIENT,
        _OBLIGATION,
        Field("fecha_corte", "date", "date", missing=False),
        _PRODUCT,
        *_unread("aplicativo"),
        _SEGMENT,
        *_all("money", ("valor_cuota_mes", "instalment"), ("pago_total", "paid")),
        *_unread("fecha_pago_minima"),
        Field("fecha_pago_maxima", "date", "last_paid"),
        Field("porc_pago", "share", "ratio", infinite=True),
        _text("marca_pago", "mark", levels=("PAGO_MAS", "PAGO_MENOS", "NO_PAGO", "IGUAL", "FACTURACION_MES_SGTE",
                                            "CANCELADO", "AJUSTES_BANCO", "SIN_FACTURACION")),
        *_unread("ajustes_banco"),
    ),
)  # fmt: skip

CLIENTS_FILE: Final = Layout(
    "prueba_op_master_customer_data_enmascarado_completa.csv",
    "client master data, by month",
    (
        _CLIENT,
        *_unread("cod_tipo_doc", "tipo_cli", "ctrl_terc"),
        _text("genero_cli", "gender", upper=True, levels=("F", "M")),
        *_unread("ano_nac_cli"),
        Field("edad_cli", "number", "age"),
        _text("estado_civil", "marital_status", upper=True),
        _text("tipo_vivienda", "housing", upper=True),
        *_unread("num_hijos"),
        Field("personas_dependientes", "count", "dependants"),
        _text("nivel_academico", "education", upper=True),
        _text("ocup", "occupation", upper=True),
        *_unread("act_econom", "sector", "subsector", "declarante"),
        *_all("money", ("total_ing", "income"), ("tot_activos", "assets"), ("tot_pasivos", "liabilities")),
        *_unread("origen_fondos"),
        Field("f_vinc", "date", "since"),
        *_unread("f_ult_mantenimiento"),
        _text("canal_actualizacion", "channel", upper=True),
        *_unread("cli_actualizado"),
        _text("segm", "segment", upper=True, same=CLIENT_SEGMENTS),
        *_unread("subsegm", "nicho"),
        _text("region_of", "region", upper=True),
        *_unread("nombre_dpto_dirp"),
        Field("egresos_mes", "money", "expenses"),
        *_unread("tot_patrimonio", "ciiu", "smmlv"),
        Field("year", "count", "year", missing=False),
        Field("month", "count", "month", missing=False),
        *_unread("ingestion_day"),
    ),
)  # fmt: skip

PORTFOLIO_FILE: Final = Layout(
    "cartera.csv",
    "every obligation by month, in arrears or not",
    (
        _CLIENT,
        _OBLIGATION,
        Field("fecha_corte", "month", "month", missing=False),
        _PRODUCT,
        Field("fecha_desembolso", "date", "opened"),
        Field("saldo_capital", "money", "balance"),
        Field("vlr_vencido", "money", "past_due"),
        Field("dias_mora", "days", "days_past_due"),
        Field("reestructurada", "flag", "reaged", reads=YesNo),
        Field("vlr_castigado", "money", "written_off"),
        Field("elegible", "flag", "eligible", missing=False, reads=YesNo),
        _text("brazo", "arm", levels=tuple(ARMS)),
        _text("subproducto", "sub_product", upper=True, optional=True),
        _text("oficina", "office", upper=True, optional=True),
    ),
    required=False,
)
FINER: Final = {
    "sub_product": {"en": "Sub-product", "es": "Subproducto", "pt": "Subproduto"},
    "office": {"en": "Office", "es": "Oficina", "pt": "Agência"},
}
"""Columns of the portfolio file that it may lack, by language: what lies under products and regions."""

DECISIONS_FILE: Final = Layout(
    "decisiones.csv",
    "decisions to offer a payment option",
    (
        _CLIENT,
        _OBLIGATION,
        Field("fecha_decision", "date", "decided_at"),
        Field("mes", "month", "month", missing=False),
        _text("brazo", "arm", levels=tuple(ARMS)),
        Field("probabilidad", "share", "propensity"),
        Field("ofrecida", "flag", "offered", missing=False, reads=YesNo),
        Field("conocida_en", "month", "known_at"),
        Field("aceptada_en", "month", "accepted_at", optional=True),
    ),
    required=False,
)

FILES: Final = (RESPONSES_FILE, OPEN_FILE, SCORES_FILE, PAYMENTS_FILE, CLIENTS_FILE, PORTFOLIO_FILE, DECISIONS_FILE)
"""The documented files; the last two may be absent."""
