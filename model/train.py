"""Model room: `python -m model.train`, what a bank's scheduler calls monthly: files in, a release out."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.contract import CarteraError, ContractError
from data.sources import ADDRESSED, MAPPED, SOURCES, WINDOWED
from data.sources.address import is_address
from model.job import Job, job_of

if TYPE_CHECKING:
    from model.run import Outcome

BAR = "{percentage:3.0f} % |{bar:24}| {elapsed}, about {remaining} left: {desc}"
ABOUT = """\
Read a bank's files, train month by month, score every obligation-month with a model that knew only earlier months, and
publish the result as a new release of the store that the dashboard reads.

Where rows have no dates (german_credit, alura_cash), each is scored by a model that was trained on other clients.

When nothing changed since the newest release (files, options, code), nothing is done; a database is always read. When
anything is wrong, it is said in words and nothing is written.
"""
ROWS = "(Row 1 is the first row under the header.)"
EXAMPLES = """\
examples:
  python -m model.train --source opciones_pago --data files/ --store store/
  python -m model.train --source pago_a_tiempo --data loans.xlsx --store store/
  python -m model.train --source german_credit --data german.data --store store/
  python -m model.train --source alura_cash --data mysql://user@host/analise_risco --store store/
  python -m model.train --source table --data loans.parquet --mapping loans.toml --store store/
"""


def parser() -> argparse.ArgumentParser:
    """The command line."""
    p = argparse.ArgumentParser(
        "python -m model.train",
        description=ABOUT,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    p.add_argument("--source", choices=SOURCES, required=True, help="kind of data: %(choices)s", metavar="KIND")
    p.add_argument(
        "--data", type=_place, required=True, metavar="PLACE",
        help=f"folder of the files, or one file; for {_listed(ADDRESSED)} also the address of a database",
    )  # fmt: skip
    p.add_argument(
        "--mapping", type=Path, metavar="TOML", help=f"what the columns mean; needed by the source {_listed(MAPPED)}"
    )
    p.add_argument(
        "--thresholds", type=Path, metavar="TOML", help="the bank's targets and limits (default: DATA/thresholds.toml)"
    )
    p.add_argument("--store", type=Path, required=True, help="folder of the releases; made when missing")
    p.add_argument(
        "--as-of", type=int, metavar="YYYYMM", help="last month whose end is known (default: the files' last)"
    )
    p.add_argument(
        "--label-window",
        type=_from(0),
        metavar="K",
        help=f"months until an outcome is final, for the source {_listed(WINDOWED)}",
    )
    p.add_argument(
        "--refit-every", type=_from(1), metavar="M", help="months per model (default: 3; 1 under 50,000 labels)"
    )
    p.add_argument(
        "--explain-last", type=_from(0), metavar="M", help="give reasons for the newest M months only (default: all)"
    )
    p.add_argument("--champion", metavar="NAME", help="candidate whose scores are published (default: the store's "
                   "champion, lightgbm in a new store; `python -m model.promote` changes it)")  # fmt: skip
    p.add_argument("--challenger", metavar="NAME", help="candidate, or JSON file of a tuned one, that scores the same "
                   "rows beside it (default: the champion before this one, else logistic)")  # fmt: skip
    p.add_argument("--leaks", choices=("refuse", "stop"), default="refuse",
                   help="what to do with a feature whose AUC alone is above 0.98 (default: refuse)")  # fmt: skip
    p.add_argument("--seed", type=int, default=0, help="seed of the models (default: 0)")
    p.add_argument(
        "--no-track", action="store_true", help="do not keep the run in the MLflow store beside the releases"
    )
    p.add_argument("--force", action="store_true", help="train even when nothing changed")
    p.add_argument("--quiet", action="store_true", help="no progress bar")
    return p


def main(argv: Sequence[str] | None = None) -> int:
    """Train and publish. Returns 0 when a release was published or nothing was to be done, 1 when it was refused, 130
    when it was stopped."""
    args = parser().parse_args(argv)
    if wrong := clash(args):
        parser().error(wrong)
    try:
        return _train(args)
    except CarteraError as error:
        return _refused(f"{error}\n{ROWS}" if isinstance(error, ContractError) else str(error))
    except OSError as error:
        return _refused(f"{error.filename or 'The disk'}: {error.strerror or error}")
    except KeyboardInterrupt:
        _refused("The run was stopped.")
        return 130


def clash(args: argparse.Namespace) -> str:
    """Which options do not go together; "" when all do."""
    if args.source in MAPPED and args.mapping is None:
        return f"--source {args.source} needs --mapping"
    if args.source not in MAPPED and args.mapping is not None:
        return f"--mapping: the columns of {args.source} are known; only {_listed(MAPPED)} has a mapping"
    if args.source in WINDOWED or args.label_window is None:
        return ""
    if args.source in MAPPED:
        return "--label-window: for a table, write window_months into the mapping"
    return f"--label-window: the outcomes of {args.source} say themselves when they are final"


def _listed(sources: frozenset[str]) -> str:
    return ", ".join(sorted(sources))


def _place(text: str) -> Path | str:
    """A path, or the address of a database as it is."""
    return text if is_address(text) else Path(text)


def _refused(why: str) -> int:
    print(f"\nNothing was published.\n{why}", file=sys.stderr)
    return 1


def _from(least: int) -> Callable[[str], int]:
    """Reads a whole number that is at least `least`."""

    def whole(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            raise argparse.ArgumentTypeError(f"a whole number of at least {least} is needed, not {text!r}")
        return int(text)

    return whole


def _train(args: argparse.Namespace) -> int:
    began = time.perf_counter()
    job = job_of(args)
    if job.nothing_new():
        print(f"Nothing to do: release {job.store.version()} was made from these files, options and code.")
        return 0
    with job.store.writing():
        outcome = _run(job)
    print(summary(outcome, time.perf_counter() - began))
    if not job.args.no_track and (why := job.track(outcome.version)):
        print(f"The run is published but not tracked: {why}")
    return 0


def _run(job: Job) -> Outcome:
    from tqdm import tqdm

    from model.run import Watch

    with tqdm(total=100, bar_format=BAR, disable=job.args.quiet, file=sys.stderr) as bar:
        watch = Watch(tell=partial(_show, bar))
        portfolio = job.read(watch)
        for cut in (s for s in portfolio.suspicions if s.kind == "unfinished_line"):
            bar.write(f"{cut.file} may be cut short: {cut.example}. It is read as it is.", file=sys.stderr)
        return job.publish(job.fit(portfolio, watch), watch)


def _show(bar: Any, what: str, behind: float) -> None:
    bar.n = round(100 * behind)
    bar.set_description_str(what)


def summary(outcome: Outcome, seconds: float) -> str:
    """What a run did, for people."""
    how = "Out of time" if outcome.card["dated"] else "On other clients"
    lines = [
        f"Release {outcome.version}: {outcome.rows:,} obligation-months {outcome.months[0]}..{outcome.months[1]}, "
        f"{outcome.scored:,} scored",
        f"{how:<16}    rows   positive   AUC [95 %]             PR-AUC  Brier   F1",
    ]
    for x in outcome.worth.board:
        share = x.positives / x.n if x.n else float("nan")
        lines.append(
            f"  {x.name:<12}{x.n:>12,}   {share:>7.1%}   {x.auc:.3f} [{x.auc_low:.3f}, {x.auc_high:.3f}]   "
            f"{x.pr_auc:.3f}   {x.brier:.3f}   {x.f1:.3f}"
        )
    lines += [f"Refused as a leak: {x.feature} (AUC alone {x.auc:.4f})" for x in outcome.leaks]
    if outcome.suspicions:
        lines.append(f"Kept although odd: {outcome.suspicions:,} values or rows (see the release's suspicions)")
    spent = ", ".join(f"{name} {s:.1f}" for name, s in outcome.seconds.items())
    return "\n".join([*lines, f"{seconds:.1f} s: {spent}"])


if __name__ == "__main__":
    sys.exit(main())
