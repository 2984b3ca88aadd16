"""CoNLL-U, the format of Universal Dependencies: part-of-speech tags."""

from __future__ import annotations

import re
from typing import Literal

from realign_core.data.labelled._sentences import SentenceReader
from realign_core.support.errors import DataError

UPOS = frozenset(
    {
        *("ADJ", "ADP", "ADV", "AUX", "CCONJ", "DET", "INTJ", "NOUN", "NUM"),
        *("PART", "PRON", "PROPN", "PUNCT", "SCONJ", "SYM", "VERB", "X"),
    }
)
"""The 17 universal part-of-speech tags, https://universaldependencies.org/u/pos/."""

_WORD_ID = re.compile(r"[1-9][0-9]*")
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

    def _word(self, line: str) -> tuple[str, str] | None:
        if line.startswith("#"):
            return None
        fields = line.split("\t")
        if len(fields) != 10:
            raise DataError(f"10 tab-separated columns are needed, but got {len(fields)}")
        if _RANGE_ID.fullmatch(fields[0]) or _EMPTY_ID.fullmatch(fields[0]):
            return None
        if not _WORD_ID.fullmatch(fields[0]):
            raise DataError(f"'{fields[0]}' is no word number")
        if not fields[1]:
            raise DataError("the word is empty")
        if fields[3] not in UPOS:
            raise DataError(f"'{fields[3]}' is no universal part-of-speech tag")
        return fields[1], fields[3]
