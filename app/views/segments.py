"""App room: the words of the Segments page: its finding, its choices, its designed states."""

from __future__ import annotations

import math
from collections.abc import Sequence

from app.desk import Pin
from app.l10n import L10n
from app.views import names
from app.views.segment_names import level as level_name
from app.views.segment_names import qualified
from app.views.segments_figures import OF_SCORES, Breakdown, MostOff, Scope, in_order, value
from app.views.segments_pictures import MEASURES, bars, heatmap, heatmap_headline, in_words, measure_name
from app.views.segments_table import table, table_headline
from app.views.shapes import Headline, State
from monitoring.metrics import share
from monitoring.segments import Segment

__all__ = [
    "bars", "headline", "heatmap", "heatmap_headline", "level", "measures", "most_off", "note", "state", "table",
    "table_headline",
]  # fmt: skip

LEAST_Q = 0.001
"""Below it a q-value is only said to be small."""


def measures(l10n: L10n, pin: Pin | None = None) -> dict[str, str]:
    """Choices of the measure, without those that the data do not carry."""
    lacks = {"balance": pin is not None and not pin.carries("balance"), "icv": pin is not None and not pin.has_ratio,
             "cash": pin is not None and not pin.carries("cash")}  # fmt: skip
    return {name: measure_name(l10n, name) for name in MEASURES if not lacks.get(name)}


def state(l10n: L10n, scope: Scope, *, dimension: str, measure: str) -> State | None:
    """Why there is nothing to compare; None when there is."""
    if not scope.scored and measure in OF_SCORES:
        return State(
            "nothing",
            l10n.say("No row of this selection carries a score"),
            l10n.say("This measure speaks of scored rows. Choose another one, widen the months or lift a filter."),
        )
    if not dimension:
        return State(
            "nothing",
            l10n.say("One segment is left of every dimension"),
            l10n.say("There is nothing to compare. Lift a filter to see its neighbours again."),
        )
    return None


def most_off(l10n: L10n, scope: Scope, off: MostOff) -> str:
    """The one sentence: where the model is most off, or that it is nowhere."""
    if not off.tested:
        return l10n.say("no segment has enough outcomes yet to be compared with its prediction.")
    if off.segment is None:
        return l10n.many(
            "the one segment tested departs from its prediction no further than chance and materiality allow.",
            "none of {n} segments tested departs from its prediction further than chance and materiality allow.",
            off.tested,
        )
    s = off.segment
    said = {
        "dimension": names.dimension(l10n, off.dimension, scope.pin.document("dimensions")),
        "name": level_name(l10n, s.levels[0]),
        "gap": l10n.distance(s.gap),
        "observed": l10n.percent(s.observed.value),
        "predicted": l10n.percent(s.expected),
        "n": l10n.number(s.labelled),
        "q": _small(l10n, s.q),
        "tested": l10n.number(off.tested),
    }
    if s.gap < 0:
        return l10n.say(
            "{dimension} {name} comes {gap} below its prediction: {observed} against {predicted} (n {n}, q {q} over "
            "{tested} segments).",
            **said,
        )
    return l10n.say(
        "{dimension} {name} comes {gap} above its prediction: {observed} against {predicted} (n {n}, q {q} over "
        "{tested} segments).",
        **said,
    )


def level(off: MostOff) -> str:
    """Level of the sentence."""
    return off.segment.level if off.segment else "ok" if off.tested else "unknown"


def note(l10n: L10n, scope: Scope) -> str:
    """What the reader must know of the outcomes before the figures; "" when enough are in."""
    if not scope.labelled:
        period = _period(l10n, scope)
        return l10n.say("No outcome is known yet in {period}: only what was predicted can be shown.", period=period)
    if scope.maturity < scope.policy.maturity_least:
        return l10n.say(
            "Only {share} of the outcomes are known ({months} still open): observed rates are not final.",
            share=l10n.percent(scope.maturity, 0),
            months=_listed(l10n, scope.open_months),
        )
    return ""


def headline(l10n: L10n, found: Breakdown, measure: str) -> Headline:
    """The finding of the bars, and what they count."""
    return Headline(_title(l10n, found, measure), _unit(l10n, found, measure))


def _title(l10n: L10n, found: Breakdown, measure: str) -> str:
    scope = found.scope
    off = [s for s in found.segments if s.level in ("watch", "act")]
    if measure in OF_SCORES and measure != "fdr" and off:
        return _departs(l10n, found, max(off, key=lambda s: abs(s.gap)))
    ranked = [s for s in in_order(scope, found.segments, measure) if math.isfinite(value(scope, s, measure))]
    if not ranked:
        dimension = names.dimension(l10n, found.dimension, scope.pin.document("dimensions"))
        return l10n.say("{dimension}: nothing to show yet", dimension=dimension)
    top = ranked[0]
    said = {"name": _name(l10n, found, top), "value": in_words(l10n, value(scope, top, measure), measure)}
    if measure == "gap" and top.state == "ok":
        return l10n.say("No segment departs from its prediction")
    if measure == "observed" and top.state == "ok":
        return l10n.say("No segment departs from its prediction; {name} is highest with {value}", **said)
    if measure in OF_SCORES:
        return l10n.say("{name} is highest with {value}", **said)
    if measure == "icv":
        return l10n.say("{name} has the highest overdue ratio: {value}", **said)
    return _largest(l10n, found, measure, top)


def _name(l10n: L10n, found: Breakdown, segment: Segment) -> str:
    return qualified(l10n, found.dimension, segment.levels[0], found.scope.pin.document("dimensions"))


def _departs(l10n: L10n, found: Breakdown, segment: Segment) -> str:
    said = {"name": _name(l10n, found, segment), "gap": l10n.distance(segment.gap)}
    if segment.gap < 0:
        return l10n.say("{name} comes {gap} below its prediction", **said)
    return l10n.say("{name} comes {gap} above its prediction", **said)


def _largest(l10n: L10n, found: Breakdown, measure: str, top: Segment) -> str:
    part = share(getattr(top, measure), getattr(found.whole, measure, 0.0))
    said = {"name": _name(l10n, found, top), "share": l10n.percent(part, 0)}
    if measure == "cash":
        return l10n.say("{name} brings {share} of the cash", **said)
    if measure == "balance":
        return l10n.say("{name} holds {share} of the balance", **said)
    return l10n.say("{name} holds {share} of the obligations", **said)


def _unit(l10n: L10n, found: Breakdown, measure: str) -> str:
    units = {
        "observed": l10n.say("Share of scored rows with a known outcome that were positive, 95% interval"),
        "propensity": l10n.say("Mean score of all scored rows; the mark is what was observed"),
        "gap": l10n.say("Observed rate less the mean score of the same rows, percentage points"),
        "fdr": l10n.say("Share of those from the threshold on that came out negative, 95% interval"),
        "icv": l10n.say("Balance more than {days} days past due ÷ balance", days=found.scope.policy.overdue_dpd),
        "rows": l10n.say("Obligations of a mean month, scored or not") if l10n.dated else l10n.say("Scored or not"),
        "balance": l10n.say("Balance of a mean month") if l10n.dated else l10n.say("Scored or not"),
        "cash": l10n.say("Cash of a mean month, of all obligations") if l10n.dated else l10n.say("Scored or not"),
    }
    return " · ".join((units[measure], _period(l10n, found.scope), *_matured(l10n, found.scope)))


def _matured(l10n: L10n, scope: Scope) -> tuple[str, ...]:
    if not (math.isfinite(scope.maturity) and l10n.dated):
        return ()
    return (l10n.say("{share} labels matured", share=l10n.percent(scope.maturity, 0)),)


def _period(l10n: L10n, scope: Scope) -> str:
    return l10n.months(scope.first, scope.last)


def _listed(l10n: L10n, months: Sequence[int]) -> str:
    return ", ".join(l10n.month(m) for m in months)


def _small(l10n: L10n, q: float) -> str:
    return f"< {l10n.number(LEAST_Q, 3)}" if q < LEAST_Q else f"= {l10n.number(q, 3)}"
