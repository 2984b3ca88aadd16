"""How many trials a run of the search adds."""

from __future__ import annotations

import optuna
from optuna.trial import TrialState


def trials_to_add(planned: int, finished: int, asked: int | None) -> int:
    """Say how many trials a run adds.

    Args:
        planned: The study's own number, at least 1.
        finished: Finished trials, 0 or more.
        asked: What the user asks for, whatever was planned.

    Returns:
        What was asked for; else what is missing to the study's own number, or that number again where
        nothing is missing.
    """
    if asked is not None:
        return asked
    missing = planned - finished
    return missing if missing > 0 else planned


def finished_trials(stored: optuna.Study | None) -> int:
    """Count the finished trials of a stored study, 0 if there is none."""
    return len(stored.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))) if stored else 0
