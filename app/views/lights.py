"""App room: the light of a comparison of promise and outcome: its word, its shape (not colour alone) and its tone."""

from __future__ import annotations

import math

from app.l10n import L10n
from app.views.shapes import Cell
from app.words import mark
from monitoring.lights import Light
from monitoring.policy import Policy

LIGHTS = {
    "ok": (mark("● as predicted"), "good"),
    "watch": (mark("▲ watch"), "warn"),
    "act": (mark("◆ off"), "bad"),
    "unknown": (mark("○ too few"), "muted"),
}
"""Level of `monitoring` → (word, tone of a cell)."""
LEAST_P = 0.001
"""Below it a p-value is only said to be small."""


def cell(l10n: L10n, level: str, needed: float) -> Cell:
    """The light of a row; where the test could not have seen a difference that matters, the outcomes it would take."""
    word, tone = LIGHTS[level]
    if level == "unknown" and math.isfinite(needed):
        return Cell(l10n.say("○ needs {n}", n=l10n.number(math.ceil(needed))), tone)
    return Cell(l10n.say(word), tone)


def p_value(l10n: L10n, p: float) -> str:
    """A p-value with its sign: = 0.019, or < 0.001."""
    return f"< {l10n.number(LEAST_P, 3)}" if p < LEAST_P else f"= {l10n.number(p, 3)}"


def p_cell(l10n: L10n, p: float) -> str:
    """A p-value in a column whose head names it."""
    return f"< {l10n.number(LEAST_P, 3)}" if p < LEAST_P else l10n.number(p, 4)


def columns(l10n: L10n) -> tuple[str, ...]:
    """Heads of the cells of `row`."""
    return (
        l10n.say("n (outcomes known)"), l10n.say("Positives"), l10n.say("Promised"), l10n.say("Observed"),
        l10n.say("Gap, pp"), l10n.say("p over"), l10n.say("p under"), l10n.say("q"), l10n.say("Power"),
        l10n.say("Light"),
    )  # fmt: skip


def row(l10n: L10n, light: Light) -> tuple[Cell, ...]:
    """What was promised and came, its test to both sides, what the test could have seen, and the light."""
    shown = cell(l10n, light.level, light.needed)
    faint = "muted" if light.level == "unknown" else ""
    return (
        Cell(l10n.number(light.n)),
        Cell(l10n.number(light.positives)),
        Cell(l10n.percent(light.predicted)),
        Cell(l10n.percent(light.predicted + light.gap)),
        Cell(l10n.signed(light.gap * 100), shown.tone if light.is_off else ""),
        Cell(p_cell(l10n, light.p_over)),
        Cell(p_cell(l10n, light.p_under)),
        Cell(p_cell(l10n, light.q), "muted"),
        Cell(l10n.percent(light.power, 0), faint),
        shown,
    )


def asked(l10n: L10n, rule: Policy) -> str:
    """What the lights of cells shown together ask for."""
    return l10n.say(
        "Power: chance to see {size} (of a rare outcome a fifth of it) after the correction for all shown; red asks "
        "for q < {act}, amber for q < {watch}, both for that size; grey: power below {power}",
        size=l10n.distance(rule.calibration_gap, 0), act=l10n.number(rule.p_act, 3), watch=l10n.number(rule.p_watch, 2),
        power=l10n.percent(rule.light_power, 0),
    )  # fmt: skip
