"""App room: the tables of the section Calibration: every band with its test, the tests of all, before and after."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from app.l10n import L10n
from app.views.calibration_figures import Figures
from app.views.calibration_pictures import again_headline, period
from app.views.lights import asked, columns, p_value, row
from app.views.shapes import Cell, Headline, Table
from monitoring.estimate import Estimate, Test
from monitoring.promised import Promised
from monitoring.recalibrated import Fit


def bands_headline(l10n: L10n, figures: Figures) -> Headline:
    """What a light asks for, in the direction that was chosen."""
    unit = f"{asked(l10n, figures.policy)} · {period(l10n, figures)}"
    title = {
        "both": l10n.say("Promised and came, band by band, in both directions"),
        "over": l10n.say("Promised and came, band by band: where too much was promised"),
        "under": l10n.say("Promised and came, band by band: where too little was promised"),
    }[figures.side]
    return Headline(title, unit)


def bands(l10n: L10n, figures: Figures) -> Table:
    """Every band, lowest scores first, and all of them together."""
    whole, money = figures.whole, figures.all_money
    unit, written = l10n.money_column(money.promised if money and _told(figures) == "balance" else _cash(money))
    worth = {
        "cash": (l10n.say("Cash promised, {unit}", unit=unit), l10n.say("Cash received, {unit}", unit=unit)),
        "balance": (l10n.say("Balance promised, {unit}", unit=unit), l10n.say("Balance come, {unit}", unit=unit)),
        "": (),
    }[_told(figures)]
    return Table(
        columns=(l10n.say("Band"), *columns(l10n), *worth),
        rows=tuple(
            (Cell(l10n.number(b.band)), *row(l10n, b.light), *_worth(figures, m, written))
            for b, m in zip(figures.bands, figures.money, strict=True)
        ),
        total=(
            (Cell(l10n.say("Total")), *row(l10n, whole.light), *_worth(figures, money, written))
            if whole and money else ()
        ),
        caption=bands_headline(l10n, figures).title,
    )  # fmt: skip


def _told(figures: Figures) -> str:
    """In what the promise is counted: "cash", "balance" or nothing."""
    money = figures.all_money
    if money is None or not math.isfinite(money.promised):
        return ""
    return "cash" if figures.pin.carries("cash") and math.isfinite(money.cash_rate) else "balance"


def _cash(money: Promised | None) -> float:
    return money.cash_promised if money else math.nan


def _worth(figures: Figures, money: Promised, written: Callable[[float], str]) -> tuple[Cell, ...]:
    told = _told(figures)
    if told == "cash":
        return Cell(written(money.cash_promised)), Cell(written(money.cash_received))
    return (Cell(written(money.promised)), Cell(written(money.came))) if told else ()


def tests_headline(l10n: L10n, figures: Figures) -> Headline:
    """Whether the tests of all rows together find the promise broken."""
    found = figures.whole
    unit = l10n.say("Published formulas, which take rows as independent")
    if found and found.deff > 1:
        unit = l10n.say("Published formulas, rows taken as independent; repeated clients make a row worth 1/{deff}",
                        deff=l10n.number(found.deff, 2))  # fmt: skip
    if found is None:
        return Headline(l10n.say("Nothing to judge yet"), unit)
    p = found.spiegelhalter.p
    if not math.isfinite(p):
        return Headline(l10n.say("The scores do not vary enough for the tests"), unit)
    if p < figures.policy.p_watch:
        return Headline(l10n.say("Spiegelhalter’s test finds the scores off their outcomes (p {p})",
                                 p=p_value(l10n, p)), unit)  # fmt: skip
    return Headline(l10n.say("Spiegelhalter’s test finds the scores and outcomes in agreement (p {p})",
                             p=p_value(l10n, p)), unit)  # fmt: skip


def tests(l10n: L10n, figures: Figures) -> Table:
    """The tests and scores of all judged rows; the parts of the Brier score add up to it."""
    columns = (l10n.say("Figure"), l10n.say("Value"), l10n.say("95% interval, p or noise"))
    whole = figures.whole
    if whole is None:
        return Table(columns, ())
    parts, number = whole.parts, _six(l10n)
    rows: Sequence[tuple[str, str, str]] = (
        (l10n.say("Hosmer-Lemeshow χ², {n} groups", n=l10n.number(whole.hosmer_lemeshow.groups)),
         l10n.number(whole.hosmer_lemeshow.statistic, 2), _p(l10n, whole.hosmer_lemeshow)),
        (l10n.say("Spiegelhalter z"), l10n.number(whole.spiegelhalter.statistic, 2), _p(l10n, whole.spiegelhalter)),
        (l10n.say("Brier score"), number(whole.brier.value), _interval(whole.brier, number)),
        (l10n.say("= REL, reliability"), number(parts.reliability), l10n.say("0 is best")),
        (l10n.say("− RES, resolution"), number(parts.resolution), l10n.say("more is better")),
        (l10n.say("+ UNC, uncertainty"), number(parts.uncertainty), l10n.say("of the outcome alone")),
        (l10n.say("+ within bands"), number(parts.within_variance - parts.within_covariance),
         l10n.say("variance less covariance")),
        (l10n.say("ECE"), l10n.percent(whole.ece.value, 2),
         l10n.say("noise {value}", value=l10n.percent(whole.ece.noise_floor, 2))),
        (l10n.say("Slope"), l10n.number(whole.slope.value, 3), _interval(whole.slope, _three(l10n))),
        (l10n.say("Intercept"), l10n.number(whole.intercept.value, 3), _interval(whole.intercept, _three(l10n))),
    )  # fmt: skip
    cells = tuple((Cell(name), Cell(value), Cell(note, "muted")) for name, value, note in rows)
    return Table(columns, cells, caption=tests_headline(l10n, figures).title)


def again(l10n: L10n, figures: Figures) -> Table:
    """The months that could be recalibrated, as they were and as they would have been."""
    columns = (l10n.say("Figure"), l10n.say("As it was"), l10n.say("Recalibrated"))
    found = figures.again
    if found is None or found.before is None or found.after is None:
        return Table(columns, ())
    pair = (found.before, found.after)
    named: Sequence[tuple[str, Callable[[Fit], str]]] = (
        (l10n.say("Gap, pp"), lambda f: _with_interval(f.gap, lambda v: l10n.signed(v * 100, 2))),
        (l10n.say("Brier score"), lambda f: _with_interval(f.brier, lambda v: l10n.number(v, 4))),
        (l10n.say("Slope"), lambda f: _with_interval(f.slope, lambda v: l10n.number(v, 2))),
        (l10n.say("Intercept"), lambda f: _with_interval(f.intercept, lambda v: l10n.number(v, 2))),
    )
    rows = tuple((Cell(name), *(Cell(told(f)) for f in pair)) for name, told in named)
    lit = [[getattr(m, side).level for m in found.months] for side in ("before", "after")]
    counted = tuple(
        (Cell(l10n.say(word)), *(Cell(l10n.number(levels.count(level))) for levels in lit))
        for word, level in _counted(l10n)
    )
    return Table(columns, (*rows, *counted), caption=again_headline(l10n, figures).title)


def _counted(l10n: L10n) -> tuple[tuple[str, str], ...]:
    return (
        (l10n.say("◆ months off"), "act"), (l10n.say("▲ months to watch"), "watch"),
        (l10n.say("● months as predicted"), "ok"), (l10n.say("○ months with too few"), "unknown"),
    )  # fmt: skip


def again_table_headline(l10n: L10n, figures: Figures) -> Headline:
    """The line that would be applied next."""
    unit = l10n.say("The same months before and after, 95% intervals widened for repeated clients; ideal: slope 1, "
                    "intercept 0")  # fmt: skip
    line = figures.again.now if figures.again else None
    if line is None or not math.isfinite(line.slope):
        return Headline(l10n.say("Too few outcomes are known to fit a recalibration"), unit)
    title = l10n.say(
        "To be applied next: logit(new) = {intercept} + {slope} · logit(score)",
        intercept=l10n.number(line.intercept, 2), slope=l10n.number(line.slope, 2),
    )  # fmt: skip
    return Headline(title, unit)


def _p(l10n: L10n, found: Test) -> str:
    return f"p {p_value(l10n, found.p)}" if math.isfinite(found.p) else "—"


def _interval(found: Estimate, number: Callable[[float], str]) -> str:
    return f"{number(found.low)} – {number(found.high)}" if math.isfinite(found.low) else "—"


def _with_interval(found: Estimate, number: Callable[[float], str]) -> str:
    return f"{number(found.value)} [{_interval(found, number)}]"


def _three(l10n: L10n) -> Callable[[float], str]:
    return lambda v: l10n.number(v, 3)


def _six(l10n: L10n) -> Callable[[float], str]:
    return lambda v: l10n.number(v, 5)
