"""App room: serving: the one place where the application meets the model. Importing it imports no model."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from fastapi import FastAPI

from app import api_files, api_kpi, api_predict, api_store
from app.api_compat import router as compat_router
from app.api_docs import document
from app.api_errors import ApiError, handle
from app.api_service import Model, Service
from app.desk import OPEN_AT_ONCE, Desk, Pin
from app.scorer import CaseReason, ScoredCase
from app.settings import Settings
from data.audited import Audit
from data.case import CaseField, CasesError, Problem
from data.case_check import check_cases
from data.store import Release


class ModelScorer:
    """Opens the models of releases on first use, each once, scores cases with them, and scores rows again that they
    scored. Keeps `app.scorer.Scorer`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: OrderedDict[str, Model] = OrderedDict()
        self._lock = Lock()

    def model(self, release: Release, asked: str = "") -> Model:
        """The promoted model of a release. Raises ChampionError when another one is `asked` for (by its first digits),
        BundleError when it is missing or altered, ApiError when a library that it needs is not installed."""
        with self._lock:
            _promoted(release, asked)
            if release.version not in self._open:
                self._open[release.version] = _opened(release, self._folder)
                while len(self._open) > OPEN_AT_ONCE:
                    self._open.popitem(last=False)
            return self._open[release.version]

    def fields(self, pin: Pin) -> tuple[CaseField, ...]:
        """The fields of one case, in the order of a form."""
        return tuple(self.model(pin.release).fields)

    def score(self, pin: Pin, cases: Sequence[Mapping[str, object]]) -> tuple[ScoredCase, ...] | tuple[Problem, ...]:
        """The answer for each case, in order; or every problem of every case."""
        model = self.model(pin.release)
        try:
            found = model.answers(check_cases(model.fields, cases))
        except CasesError as error:
            return error.problems
        reasons = (tuple(CaseReason(n, v) for n, v in found.reasons_of(i)) for i in range(len(cases)))
        scored = zip(found.probability.tolist(), found.label.tolist(), reasons, strict=True)
        return tuple(ScoredCase(p, y, why) for p, y, why in scored)

    def audit(self, release: Release) -> Audit:
        """Rows of a release scored again with the models that scored them."""
        with _here():
            from model.audit import audit

            return audit(release, self._folder)


def _promoted(release: Release, asked: str) -> None:
    """Raises ChampionError when a model that is not promoted is asked for."""
    if asked:
        from model.champion import served

        served(release, asked)


def _opened(release: Release, folder: Path) -> Model:
    with _here():
        from model.serving import open_model

        return open_model(release, folder)


@contextmanager
def _here() -> Iterator[None]:
    """Says which library is lacking where models cannot be opened."""
    try:
        yield
    except ImportError as error:
        lacking = (error.name or str(error)).partition(".")[0]
        raise ApiError(503, f"cases cannot be scored here: {lacking} is not installed") from error


def make_api(desk: Desk, settings: Settings, scorer: ModelScorer) -> FastAPI:
    """The API over what a desk opens and a scorer answers."""
    service = Service(desk, settings, scorer)
    app = FastAPI(title="Cartera", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    handle(app)
    for part in (api_predict, api_files, api_store, api_kpi):
        app.include_router(part.router(service))
    if settings.compat:
        app.include_router(compat_router(service))
    document(app, service)
    return app
