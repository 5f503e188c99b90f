"""App room: numbers as a reader in Colombia, Brazil or elsewhere writes them. The only place where anything is rounded.

Undefined numbers (NaN, None) are written "—". Negative numbers carry a true minus sign; a difference that rounds to
zero carries no sign.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from babel import Locale
from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_decimal, get_currency_symbol, get_decimal_symbol, get_group_symbol

LOCALES = {"es": "es_CO", "en": "en_US", "pt": "pt_BR"}
NOTHING = "—"
MINUS = "−"
_NBSP = "\u00a0"
_MILLION = 1e6


@dataclass(frozen=True)
class Format:
    """Numbers, money and dates in one language; `currency` is the ISO code of the release's money."""

    language: str = "es"
    currency: str = "COP"

    @property
    def locale(self) -> Locale:
        """The region whose habits the language stands for: es-CO, en-US or pt-BR."""
        return _locale(self.language)

    @property
    def separators(self) -> str:
        """Decimal and thousands separators in one string, as plotly's `layout.separators` takes them."""
        return get_decimal_symbol(self.locale) + get_group_symbol(self.locale)

    def number(self, value: float | None, digits: int = 0) -> str:
        """A plain number: 58.544 or 0,93."""
        if value is None or _undefined(value):
            return NOTHING
        text = self._magnitude(value, digits)
        return MINUS + text if rounded_sign(value, digits) < 0 else text

    def percent(self, share: float | None, digits: int = 1) -> str:
        """A share in 0..1 as percent: 41,9 %."""
        if share is None or _undefined(share):
            return NOTHING
        return f"{self.number(share * 100, digits)}{'' if self.language != 'es' else _NBSP}%"

    def points(self, difference: float | None, digits: int = 1) -> str:
        """A difference of two shares in percentage points, signed: −0,1 pp; without a sign when it rounds to zero."""
        if difference is None or _undefined(difference):
            return NOTHING
        return f"{self._signed(difference * 100, digits)}{_NBSP}pp"

    def signed(self, value: float | None, digits: int = 1) -> str:
        """A signed number for a column whose head names the unit: −0,1."""
        return NOTHING if value is None or _undefined(value) else self._signed(value, digits)

    def distance(self, difference: float | None, digits: int = 1) -> str:
        """The size of a difference of two shares, without a sign, for a sentence that says the direction: 0,1 pp."""
        return self.points(difference, digits).lstrip(f"+{MINUS}")

    def change(self, ratio: float | None, digits: int = 1) -> str:
        """A relative change (new / old - 1), signed: +0,6 %."""
        if ratio is None or _undefined(ratio):
            return NOTHING
        return f"{self._signed(ratio * 100, digits)}{'' if self.language != 'es' else _NBSP}%"

    def money(self, amount: float | None, digits: int | None = None) -> str:
        """Money with its unit: $99.764 M (millions), or in full below one million: $845.300."""
        if amount is None or _undefined(amount):
            return NOTHING
        size = abs(amount)
        sign = MINUS if amount < 0 and size >= 0.5 else ""
        if size < _MILLION:
            return f"{sign}{self.symbol}{self._magnitude(size, 0)}"
        digits = (0 if size >= 100 * _MILLION else 1) if digits is None else digits
        return f"{sign}{self.symbol}{self._magnitude(size / _MILLION, digits)}{_NBSP}{self.million}"

    def signed_money(self, amount: float | None) -> str:
        """A difference of money, signed: +$2.008 M."""
        text = self.money(amount)
        return f"+{text}" if amount is not None and 0.5 <= amount < math.inf else text

    def millions(self, amount: float | None) -> str:
        """Money in millions without its unit, for a column whose head names it (`money_unit`): 99.764."""
        if amount is None or _undefined(amount):
            return NOTHING
        return self.number(amount / _MILLION, 0 if abs(amount) >= 100 * _MILLION else 1)

    def money_column(self, largest: float) -> tuple[str, Callable[[float], str]]:
        """The unit of a column of money and how its numbers are written: millions, or in full where the `largest` is
        below ten million."""
        if abs(largest) < 10 * _MILLION:
            return self.symbol.strip(), self.number
        return self.money_unit, self.millions

    @property
    def money_unit(self) -> str:
        """The unit of `millions`: $ M."""
        return f"{self.symbol.strip()}{_NBSP}{self.million}"

    @property
    def symbol(self) -> str:
        """Sign of the currency before an amount: "$" for pesos in Spanish, "COP " where "$" would mislead."""
        symbol = get_currency_symbol(self.currency, self.locale)
        return symbol + _NBSP if len(symbol) > 1 else symbol

    @property
    def million(self) -> str:
        """The unit sign of a million: M, in Portuguese mi."""
        return "mi" if self.language == "pt" else "M"

    def interval(self, low: float | None, high: float | None, digits: int = 1) -> str:
        """An interval of shares: 17,9 – 18,6 %."""
        if low is None or high is None or _undefined(low) or _undefined(high):
            return NOTHING
        return f"{self.number(low * 100, digits)}{_NBSP}–{_NBSP}{self.percent(high, digits)}"

    def month(self, month: int | None) -> str:
        """A month YYYYMM: oct 2026."""
        if not month:
            return NOTHING
        text = format_date(dt.date(month // 100, month % 100, 1), "MMM yyyy", locale=self.locale)
        return text.replace(".", "").replace(" de ", " ")

    def short_month(self, month: int) -> str:
        """A month on an axis: oct 26."""
        text = self.month(month)
        return f"{text[:-4]}{text[-2:]}"

    def months(self, first: int, last: int) -> str:
        """A range of months: ene 2024 – oct 2026."""
        return self.month(first) if first == last else f"{self.month(first)} – {self.month(last)}"

    def moment(self, iso: str) -> str:
        """A moment given as ISO text: 20 nov 2026, 16:09 UTC."""
        text = format_datetime(_parsed(iso), "d MMM yyyy, HH:mm", locale=self.locale, tzinfo=dt.UTC)
        return f"{text.replace('.', '')} UTC"

    def day(self, iso: str) -> str:
        """An ISO date: 20 nov 2026; "—" for none."""
        if not iso:
            return NOTHING
        return format_date(dt.date.fromisoformat(iso), "d MMM yyyy", locale=self.locale).replace(".", "")

    def age(self, iso: str, now: dt.datetime) -> str:
        """How long ago a moment was, in its largest unit: hace 3 h."""
        return format_timedelta(_parsed(iso) - now, add_direction=True, format="short", locale=self.locale)

    def _magnitude(self, value: float, digits: int) -> str:
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        return format_decimal(round(abs(float(value)), digits), format=pattern, locale=self.locale)

    def _signed(self, value: float, digits: int) -> str:
        return ("", "+", MINUS)[rounded_sign(value, digits)] + self._magnitude(value, digits)


def rounded_sign(value: float, digits: int) -> int:
    """-1, 0 or 1: the sign that remains of a number once it is written with so many digits."""
    shown = round(float(value), digits)
    return (shown > 0) - (shown < 0)


def _undefined(value: float) -> bool:
    return not math.isfinite(value)


def _parsed(iso: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(iso)
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(LOCALES.get(language, LOCALES["es"]))
