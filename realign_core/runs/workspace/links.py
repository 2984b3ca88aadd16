"""How many words an aligner links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from realign_core.recipe import Recipe
from realign_core.runs.workspace.workspace import aligned_pairs, prepare
from realign_core.support.errors import ConfigError
from realign_core.support.progress import NoProgress, Progress


@dataclass(frozen=True, slots=True)
class LinkCount:
    """How much of a language's text an aligner links.

    Args:
        language: The corpus's code.
        pairs: Sentence pairs.
        links: Links in all.
        source_share: Source words with a link, in [0, 1].
        target_share: Target words with a link, in [0, 1].
    """

    language: str
    pairs: int
    links: int
    source_share: float
    target_share: float


def count_links(
    recipe: Recipe, languages: Sequence[str], progress: Progress | None = None
) -> list[LinkCount]:
    """Align a recipe's pairs and count: all, or those that runs may draw where only these are aligned.

    Raises:
        ConfigError: If the recipe aligns sentences.
        RealignError: If data or encoder cannot be read.
    """
    if not recipe.realignment.word_level:
        raise ConfigError(
            "this recipe aligns sentences, not words",
            where="realignment.aligner",
            fix="--set realignment.aligner.kind=encoder",
        )
    counts: list[LinkCount] = []
    with (progress or NoProgress()).track("languages", len(languages)) as advance:
        for code in languages:
            workspace = prepare(recipe, [code])
            text = aligned_pairs(recipe.realignment, workspace.parallel[code])
            rows = [workspace.links[code, s, t] for s, t in zip(text.source, text.target, strict=True)]
            shares = []
            for side, sentences in enumerate((text.source, text.target)):
                linked = sum(len(np.unique(row[:, side])) for row in rows)
                shares.append(linked / max(1, sum(len(s.split()) for s in sentences)))
            counts.append(LinkCount(code, len(text), sum(map(len, rows)), *shares))
            advance(1)
    return counts
