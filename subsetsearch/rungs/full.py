"""Full runs of chosen candidates: realign, fine-tune, score targets zero-shot, several seeds."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from realign_core.data.labelled import Split
from realign_core.runs.limits import limit_pairs
from realign_core.runs.run import run_prepared
from realign_core.runs.workspace import Workspace, prepare
from realign_core.support.progress import NoProgress, Progress
from subsetsearch.config.study import StudyConfig
from subsetsearch.errors import ConfigError
from subsetsearch.problem.pool import Pool, Targets
from subsetsearch.results.evaluations import Evaluation, EvaluationTable
from subsetsearch.run.claims import Claims
from subsetsearch.subset import Subset

logger = logging.getLogger(__name__)

TEST: Split = "test"

Run = tuple[Subset, int]
"""A full run: candidate and seed."""

_POLL_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class FullRuns:
    """Evaluates candidates of one study, on test data with held-out languages, on others without.

    Args:
        study: The study.
        pool: Candidates.
        targets: Targets, held-out ones among them.
        table: Where results are kept; one table has those of one split.
        fresh: Whether the seeds are drawn after the choice (see :class:`Evaluation`).
        split: What targets are scored on.

    Raises:
        ConfigError: If no target has labels, besides held-out ones.
    """

    study: StudyConfig
    pool: Pool
    targets: Targets
    table: EvaluationTable
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
        """Runs of this study that are in the table."""
        return {(row.candidate, row.seed) for row in self.table.read(self.study.fingerprint())}

    def missing(self, wanted: Iterable[Subset], seeds: Sequence[int]) -> list[Run]:
        """List the runs that are not in the table yet, seed by seed."""
        done = self.done()
        unique = list(dict.fromkeys(wanted))
        return [(chosen, seed) for seed in seeds for chosen in unique if (chosen, seed) not in done]

    @property
    def codes(self) -> dict[str, str]:
        """Key to the task's code of every target that is scored: held-out ones on test data only."""
        seen = self.targets.codes if self.split == TEST else self.targets.searched
        return {key: self.targets.codes[key] for key in seen}

    def run(
        self, todo: Sequence[Run], *, workspace: Workspace | None = None, progress: Progress | None = None
    ) -> None:
        """Run and store what is missing; a stopped evaluation goes on where it was.

        Several processes may be given the same list: each run is claimed by one of them, and
        all return when every run is in the table.

        Args:
            todo: From :meth:`missing`.
            workspace: Has the data of these runs, where the caller has prepared them already.
            progress: Shows runs, and the steps of each.

        Raises:
            RealignError: If data cannot be read or a run fails; finished runs are kept.
        """
        if not todo:
            return
        claims = Claims(self.table.path.with_name("claims"))
        if workspace is None:
            with claims.claim("workspace", wait=True):  # the first of several processes fills the caches
                workspace = self._workspace({key for chosen, _ in todo for key in chosen.languages})
        with (progress or NoProgress()).track("full runs", len(todo)) as advance:

            def claimed_elsewhere(run: Run, prepared: Workspace = workspace) -> bool:
                taken = self._take(run, claims, prepared, progress)
                advance(int(taken))
                return not taken

            left = list(filter(claimed_elsewhere, todo))
            while left:
                time.sleep(_POLL_SECONDS)
                left = list(filter(claimed_elsewhere, left))

    def _take(self, run: Run, claims: Claims, workspace: Workspace, progress: Progress | None) -> bool:
        """Do a run unless another process is at it; tell whether it is in the table now."""
        chosen, seed = run
        name = [self.study.fingerprint(), sorted(chosen.languages), seed, chosen.pairs, self.split]
        with claims.claim(name) as ours:
            if not ours:
                return False
            if run not in self.done():
                found = self._evaluate(workspace, chosen, seed, progress)
                self.table.append(found)
                logger.info("seed %d of %s: %.4f in %.0f s", seed, chosen.name, found.mean, found.seconds)
            return True

    def _workspace(self, keys: Iterable[str]) -> Workspace:
        texts = {self.pool.codes[key]: self.pool.texts[key] for key in keys}
        codes = list(self.codes.values())
        return prepare(self.study.recipe, texts, targets=codes, splits=(self.split,), parallel=texts)

    def _evaluate(
        self, workspace: Workspace, chosen: Subset, seed: int, progress: Progress | None
    ) -> Evaluation:
        codes = self.pool.corpus_codes(chosen.languages)
        limited = limit_pairs(workspace, codes, chosen.pairs)
        result = run_prepared(limited, codes, seed=seed, split=self.split, progress=progress)
        by_key = {key: result.scores[code] for key, code in self.codes.items()}
        return Evaluation(
            fingerprint=self.study.fingerprint(),
            recipe_hash=result.recipe_hash,
            seed=seed,
            subset=chosen.languages,
            pairs=chosen.pairs,
            metric=result.metric,
            scores={key: by_key[key] for key in self.targets.searched},
            held_out={key: score for key, score in by_key.items() if key in self.targets.held_out},
            seconds=sum(result.seconds.values()),
            fresh=self.fresh,
        )
