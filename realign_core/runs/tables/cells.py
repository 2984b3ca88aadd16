"""Cells of a table of runs as what they are: text stays text, numbers are numbers, gaps are gaps."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from realign_core.data.labelled.base import SkipBudget
from realign_core.data.labelled.layouts.tables import table_rows
from realign_core.support.errors import DataError
from realign_core.support.files.columns import too_wide
from realign_core.support.files.content import MISSING
from realign_core.support.numbers import real
from realign_core.support.seed_numbers import MOST_SEED, is_seed

TEXT = frozenset(
    {"model", "task", "method", "realignment_langs", "split", "recipe_hash", "study_fingerprint"}
)
"""Columns that are text, whatever their cells look like: Min Nan is ``nan``, a hash may be ``12e45``."""

_NUMBERS = ("final_eval_", "unseen_final_eval_", "source_final_eval_", "train_loss_", "seconds_")
_MISSING = MISSING
MOST_SCORE = 100.0
"""Scores are shares, or per cent in all rows."""

_WHOLE = re.compile(r"(-?[0-9]{1,18})(\.0+)?")
_DIGITS = re.compile(r"([+-]?[0-9]+)(?:\.0*)?")
_LONGEST = 4000
"""Signs of a whole number that Python reads."""


def read_cells(path: Path) -> pd.DataFrame:
    """Read a table in CSV; nothing is guessed but whether a column without a meaning of its own is numbers.

    Raises:
        DataError: If it is no table with commas or one of too many columns, a row has other fields than the
            header, or a number is none (file and line).
    """
    try:
        rows = list(table_rows(path, SkipBudget(0), delimiter=",", quoted=True))
    except DataError as error:
        fix = error.fix or ""
        if "skip_bad" in fix or "delimiter" in fix:
            fix = "mend the row, or remove it" if "skip_bad" in fix else "put commas between cells"
        raise DataError(error.what, where=error.where, line=error.line, fix=fix or None) from error
    if not rows:
        return pd.DataFrame()
    if wide := too_wide(len(rows[0][1])):
        raise DataError(wide, where=path, line=1)
    lines = [line for line, _ in rows]
    return pd.DataFrame(
        {
            name.strip(): _column(name.strip(), [row[name].strip() for _, row in rows], lines, path)
            for name in rows[0][1]
        }
    )


def _column(name: str, cells: Sequence[str], lines: Sequence[int], path: Path) -> pd.Series[Any]:
    if name in TEXT:
        return pd.Series(cells, dtype=object)
    if name == "seed":
        return _seeds(cells, lines, path)
    numbers = [_number(cell) for cell in cells]
    if name.startswith(_NUMBERS):
        _check_numbers(name, numbers, cells, lines, path)
    no_number = next((i for i, number in enumerate(numbers) if number is None), None)
    if no_number is None:
        whole = all(_WHOLE.fullmatch(cell) and "." not in cell and cell not in _MISSING for cell in cells)
        return pd.Series(numbers, dtype=float).astype(int if whole else float)
    return pd.Series(cells, dtype=object)


def _check_numbers(
    name: str, numbers: Sequence[float | None], cells: Sequence[str], lines: Sequence[int], path: Path
) -> None:
    """Refuse what is no number, endless, or beyond any score.

    Raises:
        DataError: At the first such cell; gaps are none.
    """
    score = "final_eval_" in name
    for number, cell, line in zip(numbers, cells, lines, strict=True):
        if number is None:
            fix = "write a decimal point" if "," in cell else "mend the row, or remove it"
            raise DataError(f"'{name}' is {cell!r:.60}, no number", where=path, line=line, fix=fix)
        if math.isinf(number) or (score and not (math.isnan(number) or 0 <= number <= MOST_SCORE)):
            allowed = "a share from 0 to 1, nor per cent" if score else "a finite number"
            what = f"'{name}' is {cell:.60}, not {allowed}"
            raise DataError(what, where=path, line=line, fix="mend the row, or remove it")
    shares = score and any(number and number <= 1 for number in numbers)
    beyond = next((i for i, number in enumerate(numbers) if shares and number and number > 1), None)
    if beyond is not None:
        what = f"'{name}' is {cells[beyond]:.60}, where other rows have shares: it has shares and per cent"
        raise DataError(what, where=path, line=lines[beyond], fix="write all of them as shares")


def _seeds(cells: Sequence[str], lines: Sequence[int], path: Path) -> pd.Series[Any]:
    """Whole numbers, where all seeds are; else text (several streams have a seed of their own).

    Raises:
        DataError: If a number is no seed.
    """
    for cell, line in zip(cells, lines, strict=True):
        number = _DIGITS.fullmatch(cell)
        if number and (len(number.group(1)) > _LONGEST or not is_seed(int(number.group(1)))):
            what = f"'seed' is {cell:.60}, not from 0 to {MOST_SEED}"
            raise DataError(what, where=path, line=line, fix="mend the row, or remove it")
    matches = [_WHOLE.fullmatch(cell) for cell in cells]
    if all(matches):
        return pd.Series([int(match.group(1)) for match in matches if match], dtype=int)
    return pd.Series(
        [match.group(1) if match else cell for cell, match in zip(cells, matches, strict=True)], dtype=object
    )


def _number(cell: str) -> float | None:
    """Read a number; ``nan`` for what stands for none."""
    if cell.lower() in _MISSING:
        return math.nan
    try:
        return real(cell)
    except ValueError:
        return None
