"""What the README claims is true: its commands exist, its paths exist, its first screen holds the two commands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from own_process import run

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_two_commands_and_the_picture_stand_on_the_first_screen() -> None:
    first = "\n".join(README.splitlines()[:30])
    assert "make run" in first
    assert "make test" in first
    assert re.search(r"!\[[^]]+]\([^)]+\.png\)", first)


@pytest.mark.parametrize("target", sorted(set(re.findall(r"]\(([^)#:]+)\)", README))))
def test_every_link_leads_to_a_file(target: str) -> None:
    assert (ROOT / target).is_file()


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:data|model|monitoring|app|tests)/[\w/.]*)`", README))))
def test_every_room_that_is_named_exists(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.parametrize("module", sorted(set(re.findall(r"python -m ((?:data|model|monitoring|app)\.\w+)", README))))
def test_every_module_that_is_named_explains_itself(module: str) -> None:
    done = run(module, "--help")
    assert done.code == 0, done.text
    assert done.text.startswith("usage")


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\bmake (\w+)", README))))
def test_every_make_target_that_is_named_exists(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
