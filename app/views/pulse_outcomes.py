"""App room: the value boxes of the Pulse page that speak of outcomes: what came, what was promised."""

from __future__ import annotations

from app.l10n import L10n
from app.views.evidence import facts
from app.views.lights import cell
from app.views.pulse_figures import Figures
from app.views.pulse_parts import Course, aimed, evidence, has_offers
from app.views.shapes import Box


def acceptance(l10n: L10n, figures: Figures) -> Box | None:
    """Share of the matured offers that were accepted; of the outcomes that were positive, where nothing is offered."""
    judged = figures.judged
    if judged is None:
        return None
    closed = [m for m in figures.funnel if m.month <= judged.month]
    course = Course({m: v.acceptance.value for m, v in figures.earlier.items()}, good_up=True)
    target = figures.policy.acceptance_target
    estimate, period = judged.acceptance, l10n.month(judged.month)
    value = l10n.percent(estimate.value)
    known = evidence(
        figures, period, n=estimate.n, low=estimate.low, high=estimate.high, maturity=judged.maturity,
        note=l10n.pick(figures.pin.meaning["positive"]),
    )  # fmt: skip
    return Box(
        key="acceptance",
        title=l10n.say("Acceptance rate") if has_offers(figures) else l10n.say("Positive outcomes"),
        value=value,
        period=l10n.short_month(judged.month),
        **aimed(l10n, course, judged.month, target, written=l10n.percent(target)),
        target=f"[{l10n.interval(estimate.low, estimate.high)}]",
        n=l10n.say("n {n}", n=l10n.number(estimate.n)),
        spark=tuple(m.acceptance.value for m in closed),
        facts=facts(l10n, value, known),
    )


def promise(l10n: L10n, figures: Figures) -> Box | None:
    """Observed over expected: 1 when the scores promised what came."""
    judged = figures.promised
    if not judged:
        return None
    now, course = judged[-1], Course({m.month: m.oe.value for m in judged}, good_up=None, kind="number")
    value, period = l10n.number(now.oe.value, 2), l10n.month(now.month)
    said = l10n.say(
        "observed {observed}, expected {expected}",
        observed=l10n.percent(now.observed.value),
        expected=l10n.percent(now.predicted_rate),
    )
    spread = f"{l10n.number(now.oe.low, 2)} – {l10n.number(now.oe.high, 2)}"
    pairs = facts(l10n, value, evidence(figures, period, n=now.n, maturity=now.maturity, note=said))
    return Box(
        key="promise",
        title=l10n.say("Obs. / expected"),
        value=value,
        period=l10n.short_month(now.month),
        **aimed(l10n, course, now.month, 1.0, written=l10n.number(1)),
        target=f"[{spread}]",
        level=now.level,
        n=l10n.say("n {n}", n=l10n.number(now.n)),
        spark=tuple(m.oe.value for m in judged),
        facts=(pairs[0], (l10n.say("95% interval"), spread), *pairs[1:],
               (l10n.say("Light"), cell(l10n, now.level, now.light.needed).text)),
    )  # fmt: skip


def auc(l10n: L10n, figures: Figures) -> Box | None:
    """How well the scores rank: 0.5 is chance."""
    judged = figures.ranked
    if not judged:
        return None
    now, course = judged[-1], [m.auc.value for m in judged]
    value, spread = l10n.number(now.auc.value, 2), f"{l10n.number(now.auc.low, 2)} – {l10n.number(now.auc.high, 2)}"
    pairs = facts(l10n, value, evidence(figures, l10n.month(now.month), n=now.n, maturity=now.maturity))
    return Box(
        key="auc",
        title=l10n.say("AUC of the scores"),
        value=value,
        period=l10n.short_month(now.month),
        target=f"[{spread}]",
        level=now.auc_level,
        n=l10n.say("n {n}", n=l10n.number(now.n)),
        spark=tuple(course),
        facts=(pairs[0], (l10n.say("95% interval"), spread), *pairs[1:]),
    )
