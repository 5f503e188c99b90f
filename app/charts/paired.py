"""App room: two distributions over the same bins, as pairs of horizontal bars from the lowest bin down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.charts.bars import shortened
from app.charts.base import Spec, empty, spec
from app.theme import Look

LONGEST = 26


@dataclass(frozen=True)
class Pair:
    """One bin: its name, its share now and before (0..1), and what is said on hover."""

    name: str
    now: float
    then: float
    text: str


@dataclass(frozen=True)
class Paired:
    """Bins from top to bottom, and the names of both distributions; `nothing` is said when there is no bin."""

    pairs: Sequence[Pair]
    now_name: str
    then_name: str
    nothing: str = ""


def paired(data: Paired, look: Look) -> Spec:
    """The bars of the present beside those of the reference."""
    if not data.pairs:
        return empty(data.nothing, look)
    c = look.colours
    places = list(range(len(data.pairs)))
    shared = {"type": "bar", "orientation": "h", "y": places, "hovertemplate": "%{hovertext}<extra></extra>"}
    texts = [p.text for p in data.pairs]
    now = {"name": data.now_name, "x": [p.now for p in data.pairs], "marker": {"color": c.blue, "cornerradius": 2}}
    then = {"name": data.then_name, "x": [p.then for p in data.pairs], "marker": {"color": c.grey, "cornerradius": 2}}
    return spec(
        [{**shared, **then, "hovertext": texts}, {**shared, **now, "hovertext": texts}],
        look,
        barmode="group",
        bargap=0.28,
        bargroupgap=0.04,
        hovermode="closest",
        showlegend=True,
        legend={
            "orientation": "h", "xref": "container", "x": 0.01, "yref": "container", "y": 1.0, "yanchor": "top",
            "itemclick": False, "itemdoubleclick": False,
        },
        xaxis={"tickformat": ".0%", "rangemode": "tozero", "nticks": 6, "showgrid": True, "gridcolor": c.grid,
               "fixedrange": True},
        yaxis={"range": [len(places) - 0.5, -0.5], "tickmode": "array", "tickvals": places,
               "ticktext": [shortened(p.name, LONGEST) for p in data.pairs], "showgrid": False, "fixedrange": True,
               "ticklabelstandoff": 6, "tickfont": {"color": c.ink, "size": 11.5}},
        margin={"l": 8, "r": 14, "t": 34, "b": 8},
    )  # fmt: skip
