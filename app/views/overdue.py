"""App room: the words and tables of the Overdue ratio page: the ratio read every way, its ageing, its segments."""

from __future__ import annotations

import math

from app.charts.stacked import Layer, Stacked
from app.format import rounded_sign
from app.l10n import L10n
from app.views import names
from app.views.overdue_figures import DAYS, Covers, Figures, Parts, carried, year_before
from app.views.shapes import Cell, Headline, State, Table
from data import months
from data.rows import BUCKETS
from monitoring.estimate import Level
from monitoring.metrics import share
from monitoring.overdue import OverdueMonth
from monitoring.policy import at_least

PROVIDED: dict[Level, tuple[str, str]] = {
    "ok": ("●", "good"),
    "watch": ("▲", "warn"),
    "act": ("◆", "bad"),
    "unknown": ("", "muted"),
}
"""Level of the provisions → (shape, tone of a cell)."""


def state(l10n: L10n, figures: Figures) -> State | None:
    """Why the page has nothing to show; None when it has."""
    if not carried(figures.pin):
        return State(
            "nothing",
            l10n.say("These data carry no overdue ratio"),
            l10n.say("It needs the balance and the days past due of every obligation, month by month."),
        )
    return None


def caution(l10n: L10n, figures: Figures) -> str:
    """What must be known before the figures are read."""
    if carried(figures.pin) and not figures.pin.carries("gross"):
        return l10n.say("The data hold obligations in arrears only: the ratio speaks of these, not of the portfolio.")
    return ""


def month_choices(l10n: L10n, figures: Figures, usual: int) -> dict[str, str]:
    """The months that a bridge can start or end in, the latest first; the empty choice is the usual one."""
    rest = {str(m): l10n.month(m) for m in reversed(figures.months) if m != usual}
    return {"": l10n.month(usual) if usual else "—", **rest}


def census(l10n: L10n) -> tuple[str, str]:
    """The question why the level of the ratio has no interval, and its answer."""
    return l10n.say("Why has the level no interval?"), l10n.say(
        "The ratio adds up every obligation in the data: nothing was sampled, so the level is exact for these data. "
        "Intervals belong to effects, rates and forecasts. Put around a level, one held its long-run mean only 82–84% "
        "of the time, for a shock strikes all clients at once."
    )


def readings_headline(l10n: L10n, figures: Figures, last: int) -> Headline:
    """Where the ratio stands against its target."""
    now = (figures.earlier or {}).get(last)
    if now is None:
        return Headline(l10n.say("The ratio"), "")
    target = figures.policy.icv_target
    said = {"days": figures.policy.overdue_dpd, "value": l10n.percent(now.icv, 2)}
    if math.isfinite(target) and now.icv <= target:
        title = l10n.say("ICV > {days} is {value}, within its target", **said)
    elif math.isfinite(target):
        title = l10n.say("ICV > {days} is {value}, above its target", **said)
    else:
        title = l10n.say("ICV > {days} is {value}; no target is set", **said)
    note = l10n.say("{month}, n {n}. A census: the level has no interval", month=l10n.month(last), n=l10n.number(now.n))
    return Headline(title, note)


def readings(l10n: L10n, figures: Figures, last: int, covers: Covers | None = None) -> Table:
    """The ratio at each cut-off, with write-offs and without re-ageing relief, by balance, past-due amount and count;
    and what provisions are of the overdue balance."""
    columns = (
        l10n.say("Definition"), l10n.say("By balance"), l10n.say("On the month"), l10n.say("On the year"),
        l10n.say("Target"), l10n.say("Past-due amount only"), l10n.say("By count"),
    )  # fmt: skip
    known = figures.earlier or {}
    now = known.get(last)
    if now is None:
        return Table(columns, ())
    before, year = known.get(months.add(last, -1)), known.get(year_before(last))
    rows = [_at(l10n, figures, days, now, before, year) for days in DAYS]
    rows.append(_row(l10n, l10n.say("With write-offs of {n} months", n=now.writeoff_months),
                     *(m.icv_with_writeoffs if m else math.nan for m in (now, before, year))))  # fmt: skip
    name = l10n.say("Without re-ageing relief")
    bound = l10n.say("{name}, at most", name=name) if now.reaging_is_bound else name
    rows.append(_row(l10n, bound, *(m.icv_without_reaging if m else math.nan for m in (now, before, year))))
    rows.append(_provisions(l10n, figures, covers))
    caption = l10n.say("The overdue ratio, by definition")
    return Table(columns, tuple(rows), caption=caption)


def _provisions(l10n: L10n, figures: Figures, covers: Covers | None) -> tuple[Cell, ...]:
    """Provisions over the overdue balance, with its light; the reason where the data have none."""
    if not figures.pin.carries("provisions"):
        unknown = l10n.say("Provisions / overdue balance: the data carry no provisions")
        return (Cell(unknown), *(Cell("—", "muted") for _ in range(3)), Cell(""), Cell(""), Cell(""))
    name = Cell(l10n.say("Provisions / overdue balance"))
    if covers is None:
        return (name, *(Cell("…", "muted") for _ in range(3)), Cell(""), Cell(""), Cell(""))
    rule, now = figures.policy, covers.now.ratio
    sign, tone = PROVIDED[at_least(now, ok=rule.provisions_ok, watch=rule.provisions_least)]
    changes = [_change(l10n, now - c.ratio, good_up=True) for c in (covers.before, covers.year)]
    target = Cell(l10n.percent(rule.provisions_ok, 0))
    return (name, Cell(f"{sign} {l10n.percent(now, 0)}".strip(), tone), *changes, target, Cell(""), Cell(""))


def _at(
    l10n: L10n, figures: Figures, days: int, now: OverdueMonth, before: OverdueMonth | None, year: OverdueMonth | None
) -> tuple[Cell, ...]:
    name = f"icv{days or 1}"
    values = [getattr(m, name) if m else math.nan for m in (now, before, year)]
    own = figures.policy.overdue_dpd in (days, days or 1)
    others = (figures.past_due(now.month, days), figures.counted(now.month, days))
    row = _row(l10n, l10n.say("ICV > {days} days", days=days), *values)
    target = _against(l10n, values[0], figures.policy.icv_target if own else math.nan)
    return (*row[:4], target, *(Cell(l10n.percent(v, 2), "" if math.isfinite(v) else "muted") for v in others))


def _row(l10n: L10n, name: str, now: float, before: float, year: float) -> tuple[Cell, ...]:
    changes = (_change(l10n, now - before), _change(l10n, now - year))
    return (Cell(name), Cell(l10n.percent(now, 2)), *changes, Cell(""), Cell(""), Cell(""))


def _against(l10n: L10n, now: float, target: float) -> Cell:
    """A target, and how far above or below it the ratio is."""
    if not (math.isfinite(now) and math.isfinite(target)):
        return Cell("")
    gap = _change(l10n, now - target)
    return Cell(f"{l10n.percent(target)} ({gap.text})", gap.tone)


def _change(l10n: L10n, difference: float, *, good_up: bool = False) -> Cell:
    if not math.isfinite(difference):
        return Cell("—", "muted")
    sign = rounded_sign(difference * 100, 2) * (-1 if good_up else 1)
    return Cell(l10n.points(difference, 2), "" if sign == 0 else "bad" if sign > 0 else "good")


def ageing_headline(l10n: L10n, figures: Figures) -> Headline:
    """How much of what is overdue is deep."""
    subtitle = l10n.say("Overdue balance by days past due, share of the portfolio; the layers add up to ICV > 0")
    if not figures.months:
        return Headline(l10n.say("Ageing of what is overdue"), subtitle)
    now = (figures.earlier or {})[figures.months[-1]]
    deep = share(now.icv90, now.icv1)
    if not math.isfinite(deep):
        return Headline(l10n.say("Nothing is overdue in {month}", month=l10n.month(now.month)), subtitle)
    said = {"share": l10n.percent(deep, 0), "month": l10n.month(now.month)}
    return Headline(
        l10n.say("{share} of what is in arrears in {month} is more than 90 days past due", **said), subtitle
    )


def ageing(l10n: L10n, figures: Figures) -> Stacked:
    """The layers of each month, the least overdue at the bottom."""
    if not figures.months:
        return Stacked((), (), nothing=l10n.say("There is no balance to show."))
    columns = [l10n.short_month(m) for m in figures.months]
    layers = []
    for bucket in BUCKETS[1:]:
        shares = figures.layer(bucket)
        hovers = [
            l10n.say(
                "{month} · {bucket} days: {share}", month=name, bucket=bucket, share=l10n.percent(value, 2)
            )
            for name, value in zip(columns, shares, strict=True)
        ]  # fmt: skip
        layers.append(Layer(bucket, shares, hovers))
    return Stacked(columns, layers)


def segments_headline(l10n: L10n, figures: Figures, parts: Parts) -> Headline:
    """Which segment carries the most of what is overdue."""
    if not parts.after:
        return Headline(l10n.say("By segment"), l10n.say("The data carry no segment that varies"))
    name = names.dimension(l10n, parts.dimension, figures.pin.document("dimensions"))
    worst = parts.after[0]
    held = {"name": names.level(l10n, worst.level_name), "share": l10n.percent(worst.share_of_overdue, 0)}
    title = l10n.say("{name} carries {share} of what is overdue", **held)
    days, month = figures.policy.overdue_dpd, l10n.month(parts.last)
    return Headline(title, l10n.say("{name}, {month}: ICV > {days} by segment", name=name, month=month, days=days))


def segments(l10n: L10n, parts: Parts) -> Table:
    """Each level: its ratio, how that moved since the start of the bridge, its shares."""
    columns = (
        l10n.say("Segment"), l10n.say("ICV"), l10n.say("Change"), l10n.say("Overdue"), l10n.say("Of what is overdue"),
        l10n.say("Of the portfolio"), "n",
    )  # fmt: skip
    rows = tuple(
        (
            Cell(names.level(l10n, s.level_name)), Cell(l10n.percent(s.icv, 2)),
            _change(l10n, s.icv - parts.before[s.level_name].icv if s.level_name in parts.before else math.nan),
            Cell(l10n.money(s.overdue)), Cell(l10n.percent(s.share_of_overdue)), Cell(l10n.percent(s.share_of_gross)),
            Cell(l10n.number(s.n)),
        )
        for s in parts.after
    )  # fmt: skip
    return Table(columns, rows, tuple(s.level_name for s in parts.after), caption=l10n.say("The ratio by segment"))
