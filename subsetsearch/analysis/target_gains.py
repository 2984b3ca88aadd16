"""Score of each target language with a subset, and what it gains or loses against no realignment."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from subsetsearch.analysis.noise import PairedDifference, paired_difference, pooled_noise, student_interval
from subsetsearch.results.measurement import Measurement, by_subset
from subsetsearch.subset import NONE, Subset


@dataclass(frozen=True, slots=True)
class TargetGain:
    """One target language in the full runs of a subset.

    Args:
        key: Language key.
        score: Mean over seeds, in [0, 1].
        interval: Student's 95 % interval over seeds; ``None`` with fewer than three.
        gain: Against no realignment over common seeds; its interval is that of the noise of all subsets'
            scores of this target. ``None`` without a common seed.
        held_out: No proxy has seen it.
        source: It is the language that the task is learnt in.
    """

    key: str
    score: float
    interval: tuple[float, float] | None
    gain: PairedDifference | None
    held_out: bool = False
    source: bool = False

    @property
    def harmed(self) -> bool:
        """Whether its runs are worse than without realignment on average, shown or not."""
        return self.gain is not None and self.gain.mean < 0


def target_gains(runs: Iterable[Measurement], subset: Subset) -> list[TargetGain]:
    """Gain of each target with a subset, best first.

    Args:
        runs: Full runs of all subsets, on one part of the data.
        subset: Which one is asked about.
    """
    groups = by_subset(runs)
    own = groups.get(subset, [])
    found = []
    for key in own[0].scores if own else ():
        scores = {other: _by_seed(group, key) for other, group in groups.items()}
        mine = scores[subset]
        base = scores.get(NONE, {}) if subset != NONE else {}
        values = list(mine.values())
        found.append(
            TargetGain(
                key,
                math.fsum(values) / len(values),
                student_interval(values),
                paired_difference(mine, base, pooled_noise(scores)),
                key in own[0].held_out,
                key in own[0].source,
            )
        )
    return sorted(found, key=lambda row: (-(row.gain.mean if row.gain else row.score), row.key))


def _by_seed(runs: Sequence[Measurement], key: str) -> Mapping[int, float]:
    return {run.seed: run.scores[key] for run in runs if key in run.scores}
