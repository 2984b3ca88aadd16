"""Reading tables and JSON lines whose columns have names."""

from __future__ import annotations

import csv
import difflib
import json
import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from realign_core.data.labelled.base import SkipBudget
from realign_core.support.errors import DataError
from realign_core.support.files.content import MISSING, damage, identity_of, missing, visible
from realign_core.support.files.text import text_lines

NO_LABEL = MISSING
"""What files write where an example has no gold label, in lower case."""

ID_COLUMNS = ("index_id", "id", "pairID")
"""Columns that name an example in published corpora: SIB-200, sets of the hub, MultiNLI and XNLI."""

_SEPARATORS = {",": "commas", "\t": "tabs", ";": "semicolons", "|": "bars"}


def table_rows(
    path: Path, skips: SkipBudget, *, delimiter: str = "\t", quoted: bool
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield ``(line, column -> field)`` of a table with a header.

    Args:
        path: The file.
        skips: Told of rows with too few or too many fields.
        delimiter: What separates fields.
        quoted: Whether fields may be in double quotes, doubled inside (as spreadsheets and
            pandas write them). Such a field may span lines.

    Raises:
        DataError: If the file has no header, or as ``skips`` decides.
    """
    records = _records(path, skips, delimiter, quoted)
    _, names = next(records, (1, []))
    _check_header(names, delimiter, path)
    for line, fields in records:
        if fields == names:
            skips.skip(DataError("the line names the columns again", where=path, line=line))
        elif len(fields) == len(names):
            yield line, dict(zip(names, fields, strict=True))
        elif fields:
            what = f"{len(names)} fields are needed, but got {len(fields)}"
            skips.skip(DataError(what, where=path, line=line))


def _records(path: Path, skips: SkipBudget, delimiter: str, quoted: bool) -> Iterator[tuple[int, list[str]]]:
    """Yield the line at which a record begins, and its fields; none of an empty line."""
    if not quoted:
        for line, text in text_lines(path):
            yield line, text.split(delimiter) if text else []
        return
    reader = csv.reader((text for _, text in text_lines(path, ends=True)), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            yield line, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            # Every line that the broken record took with it is lost, and counts.
            for lost in range(line, max(line, reader.line_num) + 1):
                skips.skip(DataError(f"broken quoting: {error}", where=path, line=lost))


def _check_header(names: list[str], delimiter: str, path: Path) -> None:
    repeated = next((name for name, times in Counter(names).items() if times > 1), None)
    if repeated is not None:
        raise DataError(
            f"the first line must name the columns, and names '{repeated}' twice", where=path, line=1
        )
    if len(names) < 2:
        actual = next((word for sign, word in _SEPARATORS.items() if names and sign in names[0]), None)
        separator = _SEPARATORS.get(delimiter, repr(delimiter))
        fix = f"it has {actual}: set the delimiter or the format" if actual else "add a header"
        raise DataError(
            f"the first line must name the columns, with {separator} between", where=path, line=1, fix=fix
        )


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
            row = json.loads(line, object_pairs_hook=unique_keys)
        except (ValueError, RecursionError) as error:
            skips.skip(DataError(f"not JSON: {error}", where=path, line=number))
            continue
        if not isinstance(row, dict):
            skips.skip(DataError("not a JSON object", where=path, line=number))
            continue
        yield number, row


def unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object of JSON of its pairs, for :func:`json.loads`.

    Raises:
        ValueError: If a key is there twice: one of the values would be lost.
    """
    content = dict(pairs)
    if len(content) < len(pairs):
        ((key, _),) = Counter(key for key, _ in pairs).most_common(1)
        raise ValueError(f"the key '{key:.60}' is there twice")
    return content


def text_field(row: Mapping[str, Any], name: str, where: Path | str, line: int | None = None) -> str:
    """Take a field that must hold visible text.

    Raises:
        DataError: If the field is missing, no text, without a visible character, or not valid Unicode.
    """
    if name not in row:
        raise DataError(f"no field '{name}'", where=where, line=line, fix=nearest_column(name, row, "fields"))
    value = row[name]
    if not isinstance(value, str) or not value.strip():
        raise DataError(f"the field '{name}' must be text, but got {value!r:.80}", where=where, line=line)
    check_text(value, f"the field '{name}'", where, line)
    return value


def passage(row: Mapping[str, Any], name: str, where: Path | str, line: int | None = None) -> str:
    """Take a field that must hold a text to be read, without the blanks around it.

    Raises:
        DataError: As :func:`text_field`, and if the text is what stands for a missing one.
    """
    value = text_field(row, name, where, line).strip()
    if missing(value):
        raise DataError(f"the field '{name}' has no text, but {value!r}", where=where, line=line)
    return value


def own_id(row: Mapping[str, Any]) -> str | None:
    """Take the name that a row of a published corpus has of its own, as text; ``None`` without any."""
    return next(filter(None, (identity_of(row.get(column)) for column in ID_COLUMNS)), None)


def check_text(value: str, what: str, where: Path | str, line: int | None = None) -> None:
    """Check that a text is one.

    Raises:
        DataError: If it is damaged, or has no character that can be seen.
    """
    fault = damage(value)
    if fault is not None:
        raise DataError(f"{what} holds {fault}", where=where, line=line)
    if not visible(value):
        raise DataError(f"{what} has no character that can be seen", where=where, line=line)


def label_field(
    row: Mapping[str, Any], name: str, label_map: Mapping[str, str], where: Path, line: int
) -> str | None:
    """Take a label: text, a number or truth value of JSON, by ``label_map`` where that has it.

    Returns:
        The label; ``None`` for what stands for no gold label (:data:`NO_LABEL`), unless ``label_map``
        has it.

    Raises:
        DataError: If the field is missing or none of these.
    """
    if name not in row:
        raise DataError(f"no field '{name}'", where=where, line=line, fix=nearest_column(name, row, "fields"))
    return label_of(row[name], label_map, f"the field '{name}'", where, line)


def label_of(
    value: Any, label_map: Mapping[str, str], what: str, where: Path | str, line: int | None = None
) -> str | None:
    """Take a value for a label, as :func:`label_field` does.

    Args:
        value: Text, a number, a truth value or nothing.
        label_map: Labels of the file -> labels that are used instead.
        what: Names the value in messages.
        where: For messages.
        line: For messages.
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        label = ""
    elif isinstance(value, bool | int | float):
        whole = isinstance(value, float) and value.is_integer()
        label = json.dumps(int(value) if whole else value)
    elif isinstance(value, str):
        label = value.strip()
    else:
        raise DataError(f"{what} must be text or a number, but got {value!r:.80}", where=where, line=line)
    if label in label_map:
        return label_map[label]
    if label.lower() in NO_LABEL:
        return None
    check_text(label, what, where, line)
    return label


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
        f"no column '{' or '.join(accepted)}'", where=where, line=1, fix=nearest_column(accepted[0], row)
    )


def nearest_column(name: str, columns: Collection[str], word: str = "columns") -> str:
    """Name the column that was probably meant, and all there are."""
    by_lower = {str(column).lower(): str(column) for column in columns}
    close = difflib.get_close_matches(name.lower(), by_lower, n=1, cutoff=0.6)
    all_columns = f"{word}: {', '.join(map(str, columns))}"
    return f"did you mean '{by_lower[close[0]]}'? {all_columns}" if close else all_columns
