"""Runs with fewer pairs of each language than the corpus has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from realign_core.data.mixing import at_most
from realign_core.runs.workspace.workspace import Workspace


def limit_pairs(workspace: Workspace, languages: Iterable[str], pairs: int | None) -> Workspace:
    """Cut each language's parallel text to a number of pairs, as if the corpus had no more.

    A language gives its first pairs in the one order that :data:`realign_core.support.seeds.DATA_SEED`
    names, so the pairs of a small number are always part of those of a larger number. A language with
    fewer pairs stays as it is. Tokens and linked words stay, too, as they do not depend on the number of
    pairs. A word aligner that learns from the texts has learned from all pairs.

    Args:
        workspace: From :func:`realign_core.runs.workspace.workspace.prepare`.
        languages: Languages that stay.
        pairs: Most pairs of each language, fewer than the recipe's own ``realignment.pairs_per_language``;
            ``None`` cuts nothing.

    Returns:
        A workspace that shares everything else with the given one.
    """
    if pairs is None:
        return workspace
    recipe = workspace.recipe
    change = {"pairs_per_language": pairs, "all_if_fewer": True}
    return replace(
        workspace,
        recipe=recipe.model_copy(update={"realignment": recipe.realignment.model_copy(update=change)}),
        parallel={code: at_most(workspace.parallel[code], pairs) for code in languages},
    )
