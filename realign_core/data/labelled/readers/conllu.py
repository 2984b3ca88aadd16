"""CoNLL-U, the format of Universal Dependencies: part-of-speech tags."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from realign_core.data.labelled.layouts.sentences import SentenceReader, Word
from realign_core.support.errors import DataError

UPOS = frozenset(
    {
        *("ADJ", "ADP", "ADV", "AUX", "CCONJ", "DET", "INTJ", "NOUN", "NUM"),
        *("PART", "PRON", "PROPN", "PUNCT", "SCONJ", "SYM", "VERB", "X"),
    }
)
"""The 17 universal part-of-speech tags, https://universaldependencies.org/u/pos/."""

_COLUMNS = 10
_WORD_ID = re.compile(r"[1-9][0-9]{0,8}")
_RANGE_ID = re.compile(r"[1-9][0-9]*-[1-9][0-9]*")
_EMPTY_ID = re.compile(r"[0-9]+\.[1-9][0-9]*")


class ConlluTask(SentenceReader):
    """Syntactic words and their universal tags (UPOS) from CoNLL-U files.

    Lines of multiword tokens (``1-2``) and of empty nodes (``8.1``) are left out: the
    syntactic words are what is tagged. The default pattern is the layout of the UD releases
    (``UD_Wolof-WTB/wo_wtb-ud-test.conllu``).
    """

    format: Literal["conllu"] = "conllu"
    pattern: str = "UD_*/{language}_*-ud-{split}.conllu"

    def _width(self, path: Path) -> int:  # noqa: ARG002
        return _COLUMNS

    def _fields(self, line: str) -> list[str]:
        # A word can be "#" itself, but then a number and a tab stand before it.
        return [] if line.startswith("#") else line.split("\t")

    def _word(self, fields: list[str]) -> Word | None:
        if len(fields) != _COLUMNS:
            raise DataError(f"{_COLUMNS} tab-separated columns are needed, but got {len(fields)}")
        if _RANGE_ID.fullmatch(fields[0]) or _EMPTY_ID.fullmatch(fields[0]):
            return None
        if not _WORD_ID.fullmatch(fields[0]):
            raise DataError(f"'{fields[0]}' is no word number")
        return Word(fields[1], fields[3], int(fields[0]))

    def _check_tag(self, tag: str) -> None:
        if tag not in UPOS:
            raise DataError(f"'{tag}' is no universal part-of-speech tag", fix="map it to one by tag_map")
