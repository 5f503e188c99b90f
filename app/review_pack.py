"""App room: a review session as a pack that stands alone, as a page or a PDF, and a pack opened again: its evidence
travels in it whole under its hash, so that a year later it reads as it was signed."""

from __future__ import annotations

import datetime as dt
import html
import io
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from htmltools import tags
from openpyxl import load_workbook

from app import html_file
from app.frozen import Frozen
from app.l10n import L10n
from app.pdf import Block, as_pdf
from app.views import methods as method_words
from app.views import review_blocks as blocks_of
from app.views.review_figures import Book
from data.contract import CarteraError
from data.records.audit import Entry
from data.records.canonical import canonical, sha256
from data.records.review_terms import Finding, Review, Signature

FORM: Final = 1
"""Version of the form of a pack."""
EVIDENCE, RECORD = "evidence", "record"
"""What stands whole in a pack: the frozen figures, and the session with its findings and signatures."""
METHODS: Final = (
    "review", "maturity", "lights", "calibration", "auc", "recalibration", "rescore", "fdr", "icv", "ladder", "psi",
    "coverage",
)  # fmt: skip
"""The methods that explain its figures."""
MOST_BYTES: Final = 50_000_000


class PackError(CarteraError):
    """The file is no pack of a review session; the message says what it lacks."""

    code = "pack"


@dataclass(frozen=True)
class Pack:
    """A session as a document: its title and blocks, its evidence, and the canonical text of its record."""

    l10n: L10n
    title: str
    blocks: Sequence[Block]
    frozen: Frozen
    record: str


@dataclass(frozen=True)
class Opened:
    """A pack as it was read again: its evidence and its session. `broken` names what does not carry its own hash."""

    frozen: Frozen
    review: Review
    findings: Sequence[Finding]
    signatures: Sequence[Signature]
    broken: tuple[str, ...] = field(default=())

    @property
    def book(self) -> Book:
        """The session alone, as the room reads it."""
        return Book((self.review,), self.findings, self.signatures, {self.review.evidence: self.frozen})


def pack(l10n: L10n, known: Book, review: Review, frozen: Frozen, *, filters: str, log: Sequence[Entry]) -> Pack:
    """The pack of a session on its evidence. `filters`: the selection in words; `log`: its lines of the audit log."""
    record = record_of(known, review, log)
    defined = {m.key: m for group in method_words.methods(l10n).values() for m in group}
    made = [
        *blocks_of.opening(l10n, review, frozen, filters=filters),
        *blocks_of.outcome(l10n, known, review),
        *blocks_of.seen(l10n, frozen),
        *blocks_of.definitions(l10n, [defined[key] for key in METHODS]),
        *blocks_of.hashes(l10n, frozen.hash, sha256(record)),
    ]
    return Pack(l10n, review.title, made, frozen, record)


def record_of(known: Book, review: Review, log: Sequence[Entry]) -> str:
    """The session with its findings, every signature, and the hashes of its lines of the audit log, as one text."""
    return canonical(
        {
            "form": FORM, "review": asdict(review), "findings": [asdict(f) for f in known.of(review)],
            "signatures": [asdict(s) for s in known.signed(review)], "signed": known.digest(review),
            "log": [{"seq": e.seq, "at": e.at, "action": e.action, "hash": e.hash} for e in log],
        }
    )  # fmt: skip


def file_name(review: Review, ending: str) -> str:
    """What the file is called: the title and the head of the evidence's hash."""
    title = "".join(c if c.isalnum() or c in "-_" else "_" for c in review.title)
    return f"{title}_{review.evidence[:8]}.{ending}"


def as_html(pack: Pack) -> str:
    """The pack as one HTML page without scripts. It asks no other host for anything."""
    whole = [
        tags.details(tags.summary(name), tags.code(text, id=name), style="font-size: 0.7rem")
        for name, text in ((EVIDENCE, pack.frozen.content), (RECORD, pack.record))
    ]
    return html_file.as_html(pack.title, pack.blocks, language=pack.l10n.language, last=whole)


def as_paper(pack: Pack) -> bytes:
    """The pack as a PDF; of one session, the same to the byte."""
    said = json.loads(pack.record)["review"]
    made = dt.datetime.fromisoformat(said["closed_at"] or said["changed_at"])
    foot = f"{pack.title} · SHA-256 {pack.frozen.hash[:16]}"
    return as_pdf(pack.title, pack.blocks, language=pack.l10n.language, made=made, foot=foot)


def opened(content: bytes) -> Opened:
    """A pack read again, from its page or its workbook. Raises PackError when it is none."""
    if len(content) > MOST_BYTES:
        raise PackError("The file is too large for a pack of a review session.")
    texts, stated = _of_workbook(content) if content[:2] == b"PK" else _of_page(content)
    try:
        record = json.loads(texts[RECORD])
        review, frozen = Review(**record["review"]), Frozen(texts[EVIDENCE])
        found = [Finding(**f) for f in record["findings"]], [Signature(**s) for s in record["signatures"]]
        pages: Mapping[str, Any] = frozen.said["pages"]
    except (ValueError, TypeError, KeyError) as error:
        raise PackError(
            f"What stands in the file is no session: {error}. It may have been cut or written over."
        ) from None
    right = {EVIDENCE: {review.evidence, stated[EVIDENCE]}, RECORD: {stated[RECORD]}}
    broken = tuple(name for name, hashes in right.items() if hashes != {sha256(texts[name])} or not pages)
    return Opened(frozen, review, *found, broken)


def _of_page(content: bytes) -> tuple[dict[str, str], dict[str, str]]:
    page = content.decode(errors="replace")
    found = {name: re.search(rf'<code id="{name}">(.*?)</code>', page, re.DOTALL) for name in (EVIDENCE, RECORD)}
    texts = {name: html.unescape(hit[1]) for name, hit in found.items() if hit}
    codes = re.findall(r"<code>([0-9a-f]{64})</code>", page)
    if len(texts) < len(found) or len(codes) < len(found):
        raise PackError(
            "The file is no pack of a review session: its evidence, its record or their hashes are missing."
        )
    return texts, dict(zip((EVIDENCE, RECORD), codes[-2:], strict=True))


def _of_workbook(content: bytes) -> tuple[dict[str, str], dict[str, str]]:
    try:
        book = load_workbook(io.BytesIO(content), read_only=True)
        rows = {name: [str(row[0].value or "") for row in book[name].iter_rows()] for name in (EVIDENCE, RECORD)}
        heads = {name: str(next(book[name].iter_rows())[1].value or "") for name in rows}
    except (KeyError, ValueError, IndexError, StopIteration, OSError, zipfile.BadZipFile) as error:
        raise PackError(f"The workbook is no pack of a review session: {error}") from None
    return {name: "".join(lines[1:]) for name, lines in rows.items()}, heads
