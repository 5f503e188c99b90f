"""Model room: `python -m model.lab.tune`: a source's files in, tuned settings out, as a recipe for `--challenger`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from data.check import check
from data.contract import CarteraError, Portfolio
from data.sources import MAPPED, SOURCES, load
from model import guards
from model.candidates import CANDIDATES, CandidateError, candidate
from model.features import Features, build
from model.fitting import Labels
from model.labels import labels_of

if TYPE_CHECKING:
    from model.lab.tracking import Run
    from model.lab.tune import Tuned

ABOUT = """\
Search the settings of a candidate on a source's files. The last part of the data (30 % of the months, or of the clients
where there are no dates) is never looked at while searching; on it the best draw is compared once with the candidate's
own settings. The search is kept in OUT/tuning.db: the same command goes on where it was stopped.

OUT/<candidate>.json is the recipe:  python -m model.train ... --challenger OUT/<candidate>.json
"""
BAR = "{percentage:3.0f} % |{bar:24}| {elapsed}: {desc}"


def parser() -> argparse.ArgumentParser:
    """The command line."""
    p = argparse.ArgumentParser(
        "python -m model.lab.tune", description=ABOUT, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    p.add_argument("--source", choices=SOURCES, required=True, help="kind of files")
    p.add_argument("--data", required=True, help="folder or file of the source, or the address of a database")
    p.add_argument("--mapping", type=Path, help="TOML that says what the table's columns mean (source table)")
    p.add_argument("--as-of", type=int, metavar="YYYYMM", help="last month whose end is known")
    p.add_argument("--candidate", default="lightgbm", choices=tuple(CANDIDATES), help="(default: lightgbm)")
    p.add_argument("--trials", type=int, default=40, help="draws to make, beside those made before (default: 40)")
    p.add_argument("--minutes", type=float, default=10, help="no new draw after so many minutes (default: 10)")
    p.add_argument("--seed", type=int, default=0, help="seed of the search and of the models (default: 0)")
    p.add_argument("--out", type=Path, required=True, help="folder of the recipe and of the search's database")
    p.add_argument("--no-track", action="store_true", help="do not keep the run in the MLflow database in OUT")
    p.add_argument("--quiet", action="store_true", help="no progress bar")
    return p


def main(argv: Sequence[str] | None = None) -> int:
    """Search. Returns 0 when it ended, 1 with the reason when it could not be made, 130 when it was stopped."""
    p = parser()
    args = p.parse_args(argv)
    if args.source in MAPPED and args.mapping is None:
        p.error(f"--source {args.source} needs --mapping")
    if args.trials < 1 or args.minutes <= 0:
        p.error("--trials must be at least 1 and --minutes above 0")
    try:
        _search(args)
    except (CarteraError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"Stopped. The same command goes on from {args.out / 'tuning.db'}.", file=sys.stderr)
        return 130
    return 0


def _search(args: argparse.Namespace) -> None:
    try:
        from model.lab.tune import Budget, open_study, tune
    except ModuleNotFoundError as why:
        raise CandidateError(f"tuning needs {why.name}, which is not installed: pip install 'cartera[lab]'") from why
    from tqdm import tqdm

    from model.lab.folds import plan
    from model.lab.tracking import hash_of, kept

    found = candidate(args.candidate)
    portfolio = load(args.source, args.data, mapping=args.mapping, as_of=args.as_of)
    features, labels = ready(portfolio)
    client = features.frame["client"].to_numpy()
    folds = plan(labels, client, dated=portfolio.meaning.dated, seed=args.seed)
    args.out.mkdir(parents=True, exist_ok=True)
    alike = hash_of([features.names, len(client), str(labels.label.sum()), str(labels.month.sum()), args.seed])
    study = open_study(f"sqlite:///{args.out / 'tuning.db'}", f"{args.source} {args.candidate} {alike}", seed=args.seed)
    with tqdm(total=100, bar_format=BAR, disable=args.quiet, file=sys.stderr) as bar:

        def tell(what: str, share: float) -> None:
            bar.n = round(100 * share)
            bar.set_description_str(what)

        tuned = tune(
            found, features, labels, folds, study=study, budget=Budget(args.trials, 60 * args.minutes), seed=args.seed,
            tell=tell,
        )  # fmt: skip
    print(tuned.sentence())
    if not args.no_track and (why_not := kept(lambda: _run(args, tuned), args.out)):
        print(f"Not tracked: {why_not}")
    if tuned.recipe.settings:
        path = args.out / f"{args.candidate}.json"
        path.write_text(json.dumps(tuned.recipe.as_record(), indent=1), encoding="utf-8")
        print(f"Recipe: {path} {json.dumps(tuned.recipe.settings)}")


def _run(args: argparse.Namespace, tuned: Tuned) -> Run:
    from model.lab.tracking import of_lab

    return of_lab(f"tuning {args.candidate}", tuned.as_record(args.source))


def ready(portfolio: Portfolio) -> tuple[Features, Labels]:
    """Features without leaks, and labels, of a portfolio that keeps the contract."""
    check(portfolio)
    features = build(portfolio)
    labels = labels_of(portfolio, features)
    return features.without(x.feature for x in guards.leaks(features, labels.label)), labels
