"""What was measured of a subset: by which rung, on which data, with which seed."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from realign_core.support.files.keys import content_key
from realign_core.support.seed_numbers import MOST_SEED
from subsetsearch.results.measurements.lazy_numbers import Lazily
from subsetsearch.subset import Subset

DEV: Final = "dev"
"""Data that a search may see."""

TEST: Final = "test"
"""Data that only chosen subsets are scored on."""

ROUNDING = 1e-9
"""Two scores that differ by less are one: a decimal notation may have cut off the rest."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """One subset, scored once by one rung.

    Args:
        fingerprint: Names the study's recipe, data, cost and proxies.
        recipe_hash: Names the run's recipe, data, encoder and engine version; empty for a cheap rung.
        subset: What was measured.
        rung: 1, 2 or 3 (a full run).
        split: The data that scored it: ``dev`` or ``test``.
        seed: The run's seed; 0 for a rung that averages over seeds of its own.
        metric: What the scores are: ``accuracy``, ``f1``, or a rung's own.
        scores: Target to score as a fraction; at most 1, held-out targets included.
        held_out: Targets among ``scores`` that do not count.
        source: The training language among ``scores``, where a study names it as a target: it does not
            count either, and is in no average.
        value: The overall score: the mean over targets that count. It need not be given where there are any.
        seconds: Wall time.
        fresh: Whether the seed was drawn after the choice, to measure it without the luck that
            helped it to be chosen; no rule of choice sees such a run.
        origin: Why it was measured, where that is known: ``low``, ``random`` or ``high`` of a
            calibration's design, ``strategy``, ``measured`` (a full run was there already), ``imported``.
        kernel: Arithmetic of the run; ``None`` where it is unknown, which is taken for the study's.
        host: The machine, where it is known.
        scale: Share of the recipe that a full run took, at most 1; below 1 it is a small-scale run.
    """

    fingerprint: str
    recipe_hash: str
    subset: Subset
    rung: int
    split: str
    seed: int
    metric: str
    scores: Mapping[str, float]
    held_out: frozenset[str] = frozenset()
    value: float = math.nan
    seconds: float = 0.0
    fresh: bool = False
    origin: str = ""
    kernel: str | None = None
    host: str | None = None
    source: frozenset[str] = frozenset()
    scale: float = 1.0

    def __post_init__(self) -> None:
        if math.isnan(self.value):
            counted = self.counted_scores
            if not counted:
                raise ValueError("a measurement needs a value, or the score of a target that counts")
            object.__setattr__(self, "value", math.fsum(counted.values()) / len(counted))

    @property
    def counted_scores(self) -> dict[str, float]:
        """Scores of the targets that count: all but held-out ones and the training language."""
        uncounted = self.held_out | self.source
        if not uncounted:
            return dict(self.scores.items())
        return {key: score for key, score in self.scores.items() if key not in uncounted}

    @property
    def held_out_scores(self) -> dict[str, float]:
        """Scores of held-out targets."""
        if not self.held_out:
            return {}
        return {key: score for key, score in self.scores.items() if key in self.held_out}

    @property
    def source_scores(self) -> dict[str, float]:
        """Score of the training language, where the study names it as a target."""
        if not self.source:
            return {}
        return {key: score for key, score in self.scores.items() if key in self.source}

    @property
    def mean(self) -> float:
        """The overall score, ``value``: unweighted mean over the targets that count."""
        return self.value

    @property
    def mean_held_out(self) -> float | None:
        """Unweighted mean over held-out targets, if there are any."""
        scores = self.held_out_scores
        return math.fsum(scores.values()) / len(scores) if scores else None

    @property
    def run(self) -> str:
        """Name the run: see :func:`run_key`."""
        return run_key(self.fingerprint, self.subset, self.rung, self.split, self.seed, self.scale)

    def agrees(self, other: Measurement) -> bool:
        """Whether another measurement of the same run has the same scores, up to rounding."""
        if not (self.scores and other.scores):
            return abs(self.value - other.value) < ROUNDING
        return self.scores.keys() == other.scores.keys() and all(
            abs(score - other.scores[key]) < ROUNDING for key, score in self.scores.items()
        )


def run_key(fingerprint: str, subset: Subset, rung: int, split: str, seed: int, scale: float = 1.0) -> str:
    """Name a run, done or not: equal names are the same piece of work."""
    parts = [fingerprint, sorted(subset.languages), subset.pairs, rung, split, seed]
    return content_key(parts if scale == 1 else [*parts, scale])


def same_run(run: Measurement, stored: Iterable[Measurement]) -> Measurement | None:
    """Find a run among stored ones of its name; an unknown kernel is the same as any other."""
    return next((old for old in stored if None in (old.kernel, run.kernel) or old.kernel == run.kernel), None)


def without_fresh(measurements: Iterable[Measurement]) -> list[Measurement]:
    """Keep what choices may see: runs with fresh seeds are left out."""
    return [run for run in measurements if not run.fresh]


def on_targets(measurements: Iterable[Measurement], targets: Sequence[str]) -> list[Measurement]:
    """Take measurements for those of a group of targets alone, which all count, held-out ones too.

    Args:
        measurements: Any; those that lack a score of one of the targets are left out.
        targets: Keys, one or more.
    """
    return [
        replace(
            run,
            scores={key: run.scores[key] for key in targets},
            value=math.fsum(run.scores[key] for key in targets) / len(targets),
            held_out=run.held_out.intersection(targets),
            source=run.source.intersection(targets),
        )
        for run in measurements
        if run.scores.keys() >= set(targets)
    ]


def by_subset(measurements: Iterable[Measurement]) -> dict[Subset, list[Measurement]]:
    """Group measurements by subset, in their order."""
    groups: dict[Subset, list[Measurement]] = {}
    for run in measurements:
        groups.setdefault(run.subset, []).append(run)
    return groups


def means_by_seed(measurements: Iterable[Measurement]) -> dict[Subset, dict[int, float]]:
    """Group mean scores by subset and seed."""
    return {subset: {run.seed: run.mean for run in runs} for subset, runs in by_subset(measurements).items()}


def mean_scores(runs: Sequence[Measurement]) -> dict[str, float]:
    """Average each target's scores over runs of one subset: held-out targets too, the source language not."""
    targets = [target for target in runs[0].scores if target not in runs[0].source]
    return {target: math.fsum(run.scores[target] for run in runs) / len(runs) for target in targets}


class MeanScores(Lazily):
    """The same, averaged when first asked for.

    Args:
        runs: Of one subset.
    """

    def __init__(self, runs: Sequence[Measurement]) -> None:
        super().__init__(lambda: mean_scores(runs))


def mean_scores_by_subset(measurements: Iterable[Measurement]) -> dict[Subset, dict[str, float]]:
    """Average the scores of each target over the seeds of a subset, held-out targets included."""
    return {subset: mean_scores(runs) for subset, runs in by_subset(measurements).items()}


def draw_fresh(measurements: Iterable[Measurement], reserved: Iterable[int], count: int) -> tuple[int, ...]:
    """Find seeds that no choice has seen: fresh ones of before, then the next unused numbers.

    Args:
        measurements: Full runs so far.
        reserved: Seeds that later choices may use, run or not.
        count: How many.
    """
    runs = list(measurements)
    reserved_seeds = set(reserved)
    free_fresh = sorted({run.seed for run in runs if run.fresh} - reserved_seeds)
    used_seeds = reserved_seeds.union(run.seed for run in runs)
    above = range(max(used_seeds, default=0) + 1, MOST_SEED + 1)
    below = (seed for seed in itertools.count() if seed not in used_seeds)
    return tuple(itertools.islice(itertools.chain(free_fresh, above, below), count))
