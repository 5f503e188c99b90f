"""Model room: a trained model with its card, found by the hash of its content and loaded only if the hash holds.

A joblib file is code: whoever can change it can run anything. So the hash, which comes from a release that is trusted,
is checked against the bytes before a single one is unpickled.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import joblib

from data.contract import CarteraError
from data.durable import cause
from model.calibrate import Platt
from model.candidates import Fitted
from model.champion import SHORT
from model.encode import Encoding

CONTENT = "bundle.joblib"
MANIFEST = "manifest.json"


class BundleError(CarteraError):
    """A model cannot be loaded: it is missing or altered."""

    code = "bundle"


class MissingBundleError(BundleError):
    """A model is not in the folder of models."""


class AlteredBundleError(BundleError):
    """A model's bytes are not those that were saved; they were not opened."""


@dataclass(frozen=True)
class Bundle:
    """A model and all that scoring with it needs: the fitted candidate and its name, encoding (features with their
    training levels), calibration, its window, what class 1 means by language, and the versions that trained it.
    `metrics` is its card, which may grow as outcomes come in, and is no part of the hash."""

    candidate: str
    model: Fitted
    encoding: Encoding
    calibration: Platt
    window: Mapping[str, int]
    positive: Mapping[str, str]
    versions: Mapping[str, str]
    metrics: Mapping[str, Any] = field(default_factory=dict)

    def content(self) -> bytes:
        """The bytes that the hash speaks of: the same for the same model. Beside the fitted candidate everything is
        text, as pickled texts would differ by which of them are one object in memory."""
        told = {n: getattr(self, n) for n in ("candidate", "window", "positive", "versions")}
        told |= {"encoding": asdict(self.encoding), "calibration": asdict(self.calibration)}
        buffer = io.BytesIO()
        joblib.dump({"model": self.model, "told": json.dumps(told, sort_keys=True)}, buffer, compress=("zlib", 3))
        return buffer.getvalue()

    @staticmethod
    def of(content: bytes, metrics: Mapping[str, Any]) -> Bundle:
        """The bundle of a content that is trusted. Raises KeyError or TypeError when an older program made it."""
        held = joblib.load(io.BytesIO(content))
        told = json.loads(held["told"])
        said = told.pop("encoding")
        encoding = Encoding(tuple(said["names"]), {n: tuple(each) for n, each in said["levels"].items()})
        return Bundle(
            model=held["model"],
            encoding=encoding,
            calibration=Platt(**told.pop("calibration")),
            **told,
            metrics=metrics,
        )


def versions(needs: str = "") -> dict[str, str]:
    """Versions of Python and of the libraries that a model's answers depend on; `needs`: one that it has beside the
    usual ones."""
    names = ("lightgbm", "numpy", "pandas", "sklearn", *([needs] if needs else []))
    found = {name: str(import_module(name).__version__) for name in names}
    return {"python": ".".join(map(str, sys.version_info[:3])), **found}


def sha256(content: bytes) -> str:
    """Hash of a bundle's content, 64 hex digits; its first 12 stand on the rows that it scored."""
    return hashlib.sha256(content).hexdigest()


def save(bundle: Bundle, folder: Path, *, content: bytes, metrics: Mapping[str, Any] | None = None) -> bool:
    """Write a bundle, of which `content` are the bytes, to `folder`/<first 12 digits of its hash>/; whether it is new.

    A model that is there already keeps its content; its card is written anew. Raises BundleError when the folder
    cannot be written.
    """
    digest = sha256(content)
    place = folder / digest[:SHORT]
    card = {
        "sha256": digest,
        "metrics": metrics or bundle.metrics,
        "window": bundle.window,
        "versions": bundle.versions,
    }
    new = not place.exists()
    try:
        place.mkdir(parents=True, exist_ok=True)
        target = place / CONTENT
        new = not target.exists() or sha256(target.read_bytes()) != digest
        if new:
            _write(target, content)
        _write(place / MANIFEST, json.dumps(card, indent=1, sort_keys=True).encode())
    except OSError as error:
        if new:
            discard(folder, [digest])
        raise BundleError(f"model {digest[:SHORT]} cannot be written to {folder}: {cause(error, folder)}") from error
    return new


def discard(folder: Path, digests: Iterable[str]) -> None:
    """Remove the bundles of these hashes."""
    for digest in digests:
        shutil.rmtree(folder / digest[:SHORT], ignore_errors=True)


def load(folder: Path, digest: str) -> Bundle:
    """The bundle whose content has this hash. `digest`: all 64 digits, from a source that is trusted.

    Raises MissingBundleError when it is missing, AlteredBundleError when its bytes are not those that were saved,
    BundleError when another version of this program, or a library that is not installed, made it.
    """
    place = folder / digest[:SHORT]
    try:
        content = (place / CONTENT).read_bytes()
        card = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise MissingBundleError(
            f"model {digest[:SHORT]} is not in {folder}: {Path(str(error.filename)).name} is missing"
        ) from error
    except ValueError as error:
        raise BundleError(f"the card of model {digest[:SHORT]} in {folder} is damaged") from error
    if sha256(content) != digest:
        raise AlteredBundleError(
            f"model {digest[:SHORT]} in {folder} was altered: its content has the hash {sha256(content)[:SHORT]}; "
            "it was not opened. Train again, or restore the file."
        )
    try:
        return Bundle.of(content, card.get("metrics", {}))
    except (KeyError, TypeError, AttributeError, ImportError) as error:
        raise BundleError(
            f"model {digest[:SHORT]} in {folder} is of another program than this one ({error}); train again"
        ) from error


def _write(target: Path, content: bytes) -> None:
    """Whole or not at all: to a temporary name, synced, renamed."""
    temporary = target.with_name(f"{target.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
