"""App room: the door between the pages and the API, which share one process."""

from __future__ import annotations

from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

ROOT: Final = "/api/"
ALIASES: Final = ("/predict",)
EARLIER: Final = ("/prediccion", "/prueba")
EARLIER_PATH: Final = "/modelo/"


class ApiDoor:
    """Passes requests for the API to it; all others go on to the pages. `earlier`: whether it answers for the addresses
    of earlier systems too."""

    def __init__(self, app: ASGIApp, *, api: ASGIApp, earlier: bool) -> None:
        self._pages, self._api, self._earlier = app, api, earlier

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on to whom it is for."""
        wanted = scope["type"] == "http" and self._is_api(scope["path"])
        await (self._api if wanted else self._pages)(scope, receive, send)

    def _is_api(self, path: str) -> bool:
        if path.startswith(ROOT) or path in ALIASES:
            return True
        return self._earlier and (path in EARLIER or path.startswith(EARLIER_PATH))
