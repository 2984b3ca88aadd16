"""The toy study by the rung that a search ends at."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from optuna.trial import FrozenTrial, TrialState

from subsetsearch.search.ladder import Ladder
from subsetsearch.search.storage import require_stored


@pytest.fixture
def ladder_of(opened: Callable[[Mapping[str, object]], Ladder]) -> Callable[..., Ladder]:
    """Open it for a search that ends at a rung, where three subsets are always fully run: ``ladder_of(3)``."""

    def ladder(rung: int, **overrides: object) -> Ladder:
        return opened({"search.top_rung": rung, "proxy.full.warm": 3, **overrides})

    return ladder


@pytest.fixture
def trials_of() -> Callable[[Ladder], list[FrozenTrial]]:
    """Read the finished trials that belong to an opened study."""

    def trials(ladder: Ladder) -> list[FrozenTrial]:
        return require_stored(ladder.study, ladder.folder, None).get_trials(states=(TrialState.COMPLETE,))

    return trials
