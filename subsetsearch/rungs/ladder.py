"""The rungs that a study's search climbs: rung 1, and the one that it ends at."""

from __future__ import annotations

import logging
import platform
import time
from dataclasses import dataclass, replace
from functools import partial

from realign_core.support.program.interrupts import in_steps
from realign_core.support.progress import NoProgress, Progress
from subsetsearch.config.rungs import FULL, LINEAR, SHORT
from subsetsearch.config.study import StudyConfig
from subsetsearch.errors import ConfigError
from subsetsearch.problem.pairs import warn_of_blind_rungs
from subsetsearch.problem.pool import Targets
from subsetsearch.problem.problem import Problem
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.results.measurements.measurement import DEV, Measurement, run_key
from subsetsearch.results.measurements.store import MeasurementStore
from subsetsearch.results.provenance.data_accounts import record_accounts
from subsetsearch.results.tables.study_store import open_store
from subsetsearch.rungs.full import FullRuns
from subsetsearch.rungs.full_rung import FullRung
from subsetsearch.rungs.linear_rung import linear_rung
from subsetsearch.rungs.measured import mean_score
from subsetsearch.rungs.rung import Rung
from subsetsearch.rungs.shared import SharedData
from subsetsearch.rungs.short import ShortRung
from subsetsearch.subset import Subset

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ladder:
    """What a search scores subsets by, and where scores are kept.

    Args:
        problem: The study.
        folder: Its folder.
        store: Keeps every score.
        first: Rung 1, which costs nothing as long as nothing asks it.
        top: The rung that the search ends at; it may be the first.
        progress: Shows the one-off encoding.
    """

    problem: Problem
    folder: StudyFolder
    store: MeasurementStore
    first: Rung
    top: Rung
    progress: Progress

    def prepare(self) -> None:
        """Make what all processes of a search share."""
        if self.problem.config.search.uses_rung1:
            self.first.prepare()
        self.top.prepare()

    def measure(self, rung: Rung, subset: Subset, origin: str = "") -> Measurement:
        """Score a subset by a rung, unless it was scored before, and keep the scores.

        Args:
            rung: One of the two.
            subset: What is scored.
            origin: Why, for the store.
        """
        fingerprint = self.problem.fingerprint
        if rung.number != FULL.number:  # full runs are stored one by one, each with its seed
            stored = self.store.find(run_key(fingerprint, subset, rung.number, DEV, 0))
            if stored is not None:
                return stored
        start = time.perf_counter()
        with in_steps():
            scores = rung.scores(subset)
            seconds = time.perf_counter() - start
            measurement = Measurement(
                fingerprint, "", subset, rung.number, DEV, 0, rung.label.score, scores,
                value=mean_score(scores), seconds=seconds, origin=origin, host=platform.node(),
            )  # fmt: skip
            return self.store.settle(measurement) if rung.number != FULL.number else measurement

    def measure_again(self, subset: Subset, number: int) -> Measurement:
        """Run a subset in full once more, with a further seed; only where the search ends at full runs.

        Args:
            subset: What is run.
            number: Of the further seed, from 1 on.
        """
        assert isinstance(self.top, FullRung)
        return self.top.again(subset, number)


def build_rung(number: int, data: SharedData, store: MeasurementStore) -> Rung:
    """Build one of a study's rungs; nothing is encoded yet.

    Raises:
        ConfigError: If full runs have no target with labels to score.
    """
    if number == LINEAR.number:
        return linear_rung(data)
    if number == SHORT.number:
        return ShortRung(data)
    _check_labels(data.problem.targets)
    scale = data.problem.config.proxy.full.scale
    return FullRung(FullRuns(data.problem, store, split=DEV, scale=scale), data)


def open_ladder(
    study: StudyConfig,
    folder: StudyFolder,
    *,
    progress: Progress | None = None,
    problem: Problem | None = None,
) -> Ladder:
    """Resolve a study's languages and check its constraints; nothing is trained.

    Args:
        study: The study.
        folder: Where its caches are.
        progress: Shows the one-off encoding.
        problem: The study's, where the caller has read it already.

    Raises:
        RealignError: If languages, data or constraints do not fit.
    """
    study.recipe.encoder.require_folder()
    problem = Problem.build(study) if problem is None else replace(problem, config=study)
    store = open_store(study, folder)
    tell = partial(record_accounts, study, store)
    data = SharedData(problem, folder.cache, progress or NoProgress(), tell=tell)
    first = linear_rung(data)
    number = study.search.top_rung
    top = first if number == LINEAR.number else build_rung(number, data, store)
    warn_of_blind_rungs(study, problem.space.pairs)
    return Ladder(problem, folder, store, first, top, data.progress)


def _check_labels(targets: Targets) -> None:
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
            "full runs on development data are scored by labels: %s has none and counts for nothing here",
            ", ".join(targets.unlabelled),
        )
