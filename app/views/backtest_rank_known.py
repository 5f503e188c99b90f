"""App room: the section Rank as an earlier release knew it, beside what is known now, and what changed since."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.desk import Pin, Trouble
from app.l10n import L10n
from app.views.backtest_rank import FIGURES, between, digits
from app.views.backtest_rank_figures import Figures, figures
from app.views.shapes import Cell, Headline, Table
from app.words import mark
from data.contract import CarteraError
from data.counts import Selection
from data.store import ReleaseInfo
from monitoring.policy import Policy
from monitoring.rank import NAMES, Ranked

CAME, RESTATED, RESCORED, NEW, GONE, SAME = "came", "restated", "rescored", "new", "gone", "same"
WHY: Final = {
    CAME: mark("outcomes came"),
    RESTATED: mark("outcomes restated"),
    RESCORED: mark("scored anew"),
    NEW: mark("was not there"),
    GONE: mark("is not there any more"),
    SAME: mark("as it was"),
}
"""Why a month is told differently now."""
_ALIKE = 5e-7


@dataclass(frozen=True)
class Change:
    """A month then and now, None where it was not there, and why they differ: a key of WHY."""

    month: int
    then: Ranked | None
    now: Ranked | None
    why: str


@dataclass(frozen=True)
class Known:
    """What an earlier release said under the same selection. `trouble`: why it cannot be said."""

    release: ReleaseInfo
    then: Figures | None = None
    now: Figures | None = None
    changes: Sequence[Change] = ()
    trouble: str = ""


def releases(pin: Pin) -> list[ReleaseInfo]:
    """The releases of the store before the one on screen, newest first; none where there is no list of them."""
    try:
        kept = list(pin.store.releases()) if pin.store and pin.opener else []
    except (CarteraError, OSError):
        return []
    versions = [r.version for r in kept]
    return kept[versions.index(pin.version) + 1 :] if pin.version in versions else []


def choices(l10n: L10n, pin: Pin) -> dict[str, str]:
    """The moments from which the backtest can be seen; the empty one is now."""
    listed = {r.version: f"{l10n.moment(r.published_at)} · {r.version}" for r in releases(pin)}
    return {"": l10n.say("Now"), **listed}


@dataclass(frozen=True)
class Opened:
    """An earlier release that was opened, or why it could not be."""

    release: ReleaseInfo
    earlier: Pin | Trouble


def opened(pin: Pin, version: str) -> Opened | None:
    """The earlier release of that name, which takes seconds the first time; None when none is asked for, or it is not
    among those kept."""
    info = next((r for r in releases(pin) if r.version == version), None)
    earlier = pin.beside(version) if info else None
    return Opened(info, earlier) if info and earlier else None


def of(found: Opened | None, version: str) -> Opened | None:
    """What was opened if it is the release of that name; None otherwise."""
    return found if found and found.release.version == version else None


def known(pin: Pin, now: Figures, selection: Selection, found: Opened | None, *, policy: Policy) -> Known | None:
    """What the earlier release said under the same selection; None without one."""
    if found is None:
        return None
    info, earlier = found.release, found.earlier
    if isinstance(earlier, Trouble):
        return Known(info, trouble=earlier.message)
    months = selection.months
    if months and months == (pin.counts.months[0], pin.counts.months[-1]):
        selection = Selection(None, selection.where, selection.codes)
    try:
        then = figures(earlier, selection, policy=policy, basis=now.basis)
    except KeyError as missing:
        return Known(info, trouble=str(missing.args[0]) if missing.args else "")
    return Known(info, then, now, changes(then, now))


def changes(then: Figures, now: Figures) -> list[Change]:
    """Every month of either, in order, and why it is told differently now."""
    before, after = ({m.month: m for m in each.months} for each in (then, now))
    return [
        Change(month, before.get(month), after.get(month), _why(before.get(month), after.get(month)))
        for month in sorted({*before, *after})
    ]


def _why(then: Ranked | None, now: Ranked | None) -> str:
    if then is None or now is None:
        return NEW if then is None else GONE
    if then.maturity < 1 and now.maturity > then.maturity:
        return CAME
    if (then.n, then.positives) != (now.n, now.positives):
        return RESTATED
    one, other = (m.figures["auc"].value for m in (then, now))
    return SAME if not abs(one - other) > _ALIKE else RESCORED


def caution(l10n: L10n, pin: Pin, found: Known | None) -> str:
    """What the reader must know of the comparison: an earlier release that cannot be read, or a clock moved back."""
    if found is None:
        return ""
    if found.then is None:
        return l10n.say("{release} cannot be compared with: {why}", release=found.release.version, why=found.trouble)
    if found.release.published_at > pin.published_at:
        return l10n.say(
            "The clock was moved back: {release} came first, and carries a later time ({then}) than the release on "
            "screen ({now}). Releases are ordered by their number.",
            release=found.release.version, then=l10n.moment(found.release.published_at),
            now=l10n.moment(pin.published_at),
        )  # fmt: skip
    return ""


def headline(l10n: L10n, pin: Pin, found: Known | None) -> Headline:
    """What changed since, in months."""
    if found is None or found.then is None:
        if releases(pin):
            unit = l10n.say("Choose an earlier release under “Known as of”")
        else:
            unit = l10n.say("No earlier release is kept")
        return Headline(l10n.say("As it is known now"), unit)
    unit = l10n.say("AUC by month, as known on {moment} and now", moment=l10n.moment(found.release.published_at))
    counted = {why: sum(c.why == why for c in found.changes) for why in WHY}
    told = [f"{l10n.say(WHY[why])} ({l10n.number(n)})" for why, n in counted.items() if n and why != SAME]
    if not told:
        return Headline(l10n.say("Nothing has changed since"), unit)
    return Headline(l10n.say("Months told differently since: {changes}", changes=", ".join(told)), unit)


def figures_table(l10n: L10n, found: Known | None) -> Table | None:
    """Every figure over all matured months, then and now; None where one of them has no matured month."""
    then, now = (found.then, found.now) if found else (None, None)
    if then is None or now is None or then.whole is None or now.whole is None:
        return None
    before, after = then.whole.figures, now.whole.figures
    return Table(
        columns=(l10n.say("All matured months"), l10n.say("As known then"), l10n.say("Now"), l10n.say("Change")),
        rows=tuple(
            (
                Cell(l10n.say(FIGURES[name])),
                *(Cell(f"{l10n.number(e[name].value, digits(name))} ({between(l10n, e[name], digits(name))})")
                  for e in (before, after)),
                Cell(l10n.signed(after[name].value - before[name].value, digits(name))),
            )
            for name in NAMES
        ),
        total=(
            Cell(l10n.say("Outcomes known")), Cell(l10n.number(then.whole.n)), Cell(l10n.number(now.whole.n)),
            Cell(l10n.signed(now.whole.n - then.whole.n, 0)),
        ),
        caption=l10n.say("All matured months"),
    )  # fmt: skip


def table(l10n: L10n, pin: Pin, found: Known | None) -> Table | None:
    """Then and now, the months that differ first of all; None where nothing is compared."""
    if found is None or found.then is None:
        return None
    differ = [c for c in found.changes if c.why != SAME]
    return Table(
        columns=(
            l10n.say("Month"), l10n.say("n then"), l10n.say("n now"), l10n.say("AUC then"), l10n.say("AUC now"),
            l10n.say("Change"), l10n.say("Why"),
        ),
        rows=tuple(_row(l10n, c) for c in differ),
        caption=headline(l10n, pin, found).title,
    )  # fmt: skip


def _row(l10n: L10n, change: Change) -> tuple[Cell, ...]:
    then, now = (_final(m) for m in (change.then, change.now))
    moved = now.figures["auc"].value - then.figures["auc"].value if then and now else math.nan
    return (
        Cell(l10n.short_month(change.month)),
        Cell(l10n.number(then.n) if then else "—"),
        Cell(l10n.number(now.n) if now else "—"),
        Cell(l10n.number(then.figures["auc"].value, 3) if then else "—"),
        Cell(l10n.number(now.figures["auc"].value, 3) if now else "—"),
        Cell(l10n.signed(moved, 3)),
        Cell(l10n.say(WHY[change.why]), "muted"),
    )


def _final(month: Ranked | None) -> Ranked | None:
    """The month where its figures rest on final outcomes."""
    return month if month and not month.projected and month.n else None
