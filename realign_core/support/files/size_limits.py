"""Files of settings and descriptions: how large they may be, and JSON that is read within that."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from realign_core.support.errors import ConfigError, DataError

MOST_SETTINGS = 1_000_000
"""Bytes of a study file, a recipe or a model card at most."""

MOST_JSON = 10_000_000
"""Bytes of a JSON file that describes something at most; corpora have no such limit."""


def require_small(path: Path, most: int, what: str) -> None:
    """Refuse a file before it is read.

    Args:
        path: A file that is there.
        most: Bytes at most.
        what: What it should be, for the message.

    Raises:
        ConfigError: If it is larger.
    """
    size = path.stat().st_size
    if size > most:
        raise ConfigError(
            f"{size:,} bytes are too many for {what}, which has {most:,} at most",
            where=path,
            fix="check that it is the file that is meant",
        )


def read_json(path: Path, most: int = MOST_JSON) -> Any:
    """Read a JSON file.

    Args:
        path: A file that is there.
        most: Bytes at most.

    Raises:
        ConfigError: If it is larger.
        DataError: If it is no JSON in UTF-8, or has brackets in each other without end.
    """
    require_small(path, most, "a JSON file")
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise DataError(f"not JSON ({str(error).partition(chr(10))[0]})", where=path) from error
