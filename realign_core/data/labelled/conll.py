"""Two columns: a token and its tag (MasakhaPOS, MasakhaNER, CoNLL-2003 style)."""

from __future__ import annotations

from typing import Literal

from realign_core.data.labelled._sentences import SentenceReader
from realign_core.support.errors import DataError


class ConllTask(SentenceReader):
    """Lines ``token TAG`` with one space or tab between, an empty line between sentences.

    The token is the first field and the tag the last, so files with columns between work
    too. Lines that start with ``-DOCSTART-`` are no words.
    """

    format: Literal["conll"] = "conll"

    def _word(self, line: str) -> tuple[str, str] | None:
        if line.startswith("-DOCSTART-"):
            return None
        # Only spaces and tabs separate: a token may hold another kind of space.
        fields = [field for field in line.replace("\t", " ").split(" ") if field]
        if len(fields) < 2:
            raise DataError(f"'token TAG' is needed, but got {line!r}")
        return fields[0], fields[-1]
