"""When a search is over: the study has its number of trials, or no subset is left."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations

import optuna
from optuna.trial import TrialState

from subsetsearch.config.study import StudyConfig
from subsetsearch.errors import count
from subsetsearch.problem.space import SearchSpace
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.results.trials.stored_study import other_searches
from subsetsearch.results.trials.trial_record import first_scored, read_trials
from subsetsearch.subset import Subset

_COMPLETE, _RUNNING, _WAITING = TrialState.COMPLETE, TrialState.RUNNING, TrialState.WAITING

_POLL_SECONDS = 0.5
_NEAR = 16
"""When at most this many trials are missing, commands on one study begin them one after the other."""

_FEW_LANGUAGES = 12
"""Sets of more are not counted through: no search comes to their end."""


def count_new_trials(planned: int, finished: int, trials: int | None = None, more: int | None = None) -> int:
    """Say how many trials a run adds.

    Args:
        planned: The study's own total, at least 1.
        finished: Finished trials, 0 or more.
        trials: Another total.
        more: A number to add, whatever the total is.
    """
    return more if more is not None else max(0, (trials or planned) - finished)


def _now() -> float:
    return time.monotonic()  # all processes of a machine have the same, and nobody sets it


@dataclass(frozen=True, slots=True)
class Time:
    """How long one command searches, its further processes included.

    Args:
        minutes: After these no further trial begins; no limit, if left out.
        started: When its first trial could begin, in seconds of this machine's steady clock.
    """

    minutes: float | None = None
    started: float = field(default_factory=_now)

    @property
    def over(self) -> bool:
        """Whether no further trial is to begin."""
        return self.minutes is not None and _now() - self.started >= 60 * self.minutes

    @property
    def ended(self) -> str:
        """Say that it is over."""
        minutes = f"{self.minutes:g} minute{'s' * (self.minutes != 1)}" if self.minutes is not None else ""
        return f"{minutes} of searching are over (search.minutes); the same command goes on"


@dataclass(frozen=True)
class Total:
    """How many trials a study is to have, whichever command finishes them.

    Args:
        stored: The study.
        space: Its subsets.
        trials: The number; ``None`` where a command adds some, whatever there are.
        lock: Of the study, for all its processes.
        revive: Has the trials of dead processes taken up again.
        repeats: Whether a subset may be run again: then no search comes to the end of its subsets.
        time: Of the command that searches.
    """

    stored: optuna.Study
    space: SearchSpace
    trials: int | None
    lock: Callable[[], AbstractContextManager[None]]
    revive: Callable[[], None] = lambda: None
    repeats: bool = False
    time: Time = field(default_factory=Time)
    _held: ExitStack = field(default_factory=ExitStack, init=False, repr=False, compare=False)

    def begin(self) -> str:
        """Say why no further trial is to begin, or nothing; :meth:`begun` is called once it has begun."""
        while True:
            if self.time.over:
                return self.time.ended
            self.revive()
            states = self._count()
            if self._exhausted(states):
                return f"every subset that the study allows is scored: {count(len(self._subsets), 'subset')}"
            if self.trials is None:
                return ""
            if self.trials - states[_COMPLETE] - states[_RUNNING] <= _NEAR:
                self._held.enter_context(self.lock())
                states = self._count()
            if states[_COMPLETE] >= self.trials:
                self.begun()
                return f"the study has its {count(self.trials, 'trial')}; --more adds some"
            if states[_COMPLETE] + states[_RUNNING] < self.trials:
                return ""
            self.begun()
            time.sleep(_POLL_SECONDS)  # another process works on the last one, and may still fail

    def begun(self) -> None:
        """Let other processes begin trials."""
        self._held.close()

    def _count(self) -> Counter[TrialState]:
        return Counter(trial.state for trial in self.stored.get_trials(deepcopy=False))

    def _exhausted(self, states: Counter[TrialState]) -> bool:
        """Whether all subsets are scored, and none is waiting or being scored."""
        if (
            self.repeats
            or not self._subsets
            or states[_WAITING]
            or states[_RUNNING]
            or states[_COMPLETE] < len(self._subsets)
        ):
            return False
        return self._subsets <= first_scored(read_trials(self.stored)).keys()

    @cached_property
    def _subsets(self) -> frozenset[Subset]:
        """All subsets that may be proposed; empty where they are many."""
        return frozenset(self._walk()) if len(self.space.free) <= _FEW_LANGUAGES else frozenset()

    def _walk(self) -> Iterator[Subset]:
        space = self.space
        for size in range(len(space.free) + 1):
            for chosen in combinations(space.free, size):
                for pairs in space.pairs.limits:
                    subset = Subset(frozenset(chosen) | space.must_include, pairs)
                    if space.allows(subset):
                        yield space.pairs.canonical(subset.languages, pairs)


def kept_apart(config: StudyConfig, folder: StudyFolder) -> list[str]:
    """Say which trials of the study are measured otherwise than by this search, and are left alone."""
    return [
        f"kept apart: {count(trials, 'trial')} that end at {ending} ({ending.options} goes on with these)"
        for ending, trials in other_searches(config, folder).items()
    ]
