"""What the model of effects learns from: runs, each with the score of every target."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from subsetsearch.results.measurement import Measurement
from subsetsearch.subset import Subset
from subsetsearch.traits.table import Matrix


@dataclass(frozen=True, slots=True, eq=False)
class EffectRuns:
    """Runs of subsets.

    Args:
        subsets: What was run, shape (n,); a subset may be there with several seeds.
        seeds: Runs with the same seed share its luck.
        parts: What scored each run, such as ``dev`` or ``test``: the level of a target differs between them.
        targets: Target languages.
        scores: Fractions, shape (n, n_targets).

    Raises:
        ValueError: If the shapes do not fit, or a score is not finite.
    """

    subsets: tuple[Subset, ...]
    seeds: tuple[int, ...]
    parts: tuple[str, ...]
    targets: tuple[str, ...]
    scores: Matrix

    def __post_init__(self) -> None:
        n = len(self.subsets)
        if self.scores.shape != (n, len(self.targets)) or not n == len(self.seeds) == len(self.parts):
            raise ValueError(f"{n} runs of {len(self.targets)} targets have scores {self.scores.shape}")
        if not np.isfinite(self.scores).all():
            raise ValueError("a score is not finite")

    def __len__(self) -> int:
        return len(self.subsets)

    @classmethod
    def of(cls, runs: Iterable[Measurement], targets: Sequence[str]) -> EffectRuns:
        """Gather measurements.

        Args:
            runs: Full runs, or others of one rung; one that lacks a target is left aside.
            targets: Target languages.
        """
        whole = [run for run in runs if all(target in run.scores for target in targets)]
        return cls(
            tuple(run.subset for run in whole),
            tuple(run.seed for run in whole),
            tuple(run.split for run in whole),
            tuple(targets),
            np.array([[run.scores[t] for t in targets] for run in whole]).reshape(len(whole), len(targets)),
        )

    def take(self, rows: Sequence[int]) -> EffectRuns:
        """Keep some runs."""
        return EffectRuns(
            tuple(self.subsets[i] for i in rows),
            tuple(self.seeds[i] for i in rows),
            tuple(self.parts[i] for i in rows),
            self.targets,
            self.scores[list(rows)],
        )
