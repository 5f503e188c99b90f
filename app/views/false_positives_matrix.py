"""App room: the confusion matrix in words, in rows or in money."""

from __future__ import annotations

from app.l10n import L10n
from app.views.error_shapes import Quadrant, Square
from app.views.false_positives_figures import Counted, Cut
from app.views.false_positives_words import threshold
from app.views.shapes import Headline
from monitoring.metrics import share
from monitoring.rates import Matrix

ROWS, MONEY = "rows", "balance"


def units(l10n: L10n, counted: Counted) -> dict[str, str]:
    """Choices of the matrix's unit; one only where the data carry no balance."""
    money = {MONEY: l10n.say("Balance")} if counted.pin.carries("balance") else {}
    return {ROWS: l10n.say("Obligations"), **money}


def matrix_headline(l10n: L10n, cut: Cut, unit: str) -> Headline:
    """How many of those flagged were wrong, and what is counted."""
    m = _matrix(cut, unit)
    said = {"fp": _amount(l10n, m.fp, unit), "flagged": _amount(l10n, m.flagged, unit)}
    title = l10n.say("{fp} of {flagged} flagged were false positives", **said)
    if not m.flagged:
        title = l10n.say("Nobody with a known outcome is flagged")
    said = {
        "at": threshold(l10n, cut.threshold),
        "n": l10n.number(cut.errors.n),
        "period": l10n.months(cut.counted.first, cut.counted.last),
    }
    if unit == MONEY:
        unit_text = l10n.say("Balance with a known outcome · yes is a score of {at} or more · n {n} · {period}", **said)
    else:
        unit_text = l10n.say(
            "Obligations with a known outcome · yes is a score of {at} or more · n {n} · {period}", **said
        )
    return Headline(title, unit_text)


def square(l10n: L10n, cut: Cut, unit: str) -> Square:
    """The confusion matrix with its totals."""
    m = _matrix(cut, unit)

    def cell(kind: str, name: str, words: str) -> Quadrant:
        amount = getattr(m, kind)
        return Quadrant(kind, name, words, _amount(l10n, amount, unit), l10n.percent(share(amount, m.total)))

    return Square(
        columns=(l10n.say("It happened"), l10n.say("It did not happen")),
        rows=(l10n.say("Flagged: we said yes"), l10n.say("Not flagged: we said no")),
        cells=(
            cell("tp", l10n.say("True positives"), l10n.say("we said yes, and so it was")),
            cell("fp", l10n.say("False positives"), l10n.say("we said yes, and it was no")),
            cell("fn", l10n.say("False negatives"), l10n.say("we said no, and it was yes")),
            cell("tn", l10n.say("True negatives"), l10n.say("we said no, and so it was")),
        ),
        row_totals=(_amount(l10n, m.flagged, unit), _amount(l10n, m.fn + m.tn, unit)),
        column_totals=(_amount(l10n, m.positives, unit), _amount(l10n, m.negatives, unit)),
        total=_amount(l10n, m.total, unit),
        total_name=l10n.say("Total"),
        caption=matrix_headline(l10n, cut, unit).title,
    )


def _matrix(cut: Cut, unit: str) -> Matrix:
    return cut.errors.balances if unit == MONEY else cut.errors.counts


def _amount(l10n: L10n, amount: float, unit: str) -> str:
    return l10n.money(amount) if unit == MONEY else l10n.number(amount)
