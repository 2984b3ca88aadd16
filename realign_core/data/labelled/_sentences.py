"""Word-a-line formats: sentences of tagged words, separated by empty lines."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from pathlib import Path

from realign_core.data.examples import TokenExample
from realign_core.data.labelled._files import ParsedFileReader
from realign_core.data.labelled.base import SkipBudget
from realign_core.support.errors import DataError
from realign_core.support.text import text_lines


class SentenceReader(ParsedFileReader):
    """Base of the word-a-line formats; a subclass parses one line.

    A malformed line spoils its sentence: with ``skip_bad`` the sentence is left out.

    Args:
        tag_map: Tags of the file -> tags that are used instead (``{"B-DATE": "O"}``).
    """

    tag_map: Mapping[str, str] = {}

    @abstractmethod
    def _word(self, line: str) -> tuple[str, str] | None:
        """Split a line into token and tag, None if it holds no word.

        Raises:
            DataError: If the line is malformed; place and line are added by the caller.
        """

    def _parse(self, path: Path, skips: SkipBudget) -> Iterator[TokenExample]:
        words: list[tuple[str, str]] = []
        spoilt: DataError | None = None
        for number, line in [*text_lines(path), (0, "")]:
            if line.strip():
                try:
                    word = self._word(line)
                except DataError as error:
                    spoilt = spoilt or DataError(error.what, where=path, line=number, fix=error.fix)
                    continue
                if word is not None:
                    words.append((word[0], self.tag_map.get(word[1], word[1])))
                continue
            if spoilt is not None:
                skips.skip(spoilt)
            elif words:
                yield TokenExample(tuple(token for token, _ in words), tuple(tag for _, tag in words))
            words, spoilt = [], None
