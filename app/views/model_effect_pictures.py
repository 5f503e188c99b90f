"""App room: the figures and pictures of the Model effect page: differences of the arms, in points and in money."""

from __future__ import annotations

from app.charts.effect import Course, EffectPicture
from app.charts.trend import Line, Mark, Trend
from app.l10n import L10n
from app.views import names
from app.views.evidence import Evidence, facts, hover
from app.views.model_effect_figures import Figures
from app.views.shapes import Box, Headline
from app.words import mark
from monitoring.effect import Comparison, EffectMonth

AGAINST = {"none": mark("Model − no offers"), "legacy": mark("Model − previous rules")}
SHORT = {"none": mark("vs. no offers"), "legacy": mark("vs. previous rules")}


def against(l10n: L10n, control: str) -> str:
    """The name of a comparison: the model's arm less a control."""
    if control in AGAINST:
        return l10n.say(AGAINST[control])
    return l10n.say("Model − {control}", control=control)


def points(l10n: L10n, value: float, digits: int = 2) -> str:
    """A signed difference of ratios in percentage points, without its unit."""
    return l10n.signed(value * 100, digits)


def boxes(l10n: L10n, figures: Figures) -> list[Box]:
    """Effect on the ratio, on the money overdue, and the ratios of the arms; none without an estimate."""
    out: list[Box] = []
    for c in figures.shown:
        out.append(_effect_box(l10n, figures, c))
    if figures.shown and figures.shown[0].latest:
        out += [_money_box(l10n, figures, figures.shown[0]), *_arm_boxes(l10n, figures, figures.shown)]
    return out


def _effect_box(l10n: L10n, figures: Figures, c: Comparison) -> Box:
    value = l10n.points(c.average.value, 2)
    period = _since(l10n, c)
    between = l10n.say("{a} to {b}", a=points(l10n, c.average.low), b=points(l10n, c.average.high))
    pairs = list(facts(l10n, value, Evidence(period, figures.pin.version, n=c.average.n)))
    pairs.insert(1, (l10n.say("95% interval"), f"{between} pp"))
    pairs.append((l10n.say("Difference at go-live"), l10n.points(c.baseline.value, 2)))
    pairs.append((l10n.say("Not adjusted for balances at go-live"), l10n.points(c.plain.value, 2)))
    return Box(
        key=f"effect_{c.control}", title=l10n.say(SHORT.get(c.control, c.control)), value=value,
        against=between, target=l10n.say("visible from {mde}", mde=l10n.distance(c.mde, 2)),
        level="ok" if c.sentence == "effect_lower" else "act" if c.sentence == "effect_higher" else "unknown",
        spark=tuple(m.difference.value for m in c.months), facts=tuple(pairs),
    )  # fmt: skip


def _money_box(l10n: L10n, figures: Figures, c: Comparison) -> Box:
    """The effect in money: what less (or more) would be overdue if all of the portfolio were treated like the arm."""
    worth = [v * figures.gross for v in (c.average.value, c.average.low, c.average.high)]
    value = l10n.signed_money(worth[0])
    between = l10n.say("{a} to {b}", a=l10n.millions(worth[1]), b=l10n.millions(worth[2]))
    note = l10n.say("Average effect times the gross balance of the selection: all of it treated like the arm.")
    pairs = list(facts(l10n, value, Evidence(_since(l10n, c), figures.pin.version, n=c.average.n, note=note)))
    pairs.insert(1, (l10n.say("95% interval"), f"{between} {l10n.money_unit}"))
    return Box(key="money", title=l10n.say("Overdue balance"), value=value, against=between, facts=tuple(pairs))


def _arm_boxes(l10n: L10n, figures: Figures, shown: tuple[Comparison, ...]) -> list[Box]:
    first = shown[0]
    arms = [(first.arm, first.months, "icv_arm"), *((c.control, c.months, "icv_control") for c in shown)]
    return [
        _arm_box(l10n, figures, arm, [getattr(m, field) for m in months], months[-1]) for arm, months, field in arms
    ]


def _arm_box(l10n: L10n, figures: Figures, arm: str, course: list[float], last: EffectMonth) -> Box:
    value = l10n.percent(course[-1])
    evidence = Evidence(l10n.month(last.month), figures.pin.version, n=last.difference.n)
    return Box(
        key=f"icv_{arm}", title=names.arm(l10n, arm), value=value,
        period=l10n.short_month(last.month),
        against=l10n.say("ICV; at go-live {value}", value=l10n.percent(course[0])),
        spark=tuple(course), facts=facts(l10n, value, evidence),
    )  # fmt: skip


def _since(l10n: L10n, c: Comparison) -> str:
    later = [m.month for m in c.months[1:]] or [c.months[0].month]
    return l10n.months(later[0], later[-1])


def effect_headline(l10n: L10n, figures: Figures) -> Headline:
    """In how many months the difference was visible."""
    unit = l10n.say(
        "Plain difference of the arms' ICV > {days} by month, percentage points, 95% client-robust intervals; grey: "
        "too small to be seen in that month. The conclusion above is adjusted for balances at go-live",
        days=figures.policy.overdue_dpd,
    )
    if not figures.shown:
        return Headline(l10n.say("No randomised arms, no effect to draw"), unit)
    later = figures.shown[0].months[1:]
    seen = sum(m.difference.high < 0 or m.difference.low > 0 for m in later)
    said = {"seen": l10n.number(seen), "n": l10n.number(len(later)),
            "name": against(l10n, figures.shown[0].control)}  # fmt: skip
    return Headline(l10n.say("{name}: the interval leaves zero in {seen} of {n} months", **said), unit)


def picture(l10n: L10n, figures: Figures) -> EffectPicture:
    """The differences by month."""
    main = figures.shown[0].months if figures.shown else ()
    return EffectPicture(
        months=[l10n.short_month(m.month) for m in main],
        courses=[_course(l10n, c) for c in figures.shown],
        blind=[m.mde for m in main],
        blind_text=l10n.say("too small to be seen"),
        zero_text=l10n.say("no difference"),
        nothing=l10n.say("No randomised arms, no effect to draw"),
    )


def _course(l10n: L10n, c: Comparison) -> Course:
    d = [m.difference for m in c.months]
    texts = [
        f"{l10n.month(m.month)}: <b>{l10n.points(m.difference.value, 2)}</b> · [{points(l10n, m.difference.low)} – "
        f"{points(l10n, m.difference.high)}] · n {l10n.number(m.difference.n)}"
        for m in c.months
    ]
    name = against(l10n, c.control)
    return Course(name, [x.value for x in d], [x.low for x in d], [x.high for x in d], texts)


def arms_headline(l10n: L10n, figures: Figures) -> Headline:
    """Where the arms stand in the last month."""
    unit = l10n.say("ICV > {days} of each arm at the opening of the month: a census, no interval",
                    days=figures.policy.overdue_dpd)  # fmt: skip
    if not figures.shown:
        return Headline(l10n.say("No arms"), unit)
    c = figures.shown[0]
    last = c.months[-1]
    text = l10n.say(
        "{month}: {model} with the model, {control} in the control",
        month=l10n.month(last.month), model=l10n.percent(last.icv_arm), control=l10n.percent(last.icv_control),
    )  # fmt: skip
    return Headline(text, unit)


def arms_trend(l10n: L10n, figures: Figures) -> Trend:
    """The ratio of every arm by month."""
    if not figures.shown:
        return Trend([], [], nothing=l10n.say("No arms"))
    first = figures.shown[0]
    shown = [m.month for m in first.months]
    lines = [_arm_line(l10n, figures, first.arm, [m.icv_arm for m in first.months], first, "main")]
    for c, role in zip(figures.shown, ("second", "third"), strict=False):
        lines.append(_arm_line(l10n, figures, c.control, [m.icv_control for m in c.months], c, role))
    return Trend(
        months=[l10n.short_month(m) for m in shown],
        lines=lines,
        marks=[Mark(l10n.short_month(shown[0]), l10n.say("go-live"))],
    )


def _arm_line(l10n: L10n, figures: Figures, arm: str, course: list[float], c: Comparison, role: str) -> Line:
    name = names.arm(l10n, arm)
    texts = [
        hover(l10n, l10n.percent(v, 2), Evidence(l10n.month(m.month), figures.pin.version, n=m.difference.n))
        for v, m in zip(course, c.months, strict=True)
    ]
    return Line(name, course, texts, role, name)
