"""App room: the words of the section Calibration: whether scores mean what they say, where not, and since when."""

from __future__ import annotations

import math

from app.l10n import L10n
from app.views import names
from app.views.calibration_boxes import boxes
from app.views.calibration_figures import GROUPS, Figures, Off, figures, groups_of, side_of
from app.views.lights import p_value
from app.views.shapes import Hidden, State
from monitoring.lights import worst

__all__ = [
    "Figures", "boxes", "drift", "figures", "groups", "groups_of", "left_out", "level", "sentence", "side_of", "sides",
    "state",
]  # fmt: skip

MOST = 3
"""Findings in one sentence."""


def sides(l10n: L10n) -> dict[str, str]:
    """Directions to choose from."""
    return {
        "both": l10n.say("Both directions"),
        "over": l10n.say("Over-stated (imprudent)"),
        "under": l10n.say("Under-stated"),
    }


def groups(l10n: L10n) -> dict[str, str]:
    """Numbers of bands to choose from."""
    return {str(k): l10n.number(k) for k in GROUPS}


def state(l10n: L10n, figures: Figures) -> State | None:
    """Why there is nothing to judge; None when there is."""
    if figures.whole is not None:
        if figures.classes == 2:
            return None
        return State(
            "nothing",
            l10n.say("Every outcome of this selection is the same"),
            l10n.say(
                "{n} outcomes are known and all alike: rank and calibration cannot be judged. Widen the selection.",
                n=l10n.number(figures.whole.light.n),
            ),
        )
    if figures.open_months:
        body = l10n.say(
            "The outcomes of {months} are still open. Choose earlier months.",
            months=", ".join(l10n.month(m) for m in figures.open_months),
        )
    else:
        body = l10n.say(
            "No row of this selection carries a score with a known outcome. Widen the months or lift a filter."
        )
    return State("nothing", l10n.say("There is no outcome to hold the scores against"), body)


def level(figures: Figures) -> str:
    """The light that speaks for the section: the worst of the bands."""
    return worst([b.light for b in figures.bands])


def sentence(l10n: L10n, figures: Figures) -> str:
    """Which bands promised too much or too little, with what was expected and what came; else what could be seen."""
    if figures.whole is None:
        return ""
    told = [_off(l10n, figures, off) for off in figures.off[:MOST]]
    grey = sum(b.level == "unknown" for b in figures.bands if b.n)
    seen = {
        "bands": l10n.number(sum(b.n > 0 for b in figures.bands)), "grey": l10n.number(grey),
        "size": l10n.distance(figures.policy.calibration_gap, 0),
    }  # fmt: skip
    if told:
        return "; ".join(told) + "."
    if not grey:
        return l10n.say("no band of {bands} departs from its promise by {size} beyond chance.",
                        bands=seen["bands"], size=seen["size"])  # fmt: skip
    return l10n.say(
        "no band departs from its promise beyond chance, but {grey} of {bands} hold too few outcomes for a difference "
        "that matters to show: fewer bands or more months tell more.",
        bands=seen["bands"],
        grey=seen["grey"],
    )


def _off(l10n: L10n, figures: Figures, found: Off) -> str:
    """A run of bands that is off, in the words of a finding."""
    side = found.light.side
    p = found.light.p_over if side == "over" else found.light.p_under
    said = {
        "expected": l10n.percent(found.light.predicted), "observed": l10n.percent(found.observed),
        "p": p_value(l10n, p), "money": _money(l10n, figures, found),
    }  # fmt: skip
    first, last = l10n.number(found.first), l10n.number(found.last)
    if side == "over" and found.first == found.last:
        return l10n.say(
            "over-stated in band {band}: expected {expected}, observed {observed}, p {p}{money}", band=first, **said
        )
    if side == "over":
        return l10n.say(
            "over-stated in bands {first}–{last}: expected {expected}, observed {observed}, p {p}{money}",
            first=first, last=last, **said,
        )  # fmt: skip
    if found.first == found.last:
        return l10n.say(
            "under-stated in band {band}: expected {expected}, observed {observed}, p {p}{money}", band=first, **said
        )
    return l10n.say(
        "under-stated in bands {first}–{last}: expected {expected}, observed {observed}, p {p}{money}",
        first=first, last=last, **said,
    )  # fmt: skip


def _money(l10n: L10n, figures: Figures, off: Off) -> str:
    """What the broken promise is worth, in cash where the data carry it, else in balance; "" where neither is known."""
    in_cash = math.isfinite(off.cash) and figures.pin.carries("cash")
    amount = off.cash if in_cash else off.balance
    if not math.isfinite(amount):
        return ""
    money = l10n.money(abs(amount))
    if in_cash and amount >= 0:
        return l10n.say(", cash shortfall {money}", money=money)
    if in_cash:
        return l10n.say(", cash beyond the promise {money}", money=money)
    if amount >= 0:
        return l10n.say(", shortfall {money} of balance", money=money)
    return l10n.say(", {money} of balance beyond the promise", money=money)


def drift(l10n: L10n, figures: Figures) -> str:
    """From when to when the promise was broken by month; "" where it never was, or rows have no dates."""
    run = figures.run
    if run is None:
        return ""
    said = {
        "promised": l10n.percent(run.predicted), "observed": l10n.percent(run.observed), "n": l10n.number(run.n),
        "p": p_value(l10n, run.p), "rest": _rest(l10n, run.predicted, run.observed),
    }  # fmt: skip
    if run.lasts and run.first == figures.judged[0]:
        return l10n.say(
            "in all months: {promised} was promised, {observed} came{rest} (n {n}, p {p} that months drift so far by "
            "chance).",
            **said,
        )
    if run.lasts:
        return l10n.say(
            "since {month}: {promised} was promised, {observed} came{rest} (n {n}, p {p} that months drift so far by "
            "chance).",
            month=l10n.month(run.first), **said,
        )  # fmt: skip
    return l10n.say(
        "{months}: {promised} was promised, {observed} came{rest} (n {n}, p {p} that months drift so far by chance).",
        months=l10n.months(run.first, run.last), **said,
    )  # fmt: skip


def _rest(l10n: L10n, predicted: float, observed: float) -> str:
    """The other outcome, where it is the rarer one and says more."""
    if predicted <= 0.5:
        return ""
    return l10n.say("; of the other outcome {promised} against {observed}",
                    promised=l10n.percent(1 - predicted), observed=l10n.percent(1 - observed))  # fmt: skip


def left_out(l10n: L10n, figures: Figures) -> list[Hidden]:
    """Which months are not judged yet."""
    if not figures.open_months:
        return []
    return [Hidden(", ".join(l10n.month(m) for m in figures.open_months), names.reason(l10n, "immature"))]
