"""Model room: where a model comes from: what it is made of, which code made it, which guards looked at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from data.contract import Portfolio
from data.sources.fingerprint import ROOT, code_hash
from model.bundle import Bundle
from model.evaluate import Evaluation
from model.features import Features
from model.fitting import Walked
from model.guards import LEAK_AUC, Leak


def artifact(bundle: Bundle) -> str:
    """What a model is, as its own bytes say: the candidate and the class of the fitted object."""
    return f"{bundle.candidate} ({type(bundle.model).__name__})"


def unread(bundle: Bundle, names: Sequence[str]) -> list[str]:
    """Features of the run that the model does not read: they said nothing in its training rows."""
    read = set(bundle.encoding.names)
    return [n for n in names if n not in read]


def code() -> dict[str, str]:
    """The code that makes a release: version of the package, commit of the checkout ("" where there is none) and hash
    of the sources, which tells a changed checkout from its commit."""
    try:
        package = version("cartera")
    except PackageNotFoundError:
        package = ""
    return {"package": package, "commit": commit(ROOT), "hash": code_hash()}


def commit(folder: Path) -> str:
    """The commit that a git checkout stands at, 40 hex digits; "" where it is none."""
    git = folder / ".git"
    try:
        if git.is_file():
            git = folder / git.read_text(encoding="utf-8").partition("gitdir: ")[2].strip()
        head = (git / "HEAD").read_text(encoding="utf-8").strip()
        if not head.startswith("ref: "):
            return head
        common = git / "commondir"
        root = git / common.read_text(encoding="utf-8").strip() if common.exists() else git
        return _reference(root, head.removeprefix("ref: "))
    except OSError:
        return ""


def _reference(git: Path, name: str) -> str:
    """The commit of a branch, as a file of its own or a line of the packed ones."""
    if (git / name).exists():
        return (git / name).read_text(encoding="utf-8").strip()
    lines = (git / "packed-refs").read_text(encoding="utf-8").splitlines()
    return next((line.split()[0] for line in lines if line.endswith(f" {name}")), "")


def guards_run(
    portfolio: Portfolio, features: Features, walked: Walked, worth: Evaluation, leaks: Sequence[Leak], judged: int
) -> list[dict[str, Any]]:
    """Every guard that a run passed, and what it looked at; a guard that could not judge says so (`ran` false).

    `judged`: features that the leak guard looked at, 0 when there were too few outcomes.
    """
    best = worth.champion
    known = best.auc_low == best.auc_low
    scored = int((walked.score == walked.score).sum())
    columns = 0 if portfolio.attributes is None else len(portfolio.attributes.columns)
    return [
        {"guard": "no_contemporary", "ran": True, "n": len(features.known)},
        {"guard": "no_label_columns", "ran": portfolio.attributes is not None, "n": columns},
        {"guard": "leaks", "ran": judged > 0, "n": judged, "refused": len(leaks), "limit": LEAK_AUC},
        {"guard": "disjoint", "ran": True, "n": worth.new_clients.n},
        {"guard": "numbers", "ran": True, "n": scored},
        {"guard": "skill", "ran": known, "n": best.n, "auc": best.auc if known else None,
         "low": best.auc_low if known else None, "high": best.auc_high if known else None},
        {"guard": "not_one_answer", "ran": best.n > 0, "n": best.n, **_called(worth.called)},
    ]  # fmt: skip


def _called(counts: Mapping[str, int]) -> dict[str, Any]:
    """Confusion counts at the release's cut-off, and the accuracy beside that of one answer for all."""
    total = sum(counts.values())
    if not total:
        return {**counts, "accuracy": None, "one_answer": None}
    positives = counts["tp"] + counts["fn"]
    right = counts["tp"] + counts["tn"]
    return {**counts, "accuracy": right / total, "one_answer": max(positives, total - positives) / total}
