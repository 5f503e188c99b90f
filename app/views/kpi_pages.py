"""App room: the figures of a page as plain numbers under a selection, by the functions that the page itself calls."""

from __future__ import annotations

from typing import Final, Literal, get_args

from app.desk import Pin
from app.views import backtest_figures, kpi, model_effect_figures, pulse_figures
from app.views import false_positives_figures as errors_figures
from app.views import threshold_dial as dials
from data.counts import Selection
from monitoring.policy import Policy

PageName = Literal["pulse", "backtest", "false_positives", "model_effect"]
PAGES: Final[tuple[PageName, ...]] = get_args(PageName)


def figures_of(
    pin: Pin, selection: Selection, *, page: PageName, policy: Policy, cut: float | None = None
) -> list[kpi.Kpi]:
    """The figures of a page; none where no row is selected. `cut`: the threshold of false_positives in percent, the
    usual one where None."""
    if not pin.counts.totals(selection, by=("month",), measures=("n",))["n"].sum():
        return []
    made = {"pulse": _pulse, "backtest": _backtest, "false_positives": _errors, "model_effect": _effect}
    return made[page](pin, selection, policy, cut)


def _pulse(pin: Pin, selection: Selection, policy: Policy, _: float | None) -> list[kpi.Kpi]:
    return kpi.pulse(pulse_figures.figures(pin, selection, policy=policy))


def _backtest(pin: Pin, selection: Selection, policy: Policy, _: float | None) -> list[kpi.Kpi]:
    return kpi.backtest(backtest_figures.figures(pin, selection, policy=policy))


def _errors(pin: Pin, selection: Selection, policy: Policy, cut: float | None) -> list[kpi.Kpi]:
    counted = errors_figures.counted(pin, selection, policy=policy)
    threshold = dials.resolve(pin, dials.UNSET if cut is None else cut)
    return kpi.false_positives(errors_figures.cut(counted, threshold))


def _effect(pin: Pin, selection: Selection, policy: Policy, _: float | None) -> list[kpi.Kpi]:
    return kpi.model_effect(model_effect_figures.figures(pin, selection, policy=policy))
