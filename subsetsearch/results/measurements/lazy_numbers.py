"""Numbers by name that are made when they are first asked for: of many measurements, most never are."""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterator, KeysView, Mapping, ValuesView


class Lazily(Mapping[str, float]):
    """A mapping that is made once, when something is asked of it.

    Args:
        make: Makes it.
        some: It is known that something is in it.
    """

    __slots__ = ("_made", "_make", "_some")

    def __init__(self, make: Callable[[], dict[str, float]], *, some: bool = False) -> None:
        self._some = some
        self._make: Callable[[], dict[str, float]] | None = make
        self._made: dict[str, float] = {}

    @property
    def _all(self) -> dict[str, float]:
        if self._make is not None:
            self._made, self._make = self._make(), None
        return self._made

    def __getitem__(self, key: str) -> float:
        return self._made[key] if self._make is None else self._all[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __bool__(self) -> bool:
        return self._some or bool(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def __contains__(self, key: object) -> bool:
        return key in self._all

    def __repr__(self) -> str:
        return repr(self._all)

    def __reduce__(self) -> tuple[type[dict[str, float]], tuple[dict[str, float]]]:
        return dict, (self._all,)

    def keys(self) -> KeysView[str]:
        """Names."""
        return self._all.keys()

    def items(self) -> ItemsView[str, float]:
        """Names and numbers."""
        return self._all.items()

    def values(self) -> ValuesView[float]:
        """Numbers."""
        return self._all.values()
