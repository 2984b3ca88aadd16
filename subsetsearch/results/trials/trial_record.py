"""What the trials of a stored study say, by Optuna's user attributes; reading them loads no Optuna."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from subsetsearch.config.rungs import LINEAR, RUNGS
from subsetsearch.problem.pairs import PAIRS
from subsetsearch.problem.space import languages_of
from subsetsearch.subset import Subset

if TYPE_CHECKING:
    import optuna
    from optuna.trial import FrozenTrial

State = Literal["waiting", "running", "complete", "failed", "pruned"]
"""How far a trial is."""

_STATES: Mapping[str, State] = {
    "WAITING": "waiting",
    "RUNNING": "running",
    "COMPLETE": "complete",
    "FAIL": "failed",
    "PRUNED": "pruned",
}
"""As Optuna calls them."""

_SCORES, _SECONDS, _SKIPPED = (
    tuple((rung, name.format(rung)) for rung in RUNGS)
    for name in ("rung{}", "rung{}_seconds", "rung{}_skipped")
)
"""Rung to the attribute that says it."""


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
        raw = StoredTrial(trial.number, trial.state.name, trial.datetime_start, trial.datetime_complete)
        raw.values, raw.attrs = trial.values, trial.user_attrs
        raw.params, raw.broken = trial.params, any(value > 0 for value in trial.constraints.values())
        return raw.record()


@dataclass(slots=True)
class StoredTrial:
    """A trial as Optuna stores it.

    Args:
        number: Its number in the study.
        state: As Optuna calls it.
        started: When it began.
        ended: When it ended.
        values: Cost and score.
        attrs: Its user attributes.
        params: Which languages are in the subset; only needed where ``attrs`` does not say that.
        broken: Whether the subset breaks a constraint; only needed where the trial has no scores.
    """

    number: int
    state: str
    started: datetime | None
    ended: datetime | None
    values: Sequence[float] | None = None
    attrs: Mapping[str, Any] = field(default_factory=dict)
    params: Mapping[str, Any] = field(default_factory=dict)
    broken: bool = False

    @property
    def scores(self) -> dict[int, float]:
        """Rung to the score that it measured."""
        return _by_rung(self.attrs, _SCORES)

    def record(self) -> TrialRecord:
        """Read the stored values."""
        attrs, state, scores = self.attrs, _STATES[self.state], self.scores
        values = (
            self.values if state == "complete" and self.values and len(self.values) == 2 else (None, None)
        )
        # A subset that breaks a constraint is never scored: the value that Optuna was given is no score.
        infeasible = not scores and self.broken
        return TrialRecord(
            number=self.number,
            state=state,
            subset=self._subset() if state == "complete" or "languages" in attrs else None,
            origin=attrs.get("origin") or "",
            cost=values[0],
            value=None if infeasible else values[1],
            rung=attrs.get("rung") or (LINEAR.number if scores else None),
            error=attrs.get("proxy_error") or None,  # trials of older versions say 0 where it was measured
            scores=scores,
            seconds=_by_rung(attrs, _SECONDS),
            promise=attrs.get("promise"),
            skipped=next(iter(_by_rung(attrs, _SKIPPED).values()), None),
            duplicate_of=attrs.get("duplicate_of"),
            again=attrs.get("again", 0),
            started=self.started,
            ended=self.ended,
        )

    def _subset(self) -> Subset:
        pairs, keys = self.attrs.get(PAIRS), self.attrs.get("languages")
        languages = languages_of(self.params) if keys is None else frozenset(keys)
        return Subset(languages, pairs if isinstance(pairs, int) else None)


Stored: TypeAlias = "optuna.Study | Sequence[TrialRecord] | None"
"""A study, or its trials, where they have been read."""


def _by_rung(attrs: Mapping[str, Any], names: Sequence[tuple[int, str]]) -> dict[int, Any]:
    return {rung: attrs[name] for rung, name in names if attrs.get(name) is not None}


def read_trials(stored: Stored) -> list[TrialRecord]:
    """Read all trials of a study in order; none if there is no study, and those that were read already."""
    if stored is None:
        return []
    if isinstance(stored, Sequence):
        return list(stored)
    reader = getattr(getattr(stored._storage, "_backend", None), "told_trials", None)
    if reader is not None:
        return list(reader(stored._study_id))
    return [TrialRecord.of(trial) for trial in stored.get_trials(deepcopy=False)]


def first_scored(trials: Iterable[TrialRecord]) -> dict[Subset, TrialRecord]:
    """Keep the complete trials that have a score, the first one of each subset, in order."""
    scored: dict[Subset, TrialRecord] = {}
    for trial in trials:
        if trial.complete and trial.subset is not None and trial.value is not None:
            scored.setdefault(trial.subset, trial)
    return scored
