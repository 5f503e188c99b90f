"""App room: `python -m app.data_report`: the data report as a file, of a release or straight from files."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.l10n import L10n
from app.report_file import as_html, as_json
from app.settings import Settings
from app.views.data_report_figures import Report
from app.words import LANGUAGES, pick
from data.contract import CarteraError, ContractError
from data.parquet_store import ParquetStore
from data.report import report as report_of
from data.sources import MAPPED, SOURCES, load

ABOUT = """\
Write what a source's columns hold, what is wrong with them and what they have to do with the outcome: one HTML page
that stands alone, and beside it the same numbers as JSON. From a release of a store, or straight from files, before
anything is trained.
"""
EXAMPLES = """\
examples:
  python -m app.data_report --store store/ --out report.html --lang es
  python -m app.data_report --source opciones_pago --data files/ --out report.html
"""


def parser() -> argparse.ArgumentParser:
    """The command line."""
    p = argparse.ArgumentParser(
        "python -m app.data_report", description=ABOUT, epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    p.add_argument("--store", type=Path, help="folder of releases")
    p.add_argument("--release", default="", metavar="V", help="version of the release (default: the newest)")
    p.add_argument("--source", choices=SOURCES, help="kind of files, instead of a store")
    p.add_argument("--data", help="the source's folder or file, or the address of its database")
    p.add_argument("--mapping", type=Path, help="TOML that says what the table's columns mean (source table)")
    p.add_argument(
        "--as-of", type=int, metavar="YYYYMM", help="last month whose end is known (default: the files' last)"
    )
    p.add_argument("--out", type=Path, required=True, help="file to write; .json gives the numbers alone")
    p.add_argument("--lang", choices=tuple(LANGUAGES), default="", help="language (default: CARTERA_LANG, else es)")
    return p


def main(argv: Sequence[str] | None = None) -> int:
    """Write the report. Returns 0 when it was written, 1 when not, and then says why on standard error."""
    args = parser().parse_args(argv)
    if (args.store is None) == (args.source is None):
        parser().error("give either --store, or --source with --data")
    if args.source and not args.data:
        parser().error("--source needs --data")
    if args.source in MAPPED and args.mapping is None:
        parser().error(f"--source {args.source} needs --mapping")
    try:
        document = _from_store(args.store, args.release) if args.store else _from_files(args)
        written = _write(document, args.out, pick(args.lang, Settings.from_environment().language))
    except CarteraError as error:
        row = "\n(Row 1 is the first row under the header.)" if isinstance(error, ContractError) else ""
        print(f"No report was written.\n{error}{row}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"No report was written.\n{error.filename or 'The disk'}: {error.strerror or error}", file=sys.stderr)
        return 1
    print("The data report is in " + " and ".join(map(str, written)))
    return 0


def _from_store(store: Path, version: str) -> dict[str, Any]:
    release = ParquetStore(store).read(version)
    if "data_report" not in release.documents():
        raise CarteraError(
            f"Release {release.version} was published before there were data reports. Train again, or give --source "
            "and --data instead of --store."
        )
    document: dict[str, Any] = release.document("data_report")
    return document


def _from_files(args: argparse.Namespace) -> dict[str, Any]:
    return report_of(load(args.source, args.data, mapping=args.mapping, as_of=args.as_of))


def _write(document: dict[str, Any], out: Path, language: str) -> list[Path]:
    """The page and, beside it, the numbers; with the ending .json the numbers alone."""
    found = Report(document)
    files = {out.with_suffix(".json"): as_json(found)}
    if out.suffix != ".json":
        files = {out: as_html(found, L10n(language, document["currency"])), **files}
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")
    return list(files)


if __name__ == "__main__":
    sys.exit(main())
