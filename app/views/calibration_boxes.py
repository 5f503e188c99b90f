"""App room: the small figures of the section Calibration: how far promise and outcome agree over the judged months."""

from __future__ import annotations

import math

from app.l10n import L10n
from app.views.calibration_figures import Figures, Whole
from app.views.evidence import Evidence, facts
from app.views.shapes import Box
from monitoring.estimate import Estimate


def boxes(l10n: L10n, figures: Figures) -> list[Box]:
    """Calibration of all judged rows in six figures, each with its interval or its noise."""
    whole = figures.whole
    if whole is None:
        return []
    light, money = whole.light, figures.all_money
    cash = money is not None and figures.pin.carries("cash") and math.isfinite(money.cash_rate)
    lost = (money.cash_shortfall if cash else money.shortfall) if money else Estimate()
    return [
        _box(l10n, figures, "gap", l10n.say("Gap"), l10n.points(light.gap), level=light.level,
             shown=_interval(l10n, whole.gap, 100, 1),
             target=l10n.say("limit {size}", size=l10n.distance(light.difference)),
             note=l10n.say("Below 0 more was promised than came, which is the imprudent side. Power to see the "
                           "difference that matters: {power}.", power=l10n.percent(light.power, 0))),
        _box(l10n, figures, "slope", l10n.say("Slope"), l10n.number(whole.slope.value, 2),
             level=_level_of(whole.slope, 1.0), shown=_interval(l10n, whole.slope, 1, 2), target=l10n.say("ideal: 1"),
             note=l10n.say("Calibration slope: below 1 the scores are too far apart, above 1 too close together.")),
        _box(l10n, figures, "intercept", l10n.say("Intercept"), l10n.number(whole.intercept.value, 2),
             level=_level_of(whole.intercept, 0.0), shown=_interval(l10n, whole.intercept, 1, 2),
             target=l10n.say("ideal: 0"),
             note=l10n.say("Of the line logit(rate) = intercept + slope · logit(score), in log-odds.")),
        _box(l10n, figures, "ece", l10n.say("ECE"), l10n.percent(whole.ece.value), level=_ece_level(whole, figures),
             target=l10n.say("noise {value}", value=l10n.percent(whole.ece.noise_floor)),
             note=l10n.say("Mean distance of promised and observed over the bands, beside what noise alone gives.")),
        _box(l10n, figures, "skill", l10n.say("Brier skill"), l10n.percent(whole.parts.skill),
             level="ok" if whole.parts.skill > 0 else "act", target="> 0",
             note=l10n.say("Brier score {brier}, less than that of the base rate by this share.",
                           brier=l10n.number(whole.brier.value, 3))),
        _box(l10n, figures, "money", l10n.say("Cash shortfall") if cash else l10n.say("Balance shortfall"),
             l10n.money(lost.value), level="unknown", target="",
             shown=_money_interval(l10n, lost),
             note=_money_note(l10n, cash)),
    ]  # fmt: skip


def _money_note(l10n: L10n, cash: bool) -> str:
    if cash:
        return l10n.say("Promised less received: the balance that scores promised less the balance that accepted, at "
                        "the cash that an accepted balance brought in its month. Below 0 more came.")  # fmt: skip
    return l10n.say(
        "Promised less come: the balance that scores promised less the balance whose outcome was positive. Below 0 "
        "more came."
    )


def _ece_level(whole: Whole, figures: Figures) -> str:
    rule, found = figures.policy, whole.ece
    if not math.isfinite(found.value):
        return "unknown"
    if found.value <= max(rule.ece_ok, found.noise_floor * rule.ece_noise_factor):
        return "ok"
    return "watch" if found.value <= rule.ece_watch else "act"


def _level_of(found: Estimate, ideal: float) -> str:
    """Whether an interval holds its ideal."""
    if not math.isfinite(found.low):
        return "unknown"
    return "ok" if found.low <= ideal <= found.high else "watch"


def _interval(l10n: L10n, found: Estimate, times: float, digits: int) -> str:
    if not math.isfinite(found.low):
        return ""
    return f"{l10n.number(found.low * times, digits)} – {l10n.number(found.high * times, digits)}"


def _money_interval(l10n: L10n, found: Estimate) -> str:
    return f"{l10n.money(found.low)} – {l10n.money(found.high)}" if math.isfinite(found.low) else ""


def _box(
    l10n: L10n, figures: Figures, key: str, title: str, value: str, *, level: str, target: str, note: str,
    shown: str = "",
) -> Box:  # fmt: skip
    n = figures.whole.light.n if figures.whole else 0
    evidence = Evidence(l10n.months(figures.judged[0], figures.judged[-1]), figures.pin.version, n=n, note=note)
    pairs = list(facts(l10n, value, evidence))
    if shown:
        pairs.insert(1, (l10n.say("95% interval"), shown))
    return Box(
        key=key, title=title, value=value, against=shown, target=target, level=level,
        n=l10n.say("n {n}", n=l10n.number(n)), facts=tuple(pairs),
    )  # fmt: skip
