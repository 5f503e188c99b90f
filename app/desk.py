"""App room: the releases that the process has open, each once, shared by every session."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import Any

from app.selection import Extent
from data.contract import CarteraError
from data.counts import Counts
from data.store import Release, Store
from monitoring.policy import Policy

OPEN_AT_ONCE = 2
"""Releases that stay open: the newest, and the one that sessions are still reading while they change over."""


@dataclass(frozen=True)
class Pin:
    """One release as a session reads it: its counts, its documents, and the store that it came from (None for a
    release on its own). It never changes. `opener` opens another release of the store to be held beside it."""

    release: Release
    counts: Counts
    store: Store | None = field(default=None, compare=False, repr=False)
    opener: Callable[[str], Pin | Trouble] | None = field(default=None, compare=False, repr=False)
    _documents: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def version(self) -> str:
        """Name of the release."""
        return self.release.version

    @property
    def published_at(self) -> str:
        """When the release was published, ISO, UTC."""
        return self.release.published_at

    def document(self, name: str) -> Any:
        """A document of the release, read once."""
        if name not in self._documents:
            self._documents[name] = self.release.document(name)
        return self._documents[name]

    @property
    def meaning(self) -> Mapping[str, Any]:
        """What the source is about: positive, currency, carries, events, as_of."""
        return self.document("meaning")

    def beside(self, version: str) -> Pin | Trouble | None:
        """Another release of the store, opened if need be (which takes seconds); None for a release on its own."""
        return self.opener(version) if self.opener and version else None

    def carries(self, what: str) -> bool:
        """Whether the data carry "gross", "balance", "cash", "arms", "propensity", "clients", "bank_score", ..."""
        return what in self.meaning.get("carries", ())

    @property
    def has_ratio(self) -> bool:
        """Whether an overdue ratio can be computed: it needs balances and days past due."""
        return self.carries("balance") and self.carries("days_past_due")

    @property
    def dated(self) -> bool:
        """Whether rows have dates; if not, all stand in one snapshot whose month says nothing of them."""
        return bool(self.meaning.get("dated", True))

    @cached_property
    def as_of(self) -> int:
        """The last month whose end is known: later months have rows, but no cash and no outcome yet."""
        return int(self.meaning.get("as_of") or self.counts.months[-1])

    @cached_property
    def policy(self) -> Policy:
        """The thresholds that the release was published with; the usual ones where it names none."""
        return Policy.named(self.document("settings").get("policy", {}), currency=self.meaning.get("currency", "COP"))

    @cached_property
    def extent(self) -> Extent:
        """What can be selected in this release."""
        return Extent(tuple(self.counts.months), {name: tuple(v) for name, v in self.counts.dimensions.items()})


@dataclass(frozen=True)
class Trouble:
    """A release, or the store, that cannot be read: its name and what to tell the reader."""

    version: str
    message: str
    code: str = "store"


class Desk:
    """Opens releases of a store, at most `OPEN_AT_ONCE` at a time, each by one thread however many ask for it."""

    def __init__(self, store: Store, open_counts: Callable[[Release], Counts]) -> None:
        self.store = store
        self._open_counts = open_counts
        self._pins: OrderedDict[str, Pin] = OrderedDict()
        self._beside: OrderedDict[str, Pin] = OrderedDict()
        self._lock = Lock()

    def newest(self) -> str | Trouble:
        """Version of the newest release, "" when there is none yet; the trouble when the store cannot say."""
        try:
            return self.store.version()
        except (CarteraError, OSError) as error:
            return _trouble("", error)

    def ready(self, version: str) -> Pin | None:
        """The release when it is open already."""
        return self._pins.get(version)

    def open(self, version: str) -> Pin | Trouble:
        """The release, opened if need be (which takes seconds); the trouble when it cannot be read."""
        return self._kept(version, self._pins)

    def beside(self, version: str) -> Pin | Trouble:
        """An earlier release to hold against the one on screen; it drives out none that sessions read."""
        return self._pins.get(version) or self._kept(version, self._beside)

    def _kept(self, version: str, pins: OrderedDict[str, Pin]) -> Pin | Trouble:
        with self._lock:
            if version in pins:
                return pins[version]
            try:
                release = self.store.read(version)
                pin = Pin(release, self._open_counts(release), self.store, self.beside)
                pin.meaning  # noqa: B018  a release without its meaning cannot be shown
            except (CarteraError, OSError) as error:
                return _trouble(version, error)
            pins[version] = pin
            while len(pins) > OPEN_AT_ONCE:
                pins.popitem(last=False)
            return pin


def _trouble(version: str, error: Exception) -> Trouble:
    return Trouble(version, str(error), getattr(error, "code", "file"))
