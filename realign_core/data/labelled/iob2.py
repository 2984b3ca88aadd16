"""Tab-separated IOB2 with comments (Universal NER): named entities."""

from __future__ import annotations

import re
from typing import Literal

from realign_core.data.labelled._sentences import SentenceReader
from realign_core.support.errors import DataError

_TAG = re.compile(r"O|[BI]-\S+")


class Iob2Task(SentenceReader):
    """Lines ``number<TAB>token<TAB>tag…``, comments from ``#``, empty lines between sentences.

    The default pattern is the layout of Universal NER (``en_ewt-ud-test.iob2``).
    """

    format: Literal["iob2"] = "iob2"
    pattern: str = "{language}_*-ud-{split}.iob2"

    def _word(self, line: str) -> tuple[str, str] | None:
        # A token can be "#" itself, but then a number and a tab stand before it.
        if line.startswith("#"):
            return None
        fields = line.split("\t")
        if len(fields) < 3 or not fields[0].isdecimal():
            raise DataError(f"'number<TAB>token<TAB>tag' is needed, but got {line!r}")
        if not fields[1].strip():
            raise DataError("the token is empty")
        if not _TAG.fullmatch(fields[2]):
            raise DataError(f"'{fields[2]}' is no IOB2 tag (O, B-TYPE or I-TYPE)")
        return fields[1], fields[2]
