"""App room: everything that depends on the reader's language in one object, words and numbers alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.format import Format
from app.words import translated, translated_plural


@dataclass(frozen=True)
class L10n(Format):
    """Words and numbers of one language: `say` and `many` translate, the rest is `Format`. Of data that are not `dated`
    no month is named: they stand in one snapshot, whose month is only that of the copy."""

    dated: bool = True

    def say(self, message: str, **values: object) -> str:
        """The English message in this language, with its {places} filled. The message is a literal, or was marked
        with `mark` where it was defined."""
        text = translated(self.language, message)
        return text.format(**values) if values else text

    def many(self, one: str, many: str, n: int, **values: object) -> str:
        """The singular or plural message for n; {n} is n written in this language."""
        return translated_plural(self.language, one, many, n).format(n=self.number(n), **values)

    def month(self, month: int | None) -> str:
        """A month YYYYMM: oct 2026; of data without dates: one snapshot."""
        return super().month(month) if self.dated else self.say("one snapshot")

    def short_month(self, month: int) -> str:
        """A month on an axis or beside a number: oct 26; nothing of data without dates."""
        return super().short_month(month) if self.dated else ""

    def pick(self, texts: Mapping[str, str]) -> str:
        """The text of this language among those that a release carries; English, then any, where it is missing."""
        return texts.get(self.language) or texts.get("en") or next(iter(texts.values()), "")
