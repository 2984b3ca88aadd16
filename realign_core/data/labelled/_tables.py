"""Reading tables and JSON lines whose columns have names."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from realign_core.data.labelled.base import SkipBudget
from realign_core.support.errors import DataError
from realign_core.support.text import text_lines


def tsv_rows(path: Path, skips: SkipBudget, *, quoted: bool) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield ``(line, column -> field)`` of a tab-separated file with a header.

    Args:
        path: The file.
        skips: Told of lines with too few or too many fields.
        quoted: Whether fields may be in double quotes, doubled inside (as spreadsheets and
            pandas write them); a field cannot span lines.

    Raises:
        DataError: If the file has no header, or as ``skips`` decides.
    """
    lines = text_lines(path)
    _, header = next(lines, (1, ""))
    names = header.split("\t")
    if len(names) < 2 or len(set(names)) < len(names):
        raise DataError(
            "the first line must name the columns, with tabs between", where=path, line=1, fix="add a header"
        )
    for number, line in lines:
        if not line:
            continue
        try:
            fields = next(csv.reader([line], delimiter="\t", strict=True)) if quoted else line.split("\t")
        except csv.Error as error:
            skips.skip(DataError(f"broken quoting: {error}", where=path, line=number))
            continue
        if len(fields) != len(names):
            skips.skip(
                DataError(f"{len(names)} fields are needed, but got {len(fields)}", where=path, line=number)
            )
            continue
        yield number, dict(zip(names, fields, strict=True))


def jsonl_rows(path: Path, skips: SkipBudget) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield ``(line, object)`` of a file with one JSON object a line.

    Args:
        path: The file.
        skips: Told of lines that are no JSON object.

    Raises:
        DataError: As ``skips`` decides.
    """
    for number, line in text_lines(path):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            skips.skip(DataError(f"not JSON: {error}", where=path, line=number))
            continue
        if not isinstance(row, dict):
            skips.skip(DataError("not a JSON object", where=path, line=number))
            continue
        yield number, row


def text_field(row: Mapping[str, Any], name: str, where: Path | str, line: int | None = None) -> str:
    """Take a field that must hold visible text.

    Raises:
        DataError: If the field is missing, no text, blank, or not valid Unicode.
    """
    if name not in row:
        fields = ", ".join(map(str, row))
        raise DataError(f"no field '{name}'", where=where, line=line, fix=f"fields: {fields}")
    value = row[name]
    if not isinstance(value, str) or not value.strip():
        raise DataError(f"the field '{name}' must be text, but got {value!r:.80}", where=where, line=line)
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise DataError(f"the field '{name}' holds half a surrogate pair", where=where, line=line)
    return value


def first_present(row: Mapping[str, Any], names: Iterable[str], where: Path | str) -> str:
    """Choose the first of several possible columns that a table has.

    Raises:
        DataError: If it has none of them.
    """
    accepted = list(names)
    for name in accepted:
        if name in row:
            return name
    raise DataError(
        f"no column '{' or '.join(accepted)}'",
        where=where,
        line=1,
        fix=f"columns: {', '.join(map(str, row))}",
    )
