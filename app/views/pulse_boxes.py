"""App room: the value boxes of the Pulse page, and what is not shown and why."""

from __future__ import annotations

import math
from collections.abc import Sequence

from app.l10n import L10n
from app.views import names
from app.views import pulse_outcomes as outcomes
from app.views.evidence import facts
from app.views.pulse_figures import Figures, last, step
from app.views.pulse_parts import evidence, has_offers, moved
from app.views.shapes import Box, Hidden

MOST = 6
"""Boxes that stand abreast on a wide screen."""


def boxes(l10n: L10n, figures: Figures) -> list[Box]:
    """The boxes that these data support, the most telling first."""
    made = [_cash(l10n, figures), outcomes.acceptance(l10n, figures), outcomes.promise(l10n, figures)]
    ratios = [_ratio(l10n, figures, days) for days in (30, 60, 90)] if figures.has_ratio else []
    rest = [
        _offers(l10n, figures),
        _scored(l10n, figures),
        _kept(l10n, figures),
        outcomes.auc(l10n, figures),
        _rows(l10n, figures),
    ]
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
    if not has_offers(figures):
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
        **moved(l10n, step(course), now.month, good_up=False),
        target=_against_target(l10n, policy.icv_target) if counted else "",
        level=_level(last(course), policy.icv_target) if counted else "unknown",
        n=l10n.say("n {n}", n=l10n.number(now.n)),
        spark=tuple(course),
        facts=facts(l10n, value, evidence(figures, l10n.month(now.month), n=now.n, note=note)),
    )


def _cash(l10n: L10n, figures: Figures) -> Box | None:
    closed = figures.with_cash
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
        **moved(l10n, relative, closed[-1].month, good_up=True, relative=True),
        n=l10n.say("n {n}", n=l10n.number(closed[-1].rows)),
        spark=tuple(course),
        facts=facts(l10n, value, evidence(figures, period, n=closed[-1].rows)),
    )


def _offers(l10n: L10n, figures: Figures) -> Box | None:
    if not has_offers(figures):
        return None
    return _share(l10n, figures, "offers", l10n.say("Offered of eligible"), [m.offer_rate for m in figures.funnel])


def _scored(l10n: L10n, figures: Figures) -> Box | None:
    return _share(l10n, figures, "scored", l10n.say("Scored of eligible"), [m.coverage for m in figures.funnel])


def _kept(l10n: L10n, figures: Figures) -> Box | None:
    if not any(m.kept for m in figures.funnel):
        return None
    return _share(l10n, figures, "kept", l10n.say("Options kept"), [m.kept_rate.value for m in figures.funnel])


def _rows(l10n: L10n, figures: Figures) -> Box:
    """How many obligations a month has."""
    now, course = figures.funnel[-1], [float(m.rows) for m in figures.funnel]
    relative = course[-1] / course[-2] - 1 if len(course) > 1 and course[-2] else math.nan
    value, period = l10n.number(now.rows), l10n.month(now.month)
    return Box(
        key="rows",
        title=l10n.say("Obligations"),
        value=value,
        period=l10n.short_month(now.month),
        **moved(l10n, relative, now.month, good_up=None, relative=True),
        spark=tuple(course),
        facts=facts(l10n, value, evidence(figures, period, n=now.rows)),
    )


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
        **moved(l10n, step(shown), now.month, good_up=None),
        n=l10n.say("n {n}", n=l10n.number(now.eligible)),
        spark=tuple(shown),
        facts=facts(l10n, value, evidence(figures, period, n=now.eligible)),
    )


def _against_target(l10n: L10n, target: float) -> str:
    return l10n.say("target {target}", target=l10n.percent(target)) if math.isfinite(target) else ""


def _level(value: float, target: float) -> str:
    if not (math.isfinite(value) and math.isfinite(target)):
        return "unknown"
    return "ok" if value <= target else "act"
