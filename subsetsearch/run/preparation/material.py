"""Whether a study goes on with the data and encoder that it began with; what is of others is left aside."""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from realign_core.align import WordAligner
from realign_core.data.labelled import Split
from realign_core.encoder.config import EncoderConfig
from realign_core.encoder.content import encoder_content, hash_files
from realign_core.runs.dry_run.checks import DATA_CHECKS, Check, require_checked
from realign_core.runs.dry_run.subject import Subject
from realign_core.support.files.writing import write_json
from subsetsearch.analysis.study.overview import studies
from subsetsearch.config.study import StudyConfig
from subsetsearch.errors import RealignError, StudyError, count, some
from subsetsearch.problem.pool import Pool, build_targets
from subsetsearch.problem.problem import Problem
from subsetsearch.results.database.connect import close_whole
from subsetsearch.results.database.study_folder import LEFT_ASIDE, StudyFolder
from subsetsearch.results.measurements.measurement import DEV, TEST
from subsetsearch.results.measurements.store import MeasurementStore
from subsetsearch.results.provenance.material import (
    Contents,
    Material,
    differences,
    record_material,
    recorded_material,
)
from subsetsearch.results.tables.study_store import open_store
from subsetsearch.results.trials.stored_study import load_stored
from subsetsearch.results.trials.trial_writer import count_complete

logger = logging.getLogger(__name__)

_LABELLED = {"train": "training data", DEV: "development data", TEST: "test data"}
_SHOWN = 4
_FILES = ("study.db", "evaluations.csv", "evaluations-dev.csv", "proxies.csv")
"""What was measured; caches are named by what is in them."""


def read_material(study: StudyConfig, pool: Pool, subject: Subject | None = None) -> Material:
    """Fingerprint what a study reads.

    Args:
        study: The study.
        pool: Its pool, with the parallel text.
        subject: Its labelled data, checked; without one they are left out.

    Raises:
        EncoderError: If a file of the encoder is not whole.
    """
    material: dict[str, Contents] = {
        "parallel text": {key: (len(text), text.fingerprint()) for key, text in pool.texts.items()},
    }
    if encoder := encoder_contents(study.recipe.encoder):
        material["encoder"] = {part: (0, key) for part, key in encoder.items()}
    if pool.held_out:
        material["pairs set aside"] = {
            k: (len(text), text.fingerprint()) for k, text in pool.held_out.items()
        }
    if study.cost.prices is not None:
        material["prices"] = {"prices": (0, hash_files([study.cost.prices]))}
    if links := _aligner_files(study, pool):
        material["aligner files"] = links
    if subject is not None:
        for split, prints in subject.prints.items():
            sizes = subject.counts[split]
            material[_LABELLED[split]] = {code: (sizes[code], key) for code, key in prints.items()}
    return material


def _aligner_files(study: StudyConfig, pool: Pool) -> dict[str, tuple[int, str]]:
    """Name dictionaries and links of the pool's languages by their content; none where they are computed."""
    aligner = study.recipe.realignment.aligner
    if not isinstance(aligner, WordAligner):
        return {}
    files = {key: aligner.files(code) for key, code in pool.codes.items()}
    return {
        key: (0, hash_files(paths))
        for key, paths in files.items()
        if paths and all(path.is_file() for path in paths)
    }


def encoder_contents(config: EncoderConfig) -> dict[str, str]:
    """Name an encoder's weights and tokenizer by their content; nothing where it is not there to be read."""
    from realign_core.encoder.load import encoder_files  # torch

    try:
        config.require_folder()
        find = encoder_files(config)
        return encoder_content(find)
    except OSError:  # the hub does not know it
        return {}


def require_same_material(problem: Problem, folder: StudyFolder, subject: Subject) -> None:
    """Check that data and encoder are those of the study's first run; record them, if this is it.

    Args:
        problem: The study.
        folder: Its folder.
        subject: What the work needs, checked.

    Raises:
        StudyError: If something differs; nothing is written then.
    """
    study, store = problem.config, open_store(problem.config, folder)
    before, now = recorded_material(study, store), read_material(study, problem.pool, subject)
    _refuse(study, before, now)
    runs = [run for run in store.read(study.fingerprint()) if run.origin != "imported"]
    if not before and (runs or count_complete(load_stored(study, folder))):
        pairs = sum(size for size, _ in now["parallel text"].values())
        logger.warning(
            "the version that began this study did not record its data: they are taken to be those of now "
            "(%s, %s); from here on a change of data or encoder is refused",
            count(len(now["parallel text"]), "language"),
            count(pairs, "sentence pair"),
        )
    record_material(study, store, {kind: contents for kind, contents in now.items() if kind not in before})
    _refuse(study, recorded_material(study, store), now)  # another process may have been faster


def refuse_differences(
    study: StudyConfig, pool: Pool, folder: StudyFolder, subject: Subject | None = None
) -> None:
    """Refuse data, or an encoder, that are not those of the study's first run; nothing is written.

    Args:
        study: The study.
        pool: Its pool.
        folder: Its folder.
        subject: Its labelled data, checked.

    Raises:
        StudyError: If something differs.
    """
    if folder.has_database:
        before = recorded_material(study, MeasurementStore(folder.database))
        _refuse(study, before, read_material(study, pool, subject) if before else {})


def _refuse(study: StudyConfig, before: Material, now: Material) -> None:
    if changes := differences(before, now):
        raise StudyError(
            f"the data are no longer those of its first run: {some(changes, _SHOWN)}",
            where=f"the study '{study.name}'",
            fix="take the change back, give the study file a new name, or leave what was measured so far "
            "aside: subsetsearch run STUDY --new-data",
        )


def check_material(problem: Problem, folder: StudyFolder, subject: Subject) -> Iterator[RealignError]:
    """Find out, in a dry run, whether data and encoder are those of the study's first run."""
    if not subject.prints and subject.targets:  # what is wrong with these is said already
        return
    refuse_differences(problem.config, problem.pool, folder, subject)
    yield from ()


def material_check(problem: Problem, folder: StudyFolder) -> dict[str, Check]:
    """The check of a dry run."""
    return {"data of the first run": partial(check_material, problem, folder)}


def leave_aside(config: StudyConfig, folder: StudyFolder, *, tell: Callable[[str], None]) -> None:
    """Move what was measured with other data or another encoder into a folder of its own.

    Nothing is moved where the data are those of the first run. The folder can be read with ``--dir``.

    Args:
        config: The study.
        folder: Its folder.
        tell: Told what was moved, and where to.

    Raises:
        StudyError: If a program has the database open, or it is on a server.
        RealignError: If data cannot be read.
    """
    folder.require_writable()
    if not folder.has_database:
        return
    if folder.storage is not None:
        raise StudyError(
            "what is stored on a server is not moved",
            where="--new-data",
            fix="give the study file a new name",
        )
    problem, store = Problem.build(config), open_store(config, folder)
    before = recorded_material(config, store)
    now: dict[str, Contents] = {}
    for split in (DEV, TEST) if _LABELLED[TEST] in before else (DEV,):
        now |= read_material(config, problem.pool, _checked(config, split))
    changes = differences(before, now)
    if not changes:
        tell("data and encoder are those of the study's first run: nothing is left aside")
        return
    line = next(line for line in studies(folder.path.parent) if line.results == folder.path)
    store.close()
    gc.collect()  # whatever of ours has the database open
    place = _move(folder, config.name)
    counted = {"trials": line.trials, "full_runs": line.full_runs}
    write_json(place / LEFT_ASIDE, {**counted, "differences": changes})
    tell(
        f"left aside: {count(line.trials, 'trial')} and {count(line.full_runs, 'full run')} of other data "
        f"({some(changes, _SHOWN)}); --dir {place} reads them"
    )


def material_of_full_runs(config: StudyConfig) -> Material:
    """Fingerprint what full runs of a study on test data would read now.

    Raises:
        RealignError: If data cannot be read.
    """
    return read_material(config, Problem.build(config, split=TEST).pool, _checked(config, TEST))


def _checked(config: StudyConfig, split: Split) -> Subject:
    targets = build_targets(config, split)
    codes = [targets.codes[key] for key in (targets.searched if split == DEV else targets.codes)]
    subject = Subject(config.recipe, (), {split: codes} if codes else {}, {})
    labelled = ("training data", "evaluation data")
    require_checked(subject, {name: DATA_CHECKS[name] for name in labelled})
    return subject


def _move(folder: StudyFolder, name: str) -> Path:
    """Move the study's results; return what is to be named by ``--dir``.

    Raises:
        StudyError: If a program has the database open.
    """
    close_whole(folder.path / "study.db")
    number = 1
    while (place := folder.path / f"left-aside-{number}").exists():
        number += 1
    target = place / name
    target.mkdir(parents=True)
    for file in _FILES:
        if (folder.path / file).exists():
            (folder.path / file).replace(target / file)
    return place
