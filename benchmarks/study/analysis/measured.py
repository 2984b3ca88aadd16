"""Rows of a task as the analysis reads them: what each entry scored, by seed and target."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from benchmarks.study.entries import ENDS, OURS, Entry, Plan
from benchmarks.study.order import ordered_runs
from subsetsearch.analysis.statistics.seed_noise import (
    PairedDifference,
    PooledNoise,
    paired_difference,
    pooled_noise,
)
from subsetsearch.results.measurements.measurement import Measurement
from subsetsearch.subset import NONE, Subset

PLAIN_GROUPS = (
    *("all targets", "seen by the search", "held out"),
    *("seen in pre-training", "not seen in pre-training"),
)

UNKNOWN = "not known"
"""Arithmetic of rows that do not say it."""

Scores = Mapping[str, float]
ByTarget = Mapping[int, Scores]
"""Seed to scores by target."""

Targets = tuple[str, ...]


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


def encoders(entry: Entry, targets: Sequence[str]) -> tuple[Subset, ...]:
    """What scores each target: the entry's set, or no realignment where a route says so.

    Two entries with equal ones are one thing under two names: their rows are the same.
    """
    if entry.route is None:
        return (entry.subset,) * len(targets)
    return tuple(entry.subset if entry.route.get(key) else NONE for key in targets)


def different(entries: Sequence[Entry], targets: Sequence[str]) -> list[Entry]:
    """Entries without those that are an earlier one under another name."""
    first: dict[tuple[Subset, ...], Entry] = {}
    for entry in entries:
        first.setdefault(encoders(entry, targets), entry)
    return [*first.values()]


@dataclass(frozen=True)
class Measured:
    """A task's full runs.

    Args:
        plan: Of the task.
        runs: Subset to seed to scores by target; those of the plan's seeds alone.
        seconds: What the runs of each subset took, by subset.
        kernels: Arithmetic to how many runs were computed with it.
    """

    plan: Plan
    runs: Mapping[Subset, ByTarget]
    seconds: Mapping[Subset, tuple[float, ...]] = field(default_factory=dict)
    kernels: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, plan: Plan, rows: Iterable[Measurement]) -> Measured:
        """Sort rows; those that the plan does not ask for are left aside.

        Args:
            plan: Of the task.
            rows: On test data, with fresh seeds.
        """
        wanted, found = set(ordered_runs(plan)), dict[Subset, dict[int, Scores]]()
        times, kernels = dict[Subset, tuple[float, ...]](), Counter[str]()
        for row in rows:
            if (row.subset, row.seed) in wanted and row.fingerprint == plan.fingerprint:
                found.setdefault(row.subset, {})[row.seed] = row.scores
                times[row.subset] = (*times.get(row.subset, ()), row.seconds)
                kernels[row.kernel or UNKNOWN] += 1
        return cls(plan, found, times, dict(sorted(kernels.items())))

    def scores(self, entry: Entry) -> ByTarget:
        """Scores of an entry by seed; of a routed one each target has those of its encoder.

        A seed counts that every run has which is needed.
        """
        realigned, none = self.runs.get(entry.subset, {}), self.runs.get(NONE, {})
        if entry.route is None:
            return realigned
        return {
            seed: {key: (realigned if entry.route.get(key) else none)[seed][key] for key in none[seed]}
            for seed in realigned.keys() & none.keys()
        }

    def whole(self, entry: Entry) -> bool:
        """Whether an entry has every seed."""
        return set(self.plan.seeds) <= self.scores(entry).keys()

    def reads(self, entry: Entry) -> float | None:
        """Different pairs that a run of an entry really reads, at most; ``None`` if it is not known."""
        return None if self.plan.reads is None else min(float(self.plan.reads), entry.cost)

    def by_seed(self, entry: Entry, targets: Sequence[str]) -> dict[int, float]:
        """Seed to mean score over targets."""
        if entry.route is None:
            return self._means(tuple(targets)).get(entry.subset, {})
        return _by_seed(self.scores(entry), targets)

    def mean(self, entry: Entry, targets: Sequence[str]) -> Mean | None:
        """Mean and scatter over seeds; ``None`` if nothing was run."""
        values = [*self.by_seed(entry, targets).values()]
        if not values:
            return None
        return Mean(
            float(np.mean(values)), float(np.std(values, ddof=1)) if len(values) > 1 else None, len(values)
        )

    def difference(self, first: Entry, second: Entry, targets: Sequence[str]) -> PairedDifference | None:
        """First less second over common seeds; ``None`` without one.

        Targets that both leave to the same encoder differ by nothing, and have no noise. If that is all of
        them, there is no test.
        """
        apart = self._apart(first, second, targets)
        mine, other = self.by_seed(first, apart or targets), self.by_seed(second, apart or targets)
        paired = paired_difference(mine, other, self._between(first, second, apart) if apart else None)
        if paired is None:
            return None
        if not apart:
            return PairedDifference(0.0, 0.0, 0.0, paired.seeds)
        share = len(apart) / len(targets)
        low, high = (None if end is None else share * end for end in (paired.low, paired.high))
        return PairedDifference(share * paired.mean, low, high, paired.seeds, paired.p)

    def error(self, first: Entry, second: Entry, targets: Sequence[str]) -> PooledNoise | None:
        """Standard error of :meth:`difference`, as far as the noise of all runs says it."""
        apart = self._apart(first, second, targets)
        noise = self._between(first, second, apart) if apart else None
        seeds = len(self.scores(first).keys() & self.scores(second).keys())
        if noise is None or not seeds:
            return None
        return PooledNoise(len(apart) / len(targets) * noise.spread * math.sqrt(2 / seeds), noise.freedom)

    def _apart(self, first: Entry, second: Entry, targets: Sequence[str]) -> Targets:
        sides = zip(targets, encoders(first, targets), encoders(second, targets), strict=True)
        return tuple(key for key, mine, other in sides if mine != other)

    def _between(self, first: Entry, second: Entry, apart: Targets) -> PooledNoise | None:
        if NONE in (*encoders(first, apart), *encoders(second, apart)):
            return self.noise_beside_none(apart)
        return self.noise(apart)

    def noise(self, targets: Targets) -> PooledNoise | None:
        """Noise of the mean over targets of a run with realignment, besides its subset and seed."""
        if targets not in self._noise:
            means = self._means(targets)
            self._noise[targets] = pooled_noise({s: by_seed for s, by_seed in means.items() if s != NONE})
        return self._noise[targets]

    def noise_beside_none(self, targets: Targets) -> PooledNoise | None:
        """Noise of a difference to no realignment, as that of a run of which it has two.

        Runs without realignment scatter more than others: theirs is estimated by themselves, and is taken for
        no smaller than the others'. Degrees of freedom are Satterthwaite's.
        """
        known, own = self.noise(targets), self._scatter_of_none(targets)
        if known is None or own is None:
            return None
        realigned, (none, seeds) = known.spread**2, own
        none = max(none, realigned)
        if none == 0:
            return known
        freedom = (realigned + none) ** 2 / (realigned**2 / known.freedom + none**2 / (seeds - 1))
        return PooledNoise(math.sqrt((realigned + none) / 2), freedom)

    def _scatter_of_none(self, targets: Targets) -> tuple[float, int] | None:
        """Variance of no realignment beside the sets that have most seeds in common with it; these seeds."""
        means = self._means(targets)
        none = means.get(NONE, {})
        shared = {subset: none.keys() & by_seed.keys() for subset, by_seed in means.items() if subset != NONE}
        seeds = max(shared.values(), key=len, default=set())
        if len(seeds) < 2:
            return None
        full = [means[subset] for subset, common in shared.items() if seeds <= common]
        luck = [none[seed] - float(np.mean([by_seed[seed] for by_seed in full])) for seed in seeds]
        return float(np.var(luck, ddof=1)), len(seeds)

    def _means(self, targets: Targets) -> Mapping[Subset, dict[int, float]]:
        if targets not in self._tables:
            self._tables[targets] = {subset: _by_seed(runs, targets) for subset, runs in self.runs.items()}
        return self._tables[targets]

    @cached_property
    def _noise(self) -> dict[Targets, PooledNoise | None]:
        return {}

    @cached_property
    def _tables(self) -> dict[Targets, Mapping[Subset, dict[int, float]]]:
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


def _by_seed(runs: ByTarget, targets: Sequence[str]) -> dict[int, float]:
    return {seed: float(np.mean([scores[key] for key in targets])) for seed, scores in sorted(runs.items())}
