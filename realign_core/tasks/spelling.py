"""Answers in one spelling before they are compared: SQuAD's rules, and those of MLQA for all scripts."""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache

from realign_core.data.codes import same_language

_ARTICLES: Mapping[str, re.Pattern[str]] = {
    "en": re.compile(r"\b(a|an|the)\b"),
    "es": re.compile(r"\b(un|una|unos|unas|el|la|los|las)\b"),
    "de": re.compile(r"\b(ein|eine|einen|einem|eines|einer|der|die|das|den|dem|des)\b"),
    "vi": re.compile(r"\b(của|là|cái|chiếc|những)\b"),
    "ar": re.compile(r"ال"),
}
"""Language -> what MLQA's script (https://github.com/facebookresearch/MLQA) takes out of its answers."""

_UNSPACED = frozenset(
    {"CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN", "BOPOMOFO"}
)
"""First words of the names of characters in scripts that put no space between words."""


def squad_words(text: str) -> list[str]:
    """Fold case, drop ASCII punctuation and English articles, cut at spaces (SQuAD's script)."""
    unpunctuated = "".join(c for c in text.lower() if c not in string.punctuation)
    return _ARTICLES["en"].sub(" ", unpunctuated).split()


def multilingual_words(text: str, language: str = "") -> list[str]:
    """Fold case, drop all punctuation of Unicode and a language's articles, cut into words (MLQA's script).

    A character of a script without spaces between words is a word of its own, with its marks.

    Args:
        text: An answer.
        language: Its language, by any code; of an unknown one no article is dropped.

    Example:
        >>> multilingual_words("《北京》 2008年。"), multilingual_words("Der Fluss", "deu_Latn")
        (['北', '京', '2008', '年'], ['fluss'])
    """
    unpunctuated = "".join(c for c in text.lower() if not _is_punctuation(c))
    pattern = next((articles for code, articles in _ARTICLES.items() if same_language(code, language)), None)
    if pattern is not None:
        unpunctuated = pattern.sub(" ", unpunctuated)
    words: list[str] = []
    fresh = alone = True  # the next character begins a word; the last one is a word of its own
    for char in unpunctuated:
        if char.isspace():
            fresh = True
            continue
        mark = unicodedata.category(char).startswith("M")
        if fresh or (not mark and (alone or _unspaced(char))):
            words.append(char)
            alone = _unspaced(char)
        else:
            words[-1] += char
        fresh = False
    return words


def overlap(predicted: Sequence[str], gold: Sequence[str]) -> float:
    """F1 of words; 1 where both have none."""
    if not predicted or not gold:
        return float(list(predicted) == list(gold))
    common = sum((Counter(predicted) & Counter(gold)).values())
    return 2 * common / (len(predicted) + len(gold))


def equal(predicted: Sequence[str], gold: Sequence[str]) -> float:
    """1 where the words are the same, else 0."""
    return float(list(predicted) == list(gold))


@cache
def _is_punctuation(char: str) -> bool:
    return char in string.punctuation or unicodedata.category(char).startswith("P")


@cache
def _unspaced(char: str) -> bool:
    return re.split(r"[ -]", unicodedata.name(char, ""))[0] in _UNSPACED
