"""Rows of a task as the analysis reads them: what each entry scored, by seed and target."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from benchmarks.study.entries import ENDS, OURS, UNTOUCHED, Entry, Plan
from subsetsearch.analysis.statistics.seed_noise import (
    PairedDifference,
    PooledNoise,
    paired_difference,
    pooled_noise,
)
from subsetsearch.results.measurements.measurement import Measurement
from subsetsearch.subset import Subset

PLAIN_GROUPS = (
    *("all targets", "seen by the search", "held out"),
    *("seen in pre-training", "not seen in pre-training"),
)

Scores = Mapping[str, float]
ByTarget = Mapping[int, Scores]
"""Seed to scores by target."""


@dataclass(frozen=True, slots=True)
class Mean:
    """Mean score of an entry over a group of targets.

    Args:
        mean: Over seeds, as a fraction.
        sd: Over seeds; ``None`` with fewer than two.
        n: Seeds.
    """

    mean: float
    sd: float | None
    n: int


@dataclass(frozen=True)
class Measured:
    """A task's full runs.

    Args:
        plan: Of the task.
        runs: Subset to seed to scores by target; those of the plan's seeds alone.
        seconds: Of each run with a realignment.
    """

    plan: Plan
    runs: Mapping[Subset, ByTarget]
    seconds: tuple[float, ...] = ()

    @classmethod
    def of(cls, plan: Plan, rows: Iterable[Measurement]) -> Measured:
        """Sort rows; those that the plan does not ask for are left aside.

        Args:
            plan: Of the task.
            rows: On test data, with fresh seeds.
        """
        wanted, found = set(plan.runs()), dict[Subset, dict[int, Scores]]()
        times = []
        for row in rows:
            if (row.subset, row.seed) in wanted and row.fingerprint == plan.fingerprint:
                found.setdefault(row.subset, {})[row.seed] = row.scores
                times += [row.seconds] if row.subset.languages else []
        return cls(plan, found, tuple(times))

    def scores(self, entry: Entry) -> ByTarget:
        """Scores of an entry by seed; of a routed one each target has those of its encoder.

        A seed counts that every run has which is needed.
        """
        own, none = self.runs.get(entry.subset, {}), self.runs.get(UNTOUCHED.subset, {})
        if entry.route is None:
            return own
        return {
            seed: {key: (own if entry.route.get(key) else none)[seed][key] for key in none[seed]}
            for seed in own.keys() & none.keys()
        }

    def by_seed(self, entry: Entry, targets: Sequence[str]) -> dict[int, float]:
        """Seed to mean score over targets."""
        return {
            seed: float(np.mean([scores[key] for key in targets]))
            for seed, scores in sorted(self.scores(entry).items())
        }

    def mean(self, entry: Entry, targets: Sequence[str]) -> Mean | None:
        """Mean and scatter over seeds; ``None`` if nothing was run."""
        values = [*self.by_seed(entry, targets).values()]
        if not values:
            return None
        return Mean(
            float(np.mean(values)), float(np.std(values, ddof=1)) if len(values) > 1 else None, len(values)
        )

    def difference(self, first: Entry, second: Entry, targets: Sequence[str]) -> PairedDifference | None:
        """First less second over common seeds, by the noise of all subsets; ``None`` without one."""
        mine, other = self.by_seed(first, targets), self.by_seed(second, targets)
        return paired_difference(mine, other, self.noise(tuple(targets)))

    def noise(self, targets: tuple[str, ...]) -> PooledNoise | None:
        """Noise of a run's mean over targets, besides its subset and seed."""
        if targets not in self._noise:
            table = {
                subset: {seed: float(np.mean([s[key] for key in targets])) for seed, s in by_seed.items()}
                for subset, by_seed in self.runs.items()
            }
            self._noise[targets] = pooled_noise(table)
        return self._noise[targets]

    @cached_property
    def _noise(self) -> dict[tuple[str, ...], PooledNoise | None]:
        return {}

    @cached_property
    def groups(self) -> dict[str, tuple[str, ...]]:
        """Groups of targets by name: all, seen and held out by the search, and by what is known of them."""
        facts = self.plan.targets
        named: dict[str, list[str]] = {}
        for key, fact in facts.items():
            for name in (
                "all targets",
                "held out" if fact.held_out else "seen by the search",
                "seen in pre-training" if fact.seen else "not seen in pre-training",
            ):
                named.setdefault(name, []).append(key)
        ordered = {name: tuple(named[name]) for name in PLAIN_GROUPS if name in named}
        for kind in ("family", "script"):
            kinds: dict[str, list[str]] = {}
            for key, fact in facts.items():
                kinds.setdefault(f"{kind} {getattr(fact, kind)}", []).append(key)
            ordered |= {name: tuple(keys) for name, keys in sorted(kinds.items()) if len(keys) > 1}
        return ordered

    def compared(self, targets: Sequence[str]) -> list[Entry]:
        """Entries that are for these targets, and were run at all; what was chosen for others is left out."""
        return [
            entry
            for entry in self.plan.entries
            if self.scores(entry) and (entry.targets is None or set(targets) <= set(entry.targets))
        ]

    @property
    def done(self) -> int:
        """Runs of the plan that are there."""
        return sum(len(by_seed) for by_seed in self.runs.values())

    def find(self, kind: str, name: str) -> Entry:
        """Find an entry of the plan."""
        label = name if kind == ENDS else f"{kind}: {name}"
        return self.plan.entry(label)

    @property
    def recommended(self) -> Entry:
        """What our search recommends for all targets."""
        return self.find(OURS, "recommended")
