"""What the readers hand out: labelled examples and parallel text."""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, field
from types import MappingProxyType

from realign_core.support.errors import DataError
from realign_core.support.files.keys import content_key


@dataclass(frozen=True, slots=True)
class TextExample:
    """One text with one label (topic or name classification)."""

    text: str
    label: str


@dataclass(frozen=True, slots=True)
class PairExample:
    """Two texts with one label (natural language inference: premise, hypothesis)."""

    first: str
    second: str
    label: str


UNTAGGED = ""
"""Tag of a word that is only context: it is neither learnt nor scored."""


@dataclass(frozen=True, slots=True)
class TokenExample:
    """A sentence of words with one tag a word (part of speech, named entities); see :data:`UNTAGGED`.

    Raises:
        DataError: If there are more or fewer tags than tokens.
    """

    tokens: tuple[str, ...]
    tags: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(self.tokens) != len(self.tags):
            raise DataError(
                f"{len(self.tokens)} tokens have {len(self.tags)} tags; one tag a token is needed"
            )


@dataclass(frozen=True, slots=True)
class QuestionExample:
    """A question whose answer is a span of its context (SQuAD).

    ``answer_starts`` are character offsets in ``context``, one an answer.

    Raises:
        DataError: If answers and starts differ in number.
    """

    id: str
    question: str
    context: str
    answers: tuple[str, ...]
    answer_starts: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(self.answers) != len(self.answer_starts):
            raise DataError(
                f"{len(self.answers)} answers have {len(self.answer_starts)} starts",
                where=f"question {self.id}",
            )


Example = TextExample | PairExample | TokenExample | QuestionExample


def text_of(example: Example) -> str:
    """What is read in an example."""
    match example:
        case TextExample():
            return example.text
        case PairExample():
            return f"{example.first} {example.second}"
        case TokenExample():
            return " ".join(example.tokens)
        case QuestionExample():
            return example.context


def fingerprint_examples(examples: Iterable[Example]) -> str:
    """Return 16 hexadecimal digits of a SHA-256 over examples, in order: equal for equal content."""
    return content_key([[type(example).__name__, *astuple(example)] for example in examples])


@dataclass(frozen=True, slots=True)
class ParallelText:
    """Sentence pairs of the source language and one other: ``source[i]`` means ``target[i]``.

    Args:
        language: The corpus's own code of the target side's language.
        source: Source-language texts, in the corpus's order.
        target: Their translations, as many as ``source``.
        dropped: How many pairs were left out, by reason.
        rows: How many pairs were read; those that are here and those left out, if not given. A sample has the
            rows of the whole.

    Raises:
        DataError: If the two sides differ in length.
    """

    language: str
    source: tuple[str, ...]
    target: tuple[str, ...]
    dropped: Mapping[str, int] = field(default_factory=dict, compare=False)
    rows: int = field(default=-1, compare=False)
    _digest: list[str] = field(default_factory=list, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.source) != len(self.target):
            raise DataError(
                f"the source side has {len(self.source)} lines and the other side {len(self.target)}",
                where=self.language,
                fix="the two sides must be aligned line by line",
            )
        object.__setattr__(self, "dropped", MappingProxyType(dict(self.dropped)))
        if self.rows < 0:
            object.__setattr__(self, "rows", len(self.source) + sum(self.dropped.values()))

    def __len__(self) -> int:
        return len(self.source)

    def __reduce__(self) -> tuple[type[ParallelText], tuple[object, ...]]:
        """Pickle by value: a read-only view of a dictionary cannot be pickled itself."""
        return ParallelText, (self.language, self.source, self.target, dict(self.dropped), self.rows)

    def take(self, n: int, seed: int) -> ParallelText:
        """Draw ``n`` pairs (all, if there are fewer), the same ones for the same seed.

        The sample is the beginning of one fixed permutation per language and seed, so a
        smaller sample is always the beginning of a larger one. The permutation sorts the
        positions by a hash, hence does not depend on any library's random stream.

        Args:
            n: Number of pairs, at least 0.
            seed: Names the permutation.

        Raises:
            DataError: If ``n`` is negative.
        """
        if n < 0:
            raise DataError(f"a sample needs a size of 0 or more, but got {n}", where=self.language)
        prefix = f"{self.language}\0{seed}\0"
        ranked = ((_rank(prefix, i), i) for i in range(len(self)))
        chosen = [i for _, i in (heapq.nsmallest(n, ranked) if n < len(self) else sorted(ranked))]
        return ParallelText(
            self.language,
            tuple(self.source[i] for i in chosen),
            tuple(self.target[i] for i in chosen),
            self.dropped,
            self.rows,
        )

    def head(self, n: int) -> ParallelText:
        """Keep the first ``n`` pairs (all, if there are fewer): of a sample, the smaller sample."""
        if n >= len(self):
            return self
        return ParallelText(self.language, self.source[:n], self.target[:n], self.dropped, self.rows)

    def fingerprint(self) -> str:
        """Return 16 hexadecimal digits of a SHA-256 over language and pairs, in order.

        Computed once; equal for equal content in any process.
        """
        if not self._digest:
            digest = hashlib.sha256()
            for text in (self.language, *self.source, *self.target):
                encoded = text.encode("utf-8", "surrogatepass")
                digest.update(len(encoded).to_bytes(8, "big"))
                digest.update(encoded)
            self._digest.append(digest.hexdigest()[:16])
        return self._digest[0]


def _rank(prefix: str, position: int) -> bytes:
    return hashlib.blake2b(f"{prefix}{position}".encode(), digest_size=8).digest()
