"""App room: the words of the section Stability: whether scores stayed what they were, and what they promise."""

from __future__ import annotations

import math

from app.l10n import L10n
from app.views.drift import LIGHTS
from app.views.evidence import Evidence, facts
from app.views.feature_names import feature
from app.views.lights import p_value
from app.views.names import reason
from app.views.shapes import Box, State
from app.views.stability_figures import Figures, arrivals
from monitoring.cbpe import Expected
from monitoring.feature_drift import worst

AUC, RATE = "auc", "rate"


def estimates(l10n: L10n) -> dict[str, str]:
    """What can be estimated before outcomes are known."""
    return {AUC: l10n.say("AUC"), RATE: l10n.say("Positive rate")}


def month_choices(l10n: L10n, months: list[int], usual: str) -> dict[str, str]:
    """Months to choose from, the last first; the empty choice is the usual one."""
    first = {"": l10n.month(int(usual)) if usual else "—"}
    return {**first, **{str(m): l10n.month(m) for m in reversed(months) if str(m) != usual}}


def arrival_choices(l10n: L10n, found: Figures) -> dict[str, str]:
    """The months that obligations can be followed to."""
    free = arrivals(found)
    return month_choices(l10n, free, str(free[-1]) if free else "")


def end_choices(l10n: L10n, found: Figures, usual: str) -> dict[str, str]:
    """The matured months that a change can be split between."""
    return month_choices(l10n, [e.month for e in found.matured], usual)


def state(l10n: L10n, found: Figures) -> State | None:
    """Why nothing can be said of stability; None when something can."""
    if not found.pin.dated:
        said = l10n.say("The rows of this source carry no dates: there is no before and after.")
        return State("nothing", l10n.say("There is no month to hold against another"), said)
    if not found.months:
        said = l10n.say("No row of this selection carries a score. Widen the months or lift a filter.")
        return State("nothing", l10n.say("There is no month to hold against another"), said)
    return None


def level(found: Figures) -> str:
    """Level of the sentence: the worse of how the scores are spread and how they crowd, in their last months."""
    spread = [m.level for m in found.drift.scores.months if m.level != "unknown"][-1:]
    crowd = [m.level for m in found.crowded if m.level != "unknown"][-1:]
    return worst([*spread, *crowd])


def sentence(l10n: L10n, found: Figures) -> str:
    """Whether the scores are spread as at the start, which feature moved furthest, and what the open months promise."""
    parts = [_spread(l10n, found)]
    if found.furthest:
        top = found.furthest[0]
        parts.append(l10n.say("Furthest feature: {name} (CSI {value}, chance up to {chance}).",
                              name=feature(l10n, top.feature), value=l10n.number(top.psi.psi, 2),
                              chance=l10n.number(top.psi.critical, 3)))  # fmt: skip
    return " ".join([*parts, promise(l10n, found)]).strip()


def _spread(l10n: L10n, found: Figures) -> str:
    scores = found.drift.scores
    if scores.reference is None:
        return l10n.say("there is no earlier month of scores to compare with.")
    firm = [m for m in scores.months if m.level != "unknown"]
    if not scores.months:
        return l10n.say("the months chosen are the first ones, which later months are held against ({months}).",
                        months=l10n.months(*scores.reference))  # fmt: skip
    if not firm:
        return l10n.say("every month has fewer than {n} scored rows: too few to tell whether the scores moved.",
                        n=l10n.number(found.policy.min_n_drift))  # fmt: skip
    now = firm[-1]
    said = {"psi": l10n.number(now.psi.psi, 3), "chance": l10n.number(now.psi.critical, 3),
            "month": l10n.month(now.month), "then": l10n.months(*scores.reference)}  # fmt: skip
    if now.level == "ok":
        return l10n.say("the scores of {month} are spread as those of {then} (PSI {psi}, chance up to {chance}).",
                        **said)  # fmt: skip
    return l10n.say("the scores of {month} moved away from those of {then} (PSI {psi}, chance up to {chance}).", **said)


def promise(l10n: L10n, found: Figures) -> str:
    """What the scores say of the last open month; "" without one."""
    told = [e for e in found.open if not e.reason and math.isfinite(e.auc.low)]
    if not told:
        return ""
    last = told[-1]
    return l10n.say(
        "Estimate for {month}, whose outcomes are open: AUC {auc} ({low} – {high}), {rate} positive{who}.",
        month=l10n.month(last.month), auc=l10n.number(last.auc.value, 3), low=l10n.number(last.auc.low, 3),
        high=l10n.number(last.auc.high, 3), rate=l10n.percent(last.rate.value), who=who(l10n, last),
    )  # fmt: skip


def who(l10n: L10n, e: Expected) -> str:
    """That an estimate speaks of all scored rows, because nobody knows yet whom something will be offered."""
    return l10n.say(" (all scored rows: the offers of the month are not known yet)") if e.everyone else ""


def blindness(l10n: L10n, found: Figures) -> str:
    """What the estimate cannot see, shown on the month where it saw least."""
    general = l10n.say("An estimate from scores alone cannot see that clients behave otherwise than before.")
    off = found.blind()
    if off is None:
        return general
    said = {
        "month": l10n.month(off.month), "promised": l10n.percent(off.rate.value),
        "came": l10n.percent(off.realised_rate), "auc": l10n.number(off.auc.value, 3),
    }  # fmt: skip
    now = next((m.psi for m in found.drift.scores.months if m.month == off.month), None)
    if now is None or not math.isfinite(now.psi):
        return f"{general} " + l10n.say(
            "In {month} the scores promised {promised} and {came} came, while the estimated AUC stood at {auc}.", **said
        )
    return f"{general} " + l10n.say(
        "In {month} the scores promised {promised} and {came} came, while the estimated AUC stood at {auc} and the PSI "
        "at {psi}: only the outcomes tell.",
        psi=l10n.number(now.psi, 3), **said,
    )  # fmt: skip


def boxes(l10n: L10n, found: Figures) -> list[Box]:
    """PSI of the score, the furthest feature, the fullest band, the estimate, and how estimates fared."""
    if state(l10n, found):
        return []
    made = (_psi(l10n, found), _csi(l10n, found), _crowd(l10n, found), _estimate(l10n, found), _record(l10n, found))
    return [box for box in made if box]


def _psi(l10n: L10n, found: Figures) -> Box | None:
    months = found.drift.scores.months
    if not months:
        return None
    now = months[-1]
    value = l10n.number(now.psi.psi, 3)
    chance = l10n.say("chance up to {value}", value=l10n.number(now.psi.critical, 3))
    evidence = Evidence(l10n.month(now.month), found.pin.version, n=now.n,
                        note=l10n.say("Population stability index of the scores over ten bands."))  # fmt: skip
    pairs = (*facts(l10n, value, evidence), (l10n.say("p without a change"), p_value(l10n, now.psi.p)))
    return Box(
        key="psi", title=l10n.say("Score PSI"), value=value, against=chance, target=_light(l10n, now.level),
        level=now.level, n=l10n.say("n {n}", n=l10n.number(now.n)), facts=pairs,
        spark=tuple(m.psi.psi if m.level != "unknown" else math.nan for m in months),
    )  # fmt: skip


def _light(l10n: L10n, level: str) -> str:
    return l10n.say(LIGHTS[level][0])


def _csi(l10n: L10n, found: Figures) -> Box | None:
    if not found.furthest or found.drift.period is None:
        return None
    top = found.furthest[0]
    value = l10n.number(top.psi.psi, 3)
    evidence = Evidence(l10n.months(*found.drift.period), found.pin.version, n=top.n,
                        note=l10n.say("Characteristic stability index: the PSI of one feature."))  # fmt: skip
    return Box(
        key="csi", title=l10n.say("Largest CSI"), value=value, against=feature(l10n, top.feature),
        target=_light(l10n, top.level), level=top.level,
        n=l10n.say("n {n}", n=l10n.number(top.n)), facts=facts(l10n, value, evidence),
    )  # fmt: skip


def _crowd(l10n: L10n, found: Figures) -> Box | None:
    if not found.crowded:
        return None
    now = found.crowded[-1]
    value = l10n.percent(now.fullest_share)
    evidence = Evidence(l10n.month(now.month), found.pin.version, n=now.n,
                        note=l10n.say("Share of the scored rows in the band that holds most of them."))  # fmt: skip
    return Box(
        key="crowd", title=l10n.say("Fullest band"), value=value,
        against=l10n.say("band {band}; even: {share}", band=l10n.number(now.fullest),
                         share=l10n.percent(1 / max(found.crowding.bands, 1), 0)),
        target=f"HHI {l10n.number(now.hhi, 3)}", level=now.level, n=l10n.say("n {n}", n=l10n.number(now.n)),
        spark=tuple(m.fullest_share for m in found.crowded), facts=facts(l10n, value, evidence),
    )  # fmt: skip


def _estimate(l10n: L10n, found: Figures) -> Box | None:
    told = found.open or found.matured
    if not told:
        return None
    last = told[-1]
    value = l10n.number(last.auc.value, 3)
    evidence = Evidence(l10n.month(last.month), found.pin.version, n=last.auc.n, maturity=last.maturity.share,
                        note=l10n.say("From the scores alone, without outcomes: it cannot see a change of behaviour.")
                        )  # fmt: skip
    return Box(
        key="estimate", title=l10n.say("Estimated AUC"), value=value, against=l10n.month(last.month),
        target=band(l10n, last), n=l10n.say("n {n}", n=l10n.number(last.auc.n)),
        spark=tuple(e.auc.value for e in found.expected), facts=facts(l10n, value, evidence),
    )  # fmt: skip


def band(l10n: L10n, e: Expected) -> str:
    """The band of an estimated AUC; why it says nothing."""
    if e.reason or not math.isfinite(e.auc.low):
        return reason(l10n, e.reason or e.auc.reason)
    return f"{l10n.number(e.auc.low, 3)} – {l10n.number(e.auc.high, 3)}"


def _record(l10n: L10n, found: Figures) -> Box | None:
    kept = found.record(AUC)
    if not kept.months:
        return None
    value = l10n.say("{n} of {of}", n=l10n.number(kept.held), of=l10n.number(kept.months))
    period = l10n.months(found.matured[0].month, found.matured[-1].month)
    evidence = Evidence(period, found.pin.version,
                        note=l10n.say("Matured months whose AUC lies within three standard errors of the estimate that "
                                      "could be given at the time."))  # fmt: skip
    return Box(
        key="record", title=l10n.say("Estimates that held"), value=value,
        against=l10n.say("mean miss {size}", size=l10n.signed(kept.miss, 3)),
        target=l10n.say("mean size {size}", size=l10n.number(kept.size, 3)), facts=facts(l10n, value, evidence),
    )  # fmt: skip
