"""The stored study: opened, created, and checked against its study file."""

from __future__ import annotations

from importlib.metadata import version

import optuna

from subsetsearch.config.rungs import SHORT, measuring_rung
from subsetsearch.config.study import StudyConfig
from subsetsearch.errors import StudyError
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.results.trials.ending import Ending, endings, stored_name
from subsetsearch.results.trials.kept_studies import require_ours
from subsetsearch.results.trials.study_fits import SCHEMA, check_fits
from subsetsearch.results.trials.trial_writer import count_complete
from subsetsearch.results.trials.worker_storage import experimental, open_storage


def create_or_open(
    study: StudyConfig, folder: StudyFolder, sampler: optuna.samplers.BaseSampler
) -> optuna.Study:
    """Open the stored study, or create it.

    Raises:
        StudyError: If it was stored from a different study file, by a newer program or by another one.
            The database is not touched then.
    """
    stored = load_stored(study, folder, sampler=sampler)
    if stored is not None and "version" in stored.user_attrs:
        settings = study.model_dump(mode="json")
        if stored.user_attrs.get("config") != settings:  # what may change between runs did
            stored.set_user_attr("config", settings)
        return stored
    created = optuna.create_study(
        study_name=stored_name(study),
        storage=open_storage(folder),
        sampler=sampler,
        directions=["minimize", "maximize"],
        load_if_exists=True,
    )
    with experimental():
        created.set_metric_names(_metrics(study))
    created.set_user_attr("schema", SCHEMA if study.search.pairs_per_language else 1)
    created.set_user_attr("fingerprint", study.fingerprint())
    created.set_user_attr("config", study.model_dump(mode="json"))
    created.set_user_attr("version", version("subsetsearch"))
    return created


def load_stored(
    study: StudyConfig,
    folder: StudyFolder,
    *,
    sampler: optuna.samplers.BaseSampler | None = None,
) -> optuna.Study | None:
    """Open the stored study if there is one; nothing is created.

    Raises:
        StudyError: If it was stored from a different study file or by a newer program.
    """
    if not folder.has_database:
        return None
    require_ours(study, folder)
    storage = open_storage(folder)
    if stored_name(study) not in {s.study_name for s in storage.get_all_studies()}:
        return None
    stored = optuna.load_study(study_name=stored_name(study), storage=storage, sampler=sampler)
    if not check_fits(study, stored.user_attrs, folder):
        stored.set_user_attr("fingerprint", study.fingerprint())
    return stored


def require_stored(study: StudyConfig, folder: StudyFolder) -> optuna.Study:
    """Open the stored study.

    Raises:
        StudyError: If there is none, or it does not fit the study file.
    """
    stored = load_stored(study, folder)
    if stored is not None:
        return stored
    others = other_searches(study, folder)
    if others:
        ending = min(others)
        raise StudyError(
            f"no trial of the study '{study.name}' ends at {Ending.of(study)} yet, "
            f"but {others[ending]} end at {ending}",
            where="search.top_rung" if ending.rung != study.search.top_rung else "proxy.full.scale",
            fix=f"{ending.options} reads those; subsetsearch run STUDY makes others beside them",
        )
    raise StudyError(
        f"the study '{study.name}' has no results yet",
        where=folder.path,
        fix="subsetsearch run STUDY makes them",
    )


def other_searches(study: StudyConfig, folder: StudyFolder) -> dict[Ending, int]:
    """Count the finished trials of a study whose search ended otherwise; nothing is created.

    Returns:
        Ending to number of trials, 1 or more.

    Raises:
        StudyError: If the database cannot be opened.
    """
    if not folder.has_database:
        return {}
    require_ours(study, folder)
    storage = open_storage(folder)
    attributes = {stored.study_name: stored.user_attrs for stored in storage.get_all_studies()}
    counts = {}
    for name, ending in endings(study, attributes).items():
        if name in attributes and name != stored_name(study):
            counts[ending] = count_complete(optuna.load_study(study_name=name, storage=storage))
    return {ending: count for ending, count in sorted(counts.items()) if count}


def _metrics(study: StudyConfig) -> list[str]:
    """Name a trial's two values for Optuna's dashboard."""
    rung = measuring_rung(study)
    return ["data cost", "proxy accuracy" if rung is SHORT else rung.column]
