"""App room: the value boxes of the Pulse page, and what is not shown and why."""

from __future__ import annotations

import math
from collections.abc import Callable

from app.l10n import L10n
from app.views import names
from app.views import pulse_outcomes as outcomes
from app.views import pulse_provisions as provisions
from app.views.evidence import facts
from app.views.pulse_figures import Figures
from app.views.pulse_parts import Course, aimed, evidence, has_offers, moved
from app.views.pulse_provisions import Covers
from app.views.shapes import Box, Hidden
from monitoring.funnel import FunnelMonth

MOST = 6
"""Boxes that stand abreast on a wide screen."""


def boxes(l10n: L10n, figures: Figures, covers: Covers | None = None) -> list[Box]:
    """The boxes that these data support, the most telling first. `covers`: the provisions, once they are read."""
    provided = provisions.box(l10n, figures, covers)
    made = [_cash(l10n, figures), provided, outcomes.acceptance(l10n, figures), outcomes.promise(l10n, figures)]
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
    elif not figures.pin.carries("provisions"):
        out.append(Hidden(l10n.say("Coverage of provisions"), l10n.say("the data carry no provisions")))
    if not figures.pin.carries("cash"):
        out.append(Hidden(l10n.say("Cash collected"), l10n.say("the data carry no payments")))
    if not has_offers(figures):
        out.append(Hidden(l10n.say("Offers"), l10n.say("the data do not say who was offered")))
    return out


def _ratio(l10n: L10n, figures: Figures, days: int) -> Box:
    now, policy = figures.icv[-1], figures.policy
    course = Course({m: getattr(v, f"icv{days}") for m, v in figures.ratios.items()}, good_up=False)
    value = l10n.percent(course.values[now.month])
    note = l10n.say("A census: the level has no interval.")
    if not figures.has_gross:
        note = l10n.say("Of the portfolio in arrears only. A census: the level has no interval.")
    target = policy.icv_targets.get(days, math.nan)
    return Box(
        key=f"icv{days}",
        title=l10n.say("ICV > {days} days", days=days),
        value=value,
        period=l10n.short_month(now.month),
        **aimed(l10n, course, now.month, target, written=l10n.percent(target)),
        n=l10n.say("n {n}", n=l10n.number(now.n)),
        spark=tuple(getattr(m, f"icv{days}") for m in figures.icv),
        facts=facts(l10n, value, evidence(figures, l10n.month(now.month), n=now.n, note=note)),
    )


def _cash(l10n: L10n, figures: Figures) -> Box | None:
    closed = figures.with_cash
    if not closed:
        return None
    now, target = closed[-1], figures.policy.cash_target
    course = Course({m: v.cash for m, v in figures.earlier.items()}, good_up=True, kind="amount")
    value = l10n.money(now.cash)
    return Box(
        key="cash",
        title=l10n.say("Cash collected"),
        value=value,
        period=l10n.short_month(now.month),
        **aimed(l10n, course, now.month, target, written=l10n.money(target)),
        n=l10n.say("n {n}", n=l10n.number(now.rows)),
        spark=tuple(m.cash for m in closed),
        facts=facts(l10n, value, evidence(figures, l10n.month(now.month), n=now.rows)),
    )


def _offers(l10n: L10n, figures: Figures) -> Box | None:
    if not has_offers(figures):
        return None
    return _share(l10n, figures, "offers", l10n.say("Offered of eligible"), lambda m: m.offer_rate)


def _scored(l10n: L10n, figures: Figures) -> Box | None:
    return _share(l10n, figures, "scored", l10n.say("Scored of eligible"), lambda m: m.coverage)


def _kept(l10n: L10n, figures: Figures) -> Box | None:
    if not any(m.kept for m in figures.funnel):
        return None
    return _share(l10n, figures, "kept", l10n.say("Options kept"), lambda m: m.kept_rate.value)


def _rows(l10n: L10n, figures: Figures) -> Box:
    """How many obligations a month has."""
    now = figures.funnel[-1]
    course = Course({m: float(v.rows) for m, v in figures.earlier.items()}, good_up=None, kind="amount")
    value = l10n.number(now.rows)
    return Box(
        key="rows",
        title=l10n.say("Obligations"),
        value=value,
        period=l10n.short_month(now.month),
        **moved(l10n, course, now.month),
        spark=tuple(float(m.rows) for m in figures.funnel),
        facts=facts(l10n, value, evidence(figures, l10n.month(now.month), n=now.rows)),
    )


def _share(l10n: L10n, figures: Figures, key: str, title: str, read: Callable[[FunnelMonth], float]) -> Box:
    """A plain share of the last month that has it."""
    known = [k for k, m in enumerate(figures.funnel) if math.isfinite(read(m))]
    at = known[-1] if known else len(figures.funnel) - 1
    now, course = figures.funnel[at], Course({m: read(v) for m, v in figures.earlier.items()}, good_up=None)
    value = l10n.percent(read(now))
    return Box(
        key=key,
        title=title,
        value=value,
        period=l10n.short_month(now.month),
        **moved(l10n, course, now.month),
        n=l10n.say("n {n}", n=l10n.number(now.eligible)),
        spark=tuple(map(read, figures.funnel[: at + 1])),
        facts=facts(l10n, value, evidence(figures, l10n.month(now.month), n=now.eligible)),
    )
