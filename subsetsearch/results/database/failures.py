"""A database that cannot be used: one sentence says why, whichever library noticed it."""

from __future__ import annotations

import shutil
from pathlib import Path

import sqlalchemy

from subsetsearch.errors import StudyError
from subsetsearch.results.database.address import without_password_of
from subsetsearch.results.database.study_folder import OWN_FILE

_FULL = ("is full", "No space left")
_LOCKED = ("is locked", "table is locked")
_OTHER = "not a database"
_HEAD = b"SQLite format 3\0"
_DAMAGED = ("malformed", _OTHER, "corrupt", "no such table", "no such column")
_LEAST_FREE = 64 * 1024
"""Bytes without which SQLite cannot make its log: it then speaks of other errors."""


class LockedError(StudyError):
    """Another program has held the database for longer than anybody waits."""


def locked(what: str, where: str | None, kept_words: str) -> LockedError:
    """Say that a database is locked.

    Args:
        what: What the driver said.
        where: The database.
        kept_words: What is stored, with its verb, as in ``46 trials are kept``.
    """
    return LockedError(
        what,
        where=where,
        fix=f"{kept_words}; end that program, or wait for it, then give the same command again",
    )


def told_by_us(error: BaseException) -> StudyError | None:
    """Find our own error behind one that another library raised while it dealt with it."""
    behind: BaseException | None = error
    while behind is not None and not isinstance(behind, StudyError):
        behind = behind.__cause__ or behind.__context__
    return behind


def first_cause(error: BaseException) -> str:
    """Say what the database's driver said, the first line of it, below whatever was raised since."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, sqlalchemy.exc.DBAPIError):
            return str(cause.orig).partition("\n")[0]
        last, cause = cause, cause.__cause__
    return str(last).partition("\n")[0]


def cannot_open(url: str, error: BaseException, *, deed: str = "opened") -> StudyError:
    """Say that a database cannot be used, without the password that its URL may hold.

    Args:
        url: Of the database.
        error: What was raised; its causes are looked at.
        deed: What cannot be done, where it is no other program's lock and no full disk.
    """
    address, reason = sqlalchemy.make_url(url), without_password_of(url, first_cause(error))
    sqlite = address.get_backend_name() == "sqlite"
    file = Path(address.database) if sqlite and address.database else None
    where = str(file or "the database") if sqlite else "storage"
    if any(words in reason for words in _LOCKED):
        return locked(f"locked by another program ({reason})", where, "what is stored so far is kept")
    if any(words in reason for words in _FULL) or (file is not None and _no_room(file)):
        return StudyError(
            f"the disk is full ({reason})",
            where=where,
            fix="what is stored so far is kept; make room there, then give the same command again",
        )
    if file is not None and _OTHER in reason and file.name != OWN_FILE and _begins_otherwise(file):
        return StudyError(
            "the file is no SQLite database, nor was it one",
            where=where,
            fix="nothing was written; is it another file that --storage is to name?",
        )
    fix = "check the URL and the server"
    if sqlite:
        fix = "check the file, its folder and their permissions; what is stored in it is kept"
        if any(words in reason for words in _DAMAGED):
            fix = "it is damaged; once it is moved away, a new one is begun from evaluations.csv"
    return StudyError(f"the database cannot be {deed} ({reason})", where=where, fix=fix)


def _begins_otherwise(file: Path) -> bool:
    """Whether a file does not begin as every SQLite database does."""
    try:
        with file.open("rb") as opened:
            return opened.read(len(_HEAD)) != _HEAD
    except OSError:
        return False


def _no_room(file: Path) -> bool:
    return file.parent.is_dir() and shutil.disk_usage(file.parent).free < _LEAST_FREE
