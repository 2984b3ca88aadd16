"""Consoles, logging, progress bars with time left, and errors on the command line."""

from __future__ import annotations

import errno
import logging
import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.logging import RichHandler
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as RichProgress

from realign_core.support.errors import RealignError
from realign_core.support.progress import Advance, NoProgress, Progress

_WIDE = None if sys.stdout.isatty() else 120

results = Console(highlight=False, width=_WIDE)
"""Standard output: what the user asked for."""

messages = Console(stderr=True, highlight=False)
"""Standard error: progress and logs."""


def say(sentence: str) -> None:
    """Print a sentence: broken between words on a terminal, on one line elsewhere."""
    results.print(sentence, markup=False, soft_wrap=not results.is_terminal)


def set_up_logging(verbose: bool, quiet: bool, *, loggers: Sequence[str] = ("realign_core",)) -> None:
    """Send our log to stderr: warnings, or everything with ``--verbose``.

    Args:
        verbose: Everything.
        quiet: Errors only: no progress, no sentences about the work, no warnings of libraries.
        loggers: Names of the packages whose log it is.
    """
    level = logging.INFO if verbose else logging.ERROR if quiet else logging.WARNING
    messages.quiet = quiet
    console = Console(stderr=True, highlight=False) if quiet else messages
    handler = RichHandler(console=console, show_path=False, show_time=False)
    handler.addFilter(_not_shown_yet)
    handler.addFilter(_of_no_interruption)
    if quiet:  # read by these libraries when they are imported
        for library in ("HF_HUB", "TRANSFORMERS", "DATASETS"):
            os.environ.setdefault(f"{library}_VERBOSITY", "error")
    logging.basicConfig(level=logging.WARNING, handlers=[handler], format="%(message)s", force=True)
    for name in loggers:
        logging.getLogger(name).setLevel(level)


def _not_shown_yet(record: logging.LogRecord) -> bool:
    """Leave a record to its library, where that writes its log itself: it would be seen twice."""
    logger: logging.Logger | None = logging.getLogger(record.name)
    while logger is not None and logger is not logging.root:
        if any(not isinstance(handler, logging.NullHandler) for handler in logger.handlers):
            return False
        logger = logger.parent
    return True


def _of_no_interruption(record: logging.LogRecord) -> bool:
    """Leave out what a library tells of work that Ctrl-C cut off: the program says that in one sentence."""
    error = record.exc_info[1] if record.exc_info else None
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__ or error.__context__
    return error is None


class ConsoleProgress:
    """Bars with time left on a terminal; a plain line a tenth elsewhere.

    Bars nest: the outermost one stays, finished inner ones disappear.
    """

    def __init__(self) -> None:
        self._rich: RichProgress | None = None
        self._depth = 0

    @contextmanager
    def track(self, label: str, total: int) -> Iterator[Advance]:
        """Open a bar (see :class:`realign_core.support.progress.Progress`)."""
        if not messages.is_terminal:
            yield from self._plain(label, total)
            return
        if self._rich is None:
            self._rich = RichProgress(
                TextColumn("{task.description:<14}"),
                BarColumn(bar_width=30),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                TextColumn("left"),
                TimeRemainingColumn(),
                console=messages,
            )
            self._rich.start()
        self._depth += 1
        task = self._rich.add_task("  " * (self._depth - 1) + label, total=total)
        rich = self._rich
        try:
            yield lambda steps: rich.advance(task, steps)
        finally:
            self._depth -= 1
            if self._depth:
                rich.remove_task(task)
            else:
                rich.stop()
                self._rich = None

    def _plain(self, label: str, total: int) -> Iterator[Advance]:
        """Print a line at each tenth of the outermost bar, with the time left."""
        self._depth += 1
        start, done, shown = time.monotonic(), 0, 0
        quiet = self._depth > 1

        def advance(steps: int) -> None:
            nonlocal done, shown
            done += steps
            tenth = 10 * done // max(1, total)
            if quiet or tenth <= shown:
                return
            shown = tenth
            spent = time.monotonic() - start
            remaining = spent * (total - done) / max(1, done)
            messages.print(f"{label}: {done}/{total}, {spent:.0f} s, {remaining:.0f} s left")

        try:
            yield advance
        finally:
            self._depth -= 1


INTERRUPTED = 130
"""Exit status after Ctrl-C, as shells have it; typer ends with it and says nothing."""


def fail(message: str) -> None:
    """Print an error as one line on stderr."""
    print(f"error: {message}", file=sys.stderr)


def warn(message: str) -> None:
    """Print a warning as one line on stderr."""
    print(f"warning: {message}", file=sys.stderr)


def tell_findings(findings: Iterable[tuple[str, bool]]) -> None:
    """Print what a dry run found: an error where it would stop the work, otherwise a warning.

    Args:
        findings: What is wrong, and whether it would stop the work.
    """
    for sentence, stops in findings:
        fail(sentence) if stops else warn(sentence)


_DISK_FULL = (errno.ENOSPC, errno.EDQUOT)


def about_files(error: OSError) -> bool:
    """Whether an error is about a file, or about the disk: no mistake of ours."""
    return error.filename is not None or error.errno in _DISK_FULL


def fail_with_file(error: OSError) -> int:
    """Print that a file or folder cannot be used, and tell the exit status."""
    if error.errno in _DISK_FULL:
        place = f"{Path(error.filename).absolute()}: " if error.filename else ""
        fail(
            f"{place}the disk is full; what is stored so far is kept; "
            "make room there, then give the same command again"
        )
        return 1
    path = Path(error.filename).absolute()
    fail(f"{path}: {error.strerror}; check the path, its permissions and the space left")
    return 1


def fail_with(error: RealignError) -> int:
    """Print an error, and tell the exit status: 1, or 2 for wrong usage.

    What is wrong with an option's value is wrong usage, whoever finds it.
    """
    fail(str(error))
    return 2 if (error.where or "").startswith("--") else 1


def default_progress() -> Progress:
    """Bars where somebody sees them: in a terminal or a notebook."""
    return ConsoleProgress() if messages.is_terminal or messages.is_jupyter else NoProgress()
