"""What the trials of a study said, read once each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import optuna
from optuna.trial import FrozenTrial

from subsetsearch.problem.space import SearchSpace
from subsetsearch.results.trials.proposals import proposed_again, proposed_params
from subsetsearch.results.trials.trial_record import TrialRecord
from subsetsearch.sampler.subset_matrix import SubsetMatrix
from subsetsearch.surrogate.features import Indices, Members


@dataclass(frozen=True, slots=True)
class Scored:
    """One finished trial.

    Args:
        number: Of the trial.
        cost: Data cost.
        value: As told to Optuna.
        rung1: Score by rung 1, if the trial has one.
        measured: Whether ``value`` was measured, not estimated from rung 1.
        again: Number of the further seed that a subset was run with once more; 0 for its first trial.
    """

    number: int
    cost: float
    value: float
    rung1: float | None
    measured: bool
    again: int = 0


class TrialHistory:
    """Reads each trial once, when it is finished, and keeps sets as rows.

    Asking a study for ten thousand trials is cheap; parsing a hundred parameters of each anew for
    every proposal is not.

    Args:
        space: The study's search space.
    """

    def __init__(self, space: SearchSpace) -> None:
        self._space = space
        self._matrix = SubsetMatrix(space)
        self._names = tuple(space.distributions())
        self._open: set[int] = set()
        self._read = 0
        self.scored: list[Scored] = []
        self.pending: dict[int, bytes] = {}
        self._pending_again: dict[int, int] = {}
        self.numbers: dict[bytes, int] = {}
        self._ran: dict[bytes, set[int]] = {}
        self._measured: dict[bytes, set[int]] = {}
        self._rows = np.zeros((64, self._matrix.width), dtype=bool)

    @property
    def members(self) -> Members:
        """Sets of :attr:`scored` as rows of :class:`subsetsearch.sampler.subset_matrix.SubsetMatrix`."""
        return self._rows[: len(self.scored)]

    def update(self, study: optuna.Study, without: int | None = None) -> None:
        """Read what is new in a study.

        Args:
            study: The study.
            without: Number of the trial that asks; it is left out.
        """
        trials = study.get_trials(deepcopy=False)
        self._open.update(range(self._read, len(trials)))
        self._read = len(trials)
        self.pending, self._pending_again = {}, {}
        for number in sorted(self._open):
            trial = trials[number]
            if trial.state.is_finished():
                self._open.discard(number)
                self._finish(trial)
            elif number != without:
                row = self._row(trial)
                if row is not None:
                    self.pending[number] = row.tobytes()
                    self._pending_again[number] = proposed_again(trial)

    def _row(self, trial: FrozenTrial) -> Members | None:
        params = proposed_params(trial)
        try:
            if self._space.pairs or self._space.sparse:
                whole = self._space.whole(params)
                return self._matrix.row(self._space.subset(params)) if whole else None
            return np.array([bool(params[name]) for name in self._names])
        except KeyError:  # cut off between two parameters, or of another search space
            return None

    def _finish(self, trial: FrozenTrial) -> None:
        record = TrialRecord.of(trial)
        has_own_run = record.complete and (record.duplicate_of is None or record.again > 0)
        row = self._row(trial) if has_own_run else None
        if row is None or record.cost is None or record.value is None:
            return
        key = row.tobytes()
        is_duplicate = key in self.numbers and not record.again
        if not np.isfinite([record.cost, record.value]).all() or is_duplicate:
            return
        self.numbers.setdefault(key, trial.number)
        if len(self.scored) == len(self._rows):
            self._rows = np.concatenate([self._rows, np.zeros_like(self._rows)])
        self._rows[len(self.scored)] = row
        measured = not record.estimated
        self._ran.setdefault(key, set()).add(record.again)
        if measured:
            self._measured.setdefault(key, set()).add(record.again)
        self.scored.append(
            Scored(trial.number, record.cost, record.value, record.rung1, measured, record.again)
        )

    def pending_seeds(self) -> list[tuple[bytes, int]]:
        """Sets that are being scored, each with the number of its further seed, or 0."""
        return [(key, self._pending_again[number]) for number, key in self.pending.items()]

    def has_run(self, key: bytes, again: int) -> bool:
        """Whether a set was run, or is being run, with the further seed of a number, or its first (0)."""
        return again in self._ran.get(key, ()) or (key, again) in self.pending_seeds()

    def seeds(self, among: Indices) -> dict[bytes, set[int]]:
        """Numbers of the seeds that measured sets were run with, or are being run with.

        Args:
            among: Places in :attr:`scored`; what is being run is there as well.
        """
        keys = dict.fromkeys(row.tobytes() for row in self.members[among])
        by_set = {key: set(self._measured[key]) for key in keys if key in self._measured}
        for key, seed in self.pending_seeds():
            by_set.setdefault(key, set(self._measured.get(key, ()))).add(seed)
        return by_set

    def seen(self) -> set[bytes]:
        """Sets that were scored or are being scored."""
        return {*self.numbers, *self.pending.values()}
