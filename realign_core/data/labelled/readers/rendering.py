"""Expressions of time and quantity, rendered piece by piece as Babel does it: each piece's tag is known."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from types import ModuleType
from typing import Any, Protocol

from realign_core.data.examples import UNTAGGED
from realign_core.support.program.extras import require

Piece = tuple[str, str | None]
"""A text and its tag; ``None`` for what a pattern writes between its fields."""

FIELDS: Mapping[str, str] = {
    **dict.fromkeys("Eec", "WEEKDAY"),
    **dict.fromkeys("ML", "MONTH"),
    **dict.fromkeys("dD", "DAY"),
    **dict.fromkeys("yYuG", "YEAR"),
    **dict.fromkeys("hHkKmsS", "TIME"),
    **dict.fromkeys("abB", "PERIOD"),
}
"""Letter of a field in a date pattern -> tag; an era belongs to its year."""

SECONDS: Mapping[str, int] = {
    "year": 31_536_000,
    "month": 2_592_000,
    "week": 604_800,
    "day": 86_400,
    "hour": 3_600,
    "minute": 60,
    "second": 1,
}
"""Unit of a relative time -> its seconds, as Babel counts."""

_SLOT = re.compile(r"(\{\d\})")
_EXACTLY = 1e12
"""A threshold that no value reaches: Babel then keeps to the unit that is asked for."""


class Expression(Protocol):
    """Something that a locale can write."""

    def pieces(self, locale: str) -> Iterator[Piece]:
        """Render it field by field.

        Raises:
            KeyError: If the locale has no pattern or name for it.
            ValueError: If Babel cannot render it.
        """
        ...

    def rendered(self, locale: str) -> str:
        """Render it by Babel's own function: what the pieces, joined, must be equal to."""
        ...


@dataclass(frozen=True, slots=True)
class Moment:
    """A date, a time or both.

    Args:
        value: What is written.
        pattern: A skeleton (``yMMMd``), or what and how long (``date-full``).
    """

    value: datetime
    pattern: str

    def pieces(self, locale: str) -> Iterator[Piece]:
        """Render field by field."""
        data = _locale(locale)
        what, _, length = self.pattern.partition("-")
        if not length:
            yield from self._fields(locale, data.datetime_skeletons[self.pattern])
        elif what == "datetime":
            inner = {"{0}": data.time_formats[length], "{1}": data.date_formats[length]}
            for part in _SLOT.split(str(data.datetime_formats[length]).replace("'", "")):
                yield from self._fields(locale, inner[part]) if part in inner else [(part, None)]
        else:
            yield from self._fields(locale, getattr(data, f"{what}_formats")[length])

    def _fields(self, locale: str, pattern: Any) -> Iterator[Piece]:
        dates = _babel("dates")
        values = dates.DateTimeFormat(self.value, locale)
        for kind, part in dates.tokenize_pattern(pattern.pattern):
            if kind == "chars":
                yield part, None
            else:
                char, times = part
                yield values[char * times], FIELDS[char]

    def rendered(self, locale: str) -> str:
        """Render by ``format_skeleton``, ``format_date``, ``format_time`` or ``format_datetime``."""
        dates = _babel("dates")
        what, _, length = self.pattern.partition("-")
        if not length:
            return str(dates.format_skeleton(self.pattern, self.value, locale=locale, fuzzy=False))
        return str(getattr(dates, f"format_{what}")(self.value, length, locale=locale))


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of a unit, written out.

    Args:
        value: The number.
        unit: CLDR's code (``length-meter``).
    """

    value: float
    unit: str

    def pieces(self, locale: str) -> Iterator[Piece]:
        """Render the number into the unit's pattern."""
        data = _locale(locale)
        patterns = data._data["unit_patterns"][self.unit]["long"]
        number = _babel("numbers").format_decimal(self.value, locale=locale)
        yield from _filled(patterns[data.plural_form(self.value)], {"{0}": (number, "NUM")}, "UNIT")

    def rendered(self, locale: str) -> str:
        """Render by ``format_unit``."""
        return str(_babel("units").format_unit(self.value, self.unit, "long", locale=locale))


@dataclass(frozen=True, slots=True)
class Money:
    """An amount with the name of its currency.

    Args:
        value: The amount.
        currency: ISO code.
    """

    value: float
    currency: str

    def pieces(self, locale: str) -> Iterator[Piece]:
        """Render number and name into the pattern of money."""
        numbers = _babel("numbers")
        pattern = numbers.get_currency_unit_pattern(self.currency, count=self.value, locale=locale)
        name = numbers.get_currency_name(self.currency, count=self.value, locale=locale)
        if name == self.currency:
            raise KeyError(self.currency)
        number = numbers.parse_pattern(_locale(locale).decimal_formats[None]).apply(
            self.value, locale, currency=self.currency, numbering_system="latn"
        )
        yield from _filled(pattern, {"{0}": (number, "NUM"), "{1}": (name, "CURRENCY")}, None)

    def rendered(self, locale: str) -> str:
        """Render by ``format_currency``."""
        format_currency = _babel("numbers").format_currency
        return str(format_currency(self.value, self.currency, locale=locale, format_type="name"))


@dataclass(frozen=True, slots=True)
class Relative:
    """So many units ago, or from now.

    Args:
        value: How many, negative for the past.
        unit: One of :data:`SECONDS`.
    """

    value: int
    unit: str

    def pieces(self, locale: str) -> Iterator[Piece]:
        """Render the number into the pattern, whose words all say when."""
        data = _locale(locale)
        patterns = data._data["date_fields"][self.unit]["past" if self.value < 0 else "future"]
        number = abs(self.value)
        pattern = patterns.get(data.plural_form(number)) or patterns["other"]
        yield from _filled(pattern, {"{0}": (str(number), "NUM")}, "REL")

    def rendered(self, locale: str) -> str:
        """Render by ``format_timedelta``."""
        return str(
            _babel("dates").format_timedelta(
                self.value * SECONDS[self.unit],
                granularity=self.unit,
                threshold=_EXACTLY,
                add_direction=True,
                locale=locale,
            )
        )


def split_words(pieces: Iterable[Piece]) -> tuple[tuple[str, str], ...]:
    """Split pieces into words with their tags.

    Words end at white space. What a pattern writes without space beside a field belongs to that field
    (to the one before it, if there is one); between two fields of different tags a word ends
    without space too, which is how scripts without spaces are split. Other words have no tag.

    Args:
        pieces: A rendered expression.

    Returns:
        Words and tags; the words, joined, are the pieces without white space.
    """
    words: list[tuple[str, str]] = []
    chars = [(char, tag) for text, tag in pieces for char in text]
    for space, run in groupby(chars, key=lambda item: item[0].isspace()):
        if not space:
            words += _cut(list(run))
    return tuple(words)


def _cut(chars: list[tuple[str, str | None]]) -> Iterator[tuple[str, str]]:
    """Cut characters without white space where the tag changes; untagged ones go with the tag before."""
    tag = next((tag for _, tag in chars if tag is not None), None)
    text = ""
    for char, char_tag in chars:
        if char_tag not in (None, tag):
            yield text, tag or UNTAGGED
            text, tag = "", char_tag
        text += char
    yield text, tag or UNTAGGED


def letters(word: str) -> str:
    """Keep letters and the marks that belong to them, in lower case; nothing is left of digits."""
    chars = [char for char in word if unicodedata.category(char)[0] in "LM"]
    return "".join(chars).casefold() if any(unicodedata.category(char)[0] == "L" for char in chars) else ""


def _filled(pattern: str, slots: Mapping[str, Piece], tag: str | None) -> Iterator[Piece]:
    """Fill a pattern's slots; its own text has the tag given."""
    for part in _SLOT.split(pattern):
        if part:
            yield slots.get(part, (part, tag))


def _locale(name: str) -> Any:
    return _babel("core").Locale.parse(name)


def _babel(module: str) -> ModuleType:
    return require(f"babel.{module}", extra="offline", purpose="render dates, units and money")
