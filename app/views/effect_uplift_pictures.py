"""App room: the pictures of the Uplift section: the Qini curve, the tenths of the list, and a list in words."""

from __future__ import annotations

import math

from app.charts.forest import Branch, Forest
from app.charts.frontier import Course, Frontier
from app.l10n import L10n
from app.views import names
from app.views.effect_uplift_figures import Found
from app.views.error_shapes import Reading
from app.views.model_effect_pictures import points
from app.views.shapes import Headline
from app.views.simulator import ORDERS
from monitoring.estimate import Estimate
from monitoring.uplift import Listed, Part, Uplift


def curve_headline(l10n: L10n, page: Found, percent: float) -> Headline:
    """What the top of the list gains of what all of it does."""
    line = page.uplift
    unit = l10n.say(
        "Payments gained in points of everybody treated, by share of the list worked; band: 95% interval; "
        "grey: random order. Order: {order}",
        order=l10n.say(ORDERS[page.ordering]),
    )  # fmt: skip
    if line is None:
        return Headline(l10n.say("No control, no uplift: n/a"), unit)
    k = _reached(line, percent)
    gained = line.gained[k]
    said = {"k": l10n.percent(line.shares[k], 0), "value": points(l10n, gained.value),
            "all": l10n.points(line.everybody.value, 2),
            "random": points(l10n, line.shares[k] * line.everybody.value)}  # fmt: skip
    if line.coefficient.low <= 0 <= line.coefficient.high:
        said |= {"value": l10n.points(gained.value, 2), "random": l10n.points(line.shares[k] * line.everybody.value, 2)}
        return Headline(
            l10n.say("No visible gain over random order: the top {k} gains {value}, random order {random}", **said),
            unit,
        )
    return Headline(
        l10n.say("The top {k} gains {value} of the {all} that everybody does; random order {random}", **said), unit
    )


def _reached(line: Uplift, percent: float) -> int:
    return min(range(len(line.shares)), key=lambda k: abs(line.shares[k] - percent / 100))


def curve(l10n: L10n, page: Found, percent: float) -> Frontier:
    """The Qini curve and random order."""
    line = page.uplift
    if line is None:
        return Frontier((), 0, 0, "", nothing=l10n.say("No control, no uplift: n/a"))
    shares, every = [0.0, *line.shares], line.everybody.value
    values = [0.0, *(g.value for g in line.gained)]
    low, high = ([0.0, *(_finite(getattr(g, end), g.value) for g in line.gained)] for end in ("low", "high"))
    word = l10n.say(ORDERS[page.ordering])
    hovers = [""] + [f"{word}: <b>{l10n.points(g.value, 2)}</b> [{_between(l10n, g)}]" for g in line.gained]
    chance = [f"{l10n.say('random order')}: {l10n.points(s * every, 2)}" for s in shares]
    k = _reached(line, percent)
    return Frontier(
        [Course(l10n.say("random order"), shares, [s * every for s in shares], chance, role="second"),
         Course(word, shares, values, hovers, chosen=True, low=low, high=high)],
        line.shares[k], line.gained[k].value, l10n.say("top {k}", k=l10n.percent(line.shares[k], 0)),
        axis=l10n.say("Share of the list, from the top"),
    )  # fmt: skip


def _finite(value: float, other: float) -> float:
    return value if math.isfinite(value) else other


def _between(l10n: L10n, e: Estimate) -> str:
    return l10n.say("{a} to {b}", a=points(l10n, e.low), b=points(l10n, e.high))


def parts_headline(l10n: L10n, page: Found) -> Headline:
    """Where in the list the difference is clear."""
    unit = l10n.say(
        "Difference in payments by tenth of the list, from the top; q: Benjamini-Hochberg over the tenths; "
        "grey: could not have seen {target}",
        target=l10n.distance(page.sheet.figures.policy.payment_effect, 0),
    )  # fmt: skip
    line = page.uplift
    if line is None:
        return Headline(l10n.say("No control, no uplift: n/a"), unit)
    clear = [p for p in line.parts if _clear(page, p)]
    said = {"n": l10n.number(len(line.parts)), "seeing": l10n.number(sum(p.sees for p in line.parts))}
    if not clear:
        return Headline(
            l10n.say("No tenth of the list differs beyond chance; {seeing} of {n} could have shown the target", **said),
            unit,
        )
    strongest = max(clear, key=lambda p: abs(p.difference.value))
    value = l10n.points(strongest.difference.value)
    return Headline(l10n.say("Most is moved at {part} of the list: {value}", part=_part(l10n, strongest), value=value),
                    unit)  # fmt: skip


def _clear(page: Found, part: Part) -> bool:
    return part.q < page.sheet.figures.policy.p_watch


def _part(l10n: L10n, part: Part) -> str:
    return f"{l10n.number(100 * part.first)}–{l10n.percent(part.last, 0)}"


def parts(l10n: L10n, page: Found) -> Forest:
    """The difference by tenth of the list."""
    told = {"clear": l10n.say("differs (q < 5%)"), "main": l10n.say("no visible difference"),
            "muted": l10n.say("too small to tell")}  # fmt: skip
    drawn = page.uplift.parts if page.uplift else ()
    return Forest([_branch(l10n, page, p) for p in drawn], told, nothing=l10n.say("No control, no uplift: n/a"))


def _branch(l10n: L10n, page: Found, part: Part) -> Branch:
    d, name, q = part.difference, _part(l10n, part), l10n.number(part.q, 3)
    hover = (
        f"{name}: <b>{l10n.points(d.value, 2)}</b> · [{_between(l10n, d)}] · "
        f"{l10n.say('with {a}, without {b}', a=l10n.percent(part.treated), b=l10n.percent(part.control))} · q {q} · "
        f"{l10n.say('visible from {mde}', mde=l10n.distance(part.mde, 2))} · n {l10n.number(d.n)}"
    )
    tone = "clear" if _clear(page, part) else "main" if part.sees else "muted"
    return Branch(name, name, d.value, d.low, d.high, f"{l10n.points(d.value)} · q {q}", hover, tone)


def list_headline(l10n: L10n, page: Found, percent: float) -> Headline:
    """How many of the payers of a list would have paid anyway."""
    unit = l10n.say(
        "Incremental FDR = 1 − difference ÷ rate with; persuadables are net of those whom an offer puts off; 95% "
        "intervals"
    )
    if page.uplift is None:
        return Headline(l10n.say("No control, no uplift: n/a"), unit)
    at = page.uplift.listed(percent / 100)
    of = {"k": l10n.percent(at.share, 0), "a": _hundred(l10n, at.treated.value), "b": _hundred(l10n, at.control.value)}
    if at.net.low > 0:
        title = l10n.say("Of 100 in the top {k}, {a} pay with it and {b} would anyway", **of)
    else:
        title = l10n.say("Of 100 in the top {k}, {a} pay with it and {b} without: no difference beyond chance", **of)
    return Headline(title, unit)


def _hundred(l10n: L10n, rate: float) -> str:
    return l10n.number(100 * rate)


def list_readings(l10n: L10n, page: Found, percent: float) -> list[Reading]:
    """The list in words: sure things, persuadables, lost causes and the incremental FDR."""
    if page.uplift is None:
        return []
    at: Listed = page.uplift.listed(percent / 100)
    lost = 1 - max(at.treated.value, at.control.value)
    return [
        Reading(l10n.say("Sure things: pay anyway"), l10n.percent(at.control.value), _of(l10n, at.control)),
        Reading(l10n.say("Persuadables, net"), l10n.points(at.net.value), f"{_between(l10n, at.net)} pp"),
        Reading(l10n.say("Pay neither way"), l10n.percent(lost), ""),
        Reading(l10n.say("Incremental FDR"), l10n.percent(at.anyway.value), _of(l10n, at.anyway)),
        Reading(l10n.say("Rows in the list"), l10n.number(at.net.n), names.reason(l10n, at.net.reason)),
    ]


def _of(l10n: L10n, e: Estimate) -> str:
    return l10n.interval(e.low, e.high)
