"""App room: colours, type and the plotly template: the one theme, from which the style sheet takes its variables."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

FONT = "Inter, system-ui, -apple-system, 'Segoe UI', sans-serif"


@dataclass(frozen=True)
class Palette:
    """Colours by role. Text roles keep 4.5:1 on `surface`; the `soft` ones only fill."""

    ground: str
    surface: str
    raised: str
    line: str
    grid: str
    ink: str
    muted: str
    navy: str
    blue: str
    sky: str
    teal: str
    amber: str
    red: str
    grey: str
    link: str
    good: str
    bad: str
    warn: str
    soft_blue: str
    soft_teal: str
    soft_amber: str
    soft_red: str
    soft_grey: str


LIGHT = Palette(
    ground="#f4f6fa", surface="#ffffff", raised="#ffffff", line="rgba(20,40,80,.12)", grid="rgba(40,60,100,.10)",
    ink="#1b2638", muted="#526079", navy="#123a6f", blue="#2f6fde", sky="#86b3ee", teal="#0f9d8a", amber="#e08a00",
    red="#cf3d4e", grey="#8a94a6", link="#1f5fcc", good="#0b7263", bad="#b92638", warn="#8f5400",
    soft_blue="rgba(47,111,222,.12)", soft_teal="rgba(15,157,138,.12)", soft_amber="rgba(224,138,0,.14)",
    soft_red="rgba(207,61,78,.12)", soft_grey="rgba(120,130,150,.10)",
)  # fmt: skip
DARK = Palette(
    ground="#0f1724", surface="#172133", raised="#1b2739", line="rgba(170,190,230,.16)", grid="rgba(160,175,200,.16)",
    ink="#dbe3f0", muted="#a3b1c8", navy="#d3e4ff", blue="#5b94f0", sky="#8ab4f5", teal="#25b8a4", amber="#f0a63a",
    red="#f06d7d", grey="#8a94a6", link="#8ab4f5", good="#3fcbb6", bad="#ff8593", warn="#ffc46b",
    soft_blue="rgba(91,148,240,.18)", soft_teal="rgba(37,184,164,.18)", soft_amber="rgba(240,166,58,.18)",
    soft_red="rgba(240,109,125,.18)", soft_grey="rgba(160,170,190,.10)",
)  # fmt: skip

_AGEING = ("#dbe7f8", "#bcd6f7", "#9cc3f2", "#78a9ea", "#4f8de0", "#2f73cf", "#2259ad", "#163f83", "#0c2552")
_AGEING_DARK = ("#e8f0fd", "#cfe0fa", "#b3d0f6", "#97bdf2", "#7aa9ee", "#5b94e6", "#437fd6", "#3368b8", "#27529a")

STATUS = {"ok": "good", "watch": "warn", "act": "bad", "unknown": "muted"}
"""Palette role of the text of each level of `monitoring`."""


@dataclass(frozen=True)
class Look:
    """What a chart must know of the reader: dark or light, and the number separators of the language."""

    dark: bool = False
    separators: str = ",."

    @property
    def colours(self) -> Palette:
        """The palette of the mode."""
        return DARK if self.dark else LIGHT


def ageing(position: int, count: int, *, dark: bool = False) -> str:
    """Colour of an ageing bucket, light (young) to dark (old); in dark mode dark is drawn as less bright."""
    ramp = _AGEING_DARK if dark else _AGEING
    return ramp[round(position * (len(ramp) - 1) / max(count - 1, 1))]


def blues(*, dark: bool = False) -> list[list[Any]]:
    """Plotly colour scale of one quantity, near the surface for little and navy (white in dark mode) for much."""
    ramp = ("#182741", "#2f62b5", "#7fb0f2", "#d3e4ff") if dark else ("#f3f7fd", "#a9c8f3", "#4f8de0", "#123a6f")
    return [[k / (len(ramp) - 1), colour] for k, colour in enumerate(ramp)]


def template(look: Look) -> dict[str, Any]:
    """The plotly template of a mode: type, colours, quiet axes. Margins belong to the chart."""
    c = look.colours
    axis = {"zeroline": False, "automargin": True, "ticks": "", "title": {"font": {"size": 11.5}, "standoff": 8}}
    spike = {"spikecolor": c.grey, "spikethickness": 1, "spikedash": "dot"}
    return {
        "layout": {
            "font": {"family": FONT, "size": 12, "color": c.muted},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "colorway": [c.blue, c.teal, c.amber, c.red, c.navy, c.grey],
            "hovermode": "x unified",
            "hoverlabel": {
                "font": {"family": FONT, "size": 12, "color": c.ink},
                "bgcolor": c.raised,
                "bordercolor": c.line,
                "align": "left",
            },
            "legend": {"orientation": "h", "yanchor": "bottom", "y": 1.0, "xanchor": "left", "x": 0},
            "xaxis": {**axis, "showgrid": False, "linecolor": c.grid, **spike},
            "yaxis": {**axis, "gridcolor": c.grid},
            "bargap": 0.3,
        }
    }


def variables() -> str:
    """The palettes as CSS custom properties (--c-ink, --c-soft-blue, ...) for the light and the dark mode."""
    return f":root{{{_properties(LIGHT)}}}[data-bs-theme=dark]{{{_properties(DARK)}}}"


def _properties(palette: Palette) -> str:
    return "".join(f"--c-{name.replace('_', '-')}:{value};" for name, value in asdict(palette).items())
