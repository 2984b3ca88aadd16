"""Cells of a table of runs as what they are: text stays text, numbers are numbers, gaps are gaps."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from realign_core.data.labelled._tables import table_rows
from realign_core.data.labelled.base import SkipBudget
from realign_core.support.content import MISSING
from realign_core.support.errors import DataError
from realign_core.support.numbers import real

TEXT = frozenset(
    {"model", "task", "method", "realignment_langs", "split", "recipe_hash", "study_fingerprint"}
)
"""Columns that are text, whatever their cells look like: Min Nan is ``nan``, a hash may be ``12e45``."""

_NUMBERS = ("final_eval_", "unseen_final_eval_", "source_final_eval_", "train_loss_", "seconds_")
_MISSING = MISSING
_WHOLE = re.compile(r"(-?[0-9]{1,18})(\.0+)?")


def read_cells(path: Path) -> pd.DataFrame:
    """Read a table in CSV; nothing is guessed but whether a column without a meaning of its own is numbers.

    Raises:
        DataError: If it is no table with commas, a row has other fields than the header, or a number is none
            (file and line).
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
        return _seeds(cells)
    numbers = [_number(cell) for cell in cells]
    odd = next((i for i, number in enumerate(numbers) if number is None), None)
    if odd is None:
        whole = all(_WHOLE.fullmatch(cell) and "." not in cell and cell not in _MISSING for cell in cells)
        return pd.Series(numbers, dtype=float).astype(int if whole else float)
    if name.startswith(_NUMBERS):
        what = f"'{name}' is {cells[odd]!r}, no number"
        fix = "write a decimal point" if "," in cells[odd] else "mend the row, or remove it"
        raise DataError(what, where=path, line=lines[odd], fix=fix)
    return pd.Series(cells, dtype=object)


def _seeds(cells: Sequence[str]) -> pd.Series[Any]:
    """Whole numbers, where all seeds are; else text (several streams have a seed of their own)."""
    found = [_WHOLE.fullmatch(cell) for cell in cells]
    if all(found):
        return pd.Series([int(match.group(1)) for match in found if match], dtype=int)
    return pd.Series(
        [match.group(1) if match else cell for cell, match in zip(cells, found, strict=True)], dtype=object
    )


def _number(cell: str) -> float | None:
    """Read a number; ``nan`` for what stands for none."""
    if cell.lower() in _MISSING:
        return math.nan
    try:
        return real(cell)
    except ValueError:
        return None
