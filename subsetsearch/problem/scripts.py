"""Which script a text is written in, and whether its language uses that script."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable

from subsetsearch.languages import resolve

_LETTERS = {
    "Arab": "ARABIC", "Armn": "ARMENIAN", "Beng": "BENGALI", "Cyrl": "CYRILLIC", "Deva": "DEVANAGARI",
    "Ethi": "ETHIOPIC", "Geor": "GEORGIAN", "Grek": "GREEK", "Gujr": "GUJARATI", "Guru": "GURMUKHI",
    "Hang": "HANGUL", "Hans": "CJK", "Hant": "CJK", "Hebr": "HEBREW", "Khmr": "KHMER", "Knda": "KANNADA",
    "Laoo": "LAO", "Latn": "LATIN", "Mlym": "MALAYALAM", "Mymr": "MYANMAR", "Orya": "ORIYA",
    "Sinh": "SINHALA", "Taml": "TAMIL", "Telu": "TELUGU", "Thaa": "THAANA", "Thai": "THAI",
    "Tibt": "TIBETAN",
}  # fmt: skip
"""Script to the first word of its letters' names in Unicode."""

_SHARE = 0.2
"""A text is in a script if at least this share of its letters is."""

_CHINESE = {
    "Hans": frozenset("这来时说对学国会发后过还为们个见让给现实应该经种关没进动长开问话东车马语书买卖"),
    "Hant": frozenset("這來時說對學國會發後過還為們個見讓給現實應該經種關沒進動長開問話東車馬語書買賣"),
}
"""Frequent characters that only one of the two scripts of Chinese has."""

_NAMES = {"Hans": "simplified characters", "Hant": "traditional characters"}


def foreign_script(key: str, texts: Iterable[str]) -> str:
    """Name the letters that texts of a language are written in, if they are not of its script.

    Args:
        key: The language, with its script.
        texts: A sample.

    Returns:
        For instance ``latin letters``; empty if the letters are of its script.
    """
    script = resolve(key).script
    letters = Counter(letter for text in texts for letter in text if letter.isalpha())
    kinds = Counter[str]()
    for letter, number in letters.items():
        kinds[unicodedata.name(letter, "?").split()[0]] += number
    own_kind = _LETTERS.get(script)
    if own_kind is None or not kinds:
        return ""
    if kinds[own_kind] < _SHARE * kinds.total():
        return f"{kinds.most_common(1)[0][0].lower()} letters"
    if script not in _CHINESE:
        return ""
    counts = {name: sum(letters[sign] for sign in signs) for name, signs in _CHINESE.items()}
    other = "Hant" if script == "Hans" else "Hans"
    return _NAMES[other] if counts[script] < _SHARE * sum(counts.values()) else ""
