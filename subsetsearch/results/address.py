"""Where a study's database is: a URL, or a file that holds one, so that nobody sees its password."""

from __future__ import annotations

import re
from pathlib import Path

from subsetsearch.errors import ConfigError

VARIABLE = "SUBSETSEARCH_STORAGE"
"""Environment variable that commands read where ``--storage`` is left out."""

_FILE = "@"
_BEFORE_HOST = re.compile(r"(://[^:/@\s]*):[^@\s]*@")
_IN_QUERY = re.compile(r"([?&](?:ssl)?password=)[^&\s]*")


def read_address(storage: str | None) -> str | None:
    """Read the URL of a database.

    Args:
        storage: The URL, ``@FILE`` for a file whose first line is the URL, or nothing.

    Raises:
        ConfigError: If the file cannot be read or is empty.
    """
    if not storage or not storage.startswith(_FILE):
        return storage or None
    file = Path(storage.removeprefix(_FILE)).expanduser()
    fix = "write the database's URL as the first line of the file"
    try:
        lines = file.read_text(encoding="utf-8").split()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise ConfigError(f"cannot be read ({reason})", where=file, fix=fix) from error
    if not lines:
        raise ConfigError("is empty", where=file, fix=fix)
    return lines[0]


def without_password(text: str) -> str:
    """Write a text, such as a URL or a part of a command line, without the passwords of its URLs."""
    return _IN_QUERY.sub(r"\1***", _BEFORE_HOST.sub(r"\1:***@", text))
