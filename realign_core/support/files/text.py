"""Reading text files line by line, and the errors that all readers share."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from realign_core.support.errors import DataError, count
from realign_core.support.files.content import READ_ERRORS, open_content

_LINE_FEEDS = "convert the file with: tr '\\r' '\\n'"

_BLOCK = 1 << 20

LONGEST_LINE, LONGEST_TEXT = 16 << 20, 512 << 20
"""Bytes of a line (16 MiB), and of a file that is read as one text (512 MiB)."""


def text_lines(path: Path, *, ends: bool = False) -> Iterator[tuple[int, str]]:
    r"""Yield ``(line number from 1, line without its end)`` of a UTF-8 file, plain or packed.

    Only ``\n`` and ``\r\n`` end a line: aligned corpora hold U+2028, form feeds and lone
    carriage returns inside sentences, and cutting there would shift all later lines.

    Args:
        path: The file.
        ends: Leave the ends on the lines.

    Raises:
        DataError: If the file is missing, unreadable, not UTF-8 (with the line), or no text by its first
            bytes; if its lines end at carriage returns, or one has more than :data:`LONGEST_LINE` bytes; if
            it is packed and unpacks to far more bytes than it has.
        MissingExtraError: If the file is packed by Zstandard and no package for that is installed.
    """
    require_file(path)
    number = 0
    try:
        with open_content(path) as stream:
            lines = iter(partial(stream.readline, LONGEST_LINE + 1), b"")
            for number, raw in enumerate(lines, start=1):
                if len(raw) > LONGEST_LINE:
                    raise _too_long("a line", LONGEST_LINE, path, number)
                if number == 1 and raw.count(b"\r") > 1 and not raw.endswith(b"\n"):
                    raise DataError("its lines end at carriage returns only", where=path, fix=_LINE_FEEDS)
                body = raw if ends else raw.removesuffix(b"\n").removesuffix(b"\r")
                yield number, body.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as error:
        raise _not_unicode(error.start, path, number) from error
    except READ_ERRORS as error:
        raise DataError(f"cannot be read: {error}", where=path, line=number or None) from error


def read_text(path: Path) -> str:
    """Read a whole UTF-8 file as one text; the end of its last line is left out.

    Raises:
        DataError: As :func:`text_lines`, or if it has more than :data:`LONGEST_TEXT` bytes.
    """
    require_file(path)
    content = bytearray()  # read in blocks: one read would make room for all bytes that it may return
    try:
        with open_content(path) as stream:
            while len(content) <= LONGEST_TEXT and (block := stream.read(_BLOCK)):
                content += block
    except READ_ERRORS as error:
        raise DataError(f"cannot be read: {error}", where=path) from error
    if len(content) > LONGEST_TEXT:
        raise _too_long("a text", LONGEST_TEXT, path, None)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _not_unicode(
            error.start - content.rfind(b"\n", 0, error.start) - 1,
            path,
            content.count(b"\n", 0, error.start) + 1,
        ) from error
    return text.replace("\r\n", "\n").removesuffix("\n")


def _too_long(what: str, most: int, path: Path, line: int | None) -> DataError:
    return DataError(
        f"{what} of more than {most >> 20} MiB",
        where=path,
        line=line,
        fix="cut it into files of one text each"
        if line is None
        else "lines end at line feeds: is it such a file?",
    )


def _not_unicode(byte: int, path: Path, line: int) -> DataError:
    what = f"not UTF-8 (byte {byte} of the line)"
    return DataError(what, where=path, line=line, fix="convert the file with: iconv -t UTF-8")


def require_file(path: Path) -> None:
    """Check that a file exists.

    Raises:
        DataError: If the file does not exist; the message names a similar file in the same folder.
    """
    if path.is_file():
        return
    folder = path.parent
    if not folder.is_dir():
        raise DataError("no such file", where=path, fix=f"the folder {folder} does not exist")
    names = sorted(entry.name for entry in folder.iterdir())
    close = difflib.get_close_matches(path.name, names, n=3, cutoff=0.5)
    hint = f"similar names there: {', '.join(close)}" if close else "check the path"
    raise DataError("no such file", where=path, fix=hint)


def require_folder(path: Path) -> None:
    """Check that a folder exists.

    Raises:
        DataError: If it does not.
    """
    if not path.is_dir():
        raise DataError("no such folder", where=path, fix="check the path")


def unknown_language(code: str, known: Iterable[str], where: str | Path) -> DataError:
    """Build the error for a language that a corpus does not have, naming the nearest codes.

    Args:
        code: The code that was asked for.
        known: The codes that the corpus has.
        where: The corpus.
    """
    codes = sorted(set(known) - {code})
    close = difflib.get_close_matches(code, codes, n=5, cutoff=0.4)
    close += [other for other in codes if other[:2] == code[:2] and other not in close]
    if close:
        fix = f"nearest codes: {', '.join(close[:5])}"
    elif codes:
        shown = ", ".join(codes[:12])
        fix = f"it has {count(len(codes), 'language')}: {shown}{' …' if len(codes) > 12 else ''}"
    else:
        fix = "it has no language at all; check path and options"
    return DataError(f"no data for language '{code}'", where=where, fix=fix)
