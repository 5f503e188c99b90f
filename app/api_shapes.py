"""App room: the bodies that the API answers with, as its documentation states them."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field


class Trouble(BaseModel):
    """What is wrong (RFC 9457, application/problem+json)."""

    type: str
    title: str
    status: int
    detail: str = Field(description="a sentence for people")
    problem_count: int = Field(description="problems in all; the first 10,000 are listed")
    problems: list[ProblemLine]


class ProblemLine(BaseModel):
    """What is wrong with one field of one case."""

    row: int = Field(description="from 1; 0 for what concerns no single row")
    field: str
    value: Any
    rule: str


class Reason(BaseModel):
    """A feature that moved the score: its signed contribution to the log-odds."""

    feature: str
    contribution: float


class Result(BaseModel):
    """The answer for one case."""

    probability: float = Field(ge=0, le=1, description="of the positive class, calibrated")
    label: int = Field(ge=0, le=1, description="1 when the probability is at or above the cut-off")
    reasons: list[Reason] = Field(description="the three strongest; fewer where the model cannot give them")


class Predicted(BaseModel):
    """The answers for cases, in order, and what they were made with."""

    release: str
    model: str = Field(description="first 12 digits of the model's hash, as on every scored row")
    model_hash: str
    cut_off: float
    positive: dict[str, str] = Field(description="what the positive class means, by language")
    predictions: list[int] = Field(description="the labels alone")
    results: list[Result]


class FieldLine(BaseModel):
    """One field of a case."""

    name: str
    kind: str = Field(description="number, whole, text or date (YYYY-MM-DD)")
    label: dict[str, str]
    low: float | None
    high: float | None
    levels: list[str]
    missing: bool = Field(description="whether null may be sent")
    optional: bool = Field(description="whether it may be left out")
    unit: str
    usual: Any


class Fields(BaseModel):
    """The fields of one case, as the promoted model takes it."""

    release: str
    model: str
    source: str
    fields: list[FieldLine]


class Stored(BaseModel):
    """The row of an obligation as the release has it."""

    release: str
    obligation: int
    client: int
    month: int
    probability: float | None
    label: int | None = Field(description="1 when the probability is at or above the cut-off")
    cut_off: float
    label_state: str = Field(description="negative, positive, unlabelled or open")
    reasons: list[Reason] = Field(description="contributions to two decimals, as stored")
    model: str | None
    reason: str = Field(description="why there is no probability; empty when there is one")


class Figure(BaseModel):
    """A number with what it rests on; null where it cannot be known, with the reason."""

    key: str
    value: float | None
    low: float | None
    high: float | None
    n: float | None
    maturity: float | None = Field(description="share of the outcomes that are final")
    month: int
    reason: str
    grade: str = Field(description="evidence grade A to E of an effect; empty for what is no effect")


class Kpi(BaseModel):
    """The figures of a page of the dashboard under a selection."""

    release: str
    published_at: str
    page: str
    first_month: int
    last_month: int
    selection: str = Field(description="the same selection as an address of the dashboard")
    currency: str
    figures: list[Figure]


class Health(BaseModel):
    """Whether the server can do its work."""

    status: str = Field(description="ok, no_release, no_model or no_store")
    version: str
    release: str
    published_at: str
    model: str
    reason: str


class Card(BaseModel):
    """The card of the promoted model."""

    release: str
    model: str
    cut_off: float
    card: dict[str, Any]


class ReleaseLine(BaseModel):
    """A release of the store."""

    version: str
    published_at: str
    note: str
    rows: int
    size: int


class Releases(BaseModel):
    """Every release that can be read, newest first."""

    releases: list[ReleaseLine]
