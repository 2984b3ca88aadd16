"""What a subset gains over no realignment, target by target: who is helped, who is harmed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from realign_core.support.holm import holm as adjusted_by_holm
from subsetsearch.analysis.statistics.moderated_noise import moderated
from subsetsearch.analysis.statistics.seed_noise import (
    PairedDifference,
    PooledNoise,
    paired_difference,
    pooled_noise,
    pooled_noises,
    student_interval,
)
from subsetsearch.results.measurements.measurement import Measurement, by_subset
from subsetsearch.subset import NONE, Subset

LEVEL = 0.05
"""Chance that any target at all is called helped or harmed by noise alone."""

HELPED, HARMED, NOT_SHOWN, NOT_KNOWN = "helped", "harmed", "not shown", "not known"


class GainSource(Protocol):
    """Whatever knows what subsets gain: the runs as they are, or a model of them."""

    def gain(self, subset: Subset, targets: Sequence[str]) -> PairedDifference | None:
        """Gain of a subset over no realignment in the mean over a group of targets.

        Args:
            subset: Any.
            targets: One key or more.

        Returns:
            The gain with its interval and p, which are ``None`` where the noise is not known; ``None``
            where nothing is known of the gain.
        """
        ...


@dataclass(frozen=True)
class MeasuredGains:
    """Gains by full runs alone: paired by seed, with the noise of all subsets' runs.

    The noise of single targets is moderated (:mod:`subsetsearch.analysis.statistics.moderated_noise`); that
    of a group of several is the group's own.

    Args:
        runs: Full runs of all subsets, on one part of the data.
    """

    runs: Sequence[Measurement]

    def gain(self, subset: Subset, targets: Sequence[str]) -> PairedDifference | None:
        """Gain over the seeds that both were run with; ``None`` without a common one."""
        means, base = (self._means(other, targets) for other in (subset, NONE))
        if subset == NONE:
            return None
        return paired_difference(means, base, self.noise(targets))

    def noise(self, targets: Sequence[str]) -> PooledNoise | None:
        """Noise of single runs in the mean over targets; ``None`` where the runs do not tell it."""
        if len(targets) == 1:
            return self._noises.get(targets[0])
        return pooled_noise({other: self._means(other, targets) for other in self._groups})

    @cached_property
    def _groups(self) -> dict[Subset, list[Measurement]]:
        return by_subset(self.runs)

    def _means(self, subset: Subset, targets: Sequence[str]) -> dict[int, float]:
        """Seed to mean score over targets, of the runs that scored all of these."""
        return {
            run.seed: math.fsum(run.scores[key] for key in targets) / len(targets)
            for run in self._groups.get(subset, ())
            if run.scores.keys() >= set(targets)
        }

    @cached_property
    def _noises(self) -> dict[str, PooledNoise]:
        """Noise of each target whose runs tell it."""
        places = {(run.subset, run.seed): run.scores for run in self.runs}
        noises: dict[str, PooledNoise | None] = {}
        for cells, keys in self._scored().items():
            rows = [dict(places[cell].items()) for cell in cells]
            table = np.array([[row[key] for key in keys] for row in rows])
            noises |= dict(zip(keys, pooled_noises(cells, table), strict=bool(cells)))
        return moderated({key: noise for key, noise in noises.items() if noise is not None})

    def _scored(self) -> dict[tuple[tuple[Subset, int], ...], list[str]]:
        """Runs of subsets with several seeds to the targets that they tell of: mostly all tell of all."""
        first = self.runs[0].scores.keys() if self.runs else {}.keys()
        if first and all(run.scores.keys() == first for run in self.runs):
            return {self._repeated(next(iter(first))): list(first)}
        by_cells: dict[tuple[tuple[Subset, int], ...], list[str]] = {}
        for key in dict.fromkeys(key for run in self.runs for key in run.scores):
            by_cells.setdefault(self._repeated(key), []).append(key)
        return by_cells

    def _repeated(self, key: str) -> tuple[tuple[Subset, int], ...]:
        """Runs with this target's score, of subsets that have several seeds."""
        groups = ([run for run in runs if key in run.scores] for runs in self._groups.values())
        return tuple((run.subset, run.seed) for runs in groups if len(runs) > 1 for run in runs)


@dataclass(frozen=True, slots=True)
class TargetGain:
    """One target language in the full runs of a subset.

    Args:
        key: Language key.
        score: Mean over seeds, in [0, 1].
        interval: Student's 95 % interval over seeds; ``None`` with fewer than three.
        gain: Against no realignment over common seeds; its 95 % interval is that of this target alone.
            ``None`` without a common seed.
        p: Of no gain, adjusted by Holm for all targets that are asked about; ``None`` where it is not known.
        held_out: No proxy has seen it.
        source: It is the language that the task is learnt in.
        own: It is a language of the subset itself.
    """

    key: str
    score: float
    interval: tuple[float, float] | None
    gain: PairedDifference | None
    p: float | None = None
    held_out: bool = False
    source: bool = False
    own: bool = False

    @property
    def verdict(self) -> str:
        """``helped``, ``harmed``, ``not shown`` or ``not known``, for all targets at once."""
        if self.gain is None or self.p is None:
            return NOT_KNOWN
        if self.p > LEVEL:
            return NOT_SHOWN
        return HELPED if self.gain.mean > 0 else HARMED

    @property
    def loses(self) -> bool:
        """Whether its runs are worse than without realignment on average, shown or not."""
        return self.gain is not None and self.gain.mean < 0


def target_gains(
    runs: Sequence[Measurement],
    subset: Subset,
    targets: Sequence[str] | None = None,
    *,
    own: Iterable[str] = (),
    source: GainSource | None = None,
) -> list[TargetGain]:
    """Gain of each target with a subset, best first.

    Args:
        runs: Full runs of all subsets, on one part of the data.
        subset: Which one is asked about.
        targets: Keys; those that its runs have scored, if left out.
        own: Those that are languages of the subset.
        source: What knows the gains; the runs, if left out.
    """
    subset_runs = [run for run in runs if run.subset == subset]
    scores = subset_runs[0].scores if subset_runs else {}
    keys = [key for key in scores if targets is None or key in targets]
    source = source or MeasuredGains(runs)
    gains = {key: source.gain(subset, (key,)) for key in keys}
    # The language that the task is learnt in is no target, and not among those who may be helped.
    tested = {key: gain.p for key, gain in gains.items() if gain and key not in subset_runs[0].source}
    chances = holm({key: p for key, p in tested.items() if p is not None})
    rows = []
    for key in keys:
        values = [run.scores[key] for run in subset_runs if key in run.scores]
        rows.append(
            TargetGain(
                key,
                math.fsum(values) / len(values),
                student_interval(values),
                gains[key],
                chances.get(key),
                held_out=key in subset_runs[0].held_out,
                source=key in subset_runs[0].source,
                own=key in own,
            )
        )
    return sorted(rows, key=lambda row: (-(row.gain.mean if row.gain else row.score), row.key))


def holm(chances: Mapping[str, float]) -> dict[str, float]:
    """Adjust the p of several questions (:func:`realign_core.support.holm.holm`), by name."""
    return dict(zip(chances, adjusted_by_holm([*chances.values()]), strict=True))
