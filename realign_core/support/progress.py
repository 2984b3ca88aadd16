"""Progress that a caller can show: the engine reports, it never prints."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

Advance = Callable[[int], None]


class Progress(Protocol):
    """Something that shows how far a piece of work is."""

    def track(self, label: str, total: int) -> AbstractContextManager[Advance]:
        """Open a bar.

        Args:
            label: What is being done.
            total: Number of steps.

        Returns:
            A context manager whose value is called with the number of steps just done.
        """
        ...


def _ignore(steps: int) -> None:
    """Accept steps and forget them."""


class NoProgress:
    """Shows nothing; the default."""

    @contextmanager
    def track(self, label: str, total: int) -> Iterator[Advance]:  # noqa: ARG002
        """Accept steps and forget them."""
        yield _ignore
