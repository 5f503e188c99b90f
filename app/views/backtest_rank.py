"""App room: the words of the section Rank: what the score still tells apart, against its development."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from app.l10n import L10n
from app.views import names
from app.views.backtest_rank_figures import Figures
from app.views.backtest_rank_reference import CARD, FIRST
from app.views.backtest_rank_rows import LABEL, SCORING
from app.views.evidence import Evidence, facts
from app.views.shapes import Box, State
from app.words import mark
from monitoring.estimate import Estimate, Level
from monitoring.policy import Policy, at_least
from monitoring.rank import NAMES, level_of

FIGURES: Final[Mapping[str, str]] = {
    "auc": mark("AUC"),
    "gini": mark("Gini"),
    "ks": mark("KS"),
    "lift": mark("Lift at 10%"),
    "pr_auc": mark("PR-AUC"),
}
"""Names of the figures, in the order that they are told."""
MEANINGS: Final[Mapping[str, str]] = {
    "auc": mark("Chance that a positive scores above a negative; 0.5 is chance."),
    "gini": mark("2 × AUC − 1: 0 is chance, 1 perfect."),
    "ks": mark("Largest distance between the scores of positives and negatives."),
    "lift": mark("Positives among the best tenth of the scores ÷ positives in a tenth picked at random."),
    "pr_auc": mark("Mean precision over all shares of the positives found; its chance level is the positive rate."),
}
METHODS: Final[Mapping[str, str]] = {
    "delong": mark("DeLong"),
    "random_groups": mark("random groups of clients"),
    "rule_of_three": mark("exact one-sided bound"),
}
MATURED, NOWCAST = "matured", "nowcast"


def figures_offered(l10n: L10n) -> dict[str, str]:
    """The figures that can be looked at."""
    return {name: l10n.say(FIGURES[name]) for name in NAMES}


def bases(l10n: L10n) -> dict[str, str]:
    """The months that rows can be told by."""
    return {SCORING: l10n.say("Month of the score"), LABEL: l10n.say("Month of the outcome")}


def views(l10n: L10n) -> dict[str, str]:
    """Whether the open months are projected."""
    return {MATURED: l10n.say("Matured only"), NOWCAST: l10n.say("With nowcast")}


def state(l10n: L10n, found: Figures) -> State | None:
    """Why nothing can be said of the rank; None when something can."""
    if found.whole is None:
        if not found.months:
            body = l10n.say("No row of this selection carries a score. Widen the months or lift a filter.")
        elif not found.open:
            body = l10n.say(
                "No row of this selection carries a score with a known outcome. Widen the months or lift a filter."
            )
        else:
            months = l10n.months(found.open[0].month, found.open[-1].month)
            body = l10n.say("The outcomes of {months} are still open. Choose earlier months.", months=months)
        return State("nothing", l10n.say("No month has matured yet"), body)
    if found.whole.reason in ("no_positives", "no_negatives"):
        body = l10n.say(
            "{n} outcomes are known and all alike: rank and calibration cannot be judged. Widen the selection.",
            n=l10n.number(found.whole.n),
        )
        return State("nothing", l10n.say("Every outcome of this selection is the same"), body)
    return None


def caution(l10n: L10n, found: Figures, basis: str) -> str:
    """What the reader must know before the figures."""
    if found.curve is not None and len(found.curve.rows) == 2:
        return l10n.say("All rows share one score: they cannot be ranked, and every figure below is that of chance.")
    if basis == LABEL and found.basis != LABEL:
        return l10n.say(
            "This release does not say when outcomes were final: shown by the month of the score. Train again to have "
            "it."
        )
    return ""


def period(l10n: L10n, found: Figures, *, recent: bool = True) -> str:
    """The matured months that stand together."""
    months = found.last if recent else found.judged
    return l10n.months(months[0].month, months[-1].month) if months else "—"


def development(l10n: L10n, found: Figures, name: str) -> str:
    """Where the reference of a figure comes from."""
    source = found.reference.sources.get(name)
    if source == CARD:
        return l10n.say("out-of-time figure of the model's card")
    if source == FIRST:
        return l10n.say("first matured months, {months}",
                        months=l10n.months(found.reference.first, found.reference.last))  # fmt: skip
    return l10n.say("no reference")


def level(found: Figures) -> Level:
    """Level of the sentence: that of the last matured months."""
    if found.recent is None:
        return "unknown"
    return level_of(found.recent, reference=found.reference.of("auc"), policy=found.policy)


def sentence(l10n: L10n, found: Figures) -> str:
    """The AUC of the last matured months against development, and whether it fell."""
    if found.recent is None:
        return ""
    area, before = found.recent.figures["auc"], found.reference.of("auc")
    said = {
        "auc": l10n.number(area.value, 3), "low": l10n.number(area.low, 3), "high": l10n.number(area.high, 3),
        "before": l10n.number(before, 3), "source": development(l10n, found, "auc"), "months": period(l10n, found),
    }  # fmt: skip
    if not found.pin.dated:
        return l10n.say(
            "AUC {auc} ({low} – {high}). The data carry no dates: development and today are the same rows, so that no "
            "fall can be tested.",
            **said,
        )
    if not math.isfinite(before):
        return l10n.say("AUC {auc} ({low} – {high}) over {months}; there is no reference of development.", **said)
    told = l10n.say("AUC {auc} ({low} – {high}) over {months}, against {before} at development ({source}).", **said)
    return f"{told} {_verdict(l10n, found)}"


def _verdict(l10n: L10n, found: Figures) -> str:
    recent, matters = found.recent, found.policy.auc_fall
    assert recent is not None
    if recent.reason or not math.isfinite(recent.decline.p):
        why = names.reason(l10n, recent.reason or recent.decline.reason)
        return l10n.say("Not tested: {why}.", why=why)
    said = {
        "p": p_text(l10n, recent.decline.p), "fall": l10n.number(matters, 2), "n": l10n.number(recent.n),
        "needed": l10n.number(recent.needed),
        "gap": l10n.number(found.reference.of("auc") - recent.figures["auc"].value, 3),
    }  # fmt: skip
    kind = level(found)
    if kind == "act":
        return l10n.say("It fell by {gap}, beyond chance and as far as matters (ECB test, p {p}).", **said)
    if kind == "watch":
        return l10n.say("It fell by {gap}, beyond chance (ECB test, p {p}).", **said)
    if kind == "ok":
        return l10n.say("No fall can be shown (ECB test, p {p}), and one of {fall} would have been seen.", **said)
    return l10n.say(
        "No fall can be shown (ECB test, p {p}), but one of {fall} could have been missed: to see it takes {needed} "
        "outcomes, there are {n}.",
        **said,
    )


def p_text(l10n: L10n, p: float) -> str:
    """A p-value with its sign."""
    least = 0.001
    return f"< {l10n.number(least, 3)}" if p < least else f"= {l10n.number(p, 3)}"


def digits(name: str) -> int:
    """Decimals that a figure is shown with."""
    return 2 if name == "lift" else 3


def boxes(l10n: L10n, found: Figures) -> list[Box]:
    """The figures of the last matured months, each with its interval and what the development promised."""
    return [] if found.recent is None else [_box(l10n, found, name) for name in NAMES]


def _box(l10n: L10n, found: Figures, name: str) -> Box:
    assert found.recent is not None
    estimate, before, places = found.recent.figures[name], found.reference.of(name), digits(name)
    value, change = l10n.number(estimate.value, places), estimate.value - before
    known = math.isfinite(change)
    evidence = Evidence(period(l10n, found), found.pin.version, n=found.recent.n, maturity=_maturity(found),
                        note=l10n.say(MEANINGS[name]))  # fmt: skip
    pairs = list(facts(l10n, value, evidence))
    pairs[1:1] = [(l10n.say("95% interval"), between(l10n, estimate, places)),
                  (l10n.say("Interval by"), method(l10n, estimate))]  # fmt: skip
    if known:
        pairs.append((l10n.say("Development"), f"{l10n.number(before, places)} · {development(l10n, found, name)}"))
    if name == "auc":
        pairs.append((l10n.say("By random groups"), between(l10n, found.recent.clustered, places)))
    return Box(
        key=name, title=l10n.say(FIGURES[name]), value=value, change=l10n.signed(change, places) if known else "",
        arrow=("▲" if change > 0 else "▼") if known and round(change, places) else "",
        against=l10n.say("development {value}", value=l10n.number(before, places)) if known else "",
        target=between(l10n, estimate, places), level=_level(found, name, found.policy),
        n=l10n.say("n {n}", n=l10n.number(found.recent.n)),
        spark=tuple(m.figures[name].value for m in found.judged) if len(found.judged) > 1 else (),
        facts=tuple(pairs),
    )  # fmt: skip


def _maturity(found: Figures) -> float:
    return min((m.maturity for m in found.last), default=math.nan)


def _level(found: Figures, name: str, policy: Policy) -> Level:
    """The light of a figure: the decline test of AUC and Gini, the usual bounds of the others."""
    assert found.recent is not None
    value = found.recent.figures[name].value
    if name in ("auc", "gini"):
        return level(found)
    if found.recent.reason or name == "pr_auc":
        return "unknown"
    if name == "ks":
        return at_least(value, ok=policy.ks_ok, watch=policy.ks_watch)
    return at_least(value, ok=policy.lift_ok, watch=policy.lift_watch)


def between(l10n: L10n, estimate: Estimate, places: int) -> str:
    """An interval in words; why there is none."""
    if not math.isfinite(estimate.low):
        return names.reason(l10n, estimate.reason) if estimate.reason else "—"
    return f"{l10n.number(estimate.low, places)} – {l10n.number(estimate.high, places)}"


def method(l10n: L10n, estimate: Estimate) -> str:
    """How an interval was made."""
    return l10n.say(METHODS[estimate.method]) if estimate.method in METHODS else "—"
