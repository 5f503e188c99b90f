"""Data room: the demo bank. `python -m data.portfolio --out DIR` writes a seeded bank whose truth is known.

The five files of the payment-option problem in their documented format, the two optional ones (cartera, decisiones),
the bank's thresholds and events, and in `truth/` what no bank knows: true probabilities, true effects, and the book of
the worlds that did not happen.
With 36 months from 202301, trtest covers 202301..202512 as known at the end of 202512, and oot is 202601: the opening
of the month after the last, to be scored.
"""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from tqdm import tqdm

from data.bank import truth as true
from data.bank.book import cartera, decisiones
from data.bank.campaign import oot, trtest
from data.bank.customers import customers, first_customers
from data.bank.dynamics import eligible
from data.bank.events import events
from data.bank.ledger import near_arrears, pagos, prob
from data.bank.parameters import REGIONS, ROLLOUT, Bank
from data.bank.population import draw
from data.bank.position import live
from data.bank.targets import targets
from data.bank.worlds import History, Tell, silent, simulate
from data.bank.writing import PortfolioError, Sheets, whole_folder
from data.contract import CarteraError
from data.sources.events import FILE as EVENTS
from data.sources.thresholds import FILE as THRESHOLDS

TRTEST: Final = "prueba_op_base_pivot_var_rpta_alt_enmascarado_trtest.csv"
OOT: Final = "prueba_op_base_pivot_var_rpta_alt_enmascarado_oot.csv"
PROB: Final = "prueba_op_probabilidad_oblig_base_hist_enmascarado_completa.csv"
PAGOS: Final = "prueba_op_maestra_cuotas_pagos_mes_hist_enmascarado_completa.csv"
CUSTOMERS: Final = "prueba_op_master_customer_data_enmascarado_completa.csv"
CARTERA: Final = "cartera.csv"
DECISIONES: Final = "decisiones.csv"
TRUTH: Final = "truth"
FILES: Final = frozenset({TRTEST, OOT, PROB, PAGOS, CUSTOMERS, CARTERA, DECISIONES, THRESHOLDS, EVENTS, TRUTH})

CLIENTS: Final = 60_000
MONTHS: Final = 36
SEED: Final = 42


def generate(
    out: Path,
    *,
    clients: int = CLIENTS,
    months: int = MONTHS,
    seed: int = SEED,
    truth: bool = True,
    bank: Bank = Bank(),  # noqa: B008
    progress: Tell | None = None,
) -> None:
    """Write a bank that opens with `clients` clients and lives `months` months into the folder `out`.

    The same arguments write the same bytes. `progress` is told what is being done, and how many steps of how many are
    done. Raises PortfolioError; then nothing is left in `out` that was not there before.
    """
    _check(clients, months, seed, bank)
    tell = progress or silent
    with whole_folder(out, FILES) as folder:
        history = simulate(draw(bank, clients=clients, months=months, seed=seed), truth=truth, tell=tell)
        _write(history, folder, tell)
        (folder / THRESHOLDS).write_text(targets(bank, clients=clients), encoding="utf-8")
        (folder / EVENTS).write_text(events(bank, months=months), encoding="utf-8")
        if truth:
            true.write(history, folder / TRUTH)


def _check(clients: int, months: int, seed: int, bank: Bank) -> None:
    rules = {
        f"--clients must be at least 100, not {clients}": clients >= 100,
        f"--months must be between 1 and 120, not {months}": 1 <= months <= 120,
        f"--seed must be 0 or more, not {seed}": seed >= 0,
        f"the arms' shares must be 0 or more and add up to 1, not {bank.arms}": (
            len(bank.arms) == 3 and min(bank.arms) >= 0 and abs(sum(bank.arms) - 1) < 1e-9
        ),
        f"a roll-out needs a month of 0 or more for each of the {len(REGIONS)} regions, not {bank.rollout}": (
            not bank.rollout or (len(bank.rollout) == len(REGIONS) and min(bank.rollout) >= 0)
        ),
    }
    broken = [rule for rule, holds in rules.items() if not holds]
    if broken:
        raise PortfolioError("; ".join(broken) + ".")


def _write(history: History, folder: Path, tell: Tell) -> None:
    people, last = history.people, history.last
    near = near_arrears(history)
    with ExitStack() as stack:
        sheets = Sheets(folder, stack)
        sheets.add(CUSTOMERS, first_customers(people, history.months[0].position))
        for month, kept in zip(history.months, near, strict=True):
            sheets.add(TRTEST, trtest(people, month), missing="None")
            sheets.add(PROB, prob(people, month, kept))
            sheets.add(PAGOS, pagos(people, month, kept))
            sheets.add(CUSTOMERS, customers(people, month))
            sheets.add(CARTERA, cartera(people, month.position))
            sheets.add(DECISIONES, decisiones(people, month))
            tell("writing the bank's files", month.position.month + 1, people.months)
        sheets.add(CARTERA, cartera(people, last))
        sheets.add(OOT, oot(people, eligible(people, last, live(last))))


class _Bar:
    """A progress bar on standard error, a new one for each stage."""

    def __init__(self) -> None:
        self._what, self._bar = "", tqdm(disable=True)

    def __call__(self, what: str, done: int, of: int) -> None:
        if what != self._what:
            self.close()
            self._what, self._bar = (
                what,
                tqdm(total=of, desc=what, unit=" months", ncols=100, initial=done, leave=False),
            )
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        """End the bar of the current stage."""
        self._bar.close()


def main(arguments: list[str] | None = None) -> int:
    """The command line: 0 when the bank was written, else (130 when stopped) one sentence on standard error."""
    asked = _parser().parse_args(arguments)
    bar = _Bar()
    try:
        generate(
            asked.out,
            clients=asked.clients,
            months=asked.months,
            seed=asked.seed,
            truth=asked.truth,
            bank=Bank(arms=_arms(asked.arms), rollout=ROLLOUT if asked.rollout else ()),
            progress=bar,
        )
    except CarteraError as error:
        bar.close()
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        bar.close()
        print(f"Stopped. Nothing was left in {asked.out} that was not there before.", file=sys.stderr)
        return 130
    bar.close()
    print(f"The demo bank is in {asked.out}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m data.portfolio", description="Write the demo bank's files.")
    parser.add_argument(
        "--out", type=Path, required=True, help="folder to write (made, or replaced if it is a demo bank)"
    )
    parser.add_argument("--clients", type=int, default=CLIENTS, help="clients at the opening (default %(default)s)")
    parser.add_argument("--months", type=int, default=MONTHS, help="months of history (default %(default)s)")
    parser.add_argument(
        "--seed", type=int, default=SEED, help="the same seed gives the same bank (default %(default)s)"
    )
    parser.add_argument(
        "--arms", default=".5,.25,.25",
        help="shares of model,legacy,none (default %(default)s); 0,1,0: the old rule for all, and nobody is drawn",
    )  # fmt: skip
    parser.add_argument(
        "--rollout", action="store_true", help="no arms: three regions go live first, the others later or never"
    )
    parser.add_argument("--truth", action=argparse.BooleanOptionalAction, default=True, help="also write truth/")
    return parser


def _arms(text: str) -> tuple[float, float, float]:
    try:
        model, legacy, none = (float(part) for part in text.split(","))
    except ValueError:
        raise PortfolioError(f"--arms must be three shares such as .5,.25,.25, not {text!r}.") from None
    return model, legacy, none


if __name__ == "__main__":
    sys.exit(main())
