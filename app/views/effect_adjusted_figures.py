"""App room: the numbers of the section Adjusted: offered and not offered rows of the months in view, made alike."""

from __future__ import annotations

from dataclasses import dataclass

from app.desk import Pin
from data.adjusted_sums import AdjustedSums
from data.counts import Selection
from monitoring.adjusted import Adjusted, Compared, adjusted
from monitoring.policy import Policy

DOCUMENT, OLDER = "adjusted_sums", "policy_sums"


@dataclass(frozen=True)
class Figures:
    """Everything that the section says. `problem`: why nothing can be compared ("undated", "no_decisions", "retrain",
    "no_months"), "" where something can; `found` is None then. `narrowed`: whether filters beside the months are set,
    which the sums cannot follow."""

    pin: Pin
    policy: Policy
    problem: str
    sums: AdjustedSums | None = None
    found: Adjusted | None = None
    narrowed: bool = False

    @property
    def shown(self) -> tuple[Compared, ...]:
        """The outcomes whose difference may be shown: none where a condition fails."""
        return self.found.outcomes if self.found and self.found.stands else ()


def figures(pin: Pin, selection: Selection, *, policy: Policy) -> Figures:
    """All numbers of the section for the months of a selection."""
    documents = pin.release.documents()
    if DOCUMENT not in documents:
        problem = "undated" if not pin.dated else "retrain" if OLDER in documents else "no_decisions"
        return Figures(pin, policy, problem)
    sums = AdjustedSums.of(pin.document(DOCUMENT))
    first, last = selection.months or (sums.months[0], sums.months[-1])
    found = adjusted(sums, months=[m for m in sums.months if first <= m <= last], policy=policy)
    narrowed = bool(selection.where) or selection.codes is not None
    return Figures(pin, policy, "" if found else "no_months", sums, found, narrowed)
