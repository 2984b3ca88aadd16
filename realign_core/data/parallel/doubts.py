"""What makes parallel text doubtful: numbers, where a column of scores was taken for a side, and headers."""

from __future__ import annotations

import re

from realign_core.data.codes import same_language
from realign_core.data.examples import ParallelText
from realign_core.data.parallel._aligned import BEFORE_START
from realign_core.support.errors import DataError, count
from realign_core.support.files.content import lettered

LETTERLESS = "letterless"
_HALF = 0.5

_COLUMNS = (
    frozenset({"source", "src", "en", "eng", "english", "source_text", "src_text", "sentence1", "text1"}),
    frozenset({"target", "tgt", "trg", "translation", "target_text", "tgt_text", "sentence2", "text2"}),
)
"""What the columns of the two sides are called in files that name them."""


def count_letterless(text: ParallelText) -> int:
    """Count the kept pairs with a side that has no letter."""
    return sum(not (lettered(a) and lettered(b)) for a, b in zip(text.source, text.target, strict=True))


def numbers_for_text(text: ParallelText) -> DataError | None:
    """Say what is wrong where more than half of a language's pairs have a side without a letter.

    Args:
        text: Pairs of one language, with what was left out of them.
    """
    left_out = text.dropped.get(LETTERLESS, 0)
    letterless, pairs = count_letterless(text) + left_out, len(text) + left_out
    if letterless <= _HALF * pairs:
        return None
    return DataError(
        f"{letterless:,} of {count(pairs, 'pair')} have a side without a letter: numbers are taken for text",
        where=text.language,
        fix="check the columns of the parallel text",
    )


def outside_range(text: ParallelText) -> str:
    """Say so where all lines of a language are before the range that is read, for the end of a sentence.

    Args:
        text: Pairs of one language, with what was left out of them.
    """
    lines = text.dropped.get(BEFORE_START, 0)
    return f": parallel.start is beyond its {count(lines, 'line')}" if lines and not len(text) else ""


def header_for_text(text: ParallelText, source: str) -> DataError | None:
    """Say so where the first pair of a language names columns.

    Args:
        text: Pairs of one language.
        source: The source language's code.
    """
    sides = [side[0].casefold() for side in (text.source, text.target) if len(text)]
    names = (_COLUMNS[0] | {source.casefold()}, _COLUMNS[1] | {text.language.casefold()})
    both = [*zip(sides, names, strict=False), *zip(sides, reversed(names), strict=False)]
    if not sides or not any(all(side in words for side, words in half) for half in (both[:2], both[2:])):
        return None
    return DataError(
        f"the first pair looks like names of columns: {text.source[0]!r} and {text.target[0]!r}",
        where=text.language,
        fix="say so with header = true, or take that line out",
    )


def quotes_for_text(text: ParallelText) -> DataError | None:
    """Say so where most sides are in double quotes: a table with quoted fields was taken for one without.

    Args:
        text: Pairs of one language.
    """
    quoted = sum(_half_quoted(a) and _half_quoted(b) for a, b in zip(text.source, text.target, strict=True))
    if quoted <= _HALF * len(text):
        return None
    return DataError(
        f"{quoted:,} of {count(len(text), 'pair')} have both sides in double quotes",
        where=text.language,
        fix="quotes are read as text: write the table without quoted fields, tabs between them",
    )


def _half_quoted(side: str) -> bool:
    return side.startswith('"') or side.endswith('"')


def are_swapped(left: str, right: str, source: str, language: str) -> bool:
    """Whether names of columns say that the two sides are taken for each other.

    Args:
        left: Name of the column that is taken for the source.
        right: Name of the other one.
        source: The source language's code.
        language: The other language's code.
    """

    def named(column: str, code: str, words: frozenset[str], other: str) -> bool:
        name = column.casefold()
        both = any(same_language(part, other) for part in re.split("[-_]", name)[1:])  # "fr-en"
        return name in words or (same_language(name, code) and not both)

    of_source = [named(column, source, _COLUMNS[0], language) for column in (left, right)]
    of_target = [named(column, language, _COLUMNS[1], source) for column in (left, right)]
    return (of_source[1] or of_target[0]) and not (of_source[0] or of_target[1])
