"""What happened to the portfolio, with who answers for it: read whole or refused with the place, the value and the
rule."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from small_bank import GO_LIVE, make_bank

from data.bank.events import events
from data.bank.parameters import Bank
from data.contract import Event, SourceError
from data.sources.events import FILE, noted
from data.sources.mapping import read_mapping

BANK = make_bank(clients=20, months_long=3)
MAPPING = """
date = "month"
{events}
[outcome]
column = "paid"
positive = [1]
means = {{ en = "pays", es = "paga", pt = "paga" }}
"""


def read(folder: Path, text: str) -> tuple[Event, ...]:
    (folder / FILE).write_text(text, encoding="utf-8")
    return noted(BANK, folder).meaning.events


def test_a_file_of_events_is_read_in_order_of_month(tmp_path: Path) -> None:
    text = """
    [[events]]
    month = 202412
    text = "Campaign"
    [[events]]
    month = 202402
    owner = " Credit committee "
    text = { en = "New terms", es = "Nuevas condiciones" }
    """
    found = read(tmp_path, text)
    assert [e.month for e in found] == [GO_LIVE, 202402, 202412]
    assert (found[1].owner, found[1].text) == ("Credit committee", {"en": "New terms", "es": "Nuevas condiciones"})
    assert (found[2].owner, found[2].text) == ("", dict.fromkeys(("en", "es", "pt"), "Campaign"))


def test_the_bank_s_own_word_stands_before_what_the_data_show(tmp_path: Path) -> None:
    found = read(tmp_path, f'[[events]]\nmonth = {GO_LIVE}\nowner = "Analytics"\ntext = "It begins"')
    assert [(e.month, e.owner, e.text["en"]) for e in found] == [(GO_LIVE, "Analytics", "It begins")]


def test_without_a_file_the_portfolio_is_as_it_was(tmp_path: Path) -> None:
    assert noted(BANK, tmp_path) is BANK
    assert read(tmp_path, "") == BANK.meaning.events


def test_the_demo_bank_names_the_owner_of_each_event_that_it_lives_to_see(tmp_path: Path) -> None:
    bank = replace(BANK, meaning=replace(BANK.meaning, events=()))
    (tmp_path / FILE).write_text(events(Bank(), months=36), encoding="utf-8")
    told = noted(bank, tmp_path).meaning.events
    assert [e.month for e in told] == [202407, 202505]
    assert all(e.owner and set(e.text) == {"en", "es", "pt"} for e in told)
    assert events(Bank(), months=20).count("[[events]]") == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("events = 3", "events.toml, events = 3: must be a list of tables [[events]]"),
        ("events = [3]", "events.toml, events[1] = 3: must be a table with month, text and owner"),
        ("[[event]]\nmonth = 202401", "events.toml, event: is not a known key; every event is a table [[events]]"),
        ("[[events]]\nmonth = 202413\ntext = 'x'", "events.toml, events[1].month = 202413: must be a month such as"),
        ("[[events]]\nmonth = '2024'\ntext = 'x'", "events.toml, events[1].month = '2024': must be a month such as"),
        ("[[events]]\nmonth = 202401", "events.toml, events[1].text = None: must be a text, or a table of texts"),
        ("[[events]]\nmonth = 202401\ntext = ' '", "events.toml, events[1].text = ' ': must be a text, or a table"),
        ("[[events]]\nmonth = 202401\ntext = {fr = 'x'}", "events.toml, events[1].text.fr: is not a language"),
        ("[[events]]\nmonth = 202401\ntext = 'x'\nowner = 3", "events.toml, events[1].owner = 3: must be a text"),
        ("[[events]]\nmonth = 202401\ntext = 'x'\nwho = 'y'", "events.toml, events[1].who: is not a known key; known"),
        ("[[events]", "events.toml: this is not TOML: "),
    ],
)
def test_what_is_wrong_is_named_with_its_place_its_value_and_the_rule(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SourceError) as caught:
        read(tmp_path, text)
    assert str(caught.value).startswith(said)


def test_a_mapping_may_list_events(tmp_path: Path) -> None:
    path = tmp_path / "loans.toml"
    path.write_text(MAPPING.format(events='events = [{ month = 202401, text = "Audit", owner = "Internal audit" }]'))
    (event,) = read_mapping(path).events
    assert (event.month, event.text["es"], event.owner) == (202401, "Audit", "Internal audit")
    path.write_text(MAPPING.format(events="events = [{ month = 1 }]"))
    with pytest.raises(SourceError, match=r"loans.toml, events\[1\]\.month = 1"):
        read_mapping(path)
