"""App room: the grade of evidence as a badge that opens its conditions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from htmltools import HTMLDependency, Tag, tags

from app.assets import OWN

SHEET = HTMLDependency("cartera-evidence", str(OWN.version), source=OWN.source, stylesheet={"href": "evidence.css"})
"""The styles of the pages Model effect and Releases."""


@dataclass(frozen=True)
class Condition:
    """One condition of a grade: its words, and "good" (holds), "bad" (fails), "muted" (cannot be checked) or "note" (a
    remark)."""

    text: str
    tone: str


@dataclass(frozen=True)
class Verdict:
    """A grade "A".."E", what it means, what could be seen at all (said before the conclusion), what is concluded, and
    the conditions behind it."""

    grade: str
    meaning: str
    before: str
    sentence: str
    more: Sequence[str]
    opener: str
    conditions: Sequence[Condition]


_SIGNS = {"good": "✓", "bad": "✗", "muted": "?", "note": "·"}


def badge(data: Verdict | None, id: str) -> Tag | None:
    """The grade beside an effect: a link that opens the conditions of the verdict `id`; nothing without a verdict."""
    if data is None:
        return None
    said = f"{data.grade}: {data.meaning}"
    return tags.a(data.grade, href=f"#{id}", class_=f"badge-{data.grade.lower()} grade-badge", title=said,
                  aria_label=said)  # fmt: skip


def verdict(data: Verdict, *, id: str = "", bare: bool = False) -> Tag:
    """The badge, the conclusion in one sentence, what it rests on, and the conditions folded under it, which a link to
    `id` opens. `bare`: there is nothing to be seen below it."""
    return tags.section(
        tags.div(data.grade, class_=f"grade grade-{data.grade.lower()}", title=data.meaning),
        tags.div(
            tags.p(data.before, class_="muted") if data.before else None,
            tags.p(data.sentence, class_="verdict-sentence"),
            *(tags.p(text, class_="muted") for text in data.more),
            tags.details(
                tags.summary(data.opener),
                tags.p(data.meaning, id=id or None),
                tags.ul(
                    *(
                        tags.li(tags.span(_SIGNS[c.tone], aria_hidden="true"), f" {c.text}", class_=f"tone-{c.tone}")
                        for c in data.conditions
                    ),
                    class_="conditions",
                ),
            ),
        ),
        class_="verdict bare" if bare else "verdict",
        role="status",
    )
