"""Proposals are told to all workers at once, before their parameters are stored one by one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import optuna
from optuna.trial import FrozenTrial

from subsetsearch.problem.space import SearchSpace
from subsetsearch.subset import Subset

_PROPOSED = "subsetsearch:proposed"


def announce(study: optuna.Study, trial: FrozenTrial, params: Mapping[str, Any]) -> None:
    """Tell all workers what a trial is going to be.

    Args:
        study: The study.
        trial: Of the study, begun.
        params: All that the sampler proposes for it.
    """
    study._storage.set_trial_system_attr(trial._trial_id, _PROPOSED, dict(params))


def proposed_params(trial: FrozenTrial) -> Mapping[str, Any]:
    """Read what a trial is or is going to be: enqueued, announced, or stored so far.

    Of a finished trial only what was enqueued or stored counts: what was announced may never have been
    tried.
    """
    fixed: Mapping[str, Any] = trial.system_attrs.get("fixed_params", {})
    announced = {} if trial.state.is_finished() else trial.system_attrs.get(_PROPOSED, {})
    return fixed or announced or trial.params


def candidate_of(trial: FrozenTrial, space: SearchSpace) -> Subset | None:
    """Read what a trial proposes; ``None`` if that is not known yet, or its process died before it was.

    Parameters are stored one by one, so those of an interrupted trial may name a smaller set
    than was proposed. Nothing was scored by then: the sampler may propose it anew.
    """
    params = proposed_params(trial)
    return space.candidate(params) if len(params) == len(space.distributions()) else None
