"""Writes the five files of the payment-option problem at their documented size, with random values.

    python tests/benchmarks/documented_size.py FOLDER [SCALE]

1.3 GB in all at scale 1.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

PAYMENTS = (
    (202301, 341789), (202302, 358303), (202303, 376462), (202304, 391291), (202305, 406653), (202306, 419951),
    (202307, 431226), (202308, 440827), (202309, 449263), (202310, 428732), (202311, 414554), (202312, 395984),
)  # fmt: skip
RESPONSES = ((202308, 113531), (202309, 121185), (202310, 115923), (202311, 117146), (202312, 100466))
CLIENTS = ((202307, 71124), (202308, 71943), (202309, 71744), (202310, 71699), (202311, 71573), (202312, 71917))
OPEN = ((202401, 112549),)
FILES = {
    "prueba_op_maestra_cuotas_pagos_mes_hist_enmascarado_completa.csv": ("payments_of", PAYMENTS, 458_182, 9_973),
    "prueba_op_probabilidad_oblig_base_hist_enmascarado_completa.csv": ("scores_of", PAYMENTS, 458_182, 9_973),
    "prueba_op_base_pivot_var_rpta_alt_enmascarado_trtest.csv": ("responses_of", RESPONSES, 458_182, 99_991),
    "prueba_op_base_pivot_var_rpta_alt_enmascarado_oot.csv": ("open_of", OPEN, 458_182, 0),
    "prueba_op_master_customer_data_enmascarado_completa.csv": ("clients_of", CLIENTS, 300_080, 49_999),
}
"""File → its columns (a macro of documented_size.sql), rows by month, distinct ids, and how far ids move a month."""


def write(folder: Path, *, scale: float = 1.0) -> None:
    """Write the five files; `scale` 0.01 for a quick look."""
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as bank:
        bank.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
        for file, (columns, months, ids, step) in FILES.items():
            bank.execute(f"CREATE OR REPLACE VIEW wanted AS {_rows(months, ids, step, scale)}")
            bank.execute(f"COPY (FROM {columns}('wanted')) TO '{folder / file}' (HEADER, NULLSTR 'None')")


def _rows(months: tuple[tuple[int, int], ...], ids: int, step: int, scale: float) -> str:
    """Rows of (m, o, r): distinct ids in each month, the same ones in many months."""
    return " UNION ALL ".join(
        f"SELECT {m} AS m, ((i * 7919 + {k * step}) % {ids} + 1)::BIGINT AS o, random() AS r "
        f"FROM range({int(n * scale)}) t(i)"
        for k, (m, n) in enumerate(months)
    )


if __name__ == "__main__":
    write(Path(sys.argv[1]), scale=float(sys.argv[2]) if len(sys.argv) > 2 else 1.0)
