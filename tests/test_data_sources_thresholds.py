"""The bank's own thresholds are read whole or refused with the file, the key, the value and the rule."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from data.bank.parameters import ROLLOUT, Bank
from data.bank.targets import targets
from data.contract import SourceError
from data.sources.thresholds import FILE, NAMES, found, read
from monitoring.policy import Policy

SINCE = "[rollout]\ndimension = 'region'\n[rollout.since]\n"


def written(folder: Path, text: str) -> Path:
    path = folder / FILE
    path.write_text(text, encoding="utf-8")
    return path


def test_every_threshold_that_may_be_set_is_one_of_the_dashboard() -> None:
    assert {f.name for f in fields(Policy)} >= NAMES


def test_numbers_and_planned_arms_come_back_as_written(tmp_path: Path) -> None:
    path = written(tmp_path, "icv_target = 0.05\ncapacity = 900\n[planned_arms]\nmodel = 0.6\nnone = 0.4\n")
    assert read(path) == {"icv_target": 0.05, "capacity": 900, "planned_arms": {"model": 0.6, "none": 0.4}}


def test_settings_of_the_cut_off_come_back_as_written(tmp_path: Path) -> None:
    said = {"concession": 9_000.5, "option_lockout_months": 4, "options_most": 2, "contact_hours": "8-18"}
    text = "".join(f"{name} = {value!r}\n" for name, value in said.items())
    assert read(written(tmp_path, f"{text}contact_hours_saturday = ''\n")) == {**said, "contact_hours_saturday": ""}


def test_without_a_file_nothing_is_set(tmp_path: Path) -> None:
    assert found(tmp_path, None) is None
    assert read(None) == {}


def test_the_file_in_the_folder_is_found_and_a_named_one_comes_first(tmp_path: Path) -> None:
    beside = written(tmp_path, "")
    assert found(tmp_path, None) == beside
    assert found(tmp_path, tmp_path / "other.toml") == tmp_path / "other.toml"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("icv_goal = 0.05", "thresholds.toml, icv_goal = 0.05: this is no threshold; known are "),
        ("icv_target = '5 %'", "thresholds.toml, icv_target = '5 %': a threshold is a number of at least 0"),
        ("icv_target = -0.1", "thresholds.toml, icv_target = -0.1: a threshold is a number of at least 0"),
        ("icv_target = nan", "thresholds.toml, icv_target = nan: a threshold is a number of at least 0"),
        ("min_n = true", "thresholds.toml, min_n = True: a threshold is a number of at least 0"),
        ("overdue_dpd = 45", "thresholds.toml, overdue_dpd = 45: overdue begins after one of 0, 1, 30, 60, 90 days"),
        ("options_most = 2.5", "options_most = 2.5: a number of months, options or contacts is whole"),
        ("contact_hours = 12", "thresholds.toml, contact_hours = 12: hours are text like '7-19'"),
        ("contact_hours = '19-7'", "contact_hours = '19-7': hours are text like '7-19', the first before the last"),
        ("contact_hours_saturday = '8-25'", "contact_hours_saturday = '8-25': hours are text"),
        ("[planned_arms]\nmodel = 0.5", "shares of the arms must be positive and add up to 1"),
        ("icv_target = ", "thresholds.toml: this is not TOML: "),
        ("rollout = 3", "thresholds.toml, rollout = 3: a roll-out is a table with dimension, since and never"),
        ("[rollout]\ngroups = 1", "[rollout] groups = 1: known are dimension, never, other_changes, since"),
        (
            "[rollout]\nnever = []",
            "[rollout] dimension = None: the dimension whose levels are the groups must be named",
        ),
        ("[rollout]\ndimension = 'bucket'", "groups must not be made by what came of an obligation"),
        ("[rollout]\ndimension = 'region'", "[rollout] since = {}: each group that went live needs its month YYYYMM"),
        (SINCE + "SUR = 202413", "since = {'SUR': 202413}: each group that went live needs its month YYYYMM"),
        (
            SINCE.replace("[rollout.since]", "never = ['SUR']\n[rollout.since]") + "SUR = 202407",
            "never = ['SUR']: a list of the groups that have not gone live, none of which has a month",
        ),
        (
            SINCE.replace("[rollout.since]", "other_changes = ['June']\n[rollout.since]") + "SUR = 202407",
            "other_changes = ['June']: a list of months YYYYMM",
        ),
    ],
)
def test_what_breaks_a_rule_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SourceError) as error:
        read(written(tmp_path, text))
    assert said in str(error.value)


def test_a_named_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"none\.toml: the file of thresholds does not exist"):
        read(tmp_path / "none.toml")


def test_the_demo_bank_writes_a_file_that_can_be_read(tmp_path: Path) -> None:
    told = read(written(tmp_path, targets(Bank(arms=(0.6, 0.4, 0.0)), clients=100)))
    assert told["planned_arms"] == {"model": 0.6, "legacy": 0.4}
    assert told["icv_target"] < told["icv_warning"] < told["icv_appetite"]


def test_a_rollout_comes_back_as_the_demo_bank_writes_it(tmp_path: Path) -> None:
    told = read(written(tmp_path, targets(Bank(rollout=ROLLOUT), clients=100)))
    assert "planned_arms" not in told
    assert told["rollout"] == {
        "dimension": "region",
        "never": ["BOGOTA Y CUNDINAMARCA", "SANTANDERES"],
        "other_changes": [],
        "since": {"ANTIOQUIA": 202407, "CARIBE": 202407, "SUR": 202504, "CENTRO": 202407},
    }
