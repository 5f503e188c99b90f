"""App room: what travels with a number: its interval, n, period, maturity and release."""

from __future__ import annotations

import math
from dataclasses import dataclass

from app.l10n import L10n


@dataclass(frozen=True)
class Evidence:
    """What a number rests on. `low`..`high` and `maturity` are shares in 0..1, NaN where there is none; `period` is
    words; `note` says anything else that the reader must know."""

    period: str
    release: str
    n: float = math.nan
    low: float = math.nan
    high: float = math.nan
    maturity: float = math.nan
    note: str = ""


def facts(l10n: L10n, value: str, evidence: Evidence) -> tuple[tuple[str, str], ...]:
    """The pairs of a hover text, in the order that every page uses."""
    pairs = [(l10n.say("Value"), value)]
    if math.isfinite(evidence.low):
        pairs.append((l10n.say("95% interval"), l10n.interval(evidence.low, evidence.high)))
    if math.isfinite(evidence.n):
        pairs.append((l10n.say("n"), l10n.number(evidence.n)))
    pairs.append((l10n.say("Period"), evidence.period))
    if math.isfinite(evidence.maturity):
        pairs.append((l10n.say("Labels matured"), l10n.percent(evidence.maturity, 0)))
    pairs.append((l10n.say("Release"), evidence.release))
    return (*pairs, *(((l10n.say("Note"), evidence.note),) if evidence.note else ()))


def hover(l10n: L10n, value: str, evidence: Evidence) -> str:
    """The same on one line of a chart's hover box."""
    parts = [f"<b>{value}</b>"]
    if math.isfinite(evidence.low):
        parts.append(f"[{l10n.interval(evidence.low, evidence.high)}]")
    if math.isfinite(evidence.n):
        parts.append(f"n {l10n.number(evidence.n)}")
    return " · ".join((*parts, *((evidence.note,) if evidence.note else ())))
