"""TOML files of settings: small, whole, and their mistakes told by line."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from realign_core.support.errors import ConfigError, DataError
from realign_core.support.files.size_limits import MOST_SETTINGS, require_small
from realign_core.support.files.text import read_text


def read_toml(path: Path) -> tuple[dict[str, Any], str]:
    """Read a file of settings.

    Args:
        path: The file.

    Returns:
        Its content, and its text.

    Raises:
        ConfigError: If it is missing, too large, or not TOML (with the line).
    """
    text = _read(path)
    try:
        return tomllib.loads(text), text
    except RecursionError as error:
        raise ConfigError("not valid TOML: too many brackets in each other", where=path) from error
    except ValueError as error:  # the parser's own, and a number of thousands of digits
        what, line = _mistake(str(error))
        raise ConfigError(f"not valid TOML: {what}", where=path, line=line) from error


def _read(path: Path) -> str:
    """Read a text file in UTF-8, with or without a byte order mark."""
    if path.is_dir():
        raise ConfigError("a folder, not a file", where=path, fix="give the path of a TOML file")
    if not path.is_file():
        raise ConfigError("no such file", where=path, fix="give the path of a TOML file")
    require_small(path, MOST_SETTINGS, "a file of settings")
    try:
        return read_text(path) + "\n"  # a mistake in the last line is then found there, not at the end
    except DataError as error:
        raise ConfigError(error.what, where=path, line=error.line, fix=error.fix) from error


def _mistake(message: str) -> tuple[str, int | None]:
    """Take the line out of the parser's message, to be named where all our messages name it."""
    match = re.fullmatch(r"(.*) \(at line (\d+), column (\d+)\)", message, flags=re.DOTALL)
    return (f"{match[1]} (column {match[3]})", int(match[2])) if match else (message, None)
