"""Writes the five files of the payment-option problem at their documented size, with plausible random values.

    python tests/benchmarks/documented_size.py FOLDER [SCALE]

1.25 GB in all at scale 1. Only sizes, types, missing shares and repetitions of ids are like the real ones.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

MONTHS_OF_PAYMENTS = (
    (202301, 341789), (202302, 358303), (202303, 376462), (202304, 391291), (202305, 406653), (202306, 419951),
    (202307, 431226), (202308, 440827), (202309, 449263), (202310, 428732), (202311, 414554), (202312, 395984),
)  # fmt: skip
MONTHS_OF_RESPONSES = ((202308, 113531), (202309, 121185), (202310, 115923), (202311, 117146), (202312, 100466))
MONTHS_OF_CLIENTS = (
    (202307, 71124),
    (202308, 71943),
    (202309, 71744),
    (202310, 71699),
    (202311, 71573),
    (202312, 71917),
)
OBLIGATIONS, CLIENTS, ORIGINALS = 458_182, 300_080, 1_080_719
_PRODUCT = "(['TARJETA DE CREDITO','LIBRE INVERSION','ROTATIVOS','CARTERA ORDINARIA','TARJETAS DE CREDITO'])[1+(hash(o)%5)::int]"
_SEGMENT = "(['PERSONAL','PERSONAL PLUS','MICROPYME','SOCIAL','PYMES'])[1+(hash(o+1)%5)::int]"


def _rows(months: tuple[tuple[int, int], ...], ids: int, step: int, scale: float) -> str:
    """A table of (month, o): `n` distinct ids in each month, the same ones in many months."""
    parts = [f"SELECT {m} AS m, ((i * 7919 + {k * step}) % {ids} + 1)::BIGINT AS o FROM range({int(n * scale)}) t(i)"
             for k, (m, n) in enumerate(months)]  # fmt: skip
    return " UNION ALL ".join(parts)


def _maybe(share: float, text: str) -> str:
    return f"CASE WHEN random() < {share} THEN NULL ELSE {text} END"


def _money(most: float) -> str:
    return f"round((random() ** 3) * {most}, 2)"


_CLIENT = f"((o * 31) % {CLIENTS} + 1)"
_ORIGINAL = f"((o * 17) % {ORIGINALS} + 1)"
_DATE = "strftime(last_day(strptime(m::VARCHAR, '%Y%m')), '%Y%m%d')::INT"


def _payments() -> str:
    paid = _maybe(0.288, f"({_DATE} - (random()*20)::INT)::DOUBLE")
    return f"""SELECT {_CLIENT} AS nit_enmascarado, o AS num_oblig_enmascarado, {_DATE} AS fecha_corte,
    {_PRODUCT} AS producto, (['L','K','V','4'])[1+(hash(o)%4)::int] AS aplicativo, {_SEGMENT} AS segmento,
    {_money(3e6)} AS valor_cuota_mes, {_money(4e6)} AS pago_total, {paid} AS fecha_pago_minima,
    {paid} AS fecha_pago_maxima, CASE WHEN random() < 0.0008 THEN 'inf' ELSE round(random()*300, 1)::VARCHAR END AS porc_pago,
    (['PAGO_MAS','PAGO_MENOS','NO_PAGO','IGUAL','FACTURACION_MES_SGTE'])[1+(random()*4)::int] AS marca_pago,
    'NO' AS ajustes_banco"""  # fmt: skip


def _scores() -> str:
    share = "(0.03 + random() * 0.9)"
    return f"""SELECT {_CLIENT} AS nit_enmascarado, o AS num_oblig_enmascarado, m AS fecha_corte,
    1+(random()*2)::INT AS lote, {_maybe(0.003, share)} AS prob_propension, {_maybe(0.003, share)} AS prob_alrt_temprana,
    {_maybe(0.003, share)} AS prob_auto_cura"""


def _responses() -> str:
    kind = "(['a_uno_tipo_1','b_uno_tipo_2','c_uno_tipo_3','d_cero_tipo_1','e_cero_tipo_2'])[1+(r*4)::int]"
    option = (
        "(['Reestructuración novacion','Prorroga más Ampliación de plazo','Combo modificación'])[1+(random()*2)::int]"
    )
    result = "(['PLAN DE PAGO','ACEPTA ALTERNATIVA','NO CONTESTA','CLIENTE AL DIA'])[1+(random()*3)::int]"
    low = "(1+(random()*89)::INT)"
    return f"""SELECT {_CLIENT} AS nit_enmascarado, {_ORIGINAL} AS num_oblig_orig_enmascarado, o AS num_oblig_enmascarado,
    m AS fecha_var_rpta_alt, ((r*4)::int < 3)::INT AS var_rpta_alt, {kind} AS tipo_var_rpta_alt,
    'Banca Personas' AS banca, (['Personal','Personal plus','Social'])[1+(hash(o)%3)::int] AS segmento,
    {_PRODUCT} AS producto, 'Tarjeta de Credito' AS producto_cons, 'L' AS aplicativo, {low} AS min_mora,
    {low}+30 AS max_mora, (random()*60)::INT AS dias_mora_fin, 'a.1-30' AS rango_mora, {_money(4e7)} AS vlr_obligacion,
    {_money(3e6)} AS vlr_vencido, {_money(4e7)} AS saldo_capital, {_money(9e7)} AS endeudamiento,
    {option} AS desc_alternativa1, 'Sin alivio' AS desc_alternativa2, 'Sin alivio' AS desc_alternativa3,
    1+(random()*2)::INT AS cant_alter_posibles, 'CON22' AS alter_posible1_2, {_maybe(0.5, "'CON02'")} AS alter_posible2_2,
    NULL AS alter_posible3_2, {_maybe(0.031, "(random()*60)::INT::DOUBLE")} AS cant_gestiones, 1 AS cant_gestiones_binario,
    1.0 AS rpc, (random()*1.4)::INT AS promesas_cumplidas, 0 AS cant_promesas_cumplidas_binario,
    {_maybe(0.031, "(random()*3)::INT::DOUBLE")} AS cant_acuerdo, 0 AS cant_acuerdo_binario,
    {result} AS descripcion_ranking_mejor_ult, {result} AS descripcion_ranking_post_ult,
    'Cliente compromiso de pago' AS marca_alt_rank, (['SI','NO'])[1+(random())::int] AS marca_alt_apli,
    {_money(3e6)} AS valor_cuota_mes, {_money(1e6)} AS pago_cuota, round(random(), 5) AS porc_pago_cuota,
    {_money(2e6)} AS pago_mes, {_maybe(0.537, "round(random(),5)")} AS porc_pago_mes, 'Sin pago' AS pagos_tanque,
    'NO' AS marca_debito_mora, {_maybe(0.68, "'PRORROGA'")} AS alternativa_aplicada_agr,
    {_maybe(0.68, "'MANTENIMIENTO'")} AS marca_agrupada_rgo, 'Sin pago' AS marca_pago,
    'Acepta Alternativa' AS marca_alternativa, 'Acepta Alternativa' AS marca_alternativa_orig"""


def _ahead() -> str:
    return f"""SELECT {_CLIENT} AS nit_enmascarado, {_ORIGINAL} AS num_oblig_orig_enmascarado,
    o AS num_oblig_enmascarado, m AS fecha_var_rpta_alt"""


def _clients() -> str:
    day = "(19900101 + (random()*30)::INT*10000 + (random()*10)::INT*100 + (random()*26)::INT)"
    return f"""SELECT o AS nit_enmascarado, 1 AS cod_tipo_doc, 'PERSONA NATURAL' AS tipo_cli, 'CLIENTE' AS ctrl_terc,
    {_maybe(0.019, "(['F','M'])[1+(hash(o)%2)::int]")} AS genero_cli, (1950+hash(o)%50)::DOUBLE AS ano_nac_cli,
    (73-hash(o)%50)::DOUBLE AS edad_cli, {_maybe(0.085, "(['SOLTERO','CASADO','UNION LIBRE'])[1+(hash(o)%3)::int]")} AS estado_civil,
    {_maybe(0.686, "'FAMILIAR'")} AS tipo_vivienda, 0.0 AS num_hijos, (random()*3)::INT::DOUBLE AS personas_dependientes,
    {_maybe(0.57, "'BACHILLER'")} AS nivel_academico, (['EMPLEADO','INDEPENDIENTE','PENSIONADO'])[1+(hash(o)%3)::int] AS ocup,
    'ASALARIADO' AS act_econom, 'PERSONAS' AS sector, 'PERSONAS NATURALES' AS subsector, 'N' AS declarante,
    {_money(9e6)} AS total_ing, {_money(9e7)} AS tot_activos, {_money(9e7)} AS tot_pasivos,
    'SALARIO Y DEMAS PAGOS LABORALES' AS origen_fondos, {day} AS f_vinc, 20220427 AS f_ult_mantenimiento,
    {_maybe(0.112, "'ACO'")} AS canal_actualizacion, 'N' AS cli_actualizado, 'PERSONAL' AS segm, 'MEDIO' AS subsegm,
    {_maybe(0.529, "'MUJERES'")} AS nicho, (['ANTIOQUIA','CARIBE','SUR','CENTRO'])[1+(hash(o)%4)::int] AS region_of,
    'SANTANDER' AS nombre_dpto_dirp, {_money(3e6)} AS egresos_mes, {_money(9e7)} AS tot_patrimonio,
    {_maybe(0.077, "'ASALARIADOS'")} AS ciiu, 1160000.0 AS smmlv, m//100 AS year, m%100 AS month, 30 AS ingestion_day"""


def write(folder: Path, *, scale: float = 1.0) -> None:
    """Write the five files; `scale` 0.01 for a quick look."""
    folder.mkdir(parents=True, exist_ok=True)
    name = "prueba_op_{}_enmascarado{}.csv"
    one = _rows(((202401, 112549),), OBLIGATIONS, 0, scale)
    files = {
        name.format("maestra_cuotas_pagos_mes_hist", "_completa"): (_payments(), _rows(MONTHS_OF_PAYMENTS, OBLIGATIONS, 9973, scale)),
        name.format("probabilidad_oblig_base_hist", "_completa"): (_scores(), _rows(MONTHS_OF_PAYMENTS, OBLIGATIONS, 9973, scale)),
        name.format("base_pivot_var_rpta_alt", "_trtest"): (_responses(), _rows(MONTHS_OF_RESPONSES, OBLIGATIONS, 99991, scale)),
        name.format("base_pivot_var_rpta_alt", "_oot"): (_ahead(), one),
        name.format("master_customer_data", "_completa"): (_clients(), _rows(MONTHS_OF_CLIENTS, CLIENTS, 49999, scale)),
    }  # fmt: skip
    with duckdb.connect() as bank:
        bank.execute("SELECT setseed(0.5)")
        for file, (select, rows) in files.items():
            table = f"{select} FROM (SELECT *, random() AS r FROM ({rows}))"
            bank.execute(f"COPY ({table}) TO '{folder / file}' (HEADER, NULLSTR 'None')")


if __name__ == "__main__":
    write(Path(sys.argv[1]), scale=float(sys.argv[2]) if len(sys.argv) > 2 else 1.0)
