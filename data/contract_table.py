"""Data room: the contract as a table that people read, made from the contract that the check holds data against.

python -m data.contract_table > data/CONTRACT.md
"""

from __future__ import annotations

from typing import Final

from data.contract import FRAMES, Column, Frame

_TYPES: Final = {
    "id": "whole number (int64)",
    "month": "month YYYYMM (int32)",
    "date": "date",
    "money": "number (float64)",
    "days": "number (float32)",
    "count": "number (float32)",
    "share": "number (float32)",
    "flag": "0 or 1",
    "category": "text (category)",
    "number": "number (float64)",
}
_UNITS: Final = {"money": "currency", "days": "days", "share": "fraction", "count": "count"}
_HEAD: Final = ("Column", "Type", "Unit", "Range (usual)", "Missing", "Meaning", "English", "Español", "Português")


def contract_table() -> str:
    """Every frame of the contract as Markdown: one table per frame, one row per column."""
    intro = (
        "# The contract\n\n"
        "Frames that every source ends in. A value outside its range, of another type, or missing where it must not "
        "be, stops the run; one outside its usual range is kept, counted and shown. "
        "Made by `python -m data.contract_table`.\n"
    )
    return "\n".join([intro, *(_frame(f) for f in FRAMES.values())])


def _frame(frame: Frame) -> str:
    keys = ", ".join(f"`{k}`" for k in frame.key)
    lines = [
        f"## {frame.name}\n",
        f"One row per {keys}; known {frame.known}.\n",
        _row(_HEAD),
        _row(("---",) * len(_HEAD)),
    ]
    return "\n".join([*lines, *(_row(_cells(c)) for c in frame.columns), ""])


def _cells(c: Column) -> tuple[str, ...]:
    unit = c.unit or _UNITS.get(c.kind, "")
    missing = "allowed" if c.missing else "no"
    return (f"`{c.name}`", _TYPES[c.kind], unit, _range(c), missing, c.meaning, c.en, c.es, c.pt)


def _range(c: Column) -> str:
    hard = _between(c.low, c.high)
    return f"{hard} ({_between(*c.usual)})".strip() if c.usual else hard


def _between(low: float | None, high: float | None) -> str:
    if low is None and high is None:
        return ""
    if high is None:
        return f"≥ {low:,.0f}"
    return f"{low:,.0f} to {high:,.0f}" if low is not None else f"≤ {high:,.0f}"


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    print(contract_table(), end="")
