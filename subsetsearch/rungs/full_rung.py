"""Rung 3 within a search: full runs on development data."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from itertools import count, islice

from subsetsearch.config.rungs import FULL, RungWords, words_of
from subsetsearch.config.study import StudyConfig
from subsetsearch.results.measurements.measurement import Measurement, mean_scores
from subsetsearch.rungs.full import FullRuns
from subsetsearch.rungs.rung import Rung, Scores
from subsetsearch.rungs.shared import SharedData
from subsetsearch.subset import Subset

_FURTHER = 1001
"""First seed of runs beyond those that a study file names."""


@dataclass(frozen=True, slots=True)
class FullRung(Rung):
    """Rung 3 within a search: full runs on development data of the searched targets.

    They are stored, so that a subset which comes again, in this search or in one that was killed, is not
    run again.

    Args:
        full: Full runs on development data.
        data: Of the study.
    """

    full: FullRuns
    data: SharedData

    @property
    def label(self) -> RungWords:
        """How results name it."""
        return words_of(self.full.problem.config, FULL.number)

    @property
    def seeds(self) -> tuple[int, ...]:
        """Runs are averaged over these."""
        return self.full.problem.config.proxy.full.seeds

    def scores(self, subset: Subset) -> Scores:
        """Score of each target in [0, 1], averaged over seeds.

        Raises:
            TrainingError: If a loss is not finite.
        """
        todo = self.full.missing([subset], self.seeds)
        if todo:
            self.full.run(todo, workspace=self.data.workspace, progress=self.data.progress)
        return mean_scores(self.full.of(subset, self.seeds))

    def again(self, subset: Subset, number: int) -> Measurement:
        """Run a subset once more, with a further seed, unless that is stored.

        Args:
            subset: The subset.
            number: Of the further seed, from 1 on.

        Raises:
            TrainingError: If a loss is not finite.
        """
        seed = further_seed(self.full.problem.config, number)
        todo = self.full.missing([subset], [seed])
        if todo:
            self.full.run(todo, workspace=self.data.workspace, progress=self.data.progress)
        return self.full.of(subset, [seed])[0]

    def prepare(self) -> None:
        """Read and tokenise, and load the encoder."""
        _ = self.data.workspace

    def seconds(self) -> float | None:
        """What stored runs took, for all seeds."""
        times = [run.seconds for run in self.full.stored()]
        return statistics.median(times) * len(self.seeds) if times else None


def further_seed(study: StudyConfig, number: int) -> int:
    """Seed of one more full run on development data, where the search asks for it.

    Args:
        study: The study; no seed that its file names is such a one.
        number: 1 for the first.
    """
    planned = {*study.proxy.full.seeds, *study.evaluate.seeds}
    return next(islice((seed for seed in count(_FURTHER) if seed not in planned), number - 1, None))
