"""App room: the board pack as a file that stands alone: one page without scripts and without other files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from htmltools import HTML, Tag, TagChild, tags

from app import theme
from app.charts import svg, svg_lines
from app.charts.bars import Bars
from app.charts.bridge import Bridge as Steps
from app.charts.trend import Trend
from app.components import cards
from app.components.verdict import Verdict
from app.desk import Pin
from app.frozen import Frozen, freeze
from app.l10n import L10n
from app.report_file import STYLE
from app.selection import Filters, to_query
from app.views import board, kpi_pages, methods
from app.views import header as header_view
from app.views.kpi import Kpi
from app.views.shapes import Box
from data.counts import Selection
from monitoring.policy import Policy

MORE = """
.box { padding: 0.6rem 0.8rem; border: 1px solid var(--c-line); border-radius: 0.6rem; }
.box strong { display: block; font-size: 1.25rem; } .box .muted { display: block; margin: 0; font-size: 0.78rem; }
.verdict { display: flex; gap: 1rem; margin-bottom: 1rem; } .verdict ul { margin: 0.5rem 0; padding-left: 1.1rem; }
.grade { flex: none; width: 2.6rem; height: 2.6rem; border-radius: 0.6rem; background: var(--c-navy); color: #fff;
  font-size: 1.5rem; font-weight: 700; line-height: 2.6rem; text-align: center; } .stamp { font-size: 0.78rem; }
.stamp code { overflow-wrap: anywhere; } ol { padding-left: 1.2rem; } .formula { font: italic 1rem Georgia, serif; }
.definitions dt { color: var(--c-ink); font-weight: 600; } .definitions { display: block; }
.definitions dd { text-align: left; margin: 0 0 0.7rem; }
"""


@dataclass(frozen=True)
class Pack:
    """What a pack holds: its parts, the filters in words, where its data come from, the figures as frozen evidence, and
    the methods that explain them."""

    l10n: L10n
    source: str
    parts: Sequence[board.Part]
    filters: Sequence[str]
    scope: str
    badge: Sequence[str]
    frozen: Frozen
    methods: Sequence[methods.Method]

    @property
    def title(self) -> str:
        """What the pack is called."""
        return self.l10n.say("Board pack: {source}", source=self.source)


def pack(l10n: L10n, pin: Pin, selection: Selection, filters: Filters, *, policy: Policy) -> Pack:
    """The pack of a selection. It holds no row of a client: only figures of at least `policy.cell_least` obligations.

    A selection of fewer has an empty pack: no part and no figure.
    """
    small = board.too_few(pin, selection, policy=policy)
    made = [] if small else board.parts(l10n, pin, selection, policy=policy)
    found: dict[str, Sequence[Kpi]] = {
        page: [] if small else kpi_pages.figures_of(pin, selection, page=page, policy=policy)
        for page in kpi_pages.PAGES
    }
    totals = pin.counts.totals(selection, by=("month",))
    wanted = list(dict.fromkeys(key for part in made for key in part.methods))
    known = {m.key: m for group in methods.methods(l10n).values() for m in group}
    chips = header_view.chips(l10n, filters, dimensions=pin.document("dimensions"))
    return Pack(
        l10n, pin.meaning["source"], made, [c.text for c in chips], header_view.scope(l10n, pin, totals),
        [part.text for part in header_view.stamp(l10n, pin, totals=totals)],
        freeze(pin, selection, query=to_query(filters), pages=found, policy=policy), [known[key] for key in wanted],
    )  # fmt: skip


def file_name(pin: Pin, selection: Selection, ending: str) -> str:
    """What the file is called: the source, the last month, the release."""
    source = "".join(c if c.isalnum() or c in "-_" else "_" for c in pin.meaning["source"])
    last = selection.months[1] if selection.months else pin.counts.months[-1]
    return f"{source}_{last}_{pin.version}.{ending}"


def as_html(pack: Pack) -> str:
    """The pack as one HTML page. It asks no other host for anything."""
    body = [_part(pack.l10n, part) for part in pack.parts] or [tags.p(nothing(pack))]
    page = tags.html(
        tags.head(
            tags.meta(charset="utf-8"),
            tags.meta(name="viewport", content="width=device-width, initial-scale=1"),
            tags.title(pack.title),
            tags.style(HTML(theme.variables() + STYLE + MORE)),
        ),
        tags.body(tags.h1(pack.title), tags.p(pack.scope), tags.p(*_lines(pack)), *body, _definitions(pack),
                  _stamp(pack)),
        lang=pack.l10n.language,
    )  # fmt: skip
    return f"<!doctype html>\n{page}"


def nothing(pack: Pack) -> str:
    """What stands in an empty pack."""
    least = pack.frozen.said["policy"]["cell_least"]
    return pack.l10n.say("The selection has fewer than {n} obligations: no figure of it leaves in a file.", n=least)


def filtered(pack: Pack) -> str:
    """The filters in words."""
    return "; ".join(pack.filters) or pack.l10n.say("no filter: the whole portfolio")


def _lines(pack: Pack) -> list[TagChild]:
    return [pack.l10n.say("Filters"), ": ", filtered(pack), tags.br(), " · ".join(pack.badge)]


def _part(l10n: L10n, part: board.Part) -> Tag:
    return tags.section(
        cards.headline(part.head),
        tags.p(tags.strong(part.said)) if part.said else None,
        _verdict(part.verdict) if part.verdict else None,
        tags.div(*(_box(l10n, box) for box in part.boxes), class_="tiles") if part.boxes else None,
        HTML(_drawn(l10n, part.picture)),
        cards.table(part.table) if part.table and part.table.rows else None,
    )


def _verdict(found: Verdict) -> Tag:
    said = [found.before, *found.more, *(c.text for c in found.conditions)]
    return tags.div(
        tags.div(found.grade, class_="grade", title=found.meaning),
        tags.div(tags.p(found.meaning), tags.strong(found.sentence), tags.ul(*map(tags.li, filter(None, said)))),
        class_="verdict",
    )


def _box(l10n: L10n, box: Box) -> Tag:
    """A figure with what it rests on; its period stands in its title, its release at the foot of the page."""
    known = (l10n.say("Value"), l10n.say("Period"), l10n.say("Release"))
    rests = [f"{name}: {text}" for name, text in box.facts if name not in known]
    notes = [f"{box.arrow} {box.change} {box.against}".strip(), box.target, *rests]
    shown = [tags.span(note, class_="muted") for note in notes if note]
    return tags.div(tags.span(f"{box.title} · {box.period}".strip(" ·")), tags.strong(box.value), *shown, class_="box")


def _drawn(l10n: L10n, picture: Trend | Bars | Steps | None) -> str:
    if isinstance(picture, Trend):
        return svg_lines.trend(picture, l10n.percent)
    if isinstance(picture, Steps):
        return svg_lines.bridge(picture)
    return svg.bars(picture, width=svg.WIDE) if picture else ""


def _definitions(pack: Pack) -> Tag:
    entries = [
        (tags.dt(m.title), tags.dd(tags.div(HTML(_formula(m)), class_="formula"), f"{m.symbols} {m.limits}"))
        for m in pack.methods
    ]
    return tags.section(tags.h2(pack.l10n.say("Definitions")), tags.dl(*entries, class_="definitions"))


def _formula(method: methods.Method) -> str:
    return "<br>".join(
        "".join(str({"_": tags.sub, "^": tags.sup}.get(p.place, tags.span)(p.text)) for p in line)
        for line in method.formula
    )


def _stamp(pack: Pack) -> Tag:
    l10n, said = pack.l10n, pack.frozen.said
    return tags.section(
        tags.p(
            l10n.say("Release {name}, published {when}.", name=said["release"], when=said["published_at"]), " ",
            l10n.say("Evidence"), " SHA-256 ", tags.code(pack.frozen.hash), class_="stamp",
        ),
        tags.details(tags.summary(l10n.say("The figures as frozen")), tags.code(pack.frozen.content, id="evidence"),
                     class_="stamp"),
    )  # fmt: skip
