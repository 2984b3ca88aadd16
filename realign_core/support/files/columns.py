"""How many columns a table may have: a file with more is none, and would be read for minutes."""

from __future__ import annotations

MOST_COLUMNS = 25_000
"""Features of all sources fit, and a matrix of distances of all languages of the world."""


def too_wide(columns: int) -> str | None:
    """Say what is wrong with a table's number of columns; nothing, if it may have them."""
    return f"{columns} columns, but {MOST_COLUMNS} at most are read" if columns > MOST_COLUMNS else None
