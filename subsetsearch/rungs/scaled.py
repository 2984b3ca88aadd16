"""A small-scale copy of a recipe: what a search runs on development data where a whole run takes hours.

Realignment takes a share of its steps. The task is learnt from the same share of its training examples, in
as many epochs, but in at least as many steps as a new head needs. Languages, pairs, learning rates, frozen
layers and development data stay as they are: a copy should rank subsets as whole runs do, and scores of
fewer examples would be coarser.
"""

from __future__ import annotations

import math
from dataclasses import replace

from realign_core.recipe import Recipe
from realign_core.runs.workspace.workspace import Workspace
from realign_core.support.files.keys import content_key
from realign_core.support.seeds import sample_indices

FEWEST_STEPS = 40
"""Fewest steps of fine-tuning, if a recipe has as many; ten do not learn the task (``benchmarks/scaled``)."""


def scaled_recipe(recipe: Recipe, scale: float) -> Recipe:
    """Cut the steps of realignment.

    Args:
        recipe: Of whole runs.
        scale: Share of it, above 0 and at most 1.
    """
    if scale == 1:
        return recipe
    steps = math.ceil(recipe.realignment.steps * scale)
    return recipe.model_copy(update={"realignment": recipe.realignment.model_copy(update={"steps": steps})})


def scaled(workspace: Workspace, scale: float) -> Workspace:
    """Cut a workspace's recipe and training examples.

    Args:
        workspace: Of whole runs.
        scale: Share of it, above 0 and at most 1.

    Returns:
        A workspace whose runs have other hashes; with 1 the same one.
    """
    if scale == 1:
        return workspace
    train, config = workspace.train, workspace.recipe.finetuning
    n_train = max(math.ceil(len(train) * scale), math.ceil(FEWEST_STEPS * config.batch_size / config.epochs))
    return replace(
        workspace,
        recipe=scaled_recipe(workspace.recipe, scale),
        train=train.subset(sample_indices(len(train), n_train, "train")),
        fingerprint=content_key([workspace.fingerprint, "scale", scale]),
    )
