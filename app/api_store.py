"""App room: what the store holds, over HTTP: a stored score, the model's card, the releases, and how the server is."""

from __future__ import annotations

import math
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated, Any, Final

import numpy as np
import orjson
import pandas as pd
from fastapi import APIRouter, Path, Query, Response

from app import api_shapes as shapes
from app.api_errors import ApiError
from app.api_service import Service
from app.desk import Trouble
from data.contract import CarteraError
from data.rows import LABEL_STATES
from data.store import Release

COLUMNS: Final = (
    "client", "obligation", "month", "score", "model", "label_state", "eligible", "reason_1", "reason_2", "reason_3",
)  # fmt: skip
_ID: Final = 2**63 - 1
Id = Annotated[int, Path(ge=0, le=_ID, description="id of the obligation, as in the store")]
Client = Annotated[int | None, Query(ge=0, le=_ID, description="its client, where several have it")]
Month = Annotated[int | None, Query(ge=190001, le=219912, description="month YYYYMM; the newest by default")]


def router(service: Service) -> APIRouter:
    """The routes that read the store."""
    routes = APIRouter()

    @routes.get("/api/v1/score/{obligation}", response_model=shapes.Stored, tags=["Scoring"])
    def score(obligation: Id, month: Month = None, client: Client = None) -> Response:
        """The score of an obligation as the newest release has it: of its newest month, or of the month asked for."""
        return answer(stored(service.release(), obligation, month=month, client=client))

    @routes.get("/api/v1/health", response_model=shapes.Health, tags=["Service"])
    def health() -> Response:
        """Whether the store can be read and the promoted model opened; 503 only when the store cannot."""
        body = state(service)
        return answer(body, 503 if body["status"] == "no_store" else 200)

    @routes.get("/api/v1/model", response_model=shapes.Card, tags=["Service"])
    def model() -> Response:
        """The card of the promoted model: features, windows, what it was worth out of time, guards, versions."""
        release = service.release()
        card = release.document("model_card")
        cut_off = float(release.document("grid")["threshold"])
        return answer(
            {"release": release.version, "model": str(card["model_hash"])[:12], "cut_off": cut_off, "card": card}
        )

    @routes.get("/api/v1/releases", response_model=shapes.Releases, tags=["Service"])
    def releases() -> Response:
        """Every release of the store, newest first."""
        return answer({"releases": list(service.desk.store.releases())})

    return routes


def answer(body: dict[str, Any], status: int = 200) -> Response:
    """JSON; numbers that are not finite are null."""
    return Response(orjson.dumps(body), status, media_type="application/json")


def stored(release: Release, obligation: int, *, month: int | None, client: int | None) -> dict[str, Any]:
    """The row of an obligation. Raises ApiError when there is none, or more than one client has it."""
    names = [part.name for part in release.parts("rows")]
    if month is not None and str(month) not in names:
        raise ApiError(404, f"release {release.version} has no month {month}; it has {names[0]}..{names[-1]}")
    for name in [str(month)] if month is not None else reversed(names):
        keys = release.frame("rows", columns=["obligation", "client"], parts=[name])
        at = np.flatnonzero(keys["obligation"].to_numpy() == obligation)
        if client is not None:
            at = at[keys["client"].to_numpy()[at] == client]
        if len(at) > 1:
            raise ApiError(409, f"obligation {obligation} stands under {len(at)} clients in {name}; say ?client=")
        if len(at):
            row = release.frame("rows", columns=list(COLUMNS), parts=[name]).iloc[int(at[0])]
            return row_body(release, row, cut_off=float(release.document("grid")["threshold"]))
    where = f"in {month}" if month is not None else "in any month"
    whose = f" under client {client}" if client is not None else ""
    raise ApiError(404, f"release {release.version} has no obligation {obligation}{whose} {where}")


def row_body(release: Release, row: pd.Series, *, cut_off: float) -> dict[str, Any]:
    """A stored row as the API says it."""
    score = float(row["score"])
    known = math.isfinite(score)
    eligible = bool(row["eligible"])
    lacking = "no model was ready for its month" if eligible else "it was not eligible in that month"
    return {
        "release": release.version,
        "obligation": int(row["obligation"]), "client": int(row["client"]), "month": int(row["month"]),
        "probability": score if known else None,
        "label": int(np.float32(score) >= np.float32(cut_off)) if known else None,
        "cut_off": cut_off,
        "label_state": LABEL_STATES[int(row["label_state"])],
        "reasons": [reason(str(row[c])) for c in ("reason_1", "reason_2", "reason_3") if pd.notna(row[c])],
        "model": str(row["model"]) if pd.notna(row["model"]) else None,
        "reason": "" if known else lacking,
    }  # fmt: skip


def reason(text: str) -> dict[str, Any]:
    """The stored reason "days_past_due:-0.31" in its parts."""
    feature, _, value = text.rpartition(":")
    return {"feature": feature, "contribution": float(value)}


def state(service: Service) -> dict[str, Any]:
    """Whether the store, its newest release and the model can be used, and if not, why."""
    body = {"status": "ok", "version": own_version(), "release": "", "published_at": "", "model": "", "reason": ""}
    newest = service.desk.newest()
    if isinstance(newest, Trouble):
        return body | {"status": "no_store", "reason": newest.message}
    if not newest:
        return body | {"status": "no_release", "reason": "there is no release yet"}
    try:
        release = service.release()
    except CarteraError as error:
        return body | {"status": "no_store", "release": newest, "reason": str(error)}
    body |= {"release": release.version, "published_at": release.published_at}
    try:
        return body | {"model": service.models.model(release).digest[:12]}
    except CarteraError as error:
        return body | {"status": "no_model", "reason": str(error)}


def own_version() -> str:
    """Version of this installation."""
    try:
        return version("cartera")
    except PackageNotFoundError:
        return ""
