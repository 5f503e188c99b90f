"""App room: the words of the section Champion vs challenger: who ranks better, and what changing over would change."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from app.charts.gain import Gain
from app.l10n import L10n
from app.views.champion_figures import Counted, Sheet
from app.views.releases_model import candidate_name
from app.views.shapes import Box, Headline, State
from app.words import mark
from monitoring.champion import STEPS
from monitoring.estimate import Estimate
from monitoring.metrics import share

NAMES = {
    "challenger": mark("the challenger"),
    "previous": mark("the model before"),
    "bank": mark("the bank's own score"),
}
DRAWN_MATTERS = 0.02
"""Share of a list from which on it is said that some of it was drawn among rows of one score."""


def opponents(l10n: L10n, card: Mapping[str, Any]) -> dict[str, str]:
    """Who the champion can be held against."""
    name = (card.get("challenger") or {}).get("name", "")
    challenger = l10n.say("Challenger: {name}", name=candidate_name(l10n, name)) if name else l10n.say("Challenger")
    return {
        "challenger": challenger,
        "previous": l10n.say("Model of the window before"),
        "bank": l10n.say("The bank's own score"),
    }


def opponents_at_first(l10n: L10n) -> dict[str, str]:
    """The same before the release is known."""
    return opponents(l10n, {})


def state(l10n: L10n, found: Counted) -> State | None:
    """Why there is nothing to hold against each other; None where there is."""
    if not found.reason:
        return None
    title, body = {
        "no_score": (
            l10n.say("No row of this selection has a score"),
            l10n.say("Widen the months or lift a filter."),
        ),
        "no_label_yet": (
            l10n.say("No month has matured"),
            l10n.say("Champion and challenger are judged once the outcomes of a month are known. Widen the months."),
        ),
        "no_opponent": _no_opponent(l10n, found),
    }[found.reason]
    return State("nothing", title, body)


def _no_opponent(l10n: L10n, found: Counted) -> tuple[str, str]:
    if found.opponent == "bank":
        return (
            l10n.say("The bank's own score is not in the data"),
            l10n.say("Choose another opponent above."),
        )
    if found.opponent == "challenger":
        return (
            l10n.say("No challenger scored these rows"),
            l10n.say("Train again: a challenger is fitted beside the champion and scores the same months."),
        )
    if not found.pin.dated:
        return (
            l10n.say("Without dates there is no model before"),
            l10n.say(
                "Each row was scored by a model that was trained on other clients. Choose another opponent above."
            ),
        )
    return (
        l10n.say("This release does not say what the model before makes of these rows"),
        l10n.say("In the first months there was no model before; for later ones train again."),
    )


def caution(l10n: L10n, sheet: Sheet) -> str:
    """That rows of one score were drawn, and that many rows have only one of both scores."""
    told = []
    race, drawn = sheet.counted.race, max(sheet.swap.drawn)
    if share(drawn, sheet.swap.listed) >= DRAWN_MATTERS:
        told.append(
            l10n.say("{part} of a list stand among rows of one score: who of those is listed was drawn.",
                     part=l10n.percent(share(drawn, sheet.swap.listed), 0))
        )  # fmt: skip
    if share(race.left_out, race.rows + race.left_out) >= DRAWN_MATTERS:
        told.append(
            l10n.say("{n} scored obligations that {opponent} does not cover are left out on both sides.",
                     n=l10n.number(race.left_out), opponent=who(l10n, sheet.counted))
        )  # fmt: skip
    return " ".join(told)


def who(l10n: L10n, found: Counted) -> str:
    """The opponent, in the middle of a sentence."""
    return l10n.say(NAMES[found.opponent])


def note(l10n: L10n, sheet: Sheet) -> str:
    """What the slider stands for."""
    said = {"n": l10n.number(sheet.listed), "of": l10n.number(sheet.counted.monthly)}
    if not sheet.counted.pin.dated:
        return l10n.say("{n} of {of} obligations", **said)
    return l10n.say("{n} of {of} obligations in a month", **said)


def sentence(l10n: L10n, sheet: Sheet) -> str:
    """Who ranks better, and what changing over would change at this capacity."""
    return f"{_ranks(l10n, sheet.counted)} {_swaps(l10n, sheet)}"


def _ranks(l10n: L10n, found: Counted) -> str:
    gap, opponent = found.race.gap, _begin(who(l10n, found))
    said = {"opponent": opponent, "gap": _gap(l10n, gap)}
    if not math.isfinite(gap.value):
        return l10n.say("{opponent} and the champion cannot be ranked: outcomes of one kind only.", **said)
    if gap.low > 0:
        return l10n.say("{opponent} ranks better than the champion: ΔAUC {gap}.", **said)
    if gap.high < 0:
        return l10n.say("{opponent} ranks worse than the champion: ΔAUC {gap}.", **said)
    return l10n.say("{opponent} does not clearly rank better or worse than the champion: ΔAUC {gap}.", **said)


def _swaps(l10n: L10n, sheet: Sheet) -> str:
    swap = sheet.swap
    if not swap.listed:
        return l10n.say("With no capacity nobody is listed.")
    said = {
        "n": l10n.number(swap.opponent.rows), "of": l10n.number(swap.listed),
        "part": l10n.percent(share(swap.opponent.rows, swap.listed)),
        "into": l10n.percent(swap.opponent.fdr.value), "out": l10n.percent(swap.champion.fdr.value),
    }  # fmt: skip
    if not swap.opponent.rows:
        return l10n.say("Both list the same {of} obligations.", **said)
    if not (math.isfinite(swap.opponent.fdr.value) and math.isfinite(swap.champion.fdr.value)):
        return l10n.say("Changing over would swap {n} of {of} obligations ({part}).", **said)
    return l10n.say(
        "Changing over would swap {n} of {of} obligations ({part}): of those that come in {into} fail, of those that "
        "go out {out}.", **said,
    )  # fmt: skip


def level(sheet: Sheet) -> str:
    """Level of the sentence: to watch where the opponent is better beyond chance, for the champion should then go."""
    gap = sheet.counted.race.gap
    return "watch" if gap.low > 0 else "ok" if gap.high < 0 else "unknown"


def boxes(l10n: L10n, sheet: Sheet) -> tuple[Box, ...]:
    """ΔAUC, the right calls and the cash of the swap, and McNemar."""
    race, swap, test = sheet.counted.race, sheet.swap, sheet.swap.mcnemar
    mine, theirs = race.auc
    auc = Box(
        "auc", l10n.say("ΔAUC"), _signed(l10n, race.gap.value, 2),
        against=_interval(l10n, race.gap), n=_known(l10n, race.gap.n),
        facts=(
            (l10n.say("Champion"), _auc(l10n, mine)),
            (l10n.say("Opponent"), _auc(l10n, theirs)),
            (l10n.say("Interval"), l10n.say("By random groups of clients") if race.gap.method == "random_groups"
             else l10n.say("DeLong, paired")),
        ),
    )  # fmt: skip
    right = Box(
        "right", l10n.say("Right calls gained"), _signed(l10n, test.gain.value, 2), against=_interval(l10n, test.gain),
        n=l10n.say("champion {one}, opponent {other}", one=l10n.number(test.champion),
                   other=l10n.number(test.opponent)),
        facts=((l10n.say("Right"), l10n.say(
            "Listed and successful, or not listed and failed; known outcomes. Below: calls that only one of both gets "
            "right."
        )),),
    )  # fmt: skip
    p = Box(
        "mcnemar", l10n.say("McNemar p"), _p(l10n, test.p),
        against=l10n.say("by random groups {p}", p=_p(l10n, test.p_robust)),
        n=l10n.say("at {part} of the list", part=l10n.percent(sheet.capacity)),
        facts=((l10n.say("McNemar"), l10n.say("Exact: that calls only one gets right fall to both alike.")),),
    )  # fmt: skip
    made = [auc, right, p]
    if sheet.counted.pin.carries("cash"):
        gained = swap.opponent.cash - swap.champion.cash
        made.append(
            Box(
                "cash", l10n.say("Cash of the swap"), l10n.signed_money(gained),
                against=l10n.say(
                    "in {into}, out {out}", into=l10n.money(swap.opponent.cash), out=l10n.money(swap.champion.cash)
                ),
                n=l10n.say("came in their month"),
            )
        )  # fmt: skip
    return tuple(made)


def gain_headline(l10n: L10n, sheet: Sheet) -> Headline:
    """Which list succeeds more often at this capacity."""
    found = sheet.counted.race.gains()[sheet.swap.step]
    unit = l10n.say("Success rate of the opponent's list less that of the champion's, known outcomes; 95% interval")
    said = {"at": l10n.percent(sheet.capacity), "gain": _gap(l10n, found)}
    if not math.isfinite(found.value):
        return Headline(l10n.say("Success rates by capacity"), unit)
    if found.low > 0:
        return Headline(l10n.say("At {at} listed the opponent's list succeeds more often: {gain}", **said), unit)
    if found.high < 0:
        return Headline(l10n.say("At {at} listed the champion's list succeeds more often: {gain}", **said), unit)
    return Headline(l10n.say("At {at} listed neither list clearly succeeds more often: {gain}", **said), unit)


def gain(l10n: L10n, sheet: Sheet) -> Gain:
    """The difference of success rates at every capacity."""
    found = sheet.counted.race.gains()
    at = [k / STEPS for k in range(STEPS + 1)]
    hovers = [
        l10n.say("{at} listed: {gain} [{low} to {high}]", at=l10n.percent(x), gain=_signed(l10n, e.value, 2),
                 low=_signed(l10n, e.low, 2), high=_signed(l10n, e.high, 2))
        for x, e in zip(at, found, strict=True)
    ]  # fmt: skip
    return Gain(
        at, [e.value for e in found], [e.low for e in found], [e.high for e in found], hovers, sheet.capacity,
        l10n.percent(sheet.capacity), l10n.say("opponent better"), l10n.say("champion better"),
        l10n.say("Share of the obligations that is listed"),
        nothing=l10n.say("No outcome is known at any capacity"),
    )  # fmt: skip


def _begin(text: str) -> str:
    return text[:1].upper() + text[1:]


def _gap(l10n: L10n, e: Estimate) -> str:
    return f"{_signed(l10n, e.value, 2)} {_interval(l10n, e)}".strip()


def _signed(l10n: L10n, value: float, digits: int) -> str:
    return l10n.points(value, digits)


def _interval(l10n: L10n, e: Estimate) -> str:
    if not math.isfinite(e.low):
        return ""
    return l10n.say("[{low} to {high}]", low=l10n.signed(e.low * 100, 2), high=l10n.signed(e.high * 100, 2))


def _auc(l10n: L10n, e: Estimate) -> str:
    if not math.isfinite(e.low):
        return l10n.number(e.value, 4)
    return f"{l10n.number(e.value, 4)} [{l10n.number(e.low, 4)} – {l10n.number(e.high, 4)}]"


def _known(l10n: L10n, n: float) -> str:
    return l10n.say("{n} outcomes", n=l10n.number(n))


def _p(l10n: L10n, p: float) -> str:
    return "—" if math.isnan(p) else f"< {l10n.number(0.001, 3)}" if p < 0.001 else l10n.number(p, 3)
