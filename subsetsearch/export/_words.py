"""Splitting sentences into words for word aligners."""

from __future__ import annotations

import unicodedata

_UNSPACED = ("CJK UNIFIED", "CJK COMPATIBILITY IDEOGRAPH", "HIRAGANA", "KATAKANA")


def words(sentence: str) -> list[str]:
    """Split a sentence into words and punctuation marks.

    Punctuation at the edges of a word stands alone (``don't`` and ``3.5`` stay whole), so that no
    word contains a space or is the separator ``|||``. Han and kana, written without spaces,
    are split into characters.

    Args:
        sentence: Any text; runs of white space separate words.

    Returns:
        Words, none of them empty.
    """
    parts: list[str] = []
    for chunk in _visible(sentence).split():
        start, stop = 0, len(chunk)
        while start < stop and _is_mark(chunk[start]):
            start += 1
        while stop > start and _is_mark(chunk[stop - 1]):
            stop -= 1
        parts += [*chunk[:start], *_split_unspaced(chunk[start:stop].replace("|||", "|")), *chunk[stop:]]
    return parts


def _visible(text: str) -> str:
    """Replace control characters, which could end a line or a field."""
    return "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)


def _is_mark(c: str) -> bool:
    return unicodedata.category(c)[0] in "PS"


def _split_unspaced(word: str) -> list[str]:
    parts: list[str] = []
    joined = ""
    for c in word:
        if unicodedata.name(c, "").startswith(_UNSPACED):
            parts += [joined, c]
            joined = ""
        else:
            joined += c
    return [part for part in [*parts, joined] if part]
