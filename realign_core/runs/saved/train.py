"""Realign an encoder and keep it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from realign_core.data.labelled import Split
from realign_core.recipe import Recipe
from realign_core.runs.running.run import check_prepared, environment, result_hash
from realign_core.runs.saved.card import CardNotes
from realign_core.runs.saved.options import TrainOptions
from realign_core.runs.saved.saving import MARKER, save_trained
from realign_core.runs.saved.seed_choice import DEV, SeedChoice, choose_weights
from realign_core.runs.saved.task_model import check_class, check_task_model
from realign_core.runs.saved.trained import TrainedEncoder
from realign_core.runs.saved.weights import train_weights
from realign_core.runs.workspace.workspace import Workspace, prepare
from realign_core.support.files.disk import require_space
from realign_core.support.files.writing import check_replaceable, replacing_folder
from realign_core.support.progress import Progress
from realign_core.training.distributed import replicas

TEST: Split = "test"


def train(  # noqa: PLR0913 (the options of a front door are its parameters)
    recipe: Recipe,
    languages: Iterable[str],
    folder: Path | str,
    *,
    seed: int = 17,
    seeds: Sequence[int] = (),
    average: bool = False,
    head_seed: int | None = None,
    targets: Sequence[str] | None = None,
    task_model: bool = False,
    force: bool = False,
    checkpoints: Path | str | None = None,
    progress: Progress | None = None,
) -> TrainedEncoder:
    """Realign an encoder with ``languages`` and save it, whole vocabulary and tokenizer included.

    ``AutoModel``, ``AutoTokenizer`` and ``SentenceTransformer`` load the folder offline.

    It has the weights that :func:`realign_core.run` with this seed measured: for ``strategy = "before"``
    those between realignment and fine-tuning, for the other strategies those at the end. The folder also
    holds a model card and the recipe that makes the same weights again.

    Args:
        recipe: Encoder, data, schedules.
        languages: Realignment languages by the corpus's codes, at least one.
        folder: Where it is saved; it appears whole or not at all.
        seed: Names all orders, and the head's start.
        seeds: Several instead: each is trained and measured on development data, and the best is kept. Test
            labels are not read.
        average: With several seeds: average their weights as well, and keep these if development data say
            that they are better than every seed.
        head_seed: Names the head's start alone; that of the seed, if left out, and of the first one where
            weights are averaged.
        targets: Target languages by the task's codes; all but the source language, if left out.
        task_model: Also fine-tune, and save the model of the task in the subfolder ``task-model``.
        force: Replace an encoder that was saved there before.
        checkpoints: Folder of checkpoints: an interrupted training goes on from its last one.
        progress: Shows steps.

    Raises:
        RealignError: If there is something in the folder already, data or encoder cannot be read, or
            training fails.

    Example:
        >>> train(Recipe(), ["sw", "te"], "realigned", seed=17)  # doctest: +SKIP
        TrainedEncoder('realigned', realigned with sw te, seed 17)
    """
    chosen = tuple(sorted(set(languages)))
    options = TrainOptions(
        seed=seed,
        seeds=tuple(seeds),
        average=average,
        head_seed=head_seed,
        task_model=task_model,
        force=force,
        checkpoints=None if checkpoints is None else Path(checkpoints),
    )

    def prepare_for(split: Split | None) -> Workspace:
        splits = () if split is None or targets == () else (split,)
        return prepare(recipe, chosen, targets=targets, splits=splits, progress=progress)

    return train_with(recipe, prepare_for, chosen, Path(folder), options, progress=progress)


def train_with(
    recipe: Recipe,
    prepare_for: Callable[[Split | None], Workspace],
    languages: Sequence[str],
    folder: Path,
    options: TrainOptions,
    *,
    notes: CardNotes | None = None,
    progress: Progress | None = None,
) -> TrainedEncoder:
    """Train as :func:`train`, in workspaces of the caller.

    Args:
        recipe: Theirs.
        prepare_for: Makes a workspace with the part of the evaluation data that is named, if any: ``dev`` to
            choose among seeds; ``test`` where the encoder is kept after fine-tuning, which decays every
            embedding row in use, those of evaluation data too.
        languages: Realignment languages, sorted.
        folder: Where the encoder is saved.
        options: The rest.
        notes: What the caller knows beyond the training, for the model card.
        progress: Shows steps.

    Raises:
        RealignError: As :func:`train`.
    """
    check_request(recipe, languages, folder, options)
    choice, weights = None, None
    if options.seeds:
        dev = _checked(prepare_for(DEV), languages, folder, options)
        choice, weights = choose_weights(dev, languages, options, progress=progress)
        options = _settled(options, choice, averaged=weights is not None)
    if weights is None:
        workspace = prepare_for(TEST if options.finetunes(recipe) else None)
        weights = train_weights(
            _checked(workspace, languages, folder, options),
            languages,
            options.seed,
            finetuned=options.finetunes(recipe),
            head_seed=options.head_seed,
            checkpoints=options.checkpoints,
            progress=progress,
        )
    trained = TrainedEncoder(
        folder=folder,
        languages=tuple(languages),
        seed=options.seed,
        pairs=weights.pairs,
        recipe_hash=result_hash(weights.workspace, languages),
        losses=weights.losses,
        environment=environment(weights.workspace),
        pairs_by_language=weights.pairs_by_language,
        choice=choice,
    )
    if replicas().first:
        with replacing_folder(folder, force=options.force, marker=MARKER) as draft:
            save_trained(weights, trained, options, notes or CardNotes(), draft)
    if weights.store is not None:
        weights.store.clear()
    return trained


def check_request(recipe: Recipe, languages: Collection[str], folder: Path, options: TrainOptions) -> None:
    """Refuse, before any work, what could not be trained or saved.

    Raises:
        ConfigError: If there is something in the folder, nothing is trained, or a task has no model to save.
    """
    check_replaceable(folder, force=options.force, marker=MARKER)
    options.check(recipe, languages)
    if options.task_model:
        check_task_model(recipe.task)


def _settled(options: TrainOptions, choice: SeedChoice, *, averaged: bool) -> TrainOptions:
    """Name the seed that was chosen, and the head's that all candidates had."""
    if averaged:
        return replace(options, seed=options.seeds[0])
    common = options.seeds[0] if options.average else None
    head_seed = common if options.head_seed is None else options.head_seed
    return replace(options, seed=choice.best_seed, head_seed=head_seed)


def _checked(
    workspace: Workspace, languages: Sequence[str], folder: Path, options: TrainOptions
) -> Workspace:
    check_prepared(workspace, languages)
    model = workspace.encoder.model
    parameters = model.num_parameters() + model.config.vocab_size * workspace.width
    require_space(folder, 4.0 * parameters * (2 if options.task_model else 1), "the encoder")
    if options.task_model:
        head, labels = workspace.head(options.seed), workspace.task.labels
        check_class(workspace.recipe.task.kind, workspace.encoder.model, head, labels)
    return workspace
