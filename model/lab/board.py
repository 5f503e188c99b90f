"""Model room: the lab's leaderboard as a table for people, a CSV and a JSON document."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from model.cutoffs import Policy
from model.lab.figures import METHOD, METRICS, Figure, no_skill
from model.lab.trials import Entry

NO_SKILL: Final = "no_skill"
FILES: Final = ("leaderboard.csv", "leaderboard.json")
_SHOWN: Final = ("auc", "pr_auc", "accuracy", "recall", "precision", "f1", "kappa", "mcc", "brier", "cost")


@dataclass(frozen=True)
class Board:
    """Lines of candidates on the same rows, the best AUC first, those that failed last. `about`: source, protocol,
    positive class, settings and versions."""

    entries: tuple[Entry, ...]
    policy: Policy
    share: float
    about: Mapping[str, Any]

    @staticmethod
    def of(entries: Sequence[Entry], *, policy: Policy, share: float, about: Mapping[str, Any]) -> Board:
        """The board with its lines in order."""
        return Board(tuple(sorted(entries, key=_place)), policy, share, about)

    @property
    def trivial(self) -> Mapping[str, float]:
        """What needs no model."""
        return no_skill(self.share, self.policy)


def _place(e: Entry) -> tuple[bool, float]:
    auc = e.figures["auc"].value if "auc" in e.figures else math.nan
    return bool(e.failed), -auc if math.isfinite(auc) else 0.0


def text(board: Board) -> str:
    """The board for people."""
    width = max(18, *(len(_name(e)) + 2 for e in board.entries)) if board.entries else 18
    tried = [e for e in board.entries if not e.failed]
    head = f"{'':<{width}}{'AUC [95 %]':<22}" + "".join(f"{m:>11}" for m in _SHOWN[1:]) + f"{'seconds':>9}"
    lines = [str(board.about["protocol"]), "", head]
    lines += [_line(e, width) for e in tried]
    lines.append(f"{NO_SKILL:<{width}}{'0.500':<22}" + "".join(f"{board.trivial[m]:>11.3f}" for m in _SHOWN[1:]))
    lines += [f"{_name(e):<{width}}not tried: {e.failed}" for e in board.entries if e.failed]
    lines += ["", *_calibrations(tried, width), "", METHOD]
    return "\n".join(lines)


def _name(e: Entry) -> str:
    return e.name if e.resample == "none" else f"{e.name}+{e.resample}"


def _line(e: Entry, width: int) -> str:
    auc = e.figures["auc"]
    shown = f"{_digits(auc.value)} [{_digits(auc.low)}, {_digits(auc.high)}]"
    rest = "".join(f"{_digits(e.figures[m].value):>11}" for m in _SHOWN[1:])
    return f"{_name(e):<{width}}{shown:<22}{rest}{e.seconds.value:>9.2f}"


def _digits(value: float) -> str:
    return f"{value:.3f}" if math.isfinite(value) else "—"


def _calibrations(tried: Sequence[Entry], width: int) -> list[str]:
    """What the probabilities mean, as the models give them and after calibration on validation rows."""
    names = ("intercept", "slope", "brier", "ece")
    head = f"{'Calibration':<{width}}" + "".join(f"{n:>11}" for n in names) + "   after:"
    out = [head + "".join(f"{n:>11}" for n in names)]
    for e in tried:
        if e.raw and e.calibrated:
            raw, right = ("".join(f"{_digits(getattr(c, n)):>11}" for n in names) for c in (e.raw, e.calibrated))
            out.append(f"{_name(e):<{width}}{raw}{'':9}{right}")
    return [*out, "(right: intercept 0, slope 1; after calibration on validation rows)"]


def document(board: Board) -> dict[str, Any]:
    """The board as a JSON document."""
    return {
        **board.about,
        "intervals": METHOD,
        "policy": {"false_positive": board.policy.false_positive, "false_negative": board.policy.false_negative},
        "no_skill": dict(board.trivial),
        "lines": [e.as_record() for e in board.entries],
    }


def write(board: Board, folder: Path) -> tuple[Path, ...]:
    """Write both files; their paths. Raises OSError when the folder cannot be written."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = tuple(folder / name for name in FILES)
    with paths[0].open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(_cells(board))
    paths[1].write_text(json.dumps(document(board), indent=1, allow_nan=False) + "\n", encoding="utf-8")
    return paths


def _cells(board: Board) -> list[list[object]]:
    names = (*METRICS, "seconds")
    header = ["name", "resample", "n", "positives", *(f"{m}{end}" for m in names for end in ("", "_low", "_high"))]
    rows: list[list[object]] = [[*header, "cut_off", "failed"]]
    for e in board.entries:
        every: dict[str, Figure] = {**e.figures, "seconds": e.seconds}
        cells = [c for m in names for c in _triple(every.get(m))]
        cut = e.cut_off if math.isfinite(e.cut_off) else ""
        rows.append([e.name, e.resample, e.n or "", e.positives if e.n else "", *cells, cut, e.failed])
    trivial = [c for m in names for c in (board.trivial.get(m, ""), "", "")]
    return [*rows, [NO_SKILL, "none", "", "", *trivial, "", ""]]


def _triple(figure: Figure | None) -> list[object]:
    values = (figure.value, figure.low, figure.high) if figure else (math.nan,) * 3
    return [v if math.isfinite(v) else "" for v in values]
