"""Counts of what is in a file, written without the readers, to hold against what they say they read."""

from __future__ import annotations

import json
import re
from typing import Any


def lines_of(content: bytes) -> list[str] | None:
    """Split a text at line feeds; ``None`` if it is no UTF-8."""
    raw_lines = content.split(b"\n")
    if raw_lines[-1] == b"":
        raw_lines.pop()
    try:
        lines = [line.removesuffix(b"\r").decode("utf-8") for line in raw_lines]
    except UnicodeDecodeError:
        return None
    return [lines[0].removeprefix("\ufeff"), *lines[1:]] if lines else []


def filled_lines(content: bytes) -> int | None:
    """Count lines that are not blank."""
    lines = lines_of(content)
    return None if lines is None else sum(bool(line.strip()) for line in lines)


def records(content: bytes, delimiter: str = ",") -> list[list[str]] | None:
    """Split a table whose fields may be in quotes, a sign at a time.

    Returns:
        Its rows, without empty ones; ``None`` if it is no UTF-8, or a quote stands where none should.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    if "\r" in text.replace("\r\n", ""):
        return None
    rows: list[list[str]] = []
    row: list[str] = []
    cell: list[str] = []
    quoted, closed = False, False
    for sign in [*text.replace("\r\n", "\n"), "\n"]:
        if quoted:
            if sign == '"':
                quoted, closed = False, True
            else:
                cell.append(sign)
        elif sign == '"' and (closed or not cell):  # doubled inside, or the first sign
            cell += ['"'] * closed
            quoted, closed = True, False
        elif sign == '"' or (closed and sign not in (delimiter, "\n")):
            return None
        elif sign in (delimiter, "\n"):
            row.append("".join(cell))
            if sign == "\n" and (row != [""] or closed):
                rows.append(row)
            row = [] if sign == "\n" else row
            cell, closed = [], False
        else:
            cell.append(sign)
    return None if quoted else rows


def plain_rows(content: bytes, sign: str) -> list[list[str]] | None:
    """Split a table without quotes."""
    lines = lines_of(content)
    return None if lines is None else [line.split(sign) for line in lines if line]


def words_in(content: bytes, word: str) -> int | None:
    """Count lines that a pattern fits."""
    lines = lines_of(content)
    return None if lines is None else sum(re.match(word, line) is not None for line in lines)


def questions(content: bytes) -> int | None:
    """Count the questions of a file in the layout of SQuAD that stand in whole paragraphs."""
    try:
        data = json.loads(content.decode("utf-8-sig"))["data"]
        number = 0
        for article in data:
            if isinstance(article, dict) and "paragraphs" not in article and "question" in article:
                number += 1
            elif isinstance(article, dict) and isinstance(article.get("paragraphs"), list):
                number += sum(_asked(paragraph) for paragraph in article["paragraphs"])
            else:
                number += 1
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return number


def _asked(paragraph: Any) -> int:
    if not isinstance(paragraph, dict) or not isinstance(paragraph.get("qas"), list):
        return 1
    context = paragraph.get("context")
    return len(paragraph["qas"]) if isinstance(context, str) and context.strip() else 1


def entries(content: bytes) -> int | None:
    """Count the entries of a message catalogue, without its header."""
    lines = lines_of(content)
    if lines is None or any(sign in content for sign in (b"\r", b"\x85")):
        return None
    stripped = [line.strip() for line in lines]
    marks = [line for line in stripped if re.match(r'(#~\s*)?msgid "', line)]
    pairs = zip(stripped, [*stripped[1:], ""], strict=False)  # an empty file has no lines
    header = any(line == 'msgid ""' and not after.startswith('"') for line, after in pairs)
    return max(0, len(marks) - header)
