"""App room: the words of the editor of a rule: its fields, where it looks, and what may be done with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.components.decision_forms import Choice
from app.l10n import L10n
from app.selection import PINNED, words_of
from app.views import alerts_words as words
from app.views.shapes import Headline
from data.records.alert_terms import ON, Rule

NUMBERS = ("months", "least", "calm")
"""Fields that hold whole numbers."""
AS_SAVED = "="
"""The place of a loaded rule that looks at filters of its own."""


def editor_headline(l10n: L10n) -> Headline:
    """Above the fields."""
    return Headline(
        l10n.say("A rule, tried on all history before it is saved"),
        l10n.say("Only months with matured outcomes and enough rows count; a standing alert does not fire again"),
    )


def before(l10n: L10n) -> Headline:
    """In place of a replay that nobody asked for yet."""
    return Headline(l10n.say("Press Replay to see when it would have fired"), "")


def at_first(l10n: L10n, asked: str) -> dict[str, str]:
    """What can be watched before the release is known."""
    return {asked: l10n.say(words.MEASURES[asked])} if asked in words.MEASURES else {"": "…"}


def kept(choices: Mapping[str, str], current: str) -> str:
    """The current choice as long as it is offered; else the first."""
    return current if current in choices else next(iter(choices))


def number(text: str, usual: int) -> int:
    """The whole number that an address asks for; the usual one for what is none."""
    return int(text) if text.isdecimal() and 0 < int(text) < 10**9 else usual


def places(l10n: L10n, segments: Sequence[str], rule: Rule | None) -> dict[str, str]:
    """Where a rule can look: the filters of the page, each pinned segment, and where a loaded rule looks."""
    own = {AS_SAVED: l10n.say("As saved")} if rule and place_of(rule) == AS_SAVED else {}
    named = {name: l10n.say("Segment {name}", name=name) for name in segments}
    return {"": l10n.say("The filters of the page"), **own, **named}


def place_of(rule: Rule | None) -> str:
    """The choice that a saved rule stands for."""
    if rule is None:
        return ""
    found = words_of(rule.selection, (PINNED,)).get(PINNED, "")
    only = rule.selection.count("=") == 1
    return found if found and only else AS_SAVED


def filled(name: str, owner: str, rule: Rule | None) -> tuple[str, str]:
    """What stands in the form: what was typed last, else what the loaded rule says."""
    return name or (rule.name if rule else ""), owner or (rule.owner if rule else "")


def buttons(l10n: L10n, rule: Rule | None, theirs: Rule | None) -> list[Choice]:
    """What may be done: save the rule under its name, replace the one that stands in its way, let it rest."""
    seen = f"{rule.id}:{rule.version}" if rule else "0:0"
    found = [Choice(f"save:{seen}", l10n.say("Save with its owner"))]
    found += [Choice("replace:0:0", l10n.say("Replace it"))] if theirs else []
    if rule:
        turn = ("off", l10n.say("Let it rest")) if rule.status == ON else ("on", l10n.say("Let it watch again"))
        found.append(Choice(f"{turn[0]}:{seen}", turn[1]))
    return found
