"""What the trials of a stored study say: the only code that knows Optuna's user attributes by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import optuna
from optuna.trial import FrozenTrial, TrialState

from subsetsearch.config.rungs import LINEAR, RUNGS
from subsetsearch.problem.pairs import PAIRS
from subsetsearch.problem.space import SearchSpace, languages_of
from subsetsearch.results.trials.batched_writes import Entries, write
from subsetsearch.results.trials.proposals import asked_again, proposal
from subsetsearch.subset import Subset

State = Literal["waiting", "running", "complete", "failed", "pruned"]
"""How far a trial is."""

_STATES: Mapping[TrialState, State] = {
    TrialState.WAITING: "waiting",
    TrialState.RUNNING: "running",
    TrialState.COMPLETE: "complete",
    TrialState.FAIL: "failed",
    TrialState.PRUNED: "pruned",
}


@dataclass(frozen=True, slots=True)
class TrialRecord:
    """One trial of a stored study.

    Args:
        number: Its number in the study.
        state: How far it is.
        subset: What it scores; ``None`` as long as that is not known.
        origin: Why it was queued, as in ``none`` or ``diverse-3``; empty if the sampler proposed it.
        cost: Data cost; ``None`` before the trial is complete.
        value: Score on the scale of the rung that the search ends at; ``None`` before the trial is
            complete, and for a subset that breaks a constraint, which is never scored.
        rung: The highest rung that measured the subset; ``None`` if none has.
        error: Standard error of ``value`` where it is an estimate; ``None`` where it was measured.
        scores: Rung to the score that it measured.
        seconds: Rung to the time that it took.
        promise: Probability of beating the front, as estimated before the top rung.
        skipped: Why the top rung was not run; ``None`` if it was.
        duplicate_of: An earlier trial of the same subset, whose result this one takes.
        again: Number of the further seed that the subset was run with once more; 0 if it was not.
        started: When it began.
        ended: When it ended.
    """

    number: int
    state: State
    subset: Subset | None = None
    origin: str = ""
    cost: float | None = None
    value: float | None = None
    rung: int | None = None
    error: float | None = None
    scores: Mapping[int, float] = field(default_factory=dict)
    seconds: Mapping[int, float] = field(default_factory=dict)
    promise: float | None = None
    skipped: str | None = None
    duplicate_of: int | None = None
    again: int = 0
    started: datetime | None = None
    ended: datetime | None = None

    @property
    def complete(self) -> bool:
        """Whether it has finished without failing."""
        return self.state == "complete"

    @property
    def rung1(self) -> float | None:
        """Score by rung 1."""
        return self.scores.get(LINEAR.number)

    @property
    def estimated(self) -> bool:
        """Whether its value was predicted, not measured."""
        return self.error is not None

    def life(self) -> dict[str, Any]:
        """Write origin, scores of the rungs, and why the top one was skipped, as plain data."""
        plain = {
            "origin": self.origin or None,
            **{f"rung{rung}": score for rung, score in self.scores.items()},
            "rung": self.rung,
            "proxy_error": self.error,
            "skipped": self.skipped,
        }
        return {name: value for name, value in plain.items() if value is not None}

    @classmethod
    def of(cls, trial: FrozenTrial) -> TrialRecord:
        """Read a trial."""
        attrs = trial.user_attrs
        state = _STATES[trial.state]
        scores = _by_rung(attrs, "rung{}")
        values = trial.values if state == "complete" and len(trial.values) == 2 else (None, None)
        # What broke a constraint was never scored: the value that Optuna was told of it is none.
        infeasible = not scores and any(value > 0 for value in trial.constraints.values())
        return cls(
            number=trial.number,
            state=state,
            subset=_subset(trial) if state == "complete" or "languages" in attrs else None,
            origin=attrs.get("origin") or "",
            cost=values[0],
            value=None if infeasible else values[1],
            rung=attrs.get("rung") or (LINEAR.number if scores else None),
            error=attrs.get("proxy_error") or None,  # trials of older versions say 0 where it was measured
            scores=scores,
            seconds=_by_rung(attrs, "rung{}_seconds"),
            promise=attrs.get("promise"),
            skipped=next(iter(_by_rung(attrs, "rung{}_skipped").values()), None),
            duplicate_of=attrs.get("duplicate_of"),
            again=attrs.get("again", 0),
            started=trial.datetime_start,
            ended=trial.datetime_complete,
        )


Stored = optuna.Study | Sequence[TrialRecord] | None
"""A study, or its trials, where they have been read."""


def _by_rung(attrs: Mapping[str, Any], name: str) -> dict[int, Any]:
    return {rung: attrs[key] for rung in RUNGS if attrs.get(key := name.format(rung)) is not None}


def _subset(trial: FrozenTrial) -> Subset:
    pairs = trial.user_attrs.get(PAIRS)
    told = trial.user_attrs.get("languages")
    languages = languages_of(trial.params) if told is None else frozenset(told)
    return Subset(languages, pairs if isinstance(pairs, int) else None)


def read_trials(stored: Stored) -> list[TrialRecord]:
    """Read all trials of a study in order; none if there is no study, and those that were read already."""
    if stored is None:
        return []
    if not isinstance(stored, optuna.Study):
        return list(stored)
    told = getattr(getattr(stored._storage, "_backend", None), "told_trials", None)
    trials = stored.get_trials(deepcopy=False) if told is None else told(stored._study_id)
    return [TrialRecord.of(trial) for trial in trials]


def count_complete(stored: optuna.Study | None) -> int:
    """Count the complete trials of a study; 0 if there is no study."""
    if stored is None:
        return 0
    counted = getattr(getattr(stored._storage, "_backend", None), "count_trials", None)
    if counted is not None:
        return int(counted(stored._study_id, TrialState.COMPLETE))
    return len(stored.get_trials(deepcopy=False, states=(TrialState.COMPLETE,)))


def first_scored(trials: Iterable[TrialRecord]) -> dict[Subset, TrialRecord]:
    """Keep the complete trials that have a score, the first one of each subset, in order."""
    scored: dict[Subset, TrialRecord] = {}
    for trial in trials:
        if trial.complete and trial.subset is not None and trial.value is not None:
            scored.setdefault(trial.subset, trial)
    return scored


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
    """Writes to a running trial what :class:`TrialRecord` reads.

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
