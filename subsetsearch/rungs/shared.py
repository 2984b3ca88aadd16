"""What the rungs of a study share: the encoder with its data, and moments of the pool's parallel text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from realign_core.data.account import Accounts
from realign_core.encoder.load import LoadedEncoder
from realign_core.runs.running.run import result_hash
from realign_core.runs.workspace.workspace import Workspace, prepare
from realign_core.support.files.keys import content_key
from realign_core.support.progress import Progress
from subsetsearch.problem.problem import Problem
from subsetsearch.rungs.gain import GainScale
from subsetsearch.rungs.linear.gram import PoolStatistics
from subsetsearch.rungs.linear.statistics import build_statistics, kept_layers
from subsetsearch.rungs.measured import DEV, Measured
from subsetsearch.rungs.unlabelled import spread_subsets, stored_gain_scale
from subsetsearch.subset import Subset


@dataclass(frozen=True)
class SharedData:
    """Made when first asked for, and cached for all processes of the study.

    Args:
        problem: The study.
        cache: Folder of what is encoded once.
        progress: Shows the encoding, and the alignment of words.
        loaded: The encoder, where it is loaded already; it is changed.
        tell: Told what was read of labelled data and left out.
    """

    problem: Problem
    cache: Path
    progress: Progress
    loaded: LoadedEncoder | None = None
    tell: Callable[[Accounts], None] = lambda _: None

    @cached_property
    def workspace(self) -> Workspace:
        """Encoder, parallel text and development data of the searched targets."""
        pool, targets = self.problem.pool, self.problem.targets
        by_code = {pool.codes[key]: text for key, text in pool.texts.items()}
        codes = [targets.codes[key] for key in targets.searched]
        workspace = prepare(
            self.problem.config.recipe,
            by_code,
            targets=codes,
            splits=(DEV,) if codes else (),
            parallel=by_code,
            sentences={s for text in pool.held_out.values() for s in (*text.source, *text.target)},
            loaded=self.loaded,
            progress=self.progress,
        )
        self.tell(workspace.accounts)
        return workspace if codes else replace(workspace, evaluation={DEV: {}})

    @cached_property
    def statistics(self) -> PoolStatistics:
        """Moments at the encoder's end."""
        return self._build_statistics(1.0)

    def statistics_at(self, depth: float) -> PoolStatistics:
        """Moments at a depth; they are large, so the ones at the encoder's end are held once."""
        whole = kept_layers(self.workspace, depth) == kept_layers(self.workspace, 1.0)
        return self.statistics if whole else self._build_statistics(depth)

    def _build_statistics(self, depth: float) -> PoolStatistics:
        pairs = self.problem.config.proxy.linear.pairs
        fewer = [n for n in self.problem.space.pairs.limits if n is not None and n < pairs]
        return build_statistics(
            self.workspace, pairs, self.cache, depth=depth, fewer=fewer, progress=self.progress
        )

    def gain_scale(self, rung: int, measure: Callable[[Subset], Measured], count: int) -> GainScale:
        """Learn what retrieval is worth in accuracy, once for all processes of the study.

        Args:
            rung: Number of the rung.
            measure: Measures a subset by it.
            count: How many subsets are measured, besides none.
        """
        subsets = spread_subsets(self.problem.space, count)
        texts = {key: text.fingerprint() for key, text in self.problem.pool.texts.items()}
        held_out = {key: text.fingerprint() for key, text in self.problem.pool.held_out.items()}
        names = [sorted(subset.languages) for subset in subsets]
        parts = [self.problem.fingerprint, self.workspace.fingerprint, texts, held_out, names, rung]
        if self.workspace.links:
            parts.append(result_hash(self.workspace, sorted(self.workspace.parallel)))
        return stored_gain_scale(self.cache / f"scale-{content_key(parts)}.json", measure, subsets)

    def by_key(self, scores: Mapping[str, float]) -> dict[str, float]:
        """Name targets by their keys, not the task's codes."""
        return {key: scores[code] for key, code in self.problem.targets.codes.items() if code in scores}

    def codes(self, subset: Subset) -> Sequence[str]:
        """Name a subset's languages by the corpus's codes."""
        return self.problem.pool.corpus_codes(subset.languages)


def cut_to(subset: Subset, most: int) -> Subset:
    """Return a subset as a rung sees it that reads at most so many pairs of a language."""
    return subset if subset.pairs is not None and subset.pairs < most else Subset(subset.languages)
