"""Which languages a recipe's corpora have."""

from __future__ import annotations

import logging

from realign_core.data.labelled import Split
from realign_core.recipe import Recipe
from realign_core.support.errors import RealignError

logger = logging.getLogger(__name__)

_SPLITS: tuple[Split, ...] = ("dev", "test")


def corpus_languages(recipe: Recipe) -> dict[str, tuple[str, ...]]:
    """List the languages of a recipe's corpora by their own codes.

    Returns:
        ``parallel``, ``dev`` and ``test``; a split that cannot be read has none, and the log says why.

    Raises:
        RealignError: If the parallel corpus cannot be read.

    Example:
        >>> corpus_languages(Recipe())["parallel"]  # doctest: +SKIP
    """
    languages = {"parallel": tuple(recipe.parallel.languages())}
    for split in _SPLITS:
        try:
            languages[split] = tuple(recipe.task.evaluated.languages(split))
        except RealignError as error:
            logger.warning("no %s languages: %s", split, error)
            languages[split] = ()
    return languages
