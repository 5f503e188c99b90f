"""App room: what a recalibrated model would have shown, in the words of a review session, from its frozen evidence."""

from __future__ import annotations

import math

from app.frozen import Frozen
from app.l10n import L10n
from app.views.review_tables import recalibrated
from app.views.shapes import Headline, Table


def headline(l10n: L10n, frozen: Frozen) -> Headline:
    """Whether the promise would have been kept better, on months that the fit had not seen."""
    row = next(iter(frozen.table("recalibration")), None)
    unit = l10n.say("Intercept and slope fitted on the outcomes known before each month; the order of the list stays")
    if row is None:
        return Headline(l10n.say("Too few earlier outcomes for a recalibration"), unit)
    said = {"before": l10n.points(row["before_gap"], 2), "after": l10n.points(row["after_gap"], 2)}
    return Headline(
        l10n.say("Recalibrated, observed less promised would have been {after} instead of {before}", **said), unit
    )


def sentence(l10n: L10n, frozen: Frozen) -> str:
    """What it would have done to the Brier score, with its interval."""
    row = next(iter(frozen.table("recalibration")), None)
    if row is None:
        return ""
    low, high = (math.nan if row[f"brier_change_{end}"] is None else row[f"brier_change_{end}"]
                 for end in ("low", "high"))  # fmt: skip
    said = {
        "before": l10n.number(row["before_brier"], 4), "after": l10n.number(row["after_brier"], 4),
        "change": l10n.signed(row["brier_change"], 4), "low": l10n.signed(low, 4), "high": l10n.signed(high, 4),
    }  # fmt: skip
    words = l10n.say("Brier {before} → {after}: {change} ({low} … {high}).", **said)
    if low <= 0 <= high:
        return f"{words} " + l10n.say("The interval holds zero: it cannot be told from no change.")
    return words


def table(l10n: L10n, frozen: Frozen) -> Table | None:
    """Month by month; nothing where none could be recalibrated."""
    found = recalibrated(l10n, frozen)
    return found if found.rows else None
