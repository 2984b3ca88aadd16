"""Where a study's database is: a URL, or a file that holds one, so that nobody sees its password."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

from subsetsearch.errors import ConfigError

VARIABLE = "SUBSETSEARCH_STORAGE"
"""Environment variable that commands read where ``--storage`` is left out."""

_FILE = "@"
_BEFORE_HOST = re.compile(r"(://[^:/@\s]*):(.*)@", re.DOTALL)
_LETTERS = {
    word: "".join(f"(?:{sign}|%{ord(sign):02x}|%{ord(sign.upper()):02x})" for sign in word)
    for word in ("ssl", "password")
}
"""Keys of a query however they are written: drivers decode ``p%61ssword``."""
_IN_QUERY = re.compile(rf"([?&](?:{_LETTERS['ssl']})?{_LETTERS['password']}=)([^&]*)", re.IGNORECASE)
_LONGEST = 64 * 1024
"""Bytes of a file that holds one URL."""

_SHORTEST = 3
"""Fewest characters of a password whose parts are hidden in messages: many words hold a shorter one."""


def read_address(storage: str | None) -> str | None:
    """Read the URL of a database.

    Args:
        storage: The URL, ``@FILE`` for a file whose first line is the URL, or nothing.

    Raises:
        ConfigError: If the file cannot be read, is empty or long, or the URL has signs in it that end its
            parts.
    """
    if not storage or not storage.startswith(_FILE):
        return _checked(storage) if storage else None
    file = Path(storage.removeprefix(_FILE)).expanduser()
    fix = "write the database's URL as the first line of the file"
    try:
        if file.exists() and not file.is_file():
            raise ConfigError("is no plain file", where=file, fix=fix)
        with file.open("rb") as stream:
            head = stream.read(_LONGEST + 1)
        if len(head) > _LONGEST:
            raise ConfigError(f"has more than {_LONGEST // 1024} kB", where=file, fix=fix)
        lines = head.decode("utf-8-sig").split()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise ConfigError(f"cannot be read ({reason})", where=file, fix=fix) from error
    if not lines:
        raise ConfigError("is empty", where=file, fix=fix)
    return _checked(lines[0])


def without_password(text: str) -> str:
    """Write a URL, or a word of a command line that holds one, without its passwords."""
    return _IN_QUERY.sub(r"\1***", _BEFORE_HOST.sub(r"\1:***@", text))


def without_password_of(url: str, text: str) -> str:
    """Write what a driver said without the passwords of the URL that it was given."""
    passwords = [match[2] for rule in (_BEFORE_HOST, _IN_QUERY) for match in rule.finditer(url)]
    secrets = {part for secret in passwords for part in (secret, unquote(secret), *secret.split("@"))}
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= _SHORTEST:
            text = text.replace(secret, "***")
    return text


def require_unseen(storage: str | None) -> None:
    """Refuse a password on the command line, which ``ps`` shows to everybody on the machine.

    Args:
        storage: What was typed.

    Raises:
        ConfigError: If it has one.
    """
    if storage is not None and without_password(storage) != storage:
        raise ConfigError(
            "a password on the command line can be read by everybody on this machine",
            where="--storage",
            fix=f"put the URL into the environment variable {VARIABLE}, or into a file: --storage @FILE",
        )


def _checked(url: str) -> str:
    """Refuse what would be taken for another host or port, and be told as such.

    Raises:
        ConfigError: If a sign in user or password is not written as ``%..``, or the port is no number.
    """
    _, separator, place = url.partition("://")
    if url.startswith("sqlite") or not separator:
        return url
    server = re.sub(r"^[^:/@]*(?::[^@]*)?@", "", place)
    server = re.split(r"[/?]", server, maxsplit=1)[0]
    port = server.rpartition("]")[2].partition(":")[2]
    if "@" in server or (port and not port.isdecimal()):
        what = "more than one @" if "@" in server else "a port that is no number"
        raise ConfigError(
            f"the URL has {what}", where="--storage", fix="write signs in user and password as %40 for @"
        )
    return url
