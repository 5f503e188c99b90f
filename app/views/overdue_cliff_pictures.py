"""App room: the charts and tables of the re-age cliff: three ratios by month, how options held, what may come back."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from app.charts.stacked import Layer, Stacked
from app.charts.steps import Curve, Steps
from app.charts.trend import Line, Trend
from app.l10n import L10n
from app.views.overdue_cliff import option, stress
from app.views.overdue_cliff_figures import Sheet, by_option
from app.views.shapes import Cell, Headline, Table
from data.rows import UNKNOWN
from monitoring import cliff
from monitoring.cliff import AGES, Adjusted
from monitoring.metrics import ratio, share

MOST_CURVES = 3
"""Curves beside that of all options."""
SHOWN = (1, 3, 6, 9, 12, 18)
"""Months since the option that the table of curves shows."""


def course_headline(l10n: L10n, page: Sheet, found: Adjusted, percent: float) -> Headline:
    """How far the ratio is flattered now."""
    note = l10n.say(
        "ICV > {days} by month, by balance. {stress}; each month by the rates known at its opening",
        days=page.policy.overdue_dpd, stress=stress(l10n, percent),
    )  # fmt: skip
    if page.now is None or not math.isfinite(found.ratio.value):
        return Headline(l10n.say("Too few options have been followed to adjust the ratio"), note)
    gap = found.ratio.value - page.now.icv
    return Headline(
        l10n.say("Re-aged debt that may come back is worth {gap} of the ratio", gap=l10n.distance(gap, 2)), note
    )


def course(l10n: L10n, page: Sheet, found: Adjusted) -> Trend:
    """The three ratios by month; the one with write-offs from the month in which these are known in full."""
    assert page.sums is not None
    sums, columns = page.sums, [l10n.short_month(m) for m in page.sums.months]
    whole = np.where(sums.writeoff_months >= page.policy.writeoff_months, sums.with_writeoffs, math.nan)
    return Trend(
        columns,
        [
            _line(l10n, l10n.say("Reported"), sums.reported, columns, "main"),
            _line(l10n, l10n.say("With re-default"), found.course, columns, "second"),
            _line(l10n, l10n.say("With write-offs"), whole, columns, "third"),
        ],
        nothing=l10n.say("There is no balance to show."),
    )


def _line(l10n: L10n, name: str, values: np.ndarray, columns: Sequence[str], role: str) -> Line:
    texts = [f"{month} · <b>{l10n.percent(v, 2)}</b>" for month, v in zip(columns, values, strict=True)]
    return Line(name, [float(v) for v in values], texts, role, name)


def curves_headline(l10n: L10n, page: Sheet) -> Headline:
    """How many had re-defaulted half a year after their option."""
    note = l10n.say(
        "Share of the obligations taken out of arrears that are more than {days} days past due again, or written off; "
        "Kaplan-Meier with 95% band",
        days=page.policy.overdue_dpd,
    )  # fmt: skip
    months = min(page.reach, 6)
    if months < 2:
        return Headline(l10n.say("Nothing has been followed yet"), note)
    fell = 1 - float(page.curves[0].share[months - 1])
    said = {"share": l10n.percent(fell, 0), "n": months}
    return Headline(l10n.say("{n} months after a payment option, {share} have re-defaulted", **said), note)


def curves(l10n: L10n, page: Sheet) -> Steps:
    """The share re-defaulted by months since the option: of all, and of the largest that stand on their own."""
    last = min(page.reach, max(page.policy.redefault_months, SHOWN[-1]))
    if last < 2:
        return Steps((), (), nothing=l10n.say("No option has been followed from one month to the next."))
    each = [c for c in page.curves[1:] if c.own]
    shown = [page.curves[0], *(each[:MOST_CURVES] if len(each) > 1 else ())]
    return Steps(
        range(1, last + 1), [_curve(l10n, c, last) for c in shown], axis=l10n.say("Months since the option")
    )  # fmt: skip


def _curve(l10n: L10n, curve: cliff.Curve, last: int) -> Curve:
    kept = np.append(curve.at_risk, math.nan)[:last]
    held = np.arange(1, last + 1) <= curve.reach
    fell, low, high = (np.where(held, 1 - x[:last], math.nan) for x in (curve.share, curve.high, curve.low))
    texts = [
        l10n.say(
            "month {k}: <b>{share}</b> [{interval}] · n at risk {n}",
            k=k + 1, share=l10n.percent(fell[k]), interval=l10n.interval(low[k], high[k]), n=l10n.number(kept[k]),
        )
        for k in range(last)
    ]  # fmt: skip
    return Curve(option(l10n, curve.option), fell.tolist(), low.tolist(), high.tolist(), texts)


def at_risk_headline(l10n: L10n, page: Sheet) -> Headline:
    """What the rates rest on."""
    note = l10n.say("Obligations that had not re-defaulted and were followed on, by months since their option")
    curve = page.curves[0]
    said = {"fell": l10n.number(curve.events.sum()), "n": l10n.number(curve.at_risk[0])}
    return Headline(l10n.say("The rates rest on {fell} re-defaults of {n} options followed", **said), note)


def at_risk(l10n: L10n, page: Sheet) -> Table:
    """How many obligations each option's curve rests on, by months since the option."""
    months = [k for k in SHOWN if k < page.reach]
    columns = (l10n.say("n at risk"), *(l10n.say("month {k}", k=k) for k in months), l10n.say("Re-defaulted"))
    rows = tuple(
        (Cell(option(l10n, c.option)), *(Cell(l10n.number(c.at_risk[k - 1])) for k in months),
         Cell(l10n.number(c.events.sum())))
        for c in page.curves
    )  # fmt: skip
    return Table(columns, rows, caption=l10n.say("Obligations followed, by months since the option"))


def balance_headline(l10n: L10n, page: Sheet, found: Adjusted) -> Headline:
    """What of the re-aged balance is expected back."""
    assert page.sums is not None and page.now is not None
    owed = float(page.sums.held[-1].sum())
    note = l10n.say(
        "{month}, performing balance under an option by months since it, share of the portfolio",
        month=l10n.month(page.now.month),
    )  # fmt: skip
    if not owed:
        return Headline(l10n.say("No re-aged balance performs in this selection"), note)
    if not math.isfinite(found.ratio.value):
        return Headline(l10n.say("{balance} performs under an option", balance=l10n.money(owed)), note)
    said = {"share": l10n.percent(share(found.back, owed), 0), "balance": l10n.money(owed)}
    return Headline(l10n.say("{share} of the {balance} under an option is expected to re-default", **said), note)


def balance(l10n: L10n, page: Sheet, found: Adjusted) -> Stacked:
    """The balance under options by months since, what is expected to hold below what is expected to re-default."""
    assert page.sums is not None
    owed, back = page.sums.held[-1].sum(0), found.expected.sum(0)
    if not math.isfinite(found.ratio.value):
        back = np.zeros(len(back))
    kept = [k for k, v in enumerate(owed) if v > 0]
    if not kept:
        return Stacked((), (), nothing=l10n.say("No re-aged balance performs in this selection"))
    last = max((k for k in kept if AGES[k] != UNKNOWN), default=-1)
    places = [*range(last + 1), *(k for k in kept if AGES[k] == UNKNOWN)]
    words = [l10n.say("not seen") if AGES[k] == UNKNOWN else AGES[k] for k in places]
    gross = float(page.sums.gross[-1])
    layers = []
    for name, amounts in ((l10n.say("Expected to hold"), owed - back), (l10n.say("Expected to re-default"), back)):
        hovers = [
            l10n.say(
                "{k} months: {name} {amount}", k=word, name=name, amount=f"<b>{l10n.money(float(amounts[k]))}</b>"
            )
            for word, k in zip(words, places, strict=True)
        ]  # fmt: skip
        layers.append(Layer(name, [float(v) for v in ratio(amounts[places], gross)], hovers))
    return Stacked(words, layers)


def options_headline(l10n: L10n, page: Sheet, found: Adjusted) -> Headline:
    """The option that most of what is expected to re-default is under."""
    note = l10n.say(
        "Performing balance under each option, and what of it is expected to re-default within {n} months of it",
        n=page.policy.redefault_months,
    )  # fmt: skip
    each = by_option(page, found)
    if not (found.back > 0 and math.isfinite(found.ratio.value)):
        return Headline(l10n.say("By option"), note)
    most = max(each, key=lambda name: each[name][1])
    said = {"option": option(l10n, most), "share": l10n.percent(share(each[most][1], found.back), 0)}
    return Headline(l10n.say("{share} of what is expected to re-default is under {option}", **said), note)


def options(l10n: L10n, page: Sheet, found: Adjusted) -> Table:
    """Each option: the balance under it, and what of it is expected to re-default."""
    columns = (
        l10n.say("Option"), l10n.say("Performing balance"), l10n.say("Expected to re-default"), l10n.say("Share"),
    )  # fmt: skip
    each = by_option(page, found) if math.isfinite(found.ratio.value) else {}
    rows = [(option(l10n, name), owed, back) for name, (owed, back) in each.items()]
    whole = (l10n.say("All options"), sum(r[1] for r in rows), sum(r[2] for r in rows))
    return Table(
        columns, tuple(_amounts(l10n, *r) for r in rows), total=_amounts(l10n, *whole) if rows else (),
        caption=l10n.say("Re-aged balance by option"),
    )  # fmt: skip


def _amounts(l10n: L10n, name: str, owed: float, back: float) -> tuple[Cell, ...]:
    return Cell(name), Cell(l10n.money(owed)), Cell(l10n.money(back)), Cell(l10n.percent(share(back, owed)))
