"""Labelled tasks from the hub through ``datasets``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal, Self

from pydantic import model_validator

from realign_core.data._hub import HubPlace, label_names
from realign_core.data._local_rows import LocalRows
from realign_core.data.examples import Example, PairExample, QuestionExample, TextExample, TokenExample
from realign_core.data.labelled.base import UNANSWERED, UNLABELLED, SkipBudget, Split, TaskReader
from realign_core.data.labelled.layouts.sentences import check_words
from realign_core.data.labelled.layouts.tables import label_of, nearest_column, own_id, passage
from realign_core.data.labelled.readers.squad import question_example
from realign_core.support.errors import DataError
from realign_core.support.files.content import damage
from realign_core.support.files.text import unknown_language
from realign_core.support.settings.distinct import refuse_same

_WHOLE = re.compile(r"-?[0-9]+(\.0+)?")
_DIGITS = 18
"""Number of digits by which a number is known to be too large."""

_LABELS = frozenset({"label_column", "label_names", "label_map"})
_IDLE: Mapping[str, frozenset[str]] = {
    "text": frozenset({"second_column"}),
    "pair": frozenset(),
    "token": frozenset({"second_column"}),
    "question": _LABELS | {"text_column", "second_column"},
}
"""Kind of row -> options that have no effect on it."""


class HubTask(HubPlace, TaskReader):
    """A data set with one configuration a language.

    Integer labels are named by the data set's own label feature, else by ``label_names``.

    Args:
        task: What a row is: ``text`` (text, label), ``pair`` (premise, hypothesis, label),
            ``token`` (tokens, tags) or ``question`` (the columns of SQuAD).
        split_names: The data set's names of the splits, where they are not our own.
        text_column: The text, the premise, or the list of tokens.
        second_column: The hypothesis.
        label_column: The label, or the list of tags.
        label_names: Names of integer labels, in order.
        label_map: Labels of the data set -> labels that are used instead.
    """

    format: Literal["hub"] = "hub"
    task: Literal["text", "pair", "token", "question"]
    split_names: Mapping[Split, str] = {"dev": "validation"}
    text_column: str = "text"
    second_column: str = "hypothesis"
    label_column: str = "label"
    label_names: tuple[str, ...] = ()
    label_map: Mapping[str, str] = {}

    @model_validator(mode="after")
    def _options_fit_the_task(self) -> Self:
        defaults = type(self).model_fields
        idle = sorted(key for key in _IDLE[self.task] if getattr(self, key) != defaults[key].default)
        if idle:
            raise ValueError(f"'{idle[0]}' has no effect with task = '{self.task}'; leave it out")
        keys = {"text_column", "second_column", "label_column"} - _IDLE[self.task]
        refuse_same({key: getattr(self, key) for key in sorted(keys)})
        if len(set(self.label_names)) < len(self.label_names):
            raise ValueError("'label_names' has a name twice; labels are joined by label_map")
        return self

    def languages(self, split: Split) -> tuple[str, ...]:  # noqa: ARG002
        """List ``codes``, or the folder's subfolders; whether each has the split shows on reading."""
        return self._codes("")

    def _examples(self, language: str, split: Split, skips: SkipBudget) -> Iterator[Example]:
        place = self._place()
        if language not in (codes := self.languages(split)):
            raise unknown_language(language, codes, place)
        rows = self._rows(language, self.split_names.get(split, split), "", self.skip_bad)
        names = self._names(label_names(rows, self.label_column))
        local = isinstance(rows, LocalRows)
        for error in rows.bad if local else ():
            skips.skip(error)
        for number, row in enumerate(rows):
            try:
                where = rows.places[number] if local else f"{place} ({language}, {split}), row {number}"
                example = self._example(row, names, where)
                identity = example.id if isinstance(example, QuestionExample) else own_id(row)
                if identity is not None and (example is not None or self.task != "question"):
                    skips.once(identity, where)
            except DataError as error:
                skips.skip(error)
                continue
            if example is None:
                skips.leave_out(UNANSWERED if self.task == "question" else UNLABELLED)
            else:
                yield example

    def _names(self, own_names: tuple[str, ...]) -> tuple[str, ...]:
        """Choose the names of labels: the data set's own, or those that are given.

        Raises:
            DataError: If both are there and differ: one of them is wrong.
        """
        if own_names and self.label_names and own_names != self.label_names:
            raise DataError(
                f"the data set calls its labels {', '.join(own_names)}, "
                f"but label_names says {', '.join(self.label_names)}",
                where=self._place(),
                fix="leave label_names out, and give labels other names by label_map",
            )
        return self.label_names or own_names

    def _example(self, row: Mapping[str, Any], names: tuple[str, ...], where: str) -> Example | None:
        if self.task == "question":
            return question_example(row.get("context"), row, where)
        columns = [self.text_column, self.label_column]
        columns += [self.second_column] if self.task == "pair" else []
        for column in columns:
            if column not in row:
                raise DataError(f"no column '{column}'", where=where, fix=nearest_column(column, row))
        value = row[self.label_column]
        if self.task == "token":
            return self._sentence(row[self.text_column], value, names, where)
        text = passage(row, self.text_column, where)
        second = passage(row, self.second_column, where) if self.task == "pair" else None
        label = self._label(value, names, where)
        if label is None:
            return None
        return TextExample(text, label) if second is None else PairExample(text, second, label)

    def _sentence(self, tokens: Any, tags: Any, names: tuple[str, ...], where: str) -> TokenExample:
        if not isinstance(tokens, list) or not isinstance(tags, list) or not tokens:
            raise DataError("lists of tokens and tags are needed", where=where)
        if len(tokens) != len(tags):
            raise DataError(f"{len(tokens)} tokens have {len(tags)} tags", where=where)
        no_text = next((token for token in tokens if not isinstance(token, str) or not token.strip()), "")
        if no_text != "" or "" in tokens:
            raise DataError(f"a token must be text, but got {no_text!r:.80}", where=where)
        if fault := next(filter(None, map(damage, tokens)), None):
            raise DataError(f"a word holds {fault}", where=where)
        check_words(tokens, where)
        labels = [self._label(tag, names, where) for tag in tags]
        if None in labels:
            sign = tags[labels.index(None)]
            raise DataError(f"a word has no tag, but {sign!r}", where=where, fix="map this sign by label_map")
        return TokenExample(tuple(tokens), tuple(label for label in labels if label is not None))

    def _label(self, value: Any, names: tuple[str, ...], where: str) -> str | None:
        """Name a label; ``None`` for what stands for no label, unless ``label_map`` has it."""
        if isinstance(value, str) and value not in names and names and _WHOLE.fullmatch(value.strip()):
            value = int(value.strip().partition(".")[0][:_DIGITS])  # tables in text have numbers as text
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            if value >= len(names):
                raise DataError(
                    f"the label {value} has no name", where=where, fix="list the names in label_names"
                )
            value = names[value]
        label = label_of(value, self.label_map, f"the label in '{self.label_column}'", where)
        if names and label is not None and label not in {*names, *self.label_map.values()}:
            raise DataError(
                f"the label {label!r} is none of {', '.join(names)}",
                where=where,
                fix="mend it, or map it by label_map",
            )
        return label
