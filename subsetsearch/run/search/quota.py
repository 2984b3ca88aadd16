"""Trials of one run that its workers take one by one, so that the fast do more than the slow.

What is left is counted in a file that the workers share; one that fails gives its trial back. A killed one
cannot, but its lock ends with it: the next that takes a trial sees that and has it taken up again. Nobody
leaves before all are finished, as those that others have begun may still come back.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from realign_core.support.files.locks import file_lock
from realign_core.support.files.writing import atomic_write

_POLL_SECONDS = 0.5

Revive = Callable[[Sequence[int]], int]
"""Called with the numbers of trials whose workers were killed; tells how many of them were finished."""


@dataclass(frozen=True, slots=True)
class Quota:
    """A number of trials.

    Args:
        folder: Of the count and of the locks, on this machine; empty at first, and the run's own.
        total: How many are to be finished.
    """

    folder: Path
    total: int

    @contextmanager
    def worker(self, name: str, *, tell: Callable[[int], None] | None = None) -> Iterator[Share]:
        """Take part; every worker has a name of its own.

        Args:
            name: Of the worker, fit for a file.
            tell: Called with the number of finished trials whenever it is looked at.
        """
        with file_lock(self._life(name)):
            yield Share(self, name, tell or (lambda _: None))

    def killed(self, name: str) -> bool:
        """Whether a worker that has taken part is gone."""
        with file_lock(self._life(name), wait=False) as gone:
            return gone

    @contextmanager
    def count(self) -> Iterator[Count]:
        """Read the count, and write it back, while nobody else does."""
        place = self.folder / "count.json"
        with file_lock(self.folder / "count.lock"):
            count = Count(**json.loads(place.read_text(encoding="utf-8"))) if place.is_file() else Count()
            yield count
            atomic_write(place, json.dumps({"finished": count.finished, "begun": count.begun}))

    def _life(self, name: str) -> Path:
        return self.folder / f"{name}.lock"


@dataclass(slots=True)
class Count:
    """How far a quota is.

    Args:
        finished: Number of trials.
        begun: Worker to the number that its trial has in the study, once it has one.
    """

    finished: int = 0
    begun: dict[str, int | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Share:
    """What one worker takes of a quota.

    Args:
        quota: The quota.
        name: Of the worker.
        tell: Called with the number of finished trials.
    """

    quota: Quota
    name: str
    tell: Callable[[int], None]

    def take(self, revive: Revive) -> bool:
        """Take a trial; wait while all that are left were begun by others.

        Args:
            revive: Has the trials of killed workers taken up again, as far as they are not finished.

        Returns:
            Whether there is one; otherwise all are finished.
        """
        while True:
            with self.quota.count() as count:
                self._reclaim_dead(count, revive)
                self.tell(count.finished)
                if count.finished >= self.quota.total:
                    return False
                if count.finished + len(count.begun) < self.quota.total:
                    count.begun[self.name] = None
                    return True
            time.sleep(_POLL_SECONDS)

    def begin(self, number: int) -> None:
        """Say which trial of the study it is."""
        with self.quota.count() as count:
            count.begun[self.name] = number

    def end(self, *, finished: bool) -> None:
        """Say that the trial is finished, or give it back."""
        with self.quota.count() as count:
            count.begun.pop(self.name, None)
            count.finished += finished
            self.tell(count.finished)

    def _reclaim_dead(self, count: Count, revive: Revive) -> None:
        dead = [name for name in count.begun if name != self.name and self.quota.killed(name)]
        lost = [number for name in dead if (number := count.begun.pop(name)) is not None]
        if lost:
            count.finished += revive(lost)
