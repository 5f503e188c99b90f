"""App room: the Backtest page where a single month has scores: promise by segment, and the ROC curve."""

from __future__ import annotations

from app.charts.bars import Bars
from app.charts.roc import Roc
from app.l10n import L10n
from app.views import segments
from app.views.backtest_figures import OneMonth
from app.views.shapes import Headline


def promise_headline(l10n: L10n, one: OneMonth) -> Headline:
    """Whether a segment of the dimension departs from its promise."""
    if one.telling is None:
        return Headline(l10n.say("The data carry no segment that varies"), "")
    return segments.headline(l10n, one.telling, "observed")


def promise(l10n: L10n, one: OneMonth) -> Bars:
    """Observed with its interval, and promised, by segment."""
    if one.telling is None:
        return Bars((), "", nothing=l10n.say("The data carry no segment that varies"))
    return segments.bars(l10n, one.telling, "observed")


def roc_unit(l10n: L10n) -> str:
    """What the curve is of."""
    return l10n.say("ROC curve of the scored rows with a known outcome; AUC with 95% DeLong interval, 0.5 is chance")


def roc(l10n: L10n, one: OneMonth) -> Roc:
    """The curve, and what each of its points means."""
    pairs = list(zip(one.false_positive.tolist(), one.true_positive.tolist(), strict=True))
    return Roc(
        false_positive=[x for x, _ in pairs],
        true_positive=[y for _, y in pairs],
        texts=[
            l10n.say("{caught} of the positives for {wasted} of the negatives",
                     caught=l10n.percent(y, 0), wasted=l10n.percent(x, 0))
            for x, y in pairs
        ],
        x_name=l10n.say("Share of the negatives flagged"),
        y_name=l10n.say("Share of the positives caught"),
        diagonal=l10n.say("chance"),
        nothing=l10n.say("No month has enough of both outcomes for its rank to be judged"),
    )  # fmt: skip
