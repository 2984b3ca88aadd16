"""Extractive question answering: SQuAD JSON (SQuAD, XQuAD, MLQA, TyDiQA-GoldP)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from realign_core.data.examples import QuestionExample
from realign_core.data.labelled.base import UNANSWERED, SkipBudget
from realign_core.data.labelled.layouts.answers import answered, impossible
from realign_core.data.labelled.layouts.language_files import ParsedFileReader
from realign_core.data.labelled.layouts.tables import text_field, unique_keys
from realign_core.support.errors import DataError
from realign_core.support.files.text import read_text


class SquadTask(ParsedFileReader):
    """Questions on paragraphs, each answer a span given by its text and first character.

    XQuAD is ``pattern = "xquad.{language}.json"`` (as the split ``test``, say). Questions
    that are marked as impossible or have no answer (SQuAD 2) are left out. An answer that is
    not in the context at its start is malformed. ``data`` may also be a list of questions, each with its
    ``context``, and ``answers`` an object of two lists, as on the hub.
    """

    format: Literal["squad"] = "squad"
    pattern: str = "{language}/{split}.json"

    def _parse(self, path: Path, skips: SkipBudget) -> Iterator[QuestionExample]:
        for place, context, question in _questions(path, skips):
            where = f"{path}, {place}"
            try:
                example = question_example(context, question, where)
                if example is not None:
                    skips.once(example.id, where)
            except DataError as error:
                skips.skip(error)
                continue
            if example is None:
                skips.leave_out(UNANSWERED)
            else:
                yield example


def _questions(path: Path, skips: SkipBudget) -> Iterator[tuple[str, Any, Any]]:
    """Yield ``(place, context, question object)`` of a whole file."""
    for i, article in enumerate(_list(_content(path), "data", str(path))):
        if isinstance(article, dict) and "paragraphs" not in article and "question" in article:
            yield f"data[{i}]", article.get("context"), article  # a row a question, as on the hub
            continue
        try:
            paragraphs = _list(article, "paragraphs", f"{path}, data[{i}]")
        except DataError as error:
            skips.skip(error)
            continue
        for j, paragraph in enumerate(paragraphs):
            place = f"data[{i}].paragraphs[{j}]"
            try:
                questions = _list(paragraph, "qas", f"{path}, {place}")
                context = text_field(paragraph, "context", f"{path}, {place}")
            except DataError as error:
                skips.skip(error)
                continue
            for k, question in enumerate(questions):
                yield f"{place}.qas[{k}]", context, question


def _content(path: Path) -> Any:
    try:
        return json.loads(read_text(path), object_pairs_hook=unique_keys)
    except json.JSONDecodeError as error:
        raise DataError(f"not JSON: {error.msg}", where=path, line=error.lineno) from error
    except (ValueError, RecursionError) as error:
        raise DataError(f"not JSON that can be read: {error}", where=path) from error


def question_example(context: Any, question: Any, where: str) -> QuestionExample | None:
    """Check one question in the shape of the files or of the hub; None if it cannot be answered.

    Raises:
        DataError: If a part is missing or an answer is not in the context at its start.
    """
    if not isinstance(question, Mapping):
        raise DataError("a question must be an object", where=where, fix="is it SQuAD JSON?")
    if impossible(question, where):
        return None
    if "answers" not in question:
        raise DataError("the question has no 'answers'", where=where, fix="is it SQuAD JSON?")
    text = text_field({"context": context}, "context", where)
    question_text = text_field(question, "question", where)
    return answered(question.get("id"), question_text, text, question["answers"], where)


def _list(value: Any, key: str, where: str) -> list[Any]:
    if not isinstance(value, dict) or not isinstance(value.get(key), list):
        raise DataError(f"an object with a list '{key}' is needed", where=where, fix="is it SQuAD JSON?")
    items: list[Any] = value[key]
    return items
