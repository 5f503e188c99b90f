"""The re-age cliff of the Overdue ratio page: its words and pictures, the slider, and the states without a cliff."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from made_months import Shown, shown_page
from releases import EVERYTHING, draft, open_counts, store_with

from app.charts.stacked import stacked
from app.charts.steps import steps
from app.charts.trend import trend
from app.desk import Pin
from app.l10n import L10n
from app.pages.overdue_cliff import PAGE
from app.theme import Look
from app.views import overdue_cliff as view
from app.views import overdue_cliff_figures as numbers
from app.views import overdue_cliff_pictures as pictures
from data.counts import Counts, Selection, Tally
from data.rows import NO_OPTION, OPTION_ROLES, UNKNOWN, UNNAMED
from data.store import Draft
from monitoring.cliff import Adjusted
from monitoring.policy import Policy

EN = L10n("en")
EACH = pytest.mark.parametrize("l10n", [EN, L10n("es"), L10n("pt")], ids=["en", "es", "pt"])
RULE = Policy(min_n=5, min_class=2)


def opened(made: Draft) -> Pin:
    release = store_with(made).read()
    return Pin(release, open_counts(release))


def seen(pin: Pin, *, policy: Policy = RULE, codes: tuple[int, int] | None = None, **where: Any) -> numbers.Sheet:
    span = where.pop("months", (pin.counts.months[0], pin.counts.months[-1]))
    return numbers.sheet(pin, Selection(span, where, codes), policy=policy)


def changed(made: Draft, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Draft:
    parts = {month: change(rows.copy()) for month, rows in made.tables["rows"].items()}
    return Draft({"rows": parts}, made.documents)


@pytest.fixture(scope="module")
def made() -> Draft:
    """Every other obligation-month that is kept leads to an option; names are those of two options."""
    whole = draft(9000, first=202401, flowing=True)
    names = {UNNAMED: "COMBO"}

    def named(rows: pd.DataFrame) -> pd.DataFrame:
        option = rows["under_option"].astype(object).replace(names)
        amplified = (option == "COMBO") & (rows["obligation"] % 2 == 0)
        return rows.assign(under_option=pd.Categorical(option.mask(amplified, "AMPLIACION")))

    return changed(whole, named)


@pytest.fixture(scope="module")
def pin(made: Draft) -> Pin:
    return opened(made)


@pytest.fixture(scope="module")
def sheet(pin: Pin) -> numbers.Sheet:
    return seen(pin)


def at(sheet: numbers.Sheet, percent: float = 0) -> Adjusted:
    return numbers.adjusted(sheet, percent)


@EACH
def test_the_boxes_hold_the_reported_ratio_the_adjusted_and_that_with_write_offs(
    sheet: numbers.Sheet, l10n: L10n
) -> None:
    found = at(sheet)
    reported, adjusted, imora, back = view.boxes(l10n, sheet, found, 0)
    now = sheet.now
    assert now is not None
    assert reported.value == l10n.percent(now.icv, 2)
    assert adjusted.value == l10n.percent(found.ratio.value, 2)
    assert adjusted.change == l10n.points(found.ratio.value - now.icv, 2)
    assert l10n.interval(found.ratio.low, found.ratio.high, 2) in adjusted.n
    assert imora.value == l10n.percent(now.icv_with_writeoffs, 2)
    assert back.value == l10n.money(found.back)


def test_the_stress_moves_what_is_adjusted_and_never_what_is_reported(sheet: numbers.Sheet) -> None:
    each = [view.boxes(EN, sheet, at(sheet, s), s) for s in (-50, 0, 20, 100)]
    assert len({boxes[0].value for boxes in each}) == len({boxes[2].value for boxes in each}) == 1
    worth = [float(boxes[1].value.rstrip("%")) for boxes in each]
    assert all(a < b for a, b in pairwise(worth))
    assert "Re-default +20% against history" in dict(each[2][1].facts)["Rate of re-default"]


def _moved(sheet: numbers.Sheet, *, reported: float, adjusted: float) -> tuple[numbers.Sheet, Adjusted]:
    """The sheet as if in the last two months both ratios had moved so far, down to 5 % and 6 %."""
    sums, now = sheet.sums, sheet.now
    assert sums is not None and now is not None
    gross = np.array([100.0, 100.0])
    two = replace(sums, months=sums.months[-2:], gross=gross, overdue=np.array([5 - 100 * reported, 5]))
    here = replace(sheet, icv=[replace(now, icv=0.05)], sums=two)
    found = at(sheet)
    return here, replace(found, course=np.array([0.06 - adjusted, 0.06]), ratio=replace(found.ratio, value=0.06))


@pytest.mark.parametrize(
    ("reported", "adjusted", "said", "level"),
    [
        (-0.012, -0.008, "Of 1.20 pp of improvement since Nov 2024, 0.40 pp is expected to come back as re-default; "
         "0.80 pp holds.", "ok"),
        (-0.012, -0.004, "Of 1.20 pp of improvement since Nov 2024, 0.80 pp is expected to come back as re-default; "
         "0.40 pp holds.", "watch"),
        (-0.012, 0.001, "Of 1.20 pp of improvement since Nov 2024, all is expected to come back as re-default.",
         "watch"),
        (-0.012, -0.013, "The improvement of 1.20 pp since Nov 2024 holds: it is 1.30 pp with re-default. 1.00 pp may "
         "still come back.", "ok"),
        (0.003, 0.004, "Reported ICV is 5.00%. If re-aged debt re-defaults as it used to, it is 6.00%: 1.00 pp more.",
         "unknown"),
    ],
)  # fmt: skip
def test_the_sentence_says_what_of_an_improvement_holds(
    sheet: numbers.Sheet, reported: float, adjusted: float, said: str, level: str
) -> None:
    here, found = _moved(sheet, reported=reported, adjusted=adjusted)
    assert view.sentence(EN, here, found).replace("\u00a0", " ") == said
    assert view.level(here, found) == level


@EACH
def test_the_curves_begin_at_nothing_and_their_table_says_how_many_were_at_risk(
    sheet: numbers.Sheet, l10n: L10n
) -> None:
    drawn = pictures.curves(l10n, sheet)
    assert [c.shares[0] for c in drawn.curves] == [0.0] * 3
    for curve in drawn.curves:
        told = [v for v in curve.shares if np.isfinite(v)]
        assert told == sorted(told)
    table = pictures.at_risk(l10n, sheet)
    every, *each = [[cell.text for cell in row] for row in table.rows]
    counts = [[int(re.sub(r"\D", "", text)) for text in row[1:]] for row in (every, *each)]
    assert counts[0] == np.sum(counts[1:], axis=0).tolist()
    go.Figure(steps(drawn, Look()))
    assert pictures.curves_headline(l10n, sheet).title


def test_the_columns_add_up_to_what_is_owed_and_what_is_expected_back(sheet: numbers.Sheet) -> None:
    found = at(sheet)
    assert sheet.sums is not None and sheet.now is not None
    hold, back = pictures.balance(EN, sheet, found).layers
    assert sum(back.shares) == pytest.approx(found.back / sheet.now.gross)
    assert sum(hold.shares) + sum(back.shares) == pytest.approx(sheet.sums.held[-1].sum() / sheet.now.gross)
    table = pictures.options(EN, sheet, found)
    assert {row[0].text for row in table.rows} == {"Combo", "Ampliación"}
    assert table.total[2].text == EN.money(found.back)
    go.Figure(stacked(pictures.balance(EN, sheet, found), Look()))


@EACH
def test_the_course_shows_the_three_ratios_and_write_offs_once_a_year_of_them_is_known(
    sheet: numbers.Sheet, l10n: L10n
) -> None:
    found = at(sheet)
    drawn = pictures.course(l10n, sheet, found)
    reported, adjusted, off = (np.array(line.values) for line in drawn.lines)
    assert np.isfinite(reported).all()
    told = np.isfinite(adjusted)
    assert not told[0] and told[-1]
    assert (adjusted[told] >= reported[told]).all()
    assert np.isfinite(off).tolist() == [False] * 11 + [True]
    go.Figure(trend(drawn, Look(dark=True)))
    assert pictures.course_headline(l10n, sheet, found, 20).title


def test_what_is_not_known_is_listed_with_its_size(pin: Pin) -> None:
    listed = {row[0].text: row[1].text for row in view.not_known(EN, seen(pin)).rows}
    assert "use the slider" in listed.values()
    lost = next(v for k, v in listed.items() if k.startswith("Lost sight of"))
    rows = pin.release.frame("rows")
    assert lost == EN.number((rows["option_course"][rows["month"] < 202412] == "censored").sum())
    short = {row[0].text for row in view.not_known(EN, seen(pin, months=(202401, 202405))).rows}
    assert any(text.startswith("History is shorter than the horizon") for text in short)
    assert "Write-offs are known for less than 12 months" in short


def test_options_without_names_are_one_curve() -> None:
    sheet = seen(opened(draft(6000, flowing=True)))
    assert len(pictures.curves(EN, sheet).curves) == 1
    assert "Options that the data do not name" in {row[0].text for row in view.not_known(EN, sheet).rows}


def test_a_filter_that_debt_passes_through_does_not_cut_the_rates(pin: Pin, sheet: numbers.Sheet) -> None:
    narrow = seen(pin, bucket=("0", "31-60"))
    assert narrow.sums is not None and sheet.sums is not None
    assert narrow.sums.at_risk == pytest.approx(sheet.sums.at_risk)
    assert narrow.sums.held[-1].sum() < sheet.sums.held[-1].sum()
    assert "the filter Days past due" in view.caution(EN, narrow, at(narrow))
    scored = seen(pin, codes=(1, 400))
    assert "the filter Score" in view.caution(EN, scored, at(scored))


def test_overdue_debt_alone_has_nothing_that_could_come_back(pin: Pin) -> None:
    late = seen(pin, bucket=("31-60",))
    found = at(late)
    assert found.back == 0
    assert pictures.balance(EN, late, found).nothing == "No re-aged balance performs in this selection"
    assert pictures.options_headline(EN, late, found).title == "By option"


def test_one_month_has_no_history_and_says_so(pin: Pin) -> None:
    alone = seen(pin, months=(202401, 202401))
    found = at(alone)
    assert view.sentence(EN, alone, found).startswith("Too few options have been followed")
    assert view.boxes(EN, alone, found, 0)[1].value == "—"
    assert pictures.curves(EN, alone).nothing
    assert pictures.course_headline(EN, alone, found, 0).title.startswith("Too few options")
    assert " performs under an option" in pictures.balance_headline(EN, alone, found).title


def without_options(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(**dict.fromkeys(OPTION_ROLES, NO_OPTION), reaged_balance=np.float32(0))


def not_told(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(**dict.fromkeys(OPTION_ROLES, UNKNOWN), reaged_balance=np.float32(np.nan))


def before_options(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.drop(columns=list(OPTION_ROLES))


def _undated(made: Draft) -> Draft:
    meaning = {**made.documents["meaning"], "dated": False}
    return Draft(made.tables, {**made.documents, "meaning": meaning})


@pytest.fixture(scope="module")
def few() -> Draft:
    return draft(600, first=202410, flowing=True)


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (lambda d: changed(d, without_options), "No payment option was ever applied"),
        (lambda d: changed(d, not_told), "do not say what was re-aged"),
        (lambda d: changed(d, before_options), "made before payment options were followed"),
        (_undated, "carry no dates"),
        (lambda _: draft(400, carries=[c for c in EVERYTHING if c != "gross"]), "in arrears only"),
        (lambda _: draft(400, carries=("clients",)), "carry no overdue ratio"),
    ],
    ids=["no option", "not told", "old release", "undated", "arrears only", "no ratio"],
)
def test_without_a_cliff_the_page_says_why(build: Callable[[Draft], Draft], said: str, few: Draft) -> None:
    sheet = seen(opened(build(few)))
    assert sheet.sums is None
    for l10n in (EN, L10n("es"), L10n("pt")):
        found = view.state(l10n, sheet)
        assert found is not None
        assert said in found.title or l10n is not EN
        if sheet.reason == "never":
            assert sheet.now is not None
            assert l10n.percent(sheet.now.icv, 2) in found.body


class Counted:
    """Counts that note how often they are asked."""

    def __init__(self, counts: Counts) -> None:
        self._counts, self.asked = counts, 0

    def totals(self, *how: Any, **more: Any) -> Tally:
        """The counts' own answer."""
        self.asked += 1
        return self._counts.totals(*how, **more)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._counts, name)


@pytest.fixture(scope="module")
def counts(pin: Pin) -> Counted:
    return Counted(pin.counts)


@pytest.fixture(scope="module")
def shown(pin: Pin, counts: Counted) -> Iterator[Shown]:
    span = Selection((pin.counts.months[0], pin.counts.months[-1]))
    with shown_page(PAGE, replace(pin, counts=counts), span, l10n=EN, stress=0) as found:
        yield found


def test_the_slider_moves_the_adjusted_ratio_alone_and_nothing_is_counted_again(shown: Shown, counts: Counted) -> None:
    def values() -> list[str]:
        return re.findall(r'class="box-value"[^>]*>([^<]+)<', shown.html("boxes"))

    before, asked = values(), counts.asked
    assert asked > 0
    shown.page.set_inputs(stress=20)
    shown.until(lambda: values() != before)
    after = values()
    assert (after[0], after[2]) == (before[0], before[2])
    assert after[1] != before[1]
    assert after[3] != before[3]
    assert "Re-default +20% against history" in shown.html("course_head")
    assert counts.asked == asked


def test_every_part_of_the_page_is_drawn(shown: Shown) -> None:
    for name in ("curves_head", "balance_head", "options_head", "options", "at_risk_head", "at_risk", "unknown"):
        assert shown.html(name)
    for name in ("course_chart", "curves_chart", "balance_chart"):
        shown.until(lambda name=name: shown.page.get_output(name).status == "ok")


@pytest.mark.parametrize(("text", "place"), [("20", 20.0), ("-50", -50.0), ("400", 0.0), ("much", 0.0), ("", 0.0)])
def test_the_address_sets_the_slider_within_its_ends(text: str, place: float) -> None:
    assert numbers.asked(text) == place
