"""How far a study is, read from what is stored of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from subsetsearch.analysis.study.next_runs import next_runs
from subsetsearch.analysis.study.status import StudyStatus, study_status
from subsetsearch.analysis.study.study_results import Known, read_known
from subsetsearch.config import StudyConfig
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.results.provenance.arithmetic import stored_kernel
from subsetsearch.results.tables.study_store import read_full_runs, require_trials


def read_status(config: StudyConfig, folder: StudyFolder) -> StudyStatus:
    """Describe how far a study is; the encoder is not loaded, and corpora are read only after full runs.

    Args:
        config: The study.
        folder: Its folder.

    Raises:
        StudyError: If nothing was run yet, or the stored study does not fit the file.
    """
    evaluations = read_full_runs(config, folder)
    kernel = stored_kernel(config, folder)
    name = kernel.name if kernel else None
    if not evaluations:
        status = study_status(config, require_trials(config, folder), [], kernel=name)
    else:
        known = read_known(config, folder, evaluations)
        status = study_status(config, known.stored, evaluations, known.trust.sentences, name)
        status = replace(status, read=known.read, **_answered(known))
    return replace(status, left_aside=folder.left_aside)


def _answered(known: Known) -> dict[str, Any]:
    """What is recommended, and what more runs are expected to buy."""
    picked, buys = known.front.pick("recommended"), next_runs(known.models, known.candidates)
    return {
        "recommended": f"{picked.row.name}: {picked.reason}",
        "next": buys,
        "small_scale": known.models.small_scale,
    }
