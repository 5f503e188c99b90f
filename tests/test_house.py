"""The house stands: floors, and what an import can show of the rules of the rooms."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FLOORS = {"data": set(), "model": {"data"}, "monitoring": {"data"}, "app": {"data", "monitoring"}}
SERVING = {"app/api.py"}
MODULES = sorted(p for floor in FLOORS for p in (ROOT / floor).rglob("*.py"))


def _imports(path: Path) -> set[str]:
    """The top-level names of every import in a file, wherever in the file it stands."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {a.name.split(".")[0] for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_room_imports_only_the_floors_below_it(path: Path) -> None:
    floor = path.relative_to(ROOT).parts[0]
    allowed = FLOORS[floor] | {floor}
    if str(path.relative_to(ROOT)) in SERVING:
        allowed = allowed | {"model"}
    assert _imports(path) & set(FLOORS) <= allowed


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_only_settings_read_the_environment(path: Path) -> None:
    reads = re.search(r"\benviron\b|\bgetenv\b", path.read_text(encoding="utf-8"))
    assert not reads or path.relative_to(ROOT) == Path("app/settings.py")


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_module_says_what_it_is_for(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not text.strip() or ast.get_docstring(ast.parse(text))


def test_the_dashboard_needs_neither_lightgbm_nor_scikit_learn_and_importing_it_writes_nothing(tmp_path: Path) -> None:
    kept_out = "print(sorted(m for m in ('lightgbm', 'sklearn', 'model') if m in sys.modules))"
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import app.main; {kept_out}"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert list(tmp_path.iterdir()) == []


def test_a_render_function_contains_no_pandas_and_no_arithmetic() -> None:
    guilty = []
    for path in (ROOT / "app").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and any(map(_renders, node.decorator_list)):
                body = [n for statement in node.body for n in ast.walk(statement)]
                inner = [n for n in body if isinstance(n, ast.BinOp | ast.AugAssign)]
                names = {n.id for n in body if isinstance(n, ast.Name)}
                if inner or names & {"pd", "np", "numpy", "pandas"}:
                    guilty.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
    assert not guilty


def _renders(decorator: ast.expr) -> bool:
    text = ast.unparse(decorator)
    return text.startswith("render")
