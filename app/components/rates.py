"""App room: rates side by side, each with its interval, what it is a share of and what it is for."""

from __future__ import annotations

from collections.abc import Sequence

from htmltools import Tag, TagChild, tags

from app.views.error_shapes import Rate


def rate_tiles(rates: Sequence[Rate]) -> Tag:
    """One tile per rate: three abreast, two on a tablet, one on a phone."""
    return tags.div(*map(_tile, rates), class_="rate-tiles", role="list")


def _tile(rate: Rate) -> Tag:
    return tags.div(
        tags.h3(rate.name),
        tags.div(_value(rate), class_="rate-line"),
        tags.div(tags.code(rate.formula), " ", rate.share_of, class_="rate-of"),
        tags.div(rate.use, class_="rate-use"),
        class_=f"rate-tile rate-{rate.level}" + (" rate-missing" if rate.missing else ""),
        role="listitem",
        data_key=rate.key,
    )


def _value(rate: Rate) -> TagChild:
    if rate.missing:
        return [tags.span(rate.value, class_="rate-none"), tags.span(rate.missing, class_="rate-why")]
    against = tags.span(rate.against, class_=f"rate-against level-{rate.level}") if rate.against else None
    return [
        tags.span(rate.value, class_="rate-value"),
        tags.span(rate.interval, class_="rate-interval"),
        tags.span(rate.n, class_="rate-n"),
        against,
    ]
