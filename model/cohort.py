"""Model room: how late each obligation was when go-live opened: fixed before the arms could differ."""

from __future__ import annotations

import numpy as np
import pandas as pd

from data import bands
from data.asof import same
from data.contract import Portfolio
from data.rows import UNKNOWN
from model import facts

NAME = "go_live_bucket"
LABELS = {
    "en": "Days past due at go-live",
    "es": "Días de mora al entrar en producción",
    "pt": "Dias de atraso na entrada em produção",
}


def of(portfolio: Portfolio) -> dict[str, pd.Categorical]:
    """The bucket at go-live of the obligation of each row, missing for one that was not there; nothing without arms."""
    rows = portfolio.obligations
    if "days_past_due" not in rows:
        return {}
    drawn = np.asarray(facts.arm(portfolio) != UNKNOWN)
    if not drawn.any():
        return {}
    months = rows["month"].to_numpy()
    then = rows.loc[months == months[drawn].min(), ["obligation", "days_past_due"]].drop_duplicates("obligation")
    found = same(rows, then, by=("obligation",))
    days = np.r_[then["days_past_due"].to_numpy(np.float64, na_value=np.nan), np.nan][found]
    return {NAME: bands.bucket(pd.Series(days))}
