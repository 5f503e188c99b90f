"""App room: one column of a data report: its distribution, the outcome along it, and its numbers."""

from __future__ import annotations

import math

from app.charts.bars import Bar, Bars
from app.charts.histogram import Histogram
from app.components.card_list import Fact
from app.l10n import L10n
from app.views import data_report_figures as figures
from app.views import data_report_names as names
from app.views.data_report_figures import LEAST, Column, Report, Share
from app.views.releases_oddities import KINDS as ODDITIES
from app.views.releases_oddities import example
from app.views.shapes import Headline


def spread_headline(l10n: L10n, report: Report, name: str) -> Headline:
    """How the values are spread."""
    c = report.columns[name]
    said = {"column": names.column(l10n, c), "missing": l10n.percent(figures.missing(c))}
    if figures.says_nothing(c):
        title = l10n.say("{column} says nothing: it is empty or the same in every row", **said)
    elif c["kind"] in ("category", "flag"):
        bins, counts = names.bins(l10n, c, c["bins"]), [sum(x) for x in c["bins"]["by_label"]]
        top = max(range(len(counts)), key=lambda k: counts[k])
        part = l10n.percent(counts[top] / c["n"], 0)
        title = l10n.say("{column}: {level} in {share} of rows", **said, level=bins[top], share=part)
    elif c["quantiles"]["0.25"] == c["quantiles"]["0.75"]:
        title = l10n.say("{column} is {value} in most rows", **said, value=names.value(l10n, c, c["quantiles"]["0.5"]))
    else:
        low, high = (names.value(l10n, c, c["quantiles"][q]) for q in ("0.25", "0.75"))
        title = l10n.say("{column}: half of the values lie from {low} to {high}", **said, low=low, high=high)
    unit = l10n.say("Rows by value, and the positive share of each bar · n {n} · {missing} missing",
                    n=l10n.number(figures.known(c)), missing=said["missing"])  # fmt: skip
    return Headline(title, unit)


def spread(l10n: L10n, report: Report, name: str) -> Histogram:
    """Bars of equal width for a number, one per level for a category; missing values are not drawn."""
    c = report.columns[name]
    if "shape" in c:
        words, counts = names.bars(l10n, c, c["shape"]["edges"]), c["shape"]["by_label"]
        ticks = [names.value(l10n, c, v) for v in (c["min"], *c["shape"]["edges"])]
    else:
        words, counts = names.bins(l10n, c, c["bins"])[:-1], c["bins"]["by_label"][:-1]
        ticks = [_short(w) for w in words]
    shares = figures.shares(counts)
    return Histogram(
        names=words,
        ticks=ticks,
        rows=[s.rows for s in shares],
        shares=[s.value if s.judged else math.nan for s in shares],
        hover=[hover(l10n, word, s) for word, s in zip(words, shares, strict=True)],
        rows_name=l10n.say("Rows"),
        share_name=l10n.say("Positive share (right)"),
        whole=report.rate,
        nothing=l10n.say("No row has a value"),
    )


def rates_headline(l10n: L10n, report: Report, name: str) -> Headline:
    """Where along the column positive outcomes are most and least frequent."""
    c = report.columns[name]
    named = list(zip(names.bins(l10n, c, c["bins"]), figures.shares(c["bins"]["by_label"]), strict=True))
    judged = [(word, s) for word, s in named if s.judged]
    unit = l10n.say(
        "Positive share of known outcomes by bin, with 95% interval · n {n}", n=l10n.number(report.labelled)
    )
    if not report.labelled:
        return Headline(l10n.say("No outcome is known yet"), unit)
    if len(judged) < 2:
        return Headline(l10n.say("Too few outcomes to compare bins"), unit)
    (top, most), (bottom, least) = (f(judged, key=lambda x: x[1].value) for f in (max, min))
    said = {"top": top, "most": l10n.percent(most.value), "bottom": bottom, "least": l10n.percent(least.value)}
    return Headline(l10n.say("{most} positive in {top}, {least} in {bottom}", **said), unit)


def rates(l10n: L10n, report: Report, name: str) -> Bars:
    """The positive share of each bin, missing values being one."""
    c = report.columns[name]
    bins = zip(names.bins(l10n, c, c["bins"]), figures.shares(c["bins"]["by_label"]), strict=True)
    return Bars(
        bars=[_bar(l10n, str(k), word, s) for k, (word, s) in enumerate(bins) if s.rows],
        value_name=l10n.say("Positive share"),
        line=report.rate,
        line_text=l10n.say("all {value}", value=l10n.percent(report.rate)) if report.labelled else "",
        nothing=l10n.say("No outcome is known yet"),
    )


def _bar(l10n: L10n, key: str, word: str, s: Share) -> Bar:
    label = f"{l10n.percent(s.value)}  n {l10n.number(s.n)}"
    tone = "main" if s.judged else "muted"
    return Bar(key, word, s.value, label, hover(l10n, word, s), low=s.low, high=s.high, tone=tone)


def hover(l10n: L10n, word: str, s: Share) -> str:
    """What a bar rests on."""
    lines = [
        f"<b>{word}</b>",
        l10n.many("{n} row", "{n} rows", s.rows),
        l10n.say("Positive {value} [{interval}], n {n}", value=l10n.percent(s.value),
                 interval=l10n.interval(s.low, s.high), n=l10n.number(s.n)),
    ]  # fmt: skip
    if not s.judged:
        lines.append(l10n.say("Fewer than {n} outcomes: not judged", n=l10n.number(LEAST)))
    return "<br>".join(lines)


def facts_headline(l10n: L10n, report: Report, name: str) -> Headline:
    """What the column is."""
    c = report.columns[name]
    where = l10n.say(names.FRAMES[c["frame"]]) if c["frame"] in names.FRAMES else c["frame"]
    kind = names.kind(l10n, c)
    return Headline(names.column(l10n, c), f"{kind} ({c['stored']}) · {where}")


def facts(l10n: L10n, report: Report, name: str) -> list[Fact]:
    """The numbers of a column: what is known, how it is spread, what it has to do with the outcome."""
    c = report.columns[name]
    known = l10n.say("{n} of {rows}", n=l10n.number(figures.known(c)), rows=l10n.number(c["n"]))
    found = [
        (l10n.say("Known"), known),
        (l10n.say("Distinct values"), l10n.number(c["distinct"])),
        *(_numbers(l10n, c) if "quantiles" in c else []),
        *_outcome(l10n, c),
        *((l10n.say("Odd"), odd) for odd in oddities(l10n, c)),
    ]
    return [Fact(title, text) for title, text in found]


def _numbers(l10n: L10n, c: Column) -> list[tuple[str, str]]:
    def said(number: float | None) -> str:
        return names.value(l10n, c, number)

    q = c["quantiles"]
    return [
        (l10n.say("Least, greatest"), f"{said(c['min'])}; {said(c['max'])}"),
        (l10n.say("1%, 5%, 25%"), "; ".join(said(q[k]) for k in ("0.01", "0.05", "0.25"))),
        (l10n.say("Median"), said(q["0.5"])),
        (l10n.say("75%, 95%, 99%"), "; ".join(said(q[k]) for k in ("0.75", "0.95", "0.99"))),
        (l10n.say("Mean, standard deviation"), f"{said(c['mean'])}; {said(c['sd'])}"),
        (l10n.say("Skew, excess kurtosis"), f"{l10n.number(c['skew'], 2)}; {l10n.number(c['kurtosis'], 2)}"),
        (l10n.say("Zeros, negatives"), f"{_part(l10n, c, c['zeros'])}; {_part(l10n, c, c['negatives'])}"),
        (l10n.say("Outliers (1.5 IQR)"), _fences(l10n, c, "tukey")),
        (l10n.say("Outliers (3 MAD)"), _fences(l10n, c, "mad")),
        *([(l10n.say("Outside of the usual range"), _fences(l10n, c, "unusual"))] if c["unusual"] else []),
    ]


def _fences(l10n: L10n, c: Column, rule: str) -> str:
    found = c[rule]
    if found["low"] is None:
        return l10n.say("more than half are one value")
    return l10n.say(
        "{below} below {low}; {above} above {high}",
        below=_part(l10n, c, found["below"]), low=names.value(l10n, c, found["low"]),
        above=_part(l10n, c, found["above"]), high=names.value(l10n, c, found["high"]),
    )  # fmt: skip


def _part(l10n: L10n, c: Column, count: int) -> str:
    return f"{l10n.number(count)} ({l10n.percent(count / figures.known(c) if figures.known(c) else math.nan)})"


def _outcome(l10n: L10n, c: Column) -> list[tuple[str, str]]:
    """What the column has to do with the outcome."""
    auc = c["auc"]
    ranks = []
    if auc:
        interval = f"{l10n.number(auc['low'], 3)} – {l10n.number(auc['high'], 3)}"
        ranks = [
            (l10n.say("AUC by rank [95%]"), f"{l10n.number(auc['value'], 3)} [{interval}], n {l10n.number(auc['n'])}"),
            (l10n.say("Correlation (Pearson, Spearman)"),
             f"{l10n.number(c['pearson'], 3)}; {l10n.number(c['spearman'], 3)}"),
        ]  # fmt: skip
    return [
        *ranks,
        (l10n.say("AUC by bins"), l10n.number(c["auc_bins"], 3)),
        (l10n.say("Cramér's V of its bins"), l10n.number(c["cramers_v"], 3)),
        (l10n.say("Information value"), l10n.number(c["information_value"], 3)),
    ]


def oddities(l10n: L10n, c: Column) -> list[str]:
    """What the source found odd about the column, counted."""
    return [
        f"{l10n.say(ODDITIES[s['kind']]) if s['kind'] in ODDITIES else s['kind']}: {l10n.number(s['count'])} "
        f"({example(l10n, s['example'])})"
        for s in c["suspicions"]
    ]


def _short(word: str) -> str:
    return word if len(word) <= 12 else f"{word[:11]}…"
