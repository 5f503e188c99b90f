"""App room: the numbers of the Uplift section: whom an offer moves, by arms drawn at random or by logged chances."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.desk import Pin
from app.views import model_effect_figures
from app.views.model_effect_figures import Figures
from app.views.simulator_figures import DOCUMENT
from data.counts import Selection
from data.policy_sums import ORDERINGS, PolicySums
from monitoring import simulator, uplift, uplift_sums
from monitoring.evidence import Gate, Grade
from monitoring.policy import Policy
from monitoring.uplift import Uplift

OFFERS = "offers"
"""The comparison of rows with an offer to rows without, by the chance of an offer that was logged or estimated."""
USUAL = 30
"""The list at first, in percent."""


@dataclass(frozen=True)
class Sheet:
    """What can be compared in a release and a selection: `controls`, arms that the model's may be held against, and
    `sums` with the conditions that they do not meet (`failed`); None where the release has none."""

    figures: Figures
    selection: Selection
    controls: tuple[str, ...]
    sums: PolicySums | None
    failed: tuple[Gate, ...]

    @property
    def ways(self) -> tuple[str, ...]:
        """The comparisons that there are, the strongest first."""
        offers = self.sums is not None and not self.failed and not self.figures.barred
        return (*self.controls, *((OFFERS,) if offers else ()))

    @property
    def narrowed(self) -> bool:
        """Whether filters are set."""
        return bool(self.selection.where) or self.selection.codes is not None


@dataclass(frozen=True)
class Found:
    """One comparison: what it found (None: no row can be compared), by which order of the list, its grade, and the
    months that it speaks of."""

    sheet: Sheet
    way: str
    ordering: str
    grade: Grade
    months: tuple[int, int]
    uplift: Uplift | None


def sheet(figures: Figures, selection: Selection) -> Sheet:
    """What can be compared, given what the arms allow."""
    shown = sorted(figures.shown, key=lambda c: c.control != "none")
    pin = figures.pin
    controls = tuple(c.control for c in shown) if pin.carries("cash") else ()
    if DOCUMENT not in pin.release.documents():
        return Sheet(figures, selection, controls, None, ())
    sums = PolicySums.of(pin.document(DOCUMENT))
    gates = simulator.gates(sums.periods[-1], sums.support, ORDERINGS[0], policy=figures.policy)
    return Sheet(figures, selection, controls, sums, simulator.failed(gates))


def chosen(page: Sheet, way: str) -> str:
    """The comparison that is asked for if there is it, else the first; "" without one."""
    return way if way in page.ways else next(iter(page.ways), "")


def asked(text: str) -> int:
    """The list, in percent, that an address asks for; the usual one when it asks for none that there is."""
    return int(text) if text in map(str, range(10, 101, 10)) else USUAL


def found(page: Sheet, way: str, ordering: str) -> Found:
    """A comparison, or what is chosen in its place. Arms are ordered by the score alone: the counts
    hold no other order."""
    way = chosen(page, way)
    if way == OFFERS:
        assert page.sums is not None
        order = ordering if ordering in ORDERINGS else "score"
        period = page.sums.periods[-1]
        line = uplift_sums.of_sums(period.both, order, policy=page.figures.policy)
        grade = uplift_sums.graded(page.sums.support.overlap, policy=page.figures.policy)
        return Found(page, way, order, grade, (period.months[0], period.months[-1]), line)
    go_live = page.figures.found.go_live if page.figures.found else 0
    line = _arms(page, way, go_live) if way else None
    return Found(page, way, "score", "A", (go_live, go_live), line)


def _arms(page: Sheet, control: str, go_live: int) -> Uplift | None:
    """Those who were scored in the month of go-live: who they are was settled before the arms made a difference."""
    counts, arms = page.figures.pin.counts, (page.figures.shown[0].arm, control)
    then = replace(page.selection, months=(go_live, go_live), codes=None)
    then = replace(then, where={**then.where, "arm": arms})
    lines = uplift.steps(uplift.rows_by_code(counts.histogram(then, by=("arm",), measures=("n",)), arms=arms))
    totals = [counts.totals(replace(then, codes=c), by=("arm", "rg"), measures=uplift.MEASURES) for c in lines]
    return uplift.of_arms(totals, arms=arms, policy=page.figures.policy)


def figures(pin: Pin, selection: Selection, *, policy: Policy) -> Sheet:
    """What can be compared in a release and a selection."""
    return sheet(model_effect_figures.figures(pin, selection, policy=policy), selection)
