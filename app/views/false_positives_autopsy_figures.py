"""App room: the numbers of the Autopsy section: counted once per selection, added up anew for every threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.desk import Pin
from app.views import threshold_dial as dials
from data.counts import Selection, Tally
from data.rows import CAUSE
from monitoring import autopsy
from monitoring.autopsy import Autopsy, Division
from monitoring.behind_cause import Behind, behind_cause
from monitoring.grid import code_of_threshold, threshold_of_code
from monitoring.policy import Policy

DOCUMENT = "causes"


@dataclass(frozen=True)
class Counted:
    """A selection, counted: scored rows by random group, cause, score code and label; and the causes that the source
    can tell (none in a release that was made before there were causes)."""

    pin: Pin
    selection: Selection
    policy: Policy
    first: int
    last: int
    histogram: Tally
    recorded: tuple[str, ...]

    @property
    def scored(self) -> int:
        """Rows with a score."""
        return int(self.histogram["n"].sum())


@dataclass(frozen=True)
class Sheet:
    """The autopsy at a threshold: its code, the score that it starts at, and what was found."""

    counted: Counted
    code: int
    threshold: float
    found: Autopsy


@dataclass(frozen=True)
class Listing:
    """The false positives behind one cause, and of which release, selection and threshold."""

    version: str
    selection: Selection
    cause: str
    code: int
    found: Behind


def counted(pin: Pin, selection: Selection, *, policy: Policy) -> Counted:
    """Everything that the whole needs of a selection, whatever the threshold: one pass over its rows."""
    first, last = selection.months or (pin.extent.months[0], pin.extent.months[-1])
    known = DOCUMENT in pin.release.documents()
    return Counted(
        pin=pin,
        selection=selection,
        policy=policy,
        first=first,
        last=last,
        histogram=pin.counts.histogram(selection, by=("rg", CAUSE), measures=autopsy.MEASURES),
        recorded=tuple(pin.document(DOCUMENT)["recorded"]) if known else (),
    )


def sheet(counted: Counted, slider: float) -> Sheet:
    """The autopsy at the threshold that the page's slider stands for."""
    edges = np.asarray(counted.pin.counts.edges, float)
    code = code_of_threshold(edges, dials.resolve(counted.pin, slider))
    found = autopsy.autopsy(counted.histogram, code, policy=counted.policy)
    return Sheet(counted, code, threshold_of_code(edges, code), found)


def split(counted: Counted, axis: str) -> Tally | None:
    """Scored rows by one more axis ("month", a dimension), cause, score code and label; None without an axis."""
    if not axis:
        return None
    return counted.pin.counts.histogram(counted.selection, by=(axis, CAUSE), measures=("n",))


def divisions(split: Tally | None, axis: str, sheet: Sheet) -> Sequence[Division]:
    """The autopsy of every position of that axis at the threshold."""
    return autopsy.divided(split, axis, sheet.code, policy=sheet.counted.policy) if split and axis else ()


def listing(sheet: Sheet, cause: str) -> Listing:
    """What is behind a cause, read from the rows of the release."""
    pin, selection = sheet.counted.pin, sheet.counted.selection
    return Listing(
        pin.version, selection, cause, sheet.code, behind_cause(pin.release, selection, cause=cause, code=sheet.code)
    )


def current(listing: Listing, sheet: Sheet) -> bool:
    """Whether a listing is still of what the section shows."""
    here = (sheet.counted.pin.version, sheet.counted.selection, sheet.code)
    return (listing.version, listing.selection, listing.code) == here
