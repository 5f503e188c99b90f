"""App room: a method on half a screen: what it asks, its formula, its symbols, its interval, its limits, its source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from faicons import icon_svg
from htmltools import HTMLDependency, Tag, TagChild, tags

from app.assets import OWN
from app.views.methods import Method, Piece

SHEET = HTMLDependency("cartera-methods", str(OWN.version), source=OWN.source, stylesheet={"href": "methods.css"})
_PLACES = {"_": tags.sub, "^": tags.sup}


def method(text: Method, *, names: Mapping[str, str], go: str, shown: str) -> Tag:
    """One method. `names` are the heads of symbols, interval, limits and source; a click on `shown` sends the method's
    page to the input `go`."""
    return tags.section(
        tags.h3(text.title),
        tags.p(text.asks, class_="method-asks"),
        tags.div(*(_line(line) for line in text.formula), class_="method-formula", role="math", tabindex="0"),
        tags.dl(
            *(
                (tags.dt(head), tags.dd(body))
                for head, body in zip(
                    names.values(), (text.symbols, text.interval, text.limits, text.source), strict=True
                )
            ),
            class_="card-list",
        ),
        tags.button(
            shown, " ", icon_svg("arrow-right"), type="button", class_="row-pick", data_input=go, data_value=text.page
        ),
        id=f"method-{text.key}",
        class_="method card",
    )


def contents(found: Sequence[tuple[str, str]], *, label: str) -> Tag:
    """Links to the methods below."""
    return tags.nav(*(tags.a(title, href=f"#method-{key}") for key, title in found), class_="jumps", aria_label=label)


def group(title: str, *body: TagChild) -> Tag:
    """Methods that belong together."""
    return tags.section(tags.h2(title), tags.div(*body, class_="method-list"), class_="method-group")


def _line(line: Sequence[Piece]) -> Tag:
    return tags.div(*(_PLACES[p.place](p.text) if p.place else p.text for p in line))
