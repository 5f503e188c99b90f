"""Model room: which payment option was offered in a month, and how long it held once it was applied."""

from __future__ import annotations

import numpy as np
import pandas as pd

from data.asof import same
from data.contract import Portfolio
from data.rows import (
    FATE_MONTHS,
    HELD,
    LEFT,
    NO_OPTION,
    OFFERED_OPTION,
    OPEN_FATE,
    OPTION_FATE,
    REDEFAULTED,
    UNNAMED,
)
from model.flows import KEYS, keyed
from model.under_option import OVERDUE_DPD

_WAYS = (REDEFAULTED, OPEN_FATE, LEFT)
_FATES = (NO_OPTION, HELD, *(f"{way} {k}" for way in _WAYS for k in range(FATE_MONTHS + 1)))


def offered_options(
    portfolio: Portfolio, facts: dict[str, np.ndarray], *, overdue_dpd: int | None = None
) -> dict[str, pd.Categorical]:
    """The columns OFFERED_OPTION and OPTION_FATE of every obligation row; overdue is more than `overdue_dpd` days past
    due (None: 30), or written off.

    `facts` are the columns of `model.facts` aligned to the rows: offered, kept, days_past_due and written_off. The name
    is that of the first pre-approved option, whichever of several was applied: only that one is known of offers that
    were declined. A row belongs to its offer whatever months are added later; its fate up to a month too.
    """
    applied = facts["kept"] > 0
    offered = (facts["offered"] > 0) | applied
    fate = _fate(portfolio, facts, applied, OVERDUE_DPD if overdue_dpd is None else overdue_dpd)
    return {
        OFFERED_OPTION: _names(portfolio, offered),
        OPTION_FATE: pd.Categorical.from_codes(fate, categories=pd.Index(_FATES, dtype="str")),
    }


def _names(portfolio: Portfolio, offered: np.ndarray) -> pd.Categorical:
    rows, actions = portfolio.obligations, portfolio.actions
    names = np.where(offered, UNNAMED, NO_OPTION).astype(object)
    if actions is not None and "option" in actions and len(actions):
        found = same(rows, actions, by=("client", "obligation", "month"))
        named = actions["option"].astype(object).to_numpy().take(found, mode="clip")
        known = offered & (found >= 0) & ~pd.isna(named)
        names[known] = named[known]
    codes, levels = pd.factorize(names)
    return pd.Categorical.from_codes(codes, categories=pd.Index(levels.astype(object), dtype="str"))


def _fate(portfolio: Portfolio, facts: dict[str, np.ndarray], applied: np.ndarray, overdue_dpd: int) -> np.ndarray:
    """The code of each row's fate: opening after opening, of those that have held so far."""
    keys, month = keyed(portfolio.obligations)
    following = same(keys.assign(at=month + 1), keys, by=KEYS)
    days, written = facts["days_past_due"], np.nan_to_num(facts["written_off"]) > 0
    late, told = written | (days > overdue_dpd), written | ~np.isnan(days)
    fate = np.full(len(month), _FATES.index(NO_OPTION), np.int8)
    first = at = np.flatnonzero(applied)
    fate[first] = _FATES.index(HELD)
    last = month.max() if len(month) else 0
    for k in range(1, FATE_MONTHS + 1):
        after = following[at]
        ended = month[at] == last
        gone = (after < 0) | ~told[after] | (applied[at] if k > 1 else False)
        back = ~gone & late[after]
        way = np.select([ended, gone, back], [OPEN_FATE, LEFT, REDEFAULTED], "")
        for name, number in ((OPEN_FATE, k - 1), (LEFT, k - 1), (REDEFAULTED, k)):
            fate[first[way == name]] = _FATES.index(f"{name} {number}")
        on = way == ""
        first, at = first[on], after[on]
    return fate
