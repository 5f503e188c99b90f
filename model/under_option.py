"""Model room: which payment option every obligation is under, for how many months, and whether it held the month."""

from __future__ import annotations

import numpy as np
import pandas as pd

from data.rows import BACK, CENSORED, HELD, NO_OPTION, OPTION_FOLLOWED, REDEFAULTED, UNKNOWN, UNNAMED

OVERDUE_DPD = 30
"""Days past due beyond which a re-aged obligation has re-defaulted, where the policy does not say."""
_AGES = (NO_OPTION, *map(str, range(1, OPTION_FOLLOWED + 1)), UNKNOWN)
_COURSES = (NO_OPTION, HELD, REDEFAULTED, CENSORED, BACK, UNKNOWN)


def under_option(
    facts: dict[str, np.ndarray], *, following: np.ndarray, applied: np.ndarray, option: np.ndarray, overdue_dpd: int
) -> dict[str, pd.Categorical]:
    """The columns `under_option`, `option_age` and `option_course` of every obligation row.

    `following` is the place of the same obligation's row in the next month (-1: none), `applied` whether an option was
    applied in the row's month, and `option` its name after ": " where the data have one. It begins with the first
    opening after it and is followed from month to month for at most OPTION_FOLLOWED months: up to the next option, the
    last row, or a month that is not in the data or tells no days past due. A row that the data call re-aged, without
    an option that was seen, is under one that is not named, since nobody knows when.
    """
    days, written = facts["days_past_due"], np.nan_to_num(facts["written_off"]) > 0
    late, told = written | (days > overdue_dpd), written | ~np.isnan(days)
    names, under, age, course = _without_start(facts["reaged_balance"])
    at = np.flatnonzero(applied & (following >= 0))
    levels, called = _levels(option[at], names)
    at, fell = following[at], np.zeros(len(at), bool)
    for months in range(1, OPTION_FOLLOWED + 1):
        on = told[at]
        at, called, fell = at[on], called[on], fell[on] | late[at[on]]
        after = np.where(applied[at], -1, following[at])
        under[at], age[at] = called, months
        course[at] = np.where(fell, _COURSES.index(BACK), _course(after, late=late, told=told))
        kept = after >= 0
        at, called, fell = after[kept], called[kept], fell[kept]
    return {
        "under_option": _categories(under, levels),
        "option_age": _categories(age, _AGES),
        "option_course": _categories(course, _COURSES),
    }


def _without_start(reaged: np.ndarray) -> tuple[list[str], np.ndarray, np.ndarray, np.ndarray]:
    """The codes of rows that no option was seen to lead to: under none, under one that nobody saw, or unknown."""
    names = [NO_OPTION, UNNAMED, UNKNOWN]
    seen = [reaged == 0, reaged > 0]
    option = np.select(seen, [0, 1], 2).astype(np.int16)
    age = np.select(seen, [0, len(_AGES) - 1], len(_AGES) - 1).astype(np.int8)
    course = np.select(seen, [0, len(_COURSES) - 1], len(_COURSES) - 1).astype(np.int8)
    return names, option, age, course


def _levels(options: np.ndarray, names: list[str]) -> tuple[list[str], np.ndarray]:
    """The levels of `under_option`, those that are named after the others, and the code of each option."""
    codes, found = pd.factorize(options)
    called = [str(text).partition(": ")[2] or UNNAMED for text in found]
    levels = [*names, *dict.fromkeys(name for name in called if name not in names)]
    return levels, np.array([levels.index(name) for name in called], np.int16)[codes]


def _course(after: np.ndarray, *, late: np.ndarray, told: np.ndarray) -> np.ndarray:
    """What the month did to rows that had held so far, by the row that comes `after` (-1: none that can be told)."""
    known = (after >= 0) & told[after]
    ways = [known & late[after], known]
    return np.select(ways, [_COURSES.index(REDEFAULTED), _COURSES.index(HELD)], _COURSES.index(CENSORED))


def _categories(codes: np.ndarray, levels: list[str] | tuple[str, ...]) -> pd.Categorical:
    return pd.Categorical.from_codes(codes, categories=pd.Index(levels, dtype="str"))
