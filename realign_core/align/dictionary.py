"""Alignment by a bilingual dictionary (MUSE text format)."""

from __future__ import annotations

import logging
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Literal

from realign_core.align.base import WordAligner, Words, WordText, WordVectors, links
from realign_core.data._templates import LanguageTemplate
from realign_core.support.arrays import Int
from realign_core.support.errors import DataError, count
from realign_core.support.files.content import blank_words, missing
from realign_core.support.files.text import require_file, text_lines
from realign_core.support.settings.paths import ExpandedPath, below

logger = logging.getLogger(__name__)

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

    def files(self, language: str) -> tuple[Path, ...]:
        """The dictionary."""
        return (below(self.path, self.pattern.format(language=language)),)

    def align(self, text: WordText, vectors: WordVectors) -> list[Int]:  # noqa: ARG002
        """Look each source word up.

        Raises:
            DataError: If the file is missing or malformed, has none of the text's words, or is the wrong
                way round.
        """
        (place,) = self.files(text.language)
        require_file(place)
        entries = read_dictionary(place, place.stat().st_mtime_ns)
        _check_use(entries, _vocabulary(text.source), _vocabulary(text.target), place)
        return [_match(s, t, entries) for s, t in zip(text.source, text.target, strict=True)]


@lru_cache(maxsize=256)
def read_dictionary(path: Path, changed: int = 0) -> Dictionary:  # noqa: ARG001 (part of the key)
    """Read a dictionary in MUSE's text format.

    Args:
        path: The file; empty lines are skipped.
        changed: When it was last changed: what is mended is read again.

    Returns:
        Source word to its translations, all normalised. Entries of several words, of
        none (``-``, ``nan``) and of punctuation only are left out.

    Raises:
        DataError: If the file is missing, a line does not have two words, or nothing is in it.
    """
    entries: dict[str, set[str]] = defaultdict(set)
    left_out = 0
    for number, line in text_lines(path):
        if not line.strip():
            continue
        fields = line.split("\t") if "\t" in line else blank_words(line)
        if len(fields) != 2:
            raise DataError(
                f"'source target' is needed, but got {line!r:.60}",
                where=path,
                line=number,
                fix="one pair of words a line, with a space or tab between",
            )
        source, target = map(normal, fields)
        if len(source.split()) == len(target.split()) == 1 and not any(map(missing, fields)):
            entries[source].add(target)
        else:
            left_out += 1
    if not entries:
        raise DataError("there is no entry of one word and one word in it", where=path)
    if left_out:
        logger.info("%s: %s of several words, or of none, are left out", path, count(left_out, "entry"))
    return {word: frozenset(translations) for word, translations in entries.items()}


def _vocabulary(sentences: Iterable[Words]) -> set[str]:
    return {normal(word) for word in {word for words in sentences for word in words}} - {""}


def _check_use(entries: Dictionary, source: set[str], target: set[str], path: Path) -> None:
    """Refuse a dictionary that aligns nothing, or the wrong words."""
    if not source:
        return
    translated = source & entries.keys()
    seconds = {word for translations in entries.values() for word in translations}
    backwards = len(source & seconds)
    logger.info("%d of %d source words are in %s", len(translated), len(source), path)
    if not translated or (backwards > 2 * len(translated) and target & entries.keys()):
        second = f", and {backwards:,} stand second" if backwards else ""
        raise DataError(
            f"{len(translated):,} of {count(len(source), 'source word')} are in this dictionary{second}",
            where=path,
            fix="a line has the source word first, then its translation",
        )
    if target and not any(entries[word] & target for word in translated):
        raise DataError(
            f"none of the translations of {count(len(translated), 'word')} is in the other side's text",
            where=path,
            fix="check that the dictionary is of this language, in this script",
        )


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
    linked: set[int] = set()
    pairs: list[tuple[int, int]] = []
    for i, word in enumerate(left):
        if not word or left.count(word) > 1:
            continue
        free = sorted(places[t] for t in entries.get(word, ()) if t in places and places[t] not in linked)
        if free:
            linked.add(free[0])
            pairs.append((i, free[0]))
    return links(pairs)
