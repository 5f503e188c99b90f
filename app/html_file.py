"""App room: a document as one HTML page without scripts and without other files, from the blocks of its PDF."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from htmltools import HTML, Tag, tags

from app import theme
from app.components import card_list, cards
from app.pdf import Block, Drawing, Facts, NewPage, Words
from app.report_file import STYLE
from app.views.shapes import Headline, Table

MORE = """
.strong { font-weight: 600; } p.plain { color: var(--c-ink); font-size: 0.9rem; } .foot { margin-top: 2rem; }
.card-list { display: block; } .card-list > dt { margin-top: 0.35rem; } .card-list > dd { text-align: left; }
code { overflow-wrap: anywhere; }
"""


def as_html(title: str, blocks: Iterable[Block], *, language: str, foot: str = "", last: Sequence[Tag] = ()) -> str:
    """The page; `last` stands at its end. It asks no other host for anything."""
    page = tags.html(
        tags.head(
            tags.meta(charset="utf-8"),
            tags.meta(name="viewport", content="width=device-width, initial-scale=1"),
            tags.title(title),
            tags.style(HTML(theme.variables() + STYLE + MORE)),
        ),
        tags.body(tags.h1(title), *map(drawn, blocks), tags.p(foot, class_="foot") if foot else None, *last),
        lang=language,
    )
    return f"<!doctype html>\n{page}"


def drawn(block: Block) -> Tag | HTML | None:
    """A block on a page."""
    if isinstance(block, Headline):
        return cards.headline(block)
    if isinstance(block, Words):
        return tags.p(block.text, class_=f"tone-{block.tone or 'plain'} plain{' strong' if block.strong else ''}")
    if isinstance(block, Facts):
        return card_list.facts(block.facts)
    if isinstance(block, Table):
        return tags.div(cards.table(block), class_="worded")
    if isinstance(block, Drawing):
        return HTML(block.svg)
    assert isinstance(block, NewPage)
    return None
