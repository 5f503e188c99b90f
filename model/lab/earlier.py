"""Model room: `python -m model.lab.earlier`: what earlier systems measured by their own protocols, beside what the same
files give when nothing is looked at that a model may not know, and the sentence that says what makes the difference."""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from data.contract import CarteraError
from data.sources import load
from data.sources.pago_a_tiempo import DATE, FILE, OUTCOME
from data.sources.reading import read
from model.confusion import Confusion
from model.cutoffs import Policy
from model.lab.protocol import LabError, by_client, in_time
from model.lab.trials import Entry, Question, entry
from model.lab.tune_cli import ready

AS_OF: Final = {"alura_cash": 202207}
"""Month of the snapshot of files that do not tell it."""


@dataclass(frozen=True)
class Measured:
    """Figures by one protocol; `bad`: recall of those who did not pay. NaN where it was not measured."""

    name: str
    n: int
    auc: float
    accuracy: float
    bad: float


@dataclass(frozen=True)
class Comparison:
    """An earlier system's protocol (first), the honest ones, and what makes the difference."""

    lines: tuple[Measured, ...]
    sentence: str


def pago_a_tiempo(data: Path) -> Comparison:
    """A logistic regression with every date as a category, split at random; positive is who pays."""
    loans = read(data, FILE).frame
    y = loans[OUTCOME].to_numpy(np.float64)
    X = loans.drop(columns=[OUTCOME, "puntaje", "puntaje_datacredito"])
    X[DATE] = X[DATE].astype(str)
    train, test = train_test_split(np.arange(len(y)), test_size=0.2, random_state=42, stratify=y)
    model = make_pipeline(_prepared(X), LogisticRegression(max_iter=1000)).fit(X.iloc[train], y[train])
    theirs = _called("theirs: dates as categories, split at random", model, X.iloc[test], y[test], bad=0)
    known = y[test]
    everybody = Measured("everybody pays", len(known), 0.5, float(known.mean()), 0.0)
    features, labels = ready(load("pago_a_tiempo", str(data)))
    asked = Question(features, 1 - labels.label, in_time(labels), "f1")
    honest = _line("honest: month by month, LightGBM, cut-off of best F1 of the bad", entry("lightgbm", "none", asked))
    return Comparison(
        (theirs, everybody, honest),
        f"The accuracy {theirs.accuracy:.4f} is the share of those who pay ({everybody.accuracy:.4f}): the model "
        f"calls {'everybody' if theirs.bad == 0 else 'nearly everybody'} a payer and finds {theirs.bad:.0%} of the "
        f"bad loans; {loans[DATE].nunique():,} dates as categories let it learn rows by heart.",
    )


def german_credit(data: Path) -> Comparison:
    """One unstratified split; positive is the bad risk."""
    portfolio = load("german_credit", str(data))
    features, labels = ready(portfolio)
    y, X = labels.label, _texts(features.frame[list(features.names)])
    from imblearn.ensemble import BalancedRandomForestClassifier

    train, test = train_test_split(np.arange(len(y)), test_size=0.2, random_state=42)
    forest = BalancedRandomForestClassifier(
        300, max_depth=12, sampling_strategy="all", replacement=True, bootstrap=False, random_state=42
    )
    model = make_pipeline(_prepared(X), forest).fit(X.iloc[train], y[train])
    theirs = _called("theirs: one split that is not stratified", model, X.iloc[test], y[test], bad=1)
    protocol = by_client(y, features.frame["client"].to_numpy(), folds=5, repeats=2, seed=0)
    asked = Question(features, y, protocol, "recall", Policy(recall=0.71))
    honest = [_line(f"honest: folds, {n}, cut-off for recall 71 %", entry(n, "none", asked)) for n in _GERMAN]
    bad = int(y[test].sum())
    half = 1.96 * math.sqrt(theirs.bad * (1 - theirs.bad) / bad)
    return Comparison(
        (theirs, *honest),
        f"The recall {theirs.bad:.3f} is that of {bad} bad risks in one lucky split (±{half:.2f}); its search was "
        "scored by accuracy, and the code that was kept at last fits all rows and measures nothing.",
    )


_GERMAN: Final = ("balanced_forest", "blend")


def alura_cash(data: Path) -> Comparison:
    """SMOTE on every row before the split; positive is the default."""
    from imblearn.over_sampling import SMOTE

    portfolio = load("alura_cash", str(data), as_of=_as_of(data))
    features, labels = ready(portfolio)
    y, X = labels.label, _texts(features.frame[list(features.names)])
    columns = np.asarray(_prepared(X).fit_transform(X))
    more, told = SMOTE(random_state=42).fit_resample(columns, y)
    train, test = train_test_split(np.arange(len(told)), test_size=0.3, random_state=1457)
    theirs = _called("theirs: SMOTE on all rows, then split", _boosting().fit(more[train], told[train]), more[test],
                     told[test], bad=1)  # fmt: skip
    train, test = train_test_split(np.arange(len(y)), test_size=0.3, random_state=1457)
    same = _called("the same model, split first, no SMOTE", _boosting().fit(columns[train], y[train]), columns[test],
                   y[test], bad=1)  # fmt: skip
    asked = Question(features, y, by_client(y, features.frame["client"].to_numpy(), folds=5, seed=0))
    honest = _line("honest: five folds, deep LightGBM", entry("lightgbm_deep", "none", asked))
    return Comparison(
        (theirs, same, honest),
        f"Made neighbours of a row stand on both sides of the split, and {told.mean():.0%} of the test rows are bad "
        f"where {y.mean():.0%} are: that is worth {theirs.auc - same.auc:+.3f} of AUC and {theirs.bad - same.bad:+.2f} "
        "of recall; its settings were chosen on the test rows besides.",
    )


EARLIER: Final[Mapping[str, Callable[[Path], Comparison]]] = {
    "german_credit": german_credit, "alura_cash": alura_cash, "pago_a_tiempo": pago_a_tiempo,
}  # fmt: skip


def _as_of(data: Path) -> int | None:
    """The month that a joined file does not tell; a dump tells its own."""
    return AS_OF["alura_cash"] if data.is_file() and ".sql" not in data.name else None


def _texts(frame: pd.DataFrame) -> pd.DataFrame:
    """Categories as texts, for the earlier systems' own encoders."""
    found = [n for n in frame if isinstance(frame[n].dtype, pd.CategoricalDtype)]
    return frame.astype(dict.fromkeys(found, object))


def _prepared(X: pd.DataFrame) -> Any:
    """Their preparation: median and scale, most frequent level and one column per level."""
    return make_column_transformer(
        (
            make_pipeline(SimpleImputer(strategy="median"), StandardScaler()),
            make_column_selector(dtype_include="number"),
        ),
        (make_pipeline(SimpleImputer(strategy="most_frequent", missing_values=np.nan), _levels()), _others(X)),
        sparse_threshold=0.3 if DATE in X else 0.0,
    )


def _levels() -> OneHotEncoder:
    return OneHotEncoder(handle_unknown="ignore")


def _others(X: pd.DataFrame) -> list[str]:
    return [str(n) for n in X if not pd.api.types.is_numeric_dtype(X[n].dtype)]


def _boosting() -> GradientBoostingClassifier:
    """The settings that their search ended with."""
    return GradientBoostingClassifier(
        learning_rate=0.1, n_estimators=500, subsample=0.933, min_samples_split=0.05, min_samples_leaf=0.02,
        max_leaf_nodes=256, random_state=42,
    )  # fmt: skip


def _called(name: str, model: Any, X: Any, y: np.ndarray, *, bad: int) -> Measured:
    """Figures at the cut-off .5 that they all used. `bad`: the outcome of those who did not pay."""
    p = model.predict_proba(X)[:, 1]
    counts = Confusion.of((p >= 0.5) if bad else (p < 0.5), y if bad else 1 - y)
    return Measured(name, len(y), float(roc_auc_score(y, p)), float(counts.accuracy), float(counts.recall))


def _line(name: str, found: Entry) -> Measured:
    """Figures of a line of the lab whose positive class is the bad one."""
    if found.failed:
        raise LabError(f"{found.name} could not be tried: {found.failed}")
    told = found.figures
    return Measured(name, found.n, told["auc"].value, told["accuracy"].value, told["recall"].value)


def text(found: Comparison) -> str:
    """The comparison for people."""
    width = 2 + max(len(x.name) for x in found.lines)
    head = f"{'':<{width}}{'rows':>8}{'AUC':>8}{'accuracy':>10}{'recall of bad':>15}"
    rows = [f"{x.name:<{width}}{x.n:>8,}{x.auc:>8.4f}{x.accuracy:>10.4f}{x.bad:>15.3f}" for x in found.lines]
    return "\n".join([head, *rows, "", found.sentence])


def main(argv: Sequence[str] | None = None) -> int:
    """Compare. Returns 0, or 1 with the reason."""
    p = argparse.ArgumentParser("python -m model.lab.earlier", description=__doc__)
    p.add_argument("--source", choices=tuple(EARLIER), required=True, help="whose protocol")
    p.add_argument("--data", type=Path, required=True, help="the source's files")
    args = p.parse_args(argv)
    try:
        print(text(EARLIER[args.source](args.data)))
    except (CarteraError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    except ModuleNotFoundError as error:
        print(f"this protocol needs {error.name}, which is not installed: pip install 'cartera[lab]'", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
