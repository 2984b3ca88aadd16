"""Columns: a token first and its tag last (MasakhaPOS, MasakhaNER, CoNLL-2003 style)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from realign_core.data.labelled.layouts.sentences import SentenceReader, Word
from realign_core.support.errors import DataError
from realign_core.support.numbers import COUNTS

_HEADER = (
    frozenset({"token", "tokens", "word", "words", "form", "text"}),
    frozenset({"tag", "tags", "label", "labels", "pos", "upos", "ner", "ner_tag", "ner_tags", "pos_tags"}),
)
"""What the first and the last column are called in files that name them."""


class ConllTask(SentenceReader):
    """Lines ``token TAG`` with spaces or tabs between, an empty line between sentences.

    The token is the first field and the tag the last, so files with columns between work
    too. A line with a tab is cut at tabs only: its token may hold spaces. Lines that start with
    ``-DOCSTART-`` are no words, nor are those that start with ``#`` and have other columns than the words.
    """

    format: Literal["conll"] = "conll"

    def _fields(self, line: str) -> list[str]:
        if line.startswith("-DOCSTART-"):
            return []
        # Only spaces and tabs separate: a token may hold another kind of space.
        bare = line.rstrip(" \t")
        if "\t" in bare:
            return [field.strip(" ") for field in bare.split("\t")]
        return [field for field in bare.split(" ") if field]

    def _word(self, fields: list[str]) -> Word:
        if len(fields) < self.fewest:
            raise DataError(f"'token TAG' is needed, but got {fields[0]!r}")
        if all(name.lower() in names for name, names in zip((fields[0], fields[-1]), _HEADER, strict=True)):
            raise DataError(
                f"'{fields[0]}' with the tag '{fields[-1]}' names the columns, and is no word",
                fix="take that line out",
            )
        return Word(fields[0], fields[-1])

    def _check_sentence(self, tokens: Sequence[str], path: Path, line: int) -> None:
        begins = [str(int(token) + 1) if COUNTS.fullmatch(token) else "" for token in tokens]
        follows = zip(tokens[1:], begins, strict=False)
        if len(tokens) > 1 and tokens[0] == "1" and all(token in ("1", after) for token, after in follows):
            raise DataError(
                "the first column numbers the words from 1 on, and is no column of words",
                where=path,
                line=line,
                fix="take that column out, as with: cut -f2-",
            )
