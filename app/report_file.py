"""App room: the data report as a file that stands alone: one page without scripts and without other files, or JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from htmltools import HTML, Tag, TagChild, tags

from app import theme
from app.charts import svg
from app.components import cards
from app.components.column_table import remarks
from app.l10n import L10n
from app.views import data_report as view
from app.views import data_report_column as one
from app.views import data_report_findings as found
from app.views import data_report_pairs as pairs
from app.views import data_report_table as listing
from app.views import releases_oddities as oddities
from app.views.data_report_figures import Report
from app.views.shapes import Headline

STYLE = """
body { max-width: 1060px; margin: 0 auto; padding: 1.6rem; color: var(--c-ink); background: #fff; line-height: 1.45;
  font: 14px/1.45 Inter, system-ui, -apple-system, "Segoe UI", sans-serif; font-variant-numeric: tabular-nums; }
h1 { margin: 0; font-size: 1.5rem; } h2 { margin: 1.8rem 0 0; font-size: 1.08rem; }
h3 { margin: 0; font-size: 0.98rem; }
p, .headline p, .muted { margin: 0.15rem 0 0.6rem; color: var(--c-muted); font-size: 0.86rem; }
.headline h2 { margin-top: 1.6rem; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 0.7rem; margin: 1rem 0; }
.tiles > div { padding: 0.6rem 0.8rem; border: 1px solid var(--c-line); border-radius: 0.6rem; }
.tiles strong { display: block; font-size: 1.3rem; }
.remarks { padding: 0; list-style: none; } .remarks li { padding: 0.2rem 0; }
.remarks li > :first-child { display: inline-block; width: 1.2rem; }
.table-frame { overflow-x: auto; } table { width: 100%; border-collapse: collapse; font-size: 0.82rem; }
th, td { padding: 0.28rem 0.45rem; border-bottom: 1px solid var(--c-line); text-align: right; font-weight: 400; }
th:first-child { text-align: left; } thead th { color: var(--c-muted); font-weight: 600; }
caption { display: none; } a { color: var(--c-link); text-decoration: none; }
.worded th, .worded td, .listing :is(th, td):nth-child(2), .listing :is(th, td):last-child { text-align: left; }
.worded td { overflow-wrap: anywhere; } .worded th:first-child { min-width: 190px; }
.tone-bad { color: var(--c-bad); font-weight: 600; } .tone-warn { color: var(--c-warn); font-weight: 600; }
.tone-good { color: var(--c-good); } .tone-muted { color: var(--c-muted); }
svg { max-width: 100%; height: auto; overflow: visible; font-family: inherit; }
section { break-inside: avoid; margin-top: 1.3rem; padding-top: 0.9rem; border-top: 1px solid var(--c-line); }
.side-by-side { display: grid; grid-template-columns: repeat(auto-fit, minmax(360px, 1fr)); gap: 0.4rem 1.4rem; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(300px, 1fr)); gap: 0.1rem 1.8rem; margin: 0.5rem 0 0;
  font-size: 0.82rem; }
dl > div { display: flex; justify-content: space-between; gap: 0.8rem; } dt { color: var(--c-muted); }
dd { margin: 0; text-align: right; overflow-wrap: anywhere; }
@media print { body { padding: 0; max-width: none; } a { color: inherit; } }
"""


def as_json(report: Report) -> str:
    """The document as JSON text."""
    return json.dumps(report.document, ensure_ascii=False)


def file_name(document: Mapping[str, Any], ending: str) -> str:
    """What the file is called: the source and the last month."""
    source = "".join(c if c.isalnum() or c in "-_" else "_" for c in document["source"])
    return f"{source}_{document['as_of']}_data_report.{ending}"


def as_html(report: Report, l10n: L10n) -> str:
    """The report as one HTML page in a language. It asks no other host for anything."""
    title = l10n.say("Data report: {source}", source=report.document["source"])
    nothing = view.state(l10n, report)
    body = [tags.h2(nothing.title), tags.p(nothing.body)] if nothing else _body(report, l10n)
    page = tags.html(
        tags.head(
            tags.meta(charset="utf-8"),
            tags.meta(name="viewport", content="width=device-width, initial-scale=1"),
            tags.title(title),
            tags.style(HTML(theme.variables() + STYLE)),
        ),
        tags.body(tags.h1(title), *body),
        lang=l10n.language,
    )
    return f"<!doctype html>\n{page}"


def _body(report: Report, l10n: L10n) -> list[TagChild]:
    """Everything that the page of the dashboard shows, and every column."""
    return [
        tags.p(_scope(report, l10n)),
        _tiles(report, l10n),
        _head(view.findings_headline(l10n, report)),
        remarks(found.findings(l10n, report)),
        _head(pairs.strongest_headline(l10n, report)),
        HTML(svg.bars(pairs.strongest(l10n, report), width=svg.WIDE)),
        _head(_without_clicks(report, l10n)),
        _listing(report, l10n),
        *_months(report, l10n),
        _head(pairs.alike_headline(l10n, report)),
        HTML(svg.heatmap(pairs.alike(l10n, report))),
        *_tables(report, l10n),
        _pair(report, l10n),
        tags.h2(l10n.say("Column by column")),
        *(_column(report, l10n, name) for name in view.choices(l10n, report)),
    ]


def _scope(report: Report, l10n: L10n) -> str:
    positive = l10n.pick(report.document["positive"])
    period = l10n.months(report.months[0], report.months[-1])
    said = l10n.say("{period}. A positive outcome: {positive}.", period=period, positive=positive)
    return f"{said} {view.sample_note(l10n, report)}".strip()


def _tiles(report: Report, l10n: L10n) -> Tag:
    made = [
        tags.div(b.title, tags.strong(b.value), tags.span(b.against, class_="muted")) for b in view.boxes(l10n, report)
    ]
    return tags.div(*made, class_="tiles")


def _head(text: Headline) -> Tag:
    return cards.headline(text)


def _without_clicks(report: Report, l10n: L10n) -> Headline:
    unit = l10n.say(
        "n {n} rows · outliers: beyond 1.5 interquartile ranges · V: Cramér's V of ten bins, 0 to 1",
        n=l10n.number(report.rows),
    )
    return Headline(listing.headline(l10n, report).title, unit)


def _listing(report: Report, l10n: L10n) -> Tag:
    """The table of columns; a name leads to the column's own part."""
    lines = listing.table(l10n, report, listing.Order())
    rows = [
        tags.tr(
            tags.th(tags.a(cells[0].text, href=f"#{_anchor(key)}"), scope="row"),
            *(tags.td(c.text, class_=f"tone-{c.tone}" if c.tone else None) for c in cells[1:]),
        )
        for cells, key in zip(lines.rows, lines.keys, strict=True)
    ]
    head = tags.thead(tags.tr(*(tags.th(text, scope="col") for text in lines.columns)))
    return tags.div(tags.table(head, tags.tbody(*rows)), class_="table-frame listing")


def _months(report: Report, l10n: L10n) -> list[TagChild]:
    if not report.document["dated"]:
        return [tags.p(l10n.say("The rows have no dates: there are no months to compare."))]
    return [_head(pairs.missing_headline(l10n, report)), HTML(svg.heatmap(pairs.missing(l10n, report)))]


def _tables(report: Report, l10n: L10n) -> list[TagChild]:
    """Columns that repeat each other, and what the source found odd."""
    repeated = pairs.alike_table(l10n, report)
    odd = oddities.table(l10n, report.document["suspicions"])
    return [
        *([tags.div(cards.table(repeated), class_="worded")] if repeated else []),
        _head(oddities.headline(l10n, report.document["suspicions"])),
        *([tags.div(cards.table(odd), class_="worded")] if odd else []),
    ]


def _pair(report: Report, l10n: L10n) -> Tag:
    """The two strongest columns together."""
    down, across = view.pair(report, "", "")
    names = " × ".join(view.choices(l10n, report)[n] for n in (down, across) if n)
    drawn = svg.heatmap(pairs.pair(l10n, report, down, across), cell=26.0)
    return tags.div(_head(pairs.pair_headline(l10n, report, down, across)), tags.h3(names), HTML(drawn))


def _column(report: Report, l10n: L10n, name: str) -> Tag:
    head = one.facts_headline(l10n, report, name)
    facts = [tags.div(tags.dt(f.name), tags.dd(f.text)) for f in one.facts(l10n, report, name)]
    pictures = (
        (one.spread_headline(l10n, report, name), svg.histogram(one.spread(l10n, report, name))),
        (one.rates_headline(l10n, report, name), svg.bars(one.rates(l10n, report, name))),
    )
    return tags.section(
        tags.h3(head.title),
        tags.p(head.subtitle),
        tags.div(
            *(tags.div(tags.strong(text.title), tags.p(text.subtitle), HTML(drawn)) for text, drawn in pictures),
            class_="side-by-side",
        ),
        tags.dl(*facts),
        id=_anchor(name),
    )


def _anchor(name: str) -> str:
    return "column-" + "".join(c if c.isalnum() else "-" for c in name)
