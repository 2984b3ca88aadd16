"""Ctrl-C while a program is being imported: nothing has begun, so it ends at once, in one line."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SENTENCE = "error: interrupted before anything was done"

_STATUS = 130


@contextmanager
def starting() -> Iterator[None]:
    """End this process quietly at Ctrl-C.

    No exception can do this: compiled modules that are being imported turn it into another one, and what is
    raised while an object is cleared away is lost. A handler that other code has set stays.
    """
    before = signal.getsignal(signal.SIGINT)
    if before is not signal.default_int_handler:
        yield
        return
    signal.signal(signal.SIGINT, _end)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def run_quietly(program: Callable[[], None]) -> None:
    """Run a program that is imported; where Ctrl-C comes before it listens itself, it ends as quietly.

    Raises:
        SystemExit: With status 130 then.
    """
    try:
        program()
    except KeyboardInterrupt:
        print(SENTENCE, file=sys.stderr)
        sys.exit(_STATUS)


def _end(*_: object) -> None:
    os.write(2, f"{SENTENCE}\n".encode())
    os._exit(_STATUS)
