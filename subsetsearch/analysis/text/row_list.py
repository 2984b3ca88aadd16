"""Results that are sequences of rows, with more to say about the whole."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import TypeVar, overload

Row_co = TypeVar("Row_co", covariant=True)


class Rows(Sequence[Row_co]):
    """A sequence of the rows that a result holds."""

    @property
    @abstractmethod
    def _held(self) -> tuple[Row_co, ...]:
        """The rows."""

    @overload
    def __getitem__(self, index: int) -> Row_co: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Row_co, ...]: ...
    def __getitem__(self, index: int | slice) -> Row_co | tuple[Row_co, ...]:
        return self._held[index]

    def __len__(self) -> int:
        return len(self._held)

    def __iter__(self) -> Iterator[Row_co]:
        return iter(self._held)
