"""The section Rolls and vintages: what it says, what it draws, and what it says where the data do not carry it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import plotly.graph_objects as go
import pytest
from made_lives import FIRST, LAST, Lives, made_lives
from made_months import shown_page
from releases import EVERYTHING, draft, open_counts, store_with

from app.charts.entries import entries
from app.charts.heatmap import heatmap
from app.charts.trend import trend
from app.charts.vintages import vintages as curves
from app.desk import Pin
from app.l10n import L10n
from app.pages.overdue_vintages import PAGE
from app.theme import Look
from app.views import overdue_recovery as recovery
from app.views import overdue_rolls as rolling
from app.views import overdue_vintage_figures as numbers
from app.views import overdue_vintages as words
from data.counts import Selection
from data.rows import ALREADY, GONE, LATE, PAID_OFF, SINCE, WRITTEN
from data.store import Draft
from monitoring.policy import Policy
from monitoring.recovery import pooled

EN = L10n("en", "COP")
EACH = pytest.mark.parametrize("l10n", [EN, L10n("es", "COP"), L10n("pt", "COP")], ids=["en", "es", "pt"])
NO_CASH = tuple(c for c in EVERYTHING if c != "cash")


def opened(made: Draft) -> Pin:
    release = store_with(made).read()
    return Pin(release, open_counts(release))


@cache
def seen(n: int, *, carries: tuple[str, ...] = EVERYTHING, dated: bool = True, **how: object) -> Pin:
    """A release of so many made obligations, once for every language."""
    return opened(made_lives(n, **how).draft(carries=carries, dated=dated))  # type: ignore[arg-type]


@cache
def earlier(*, flowing: bool) -> Pin:
    """A release made before vintages were recorded, or even flows."""
    return opened(draft(900, flowing=flowing))


def scene(pin: Pin, *span: int, **where: tuple[str, ...]) -> numbers.Scene:
    return numbers.Scene(pin, Selection(months=(span[0], span[-1]) if span else (FIRST, LAST), where=where), Policy())


@pytest.fixture(scope="module")
def lives() -> Lives:
    return made_lives()


@pytest.fixture(scope="module")
def pin(lives: Lives) -> Pin:
    return opened(lives.draft())


@EACH
def test_a_row_of_the_matrix_adds_up_and_few_obligations_are_grey(pin: Pin, l10n: L10n) -> None:
    found = numbers.moves(scene(pin), "count")
    picture = rolling.picture(l10n, scene(pin), found)
    assert found.rolls is not None
    held = [n for n in found.rolls.n if n > 0]
    for row, n, tiles in zip(picture.rows, held, picture.tiles, strict=True):
        assert sum(t.value for t in tiles if t.state != "empty") == pytest.approx(1)
        states = {t.state for t in tiles} - {"empty"}
        assert states == ({"insufficient"} if n < Policy().min_n else {"ok"}), row
    go.Figure(heatmap(picture, Look()))


def test_paid_off_gone_and_not_followed_are_told_apart(pin: Pin, lives: Lives) -> None:
    found = numbers.moves(scene(pin), "balance")
    flows = lives.scored["flow"].value_counts()
    counted = dict(zip(numbers.LEFT, found.n, strict=True))
    assert counted == {way: float(flows.get(way, 0)) for way in numbers.LEFT}
    assert counted[PAID_OFF] > counted[WRITTEN] == 0
    assert found.all == len(lives.rows)
    table = rolling.left_table(EN, found)
    assert [cells[0].text.split(",")[0].split(":")[0] for cells in table.rows] == [
        "Paid off", "Written off", "Gone", "Not followed",
    ]  # fmt: skip


def test_one_that_is_gone_is_counted_but_neither_rolled_nor_cured() -> None:
    kept = made_lives(200, seed=5)
    vanished = kept.scored.assign(flow=kept.scored["flow"].astype(str).replace(PAID_OFF, GONE))
    both = (kept, replace(kept, scored=vanished))
    whole, lost = (numbers.moves(scene(opened(x.draft())), "count") for x in both)
    assert "vanished without a known reason" in rolling.left_headline(EN, lost).title
    assert "Nothing vanished" in rolling.left_headline(EN, whole).title
    for before, after in zip(whole.rates, lost.rates, strict=True):
        assert after.n == before.n
        assert after.roll.value == pytest.approx(before.roll.value, nan_ok=True)
    assert sum(r.gone for r in lost.rates) == dict(zip(numbers.LEFT, whole.n, strict=True))[PAID_OFF]
    assert lost.rates[1].cure.value <= whole.rates[1].cure.value


@EACH
def test_rates_and_course_say_the_same_of_a_bucket(pin: Pin, l10n: L10n) -> None:
    found = numbers.moves(scene(pin), "count")
    course = numbers.course(scene(pin), found, "31-60", "count")
    whole = next(r for r in found.rates if r.name == "31-60")
    assert sum(r.n for r in course) == whole.n
    assert sum(r.n * r.roll.value for r in course if r.n) == pytest.approx(whole.n * whole.roll.value)
    picture = rolling.course_picture(l10n, found, course)
    assert len(picture.months) == sum(r.n > 0 for r in course)
    go.Figure(trend(picture, Look()))
    assert l10n.percent(whole.roll.value) in " ".join(
        c.text for row in rolling.rates_table(l10n, found).rows for c in row
    )


def test_the_course_is_of_the_bucket_before_overdue_unless_another_is_asked_for(pin: Pin) -> None:
    assert numbers.usual_bucket(scene(pin), "") == "1-30"
    assert numbers.usual_bucket(scene(pin), "61-90") == "61-90"
    assert numbers.usual_bucket(scene(pin, bucket=("31-60",)), "61-90") == "31-60"


@EACH
@pytest.mark.parametrize("origin", ["opened", "arrears"])
def test_vintages_are_drawn_and_read_at_set_ages(pin: Pin, origin: str, l10n: L10n) -> None:
    found = numbers.cohorts(scene(pin), "30", origin, "quarter")
    drawn = words.picture(l10n, found)
    assert 2 < len(drawn.lines) <= words.MOST
    assert all(len(line.ages) > 1 for line in drawn.lines)
    table = words.table(l10n, found, Policy())
    newest = drawn.lines[-1]
    assert table.rows[0][0].text == newest.name
    first = next(line for line in reversed(drawn.lines) if 6 in line.ages)
    row = next(cells for cells in table.rows if cells[0].text == first.name)
    column = table.columns.index(l10n.say("By month {age}", age=6))
    assert row[column].text.startswith(l10n.percent(first.shares[list(first.ages).index(6)]))
    assert (
        f" {max(a for a in words.MARKS if sum(a in line.ages for line in drawn.lines) > 1)},"
        in words.headline(l10n, found).title
    )
    go.Figure(curves(drawn, Look(dark=True)))


def test_what_stands_outside_of_the_vintages_is_counted(pin: Pin, lives: Lives) -> None:
    found = numbers.cohorts(scene(pin), "30", "opened", "quarter")
    marks = lives.scored[SINCE[30]].value_counts()
    assert (found.late, found.already) == (marks[LATE], marks[ALREADY])
    note = words.note(EN, found)
    assert f"{EN.number(found.late)} were first seen when already old" in note
    assert f"{EN.number(found.already)} were overdue when first seen" in note


def test_filters_that_would_cut_histories_leave_vintages_and_recovery_alone(pin: Pin) -> None:
    cut = scene(pin, bucket=("31-60",))
    assert "would cut the histories" in rolling.caution(EN, cut)
    assert rolling.caution(EN, scene(pin)) == ""
    for ask in ((numbers.cohorts, ("30", "opened", "year")), (numbers.recovered, ("30", "3"))):
        calculate, asked = ask
        whole, narrow = (calculate(s, *asked).found for s in (scene(pin), cut))
        assert [(x.n) for x in whole] == [(x.n) for x in narrow]


def test_a_curve_ends_with_the_selection_and_begins_with_the_data(pin: Pin) -> None:
    until = scene(pin, 202401, 202406)
    born = {v.first: v for v in numbers.cohorts(until, "30", "opened", "quarter").found}
    assert max(born) == 202404
    assert born[202404].ages.tolist() == [1, 2]
    assert born[202304].ages[0] == 1
    assert 10 < born[202304].ages[-1] <= 14


@EACH
def test_recovery_is_drawn_with_open_months_hatched(pin: Pin, l10n: L10n) -> None:
    found = numbers.recovered(scene(pin), "30", "6")
    picture = recovery.picture(l10n, found)
    drawn = entries(picture, Look())
    hatched = [bool(shape) for shape in drawn["data"][0]["marker"]["pattern"]["shape"]]
    assert hatched == [r.open for r in found.found]
    assert sum(hatched) == 5
    assert l10n.percent(pooled(list(found.found))) in recovery.headline(l10n, found).title
    assert len(recovery.table(l10n, found).rows) == len(found.found)
    go.Figure(drawn)


@EACH
def test_a_month_missing_in_the_middle_is_said_and_breaks_what_reaches_over_it(l10n: L10n) -> None:
    gap = scene(seen(500, seed=4, lacking=(202310,)))
    assert l10n.month(202310) in rolling.caution(l10n, gap)
    found = numbers.moves(gap, "count")
    course = {r.name: r for r in numbers.course(gap, found, "1-30", "count")}
    assert course["202309"].n == 0 < course["202308"].n
    cash = numbers.recovered(gap, "30", "3")
    assert {r.month for r in cash.found if r.missing} == {202308, 202309}
    said = {row[0].text: row for row in recovery.table(l10n, cash).rows}
    assert said[l10n.month(202308)][1].text == "—"
    assert l10n.month(202310) in said[l10n.month(202308)][4].text
    go.Figure(entries(recovery.picture(l10n, cash), Look()))


def _states() -> Sequence[object]:
    return [
        pytest.param({"carries": ("gross", "cash")}, True, "carry no roll rates", id="no balance"),
        pytest.param({"carries": ("balance", "days_past_due")}, True, "in arrears only", id="no gross"),
        pytest.param({}, False, "have no dates", id="undated"),
    ]


@pytest.mark.parametrize(("how", "dated", "said"), _states())
@EACH
def test_data_that_cannot_be_followed_say_why(how: dict, dated: bool, said: str, l10n: L10n) -> None:
    asked = scene(seen(40, dated=dated, **how))
    found = rolling.state(l10n, asked)
    assert found is not None
    assert found.body
    assert rolling.caution(l10n, asked) == ""
    if l10n is EN:
        assert said in found.title


@EACH
def test_one_month_has_no_roll_rate_and_says_so(l10n: L10n) -> None:
    alone = scene(seen(60, months_only=(202306,)), 202306)
    found = numbers.moves(alone, "count")
    assert found.reason == "one_month"
    text = rolling.headline(l10n, alone, found).subtitle
    assert text == rolling.picture(l10n, alone, found).nothing == rolling.course_picture(l10n, found, []).nothing
    assert not rolling.rates_table(l10n, found).rows
    assert not rolling.left_table(l10n, found).rows
    assert numbers.cohorts(alone, "30", "arrears", "quarter").reason == "few"
    go.Figure(curves(words.picture(l10n, numbers.cohorts(alone, "30", "arrears", "quarter")), Look()))


@EACH
def test_an_old_release_has_to_be_made_again(l10n: L10n) -> None:
    old = scene(earlier(flowing=True), 202401, 202412)
    assert not numbers.moves(old, "count").reason
    found, cash = numbers.cohorts(old, "30", "opened", "quarter"), numbers.recovered(old, "30", "3")
    assert (found.reason, cash.reason) == ("old_release", "old_release")
    assert words.headline(l10n, found).subtitle == words.picture(l10n, found).nothing
    assert recovery.headline(l10n, cash).subtitle == recovery.picture(l10n, cash).nothing
    assert not words.table(l10n, found, Policy()).rows
    older = scene(earlier(flowing=False), 202401, 202412)
    assert numbers.moves(older, "count").reason == "no_flows"


@EACH
def test_without_disbursement_dates_cohorts_are_by_entry_into_arrears(l10n: L10n) -> None:
    asked = scene(seen(500, seed=6, told=False))
    assert list(words.origins(l10n, asked)) == ["arrears"]
    assert numbers.cohorts(asked, "30", "opened", "quarter").reason == "no_opening"
    found = numbers.cohorts(asked, "30", "arrears", "quarter")
    assert found.found
    assert found.ageless == 0


@EACH
def test_without_payments_there_is_no_recovery(l10n: L10n) -> None:
    found = numbers.recovered(scene(seen(40, carries=NO_CASH)), "30", "3")
    assert found.reason == "no_cash"
    assert recovery.headline(l10n, found).subtitle == recovery.picture(l10n, found).nothing
    assert recovery.table_headline(l10n, found, Policy()).subtitle == recovery.headline(l10n, found).subtitle


def test_the_section_shows_all_of_it_and_a_bucket_that_is_clicked_on_shows_its_course(pin: Pin) -> None:
    chosen = {"unit": "count", "days": "30", "origin": "opened", "grain": "quarter", "horizon": "3"}
    with shown_page(PAGE, pin, Selection(months=(FIRST, LAST)), l10n=EN, **chosen) as found:
        assert "of bucket 1-30 got worse" in found.html("rolls_head")
        assert "of bucket 1-30 rolled" in found.html("course_head")
        assert "was ever &gt; 30 days past due" in found.html("curves_head")
        assert "came back as cash within 3 months" in found.html("cash_head")
        for name in ("rolls_chart", "course_chart", "curves_chart", "cash_chart"):
            found.until(lambda name=name: found.page.get_output(name).status == "ok")
        found.page.set_inputs(bucket="61-90", days="90")
        found.until(lambda: "of bucket 61-90 rolled" in found.html("course_head"))
        found.until(lambda: "was ever &gt; 90 days past due" in found.html("curves_head"))
