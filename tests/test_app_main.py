"""The entry point and its settings: what a person reads when something stands in the way."""

from __future__ import annotations

import math
import socket
from pathlib import Path

import pytest
from own_process import run
from releases import draft

from app import main
from app.settings import Settings
from data.parquet_store import ParquetStore

ROOT = Path(__file__).resolve().parent.parent


def test_settings_come_from_the_environment_and_have_defaults() -> None:
    assert Settings.from_environment({}).port == 8000
    given = {"CARTERA_STORE": "/s", "CARTERA_PORT": "9000", "CARTERA_LANG": "pt_BR", "CARTERA_ICV_TARGET": "4.5"}
    known = Settings.from_environment(given)
    assert (known.store, known.port, known.language, known.icv_target) == (Path("/s"), 9000, "pt", 0.045)
    assert math.isnan(known.icv_limit)


def test_a_setting_that_is_no_number_is_named() -> None:
    with pytest.raises(ValueError, match="CARTERA_PORT must be a number; it is 'eight'"):
        Settings.from_environment({"CARTERA_PORT": "eight"})


def test_a_port_in_use_is_said_in_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main.main(["--store", str(tmp_path), "--port", str(port)]) == main.PORT_IN_USE
    said = capsys.readouterr().err
    assert said.startswith(f"Port {port} on 127.0.0.1 cannot be opened: another program uses it")
    assert f"--port {port + 1}" in said
    assert said.count("\n") == 1


def test_a_damaged_store_is_said_in_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    store = ParquetStore(tmp_path / "store")
    store.publish(draft(200))
    for file in (tmp_path / "store" / "objects").rglob("*.parquet"):
        file.write_bytes(b"half a file")
    assert main.main(["--store", str(tmp_path / "store"), "--port", "0"]) == main.STORE_UNREADABLE
    said = capsys.readouterr().err
    assert said.startswith(f"The store {tmp_path / 'store'} cannot be read: ")
    assert "Traceback" not in said


def test_the_entry_point_explains_itself() -> None:
    done = run("app.main", "--help")
    assert done.code == 0, done.text
    assert "--store" in done.text
