"""App room: the numbers of the section Groups over time: groups that went live at different times, month by month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.desk import Pin
from app.views.model_effect_figures import barred_filters
from data.counts import Selection
from monitoring import groups
from monitoring.compared import Compared, compare
from monitoring.groups import Rollout
from monitoring.policy import Policy


@dataclass(frozen=True)
class Figures:
    """Everything that the section says. `problem`: "" or why nothing can be compared: "undated", "no_ratio",
    "no_rollout", "no_dimension", "barred" or "nothing"; `found` is None then."""

    pin: Pin
    policy: Policy
    plan: Rollout | None
    problem: str
    barred: tuple[str, ...] = ()
    found: Compared | None = None


def figures(pin: Pin, selection: Selection, *, policy: Policy) -> Figures:
    """All numbers of the section for one selection, whatever its months: a comparison needs those before go-live."""
    plan = groups.rollout(pin.document("settings").get("policy", {}).get("rollout", {}))
    problem = _problem(pin, selection, plan)
    if problem or plan is None:
        return Figures(pin, policy, plan, problem, barred_filters(selection))
    every = replace(selection, months=None)
    totals = pin.counts.totals(every, by=("month", plan.dimension), measures=groups.MEASURES)
    if not totals["n"].any():
        return Figures(pin, policy, plan, "nothing")
    found = compare(totals, plan, events=_event_months(pin.meaning), policy=policy)
    return Figures(pin, policy, plan, "" if found else "nothing", found=found)


def _problem(pin: Pin, selection: Selection, plan: Rollout | None) -> str:
    checks = {
        "undated": not pin.dated,
        "no_ratio": not (pin.has_ratio and pin.carries("gross")),
        "no_rollout": plan is None,
        "no_dimension": plan is not None and plan.dimension not in pin.extent.dimensions,
        "barred": bool(barred_filters(selection)),
    }
    return next((name for name, stands in checks.items() if stands), "")


def _event_months(meaning: Mapping[str, Any]) -> tuple[int, ...]:
    """Months of the release's events: a list of events, or what a release made before wrote, words by month."""
    return tuple(int(e["month"] if isinstance(e, Mapping) else e) for e in meaning.get("events", ()))
