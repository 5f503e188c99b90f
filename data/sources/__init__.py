"""Data room: the kinds of source by name. Each is a module of this folder whose `load` ends in the contract.

A module may also have a `CASE`, the form of one case: what a client of the API sends of a new obligation.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Final

from data.case import CaseForm
from data.contract import Portfolio, SourceError
from data.sources.address import is_address, without_secrets
from data.sources.events import noted

SOURCES: Final = ("opciones_pago", "pago_a_tiempo", "casas_cobranza", "german_credit", "alura_cash", "table")

MAPPED: Final = frozenset({"table"})
"""Sources that need a mapping."""

WINDOWED: Final = frozenset({"opciones_pago"})
"""Sources whose outcome window can be set from outside."""

ADDRESSED: Final = frozenset({"alura_cash"})
"""Sources that a live database can be read as."""


def load(
    source: str, data: Path | str, *, mapping: Path | None = None, as_of: int | None = None,
    label_window: int | None = None, progress: Callable[[str, float], None] | None = None,
) -> Portfolio:  # fmt: skip
    """The portfolio of a source, as it was known at the end of month `as_of` (its own last month by default).

    `data`: its folder or file, or the address of a database. What happened to the portfolio is read off a folder's
    events.toml too. Raises SourceError or ContractError.
    """
    module = _module(source)
    if is_address(data) and source not in ADDRESSED:
        raise SourceError(f"{source} is read from files, not from a database: {without_secrets(str(data))}")
    more: dict[str, object] = {"as_of": as_of, "progress": progress}
    if label_window is not None:
        more["label_window_months"] = label_window
    if source in MAPPED:
        return module.load(mapping, data=data, **more)
    found: Portfolio = module.load(data, **more)
    return found if is_address(data) else noted(found, Path(data))


def case_form(source: str) -> CaseForm | None:
    """The form of one case; None for a source whose cases are given by their features."""
    return getattr(_module(source), "CASE", None)


def _module(source: str) -> ModuleType:
    if source not in SOURCES:
        raise SourceError(f"{source!r} is not a kind of source; there are {', '.join(SOURCES)}")
    return import_module(f"data.sources.{source}")
