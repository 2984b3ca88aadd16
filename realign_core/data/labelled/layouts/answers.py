"""Answers to questions as all formats have them: spans of a context, each checked against it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from realign_core.data.examples import QuestionExample
from realign_core.data.labelled.layouts.tables import text_field
from realign_core.support.errors import DataError
from realign_core.support.files.content import identity_of

_NO_ANSWER = (None, "", -1, "-1")
"""What stands for the text or the start of no answer."""

_DIGITS = re.compile(r"[0-9]{1,18}")

_FLAGS: Mapping[Any, bool] = {None: False, False: False, True: True, "false": False, "true": True, "": False}


def answered(
    identity: Any, question: str, context: str, answers: Any, where: Path | str, line: int | None = None
) -> QuestionExample | None:
    """Check a question's answers against its context.

    Args:
        identity: The question's id: text or a whole number.
        question: Its text.
        context: The text that has the answers.
        answers: A list of objects with ``text`` and ``answer_start``, or an object of two such lists.
        where: For messages.
        line: For messages.

    Returns:
        The example, without space around answers; ``None`` for a question without any.

    Raises:
        DataError: If there is no id, or an answer is not in the context at its start.
    """
    question_id = identity_of(identity)
    if question_id is None:
        raise DataError(f"the question has no id, but {identity!r}", where=where, line=line)
    spans = [
        _span(text, start, context, where, line)
        for text, start in _listed(answers, where, line)
        if not (text in _NO_ANSWER and start in _NO_ANSWER)
    ]
    if not spans:
        return None
    texts, starts = zip(*spans, strict=True)
    return QuestionExample(question_id, question.strip(), context, texts, starts)


def impossible(row: Mapping[str, Any], where: Path | str, line: int | None = None) -> bool:
    """Whether a question is marked as one without an answer (SQuAD 2).

    Raises:
        DataError: If the mark is neither true nor false.
    """
    value = row.get("is_impossible")
    value = value.strip().lower() if isinstance(value, str) else value
    if not isinstance(value, bool | str | None) or value not in _FLAGS:
        raise DataError(f"is_impossible must be true or false, but got {value!r:.40}", where=where, line=line)
    return _FLAGS[value]


def _listed(answers: Any, where: Path | str, line: int | None) -> list[tuple[Any, Any]]:
    """Take texts and starts out of a list of objects, or an object of lists."""
    if isinstance(answers, Mapping):
        texts, starts = answers.get("text"), answers.get("answer_start")
        if isinstance(texts, list) and isinstance(starts, list):
            if len(texts) != len(starts):
                raise DataError(f"{len(texts)} answers have {len(starts)} starts", where=where, line=line)
            return list(zip(texts, starts, strict=True))
    elif isinstance(answers, list) and all(isinstance(answer, Mapping) for answer in answers):
        return [(answer.get("text"), answer.get("answer_start")) for answer in answers]
    raise DataError(
        "'answers' must be a list of objects with 'text' and 'answer_start', or an object of two such lists",
        where=where,
        line=line,
    )


def _span(text: Any, start: Any, context: str, where: Path | str, line: int | None) -> tuple[str, int]:
    """Check one answer; space around it is no part of it."""
    answer = text_field({"text": text}, "text", where, line)
    begin = _first(start, where, line)
    if context[begin : begin + len(answer)] != answer:
        raise DataError(
            f"the answer {answer!r:.60} is not in the context at {begin}",
            where=where,
            line=line,
            fix=_unit(answer, begin, context),
        )
    return answer.strip(), begin + len(answer) - len(answer.lstrip())


def _first(value: object, where: Path | str, line: int | None) -> int:
    """Read where an answer starts: a whole number from 0, which tables have as text."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    if isinstance(value, str) and _DIGITS.fullmatch(value.strip()):
        return int(value.strip())
    raise DataError(f"answer_start must be a number from 0, but got {value!r:.40}", where=where, line=line)


def _unit(answer: str, begin: int, context: str) -> str | None:
    """Notice starts that are counted in bytes or in 16-bit units."""
    for name, codec, size in (("bytes", "utf-8", 1), ("UTF-16 units", "utf-16-le", 2)):
        coded = context.encode(codec, "surrogatepass")[begin * size :]
        if coded.startswith(answer.encode(codec, "surrogatepass")):
            return f"its starts are counted in {name}: count them in characters"
    return None
