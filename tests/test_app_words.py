"""Every word on screen exists in every language, with the same places to fill."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from app import words
from app.l10n import L10n
from app.views import names
from monitoring.estimate import REASONS

APP = Path(words.__file__).resolve().parent.parent


def _literals(node: ast.Call) -> list[str]:
    return [a.value for a in node.args[:2] if isinstance(a, ast.Constant) and isinstance(a.value, str)]


def _messages() -> dict[str, str]:
    """Every message in the code → the file that holds it: first arguments of `say` and `mark`, both of `many`."""
    found: dict[str, str] = {}
    for path in APP.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in ("say", "mark", "many"):
                found |= dict.fromkeys(_literals(node)[: 2 if name == "many" else 1], path.name)
    return found


def _translations(language: str) -> dict[str, str]:
    """Message → words of a catalogue, the plural message to the plural words."""
    out = {}
    for path in (APP / "words").glob(f"{language}*.po"):
        for message in words.read_po(path.open("rb"), locale=language):
            if isinstance(message.id, tuple | list):
                out |= dict(zip(message.id, message.string, strict=True))
            else:
                out[message.id] = message.string
    return out


MESSAGES = _messages()


def test_the_scan_sees_the_messages_of_the_code() -> None:
    assert {"Filters", "Pulse", "{n} obligation in {month}", "{n} obligations in {month}"} <= set(MESSAGES)


@pytest.mark.parametrize("language", ["es", "pt"])
def test_no_message_is_left_untranslated(language: str) -> None:
    have = _translations(language)
    assert not [f"{MESSAGES[m]}: {m}" for m in MESSAGES if not have.get(m)]


@pytest.mark.parametrize("language", ["es", "pt"])
def test_no_translation_is_left_over(language: str) -> None:
    assert not set(_translations(language)) - set(MESSAGES) - {""}


@pytest.mark.parametrize("language", ["es", "pt"])
def test_a_translation_fills_the_same_places_as_the_message(language: str) -> None:
    places = re.compile(r"{\w+}").findall
    wrong = {m: t for m, t in _translations(language).items() if m and sorted(places(m)) != sorted(places(t))}
    assert not wrong


def test_a_message_that_is_not_a_literal_was_marked_where_it_was_defined() -> None:
    loose = []
    for path in APP.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            said = isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "say"
            if said and isinstance(node.args[0], ast.JoinedStr | ast.BinOp):
                loose.append(f"{path.name}:{node.lineno}")
    assert not loose


def test_every_reason_of_an_undefined_number_has_words() -> None:
    assert set(names.REASONS) == set(REASONS)


def test_words_follow_the_language_and_fall_back_to_english() -> None:
    assert L10n("es").say("Filters") == "Filtros"
    assert L10n("en").say("Filters") == "Filters"
    assert L10n("pt").say("a message that no catalogue has") == "a message that no catalogue has"


def test_a_plural_follows_the_count_in_each_language() -> None:
    def said(language: str, n: int) -> str:
        return L10n(language).many("{n} obligation in {month}", "{n} obligations in {month}", n, month="m")

    assert [said("en", n) for n in (0, 1, 2)] == ["0 obligations in m", "1 obligation in m", "2 obligations in m"]
    assert said("es", 1234) == "1.234 obligaciones en m"
    assert [said("pt", n) for n in (0, 1, 2)] == ["0 operação em m", "1 operação em m", "2 operações em m"]


def test_the_language_is_the_first_of_the_wanted_that_there_is() -> None:
    assert words.pick(None, "", "fr-FR,pt-BR;q=0.8,en;q=0.5") == "pt"
    assert words.pick("xx", "en") == "en"
    assert words.pick(None) == "es"
