"""The page Score one case: its form, what is typed into it, the gauge, the reasons, the what-if and its refusals."""

from __future__ import annotations

import math
import re
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import plotly.graph_objects as go
import pytest
from made_client import Client
from made_model import CASE_OF_TABLE, CUT_OFF, made_store
from made_months import Shown, shown_page
from releases import open_counts

from app.api import ModelScorer
from app.charts.bars import bars
from app.charts.gauge import FLOOR, MIDDLE, Gauge, gauge, place
from app.charts.what_if import what_if
from app.desk import Pin
from app.l10n import L10n
from app.pages.score_case import PAGE
from app.scorer import CaseReason, Problem, ScoredCase
from app.theme import Look
from app.views import score_case as view
from app.views import score_case_figures as figures
from app.views import score_case_form as forms
from app.views import score_case_typed as typed
from app.views import score_case_what_if as moves
from data.case import CaseField
from data.counts import Selection
from data.parquet_store import ParquetStore
from data.sources import german_credit_case
from model.bundle import CONTENT

EN, ES, PT = L10n("en"), L10n("es"), L10n("pt")
ALL = Selection(months=(202401, 202406))
AGE = CaseField("age", "whole", {"en": "Age", "es": "Edad", "pt": "Idade"}, 18, 100, unit="years", usual=42)
DEBT = CaseField("debt", "number", {"en": "Debt"}, low=0, high=1e12, missing=True, unit="COP", usual=0)
KIND = CaseField("kind", "text", {"en": "Kind"}, levels=("card", "loan"), usual="card")
SINCE = CaseField("since", "date", {"en": "Since"}, missing=True, optional=True)
FORM = figures.Form("r1", (AGE, DEBT, KIND, SINCE), {"age": figures.Seen(18, 25, 60, 90, True)}, (), {})


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> ParquetStore:
    return made_store(tmp_path_factory.mktemp("case") / "store")


@pytest.fixture(scope="module")
def pin(store: ParquetStore) -> Pin:
    release = store.read()
    return Pin(release, open_counts(release), store)


@pytest.fixture(scope="module")
def scorer(store: ParquetStore) -> ModelScorer:
    return ModelScorer(store.folder / "models")


@pytest.fixture(scope="module")
def form(scorer: ModelScorer, pin: Pin) -> figures.Form:
    found = figures.opened(scorer, pin)
    assert isinstance(found, figures.Form)
    return found


def _answer(scorer: ModelScorer, pin: Pin, form: figures.Form, moved: str, **typed_: str) -> figures.Answer:
    texts = {"income": "0.25", "late": "2", "kind": "card", **typed_}
    found = figures.answered(scorer, figures.Ask(pin, form, texts, typed.case(EN, form, texts), moved, True))
    assert isinstance(found, figures.Answer)
    return found


# -- what is typed ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("l10n", "text", "number"),
    [
        (ES, "1.921.920", 1921920.0), (ES, "12,5", 12.5), (ES, "0.25", 0.25), (ES, "1.500", 1500.0),
        (ES, " $ 1.500,75 ", 1500.75), (ES, "−3", -3.0), (PT, "1.234,5", 1234.5), (EN, "1,921,920.5", 1921920.5),
        (EN, "1e3", 1000.0), (ES, "muchos", "muchos"), (ES, "1.92.1", "1.92.1"), (EN, "nan", "nan"), (EN, "inf", "inf"),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_of_the_language_write_them(l10n: L10n, text: str, number: float | str) -> None:
    assert typed.number(l10n, text) == number


@pytest.mark.parametrize("l10n", [EN, ES, PT])
@pytest.mark.parametrize("value", [0.0, 1921920.0, 0.34145, -0.00324, 1e-7, 123456.789])
def test_what_stands_in_the_form_is_read_back_as_it_was(l10n: L10n, value: float) -> None:
    assert typed.number(l10n, forms.text(l10n, value)) == value


def test_an_empty_field_is_not_known_and_never_zero() -> None:
    assert typed.case(EN, FORM, {"age": " ", "kind": "card"}) == {
        "age": None, "debt": None, "kind": "card", "since": None,
    }  # fmt: skip


def test_every_problem_of_the_form_has_its_rule_in_the_readers_language(
    scorer: ModelScorer, pin: Pin, form: figures.Form
) -> None:
    texts = {"income": "mucho", "late": "", "kind": ""}
    found = figures.answered(scorer, figures.Ask(pin, form, texts, typed.case(ES, form, texts), "", True))
    assert isinstance(found, figures.Denied)
    wrong = typed.rules(ES, form, found.problems)
    assert wrong == {"income": "Debe ser un número", "late": "Falta un valor", "kind": "Falta un valor"}
    assert typed.summary(ES, form, wrong).startswith("3 campos necesitan otro valor; no se calificó nada: ")


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        (AGE, 17.0, "Debe estar entre 18 y 100 años"), (AGE, 18.5, "Debe ser un número entero"),
        (AGE, "x", "Debe ser un número"), (AGE, None, "Falta un valor"), (KIND, "boat", "Debe ser uno de: Card, Loan"),
        (SINCE, "31/02/2024", "Debe ser un día del calendario"),
        (CaseField("n", "number", low=0), -1.0, "Debe ser 0 o más"),
        (CaseField("n", "number", high=5), 6.0, "Debe ser 5 o menos"),
    ],
)  # fmt: skip
def test_a_rule_says_what_a_value_must_be(field: CaseField, value: object, said: str) -> None:
    assert typed.rule(ES, field, Problem(1, field.name, value, "")) == said


# -- the form ---------------------------------------------------------------------------------------------------------


def test_a_field_has_its_name_its_unit_its_range_and_what_is_usual() -> None:
    front, folded = forms.groups(ES, FORM, forms.usual(ES, FORM))
    age, debt, kind = front.entries
    assert (age.label, age.name, age.unit, age.value) == ("Edad", "age", "años", "42")
    assert age.hint == "de 18 a 100 · usual de 25 a 60"
    assert (debt.hint, debt.unit, debt.unknown) == ("0 o más", "COP", "No se sabe")
    assert (kind.kind, kind.choices, kind.unknown) == ("choice", (("card", "Card"), ("loan", "Loan")), "")
    assert (folded.folded, [e.kind for e in folded.entries]) == (True, ["date"])


def test_of_many_fields_the_most_used_stand_in_front_and_the_others_by_where_they_come_from() -> None:
    fields = tuple(CaseField(f"f{i:02d}", "number", usual=1.0) for i in range(40))
    frames = {f.name: "payments" if i % 2 else "clients" for i, f in enumerate(fields)}
    found = forms.groups(EN, figures.Form("r", fields, {}, ("f39", "f07", "gone"), frames), {})
    assert [e.name for e in found[0].entries] == ["f39", "f07", *(f"f{i:02d}" for i in range(7)), "f08", "f09", "f10"]
    assert [(g.title, g.folded) for g in found[1:]] == [("Payments (14)", True), ("Clients (14)", True)]
    assert sorted(e.name for g in found for e in g.entries) == [f.name for f in fields]


def test_features_of_the_model_have_names_for_people() -> None:
    field = CaseField("paid_to_due_3", "number")
    assert [forms.label(x, field) for x in (ES, EN, PT)] == [
        "Pagado sobre exigido, 3 meses", "Paid over due, 3 months", "Pago sobre devido, 3 meses",
    ]  # fmt: skip
    assert forms.label(ES, CaseField("days_past_due", "number")) == "Días de mora"
    assert forms.value(ES, CaseField("days_past_due", "number"), 1.0) == "1 día"
    assert forms.label(EN, CaseField("some_thing", "number")) == "Some thing"


def test_every_code_of_the_german_form_has_words() -> None:
    for field in german_credit_case.GIVEN:
        for code in field.levels:
            assert re.fullmatch(rf"{code} · .+", forms.value(ES, field, code))
    assert forms.value(PT, german_credit_case.GIVEN[0], "A14") == "A14 · sem conta"


def test_features_are_ranked_by_how_often_they_are_a_reason(pin: Pin) -> None:
    newest = pin.release.frame("rows", columns=["reason_1", "reason_2", "reason_3"], parts=["202406"])
    names = [str(t).rpartition(":")[0] for c in newest for t in newest[c].dropna()]
    used = figures.most_used(pin.release)
    assert sorted(used) == sorted(set(names))
    assert [names.count(n) for n in used] == sorted((names.count(n) for n in used), reverse=True)


# -- the answer -------------------------------------------------------------------------------------------------------


def test_gauge_and_label_are_those_of_the_api_for_the_same_case(
    store: ParquetStore, scorer: ModelScorer, pin: Pin, form: figures.Form
) -> None:
    answer = _answer(scorer, pin, form, "late")
    api = Client(store.folder).post("/api/v1/predict", json={"data": [CASE_OF_TABLE]}).json()
    base = figures.base_rate(pin, ALL)
    dial = view.dial(EN, answer, answer.here, base)
    result = api["results"][0]
    assert (dial.probability, dial.cut_off) == (result["probability"], api["cut_off"])
    assert f'aria-valuenow="{dial.probability:.9g}"' in gauge(dial)
    assert ("positive" in view.headline(EN, answer, answer.here).title) == bool(result["label"])
    shown = [(r.value, r.text) for r in view.reasons(EN, answer, answer.here)]
    assert [v for v, _ in shown] == [EN.signed(r["contribution"], 2) for r in result["reasons"]]
    assert all(("raises" in t) == (r["contribution"] > 0) for (_, t), r in zip(shown, result["reasons"], strict=True))
    assert f"model {api['model'][:8]}" in view.evidence(EN, pin, base)
    assert "release 000001" in view.evidence(EN, pin, base)


@pytest.mark.parametrize("moved", ["income", "late", "kind"])
def test_the_what_if_passes_through_the_answer(scorer: ModelScorer, pin: Pin, form: figures.Form, moved: str) -> None:
    answer = _answer(scorer, pin, form, moved)
    assert answer.points[answer.here].scored == answer.scored
    assert answer.points[answer.here].value == CASE_OF_TABLE[moved]
    for point in answer.points:
        alone = scorer.score(pin, [{**CASE_OF_TABLE, moved: point.value}])
        assert alone == (point.scored,)


def test_a_moved_slider_moves_gauge_label_and_sentence(scorer: ModelScorer, pin: Pin, form: figures.Form) -> None:
    answer = _answer(scorer, pin, form, "kind")
    at = 1 - answer.here
    base = figures.base_rate(pin, ALL)
    dial = view.dial(EN, answer, at, base)
    assert dial.probability == answer.points[at].scored.probability
    assert dial.before == answer.scored.probability
    assert view.headline(EN, answer, at).subtitle == "What if: Kind = Loan"
    assert view.headline(EN, answer, answer.here).subtitle == "The case of the form"
    change = EN.points(dial.probability - answer.scored.probability)
    assert change in view.marks(EN, answer, at, base)[-1].text


def test_the_slider_speaks_of_one_answer_only(scorer: ModelScorer, pin: Pin, form: figures.Form) -> None:
    answer = _answer(scorer, pin, form, "late")
    assert moves.place(answer, "3:0", 3) == 0
    assert {moves.place(answer, sent, 3) for sent in ("2:0", "3:99", "3:x", "", None)} == {answer.here}
    assert moves.place(None, "3:0", 3) == -1


def test_the_reason_that_weighs_most_is_moved_unless_a_field_is_chosen(
    scorer: ModelScorer, pin: Pin, form: figures.Form
) -> None:
    free = _answer(scorer, pin, form, "")
    assert free.moved == free.scored.reasons[0].feature
    assert _answer(scorer, pin, form, "no such field").moved == free.moved
    assert set(moves.choices(EN, form, free)) == {"", "income", "late", "kind"}


def test_an_unknown_number_is_compared_with_every_known_one(scorer: ModelScorer, pin: Pin, form: figures.Form) -> None:
    usual = replace(form, fields=tuple(replace(f, usual=1.0 if f.name == "income" else f.usual) for f in form.fields))
    answer = _answer(scorer, pin, usual, "income", income="")
    assert (answer.here, answer.points[0].value) == (0, None)
    course = moves.course(EN, answer, answer.here)
    assert course.unknown == answer.scored.probability
    assert len(course.values) == len(answer.points) - 1
    go.Figure(what_if(course, Look()))


def test_a_case_that_has_changed_since_is_said_to_be_old(scorer: ModelScorer, pin: Pin, form: figures.Form) -> None:
    answer = _answer(scorer, pin, form, "late")
    assert view.stale(EN, answer, dict(answer.ask.texts)) == ""
    assert "Press Score again" in view.stale(EN, answer, {**answer.ask.texts, "late": "3"})


def test_the_base_rate_is_counted_over_known_outcomes(pin: Pin) -> None:
    rows = pin.release.frame("rows", columns=["label_state"])["label_state"]
    base = figures.base_rate(pin, ALL)
    assert base.n == int((rows <= 1).sum())
    assert base.rate == pytest.approx((rows == 1).sum() / (rows <= 1).sum())


# -- what is moved, and pictures --------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [0.0, 18.0, 31.0, 100.0])
def test_a_number_is_moved_within_what_is_possible_and_stands_among_its_values(value: float) -> None:
    found = figures.ladder(AGE, FORM.seen["age"], value)
    assert value in found
    assert found == sorted(set(found))
    assert all(v == round(v) for v in found)
    assert len(found) <= figures.POINTS + 1


def test_without_anything_seen_a_number_moves_between_its_limits() -> None:
    assert figures.limits(AGE, None, 40) == (18, 100)
    assert figures.limits(CaseField("x", "number"), None, 7.0) == (0, 14)
    # Of 250, 1,000 .. 7,000, 18,424: the middle is 6,000 wide, and no more than that is added on either side.
    assert figures.limits(CaseField("x", "number"), figures.Seen(250, 1000, 7000, 18424, True), 2000.0) == (250, 13000)


def test_what_edges_tell_of_a_number() -> None:
    assert figures.seen({"edges": [4.0, 9.0, 12.0, 12.000000953674316, 72.0]}) == figures.Seen(4, 9, 12, 72, True)
    assert figures.seen({"edges": [0.5, 1.25, 2.0]}) == figures.Seen(0.5, 1.25, 1.25, 2.0, False)
    assert figures.seen({"levels": ["a"]}) is None


@pytest.mark.parametrize("share", [0.0, 0.083, 0.5, 0.968, 1.0])
def test_the_filled_part_of_the_gauge_ends_at_the_probability(share: float) -> None:
    drawn = gauge(Gauge(share, "", 0.35, math.nan, "", "", ""))
    end = re.search(r'gauge-fill" d="M\S+ \S+?A104 104 0 0 1 (\S+) (\S+?)"', drawn)
    assert end
    x, y = float(end[1]), float(end[2])
    angle = math.atan2(FLOOR - y, x - MIDDLE)
    assert 1 - angle / math.pi == pytest.approx(share, abs=1e-4)
    assert drawn.count("gauge-base") == 0


def test_the_half_ring_runs_from_left_to_right() -> None:
    assert place(0)[0] < place(0.35)[0] < place(1)[0]
    assert place(0.5) == (pytest.approx(MIDDLE), pytest.approx(FLOOR - 104))


def test_pictures_of_a_text_and_of_a_number_are_whole_figures(
    scorer: ModelScorer, pin: Pin, form: figures.Form
) -> None:
    by_level = _answer(scorer, pin, form, "kind")
    found = moves.levels(EN, by_level, by_level.here)
    assert [b.value for b in found.bars] == [p.scored.probability for p in by_level.points]
    assert [b.tone for b in found.bars].count("main") == 1
    go.Figure(bars(found, Look(dark=True)))
    by_number = _answer(scorer, pin, form, "late")
    course = moves.course(EN, by_number, 0)
    assert list(course.shares) == [p.scored.probability for p in by_number.points]
    drawn = go.Figure(what_if(course, Look()))
    assert drawn.layout.shapes[0].y0 == CUT_OFF
    assert what_if(moves.Course([], [], [], -1, -1, 0.5, "", "", nothing="none"), Look())["data"] == []


def test_a_model_without_reasons_says_so(pin: Pin) -> None:
    ask = figures.Ask(pin, FORM, {}, {"age": 42.0}, "", True)
    answer = figures.Answer(ask, ScoredCase(0.003, 0, ()), "", (), -1)
    assert view.reasons_headline(EN, answer, -1).title == "This model gives no reasons"
    assert moves.slider(EN, answer) is None
    assert view.sentence(EN, answer, -1) == "Of 1,000 cases like this about 3 are positive: pays."
    strange = figures.Answer(ask, ScoredCase(0.5, 1, (CaseReason("region", -0.5),)), "", (), -1)
    assert view.reasons(ES, strange, -1)[0].text == "Región la baja"


# -- the page ---------------------------------------------------------------------------------------------------------


def _session(pin: Pin, scorer: ModelScorer | None) -> AbstractContextManager[Shown]:
    return shown_page(PAGE, pin, ALL, l10n=ES, given={"scorer": scorer}, moved="")


def _shows(found: Shown, name: str, condition: Callable[[str], bool]) -> str:
    """What an output shows, once the condition holds of it."""
    found.until(lambda: condition(found.html(name)))
    return found.html(name)


def test_the_page_refuses_what_is_wrong_and_scores_what_is_right(scorer: ModelScorer, pin: Pin) -> None:
    with _session(pin, scorer) as found:
        _shows(found, "answer_head", lambda html: "Llene el formulario y pulse Calificar" in html)
        assert _shows(found, "form", bool).count('class="case-field"') == 3
        fields = {f.name: f"field_{i}" for i, f in enumerate(scorer.fields(pin))}
        found.page.set_inputs(**{fields["income"]: "0,25", fields["late"]: "dos", fields["kind"]: "card"})
        found.page.set_inputs(score=1)
        assert "1 campo necesita otro valor" in _shows(found, "wrong", lambda html: "1 campo" in html)
        found.page.set_inputs(**{fields["late"]: "2"})
        found.page.set_inputs(score=2)
        _shows(found, "answer_head", lambda html: "El caso del formulario" in html)
        expected = scorer.score(pin, [CASE_OF_TABLE])[0]
        assert isinstance(expected, ScoredCase)
        assert f'aria-valuenow="{expected.probability:.9g}"' in _shows(found, "answered", bool)
        found.page.set_inputs(**{fields["late"]: "3"})
        _shows(found, "old", lambda html: "cambió" in html)


def _state(pin: Pin, scorer: ModelScorer | None) -> str:
    with _session(pin, scorer) as found:
        return _shows(found, "state", lambda html: "page-state-trouble" in html)


def test_without_the_api_the_page_says_how_it_is_switched_on(pin: Pin) -> None:
    assert "CARTERA_API=1" in _state(pin, None)


@pytest.mark.parametrize(("kept", "said"), [(True, "was altered"), (False, "is missing")])
def test_a_model_that_is_missing_or_altered_is_a_card_with_the_reason(
    store: ParquetStore, pin: Pin, tmp_path: Path, kept: bool, said: str
) -> None:
    models = Path(shutil.copytree(store.folder / "models", tmp_path / "models"))
    content = next(models.rglob(CONTENT))
    content.write_bytes(content.read_bytes() + b" ")
    if not kept:
        content.unlink()
    shown = _state(pin, ModelScorer(models))
    assert "El modelo de esta publicación no se puede abrir" in shown
    assert said in shown


def test_without_the_library_of_the_model_the_page_names_it(
    store: ParquetStore, pin: Pin, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lacking(*_: object) -> None:
        raise ImportError("No module named 'lightgbm'", name="lightgbm")

    monkeypatch.setattr("model.serving.open_model", lacking)
    assert "lightgbm is not installed" in _state(pin, ModelScorer(store.folder / "models"))
