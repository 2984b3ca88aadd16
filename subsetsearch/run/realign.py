"""The encoder to take home: realigned as a study's full run realigns it, and saved."""

from __future__ import annotations

from pathlib import Path

from realign_core.data.labelled import Split
from realign_core.runs.limits import limit_pairs
from realign_core.runs.task_model import check_task_model
from realign_core.runs.train import TrainedEncoder, train_prepared
from realign_core.runs.workspace import prepare
from realign_core.support.progress import Progress
from subsetsearch.config.study import StudyConfig
from subsetsearch.problem.pool import build_pool, build_targets
from subsetsearch.results.measurement import TEST
from subsetsearch.subset import Subset


def realign_subset(
    study: StudyConfig,
    subset: Subset,
    folder: Path,
    *,
    seed: int,
    task_model: bool = False,
    force: bool = False,
    checkpoints: Path | None = None,
    progress: Progress | None = None,
) -> TrainedEncoder:
    """Realign the study's encoder with a subset and save it, as :func:`realign_core.train` does.

    Args:
        study: The study, its arithmetic fixed (:func:`subsetsearch.run.arithmetic.with_fixed_arithmetic`).
        subset: Members of its pool, at least one.
        folder: Where the encoder is saved; it appears whole or not at all.
        seed: The full run of this seed had these weights, and has this recipe hash.
        task_model: Also fine-tune, and save the task's model in ``task-model``.
        force: Replace an encoder that was saved there before.
        checkpoints: Folder of checkpoints, to go on after an interruption.
        progress: Shows steps.

    Raises:
        RealignError: If there is something in the folder already, data cannot be read, or training fails.
    """
    if task_model:
        check_task_model(study.recipe.task)
    pool, targets = build_pool(study), build_targets(study, TEST)
    languages = pool.corpus_codes(subset.languages)
    texts = {pool.codes[key]: pool.texts[key] for key in subset.languages}
    scored = list(targets.codes.values())  # targets without labels have no code
    splits: tuple[Split, ...] = (TEST,) if scored else ()
    workspace = prepare(study.recipe, texts, targets=scored, splits=splits, parallel=texts)
    return train_prepared(
        limit_pairs(workspace, languages, subset.pairs),
        languages,
        folder,
        seed=seed,
        task_model=task_model,
        force=force,
        checkpoints=checkpoints,
        progress=progress,
    )
