"""Your own labelled data in plain tables: CSV, TSV and JSON lines with named columns."""

from __future__ import annotations

import difflib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar, Literal, Self, get_args

from pydantic import Field, field_validator, model_validator

from realign_core.data._hub_splits import same_split
from realign_core.data._templates import check_template
from realign_core.data.examples import Example, PairExample, TextExample
from realign_core.data.labelled.base import UNANSWERED, UNLABELLED, SkipBudget, Split
from realign_core.data.labelled.layouts.answers import answered, impossible
from realign_core.data.labelled.layouts.rows import RowReader
from realign_core.data.labelled.layouts.tables import (
    first_present,
    jsonl_rows,
    label_field,
    nearest_column,
    passage,
    table_rows,
    text_field,
)
from realign_core.support.errors import DataError
from realign_core.support.files.content import identity_of, missing
from realign_core.support.settings.distinct import refuse_same

_SHAPES: Mapping[str, tuple[str, ...]] = {
    "question": ("question", "context", "answer"),
    "premise": ("premise", "hypothesis", "label"),
    "text": ("text", "label"),
}
"""Key that a kind of example is known by -> the columns it needs."""

_OPTIONAL: Mapping[str, tuple[str, ...]] = {"question": ("answer_start",), "premise": (), "text": ()}


class TableTask(RowReader, ABC):
    """Base of the readers of plain tables: which column holds what.

    Args:
        path: Folder in which ``pattern`` is looked up; or one file, with the columns ``language`` and
            ``split`` (without ``split`` it is training data).
        pattern: Template with ``{language}`` and ``{split}``, but for those that a column tells.
        text: Column of the text; ``text``, if left out.
        premise: Column of the first text of a pair; named, pairs are read.
        hypothesis: Column of the second; ``hypothesis``, if left out.
        label: Column of the label; ``label``, if left out. Numbers are labels as they are written.
        question: Column of the question; named, questions are read.
        context: Column of the text that has the answer; ``context``, if left out.
        answer: Column of the answer; ``answer``, if left out. In JSON lines it may be a list of
            accepted answers, or SQuAD's ``answers`` (``{"text": [...], "answer_start": [...]}``).
        answer_start: Column of the answer's first character in the context, from 0 (a list for several). If
            left out, an answer is taken where the context has it first.
        id: Column of an example's name, which must be there once a language and split.
        language: Column of the language, for files with several.
        split: Column of the split, for files with several.
        label_map: Labels of the file -> labels that are used instead.
    """

    has_header: ClassVar[bool] = True
    text: str | None = None
    premise: str | None = None
    hypothesis: str | None = None
    label: str | None = None
    question: str | None = None
    context: str | None = None
    answer: str | None = None
    answer_start: str | None = None
    id: str | None = None
    language: str | None = None
    split: str | None = None
    label_map: Mapping[str, str] = {}

    @model_validator(mode="before")
    @classmethod
    def _default_pattern(cls, content: Any) -> Any:
        """Leave out of the default pattern what a column tells."""
        if not isinstance(content, Mapping) or "pattern" in content:
            return content
        in_columns = [content.get(key) is not None for key in ("language", "split")]
        return {**content, "pattern": cls._plain_patterns()[2 * in_columns[0] + in_columns[1]]}

    @classmethod
    def _plain_patterns(cls) -> tuple[str, ...]:
        """Patterns without what a column tells: nothing, the split, the language, both."""
        ending = cls.model_fields["format"].default
        return tuple(f"{name}.{ending}" for name in ("{language}/{split}", "{language}", "{split}", "*"))

    @field_validator("pattern")
    @classmethod
    def _known_fields(cls, value: str) -> str:
        return check_template(value, (), ("language", "split"))

    @property
    def _shape(self) -> str:
        return next((key for key in ("question", "premise") if getattr(self, key) is not None), "text")

    @model_validator(mode="after")
    def _columns_fit_together(self) -> Self:
        keys = {key for columns in (*_SHAPES.values(), *_OPTIONAL.values()) for key in columns}
        shape_keys = {*_SHAPES[self._shape], *_OPTIONAL[self._shape]}
        other = next((key for key in sorted(keys - shape_keys) if getattr(self, key) is not None), None)
        if other == "hypothesis":
            raise ValueError("a pair needs 'premise' as well as 'hypothesis'")
        if other is not None:
            raise ValueError(f"'{other}' has no effect where '{self._shape}' is read; leave one of them out")
        refuse_same(self._columns)
        if self.label_map and "label" not in shape_keys:
            raise ValueError("'label_map' has no effect on questions; leave it out")
        if (self.language is None) is not ("{language}" in self.pattern):
            raise ValueError(
                "{language} in 'pattern' or the column 'language', one of them, must say a row's language"
            )
        if self.split is not None and "{split}" in self.pattern:
            raise ValueError("'split' names the column of files without {split} in their 'pattern'")
        if self.split is None and "{split}" not in self.pattern:
            raise ValueError(
                "{split} in 'pattern' or the column 'split' must say which rows are train, dev and test"
            )
        return self

    @property
    def _columns(self) -> Mapping[str, str]:
        """What is read -> the column of it."""
        names = {key: getattr(self, key) or key for key in _SHAPES[self._shape]}
        extra = (*_OPTIONAL[self._shape], "id", "language", "split")
        return names | {key: getattr(self, key) for key in extra if getattr(self, key) is not None}

    @property
    def _without(self) -> str:
        return UNANSWERED if self._shape == "question" else UNLABELLED

    @property
    def _language_column(self) -> str | None:
        return self.language

    def _discover(self, place: Path, split: Split) -> dict[str, tuple[Path, ...]]:
        if not place.is_file():
            return super()._discover(place, split)
        if self.language is None:
            raise DataError(
                "one file, and nothing says which language a row is in",
                where=place,
                fix="name that column with 'language', or list the file in 'files' by language and split",
            )
        return {"": (place,)} if self.split is not None or split == "train" else {}

    def _identity(self, row: Mapping[str, Any], path: Path, line: int) -> str | None:
        if self.id is None:
            return None
        if self.id not in row:
            text_field(row, self.id, path, line)
        identity = identity_of(row[self.id])
        if identity is None:
            raise DataError(f"the example has no id, but {row[self.id]!r:.40}", where=path, line=line)
        return identity

    @property
    def _split_names(self) -> dict[str, str]:
        """What each split is called."""
        return {split: self.split_names.get(split, split) for split in get_args(Split)}

    def _of_split(self, row: Mapping[str, Any], split: Split, path: Path, line: int) -> bool:
        if self.split is None:
            return True
        split_name, names = text_field(row, self.split, path, line).strip(), self._split_names
        valid_names = list(names.values())
        if missing(split_name):
            raise DataError(f"the row has no split, but {split_name!r}", where=path, line=line)
        same_names = [name for name in valid_names if same_split(name, split_name)]
        close = same_names or difflib.get_close_matches(split_name.lower(), valid_names, cutoff=0.7)
        if split_name not in valid_names and close:
            raise DataError(
                f"the split is {split_name!r}, but is '{close[0]}' meant?",
                where=path,
                line=line,
                fix="mend it, or name it in split_names",
            )
        return split_name == names[split]

    @abstractmethod
    def _records(self, path: Path, skips: SkipBudget) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield ``(line, column -> value)`` of whatever columns there are."""

    def sample(self, path: Path, most: int | None = None) -> list[dict[str, Any]]:
        """Read the first rows of a table, whatever its columns; all, without a number.

        Raises:
            DataError: If it is no such table, or more rows than ``skip_bad`` are malformed.
        """
        return [row for _, row in islice(self._records(path, SkipBudget(self.skip_bad)), most)]

    def _rows(self, path: Path, skips: SkipBudget) -> Iterator[tuple[int, dict[str, Any]]]:
        for line, row in self._records(path, skips):
            if self.has_header:
                for column in self._columns.values():
                    first_present(row, (column,), path)
            yield line, row

    def _example(self, row: Mapping[str, Any], path: Path, line: int) -> Example | None:
        columns = self._columns
        if "question" in columns:
            return self._question(row, path, line)
        label = label_field(row, columns["label"], self.label_map, path, line)
        texts = [
            passage(row, columns[key], path, line)
            for key in ("text", "premise", "hypothesis")
            if key in columns
        ]
        if label is None:
            return None
        return TextExample(texts[0], label) if len(texts) == 1 else PairExample(texts[0], texts[1], label)

    def _question(self, row: Mapping[str, Any], path: Path, line: int) -> Example | None:
        columns = self._columns
        context = text_field(row, columns["context"], path, line)
        question = text_field(row, columns["question"], path, line).strip()
        identity = self._identity(row, path, line) or f"{path.parent.name}/{path.name}:{line}"
        answers = [] if impossible(row, path, line) else _answers(row, columns, path, line)
        spans = [
            {"text": text, "answer_start": context.find(str(text)) if start is None else start}
            for text, start in answers
        ]
        lost = next((span["text"] for span in spans if span["answer_start"] == -1), "")
        if lost:
            raise DataError(f"the answer {lost!r:.60} is not in the context", where=path, line=line)
        return answered(identity, question, context, spans, path, line)


def _answers(
    row: Mapping[str, Any], columns: Mapping[str, str], path: Path, line: int
) -> list[tuple[Any, Any]]:
    """Take a row's answers, with their starts where these are told; none of a question without any."""
    name = columns["answer"]
    if name not in row:
        raise DataError(f"no field '{name}'", where=path, line=line, fix=nearest_column(name, row, "fields"))
    value: Any = row[name]
    start: Any = row.get(columns["answer_start"]) if "answer_start" in columns else None
    if isinstance(value, Mapping):
        value, start = value.get("text"), value.get("answer_start")
    if value is None or value == "":
        return []
    texts = value if isinstance(value, list) else [value]
    starts = start if isinstance(start, list) else [start] * len(texts) if start is None else [start]
    if len(texts) != len(starts):
        raise DataError(f"{len(texts)} answers have {len(starts)} starts", where=path, line=line)
    return list(zip(texts, starts, strict=True))


class CsvTask(TableTask):
    """Tables with commas between fields; fields may be quoted and then span lines.

    The first line names the columns. Which of them are read: ``text`` and ``label``; or ``premise``,
    ``hypothesis`` and ``label``; or ``question``, ``context`` and ``answer``. All is text: nothing is taken
    for a number or a date. Rows without a gold label (empty, ``-``, ``--``, ``_``, ``-1``, ``nan``) are left
    out, unless ``label_map`` has it.

    Args:
        delimiter: What separates fields.
    """

    format: Literal["csv"] = "csv"
    pattern: str = "{language}/{split}.csv"
    delimiter: str = Field(default=",", min_length=1, max_length=1)

    def _records(self, path: Path, skips: SkipBudget) -> Iterator[tuple[int, dict[str, Any]]]:
        return table_rows(path, skips, delimiter=self.delimiter, quoted=True)


class TsvTask(TableTask):
    """Tables with tabs between fields; columns as with ``format = "csv"``.

    Args:
        quoted: Whether fields may be in double quotes, as spreadsheets and pandas write them; else a quote
            is part of the text.
    """

    format: Literal["tsv"] = "tsv"
    pattern: str = "{language}/{split}.tsv"
    quoted: bool = False

    def _records(self, path: Path, skips: SkipBudget) -> Iterator[tuple[int, dict[str, Any]]]:
        return table_rows(path, skips, quoted=self.quoted)


class JsonlTask(TableTask):
    """JSON lines: one object a line, whose keys are the columns, as with ``format = "csv"``."""

    has_header: ClassVar[bool] = False
    format: Literal["jsonl"] = "jsonl"
    pattern: str = "{language}/{split}.jsonl"

    def _records(self, path: Path, skips: SkipBudget) -> Iterator[tuple[int, dict[str, Any]]]:
        return jsonl_rows(path, skips)
