"""App room: the words of the Data page: its boxes, its states, what can be chosen on it."""

from __future__ import annotations

from app.l10n import L10n
from app.views import data_report_figures as figures
from app.views import data_report_names as names
from app.views.data_report_figures import Report
from app.views.data_report_findings import cells_missing, findings, much_missing
from app.views.shapes import Box, Headline, State

COMMAND = "python -m app.data_report --source SOURCE --data FILES --out report.html"


def state(l10n: L10n, report: Report | None) -> State | None:
    """Why there is nothing to see; None when there is."""
    if report is None:
        return State(
            "nothing",
            l10n.say("This release has no data report"),
            l10n.say("It was published before there were data reports. The next training writes one; until then:")
            + f"\n{COMMAND}",
        )
    if not report.columns or not report.rows:
        return State(
            "nothing",
            l10n.say("There is nothing to describe"),
            l10n.say("No obligation-month is eligible, or the source has no column beside its keys."),
        )
    return None


def boxes(l10n: L10n, report: Report) -> list[Box]:
    """How much there is, how much of it is known, and how much to look at."""
    columns = list(report.columns.values())
    read, numbers = report.document["rows"]["read"], sum(c["kind"] != "category" for c in columns)
    much, lost = much_missing(report), sum(c["missing"] for c in columns)
    grave = sum(f.tone in ("bad", "warn") for f in findings(l10n, report))
    rows = l10n.number(report.rows)
    return [
        _box("rows", l10n.say("Rows described"), rows, l10n.say("of {n} read", n=l10n.number(read)),
             l10n.say("Eligible obligation-months, each as known when its month opened")),
        _box("columns", l10n.say("Columns"), l10n.number(len(columns)),
             l10n.say("{numbers} numbers, {texts} texts", numbers=numbers, texts=len(columns) - numbers),
             l10n.say("What could be a feature, and the dimensions")),
        _box("labelled", l10n.say("Outcomes known"), l10n.number(report.labelled),
             l10n.say("{share} of the rows", share=l10n.percent(report.labelled / report.rows)),
             l10n.say("Rows with a final outcome")),
        _box("rate", l10n.say("Positive share"), l10n.percent(report.rate),
             l10n.say("n {n}", n=l10n.number(report.labelled)), l10n.pick(report.document["positive"])),
        _box("missing", l10n.say("Values missing"), l10n.percent(cells_missing(report)),
             l10n.many("{n} column above 5%", "{n} columns above 5%", much),
             l10n.say("{n} values of all columns", n=l10n.number(lost))),
        _box("warnings", l10n.say("To look at"), l10n.number(grave),
             l10n.many("{n} leak", "{n} leaks", sum(c["leak"] for c in columns)),
             l10n.say("Findings that could change what a model learns")),
    ]  # fmt: skip


def _box(key: str, title: str, value: str, against: str, said: str) -> Box:
    return Box(key=key, title=title, value=value, against=against, facts=((title, value), (said, "")))


def scope_note(l10n: L10n, report: Report) -> str:
    """What the page speaks of, whatever the filter bar says."""
    period = l10n.months(report.months[0], report.months[-1])
    said = l10n.say("{period}: every month of the release; the filters do not apply here.", period=period)
    return f"{said} {sample_note(l10n, report)}".strip()


def sample_note(l10n: L10n, report: Report) -> str:
    """On how many rows ranks rest, where that is not all of them."""
    sample = report.document["sample"]
    if sample["rows"] == sample["of"]:
        return ""
    drawn, of = l10n.number(sample["rows"]), l10n.number(sample["of"])
    return l10n.say("Ranks and AUC rest on a fixed sample of {n} of {of} known outcomes.", n=drawn, of=of)


def findings_headline(l10n: L10n, report: Report) -> Headline:
    """How much there is to look at."""
    grave = sum(f.tone in ("bad", "warn") for f in findings(l10n, report))
    if grave:
        title = l10n.many("{n} thing to look at before trusting these data",
                          "{n} things to look at before trusting these data", grave)  # fmt: skip
    else:
        title = l10n.say("Nothing in these data stands in the way")
    period = l10n.months(report.months[0], report.months[-1])
    return Headline(title, l10n.say("{period} · n {n} rows", period=period, n=l10n.number(report.rows)))


def choices(l10n: L10n, report: Report) -> dict[str, str]:
    """The columns, the strongest first."""
    return {c["name"]: names.column(l10n, c) for c in figures.in_order(report, "association", descending=True)}


def pair_choices(l10n: L10n, report: Report, *, other_than: str = "") -> dict[str, str]:
    """The columns of which two can be seen together, without one of them."""
    kept = [n for n in figures.pairable(report) if n != other_than]
    return {n: names.column(l10n, report.columns[n]) for n in kept}


def chosen(report: Report, asked: str) -> str:
    """The column to show: the one asked for when there is one of that name, else the strongest that is no leak."""
    if asked in report.columns:
        return asked
    ordered = figures.in_order(report, "association", descending=True)
    return str(next((c["name"] for c in ordered if not c["leak"]), ordered[0]["name"]))


def pair(report: Report, down: str, across: str) -> tuple[str, str]:
    """The two columns to see together, never the same; "" where there is none left."""
    free = [n for n in figures.pairable(report) if not report.columns[n]["leak"]] or figures.pairable(report)
    one = down if down in figures.pairable(report) else next((n for n in free if n != across), "")
    if across in figures.pairable(report) and across != one:
        return one, across
    return one, next((n for n in free if n != one), "")
