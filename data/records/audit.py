"""Data room: the audit log as a chain: each line holds the hash of the line before it, so that a change shows. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Protocol

from data.records.canonical import canonical, sha256

FIRST: Final = "0" * 64
"""What stands in the first line for the hash of the line before."""


@dataclass(frozen=True)
class Entry:
    """One line: its number (1, 2, 3, ... without gaps), when (UTC, ISO; never before the line above), who, did what, to
    what, on which evidence (its hash), the subject as it then stood (canonical JSON), the hash of the line before, and
    its own."""

    seq: int
    at: str
    user: str
    action: str
    subject: str
    evidence: str
    payload: str
    previous: str = FIRST
    hash: str = ""

    @property
    def payload_hash(self) -> str:
        """The hash of what the subject was."""
        return sha256(self.payload)


def after(
    last: Entry | None, *, at: str, user: str, action: str, subject: str, evidence: str, payload: Mapping[str, Any]
) -> Entry:
    """The line that comes next. Where the clock went back, it carries the time of the line before."""
    number, previous = (last.seq + 1, last.hash) if last else (1, FIRST)
    when = max(at, last.at) if last else at
    line = Entry(number, when, user, action, subject, evidence, canonical(payload), previous)
    return replace(line, hash=digest(line))


def digest(line: Entry) -> str:
    """The hash that a line must carry."""
    kept = {name: value for name, value in asdict(line).items() if name not in ("payload", "hash")}
    return sha256(canonical({**kept, "payload_hash": line.payload_hash}))


def breaks(log: Sequence[Entry]) -> list[str]:
    """A sentence for each line that was changed, removed or put in; none when the chain holds. `log` in its order."""
    found, before = [], None
    for line in log:
        number, previous = (before.seq + 1, before.hash) if before else (1, FIRST)
        if line.seq != number:
            found.append(f"Audit line {number} is missing.")
        elif line.previous != previous:
            found.append(f"Audit line {line.seq} does not follow the line before it.")
        if line.hash != digest(line):
            found.append(f"Audit line {line.seq} was changed.")
        elif before and line.at < before.at:
            found.append(f"Audit line {line.seq} is older than the line before it.")
        before = line
    return found


class Kept(Protocol):
    """What the log follows: a dataclass that it calls `subject`, "kind/number"."""

    @property
    def subject(self) -> str:
        """What the audit log calls it."""


def strays(log: Sequence[Entry], kept: Sequence[Kept], *, kind: str = "decision") -> list[str]:
    """A sentence for each decision, or whatever else of its kind, that does not stand as the log last says."""
    last = {e.subject: json.loads(e.payload).get(kind) for e in log if e.subject.startswith(f"{kind}/")}
    there = {k.subject: asdict(k) for k in kept}  # type: ignore[call-overload]
    changed = [s for s, stands in there.items() if last.get(s) != stands]
    gone = [s for s, stood in last.items() if stood and s not in there]
    return [f"{s} does not stand as the audit log says." for s in changed] + [f"{s} was removed." for s in gone]
