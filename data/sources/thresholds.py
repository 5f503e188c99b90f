"""Data room: the bank's own thresholds: what it holds its figures against, in a small TOML beside its files.

icv_target = 0.045          # fractions, money in the files' currency, counts
icv_appetite = 0.06
[planned_arms]              # shares in which clients were drawn, for the check of the arms' sizes
model = 0.5
none = 0.25
legacy = 0.25
"""

from __future__ import annotations

import math
import tomllib
from pathlib import Path
from typing import Any, Final

from data.contract import SourceError

FILE: Final = "thresholds.toml"
"""Name under which the file is found in a folder of files."""

NAMES: Final = frozenset(
    (
        "overdue_dpd", "icv_target", "icv_appetite", "icv_watch_rise", "icv_act_rise", "p_watch", "p_act", "oe_watch",
        "oe_act", "min_n", "min_class", "maturity_ok", "maturity_least", "coverage_ok", "coverage_watch", "auc_ok",
        "auc_watch", "ks_ok", "ks_watch", "ece_ok", "ece_watch", "cost_per_contact", "value_per_success", "capacity",
        "ess_least", "arm_clients_least", "smd_limit", "target_effect",
    )
)  # fmt: skip
"""What may be set: names of the dashboard's thresholds."""

OVERDUE: Final = (0, 1, 30, 60, 90)
ARMS: Final = "planned_arms"


def found(data: Path, given: Path | None) -> Path | None:
    """The file to read: the one that is named, else the one in the folder of files; None when there is none."""
    beside = data / FILE
    return given or (beside if beside.is_file() else None)


def read(path: Path | None) -> dict[str, Any]:
    """Threshold → number, and under "planned_arms" the shares of the arms; empty without a file.

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
    arms = told.pop(ARMS, {})
    wrong = [f"{path.name}, {key} = {value!r}: {rule}" for key, value in told.items() if (rule := _broken(key, value))]
    if not _shares(arms):
        wrong.append(f"{path.name}, [{ARMS}] = {arms!r}: shares of the arms must be positive and add up to 1")
    if wrong:
        raise SourceError("\n".join(wrong))
    return {**told, **({ARMS: arms} if arms else {})}


def _broken(key: str, value: object) -> str:
    """The rule that a setting breaks; "" when it breaks none."""
    if key not in NAMES:
        return f"this is no threshold; known are {', '.join(sorted(NAMES))}"
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        return "a threshold is a number of at least 0"
    if key == "overdue_dpd" and value not in OVERDUE:
        return f"overdue begins after one of {', '.join(map(str, OVERDUE))} days"
    return ""


def _shares(arms: object) -> bool:
    if not isinstance(arms, dict):
        return False
    numbers = all(isinstance(v, int | float) and not isinstance(v, bool) and v > 0 for v in arms.values())
    return not arms or (numbers and math.isclose(sum(arms.values()), 1.0, abs_tol=1e-6))
