"""App room: the words of the False positives page: what positive means, the capacity, cautions and designed states."""

from __future__ import annotations

import math
from collections.abc import Sequence

from app.l10n import L10n
from app.views.error_shapes import Reading
from app.views.false_positives_figures import Counted, Cut
from app.views.false_positives_matrix import matrix_headline, square, units
from app.views.false_positives_pictures import segment_bars, segments_headline, thresholds, thresholds_headline
from app.views.false_positives_rates import rates, rates_headline
from app.views.false_positives_words import threshold
from app.views.shapes import State
from app.views.threshold_dial import Dial
from app.words import mark
from data.sources.thresholds import FILE as THRESHOLDS
from monitoring.metrics import share
from monitoring.policy import Policy

__all__ = [
    "capacity", "caution", "matrix_headline", "meaning", "rates", "rates_headline", "segment_bars",
    "segments_headline", "square", "state", "still_open", "thresholds", "thresholds_headline", "units", "usual",
]  # fmt: skip

NO_SKILL = {
    "everyone_flagged": mark("everybody is flagged"),
    "nobody_flagged": mark("nobody is flagged"),
    "lift_one": mark("the flagged do no better than everybody (lift 1)"),
    "balanced_accuracy_half": mark("balanced accuracy is one half"),
    "accuracy_is_majority": mark("accuracy is that of always guessing the larger class"),
}
_MOST_MONTHS = 6


def state(l10n: L10n, counted: Counted) -> State | None:
    """Why no error can be shown; None when errors can."""
    if not counted.scored:
        return State(
            "nothing",
            l10n.say("No row of this selection carries a score"),
            l10n.say("Without a score nothing is flagged. Widen the months or lift a filter."),
        )
    if counted.negatives + counted.positives == 0:
        return State("nothing", l10n.say("No outcome is known yet"), _why_none(l10n, counted))
    return None


def _why_none(l10n: L10n, counted: Counted) -> str:
    if counted.open_months:
        return l10n.say(
            "Still open: {months}. Right and wrong are known once the outcome windows close; choose earlier months.",
            months=_listed(l10n, counted.open_months),
        )
    return l10n.say(
        "Nothing was offered in this selection, so no outcome can exist. Widen the months or lift a filter."
    )


def meaning(l10n: L10n, counted: Counted) -> str:
    """The sentence that says what positive, and so a false positive, is."""
    positive = l10n.pick(counted.pin.meaning["positive"])
    return l10n.say(
        "{positive}. A false positive is an obligation of which we said “{positive}” and it did not happen.",
        positive=positive,
    )


def caution(l10n: L10n, cut: Cut) -> str:
    """What must be known before the figures: a single class, or a threshold that shows no skill; "" for neither."""
    counted = cut.counted
    if counted.positives == 0:
        return l10n.say("Every known outcome is negative: rates that compare the two classes are undefined.")
    if counted.negatives == 0:
        return l10n.say("Every known outcome is positive: rates that compare the two classes are undefined.")
    if cut.errors.no_skill:
        return l10n.say(
            "At {threshold} the score does nothing that could not be done without it: {what}.",
            threshold=threshold(l10n, cut.threshold),
            what="; ".join(l10n.say(NO_SKILL[name]) for name in cut.errors.no_skill),
        )
    return ""


def still_open(l10n: L10n, counted: Counted) -> str:
    """Which months are not all in yet; "" when all are."""
    if not counted.open_months:
        return ""
    return l10n.say(
        "{share} of the outcomes are known; still open: {months}. Open rows count as flagged, not as right or wrong.",
        share=l10n.percent(counted.maturity, 0),
        months=_listed(l10n, counted.open_months),
    )


def capacity(l10n: L10n, cut: Cut) -> list[Reading]:
    """What the threshold asks of the people who call, and what it brings."""
    e, policy = cut.errors, cut.counted.policy
    monthly = share(e.flagged, cut.counted.managed_months)
    contacts = l10n.say("Contacts a month") if l10n.dated else l10n.say("Contacts")
    return [
        Reading(
            l10n.say("Flagged"),
            l10n.percent(e.share_flagged),
            l10n.say("{n} of {all} scored", n=l10n.number(e.flagged), all=l10n.number(e.scored)),
        ),
        Reading(contacts, l10n.number(monthly), _room(l10n, monthly, policy.capacity)),
        Reading(
            l10n.say("Net value per contact"),
            l10n.money(e.net_value_per_contact),
            _prices(l10n, policy),
        ),
    ]


def _prices(l10n: L10n, policy: Policy) -> str:
    if not policy.has_costs:
        return l10n.say("no costs set: {file}", file=THRESHOLDS)
    cost, value = l10n.money(policy.cost_per_contact), l10n.money(policy.value_per_success)
    return l10n.say("at {cost} a contact and {value} a success", cost=cost, value=value)


def _room(l10n: L10n, monthly: float, limit: float) -> str:
    if not (math.isfinite(limit) and math.isfinite(monthly)):
        return l10n.say("no capacity set")
    said = {"limit": l10n.number(limit), "share": l10n.percent(share(monthly, limit), 0)}
    if monthly > limit:
        return l10n.say("above the capacity of {limit} ({share})", **said)
    return l10n.say("{share} of the capacity of {limit}", **said)


def usual(l10n: L10n, dial: Dial) -> str:
    """What stands under the slider: the threshold that the release works with."""
    return l10n.say("The release works with {value}", value=threshold(l10n, dial.usual / 100))


def _listed(l10n: L10n, months: Sequence[int]) -> str:
    shown = ", ".join(l10n.month(m) for m in months[-_MOST_MONTHS:])
    return f"… {shown}" if len(months) > _MOST_MONTHS else shown
