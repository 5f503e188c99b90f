"""Data room: the scored row, the one wide table that a release holds and every count is made from.

One row is one obligation in one month, as it stood when the month's decisions were made (the opening of the month),
with what was then decided and what came of it. `model` writes these columns, `data.counts` adds them up.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

RANDOM_GROUPS: Final = 30
"""Number of random groups: rg = hash(client) mod 30, the replicates of every client-robust interval."""

UNSCORED: Final = 0
"""Score code of a row that carries no score; code k >= 1 is the bin [edges[k-1], edges[k])."""

# Label states: the values of column `label_state`, and the label axis of every count, in this order.
NEGATIVE: Final = 0
"""The window closed and the client did not accept (pay)."""
POSITIVE: Final = 1
"""The window closed and the client accepted (paid)."""
UNLABELLED: Final = 2
"""No label can exist: nothing was offered, or the row is outside the eligible population."""
OPEN: Final = 3
"""The outcome window has not closed at the release's as-of month: a label will come."""
LABEL_STATES: Final = ("negative", "positive", "unlabelled", "open")

KEYS: Final = ("client", "obligation", "month")

DIMENSIONS: Final = (
    "product",
    "bucket",
    "region",
    "age_band",
    "segment",
    "income_band",
    "channel",
    "occupation",
    "gender",
)
"""Standard segment dimensions (dictionary-coded text). A source may add its own, or lack some of these."""

ROLES: Final = ("arm", "eligible", "offered", "rg")
"""Columns that a selection may filter or group by beside the dimensions."""

BUCKETS: Final = ("0", "1-30", "31-60", "61-90", "91-120", "121-150", "151-180", "181-360", ">360")
"""Ageing buckets by days past due, in order."""

UNKNOWN: Final = "(unknown)"
"""The level that stands for a missing category: counted and shown, never dropped."""

# What became of a row by the opening of the next month: the values of column `flow`.
STAYED: Final = "stayed"
"""There, without a payment known to have been made."""
PAID: Final = "paid"
"""There, after a payment in the month."""
REAGED: Final = "reaged"
"""There, under a payment option applied in the month, and no payment covered what was past due. Followed by ": " and
the option where the data name it."""
WRITTEN: Final = "written_off"
"""Written off when the next month opened."""
PAID_OFF: Final = "paid_off"
"""Not there any more: a payment covered the balance."""
GONE: Final = "gone"
"""Not there any more, and the data do not say why: sold, or missing."""
ENDED: Final = "ended"
"""Not there any more, and nothing was owed."""
FLOWS: Final = (STAYED, PAID, REAGED, WRITTEN, PAID_OFF, GONE, ENDED)
"""UNKNOWN besides: the next month is not in the data."""

THERE: Final = "there"
"""Value of column `origin`: the obligation was there in the month before."""
NEW: Final = "new"
"""Value of column `origin`: the month before is in the data, and the obligation was not there."""

MONTHS_ON_BOOK: Final = "months_on_book"
"""Text column: whole months from the disbursement to the row's month, "0" to MOST_ON_BOOK, LONGER, or UNKNOWN."""
MOST_ON_BOOK: Final = 120
SINCE: Final[Mapping[int, str]] = {0: "since_0", 30: "since_30", 60: "since_60", 90: "since_90"}
"""Days past due → the text column that says how many months ago the obligation was first seen more than so many days
past due (or written off): "0" in the month itself, to MOST_SINCE, LONGER, NOT_YET, LATE, ALREADY, or UNKNOWN."""
MOST_SINCE: Final = 60
LONGER: Final = "longer"
"""More months ago than are told apart."""
NOT_YET: Final = "not yet"
"""Never so far, of an obligation that the data know from its beginning or that was seen before."""
LATE: Final = "late"
"""Not when it was first seen, which was not its beginning: what came before is not known."""
ALREADY: Final = "already"
"""Already when it was first seen, which was not its beginning: since when is not known, and later
rows are UNKNOWN."""

# Which payment option a row is under: the values of columns `under_option`, `option_age` and `option_course`.
NO_OPTION: Final = "(none)"
"""Under no option that was applied within OPTION_FOLLOWED months."""
UNNAMED: Final = "(unnamed)"
"""Value of `under_option`: an option that the data do not name."""
OPTION_FOLLOWED: Final = 24
"""Most months of `option_age`, which counts from the month in which the option was applied: "1" at the first opening
after it. UNKNOWN where the data call the row re-aged and nobody saw the option being applied."""
HELD: Final = "held"
"""Value of `option_course`: not overdue since the option, and not overdue in the next month either."""
REDEFAULTED: Final = "redefaulted"
"""Not overdue since the option, and overdue or written off in the next month."""
CENSORED: Final = "censored"
"""Not overdue since the option; what came next is not known, or not under this option: the next month is not in the
data or tells no days past due, the obligation left (paid off, sold or missing), or another option was applied."""
BACK: Final = "back"
"""Overdue or written off now, or at an earlier opening since the option."""
OPTION_ROLES: Final = ("under_option", "option_age", "option_course")
"""Text columns that say which payment option a row is under, for how many months, and whether it held the month."""

OFFERED_OPTION: Final = "offered_option"
"""Text column: the first of the options that were offered in the month, UNNAMED where the data name none, NO_OPTION
where nothing was offered."""
OPTION_FATE: Final = "option_fate"
"""Text column of a row in whose month the offered option was applied: HELD for FATE_MONTHS openings after it, or
REDEFAULTED, OPEN_FATE or LEFT, followed by a number: the opening at which it was first overdue or written off, or how
many openings it was seen to hold until the data ended, or until it left the book, or came under another option, or no
days past due were told. NO_OPTION for all other rows."""
OPEN_FATE: Final = "open"
LEFT: Final = "left"
FATE_MONTHS: Final = 12

CAUSE: Final = "negative_cause"
"""Text column: why what was predicted did not happen, of a row with a negative outcome: the first of CAUSES that holds.
NO_CAUSE for all other rows."""
NO_CAUSE: Final = "(none)"
NO_OFFER: Final = "no_offer"
"""Nothing says that anything was offered: the outcome is assumed."""
PAID_LATE: Final = "paid_late"
"""What was past due was covered within LATE_MONTHS after the window, not in it. The last months of the data may still
come to it."""
NOT_WORKED: Final = "not_worked"
"""No collection action is on record for the month."""
NOT_REACHED: Final = "not_reached"
"""Worked, and the client in person was not reached."""
NOTHING_LEFT: Final = "nothing_left"
"""No option was open to the client, or one was applied so few months ago that no other may be."""
BROKEN: Final = "promise_broken"
"""An agreement was made in the month, and no promise was kept."""
PART_PAID: Final = "part_paid"
"""Something was paid in the window, less than what was past due (where that is unknown: anything)."""
REFUSED: Final = "refused"
"""Reached, with an option, and nothing of the above: the prediction was wrong."""
NOT_RECORDED: Final = "not_recorded"
"""None of the above, and nobody wrote down whether the client was reached."""
CAUSES: Final = (
    NO_OFFER, PAID_LATE, NOT_WORKED, NOT_REACHED, NOTHING_LEFT, BROKEN, PART_PAID, REFUSED, NOT_RECORDED,
)  # fmt: skip
"""In the order in which they are looked for."""
LATE_MONTHS: Final = 3

FINAL_AFTER: Final = "final_after"
"""Text column: months from the row's month to that at whose end its outcome is final, or will be; UNKNOWN where no
outcome can come."""
REPORTED_AFTER: Final = "reported_after"
"""Text column: months from the row's month to that in which a positive outcome was reported, be the row closed or
still open; NOT_YET where it is open and none is reported, NO_REPORT where none will be. UNKNOWN where the data do not
say when."""
NO_REPORT: Final = "(none)"

FLOW_ROLES: Final = (
    "flow", "next_bucket", "origin", MONTHS_ON_BOOK, *SINCE.values(), *OPTION_ROLES, OFFERED_OPTION, OPTION_FATE, CAUSE,
    FINAL_AFTER, REPORTED_AFTER,
)  # fmt: skip
"""Text columns that say where a row goes and comes from, and why what was predicted of it did not happen; `next_bucket`
is its bucket in the next month. A selection may filter or group by them. Releases made before there were such columns
lack them: all their rows are UNKNOWN."""

RIVALS: Final = ("previous_score", "challenger_score", "bank_score")
"""float32 columns: what others than the champion of the day say of the same row. `previous_score`: the champion of the
walk-forward window before the one that scored the row, which knew less (NaN in the first window, without dates, and in
releases made before there was such a column); `challenger_score`: the candidate that was fitted beside the champion, on
the same rows; `bank_score`: the bank's own probability of a payment, of the month before. NaN where there is none."""

AMOUNTS: Final = (
    "balance", "past_due", "cash", "written_off", "reaged_balance", "next_balance", "provisions", "propensity", "score",
    *RIVALS,
)  # fmt: skip
"""float32 columns. `next_balance`: the balance in the next month, 0 where nothing is owed any more, NaN where unknown.
`provisions`: held against the obligation; only where the data carry them.
Money in the release's currency unit; `propensity` is the logged probability e of an offer (NaN when none was logged);
`score` is the probability of the positive class (NaN when unscored)."""

FLAGS: Final = ("offered", "kept", "paid", "eligible")
"""uint8 columns, 0 or 1: an offer was made; the accepted option's first payment was made; a payment was made in the
month; the obligation was in the population that may be offered an option."""


def random_group(client: np.ndarray) -> np.ndarray:
    """Random group of each client id: uint8 in 0..29, the same for ever and on every machine.

    A 64-bit mix (splitmix64 finaliser) so that consecutive ids fall into unrelated groups. Text ids are hashed first.
    """
    ids = np.asarray(client)
    if ids.dtype.kind not in "iu":
        ids = pd.util.hash_array(ids.astype(object), categorize=False)
    return (mixed(ids.astype(np.uint64)) % np.uint64(RANDOM_GROUPS)).astype(np.uint8)


def mixed(x: np.ndarray) -> np.ndarray:
    """Whole numbers (uint64) with their bits mixed, each to another number, the same on every machine."""
    x = x + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))
