"""Parallel text that is no text: numbers, where a column of scores was taken for a side."""

from __future__ import annotations

from realign_core.data.examples import ParallelText
from realign_core.support.content import lettered
from realign_core.support.errors import DataError, count

LETTERLESS = "letterless"
_HALF = 0.5


def count_letterless(text: ParallelText) -> int:
    """Count the kept pairs with a side that has no letter."""
    return sum(not (lettered(a) and lettered(b)) for a, b in zip(text.source, text.target, strict=True))


def numbers_for_text(text: ParallelText) -> DataError | None:
    """Say what is wrong where more than half of a language's pairs have a side without a letter.

    Args:
        text: Pairs of one language, with what was left out of them.
    """
    left_out = text.dropped.get(LETTERLESS, 0)
    bare, pairs = count_letterless(text) + left_out, len(text) + left_out
    if bare <= _HALF * pairs:
        return None
    return DataError(
        f"{bare:,} of {count(pairs, 'pair')} have a side without a letter: numbers are taken for text",
        where=text.language,
        fix="check the columns of the parallel text",
    )
