"""Word-a-line formats: sentences of tagged words, separated by empty lines."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import ClassVar

from realign_core.data.account import Account
from realign_core.data.examples import Example, TokenExample
from realign_core.data.labelled.base import SkipBudget, Split
from realign_core.data.labelled.layouts.language_files import ParsedFileReader
from realign_core.data.labelled.layouts.tables import NO_LABEL
from realign_core.support.errors import DataError
from realign_core.support.files.content import damage, visible
from realign_core.support.files.text import text_lines

_NAME = re.compile(r"#\s*sent_id\s*=\s*(\S.*?)\s*")

_REMOVED = "_"
"""What a treebank has for every word whose text may not be passed on."""


_HALVES: Mapping[Split, int] = {"dev": 0, "test": 1}
"""Place of a half's first sentence."""

OTHER_HALF = "of the other half"
"""Why a sentence is left out: it is development data of a test file, or the reverse."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a line.

    Args:
        token: The word.
        tag: Its tag, as the file has it.
        number: Its place in the sentence from 1, in formats that number words.
    """

    token: str
    tag: str
    number: int | None = None


@dataclass(slots=True)
class _Sentence:
    """Words up to an empty line.

    Args:
        words: Line, token and mapped tag.
        spoilt: What is wrong with its first malformed line.
    """

    words: list[tuple[int, str, str]] = field(default_factory=list)
    spoilt: DataError | None = None


class SentenceReader(ParsedFileReader):
    """Base of the word-a-line formats; a subclass splits one line and says what a word is.

    All words of a file have as many columns as its first one, and where words are numbered, the numbers
    are 1, 2, 3 … in each sentence. A malformed line spoils its sentence: with ``skip_bad`` the sentence is
    left out. A sentence whose words are all ``_`` has lost its text, and is malformed too.

    Args:
        tag_map: Tags of the file -> tags that are used instead (``{"B-DATE": "O"}``). What stands for no tag
            (empty, ``_``, ``-``, ``--``, ``-1``) is malformed, unless it is mapped.
        halve_test: Take development data from the test data of a language that has no other: its first,
            third, fifth ... sentence is ``dev``, the others are ``test``. No sentence is in both.
    """

    map_key: ClassVar[str] = "tag_map"
    fewest: ClassVar[int] = 2
    """Columns that a word has at least."""

    tag_map: Mapping[str, str] = {}
    halve_test: bool = False

    def read_account(self, language: str, split: Split) -> tuple[list[Example], Account]:
        """Read as every reader does; of test data that are halved, the split's half."""
        examples, account = super().read_account(language, split)
        start = _HALVES.get(split)
        if start is None or not self.halve_test or language in super()._paths("dev"):
            return examples, account
        half = examples[start::2]
        if not half:
            raise DataError(
                f"the one sentence of '{language}' cannot be halved",
                where=self.paths(language, split)[0],
                fix="leave the language out, or halve_test",
            )
        dropped = {**account.dropped, OTHER_HALF: len(examples) - len(half)}
        return half, replace(account, dropped=dropped)

    def _paths(self, split: Split) -> dict[str, tuple[Path, ...]]:
        by_code = super()._paths(split)
        return {**super()._paths("test"), **by_code} if self.halve_test and split == "dev" else by_code

    @abstractmethod
    def _fields(self, line: str) -> list[str]:
        """Split a line; none if it holds no word, in whatever file."""

    @abstractmethod
    def _word(self, fields: list[str]) -> Word | None:
        """Take the word out of a line's fields, None if they hold none.

        Raises:
            DataError: If the line is malformed; place and line are added by the caller.
        """

    def _check_tag(self, tag: str) -> None:
        """Check a tag that ``tag_map`` does not have; formats without a tag set take any.

        Raises:
            DataError: If the format does not know it.
        """

    def _check_sentence(self, tokens: Sequence[str], path: Path, line: int) -> None:
        """Check the words of a sentence, for formats that may take something else for words.

        Raises:
            DataError: If they are none: the whole file is then another one than it is taken for.
        """

    def _width(self, path: Path) -> int | None:
        """Count the columns of a file's words; None if it has no word."""
        widths = (
            len(fields)
            for _, line in text_lines(path)
            if (fields := self._fields(line)) and not fields[0].startswith("#")
        )
        return next((width for width in widths if width >= self.fewest), None)

    def _refuse_comment(self, word: Word | None, line: str, path: Path) -> None:
        """Refuse a comment of as many words as a line has columns.

        Raises:
            DataError: If a lone ``#`` has a tag that no other word of the file has.
        """
        if word is None or word.token != "#" or word.tag == "O" or "\t" in line:
            return
        tag = self._fields(line)[-1]
        others = (self._fields(other) for _, other in text_lines(path))
        if not any(fields[-1] == tag for fields in others if len(fields) > 1 and fields[0] != "#"):
            raise DataError(
                f"'{line:.60}' is a comment, or the word '#' with a tag that no other word has",
                fix="take comments out, or put tabs between words and tags",
            )

    def place_of(self, language: str, split: Split, label: str) -> tuple[Path | str | None, int | None]:
        """Find the first word with a tag: its file and line."""
        for path in self._files_of(language, split):
            for sentence in self._sentences(path):
                for line, _, tag in sentence.words:
                    if tag == label:
                        return path, line
        return super().place_of(language, split, label)

    def _parse(self, path: Path, skips: SkipBudget) -> Iterator[TokenExample]:
        for sentence in self._sentences(path):
            if sentence.spoilt is not None:
                skips.skip(sentence.spoilt)
            else:
                _, tokens, tags = zip(*sentence.words, strict=True)
                self._check_sentence(tokens, path, sentence.words[0][0])
                yield TokenExample(tokens, tags)

    def _sentences(self, path: Path) -> Iterator[_Sentence]:
        """Yield the sentences of a file, spoilt ones among them."""
        width = self._width(path)
        sentence, last, names = _Sentence(), 0, dict[str, int]()
        for number, line in [*text_lines(path), (0, "")]:
            if (match := _NAME.fullmatch(line)) and (first := names.setdefault(match[1], number)) != number:
                sentence.spoilt = sentence.spoilt or DataError(
                    f"the sent_id '{match[1]:.60}' is that of line {first} too",
                    where=path,
                    line=number,
                    fix="give every sentence its own, or take out what is there twice",
                )
            if not line.strip():
                if sentence.words or sentence.spoilt:
                    yield sentence if sentence.spoilt else _with_text(sentence, path)
                sentence, last = _Sentence(), 0
                continue
            try:
                fields = self._fields(line)
                word = self._checked(fields, width, last)
                self._refuse_comment(word, line, path)
            except DataError as error:
                sentence.spoilt = sentence.spoilt or DataError(
                    error.what, where=path, line=number, fix=error.fix
                )
                continue
            if word is not None:
                last = word.number or last
                sentence.words.append((number, word.token, word.tag))

    def _checked(self, fields: list[str], width: int | None, last: int) -> Word | None:
        """Take a word out of a line, check that it fits its file, and map its tag."""
        if fields and fields[0].startswith("#") and len(fields) != width:
            return None
        word = self._word(fields) if fields else None
        if word is None:
            return None
        if len(fields) != width:
            raise DataError(f"{width} columns are needed, as in the file's first word, but got {len(fields)}")
        if word.number is not None and word.number != last + 1:
            raise DataError(
                f"word number {word.number} comes after {last or 'none'}, but words are numbered 1, 2, 3 …",
                fix="put an empty line between sentences" if word.number == 1 else None,
            )
        if not word.token.strip(" \t"):
            raise DataError("the word is empty")
        if (fault := damage(word.token)) is not None:
            raise DataError(f"the word holds {fault}")
        return Word(word.token, self._mapped(word.tag), word.number)

    def _mapped(self, tag: str) -> str:
        if tag in self.tag_map:
            return self.tag_map[tag]
        if tag.lower() in NO_LABEL:
            raise DataError(
                f"the word has no tag, but {tag!r}", fix="tag it, or give this sign a tag by tag_map"
            )
        if not visible(tag):
            raise DataError("the tag has no character that can be seen")
        self._check_tag(tag)
        return tag


def check_words(tokens: Sequence[str], where: Path | str, line: int | None = None) -> None:
    """Check that a sentence has its words.

    Raises:
        DataError: If they were all taken out, as in treebanks whose text may not be passed on.
    """
    if tokens and all(token == _REMOVED for token in tokens):
        raise DataError(
            f"every word of this sentence is '{_REMOVED}': its text was taken out",
            where=where,
            line=line,
            fix="put the words back in as the corpus's own README says, or leave the file out",
        )


def _with_text(sentence: _Sentence, path: Path) -> _Sentence:
    """Spoil a sentence whose words were all taken out."""
    try:
        check_words([token for _, token, _ in sentence.words], path, sentence.words[0][0])
    except DataError as error:
        sentence.spoilt = error
    return sentence
