"""App room: POST score/file: a file of cases in, a file of answers out, in memory that does not grow with its rows."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Annotated, Any, Final

import pandas as pd
import pyarrow as pa
from fastapi import APIRouter, Query, Request, Response
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse

from app.api_errors import ApiError
from app.api_predict import Asked, Explain
from app.api_service import Model, Service
from data.case_check import Found, check_table
from data.case_file import AnswerFile, CaseFile, open_file

MOST_BYTES: Final = 4 << 30
CSV, PARQUET = "text/csv", "application/vnd.apache.parquet"
_FILE: Final[dict[str, Any]] = {"schema": {"type": "string", "format": "binary"}}
_BODY: Final[dict[str, Any]] = {"requestBody": {"required": True, "content": {CSV: _FILE, PARQUET: _FILE}}}
_ANSWER: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The answers, a row per case, in order", "content": {CSV: _FILE, PARQUET: _FILE}}
}
Keys = Annotated[
    str, Query(description="columns to pass on to the answer, separated by commas; the row number when there is none")
]


def router(service: Service) -> APIRouter:
    """The route that scores files."""
    routes = APIRouter(tags=["Scoring"])

    @routes.post("/api/v1/score/file", response_class=Response, responses=_ANSWER, openapi_extra=_BODY)
    async def score_file(request: Request, keys: Keys = "", asked: Asked = "", explain: Explain = True) -> Response:
        """A CSV or Parquet file of cases, a column per field; the answer is a file of the same kind with the keys, the
        probability, the label and three reasons of each row.

        The whole file is read before an answer begins: when any row is wrong, every problem is listed with its row,
        column and value (422), and there is no answer. Send it as the body: `curl --data-binary @cases.csv -H
        'Content-Type: text/csv'`. Up to 4 GB; memory does not grow with its rows.
        """
        model = await run_in_threadpool(service.model, asked)
        folder = Path(tempfile.mkdtemp(prefix="cartera-"))
        try:
            await receive(request, folder / "file")
            wanted = [k.strip() for k in keys.split(",") if k.strip()]
            made, cases = await run_in_threadpool(scored, model, folder, wanted, explain=explain)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return FileResponse(
            made,
            media_type=PARQUET if cases.is_parquet else CSV,
            filename=f"scores{cases.path.suffix}",
            headers={"x-cartera-release": model.release, "x-cartera-model": model.digest},
            background=BackgroundTask(shutil.rmtree, folder, ignore_errors=True),
        )

    return routes


async def receive(request: Request, path: Path) -> None:
    """The body of a request as a file. Raises ApiError when it is too large, or the disk is full."""
    size = 0
    try:
        with path.open("wb") as file:
            async for part in request.stream():
                size += len(part)
                if size > MOST_BYTES:
                    raise ApiError(413, f"the file is larger than {MOST_BYTES >> 30} GB; send it in parts")
                file.write(part)
    except OSError as error:
        raise ApiError(503, f"the file cannot be kept while it is scored: {error.strerror}") from error
    if not size:
        raise ApiError(422, "the body is empty; a CSV or Parquet file is expected")


def scored(model: Model, folder: Path, keys: list[str], *, explain: bool) -> tuple[Path, CaseFile]:
    """The file of answers, and the file that it answers. Raises CasesError when any row is wrong."""
    cases = open_file(folder / "file", model.fields, keys=keys)
    found = Found()
    made = folder / f"scores{cases.path.suffix}"
    with AnswerFile(made, cases) as out:
        for batch in cases.batches(found):
            frame = check_table(model.fields, batch, found)
            found.first += batch.num_rows
            if not found.count:
                out.add(batch, columns(model, frame, explain=explain))
    found.raise_any()
    if not found.first:
        raise ApiError(422, "the file has a header but no rows: there is no case to score")
    return made, cases


def columns(model: Model, frame: pd.DataFrame, *, explain: bool) -> dict[str, pa.Array]:
    """The answers for a frame of cases as columns."""
    found = model.answers(frame, explain=explain)
    words = found.in_words() if explain else []
    return {
        "probability": pa.array(found.probability.astype("float64")),
        "label": pa.array(found.label),
        **{f"reason_{i + 1}": pa.array(each).cast(pa.string()) for i, each in enumerate(words)},
    }
