"""Extractive question answering: SQuAD JSON (SQuAD, XQuAD, MLQA, TyDiQA-GoldP)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from realign_core.data.examples import QuestionExample
from realign_core.data.labelled._files import ParsedFileReader
from realign_core.data.labelled._tables import text_field
from realign_core.data.labelled.base import SkipBudget
from realign_core.support.errors import DataError
from realign_core.support.text import read_text


class SquadTask(ParsedFileReader):
    """Questions on paragraphs, each answer a span given by its text and first character.

    XQuAD is ``pattern = "xquad.{language}.json"`` (as the split ``test``, say). Questions
    that are marked as impossible or have no answer (SQuAD 2) are left out. An answer that is
    not in the context at its start is malformed.
    """

    format: Literal["squad"] = "squad"
    pattern: str = "{language}/{split}.json"

    def _parse(self, path: Path, skips: SkipBudget) -> Iterator[QuestionExample]:
        for place, context, question in _questions(path, skips):
            try:
                example = question_example(context, question, f"{path}, {place}")
                if example is not None:
                    skips.once(example.id, f"{path}, {place}")
            except DataError as error:
                skips.skip(error)
                continue
            if example is not None:
                yield example


def _questions(path: Path, skips: SkipBudget) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield ``(place, context, question object)`` of a whole file."""
    try:
        content = json.loads(read_text(path))
    except json.JSONDecodeError as error:
        raise DataError(f"not JSON: {error.msg}", where=path, line=error.lineno) from error
    except (ValueError, RecursionError) as error:
        raise DataError(f"not JSON that can be read: {error}", where=path) from error
    articles = _list(content, "data", str(path))
    for i, article in enumerate(articles):
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


def question_example(context: str, question: Any, where: str) -> QuestionExample | None:
    """Check one question in the shape of the files; None if it cannot be answered.

    Raises:
        DataError: If a part is missing or an answer is not in the context at its start.
    """
    answers = [] if _flag(question, "is_impossible") else _list(question, "answers", where)
    if not answers:
        return None
    texts: list[str] = []
    starts: list[int] = []
    for answer in answers:
        if not isinstance(answer, dict):
            raise DataError("an answer must be an object", where=where)
        text, start = text_field(answer, "text", where), answer.get("answer_start")
        if not isinstance(start, int) or isinstance(start, bool) or start < 0:
            raise DataError(f"answer_start must be a number from 0, but got {start!r}", where=where)
        if context[start : start + len(text)] != text:
            raise DataError(f"the answer {text!r:.60} is not in the context at {start}", where=where)
        texts.append(text)
        starts.append(start)
    identity = question.get("id")
    if isinstance(identity, bool) or not isinstance(identity, str | int) or identity == "":
        raise DataError(f"the question has no id, but {identity!r}", where=where)
    return QuestionExample(
        str(identity), text_field(question, "question", where).strip(), context, tuple(texts), tuple(starts)
    )


def _list(value: Any, key: str, where: str) -> list[Any]:
    if not isinstance(value, dict) or not isinstance(value.get(key), list):
        raise DataError(f"an object with a list '{key}' is needed", where=where, fix="is it SQuAD JSON?")
    found: list[Any] = value[key]
    return found


def _flag(value: Any, key: str) -> bool:
    return isinstance(value, dict) and value.get(key) is True
