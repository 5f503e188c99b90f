"""App room: the words of the re-age cliff: the ratio as reported, and if re-aged debt re-defaults as it used to."""

from __future__ import annotations

import math

from app.format import rounded_sign
from app.l10n import L10n
from app.views import names
from app.views.overdue_cliff_figures import Sheet, moved
from app.views.shapes import Box, Cell, Headline, State, Table
from app.words import mark
from data.rows import UNNAMED
from monitoring.cliff import EVERY, Adjusted

STATES = {
    "no_ratio": (
        mark("These data carry no overdue ratio"),
        mark("It needs the balance and the days past due of every obligation, month by month."),
    ),
    "undated": (
        mark("These data carry no dates"),
        mark("Whether re-aged debt holds can only be seen from one month to the next."),
    ),
    "no_gross": (
        mark("These data hold obligations in arrears only"),
        mark("Re-aged debt that performs is not among them, so that none can be seen to re-default."),
    ),
    "old": (
        mark("This release was made before payment options were followed"),
        mark("Train again on the same data: the new release will say since when an obligation is under an option."),
    ),
    "unknown": (
        mark("These data do not say what was re-aged"),
        mark("It takes a mark of re-aged obligations in the portfolio, or the options that were applied, by month."),
    ),
    "never": (
        mark("No payment option was ever applied here"),
        mark("Nothing that is re-aged can re-default: the ratio stands as it is reported."),
    ),
}


def state(l10n: L10n, page: Sheet) -> State | None:
    """Why there is no cliff; None when there is one."""
    if not page.reason:
        return None
    title, body = STATES[page.reason]
    text = l10n.say(body)
    if page.reason == "never" and page.now is not None:
        text += "\n" + l10n.say(
            "Reported ICV > {days}: {value}; with the write-offs of {n} months: {more}.",
            days=page.policy.overdue_dpd, value=l10n.percent(page.now.icv, 2), n=page.now.writeoff_months,
            more=l10n.percent(page.now.icv_with_writeoffs, 2),
        )  # fmt: skip
    return State("nothing", l10n.say(title), text)


def caution(l10n: L10n, page: Sheet, found: Adjusted) -> str:
    """What must be known before the figures are read."""
    if page.lifted:
        listed = ", ".join(
            names.dimension(l10n, name) if name == "bucket" else l10n.say("Score") for name in page.lifted
        )
        return l10n.say(
            "Not followed by the rates of re-default: the filter {names}. Debt passes through it on its way.",
            names=listed,
        )  # fmt: skip
    if found.ratio.reason == "small_sample" and math.isfinite(found.ratio.value):
        return l10n.say("Few options have re-defaulted so far: read the adjusted ratio as a first sign.")
    return ""


def sentence(l10n: L10n, page: Sheet, found: Adjusted) -> str:
    """How much of an improvement holds if re-aged debt re-defaults; or how far the ratio is flattered."""
    if not math.isfinite(found.ratio.value):
        return l10n.say(
            "Too few options have been followed to say how many re-default: {n}, and it takes {least}.",
            n=l10n.number(found.ratio.n), least=page.policy.min_n,
        )  # fmt: skip
    since = moved(page, found)
    reported, gap = _reported(page), found.ratio.value - _reported(page)
    if since is None or rounded_sign(since.reported * 100, 2) >= 0:
        return l10n.say(
            "Reported ICV is {reported}. If re-aged debt re-defaults as it used to, it is {adjusted}: {gap} more.",
            reported=l10n.percent(reported, 2), adjusted=l10n.percent(found.ratio.value, 2), gap=l10n.distance(gap, 2),
        )  # fmt: skip
    said = {
        "fell": l10n.distance(since.reported, 2), "month": l10n.month(since.month),
        "back": l10n.distance(since.back, 2), "holds": l10n.distance(since.adjusted, 2), "gap": l10n.distance(gap, 2),
    }  # fmt: skip
    if rounded_sign(since.back * 100, 2) <= 0:
        return l10n.say(
            "The improvement of {fell} since {month} holds: it is {holds} with re-default. {gap} may still come back.",
            **said,
        )
    if rounded_sign(since.adjusted * 100, 2) >= 0:
        return l10n.say("Of {fell} of improvement since {month}, all is expected to come back as re-default.", **said)
    return l10n.say(
        "Of {fell} of improvement since {month}, {back} is expected to come back as re-default; {holds} holds.", **said
    )


def level(page: Sheet, found: Adjusted) -> str:
    """Level of the sentence: an improvement that comes back is to be watched."""
    since = moved(page, found)
    if since is None or since.reported >= 0:
        return "unknown"
    return "watch" if since.back > -0.5 * since.reported else "ok"


def stress(l10n: L10n, percent: float) -> str:
    """What the slider stands for."""
    if not percent:
        return l10n.say("Re-default as history shows")
    return l10n.say("Re-default {change} against history", change=l10n.change(percent / 100, 0))


def boxes(l10n: L10n, page: Sheet, found: Adjusted, percent: float) -> list[Box]:
    """The three ratios, and what is expected to re-default."""
    assert page.sums is not None and page.now is not None
    month, reported = l10n.month(page.now.month), _reported(page)
    period, above = (l10n.say("Period"), month), l10n.say("against the reported ratio")
    days, n = page.policy.overdue_dpd, l10n.say("n {n}", n=l10n.number(page.now.n))
    owed, ratio = float(page.sums.held[-1].sum()), found.ratio
    off, complete = page.now.icv_with_writeoffs, page.now.writeoff_months
    return [
        Box("reported", l10n.say("Reported ICV > {days}", days=days), l10n.percent(reported, 2), month, n=n,
            facts=((l10n.say("Interval"), l10n.say("none: a census of the portfolio")), period)),
        Box("adjusted", l10n.say("With re-default"), l10n.percent(ratio.value, 2), month,
            change=l10n.points(ratio.value - reported, 2), tone="bad" if ratio.value > reported else "", against=above,
            n=l10n.say("95%: {interval}", interval=l10n.interval(ratio.low, ratio.high, 2)),
            facts=((l10n.say("Rate of re-default"), stress(l10n, percent)),
                   (l10n.say("Options followed"), l10n.number(ratio.n)),
                   (l10n.say("Within"), l10n.say("{n} months of the option", n=page.policy.redefault_months)), period)),
        Box("imora", l10n.say("IMORA (write-offs)"), l10n.percent(off, 2), month,
            change=l10n.points(off - reported, 2), tone="bad" if off > reported else "", against=above,
            n=l10n.say("write-offs of {n} months", n=complete),
            facts=((l10n.say("Definition"), l10n.say("(overdue + write-offs) / (balance + write-offs)")), period)),
        Box("back", l10n.say("Expected to come back"), l10n.money(found.back), month,
            against=l10n.say("of {balance} re-aged that performs", balance=l10n.money(owed)),
            n=l10n.say("at most ICV {value}", value=l10n.percent(page.now.icv_without_reaging, 2)),
            facts=((l10n.say("At most"), l10n.say("all re-aged debt counted as overdue")), period)),
    ]  # fmt: skip


def _reported(page: Sheet) -> float:
    return page.now.icv if page.now else math.nan


def option(l10n: L10n, name: str) -> str:
    """The name of an option."""
    if name == EVERY:
        return l10n.say("All options")
    return l10n.say("Not named") if name == UNNAMED else names.level(l10n, name)


def unknown_headline(l10n: L10n) -> Headline:
    """Top of the list of what is not known."""
    return Headline(l10n.say("What these figures cannot know"), l10n.say("Each with how much of it there is"))


def not_known(l10n: L10n, page: Sheet) -> Table:
    """What the figures cannot know, and how much of it there is."""
    assert page.sums is not None and page.now is not None
    sums, curve = page.sums, page.curves[0]
    unseen, owed = float(sums.held[-1, :, -1].sum()), float(sums.held[-1].sum())
    unnamed = sum(float(c.at_risk[0]) for c in page.curves if c.option == UNNAMED)
    few = [option(l10n, c.option) for c in page.curves if not c.own]
    horizon = page.policy.redefault_months
    found = [
        (l10n.say("Balance under an option that nobody saw being applied: counted as applied last month"),
         l10n.money(unseen) if unseen else "", owed),
        (l10n.say("Balance that re-defaulted once and performs again: counted at the rate of what never did"),
         l10n.money(page.again), page.again),
        (l10n.say("Options that the data do not name"),
         l10n.percent(unnamed / curve.at_risk[0]) if unnamed else "", unnamed),
        (l10n.say("Options of too few cases, read at the rate of all"), ", ".join(few), few),
        (l10n.say("Lost sight of before a re-default: paid off, sold, missing, or under a new option"),
         l10n.number(sums.censored), sums.censored),
        (l10n.say("History is shorter than the horizon of {n} months: later re-default is not in it", n=horizon),
         l10n.many("{n} month", "{n} months", page.reach), page.reach < horizon),
        (l10n.say("Write-offs are known for less than {n} months", n=page.policy.writeoff_months),
         l10n.many("{n} month", "{n} months", page.now.writeoff_months),
         page.now.writeoff_months < page.policy.writeoff_months),
        (l10n.say("Months that are not in the data: nothing is followed across them"),
         ", ".join(map(l10n.month, page.missing)), page.missing),
        (l10n.say("The interval is that of past rates; whether the next months are like them, it cannot say"),
         l10n.say("use the slider"), True),
    ]  # fmt: skip
    rows = tuple((Cell(what), Cell(much)) for what, much, applies in found if applies and much)
    return Table((l10n.say("Not known"), l10n.say("How much")), rows, caption=l10n.say("What the figures cannot know"))
