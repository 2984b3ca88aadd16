"""How a calibration looks in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.table import Table

from subsetsearch.analysis.trust.table import interval, trust_rows

if TYPE_CHECKING:
    from subsetsearch.analysis.trust import Trust, UnlabelledTrust


def trust_table(calibration: Trust) -> Table:
    """Lay the calibration out: a column a rung and one for what is learned, what the noise allows below."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("against full runs", no_wrap=True)
    for column in calibration.columns:
        table.add_column(column.name, justify="right", no_wrap=True)
    for name, cells in trust_rows(calibration):
        table.add_row(name, *cells)
    table.caption = "in brackets: 95 % bootstrap intervals; none and all are left out"
    return table


def in_turn_table(found: UnlabelledTrust) -> Table:
    """Lay out what each labelled language tells of one without labels."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("taken for unlabelled", no_wrap=True)
    for name in ("alignment", "within equal sizes", "other targets' labels"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in found.languages:
        cells = (row.alignment, row.within, row.others)
        table.add_row(row.language, *("-" if rho is None else f"{rho:.2f}" for rho in cells))
    table.add_row("mean", *map(interval, (found.alignment, found.within, found.others)))
    table.caption = (
        f"Spearman with {found.truth}, {found.subsets} subsets; in brackets: 95 % intervals over languages"
    )
    return table
