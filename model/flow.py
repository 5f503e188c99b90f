"""Model room: `python -m model.flow`, the monthly refresh as a Prefect flow: read, train, publish, each seen and
retried.

Prefect is an optional install; without it, cron or systemd do the same. Two runs never overlap: the store's lock
refuses the second one, whoever started it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from data.contract import CarteraError
from model.train import clash, parser

ABSENT = (
    "Prefect is not installed here. Its server needs another FastAPI than Cartera does, so it has an environment of "
    "its own: `make flow` makes it from .deploy/flow-requirements.txt."
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the flow once, or with --cron serve it until stopped. Returns 0, or 1 when Prefect is absent or the refresh
    was refused."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    commands = parser()
    commands.prog = "python -m model.flow"
    commands.add_argument("--cron", metavar="RULE", help='serve the flow by this rule, e.g. "0 4 3 * *", instead of '
                          "running it once")  # fmt: skip
    given = commands.parse_args(arguments)
    if wrong := clash(given):
        commands.error(wrong)
    try:
        from model.flow_steps import NAME, refresh
    except ModuleNotFoundError as error:
        if error.name != "prefect":
            raise
        print(ABSENT, file=sys.stderr)
        return 1
    if given.cron:
        refresh.serve(NAME, cron=given.cron, parameters={"arguments": without_cron(arguments)}, limit=1)
        return 0
    try:
        print(refresh(arguments))
    except (CarteraError, OSError) as error:
        print(f"\nNothing was published.\n{error}", file=sys.stderr)
        return 1
    return 0


def without_cron(arguments: list[str]) -> list[str]:
    """The words that each run of the flow gets."""
    place = next(k for k, word in enumerate(arguments) if word.split("=")[0] == "--cron")
    return arguments[:place] + arguments[place + (1 if "=" in arguments[place] else 2) :]


if __name__ == "__main__":
    sys.exit(main())
