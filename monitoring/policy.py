"""Monitoring room: the thresholds, horizons and definitions that a number is judged by, all in one place.

Sources of the defaults: [R] regulatory or supervisory text, [L] literature, [P] practitioner's rule, [D] our default.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from monitoring.estimate import Level

OVERDUE_MEASURES = {0: "V1", 1: "V1", 30: "V30", 60: "V60", 90: "V90"}
"""Days past due that must be exceeded → the additive measure of overdue balance (both 0 and 1 mean: any arrears)."""

CURRENCY = "COP"
MONEY = ("cost_per_contact", "value_per_success", "cash_target")
"""Thresholds that are amounts of money, and the currency of their defaults."""


@dataclass(frozen=True)
class Policy:
    """What the bank counts as overdue, as enough evidence and as worth acting on. Shares and rates are fractions."""

    overdue_dpd: int = 30  # [R] SFC: cartera vencida is more than 30 days past due
    acceptance_window_days: int = 30  # [D] an acceptance is final after this window
    payment_window_days: int = 60  # [D] a first instalment is final after this window
    writeoff_months: int = 12  # [R] SFC: ratio with the write-offs of twelve months
    redefault_months: int = 12  # [D] months after a payment option within which a re-default is held against it
    option_kept_months: int = 3  # [D] months that a payment option must hold to count as kept, at most 12
    option_lockout_months: int = 6  # [D] months after a payment option in which no other is offered
    option_gap: float = 0.20  # [D] difference of the share of options kept that is worth finding
    icv_target: float = math.nan  # [D] the bank's own; NaN: none set
    icv_warning: float = math.nan  # [D] the bank's own, between target and limit; NaN: the target is the warning
    icv_appetite: float = math.nan  # [D] the bank's own limit; NaN: none set
    icv60_target: float = math.nan  # [D] the bank's own, of the ratio beyond 60 days; NaN: none set
    icv90_target: float = math.nan  # [D]
    cash_target: float = math.nan  # [D] money to be received in a month; NaN: none set
    acceptance_target: float = math.nan  # [D] share of the offers; NaN: none set
    icv_watch_rise: float = 0.0025  # [D] rise in one month
    icv_act_rise: float = 0.005  # [D]
    forecast_months: int = 6  # [D] how far ahead the overdue ratio is forecast
    forecast_window: int = 4  # [D] last months whose roll rates are carried forward
    forecast_memory: float = 0.25  # [D] weight of all earlier months together, beside that of the last ones
    forecast_confidence: float = 0.90  # [D] share of past errors that the band would have held

    p_watch: float = 0.05  # [R] OeNB 2004: green below 95 % confidence
    p_act: float = 0.001  # [R] OeNB 2004: red beyond 99.9 %
    oe_watch: float = 0.10  # [D] |observed/expected - 1| that matters
    oe_act: float = 0.20  # [D]
    min_n: int = 30  # [L] Brown, Cai & DasGupta 2001: below it every interval is rough
    min_class: int = 10  # [P] ten events: fewer of either outcome and a month's AUC is not put into words
    min_n_drift: int = 100  # [L] Yurdakul & Naranjo: 41 % false alarms at n = 100
    finder_least: int = 50  # [D] outcomes that each half of the clients must have in it
    finder_chance: float = 1.0  # [D] least expected number of splits as good by chance: no test is worth it from here
    confidence: float = 0.95  # [D]

    maturity_ok: float = 0.95  # [D] share of outcome windows that have closed
    maturity_least: float = 0.80  # [D] below it no label metric is judged
    nowcast_least: float = 0.30  # [D] completion below which no projection is shown
    nowcast_confidence: float = 0.90  # [D] share of the months that a projection's interval should hold
    nowcast_months_least: int = 3  # [D] complete months from which the delay of reports is learnt
    coverage_ok: float = 0.99  # [D] scored / eligible
    coverage_watch: float = 0.95  # [D]
    coverage_past_months: int = 12  # [D] months before that the loss of a step is held against
    coverage_past_least: int = 6  # [D] fewer tell nothing of what is usual
    coverage_rise_least: float = 0.02  # [D] share more than usual, of the rows that entered a step, that matters
    segment_gap: float = 0.10  # [D] departure of an acceptance rate from its prediction that a segment must show
    segment_power: float = 0.80  # [L] chance to see such a departure, below which a segment is not judged
    calibration_gap: float = 0.02  # [D] promised less observed rate that matters (2 pp)
    light_power: float = 0.80  # [L] chance to see that, below which a light without a finding is grey
    recalibration_least: int = 100  # [L] Collins, Ogundimu & Altman 2016: of either outcome, to fit a recalibration on

    auc_ok: float = 0.70  # [L] Hosmer & Lemeshow
    auc_watch: float = 0.60  # [L]
    auc_fall: float = 0.05  # [D] fall of the AUC since its development that matters
    rank_recent_months: int = 3  # [D] last matured months that stand together against the development
    ks_ok: float = 0.30  # [P]
    ks_watch: float = 0.20  # [P]
    ece_ok: float = 0.02  # [D]
    ece_watch: float = 0.05  # [D]
    ece_noise_factor: float = 1.5  # [D]
    lift_ok: float = 2.0  # [P] at the best tenth
    lift_watch: float = 1.3  # [P]

    psi_watch: float = 0.10  # [P] Siddiqi
    psi_act: float = 0.25  # [P] Siddiqi
    psi_p: float = 0.01  # [L] Yurdakul & Naranjo: and unlikely without a change
    score_reference_months: int = 6  # [D] first scored months that later ones are held against
    feature_psi_watch: float = 0.20  # [P] a feature may move further than a score before it matters
    feature_psi_act: float = 0.30  # [P]
    feature_ks_watch: float = 0.10  # [P]
    feature_ks_act: float = 0.20  # [P]
    feature_js_watch: float = 0.10  # [P] divergence in nats, not its root
    feature_js_act: float = 0.15  # [P]
    feature_v_watch: float = 0.20  # [P]
    feature_v_act: float = 0.30  # [P]
    hhi_watch: float = 0.18  # [P] DOJ/FTC 2023
    hhi_act: float = 0.25  # [P] DOJ/FTC 2010
    provisions_ok: float = 1.20  # [D] provisions / overdue balance
    provisions_least: float = 1.00  # [D] below it not all that is overdue is provided for

    cell_least: int = 10  # [D] obligations below which a cell leaves the house in no file

    cost_per_contact: float = 8_000.0  # [D] COP; NaN: none set
    value_per_success: float = 120_000.0  # [D] COP; NaN: none set
    capacity: float = math.nan  # [D] contacts a month; NaN: no limit set
    concession: float = 0.0  # [D] COP given away with an option that is accepted
    plateau: float = 0.01  # [D] part of the best net value that a cut-off may lose and still be as good
    agent_days: float = 22.0  # [D] days that an agent calls in a month
    calls_per_agent_day: float = 60.0  # [D]
    options_most: int = 3  # [P] options that an obligation may be offered in a month
    contacts_per_day: int = 1  # [R] Law 2300 of 2023 (Colombia)
    channels_per_week: int = 1  # [R] Law 2300 of 2023
    contact_hours: str = "7-19"  # [R] Law 2300 of 2023: Monday to Friday
    contact_hours_saturday: str = "8-15"  # [R] Law 2300 of 2023; none on Sundays and holidays
    all_labelled: float = 0.999  # [D] share labelled from which errors need no exploration
    support_least: float = 0.90  # [L] share of the population that random offers could have reached
    ess_least: float = 100.0  # [D] effective sample size below which a weighted rate is not shown

    arm_clients_least: int = 200  # [D] clients in each arm
    sample_ratio_p: float = 0.001  # [L] sample-ratio mismatch
    arm_mistakes_most: float = 0.01  # [D] share of clients with two arms, or with one that came late
    smd_limit: float = 0.10  # [L] standardised mean difference at baseline
    overlap_least: float = 0.90  # [L] share with e in [0.05, 0.95]
    pre_months_least: int = 6  # [D] months before go-live for a comparison of groups
    pre_months_most: int = (
        12  # [D] months before go-live that groups are compared over: a year, so that seasons even out
    )
    post_months_least: int = 3  # [D] months after a go-live in which a group that is compared has not gone live itself
    permuted_groups_most: int = 10  # [D] groups of which all ways to name the treated are counted
    unsupported_most: float = 0.05  # [D] share of bins a simulation cannot speak about
    target_effect: float = 0.003  # [D] effect on the overdue ratio worth finding (0.3 pp)
    payment_effect: float = 0.03  # [D] effect on the share paid worth finding (3 pp)

    def __post_init__(self) -> None:
        if self.overdue_dpd not in OVERDUE_MEASURES:
            raise ValueError(f"overdue_dpd={self.overdue_dpd} is none of {sorted(OVERDUE_MEASURES)}")

    @classmethod
    def named(cls, values: Mapping[str, Any], *, currency: str = CURRENCY) -> Policy:
        """The usual thresholds with those that a release names; names that are unknown, or without a value, are
        passed over. The usual amounts of money are pesos: in another `currency` they are NaN until they are named."""
        known = {f.name for f in fields(cls)}
        usual = {} if currency == CURRENCY else dict.fromkeys(MONEY, math.nan)
        return cls(**usual | {name: value for name, value in values.items() if name in known and value is not None})

    @property
    def overdue_measure(self) -> str:
        """Name of the additive measure that holds the overdue balance under this policy."""
        return OVERDUE_MEASURES[self.overdue_dpd]

    @property
    def icv_targets(self) -> dict[int, float]:
        """Targets of the ratio by days past due, as far as they are set; `icv_target` is that of `overdue_dpd`."""
        known = {60: self.icv60_target, 90: self.icv90_target, self.overdue_dpd: self.icv_target}
        return {days: target for days, target in known.items() if math.isfinite(target)}

    @property
    def has_costs(self) -> bool:
        """Whether a contact has a cost and a success a value, so that both can be weighed."""
        return math.isfinite(self.cost_per_contact) and math.isfinite(self.value_per_success)

    @property
    def gain(self) -> float:
        """What a success leaves after the concession, v - k; NaN when either is not set."""
        return self.value_per_success - self.concession

    @property
    def break_even_score(self) -> float:
        """Least calibrated probability at which a contact pays for itself, c / (v - k); NaN when a success leaves
        nothing, or costs are not set."""
        return self.cost_per_contact / self.gain if self.gain > 0 else math.nan

    @property
    def break_even_fdr(self) -> float:
        """Share of wasted contacts at which contacting neither gains nor loses; NaN like `break_even_score`."""
        return 1 - self.break_even_score

    @property
    def calls_allowed(self) -> float:
        """Calls that an obligation may receive in a month under the limits of contact, with an option to offer."""
        if min(self.contacts_per_day, self.channels_per_week, self.options_most) < 1:
            return 0.0
        return self.contacts_per_day * self.agent_days

    def level_of_p(self, p: float) -> Level:
        """Level of a p-value alone."""
        if not math.isfinite(p):
            return "unknown"
        return "act" if p < self.p_act else "watch" if p < self.p_watch else "ok"

    def level_of_hhi(self, hhi: float) -> Level:
        """Level of a Herfindahl index: how far what is overdue stands in few hands."""
        if not math.isfinite(hhi):
            return "unknown"
        return "act" if hhi > self.hhi_act else "watch" if hhi > self.hhi_watch else "ok"

    def level_of_oe(self, ratio: float, *, p: float) -> Level:
        """Level of observed / expected: significance and size together."""
        if not (math.isfinite(ratio) and math.isfinite(p)):
            return "unknown"
        gap = abs(ratio - 1)
        if gap > self.oe_act and p < self.p_act:
            return "act"
        return "watch" if gap > self.oe_watch and p < self.p_watch else "ok"


def at_least(value: float, *, ok: float, watch: float) -> Level:
    """Level of a number of which more is better; unknown when it is NaN."""
    if not math.isfinite(value):
        return "unknown"
    return "ok" if value >= ok else "watch" if value >= watch else "act"
