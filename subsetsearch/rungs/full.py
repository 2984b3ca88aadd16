"""Full runs of chosen subsets: realign, fine-tune, score targets zero-shot, several seeds."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from realign_core.data.labelled import Split
from realign_core.runs.limits import limit_pairs
from realign_core.runs.run import run_prepared
from realign_core.runs.workspace import Workspace, prepare
from realign_core.support.files import cache_dir, file_lock
from realign_core.support.progress import NoProgress, Progress
from subsetsearch.config.rungs import FULL
from subsetsearch.config.study import StudyConfig
from subsetsearch.errors import ConfigError
from subsetsearch.problem.pool import Pool, Targets
from subsetsearch.results.measurement import TEST, Measurement, run_key
from subsetsearch.results.store import MeasurementStore, Run
from subsetsearch.subset import Subset

logger = logging.getLogger(__name__)

_POLL_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class FullRuns:
    """Measures subsets of one study, on test data with held-out languages, on others without.

    Args:
        study: The study.
        pool: Its languages.
        targets: Targets, held-out ones among them.
        store: Where results are kept.
        fresh: Whether the seeds are drawn after the choice (see :class:`Measurement`).
        split: What targets are scored on.

    Raises:
        ConfigError: If no target has labels, besides held-out ones.
    """

    study: StudyConfig
    pool: Pool
    targets: Targets
    store: MeasurementStore
    fresh: bool = False
    split: Split = TEST

    def __post_init__(self) -> None:
        if not self.targets.searched:
            raise ConfigError(
                "a full run is scored by labels, and no target of this study has any",
                where="targets.unlabelled",
                fix="name a labelled language in targets.languages, or take a subset from the search's "
                "own front: subsetsearch pareto, then export --pick trial=N",
            )

    def done(self) -> set[Run]:
        """Runs of this study that are stored."""
        return self.store.runs(self.study.fingerprint(), rung=FULL.number, split=self.split)

    def missing(self, subsets: Iterable[Subset], seeds: Sequence[int]) -> list[Run]:
        """List the runs that are not stored yet, seed by seed."""
        done = self.done()
        unique = list(dict.fromkeys(subsets))
        return [(subset, seed) for seed in seeds for subset in unique if (subset, seed) not in done]

    @property
    def codes(self) -> dict[str, str]:
        """Key to the task's code of every target that is scored: held-out ones on test data only."""
        seen = self.targets.codes if self.split == TEST else self.targets.searched
        return {key: self.targets.codes[key] for key in seen}

    def run(
        self, todo: Sequence[Run], *, workspace: Workspace | None = None, progress: Progress | None = None
    ) -> None:
        """Run and store what is missing; a stopped evaluation goes on where it was.

        Several processes, of several machines where the database is a server, may be given the same list:
        each run is claimed by one of them, and all return when every run is stored.

        Args:
            todo: From :meth:`missing`.
            workspace: Has the data of these runs, where the caller has prepared them already.
            progress: Shows runs, and the steps of each.

        Raises:
            RealignError: If data cannot be read or a run fails; finished runs are kept.
        """
        if not todo:
            return
        if workspace is None:
            with file_lock(cache_dir() / f"full-runs-{self.study.fingerprint()}.lock"):
                # The first of several processes fills the caches.
                workspace = self._workspace({key for subset, _ in todo for key in subset.languages})
        with (progress or NoProgress()).track("full runs", len(todo)) as advance:
            waiting = list(todo)
            while waiting:
                elsewhere = []
                for run in waiting:
                    if self._take(run, workspace, progress):
                        advance(1)
                    else:
                        elsewhere.append(run)
                waiting = elsewhere
                if waiting:
                    time.sleep(_POLL_SECONDS)

    def _take(self, run: Run, workspace: Workspace, progress: Progress | None) -> bool:
        """Do a run unless another process is at it; tell whether it is stored now."""
        subset, seed = run
        name = run_key(self.study.fingerprint(), subset, FULL.number, self.split, seed)
        with self.store.claim(name) as ours:
            if ours and run not in self.done():
                found = self._measure(workspace, subset, seed, progress)
                self.store.add([found])
                logger.info("seed %d of %s: %.4f in %.0f s", seed, subset.name, found.mean, found.seconds)
            return ours

    def _workspace(self, keys: Iterable[str]) -> Workspace:
        texts = {self.pool.codes[key]: self.pool.texts[key] for key in keys}
        codes = list(self.codes.values())
        return prepare(self.study.recipe, texts, targets=codes, splits=(self.split,), parallel=texts)

    def _measure(
        self, workspace: Workspace, subset: Subset, seed: int, progress: Progress | None
    ) -> Measurement:
        codes = self.pool.corpus_codes(subset.languages)
        limited = limit_pairs(workspace, codes, subset.pairs)
        result = run_prepared(limited, codes, seed=seed, split=self.split, progress=progress)
        return Measurement(
            fingerprint=self.study.fingerprint(),
            recipe_hash=result.recipe_hash,
            subset=subset,
            rung=FULL.number,
            split=self.split,
            seed=seed,
            metric=result.metric,
            scores={key: result.scores[code] for key, code in self.codes.items()},
            held_out=self.targets.held_out & self.codes.keys(),
            seconds=sum(result.seconds.values()),
            fresh=self.fresh,
            kernel=result.kernel,
            host=result.environment["host"],
        )
