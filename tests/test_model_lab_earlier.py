"""The earlier systems' protocols give their figures again, and the honest ones beside them are lower."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.lab import earlier


def test_the_loans_accuracy_of_9526_is_that_of_calling_everybody_a_payer(
    shared: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = shared / "datasets" / "pago_a_tiempo" / "pago_a_tiempo.parquet"
    assert earlier.main(["--source", "pago_a_tiempo", "--data", str(data)]) == 0
    said = capsys.readouterr().out
    theirs, everybody, honest = said.splitlines()[1:4]
    assert theirs.split()[-2:] == ["0.9526", "0.000"] and everybody.split()[-2:] == ["0.9526", "0.000"]
    assert float(honest.split()[-1]) > 0.15 and float(honest.split()[-2]) < 0.9526
    assert "finds 0% of the bad loans" in said


@pytest.mark.slow
def test_smote_before_the_split_is_worth_more_than_four_points_of_auc(shared: Path) -> None:
    theirs, same, honest = earlier.alura_cash(shared / "datasets" / "alura_cash" / "Dados_tratados.csv.gz").lines
    assert theirs.auc == pytest.approx(0.976, abs=0.006)
    assert theirs.auc - same.auc > 0.03 and theirs.bad - same.bad > 0.12
    assert honest.auc > same.auc


def test_what_cannot_be_read_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert earlier.main(["--source", "german_credit", "--data", str(tmp_path)]) == 1
    assert "german" in capsys.readouterr().err
