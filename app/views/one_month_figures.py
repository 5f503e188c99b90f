"""App room: where there is one month only: the dimension that tells its obligations apart best."""

from __future__ import annotations

from typing import Literal

from app.desk import Pin
from app.views import choices
from app.views.segments_figures import MOST_BARS, Breakdown, breakdown, scope
from data.counts import Selection
from monitoring.policy import Policy
from monitoring.segments import spread

Measure = Literal["observed", "icv"]
RESTATES = "bucket"
"""The dimension that the overdue ratio is made of, and so would only restate."""


def telling(
    pin: Pin, selection: Selection, *, policy: Policy, measure: Measure, other_than: str = ""
) -> Breakdown | None:
    """The breakdown of a selection whose segments differ most under a measure; never by `other_than`, as long as
    another dimension tells anything apart; None when none does."""
    whole = scope(pin, selection, policy=policy)
    named = [name for name in choices.varying(pin, selection) if not (measure == "icv" and name == RESTATES)]
    short = [name for name in named if len(pin.extent.dimensions[name]) <= MOST_BARS] or named
    found = [(breakdown(whole, selection, name), name == other_than) for name in short]
    apart = [(not avoided, spread(each.segments, of=measure), each) for each, avoided in found]
    told = [entry for entry in apart if entry[1] > 0]
    return max(told, key=lambda entry: entry[:2])[2] if told else None
