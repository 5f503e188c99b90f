"""App room: cards: a finding with its figure, a value box, a small table, a designed state."""

from __future__ import annotations

from collections.abc import Sequence

from faicons import icon_svg
from htmltools import HTML, Tag, TagChild, TagList, tags
from shiny import ui

from app.components.sparkline import sparkline
from app.views.shapes import Box, Cell, Headline, Hidden, Move, State, Table

_ICONS = {"loading": "hourglass-half", "no_release": "box-open", "empty": "filter", "trouble": "triangle-exclamation"}


def finding_card(head: str, *body: TagChild, footer: TagChild = None, class_: str = "") -> Tag:
    """A card whose title is an output: `head` is the id of a `render.ui` that returns `headline(...)`."""
    return ui.card(
        ui.card_header(ui.output_ui(head), class_="finding"),
        *body,
        ui.card_footer(footer) if footer is not None else None,
        full_screen=True,
        class_=f"finding-card {class_}".strip(),
    )


def settled_card(text: Headline, *body: TagChild, class_: str = "") -> Tag:
    """A card whose title is known when it is made."""
    return ui.card(ui.card_header(headline(text), class_="finding"), *body, class_=f"finding-card {class_}".strip())


def headline(text: Headline, badge: Tag | None = None) -> Tag:
    """The finding, with the grade of its evidence where it is an effect, and under it the unit."""
    return tags.div(tags.h2(text.title, badge), tags.p(text.subtitle) if text.subtitle else None, class_="headline")


def value_boxes(boxes: Sequence[Box], badge: Tag | None = None) -> Tag:
    """A row of value boxes: six abreast on a wide screen, two by two on a phone; of effects, each with its grade."""
    return tags.div(
        *(value_box(box, badge) for box in boxes), class_="boxes", role="list", style=f"--boxes:{len(boxes)}"
    )


def value_box(box: Box, badge: Tag | None = None) -> Tag:
    """One number with its change, its target, its course and, on hover or focus, what it rests on."""
    return tags.div(
        tags.div(tags.h2(box.title), badge, _hint(box), class_="box-title"),
        tags.div(
            tags.span(box.value, class_="box-value", data_length=_length(box.value)),
            tags.span(box.period, class_="box-period"),
            class_="box-line",
        ),
        tags.div(_change(box), class_="box-change"),
        *(tags.div(_change(move), class_="box-change") for move in box.more),
        tags.div(_target(box), tags.span(box.n, class_="box-n"), class_="box-foot"),
        HTML(sparkline(box.spark)),
        class_="box",
        role="listitem",
        data_key=box.key,
    )


def hidden_note(label: str, hidden: Sequence[Hidden]) -> TagList | Tag:
    """One quiet line that says what is not shown and why; nothing when everything is."""
    if not hidden:
        return TagList()
    listed = "; ".join(f"{h.name} ({h.reason})" for h in hidden)
    return tags.p(icon_svg("circle-info"), f" {label} {listed}.", class_="hidden-note")


def insight(label: str, sentence: str, *, level: str = "unknown") -> Tag:
    """The one sentence that says what changed."""
    return tags.p(tags.strong(label), " ", sentence, class_=f"insight level-{level}", role="status")


def table(data: Table, *, input_id: str = "") -> Tag:
    """A small table. With `input_id`, the name of each row is a button that sends the row's key to that input."""
    keys = data.keys or ("",) * len(data.rows)
    return tags.div(
        tags.table(
            tags.caption(data.caption, class_="visually-hidden") if data.caption else None,
            tags.thead(tags.tr(*(tags.th(name, scope="col") for name in data.columns))),
            tags.tbody(*(_row(cells, key, input_id) for cells, key in zip(data.rows, keys, strict=True))),
            tags.tfoot(_row(data.total, "", "")) if data.total else None,
            class_="quiet-table",
        ),
        class_="table-frame",
        tabindex="0",
        role="region",
        aria_label=data.caption or data.columns[0],
    )


def state_card(state: State, *, action_id: str = "") -> Tag:
    """A designed state: what is so, what it means, what to do."""
    return tags.section(
        tags.div(icon_svg(_ICONS.get(state.kind, "circle-info")), class_="state-icon"),
        tags.h2(state.title),
        tags.p(state.body) if state.body else None,
        tags.pre(tags.code(state.command), tabindex="0") if state.command else None,
        ui.input_action_button(action_id, state.action, class_="btn-primary") if state.action and action_id else None,
        class_=f"state state-{state.kind}",
        role="status",
    )


def _row(cells: Sequence[Cell], key: str, input_id: str) -> Tag:
    first, *rest = cells
    name: TagChild = first.text
    if key and input_id:
        name = tags.button(first.text, type="button", class_="row-pick", data_input=input_id, data_value=key)
    return tags.tr(
        tags.th(name, scope="row"), *(tags.td(c.text, class_=f"tone-{c.tone}" if c.tone else None) for c in rest)
    )


def _length(value: str) -> str:
    """How much room a value needs: "short" as usual, else smaller type."""
    return "short" if len(value) <= 7 else "long" if len(value) <= 8 else "longer" if len(value) <= 10 else "longest"


def _hint(box: Box) -> Tag:
    pairs = [TagList(tags.dt(label), tags.dd(text)) for label, text in box.facts]
    said = "; ".join(f"{label}: {text}" for label, text in box.facts)
    button = tags.button(
        icon_svg("circle-info"), type="button", class_="hint", aria_label=f"{box.title}. {said}", tabindex="0"
    )
    return ui.tooltip(button, tags.dl(*pairs, class_="facts"), placement="bottom")


def _change(move: Box | Move) -> TagChild:
    if not move.change:
        return tags.span(move.against, class_="muted")
    strong = tags.span(f"{move.arrow} {move.change}".strip(), class_=f"delta {move.tone}".strip())
    return TagList(strong, " ", tags.span(move.against, class_="muted"))


def _target(box: Box) -> TagChild:
    return tags.span(box.target, class_=f"box-target level-{box.level}") if box.target else None
