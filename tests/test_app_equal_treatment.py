"""Equal treatment on the page: what stands out, what the model reads, and what a source cannot show."""

from __future__ import annotations

import math
from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest
from made_months import shown_page
from made_pin import EVERY, MONTH, group, pin

from app.desk import Pin
from app.l10n import L10n
from app.pages.equal_treatment import PAGE
from app.views import equal_treatment as view
from app.views import equal_treatment_figures as numbers
from data.counts import Selection

EN, ES, PT = L10n("en"), L10n("es"), L10n("pt")


def _rows() -> list[pd.DataFrame]:
    """Flagged women: 200 of 400 positive; men: 320 of 400; and four whose gender is not known."""
    return [
        group(400, positives=200, score=0.8, gender="F", propensity=math.nan),
        group(400, positives=320, score=0.8, gender="M", propensity=math.nan),
        group(4, score=0.8, gender="(unknown)", propensity=math.nan),
    ]


@pytest.fixture(scope="module")
def uneven() -> Pin:
    return pin(*_rows())


def _sheet(pin: Pin, selection: Selection = EVERY) -> numbers.Sheet:
    return numbers.sheet(pin, selection, 0.35, policy=pin.policy)


def _reading(pin: Pin, *features: str) -> Pin:
    """The release with a model that reads these features."""
    card = {**pin.document("model_card"), "features": [{"name": f, "known": ""} for f in features]}
    return replace(pin, _documents={**pin._documents, "model_card": card})


def test_the_largest_difference_beyond_chance_is_said_first(uneven: Pin) -> None:
    said = view.insight(EN, _sheet(uneven))
    assert "differences are beyond chance" in said
    assert "Gender" in said
    head = view.headline(EN, _sheet(uneven), "gender", "acceptance")
    assert head.title.startswith("Gender: M +")


def test_a_small_group_is_kept_back_in_words(uneven: Pin) -> None:
    table = view.table(EN, _sheet(uneven), "gender", "fdr")
    cells = {row[0].text: [c.text for c in row[1:]] for row in table.rows}
    assert cells["Unknown"][:2] == ["—", "too few obligations to be shown without telling of one client"]
    shown = [name for name, row in cells.items() if row[0] != "—"]
    assert len(shown) == 1, "one more is kept back, for the total would give the small one away"


def test_what_the_model_reads_is_said_as_the_release_has_it(uneven: Pin) -> None:
    plain = view.watched(EN, _sheet(_reading(uneven, "days_past_due", "client_age")))
    assert "Gender: watched, and no feature of the model." in plain
    assert "Age: the model reads it (client_age)." in plain
    german = view.watched(ES, _sheet(_reading(uneven, "estado_civil_y_sexo")))
    assert "Género: es variable del modelo (estado_civil_y_sexo)." in german
    assert view.watched(EN, _sheet(uneven)).startswith("This release does not say what the model reads.")


def test_where_everyone_has_an_outcome_there_is_no_offer_rate(uneven: Pin) -> None:
    whole = numbers.sheet(pin(*(g.assign(eligible=1, offered=1) for g in _rows())), EVERY, 0.35, policy=uneven.policy)
    assert "offer_rate" not in view.choices(EN, whole)
    assert "no offer rate to compare" in view.watched(EN, whole)


def test_a_source_without_gender_age_and_region_says_so(uneven: Pin) -> None:
    bare = replace(_sheet(uneven), tables={}, absent=("gender", "age_band", "region"), narrowed=())
    found = view.state(ES, bare)
    assert found is not None
    assert found.title == "Estos datos no dicen nada de género, edad ni región"
    lacking = replace(_sheet(uneven), absent=("region",))
    assert "Not in these data: region." in view.watched(EN, lacking)
    assert view.state(EN, lacking) is None


def test_filters_that_leave_one_group_of_each_are_said(uneven: Pin) -> None:
    levels = uneven.extent.dimensions
    one = Selection(months=(MONTH, MONTH), where={d: (levels[d][0],) for d in ("gender", "age_band", "region")})
    found = view.state(EN, _sheet(uneven, one))
    assert found is not None
    assert found.title == "The filters leave one group of each"
    some = Selection(months=(MONTH, MONTH), where={"gender": ("F",)})
    assert "One group left by the filters: gender." in view.watched(EN, _sheet(uneven, some))


@pytest.mark.parametrize("positives", [0, 300])
def test_one_class_alone_stands_in_a_table_and_nothing_stands_out(positives: int) -> None:
    rows = pin(*(group(300, positives=positives, score=0.5, gender=g, propensity=math.nan) for g in "FM"))
    page = _sheet(rows)
    assert page.apart() == []
    assert view.insight(EN, page).endswith(("beyond chance.", "against the others."))
    for rate in page.rates:
        assert len(view.table(EN, page, "gender", rate).rows) == 2


def test_nobody_flagged_is_said_and_not_nought(uneven: Pin) -> None:
    above = numbers.sheet(uneven, EVERY, 0.95, policy=uneven.policy)
    assert view.headline(EN, above, "gender", "fdr").title.startswith("Gender: not identifiable")


def test_the_section_in_a_session(uneven: Pin) -> None:
    unmoved = {"own": SimpleNamespace(threshold=lambda: 0)}
    with shown_page(PAGE, uneven, EVERY, l10n=PT, given=unmoved) as shown:
        assert "Gênero" in shown.html("tables")
        assert "Tratamento igual?" in shown.html("said")
