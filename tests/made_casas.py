"""A made-up file of debts sent to collection houses, in the documented format of the 25 columns, dirt included.

The real file is not public. Nothing here is anybody's: clients are called MADE-…, addresses end in .invalid.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

NAME: Final = "UNAL_Cobros_I.csv"
ROWS: Final = 7339
PAYS: Final = 0.257
SENT: Final = ("15/12/2022", "01/01/2023", "01/02/2023", "01/03/2023", "01/04/2023")
RANGES: Final = ("0_30", "31_50", "51_65", "MAYOR_65")
COLUMNS: Final = (
    "CUST_CODE", "NUMERO_FACTURA", "FECHA_ENVIO", "CANTIDAD_FACTURAS", "FECHA_DEVOLUCION", "IMPORTE_FACTURA",
    "FECHA_FACTURA", "ESCENARIO_RECOBRO", "DEUDA_TOTAL", "PORTADO", "EMAIL", "EDAD", "FECHA CARGA",
    "IMPORTE PRODUCTO", "TARGET", "PERMANENCIA", "VPT", "FECHA_BPI", "TIPO_DOCUMENTO", "CODIGO_POSTAL",
    "NUM_LINEAS_ACTIVAS", "ESTADO_CLIENTE", "VAP_SCF", "VAP_OB", "FEU",
)  # fmt: skip


def write_casas(folder: Path, *, rows: int = ROWS, seed: int = 0) -> Path:
    """The file, written into a folder; the same for the same seed."""
    folder.mkdir(parents=True, exist_ok=True)
    made_casas(rows=rows, seed=seed).to_csv(folder / NAME, sep=";", index=False, lineterminator="\n")
    return folder / NAME


def made_casas(*, rows: int = ROWS, seed: int = 0) -> pd.DataFrame:
    """The rows as texts, "" where nothing stands. A quarter pays, more often early and with few invoices."""
    rng = np.random.default_rng(seed)
    sent = pd.to_datetime(pd.Series(SENT), format="%d/%m/%Y").to_numpy()[rng.integers(0, len(SENT), rows)]
    days = rng.integers(1, 121, rows)
    invoices = 1 + np.minimum(rng.poisson(1.1, rows), 8)
    amount = np.round(rng.lognormal(4.2, 0.7, rows), 2)
    debt = np.round(amount * (invoices + rng.uniform(0, 0.6, rows)), 2)
    lines = np.minimum(rng.geometric(0.5, rows) - 1 + (rng.random(rows) < 0.01) * rng.integers(1, 89, rows), 91)
    scenario = rng.choice(["PER", "FU", "EMP"], rows, p=[0.552, 0.289, 0.159])
    status = rng.choice(["A", "B"], rows, p=[0.578, 0.422])
    closed = (status == "B") & (rng.random(rows) < 0.8)
    latent = (
        0.9 * (status == "A") - 0.35 * invoices - 0.008 * days - 0.0015 * debt + 0.3 * (scenario == "EMP")
        + 0.15 * np.minimum(lines, 4) + rng.logistic(0, 1, rows)
    )  # fmt: skip
    pays = latent >= np.quantile(latent, 1 - PAYS)
    client = rng.integers(0, 4 * rows, rows)
    columns = {
        "CUST_CODE": [f"MADE-{n:06d}" for n in client],
        "NUMERO_FACTURA": [f"F{n:08d}" for n in rng.permutation(rows)],
        "FECHA_ENVIO": _dates(sent),
        "CANTIDAD_FACTURAS": invoices.astype(str),
        "FECHA_DEVOLUCION": _dates(sent + np.timedelta64(31, "D")),
        "IMPORTE_FACTURA": _money(rng, amount),
        "FECHA_FACTURA": _dates(sent - days.astype("timedelta64[D]")),
        "ESCENARIO_RECOBRO": scenario,
        "DEUDA_TOTAL": _money(rng, debt),
        "PORTADO": rng.choice(
            ["NO", "SI", "N", "N/A", "BAJAS_I", "BAJAS_II"], rows, p=[0.887, 0.016, 0.04, 0.03, 0.015, 0.012]
        ),
        "EMAIL": [f"made.up.{n}@example.invalid" if n % 3 else "" for n in client],
        "EDAD": rng.choice(
            ["0_30", "31_50", "51_65", "MAYOR_65", "", "N/A"], rows, p=[0.18, 0.42, 0.2, 0.1, 0.06, 0.04]
        ),
        "FECHA CARGA": _dates(sent + np.timedelta64(2, "D")),
        "IMPORTE PRODUCTO": _money(rng, np.round(rng.uniform(0, 900, rows), 2)),
        "TARGET": np.where(pays, "SI", "NO"),
        "PERMANENCIA": np.where(rng.random(rows) < 0.01, "12", ""),
        "VPT": rng.choice(["S", "N", ""], rows, p=[0.3, 0.65, 0.05]),
        "FECHA_BPI": np.where(closed, _dates(sent - rng.integers(0, 90, rows).astype("timedelta64[D]")), ""),
        "TIPO_DOCUMENTO": np.where(scenario == "EMP", "CIF", "NIF"),
        "CODIGO_POSTAL": _postcodes(rng, rows),
        "NUM_LINEAS_ACTIVAS": lines.astype(str),
        "ESTADO_CLIENTE": status,
        "VAP_SCF": rng.choice(["S", "N"], rows, p=[0.12, 0.88]),
        "VAP_OB": rng.choice(["S", "N"], rows, p=[0.05, 0.95]),
        "FEU": np.where(rng.random(rows) < 0.5, "N", ""),
    }
    return pd.DataFrame(columns, columns=list(COLUMNS), dtype=str)


def _dates(days: np.ndarray) -> np.ndarray:
    return pd.Series(days).dt.strftime("%d/%m/%Y").to_numpy()


def _money(rng: np.random.Generator, amounts: np.ndarray) -> np.ndarray:
    """Two decimals behind a point or, in one row of five, a comma; now and then blank."""
    texts = pd.Series([f"{a:.2f}" for a in amounts])
    comma = rng.random(len(texts)) < 0.2
    texts = texts.where(~comma, texts.str.replace(".", ",", regex=False))
    return texts.where(rng.random(len(texts)) >= 0.01, "").to_numpy()


def _postcodes(rng: np.random.Generator, rows: int) -> np.ndarray:
    """Five digits, some without the zero in front, some missing."""
    code = rng.integers(1, 53, rows) * 1000 + rng.integers(1, 1000, rows)
    texts = pd.Series([f"{c:05d}" if bare else str(c) for c, bare in zip(code, rng.random(rows) < 0.7, strict=True)])
    return texts.where(rng.random(rows) >= 0.03, "N/A").to_numpy()
