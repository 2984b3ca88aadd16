"""What the running trials of a study write, and what is queued: where Optuna is needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import optuna
from optuna.trial import TrialState

from subsetsearch.problem.pairs import PAIRS
from subsetsearch.problem.space import SearchSpace
from subsetsearch.results.trials.batched_writes import Entries, write
from subsetsearch.results.trials.proposals import asked_again, proposal
from subsetsearch.results.trials.trial_record import TrialRecord
from subsetsearch.subset import Subset


def count_complete(stored: optuna.Study | None) -> int:
    """Count the complete trials of a study; 0 if there is no study."""
    if stored is None:
        return 0
    counted = getattr(getattr(stored._storage, "_backend", None), "count_trials", None)
    if counted is not None:
        return int(counted(stored._study_id, TrialState.COMPLETE))
    return len(stored.get_trials(deepcopy=False, states=(TrialState.COMPLETE,)))


def queue_trial(stored: optuna.Study, params: Mapping[str, Any], origin: str = "") -> None:
    """Add a trial that the next free worker takes.

    Args:
        stored: The study.
        params: Of :meth:`subsetsearch.problem.space.SearchSpace.params`.
        origin: Why it is queued.
    """
    stored.enqueue_trial(dict(params), user_attrs={"origin": origin} if origin else None)


@dataclass(frozen=True, slots=True)
class TrialWriter:
    """Writes to a running trial what :class:`subsetsearch.results.trials.TrialRecord` reads.

    Args:
        trial: The trial.
    """

    trial: optuna.Trial

    @property
    def origin(self) -> str:
        """Why it was queued; empty if the sampler proposed it."""
        return str(self.trial.user_attrs.get("origin") or "")

    def begin(self, space: SearchSpace) -> Subset:
        """Ask what is proposed, and say what is scored: parameters, subset, what constraint it breaks.

        ``none``, ``all`` and a known subset that is run again break no constraint.

        Args:
            space: Of the study.

        Returns:
            The subset.
        """
        proposed = proposal(self.trial, space)
        subset = space.subset({name: value for name, (value, _) in proposed.items()})
        user: dict[str, Any] = {
            "languages": sorted(subset.languages),
            "n_languages": len(subset.languages),
        }
        if space.pairs:
            user[PAIRS] = "all" if subset.pairs is None else subset.pairs
        broken = space.violations(subset)
        if self.exempt:
            broken = {name: min(0.0, value) for name, value in broken.items()}
        if space.sparse and not any(value > 0 for value in broken.values()):
            broken = {}  # our sampler needs none, and each is a row
        write(self.trial, Entries(proposed, user, broken))
        return subset

    @property
    def exempt(self) -> bool:
        """Whether the subset is scored even if it breaks a constraint."""
        return self.origin in ("none", "all") or asked_again(self.trial) > 0

    def measured(self, rung: int, score: float, seconds: float) -> None:
        """Record what a rung has measured; scores by target are in the study's store."""
        self._set(**{f"rung{rung}": score, f"rung{rung}_seconds": seconds})

    def promise(self, promise: float) -> None:
        """Record the probability of beating the front."""
        self._set(promise=round(promise, 6))

    def skipped(self, rung: int, reason: str) -> None:
        """Record why a rung was not run."""
        self._set(**{f"rung{rung}_skipped": reason})

    def reached(self, rung: int, error: float | None = None) -> None:
        """Record the highest rung that measured the subset, and the error of an estimate."""
        self._set(rung=rung, **({} if error is None else {"proxy_error": error}))

    def same_as(self, other: TrialRecord) -> None:
        """Take over the result of an earlier trial of the same subset."""
        self._set(duplicate_of=other.number, **{f"rung{rung}": score for rung, score in other.scores.items()})
        if other.rung is not None:
            self.reached(other.rung, other.error)

    def again(self, number: int, other: TrialRecord) -> None:
        """Say that the subset of an earlier trial is run once more, with a further seed."""
        self._set(duplicate_of=other.number, again=number)

    def _set(self, **attributes: object) -> None:
        write(self.trial, Entries(user=attributes))
