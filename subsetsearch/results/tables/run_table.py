"""Full runs as CSV, in the layout of the published result files: written for people, read when asked for."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from realign_core.support.files.writing import atomic_write
from subsetsearch.config.rungs import FULL
from subsetsearch.errors import StudyError
from subsetsearch.problem.pairs import PAIRS
from subsetsearch.results.measurements.measurement import Measurement
from subsetsearch.results.provenance.run_data import DATA
from subsetsearch.subset import Subset
from subsetsearch.tables import Cells, CsvRows, read_csv_rows

LANGUAGES = "realignment_langs"
KERNEL = "kernel"
"""Column of the arithmetic, in tables that say it."""
_HELD_OUT = "unseen_"
_SOURCE = "source_"
_SCORE = "final_eval_{key}_{metric}"
_NEEDED = ("study_fingerprint", "recipe_hash", "seed", LANGUAGES, "metric", "seconds")
MEND = "mend the row, or remove it: the run is then taken from the database, or done again"


def to_row(run: Measurement) -> dict[str, object]:
    """Write a run as one row of the table."""
    groups = {"": run.counted_scores, _HELD_OUT: run.held_out_scores, _SOURCE: run.source_scores}
    scores = {
        prefix + _SCORE.format(key=key, metric=run.metric): score
        for prefix, group in groups.items()
        for key, score in group.items()
    }
    return {
        "study_fingerprint": run.fingerprint,
        "recipe_hash": run.recipe_hash,
        "seed": run.seed,
        LANGUAGES: " ".join(sorted(run.subset.languages)),
        "n_languages": len(run.subset.languages),
        PAIRS: run.subset.pairs,
        "split": run.split,
        "metric": run.metric,
        "mean": run.mean,
        "mean_held_out": run.mean_held_out,
        "seconds": round(run.seconds, 2),
        "fresh": int(run.fresh),
        **scores,
    }


def write_runs(
    path: Path, runs: Sequence[Measurement], data: Sequence[str] = (), *, kernels: bool = False
) -> None:
    """Write a table of full runs; the file is replaced as a whole.

    Args:
        path: The file.
        runs: The runs.
        data: Which data each is of, where some say it, see :mod:`subsetsearch.results.provenance.run_data`.
        kernels: Whether each says its arithmetic, for a table whose rows are of several machines.
    """
    import pandas as pd

    frame = pd.DataFrame([to_row(run) for run in runs])
    if kernels:
        frame.insert([*frame.columns].index("fresh") + 1, KERNEL, [run.kernel for run in runs])
    if any(data):
        frame[DATA] = list(data)
    text = io.StringIO()
    frame.astype({PAIRS: "Int64"}).to_csv(text, index=False)  # not 300.0 where some rows have none
    atomic_write(path, text.getvalue())


def read_runs(path: Path, *, split: str) -> list[Measurement]:
    """Read a table of full runs; one that does not exist has none.

    Args:
        path: The file.
        split: The data that scored them; tables of before do not say it, and no other is accepted.

    Raises:
        StudyError: If the file is not such a table; a wrong cell is named by line and column.
    """
    return [run for _, run in read_numbered_runs(path, split=split)]


def read_numbered_runs(path: Path, *, split: str) -> list[tuple[int, Measurement]]:
    """The same, each with its line.

    Raises:
        StudyError: As :func:`read_runs`.
    """
    return [(row.line, _run(row, split)) for row in read_cells(path, _NEEDED, "evaluations", fix=MEND)]


def read_cells(path: Path, needed: Iterable[str], kind: str, *, fix: str) -> Iterator[Cells]:
    """Read the rows of a table of ours, if it exists.

    Raises:
        StudyError: If a column is missing, or the file is no table.
    """
    table = read_csv_rows(path, error=StudyError, fix=fix) if path.is_file() else CsvRows((), ())
    missing = [name for name in needed if name not in table.header]
    if path.is_file() and missing:
        raise StudyError(
            f"not a table of {kind}: no column '{missing[0]}'", where=path, line=1, fix="is it another file?"
        )
    for line, row in table.rows:
        yield Cells(path, line, row, StudyError, fix)


def read_subset(cells: Cells, languages: str) -> Subset:
    """Read a subset from the column of its languages and that of its pairs, if there is one."""
    pairs = cells.whole(PAIRS, least=1) if cells.row.get(PAIRS) else None
    return Subset(frozenset(cells.row[languages].split()), pairs)


def _run(cells: Cells, split: str) -> Measurement:
    if cells.row.get("split", "") not in ("", split):
        raise cells.wrong(f"the split is '{cells.row['split']}', in a table of {split} runs")
    metric = cells.row["metric"]
    head, tail = _SCORE.partition("{")[0], f"_{metric}"
    scores: dict[str, float] = {}
    uncounted: dict[str, set[str]] = {_HELD_OUT: set(), _SOURCE: set()}
    for name in _filled(cells.row, tail):
        key = _plain(name).removeprefix(head).removesuffix(tail)
        scores[key] = cells.number(name, most=1.0)
        for prefix, keys in uncounted.items():
            if name.startswith(prefix):
                keys.add(key)
    if not scores.keys() - uncounted[_HELD_OUT] - uncounted[_SOURCE]:
        raise cells.wrong(f"no score of any target in the columns '{head}..{tail}'")
    return Measurement(
        fingerprint=cells.row["study_fingerprint"],
        recipe_hash=cells.row["recipe_hash"],
        subset=read_subset(cells, LANGUAGES),
        rung=FULL.number,
        split=split,
        seed=cells.seed(),
        metric=metric,
        scores=scores,
        held_out=frozenset(uncounted[_HELD_OUT]),
        source=frozenset(uncounted[_SOURCE]),
        seconds=cells.number("seconds"),
        fresh=cells.flag("fresh"),
        kernel=cells.row.get(KERNEL) or None,
    )


def _filled(row: Mapping[str, str], tail: str) -> list[str]:
    """Columns of scores that are not empty."""
    start = _SCORE.partition("{")[0]
    return [
        name for name, text in row.items() if text and _plain(name).startswith(start) and name.endswith(tail)
    ]


def _plain(name: str) -> str:
    """Name of a column of scores without what says that they do not count."""
    return name.removeprefix(_HELD_OUT).removeprefix(_SOURCE)
