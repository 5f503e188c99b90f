"""Model room: `python -m model.promote`, by which a challenger becomes champion, or is told why it does not."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from data.contract import CarteraError
from data.parquet_store import ParquetStore
from data.store import Release
from model.champion import ChampionError, Decision, Recipe, champion_of, of_release, record

if TYPE_CHECKING:
    from model.gates import Duel, Gate

ABOUT = """\
Compare the newest release's challenger with its champion, on the rows that neither had learned from, and make it the
champion of the store when it passes every gate: its AUC is above the champion's beyond the interval of the difference,
its Brier score is not clearly worse, and no guard trips (enough rows, skill, leak, one answer for all).

The next `python -m model.train` publishes the new champion's scores. A challenger that does not pass is refused with
the reasons, and nothing is written.
"""
EXAMPLES = """\
examples:
  python -m model.train --source german_credit --data german.data --store store/ --challenger forest
  python -m model.promote --store store/ --challenger forest --check
  python -m model.promote --store store/ --challenger forest --by "Model committee" --reason "Minutes 2026-04"
"""


@dataclass(frozen=True)
class Trial:
    """A challenger against the champion on a release, and what each gate says."""

    release: str
    champion: Recipe
    challenger: Recipe
    duel: Duel
    gates: tuple[Gate, ...]

    @property
    def passed(self) -> bool:
        """Whether every gate was passed."""
        return all(g.passed for g in self.gates)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    p = argparse.ArgumentParser(
        "python -m model.promote",
        description=ABOUT,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    p.add_argument("--store", type=Path, required=True, help="folder of the releases")
    p.add_argument("--challenger", required=True, metavar="NAME", help="candidate that is to become champion")
    p.add_argument("--by", type=_words, metavar="NAME", help="who decides; kept in the registry")
    p.add_argument("--reason", type=_words, metavar="TEXT", help="why; kept in the registry")
    p.add_argument("--check", action="store_true", help="only say what the gates say; nothing is written")
    return p


def _words(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("it must not be empty")
    return text.strip()


def main(argv: Sequence[str] | None = None) -> int:
    """Compare, and promote. Returns 0 when the challenger was promoted (or would be, with --check), else 1."""
    args = parser().parse_args(argv)
    if not args.check and not (args.by and args.reason):
        parser().error("a promotion needs --by and --reason; without them there is only --check")
    store = ParquetStore(args.store)
    try:
        if args.check:
            trial = compare(store, args.store, args.challenger)
            print(_told(trial))
            return 0 if trial.passed else 1
        with store.writing():
            return _promote(store, args)
    except CarteraError as error:
        print(f"\nNothing was changed.\n{error}", file=sys.stderr)
        return 1


def _promote(store: ParquetStore, args: argparse.Namespace) -> int:
    trial = compare(store, args.store, args.challenger)
    print(_told(trial))
    if not trial.passed:
        failed = "\n".join(f"{g.name}: {g.says}" for g in trial.gates if not g.passed)
        print(f"\n{args.challenger} was not promoted. Nothing was changed.\n{failed}", file=sys.stderr)
        return 1
    now = datetime.now(UTC).isoformat(timespec="seconds")
    told = trial.duel.as_record()
    record(
        args.store, Decision(trial.challenger, trial.champion, trial.release, now, args.by, args.reason, evidence=told)
    )
    print(f"{args.challenger} is the champion from the next `python -m model.train` on.")
    return 0


def compare(store: ParquetStore, folder: Path, challenger: str) -> Trial:
    """The named challenger against the store's champion on its newest release.

    Raises ChampionError when it is not the release's challenger, or the release was scored by a former champion.
    """
    from model.gates import COLUMNS, duel, gates

    release = store.read()
    champion = _still(release, champion_of(store, folder))
    rival = _rival(release, challenger)
    rows = release.frame("rows", columns=COLUMNS)
    found = duel(rows, champion=champion.label, challenger=rival.label)
    threshold = float(release.document("grid")["threshold"])
    return Trial(release.version, champion, rival, found, gates(rows, found, threshold=threshold))


def _still(release: Release, champion: Recipe) -> Recipe:
    if of_release(release) != champion:
        raise ChampionError(
            f"release {release.version} was scored by {of_release(release).label}, but the champion is "
            f"{champion.label} by now: run `python -m model.train` first"
        )
    return champion


def _rival(release: Release, challenger: str) -> Recipe:
    card = release.document("model_card")
    rival = Recipe(**card["challenger"]) if "challenger" in card else None
    if rival is None or rival.label != challenger:
        scored = f"its challenger is {rival.label}" if rival else "it has no challenger"
        raise ChampionError(
            f"{challenger} did not score release {release.version}: {scored}. Run "
            f"`python -m model.train ... --challenger {challenger}` first"
        )
    return rival


def _told(trial: Trial) -> str:
    """The trial in words."""
    found = trial.duel
    lines = [
        f"Release {trial.release}: {found.rows:,} rows, {found.positives:,} positive",
        f"{'':<36}AUC [95 %]             Brier",
    ]
    for role, x in (("champion", found.champion), ("challenger", found.challenger)):
        lines.append(f"  {role:<12}{x.name:<22}{x.auc:.3f} [{x.low:.3f}, {x.high:.3f}]   {x.brier:.4f}")
    lines += [f"  {'passed' if g.passed else 'FAILED'}  {g.name:<10}  {g.says}" for g in trial.gates]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
