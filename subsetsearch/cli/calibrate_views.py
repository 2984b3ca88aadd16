"""How a calibration looks in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.table import Table

from subsetsearch.calibration.words import calibration_rows

if TYPE_CHECKING:
    from subsetsearch.calibration import Calibration


def calibration_table(calibration: Calibration) -> Table:
    """Lay the calibration out: a column a rung, what the noise allows below."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("against full runs", no_wrap=True)
    for rung in calibration.rungs:
        table.add_column(rung.name, justify="right", no_wrap=True)
    for name, cells in calibration_rows(calibration):
        table.add_row(name, *cells)
    table.caption = "in brackets: 95 % bootstrap intervals; none and all are left out"
    return table
