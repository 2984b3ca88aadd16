"""Tables in CSV whose mistakes are found by line."""

from __future__ import annotations

import csv
import io
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from realign_core.support.files.columns import too_wide
from realign_core.support.files.content import READ_ERRORS, open_content, plain_name
from realign_core.support.numbers import real, whole
from realign_core.support.seed_numbers import MOST_SEED
from subsetsearch.errors import DataError, RealignError

MISSING = frozenset({"", "-", "--", "_", "-1", "-1.0", "?", "na", "nan", "none"})
"""What tables write where a value is missing, in lower case."""


@dataclass(frozen=True, slots=True)
class CsvRows:
    """The cells of a table, without the space around them.

    Args:
        header: Names of the columns, each once.
        rows: Line number of each row in the file, and column to cell.
    """

    header: Sequence[str]
    rows: Sequence[tuple[int, Mapping[str, str]]]


def read_csv_rows(path: Path, *, error: type[RealignError] = DataError, fix: str | None = None) -> CsvRows:
    """Read a table; blank lines are ignored, and a file ``.tsv`` has tabs between its cells.

    Args:
        path: The file, in UTF-8, plain or packed.
        error: What is raised.
        fix: What the user can do about a row that is cut off.

    Raises:
        RealignError: As ``error``, if the file is missing, no text or CSV, has too many columns or one twice,
            or a row has more or fewer cells than the header.
    """
    text = _read(path, error)
    delimiter = "\t" if plain_name(path.name).endswith(".tsv") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        lines: list[tuple[int, list[str]]] = []
        for cells in reader:
            if not lines and (wide := too_wide(len(cells))):
                raise error(wide, where=path, line=reader.line_num)
            if any(cell.strip() for cell in cells):
                lines.append((reader.line_num, cells))
    except csv.Error as cause:
        raise error(f"not a CSV file ({cause})", where=path, line=reader.line_num) from cause
    if not lines:
        raise error("there is nothing in it, not even a header", where=path)
    header = [cell.strip() for cell in lines[0][1]]
    twice = next((name for name, times in Counter(header).items() if name and times > 1), None)
    if twice is not None:
        raise error(f"the column '{twice}' appears twice", where=path, line=lines[0][0])
    if len(header) == 1 and ";" in header[0]:
        raise error("semicolons separate the cells", where=path, line=lines[0][0], fix="use commas")
    if len(header) == 1 and "\t" in header[0]:
        fix = "use commas, or call the file .tsv"
        raise error("tabs separate the cells", where=path, line=lines[0][0], fix=fix)
    for line, cells in lines[1:]:
        if len(cells) != len(header):
            what = f"{len(header)} fields expected, but got {len(cells)}"
            raise error(what, where=path, line=line, fix=fix)
    return CsvRows(
        header,
        [
            (line, {name: cell.strip() for name, cell in zip(header, cells, strict=True)})
            for line, cells in lines[1:]
        ],
    )


def _read(path: Path, error: type[RealignError]) -> str:
    if not path.exists():
        raise error("no such file", where=path, fix="give the path of a CSV file")
    try:
        with open_content(path) as stream:
            return stream.read().decode("utf-8-sig")
    except DataError as cause:
        raise error(cause.what, where=path, fix=cause.fix) from cause
    except (UnicodeDecodeError, *READ_ERRORS) as cause:
        raise error("not a text file in UTF-8", where=path) from cause


@dataclass(frozen=True, slots=True)
class Cells:
    """A row whose cells are read as numbers; an error names file, line and column.

    Args:
        path: The file.
        line: Of the row.
        row: Column to cell.
        error: What is raised.
        fix: What the user can do about a wrong cell.
    """

    path: Path
    line: int
    row: Mapping[str, str]
    error: type[RealignError] = DataError
    fix: str | None = None

    def number(
        self, name: str, *, least: float = 0.0, most: float = math.inf, default: float | None = None
    ) -> float:
        """Read a finite number.

        Args:
            name: Of the column.
            least: The lowest that is allowed.
            most: The highest.
            default: What an empty or missing cell means; else it is an error.

        Raises:
            RealignError: As ``error``, if it is none, or out of range.
        """
        text = self.row.get(name, "")
        if not text and default is not None:
            return default
        try:
            value = real(text)
        except ValueError as cause:
            raise self.wrong(f"'{name}' is {text!r:.60}, no number") from cause
        if not (least <= value <= most and math.isfinite(value)):
            allowed = f"{least:g} or more" if most == math.inf else f"in [{least:g}, {most:g}]"
            percent = (least, most) == (0, 1) and 1 < value <= 100
            raise self.wrong(
                f"'{name}' is {text}, not {allowed}", "write shares, not per cent" if percent else None
            )
        return value

    def whole(self, name: str, *, least: int | None = None, most: int | None = None) -> int:
        """Read a whole number; ``17.0`` is one.

        Raises:
            RealignError: As ``error``, if it is none, below ``least`` or above ``most``.
        """
        text = self.row.get(name, "")
        try:
            value = whole(text.removesuffix(".0"))
        except ValueError as cause:
            raise self.wrong(f"'{name}' is {text!r:.60}, no whole number") from cause
        if least is not None and value < least:
            raise self.wrong(f"'{name}' is {value}, not {least} or more")
        if most is not None and value > most:
            raise self.wrong(f"'{name}' is {value}, not {most} or less")
        return value

    def seed(self, name: str = "seed") -> int:
        """Read a seed.

        Raises:
            RealignError: As ``error``, if it is none.
        """
        return self.whole(name, least=0, most=MOST_SEED)

    def flag(self, name: str) -> bool:
        """Read 1 or 0; an empty or missing cell is 0.

        Raises:
            RealignError: As ``error``, if it is neither.
        """
        text = self.row.get(name, "")
        if text not in ("", "0", "0.0", "1", "1.0"):
            raise self.wrong(f"'{name}' is {text!r}, not 0 or 1")
        return text.startswith("1")

    def wrong(self, what: str, fix: str | None = None) -> RealignError:
        """Make the error of this row."""
        return self.error(what, where=self.path, line=self.line, fix=fix or self.fix)
