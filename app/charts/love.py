"""App room: a love plot: how far apart two groups are in each covariate, as they are and weighted, beside the limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.charts.bars import shortened
from app.charts.base import Spec, empty, spec
from app.theme import Look


@dataclass(frozen=True)
class Gap:
    """One covariate: its name, its standardised difference before and after weighting, and what is said on hover."""

    name: str
    before: float
    after: float
    hover: str


@dataclass(frozen=True)
class Love:
    """Covariates from top to bottom, the names of both readings, and the `limit` on either side of zero."""

    gaps: Sequence[Gap]
    before_name: str
    after_name: str
    limit: float
    limit_text: str
    nothing: str = ""


def love(data: Love, look: Look) -> Spec:
    """Hollow points before, full ones after, the limits dotted."""
    if not data.gaps:
        return empty(data.nothing, look)
    c, places = look.colours, list(range(len(data.gaps)))

    def points(values: Sequence[float], name: str, marker: dict[str, Any]) -> dict[str, Any]:
        return {"type": "scatter", "mode": "markers", "name": name, "x": list(values), "y": places,
                "marker": {"size": 9, **marker}, "hovertext": [g.hover for g in data.gaps],
                "hovertemplate": "%{hovertext}<extra></extra>", "cliponaxis": False}  # fmt: skip

    dotted = {
        "type": "line",
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "line": {"color": c.amber, "width": 1.4, "dash": "dot"},
    }
    return spec(
        [
            points([g.before for g in data.gaps], data.before_name,
                   {"color": c.grey, "symbol": "circle-open", "line": {"width": 2}}),
            points([g.after for g in data.gaps], data.after_name, {"color": c.blue}),
        ],
        look,
        hovermode="closest",
        showlegend=True,
        legend={"orientation": "h", "xref": "container", "x": 0.01, "yref": "container", "y": 1.0, "yanchor": "top",
                "itemclick": False, "itemdoubleclick": False},
        xaxis={"nticks": 6, "fixedrange": True, "gridcolor": c.grid, "tickformat": ".1f", "zeroline": False},
        yaxis={"range": [len(places) - 0.5, -0.5], "tickmode": "array", "tickvals": places,
               "ticktext": [shortened(g.name, 30) for g in data.gaps], "showgrid": False, "fixedrange": True,
               "ticklabelstandoff": 6, "tickfont": {"color": c.ink, "size": 11.5}},
        shapes=[
            {"type": "line", "x0": 0, "x1": 0, "yref": "paper", "y0": 0, "y1": 1,
             "line": {"color": c.ink, "width": 1.2}},
            *({**dotted, "x0": x, "x1": x} for x in (-data.limit, data.limit)),
        ],
        annotations=[{"x": data.limit, "yref": "paper", "y": 0, "yanchor": "bottom", "xanchor": "left", "xshift": 4,
                      "text": data.limit_text, "showarrow": False, "font": {"size": 11, "color": c.muted}}],
        margin={"l": 8, "r": 14, "t": 34, "b": 8},
    )  # fmt: skip
