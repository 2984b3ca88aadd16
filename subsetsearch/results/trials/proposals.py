"""What running trials tell other workers: the only code that writes through a private interface of Optuna.

A trial's parameters are stored one by one, and its user attributes cannot be written before the sampler has
returned all of them. Workers that propose at the same instant must see each other's proposals before that.
The storage behind a study has what is needed (:meth:`optuna.storages.BaseStorage.set_trial_system_attr`), but
Optuna gives no public way to it from a sampler or a trial.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import optuna
from optuna.distributions import BaseDistribution
from optuna.trial import FrozenTrial

from subsetsearch.problem.space import SearchSpace
from subsetsearch.subset import Subset

_PROPOSED = "subsetsearch:proposed"
_SCORING = "subsetsearch:scoring"
_AGAIN = "subsetsearch:again"


def announce(study: optuna.Study, trial: FrozenTrial, params: Mapping[str, Any]) -> None:
    """Tell all workers what a trial is going to be.

    Args:
        study: The study.
        trial: Of the study, begun.
        params: All that the sampler proposes for it.
    """
    study._storage.set_trial_system_attr(trial._trial_id, _PROPOSED, dict(params))


def announce_again(study: optuna.Study, trial: FrozenTrial, number: int) -> None:
    """Tell that a trial runs a known subset with a further seed.

    Args:
        study: The study.
        trial: Of the study, begun; its subset is announced as well.
        number: Of the seed, 1 or more; 0 for a subset that is new.
    """
    study._storage.set_trial_system_attr(trial._trial_id, _AGAIN, number)


def proposed_again(trial: FrozenTrial) -> int:
    """Number of the further seed that a trial runs a known subset with; 0 if it does not."""
    return int(trial.system_attrs.get(_AGAIN, 0))


def asked_again(trial: optuna.Trial) -> int:
    """The same of a trial that is running."""
    return int(trial.study._storage.get_trial_system_attrs(trial._trial_id).get(_AGAIN, 0))


def set_scoring(trial: optuna.Trial, *, scoring: bool) -> None:
    """Tell all workers whether a trial scores its subset now."""
    trial.study._storage.set_trial_system_attr(trial._trial_id, _SCORING, scoring)


def is_scoring(trial: FrozenTrial) -> bool:
    """Whether a trial has said that it scores its subset."""
    return bool(trial.system_attrs.get(_SCORING, False))


def proposed_params(trial: FrozenTrial) -> Mapping[str, Any]:
    """Read what a trial is or is going to be: enqueued, announced, or stored so far.

    Of a finished trial only what was enqueued or stored counts: what was announced may never have been
    tried.
    """
    fixed: Mapping[str, Any] = trial.system_attrs.get("fixed_params", {})
    announced = {} if trial.state.is_finished() else trial.system_attrs.get(_PROPOSED, {})
    return fixed or announced or trial.params


def proposal(trial: optuna.Trial, space: SearchSpace) -> dict[str, tuple[Any, BaseDistribution]]:
    """Ask what a running trial is to be: what was queued, what the sampler proposes, or drawn one by one.

    Optuna's own :meth:`optuna.Trial.suggest_categorical` says the same, and stores each answer by itself.

    Args:
        trial: None of its parameters is stored yet.
        space: Of the study.

    Returns:
        Parameter to value and distribution.
    """
    kinds, params = space.distributions(), dict(trial._fixed_params)
    if not space.whole(params):
        params = {**trial.relative_params, **params}
    names = [name for name in kinds if name in params] if space.sparse else list(kinds)
    return {
        name: (params[name] if name in params else _draw_one(trial, name, kinds[name]), kinds[name])
        for name in names
    }


def _draw_one(trial: optuna.Trial, name: str, kind: BaseDistribution) -> Any:
    if kind.single():
        return kind.to_external_repr(0.0)  # the only choice
    study = trial.study
    return study.sampler.sample_independent(study, trial._cached_frozen_trial, name, kind)


def proposed_subset(trial: FrozenTrial, space: SearchSpace) -> Subset | None:
    """Read what a trial proposes; ``None`` if that is not known yet, or its process died before that.

    Parameters are stored one by one, so those of an interrupted trial may name a smaller set
    than was proposed. Nothing was scored by then: the sampler may propose it anew.
    """
    params = proposed_params(trial)
    return space.subset(params) if space.whole(params) else None
