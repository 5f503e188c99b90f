"""App room: style sheets, scripts and the font, each served from this machine and cached by the browser for a year."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from htmltools import HTMLDependency, Tag, TagList, head_content, tags
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import theme

WWW = Path(__file__).parent / "www"
_FONT_FILE = "Inter[opsz,wght].ttf"


def package_folder(package: str, folder: str) -> str:
    """A folder inside an installed package, without importing it."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"the package {package} is not installed")
    return str(Path(next(iter(spec.submodule_search_locations))) / folder)


def _own_version() -> str:
    """A version that changes whenever a file of `www` does, so that no browser keeps an old one."""
    content = b"".join(path.read_bytes() for path in sorted(WWW.iterdir()) if path.is_file())
    return f"1.{int(hashlib.sha256(content).hexdigest()[:8], 16)}"


PLOTLY = HTMLDependency(
    "plotly",
    version("plotly"),
    source={"subdir": package_folder("plotly", "package_data")},
    script={"src": "plotly.min.js"},
)
INTER = HTMLDependency("inter", "4.1", source={"subdir": package_folder("fontpkg_inter", "files")})
OWN = HTMLDependency(
    "cartera",
    _own_version(),
    source={"subdir": str(WWW)},
    stylesheet={"href": "app.css"},
    script={"src": "app.js"},
)
CHART_MODULE = f"lib/{OWN.name}-{OWN.version}/chart.js"
"""Where the browser finds the module that draws every chart, relative to the page."""


def head() -> TagList:
    """What every page needs in its head: theme variables, the font, styles and scripts."""
    face = (
        "@font-face{font-family:Inter;font-style:normal;font-weight:100 900;font-display:swap;"
        f"src:url('lib/{INTER.name}-{INTER.version}/{quote(_FONT_FILE)}') format('truetype')}}"
    )
    icon = f"lib/{OWN.name}-{OWN.version}/icon.svg"
    return TagList(
        head_content(tags.style(face + theme.variables()), tags.link(rel="icon", href=icon, type="image/svg+xml")),
        INTER,
        PLOTLY,
        OWN,
    )


def logo() -> Tag:
    """The mark of the brand."""
    return tags.img(src=f"lib/{OWN.name}-{OWN.version}/icon.svg", alt="", width="26", height="26", class_="brand-mark")


class CacheHeaders:
    """Lets browsers keep versioned files for a year, and nothing else."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on and marks the answer on its way back."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        kept = "public, max-age=31536000, immutable" if scope["path"].startswith("/lib/") else "no-cache"

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                MutableHeaders(scope=message).setdefault("cache-control", kept)
            await send(message)

        await self.app(scope, receive, marked)
