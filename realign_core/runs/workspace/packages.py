"""Packages of an extra that a run needs late: asked for before it begins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from realign_core.align.eflomal import EflomalAligner
from realign_core.recipe import Recipe, TaskKind
from realign_core.support.errors import MissingExtraError
from realign_core.support.program.extras import require


def missing_packages(recipe: Recipe, languages: Sequence[str]) -> Iterator[MissingExtraError]:
    """Find packages that are needed and not installed; readers ask for their own when they read.

    Args:
        recipe: The recipe.
        languages: Realignment languages.
    """
    needed = []
    if recipe.task.kind is TaskKind.NER:
        needed.append(("seqeval.metrics", "ner", "score named entities"))
    if isinstance(recipe.realignment.aligner, EflomalAligner) and languages:
        needed.append(("eflomal", "align", "align words with eflomal"))
    for module, extra, purpose in needed:
        try:
            require(module, extra=extra, purpose=purpose)
        except MissingExtraError as error:
            yield error
