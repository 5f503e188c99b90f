"""Asks the application of a store in this process, as a client would over HTTP."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx

from app.main import desk_of
from app.settings import Settings
from app.shell import make_app


class Client:
    """Asks an application in this process, as a client would over HTTP."""

    def __init__(self, store: Path, **settings: Any) -> None:
        wanted = Settings(store=store, **settings)
        self.app = make_app(desk_of(wanted), wanted).starlette_app

    def get(self, path: str) -> httpx.Response:
        return self.ask("GET", path)

    def post(self, path: str, **more: Any) -> httpx.Response:
        return self.ask("POST", path, **more)

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://cartera") as client:
                return await client.request(method, path, **more)

        return asyncio.run(asked())
