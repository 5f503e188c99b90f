"""App room: the pages, in the order of the navigation bar."""

from __future__ import annotations

from app.pages import (
    alerts,
    backtest,
    data,
    decisions,
    drift,
    false_positives,
    methods,
    model_effect,
    overdue,
    pulse,
    releases,
    review,
    score_case,
    segments,
    simulator,
)

PAGES = (
    pulse.PAGE,
    overdue.PAGE,
    segments.PAGE,
    backtest.PAGE,
    false_positives.PAGE,
    model_effect.PAGE,
    simulator.PAGE,
    decisions.PAGE,
    review.PAGE,
    drift.PAGE,
    alerts.PAGE,
    score_case.PAGE,
    data.PAGE,
    methods.PAGE,
    releases.PAGE,
)
