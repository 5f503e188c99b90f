"""App room: which grade of evidence the data reach without arms that hold, from the highest that they may."""

from __future__ import annotations

from dataclasses import dataclass

from app.views import effect_adjusted_figures, effect_groups_figures, simulator_figures
from app.views.model_effect_figures import Figures
from data.policy_sums import ORDERINGS
from monitoring.evidence import Evidence, Gate, Grade, grade


@dataclass(frozen=True)
class Standing:
    """The highest grade whose conditions hold, why no higher one, and the comparison of grade B."""

    grade: Grade
    reasons: tuple[str, ...]
    adjusted: effect_adjusted_figures.Figures


def standing(figures: Figures) -> Standing:
    """The rung of the evidence ladder that the data of the page stand on, where no comparison of arms may be shown."""
    pin, policy, found = figures.pin, figures.policy, figures.found
    adjusted = effect_adjusted_figures.figures(pin, figures.selection, policy=policy)
    groups = effect_groups_figures.figures(pin, figures.selection, policy=policy).found
    listed = simulator_figures.sheet(pin, policy=policy, ordering=ORDERINGS[0], period="", narrowed=False)
    verdict = grade(
        Evidence(
            randomised=_none_if_empty(found.gates if found else ()),
            adjusted=_none_if_empty(adjusted.found.gates if adjusted.found else ()),
            compared=_none_if_empty(groups.gates if groups else ()),
            simulated=_none_if_empty(listed.gates),
        )
    )
    return Standing(verdict.grade, verdict.reasons, adjusted)


def _none_if_empty(gates: tuple[Gate, ...]) -> tuple[Gate, ...] | None:
    return gates or None
