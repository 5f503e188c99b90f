"""App room: the slider of the threshold: where it can stand, and what it stands for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.desk import Pin

STEPS = (5.0, 2.0, 1.0, 0.5, 0.2, 0.1)
"""Steps that the slider may have, in percent."""
USUAL = 0.5
"""The threshold where a release names none."""
UNSET = 0
"""The slider before anyone moved it, and before the release is known."""


@dataclass(frozen=True)
class Dial:
    """The slider in percent: from `step` to 100 - `step`, and the threshold that the release works with."""

    step: float
    usual: float

    @property
    def least(self) -> float:
        """Lowest threshold: one that leaves somebody out."""
        return self.step

    @property
    def most(self) -> float:
        """Highest threshold."""
        return 100 - self.step

    def at(self, threshold: float) -> float:
        """The place on the slider nearest to a threshold (a share)."""
        return min(max(round(threshold * 100 / self.step) * self.step, self.least), self.most)


def dial(pin: Pin) -> Dial:
    """The slider of a release: the widest step that lands on the grid's edges and on the operating threshold."""
    edges = np.asarray(pin.counts.edges, float)
    usual = round(float(pin.document("grid").get("threshold") or USUAL) * 100, 3)
    fitting = [s for s in STEPS if _lands(edges, s) and _is_multiple(usual, s)]
    finest = [s for s in STEPS if _is_multiple(usual, s)]
    return Dial(step=fitting[0] if fitting else (finest or STEPS)[0], usual=usual)


def _lands(edges: np.ndarray, step: float) -> bool:
    wanted = np.arange(1, round(100 / step)) * step / 100
    near = np.abs(edges[np.clip(np.searchsorted(edges, wanted - 1e-6), 0, len(edges) - 1)] - wanted)
    return bool((near < 1e-5).all())


def _is_multiple(value: float, step: float) -> bool:
    return abs(value / step - round(value / step)) < 1e-6


def asked(text: str) -> float:
    """The threshold in percent that an address asks for; UNSET when it asks for none that there can be."""
    value = _number(text)
    return value if 0 < value < 100 else UNSET


def clicked(text: str) -> float:
    """The threshold, a share, that a click on the curve asks for; UNSET for none."""
    value = _number(text)
    return value if 0 < value < 1 else UNSET


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return UNSET


def resolve(pin: Pin, slider: float) -> float:
    """The threshold, a share, that the slider stands for; the release's own until it is set."""
    return (slider if slider > UNSET else dial(pin).usual) / 100
