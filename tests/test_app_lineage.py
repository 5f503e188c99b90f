"""The section Lineage: which model scored, whether it did, what guarded it; and the model card as a file."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from made_audit import LEAKAGE, card_of, published, scored
from made_session import serve_in_memory
from pypdf import PdfReader
from releases import open_counts

from app import model_card
from app.api import ModelScorer
from app.desk import Pin
from app.l10n import L10n
from app.pages.backtest_lineage import PAGE
from app.theme import Look
from app.views import lineage as view
from app.views import lineage_audit as audits
from app.views import lineage_figures as figures
from app.views import lineage_guards as guards
from app.views import lineage_leakage as leakage
from data.audited import TABLE, Audit, Fault
from data.counts import Selection
from data.parquet_store import ParquetStore
from data.store import StoreError
from model.bundle import CONTENT, SHORT
from monitoring.policy import Policy

EN, ES, PT = L10n("en"), L10n("es"), L10n("pt")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> ParquetStore:
    return published(tmp_path_factory.mktemp("lineage") / "store")


@pytest.fixture(scope="module")
def found(store: ParquetStore) -> figures.Lineage:
    return figures.lineage(store.read())


@pytest.fixture(scope="module")
def passed(store: ParquetStore) -> Audit:
    made = figures.audited(ModelScorer(store.folder / "models"), store.read())
    assert isinstance(made, Audit)
    return made


def _failed(passed: Audit, *faults: Fault) -> Audit:
    return replace(passed, faults=faults)


def test_the_sentence_says_class_hash_features_window_and_the_audit(found: figures.Lineage, passed: Audit) -> None:
    short = found.served[:12]
    assert view.sentence(EN, found, None) == (
        f"LightGBM {short} reads 3 features, learnt from Jan 2023 – Nov 2023 (400 rows with a known outcome). Whether "
        "it scored these rows is not checked yet."
    )
    assert "It scored these rows: 200 scored again, every one as published." in view.sentence(EN, found, passed)


def test_the_facts_name_data_and_code_and_say_what_was_never_recorded(found: figures.Lineage) -> None:
    facts = {f.name: f.text for f in view.facts(EN, found)}
    assert facts["Data hash"] == "da" * 32
    assert facts["Code"] == "package 0.1.0 · commit c0c0c0c0c0c0 · sources 5e5e5e5e5e5e5e5e"
    before = replace(found, card={k: v for k, v in found.card.items() if k not in ("data_hash", "code")})
    facts = {f.name: f.text for f in view.facts(EN, before)}
    assert facts["Data hash"] == facts["Code"] == "not recorded: the release was made before it was. Train again."


def test_only_the_very_code_that_trained_is_called_the_same(found: figures.Lineage) -> None:
    assert "is not the code that trained it" in view.code_note(EN, found)
    same = replace(found, here="5e" * 8)
    assert view.code_note(EN, same) == "The code that runs here is the code that trained it."


def test_a_mismatch_names_model_row_and_difference(passed: Audit) -> None:
    fault = Fault("row", "ab" * 6, said="0.5", found="0.25", client=7, obligation=70, month=202402, difference=0.25)
    assert audits.faults(ES, _failed(passed, fault)) == [
        "Modelo abababababab, cliente 7, obligación 70, feb 2024: puntuada de nuevo 0,250000, publicada 0,500000, "
        "diferencia 2,5e−1"
    ]
    assert audits.level(_failed(passed, fault)) == "act"


@pytest.mark.parametrize("l10n", [EN, ES, PT], ids=lambda x: x.language)
@pytest.mark.parametrize("kind", sorted(audits.FAULTS))
def test_every_fault_has_words_with_what_it_names(l10n: L10n, kind: Any, passed: Audit) -> None:
    fault = Fault(kind, "ab" * 6, said="1", found="2", month=202402, difference=1.0)
    (text,) = audits.faults(l10n, _failed(passed, fault))
    assert "{" not in text
    assert kind in ("no_sample", "draw", "served") or "abababababab" in text


def test_nothing_is_shown_as_passed_where_a_model_is_missing(tmp_path: Path) -> None:
    store = published(tmp_path / "store")
    for each in (store.folder / "models").iterdir():
        (each / CONTENT).unlink()
    made = figures.audited(ModelScorer(store.folder / "models"), store.read())
    assert isinstance(made, Audit)
    assert audits.headline(EN, made).title == "No row could be scored again"
    assert all("is missing among the registered ones" in text for text in audits.faults(EN, made))
    box = view.boxes(EN, figures.lineage(store.read()), made)[-1]
    assert (box.value, box.level, box.target) == ("—", "act", "does not pass")


def test_a_store_that_cannot_be_read_is_no_verdict(found: figures.Lineage, store: ParquetStore) -> None:
    class Broken:
        def audit(self, release: Any) -> Audit:
            raise StoreError("Part sample of table audit is damaged")

    made = figures.audited(Broken(), store.read())  # type: ignore[arg-type]
    assert audits.faults(EN, made) == ["Part sample of table audit is damaged"]
    assert audits.level(made) == "unknown"
    assert audits.headline(EN, made).title == "The audit could not be made"


def test_the_guards_say_what_they_found_and_which_could_not_judge(found: figures.Lineage) -> None:
    said = [(c.tone, c.text) for c in guards.guards(EN, found)]
    assert guards.headline(EN, found).title == "6 of 7 guards ran and held"
    assert ("good", "Better than no skill: AUC 0.700 (0.650 – 0.750) on 500 rows; 0.5 is chance") in said
    assert ("warn", "1 feature was refused: alone it ranks the outcome with an AUC above 0.98") in said
    assert ("good", "The cut-off tells rows apart: accuracy 80.0%, one answer for all 76.0%; 40 of 380 negatives are "
            "false positives") in said  # fmt: skip
    assert ("muted", "The source brings no columns of its own that could tell the outcome") in said
    assert said[-1][0] == "good" and said[-1][1].startswith("Served = reported")


def test_another_model_served_than_reported_is_red(found: figures.Lineage) -> None:
    other = replace(found, card={**found.card, "model_hash": "ab" * 32})
    assert [c.tone for c in guards.guards(EN, other)][-1] == "bad"


def test_the_leakage_report_draws_the_refused_feature_first_and_in_red(found: figures.Lineage) -> None:
    drawn = leakage.picture(EN, found)
    assert [(b.name, b.tone) for b in drawn.bars[:2]] == [("Disguise", "act"), ("Late", "main")]
    assert drawn.line == 0.98
    assert leakage.headline(EN, found).title == (
        "1 feature gave the outcome away and was refused; of the others Late tells most: AUC 0.660"
    )
    said = [c.text for c in leakage.conditions(EN, found)]
    assert "1 of 3 features (33.3%) are made of outcomes that were known before: Late" in said
    assert "2 rows of the files came twice: the first counts" in said


def test_what_is_of_the_outcomes_own_month_or_comes_twice_is_red(found: figures.Lineage) -> None:
    of_month = {**LEAKAGE["contemporary"], "features": ["pago_mes"]}
    ids = {**LEAKAGE["ids"], "repeated": 3}
    bad = replace(found, leakage={**LEAKAGE, "contemporary": of_month, "ids": ids})
    assert [c.text for c in leakage.conditions(EN, bad) if c.tone == "bad"] == [
        "Contemporary with the outcome: pago_mes", "3 of 600 obligation-months come twice",
    ]  # fmt: skip
    assert "flatters the figures" in leakage.ids_headline(EN, bad).title


def test_a_release_of_before_says_what_it_lacks(tmp_path: Path) -> None:
    old = card_of(scored()[3])
    store = published(tmp_path / "store", card={"guards": {"leak_auc": 0.98, "refused": []}},
                      without=(TABLE, "leakage"))  # fmt: skip
    found = figures.lineage(store.read())
    assert "Train again" in audits.waiting(EN, found, scorer=True)
    assert "Train again" in guards.guards(EN, found)[0].text
    assert "Train again" in leakage.headline(EN, found).title
    assert leakage.conditions(EN, found) == [] and leakage.table(EN, found) is None
    bare = replace(found, card={})
    state = view.state(EN, bare)
    assert state is not None and state.title == "The release carries no model card"
    assert view.state(EN, found) is None and old["windows"]


@pytest.mark.parametrize("l10n", [EN, ES, PT], ids=lambda x: x.language)
def test_the_card_says_the_same_as_html_and_as_pdf(l10n: L10n, found: figures.Lineage, passed: Audit) -> None:
    html = model_card.as_html(found, l10n, passed)
    pages = PdfReader(io.BytesIO(model_card.as_pdf(found, l10n, passed))).pages
    text = "\n".join(page.extract_text() for page in pages)
    assert f'lang="{l10n.language}"' in html and "<script" not in html and "http" not in html.replace("w3.org", "")
    for said in (found.served, "da" * 32, found.version, l10n.say("Model card: {source}", source="table")):
        assert said in html and said in text
    assert audits.counted(l10n, passed) in html and audits.counted(l10n, passed)[:40] in text


def test_the_card_of_data_without_dates_names_no_month(found: figures.Lineage) -> None:
    parts = [{**w, "fold": k + 1} for k, w in enumerate(found.windows)]
    undated = replace(found, card={**found.card, "dated": False, "windows": parts})
    l10n = replace(EN, dated=False)
    html = model_card.as_html(undated, l10n, None)
    assert "nothing has a date" in html and "2023" not in html


def test_the_card_is_written_from_a_shell(store: ParquetStore, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    out = tmp_path / "card.html"
    assert model_card.main(["--store", str(store.folder), "--lang", "pt", "--out", str(out)]) == 0
    assert "Os modelos registrados pontuaram estas linhas" in out.read_text(encoding="utf-8")
    assert model_card.main(["--store", str(tmp_path / "none"), "--out", str(tmp_path / "x.pdf")]) == 1
    assert "Nothing was written." in capsys.readouterr().err
    with pytest.raises(SystemExit):
        model_card.main(["--store", str(store.folder), "--out", str(tmp_path / "card.docx")])


def _page(store: ParquetStore, scorer: Any) -> Callable[..., None]:
    release = store.read()
    pin = Pin(release, open_counts(release), store)
    given = {"pin": lambda: pin, "selection": Selection, "look": Look, "policy": Policy, "narrow": lambda *_: None}
    return lambda input, output, session: PAGE.server("own", l10n=EN, scorer=scorer, **given)


def test_a_click_scores_again_and_a_forged_score_shows_in_red(tmp_path: Path) -> None:
    store = published(tmp_path / "store")
    with serve_in_memory(_page(store, ModelScorer(store.folder / "models"))) as session:
        page = session.make_scope("own")
        assert "scored again on demand" in str(page.get_output("audit_head").value)
        newest = store.read().document("model_card")["model_hash"]
        (store.folder / "models" / newest[:SHORT] / CONTENT).write_bytes(b"another model")
        page.set_inputs(audit=1)
        until = time.monotonic() + 20
        while "altered" not in str(page.get_output("faults").value) and time.monotonic() < until:
            time.sleep(0.1)
            page.set_inputs(waited=time.monotonic())
        assert "The audit does not pass" in str(page.get_output("audit_head").value)
        assert f"Model {newest[:SHORT]} was altered" in str(page.get_output("faults").value)


def test_where_no_scores_are_served_the_audit_is_named_and_not_offered_as_passed(store: ParquetStore) -> None:
    with serve_in_memory(_page(store, None)) as session:
        page = session.make_scope("own")
        page.set_inputs(audit=1)
        assert "opens no model" in str(page.get_output("audited").value)
        assert "not checked yet" in str(page.get_output("said").value)
        assert "Served = reported" in str(page.get_output("guards").value)
