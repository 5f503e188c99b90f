"""A portfolio file with faults, from the file to the page: each is refused by its place, or is a state in words."""

from __future__ import annotations

import pandas as pd
import pytest
from faults import Files, traces, trained
from releases import open_counts

from app.desk import Pin
from app.l10n import L10n
from app.views import effect_adjusted, effect_adjusted_figures, names, overdue_figures, pulse
from app.views import overdue_bridge as bridges
from app.views import overdue_mix_figures as mix_figures
from app.views import overdue_mix_tables as mix_tables
from app.views import releases_oddities as oddities
from data import portfolio
from data.counts import Selection
from data.parquet_store import ParquetStore
from data.rows import ENDED, GONE, NEW, PAID_OFF, THERE, WRITTEN
from model import train

CARTERA, DECISIONES = portfolio.CARTERA, portfolio.DECISIONES
EN, ES, PT = L10n("en"), L10n("es"), L10n("pt")
EACH = pytest.mark.parametrize("l10n", [EN, ES, PT], ids=["en", "es", "pt"])
LOST, ABSENT, SOLD, RENAMED = 202306, 202309, 202309, 202311
"""A month without rows; a month that some obligations miss; the first without some for good; the first under a name."""
QUICK = ("--refit-every", "12", "--explain-last", "1")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """A bank with its whole portfolio and its decisions."""
    home = tmp_path_factory.mktemp("portfolio")
    portfolio.generate(home / "files", clients=1800, months=12, seed=1, truth=False)
    return Files(home / "files", home / "store", ("--source", "opciones_pago", "--data", str(home / "files")))


@pytest.fixture(scope="module")
def good(files: Files) -> pd.DataFrame:
    """The portfolio file before any fault."""
    return pd.read_csv(files.folder / CARTERA)


@pytest.fixture(scope="module")
def pin(files: Files, good: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Pin:
    """What the dashboard opens of a bank with every fault that is no refusal."""
    home = tmp_path_factory.mktemp("faulty")
    for file in files.folder.iterdir():
        (home / file.name).write_bytes(file.read_bytes())
    month, number = good["fecha_corte"], good["num_oblig_enmascarado"]
    gone = (month == LOST) | (month == ABSENT) & (number % 10 == 0) | (month >= SOLD) & (number % 10 == 1)
    renamed = good["producto"].mask((good["producto"] == "LIBRANZA") & (month >= RENAMED), "LIBRANZA NUEVA")
    good.assign(producto=renamed)[~gone].to_csv(home / CARTERA, index=False)
    for name in (portfolio.TRTEST, portfolio.OOT):
        asked = pd.read_csv(home / name)
        left = (asked["fecha_var_rpta_alt"] >= SOLD) & (asked["num_oblig_enmascarado"] % 10 == 1)
        asked[~left].to_csv(home / name, index=False)
    decided = pd.read_csv(home / DECISIONES)
    decided.assign(probabilidad=(decided["ofrecida"] == "SI").astype(int)).to_csv(home / DECISIONES, index=False)
    faulty = Files(home, home / "store", ("--source", "opciones_pago", "--data", str(home)))
    assert train.main(faulty.arguments(*QUICK)) == 0
    release = ParquetStore(faulty.store).read()
    return Pin(release, open_counts(release))


@pytest.fixture(scope="module")
def rows(pin: Pin) -> pd.DataFrame:
    """The rows of that release."""
    return pin.release.frame("rows")


# Refused, by file, column, rule and row


REFUSED = {
    "a negative balance": (CARTERA, "saldo_capital", "-500000", "“at least 0”: row 3: '-500000'; row 7: '-500000'"),
    "a negative write-off": (CARTERA, "vlr_castigado", "-1", "“at least 0”: row 3: '-1'; row 7: '-1'"),
    "a write-off without a date": (CARTERA, "fecha_corte", "", "“a value is needed”: row 3: ''; row 7: ''"),
    "a chance above 1": (DECISIONES, "probabilidad", "1.2", "“at most 1”: row 3: '1.2'; row 7: '1.2'"),
}  # fmt: skip


@pytest.mark.parametrize("fault", REFUSED)
def test_a_value_that_cannot_be_is_refused_by_its_place_and_nothing_is_published(
    files: Files, capsys: pytest.CaptureFixture, fault: str
) -> None:
    name, column, value, words = REFUSED[fault]
    whole = files.text(name)
    files.change(name, column, value, rows=(3, 7))
    if "without a date" in fault:
        files.change(name, "vlr_castigado", "700000", rows=(3, 7))
    trained(files, capsys, *QUICK).refused(f"{name}, column {column}: 2 value(s) break the rule {words}")
    files.put(name, whole)
    assert traces(files.store) == {}


# A month missing in the middle


@EACH
def test_a_month_that_the_portfolio_lost_is_no_month_of_its_clients_in_arrears(pin: Pin, l10n: L10n) -> None:
    assert LOST not in pin.counts.months and pin.counts.months[0] < LOST < pin.counts.months[-1]
    found = oddities.table(l10n, pin.document("suspicions"))
    first = " ".join(cell.text for cell in found.rows[0])
    assert l10n.say(oddities.KINDS["month_missing"]) in first and l10n.month(LOST) in first


@EACH
def test_nothing_flows_across_it_and_the_page_says_which_month_is_missing(pin: Pin, l10n: L10n) -> None:
    figures = overdue_figures.figures(pin, Selection(), policy=pin.policy)
    bridge = overdue_figures.bridged(figures, *overdue_figures.ends(figures, first="202305", last="202307"))
    assert (bridge.reason, bridge.missing) == ("month_missing", LOST)
    assert l10n.month(LOST) in bridges.sentence(l10n, figures, bridge)
    alone = pulse.figures(pin, Selection(months=(202301, 202307)), policy=pin.policy)
    assert not pulse.boxes(l10n, alone)[0].change


# An obligation that vanishes


def test_paid_off_sold_and_missing_are_three_different_things(pin: Pin, rows: pd.DataFrame, good: pd.DataFrame) -> None:
    before, after = rows[rows["month"] == 202308], rows[rows["month"] == 202310]
    flow = before.set_index("obligation")["flow"].astype(str)
    back = set(after["obligation"]) & set(good.loc[good["fecha_corte"] == ABSENT, "num_oblig_enmascarado"])
    missing = [o for o in flow.index if o % 10 == 0 and o in back]
    origin = after.set_index("obligation")["origin"].astype(str)
    absent = [o for o in missing if flow[o] == GONE]
    assert len(absent) > 50 and {origin[o] for o in absent} == {NEW}
    sold = [o for o in flow.index if o % 10 == 1 and flow[o] == GONE]
    assert len(sold) > 50 and not set(sold) & set(after.loc[after["origin"] == THERE, "obligation"])
    told = {s["kind"]: s for s in pin.document("suspicions")}
    assert told["absent_between"]["count"] >= len(absent)
    ended = rows[rows["flow"].isin([PAID_OFF, ENDED])]
    assert len(ended) and (ended["next_balance"] == 0).all()
    assert ((ended["cash"] >= ended["balance"]) | ~(ended["balance"] > 0)).all()


@EACH
def test_what_left_without_a_cause_is_a_bar_of_its_own(pin: Pin, l10n: L10n) -> None:
    figures = overdue_figures.figures(pin, Selection(), policy=pin.policy)
    bridge = overdue_figures.bridged(figures, *overdue_figures.ends(figures, first="202308", last="202309"))
    table = bridges.table(l10n, bridge, cash_only=False)
    assert l10n.say("Left, nobody knows why") in {row[0].text for row in table.rows}
    said = " ".join(cell.text for row in oddities.table(l10n, pin.document("suspicions")).rows for cell in row)
    assert l10n.say(oddities.KINDS["absent_between"]) in said


def test_a_write_off_counts_in_the_month_of_its_row(rows: pd.DataFrame, good: pd.DataFrame) -> None:
    month = rows["month"].between(202307, 202308)
    known = good[good["fecha_corte"].between(202307, 202308)]
    assert rows.loc[month, "written_off"].sum() == pytest.approx(known["vlr_castigado"].sum(), rel=1e-6)
    assert (rows.loc[rows["flow"] == WRITTEN, "next_balance"] == 0).all()


# A product that appears, and one that dies, between two months


@EACH
def test_a_product_that_appears_or_dies_is_a_part_of_the_change_and_the_parts_add_up(pin: Pin, l10n: L10n) -> None:
    scope = mix_figures.scope(pin, Selection(), policy=pin.policy, days="30", basis="balance")
    split = mix_figures.divided(scope, "product", (202310, RENAMED))
    table = mix_tables.table(l10n, scope, split)
    levels = {row[0].text: row[2].text for row in table.rows}
    assert split is not None and len(levels) == 7
    died, appeared = (names.level(l10n, name) for name in ("LIBRANZA", "LIBRANZA NUEVA"))
    was = {s.level_name: s for s in split.segments}
    assert levels[died] == l10n.say("{value}, gone", value=l10n.percent(was["LIBRANZA"].ratio_before, 2))
    assert levels[appeared] == l10n.say("new, {value}", value=l10n.percent(was["LIBRANZA NUEVA"].ratio_after, 2))
    assert sum(s.total for s in split.segments) == pytest.approx(split.change, abs=1e-12)
    shown = pulse.figures(pin, Selection(months=(202301, RENAMED)), policy=pin.policy)
    side = {row[0].text: row[2].text for row in pulse.side_table(l10n, shown).rows}
    assert side[appeared] == "—" and died not in side


# Chances of 0 and 1


@EACH
def test_chances_of_0_and_1_compare_with_nothing_and_the_section_refuses_in_words(pin: Pin, l10n: L10n) -> None:
    figures = effect_adjusted_figures.figures(pin, Selection(), policy=pin.policy)
    assert effect_adjusted.state(l10n, figures) is None
    said = effect_adjusted.verdict(l10n, figures)
    assert said is not None and said.grade == "E"
    n = int((pin.release.frame("rows")["propensity"].isin([0, 1])).sum())
    assert n > 100
    certain = [c.text for c in said.conditions if c.tone == "note"]
    assert len(certain) == 1 and any(c.tone == "bad" for c in said.conditions)
    assert effect_adjusted.table(l10n, figures).rows == ()
