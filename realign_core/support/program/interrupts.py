"""Ctrl-C and SIGTERM: the first ends the work in order, the second ends it now; no child survives either.

Work that is done in steps says so by :func:`in_steps`, and asks between two of them by :func:`between_steps`
whether it is to end: a signal that comes meanwhile lets the step be finished. Elsewhere the first signal ends
what is running at once.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)

_SOON = 0.05
"""Seconds after which a lost signal is sent again."""

PATIENCE_SECONDS = 10.0
"""Seconds that a measurement may still take once it must end; after them the training step is the last."""

children: set[int] = set()
"""Processes that are killed when the user does not want to wait; each leads a group of its own."""


@dataclass
class _State:
    """What was asked of this process.

    Args:
        asked: When it was asked to end, by a steady clock; ``None`` if it was not.
        patience: Of the piece of work that is in steps, outermost first.
    """

    asked: float | None = None
    patience: list[float] = field(default_factory=list)


_state = _State()


@contextmanager
def in_steps(patience: float | None = None) -> Iterator[None]:
    """Let the first signal wait: for the end of the block, or for the end of a step in it.

    Args:
        patience: Seconds that the block may still take; then the next :func:`between_steps` ends it. As long
            as usual, if left out; with 0 the step that is running is the last.

    Raises:
        KeyboardInterrupt: At the end of the outermost block, if a signal came.
    """
    if threading.current_thread() is not threading.main_thread():  # which alone hears signals
        yield
        return
    _state.patience.append(PATIENCE_SECONDS if patience is None else patience)
    try:
        yield
    finally:
        _state.patience.pop()
    if not _state.patience and _state.asked is not None:
        raise KeyboardInterrupt


def ends_after_this_step() -> bool:
    """Whether the step that has ended was the last one."""
    if _state.asked is None or not _state.patience:
        return False
    return time.monotonic() - _state.asked >= _state.patience[0]


def between_steps() -> None:
    """Go on, unless this process is to end here.

    Raises:
        KeyboardInterrupt: If it is.
    """
    if ends_after_this_step():
        raise KeyboardInterrupt


def give_way() -> None:
    """Go on waiting for others, unless this process is to end, however much patience there is.

    Raises:
        KeyboardInterrupt: If it is.
    """
    if _state.asked is not None:
        raise KeyboardInterrupt


def ask() -> None:
    """Take a first signal.

    Raises:
        KeyboardInterrupt: If nothing is running that is done in steps.
    """
    if _state.asked is None:
        _state.asked = time.monotonic()
    if not _state.patience:
        raise KeyboardInterrupt


def end_in_order() -> None:
    """Have signals, however many, end a process in order: its parent knows when to kill it."""
    for number in _SIGNALS:
        signal.signal(number, lambda *_: ask())


@contextmanager
def interruptible(kept: Callable[[], str]) -> Iterator[None]:
    """Let the first signal end the block in order, and say in one line what is kept.

    Children are asked to end as well. The second signal kills all children and this process at once.

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
        _tell_children()
        ask()

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
    _state.asked = None
    try:
        yield
    except (KeyboardInterrupt, ImportError) as end:
        if not received and not isinstance(end, KeyboardInterrupt):
            raise
        # a compiled module that was being imported turns the first of them into the second
        _say(f"error: interrupted; {kept()}")
        raise SystemExit(128 + (received[0] if received else signal.SIGINT)) from None
    finally:
        _state.asked = None
        sys.unraisablehook = hook
        for number, handler in before.items():
            signal.signal(number, handler)


def _tell_children() -> None:
    """Ask children to end, and say that they and a running step are waited for."""
    for child in children:
        with contextlib.suppress(OSError):
            os.kill(child, signal.SIGINT)
    if children or _state.patience:
        seconds = f"{PATIENCE_SECONDS:.0f} s"
        _say_now(f"stopping: what is running may end within {seconds}; once more Ctrl-C stops at once")


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def _say_now(sentence: str) -> None:
    """Say something from within a signal's handler, which may have come while something was printed."""
    with contextlib.suppress(OSError, ValueError):
        os.write(sys.stderr.fileno(), f"{sentence}\n".encode())


def _end_now(number: int) -> None:
    for child in children:
        with contextlib.suppress(OSError):
            os.killpg(child, signal.SIGKILL)
    _say_now("error: stopped at once; finished work is kept")
    os._exit(128 + number)
