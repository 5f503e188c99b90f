"""Arms that cannot be trusted: each way in which they can be wrong is a state of the page in words, and no number."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from made_months import shown_page
from test_app_model_effect import ALL, CLIENTS, EACH, ES, REFUSED, _figures, _pin, _verdict

from app.desk import Pin
from app.l10n import L10n
from app.pages.model_effect import PAGE
from app.views import effect_arms, effect_outcomes
from app.views import model_effect as view

PLANNED = {"model": 0.5, "none": 0.25, "legacy": 0.25}
SOUND = {"planned": PLANNED, "in_two": 0, "late": 0}
EVERYONE = sum(CLIENTS.values())

BAD: dict[str, tuple[dict[str, Any], str]] = {
    "sizes": ({**SOUND, "planned": dict.fromkeys(PLANNED, 1 / 3)}, "sample_ratio"),
    "in two arms": ({**SOUND, "in_two": EVERYONE // 50}, "one_arm"),
    "after the outcome": ({**SOUND, "late": EVERYONE // 20}, "arm_before_outcome"),
    "thirty clients": ({**SOUND, "clients": {**CLIENTS, "model": 30}, "planned": None}, "enough_clients"),
    "unlike before": (SOUND, "baseline_balance"),
}
"""What is wrong: how the release records it, and the condition that fails."""


@pytest.fixture(scope="module")
def sound() -> Pin:
    """Ten points less overdue in the model's arm, and nothing said of mistakes."""
    return _pin(0.10)


def _recorded(pin: Pin, **said: object) -> Pin:
    """The same release with other records of its arms."""
    return replace(pin, _documents={"arms": {**pin.document("arms"), **said}})


@pytest.fixture(scope="module")
def bad(sound: Pin) -> dict[str, Pin]:
    """A release for each."""
    uneven = _pin(0.10, uneven=True)
    return {n: _recorded(uneven if n == "unlike before" else sound, **said) for n, (said, _) in BAD.items()}


@EACH
@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_with_the_arms_is_said_beside_the_refusal_and_no_number_of_an_effect(
    bad: dict[str, Pin], name: str, l10n: L10n
) -> None:
    figures, said = _figures(bad[name]), _verdict(l10n, bad[name])
    assert (said.grade, said.sentence) == ("E", REFUSED[l10n.language])
    assert figures.found is not None and BAD[name][1] in figures.found.reasons
    failed = [c.text for c in said.conditions if c.tone == "bad"]
    assert failed and all(any(text in more for more in said.more) for text in failed)
    assert view.boxes(l10n, figures) == [] and list(view.picture(l10n, figures).courses) == []
    arms = effect_arms.arms(figures, ALL)
    assert arms.outcomes == {} and effect_outcomes.outcomes_table(l10n, arms).rows == ()


def test_the_share_of_mistakes_is_said_beside_its_limit(bad: dict[str, Pin]) -> None:
    said = " ".join(_verdict(ES, bad["in two arms"]).more)
    assert re.search(r"No se cumple: Cada cliente recibió un solo brazo: el 2,0\s% recibió dos", said)
    late = " ".join(_verdict(ES, bad["after the outcome"]).more)
    assert re.search(r"el 5,0\s% de los clientes ya estaba sin brazo; se admite a lo sumo el 1,0\s%", late)


def test_one_small_control_is_left_out_and_the_other_still_stands(sound: Pin) -> None:
    figures = _figures(_recorded(sound, clients={**CLIENTS, "none": 30}, in_two=0, late=0))
    assert figures.found is not None and figures.found.grade == "A"
    assert [c.control for c in figures.shown] == ["legacy"]
    assert "enough_clients" in {g.name for g in figures.found.gates if g.passed is False}


@EACH
def test_what_an_older_release_did_not_count_cannot_be_checked_and_does_not_fail(sound: Pin, l10n: L10n) -> None:
    said = _verdict(l10n, sound)
    assert said.grade == "A"
    unchecked = [c.text for c in said.conditions if c.tone == "muted"]
    assert l10n.say(view.UNCHECKED["one_arm"]) in unchecked
    assert l10n.say(view.UNCHECKED["arm_before_outcome"]) in unchecked


def test_the_page_says_it(bad: dict[str, Pin]) -> None:
    with shown_page(PAGE, bad["after the outcome"], ALL, l10n=ES, cure="net", split="") as page:
        assert "No se cumple: Cada brazo se sorteó antes" in page.html("said")
