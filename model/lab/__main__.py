"""Model room: `python -m model.lab`: a source's files in, a leaderboard of the candidates out."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from data.contract import CarteraError
from data.sources import MAPPED, SOURCES, load

if TYPE_CHECKING:
    from model.lab.board import Board
    from model.lab.trials import Entry, Question

ABOUT: Final = """\
Try the candidates on a source's files and put them on a leaderboard, beside what needs no model. Rows with dates are
tried month by month on labels that came later; rows without dates in stratified folds by client. Resampling happens
inside the training rows only, cut-offs and calibration come from validation rows. A candidate that fails, or whose
library is not installed, is a line that says why.
"""
EXAMPLES: Final = """\
examples:
  python -m model.lab --source german_credit --data german.data --repeats 2 --cut-off cost --cost-fn 5 --out lab/german
  python -m model.lab --source alura_cash --data dump/ --candidates lightgbm,logistic --resample none,smote --out lab/a
"""
BAR: Final = "{percentage:3.0f} % |{bar:24}| {elapsed}, about {remaining} left: {desc}"
WAYS: Final = ("f1", "cost", "capacity", "balance", "recall")


def parser() -> argparse.ArgumentParser:
    """The command line."""
    p = argparse.ArgumentParser(
        "python -m model.lab", description=ABOUT, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    p.add_argument("--source", choices=SOURCES, required=True, help="kind of files")
    p.add_argument("--data", required=True, help="folder or file of the source, or the address of a database")
    p.add_argument("--mapping", type=Path, help="TOML that says what the table's columns mean (source table)")
    p.add_argument("--as-of", type=int, metavar="YYYYMM", help="last month whose end is known")
    p.add_argument("--candidates", default="all", help="names with commas between, or all (default: all)")
    p.add_argument("--resample", default="none", help="none, smote, under, over, with commas between (default: none)")
    p.add_argument("--class", dest="positive", type=int, choices=(0, 1), default=1,
                   help="which outcome is called positive (default: 1, as the source means it)")  # fmt: skip
    p.add_argument("--folds", type=int, help="folds, for sources without dates (default: 5)")
    p.add_argument("--repeats", type=int, help="repeats of the folds, for sources without dates (default: 1)")
    p.add_argument("--refit-every", type=int, help="months per model, for sources with dates (default: 3)")
    p.add_argument("--cut-off", choices=WAYS, default="f1", help="how rows come to be called positive (default: f1)")
    p.add_argument("--cost-fp", type=float, default=1.0, help="cost of a false positive (default: 1)")
    p.add_argument("--cost-fn", type=float, default=1.0, help="cost of a false negative (default: 1)")
    p.add_argument("--capacity", type=float, default=0.1, help="share of the rows that can be worked (default: 0.1)")
    p.add_argument("--recall", type=float, default=0.7, help="recall to be reached (default: 0.7)")
    p.add_argument("--seed", type=int, default=0, help="seed of folds, models and intervals (default: 0)")
    p.add_argument("--out", type=Path, required=True, help="folder of leaderboard.csv and leaderboard.json")
    p.add_argument("--no-track", action="store_true", help="do not keep the run in the MLflow database in OUT")
    p.add_argument("--quiet", action="store_true", help="no progress bar")
    return p


def main(argv: Sequence[str] | None = None) -> int:
    """Try and write. Returns 0 when a leaderboard was written, 1 with the reason when not, 130 when stopped."""
    p = parser()
    args = p.parse_args(argv)
    if args.source in MAPPED and args.mapping is None:
        p.error(f"--source {args.source} needs --mapping")
    try:
        return _lab(args)
    except CarteraError as error:
        print(error, file=sys.stderr)
    except OSError as error:
        print(f"{error.filename or 'The disk'}: {error.strerror or error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("Stopped. Nothing was written.", file=sys.stderr)
        return 130
    return 1


def _lab(args: argparse.Namespace) -> int:
    from model.lab import board, tracking

    names, kinds = _asked(args)
    question, about = _question(args)
    found = _tried(question, names, kinds, about, quiet=args.quiet)
    if all(e.failed for e in found.entries):
        print(board.text(found), file=sys.stderr)
        print("No candidate could be tried. Nothing was written.", file=sys.stderr)
        return 1
    paths = board.write(found, args.out)
    print(f"{board.text(found)}\n\nWritten: {', '.join(map(str, paths))}")
    if not args.no_track and (
        why := tracking.kept(lambda: tracking.of_lab("leaderboard", board.document(found)), args.out)
    ):
        print(f"Not tracked: {why}")
    return 0


def _asked(args: argparse.Namespace) -> tuple[list[str], list[str]]:
    """The candidates and the resamplings. Raises CandidateError for a name that there is not."""
    from model.candidates import CANDIDATES, CandidateError
    from model.lab.resample import KINDS

    names = list(CANDIDATES) if args.candidates == "all" else _words(args.candidates)
    kinds = _words(args.resample)
    for name in names:
        if name not in CANDIDATES:
            raise CandidateError(f"{name!r} is not a candidate; there are {', '.join(CANDIDATES)}")
    for kind in kinds:
        if kind not in ("none", *KINDS):
            raise CandidateError(f"{kind!r} is no resampling; there are none, {', '.join(KINDS)}")
    if not names or not kinds:
        raise CandidateError("no candidate or no resampling was named")
    return names, kinds


def _words(text: str) -> list[str]:
    return list(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))


def _question(args: argparse.Namespace) -> tuple[Question, dict[str, Any]]:
    """What the candidates are asked, and what is said about it."""
    from model.bundle import versions
    from model.cutoffs import Policy
    from model.lab.protocol import LabError, by_client, in_time
    from model.lab.trials import Question
    from model.lab.tune_cli import ready

    policy = Policy(args.cost_fp, args.cost_fn, args.capacity, args.recall)
    portfolio = load(args.source, args.data, mapping=args.mapping, as_of=args.as_of)
    dated = portfolio.meaning.dated
    told = {"folds": args.folds, "repeats": args.repeats} if dated else {"refit-every": args.refit_every}
    for name, value in told.items():
        if value is not None:
            kind = "has dates: it is tried month by month" if dated else "has no dates: it is tried in folds"
            raise LabError(f"--{name}: {args.source} {kind}")
    features, labels = ready(portfolio)
    labels = replace(labels, label=labels.label if args.positive else 1 - labels.label)
    client = features.frame["client"].to_numpy()
    if dated:
        protocol = in_time(labels, refit_every=args.refit_every or 3)
    else:
        protocol = by_client(
            labels.label, client, folds=5 if args.folds is None else args.folds,
            repeats=1 if args.repeats is None else args.repeats, seed=args.seed,
        )  # fmt: skip
    means = portfolio.meaning.positive["en"]
    about = {
        "source": args.source, "protocol": protocol.words, "positive": means if args.positive else f"not: {means}",
        "cut_off": args.cut_off, "seed": args.seed, "features": list(features.names), "versions": versions(),
    }  # fmt: skip
    return Question(features, labels.label, protocol, args.cut_off, policy, args.seed), about


def _tried(question: Question, names: list[str], kinds: list[str], about: dict[str, Any], *, quiet: bool) -> Board:
    """Every candidate with every resampling, with a bar that moves with the fits."""
    import numpy as np
    from tqdm import tqdm

    from model.lab.board import Board
    from model.lab.trials import entry

    each = len(question.protocol.rounds)
    entries: list[Entry] = []
    with tqdm(total=len(names) * len(kinds) * each, bar_format=BAR, disable=quiet, file=sys.stderr) as bar:

        def tell(what: str) -> None:
            bar.set_description_str(what)
            bar.update(min(1, each * (len(entries) + 1) - bar.n))

        for kind in kinds:
            for name in names:
                entries.append(entry(name, kind, question, tell=tell))
                bar.update(each * len(entries) - bar.n)
    rows = np.unique(np.concatenate([r.test for r in question.protocol.rounds if not r.warm_up]))
    return Board.of(entries, policy=question.policy, share=float(question.label[rows].mean()), about=about)


if __name__ == "__main__":
    sys.exit(main())
