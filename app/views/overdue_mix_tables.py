"""App room: the tables of the section Mix and rate: segments with exact sums, and how concentrated the overdue is."""

from __future__ import annotations

import math
from collections.abc import Sequence

from app.format import rounded_sign
from app.l10n import L10n
from app.views import names
from app.views.overdue_bridge import BASIS
from app.views.overdue_mix import clear, why_not
from app.views.overdue_mix_figures import Clients, Scope, Shares
from app.views.overdue_mix_pictures import bars, interval, ordered
from app.views.shapes import Cell, Headline, Table
from app.words import mark
from monitoring.estimate import Estimate, Level
from monitoring.largest import Largest
from monitoring.split import Segment, Split

LIGHTS: dict[Level, tuple[str, str]] = {
    "ok": (mark("● spread"), "good"),
    "watch": (mark("▲ moderate"), "warn"),
    "act": (mark("◆ concentrated"), "bad"),
    "unknown": ("", "muted"),
}
"""Level of a Herfindahl index → (word, tone of a cell)."""


def headline(l10n: L10n, found: Scope, split: Split | None) -> Headline:
    """That the parts add up, and what they leave unexplained."""
    problem = why_not(l10n, found, split)
    if split is None or problem:
        return Headline(l10n.say("The segments"), problem)
    left = l10n.number(abs(split.residual) * BASIS, 2)
    return Headline(
        l10n.say("The parts add up to the change"),
        l10n.say("Unexplained: {value} bp. Basis points of the ratio; 95% intervals in brackets", value=left),
    )


def table(l10n: L10n, found: Scope, split: Split | None) -> Table:
    """Each segment: its share, its ratio, what it added by mix, rate and model; the last row is the change itself."""
    if split is None or why_not(l10n, found, split):
        return Table((l10n.say("Segment"),), ())
    live = split.trial is not None
    kinds = [name for _, name, _ in bars(l10n, split)]
    columns = (l10n.say("Segment"), l10n.say("Of the portfolio"), l10n.say("Ratio"), *kinds, l10n.say("Sum, bp"))
    rows = tuple(_segment(l10n, s, live=live) for s in ordered(split))
    parts = [_worth(l10n, Estimate(split.mix)), _worth(l10n, split.rate), *([_worth(l10n, split.model)] * live)]
    total = (
        Cell(l10n.say("Change of the ratio")), Cell(""), Cell(_course(l10n, split.start, split.end, 2)), *parts,
        _worth(l10n, Estimate(split.change)),
    )  # fmt: skip
    keys = tuple(s.level_name for s in ordered(split))
    return Table(columns, rows, keys, total, l10n.say("Mix, rate and model by segment, basis points"))


def _segment(l10n: L10n, s: Segment, *, live: bool) -> tuple[Cell, ...]:
    model = (_worth(l10n, s.model) if s.was == "there" else Cell("—", "muted"),) if live else ()
    rate = _worth(l10n, s.rate) if s.was == "there" else Cell("—", "muted")
    return (
        Cell(names.level(l10n, s.level_name)), Cell(_course(l10n, s.share_before, s.share_after, 1)),
        Cell(_levels(l10n, s)), _worth(l10n, Estimate(s.mix)), rate, *model, _worth(l10n, Estimate(s.total)),
    )  # fmt: skip


def _levels(l10n: L10n, s: Segment) -> str:
    if s.was == "new":
        return l10n.say("new, {value}", value=l10n.percent(s.ratio_after, 2))
    if s.was == "vanished":
        return l10n.say("{value}, gone", value=l10n.percent(s.ratio_before, 2))
    return _course(l10n, s.ratio_before, s.ratio_after, 2)


def _course(l10n: L10n, before: float, after: float, digits: int) -> str:
    return f"{l10n.percent(before, digits)} → {l10n.percent(after, digits)}"


def _worth(l10n: L10n, part: Estimate) -> Cell:
    """A contribution in basis points, with its interval where it has one; coloured where its direction is clear."""
    if not math.isfinite(part.value):
        return Cell("—", "muted")
    sign = rounded_sign(part.value * BASIS, 1) if clear(part) else 0
    text = f"{l10n.signed(part.value * BASIS, 1)} {interval(l10n, part)}".strip()
    return Cell(text, "" if sign == 0 else "bad" if sign > 0 else "good")


def concentration_headline(l10n: L10n, found: Scope, name: str, shares: Sequence[Shares]) -> Headline:
    """In how many equal parts the overdue balance would be as concentrated."""
    if not shares or not math.isfinite(shares[0].overdue.hhi):
        return Headline(l10n.say("Concentration"), l10n.say("Nothing is overdue, or no dimension varies."))
    now = shares[0]
    said = {"effective": l10n.number(now.overdue.effective, 1), "n": l10n.number(now.levels)}
    title = l10n.say("What is overdue is as concentrated as in {effective} equal segments, of {n}", **said)
    limits = {"watch": l10n.number(found.policy.hhi_watch, 2), "act": l10n.number(found.policy.hhi_act, 2)}
    dimension = names.dimension(l10n, name, found.pin.document("dimensions"))
    note = l10n.say(
        "{dimension}: Herfindahl index (HHI), watch above {watch}, act above {act}", dimension=dimension, **limits
    )
    return Headline(title, note)


def concentration(l10n: L10n, found: Scope, shares: Sequence[Shares], clients: Clients | None, *, told: bool) -> Table:
    """The Herfindahl index of what is overdue and of the portfolio, the segments that it is worth, and the largest
    clients; the later month first."""
    columns = ("", *(l10n.month(s.month) for s in shares))
    if not shares:
        return Table(columns, ())
    read: Sequence[Largest | None] = clients.months if clients else [None] * len(shares)
    rows = [
        (Cell(l10n.say("HHI of what is overdue")), *(_light(l10n, found, s.overdue.hhi) for s in shares)),
        (Cell(l10n.say("HHI of the portfolio")), *(Cell(l10n.number(s.gross.hhi, 3)) for s in shares)),
        (Cell(l10n.say("Effective segments, 1/HHI")), *(Cell(l10n.number(s.overdue.effective, 1)) for s in shares)),
    ]
    if told:
        owe = [Cell(l10n.percent(c.share)) if c else Cell("…", "muted") for c in read]
        clients_of = [Cell(l10n.number(c.clients)) if c else Cell("…", "muted") for c in read]
        rows.append((Cell(l10n.say("Ten largest clients owe")), *owe))
        rows.append((Cell(l10n.say("Clients with something overdue")), *clients_of))
    else:
        unknown = l10n.say("Ten largest clients: the data do not say whose the obligations are")
        rows.append((Cell(unknown), *(Cell("—", "muted") for _ in shares)))
    return Table(columns, tuple(rows), caption=l10n.say("Concentration of what is overdue"))


def _light(l10n: L10n, found: Scope, hhi: float) -> Cell:
    word, tone = LIGHTS[found.policy.level_of_hhi(hhi)]
    return Cell(f"{l10n.number(hhi, 3)} {l10n.say(word) if word else ''}".strip(), tone)
