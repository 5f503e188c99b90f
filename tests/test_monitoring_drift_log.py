"""The drift of a release as files: the columns that the earlier system wrote, its figures where they were right."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from made_months import months_pin
from made_pin import group

from data.parquet_store import ParquetStore
from data.store import Draft, Release
from model.features import AT_OPENING, Features
from model.histograms import histograms
from monitoring import drift_log, feature_drift
from monitoring.distances import jensen_shannon, ks
from monitoring.drift import psi

MONTHS = (202401, 202402, 202403, 202404)
WINDOWS = [{"train_first": 202401, "train_last": 202402, "scores": [202403, 202404]}]


def _release(*, sizes: tuple[int, ...] = (600, 600, 600, 600), shift: float = 0.0, dated: bool = True) -> Release:
    """Two features over four months; in the last, `debt` moves by `shift`, and `region` never moves."""
    rng = np.random.default_rng(7)
    month = np.repeat(MONTHS, sizes)
    debt = rng.normal(0, 1, len(month)) + shift * (month == MONTHS[-1])
    region = pd.Categorical(np.resize(["a", "b", "c", None], len(month)))
    made = Features(pd.DataFrame({"debt": debt.astype(np.float32), "region": region}),
                    {"debt": AT_OPENING, "region": AT_OPENING}, np.arange(len(month)))  # fmt: skip
    spread = histograms(made, month, reference=np.flatnonzero(month <= 202402))
    card = {"model_hash": "7f3a91c2d4", "class": "lightgbm", "windows": WINDOWS if dated else []}
    return months_pin({m: [group(20)] for m in MONTHS}, documents={"histograms": spread, "model_card": card}).release


def _published(release: Release, folder: Path) -> ParquetStore:
    store = ParquetStore(folder)
    rows = {p.name: release.frame("rows", parts=[p.name]) for p in release.parts("rows")}
    store.publish(Draft({"rows": rows}, {name: release.document(name) for name in release.documents()}))
    return store


def test_the_files_begin_with_the_columns_of_the_earlier_system(tmp_path: Path, shared: Path) -> None:
    written = drift_log.write(drift_log.log_of(_release(shift=2)), tmp_path)
    assert [p.name for p in written] == ["latest_drift_metrics.csv", "monitoring_log.csv", "baseline_profile.json"]
    for name in ("latest_drift_metrics", "monitoring_log"):
        theirs = pd.read_csv(shared / "datasets" / "pago_a_tiempo" / f"seed_{name}.csv")
        ours = pd.read_csv(tmp_path / f"{name}.csv")
        assert list(ours)[: len(theirs.columns)] == list(theirs)
    theirs = json.loads((shared / "datasets" / "pago_a_tiempo" / "seed_baseline_profile.json").read_text())
    profile = json.loads((tmp_path / "baseline_profile.json").read_text())
    assert set(theirs) <= set(profile)
    assert {"edges", "ref_counts"} <= set(profile["numeric"]["debt"])
    assert not list(tmp_path.glob("*.tmp"))


def test_the_metrics_stand_worst_first_and_what_does_not_apply_is_empty(tmp_path: Path) -> None:
    drift_log.write(drift_log.log_of(_release(shift=2), window=1), tmp_path)
    found = pd.read_csv(tmp_path / "latest_drift_metrics.csv").set_index("feature")
    assert list(found["severity"]) == ["act", "ok"]
    assert list(found["n"]) == [600, 600]
    assert np.isnan(found.loc["debt", "cramers_v"]) and np.isnan(found.loc["region", "ks"])
    assert found.loc["debt", "reference"] == "2024-01..2024-02"
    assert found.loc["debt", "period"] == "2024-04..2024-04"


def test_the_log_has_a_line_per_month_after_the_training_window(tmp_path: Path) -> None:
    drift_log.write(drift_log.log_of(_release(shift=2, sizes=(600, 600, 600, 11))), tmp_path)
    found = pd.read_csv(tmp_path / "monitoring_log.csv")
    assert list(found["period"]) == ["2024-03", "2024-04"]
    assert list(found["severity"]) == ["ok", "unknown"]
    assert found["pct_red"][0] == 0 and math.isnan(found["pct_red"][1])


def test_the_profile_keeps_every_row_of_the_reference() -> None:
    profile = drift_log.baseline(drift_log.log_of(_release()))
    debt, region = profile["numeric"]["debt"], profile["categorical"]["region"]
    assert len(debt["ref_counts"]) == len(debt["edges"]) - 1
    assert sum(debt["ref_counts"]) + debt["missing"] + debt["below"] + debt["from_last_edge"] == 1200
    assert region["ref_counts"] == {"(missing)": 300, "a": 300, "b": 300, "c": 300, "(other)": 0}


def test_the_alert_names_what_moved_and_what_to_do() -> None:
    said = drift_log.alert(drift_log.log_of(_release(shift=2), window=1))
    assert said.startswith("ALERT: critical drift, 2024-04..2024-04 against 2024-01..2024-02: debt.")
    assert "consider training again" in said
    assert drift_log.alert(drift_log.log_of(_release())).startswith("No drift beyond chance")
    small = drift_log.log_of(_release(shift=5, sizes=(600, 600, 600, 11)), window=1)
    assert drift_log.alert(small) == "Too few rows to tell, 2024-04..2024-04 against 2024-01..2024-02: 11."


def test_the_command_writes_into_a_folder_of_its_own_making(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    _published(_release(shift=2), tmp_path / "store")
    out = tmp_path / "new" / "drift"
    assert drift_log.main(["--store", str(tmp_path / "store"), "--out", str(out), "--against", "first"]) == 0
    assert "debt" in capsys.readouterr().out
    assert set(pd.read_csv(out / "monitoring_log.csv")["mode"]) == {"first_training_window"}


def test_a_release_without_time_is_refused_in_words(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    _published(_release(dated=False), tmp_path / "store")
    assert drift_log.main(["--store", str(tmp_path / "store"), "--out", str(tmp_path / "out")]) == 1
    assert "has no month to compare" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written_leaves_no_half_file(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    _published(_release(), tmp_path / "store")
    (tmp_path / "file").write_text("in the way")
    assert drift_log.main(["--store", str(tmp_path / "store"), "--out", str(tmp_path / "file")]) == 1
    assert "is not a folder" in capsys.readouterr().err


@pytest.fixture(scope="module")
def seed(shared: Path) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, dict]:
    """The loans in order of time, 70 % before and 30 % after, with what the earlier system said of them."""
    folder = shared / "datasets" / "pago_a_tiempo"
    loans = pd.read_parquet(folder / "pago_a_tiempo.parquet")
    loans = loans.sort_values("fecha_prestamo", kind="stable")
    cut = int(len(loans) * 0.7)
    said = pd.read_csv(folder / "seed_latest_drift_metrics.csv").set_index("feature")
    return loans[:cut], loans[cut:], said, json.loads((folder / "seed_baseline_profile.json").read_text())


SOUND = ("plazo_meses", "total_otros_prestamos", "cuota_pactada", "capital_prestado", "edad_cliente", "tipo_credito")


@pytest.mark.parametrize("feature", SOUND)
def test_the_earlier_figures_come_out_of_the_same_bins(feature: str, seed) -> None:
    """Its PSI and JS on its own bins, which leave out what lies outside, to 1 %; its D of the raw values is no less
    than the one on bins."""
    before, after, said, profile = seed
    edges = profile["numeric"][feature]["edges"]
    then, now = (np.histogram(part[feature].dropna(), bins=edges)[0] for part in (before, after))
    assert list(then) == profile["numeric"][feature]["ref_counts"]
    assert psi(now, then).psi == pytest.approx(said.loc[feature, "psi"], rel=0.01)
    assert jensen_shannon(now, then).value == pytest.approx(said.loc[feature, "js"], rel=0.01)
    assert 0 < ks(now, then).value <= said.loc[feature, "ks"] + 1e-9


def test_arrears_of_every_loan_are_seen_where_the_earlier_system_saw_nothing(seed) -> None:
    before, after, said, profile = seed
    everyone_owes = after.assign(saldo_mora=500.0)
    assert len(profile["numeric"]["saldo_mora"]["edges"]) == 2
    assert said.loc["saldo_mora", "psi"] == 0
    both = pd.concat([before, everyone_owes])
    column = both[["saldo_mora"]].astype(np.float32).reset_index(drop=True)
    month = np.repeat([202401, 202402], [len(before), len(after)])
    made = histograms(Features(column, {"saldo_mora": AT_OPENING}, np.arange(len(both))), month,
                      reference=np.arange(len(before)))  # fmt: skip
    (spread,) = feature_drift.spreads(made)
    found = feature_drift.drift(spread, [202402])
    assert found.psi.psi > 1
    assert found.level == "act"


def test_the_month_of_eleven_loans_is_grey_where_the_earlier_system_was_red(seed) -> None:
    before, after, _, _ = seed
    shown = ["plazo_meses", "capital_prestado", "salario_cliente", "edad_cliente"]
    both = pd.concat([before, after])
    frame = both[shown].astype(np.float32).reset_index(drop=True)
    dates = pd.to_datetime(both["fecha_prestamo"])
    month = (dates.dt.year * 100 + dates.dt.month).to_numpy()
    made = histograms(Features(frame, dict.fromkeys(shown, AT_OPENING), np.arange(len(both))), month,
                      reference=np.arange(len(before)))  # fmt: skip
    (last,) = feature_drift.by_month(feature_drift.spreads(made), [202604])
    assert (last.n, last.level) == (11, "unknown")
    assert math.isnan(last.share_act)
