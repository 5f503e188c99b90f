"""App room: what became of the last review session: its figures then and over the months since, with the interval of
their difference, and which figures of its evidence are another today."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from app.desk import Pin
from app.frozen import Frozen, figure_of
from app.selection import Filters, from_query, to_selection
from app.views import backtest_figures, calibration_figures, kpi_pages
from app.views.decisions_figures import Since
from app.views.kpi import Kpi
from app.views.review_evidence import calibration, evidence
from app.views.review_figures import Book, before
from data.counts import Selection
from data.records.review_terms import Finding, Review
from monitoring.estimate import Estimate
from monitoring.intervals import difference
from monitoring.policy import Policy

EFFECT: Final = (("calibration", "gap"), ("backtest", "auc"), ("false_positives", "fdr"), ("pulse", "icv30"))
"""The figures by which a decision is measured: page and key."""
RESTATED: Final = {
    "months": ("n", "observed", "promised", "auc"),
    "ratio": ("n", "icv30", "icv60", "icv90", "gross", "overdue"),
}
"""The months of the evidence that are held against those of today: table → columns."""
SAME: Final = 1e-9
"""Relative difference below which two numbers are one."""
SCORED: Final = ("promised", "auc")


@dataclass(frozen=True)
class Restated:
    """A frozen figure that is another today: its table and column (or page and key), its month, both numbers, and
    why: "labels" came, the obligations were "scored" anew, the "data" were restated."""

    table: str
    key: str
    month: int
    old: float
    new: float
    why: str


@dataclass(frozen=True)
class Memory:
    """What became of a closed session by a release: its findings, its figures then and since, and which of them are
    another today. `reason` says why nothing can be held against it."""

    review: Review
    findings: Sequence[Finding] = ()
    since: Sequence[Since] = ()
    restated: Sequence[Restated] = ()
    reason: str = ""


def frozen_session(
    pin: Pin,
    selection: Selection,
    filters: Filters,
    known: Book,
    *,
    policy: Policy,
    points: Sequence[Mapping[str, Any]] = (),
    audit: Mapping[str, Any] | None = None,
) -> Frozen:
    """The evidence of a session that starts now: what it looks at, the `points` that stand open, what became of the
    last, and the re-score `audit` where one was made."""
    last = before(known, None)
    past = memory(last, known.of(last), known.frozen(last), pin, policy=policy) if last else None
    agenda = [dict(point) for point in points]
    return evidence(
        pin,
        selection,
        filters,
        policy=policy,
        further={"agenda": agenda, "audit": [dict(audit)] if audit else [], **_rows(past)},
    )


def past(frozen: Frozen) -> Memory | None:
    """What had become of the session before by the start of this one, as it was frozen; None where there was none."""
    told = next(iter(frozen.table("past")), None)
    if told is None:
        return None
    since = [
        Since(
            figure_of(row["then"]), figure_of(row["now"]) if row["now"] else None, _change(row["change"]), row["reason"]
        )
        for row in frozen.table("since")
    ]
    moved = [
        Restated(**{**row, "old": _number(row["old"]), "new": _number(row["new"])}) for row in frozen.table("restated")
    ]
    return Memory(Review(**told["review"]), [Finding(**f) for f in told["findings"]], since, moved, told["reason"])


def _rows(found: Memory | None) -> dict[str, list[dict[str, Any]]]:
    if found is None:
        return {"past": [], "since": [], "restated": []}
    told = {"review": asdict(found.review), "findings": [asdict(f) for f in found.findings], "reason": found.reason}
    return {
        "past": [told],
        "since": [
            {"then": asdict(s.then), "now": asdict(s.now) if s.now else None, "change": asdict(s.change),
             "reason": s.reason}
            for s in found.since
        ],
        "restated": [asdict(r) for r in found.restated],
    }  # fmt: skip


def _change(row: Mapping[str, Any]) -> Estimate:
    low, high, se = (_number(row[name]) for name in ("low", "high", "se"))
    return Estimate(_number(row["value"]), low, high, row["n"], se, row["method"], row["reason"])


def memory(review: Review, findings: Sequence[Finding], frozen: Frozen | None, pin: Pin, *, policy: Policy) -> Memory:
    """What became of a session by this release: over the months after its evidence, and over the same months."""
    if frozen is None:
        return Memory(review, findings, reason="no_evidence")
    filters, ignored = from_query(frozen.said["selection"], extent=pin.extent)
    if ignored or not pin.dated:
        return Memory(review, findings, reason="other_selection" if pin.dated else "undated")
    whole = to_selection(filters, months=pin.counts.months, edges=pin.counts.edges)
    then = replace(whole, months=(frozen.said["first_month"], frozen.said["last_month"]))
    later = [m for m in pin.counts.months if m > frozen.said["last_month"]]
    ahead = replace(whole, months=(later[0], later[-1])) if later else None
    return Memory(
        review,
        findings,
        [_since(frozen, page, key, pin, ahead, policy) for page, key in EFFECT],
        restated(frozen, evidence(pin, then, filters, policy=policy, cut=_cut(frozen))),
    )


def restated(old: Frozen, new: Frozen) -> list[Restated]:
    """Every frozen number that is another in evidence of the same months, the latest month first."""
    scores = old.table("model") != new.table("model")
    found = [r for table, keys in RESTATED.items() for r in _of_months(old, new, table, keys, scores)]
    found = sorted(found, key=lambda r: -r.month)
    return [*found, *(r for page in old.said["pages"] for r in _of_page(old, new, page, scores))]


def _of_months(old: Frozen, new: Frozen, table: str, keys: Sequence[str], scores: bool) -> list[Restated]:
    today = {row["month"]: row for row in new.table(table)}
    return [
        Restated(table, key, row["month"], _number(row[key]), _number(now[key]), _why(key, row["n"], now["n"], scores))
        for row in old.table(table)
        if row["reason"] != "suppressed" and (now := today.get(row["month"], dict.fromkeys(row)))
        for key in keys
        if _moved(_number(row[key]), _number(now[key]))
    ]


def _of_page(old: Frozen, new: Frozen, page: str, scores: bool) -> list[Restated]:
    """The figures of a page that speak of the same month; one of a later month speaks of other outcomes."""
    today = {f.key: f for f in new.figures(page)}
    pairs = [(f, today[f.key]) for f in old.figures(page) if f.key in today and f.reason != "suppressed"]
    return [
        Restated(page, f.key, f.month, f.value, now.value, _why(f.key, f.n, now.n, scores, later=now.month > f.month))
        for f, now in pairs
        if _moved(f.value, now.value) and (page != "pulse" or now.month == f.month)
    ]


def _why(key: str, n: float, now: float, scores: bool, *, later: bool = False) -> str:
    if later or (key in ("n", "observed", *SCORED) and (now or 0) > (n or 0)):
        return "labels"
    return "scores" if scores and key in SCORED else "data"


def _moved(old: float, new: float) -> bool:
    if math.isnan(old) or math.isnan(new):
        return math.isnan(old) != math.isnan(new)
    return not math.isclose(old, new, rel_tol=SAME, abs_tol=SAME)


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)


def _since(frozen: Frozen, page: str, key: str, pin: Pin, ahead: Selection | None, policy: Policy) -> Since:
    """A figure of the evidence, and the same over the months after it."""
    then = frozen.figure(page, key)
    if then is None or not math.isfinite(then.value):
        return Since(then or Kpi(key), reason=then.reason if then else "no_evidence")
    now = _now(frozen, page, key, pin, ahead, policy) if ahead else None
    if now is None or not math.isfinite(now.value):
        return Since(then, reason="no_later_month" if now is None or not now.reason else now.reason)
    return Since(then, now, difference(_estimate(now), _estimate(then)))


def _now(frozen: Frozen, page: str, key: str, pin: Pin, ahead: Selection, policy: Policy) -> Kpi | None:
    if page == "calibration":
        fits = calibration_figures.figures(pin, ahead, policy=policy)
        found = calibration(backtest_figures.figures(pin, ahead, policy=policy), fits)
    else:
        named = next(p for p in kpi_pages.PAGES if p == page)
        found = kpi_pages.figures_of(pin, ahead, page=named, policy=policy, cut=_cut(frozen))
    return next((f for f in found if f.key == key), None)


def _cut(frozen: Frozen) -> float | None:
    """The threshold of the evidence in percent."""
    threshold = frozen.figure("false_positives", "threshold")
    return 100 * threshold.value if threshold and math.isfinite(threshold.value) else None


def _estimate(figure: Kpi) -> Estimate:
    return Estimate(figure.value, figure.low, figure.high, figure.n, reason=figure.reason)
