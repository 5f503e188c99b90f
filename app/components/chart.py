"""App room: the chart on screen: a small widget that is made once per session and then only told what to draw."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import anywidget
import orjson
import traitlets
from htmltools import Tag, tags
from shiny.types import SilentCancelOutputException
from shinywidgets import output_widget, reactive_read
from shinywidgets._render_widget_base import _rendering_widget, render_widget_base

from app.assets import CHART_MODULE


class Chart(anywidget.AnyWidget):
    """A plotly chart in the browser. `spec`: JSON of {"data", "layout"}; `clicked`: the points last clicked on."""

    _esm = f"const m = await import(new URL('{CHART_MODULE}', document.baseURI).href); export default m.default;"
    spec = traitlets.Unicode("").tag(sync=True)
    clicked: traitlets.List = traitlets.List([]).tag(sync=True)


REPORTS = ("shiny-report-theme", "shiny-report-size")
"""What makes a browser tell the server the colours, the font and the size of an output. Nobody asks for them here: a
chart has its colours from the theme and its size in the browser. Finding them out took the browser longer than all
else of a page, as it works out every style of the page anew for each chart, each time."""


def chart_output(id: str, *, label: str, height: str | None = None) -> Tag:
    """Where a chart stands. `label` says to a screen reader what the chart shows."""
    drawn = output_widget(id, height=height)
    for report in REPORTS:
        drawn.remove_class(report)
    return tags.div(
        drawn,
        role="figure",
        aria_label=label,
        class_="chart-frame html-fill-item html-fill-container",
    )


class render_chart(render_widget_base[Mapping[str, Any], Chart]):  # noqa: N801  a decorator, like shiny's own
    """Draws the plotly spec that the decorated function returns; None draws nothing.

    The widget lives as long as the session: a new spec changes it in place, without flicker, at a fraction of the cost
    of making it again.
    """

    _shown = False

    async def _render(self) -> Any:
        try:
            spec = await self.fn()
        except BaseException:
            self._shown = False
            raise
        if spec is None:
            self._shown = False
            return None
        text = orjson.dumps(spec, option=orjson.OPT_SERIALIZE_NUMPY).decode()
        if self._widget is None:
            self._widget = _made_for_session(text)
            self._invalidate_contexts()
        elif self._widget.spec != text:
            self._widget.spec = text
        if self._shown:
            raise SilentCancelOutputException()
        self._shown = True
        return {"model_id": str(self._widget.model_id), "fill": True, "widget_pkg": "cartera"}

    def clicked(self) -> list[dict[str, Any]]:
        """The points last clicked on: [{x, y, key, trace, point}, ...]. Reactive; waits until the chart is drawn."""
        return reactive_read(self.widget, "clicked")


def _made_for_session(spec: str) -> Chart:
    """A chart that no render owns: it is closed with the session, not with the next change."""
    token = _rendering_widget.set(None)
    try:
        return Chart(spec=spec)
    finally:
        _rendering_widget.reset(token)
