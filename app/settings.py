"""App room: settings, the one place that reads the environment."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """How the dashboard runs.

    `language` "" follows the browser; `poll_seconds` is the time between two looks for a new release; `cache` is where
    coded columns are kept between runs (None: beside the store); `icv_target` and `icv_limit` are the bank's own, as
    fractions (NaN: none). `api`: whether the scoring API is served beside the pages; `compat`: whether the routes of
    earlier systems are, which carry personal data in their address. `records`: address of the database that keeps what
    people decide ("" for a file of the store); `user_header`: the header in which a proxy that has signed the reader in
    gives the name ("" when there is none: names are then typed, and nobody verifies them).
    """

    store: Path = Path("var/store")
    host: str = "127.0.0.1"
    port: int = 8000
    language: str = ""
    poll_seconds: float = 2.0
    cache: Path | None = None
    icv_target: float = math.nan
    icv_limit: float = math.nan
    api: bool = True
    compat: bool = False
    records: str = ""
    user_header: str = ""

    @property
    def records_place(self) -> Path | str:
        """Where what people decide is kept: a file, or the address of a database."""
        return self.records or self.store / "records.db"

    @property
    def models(self) -> Path:
        """Folder of the models that the releases of the store name."""
        return self.store / "models"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Settings from CARTERA_STORE, _HOST, _PORT, _LANG, _POLL_SECONDS, _CACHE, _ICV_TARGET and _ICV_LIMIT in
        percent, _API and _COMPAT (0 or 1), _RECORDS and _USER_HEADER; defaults where unset. Raises ValueError naming
        the variable that does not parse."""
        have = os.environ if environment is None else environment
        cache = have.get("CARTERA_CACHE", "")
        return cls(
            store=Path(have.get("CARTERA_STORE") or cls.store),
            host=have.get("CARTERA_HOST") or cls.host,
            port=int(_number(have, "CARTERA_PORT", cls.port)),
            language=have.get("CARTERA_LANG", "").lower()[:2],
            poll_seconds=_number(have, "CARTERA_POLL_SECONDS", cls.poll_seconds),
            cache=Path(cache) if cache else None,
            icv_target=_number(have, "CARTERA_ICV_TARGET", math.nan) / 100,
            icv_limit=_number(have, "CARTERA_ICV_LIMIT", math.nan) / 100,
            api=_flag(have, "CARTERA_API", cls.api),
            compat=_flag(have, "CARTERA_COMPAT", cls.compat),
            records=have.get("CARTERA_RECORDS", ""),
            user_header=have.get("CARTERA_USER_HEADER", ""),
        )


def _number(have: Mapping[str, str], name: str, default: float) -> float:
    text = have.get(name) or str(default)
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"{name} must be a number; it is {text!r}") from None


def _flag(have: Mapping[str, str], name: str, default: bool) -> bool:
    text = have.get(name) or str(int(default))
    if text not in ("0", "1"):
        raise ValueError(f"{name} must be 0 or 1; it is {text!r}")
    return text == "1"
