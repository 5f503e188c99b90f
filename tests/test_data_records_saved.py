"""Pinned segments and views: each keeps its name, two people cannot overwrite each other, and the log tells it all."""

from __future__ import annotations

import json
import sqlite3
import threading
from pathlib import Path

import pytest

from data.records import Records, RecordsError
from data.records.decisions import UnfitError
from data.records.saved import MOST_NAME, SEGMENT, VIEW, NameTakenError, Saved, levels_text

CARIBE = levels_text({"region": ("CARIBE",), "age_band": ("45-54", "35-44")})
OTHER = levels_text({"region": ("SUR",)})


@pytest.fixture
def records(tmp_path: Path) -> Records:
    """Records that nobody has written to yet."""
    return Records(tmp_path / "records.db")


def test_a_pinned_segment_is_read_back_as_it_was_meant(records: Records) -> None:
    kept = records.save(SEGMENT, "  Independientes \n 40-54 ", CARIBE, by="Ana")
    assert list(records.saved(SEGMENT)) == [kept]
    assert (kept.name, kept.version, kept.changed_by) == ("Independientes 40-54", 1, "Ana")
    assert kept.levels == {"region": ("CARIBE",), "age_band": ("35-44", "45-54")}


def test_the_same_levels_in_another_order_are_the_same_segment() -> None:
    assert levels_text({"age_band": ("35-44", "45-54"), "region": ("CARIBE",), "gender": ()}) == CARIBE


def test_segments_and_views_do_not_share_names(records: Records) -> None:
    records.save(SEGMENT, "Caribe", CARIBE, by="Ana")
    records.save(VIEW, "Caribe", "page=pulse&region=CARIBE", by="Luis")
    assert [len(records.saved(kind)) for kind in (SEGMENT, VIEW)] == [1, 1]


def test_the_second_of_two_people_who_choose_one_name_is_told_and_nothing_is_lost(records: Records) -> None:
    first = records.save(SEGMENT, "Caribe", CARIBE, by="Ana")
    with pytest.raises(NameTakenError, match=r"“Caribe” was saved by Ana at .* Nothing was changed") as told:
        records.save(SEGMENT, "Caribe", OTHER, by="Luis")
    assert (told.value.theirs, told.value.yours) == (first, OTHER)
    assert list(records.saved(SEGMENT)) == [first]
    assert len(records.log()) == 1


def test_of_many_who_save_one_name_at_once_one_keeps_it_and_the_others_are_told(records: Records) -> None:
    kept: list[Saved] = []
    told: list[str] = []
    records.open()

    def save(n: int) -> None:
        try:
            kept.append(records.save(VIEW, "Mine", f"page=pulse&f={n}", by=f"T{n}"))
        except NameTakenError as taken:
            told.append(taken.yours)

    threads = [threading.Thread(target=save, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert list(records.saved(VIEW)) == kept
    assert len(told) == 7
    assert kept[0].content not in told


def test_who_has_seen_what_stands_may_replace_it(records: Records) -> None:
    first = records.save(SEGMENT, "Caribe", CARIBE, by="Ana")
    second = records.save(SEGMENT, "Caribe", OTHER, by="Luis", seen=first.version)
    assert (second.id, second.version, second.opened_by, second.changed_by) == (first.id, 2, "Ana", "Luis")
    with pytest.raises(NameTakenError):
        records.save(SEGMENT, "Caribe", CARIBE, by="Ana", seen=first.version)


def test_saving_what_stands_already_writes_nothing(records: Records) -> None:
    first = records.save(SEGMENT, "Caribe", CARIBE, by="Ana")
    assert records.save(SEGMENT, "Caribe", CARIBE, by="Luis") == first
    assert len(records.log()) == 1


def test_what_is_removed_stays_in_the_audit_log_whole(records: Records) -> None:
    kept = records.save(SEGMENT, "Caribe", CARIBE, by="Ana")
    records.remove(kept.id, by="Luis", seen=kept.version)
    assert list(records.saved(SEGMENT)) == []
    last = records.log()[-1]
    assert (last.user, last.action, last.subject) == ("Luis", "remove", f"segment/{kept.id}")
    assert json.loads(last.payload)["removed"]["content"] == CARIBE
    assert list(records.verify()) == []
    with pytest.raises(RecordsError, match="removed already"):
        records.remove(kept.id, by="Luis", seen=kept.version)


def test_nobody_removes_what_was_changed_since_they_saw_it(records: Records) -> None:
    first = records.save(SEGMENT, "Caribe", CARIBE, by="Ana")
    second = records.save(SEGMENT, "Caribe", OTHER, by="Ana", seen=first.version)
    with pytest.raises(NameTakenError):
        records.remove(first.id, by="Luis", seen=first.version)
    assert list(records.saved(SEGMENT)) == [second]


@pytest.mark.parametrize(
    ("name", "content", "by", "rules"),
    [
        ("", CARIBE, "Ana", {("name", "missing")}),
        (" \n", CARIBE, "", {("name", "missing"), ("by", "missing")}),
        ("x" * (MOST_NAME + 1), CARIBE, "Ana", {("name", "long")}),
        ("Caribe", levels_text({}), "Ana", {("content", "missing")}),
        ("Caribe", "x" * 10_001, "Ana", {("content", "long")}),
    ],
)
def test_what_cannot_be_kept_is_refused_with_every_reason(
    records: Records, name: str, content: str, by: str, rules: set[tuple[str, str]]
) -> None:
    with pytest.raises(UnfitError) as refused:
        records.save(SEGMENT, name, content, by=by)
    assert {(p.field, p.rule) for p in refused.value.problems} == rules
    assert list(records.saved(SEGMENT)) == []


def test_each_reader_begins_with_a_view_of_their_own(records: Records) -> None:
    mine, yours = (records.save(VIEW, name, f"page={name}", by="Ana") for name in ("pulse", "drift"))
    records.begin_with(mine.id, by="Ana")
    records.begin_with(yours.id, by="Luis")
    records.begin_with(yours.id, by="Ana")
    assert (records.beginning("Ana"), records.beginning("Luis"), records.beginning("Eva")) == (yours, yours, None)
    records.begin_with(0, by="Ana")
    assert (records.beginning("Ana"), records.beginning("Luis")) == (None, yours)
    assert [line.action for line in records.log()] == ["save", "save", "begin", "begin", "begin", "begin"]


def test_a_view_that_is_removed_is_nobodys_beginning_any_more(records: Records) -> None:
    view = records.save(VIEW, "Mine", "page=pulse", by="Ana")
    records.begin_with(view.id, by="Ana")
    records.remove(view.id, by="Luis", seen=view.version)
    assert records.beginning("Ana") is None
    with pytest.raises(RecordsError, match="not there any more"):
        records.begin_with(view.id, by="Ana")


def test_a_segment_is_no_view_to_begin_with(records: Records) -> None:
    segment = records.save(SEGMENT, "Caribe", CARIBE, by="Ana")
    with pytest.raises(RecordsError, match="not there any more"):
        records.begin_with(segment.id, by="Ana")


def test_a_segment_that_was_changed_behind_the_log_shows(records: Records, tmp_path: Path) -> None:
    kept = records.save(SEGMENT, "Caribe", CARIBE, by="Ana")
    records.close()
    with sqlite3.connect(tmp_path / "records.db") as connection:
        connection.execute("UPDATE saved SET content = ?", (OTHER,))
    connection.close()
    assert list(records.verify()) == [f"segment/{kept.id} does not stand as the audit log says."]
