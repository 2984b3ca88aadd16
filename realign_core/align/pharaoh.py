"""Alignments that were made before: files of ``i-j`` links beside ``source ||| target`` files."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal, Self

import numpy as np
from pydantic import Field, model_validator

from realign_core.align.base import (
    WordAligner,
    Words,
    WordText,
    WordVectors,
    check_links,
    links,
    parse_pharaoh,
)
from realign_core.data._templates import LanguageTemplate
from realign_core.support.arrays import Int
from realign_core.support.errors import DataError, count
from realign_core.support.files.content import blank_words
from realign_core.support.files.text import require_file, text_lines
from realign_core.support.settings.distinct import refuse_same
from realign_core.support.settings.paths import ExpandedPath, below

logger = logging.getLogger(__name__)

_UNSEEN = re.compile(r"[\s|\x00-\x1f\x7f-\x9f]+")
"""What aligners' text may have more or less of than the corpus: blanks, control characters and bars."""

_FEW = 0.99

_FROM_ONE = 50
"""With so many aligned lines, one of them would link a first word, were words counted from 0."""

PairKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class FileLinks:
    """Links of one pair of a file, between the file's own words.

    Args:
        found: Shape (k, 2).
        source: Where each source word ends, in characters without blanks.
        target: Likewise for the other side.
    """

    found: Int
    source: Int
    target: Int


class PharaohAligner(WordAligner):
    """Looks pairs up in the output of fast_align, eflomal, awesome-align or SimAlign.

    Pairs are found by their text, so filters and samples of the corpus do not matter. The file may
    divide the text into more words than spaces do, for instance with punctuation apart, or with each
    character as a word; then a link of a part is a link of the whole word. A pair that is not in the
    file has no links.

    Args:
        path: The folder.
        text: File of ``source ||| target`` lines, with ``{language}``.
        links: File of links, line by line beside ``text``, with ``{language}``.
        min_found: Share of a language's pairs that must be in the file.
    """

    kind: Literal["pharaoh"] = "pharaoh"
    path: ExpandedPath
    text: LanguageTemplate = "en-{language}.tokenized.train.txt"
    links: LanguageTemplate = "en-{language}.train"
    min_found: float = Field(default=0.5, ge=0, le=1)

    @model_validator(mode="after")
    def _files_differ(self) -> Self:
        refuse_same({"text": self.text, "links": self.links}, "file")
        return self

    def files(self, language: str) -> tuple[Path, ...]:
        """Text and links."""
        return tuple(below(self.path, name.format(language=language)) for name in (self.text, self.links))

    def align(self, text: WordText, vectors: WordVectors) -> list[Int]:  # noqa: ARG002
        """Look each pair up.

        Raises:
            DataError: If a file is missing or malformed, or holds none of the pairs, or fewer than asked for.
        """
        place, links_place = self.files(text.language)
        for file in (place, links_place):
            require_file(file)
        changed = tuple(file.stat().st_mtime_ns for file in (place, links_place))
        by_pair = read_pharaoh(place, links_place, changed)
        pairs = list(zip(text.source, text.target, strict=True))
        rows = [by_pair.get(_key(*pair)) for pair in pairs]
        n_found = sum(row is not None for row in rows)
        summary = f"{n_found} of {count(len(pairs), 'pair')} of '{text.language}' found"
        if pairs and (not n_found or n_found < self.min_found * len(pairs)):
            raise DataError(
                f"{summary} in this file",
                where=place,
                fix="align the text of this corpus" + (", or lower aligner.min_found" if n_found else ""),
            )
        logger.log(
            logging.WARNING if n_found < _FEW * len(pairs) else logging.INFO, "%s in %s", summary, place
        )
        return [
            links([]) if row is None else _of_words(row, *pair) for row, pair in zip(rows, pairs, strict=True)
        ]


@lru_cache(maxsize=64)
def read_pharaoh(
    text: Path,
    alignment: Path,
    changed: tuple[int, ...] = (),  # noqa: ARG001 (part of the key)
) -> Mapping[PairKey, FileLinks]:
    """Read a text and its links.

    Args:
        text: Lines ``source ||| target``; blanks separate words, as the aligners cut them.
        alignment: Lines of ``i-j``, as many.
        changed: When they were last changed: what is mended is read again.

    Returns:
        Both sides without blanks to the links; of a pair that comes again, the first.

    Raises:
        DataError: If a file is missing, a line is malformed, a link leaves its pair, words are
            counted from 1, or the files differ in length.
    """
    texts, rows = list(text_lines(text)), list(text_lines(alignment))
    if len(texts) != len(rows):
        raise DataError(
            f"{len(rows)} lines of links, but {text} has {len(texts)}",
            where=alignment,
            fix="align the whole text again",
        )
    parsed = [parse_pharaoh(row, where=str(alignment), number=number) for number, row in rows]
    sides = [_sides(line, text, number) for number, line in texts]
    _check_numbering(parsed, sides, alignment)
    by_pair: dict[PairKey, FileLinks] = {}
    differing = 0
    for number, (pair, row) in enumerate(zip(sides, parsed, strict=True), start=1):
        aligned = check_links(row, *pair, where=str(alignment), number=number)
        file_links = FileLinks(aligned, *(_ends(words) for words in pair))
        differing += not np.array_equal(by_pair.setdefault(_key(*pair), file_links).found, aligned)
    if differing:
        logger.info("%s: %s again with other links; the first are taken", text, count(differing, "pair"))
    return by_pair


def _sides(line: str, path: Path, number: int) -> tuple[Words, Words]:
    sides = line.split(" ||| ")
    if len(sides) != 2:
        raise DataError("'source ||| target' is needed, with spaces around the bars", where=path, line=number)
    return tuple(blank_words(sides[0])), tuple(blank_words(sides[1]))


def _check_numbering(parsed: Sequence[Int], sides: Sequence[tuple[Words, Words]], path: Path) -> None:
    """Refuse links that align nothing, or count words from 1: they would be one word off."""
    linked = [(number, row) for number, row in enumerate(parsed) if len(row)]
    if parsed and not linked:
        raise DataError("no pair has a link", where=path, fix="align the text again")
    if any(row.min() == 0 for _, row in linked):
        return
    leaving = [
        number for number, row in linked if (row.max(axis=0) == [len(side) for side in sides[number]]).any()
    ]
    if leaving or len(linked) >= _FROM_ONE:
        raise DataError(
            "no link of any pair has a first word: words seem to be counted from 1",
            where=path,
            line=leaving[0] + 1 if leaving else None,
            fix="number words from 0: 0-0 1-2",
        )


def _key(source: Words, target: Words) -> PairKey:
    return _visible(source), _visible(target)


def _visible(words: Words) -> str:
    return _UNSEEN.sub("", "".join(words))


def _ends(words: Words) -> Int:
    """Where each word ends, in characters of the text without blanks."""
    return np.cumsum([len(_UNSEEN.sub("", word)) for word in words], dtype=np.int64)


def _of_words(row: FileLinks, source: Words, target: Words) -> Int:
    """Turn links between a file's words into links between a pair's own words."""
    sides = (_spans(row.source, _ends(source)), _spans(row.target, _ends(target)))
    return links(
        [(i, j) for left, right in row.found.tolist() for i in sides[0][left] for j in sides[1][right]]
    )


def _spans(parts: Int, words: Int) -> list[range]:
    """For each of a file's words the words that it is a part of; none for a lone bar."""
    starts = np.concatenate([[0], parts[:-1]]).astype(np.int64)
    first = np.searchsorted(words, starts, side="right")
    last = np.searchsorted(words, parts - 1, side="right")
    return [
        range(int(a), int(b) + 1) if end > start else range(0)
        for a, b, start, end in zip(first, last, starts, parts, strict=True)
    ]
