"""App room: what features are called and in which unit they are, for forms and reasons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.l10n import L10n
from app.words import mark

FEATURES: Final[Mapping[str, tuple[str, str]]] = {
    "days_past_due": (mark("Days past due"), "days"),
    "balance": (mark("Balance"), "money"),
    "past_due": (mark("Past-due amount"), "money"),
    "past_due_share": (mark("Past-due share of the balance"), ""),
    "reaged": (mark("Re-aged (0 no, 1 yes)"), ""),
    "client_obligations": (mark("Obligations of the client"), ""),
    "client_balance": (mark("Balance of all of the client's obligations"), "money"),
    "client_late_share": (mark("Share of the client's obligations that are late"), ""),
    "months_since_opened": (mark("Age of the obligation"), "months"),
    "product": (mark("Product"), ""),
    "segment": (mark("Bank segment"), ""),
    "days_past_due_change": (mark("Change of days past due in a month"), "days"),
    "days_past_due_most_6": (mark("Most days past due, 6 months"), "days"),
    "late_share_6": (mark("Share of months late, 6 months"), ""),
    "late_share_12": (mark("Share of months late, 12 months"), ""),
    "balance_to_most_12": (mark("Balance over its highest, 12 months"), ""),
    "paid_to_due_1": (mark("Paid over due, last month"), ""),
    "paid_to_due_3": (mark("Paid over due, 3 months"), ""),
    "paid_to_due_6": (mark("Paid over due, 6 months"), ""),
    "paid_to_due_12": (mark("Paid over due, 12 months"), ""),
    "months_paid_share_3": (mark("Share of months with a payment, 3 months"), ""),
    "months_paid_share_12": (mark("Share of months with a payment, 12 months"), ""),
    "instalment_to_balance": (mark("Instalment over balance"), ""),
    "paid_to_balance_3": (mark("Paid over balance, 3 months"), ""),
    "months_since_paid": (mark("Months since the last payment"), "months"),
    "payment_age": (mark("Age of the payment record"), "months"),
    "payment_mark": (mark("Payment mark"), ""),
    "bank_pays": (mark("Bank propensity to pay"), ""),
    "bank_early_alert": (mark("Bank early alert"), ""),
    "bank_self_cure": (mark("Bank self-cure"), ""),
    "bank_pays_change_3": (mark("Change of the bank propensity, 3 months"), ""),
    "bank_lot": (mark("Bank lot"), ""),
    "bank_score_age": (mark("Age of the bank score"), "months"),
    "client_age": (mark("Age of the client"), "years"),
    "client_dependants": (mark("Dependants"), ""),
    "client_income": (mark("Income"), "money"),
    "client_expenses": (mark("Expenses"), "money"),
    "client_assets": (mark("Assets"), "money"),
    "client_liabilities": (mark("Liabilities"), "money"),
    "client_region": (mark("Region"), ""),
    "client_marital_status": (mark("Marital status"), ""),
    "client_education": (mark("Education"), ""),
    "client_occupation": (mark("Occupation"), ""),
    "client_housing": (mark("Housing"), ""),
    "client_segment": (mark("Segment of the client"), ""),
    "client_channel": (mark("Channel"), ""),
    "client_snapshot_age": (mark("Age of the client record"), "months"),
    "balance_to_income": (mark("Balance over monthly income"), ""),
    "client_tenure": (mark("Time as a client"), "months"),
    "last_contacts": (mark("Collection actions, last month worked"), ""),
    "last_right_party": (mark("Right-party contact, last month worked"), ""),
    "last_agreements": (mark("Agreements, last month worked"), ""),
    "last_promises_kept": (mark("Promises kept, last month worked"), ""),
    "last_options_offered": (mark("Options, last month worked"), ""),
    "last_days_past_due_low": (mark("Least days past due, last month worked"), "days"),
    "last_days_past_due_high": (mark("Most days past due, last month worked"), "days"),
    "last_days_past_due_end": (mark("Days past due at close, last month worked"), "days"),
    "last_past_due": (mark("Past-due amount, last month worked"), "money"),
    "last_debt": (mark("Total debt, last month worked"), "money"),
    "last_paid": (mark("Paid, last month worked"), "money"),
    "last_option": (mark("Option, last month worked"), ""),
    "last_option_applied": (mark("Option applied, last month worked"), ""),
    "last_result": (mark("Best result, last month worked"), ""),
    "action_age": (mark("Months since the last action"), "months"),
    "contacts_3": (mark("Collection actions, 3 months"), ""),
    "right_party_share_6": (mark("Share of right-party contact, 6 months"), ""),
    "label_last": (mark("Last known outcome (1 positive)"), ""),
    "label_age": (mark("Age of the last known outcome"), "months"),
    "label_type": (mark("Kind of the last known outcome"), ""),
    "label_count": (mark("Known outcomes of the obligation"), ""),
    "label_share": (mark("Positive share of its known outcomes"), ""),
    "kept_last": (mark("Last option kept (1 yes)"), ""),
    "client_label_count": (mark("Known outcomes of the client"), ""),
    "client_label_share": (mark("Positive share of the client's outcomes"), ""),
    "client_kept_share": (mark("Share of options kept by the client"), ""),
}
"""Features that no source gives as they are: their name, and their unit ("" for none, "money" for the currency)."""


def feature(l10n: L10n, name: str) -> str:
    """The name of a feature; what is not known here is made readable."""
    if name in FEATURES:
        return l10n.say(FEATURES[name][0])
    return name.replace("_", " ").capitalize()


def unit(name: str) -> str:
    """The unit of a feature: "days", "months", "years", "money" or ""."""
    return FEATURES[name][1] if name in FEATURES else ""
