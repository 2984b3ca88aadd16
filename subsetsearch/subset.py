"""What a trial is: a set of languages, and how many sentence pairs each of them gives at most."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Subset:
    """A set of languages with the most pairs that each gives.

    Args:
        languages: Language keys.
        pairs: Each language gives so many of its pairs, the first ones in a fixed order, or all if it
            has fewer; ``None`` where nothing is cut. :meth:`subsetsearch.problem.pairs.PairChoices.canonical`
            writes a number that cuts nothing as ``None``, so that equal data are equal subsets.
    """

    languages: frozenset[str]
    pairs: int | None = None

    @property
    def name(self) -> str:
        """Languages and pairs as messages name them."""
        return with_pairs(" ".join(sorted(self.languages)) or "no realignment", self.pairs)

    @property
    def order(self) -> tuple[int, list[str], float]:
        """Sorting key: by size, then by name, then by pairs."""
        pairs = float("inf") if self.pairs is None else float(self.pairs)
        return len(self.languages), sorted(self.languages), pairs


NONE = Subset(frozenset())
"""No realignment."""


def with_pairs(name: str, pairs: int | None) -> str:
    """Add the pairs of each language to a name: ``swh_Latn yor_Latn, 300 pairs each``.

    Args:
        name: Of the languages.
        pairs: Of each language; ``None`` adds nothing.
    """
    return name if pairs is None else f"{name}, {pairs:,} pairs each"
