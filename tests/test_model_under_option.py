"""Which payment option an obligation is under, for how many months, and whether it held: what the cliff counts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from data.contract import Meaning, Portfolio
from data.coverage import Coverage
from data.months import add
from data.rows import NO_OPTION, OPTION_FOLLOWED, OPTION_ROLES, UNKNOWN, UNNAMED
from model.flows import flows

FIRST = 202301
USUAL = {"balance": 100.0, "past_due": 20.0, "cash": 0.0, "written_off": 0.0, "kept": 0.0, "reaged_balance": 0.0}
Life = Sequence[dict[str, float] | None]


def told(life: Life, *, others: int = 0, option: str | None = None, dpd: int | None = None) -> list[tuple[str, ...]]:
    """The columns of one obligation, month by month; None: it has no row. Obligation 2 is there in every month, and
    for `others` months after."""
    rows = [
        {"client": 1, "obligation": 1, "month": add(FIRST, k), **USUAL, "days_past_due": 0.0, **now}
        for k, now in enumerate(life)
        if now is not None
    ]
    held = [
        {"client": 2, "obligation": 2, "month": add(FIRST, k), **USUAL, "days_past_due": 0.0}
        for k in range(len(life) + others)
    ]
    return _told([*rows, *held], option, dpd)


def _told(rows: list[dict[str, float]], option: str | None, dpd: int | None) -> list[tuple[str, ...]]:
    frame = pd.DataFrame(rows)
    facts = {name: frame[name].to_numpy(np.float32) for name in frame if name not in ("client", "obligation", "month")}
    actions = frame[["client", "obligation", "month"]].assign(option_applied=option)
    made = Portfolio(Meaning("made", {}), add(FIRST, 60), frame, pd.DataFrame(), Coverage(()), actions=actions)
    found = flows(made, facts, overdue_dpd=dpd)
    mine = np.flatnonzero(frame["obligation"] == 1)
    return list(zip(*(np.asarray(found[name])[mine] for name in OPTION_ROLES), strict=True))


KEPT, HELD = {"days_past_due": 45.0, "kept": 1.0}, {"reaged_balance": 100.0}
LATE = {"days_past_due": 31.0, "reaged_balance": 100.0}
NONE = (NO_OPTION,) * 3


def test_months_count_from_the_month_in_which_the_option_was_applied() -> None:
    assert told([{}, KEPT, HELD, HELD, HELD], option="COMBO") == [
        NONE, NONE, ("COMBO", "1", "held"), ("COMBO", "2", "held"), ("COMBO", "3", "censored"),
    ]  # fmt: skip


def test_an_option_that_only_the_mark_of_re_ageing_shows_is_seen_but_not_named() -> None:
    assert told([{"days_past_due": 45.0}, HELD, HELD])[1:] == [(UNNAMED, "1", "held"), (UNNAMED, "2", "censored")]


@pytest.mark.parametrize("end", [LATE, {"balance": 0.0, "written_off": 100.0}], ids=["31 days", "written off"])
def test_the_month_before_it_is_overdue_is_the_one_that_re_defaulted(end: dict[str, float]) -> None:
    assert [c for *_, c in told([KEPT, HELD, HELD, end])][1:] == ["held", "redefaulted", "back"]


def test_thirty_days_past_due_is_not_yet_a_re_default() -> None:
    assert [c for *_, c in told([KEPT, HELD, LATE | {"days_past_due": 30.0}, HELD])] == [
        NO_OPTION, "held", "held", "censored",
    ]  # fmt: skip


def test_the_policy_says_how_many_days_are_a_re_default() -> None:
    life = [KEPT, HELD, LATE, LATE | {"days_past_due": 61.0}]
    assert [c for *_, c in told(life, dpd=60)][1:] == ["held", "redefaulted", "back"]


def test_what_comes_back_from_a_re_default_is_not_at_risk_again() -> None:
    assert [(a, c) for _, a, c in told([KEPT, HELD, LATE, HELD, HELD])][1:] == [
        ("1", "redefaulted"), ("2", "back"), ("3", "back"), ("4", "back"),
    ]  # fmt: skip


def test_what_an_option_did_not_take_out_of_arrears_never_was_at_risk() -> None:
    assert [c for *_, c in told([KEPT, LATE, HELD])][1:] == ["back", "back"]


def test_a_new_option_ends_the_earlier_one_and_counts_anew() -> None:
    life = [KEPT, HELD, HELD | {"days_past_due": 20.0, "kept": 1.0}, HELD, LATE]
    assert [(a, c) for _, a, c in told(life)][1:] == [
        ("1", "held"), ("2", "censored"), ("1", "redefaulted"), ("2", "back"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "life", [[KEPT, HELD, None], [KEPT, HELD, None, HELD]], ids=["gone for good", "there again a month later"]
)
def test_what_left_is_censored(life: Life) -> None:
    assert told(life)[1] == (UNNAMED, "1", "censored")


def test_nothing_is_followed_across_a_month_without_the_obligation() -> None:
    assert told([KEPT, HELD, None, HELD, {}])[2:] == [(UNNAMED, UNKNOWN, UNKNOWN), NONE]


def test_nothing_is_followed_across_a_month_that_is_not_in_the_data() -> None:
    rows = [
        {"client": 1, "obligation": 1, "month": add(FIRST, k), **USUAL, "days_past_due": 0.0, **now}
        for k, now in ((0, KEPT), (1, HELD), (3, HELD))
    ]
    assert _told(rows, "COMBO", None) == [NONE, ("COMBO", "1", "censored"), (UNNAMED, UNKNOWN, UNKNOWN)]


def test_a_month_that_tells_no_days_past_due_ends_what_can_be_followed() -> None:
    assert told([KEPT, HELD, HELD | {"days_past_due": np.nan}, HELD])[1:] == [
        (UNNAMED, "1", "censored"), (UNNAMED, UNKNOWN, UNKNOWN), (UNNAMED, UNKNOWN, UNKNOWN),
    ]  # fmt: skip


def test_it_is_followed_beyond_the_mark_of_re_ageing_but_not_for_ever() -> None:
    found = told([KEPT, *[{}] * (OPTION_FOLLOWED + 2)])
    assert [a for _, a, _ in found[1:]] == [*map(str, range(1, OPTION_FOLLOWED + 1)), NO_OPTION, NO_OPTION]


def test_data_that_do_not_say_what_was_re_aged_leave_it_unknown() -> None:
    assert told([{"reaged_balance": np.nan}, {"reaged_balance": np.nan}]) == [(UNKNOWN,) * 3] * 2


def test_one_byte_a_column() -> None:
    rows = pd.DataFrame([{"client": 1, "obligation": 1, "month": FIRST, **USUAL, "days_past_due": 0.0}])
    found = flows(
        Portfolio(Meaning("made", {}), FIRST, rows, pd.DataFrame(), Coverage(())),
        {name: rows[name].to_numpy(np.float32) for name in rows},
    )
    assert {found[name].codes.itemsize for name in OPTION_ROLES} == {1}
