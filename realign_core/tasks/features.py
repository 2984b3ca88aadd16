"""Examples as token ids with the units that a task classifies.

Every task classifies *units*: a whole text is one unit (the mean of its tokens, or the first one), a
tagged sentence has one unit a word (its first sub-token).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from realign_core.support.arrays import Int


@dataclass(frozen=True, slots=True)
class Features:
    """Tokenised examples.

    Args:
        ids: Token ids, one array an example, special tokens included.
        labels: Label numbers of the units, one array an example; empty for plain text.
        positions: Token position of each unit, one array an example; ``None`` where the
            unit is the mean of the whole text.
        references: What scoring needs beside labels, one object an example; ``None`` where it
            needs nothing.
    """

    ids: tuple[Int, ...]
    labels: tuple[Int, ...]
    positions: tuple[Int, ...] | None = None
    references: tuple[Any, ...] | None = None

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def lengths(self) -> Int:
        """Tokens of each example, shape (n,)."""
        return np.array([len(ids) for ids in self.ids], dtype=np.int64)

    @property
    def n_tokens(self) -> int:
        """Tokens of all examples."""
        return int(self.lengths.sum())

    def unit_labels(self) -> Int:
        """Labels of all units, examples in order: shape (n_units,)."""
        return np.concatenate([*self.labels, np.empty(0, dtype=np.int64)])

    def subset(self, indices: Sequence[int] | Int) -> Features:
        """Keep some examples, in the order given."""
        picked = [int(i) for i in indices]
        return Features(
            tuple(self.ids[i] for i in picked),
            tuple(self.labels[i] for i in picked),
            None if self.positions is None else tuple(self.positions[i] for i in picked),
            None if self.references is None else tuple(self.references[i] for i in picked),
        )
