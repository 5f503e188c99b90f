"""Rules and what people do with their alerts: each keeps its version and its line of the log, and nobody overwrites
what they have not seen."""

from __future__ import annotations

import json
import sqlite3
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from data.records import About, Records, RecordsError
from data.records.alert_terms import Deed, Handled, HandledError, Rule, RuleTakenError, RuleTerms
from data.records.decisions import UnfitError

TERMS = RuleTerms("Waste in Caribe", "fdr", limit=0.9, months=2, least=300, selection="pinned=Caribe", owner="Ana")
REPLAY = About("000001-ab", "alerts", "pinned=Caribe", "fired", '{"fired":9}')


@pytest.fixture
def records(tmp_path: Path) -> Records:
    """Records that nobody has written to yet."""
    return Records(tmp_path / "records.db")


@pytest.fixture
def rule(records: Records) -> Rule:
    """A rule that was saved."""
    return records.watch(TERMS, REPLAY, by="Ana", since=202410)


def test_a_rule_is_read_back_as_it_was_meant_with_its_frozen_replay(records: Records, rule: Rule) -> None:
    assert list(records.rules()) == [rule]
    assert rule.terms == TERMS
    assert (rule.version, rule.status, rule.since, rule.release) == (1, "on", 202410, "000001-ab")
    assert records.evidence(rule.evidence) == '{"fired":9}'


def test_a_limit_that_is_the_measures_own_stays_none(records: Records) -> None:
    assert records.watch(replace(TERMS, limit=None), REPLAY, by="Ana", since=0).limit is None


def test_the_second_of_two_who_save_one_name_is_told_and_nothing_is_lost(records: Records, rule: Rule) -> None:
    with pytest.raises(RuleTakenError, match=r"“Waste in Caribe” was saved by Ana at .* Nothing was changed") as told:
        records.watch(replace(TERMS, months=3), REPLAY, by="Luis", since=202410)
    assert told.value.theirs == rule
    assert list(records.rules()) == [rule]
    second = records.watch(replace(TERMS, months=3), REPLAY, by="Luis", since=202411, seen=rule.version)
    assert (second.id, second.version, second.months, second.since) == (rule.id, 2, 3, 202411)


def test_a_rule_rests_and_watches_again_and_keeps_what_was_done(records: Records, rule: Rule) -> None:
    done = records.handle(rule.id, 202410, Deed("acknowledge", "Ana"), by="Ana", release="r")
    off = records.switch(rule.id, "off", by="Luis", seen=rule.version)
    with pytest.raises(RuleTakenError):
        records.switch(rule.id, "on", by="Ana", seen=rule.version)
    assert records.switch(rule.id, "on", by="Ana", seen=off.version).status == "on"
    assert list(records.alerts()) == [done]
    with pytest.raises(RecordsError, match="no rule 99"):
        records.switch(99, "off", by="Ana", seen=1)


def test_every_step_of_an_alert_stands_with_who_when_and_why(records: Records, rule: Rule) -> None:
    steps = (
        (Deed("acknowledge", " Luis "), "acknowledged", ""),
        (Deed("snooze", "Luis", "until the new terms", 202412), "snoozed", ""),
        (Deed("close_real", "Luis", "terms were too harsh"), "closed", "real"),
        (Deed("reopen", "Ana", "it came back"), "open", ""),
        (Deed("close_false", "Ana", "one campaign"), "closed", "false"),
    )
    for seen, (deed, status, verdict) in enumerate(steps):
        done = records.handle(rule.id, 202410, deed, by="Luis", release="r", seen=seen)
        assert (done.version, done.status, done.verdict, done.words) == (seen + 1, status, verdict, deed.words)
    assert [line.action for line in records.log(done.subject)] == [deed.action for deed, *_ in steps]
    assert json.loads(records.log(done.subject)[1].payload)["alert"]["until"] == 202412
    assert list(records.verify()) == []


def test_the_second_of_two_who_act_on_one_alert_is_told_and_nothing_is_lost(records: Records, rule: Rule) -> None:
    first = records.handle(rule.id, 202410, Deed("close_real", "Ana", "seen"), by="Ana", release="r")
    for seen in (0, 2):
        with pytest.raises(HandledError, match="Changed meanwhile by Ana") as told:
            records.handle(rule.id, 202410, Deed("close_false", "Luis", "no"), by="Luis", release="r", seen=seen)
        assert told.value.theirs == first
    assert list(records.alerts()) == [first]


def test_of_many_who_act_at_once_one_is_kept_and_the_others_are_told(records: Records, rule: Rule) -> None:
    kept: list[Handled] = []
    told: list[HandledError] = []

    def act(name: str) -> None:
        try:
            kept.append(records.handle(rule.id, 202410, Deed("acknowledge", name), by=name, release="r"))
        except HandledError as error:
            told.append(error)

    threads = [threading.Thread(target=act, args=(f"T{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert list(records.alerts()) == kept
    assert (len(kept), len(told)) == (1, 7)


@pytest.mark.parametrize(
    ("change", "by", "wrong"),
    [
        ({"name": " \n"}, "Ana", {("name", "missing")}),
        ({"owner": ""}, "", {("owner", "missing"), ("by", "missing")}),
        ({"name": "x" * 81}, "Ana", {("name", "long")}),
        ({"months": 0, "least": -1, "calm": 0}, "Ana", {(n, "unknown") for n in ("months", "least", "calm")}),
        ({"limit": float("nan")}, "Ana", {("limit", "unknown")}),
    ],
)
def test_a_rule_that_cannot_be_kept_is_refused_with_every_reason(
    records: Records, change: dict, by: str, wrong: set[tuple[str, str]]
) -> None:
    with pytest.raises(UnfitError) as refused:
        records.watch(replace(TERMS, **change), REPLAY, by=by, since=0)
    assert {(p.field, p.rule) for p in refused.value.problems} == wrong
    assert list(records.rules()) == []


@pytest.mark.parametrize(
    ("deed", "wrong"),
    [
        (Deed("acknowledge", ""), {("owner", "missing")}),
        (Deed("close_real", "Ana"), {("comment", "missing")}),
        (Deed("snooze", "Ana", "later"), {("until", "unknown")}),
        (Deed("snooze", "Ana", "later", 202410), {("until", "unknown")}),
        (Deed("snooze", "Ana", "later", 202413), {("until", "unknown")}),
        (Deed("close_real", "Ana", "done", 202412), {("until", "unknown")}),
        (Deed("acknowledge", "Ana", "x" * 10_001), {("comment", "long")}),
    ],
)
def test_what_cannot_be_done_to_an_alert_is_refused(
    records: Records, rule: Rule, deed: Deed, wrong: set[tuple[str, str]]
) -> None:
    with pytest.raises(UnfitError) as refused:
        records.handle(rule.id, 202410, deed, by="Ana", release="r")
    assert {(p.field, p.rule) for p in refused.value.problems} == wrong
    assert list(records.alerts()) == []


def test_a_deed_that_nobody_knows_or_on_no_rule_changes_nothing(records: Records, rule: Rule) -> None:
    with pytest.raises(UnfitError):
        records.handle(rule.id, 202410, Deed("burn", "Ana", "x"), by="Ana", release="r")
    with pytest.raises(RecordsError, match="no rule 99"):
        records.handle(99, 202410, Deed("acknowledge", "Ana"), by="Ana", release="r")
    assert len(records.log()) == 1


def test_a_rule_or_an_alert_that_was_changed_behind_the_log_shows(records: Records, rule: Rule, tmp_path: Path) -> None:
    done = records.handle(rule.id, 202410, Deed("acknowledge", "Ana"), by="Ana", release="r")
    records.close()
    with sqlite3.connect(tmp_path / "records.db") as connection:
        connection.execute("UPDATE rules SET least = 1")
        connection.execute("UPDATE alerts SET status = 'closed'")
    connection.close()
    assert list(records.verify()) == [
        f"{s} does not stand as the audit log says." for s in (rule.subject, done.subject)
    ]
