"""What all views share: JSON, tables, sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.measure import Measurement
from rich.table import Table

from realign_core.support.files.plain_json import to_json
from realign_core.support.program.console import results
from subsetsearch.analysis.text.labelled_lines import Sheet

if TYPE_CHECKING:
    pass

_FOLDED = frozenset({
    "family", "genus", "language", "languages", "name", "nearest pair", "nearest\nin the set", "reason",
    "setting that differs", "subset", "targets\nnearest to it", "what it is",
})  # fmt: skip
"""Columns of running text, which may be broken."""


def print_json(value: object) -> None:
    """Print plain data or a data frame as JSON; what is not known is null."""
    print(to_json(value, indent=2 if results.is_terminal else None))


def table(*columns: str, right: Sequence[str] = ()) -> Table:
    """Make an empty table in our style."""
    made = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold", padding=(0, 1, 0, 0))
    for name in columns:
        justify: Any = "right" if name in right else "left"
        made.add_column(name, justify=justify, no_wrap=name not in _FOLDED, overflow="fold")
    return made


def keep_words(made: Table) -> Table:
    """Break between words, not within them, where the terminal is too narrow for the table."""
    if Measurement.get(results, results.options.update(max_width=1000), made).maximum <= results.width:
        return made
    for column in made.columns:
        if column.header in _FOLDED:
            words = [word for cell in column.cells for word in str(cell).split()]
            column.width = max(map(len, [*str(column.header).split("\n"), *words]))
    return made


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows of text."""
    made = table(*columns)
    for row in rows:
        made.add_row(*map(escape, row))
    results.print(made)


def print_sheet(sheet: Sheet) -> None:
    """Print a title, and below it labels with what belongs to them."""
    grid = Table.grid(padding=(0, 2))
    for label, text in sheet.lines():
        grid.add_row(label, escape(text))
    results.print(escape(sheet.title), style="bold")
    results.print(grid)


def print_sentence(sentence: str) -> None:
    """Print a sentence: broken between words on a terminal, on one line elsewhere."""
    results.print(sentence, markup=False, soft_wrap=not results.is_terminal)


def print_path(path: Path | str, before: str = "") -> None:
    """Print a path on one line, whatever the terminal's width."""
    results.print(f"{before}{path}", markup=False, soft_wrap=True)


def print_next(command: str) -> None:
    """Print the command that comes next, on one line."""
    results.print(f"next: {command}", markup=False, soft_wrap=True)
