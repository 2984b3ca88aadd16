"""The encoder to take home: realigned as a study's full run realigns it, and saved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from realign_core.data.labelled import Split
from realign_core.runs.dry_run.checks import require_checked
from realign_core.runs.dry_run.subject import Subject
from realign_core.runs.saved.options import TrainOptions
from realign_core.runs.saved.train import check_request, train_with
from realign_core.runs.saved.trained import TrainedEncoder
from realign_core.runs.workspace.limits import limit_pairs
from realign_core.runs.workspace.workspace import Workspace, prepare
from realign_core.support.progress import Progress
from subsetsearch.analysis.front.choice import Choice
from subsetsearch.config.study import StudyConfig
from subsetsearch.errors import ConfigError, SelectionError
from subsetsearch.problem.pool import Pool, build_pool, build_targets
from subsetsearch.problem.problem import Problem
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.results.measurements.measurement import DEV, TEST, Measurement
from subsetsearch.run.full_runs.card import card_notes
from subsetsearch.run.full_runs.chosen import subsets_by_name
from subsetsearch.run.preparation.material import refuse_differences
from subsetsearch.subset import Subset


def realign_subset(
    study: StudyConfig,
    subset: Subset,
    folder: Path,
    options: TrainOptions,
    *,
    reason: str = "",
    runs: Sequence[Measurement] = (),
    results: StudyFolder | None = None,
    progress: Progress | None = None,
) -> TrainedEncoder:
    """Realign the study's encoder with a subset and save it, as :func:`realign_core.train` does.

    Several seeds are chosen from by the development data of the searched targets alone.

    Args:
        study: The study, its arithmetic fixed
            (:func:`subsetsearch.run.preparation.arithmetic.with_fixed_arithmetic`).
        subset: Members of its pool.
        folder: Where the encoder is saved; it appears whole or not at all.
        options: The full run of their seed had these weights, and has this recipe hash.
        reason: Why a rule chose the subset, for the model card.
        runs: The study's full runs on test data, likewise.
        results: The study's own folder: the data must be those of its first run.
        progress: Shows steps.

    Raises:
        SelectionError: If the subset is empty, so that there is nothing to realign.
        RealignError: If there is something in the folder already, data cannot be read, or training fails.
    """
    if not subset.languages and not options.task_model:
        raise SelectionError(
            f"there is nothing to realign{': ' if reason else ''}{reason}",
            fix=f"use the encoder as it is ('{study.recipe.encoder.name}'), fine-tune it as it is "
            "(--task-model), or take another subset, such as --pick best",
        )
    check_request(study.recipe, subset.languages, folder, options)
    pool = build_pool(study)
    if results is not None:
        refuse_differences(study, pool, results)
    languages = pool.corpus_codes(subset.languages)

    def prepare_for(split: Split | None) -> Workspace:
        workspace = _prepare(study, pool, subset, DEV if split == DEV else TEST, progress)
        return limit_pairs(workspace, languages, subset.pairs)

    notes = card_notes(study, pool, build_targets(study, TEST), subset, reason, runs)
    return train_with(study.recipe, prepare_for, languages, folder, options, notes=notes, progress=progress)


def chosen_subset(
    study: StudyConfig,
    choice: str | Choice | Subset | Sequence[str],
    pairs: int | None,
    *,
    pick: Callable[[str], Choice],
) -> tuple[Subset, str]:
    """Find the subset that is meant, and why it was chosen.

    Args:
        study: The study.
        choice: A rule of choice, what a rule gave, a subset, or a list of languages.
        pairs: With a list of languages: each gives at most so many pairs.
        pick: Applies a rule of choice.

    Returns:
        The subset, and the rule's reason; an empty one, if it was named by hand.

    Raises:
        ConfigError: If the choice is none of these.
    """
    by_name = not isinstance(choice, str) and isinstance(choice, Sequence)
    if pairs is not None and not by_name:
        raise ConfigError("has no effect without a list of languages", where="pairs", fix="leave it out")
    if isinstance(choice, Subset):
        return choice, ""
    if not isinstance(choice, str) and isinstance(choice, Sequence):
        return subsets_by_name(Problem.build(study), languages=choice, pairs=pairs)[0], ""
    picked = pick(choice) if isinstance(choice, str) else choice
    if not isinstance(picked, Choice):
        raise ConfigError(
            f"{picked!r} is no choice",
            where="choice",
            fix="give a rule, what pick() gave, a Subset or a list of languages",
        )
    return picked.row.subset, picked.reason


def _prepare(
    study: StudyConfig, pool: Pool, subset: Subset, split: Split, progress: Progress | None
) -> Workspace:
    """Prepare what a full run needs: on test data with held-out targets, on development data without."""
    targets = build_targets(study, split)
    texts = {pool.codes[key]: pool.texts[key] for key in subset.languages}
    keys = targets.codes if split == TEST else targets.searched
    scored = [targets.codes[key] for key in keys]  # targets without labels have no code
    splits = (split,) if scored else ()
    require_checked(Subject(study.recipe, list(texts), {split: scored} if scored else {}, texts))
    return prepare(study.recipe, texts, targets=scored, splits=splits, parallel=texts, progress=progress)
