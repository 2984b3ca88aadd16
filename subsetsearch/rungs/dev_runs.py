"""Rung 3 within a search: full runs on development data, each paid for once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from realign_core.runs.workspace import Workspace
from realign_core.support.progress import Progress
from subsetsearch.config.rungs import FULL
from subsetsearch.errors import ConfigError
from subsetsearch.problem.pool import Targets
from subsetsearch.results.measurement import DEV, mean_scores
from subsetsearch.results.study_store import open_store
from subsetsearch.rungs.full import FullRuns
from subsetsearch.subset import Subset

if TYPE_CHECKING:
    from subsetsearch.rungs.ladder import Ladder

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DevRuns:
    """Scores subsets as ``evaluate`` does, but on development data of the searched targets.

    Results are stored, so that a subset which comes again, in this search or in one that was killed, is
    not run again.

    Args:
        full: Full runs on development data.
        seeds: Runs are averaged over these.
        workspace: Makes what all runs share, when the first is needed.
        progress: Shows the steps of a run.
    """

    full: FullRuns
    seeds: tuple[int, ...]
    workspace: Callable[[], Workspace]
    progress: Progress

    def scores(self, subset: Subset) -> dict[str, float]:
        """Score a subset by target key, in [0, 1], averaged over seeds.

        Raises:
            TrainingError: If a loss is not finite.
        """
        todo = self.full.missing([subset], self.seeds)
        if todo:
            self.full.run(todo, workspace=self.workspace(), progress=self.progress)
        fingerprint = self.full.study.fingerprint()
        runs = self.full.store.read(fingerprint, rung=FULL.number, split=DEV, subset=subset)
        return mean_scores([run for run in runs if run.seed in self.seeds])


def check_labels(targets: Targets) -> None:
    """Say what full runs on development data cannot score.

    Raises:
        ConfigError: If it is every target.
    """
    if not targets.searched:
        raise ConfigError(
            "a search that ends at full runs goes by labels, and no target of this study has any",
            where="search.top_rung",
            fix="set it to 1 or 2, or name a labelled language in targets.languages",
        )
    if targets.unlabelled:
        logger.warning(
            "full runs on development data are scored by labels: %s moves rung 1 only, not what is measured",
            ", ".join(targets.unlabelled),
        )


def open_dev_runs(ladder: Ladder) -> DevRuns:
    """Prepare a study's full runs on development data; nothing is read or run yet.

    Raises:
        ConfigError: If no target has labels, besides held-out ones.
    """
    store = open_store(ladder.study, ladder.folder)
    full = FullRuns(ladder.study, ladder.pool, ladder.targets, store, split=DEV)
    return DevRuns(full, ladder.study.proxy.full.seeds, lambda: ladder.workspace, ladder.progress)
