"""App room: the words for what stands in place of a course where there is one month only."""

from __future__ import annotations

from app.l10n import L10n
from app.views import names
from app.views.one_month_figures import Measure
from app.views.segments_figures import Breakdown, in_order, is_judged, value
from app.views.segments_pictures import in_words
from app.views.shapes import Headline


def headline(l10n: L10n, found: Breakdown, measure: Measure) -> Headline:
    """From where to where the segments of the dimension reach, and what the bars are."""
    document = found.scope.pin.document("dimensions")
    ranked = [s for s in in_order(found.scope, found.segments, measure) if is_judged(found.scope, s, measure)]
    dimension = names.dimension(l10n, found.dimension, document)
    first, last = (
        l10n.say(
            "{value} in {name}",
            name=names.level(l10n, s.levels[0]),
            value=in_words(l10n, value(found.scope, s, measure), measure),
        )
        for s in (ranked[-1], ranked[0])
    )
    said = {"dimension": dimension, "least": first, "most": last}
    return Headline(l10n.say("{dimension}: from {least} to {most}", **said), _unit(l10n, found, measure))


def _unit(l10n: L10n, found: Breakdown, measure: Measure) -> str:
    days, positive = found.scope.policy.overdue_dpd, l10n.pick(found.scope.pin.meaning["positive"])
    unit = (
        l10n.say("Balance more than {days} days past due ÷ balance", days=days)
        if measure == "icv"
        else l10n.say("Observed share with 95% interval; mark: predicted; positive: {positive}", positive=positive)
    )
    return f"{unit} · {l10n.month(found.scope.last)}" if l10n.dated else unit
