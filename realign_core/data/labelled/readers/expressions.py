"""Expressions of time and quantity in the languages of the CLDR: what does each word of them say?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import zip_longest
from typing import Literal

from realign_core.data.examples import UNTAGGED, TokenExample
from realign_core.data.labelled.base import SkipBudget, Split, TaskReader
from realign_core.data.labelled.readers.cldr import LOW_RESOURCE, SOURCE, Locales, half
from realign_core.data.labelled.readers.rendering import (
    SECONDS,
    Expression,
    Moment,
    Money,
    Piece,
    Quantity,
    Relative,
    letters,
    split_words,
)
from realign_core.support.errors import DataError
from realign_core.support.files.text import unknown_language
from realign_core.support.program.extras import require

BABEL: Literal["2.18"] = "2.18"
"""The version of Babel that this version of the task is rendered by: strings of the CLDR change with it."""

ENGLISH: tuple[str, ...] = ("en", "en_AU", "en_CA", "en_GB", "en_IE", "en_IN", "en_ZA")
"""Locales of the training sentences."""

SIZES: Mapping[Split, int] = {"train": 1000, "dev": 100, "test": 200}
"""Most sentences of a language, by split."""

DATES: Mapping[Split, tuple[str, ...]] = {
    "dev": ("date-full", "date-medium", "MMMEd", "yMMMM"),
    "test": ("date-full", "date-long", "yMMMEd", "yMMM", "MMMMd", "GyMMMd"),
}
TIMES: Mapping[Split, tuple[str, ...]] = {
    "dev": ("hm", "EBhm"),
    "test": ("hms", "Bhm", "Ehm", "datetime-medium"),
}
"""Patterns of each half; only the whole date with its weekday is in both, in other years. English has all."""

YEARS: Mapping[Split, int] = {"train": 1995, "dev": 2005, "test": 2015}
"""First of the ten years of a split's dates."""

Words = tuple[tuple[str, str], ...]


class CldrExpressions(TaskReader):
    """Tag the words of dates, times, units, money and relative times.

    The tags are WEEKDAY, MONTH, DAY, YEAR (with its era), TIME, PERIOD (of the day), NUM, UNIT, CURRENCY and
    REL (all words of "3 days ago" but the number). They are not guessed: Babel (extra ``offline``) renders
    each expression field by field. Words that a pattern writes between its fields ("of", "at") have no tag
    and are not scored: English has next to none. Nor are words without a letter (digits of any script)
    scored, though English learns them.

    English trains, from seven English locales. In the other languages a sentence counts only if no word of
    it, with its tag, is one that English or the CLDR's root has too: so nothing is taken for a language's
    own that it falls back to.

    Between ``dev`` and ``test`` units, currencies, years and directions of relative times differ, and the
    patterns of dates and times but for one; no sentence is there twice. Words are separated by space, and
    within a word without spaces where one field ends and another begins.

    Args:
        version: Of the rules above.
        babel: Version of Babel, hence of the CLDR; with another one installed, reading is an error.
        evaluated: Locales of ``dev`` and ``test``, as Babel writes them (``uz_Cyrl``).

    Source: Unicode Common Locale Data Repository, https://cldr.unicode.org.
    """

    format: Literal["cldr-expressions"] = "cldr-expressions"
    version: Literal[1] = 1
    babel: Literal["2.18"] = BABEL
    evaluated: Locales = LOW_RESOURCE

    def languages(self, split: Split) -> tuple[str, ...]:
        """List ``en`` for training, else the evaluated locales."""
        return (SOURCE,) if split == "train" else self.evaluated

    def _examples(self, language: str, split: Split, skips: SkipBudget) -> Iterator[TokenExample]:  # noqa: ARG002
        if language not in self.languages(split):
            raise unknown_language(language, self.languages(split), f"CLDR expressions, split '{split}'")
        _check_babel(language)
        for _, words in sentences(language, split):
            tags = (tag if split == "train" or letters(word) else UNTAGGED for word, tag in words)
            yield TokenExample(tuple(word for word, _ in words), tuple(tags))


@cache
def sentences(language: str, split: Split) -> tuple[tuple[tuple[str, Expression], Words], ...]:
    """Render a language's sentences: for each the locale, the expression, and words with tags.

    Args:
        language: ``en`` for training, else a locale of Babel.
        split: ``train``, ``dev`` or ``test``.
    """
    earlier = {words for _, words in sentences(language, "dev")} if split == "test" else set()
    locales = ENGLISH if split == "train" else (language,)
    streams = [_own_sentences(kind, locales, split, earlier) for kind in candidates(split)]
    mixed = (item for group in zip_longest(*streams) for item in group if item is not None)
    return tuple(item for item, _ in zip(mixed, range(SIZES[split]), strict=False))


def _own_sentences(
    kind: Sequence[Expression], locales: Sequence[str], split: Split, used: set[Words]
) -> Iterator[tuple[tuple[str, Expression], Words]]:
    """Yield what a locale writes in words of its own, each sentence once."""
    foreign = frozenset() if split == "train" else _shared()
    for expression in kind:
        for locale in locales:
            pieces = _pieces(expression, locale)
            words = split_words(pieces)
            phrases = _tagged_phrases(pieces)
            scored = any(tag != UNTAGGED for _, tag in phrases)
            if scored and not phrases & foreign and words not in used:
                used.add(words)
                yield (locale, expression), words


def _pieces(expression: Expression, locale: str) -> tuple[Piece, ...]:
    """Render; empty where a locale has no pattern or name for it."""
    try:
        return tuple(expression.pieces(locale))
    except (KeyError, ValueError):
        return ()


def _tagged_phrases(pieces: Sequence[Piece]) -> set[tuple[str, str]]:
    """Collect letters and tag of words and of whole fields (a field may stand in a longer word)."""
    texts = [*split_words(pieces), *((text, tag) for text, tag in pieces if tag is not None)]
    return {(letters(text), tag) for text, tag in texts if letters(text)}


@cache
def _shared() -> frozenset[tuple[str, str]]:
    """What English or the root of the CLDR says: a language that says it too may have fallen back to it."""
    splits: tuple[Split, ...] = ("train", "dev", "test")
    expressions = [expression for split in splits for kind in candidates(split) for expression in kind]
    return frozenset(
        phrase
        for expression in expressions
        for locale in (*ENGLISH, "root")
        for phrase in _tagged_phrases(_pieces(expression, locale))
    )


@cache
def candidates(split: Split) -> tuple[tuple[Expression, ...], ...]:
    """List what may be rendered, a kind of expression each, in a fixed random order."""
    scored: tuple[Split, ...] = ("dev", "test")
    among = scored if split == "train" else (split,)
    dates = _moments(split, [p for s in among for p in DATES[s]])
    times = _moments(split, [p for s in among for p in TIMES[s]])
    units, currencies = _codes()
    quantities: list[Expression] = [
        Quantity(value, unit)
        for unit in units
        if half("unit", unit) in among
        for value in _numbers(split, unit)
    ]
    money: list[Expression] = [
        Money(value, currency)
        for currency in currencies
        if half("currency", currency) in among
        for value in _numbers(split, currency)
    ]
    relative: list[Expression] = [
        Relative(sign * value, unit)
        for unit in SECONDS
        for sign in (1, -1)
        if split == "train" or half("relative", f"{unit}{sign}") == split
        for value in (1, 2, *range(3 + _draw(split, unit) % 3, 60, 7))
    ]
    middle = len(dates) // 2
    kinds = (dates[:middle], quantities, dates[middle:], money, relative, times)
    return tuple(tuple(sorted(kind, key=lambda e: _draw(split, e))) for kind in kinds)


def _moments(split: Split, patterns: Sequence[str]) -> list[Expression]:
    """Draw moments for each pattern."""
    moments: list[Expression] = []
    for number in range(40):
        for pattern in patterns:
            draw = _draw(split, pattern, number)
            month, draw = 1 + draw % 12, draw // 12
            day, draw = 1 + draw % 28, draw // 28
            year, draw = YEARS[split] + draw % 10, draw // 10
            minute, draw = draw % 60, draw // 60
            moments.append(Moment(datetime(year, month, day, draw % 24, minute, draw // 24 % 60), pattern))
    return moments


def _numbers(split: Split, code: str) -> tuple[int, ...]:
    """Draw a small and a larger number for a unit or currency."""
    draw = _draw(split, code)
    return 1 + draw % 9, 10 + draw // 9 % 990


@cache
def _codes() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """List the units and currencies that English names, but for currencies of the past."""
    data = require("babel.localedata", extra="offline", purpose="list units and currencies").load(SOURCE)
    units = sorted(code for code, forms in data["unit_patterns"].items() if forms.get("long"))
    names = data["currency_names"]
    return tuple(units), tuple(sorted(code for code in names if "(" not in names[code]))


def _draw(*parts: object) -> int:
    """Return a large number that depends on the parts alone."""
    return int.from_bytes(hashlib.sha256(repr(parts).encode()).digest()[:12])


def _check_babel(language: str) -> None:
    babel = require("babel", extra="offline", purpose="render dates, units and money")
    if ".".join(babel.__version__.split(".")[:2]) != BABEL:
        raise DataError(
            f"Babel {babel.__version__} renders other expressions than Babel {BABEL}",
            where="CLDR expressions",
            fix=f"pip install 'babel=={BABEL}.*'",
        )
    data = require("babel.localedata", extra="offline", purpose="render dates, units and money")
    if not data.exists(language):
        locales = [locale for locale in data.locale_identifiers() if "_" not in locale]
        raise unknown_language(language, locales, "CLDR expressions of Babel")
