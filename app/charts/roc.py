"""App room: the ROC curve: what share of the positives is caught for what share of the negatives, against chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.charts.base import Spec, empty, spec
from app.theme import Look


@dataclass(frozen=True)
class Roc:
    """The curve as shares in 0..1 from (0, 0) to (1, 1) with its hover texts, the names of the axes and of the
    diagonal, and words for no curve at all."""

    false_positive: Sequence[float]
    true_positive: Sequence[float]
    texts: Sequence[str]
    x_name: str
    y_name: str
    diagonal: str
    nothing: str = ""


def roc(data: Roc, look: Look) -> Spec:
    """The curve over the diagonal of chance; the area between them is filled."""
    if not len(data.true_positive):
        return empty(data.nothing, look)
    c = look.colours
    chance = {
        "type": "scatter", "mode": "lines", "x": [0, 1], "y": [0, 1], "hoverinfo": "skip",
        "line": {"color": c.grey, "width": 1.5, "dash": "dash"},
    }  # fmt: skip
    axis = {"tickformat": ".0%", "range": [0, 1.01], "nticks": 6}
    return spec(
        [_curve(data, look), chance],
        look,
        showlegend=False,
        hovermode="closest",
        xaxis={**axis, "title": {"text": data.x_name}},
        yaxis={**axis, "title": {"text": data.y_name}},
        annotations=[
            {"x": 0.5, "y": 0.5, "xanchor": "left", "yanchor": "top", "xshift": 8, "showarrow": False,
             "text": data.diagonal, "font": {"size": 11, "color": c.muted}}
        ],
        margin={"l": 8, "r": 16, "t": 16, "b": 8},
    )  # fmt: skip


def _curve(data: Roc, look: Look) -> dict:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": list(data.false_positive),
        "y": list(data.true_positive),
        "line": {"color": look.colours.blue, "width": 3},
        "fill": "tozeroy",
        "fillcolor": look.colours.soft_blue,
        "hovertext": list(data.texts),
        "hovertemplate": "%{hovertext}<extra></extra>",
    }
