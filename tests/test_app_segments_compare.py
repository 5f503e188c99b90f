"""The section Compare of the Segments page: sides, words, designed states."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from made_months import shown_page
from releases import EVERYTHING, draft, open_counts, store_with

from app.desk import Pin
from app.l10n import L10n
from app.pages.segments_compare import PAGE
from app.views import segments_compare as view
from app.views import segments_compare_figures as numbers
from app.views import segments_compare_parts as parts
from data.counts import Selection
from data.store import Draft

EN = L10n("en")
EVERY = Selection(months=(202401, 202412))


def opened(carries: Sequence[str] = EVERYTHING, open_months: Sequence[int] = ()) -> Pin:
    release = store_with(draft(4000, carries=carries, open_months=open_months)).read()
    return Pin(release, open_counts(release))


@pytest.fixture(scope="module")
def pin() -> Pin:
    return opened()


def framed(pin: Pin, selection: Selection = EVERY, kind: str = "") -> numbers.Frame:
    return numbers.frame(pin, selection, policy=pin.policy, kind=kind)


def paired(pin: Pin, selection: Selection = EVERY, *, kind: str = "", mix: str = "") -> numbers.Pair:
    found = framed(pin, selection, kind)
    return numbers.pair(found, *numbers.ends(found, "", ""), mix)


def test_the_usual_sides_are_the_last_two_months_and_the_two_largest_segments(pin: Pin) -> None:
    found = framed(pin)
    assert (found.kind, numbers.ends(found, "", "")) == ("months", ("202411", "202412"))
    assert numbers.ends(framed(pin, kind="gender"), "", "") == ("F", "M")


def test_the_last_month_with_outcomes_is_usual_where_later_ones_are_open() -> None:
    found = framed(opened(open_months=(202411, 202412)))
    assert numbers.ends(found, "", "") == ("202409", "202410")


@pytest.mark.parametrize(("a", "b"), [("202411", "202411"), ("202412", ""), ("", "202411"), ("no", "such")])
def test_a_side_is_never_compared_with_itself(pin: Pin, a: str, b: str) -> None:
    one, other = numbers.ends(framed(pin), a, b)
    assert one != other
    assert {one, other} <= set(framed(pin).sides)


def test_the_parts_of_the_bridge_end_where_the_other_side_stands(pin: Pin) -> None:
    found = paired(pin, mix="product")
    assert found.observed is not None
    steps = view.bridge(EN, found, found.observed, observed=True).steps
    observed = next(c for c in found.figures if c.name == "observed")
    assert (steps[0].end, steps[-1].end) == (pytest.approx(observed.a.value), pytest.approx(observed.b.value))
    assert steps[1].end == steps[2].start
    assert steps[2].end == pytest.approx(steps[3].end)
    levels = {row[0].text for row in parts.table(EN, found).rows}
    assert "Tarjeta" in levels


def test_what_is_compared_by_is_never_its_own_mix(pin: Pin) -> None:
    assert paired(pin, kind="product", mix="product").dimension != "product"


def test_one_month_leaves_segments_and_one_of_everything_is_a_designed_state(pin: Pin) -> None:
    month = Selection(months=(202403, 202403))
    assert framed(pin, month).kind == "product"
    alone = Selection(month.months, {name: levels[:1] for name, levels in pin.extent.dimensions.items()})
    nothing = framed(pin, alone)
    assert numbers.ends(nothing, "", "") == ("", "")
    said = view.state(EN, "")
    assert said is not None
    assert said.title == "There are no two sides to compare"
    assert view.kind_choices(EN, nothing) == {"": "—"}


def test_figures_that_the_data_do_not_carry_are_not_compared() -> None:
    names = [c.name for c in paired(opened([])).figures]
    assert names == ["observed", "expected", "gap", "fdr"]


def test_a_side_without_outcomes_says_so_and_has_no_split() -> None:
    pin = opened(open_months=(202412,))
    found = framed(pin)
    pair = numbers.pair(found, "202411", "202412", "product")
    assert "0% of the outcomes are known" in view.caution(EN, pair)
    assert view.split_headline(EN, pair, pair.observed, observed=True).title == "No outcome on both sides to split"
    assert view.bridge(EN, pair, pair.observed, observed=True).steps == ()


@pytest.mark.parametrize("language", ["es", "en", "pt"])
def test_the_section_in_a_session(pin: Pin, language: str) -> None:
    with shown_page(PAGE, pin, EVERY, l10n=L10n(language), kind="", a="", b="", mix="product") as found:
        assert found.html("listed").count("<tr>") == 10
        assert "Tarjeta" in found.html("parts_listed")
        found.until(lambda: found.page.get_output("observed_chart").status == "ok")


def modelled(windows: Sequence[Sequence[int]], *, without: bool = False) -> Pin:
    """A release whose models scored these months, with or without what the model before said of them."""
    made = draft(4000)
    rows = {n: r.drop(columns="previous_score") if without else r for n, r in made.tables["rows"].items()}
    card = {**made.documents["model_card"], "windows": [{"scores": list(w)} for w in windows]}
    release = store_with(Draft({"rows": rows}, {**made.documents, "model_card": card})).read()
    return Pin(release, open_counts(release))


MONTHLY = tuple((m,) for m in range(202401, 202413))


def test_two_months_split_the_predicted_rate_into_mix_behaviour_and_model() -> None:
    found = numbers.pair(framed(modelled(MONTHLY)), "202403", "202411", "product")
    assert found.expected is not None
    steps = view.bridge(EN, found, found.expected, observed=False).steps
    assert [s.key for s in steps] == ["a", "mix", "within", "model", "b"]
    assert steps[3].end == pytest.approx(steps[4].end)
    assert steps[3].end - steps[3].start == pytest.approx(found.expected.model)
    told = view.split_headline(EN, found, found.expected, observed=False)
    assert ", model " in told.title
    assert "Split from month to month" in told.subtitle


@pytest.mark.parametrize(("windows", "without"), [(MONTHLY, True), ((), False)], ids=["no column", "no list of models"])
def test_a_release_that_cannot_tell_the_model_apart_keeps_two_parts_and_says_train_again(
    windows: Sequence[Sequence[int]], without: bool
) -> None:
    found = paired(modelled(windows, without=without), mix="product")
    steps = view.bridge(EN, found, found.expected, observed=False).steps
    assert [s.key for s in steps] == ["a", "mix", "within", "b"]
    assert view.split_headline(EN, found, found.expected, observed=False).subtitle.endswith("Train again")


def test_segments_have_no_part_for_the_model_and_one_model_has_none_to_give(pin: Pin) -> None:
    segments = paired(pin, kind="gender", mix="product")
    assert "no part for the model" in view.split_headline(EN, segments, segments.expected, observed=False).subtitle
    one = paired(modelled([range(202401, 202413)], without=True), mix="product")
    assert one.expected is not None
    assert one.expected.model == 0
