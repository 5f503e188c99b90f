"""App room: the words and chart data of the Backtest page."""

from __future__ import annotations

from app.l10n import L10n
from app.views import names
from app.views.backtest_boxes import boxes
from app.views.backtest_figures import Figures, Run, classes, figures, runs_off
from app.views.backtest_months import headline as months_headline
from app.views.backtest_months import table as months
from app.views.backtest_pictures import (
    auc_headline,
    auc_trend,
    period,
    promise,
    promise_headline,
    promise_trend,
    rank,
    reliability,
    reliability_headline,
)  # fmt: skip
from app.views.lights import LIGHTS
from app.views.shapes import Cell, Headline, Hidden, State, Table
from monitoring.bands import Decile

__all__ = [
    "Figures", "auc_headline", "auc_trend", "boxes", "figures", "left_out", "level", "months",
    "months_headline", "promise",
    "promise_headline", "promise_trend", "rank", "reliability", "reliability_headline", "sentence", "state", "table",
    "table_headline",
]  # fmt: skip


def state(l10n: L10n, figures: Figures) -> State | None:
    """Why there is nothing to judge; None when there is."""
    if figures.summary is not None:
        if classes(figures.summary) == 2:
            return None
        return State(
            "nothing",
            l10n.say("Every outcome of this selection is the same"),
            l10n.say(
                "{n} outcomes are known and all alike: rank and calibration cannot be judged. Widen the selection.",
                n=l10n.number(figures.summary.n),
            ),
        )
    if figures.open_months:
        body = l10n.say(
            "The outcomes of {months} are still open. Choose earlier months.",
            months=", ".join(l10n.month(m) for m in figures.open_months),
        )
    else:
        body = l10n.say(
            "No row of this selection carries a score with a known outcome. Widen the months or lift a filter."
        )
    return State("nothing", l10n.say("There is no outcome to hold the scores against"), body)


def sentence(l10n: L10n, figures: Figures) -> str:
    """Is the promise kept over all months, and which run of months broke it most."""
    found = figures.summary
    if found is None:
        return ""
    said = {
        "observed": l10n.number(found.positives), "expected": l10n.number(found.expected),
        "ratio": l10n.number(found.oe.value, 2), "low": l10n.number(found.oe.low, 2),
        "high": l10n.number(found.oe.high, 2),
    }  # fmt: skip
    if not l10n.dated:
        return l10n.say("{observed} came where the scores promised {expected}: ratio {ratio} ({low} – {high}).", **said)
    whole = l10n.many(
        "{observed} came where the scores promised {expected}, over {n} matured month: ratio {ratio} ({low} – {high}).",
        "{observed} came where the scores promised {expected}, over {n} matured months: ratio {ratio} "
        "({low} – {high}).",
        len(figures.judged),
        **said,
    )
    worst = _worst(figures)
    return f"{whole} {_broken(l10n, worst)}" if worst else whole


def _worst(figures: Figures) -> Run | None:
    """The run of months that fell short or overshot by most outcomes."""
    return max(runs_off(figures.judged), key=lambda r: abs(r.gap) * r.n, default=None)


def _broken(l10n: L10n, run: Run) -> str:
    said = {"months": l10n.months(run.first, run.last), "gap": l10n.distance(run.gap), "n": l10n.number(run.n)}
    if run.gap < 0:
        return l10n.say("The promise broke in {months}: {gap} less came (n {n}).", **said)
    return l10n.say("The promise broke in {months}: {gap} more came (n {n}).", **said)


def level(figures: Figures) -> str:
    """Level of the sentence: that of the worst run of months, else of the whole."""
    worst = _worst(figures)
    return worst.level if worst else figures.summary.level if figures.summary else "unknown"


def left_out(l10n: L10n, figures: Figures) -> list[Hidden]:
    """Which months are not judged, and why."""
    out = []
    if figures.open_months:
        months = ", ".join(l10n.month(m) for m in figures.open_months)
        out.append(Hidden(months, names.reason(l10n, "immature")))
    if figures.unscored:
        months = l10n.months(figures.unscored[0], figures.unscored[-1])
        out.append(Hidden(months, l10n.say("before the first model was ready")))
    return out


def table_headline(l10n: L10n, figures: Figures) -> Headline:
    """What the best tenth catches, and whether the order of the bands holds."""
    unit = l10n.say("Best scores first; lift: share of positives caught ÷ share of rows · {period}",
                    period=period(l10n, figures))  # fmt: skip
    if not figures.deciles:
        return Headline(l10n.say("Nothing to judge yet"), unit)
    breaks = sum(d.is_break for d in figures.deciles)
    lift = l10n.number(figures.deciles[0].lift, 2)
    if breaks:
        text = l10n.many("The order of the bands breaks {n} time", "The order of the bands breaks {n} times", breaks)
    else:
        text = l10n.say("The best band accepts {lift} times the average, and the order of the bands holds", lift=lift)
    return Headline(text, unit)


def table(l10n: L10n, figures: Figures) -> Table:
    """The list from its best band down."""
    lights = {(b.first_code, b.last_code): b.level for b in figures.bands}
    return Table(
        columns=(
            l10n.say("Band"), l10n.say("n (outcomes known)"), l10n.say("Promised"), l10n.say("Observed"),
            l10n.say("95% interval"), l10n.say("Lift"), l10n.say("Caught"),
        ),
        rows=tuple(_row(l10n, d, lights.get((d.first_code, d.last_code), "unknown")) for d in figures.deciles),
        caption=table_headline(l10n, figures).title,
    )  # fmt: skip


def _row(l10n: L10n, d: Decile, light: str) -> tuple[Cell, ...]:
    word, tone = LIGHTS[light]
    mark = " ↯" if d.is_break else ""
    return (
        Cell(f"{d.decile}{mark}"),
        Cell(l10n.number(d.labelled)),
        Cell(l10n.percent(d.predicted)),
        Cell(f"{l10n.percent(d.observed.value)} {l10n.say(word)[:1]}", tone),
        Cell(l10n.interval(d.observed.low, d.observed.high), "muted"),
        Cell(l10n.number(d.lift, 2)),
        Cell(l10n.percent(d.captured, 0)),
    )
