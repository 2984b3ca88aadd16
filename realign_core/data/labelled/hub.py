"""Labelled tasks from the hub through ``datasets``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from realign_core.data._hub import HubPlace, label_names
from realign_core.data.examples import Example, PairExample, QuestionExample, TextExample, TokenExample
from realign_core.data.labelled._tables import first_present, text_field
from realign_core.data.labelled.base import SkipBudget, Split, TaskReader
from realign_core.data.labelled.squad import question_example
from realign_core.support.errors import DataError
from realign_core.support.text import unknown_language


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

    def languages(self, split: Split) -> tuple[str, ...]:  # noqa: ARG002
        """List ``codes``, or the folder's subfolders; whether each has the split shows on reading."""
        return self._codes("")

    def _examples(self, language: str, split: Split, skips: SkipBudget) -> Iterator[Example]:
        place = self._place()
        if language not in (known := self.languages(split)):
            raise unknown_language(language, known, place)
        rows = self._rows(language, self.split_names.get(split, split), "")
        names = self.label_names or label_names(rows, self.label_column)
        for number, row in enumerate(rows):
            try:
                where = f"{place} ({language}, {split}), row {number}"
                example = self._example(row, names, where)
                if isinstance(example, QuestionExample):
                    skips.once(example.id, where)
            except DataError as error:
                skips.skip(error)
                continue
            if example is not None:
                yield example

    def _example(self, row: Mapping[str, Any], names: tuple[str, ...], where: str) -> Example | None:
        if self.task == "question":
            return _question(row, where)
        columns = [self.text_column, self.label_column]
        columns += [self.second_column] if self.task == "pair" else []
        for column in columns:
            first_present(row, (column,), where)
        value = row[self.label_column]
        if self.task == "token":
            tokens, tags = row[self.text_column], value
            if not isinstance(tokens, list) or not isinstance(tags, list) or not tokens:
                raise DataError("lists of tokens and tags are needed", where=where)
            labels = tuple(self._label(tag, names, where) for tag in tags)
            return TokenExample(tuple(map(str, tokens)), labels)
        label = self._label(value, names, where)
        text = text_field(row, self.text_column, where).strip()
        if self.task == "pair":
            return PairExample(text, text_field(row, self.second_column, where).strip(), label)
        return TextExample(text, label)

    def _label(self, value: Any, names: tuple[str, ...], where: str) -> str:
        if isinstance(value, int) and not isinstance(value, bool):
            if not 0 <= value < len(names):
                raise DataError(
                    f"the label {value} has no name", where=where, fix="list the names in label_names"
                )
            value = names[value]
        if not isinstance(value, str) or not value.strip():
            raise DataError(f"a label must be text or a number, but got {value!r:.80}", where=where)
        return self.label_map.get(value, value)


def _question(row: Mapping[str, Any], where: str) -> QuestionExample | None:
    """Turn the columns of SQuAD on the hub (answers = lists) into the file format's shape."""
    answers = row.get("answers")
    if not isinstance(answers, Mapping) or not {"text", "answer_start"} <= set(answers):
        raise DataError("'answers' with 'text' and 'answer_start' is needed", where=where)
    if len(answers["text"]) != len(answers["answer_start"]):
        raise DataError("answers and their starts differ in number", where=where)
    spans = zip(answers["text"], answers["answer_start"], strict=True)
    listed = [{"text": text, "answer_start": start} for text, start in spans]
    return question_example(text_field(row, "context", where), {**row, "answers": listed}, where)
