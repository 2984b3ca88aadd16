"""Full runs: realign, fine-tune, score targets zero-shot, several seeds."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from realign_core.data.labelled import Split
from realign_core.runs.running.run import run_prepared
from realign_core.runs.workspace.limits import limit_pairs
from realign_core.runs.workspace.workspace import Workspace, prepare
from realign_core.support.files.disk import cache_dir
from realign_core.support.files.locks import file_lock
from realign_core.support.program.interrupts import give_way, in_steps
from realign_core.support.progress import Advance, NoProgress, Progress
from subsetsearch.config.rungs import FULL
from subsetsearch.errors import ConfigError
from subsetsearch.problem.problem import Problem
from subsetsearch.results.measurements.measurement import TEST, Measurement, run_key
from subsetsearch.results.measurements.store import MeasurementStore, Run
from subsetsearch.results.provenance.data_accounts import record_accounts
from subsetsearch.rungs.scaled import scaled
from subsetsearch.subset import Subset

logger = logging.getLogger(__name__)

_POLL_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a list of runs.

    Args:
        done: How many this process has done.
        elsewhere: Those that other processes are at.
    """

    done: int
    elsewhere: list[Run]


@dataclass(frozen=True, slots=True)
class FullRuns:
    """Measures subsets of one study, on test data with held-out languages, on others without.

    Args:
        problem: The study, with the targets of the split, held-out ones among them.
        store: Where results are kept.
        fresh: Whether the seeds are drawn after the choice (see :class:`Measurement`).
        split: What targets are scored on.
        scale: Share of the recipe that they take (:mod:`.scaled`).

    Raises:
        ConfigError: If no target has labels, besides held-out ones.
    """

    problem: Problem
    store: MeasurementStore
    fresh: bool = False
    split: Split = TEST
    scale: float = 1.0

    def __post_init__(self) -> None:
        if not self.problem.targets.searched:
            raise ConfigError(
                "a full run is scored by labels, and no target of this study has any",
                where="targets.unlabelled",
                fix="name a labelled language in targets.languages, or take a subset from the search's "
                "own front: subsetsearch pareto, then export --pick trial=N",
            )

    def done(self) -> set[Run]:
        """Runs of this study that are stored."""
        return self.store.runs(self.problem.fingerprint, rung=FULL.number, split=self.split, scale=self.scale)

    def stored(self, subset: Subset | None = None) -> list[Measurement]:
        """Runs of this study, or of one of its subsets, as they are stored."""
        return self.store.read(
            self.problem.fingerprint, rung=FULL.number, split=self.split, scale=self.scale, subset=subset
        )

    def missing(self, subsets: Iterable[Subset], seeds: Sequence[int]) -> list[Run]:
        """List the runs that are not stored yet, seed by seed."""
        unique = list(dict.fromkeys(subsets))
        runs = [(subset, seed) for seed in seeds for subset in unique]
        stored = self.store.have([self.name(run) for run in runs])
        return [run for run in runs if self.name(run) not in stored]

    def name(self, run: Run) -> str:
        """Name a run of this study, as it is stored and claimed."""
        subset, seed = run
        return run_key(self.problem.fingerprint, subset, FULL.number, self.split, seed, self.scale)

    def of(self, subset: Subset, seeds: Iterable[int]) -> list[Measurement]:
        """Read the stored runs of a subset with some seeds."""
        runs = (self.store.find(self.name((subset, seed))) for seed in seeds)
        return [run for run in runs if run is not None]

    @property
    def codes(self) -> dict[str, str]:
        """Key to the task's code of every target that is scored: those that count, on test data all."""
        targets = self.problem.targets
        scored = targets.codes if self.split == TEST else targets.searched
        return {key: targets.codes[key] for key in scored}

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
        workspace = workspace or self.prepare(todo, progress)
        with (progress or NoProgress()).track("full runs", len(todo)) as advance:
            waiting = list(todo)
            while waiting:
                outcome = self.take(waiting, workspace, progress=progress, advance=advance)
                waiting = outcome.elsewhere
                if waiting:
                    give_way()
                    time.sleep(_POLL_SECONDS)

    def prepare(self, todo: Sequence[Run], progress: Progress | None = None) -> Workspace:
        """Load the data of runs; the first of several processes fills the caches.

        Args:
            todo: The runs.
            progress: Shows what takes long of this.

        Raises:
            RealignError: If data cannot be read.
        """
        recipe, pool, codes = self.problem.config.recipe, self.problem.pool, list(self.codes.values())
        texts = {pool.codes[key]: pool.texts[key] for subset, _ in todo for key in subset.languages}
        with file_lock(cache_dir() / f"full-runs-{self.problem.fingerprint}.lock"):
            workspace = prepare(
                recipe, texts, targets=codes, splits=(self.split,), parallel=texts, progress=progress
            )
        record_accounts(self.problem.config, self.store, workspace.accounts)
        return workspace

    def take(
        self,
        todo: Sequence[Run],
        workspace: Workspace,
        *,
        progress: Progress | None = None,
        advance: Advance = lambda _: None,
    ) -> Taken:
        """Do the runs that no other process works on, and wait for none.

        Args:
            todo: Runs, each of which may be stored by now.
            workspace: From :meth:`prepare`.
            progress: Shows the steps of each.
            advance: Told of each run that is stored.

        Raises:
            RealignError: If a run fails; finished runs are kept.
        """
        done, elsewhere = 0, []
        for run in todo:
            measured = self._take(run, workspace, progress)
            if measured is None:
                elsewhere.append(run)
            else:
                done += measured
                advance(1)
        return Taken(done, elsewhere)

    def _take(self, run: Run, workspace: Workspace, progress: Progress | None) -> bool | None:
        """Do a run; return whether it was still missing, and ``None`` if another process works on it."""
        subset, seed = run
        name = self.name(run)
        with self.store.claim(name) as ours:
            if not ours:
                return None
            missing = not self.store.have([name])
            if missing:
                with in_steps():
                    measurement = self.store.settle(self._measure(workspace, subset, seed, progress))
                logger.info(
                    "seed %d of %s: %.4f in %.0f s", seed, subset.name, measurement.mean, measurement.seconds
                )
            return missing

    def _measure(
        self, workspace: Workspace, subset: Subset, seed: int, progress: Progress | None
    ) -> Measurement:
        codes = self.problem.pool.corpus_codes(subset.languages)
        limited = limit_pairs(scaled(workspace, self.scale), codes, subset.pairs)
        result = run_prepared(limited, codes, seed=seed, split=self.split, progress=progress)
        return Measurement(
            fingerprint=self.problem.fingerprint,
            recipe_hash=result.recipe_hash,
            subset=subset,
            rung=FULL.number,
            split=self.split,
            seed=seed,
            metric=result.metric,
            scores={key: result.scores[code] for key, code in self.codes.items()},
            held_out=self.problem.targets.held_out & self.codes.keys(),
            source=self.problem.targets.source & self.codes.keys(),
            seconds=sum(result.seconds.values()),
            fresh=self.fresh,
            kernel=result.kernel,
            host=result.environment["host"],
            scale=self.scale,
        )
