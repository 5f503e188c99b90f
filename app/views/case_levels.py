"""App room: what the codes of a form stand for, where a source uses codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.l10n import L10n
from app.views import names
from app.words import mark

CODES: Final[Mapping[str, Mapping[str, str]]] = {
    "estado_cuenta_actual": {
        "A11": mark("overdrawn"),
        "A12": mark("below 200 DM"),
        "A13": mark("200 DM or more"),
        "A14": mark("no account"),
    },
    "historial_credito": {
        "A30": mark("no credits, or all repaid"),
        "A31": mark("all repaid here"),
        "A32": mark("repaid so far"),
        "A33": mark("late before"),
        "A34": mark("critical account"),
    },
    "proposito_credito": {
        "A40": mark("new car"),
        "A41": mark("used car"),
        "A42": mark("furniture"),
        "A43": mark("radio or TV"),
        "A44": mark("appliances"),
        "A45": mark("repairs"),
        "A46": mark("studies"),
        "A47": mark("holidays"),
        "A48": mark("retraining"),
        "A49": mark("business"),
        "A410": mark("another purpose"),
    },
    "ahorros_o_bonos": {
        "A61": mark("below 100 DM"),
        "A62": mark("100 to 499 DM"),
        "A63": mark("500 to 999 DM"),
        "A64": mark("1,000 DM or more"),
        "A65": mark("none, or not known"),
    },
    "tiempo_empleo": {
        "A71": mark("unemployed"),
        "A72": mark("below 1 year"),
        "A73": mark("1 to 3 years"),
        "A74": mark("4 to 6 years"),
        "A75": mark("7 years or more"),
    },
    "estado_civil_y_sexo": {
        "A91": mark("man, divorced"),
        "A92": mark("woman, not single"),
        "A93": mark("man, single"),
        "A94": mark("man, married or widowed"),
        "A95": mark("woman, single"),
    },
    "otros_deudores_o_garantes": {
        "A101": mark("nobody else"),
        "A102": mark("co-applicant"),
        "A103": mark("guarantor"),
    },
    "propiedad": {
        "A121": mark("real estate"),
        "A122": mark("savings plan or life insurance"),
        "A123": mark("car or other"),
        "A124": mark("none, or not known"),
    },
    "otros_planes_cuotas": {
        "A141": mark("at a bank"),
        "A142": mark("at stores"),
        "A143": mark("no other plan"),
    },
    "vivienda": {
        "A151": mark("rented"),
        "A152": mark("own home"),
        "A153": mark("free of rent"),
    },
    "trabajo": {
        "A171": mark("no skills, not resident"),
        "A172": mark("unskilled"),
        "A173": mark("skilled"),
        "A174": mark("manager or self-employed"),
    },
    "telefono": {
        "A191": mark("no telephone"),
        "A192": mark("has a telephone"),
    },
    "trabajador_extranjero": {
        "A201": mark("foreign"),
        "A202": mark("not foreign"),
    },
}
"""Codes of the German credit data, by field (`data.sources.german_credit_case.WORDS`)."""


def level(l10n: L10n, field: str, name: str) -> str:
    """A level of a field in words; of a code both, "A14 · no account"."""
    if name in CODES.get(field, {}):
        return f"{name} · {l10n.say(CODES[field][name])}"
    return names.level(l10n, name)
