"""App room: the value boxes of the Pulse page, and what is not shown and why."""

from __future__ import annotations

import math
from collections.abc import Sequence

from app.format import rounded_sign
from app.l10n import L10n
from app.views import names
from app.views.evidence import Evidence, facts
from app.views.pulse_figures import Figures, last, step
from app.views.shapes import Box, Hidden
from data import months

MOST = 6
"""Boxes that stand abreast on a wide screen."""


def boxes(l10n: L10n, figures: Figures) -> list[Box]:
    """The boxes that these data support, the most telling first."""
    made = [_cash(l10n, figures), _acceptance(l10n, figures), _promise(l10n, figures)]
    ratios = [_ratio(l10n, figures, days) for days in (30, 60, 90)] if figures.has_ratio else []
    rest = [_offers(l10n, figures), _scored(l10n, figures), _kept(l10n, figures)]
    found = [box for box in (*ratios, *made, *rest) if box is not None]
    return found[:MOST]


def hidden(l10n: L10n, figures: Figures) -> list[Hidden]:
    """What the data cannot support, with the reason."""
    out = []
    if not figures.has_ratio:
        lacking = l10n.say("the data carry no days past due")
        reason = lacking if figures.pin.carries("balance") else names.reason(l10n, "no_balance")
        out.append(Hidden(l10n.say("Overdue ratio (ICV)"), reason))
    if not figures.pin.carries("cash"):
        out.append(Hidden(l10n.say("Cash collected"), l10n.say("the data carry no payments")))
    if not _has_offers(figures):
        out.append(Hidden(l10n.say("Offers"), l10n.say("the data do not say who was offered")))
    return out


def _ratio(l10n: L10n, figures: Figures, days: int) -> Box:
    course = [getattr(m, f"icv{days}") for m in figures.icv]
    now = figures.icv[-1]
    policy = figures.policy
    value = l10n.percent(last(course))
    note = "" if figures.has_gross else l10n.say("of the portfolio in arrears only")
    counted = days == policy.overdue_dpd
    return Box(
        key=f"icv{days}",
        title=l10n.say("ICV > {days} days", days=days),
        value=value,
        period=l10n.short_month(now.month),
        **_moved(l10n, step(course), now.month, good_up=False),
        target=_against_target(l10n, policy.icv_target) if counted else "",
        level=_level(last(course), policy.icv_target) if counted else "unknown",
        n=l10n.say("n {n}", n=l10n.number(now.n)),
        spark=tuple(course),
        facts=facts(l10n, value, _evidence(figures, l10n.month(now.month), n=now.n, note=note)),
    )


def _cash(l10n: L10n, figures: Figures) -> Box | None:
    if not figures.pin.carries("cash"):
        return None
    known = figures.pin.as_of
    closed = [m for m in figures.funnel if m.month <= known]
    if not closed:
        return None
    course = [m.cash for m in closed]
    relative = course[-1] / course[-2] - 1 if len(course) > 1 and course[-2] else math.nan
    value, period = l10n.money(course[-1]), l10n.month(closed[-1].month)
    return Box(
        key="cash",
        title=l10n.say("Cash collected"),
        value=value,
        period=l10n.short_month(closed[-1].month),
        **_moved(l10n, relative, closed[-1].month, good_up=True, relative=True),
        n=l10n.say("n {n}", n=l10n.number(closed[-1].rows)),
        spark=tuple(course),
        facts=facts(l10n, value, _evidence(figures, period, n=closed[-1].rows)),
    )


def _acceptance(l10n: L10n, figures: Figures) -> Box | None:
    judged = figures.judged
    if judged is None:
        return None
    closed = [m for m in figures.funnel if m.month <= judged.month]
    course = [m.acceptance.value for m in closed]
    estimate, period = judged.acceptance, l10n.month(judged.month)
    value = l10n.percent(estimate.value)
    evidence = _evidence(
        figures, period, n=estimate.n, low=estimate.low, high=estimate.high, maturity=judged.maturity,
        note=l10n.pick(figures.pin.meaning["positive"]),
    )  # fmt: skip
    return Box(
        key="acceptance",
        title=l10n.say("Acceptance rate") if _has_offers(figures) else l10n.say("Positive outcomes"),
        value=value,
        period=l10n.short_month(judged.month),
        **_moved(l10n, step(course), judged.month, good_up=True),
        target=f"[{l10n.interval(estimate.low, estimate.high)}]",
        n=l10n.say("n {n}", n=l10n.number(estimate.n)),
        spark=tuple(course),
        facts=facts(l10n, value, evidence),
    )


def _promise(l10n: L10n, figures: Figures) -> Box | None:
    """Observed over expected: 1 when the scores promised what came."""
    judged = [m for m in figures.promise if m.maturity >= figures.policy.maturity_least and math.isfinite(m.oe.value)]
    if not judged:
        return None
    now, course = judged[-1], [m.oe.value for m in judged]
    value, period = l10n.number(now.oe.value, 2), l10n.month(now.month)
    said = l10n.say(
        "observed {observed}, expected {expected}",
        observed=l10n.percent(now.observed.value),
        expected=l10n.percent(now.predicted_rate),
    )
    spread = f"{l10n.number(now.oe.low, 2)} – {l10n.number(now.oe.high, 2)}"
    pairs = facts(l10n, value, _evidence(figures, period, n=now.n, maturity=now.maturity, note=said))
    return Box(
        key="promise",
        title=l10n.say("Obs. / expected"),
        value=value,
        period=l10n.short_month(now.month),
        change=l10n.points(now.observed.value - now.predicted_rate),
        against=l10n.say("vs. expected"),
        target=f"[{spread}]",
        level=now.level,
        n=l10n.say("n {n}", n=l10n.number(now.n)),
        spark=tuple(course),
        facts=(pairs[0], (l10n.say("95% interval"), spread), *pairs[1:]),
    )


def _offers(l10n: L10n, figures: Figures) -> Box | None:
    if not _has_offers(figures):
        return None
    return _share(l10n, figures, "offers", l10n.say("Offered of eligible"), [m.offer_rate for m in figures.funnel])


def _scored(l10n: L10n, figures: Figures) -> Box | None:
    return _share(l10n, figures, "scored", l10n.say("Scored of eligible"), [m.coverage for m in figures.funnel])


def _kept(l10n: L10n, figures: Figures) -> Box | None:
    if not any(m.kept for m in figures.funnel):
        return None
    return _share(l10n, figures, "kept", l10n.say("Options kept"), [m.kept_rate.value for m in figures.funnel])


def _share(l10n: L10n, figures: Figures, key: str, title: str, course: Sequence[float]) -> Box:
    """A plain share of the last month that has it."""
    known = [k for k, v in enumerate(course) if math.isfinite(v)]
    at = known[-1] if known else len(course) - 1
    now, shown = figures.funnel[at], course[: at + 1]
    value, period = l10n.percent(shown[-1]), l10n.month(now.month)
    return Box(
        key=key,
        title=title,
        value=value,
        period=l10n.short_month(now.month),
        **_moved(l10n, step(shown), now.month, good_up=None),
        n=l10n.say("n {n}", n=l10n.number(now.eligible)),
        spark=tuple(shown),
        facts=facts(l10n, value, _evidence(figures, period, n=now.eligible)),
    )


def _has_offers(figures: Figures) -> bool:
    return any(0 < m.offer_rate < 1 for m in figures.funnel)


def _evidence(figures: Figures, period: str, **known: object) -> Evidence:
    return Evidence(period, figures.pin.version, **known)  # type: ignore[arg-type]


def _moved(
    l10n: L10n, difference: float, month: int, *, good_up: bool | None, relative: bool = False
) -> dict[str, str]:
    """The change against the month before `month`: arrow, text and whether it is good. `good_up` None: neither."""
    before = l10n.short_month(months.add(month, -1))
    if not math.isfinite(difference):
        return {"against": l10n.say("no month before")}
    sign = rounded_sign(difference * 100, 1)
    if sign == 0:
        return {"against": l10n.say("as in {month}", month=before)}
    tone = "" if good_up is None else "good" if (sign > 0) == good_up else "bad"
    text = l10n.change(difference) if relative else l10n.points(difference)
    return {
        "arrow": "▲" if sign > 0 else "▼",
        "change": text,
        "tone": tone,
        "against": l10n.say("vs. {month}", month=before),
    }


def _against_target(l10n: L10n, target: float) -> str:
    return l10n.say("target {target}", target=l10n.percent(target)) if math.isfinite(target) else ""


def _level(value: float, target: float) -> str:
    if not (math.isfinite(value) and math.isfinite(target)):
        return "unknown"
    return "ok" if value <= target else "act"
