"""App room: the words of the Releases page: what is on screen, what it is worth, and which releases there are."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from typing import Any

from app.l10n import L10n
from app.views.evidence import Evidence, facts
from app.views.releases_figures import Covered, Shown
from app.views.releases_model import dated
from app.views.shapes import Box, Cell, Headline, Table
from data.store import ReleaseInfo
from monitoring.policy import Policy, at_least

MEGABYTE = 1e6


def sentence(l10n: L10n, shown: Shown) -> str:
    """Where every figure comes from."""
    pin = shown.pin
    if not pin.dated:
        return l10n.say(
            "every figure on every page comes from release {version}, published {moment}; its data have no dates.",
            version=pin.version, moment=l10n.moment(pin.published_at),
        )  # fmt: skip
    return l10n.say(
        "every figure on every page comes from release {version}, published {moment}, with data to {month}.",
        version=pin.version, moment=l10n.moment(pin.published_at), month=l10n.month(pin.as_of),
    )  # fmt: skip


def boxes(
    l10n: L10n, shown: Shown, covered: Covered, card: Mapping[str, Any], odd: Sequence[Any], *,
    policy: Policy, now: dt.datetime,
) -> list[Box]:  # fmt: skip
    """Age, rows, coverage, rank, models and oddities of the release on screen."""
    pin = shown.pin
    first, last = pin.counts.months[0], pin.counts.months[-1]
    whole = Evidence(l10n.months(first, last), pin.version)
    return [
        _age_box(l10n, shown, whole, now),
        _rows_box(l10n, shown, whole),
        _scored_box(l10n, shown, covered, policy),
        _auc_box(l10n, card, whole, policy),
        _model_box(l10n, card, whole),
        Box("odd", l10n.say("Oddities"), l10n.number(len(odd)),
            against=l10n.many("in {n} file", "in {n} files", len({s["file"] for s in odd})),
            facts=facts(l10n, l10n.number(len(odd)), whole)),
    ]  # fmt: skip


def _age_box(l10n: L10n, shown: Shown, whole: Evidence, now: dt.datetime) -> Box:
    number = shown.pin.version.partition("-")[0].lstrip("0") or "0"
    value = l10n.say("No. {n}", n=number)
    return Box("release", l10n.say("Release"), value, against=l10n.age(shown.pin.published_at, now),
               n=shown.pin.version, facts=facts(l10n, shown.pin.version, whole))  # fmt: skip


def _rows_box(l10n: L10n, shown: Shown, whole: Evidence) -> Box:
    rows = sum(p.rows for p in shown.pin.release.parts("rows"))
    many = l10n.many("{n} month", "{n} months", len(shown.pin.counts.months))
    months = many if shown.pin.dated else l10n.say("one snapshot")
    size = l10n.say("{n} MB", n=_megabytes(l10n, shown.info)) if shown.info else ""
    return Box("rows", l10n.say("Rows"), l10n.number(rows), against=months, n=size,
               facts=facts(l10n, l10n.number(rows), whole))  # fmt: skip


def _scored_box(l10n: L10n, shown: Shown, covered: Covered, policy: Policy) -> Box:
    value = l10n.percent(covered.scored)
    first = covered.since or covered.first
    note = l10n.say("Scored ÷ eligible rows, from the first month with a model on.")
    since = l10n.say("since {month}", month=l10n.month(covered.since)) if covered.since and l10n.dated else ""
    pairs = facts(l10n, value, Evidence(l10n.months(first, covered.last), shown.pin.version, covered.joined, note=note))
    return Box("scored", l10n.say("Coverage"), value, level=covered.level,
               against=since,
               target=l10n.say("target ≥ {value}", value=l10n.percent(policy.coverage_ok, 0)),
               n=l10n.say("n {n}", n=l10n.number(covered.joined)), facts=pairs)  # fmt: skip


def _auc_box(l10n: L10n, card: Mapping[str, Any], whole: Evidence, policy: Policy) -> Box:
    found = card.get("metrics") or {}
    value, low, high = (_number(found.get(k)) for k in ("auc", "auc_low", "auc_high"))
    shown = l10n.number(value, 3)
    between = f"{l10n.number(low, 3)} – {l10n.number(high, 3)}" if math.isfinite(low) else ""
    n = found.get("n", math.nan)
    note = (
        l10n.say("All published months together, none of them learned from.")
        if dated(card)
        else l10n.say("Each row was scored by a model that never saw its client.")
    )
    pairs = list(facts(l10n, shown, Evidence(whole.period, whole.release, n=n, note=note)))
    if between:
        pairs.insert(1, (l10n.say("95% interval"), between))
    spark = tuple(_number(w["metrics"]["auc"]) for w in card.get("windows", [])) if dated(card) else ()
    where = l10n.say("out of time") if dated(card) else l10n.say("on other clients")
    target = l10n.say("target ≥ {value}", value=l10n.number(policy.auc_ok, 2))
    level = at_least(value, ok=policy.auc_ok, watch=policy.auc_watch)
    return Box("auc", l10n.say("AUC"), shown, period=where, against=between, target=target,
               level=level, n=l10n.say("n {n}", n=l10n.number(n)), spark=spark, facts=tuple(pairs))  # fmt: skip


def _model_box(l10n: L10n, card: Mapping[str, Any], whole: Evidence) -> Box:
    windows, features = len(card.get("windows", [])), len(card.get("features", []))
    refused = len((card.get("guards") or {}).get("refused", []))
    value, name = l10n.number(windows) if windows else "—", str(card.get("model_hash", ""))[:8]
    against = words = l10n.many("{n} feature", "{n} features", features)
    if windows and not dated(card):
        folds = sum("fold" in w for w in card["windows"])
        value, name = f"{l10n.number(folds)} + {l10n.number(windows - folds)}", words
        against = l10n.say("validation + served")
    return Box(
        "models", l10n.say("Models trained"), value, against=against,
        target=l10n.many("{n} refused as a leak", "{n} refused as leaks", refused) if refused else "",
        level="watch", n="" if refused else name, facts=facts(l10n, value, whole),
    )  # fmt: skip


def list_headline(l10n: L10n, shown: Shown) -> Headline:
    """How many releases there are, and whether the newest is the one on screen."""
    unit = l10n.say("A release is whole or not there, and reads the same for ever; newest first, times in UTC")
    found = shown.releases
    if not found:
        return Headline(l10n.say("This release stands alone: its store has no list"), unit)
    if found[0].version == shown.pin.version:
        text = l10n.many("{n} release; it is on screen", "{n} releases; the newest is on screen", len(found))
        return Headline(text, unit)
    return Headline(l10n.say("A newer release, {version}, is not on screen yet", version=found[0].version), unit)


def releases(l10n: L10n, shown: Shown, *, now: dt.datetime) -> Table | None:
    """Every release of the store, the one on screen marked; None without a store."""
    if not shown.releases:
        return None
    return Table(
        columns=(
            l10n.say("Version"), l10n.say("Published"), l10n.say("How long ago"), l10n.say("Rows"), l10n.say("MB"),
            l10n.say("Note"),
        ),
        rows=tuple(_release(l10n, r, on_screen=r.version == shown.pin.version, now=now) for r in shown.releases),
        caption=list_headline(l10n, shown).title,
    )  # fmt: skip


def _release(l10n: L10n, r: ReleaseInfo, *, on_screen: bool, now: dt.datetime) -> tuple[Cell, ...]:
    version = l10n.say("● {version} on screen", version=r.version) if on_screen else r.version
    return (
        Cell(version), Cell(l10n.moment(r.published_at)), Cell(l10n.age(r.published_at, now)),
        Cell(l10n.number(r.rows)), Cell(_megabytes(l10n, r)), Cell(r.note or "—", "" if r.note else "muted"),
    )  # fmt: skip


def _megabytes(l10n: L10n, r: ReleaseInfo) -> str:
    return l10n.number(r.size / MEGABYTE, 1)


def _number(value: Any) -> float:
    return math.nan if value is None else float(value)
