"""App room: the board pack in words and figures: what a board reads of one selection, part by part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from app.charts.bars import Bars
from app.charts.bridge import Bridge as Steps
from app.charts.trend import Trend
from app.components.verdict import Verdict
from app.desk import Pin
from app.l10n import L10n
from app.views import backtest, backtest_figures, backtest_pictures, model_effect, model_effect_figures, pulse
from app.views import model_effect_pictures as effect_pictures
from app.views import overdue_bridge as bridges
from app.views import overdue_cliff as cliff
from app.views import overdue_cliff_figures as cliff_figures
from app.views import overdue_cliff_pictures as cliff_pictures
from app.views import overdue_figures as ratio
from app.views.forecast_figures import forecasted
from app.views.shapes import Box, Cell, Headline, Table
from data.counts import Selection
from monitoring.policy import Policy
from monitoring.suppression import hidden, pooled


@dataclass(frozen=True)
class Part:
    """A part of the pack: its finding, what is said of it, its figures, and the keys of the methods that explain it."""

    key: str
    head: Headline
    said: str = ""
    boxes: tuple[Box, ...] = ()
    picture: Trend | Bars | Steps | None = None
    table: Table | None = None
    verdict: Verdict | None = None
    methods: tuple[str, ...] = ()


def too_few(pin: Pin, selection: Selection, *, policy: Policy) -> bool:
    """Whether the last month of the selection has too few obligations for any figure of it to leave the house."""
    n = pin.counts.totals(selection, by=("month",), measures=("n",)).keep("month")["n"]
    held = n[n > 0]
    return not held.size or float(held[-1]) < policy.cell_least


def parts(l10n: L10n, pin: Pin, selection: Selection, *, policy: Policy) -> list[Part]:
    """The parts that the data carry, the most telling first."""
    made: tuple[Callable[[L10n, Pin, Selection, Policy], list[Part]], ...] = (
        _pulse,
        _bridge,
        _cliff,
        _effect,
        _promise,
    )
    return [part for make in made for part in make(l10n, pin, selection, policy)]


def _pulse(l10n: L10n, pin: Pin, selection: Selection, policy: Policy) -> list[Part]:
    found = pulse.figures(pin, selection, policy=policy)
    ahead = forecasted(pin, selection, policy=policy)
    return [
        Part(
            "pulse", Headline(l10n.say("In one minute"), pulse.lead(l10n, found)), pulse.changed(l10n, found),
            tuple(pulse.boxes(l10n, found)), methods=("icv", "maturity"),
        ),
        Part(
            "trend", pulse.trend_headline(l10n, found), pulse.outlook(l10n, found, ahead),
            picture=pulse.picture(l10n, found, ahead), methods=("forecast",) if found.icv else (),
        ),
        Part("segments", pulse.side_headline(l10n, found), table=_segments(l10n, found, policy)),
    ]  # fmt: skip


def _segments(l10n: L10n, found: pulse.Figures, policy: Policy) -> Table:
    """The side table of the Pulse page without what rests on too few obligations."""
    table = pulse.side_table(l10n, found)
    n = {s.level_name: s.n for s in found.parts[0]} or {s.levels[0]: s.rows for s in found.rates}
    gone = hidden([n.get(key, 0) for key in table.keys], least=policy.cell_least)
    few = Cell(l10n.say("< {n} obligations", n=policy.cell_least), "muted")
    rows = tuple(
        (row[0], few, *(Cell("") for _ in row[2:])) if g else row for row, g in zip(table.rows, gone, strict=True)
    )
    return replace(table, rows=rows)


def _bridge(l10n: L10n, pin: Pin, selection: Selection, policy: Policy) -> list[Part]:
    if not ratio.carried(pin):
        return []
    found = ratio.figures(pin, selection, policy=policy)
    bridge = ratio.bridged(found, *ratio.ends(found, first="", last=""))
    small = pooled(bridge, least=policy.cell_least)
    head = bridges.headline(l10n, found, bridge, cash_only=False)
    if bridge.reason:
        return [Part("bridge", head)]
    drawn, listed = bridges.picture(l10n, small, cash_only=False), bridges.table(l10n, small, cash_only=False)
    said = bridges.sentence(l10n, found, bridge)
    return [Part("bridge", head, said, picture=drawn, table=listed, methods=("bridge",))]


def _cliff(l10n: L10n, pin: Pin, selection: Selection, policy: Policy) -> list[Part]:
    page = cliff_figures.sheet(pin, selection, policy=policy)
    if page.sums is None:
        return []
    found = cliff_figures.adjusted(page, 0.0)
    return [
        Part(
            "cliff", cliff_pictures.course_headline(l10n, page, found, 0.0), cliff.sentence(l10n, page, found),
            tuple(cliff.boxes(l10n, page, found, 0.0)), cliff_pictures.course(l10n, page, found),
            methods=("cliff", "imora"),
        )
    ]  # fmt: skip


def _effect(l10n: L10n, pin: Pin, selection: Selection, policy: Policy) -> list[Part]:
    found = model_effect_figures.figures(pin, selection, policy=policy)
    said = model_effect.verdict(l10n, found)
    if said is None:
        return []
    head = Headline(l10n.say("What the model did, and how strong the evidence is"))
    if not found.shown:
        return [Part("effect", head, verdict=said, methods=("ladder",))]
    boxes = tuple(effect_pictures.boxes(l10n, found))
    drawn = effect_pictures.arms_trend(l10n, found)
    return [Part("effect", head, "", boxes, drawn, verdict=said, methods=("ladder", "itt", "power"))]


def _promise(l10n: L10n, pin: Pin, selection: Selection, policy: Policy) -> list[Part]:
    found = backtest_figures.figures(pin, selection, policy=policy)
    if backtest.state(l10n, found) is not None:
        return []
    head, said = backtest_pictures.promise_headline(l10n, found), backtest.sentence(l10n, found)
    return [Part("promise", head, said, picture=backtest_pictures.promise(l10n, found), methods=("lights", "auc"))]
