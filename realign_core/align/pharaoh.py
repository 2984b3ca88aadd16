"""Alignments that were made before: files of ``i-j`` links beside ``source ||| target`` files."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

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
from realign_core.support.errors import DataError
from realign_core.support.paths import ExpandedPath
from realign_core.support.text import text_lines

Pair = tuple[Words, Words]


class PharaohAligner(WordAligner):
    """Looks pairs up in the output of fast_align, eflomal, awesome-align or SimAlign.

    Pairs are found by their words, so filters and samples of the corpus do not matter. A pair
    that is not in the file has no links.

    Args:
        path: The folder.
        text: File of ``source ||| target`` lines, with ``{language}``.
        links: File of links, line by line beside ``text``, with ``{language}``.
    """

    kind: Literal["pharaoh"] = "pharaoh"
    path: ExpandedPath
    text: LanguageTemplate = "en-{language}.tokenized.train.txt"
    links: LanguageTemplate = "en-{language}.train"

    def align(self, text: WordText, vectors: WordVectors) -> list[Int]:  # noqa: ARG002
        """Look each pair up.

        Raises:
            DataError: If a file is missing or malformed, or holds none of the pairs.
        """
        place = self.path / self.text.format(language=text.language)
        known = read_pharaoh(place, self.path / self.links.format(language=text.language))
        pairs = list(zip(text.source, text.target, strict=True))
        if pairs and not any(pair in known for pair in pairs):
            raise DataError(
                f"none of the {len(pairs)} pairs of '{text.language}' is in this file",
                where=place,
                fix="align the same text, words separated by single spaces",
            )
        return [known.get(pair, links([])) for pair in pairs]


@lru_cache(maxsize=64)
def read_pharaoh(text: Path, alignment: Path) -> dict[Pair, Int]:
    """Read a text and its links.

    Args:
        text: Lines ``source ||| target``.
        alignment: Lines of ``i-j``, as many.

    Returns:
        Pair of word tuples to links of shape (k, 2).

    Raises:
        DataError: If a file is missing, a line is malformed, a link leaves its pair, or the
            files differ in length.
    """
    texts, rows = list(text_lines(text)), list(text_lines(alignment))
    if len(texts) != len(rows):
        raise DataError(
            f"{len(rows)} lines of links, but {text} has {len(texts)}",
            where=alignment,
            fix="align the whole text again",
        )
    known: dict[Pair, Int] = {}
    for (number, line), (_, row) in zip(texts, rows, strict=True):
        sides = line.split(" ||| ")
        if len(sides) != 2:
            raise DataError(
                "'source ||| target' is needed, with spaces around the bars", where=text, line=number
            )
        pair = (tuple(sides[0].split()), tuple(sides[1].split()))
        found = parse_pharaoh(row, where=str(alignment), number=number)
        known.setdefault(pair, check_links(found, *pair, where=str(alignment), number=number))
    return known
