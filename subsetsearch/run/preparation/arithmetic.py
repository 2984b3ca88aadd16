"""Number format and attention are chosen once a study: timed by its first process, read by all others."""

from __future__ import annotations

from subsetsearch.config.study import StudyConfig
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.results.provenance.arithmetic import store_kernel, stored_kernel
from subsetsearch.results.trials.stored_study import load_stored


def with_fixed_arithmetic(study: StudyConfig, folder: StudyFolder) -> StudyConfig:
    """Set a study's arithmetic to its stored choice, made and stored now if there is none.

    Call it before anything of the study is computed. Its fingerprint stays the same.

    Args:
        study: The study as its file has it.
        folder: Its folder.

    Raises:
        StudyError: If the file asks for another arithmetic than the stored one, or does not fit the study.
        EncoderError: If the encoder cannot be loaded, which is timed the first time.
    """
    load_stored(study, folder)  # one of an older version takes its present name
    kernel = stored_kernel(study, folder)
    if kernel is None:
        from realign_core.runs.workspace.workspace import recipe_kernel  # torch

        kernel = store_kernel(study, folder, recipe_kernel(study.recipe))
    return study.model_copy(update={"recipe": study.recipe.with_kernel(kernel)})
