"""What every reader of labelled examples does."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from realign_core.data.account import Account, reasons
from realign_core.data.examples import UNTAGGED, Example, QuestionExample, TokenExample
from realign_core.support.errors import DataError
from realign_core.support.files.content import missing
from realign_core.support.settings.config import Config

logger = logging.getLogger(__name__)

Split = Literal["train", "dev", "test"]


UNLABELLED, UNANSWERED = "unlabelled", "unanswered"
"""Why an example is left out that is not malformed: no gold label, or (SQuAD 2) no answer."""


class SkipBudget:
    """Counts malformed examples of one read up to a limit, and raises beyond it.

    Args:
        limit: How many may be skipped.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.dropped = Counter[str]()
        self._places: dict[str, str] = {}

    @property
    def count(self) -> int:
        """Malformed examples so far."""
        return self.dropped["malformed"]

    def leave_out(self, reason: str) -> None:
        """Count an example that is left out by a rule of the format."""
        self.dropped[reason] += 1

    def skip(self, error: DataError) -> None:
        """Count one malformed example.

        Raises:
            DataError: ``error`` itself, when the limit is used up.
        """
        if self.count >= self.limit:
            raise DataError(
                error.what,
                where=error.where,
                line=error.line,
                fix=error.fix or f"mend the line, or allow more than {self.limit} such errors with skip_bad",
            ) from error
        self.dropped["malformed"] += 1
        logger.warning("skipped %d of at most %d: %s", self.count, self.limit, error)

    def once(self, identity: str, place: str) -> None:
        """Check that an id is the only one of its name in this read.

        Raises:
            DataError: If an example before had it; both places are named.
        """
        first = self._places.setdefault(identity, place)
        if first != place:
            raise DataError(
                f"the id '{identity}' is that of another example, at {first}",
                where=place,
                fix="give every example its own id",
            )


class CountedMap(dict[str, str]):
    """Labels to the labels that are used instead; it counts how often each is met.

    Args:
        labels: The map.
    """

    def __init__(self, labels: Mapping[str, str]) -> None:
        super().__init__(labels)
        self.met = Counter[str]()

    def __getitem__(self, label: str) -> str:
        self.met[label] += 1
        return super().__getitem__(label)


class TaskReader(Config, ABC):
    """A corpus of labelled examples in one or more languages.

    A subclass adds ``format: Literal["its name"]``, its options, :meth:`languages` and
    ``_examples``. Languages are named by the corpus's own codes.

    Args:
        skip_bad: How many malformed examples a single read may leave out (each is logged
            with file and line); one more is an error.
    """

    map_key: ClassVar[str] = "label_map"
    """The option that maps labels."""

    skip_bad: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _labels_are_labels(self) -> Self:
        """Refuse to map a label to a sign that stands for none; a *word* may be mapped to no tag, ``""``."""
        for label, used in getattr(self, self.map_key, {}).items():
            if missing(used) and (used or self.map_key == "label_map"):
                raise ValueError(
                    f"'{self.map_key}' makes '{label}' to {used!r}, which stands for no label; "
                    "take such examples out of the file"
                )
        return self

    @property
    def asked_labels(self) -> frozenset[str]:
        """Labels that somebody wants to be mapped: those of the map that are not in the format's own."""
        field = type(self).model_fields.get(self.map_key)
        return frozenset() if field is None else frozenset(getattr(self, self.map_key)) - {*field.default}

    def place_of(self, language: str, split: Split, label: str) -> tuple[Path | str | None, int | None]:  # noqa: ARG002
        """Say where a label occurs, for a message: place and, in a file, line."""
        return f"{language} ({split})", None

    def joined(self, split: Split) -> Mapping[str, tuple[str, ...]]:  # noqa: ARG002
        """Name what is joined of each language that has several files; formats without files join none."""
        return {}

    def sought(self, split: Split) -> str:  # noqa: ARG002
        """Say what is looked for where a language's split should be, for a message; empty without files."""
        return ""

    @abstractmethod
    def languages(self, split: Split) -> tuple[str, ...]:
        """List the codes of the languages that have this split, sorted.

        Raises:
            DataError: If the corpus is not there.
            MissingExtraError: If a package that the format needs is not installed.
        """

    @abstractmethod
    def _examples(self, language: str, split: Split, skips: SkipBudget) -> Iterator[Example]:
        """Yield the examples in the corpus's order, malformed ones told to ``skips``."""

    def read(self, language: str, split: Split) -> list[Example]:
        """Read one split of one language, in the corpus's order.

        Args:
            language: One of :meth:`languages`.
            split: ``train``, ``dev`` or ``test``.

        Raises:
            DataError: If the corpus lacks the language or split (nearest codes are named),
                if an example is malformed (file, line, reason) and ``skip_bad`` is used up,
                or if nothing is left.
            MissingExtraError: If a package that the format needs is not installed.
        """
        return self.read_account(language, split)[0]

    def read_account(self, language: str, split: Split) -> tuple[list[Example], Account]:
        """Read as :meth:`read`, and say how many examples were read, kept, and left out for which reason."""
        skips, mapped = SkipBudget(self.skip_bad), CountedMap(getattr(self, self.map_key, {}))
        counting = self.model_copy(update={self.map_key: mapped}) if mapped else self
        examples = list(counting._examples(language, split, skips))
        if not examples:
            raise DataError(
                f"no example for language '{language}', split '{split}'",
                where=type(self).__name__,
                fix=f"left out: {left_out}"
                if (left_out := reasons(skips.dropped))
                else "check path and options",
            )
        dropped = {reason: n for reason, n in skips.dropped.items() if n}
        rows = len(examples) + skips.dropped.total()
        return examples, Account(language, rows, dropped, "example", mapped.met)


def label_set(examples: Iterable[Example]) -> frozenset[str]:
    """Collect the labels (tags, for token examples, but for untagged words; none for questions)."""
    labels: set[str] = set()
    for example in examples:
        if isinstance(example, TokenExample):
            labels.update(example.tags)
        elif not isinstance(example, QuestionExample):
            labels.add(example.label)
    return frozenset(labels - {UNTAGGED})


def check_labels(
    train: Iterable[Example],
    evaluation: Iterable[Example],
    where: str = "evaluation data",
    *,
    left_out: Sequence[Example] = (),
) -> None:
    """Check that every label of the evaluation data occurs in the training data.

    Args:
        train: Examples of the source language that are trained on.
        evaluation: Examples of a target language.
        where: Names the evaluation data in the message.
        left_out: Examples of the source language that come after those, beyond ``task.max_train``.

    Raises:
        DataError: If a label is unknown to the training data: no model could predict it.
    """
    used = list(train)
    train_labels = label_set(used)
    unknown = label_set(evaluation) - train_labels
    cut = unknown & label_set(left_out)
    if unknown and unknown == cut:
        raise DataError(
            f"task.max_train = {len(used)} leaves out all training examples of {', '.join(sorted(cut))}",
            where=where,
            fix=f"raise it to {len(used) + _first_with(left_out, cut)} or more",
        )
    if unknown:
        raise DataError(
            f"labels that the training data does not have: {', '.join(sorted(unknown))}",
            where=where,
            fix=f"map them to one of {', '.join(sorted(train_labels))} (label_map or tag_map)",
        )


def _first_with(examples: Sequence[Example], labels: frozenset[str]) -> int:
    """Count the first examples that together have all these labels."""
    missing = set(labels)
    for number, example in enumerate(examples, start=1):
        missing -= label_set([example])
        if not missing:
            return number
    return len(examples)
