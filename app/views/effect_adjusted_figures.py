"""App room: the numbers of the section Adjusted: offered and not offered rows of the months in view, made alike."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.desk import Pin
from app.views import effect_arms, model_effect_figures
from data.adjusted_sums import AdjustedSums
from data.counts import Selection
from monitoring import arm_return
from monitoring.adjusted import Adjusted, Compared, adjusted
from monitoring.estimate import Estimate
from monitoring.policy import Policy

DOCUMENT, OLDER = "adjusted_sums", "policy_sums"


@dataclass(frozen=True)
class Figures:
    """Everything that the section says. `problem`: why nothing can be compared ("undated", "no_decisions", "retrain",
    "no_months"), "" where something can; `found` is None then. `narrowed`: whether filters beside the months are set,
    which the sums cannot follow.

    Where randomised arms hold, the months before their `go_live` are compared, if there are any, and `randomised` is
    their own answer: payments per offer in the month of go-live (None where the data cannot say)."""

    pin: Pin
    policy: Policy
    problem: str
    sums: AdjustedSums | None = None
    found: Adjusted | None = None
    narrowed: bool = False
    go_live: int = 0
    randomised: Estimate | None = None

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
    months = [m for m in sums.months if first <= m <= last]
    everybody = replace(selection, where={}, codes=None)
    arms = model_effect_figures.figures(pin, everybody, policy=policy)
    go_live = arms.found.go_live if arms.found and arms.shown else 0
    before = [m for m in months if m < go_live]
    found = adjusted(sums, months=before or months, policy=policy)
    return Figures(
        pin, policy, "" if found else "no_months", sums, found, everybody != selection, go_live if before else 0,
        _randomised(arms, everybody),
    )  # fmt: skip


def _randomised(arms: model_effect_figures.Figures, everybody: Selection) -> Estimate | None:
    if not arms.shown or arms.found is None or not arms.pin.carries("cash"):
        return None
    cohort, main = effect_arms.cohort_totals(arms, everybody), arms.shown[0]
    if cohort is None:
        return None
    return arm_return.per_offer(cohort, arms=(main.arm, main.control), go_live=arms.found.go_live, policy=arms.policy)
