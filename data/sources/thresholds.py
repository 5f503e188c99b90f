"""Data room: the bank's own thresholds: what it holds its figures against, in a small TOML beside its files.

icv_target = 0.045          # fractions, money in the files' currency, counts
icv_appetite = 0.06
contact_hours = "7-19"      # hours of the day, as text
[planned_arms]              # shares in which clients were drawn, for the check of the arms' sizes
model = 0.5
none = 0.25
legacy = 0.25
[rollout]                   # where groups went live one after the other: what they are, and which have not
dimension = "region"
never = ["SUR"]
other_changes = [202409]    # months in which something else changed for some of them; [] says that nothing did
[rollout.since]             # the month in which a group began to work with the model
CARIBE = 202407
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from data.contract import SourceError
from data.months import is_month

FILE: Final = "thresholds.toml"
"""Name under which the file is found in a folder of files."""

NAMES: Final = frozenset(
    (
        "overdue_dpd", "icv_target", "icv_warning", "icv_appetite", "icv60_target", "icv90_target", "cash_target",
        "acceptance_target", "icv_watch_rise", "icv_act_rise", "p_watch", "p_act", "oe_watch",
        "oe_act", "min_n", "min_class", "maturity_ok", "maturity_least", "coverage_ok", "coverage_watch", "auc_ok",
        "auc_watch", "ks_ok", "ks_watch", "ece_ok", "ece_watch", "cost_per_contact", "value_per_success", "capacity",
        "ess_least", "arm_clients_least", "smd_limit", "target_effect", "concession", "plateau", "agent_days",
        "calls_per_agent_day", "option_lockout_months", "options_most", "contacts_per_day", "channels_per_week",
        "contact_hours", "contact_hours_saturday", "provisions_ok", "provisions_least", "hhi_watch", "hhi_act",
        "calibration_gap", "light_power", "recalibration_least",
    )
)  # fmt: skip
"""What may be set: names of the dashboard's thresholds."""

WHOLE: Final = frozenset(("option_lockout_months", "options_most", "contacts_per_day", "channels_per_week"))
"""Those of them that count months, options or contacts."""
HOURS: Final = frozenset(("contact_hours", "contact_hours_saturday"))
"""Those of them that are hours of the day: the first and the last, "" for no hour."""

HOURS_A_DAY: Final = 24
OVERDUE: Final = (0, 1, 30, 60, 90)
ARMS: Final = "planned_arms"
ROLLOUT: Final = "rollout"
AFTERWARDS: Final = frozenset({"arm", "offered", "bucket", "next_bucket", "go_live_bucket", "flow", "origin"})
"""Dimensions that groups of a roll-out cannot be: they say what came of an obligation."""


def found(data: Path, given: Path | None) -> Path | None:
    """The file to read: the one that is named, else the one in the folder of files; None when there is none."""
    beside = data / FILE
    return given or (beside if beside.is_file() else None)


def read(path: Path | None) -> dict[str, Any]:
    """Threshold → number, under "planned_arms" the shares of the arms, and under "rollout" the roll-out as it stands in
    the file; empty without a file.

    Raises SourceError that names the file, the key, its value and the rule.
    """
    if path is None:
        return {}
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SourceError(f"{path}: the file of thresholds does not exist") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourceError(f"{path.name}: this is not TOML: {error}") from None
    arms, groups = told.pop(ARMS, {}), told.pop(ROLLOUT, {})
    wrong = [f"{path.name}, {key} = {value!r}: {rule}" for key, value in told.items() if (rule := _broken(key, value))]
    if not _shares(arms):
        wrong.append(f"{path.name}, [{ARMS}] = {arms!r}: shares of the arms must be positive and add up to 1")
    wrong += [f"{path.name}, {key} = {value!r}: {rule}" for key, value, rule in _of_rollout(groups)]
    if wrong:
        raise SourceError("\n".join(wrong))
    return {**told, **({ARMS: arms} if arms else {}), **({ROLLOUT: groups} if groups else {})}


def _broken(key: str, value: object) -> str:
    """The rule that a setting breaks; "" when it breaks none."""
    if key not in NAMES:
        return f"this is no threshold; known are {', '.join(sorted(NAMES))}"
    if key in HOURS:
        return "" if _hours(value) else "hours are text like '7-19', the first before the last, or '' for none"
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        return "a threshold is a number of at least 0"
    if key in WHOLE and value != int(value):
        return "a number of months, options or contacts is whole"
    if key == "overdue_dpd" and value not in OVERDUE:
        return f"overdue begins after one of {', '.join(map(str, OVERDUE))} days"
    return ""


def _hours(value: object) -> bool:
    if not isinstance(value, str):
        return False
    first, _, last = value.partition("-")
    return not value or (first.isdecimal() and last.isdecimal() and int(first) < int(last) <= HOURS_A_DAY)


def _shares(arms: object) -> bool:
    if not isinstance(arms, dict):
        return False
    numbers = all(isinstance(v, int | float) and not isinstance(v, bool) and v > 0 for v in arms.values())
    return not arms or (numbers and math.isclose(sum(arms.values()), 1.0, abs_tol=1e-6))


def _of_rollout(said: object) -> Iterator[tuple[str, object, str]]:
    """What is wrong in a roll-out: key, value and rule."""
    if not isinstance(said, dict):
        yield ROLLOUT, said, "a roll-out is a table with dimension, since and never"
        return
    known = {"dimension", "since", "never", "other_changes"}
    yield from (
        (f"[{ROLLOUT}] {key}", said[key], f"known are {', '.join(sorted(known))}") for key in said if key not in known
    )
    if not said:
        return
    dimension, since, never = said.get("dimension"), said.get("since", {}), said.get("never", [])
    if not isinstance(dimension, str) or not dimension:
        yield f"[{ROLLOUT}] dimension", dimension, "the dimension whose levels are the groups must be named"
    elif dimension in AFTERWARDS:
        yield f"[{ROLLOUT}] dimension", dimension, "groups must not be made by what came of an obligation"
    if not isinstance(since, dict) or not since or not all(map(_month, since.values())):
        yield f"[{ROLLOUT}] since", since, "each group that went live needs its month YYYYMM"
    elif not isinstance(never, list) or not all(isinstance(v, str) for v in never) or set(never) & set(since):
        yield f"[{ROLLOUT}] never", never, "a list of the groups that have not gone live, none of which has a month"
    changes = said.get("other_changes", [])
    if not isinstance(changes, list) or not all(map(_month, changes)):
        yield f"[{ROLLOUT}] other_changes", changes, "a list of months YYYYMM"


def _month(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and is_month(value)
