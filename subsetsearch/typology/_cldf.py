"""Values as CLDF data sets publish them: a row a language and parameter, languages by the set's own codes."""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from subsetsearch.errors import DataError, count, some
from subsetsearch.languages import find_language
from subsetsearch.tables import CsvRows, read_csv_rows

log = logging.getLogger(__name__)

LONG_FORM = ("Language_ID", "Parameter_ID", "Value")
"""Columns of a table of values."""

_GLOTTOCODE = re.compile(r"[a-z0-9]{4}[0-9]{4}")


def widen(table: CsvRows, path: Path) -> CsvRows:
    """Turn values into one row a language, at the line where it first stands.

    Args:
        table: The values.
        path: Their file; ``languages.csv`` beside it says what the codes mean.

    Raises:
        DataError: If a language has two values of a parameter, or is named by a code of the data set's own
            and ``languages.csv`` is not there.
    """
    language, parameter, value = LONG_FORM
    lines: dict[str, int] = {}
    cells: dict[str, dict[str, tuple[int, str]]] = {}
    for line, row in table.rows:
        lines.setdefault(row[language], line)
        values = cells.setdefault(row[language], {})
        first, _ = values.setdefault(row[parameter], (line, row[value]))
        if first != line:
            raise DataError(
                f"'{row[language]}' has a value of '{row[parameter]}' already, in line {first}",
                where=path,
                line=line,
                fix="keep one value of each language and parameter",
            )
    meant = _languages(path, {code: len(values) for code, values in cells.items()})
    names = dict.fromkeys(row[parameter] for _, row in table.rows)
    rows = [
        (
            lines[code],
            {language: meant[code]} | {name: values[name][1] if name in values else "" for name in names},
        )
        for code, values in cells.items()
        if code in meant
    ]
    return CsvRows([language, *names], rows)


def _languages(path: Path, sizes: Mapping[str, int]) -> dict[str, str]:
    """Look a data set's own codes up in its ``languages.csv``; those of WALS only look like ISO 639-3.

    Codes that the file does not name, or names as no language that we know, are left out with a message. Of
    several varieties of one language the one with most values is taken.

    Raises:
        DataError: If the file is not there, and a code is no glottocode.
    """
    beside = path.with_name("languages.csv")
    if not beside.is_file():
        own_codes = sorted(code for code in sizes if not _GLOTTOCODE.fullmatch(code))
        if own_codes:
            raise DataError(
                f"'{own_codes[0]}' is a code of this data set, which only its languages.csv explains",
                where=path,
                fix="put languages.csv of the same data set beside it",
            )
        return {code: code for code in sizes}
    rows = {row.get("ID", ""): row for _, row in read_csv_rows(beside).rows}
    varieties: dict[str, list[str]] = defaultdict(list)
    unknown = []
    for code in sorted(sizes, key=lambda code: (-sizes[code], code)):
        key = _key(rows.get(code, {}))
        if key is None:
            unknown.append(code)
        else:
            varieties[key].append(code)
    if unknown:
        number = count(len(unknown), "code")
        log.warning("%s: %s of no language that is known here: %s", path, number, some(unknown))
    several = [f"{codes[0]} (not {', '.join(codes[1:])})" for codes in varieties.values() if len(codes) > 1]
    if several:
        log.info("%s: of several varieties of one language, %s", path, some(several))
    return {codes[0]: key for key, codes in varieties.items()}


def _key(row: Mapping[str, str]) -> str | None:
    """Key of a row's glottocode, or of its ISO code where that is a dialect's; ``None`` without either."""
    for code in _codes(row):
        if (language := find_language(code)) is not None:
            return language.key
    return None


def _codes(row: Mapping[str, str]) -> Iterable[str]:
    return filter(None, (row.get("Glottocode", ""), row.get("ISO639P3code", "")))
