"""Small files of the payment-option problem for tests: every column filled, only what a test speaks of is said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from data.sources import opciones_pago_files as files
from data.sources.reading import Layout

Row = Mapping[str, object]

TRTEST = files.RESPONSES_FILE.file
OOT = files.OPEN_FILE.file
PROB = files.SCORES_FILE.file
PAGOS = files.PAYMENTS_FILE.file
CUSTOMER = files.CLIENTS_FILE.file
CARTERA = files.PORTFOLIO_FILE.file
DECISIONES = files.DECISIONS_FILE.file
SHORT = {
    TRTEST: "trtest", OOT: "oot", PROB: "prob", PAGOS: "pagos", CUSTOMER: "customer", CARTERA: "cartera",
    DECISIONES: "decisiones",
}  # fmt: skip
"""File name → its name as an argument of `write_files`."""

_IDS: Row = {"nit_enmascarado": 1, "num_oblig_orig_enmascarado": 7, "num_oblig_enmascarado": 10}
_USUAL: Mapping[str, Row] = {
    TRTEST: {
        "fecha_var_rpta_alt": 202312, "var_rpta_alt": 1, "tipo_var_rpta_alt": "a_uno_tipo_1", "segmento": "Personal",
        "producto": "LIBRE INVERSION", "min_mora": 16, "max_mora": 24, "dias_mora_fin": 0, "vlr_vencido": 100.0,
        "saldo_capital": 1000.0, "endeudamiento": 2000.0, "cant_alter_posibles": 2, "cant_gestiones": 10.0, "rpc": 1.0,
        "promesas_cumplidas": 0, "cant_acuerdo": 0.0, "pago_mes": 0.0,
    },
    OOT: {"fecha_var_rpta_alt": 202401},
    PROB: {
        "fecha_corte": 202311, "lote": 1, "prob_propension": 0.5, "prob_alrt_temprana": 0.25, "prob_auto_cura": 0.75,
    },
    PAGOS: {
        "fecha_corte": 20231130, "producto": "LIBRE INVERSION", "segmento": "PERSONAL", "valor_cuota_mes": 50.0,
        "pago_total": 25.0, "fecha_pago_maxima": "20231103.0", "porc_pago": 50.0, "marca_pago": "PAGO_MENOS",
    },
    CUSTOMER: {
        "genero_cli": "F", "edad_cli": 40.0, "total_ing": 2_000_000.0, "f_vinc": 20190604, "segm": "PERSONAL",
        "region_of": "CENTRO", "year": 2023, "month": 11, "ingestion_day": 30,
    },
    CARTERA: {
        "fecha_corte": 202312, "producto": "LIBRE INVERSION", "fecha_desembolso": 20220101, "saldo_capital": 1000.0,
        "vlr_vencido": 100.0, "dias_mora": 16, "reestructurada": "NO", "vlr_castigado": 0, "elegible": "SI",
        "brazo": "",
    },
    DECISIONES: {
        "fecha_decision": 20231201, "mes": 202312, "brazo": "", "probabilidad": 0.4, "ofrecida": "SI",
        "conocida_en": 202402,
    },
}  # fmt: skip
_LAYOUTS = {layout.file: layout for layout in files.FILES}


def write_files(folder: Path, **rows: Sequence[Row]) -> Path:
    """The five documented files with one usual row each, or with the given rows: trtest, oot, prob, pagos, customer;
    cartera and decisiones only when given."""
    folder.mkdir(parents=True, exist_ok=True)
    for file, name in SHORT.items():
        if name in rows or _LAYOUTS[file].required:
            (folder / file).write_text(text_of(file, rows.get(name, [{}])), encoding="utf-8")
    return folder


def text_of(file: str, rows: Sequence[Row]) -> str:
    """A documented file with the given rows; what a row does not say is as usual."""
    names = header(_LAYOUTS[file])
    lines = [",".join(str((_IDS | _USUAL[file] | row).get(n, "")) for n in names) for row in rows]
    return "\n".join([",".join(names), *lines, ""])


def header(layout: Layout) -> list[str]:
    """The documented column names of a file."""
    return [f.name for f in layout.fields]
