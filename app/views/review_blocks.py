"""App room: a review session as a document: what it rests on, what it opened with, what it saw, found and decided, and
who signed; block by block, for a page, a workbook and a PDF alike."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from app.charts import svg_lines
from app.charts.trend import Line, Trend
from app.components.card_list import Fact
from app.frozen import Frozen
from app.l10n import L10n
from app.pdf import Block, Drawing, Facts, Words
from app.views import review as words_of
from app.views import review_agenda as agenda
from app.views import review_memory as remembered
from app.views import review_recalibrated as recalibrated
from app.views import review_signing as signing
from app.views import review_tables as tables
from app.views.methods import Method
from app.views.review_effect import past
from app.views.review_figures import Book
from app.views.shapes import Headline, Table
from data.records.review_terms import Review

_SEEN_THROUGH: Final = re.compile(r"rgba\(([\d., ]+)\)")


def opening(l10n: L10n, review: Review, frozen: Frozen, *, filters: str) -> list[Block]:
    """What the session rests on, its agenda, and what became of the session before."""
    found = past(frozen)
    first: list[Block] = [
        Words(words_of.banner(l10n, review, frozen), strong=True),
        Facts(_rests(l10n, review, frozen, filters)),
        agenda.headline(l10n, frozen),
        agenda.table(l10n, frozen),
        remembered.headline(l10n, found),
    ]
    if found is None:
        return first
    told = [remembered.effect(l10n, found), remembered.done(l10n, found), remembered.restated(l10n, found)]
    said = [
        remembered.sentence(l10n, found.review),
        remembered.note(l10n, found),
        remembered.restated_headline(l10n, found),
    ]
    return [*first, *(Words(text) for text in said if text), *(table for table in told if table)]


def _rests(l10n: L10n, review: Review, frozen: Frozen, filters: str) -> list[Fact]:
    said = frozen.said
    return [
        Fact(l10n.say("Filters"), filters),
        Fact(l10n.say("Months"), l10n.months(said["first_month"], said["last_month"])),
        *words_of.held(l10n, review),
        *words_of.audit(l10n, frozen),
        Fact(l10n.say("Release"), f"{said['release']}, {l10n.moment(said['published_at'])}", code=True),
    ]


def outcome(l10n: L10n, known: Book, review: Review) -> list[Block]:
    """What was found and decided, and who signed it."""
    found, signed = words_of.findings(l10n, known.of(review)), signing.signatures(l10n, known, review)
    lacks = signing.missing(l10n, known, review)
    return [
        words_of.findings_headline(l10n, known.of(review)), *([found] if found else []),
        words_of.decision_headline(l10n, review), Facts(words_of.decision(l10n, review)),
        Headline(l10n.say("Signatures")), *([signed] if signed else [Words(l10n.say("Nobody has signed yet."))]),
        *([Words(lacks, "bad")] if lacks else []),
    ]  # fmt: skip


def seen(l10n: L10n, frozen: Frozen) -> list[Block]:
    """The frozen figures: the course of promise and outcome, and every table."""
    drawn = _on_white(svg_lines.trend(promise(l10n, frozen), l10n.percent))
    course: list[Block] = [Headline(l10n.say("Promised and observed by month")), Drawing(drawn)] if drawn else []
    listed: list[Block] = []
    again = recalibrated.sentence(l10n, frozen)
    course += [recalibrated.headline(l10n, frozen), *([Words(again)] if again else [])]
    for table in tables.tables(l10n, frozen):
        listed += [Headline(table.caption), table]
    return [*course, *listed]


def _on_white(svg: str) -> str:
    """A drawing whose see-through colours are what they look like on paper, which has no others."""

    def solid(found: re.Match[str]) -> str:
        *ink, share = (float(part) for part in found[1].split(","))
        return "#" + "".join(f"{round(255 + (value - 255) * share):02x}" for value in ink)

    return _SEEN_THROUGH.sub(solid, svg)


def promise(l10n: L10n, frozen: Frozen) -> Trend:
    """Promised and observed rates by month, as they were frozen."""
    rows = [row for row in frozen.table("months") if row["observed"] is not None]
    told = {key: [float("nan") if row[key] is None else row[key] for row in rows]
            for key in ("promised", "observed", "observed_low", "observed_high")}  # fmt: skip
    texts = [l10n.month(row["month"]) for row in rows]
    return Trend(
        [l10n.short_month(row["month"]) for row in rows],
        [
            Line(l10n.say("Observed"), told["observed"], texts, label=l10n.say("Observed"), low=told["observed_low"],
                 high=told["observed_high"]),
            Line(l10n.say("Promised"), told["promised"], texts, "second", l10n.say("Promised"), dashed=True),
        ],
    )  # fmt: skip


def definitions(l10n: L10n, methods: Sequence[Method]) -> list[Block]:
    """What each figure is."""
    told = [Fact(m.title, _plain(f"{_formula(m)}. {m.symbols} {m.interval} {m.limits}")) for m in methods]
    return [Headline(l10n.say("Definitions")), Facts(told)]


def _formula(method: Method) -> str:
    return "; ".join("".join(piece.text for piece in line) for line in method.formula)


def _plain(text: str) -> str:
    """A text whose hats stand behind their letter: not every type can put one above it."""
    return text.replace("\N{COMBINING CIRCUMFLEX ACCENT}", "^")


def hashes(l10n: L10n, evidence: str, record: str) -> list[Block]:
    """The hashes that a pack must carry."""
    return [Facts([Fact(l10n.say("Evidence, SHA-256"), evidence, code=True),
                   Fact(l10n.say("Session, SHA-256"), record, code=True)])]  # fmt: skip


def listed(blocks: Sequence[Block]) -> list[Table]:
    """The tables of a document."""
    return [block for block in blocks if isinstance(block, Table)]
