"""Alignment by a bilingual dictionary (MUSE text format)."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Literal

from realign_core.align.base import WordAligner, Words, WordText, WordVectors, links
from realign_core.data._templates import LanguageTemplate
from realign_core.support.arrays import Int
from realign_core.support.errors import DataError
from realign_core.support.paths import ExpandedPath
from realign_core.support.text import text_lines

Dictionary = Mapping[str, frozenset[str]]


class DictionaryAligner(WordAligner):
    """Links words that a dictionary translates into each other.

    The format is MUSE's: ``source target`` a line, one space or tab between, a word with
    several translations on several lines. Case and outer punctuation are ignored. A source
    word is linked to the first translation of it in the sentence that is not taken yet. Words
    that occur more than once in their sentence are ambiguous and left out.

    Args:
        path: The folder of dictionaries.
        pattern: File name with ``{language}`` (the parallel corpus's code).
    """

    kind: Literal["dictionary"] = "dictionary"
    path: ExpandedPath
    pattern: LanguageTemplate = "en-{language}.txt"

    def align(self, text: WordText, vectors: WordVectors) -> list[Int]:  # noqa: ARG002
        """Look each source word up."""
        entries = read_dictionary(self.path / self.pattern.format(language=text.language))
        return [_match(s, t, entries) for s, t in zip(text.source, text.target, strict=True)]


@lru_cache(maxsize=256)
def read_dictionary(path: Path) -> Dictionary:
    """Read a dictionary in MUSE's text format.

    Args:
        path: The file; empty lines are skipped.

    Returns:
        Source word to its translations, all normalised.

    Raises:
        DataError: If the file is missing, or a line does not have two words.
    """
    entries: dict[str, set[str]] = defaultdict(set)
    for number, line in text_lines(path):
        if not line.strip():
            continue
        fields = line.split("\t") if "\t" in line else line.split()
        if len(fields) != 2:
            raise DataError(
                f"'source target' is needed, but got {line!r:.60}",
                where=path,
                line=number,
                fix="one pair of words a line, with a space or tab between",
            )
        entries[normal(fields[0])].add(normal(fields[1]))
    return {word: frozenset(found) for word, found in entries.items()}


def normal(word: str) -> str:
    """Fold case and strip punctuation from both ends."""
    folded = unicodedata.normalize("NFC", word).casefold().strip()
    start, stop = 0, len(folded)
    while start < stop and unicodedata.category(folded[start]).startswith("P"):
        start += 1
    while stop > start and unicodedata.category(folded[stop - 1]).startswith("P"):
        stop -= 1
    return folded[start:stop]


def _match(source: Words, target: Words, entries: Dictionary) -> Int:
    left, right = [normal(w) for w in source], [normal(w) for w in target]
    places = {word: j for j, word in enumerate(right) if right.count(word) == 1}
    taken: set[int] = set()
    found: list[tuple[int, int]] = []
    for i, word in enumerate(left):
        if not word or left.count(word) > 1:
            continue
        free = sorted(places[t] for t in entries.get(word, ()) if t in places and places[t] not in taken)
        if free:
            taken.add(free[0])
            found.append((i, free[0]))
    return links(found)
