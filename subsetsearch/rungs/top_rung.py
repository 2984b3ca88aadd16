"""Where a study's search ends: the rung that its trials are measured by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from subsetsearch.config.rungs import Rung, measuring_rung
from subsetsearch.subset import Subset

if TYPE_CHECKING:
    from subsetsearch.rungs.ladder import Ladder

Scores = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class TopRung:
    """The rung that trials are measured by.

    Args:
        words: Its number, and how results name it.
        scores: Scores a candidate by target key.
        warm: So many trials always climb to it.
        prepare: Makes what all processes of a study share, beyond what rung 1 needs.
    """

    words: Rung
    scores: Callable[[Subset], Scores]
    warm: int
    prepare: Callable[[], object]

    @property
    def number(self) -> int:
        """1, 2 or 3."""
        return self.words.number


def top_rung(ladder: Ladder) -> TopRung:
    """Build the rung that a study's search ends at; nothing is encoded yet."""
    words, proxy = measuring_rung(ladder.study), ladder.study.proxy
    match ladder.study.search.top_rung:
        case 1:
            return TopRung(words, ladder.rung1_scores, 0, lambda: None)
        case 2:
            return TopRung(words, ladder.rung2_scores, proxy.short.warm, lambda: ladder.short)
        case 3:
            return TopRung(words, ladder.rung3_scores, proxy.full.warm, lambda: ladder.dev_runs)
