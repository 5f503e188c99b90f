"""App room: a list as a file that a spreadsheet opens: comma-separated, and no cell that it would run as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a text begins with that a spreadsheet would run instead of show."""
_MARK: Final = "\ufeff"
"""Says that the file is UTF-8, without which a spreadsheet breaks accents."""


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The rows under their columns; numbers as they are, nothing for None and NaN, and an apostrophe before a text that
    would be run as a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_cell(c) for c in columns])
    writer.writerows([_cell(v) for v in row] for row in rows)
    return _MARK + out.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    return "" if value is None or value != value else value
