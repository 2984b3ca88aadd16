"""Tab-separated IOB2 with comments (Universal NER): named entities."""

from __future__ import annotations

import re
from typing import ClassVar, Literal

from realign_core.data.labelled.layouts.sentences import SentenceReader, Word
from realign_core.support.errors import DataError
from realign_core.support.numbers import COUNTS

_TAG = re.compile(r"O|[BI]-\S+")


class Iob2Task(SentenceReader):
    """Lines ``number<TAB>token<TAB>tag…``, comments from ``#``, empty lines between sentences.

    The default pattern is the layout of Universal NER (``en_ewt-ud-test.iob2``).
    """

    fewest: ClassVar[int] = 3
    format: Literal["iob2"] = "iob2"
    pattern: str = "{language}_*-ud-{split}.iob2"

    def _fields(self, line: str) -> list[str]:
        # A token can be "#" itself, but then a number and a tab stand before it.
        return [] if line.startswith("#") else line.split("\t")

    def _word(self, fields: list[str]) -> Word:
        if len(fields) < self.fewest or not COUNTS.fullmatch(fields[0]):
            line = "\t".join(fields)
            raise DataError(f"'number<TAB>token<TAB>tag' is needed, but got {line!r}")
        return Word(fields[1], fields[2], int(fields[0]))

    def _check_tag(self, tag: str) -> None:
        if not _TAG.fullmatch(tag):
            raise DataError(f"'{tag}' is no IOB2 tag (O, B-TYPE or I-TYPE)", fix="map it to one by tag_map")
