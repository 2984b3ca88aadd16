"""Full results that were made elsewhere, taken into a study."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from subsetsearch.config import StudyConfig
from subsetsearch.errors import check_paths, count
from subsetsearch.problem.pool import build_pool, build_targets, resolve_subset
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.results.provenance.material import Material, record_material
from subsetsearch.results.provenance.run_data import OwnData
from subsetsearch.results.tables.import_file import ImportSummary, ResultsFile
from subsetsearch.results.tables.study_store import export_runs, open_store, read_full_runs


def import_results(
    config: StudyConfig,
    folder: StudyFolder,
    file: str | Path,
    languages: Sequence[str] | None = None,
    *,
    skip_others: bool,
    dry_run: bool,
    tell: Callable[[str], None],
    material: Callable[[], Material] = dict,
) -> ImportSummary:
    """Check a table of full runs, and store those that are new.

    Args:
        config: The study.
        folder: Its folder.
        file: The table.
        languages: Those of every row, where the table does not name them.
        skip_others: Leave rows of other models, tasks or methods aside.
        dry_run: Store nothing.
        tell: Told what was left aside, and whether the runs' data could be compared.
        material: Reads the study's data, where the table says which data its runs are of.

    Raises:
        RealignError: If a row does not fit the study; nothing is stored then.
    """
    check_paths(file=file)
    if not dry_run:
        folder.require_writable()
    pool = build_pool(config)
    subset = None if languages is None else resolve_subset(languages, pool)
    targets = build_targets(config, "test")
    stored_runs = read_full_runs(config, folder) if folder.has_database else []
    hashes = {run.subset: run.recipe_hash for run in stored_runs if run.origin != "imported"}
    data = OwnData(hashes, material)
    read = ResultsFile(Path(file), config, pool, targets, subset, skip_others, data).read()
    if read.skipped:
        tell(f"{count(read.skipped, 'row')} of other models, tasks or methods left aside")
    if read.layout.ignored:
        tell(f"left aside, as no score of a target by the study's metric: {', '.join(read.layout.ignored)}")
    if read.unnamed:
        unnamed = f"the table names no data for {count(read.unnamed, 'run')}"
        tell(f"{unnamed}; we take the study's own for it")
    added = 0
    if not dry_run:
        store = open_store(config, folder)
        added = store.add(read.runs)
        if not read.unnamed:  # what they are of was compared: the study goes on with that
            record_material(config, store, data.material)
        export_runs(config, folder)
    return ImportSummary(len(read.runs), added, read.layout.ignored, read.skipped)
