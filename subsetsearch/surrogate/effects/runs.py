"""What the model of effects learns from: runs, each with the score of every target."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from subsetsearch.results.measurements.measurement import Measurement
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
        scales: Share of the recipe that each run took, shape (n,); 1 for all, if left out. What a small-scale
            run shows of a subset differs from what a whole one does.

    Raises:
        ValueError: If the shapes do not fit, or a score is not finite.
    """

    subsets: tuple[Subset, ...]
    seeds: tuple[int, ...]
    parts: tuple[str, ...]
    targets: tuple[str, ...]
    scores: Matrix
    scales: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        n = len(self.subsets)
        if not self.scales:
            object.__setattr__(self, "scales", (1.0,) * n)
        lengths = {len(self.seeds), len(self.parts), len(self.scales)}
        if self.scores.shape != (n, len(self.targets)) or lengths != {n}:
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
        needed = set(targets)
        whole = [run for run in runs if run.scores.keys() >= needed]
        rows = [dict(run.scores.items()) for run in whole]
        return cls(
            tuple(run.subset for run in whole),
            tuple(run.seed for run in whole),
            tuple(run.split if run.scale == 1 else f"{run.split} at {run.scale:g}" for run in whole),
            tuple(targets),
            np.array([[row[target] for target in targets] for row in rows]).reshape(len(whole), len(targets)),
            tuple(run.scale for run in whole),
        )

    def take(self, rows: Sequence[int]) -> EffectRuns:
        """Keep some runs."""
        return EffectRuns(
            tuple(self.subsets[i] for i in rows),
            tuple(self.seeds[i] for i in rows),
            tuple(self.parts[i] for i in rows),
            self.targets,
            self.scores[list(rows)],
            tuple(self.scales[i] for i in rows),
        )

    @property
    def small(self) -> Matrix:
        """1 for small-scale runs, else 0; shape (n,)."""
        return np.array([float(scale < 1) for scale in self.scales])

    @property
    def mixed(self) -> bool:
        """Whether there are runs at small scale and whole ones, so that they can be told apart."""
        return 0 < sum(scale < 1 for scale in self.scales) < len(self)
