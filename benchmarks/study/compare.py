"""Who wins: paired tests with Holm's correction, over entries and over targets."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.study.entries import UNTOUCHED, Entry
from benchmarks.study.measured import Mean, Measured
from realign_core.support.holm import holm
from subsetsearch.analysis.statistics.seed_noise import PairedDifference

LEVEL = 0.05


@dataclass(frozen=True, slots=True)
class Compared:
    """An entry beside another one.

    Args:
        entry: The entry.
        score: Its own.
        difference: To the other, over common seeds; ``None`` without any.
        p: Of no difference, adjusted by Holm for all that are compared at once; ``None`` if not known.
    """

    entry: Entry
    score: Mean
    difference: PairedDifference | None
    p: float | None

    @property
    def shown(self) -> int:
        """1 if it is shown to be better, -1 if worse, else 0."""
        if self.difference is None or self.p is None or self.p > LEVEL:
            return 0
        return 1 if self.difference.mean > 0 else -1


def over_untouched(measured: Measured, targets: Sequence[str]) -> list[Compared]:
    """All entries beside no realignment, the lowest mean first: losses come first.

    Args:
        measured: Rows.
        targets: Of which means are taken.
    """
    return _beside(measured, UNTOUCHED, measured.compared(targets), targets)


def beside(
    measured: Measured, entry: Entry, others: Sequence[Entry], targets: Sequence[str]
) -> list[Compared]:
    """Others less an entry: who is above it comes last, and is worth a look.

    Args:
        measured: Rows.
        entry: What they are held against.
        others: Entries of the plan; those without rows are left out.
        targets: Of which means are taken.
    """
    return _beside(measured, entry, [other for other in others if measured.scores(other)], targets)


def _beside(
    measured: Measured, base: Entry, others: Sequence[Entry], targets: Sequence[str]
) -> list[Compared]:
    differences = [measured.difference(other, base, targets) if other != base else None for other in others]
    chances = adjusted([None if d is None else d.p for d in differences])
    found = []
    for other, difference, p in zip(others, differences, chances, strict=True):
        score = measured.mean(other, targets)
        if score is not None:
            found.append(Compared(other, score, difference, p))
    return sorted(found, key=lambda one: (one.score.mean, one.entry.label))


def adjusted(chances: Sequence[float | None]) -> list[float | None]:
    """Correct chances for how many there are (Holm); unknown ones stay so."""
    found = holm([math.nan if p is None else p for p in chances])
    return [None if math.isnan(p) else p for p in found]


@dataclass(frozen=True, slots=True)
class Tally:
    """Targets that an entry wins, ties and loses against another.

    Args:
        wins: Keys of targets that are shown to be better.
        ties: Where nothing is shown.
        losses: Shown to be worse.
        above: How many have the higher mean, shown or not.
    """

    wins: tuple[str, ...]
    ties: tuple[str, ...]
    losses: tuple[str, ...]
    above: int


def by_target(measured: Measured, first: Entry, second: Entry, targets: Sequence[str]) -> Tally | None:
    """Hold two entries against each other target by target; ``None`` without a common seed.

    The tests are corrected for the number of targets.
    """
    differences = {key: measured.difference(first, second, (key,)) for key in targets}
    known = {key: found for key, found in differences.items() if found is not None}
    if not known:
        return None
    chances = dict(zip(known, adjusted([found.p for found in known.values()]), strict=True))

    def shown(sign: int) -> tuple[str, ...]:
        return tuple(
            key
            for key, found in known.items()
            if (p := chances[key]) is not None and p <= LEVEL and sign * found.mean > 0
        )

    wins, losses = shown(1), shown(-1)
    ties = tuple(key for key in known if key not in (*wins, *losses))
    return Tally(wins, ties, losses, sum(found.mean > 0 for found in known.values()))
