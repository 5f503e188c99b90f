"""The Review room: evidence that stays as it was, what became of it, packs that open again, and one whole session."""

from __future__ import annotations

import datetime as dt
import io
import math
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from releases import draft, open_counts, store_with
from test_app_pages import _html, _served, session, until

from app import review_pack, review_sheets
from app.desk import Desk, Pin
from app.frozen import Frozen, freeze
from app.l10n import L10n
from app.review_pack import PackError, opened
from app.selection import Filters, to_query, to_selection
from app.settings import Settings
from app.shell import make_app
from app.views import review as view
from app.views import review_agenda as agenda
from app.views import review_effect as effect
from app.views import review_figures as figures
from app.views import review_forms as asking
from app.views import review_memory as remembered
from app.views import review_opened as reading
from app.views import review_recalibrated as again
from app.views import review_signing as signing
from app.views import review_tables as tables
from app.views import review_words as words
from app.views.kpi import Kpi
from app.views.lineage_figures import Refused
from app.views.review_evidence import evidence, gap, too_few, without_few
from app.views.review_points import audit_row, findings
from data.audited import Audit, Fault
from data.counts import Selection
from data.memory_store import MemoryStore
from data.records import Records
from data.records.decisions import Problem, UnfitError
from data.records.review_terms import ROLES, RULINGS, SEVERITIES, STANDS, OvertakenError, Point, Review, Ruling, Signing
from monitoring.estimate import Estimate
from monitoring.policy import Policy

EN = L10n("en")
POINT = Point("Bands 8 to 10 </code> promise too much", "high", "Luis", "2026-12-15")
RULING = Ruling("recalibrate", "=On the last twelve matured months", "Ana", "2026-12-20")
LATER = range(202407, 202413)


def _pin(store: MemoryStore, version: str = "") -> Pin:
    release = store.read(version)
    return Pin(release, open_counts(release), store)


def _selection(pin: Pin, filters: Filters) -> Selection:
    return to_selection(filters, months=pin.counts.months, edges=pin.counts.edges)


def _frozen(pin: Pin, filters: Filters, known: figures.Book | None = None, **policy: Any) -> Frozen:
    rule = replace(pin.policy, **policy)
    book = known or figures.Book()
    return effect.frozen_session(pin, _selection(pin, filters), filters, book, policy=rule, points=findings(book))


def _start(records: Records, pin: Pin, filters: Filters, title: str) -> Review:
    frozen = _frozen(pin, filters, figures.book(records))
    query = to_query(filters)
    return records.start_review(title, release=pin.version, selection=query, evidence=frozen.content, by="Ana")


def _close(records: Records, review: Review) -> Review:
    """A finding, a decision, and two signatures, one in dissent."""
    records.find(review.id, POINT, by="Luis")
    ruled = records.rule(review.id, RULING, by="Ana", seen=review.version)
    seen = figures.book(records).digest(ruled)
    records.sign(review.id, Signing("owner", "agree"), by="Ana", signed=seen)
    records.sign(review.id, Signing("validator", "dissent", "The cut-off first."), by="Luis", signed=seen)
    return records.end_review(review.id, by="Ana", seen=ruled.version)


def _pack(records: Records, review: Review, language: str = "en") -> review_pack.Pack:
    known = figures.book(records)
    frozen = known.frozen(review)
    assert frozen is not None
    log = records.log(review.subject)
    return review_pack.pack(L10n(language), known, review, frozen, filters="everything", log=log)


@pytest.fixture(scope="module")
def pin() -> Pin:
    """A release of twelve matured months."""
    return _pin(store_with(draft(3000)))


@pytest.fixture(scope="module")
def early(pin: Pin) -> Frozen:
    """The evidence of its first half."""
    return _frozen(pin, Filters(last=202406))


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    made = Records(tmp_path / "records.db")
    yield made
    made.close()


# Evidence


def test_the_evidence_holds_the_figures_months_and_bands_of_the_pages(pin: Pin, early: Frozen) -> None:
    assert set(early.said["pages"]) == {"pulse", "backtest", "false_positives", "model_effect", "calibration"}
    months = early.table("months")
    assert [row["month"] for row in months] == list(range(202401, 202407))
    found = early.figure("backtest", "observed")
    assert found is not None
    assert found.value == pytest.approx(sum(r["positives"] for r in months) / sum(r["n"] for r in months), rel=1e-12)
    assert sum(row["n"] for row in early.table("bands")) == sum(row["n"] for row in months)
    difference = early.figure("calibration", "gap")
    expected = sum(r["expected"] for r in months) / sum(r["n"] for r in months)
    assert difference is not None
    assert difference.value == pytest.approx(found.value - expected, abs=1e-9)
    assert _frozen(pin, Filters(last=202406)) == early


def test_what_rests_on_too_few_obligations_is_not_in_the_evidence(pin: Pin) -> None:
    least = _fewest(pin) + 1
    kept, whole = _frozen(pin, Filters(), cell_least=least), _frozen(pin, Filters())
    for name in ("months", "bands", "ratio"):
        gone = [k for k, row in enumerate(whole.table(name)) if 0 < row["n"] < least]
        for k in gone:
            row = kept.table(name)[k]
            assert row["reason"] == "suppressed"
            assert {v for n, v in row.items() if n not in ("month", "band", "reason")} == {None}
    assert any(row["reason"] == "suppressed" for row in kept.table("months"))
    few = without_few(Kpi("auc", 0.7, 202406, 0.6, 0.8, 9), least=10)
    assert (few.reason, math.isnan(few.value), math.isnan(few.n)) == ("suppressed", True, True)
    assert without_few(Kpi("auc", 0.7, n=10), least=10).value == 0.7
    text = str(tables.tables(EN, kept))
    assert "too few" in text.lower() or "hidden" in text.lower() or "suppress" in text.lower()


def _fewest(pin: Pin) -> int:
    """The fewest outcomes of a month."""
    return min(row["n"] for row in _frozen(pin, Filters()).table("months"))


def test_a_selection_of_too_few_obligations_starts_no_session(pin: Pin) -> None:
    rule = Policy(cell_least=10**6)
    assert too_few(pin, Selection(), policy=rule)
    assert "fewer than 1000000 obligations" in asking.refusal(EN, pin, _selection(pin, Filters()), policy=rule)
    assert asking.refusal(EN, pin, _selection(pin, Filters()), policy=pin.policy) == ""


def test_the_gap_has_the_interval_of_what_came() -> None:
    found = gap(Estimate(0.3, 0.2, 0.45, 100), 0.25)
    assert (found.value, found.low, found.high) == (pytest.approx(0.05), pytest.approx(-0.05), pytest.approx(0.2))


def test_a_recalibrated_model_is_frozen_with_the_months_that_it_was_fitted_on(pin: Pin) -> None:
    frozen = _frozen(pin, Filters(), recalibration_least=10)
    rows, months = frozen.table("recalibrated"), {row["month"]: row for row in frozen.table("months")}
    assert rows
    assert all(row["fitted_to"] < row["month"] for row in rows)
    assert [row["promised"] for row in rows] == pytest.approx([months[r["month"]]["promised"] for r in rows], abs=1e-6)
    (whole,) = frozen.table("recalibration")
    came = sum(r["positives"] for r in rows) / sum(r["n"] for r in rows)
    promised = {
        key: sum(r["n"] * r[key] for r in rows) / sum(r["n"] for r in rows) for key in ("promised", "recalibrated")
    }
    assert whole["before_gap"] == pytest.approx(came - promised["promised"], abs=1e-6)
    assert whole["after_gap"] == pytest.approx(came - promised["recalibrated"], abs=1e-6)
    assert "would have been" in again.headline(EN, frozen).title
    assert (
        again.headline(EN, _frozen(pin, Filters(last=202401))).title == "Too few earlier outcomes for a recalibration"
    )


# A year of releases


def test_a_year_of_releases_changes_no_byte_of_a_session_nor_of_what_it_shows(records: Records) -> None:
    store = store_with(draft(600, last=202406))
    review = _start(records, _pin(store), Filters(), "June")
    closed = _close(records, review)
    before = figures.book(records)
    first = before.frozen(closed)
    assert first is not None
    page, workbook = (make(_pack(records, closed)) for make in (review_pack.as_html, review_sheets.as_xlsx))
    shown = tables.tables(EN, first), agenda.table(EN, first), view.banner(EN, closed, first)
    for k in range(12):
        store.publish(draft(300 + 20 * k, last=202407 + k if k < 6 else 202495 + k, seed=k))
        store.keep(3, pinned=records.pinned_releases())
    after = figures.book(records)
    now = after.frozen(after.reviews[0])
    assert now is not None
    assert now.content == first.content
    assert (tables.tables(EN, now), agenda.table(EN, now), view.banner(EN, closed, now)) == shown
    assert review_pack.as_html(_pack(records, after.reviews[0])) == page
    assert closed.release in {r.version for r in store.releases()}
    for content in (page.encode(), workbook):
        read = opened(content)
        assert (read.broken, read.frozen.content, read.review) == ((), first.content, closed)
        assert tables.tables(EN, read.frozen) == shown[0]
        assert reading.verdict(EN, read, after)[1:] == (
            "good",
            [
                "Every hash stands: its figures are those that were frozen.",
                "The records here hold the same session.",
            ],
        )
    assert list(records.verify()) == []


# What we decided and what happened


def test_the_next_session_opens_with_the_effect_on_the_months_after_the_evidence(pin: Pin, records: Records) -> None:
    last = _close(records, _start(records, pin, Filters(last=202406), "June"))
    frozen = _frozen(pin, Filters(), figures.book(records))
    found = effect.past(frozen)
    assert found is not None
    assert (found.review, found.reason, [f.text for f in found.findings]) == (last, "", [POINT.text])
    by_key = {s.then.key: s for s in found.since}
    months = frozen.table("months")
    then, now = (
        sum(r["positives"] - r["expected"] for r in months if (r["month"] in LATER) is later)
        / sum(r["n"] for r in months if (r["month"] in LATER) is later)
        for later in (False, True)
    )
    moved = by_key["gap"]
    assert moved.now is not None
    assert (moved.then.value, moved.now.value) == (pytest.approx(then, abs=1e-9), pytest.approx(now, abs=1e-9))
    assert moved.change.value == pytest.approx(now - then, abs=1e-9)
    assert moved.change.low < moved.change.value < moved.change.high
    assert remembered.headline(EN, found).title == "What we decided and what happened: recalibrate"
    assert "0 of 1 findings done" in remembered.headline(EN, found).subtitle
    text = remembered.effect(EN, found)
    assert text is not None
    assert [row[0].text for row in text.rows][:2] == ["Observed less promised", "AUC"]


def test_without_a_later_month_nothing_is_measured_and_the_reason_is_said(pin: Pin, records: Records) -> None:
    _close(records, _start(records, pin, Filters(), "All"))
    found = effect.past(_frozen(pin, Filters(), figures.book(records)))
    assert found is not None
    assert {s.reason for s in found.since if s.now is None} == {"no_later_month"}
    assert all(s.now is None for s in found.since)
    assert remembered.restated_headline(EN, found) == "Restatements: none. Every frozen figure is the same today."


def test_what_is_another_today_is_listed_with_its_reason(early: Frozen, pin: Pin) -> None:
    said = {**early.said, "tables": {k: [dict(r) for r in rows] for k, rows in early.said["tables"].items()}}
    said["tables"]["months"][5]["n"] -= 10
    said["tables"]["months"][5]["observed"] += 0.01
    said["tables"]["ratio"][2]["icv30"] += 0.02
    said["tables"]["months"][1]["promised"] = None
    old = freeze(pin, Selection(), query="", pages={p: early.figures(p) for p in early.said["pages"]},
                 policy=pin.policy, tables=said["tables"])  # fmt: skip
    found = effect.restated(old, early)
    assert [(r.table, r.key, r.month, r.why) for r in found] == [
        ("months", "n", 202406, "labels"), ("months", "observed", 202406, "labels"), ("ratio", "icv30", 202403, "data"),
        ("months", "promised", 202402, "data"),
    ]  # fmt: skip
    assert found[2].old - found[2].new == pytest.approx(0.02)
    listed = remembered.restated(EN, effect.Memory(_review(old), restated=found))
    assert listed is not None
    assert [row[-1].text for row in listed.rows] == ["outcomes came"] * 2 + ["the data were restated"] * 2
    assert effect.restated(early, early) == []
    other = {**said["tables"], "model": [{"hash": "another", "as_of": 202412}]}
    scored = freeze(pin, Selection(), query="", pages={}, policy=pin.policy, tables={**other, "ratio": []})
    assert {r.why for r in effect.restated(scored, early) if r.key == "promised"} == {"scores"}


@pytest.mark.parametrize("key", ["gap", "effect", "auc", "ece", "icv30", "slope"])
def test_a_change_is_written_to_the_digits_of_the_numbers_that_it_lies_between(key: str) -> None:
    then, now = -0.0105, -0.0107
    digits = [text.partition(".")[2].split()[0].rstrip("%") for text in
              (words.value(EN, key, then), words.value(EN, key, now), words.change(EN, key, now - then))]  # fmt: skip
    assert len(set(map(len, digits))) == 1, digits


def test_labels_that_come_are_told_from_data_that_were_restated(records: Records) -> None:
    store = store_with(draft(1500, last=202406, open_months=(202406,)), draft(1500, last=202406))
    first, second = (_pin(store, r.version) for r in reversed(store.releases()))
    old = _frozen(first, Filters())
    new = evidence(second, _selection(second, Filters()), Filters(), policy=second.policy)
    why = {r.why for r in effect.restated(old, new) if r.table == "months" and r.month == 202406}
    assert why == {"labels"}


@pytest.mark.parametrize(
    ("selection", "reason"), [("product=bitcoin", "other_selection"), (None, "no_evidence")]
)  # fmt: skip
def test_what_cannot_be_held_against_today_says_why(pin: Pin, selection: str | None, reason: str) -> None:
    held = freeze(pin, Selection(), query=selection or "", pages={}, policy=pin.policy, tables={})
    found = effect.memory(_review(held), [], held if selection else None, pin, policy=pin.policy)
    assert found.reason == reason
    assert words.reason(EN, reason) in remembered.note(EN, found)


def _review(frozen: Frozen, **other: Any) -> Review:
    known = Review(
        1, 1, "open", "June", "r", "", frozen.hash, "", "", "", "", "", "", "Ana", "2026-11-20T10:00:00+00:00", "Ana",
        "2026-11-20T10:00:00+00:00", "", "",
    )  # fmt: skip
    return replace(known, **other)


# The agenda


def test_the_agenda_holds_what_is_open_and_every_light_that_is_on(pin: Pin, early: Frozen, records: Records) -> None:
    _close(records, _start(records, pin, Filters(last=202406), "June"))
    opened_with = agenda.items(EN, _frozen(pin, Filters(), figures.book(records)))
    assert opened_with[0][0].text == "Open finding"
    assert POINT.text in opened_with[0][1].text
    alert = {"kind": "alert", "text": "FDR of tarjeta", "measure": "fdr", "month": 202405, "owner": "Ana"}
    watched = agenda.items(EN, _frozen_with(pin, alert))[0]
    assert (watched[0].text, watched[1].text[:14]) == ("Open alert", "FDR of tarjeta")
    calm = freeze(pin, Selection(), query="", pages={}, policy=pin.policy, tables={})
    assert agenda.headline(EN, calm).title == "Nothing stands out"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"passed": True, "faults": [], "why": ""}, []),
        ({"passed": False, "faults": ["altered"], "why": ""}, ["does not pass"]),
        ({"passed": False, "faults": ["no_sample"], "why": ""}, ["keeps no rows"]),
        ({"passed": False, "faults": [], "why": "the model is gone"}, ["could not be made: the model is gone"]),
    ],
)
def test_a_re_score_audit_that_does_not_pass_is_on_the_agenda(pin: Pin, row: dict[str, Any], said: list[str]) -> None:
    held = freeze(pin, Selection(), query="", pages={}, policy=pin.policy, tables={"audit": [row]})
    found = [item[1].text for item in agenda.items(EN, held)]
    assert len(found) == len(said)
    assert all(part in text for part, text in zip(said, found, strict=True))


def test_an_audit_is_kept_with_its_rows_and_its_largest_difference() -> None:
    made = audit_row(Audit("r", "0" * 64, 200, 200, 2, 2, 1.5e-12, ()))
    assert (made["passed"], made["rows"], made["largest"], made["faults"]) == (True, 200, 1.5e-12, [])
    failed = audit_row(Audit("r", "0" * 64, 200, 3, 2, 1, 0.1, (Fault("row"), Fault("altered"), Fault("row"))))
    assert (failed["passed"], failed["faults"]) == (False, ["altered", "row"])
    assert audit_row(Refused("r", "gone"))["why"] == "gone"


def test_months_bands_and_the_run_that_broke_the_promise_are_named_by_their_side(pin: Pin) -> None:
    month = {"n": 100, "auc": None, "reason": "", "level": "act"}
    held = freeze(pin, Selection(), query="", pages={}, policy=pin.policy, tables={
        "months": [{**month, "month": 202507, "positives": 90, "expected": 95.0},
                   {**month, "month": 202508, "positives": 99, "expected": 95.0, "level": "watch"},
                   {**month, "month": 202509, "positives": 95, "expected": 95.0, "level": "ok"}],
        "bands": [{"band": 9, "n": 100, "positives": 55, "promised": 0.65, "level": "act"},
                  {"band": 2, "n": 100, "positives": 12, "promised": 0.10, "level": "watch"}],
        "run": [{"first": 202507, "last": 202512, "n": 600, "positives": 580, "predicted": 0.945, "gap": 0.022}],
    })  # fmt: skip
    found = [(item[1].text, item[2].tone) for item in agenda.items(EN, held)]
    assert found == [
        ("The promise broke in Jul 2025 – Dec 2025: 94.5% was promised, 96.7% came (n 600); of the other outcome 5.5% "
         "against 3.3%", "bad"),
        ("1 month promised too much: Jul 2025", "bad"), ("1 month promised too little: Aug 2025", "warn"),
        ("Score bands 9 are off their promise: −10.0\xa0pp together", "bad"),
        ("Score bands 2 are off their promise: +2.0\xa0pp together", "warn"),
    ]  # fmt: skip


def _frozen_with(pin: Pin, *points: dict[str, Any]) -> Frozen:
    return freeze(pin, Selection(), query="", pages={}, policy=pin.policy, tables={"agenda": points})


# Designed states


def test_the_banner_says_the_month_and_the_head_of_the_hash(early: Frozen) -> None:
    assert view.banner(EN, _review(early), early) == f"Evidence 2024-06 #{early.hash[:4]}"


def test_later_releases_a_release_that_is_gone_and_a_wrong_clock_are_said(early: Frozen) -> None:
    store = store_with(draft(600), draft(700))
    now = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
    newest, first = _pin(store), store.releases()[-1].version
    assert view.standing(EN, _review(early, release=newest.version), early, newest, now) == []
    (said,) = view.standing(EN, _review(early, release=first), early, newest, now)
    assert "has come since: nothing here has changed" in said
    store.keep(1)
    gone = view.standing(EN, _review(early, release=first), early, newest, now)
    assert "is no longer in the store" in gone[-1]
    assert "missing or was altered" in view.standing(EN, _review(early), None, newest, now)[0]
    past = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    assert "clock" in view.standing(EN, _review(early, release=newest.version), early, newest, past)[0]
    backwards = _review(early, release=newest.version, status="closed", closed_at="2026-11-19T10:00:00+00:00")
    assert "closed before it was started" in view.standing(EN, backwards, early, newest, now)[0]


def test_one_signature_is_not_enough_and_dissent_is_shown(pin: Pin, records: Records) -> None:
    review = _start(records, pin, Filters(), "June")
    known = figures.book(records)
    assert "a decision" in signing.missing(EN, known, review)
    ruled = records.rule(review.id, RULING, by="Ana", seen=review.version)
    records.sign(review.id, Signing("owner", "dissent", "Too early."), by="Ana",
                 signed=figures.book(records).digest(ruled))  # fmt: skip
    known = figures.book(records)
    assert signing.missing(EN, known, ruled) == "Before it can be closed: the signature of validator."
    assert not signing.may_close(known, ruled)
    listed = signing.signatures(EN, known, ruled)
    assert listed is not None
    assert [c.text for c in listed.rows[0][:4]] == ["Model owner", "Ana", "Dissents", "Too early."]
    changed = records.rule(review.id, replace(RULING, kind="keep"), by="Ana", seen=ruled.version)
    listed = signing.signatures(EN, figures.book(records), changed)
    assert listed is not None
    assert "an earlier wording" in listed.rows[0][-1].text


def test_what_the_last_session_decided_is_one_line_with_its_dissent(pin: Pin, records: Records) -> None:
    known = figures.book(records)
    assert view.line(EN, known, figures.last_decided(known)) == ""
    _close(records, _start(records, pin, Filters(), "June"))
    _start(records, pin, Filters(), "July")
    known = figures.book(records)
    line = view.line(EN, known, figures.last_decided(known))
    assert line.startswith("“June” decided on")
    assert "Recalibrate" in line
    assert "In dissent: Luis (Validator)." in line


def test_everything_that_can_be_chosen_refused_or_frozen_has_words(pin: Pin, early: Frozen) -> None:
    assert (set(words.RULINGS), set(words.ROLES)) == (set(RULINGS), set(ROLES))
    assert (set(words.SEVERITIES), set(words.STANDS)) == (set(SEVERITIES), set(STANDS))
    fields = ("by", "title", "finding", "severity", "owner", "due", "kind", "text", "role", "stand", "words", "outcome")
    assert all(words.problem(EN, Problem(f, r)) for f in fields for r in ("missing", "long", "unknown", "no_date"))
    assert asking.refused(EN, UnfitError([Problem("words", "missing")])) == "Reasons is missing."
    assert "changed meanwhile by Ana" in asking.refused(EN, OvertakenError(_review(early)))
    keys = {f.key for page in early.said["pages"] for f in early.figures(page)}
    assert not [k for k in keys if words.figure(EN, k) == k]


# Packs


@pytest.mark.parametrize("language", ["en", "es", "pt"])
def test_the_pack_stands_alone_with_every_figure_hash_and_signature(
    pin: Pin, records: Records, language: str
) -> None:  # fmt: skip
    closed = _close(records, _start(records, pin, Filters(), "June"))
    pack = _pack(records, closed, language)
    page = review_pack.as_html(pack)
    assert not re.search(r"<script|<link|src=|url\(|https?://", page)
    assert all(text in page for text in (closed.evidence, closed.release, "The cut-off first.", RULING.text, "Luis"))
    assert all(table.caption in page for table in tables.tables(L10n(language), pack.frozen))
    read = opened(page.encode())
    assert (read.broken, read.findings[0].text) == ((), POINT.text)


def test_the_workbook_has_every_figure_as_a_number_and_no_formula(pin: Pin, records: Records) -> None:
    pack = _pack(records, _close(records, _start(records, pin, Filters(), "June")))
    book = load_workbook(io.BytesIO(review_sheets.as_xlsx(pack)))
    rows = list(book["figures"].iter_rows(min_row=2, max_col=3, values_only=True))
    known = [(page, f.key, f.value) for page in pack.frozen.said["pages"] for f in pack.frozen.figures(page)]
    assert [r[:2] for r in rows] == [k[:2] for k in known]
    assert [r[2] for r in rows if r[2] is not None] == pytest.approx([k[2] for k in known if k[2] == k[2]], rel=1e-15)
    assert len(list(book["months"].iter_rows())) == 13
    assert not [c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"]


def test_the_pdf_is_of_the_same_blocks_and_of_the_moment_of_the_close(
    pin: Pin, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = _close(records, _start(records, pin, Filters(), "June"))
    pack = _pack(records, closed, "es")
    monkeypatch.setattr(review_pack, "as_pdf", lambda title, blocks, **more: (title, blocks, more))
    title, blocks, more = review_pack.as_paper(pack)
    assert (title, blocks, more["language"]) == ("June", pack.blocks, "es")
    assert more["made"].isoformat() == closed.closed_at
    assert closed.evidence[:16] in more["foot"]


def test_a_pack_that_was_changed_says_which_part(pin: Pin, records: Records) -> None:
    closed = _close(records, _start(records, pin, Filters(), "June"))
    page = review_pack.as_html(_pack(records, closed))
    acted = page.replace("&quot;key&quot;:&quot;auc&quot;", "&quot;key&quot;:&quot;AUC&quot;")
    acted = acted if acted != page else page.replace('"key":"auc"', '"key":"AUC"')
    assert opened(acted.encode()).broken == ("evidence",)
    other = opened(page.replace("The cut-off first.", "I agree with all.").encode())
    assert other.broken == ("record",)
    text, tone, said = reading.verdict(EN, other, figures.book(records))
    assert (tone, len(said)) == ("bad", 1)
    assert "June" in text
    stranger = reading.verdict(EN, opened(page.encode()), figures.Book())
    assert "do not know this session" in stranger[2][1]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is no pack"),
        (b"<html><body>hello</body></html>", "is no pack"),
        (b"PK\x03\x04 no workbook", "is no pack"),
        (
            b'<code>' + b"0" * 64 + b"</code><code>" + b"1" * 64
            + b'</code><code id="evidence">{}</code><code id="record">[]</code>',
            "is no session",
        ),
    ],
)  # fmt: skip
def test_a_file_that_is_no_pack_is_refused_in_words(content: bytes, said: str) -> None:
    with pytest.raises(PackError, match=said):
        opened(content)


# The room in a session


def _write(found: Any, **fields: str) -> None:
    found.set_inputs(**{"review-sent": fields})


def test_the_room_from_its_start_to_its_close(pin: Pin) -> None:
    with session(store_with(draft(900)), poll=0.2, page="review") as found:
        found.set_inputs(**{"review-open": "", "review-by": "Ana", "review-finding": "", "review-pack": None})
        assert "There is no session yet" in _html(found, "review-said")
        assert "Start a session on this view" in _html(found, "review-start_head")
        _write(found, do="start:0:0", title="October")
        until(found, lambda: "Evidence 2024-12 #" in _html(found, "review-banner"))
        _write(found, do="find:1:0", text="Too high", severity="high", owner="Luis", due="")
        until(found, lambda: "Too high" in _html(found, "review-findings"))
        _write(found, do="rule:1:1", kind="keep", text="It holds.", owner="Ana", due="")
        until(found, lambda: "It holds." in _html(found, "review-decision"))
        _write(found, do="rule:1:1", kind="retrain", text="No.", owner="Ana", due="")
        until(found, lambda: "changed meanwhile" in _html(found, "review-told_rule"))
        until(found, lambda: "No." in _html(found, "review-rule_form"))
        assert "It holds." in _html(found, "review-decision")
        signed = re.search(r'value="([0-9a-f]{64})"', _html(found, "review-stamp"))
        assert signed
        _write(found, do="sign:1:0", role="owner", stand="agree", words="", signed=signed[1])
        until(found, lambda: "Model owner" in _html(found, "review-signed"))
        assert "It cannot be closed yet" in _html(found, "review-close_head")
        found.set_inputs(**{"review-by": "Luis"})
        _write(found, do="sign:1:0", role="validator", stand="dissent", words="", signed=signed[1])
        until(found, lambda: "Reasons is missing" in _html(found, "review-told_sign"))
        _write(found, do="sign:1:0", role="validator", stand="dissent", words="Retrain.", signed=signed[1])
        until(found, lambda: "Close and export" in _html(found, "review-close_head"))
        _write(found, do="close:1:2")
        until(found, lambda: "This session is closed" in _html(found, "review-close_head"))
        until(found, lambda: "Restatements: none" in _html(found, "review-since"))
        assert found.get_output("review-as_page").status == "ok"
        found.set_inputs(page="pulse")
        until(found, lambda: "“October” decided on" in _html(found, "pulse-reviewed"))


def test_records_that_cannot_be_read_are_said_in_place_of_the_room(tmp_path: Path) -> None:
    (tmp_path / "records.db").write_text("no database")
    desk = Desk(store_with(draft(300, last=202402)), open_counts)
    desk.open(desk.store.version())
    settings = Settings(poll_seconds=60, language="en", records=f"sqlite:///{tmp_path}/records.db")
    for found in _served(make_app(desk, settings), {"page": "review"}):
        found.set_inputs(**{"review-open": "", "review-by": "Ana", "review-finding": "", "review-pack": None})
        said = _html(found, "review-state")
        assert "The review sessions cannot be read" in said
        assert "the file is no database" in said
        assert found.get_output("review-room").value is None


def test_data_without_dates_can_be_reviewed_and_are_held_against_nothing(records: Records) -> None:
    made = draft(600, last=202401)
    undated = replace(made, documents={**made.documents, "meaning": {**made.documents["meaning"], "dated": False}})
    pin = _pin(store_with(undated))
    closed = _close(records, _start(records, pin, Filters(), "Snapshot"))
    found = effect.past(_frozen(pin, Filters(), figures.book(records)))
    assert found is not None
    assert (found.review, found.reason) == (closed, "undated")
    assert "the data carry no dates" in remembered.note(EN, found)
    assert opened(review_pack.as_html(_pack(records, closed)).encode()).broken == ()
