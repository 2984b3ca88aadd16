"""Traits of languages as a table: a row a language, a column a trait."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class TraitTable:
    """Numbers about languages.

    Args:
        keys: Languages.
        names: Traits.
        values: Shape (n_languages, n_traits); ``NaN`` where a trait is unknown.

    Raises:
        ValueError: If the shape does not fit, or a language or a trait is there twice.
    """

    keys: tuple[str, ...]
    names: tuple[str, ...]
    values: Matrix

    def __post_init__(self) -> None:
        if self.values.shape != (len(self.keys), len(self.names)):
            raise ValueError(f"{len(self.keys)} × {len(self.names)} traits have shape {self.values.shape}")
        if len(set(self.keys)) < len(self.keys) or len(set(self.names)) < len(self.names):
            raise ValueError("a language or a trait is there twice")

    @classmethod
    def of(cls, keys: Sequence[str], columns: Mapping[str, Sequence[float] | Matrix]) -> TraitTable:
        """Make a table of columns."""
        values = [np.asarray(column, dtype=np.float64) for column in columns.values()]
        stacked = np.stack(values, axis=1) if values else np.empty((len(keys), 0))
        return cls(tuple(keys), tuple(columns), stacked)

    def __getitem__(self, name: str) -> Matrix:
        """A column."""
        return np.asarray(self.values[:, self.names.index(name)])

    def only(self, names: Sequence[str]) -> TraitTable:
        """Keep some traits, in a given order; traits that the table lacks are ignored."""
        places = [self.names.index(name) for name in names if name in self.names]
        return TraitTable(self.keys, tuple(self.names[i] for i in places), self.values[:, places])

    def join(self, other: TraitTable) -> TraitTable:
        """Add the traits of another table; languages that it lacks have none of them.

        Raises:
            ValueError: If both tables have a trait.
        """
        rows = dict(zip(other.keys, other.values, strict=True))
        unknown = np.full(len(other.names), np.nan)
        added = np.array([rows.get(key, unknown) for key in self.keys]).reshape(len(self.keys), -1)
        return TraitTable(self.keys, self.names + other.names, np.concatenate([self.values, added], axis=1))

    def standardised(self) -> TraitTable:
        """Bring every trait to mean 0 and standard deviation 1 over the languages that know it.

        What is unknown becomes 0, the mean: it says nothing, for or against. A trait that is the same for
        all languages says nothing either, and is left out.
        """
        finite = np.isfinite(self.values)
        counts = np.maximum(1, finite.sum(axis=0))
        filled = np.where(finite, self.values, 0.0)
        mean = filled.sum(axis=0) / counts
        centred = np.where(finite, self.values - mean, 0.0)
        sd = np.sqrt((centred**2).sum(axis=0) / counts)
        varies = sd > 1e-9
        names = tuple(name for name, kept in zip(self.names, varies, strict=True) if kept)
        return TraitTable(self.keys, names, centred[:, varies] / sd[varies])

    def to_frame(self) -> pd.DataFrame:
        """As a frame, indexed by language."""
        import pandas as pd

        return pd.DataFrame(self.values, index=pd.Index(self.keys, name="language"), columns=list(self.names))
