"""The README's table of the five systems is true, cell by cell: each loads, trains, serves, monitors and is shown.

Real files are used where there are any, cut where they are large; elsewhere made ones in the documented format."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from faults import OOT, small_bank
from made_casas import write_casas
from made_client import Client
from made_session import serve_in_memory

from app.l10n import L10n
from app.main import desk_of
from app.pages import PAGES
from app.settings import Settings
from app.shell import make_app
from data.case_check import check_cases
from data.check import check
from data.contract import Portfolio
from data.parquet_store import ParquetStore
from data.sources import SOURCES, case_form, load
from data.sources.attributes import ids
from data.store import Release
from model.features import build
from model.serving import open_model

README = (Path(__file__).resolve().parent.parent / "README.md").read_text(encoding="utf-8")
CELLS = ("loads", "trains", "serves", "monitors", "dashboard")
SERVE = ["app.main", "--store", "S"]
SYSTEMS = tuple(s for s in SOURCES if s != "table")
PATIENCE = 60.0
UNDATED: Mapping[str, int] = {"german_credit": 202401, "alura_cash": 202401}
"""Sources whose rows have no dates, and the month of the snapshot."""
QUICK = ("--champion", "tree", "--challenger", "dummy")
"""Where ten models cross-check each other, small ones."""
SHORT = ("--quiet", "--no-track", "--refit-every", "6", "--explain-last", "1")


@dataclass(frozen=True)
class System:
    """One system: its data, and the store with the release that was made from them."""

    name: str
    data: Path
    store: Path

    @cached_property
    def portfolio(self) -> Portfolio:
        return load(self.name, self.data, as_of=UNDATED.get(self.name))

    @cached_property
    def release(self) -> Release:
        return ParquetStore(self.store).read()

    @cached_property
    def scored(self) -> pd.DataFrame:
        """The scored rows of the last month that has any, with the full hash of the model that scored each."""
        rows = self.release.frame("rows", columns=["client", "obligation", "month", "score", "model"])
        last = rows[rows["month"] == rows.loc[rows["score"].notna(), "month"].max()]
        full = {w["model"]: w["sha256"] for w in self.release.document("model_card")["windows"]}
        return last[last["score"].notna()].assign(sha256=last["model"].astype(object).map(full))


def _commands(name: str, cell: str) -> list[list[str]]:
    """The commands in a cell of the README's table: the module and its arguments."""
    (line,) = (x for x in README.splitlines() if x.startswith(f"| `{name}`"))
    text = line.strip("|").split("|")[1 + CELLS.index(cell)]
    return [found.split() for found in re.findall(r"`python -m ([^`]+)`", text)]


def _run(command: list[str], *more: str, **stands_for: object) -> int:
    """What a command answers; `stands_for`: what its single capital letters mean here."""
    module, *words = command
    return int(import_module(module).main([*(str(stands_for.get(w, w)) for w in words), *more]))


# -- what each is made from, and what its clients know of a row -------------------------------------------------------


def _casas(path: Path) -> pd.DataFrame:
    """The debts by their number, as a client writes them: numbers with a point, nothing where nothing is known."""
    read = pd.read_csv(path, sep=";", dtype=str, na_values=["N/A"])
    numbers = ["CANTIDAD_FACTURAS", "IMPORTE_FACTURA", "DEUDA_TOTAL", "CODIGO_POSTAL", "NUM_LINEAS_ACTIVAS"]
    read[numbers] = read[numbers].apply(lambda c: c.str.replace(",", ".").astype(float))
    return read.set_index(ids(read["NUMERO_FACTURA"]))


def _loans(path: Path) -> pd.DataFrame:
    read = pd.read_csv(path)
    number = read["tendencia_ingresos"].str.fullmatch(r"-?\d+", na=False)
    return _by_row(read.assign(tendencia_ingresos=read["tendencia_ingresos"].mask(number)))


def _german(path: Path) -> pd.DataFrame:
    form = case_form("german_credit")
    assert form is not None
    return _by_row(pd.read_csv(path, sep=" ", names=[*(f.name for f in form.fields), "clase"]))


def _by_row(read: pd.DataFrame) -> pd.DataFrame:
    return read.set_index(np.arange(1, len(read) + 1))


ROWS: Mapping[str, Callable[[Path], pd.DataFrame]] = {
    "pago_a_tiempo": _loans, "casas_cobranza": _casas, "german_credit": _german,
    "alura_cash": lambda path: _by_row(pd.read_csv(path)),
}  # fmt: skip
"""The rows of a file by obligation."""


def _data(name: str, folder: Path, real: Callable[[], Path]) -> Path:
    """The data of a system, in a folder of their own where they are made or cut."""
    if name == "opciones_pago":
        return small_bank(folder)
    if name == "casas_cobranza":
        return write_casas(folder, rows=3000)
    if name == "pago_a_tiempo":
        return real() / "pago_a_tiempo" / "Base_de_datos.csv.gz"
    if name == "german_credit":
        return real() / "german_credit" / "german.data.gz"
    folder.mkdir()
    pd.read_csv(real() / "alura_cash" / "Dados_tratados.csv.gz", nrows=2000).to_csv(folder / "loans.csv", index=False)
    return folder / "loans.csv"


@pytest.fixture(scope="module", params=SYSTEMS)
def system(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> System:
    """A system with a release, trained by the command that the README gives."""
    name, folder = request.param, tmp_path_factory.mktemp(request.param)
    data = _data(name, folder / "files", lambda: request.getfixturevalue("shared") / "datasets")
    made = System(name, data, folder / "store")
    (command,) = _commands(name, "trains")
    quick = QUICK if name in UNDATED else ()
    assert _run(command, *_as_of(name), *quick, *SHORT, F=data, S=made.store) == 0
    return made


def _as_of(name: str) -> list[str]:
    return ["--as-of", str(UNDATED[name])] if name in UNDATED else []


# -- loads, trains ----------------------------------------------------------------------------------------------------


def test_it_loads_into_the_contract(system: System, tmp_path: Path) -> None:
    report = {"report.html": tmp_path / "report.html"}
    assert _run(*_commands(system.name, "loads"), *_as_of(system.name), F=system.data, **report) == 0
    assert system.name in report["report.html"].read_text(encoding="utf-8")
    check(system.portfolio)
    assert system.portfolio.meaning.source == system.name
    assert system.portfolio.meaning.dated == (system.name not in UNDATED)
    assert set(system.portfolio.outcomes["label"].dropna()) == {0, 1}
    assert system.portfolio.coverage.steps[0].count >= len(system.portfolio.obligations) > 900


def test_it_trains_and_ranks_better_than_chance(system: System) -> None:
    rows = system.release.frame("rows")
    assert len(rows) == len(system.portfolio.obligations)
    assert rows["score"].dropna().between(0, 1).all()
    champion = system.release.document("model_card")["leaderboard"][0]
    assert champion["auc_low"] > 0.5


# -- serves -----------------------------------------------------------------------------------------------------------


def test_its_endpoint_answers_what_is_stored(system: System) -> None:
    assert _commands(system.name, "serves")[0] == SERVE
    client = Client(system.store)
    stored = system.scored.iloc[:: len(system.scored) // 20 or 1].reset_index(drop=True)
    cases = _cases(system, stored, [f["name"] for f in client.get("/api/v1/fields").json()["fields"]])
    answer = client.post("/api/v1/predict", json={"data": cases})
    assert answer.status_code == 200, answer.text
    told, served = [r["probability"] for r in answer.json()["results"]], answer.json()["model_hash"]
    if system.name not in UNDATED:
        assert set(stored["sha256"]) == {served}
        np.testing.assert_allclose(told, stored["score"], rtol=0, atol=1e-9)
    for digest, rows in stored.groupby("sha256"):
        mine = [cases[i] for i in rows.index]
        np.testing.assert_allclose(_by_model(system, str(digest), mine), rows["score"], rtol=0, atol=1e-9)
    np.testing.assert_allclose(_by_model(system, served, cases), told, rtol=0, atol=1e-9)


def _cases(system: System, stored: pd.DataFrame, names: list[str]) -> list[dict[str, object]]:
    """What a client sends of these rows: their columns in the file, or their features where a case has no form."""
    if case_form(system.name) is None:
        keys = ["client", "obligation", "month"]
        found = stored[keys].merge(build(system.portfolio).frame, on=keys, validate="1:1")
    else:
        found = ROWS[system.name](system.data).loc[stored["obligation"]]
    return [{n: None if pd.isna(row[n]) else row[n] for n in names if n in row} for row in found.to_dict("records")]


def _by_model(system: System, digest: str, cases: list[dict[str, object]]) -> np.ndarray:
    """What one model of the release answers, opened as the endpoint opens the promoted one. Where rows have no dates,
    each was scored by a model that was trained on other clients, and the promoted one learned from all."""
    model = open_model(system.release, system.store / "models", digest=digest)
    return model.answers(check_cases(model.fields, cases)).probability


def test_its_files_come_out_with_the_ids_that_went_in(system: System, tmp_path: Path) -> None:
    month = int(system.scored["month"].iloc[0])
    told = {"202401": month}
    assert _run(_commands("opciones_pago", "serves")[1], S=system.store, O=tmp_path, **told) == 0
    result = pd.read_csv(tmp_path / "resultado_prueba.csv", dtype={"ID": str})
    assert list(result.columns) == ["ID", "var_rpta_alt", "Prob_uno"]
    assert set(result["ID"]) == _own_ids(system)
    short = pd.read_csv(tmp_path / "submision.csv", dtype={"ID": str})
    pd.testing.assert_frame_equal(short, result[["ID", "var_rpta_alt"]])


def _own_ids(system: System) -> set[str]:
    """The ids of the last scored month, as the files write them."""
    if system.name == "opciones_pago":
        asked = pd.read_csv(system.data / OOT, dtype=str)
        return set(asked.iloc[:, 0] + "#" + asked.iloc[:, 1] + "#" + asked.iloc[:, 2])
    if system.name == "casas_cobranza":
        return set(_casas(system.data).loc[system.scored["obligation"], "NUMERO_FACTURA"])
    return set(system.scored["obligation"].astype(str))


# -- monitors ---------------------------------------------------------------------------------------------------------


def test_its_drift_is_written_or_said_to_be_unknowable(
    system: System, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    code = _run(*_commands(system.name, "monitors"), S=system.store, O=tmp_path / "drift")
    said = capsys.readouterr()
    if system.name in UNDATED:
        assert (code, (tmp_path / "drift").exists()) == (1, False)
        assert "its rows carry no dates" in said.err
    else:
        assert code == 0, said.err
        log = pd.read_csv(tmp_path / "drift" / "monitoring_log.csv")
        assert log["avg_psi"].ge(0).all() and len(log) > 0
        assert len(pd.read_csv(tmp_path / "drift" / "latest_drift_metrics.csv")) > 5


# -- dashboard --------------------------------------------------------------------------------------------------------


def test_every_page_shows_it_without_an_error(system: System) -> None:
    assert _commands(system.name, "dashboard") == [SERVE]
    settings = Settings(store=system.store, language="es", poll_seconds=60)
    desk = desk_of(settings)
    desk.open(system.release.version)
    with serve_in_memory(make_app(desk, settings)) as session:
        session.set_inputs(mode="light", f_from="", f_to="", f_score=[0, 100])
        for page in PAGES:
            session.set_inputs(page=page.name, **_inputs(str(page.ui(page.name, l10n=L10n("es", "COP"), asked={}))))
            deadline = time.monotonic() + PATIENCE
            while time.monotonic() < deadline and not _status(session, page.name)["ok"]:
                session.flush()
                time.sleep(0.01)
            assert _status(session, page.name)["ok"], f"{page.name}: {_status(session, page.name)}"
        assert session.is_ok, session.error


def _status(session: Any, page: str) -> Counter[str]:
    """How many outputs of a page are in which state."""
    return Counter(v.status for k, v in session.to_values().outputs.items() if k.startswith(f"{page}-"))


class _Defaults(HTMLParser):
    """What a browser sends of a page's own inputs before anybody touches them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, object] = {}
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "select":
            self._select = str(said["id"])
        elif tag == "option" and (self._select not in self.found or "selected" in said):
            self.found[self._select] = said.get("value") or ""
        elif said.get("type") == "radio" and "checked" in said:
            self.found[str(said["name"])] = said["value"]
        elif said.get("type") == "text" and said.get("id"):
            self.found[str(said["id"])] = said.get("value") or ""
        elif said.get("class") == "js-range-slider":
            self.found[str(said["id"])] = float(said["data-from"] or 0)


def _inputs(html: str) -> dict[str, object]:
    parser = _Defaults()
    parser.feed(html)
    return parser.found
