"""What runs Cartera elsewhere: containers, systemd, cron, the flow. Linted and parsed; a build needs Docker."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from own_process import run

from model import flow

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / ".deploy"
DOCKERFILES = (ROOT / "Dockerfile", DEPLOY / "mlflow.Dockerfile")


def _compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))


def _tool(name: str) -> str:
    found = shutil.which(name, path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


@cache
def _options(module: str) -> set[str]:
    """The options that a command of ours knows."""
    done = run(module, "--help")
    assert done.code == 0, done.text
    return set(re.findall(r"--[a-z][a-z-]+", done.text))


def _commands(text: str) -> list[list[str]]:
    """Every `python -m module …` of a text, as words, up to where the shell goes on."""
    found = re.findall(r"python -m ([\w.]+[^&|>'\n]*)", text)
    return [shlex.split(line) for line in found]


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda p: p.name)
def test_the_linter_of_dockerfiles_finds_nothing(path: Path) -> None:
    done = subprocess.run([_tool("hadolint"), str(path)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda p: p.name)
def test_an_image_runs_as_somebody_and_says_whether_it_is_well(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    last = text[text.rindex("\nFROM ") :]
    assert re.search(r"^USER [1-9]\d*$", last, re.MULTILINE)
    assert "HEALTHCHECK" in last
    assert all(re.fullmatch(r"python:3\.11-slim", image) for image in re.findall(r"^FROM (\S+)", text, re.MULTILINE))


def test_the_image_asks_the_route_of_health_that_there_is() -> None:
    asked = re.search(r"127\.0\.0\.1:8000(/[\w/]+)", DOCKERFILES[0].read_text(encoding="utf-8"))
    assert asked is not None
    assert f'"{asked[1]}"' in (ROOT / "app" / "api_store.py").read_text(encoding="utf-8")


def test_what_the_image_copies_exists_and_is_not_ignored() -> None:
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILES[0].read_text(encoding="utf-8"), re.MULTILINE)
    names = {name for line in copied for name in line.split()}
    assert names
    assert {n for n in names if not (ROOT / n).exists()} == set()
    assert names <= kept


def test_compose_keeps_to_its_schema() -> None:
    done = subprocess.run(
        [_tool("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", str(ROOT / "compose.yaml")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_compose_names_only_volumes_services_and_files_that_there_are() -> None:
    made = _compose()
    for service in made["services"].values():
        named = [v.split(":")[0] for v in service.get("volumes", ()) if not v.startswith(("$", ".", "/"))]
        assert set(named) <= set(made["volumes"])
        assert set(service.get("depends_on", ())) <= set(made["services"])
        build = service.get("build")
        if isinstance(build, dict):
            assert (ROOT / build["context"] / build["dockerfile"]).is_file()


def test_compose_shows_nothing_to_the_network_and_has_no_password() -> None:
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    assert all(p.startswith("127.0.0.1:") for s in _compose()["services"].values() for p in s.get("ports", ()))
    assert set(re.findall(r"PASSWORD: (.*)|:(\$\{CARTERA_DB_PASSWORD[^}]*})@", text)) == {
        ("${CARTERA_DB_PASSWORD:?set CARTERA_DB_PASSWORD}", ""), ("", "${CARTERA_DB_PASSWORD:?set CARTERA_DB_PASSWORD}")
    }  # fmt: skip


@pytest.mark.parametrize("service", ["refresh", "drift"])
def test_a_command_of_compose_has_only_options_that_there_are(service: str) -> None:
    python, dash, module, *words = _compose()["services"][service]["command"]
    assert (python, dash) == ("python", "-m")
    assert {w.split("=")[0] for w in words} <= _options(module)


@pytest.mark.parametrize("name", ["cartera-refresh.service", "crontab.example"])
def test_a_scheduled_command_has_only_options_that_there_are(name: str) -> None:
    commands = _commands((DEPLOY / name).read_text(encoding="utf-8"))
    assert [c[0] for c in commands] == ["model.train", "monitoring.drift_log"]
    for module, *words in commands:
        assert {w for w in words if w.startswith("--")} <= _options(module)


def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    tool = _tool("systemd-analyze")
    for name in ("cartera-refresh.service", "cartera-refresh.timer"):
        text = (DEPLOY / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace("/opt/cartera/.venv/bin/python", sys.executable))
    units = [str(tmp_path / n) for n in ("cartera-refresh.service", "cartera-refresh.timer")]
    done = subprocess.run([tool, "verify", *units], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_cron_gives_up_when_the_last_run_still_goes_on(tmp_path: Path) -> None:
    (line,) = [x for x in (DEPLOY / "crontab.example").read_text().splitlines() if x.startswith("0 4 3 ")]
    held = f"flock -n {tmp_path}/refresh.lock sh -c 'touch {tmp_path}/ran'"
    assert re.search(r"flock -n \S+/refresh\.lock sh -c '", line)
    with subprocess.Popen(["flock", f"{tmp_path}/refresh.lock", "cat"], stdin=subprocess.PIPE) as other:
        while subprocess.run(["flock", "-n", f"{tmp_path}/refresh.lock", "true"], check=False).returncode == 0:
            pass
        assert subprocess.run(["sh", "-c", held], check=False).returncode == 1
        other.communicate()
    assert not (tmp_path / "ran").exists()


def test_without_prefect_the_flow_says_how_to_get_it(capsys: pytest.CaptureFixture, tmp_path: Path) -> None:
    if importlib.util.find_spec("prefect"):
        pytest.skip("Prefect is installed here")
    words = ["--source", "german_credit", "--data", str(tmp_path), "--store", str(tmp_path / "store")]
    assert flow.main(words) == 1
    assert "make flow" in capsys.readouterr().err
    assert not (tmp_path / "store").exists()


def test_the_words_of_a_served_run_are_those_without_its_rule() -> None:
    words = ["--source", "table", "--cron", "0 4 3 * *", "--store", "s"]
    assert flow.without_cron(words) == ["--source", "table", "--store", "s"]
    assert flow.without_cron(["--cron=0 4 3 * *", "--store", "s"]) == ["--store", "s"]


def test_the_flow_reads_trains_and_publishes_once(tmp_path: Path) -> None:
    """In the environment of the flow, where `make flow` has made it."""
    python = ROOT / ".venv-flow" / "bin" / "python"
    if not python.exists():
        pytest.skip("the environment of the flow is not made: `make flow`")
    subprocess.run(
        [python, "-m", "data.portfolio", "--out", tmp_path / "bank", "--clients", "1200"], cwd=ROOT, check=True
    )
    quiet = {"PREFECT_HOME": str(tmp_path / "prefect"), "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
             "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120"}  # fmt: skip
    done = subprocess.run(
        [python, "-m", "model.flow", "--source", "opciones_pago", "--data", tmp_path / "bank", "--store",
         tmp_path / "store", "--refit-every", "12"],
        cwd=ROOT, env={**os.environ, **quiet}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert re.search(r"^Release 000001-", done.stdout, re.MULTILINE)
