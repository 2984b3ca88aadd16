"""Tables that grow by whole rows, from several processes, and survive a kill."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from realign_core.support.files.disk import cache_dir
from realign_core.support.files.locks import file_lock


def append(path: Path, fields: Sequence[str], row: Mapping[str, object]) -> None:
    """Add a row; the file is made with its header if there is none.

    A row whose writing was cut off before, so that the file has no last line end, is taken away first.

    Raises:
        ValueError: If the file has other columns.
    """
    with file_lock(cache_dir() / f"table-{path.stem}.lock"):
        whole = _whole(path)
        header = _line(fields)
        if whole and whole.split("\n", 1)[0] + "\n" != header:
            raise ValueError(f"{path} has other columns than {header}")
        with path.open("r+b" if path.is_file() else "wb") as file:
            file.truncate(len(whole.encode()))
            file.seek(0, os.SEEK_END)
            added = _line([_cell(row[name]) for name in fields])
            file.write(((header if not whole else "") + added).encode())
            file.flush()
            os.fsync(file.fileno())


def whole_rows(path: Path) -> list[dict[str, str]]:
    """Read the rows; one whose writing was cut off is not among them."""
    return list(csv.DictReader(io.StringIO(_whole(path))))


def _whole(path: Path) -> str:
    """Read a file up to its last line end; a character may have been cut, too."""
    content = path.read_bytes() if path.is_file() else b""
    return content[: content.rfind(b"\n") + 1].decode("utf-8")


def _cell(value: object) -> str:
    return f"{value:.5f}" if isinstance(value, float) else str(value)


def _line(cells: Sequence[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()
