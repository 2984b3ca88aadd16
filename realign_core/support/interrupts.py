"""Ctrl-C and SIGTERM: the first ends the work in order, the second ends it now; no child survives either."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)

_SOON = 0.05
"""Seconds after which a lost signal is sent again."""

children: set[int] = set()
"""Processes that are killed when the user does not want to wait; each leads a group of its own."""


@contextmanager
def interruptible(kept: Callable[[], str]) -> Iterator[None]:
    """Let the first signal raise ``KeyboardInterrupt`` in the block, and say in one line what is kept.

    The second one kills all children and this process at once.

    Args:
        kept: Says what is kept and what goes on, a clause.

    Raises:
        SystemExit: With status 130 for Ctrl-C, 143 for SIGTERM, after a signal.
    """
    received: list[int] = []

    def handle(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
        received.append(number)
        if len(received) > 1:
            _end_now(received[0])
        raise KeyboardInterrupt

    def again(unraisable: sys.UnraisableHookArgs) -> None:
        """Send a signal again that came while an object was cleared away, where exceptions are lost."""
        if received and isinstance(unraisable.exc_value, KeyboardInterrupt):
            timer = threading.Timer(_SOON, os.kill, (os.getpid(), received.pop()))
            timer.daemon = True
            timer.start()
        else:
            hook(unraisable)

    try:
        before = {number: signal.signal(number, handle) for number in _SIGNALS}
    except ValueError:  # not the main thread, which alone hears signals
        yield
        return
    hook, sys.unraisablehook = sys.unraisablehook, again
    try:
        yield
    except KeyboardInterrupt:
        _say(f"interrupted; {kept()}")
        raise SystemExit(128 + (received[0] if received else signal.SIGINT)) from None
    finally:
        sys.unraisablehook = hook
        for number, handler in before.items():
            signal.signal(number, handler)


def _say(sentence: str) -> None:
    print(f"error: {sentence}", file=sys.stderr, flush=True)


def _end_now(number: int) -> None:
    for child in children:
        with contextlib.suppress(OSError):
            os.killpg(child, signal.SIGKILL)
    os.write(sys.stderr.fileno(), b"error: stopped at once; finished work is kept\n")
    os._exit(128 + number)
