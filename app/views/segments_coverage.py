"""App room: the words of the section Coverage: who is left out at each step, and where more than usual left."""

from __future__ import annotations

import math

from app.charts.waterfall import Bar, Waterfall
from app.l10n import L10n
from app.views.releases_coverage import STEPS as NAMED
from app.views.releases_coverage import WHY
from app.views.segments_coverage_figures import EVERY_MONTH, Seen, Sheet, month_of
from app.views.shapes import Cell, Headline, State, Table
from app.words import mark
from monitoring.coverage import JUDGED, Loss, Step
from monitoring.metrics import share

STEPS = {**NAMED, "portfolio": mark("Portfolio")}
COUNTS, BALANCES = "rows", "money"


def state(l10n: L10n, sheet: Sheet) -> State | None:
    """Why there is no chain; None when there is one."""
    if not sheet.problem:
        return None
    return State("nothing", l10n.say("No obligation is left by the filters"), l10n.say("Lift a filter to see them."))


def caution(l10n: L10n, sheet: Sheet) -> str:
    """What the filter does to the chain."""
    if not sheet.banded:
        return ""
    return l10n.say("A score band is filtered: only scored obligations stand here, so that none leaves unscored.")


def units(l10n: L10n, sheet: Sheet) -> dict[str, str]:
    """In what the chain can be told."""
    rows = {COUNTS: l10n.say("Rows")}
    return {**rows, BALANCES: l10n.say("Balance")} if sheet.money else rows


def months(l10n: L10n, sheet: Sheet) -> dict[str, str]:
    """The months that can be shown, the latest first; the empty choice is the usual one."""
    usual = month_of(sheet, "")
    rest = {str(m): l10n.month(m) for m in reversed(sheet.shown) if m != usual}
    first = {"": l10n.month(usual)} if sheet.shown else {"": "—"}
    return {**first, EVERY_MONTH: l10n.say("All months of the filter"), **rest} if len(sheet.shown) > 1 else first


def sentence(l10n: L10n, found: Seen) -> str:
    """How many come to a known outcome, and the step that lost more than usual, if one did."""
    if not found.chain:
        return ""
    first, last = found.chain[0], found.chain[-1]
    said = l10n.say(
        "of {n} obligations, {end} ({share}) come to a known outcome.",
        n=l10n.number(first.rows), end=l10n.number(last.rows), share=l10n.percent(share(last.rows, first.rows)),
    )  # fmt: skip
    return f"{said} {_usual(l10n, found)}"


def _usual(l10n: L10n, found: Seen) -> str:
    flagged = [x for x in found.losses.values() if x.flagged] if found.month else list(found.unusual)
    if flagged:
        worst = max(flagged, key=lambda x: x.lost - x.usual)
        return l10n.say(
            "“{step}” lost {lost} in {month}, where {usual} is usual.",
            step=step_name(l10n, worst.step), lost=l10n.percent(worst.lost), usual=l10n.percent(worst.usual),
            month=l10n.month(worst.month),
        )  # fmt: skip
    if found.month and not any(math.isfinite(x.limit) for x in found.losses.values()):
        return l10n.say("Too few months came before to say what is usual.")
    return l10n.say("No step lost more than usual.")


def level(found: Seen) -> str:
    """Level of the sentence."""
    flagged = any(x.flagged for x in found.losses.values()) if found.month else bool(found.unusual)
    return "watch" if flagged else "ok" if found.month == 0 or found.losses else "unknown"


def step_name(l10n: L10n, name: str) -> str:
    """The name of a step."""
    return l10n.say(STEPS[name])


def headline(l10n: L10n, found: Seen, unit: str) -> Headline:
    """Where most leave of those that are in arrears."""
    asked = [s for s in found.chain[1:] if s.name in JUDGED and _left(s, unit) > 0]
    subtitle = l10n.say(
        "What stays after each step, and what left there; amber: more than usual · {period}", period=period(l10n, found)
    )
    if not asked:
        return Headline(l10n.say("Nobody is left out"), subtitle)
    most = max(asked, key=lambda s: _left(s, unit))
    title = l10n.say(
        "Most leave at “{step}”: {left}, {share} of those that came to it",
        step=step_name(l10n, most.name), left=_text(l10n, _left(most, unit), unit),
        share=l10n.percent(share(_left(most, unit), _left(most, unit) + _stay(most, unit))),
    )  # fmt: skip
    return Headline(title, subtitle)


def period(l10n: L10n, found: Seen) -> str:
    """The months that the chain speaks of."""
    shown = found.sheet.shown
    return l10n.month(found.month) if found.month else l10n.months(shown[0], shown[-1]) if shown else "—"


def picture(l10n: L10n, found: Seen, unit: str) -> Waterfall:
    """The chain as bars; amber where a step lost more than usual."""
    return Waterfall(
        bars=[_bar(l10n, found, s, unit) for s in found.chain],
        stay_name=l10n.say("Stays"),
        left_name=l10n.say("Left"),
        nothing=l10n.say("No obligation is left by the filters"),
    )


def _bar(l10n: L10n, found: Seen, step: Step, unit: str) -> Bar:
    name, stays, left = step_name(l10n, step.name), _stay(step, unit), _left(step, unit)
    part = l10n.percent(share(left, stays + left))
    label = l10n.say("{stays} (−{share})", stays=_text(l10n, stays, unit), share=part)
    loss = found.losses.get(step.name)
    return Bar(
        name, stays, left, label if left else _text(l10n, stays, unit),
        f"<b>{name}</b> · {_text(l10n, stays, unit)}" if not left else l10n.say(
            "<b>{name}</b> · {stays} stay · {left} left ({share}): {why}", name=name, stays=_text(l10n, stays, unit),
            left=_text(l10n, left, unit), share=part, why=l10n.say(WHY[step.name]),
        ),
        rule=not (loss and loss.flagged),
    )  # fmt: skip


def steps_headline(l10n: L10n, found: Seen) -> Headline:
    """What the overdue ratio of those left out is, where the data carry one."""
    policy = found.sheet.policy
    subtitle = l10n.say(
        "Usual: median of the {n} months before. More than usual: three times their spread above it, at least {size}",
        n=policy.coverage_past_months, size=l10n.distance(policy.coverage_rise_least, 0),
    )  # fmt: skip
    told = [s for s in found.chain if s.name in JUDGED and math.isfinite(s.icv) and s.left_balance > 0]
    if not (told and found.sheet.pin.has_ratio):
        return Headline(l10n.say("What stays and what leaves add up to the portfolio"), subtitle)
    most = max(told, key=lambda s: s.left_balance)
    title = l10n.say(
        "Of the balance that leaves at “{step}”, {icv} is more than {days} days past due",
        step=step_name(l10n, most.name), icv=l10n.percent(most.icv), days=policy.overdue_dpd,
    )  # fmt: skip
    return Headline(title, subtitle)


def table(l10n: L10n, found: Seen, unit: str) -> Table:
    """The chain in numbers: what stays in the end and what leaves at each step add up to the portfolio."""
    ratio = found.sheet.pin.has_ratio
    columns = (
        l10n.say("Step"), _head(l10n, l10n.say("Stay"), unit), _head(l10n, l10n.say("Leave"), unit),
        l10n.say("Share lost"), l10n.say("Usual"), *((l10n.say("ICV of those left out"),) if ratio else ()),
    )  # fmt: skip
    if not found.chain:
        return Table(columns, ())
    first, last = found.chain[0], found.chain[-1]
    gone = math.fsum(_left(s, unit) for s in found.chain)
    total = (
        Cell(l10n.say("Together")), Cell(_short(l10n, _stay(last, unit), unit)),
        Cell(_short(l10n, gone, unit)), Cell(l10n.percent(share(gone, _stay(first, unit)))),
        Cell(l10n.say("of {read}", read=_short(l10n, _stay(first, unit), unit))), *((Cell(""),) if ratio else ()),
    )  # fmt: skip
    rows = tuple(_row(l10n, found, s, unit) for s in found.chain)
    return Table(columns, rows, total=total, caption=l10n.say("Steps of the coverage"))


def _row(l10n: L10n, found: Seen, step: Step, unit: str) -> tuple[Cell, ...]:
    ratio = found.sheet.pin.has_ratio
    stays, left = _stay(step, unit), _left(step, unit)
    if step.name == "portfolio":
        blank = (Cell(""),) * (4 if ratio else 3)
        return (Cell(step_name(l10n, step.name)), Cell(_short(l10n, stays, unit)), *blank)
    loss = found.losses.get(step.name)
    tone = "warn" if loss and loss.flagged else ""
    return (
        Cell(step_name(l10n, step.name)), Cell(_short(l10n, stays, unit)), Cell(_short(l10n, left, unit), tone),
        Cell(l10n.percent(share(left, stays + left)), tone), Cell(past(l10n, loss), "muted"),
        *((Cell(l10n.percent(step.icv)),) if ratio else ()),
    )  # fmt: skip


def past(l10n: L10n, loss: Loss | None) -> str:
    """What is usual at a step, and up to where; "—" where nothing is known of it."""
    if loss is None or not math.isfinite(loss.limit):
        return "—"
    return l10n.say("{usual}, up to {limit}", usual=l10n.percent(loss.usual), limit=l10n.percent(min(loss.limit, 1.0)))


def _stay(step: Step, unit: str) -> float:
    return step.balance if unit == BALANCES else step.rows


def _left(step: Step, unit: str) -> float:
    return step.left_balance if unit == BALANCES else step.left


def _text(l10n: L10n, amount: float, unit: str) -> str:
    return l10n.money(amount) if unit == BALANCES else l10n.number(amount)


def _short(l10n: L10n, amount: float, unit: str) -> str:
    return l10n.millions(amount) if unit == BALANCES else l10n.number(amount)


def _head(l10n: L10n, name: str, unit: str) -> str:
    return f"{name} ({l10n.money_unit})" if unit == BALANCES else name


def month_key(sheet: Sheet, month: str) -> str:
    """The choice that stands for a month: the usual one has none of its own."""
    return "" if month == str(month_of(sheet, "")) else month
