"""Full runs of chosen subsets: realign, fine-tune, zero-shot test, several seeds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from realign_core.data.tasks import Split
from realign_core.progress import NoProgress, Progress
from realign_core.runs import run_prepared
from realign_core.workspace import Workspace, prepare
from subsetsearch.search.evaluations import Evaluation, EvaluationTable
from subsetsearch.search.space import Subset
from subsetsearch.study.config import StudyConfig
from subsetsearch.study.pool import Pool, Targets

TEST: Split = "test"


@dataclass(frozen=True, slots=True)
class FullRuns:
    """Evaluates subsets of one study on its test data, held-out languages included.

    Args:
        study: The study.
        pool: Candidates.
        targets: Targets, held-out ones among them.
        table: Where results are kept.
    """

    study: StudyConfig
    pool: Pool
    targets: Targets
    table: EvaluationTable

    def missing(self, subsets: Iterable[Subset], seeds: Sequence[int]) -> list[tuple[Subset, int]]:
        """List the runs that are not in the table yet, seed by seed."""
        done = {(row.subset, row.seed) for row in self.table.read(self.study.fingerprint())}
        wanted = list(dict.fromkeys(subsets))
        return [(subset, seed) for seed in seeds for subset in wanted if (subset, seed) not in done]

    def run(self, todo: Sequence[tuple[Subset, int]], *, progress: Progress | None = None) -> None:
        """Run and store what is missing; a stopped evaluation goes on where it was.

        Args:
            todo: From :meth:`missing`.
            progress: Shows runs, and the steps of each.

        Raises:
            RealignError: If data cannot be read or a run fails; finished runs are kept.
        """
        if not todo:
            return
        bar = progress or NoProgress()
        workspace = self._workspace({key for subset, _ in todo for key in subset})
        with bar.track("full runs", len(todo)) as advance:
            for subset, seed in todo:
                self.table.append(self._evaluate(workspace, subset, seed, progress))
                advance(1)

    def _workspace(self, keys: Iterable[str]) -> Workspace:
        texts = {self.pool.codes[key]: self.pool.texts[key] for key in keys}
        codes = list(self.targets.codes.values())
        return prepare(self.study.recipe, texts, targets=codes, splits=(TEST,), parallel=texts)

    def _evaluate(
        self, workspace: Workspace, subset: Subset, seed: int, progress: Progress | None
    ) -> Evaluation:
        result = run_prepared(
            workspace, self.pool.corpus_codes(subset), seed=seed, split=TEST, progress=progress
        )
        by_key = {key: result.scores[code] for key, code in self.targets.codes.items()}
        return Evaluation(
            fingerprint=self.study.fingerprint(),
            recipe_hash=result.recipe_hash,
            seed=seed,
            subset=subset,
            metric=result.metric,
            scores={key: by_key[key] for key in self.targets.searched},
            held_out={key: score for key, score in by_key.items() if key in self.targets.held_out},
            seconds=sum(result.seconds.values()),
        )
