"""App room: the words and chart data of the Payment options section."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from app.charts.heatmap import Heatmap, Tile
from app.l10n import L10n
from app.views import names
from app.views.effect_options_figures import Sheet, cells, figures
from app.views.shapes import Cell, Headline, State, Table
from app.words import mark
from data.rows import UNNAMED
from monitoring.estimate import Estimate
from monitoring.options import Board, Kept

__all__ = [
    "Sheet", "board", "board_headline", "caution", "cells", "coming", "coming_headline", "figures", "insight",
    "kept_headline", "kept_map", "notes", "state",
]  # fmt: skip

NO_TERMS = mark("the data carry no terms of an option (rate, instalments), so what it gives up has no present value")


def state(l10n: L10n, page: Sheet) -> State | None:
    """Why there is no board."""
    if page.board:
        return None
    if not page.told:
        return State(
            "nothing",
            l10n.say("This release does not say what was offered"),
            l10n.say("It was made before offers were followed. Train anew, and the board of options is there."),
        )
    return State(
        "nothing",
        l10n.say("No option was offered in this selection"),
        l10n.say("Take more months or fewer filters. Offers come from the file of decisions, or from responses."),
    )


def caution(l10n: L10n, page: Sheet) -> str:
    """What the reader must know before the figures."""
    if page.everything is None:
        return ""
    said = []
    if not page.named:
        said.append(l10n.say("The data do not name the options: all of them stand in one row."))
    if not page.pin.dated:
        said.append(l10n.say("The data carry no dates: nothing says how long an option held."))
    elif page.everything.young:
        said.append(
            l10n.say("{n} of {all} options are younger than {months} months: not counted as kept or not.",
                     n=l10n.number(page.everything.young), all=l10n.number(page.everything.applied),
                     months=l10n.number(page.policy.option_kept_months))
        )  # fmt: skip
    return " ".join(said)


def insight(l10n: L10n, page: Sheet) -> str:
    """How many options hold, in one sentence."""
    whole = page.everything
    if whole is None:
        return ""
    if not math.isfinite(whole.kept.value):
        return l10n.say("{offered} offers, {accepted} accepted; none is old enough to say whether it was kept.",
                        offered=l10n.number(whole.offered), accepted=l10n.number(whole.accepted))  # fmt: skip
    return l10n.say(
        "Of {offered} offers {accepted} were accepted and {applied} applied. Of 100 applied, {kept} held for {months} "
        "months ({interval}).",
        offered=l10n.number(whole.offered), accepted=l10n.number(whole.accepted), applied=l10n.number(whole.applied),
        kept=l10n.number(100 * whole.kept.value), months=l10n.number(page.policy.option_kept_months),
        interval=l10n.interval(whole.kept.low, whole.kept.high),
    )  # fmt: skip


def option_name(l10n: L10n, option: str) -> str:
    """The name of an option: that of the data, or that there is none."""
    if not option:
        return l10n.say("All options")
    return l10n.say("Option not named") if option == UNNAMED else names.level(l10n, option)


def board_headline(l10n: L10n, page: Sheet) -> Headline:
    """Which option holds best and which worst, if chance can be ruled out, and what the columns count."""
    unit = l10n.say(
        "Obligation-months by the first option offered; kept: never more than {days} days past due for {months} "
        "months; re-default: within {spans}; Jeffreys 95% intervals; cost per basis point of ratio that kept options "
        "took out",
        days=l10n.number(page.policy.overdue_dpd), months=l10n.number(page.policy.option_kept_months),
        spans=l10n.number(page.policy.redefault_months),
    )  # fmt: skip
    if pair := _apart(page, lambda b: b.kept):
        return Headline(l10n.say("{best} holds best, {a}; {worst} worst, {b}", **_said(l10n, *pair)), unit)
    if pair := _apart(page, lambda b: b.redefaulted):
        return Headline(
            l10n.say("All hold {months} months alike; {best} falls back most, {a}, {worst} least, {b}",
                     months=l10n.number(page.policy.option_kept_months), **_said(l10n, *pair)),
            unit,
        )  # fmt: skip
    return Headline(l10n.say("No option holds visibly better than another"), unit)


def _apart(page: Sheet, of: Callable[[Board], Estimate]) -> tuple[Board, Board, Callable[[Board], Estimate]] | None:
    """The options with the highest and the lowest share, where their intervals do not meet."""
    judged = [b for b in page.options if of(b).n >= page.policy.min_n]
    if not judged:
        return None
    high, low = (f(judged, key=lambda b: of(b).value) for f in (max, min))
    return (high, low, of) if of(high).low > of(low).high else None


def _said(l10n: L10n, high: Board, low: Board, of: Callable[[Board], Estimate]) -> dict[str, str]:
    return {
        "best": option_name(l10n, high.option), "a": l10n.percent(of(high).value, 0),
        "worst": option_name(l10n, low.option), "b": l10n.percent(of(low).value, 0),
    }  # fmt: skip


def board(l10n: L10n, page: Sheet) -> Table:
    """The board: an option a row, all together at the end."""
    columns = (
        l10n.say("Option"), l10n.say("Offered"), l10n.say("Accepted"), l10n.say("Applied"), l10n.say("Kept"),
        l10n.say("Re-default"), l10n.say("Concession (NPV)"), l10n.say("Cost per bp"),
    )  # fmt: skip
    rows = [_row(l10n, b) for b in page.options]
    total = _row(l10n, page.everything) if page.everything else ()
    return Table(columns, tuple(rows), total=total, caption=l10n.say("Board of payment options"))


def _row(l10n: L10n, b: Board) -> tuple[Cell, ...]:
    small = "muted" if b.kept.reason else ""
    return (
        Cell(option_name(l10n, b.option)), Cell(l10n.number(b.offered)),
        Cell(f"{l10n.number(b.accepted)} · {_rate(l10n, b.acceptance)}"), Cell(l10n.number(b.applied)),
        Cell(_rate(l10n, b.kept), small), Cell(_rate(l10n, b.redefaulted), "muted" if b.redefaulted.reason else ""),
        Cell("—", "muted"), Cell(l10n.money(b.cost_per_bp), "" if math.isfinite(b.cost_per_bp) else "muted"),
    )  # fmt: skip


def _rate(l10n: L10n, e: Estimate) -> str:
    """A share with its interval and what it rests on."""
    if not math.isfinite(e.value):
        return "—"
    return f"{l10n.percent(e.value, 0)} [{l10n.interval(e.low, e.high, 0)}] n {l10n.number(e.n)}"


def notes(l10n: L10n, page: Sheet) -> str:
    """What the board does not say, and why columns are empty."""
    said = [l10n.say("Options go to different clients: a difference between two of them is not an effect."),
            l10n.say("Concession: — ({reason}).", reason=l10n.say(NO_TERMS))]  # fmt: skip
    if page.everything is not None and not math.isfinite(page.everything.cost_per_bp):
        why = (
            l10n.say("no cost of a contact is set") if not page.policy.has_costs
            else l10n.say("no overdue balance was kept out of the ratio, or the data carry none")
        )  # fmt: skip
        said.append(l10n.say("Cost per bp: — ({reason}).", reason=why))
    elif any(not math.isfinite(b.cost_per_bp) for b in page.options):
        said.append(l10n.say("Cost per bp: — where an option took nothing overdue out of the ratio."))
    return " ".join(said)


def kept_headline(l10n: L10n, page: Sheet, found: Sequence[Kept], *, dimension: str) -> Headline:
    """In which cell options hold differently."""
    unit = l10n.say(
        "Share of applied options that held for {months} months, by option and {dimension}; q: Benjamini-Hochberg over "
        "the cells; grey: fewer than it takes to see {gap}",
        months=l10n.number(page.policy.option_kept_months), gap=l10n.distance(page.policy.option_gap, 0),
        dimension=names.dimension(l10n, dimension, page.pin.document("dimensions")).lower() if dimension else "—",
    )  # fmt: skip
    clear = [k for k in found if k.q < page.policy.p_watch]
    if not clear:
        seeing = l10n.number(sum(k.sees for k in found))
        return Headline(
            l10n.say("No cell differs beyond chance; {seeing} of {n} could have shown it", seeing=seeing,
                     n=l10n.number(len(found))),
            unit,
        )  # fmt: skip
    k = min(clear, key=lambda k: k.q)
    return Headline(
        l10n.say("{option} in {level} stands out: {value} kept, q {q}", option=option_name(l10n, k.option),
                 level=names.level(l10n, k.level), value=l10n.percent(k.kept.value, 0), q=l10n.number(k.q, 3)),
        unit,
    )  # fmt: skip


def kept_map(l10n: L10n, page: Sheet, found: Sequence[Kept]) -> Heatmap:
    """Share kept by option and level."""
    rows = [b.option for b in page.options if any(k.option == b.option for k in found)]
    columns = list(dict.fromkeys(k.level for k in found))
    at = {(k.option, k.level): k for k in found}
    return Heatmap(
        rows, [option_name(l10n, r) for r in rows], columns, [names.level(l10n, c) for c in columns],
        [[_tile(l10n, page, at.get((r, c))) for c in columns] for r in rows],
        nothing=l10n.say("No option is old enough to say whether it was kept"),
    )  # fmt: skip


def _tile(l10n: L10n, page: Sheet, k: Kept | None) -> Tile:
    if k is None:
        return Tile(math.nan, "", l10n.say("no option applied"), "empty")
    parts = [f"{option_name(l10n, k.option)} · {names.level(l10n, k.level)}: <b>{_rate(l10n, k.kept)}</b>"]
    parts.append(f"q {l10n.number(k.q, 3)}" if k.sees else l10n.say("takes {n}", n=l10n.number(k.needs)))
    if not k.sees:
        small = l10n.say("{n} of {needs}", n=l10n.number(k.kept.n), needs=l10n.number(k.needs))
        return Tile(k.kept.value, small, " · ".join(parts), "insufficient")
    clear = k.q < page.policy.p_watch
    return Tile(k.kept.value, l10n.percent(k.kept.value, 0), " · ".join(parts), "off" if clear else "ok")


def coming_headline(l10n: L10n, page: Sheet) -> Headline:
    """How many options leave the lock-out next month."""
    unit = l10n.say(
        "Applied {months} months before the last one; no other option is offered in between. Balance: when applied",
        months=l10n.number(page.policy.option_lockout_months),
    )  # fmt: skip
    if not page.coming:
        return Headline(l10n.say("Nothing is known of options coming out of lock-out"), unit)
    whole = page.coming[-1]
    return Headline(
        l10n.say("{n} options come out of lock-out in {month}; {overdue} of them are overdue again",
                 n=l10n.number(whole.options - whole.gone), month=l10n.month(whole.month),
                 overdue=l10n.number(whole.overdue)),
        unit,
    )  # fmt: skip


def coming(l10n: L10n, page: Sheet) -> Table:
    """What leaves the lock-out, by option."""
    columns = (l10n.say("Option"), l10n.say("Out of lock-out"), l10n.say("Overdue again"), l10n.say("Left the book"),
               l10n.say("Balance"))  # fmt: skip
    rows = [
        (Cell(option_name(l10n, r.option)), Cell(l10n.number(r.options - r.gone)), Cell(l10n.number(r.overdue)),
         Cell(l10n.number(r.gone)), Cell(l10n.money(r.balance)))
        for r in page.coming
    ]  # fmt: skip
    return Table(columns, tuple(rows[:-1]), total=rows[-1] if rows else (), caption=l10n.say("Out of lock-out"))
