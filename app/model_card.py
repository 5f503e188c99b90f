"""App room: `python -m app.model_card`: the model card of a release as a file, HTML or PDF, in three languages."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path

from app import html_file, pdf
from app.l10n import L10n
from app.settings import Settings
from app.views import model_card as view
from app.views.lineage_figures import Lineage, Refused, audited, lineage
from app.words import LANGUAGES, pick
from data.audited import Audit
from data.contract import CarteraError
from data.parquet_store import ParquetStore

ABOUT = """\
Write the card of the model that scored a release: what it is, what it was worth, which data and code made it, which
guards looked at it, and whether the registered models score the release's rows again as they were published.
"""


def file_name(found: Lineage, l10n: L10n, ending: str) -> str:
    """What the file is called: the model, the release, the language."""
    return f"model_card_{found.version}_{l10n.language}.{ending}"


def as_html(found: Lineage, l10n: L10n, audit: Audit | Refused | None) -> str:
    """The card as one HTML page that stands alone."""
    said = view.blocks(l10n, found, audit)
    return html_file.as_html(view.title(l10n, found), said, language=l10n.language, foot=view.foot(l10n, found))


def as_pdf(found: Lineage, l10n: L10n, audit: Audit | Refused | None) -> bytes:
    """The card as PDF; the same release and audit give the same bytes."""
    return pdf.as_pdf(
        view.title(l10n, found), view.blocks(l10n, found, audit), language=l10n.language,
        made=dt.datetime.fromisoformat(found.published_at), foot=view.foot(l10n, found),
    )  # fmt: skip


def parser() -> argparse.ArgumentParser:
    """The command line."""
    p = argparse.ArgumentParser("python -m app.model_card", description=ABOUT)
    p.add_argument("--store", type=Path, help="folder of releases (default: CARTERA_STORE)")
    p.add_argument("--release", default="", metavar="V", help="version of the release (default: the newest)")
    p.add_argument("--out", type=Path, required=True, help="file to write: .html or .pdf")
    p.add_argument("--lang", choices=tuple(LANGUAGES), default="", help="language (default: CARTERA_LANG, else es)")
    p.add_argument("--no-audit", action="store_true", help="do not score rows again")
    return p


def main(argv: Sequence[str] | None = None) -> int:
    """Write the card. Returns 0 when it was written, 1 when not, and then says why on standard error."""
    args = parser().parse_args(argv)
    if args.out.suffix not in (".html", ".pdf"):
        parser().error(f"--out: .html or .pdf is needed, not {args.out.name}")
    try:
        _write(args)
    except (CarteraError, OSError) as error:
        print(f"Nothing was written.\n{error}", file=sys.stderr)
        return 1
    return 0


def _write(args: argparse.Namespace) -> None:
    from app.api import ModelScorer  # the API stands on pages, and a page on this module

    settings = Settings.from_environment()
    store = args.store or settings.store
    release = ParquetStore(store).read(args.release)
    found = lineage(release)
    l10n = L10n(
        pick(args.lang, settings.language), found.meaning.get("currency", "COP"), dated=found.meaning.get("dated", True)
    )
    audit = None if args.no_audit else audited(ModelScorer(store / "models"), release)
    if args.out.suffix == ".pdf":
        args.out.write_bytes(as_pdf(found, l10n, audit))
    else:
        args.out.write_text(as_html(found, l10n, audit), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
