"""A study's store: opened, written out as CSV, and filled with what older versions kept in CSV."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from subsetsearch.config.rungs import FULL
from subsetsearch.config.study import StudyConfig
from subsetsearch.errors import StudyError, count
from subsetsearch.problem.pool import source_key
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.results.measurements.legacy_names import known_fingerprints
from subsetsearch.results.measurements.measurement import DEV, TEST, Measurement, same_run
from subsetsearch.results.measurements.store import MeasurementStore
from subsetsearch.results.provenance.material import recorded_material
from subsetsearch.results.provenance.run_data import own_cells
from subsetsearch.results.tables.run_table import read_cells, read_numbered_runs, read_subset, write_runs
from subsetsearch.results.trials.kept_studies import kept_trials, require_ours
from subsetsearch.results.trials.trial_record import TrialRecord, read_trials

logger = logging.getLogger(__name__)

_DEV_RUNS = "evaluations-dev.csv"
_SCORES = "proxies.csv"
_SCORE_COLUMNS = ("study_fingerprint", "languages", "rung", "score", "origin")


def open_store(study: StudyConfig, folder: StudyFolder) -> MeasurementStore:
    """Open a study's store; the first time, tables that an older version wrote are taken over.

    Args:
        study: The study.
        folder: Its folder, which may hold such tables; they are left as they are.

    Raises:
        StudyError: If such a table is damaged (the message names its line), or the database is not ours.
    """
    require_ours(study, folder)
    store = MeasurementStore(folder.database)
    _take_tables(study, folder, store)
    _refuse_source_as_target(study, folder, store)
    return store


def _take_tables(study: StudyConfig, folder: StudyFolder, store: MeasurementStore) -> None:
    """Take over what a folder's tables hold and the database lacks, once.

    Where the study has measurements already, its folder was moved: the tables came from the database, and may
    have been edited since. The database counts then, and what is wrong with a table is a warning.

    Raises:
        StudyError: If a table is damaged, and nothing of the study is stored yet.
    """
    files = [folder.evaluations, folder.path / _DEV_RUNS, folder.path / _SCORES]
    if not any(file.is_file() for file in files) or store.fact(_name_of_taking(folder)) is not None:
        return
    fingerprint, fingerprints = study.fingerprint(), known_fingerprints(study)
    try:
        rows = _read_tables(folder)
    except StudyError as error:
        if not (store.exists and store.read(fingerprint)):
            raise
        logger.warning("%s: until then nothing of it is taken over; the study's database counts", error)
        return
    runs = [
        replace(run, fingerprint=fingerprint) if run.fingerprint in fingerprints else run
        for _, _, run in rows
    ]
    first, other = _first_ones(runs), _differing(runs, store)
    for place, stored in other.items():
        file, line, run = rows[place]
        if place in first:
            logger.warning(
                "%s:%d: seed %d of %s has a mean of %.4f here, and of %.4f in the study's database, "
                "which counts",
                file, line, run.seed, run.subset.name, run.mean, stored.mean,
            )  # fmt: skip
    added = store.add(runs[place] for place in first if place not in other)
    store.keep_fact(_name_of_taking(folder), str(added))
    if added:
        logger.warning(
            "%d measurements of %s are in the study's database from now on; the files stay in %s",
            added, ", ".join(file.name for file in files if file.is_file()), folder.path,
        )  # fmt: skip


def _read_tables(folder: StudyFolder) -> list[tuple[Path, int, Measurement]]:
    """Read a folder's tables: file, line and measurement of each row.

    Raises:
        StudyError: If one is damaged; the message names its line.
    """
    test, dev, scores = folder.evaluations, folder.path / _DEV_RUNS, folder.path / _SCORES
    return [
        *((test, line, run) for line, run in read_numbered_runs(test, split=TEST)),
        *((dev, line, run) for line, run in read_numbered_runs(dev, split=DEV)),
        *((scores, line, run) for line, run in _read_scores(scores)),
    ]


def _refuse_source_as_target(study: StudyConfig, folder: StudyFolder, store: MeasurementStore) -> None:
    """Refuse measurements of an older version, which averaged the training language's score in; asked once.

    Raises:
        StudyError: If there are any: numbers with and without it cannot be compared.
    """
    source, checked = source_key(study), f"source in no average: {study.fingerprint()}"
    if source is None or not store.exists or store.fact(checked) is not None:
        return
    runs = store.read(study.fingerprint())
    if any(source in run.counted_scores for run in runs):
        raise StudyError(
            f"stored scores count {source} as a target, but the task is learnt in it",
            where="the study's database",
            fix=f"give the study file a new name{' and a database of its own' if folder.storage else ''}; "
            "full runs are not lost: subsetsearch import STUDY runs/OLD/evaluations.csv takes them over",
        )
    if runs:
        store.keep_fact(checked, "1")


def read_full_runs(study: StudyConfig, folder: StudyFolder) -> list[Measurement]:
    """Read a study's full runs on test data.

    Raises:
        StudyError: As :func:`open_store`.
    """
    return open_store(study, folder).read(study.fingerprint(), rung=FULL.number, split=TEST)


def require_trials(study: StudyConfig, folder: StudyFolder) -> list[TrialRecord]:
    """Read the trials of a study that has no full runs.

    Raises:
        StudyError: If there are none either; full runs of other settings are named.
    """
    trials = kept_trials(study, folder)
    if trials is not None:
        return trials
    if folder.storage is None:
        others = len(open_store(study, folder).read(None, rung=FULL.number, split=TEST))
        if others:
            raise StudyError(
                f"{count(others, 'full run')} there, all with other settings than these",
                where=folder.path,
                fix="take back --set or the change of the study file, or give the changed file a new name",
            )
    from subsetsearch.results.trials.stored_study import require_stored

    return read_trials(require_stored(study, folder))  # says what else there is


def export_runs(study: StudyConfig, folder: StudyFolder) -> None:
    """Write the study's full runs on test data as CSV, where there are any.

    A database of its own may also hold runs from before its file was changed: these stay in the table.
    """
    store = open_store(study, folder)
    fingerprint = study.fingerprint() if folder.storage else None
    runs = store.read(fingerprint, rung=FULL.number, split=TEST)
    if runs:
        cells = own_cells(recorded_material(study, store), runs, study.fingerprint())
        write_runs(folder.evaluations, runs, cells)
        store.keep_fact(_name_of_taking(folder), "0")  # what is in the file came from here


def _name_of_taking(folder: StudyFolder) -> str:
    return f"taken over: {folder.path.resolve()}"


def _differing(runs: Sequence[Measurement], store: MeasurementStore) -> dict[int, Measurement]:
    """Say which runs are stored with other scores: what is stored, by place."""
    stored: dict[str, list[Measurement]] = {}
    for measurement in store.named(list({run.run for run in runs})):
        stored.setdefault(measurement.run, []).append(measurement)
    counterparts = {place: same_run(run, stored.get(run.run, ())) for place, run in enumerate(runs)}
    return {
        place: measurement
        for place, measurement in counterparts.items()
        if measurement and not measurement.agrees(runs[place])
    }


def _first_ones(runs: Iterable[Measurement]) -> list[int]:
    """Places of the first of several rows of one run."""
    first: dict[str, int] = {}
    for place, run in enumerate(runs):
        first.setdefault(run.run, place)
    return list(first.values())


def _read_scores(path: Path) -> Iterator[tuple[int, Measurement]]:
    """Read what cheap rungs said, which had no scores by target."""
    fix = "remove the row: the score is then taken from the database, or computed again"
    for cells in read_cells(path, _SCORE_COLUMNS, "proxy scores", fix=fix):
        run = Measurement(
            fingerprint=cells.row["study_fingerprint"],
            recipe_hash="",
            subset=read_subset(cells, "languages"),
            rung=cells.whole("rung", least=1),
            split=DEV,
            seed=0,
            metric="",
            scores={},
            value=cells.number("score", least=-math.inf, most=1.0),
            origin=cells.row["origin"],
        )
        yield cells.line, run
