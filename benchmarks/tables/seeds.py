"""The table of seeds by stage: where the noise of a run comes from, and what more fine-tunings are worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from benchmarks.tables.components import Array
from benchmarks.tables.cost import extra_share
from benchmarks.tables.design import Languages
from benchmarks.tables.load import scores_of
from benchmarks.tables.rows import whole_rows
from benchmarks.tables.tasks import FINETUNING_SEEDS, REALIGNMENT_SEEDS, TableTask
from realign_core.data.labelled import Split

Key = tuple[str, Languages, int, int, int, int]
"""Part, subset, seeds of realignment, draw and fine-tuning, snapshots averaged."""


@dataclass(frozen=True, slots=True)
class SeedTable:
    """Scores by stage's seed.

    Args:
        rows: Key to scores by split and target, in points.
        seconds: Column of times to all its values.
    """

    rows: Mapping[Key, Mapping[Split, Mapping[str, float]]]
    seconds: Mapping[str, tuple[float, ...]]

    def block(self, split: Split, averaged: int = 1) -> Array | None:
        """The largest whole block of the split of variance: subsets, realignments, fine-tunings, targets.

        Returns:
            In points; ``None`` with fewer than two of anything.
        """
        subsets = dict.fromkeys(key[1] for key in self.rows if key[0] == "split")
        best: Array | None = None
        for n in range(2, len(REALIGNMENT_SEEDS) + 1):
            seeds = REALIGNMENT_SEEDS[:n]
            whole = [s for s in subsets if all(self._has("split", s, r, averaged) for r in seeds)]
            if len(whole) < 2 or (best is not None and len(whole) * n <= best.shape[0] * best.shape[1]):
                continue
            best = np.array(
                [
                    [[self._cell(s, r, f, averaged, split) for f in FINETUNING_SEEDS] for r in seeds]
                    for s in whole
                ]
            )
        return best

    def repeated(
        self, split: Split, finetunings: int, averaged: int = 1
    ) -> dict[Languages, dict[int, float]]:
        """Mean over targets of runs that share no seed, each the mean of so many fine-tunings."""
        means: dict[Languages, dict[int, list[float]]] = {}
        for (part, subset, realignment, _, _, k), scores in sorted(self.rows.items(), key=lambda r: r[0]):
            if part == "repeated" and k == averaged:
                of_seed = means.setdefault(subset, {}).setdefault(realignment, [])
                of_seed.append(float(np.mean([*scores[split].values()])))
        return {
            subset: {seed: float(np.mean(values[:finetunings])) for seed, values in by_seed.items()}
            for subset, by_seed in means.items()
        }

    def apart(self, split: Split, *, drawn: bool) -> Array | None:
        """Mean scores of subsets × three seeds of one thing, all else fixed.

        Args:
            split: Development or test data.
            drawn: Other draws of pairs; otherwise other orders of the same pairs.

        Returns:
            In points; ``None`` with fewer than two subsets that have all three.
        """
        first, *others = REALIGNMENT_SEEDS
        rest = (FINETUNING_SEEDS[0], 1)
        rows = []
        for subset in dict.fromkeys(key[1] for key in self.rows if key[0] == "pairs"):
            keys: list[Key] = [("split", subset, first, first, *rest)]
            keys += [("pairs", subset, *((first, o) if drawn else (o, first)), *rest) for o in others]
            if all(key in self.rows for key in keys):
                rows.append([float(np.mean([*self.rows[key][split].values()])) for key in keys])
        return np.array(rows) if len(rows) > 1 else None

    def extra_share(self) -> float | None:
        """What one more fine-tuning and its evaluation cost, as a share of a run with one."""
        if not self.rows:
            return None
        return extra_share({name: float(np.mean(values)) for name, values in self.seconds.items()})

    def _has(self, part: str, subset: Languages, realignment: int, averaged: int) -> bool:
        return all(
            (part, subset, realignment, realignment, f, averaged) in self.rows for f in FINETUNING_SEEDS
        )

    def _cell(
        self, subset: Languages, realignment: int, finetuning: int, averaged: int, split: Split
    ) -> list[float]:
        return [*self.rows["split", subset, realignment, realignment, finetuning, averaged][split].values()]


def read_seeds(task: TableTask) -> SeedTable:
    """Read a task's table of seeds, as far as it is filled."""
    rows = whole_rows(task.split_path)
    scores: dict[Key, Mapping[Split, Mapping[str, float]]] = {}
    for row in rows:
        key = (
            row["part"],
            tuple(row["languages"].split()),
            *(int(row[name]) for name in ("realignment", "drawn", "finetuning", "averaged")),
        )
        scores[key] = {s: {t: 100 * v for t, v in by.items()} for s, by in scores_of(row).items()}  # type: ignore[index]
    names = [name for name in rows[0] if name.startswith("seconds_")] if rows else []
    return SeedTable(scores, {name: tuple(float(row[name]) for row in rows) for name in names})
