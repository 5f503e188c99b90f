"""Data room: the small TOML file that says what the columns of a table mean."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from data.bands import NAMED, Bands, bands
from data.contract import Event, SourceError
from data.sources.events import LANGUAGES, parsed

AMOUNTS: Final = ("balance", "days_past_due", "past_due", "provisions")
"""What the contract knows of an obligation that a mapping may name a column for."""

_KEYS: Final = frozenset(
    {
        "source",
        "file",
        "sheet",
        "currency",
        "id",
        "client",
        "date",
        "balance",
        "days_past_due",
        "past_due",
        "provisions",
        "never",
        "outcome",
        "segments",
        "events",
    }
)
_OUTCOME: Final = frozenset({"column", "positive", "window_months", "means"})
_SEGMENT: Final = frozenset({"column", "bands"})


@dataclass(frozen=True)
class Segment:
    """A dimension: its column, and the bands that make levels of a number (None: the values are the levels).
    `usual` names the contract's column of clients whose usual range holds for it ("" for none)."""

    column: str
    bands: Bands | None = None
    usual: str = ""


@dataclass(frozen=True)
class TableMapping:
    """What a mapping says. Column names are those of the table; "" where the table has none."""

    path: Path
    source: str
    date: str
    outcome: str
    positive: tuple[str, ...]
    means: Mapping[str, str]
    window_months: int = 0
    file: str = ""
    sheet: str = ""
    currency: str = "COP"
    id: str = ""
    client: str = ""
    balance: str = ""
    days_past_due: str = ""
    past_due: str = ""
    provisions: str = ""
    never: tuple[str, ...] = ()
    segments: Mapping[str, Segment] = field(default_factory=dict)
    events: tuple[Event, ...] = ()

    def columns(self) -> dict[str, str]:
        """Each column that the mapping names, by the key that names it."""
        named = {k: getattr(self, k) for k in ("id", "client", "date", *AMOUNTS)}
        named["outcome.column"] = self.outcome
        named |= {f"segments.{name}": s.column for name, s in self.segments.items()}
        named |= {f"never[{i}]": column for i, column in enumerate(self.never)}
        return {key: column for key, column in named.items() if column}


def read_mapping(path: Path) -> TableMapping:
    """The mapping in a TOML file. Raises SourceError that names the file and the key that is missing or wrong."""
    if not path.is_file():
        raise SourceError(f"{path.name} is missing from the folder {path.parent}")
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as why:
        raise SourceError(f"{path.name} is not valid TOML: {why}") from None
    return _Reader(path.name).mapping(path, said)


@dataclass(frozen=True)
class _Reader:
    """Takes values out of a TOML table, and names the file and the key when one does not fit."""

    name: str

    def mapping(self, path: Path, said: Mapping[str, Any]) -> TableMapping:
        self._known("", said, _KEYS)
        outcome = self._take(said, "outcome", dict)
        self._known("outcome.", outcome, _OUTCOME)
        means = self._take(outcome, "means", dict, "outcome.")
        window = self._take(outcome, "window_months", int, "outcome.", 0)
        if window < 0:
            raise self._wrong("outcome.window_months", f"must be 0 or more, not {window}")
        return TableMapping(
            path=path,
            source=self._take(said, "source", str, "", path.stem),
            date=self._take(said, "date", str),
            outcome=self._take(outcome, "column", str, "outcome."),
            positive=tuple(as_level(v) for v in self._take(outcome, "positive", list, "outcome.")),
            means={k: self._take(means, k, str, "outcome.means.") for k in LANGUAGES},
            window_months=window,
            never=tuple(map(str, self._take(said, "never", list, "", []))),
            segments={k: self._segment(k, v) for k, v in self._take(said, "segments", dict, "", {}).items()},
            events=parsed(said.get("events", []), file=self.name),
            currency=self._take(said, "currency", str, "", "COP"),
            **{k: self._take(said, k, str, "", "") for k in ("file", "sheet", "id", "client", *AMOUNTS)},
        )

    def _segment(self, name: str, said: object) -> Segment:
        if isinstance(said, str):
            return Segment(said)
        key = f"segments.{name}"
        if not isinstance(said, dict):
            raise self._wrong(key, "must be a column name, or a table with `column` and `bands`")
        self._known(f"{key}.", said, _SEGMENT)
        column = self._take(said, "column", str, f"{key}.")
        asked = said.get("bands")
        if asked is None:
            return Segment(column)
        if isinstance(asked, str):
            if asked not in NAMED:
                raise self._wrong(
                    f"{key}.bands", f"must be one of {', '.join(NAMED)} or a list of edges, not {asked!r}"
                )
            return Segment(column, NAMED[asked], asked if asked in ("age", "income") else "")
        return Segment(column, self._edges(f"{key}.bands", asked))

    def _edges(self, key: str, asked: object) -> Bands:
        if not isinstance(asked, list) or not all(isinstance(e, int | float) for e in asked):
            raise self._wrong(key, f"must be a list of numbers, not {asked!r}")
        try:
            return bands(asked)
        except ValueError as why:
            raise self._wrong(key, str(why)) from None

    def _take(self, said: Mapping[str, Any], key: str, kind: type, under: str = "", default: Any = None) -> Any:
        value = said.get(key, default)
        if value is None:
            raise self._wrong(under + key, "is missing")
        if not isinstance(value, kind) or isinstance(value, bool):
            raise self._wrong(under + key, f"must be {_KINDS[kind]}, not {value!r}")
        return value

    def _known(self, under: str, said: Mapping[str, Any], keys: Sequence[str] | frozenset[str]) -> None:
        for key in said:
            if key not in keys:
                close = difflib.get_close_matches(key, keys, 1)
                raise self._wrong(under + key, f"is not a known key{f' (is it {close[0]}?)' if close else ''}")

    def _wrong(self, key: str, what: str) -> SourceError:
        return SourceError(f"{self.name}: {key} {what}")


_KINDS: Final = {str: "a text", int: "a whole number", list: "a list", dict: "a table"}


def as_level(value: object) -> str:
    """A value as the text of a level, so that 1, 1.0, "1" and true are one."""
    if isinstance(value, bool):
        return str(int(value))
    return f"{value:.15g}" if isinstance(value, int | float) else str(value).strip()
