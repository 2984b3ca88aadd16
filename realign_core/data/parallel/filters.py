"""Which pairs of a corpus are kept, and how many were not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from pydantic import Field

from realign_core.data.examples import ParallelText
from realign_core.support.files.content import damage, lettered, visible
from realign_core.support.settings.config import Config


class PairFilters(Config):
    """Rules that a sentence pair must pass; each pair is counted under the first it breaks.

    The order is: ``damaged`` (a NUL, a byte-order mark inside or half a surrogate pair; always left out),
    ``empty``, ``letterless``, ``identical``, ``long``, ``ratio``, ``duplicate``.

    Args:
        drop_empty: Leave out pairs with a side that has no visible character, or is ``nan`` (a missing cell).
        drop_letterless: Leave out pairs with a side that has no letter: a lone number or full stop. Recipes
            do so unless they say otherwise; with a ``preset`` such pairs are kept and counted.
        drop_identical: Leave out pairs whose sides are equal but for case and outer spaces
            (not translated).
        drop_duplicates: Leave out a pair that occurred before.
        max_chars: Longest side allowed, in characters.
        max_words: Longest side allowed, in words between spaces.
        max_ratio: Longest side's characters over the shortest side's, at most.
    """

    drop_empty: bool = True
    drop_letterless: bool = False
    drop_identical: bool = True
    drop_duplicates: bool = True
    max_chars: int | None = Field(default=None, ge=1)
    max_words: int | None = Field(default=None, ge=1)
    max_ratio: float | None = Field(default=None, ge=1.0)

    def apply(
        self, language: str, pairs: Iterable[tuple[str, str]], dropped: Mapping[str, int] | None = None
    ) -> ParallelText:
        """Filter pairs into a :class:`ParallelText`.

        Args:
            language: The corpus's code of the target side.
            pairs: ``(source, target)`` texts; outer spaces are stripped.
            dropped: Counts of what a reader left out, which it may go on counting; taken over.
        """
        counts = Counter[str]()
        seen: set[tuple[str, str]] = set()
        kept: list[tuple[str, str]] = []
        for raw_source, raw_target in pairs:
            pair = (raw_source.strip(), raw_target.strip())
            reason = self.reason(*pair)
            if reason is None and self.drop_duplicates and pair in seen:
                reason = "duplicate"
            if reason is not None:
                counts[reason] += 1
                continue
            seen.add(pair)
            kept.append(pair)
        counts.update(dropped or {})
        return ParallelText(
            language, tuple(source for source, _ in kept), tuple(target for _, target in kept), counts
        )

    def reason(self, source: str, target: str) -> str | None:
        """Name the first rule that a pair breaks, None if it breaks none (duplicates apart)."""
        shortest, longest = sorted((len(source), len(target)))
        words = 0 if self.max_words is None else max(len(source.split()), len(target.split()))
        rules = (
            ("damaged", damage(source) or damage(target)),
            ("empty", self.drop_empty and not (_is_text(source) and _is_text(target))),
            ("letterless", self.drop_letterless and not (lettered(source) and lettered(target))),
            ("identical", self.drop_identical and source.casefold() == target.casefold()),
            ("long", self.max_chars is not None and longest > self.max_chars),
            ("long", self.max_words is not None and words > self.max_words),
            ("ratio", self.max_ratio is not None and longest > self.max_ratio * shortest),
        )
        return next((name for name, broken in rules if broken), None)


def _is_text(side: str) -> bool:
    """Whether a side can be seen and is not the ``nan`` of a missing cell; lone signs are letterless."""
    return visible(side) and side.lower() != "nan"
