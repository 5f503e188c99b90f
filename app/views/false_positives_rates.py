"""App room: the rates of a threshold side by side: what each is a share of, and what it is for."""

from __future__ import annotations

import math

from app.l10n import L10n
from app.views import names
from app.views.error_shapes import Rate
from app.views.false_positives_figures import Cut
from app.views.shapes import Headline
from monitoring.estimate import Estimate
from monitoring.three_errors import Incremental

FEW_CONTACTS = 2
"""Contacts per success below which a second digit is needed to tell them apart."""
UNKNOWABLE = (
    "not_identifiable", "no_propensity", "low_ess", "no_arms", "no_control", "no_promises", "came_after",
)  # fmt: skip
"""Reasons for which a rate cannot be known from these data, however many rows there are."""


def rates_headline(l10n: L10n, cut: Cut) -> Headline:
    """How the wasted share stands to the break-even, and the difference that matters between the rates."""
    fdr, limit = cut.errors.fdr, cut.counted.policy.break_even_fdr
    said = {"fdr": l10n.percent(fdr.value), "limit": l10n.percent(limit)}
    if not (math.isfinite(fdr.value) and math.isfinite(limit)):
        title = l10n.say("Each rate, its own denominator")
    elif cut.errors.level == "act":
        title = l10n.say("{fdr} of the contacts are wasted: more than the {limit} that pay for themselves", **said)
    elif fdr.value > limit:
        title = l10n.say("{fdr} of the contacts are wasted, above {limit} but within chance", **said)
    else:
        title = l10n.say("{fdr} of the contacts are wasted, below the break-even of {limit}", **said)
    return Headline(title, l10n.say("Each rate divides by something else: read what it is a share of. 95% intervals"))


def rates(l10n: L10n, cut: Cut, added: Incremental) -> list[Rate]:
    """The rates side by side, the one that collections feels first; `added`: what offers added to the list."""
    return [
        _fdr(l10n, cut),
        *_of_money(l10n, cut),
        _incremental(l10n, added),
        _fpr(l10n, cut),
        _recall(l10n, cut),
        _contacts(l10n, cut),
    ]


def _fdr(l10n: L10n, cut: Cut) -> Rate:
    e = cut.errors
    limit = cut.counted.policy.break_even_fdr
    known = math.isfinite(limit) and math.isfinite(e.fdr.value)
    return rate(
        l10n, "fdr", e.fdr,
        name=l10n.say("Wasted contacts (FDR)"),
        formula="FP ÷ (TP + FP)",
        share_of=l10n.say("of the flagged with a known outcome"),
        use=l10n.say("What collections feels: the part of the worked list that fails. 1 − FDR is the precision."),
        level=e.level,
        against=l10n.say("break-even {limit}", limit=l10n.percent(limit)) if known else "",
    )  # fmt: skip


def _incremental(l10n: L10n, added: Incremental) -> Rate:
    return rate(
        l10n, "incremental", added.fdr,
        name=l10n.say("Incremental FDR"),
        formula=l10n.say("1 − uplift ÷ accepted"),
        share_of=l10n.say("of the accepted on the list, by arms drawn at random"),
        use=l10n.say("What the list earns: acceptances that the offer did not bring, broken or paid anyway."),
    )  # fmt: skip


def _contacts(l10n: L10n, cut: Cut) -> Rate:
    e = cut.errors.contacts_per_success
    digits = 2 if e.value < FEW_CONTACTS else 1
    low, high = l10n.number(e.low, digits), l10n.number(e.high, digits)
    reach = l10n.say("more than {low}", low=low) if math.isinf(e.high) else f"[{low} – {high}]"
    return Rate(
        key="contacts_per_success",
        name=l10n.say("Contacts per success"),
        value=l10n.number(e.value, digits) if math.isfinite(e.value) else l10n.say("Undefined"),
        interval=reach,
        n=_n(l10n, e),
        formula="(TP + FP) ÷ TP",
        share_of=l10n.say("flagged for each one that came true"),
        use=l10n.say("Plans the calls of a campaign."),
        missing="" if math.isfinite(e.value) else names.reason(l10n, e.reason),
    )


def _of_money(l10n: L10n, cut: Cut) -> list[Rate]:
    if not cut.counted.pin.carries("balance"):
        return []
    value, money = cut.errors.fdr_balance, cut.errors.balances.flagged
    return [
        Rate(
            key="fdr_balance",
            name=l10n.say("Wasted balance (FDR by balance)"),
            value=l10n.percent(value) if math.isfinite(value) else l10n.say("Undefined"),
            interval=l10n.say("no interval: few large balances decide it"),
            n=_n(l10n, cut.errors.fdr),
            formula=f"FP ÷ (TP + FP), {l10n.symbol.strip()}",
            share_of=l10n.say("of {money} flagged with a known outcome", money=l10n.money(money)),
            use=l10n.say("For the cash plan: the part of the balance worked that fails."),
            missing="" if math.isfinite(value) else names.reason(l10n, cut.errors.fdr.reason or "no_balance"),
        )
    ]


def _fpr(l10n: L10n, cut: Cut) -> Rate:
    return rate(
        l10n, "fpr", cut.errors.fpr,
        name=l10n.say("False-positive rate (FPR)"),
        formula="FP ÷ (FP + TN)",
        share_of=_everyone(l10n, cut, l10n.say("of all for whom it did not happen")),
        use=l10n.say("Compares months, segments and models: it does not depend on how many are positive."),
    )  # fmt: skip


def _recall(l10n: L10n, cut: Cut) -> Rate:
    return rate(
        l10n, "recall", cut.errors.recall,
        name=l10n.say("Captured positives (recall)"),
        formula="TP ÷ (TP + FN)",
        share_of=_everyone(l10n, cut, l10n.say("of all for whom it happened")),
        use=l10n.say("What the threshold lets go: 1 − recall is missed."),
    )  # fmt: skip


def _everyone(l10n: L10n, cut: Cut, words: str) -> str:
    if cut.errors.basis != "ipw":
        return words
    return l10n.say("{share_of}, weighted by the logged chance of an offer", share_of=words)


def rate(
    l10n: L10n, key: str, e: Estimate, *, name: str, formula: str, share_of: str, use: str, level: str = "unknown",
    against: str = "",
) -> Rate:  # fmt: skip
    """A rate in words; without a value, why there is none."""
    missing = "" if math.isfinite(e.value) else names.reason(l10n, e.reason)
    none = l10n.say("Not identifiable") if e.reason in UNKNOWABLE else l10n.say("Undefined")
    return Rate(
        key=key,
        name=name,
        value=none if missing else l10n.percent(e.value),
        interval="" if missing else f"[{l10n.interval(e.low, e.high)}]",
        n="" if missing else _n(l10n, e),
        formula=formula,
        share_of=share_of,
        use=use,
        missing=missing,
        level=level,
        against=against,
    )


def _n(l10n: L10n, e: Estimate) -> str:
    if e.method == "ess":
        return l10n.say("worth n {n}", n=l10n.number(e.n))
    text = l10n.say("n {n}", n=l10n.number(e.n))
    return l10n.say("{n}, small sample", n=text) if e.reason == "small_sample" else text
