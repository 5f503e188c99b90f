"""The desk: releases are opened once, two at most; trouble is told, never raised."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from releases import draft, open_counts, store_with

from app.desk import Desk, Pin, Trouble
from data.memory_store import MemoryStore
from data.store import StoreError


@dataclass
class Opener:
    """Opens counts, and remembers for which releases."""

    asked: list[str] = field(default_factory=list)

    def __call__(self, release):  # type: ignore[no-untyped-def]
        self.asked.append(release.version)
        return open_counts(release)


def test_a_release_is_opened_once_however_often_it_is_asked_for() -> None:
    opener = Opener()
    desk = Desk(store_with(draft(300)), opener)
    version = desk.newest()
    assert desk.ready(version) is None
    first, again = desk.open(version), desk.open(version)
    assert isinstance(first, Pin)
    assert first is again is desk.ready(version)
    assert opener.asked == [version]


def test_only_the_last_two_releases_stay_open() -> None:
    store = store_with(*(draft(200, seed=k) for k in range(3)))
    desk = Desk(store, open_counts)
    versions = [info.version for info in reversed(store.releases())]
    for version in versions:
        desk.open(version)
    assert [desk.ready(v) is not None for v in versions] == [False, True, True]


def test_an_earlier_release_held_beside_the_one_on_screen_drives_out_none_that_is_read() -> None:
    store = store_with(*(draft(200, seed=k) for k in range(4)))
    desk = Desk(store, open_counts)
    *earlier, newest = [info.version for info in reversed(store.releases())]
    pin = desk.open(newest)
    assert isinstance(pin, Pin)
    beside = [pin.beside(version) for version in earlier]
    assert [p.version for p in beside if isinstance(p, Pin)] == earlier
    assert desk.ready(newest) is pin and pin.beside(newest) is pin
    assert isinstance(pin.beside("000009-gone"), Trouble)
    assert pin.beside("") is None and Pin(pin.release, pin.counts).beside(newest) is None


def test_a_pin_says_what_can_be_selected_and_what_the_data_carry() -> None:
    desk = Desk(store_with(draft(400, first=202401, last=202404, carries=("balance",))), open_counts)
    pin = desk.open(desk.newest())
    assert isinstance(pin, Pin)
    assert pin.extent.months == (202401, 202402, 202403, 202404)
    assert "tarjeta" in pin.extent.dimensions["product"]
    assert (pin.carries("balance"), pin.carries("gross")) == (True, False)
    assert pin.as_of == 202404


def test_the_policy_of_a_release_is_its_own_where_it_names_one() -> None:
    desk = Desk(store_with(draft(200, policy={"icv_target": 0.05, "unheard_of": 1.0})), open_counts)
    pin = desk.open(desk.newest())
    assert isinstance(pin, Pin)
    assert (pin.policy.icv_target, pin.policy.overdue_dpd) == (0.05, 30)


def test_an_empty_store_has_no_newest_release() -> None:
    assert Desk(MemoryStore(), open_counts).newest() == ""


@pytest.mark.parametrize("error", [StoreError("the store is newer than this program"), OSError("the disk is gone")])
def test_a_store_that_cannot_be_read_is_trouble_in_its_own_words(error: Exception) -> None:
    class Broken(MemoryStore):
        def version(self) -> str:
            raise error

    assert Desk(Broken(), open_counts).newest() == Trouble("", str(error), getattr(error, "code", "file"))


def test_a_release_that_cannot_be_opened_is_trouble_and_can_be_tried_again() -> None:
    failing = [True]

    def sometimes(release):  # type: ignore[no-untyped-def]
        if failing.pop() if failing else False:
            raise StoreError("part 202401 is damaged")
        return open_counts(release)

    desk = Desk(store_with(draft(200)), sometimes)
    version = desk.newest()
    assert desk.open(version) == Trouble(version, "part 202401 is damaged")
    assert isinstance(desk.open(version), Pin)
