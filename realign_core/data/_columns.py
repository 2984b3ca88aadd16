"""Parquet and Arrow files, checked before another library reads them here.

They are read by machine code that trusts what a file says of itself: a damaged one, or one that somebody made
so, can end the process. So another process reads every file to its end first, and tells whether it could.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from realign_core.support.errors import DataError
from realign_core.support.files.unpack import ALWAYS, MOST_TIMES

ENDINGS = (".parquet", ".arrow")
"""Of the names of such files."""

_PROGRAM = Path(__file__).with_name("_columns_probe.py")
_FIX = "fetch it, or write it, again"


def check_columns(files: Sequence[Path]) -> None:
    """Have another process read files to their end; one that was found whole is not looked at again.

    Args:
        files: Parquet and Arrow files.

    Raises:
        DataError: If one is damaged, ends the process that reads it, or unpacks to far more than it is.
    """
    for file in files:
        _check(file, file.stat().st_size, file.stat().st_mtime_ns)


@cache
def _check(file: Path, size: int, _changed: int) -> None:
    most = max(ALWAYS, MOST_TIMES * size)
    # -P: the folder of the program has modules of common names, which are not meant.
    command = [sys.executable, "-P", str(_PROGRAM), str(most), os.fspath(file.absolute())]
    ended = subprocess.run(command, check=False, capture_output=True, text=True, errors="replace")
    if ended.returncode < 0:
        name = signal.Signals(-ended.returncode).name
        raise DataError(f"what reads it dies of it ({name}): it is damaged", where=file, fix=_FIX)
    if ended.returncode:
        output = " ".join((ended.stdout or ended.stderr[-300:]).split())
        raise DataError(f"cannot be read: {output[:300]}", where=file, fix=_FIX)
