-- Columns of the five files of the payment-option problem, for rows (m month YYYYMM, o id, r a random number in 0..1).
-- Only sizes, types, missing shares and repetitions of ids are like the real ones.

CREATE MACRO maybe(share, v) AS CASE WHEN random() < share THEN NULL ELSE v END;
CREATE MACRO money(most) AS round(random() ** 3 * most, 2);
CREATE MACRO pick(list, k) AS list[1 + (k % len(list))::INT];
CREATE MACRO upto(k) AS (random() * k)::INT;
CREATE MACRO client(o) AS (o * 31) % 300080 + 1;
CREATE MACRO original(o) AS (o * 17) % 1080719 + 1;
CREATE MACRO closes(m) AS strftime(last_day(strptime(m::VARCHAR, '%Y%m')), '%Y%m%d')::INT;
CREATE MACRO product(o) AS
    pick(['TARJETA DE CREDITO', 'LIBRE INVERSION', 'ROTATIVOS', 'CARTERA ORDINARIA', 'TARJETAS DE CREDITO'], hash(o));

CREATE MACRO payments_of(rows_) AS TABLE
SELECT
    client(o) AS nit_enmascarado,
    o AS num_oblig_enmascarado,
    closes(m) AS fecha_corte,
    product(o) AS producto,
    pick(['L', 'K', 'V', '4'], hash(o)) AS aplicativo,
    pick(['PERSONAL', 'PERSONAL PLUS', 'MICROPYME', 'SOCIAL', 'PYMES'], hash(o + 1)) AS segmento,
    money(3e6) AS valor_cuota_mes,
    money(4e6) AS pago_total,
    maybe(0.288, (closes(m) - upto(20))::DOUBLE) AS fecha_pago_minima,
    maybe(0.288, (closes(m) - upto(20))::DOUBLE) AS fecha_pago_maxima,
    CASE WHEN random() < 0.0008 THEN 'inf' ELSE round(random() * 300, 1)::VARCHAR END AS porc_pago,
    pick(['PAGO_MAS', 'PAGO_MENOS', 'NO_PAGO', 'IGUAL', 'FACTURACION_MES_SGTE'], upto(100)) AS marca_pago,
    'NO' AS ajustes_banco
FROM query_table(rows_);

CREATE MACRO scores_of(rows_) AS TABLE
SELECT
    client(o) AS nit_enmascarado,
    o AS num_oblig_enmascarado,
    m AS fecha_corte,
    1 + upto(2) AS lote,
    maybe(0.003, 0.03 + random() * 0.9) AS prob_propension,
    maybe(0.003, 0.03 + random() * 0.9) AS prob_alrt_temprana,
    maybe(0.003, 0.03 + random() * 0.9) AS prob_auto_cura
FROM query_table(rows_);

CREATE MACRO open_of(rows_) AS TABLE
SELECT
    client(o) AS nit_enmascarado,
    original(o) AS num_oblig_orig_enmascarado,
    o AS num_oblig_enmascarado,
    m AS fecha_var_rpta_alt
FROM query_table(rows_);

CREATE MACRO responses_of(rows_) AS TABLE
SELECT
    client(o) AS nit_enmascarado,
    original(o) AS num_oblig_orig_enmascarado,
    o AS num_oblig_enmascarado,
    m AS fecha_var_rpta_alt,
    (r < 0.48)::INT AS var_rpta_alt,
    CASE WHEN r < 0.31 THEN 'a_uno_tipo_1' WHEN r < 0.44 THEN 'b_uno_tipo_2' WHEN r < 0.48 THEN 'c_uno_tipo_3'
         WHEN r < 0.51 THEN 'd_cero_tipo_1' ELSE 'e_cero_tipo_2' END AS tipo_var_rpta_alt,
    'Banca Personas' AS banca,
    pick(['Personal', 'Personal plus', 'Social'], hash(o)) AS segmento,
    product(o) AS producto,
    'Tarjeta de Credito' AS producto_cons,
    'L' AS aplicativo,
    1 + upto(89) AS min_mora,
    90 + upto(60) AS max_mora,
    upto(60) AS dias_mora_fin,
    'a.1-30' AS rango_mora,
    money(4e7) AS vlr_obligacion,
    money(3e6) AS vlr_vencido,
    money(4e7) AS saldo_capital,
    money(9e7) AS endeudamiento,
    pick(['Reestructuración novacion', 'Prorroga más Ampliación de plazo', 'Combo modificación'], upto(9)) AS desc_alternativa1,
    'Sin alivio' AS desc_alternativa2,
    'Sin alivio' AS desc_alternativa3,
    1 + upto(2) AS cant_alter_posibles,
    'CON22' AS alter_posible1_2,
    maybe(0.5, 'CON02') AS alter_posible2_2,
    NULL AS alter_posible3_2,
    maybe(0.031, upto(60)::DOUBLE) AS cant_gestiones,
    1 AS cant_gestiones_binario,
    1.0 AS rpc,
    upto(1.4) AS promesas_cumplidas,
    0 AS cant_promesas_cumplidas_binario,
    maybe(0.031, upto(3)::DOUBLE) AS cant_acuerdo,
    0 AS cant_acuerdo_binario,
    pick(['PLAN DE PAGO', 'ACEPTA ALTERNATIVA', 'NO CONTESTA', 'CLIENTE AL DIA'], upto(9)) AS descripcion_ranking_mejor_ult,
    pick(['PLAN DE PAGO', 'ACEPTA ALTERNATIVA', 'NO CONTESTA', 'CLIENTE AL DIA'], upto(9)) AS descripcion_ranking_post_ult,
    'Cliente compromiso de pago' AS marca_alt_rank,
    pick(['SI', 'NO'], upto(9)) AS marca_alt_apli,
    money(3e6) AS valor_cuota_mes,
    money(1e6) AS pago_cuota,
    round(random(), 5) AS porc_pago_cuota,
    money(2e6) AS pago_mes,
    maybe(0.537, round(random(), 5)) AS porc_pago_mes,
    'Sin pago' AS pagos_tanque,
    'NO' AS marca_debito_mora,
    maybe(0.68, 'PRORROGA') AS alternativa_aplicada_agr,
    maybe(0.68, 'MANTENIMIENTO') AS marca_agrupada_rgo,
    'Sin pago' AS marca_pago,
    'Acepta Alternativa' AS marca_alternativa,
    'Acepta Alternativa' AS marca_alternativa_orig
FROM query_table(rows_);

CREATE MACRO clients_of(rows_) AS TABLE
SELECT
    o AS nit_enmascarado,
    1 AS cod_tipo_doc,
    'PERSONA NATURAL' AS tipo_cli,
    'CLIENTE' AS ctrl_terc,
    maybe(0.019, pick(['F', 'M'], hash(o))) AS genero_cli,
    (1950 + hash(o) % 50)::DOUBLE AS ano_nac_cli,
    (73 - hash(o) % 50)::DOUBLE AS edad_cli,
    maybe(0.085, pick(['SOLTERO', 'CASADO', 'UNION LIBRE'], hash(o))) AS estado_civil,
    maybe(0.686, 'FAMILIAR') AS tipo_vivienda,
    0.0 AS num_hijos,
    upto(3)::DOUBLE AS personas_dependientes,
    maybe(0.57, 'BACHILLER') AS nivel_academico,
    pick(['EMPLEADO', 'INDEPENDIENTE', 'PENSIONADO'], hash(o)) AS ocup,
    'ASALARIADO' AS act_econom,
    'PERSONAS' AS sector,
    'PERSONAS NATURALES' AS subsector,
    'N' AS declarante,
    money(9e6) AS total_ing,
    money(9e7) AS tot_activos,
    money(9e7) AS tot_pasivos,
    'SALARIO Y DEMAS PAGOS LABORALES' AS origen_fondos,
    19900101 + upto(30) * 10000 + upto(10) * 100 + upto(26) AS f_vinc,
    20220427 AS f_ult_mantenimiento,
    maybe(0.112, 'ACO') AS canal_actualizacion,
    'N' AS cli_actualizado,
    'PERSONAL' AS segm,
    'MEDIO' AS subsegm,
    maybe(0.529, 'MUJERES') AS nicho,
    pick(['ANTIOQUIA', 'CARIBE', 'SUR', 'CENTRO'], hash(o)) AS region_of,
    'SANTANDER' AS nombre_dpto_dirp,
    money(3e6) AS egresos_mes,
    money(9e7) AS tot_patrimonio,
    maybe(0.077, 'ASALARIADOS') AS ciiu,
    1160000.0 AS smmlv,
    m // 100 AS year,
    m % 100 AS month,
    30 AS ingestion_day
FROM query_table(rows_);
