"""App room: the model card as a document: what the model is and is for, what it was worth, what it learnt from."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from app.charts import svg
from app.components.card_list import Fact
from app.components.verdict import Condition
from app.l10n import L10n
from app.pdf import Block, Drawing, Facts, Words
from app.views import lineage as view
from app.views import lineage_audit as audits
from app.views import lineage_guards as guards
from app.views import lineage_leakage as leakage
from app.views import releases_model as model
from app.views import releases_oddities as oddities
from app.views import releases_worth as worth
from app.views.lineage_figures import Lineage, Refused
from app.views.shapes import Headline
from data.audited import Audit

SIGNS = {"good": "✓ ", "bad": "✗ ", "warn": "! ", "muted": "· "}
MOST = 25
"""Features that the table of the leakage report names."""


def title(l10n: L10n, found: Lineage) -> str:
    """What the document is called."""
    return l10n.say("Model card: {source}", source=found.meaning.get("source", ""))


def foot(l10n: L10n, found: Lineage) -> str:
    """Which release and model the document speaks of."""
    return l10n.say("Release {name} · model {hash}", name=found.version, hash=found.served[: view.SHORT])


def blocks(l10n: L10n, found: Lineage, audit: Audit | Refused | None) -> list[Block]:
    """The document, from the release's data alone."""
    nothing = view.state(l10n, found)
    if nothing:
        return [Headline(nothing.title), Words(nothing.body)]
    return [
        Words(view.sentence(l10n, found, audit)),
        *_use(l10n, found),
        view.headline(l10n, found), Facts(view.facts(l10n, found)), Words(view.code_note(l10n, found), "muted"),
        *_worth(l10n, found),
        Headline(audits.headline(l10n, audit).title), *_lines(audits.findings(l10n, audit)),
        guards.headline(l10n, found), *_conditions(guards.guards(l10n, found)),
        *_leakage(l10n, found),
        *_features(l10n, found),
        *_data(l10n, found),
    ]  # fmt: skip


def _use(l10n: L10n, found: Lineage) -> list[Block]:
    positive = l10n.pick(found.card.get("positive_means") or found.meaning.get("positive", {}))
    return [
        Headline(l10n.say("What it is for")),
        Words(l10n.say("It ranks obligations by the probability of this outcome: {positive}. A false positive is an "
                       "obligation of which that was said, and that did not.", positive=positive)),
        Words(l10n.say("Who is offered what is decided by people. The score says nothing of what an offer changes, of "
                       "obligations that were never eligible, or of months after those it was judged on."), "muted"),
    ]  # fmt: skip


def _worth(l10n: L10n, found: Lineage) -> list[Block]:
    board, windows = worth.board(l10n, found.card), model.windows(l10n, found.card)
    return [
        worth.board_headline(l10n, found.card), *([board] if board else []),
        model.windows_headline(l10n, found.card), *([windows] if windows else []),
    ]  # fmt: skip


def _leakage(l10n: L10n, found: Lineage) -> list[Block]:
    table = leakage.table(l10n, found, most=MOST)
    refused = any(f["refused"] for f in found.alone)
    bars = leakage.picture(l10n, found)
    drawn = svg.bars(bars if refused else replace(bars, line=math.nan), width=svg.WIDE)
    return [
        leakage.headline(l10n, found), Drawing(drawn), *_conditions(leakage.conditions(l10n, found)),
        *([table] if table else []),
    ]  # fmt: skip


def _features(l10n: L10n, found: Lineage) -> list[Block]:
    groups = view.features(l10n, found)
    named = Facts([Fact(g.title, ", ".join(g.names)) for g in groups])
    return [Headline(view.features_summary(l10n, found)), named] if groups else []


def _data(l10n: L10n, found: Lineage) -> list[Block]:
    """What was odd about the data; without the examples, which name clients."""
    odd = oddities.table(l10n, found.suspicions)
    head = oddities.headline(l10n, found.suspicions)
    if odd is None:
        return [head]
    rows = tuple((what, count, column, file) for what, count, column, _, file in odd.rows)
    return [head, replace(odd, columns=odd.columns[:3] + odd.columns[4:], rows=rows)]


def _conditions(found: Sequence[Condition]) -> list[Block]:
    return [Words(SIGNS.get(c.tone, "") + c.text, c.tone if c.tone in ("bad", "warn") else "") for c in found]


def _lines(found: Sequence[tuple[str, str]]) -> list[Block]:
    return _conditions([Condition(text, tone) for text, tone in found])
