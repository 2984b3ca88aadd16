"""Rows of a hub data set's local tables and JSON, read here so that what is bad is told by its place."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from realign_core.support.errors import DataError
from realign_core.support.files.content import plain_name
from realign_core.support.files.text import read_text, text_lines

_LINES = (".jsonl", ".ndjson", ".json")
_TABLES = {".csv": ",", ".tsv": "\t"}


@dataclass(frozen=True)
class LocalRows:
    """Rows as a data set gives them.

    Args:
        rows: Column to value; cells of tables are the text that they are.
        places: File and line of each row, or its number.
        bad: What is wrong with the lines that are no rows.
        features: What the folder's own card says of columns.
    """

    rows: Sequence[Mapping[str, Any]]
    places: Sequence[str]
    bad: Sequence[DataError]
    features: Mapping[str, Any] = field(default_factory=dict)

    @property
    def column_names(self) -> list[str]:
        """Columns of any row, in the order in which they come."""
        return [*dict.fromkeys(name for row in self.rows for name in row)]

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        return iter(self.rows)

    def __getitem__(self, column: str) -> list[Any]:
        return [row.get(column) for row in self.rows]


def are_text(files: Sequence[Path]) -> bool:
    """Whether all files are tables or JSON, which are read here."""
    return bool(files) and all(_ending(file) in (*_TABLES, *_LINES) for file in files)


def read_rows(
    files: Sequence[Path], features: Mapping[str, Any], limit: int | None, most_bad: int
) -> LocalRows:
    """Read files one after the other.

    Args:
        files: Which :func:`are_text`.
        features: What the folder's card says of columns.
        limit: Rows at most, bad ones not counted.
        most_bad: Reading ends after this many bad lines, which are more than may be left out.

    Raises:
        DataError: If a file is no text, a table has no header, or JSON is neither lines nor a list.
    """
    bad: list[DataError] = []
    numbered_rows = (item for file in files for item in _rows(file, bad, most_bad))
    rows = list(islice(numbered_rows, limit))
    return LocalRows([row for _, row in rows], [place for place, _ in rows], bad, features)


def _rows(file: Path, bad: list[DataError], most_bad: int) -> Iterator[tuple[str, dict[str, Any]]]:
    places: Iterator[tuple[str, int | None, dict[str, Any] | str]]
    if _ending(file) in _LINES and not _is_lines(file):
        places = ((f"{file}, row {number}", None, row) for number, row in enumerate(_listed(file)))
    else:
        read = _objects if _ending(file) in _LINES else _records
        places = ((f"{file}:{line}", line, row) for line, row in read(file))
    for place, line, row in places:
        if len(bad) > most_bad:
            return
        if isinstance(row, str):
            bad.append(DataError(row, where=place if line is None else file, line=line))
        else:
            yield place, row


def _listed(file: Path) -> Iterator[dict[str, Any] | str]:
    """Read one value over many lines: a list of rows, or an object of columns."""
    try:
        value = json.loads(read_text(file), object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise DataError(f"not JSON: {error}", where=file) from error
    if isinstance(value, dict) and value and all(isinstance(column, list) for column in value.values()):
        if len({len(column) for column in value.values()}) > 1:
            raise DataError("its columns have different numbers of rows", where=file)
        value = [dict(zip(value, row, strict=True)) for row in zip(*value.values(), strict=True)]
    if not isinstance(value, list):
        raise DataError("neither a list of objects nor an object of columns", where=file)
    yield from (row if isinstance(row, dict) else "not a JSON object" for row in value)


def _objects(file: Path) -> Iterator[tuple[int, dict[str, Any] | str]]:
    for line, text in text_lines(file):
        if not text.strip():
            continue
        try:
            row = json.loads(text, object_pairs_hook=_unique)
        except (ValueError, RecursionError) as error:
            yield line, f"not JSON: {error}"
            continue
        yield line, row if isinstance(row, dict) else "not a JSON object"


def _records(file: Path) -> Iterator[tuple[int, dict[str, Any] | str]]:
    delimiter = _TABLES[_ending(file)]
    reader = csv.reader((text for _, text in text_lines(file, ends=True)), delimiter=delimiter, strict=True)
    header: list[str] = []
    while True:
        line = reader.line_num + 1
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            # Every line that the broken record took with it is lost, and counts.
            for lost in range(line, max(line, reader.line_num) + 1):
                yield lost, f"broken quoting: {error}"
            continue
        if not header:
            if len(set(fields)) < len(fields):
                raise DataError("the first line must name each column once", where=file, line=line)
            header = fields
        elif fields == header:
            yield line, "the line names the columns again"
        elif fields and len(fields) != len(header):
            yield line, f"{len(header)} fields are needed, but got {len(fields)}"
        elif fields:
            yield line, dict(zip(header, fields, strict=True))


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        raise ValueError("a key is there twice")
    return content


def _ending(file: Path) -> str:
    return Path(plain_name(file.name)).suffix.lower()


def _is_lines(file: Path) -> bool:
    """Whether a file of JSON has an object a line, and not one value over many lines."""
    if _ending(file) != ".json":
        return True
    first = next((text for _, text in text_lines(file) if text.strip()), "")
    try:
        value = json.loads(first)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and not isinstance(value.get("data"), list)
