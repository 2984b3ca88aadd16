"""The arithmetic of a study: stored once in its database, whichever process or machine comes first."""

from __future__ import annotations

from realign_core.encoder.kernel import Kernel
from subsetsearch.config.study import StudyConfig
from subsetsearch.errors import StudyError
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.results.measurements.store import MeasurementStore
from subsetsearch.results.trials.kept_studies import require_ours


def stored_kernel(study: StudyConfig, folder: StudyFolder) -> Kernel | None:
    """Read what a study computes with, if that is settled.

    Raises:
        StudyError: If the database cannot be opened, or the study file asks for another kernel.
    """
    require_ours(study, folder)
    name = MeasurementStore(folder.database).fact(_fact(study))
    if name is None:
        return None
    kernel = Kernel.parse(name)
    for key, value in (("precision", kernel.precision), ("attention", kernel.attention)):
        setting = getattr(study.recipe.compute, key)
        if setting not in ("auto", value):
            raise StudyError(
                f"the stored study computes with {value}, not {setting}: numbers of both are never mixed",
                where=f"recipe.compute.{key}",
                fix=f"write {value} or leave the key out; another --dir or --storage begins anew",
            )
    return kernel


def store_kernel(study: StudyConfig, folder: StudyFolder, kernel: Kernel) -> Kernel:
    """Settle what a study computes with; of several processes the first one does.

    Returns:
        The stored kernel, which may be another process's.

    Raises:
        StudyError: As :func:`stored_kernel`.
    """
    require_ours(study, folder)
    MeasurementStore(folder.database).keep_fact(_fact(study), kernel.name)
    return stored_kernel(study, folder) or kernel


def _fact(study: StudyConfig) -> str:
    return f"kernel of {study.fingerprint()}"
