"""Rows of full runs as a task's tables have them: what does not belong to its plan is refused."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.study.entries import Plan
from benchmarks.study.order import ordered_runs
from realign_core.data.labelled import Split
from subsetsearch.errors import StudyError
from subsetsearch.results.measurements.measurement import TEST, Measurement
from subsetsearch.results.tables.run_table import read_cells, read_numbered_runs
from subsetsearch.subset import Subset

Numbered = Sequence[tuple[int, Measurement]]

_HISTORY = "take it back from the project's history"
_MEND = f"mend the row, or {_HISTORY}"
_ROUNDING = 1e-4
"""Between a mean and that of scores which were rounded when they were written."""

_BACK = "take the change back, or move the rows and the plan of this task away"


def read_rows(path: Path, plan: Plan) -> list[Measurement]:
    """Read a plan's rows on test data; none if there is no such file.

    Raises:
        StudyError: If the table is damaged, or a row is not one of the plan's runs.
    """
    rows = numbered_rows(path, TEST)
    require_fingerprint(rows, plan.fingerprint, path)
    runs = _of_plan(rows, plan, path)
    require_one_recipe(runs, path)
    require_one_arithmetic(runs, path)
    return runs


def read_repeated_rows(path: Path, plan: Plan) -> list[Measurement]:
    """Read rows of the plan's runs that another machine or encoder made.

    Raises:
        StudyError: If the table is damaged, or a row is not one of the plan's runs.
    """
    return _of_plan(numbered_rows(path, TEST), plan, path)


def numbered_rows(path: Path, split: Split) -> Numbered:
    """Read the rows of a table, each with its line; none if there is no such file.

    Raises:
        StudyError: If the table is damaged, or was emptied: nobody writes one without rows.
    """
    rows = read_numbered_runs(path, split=split)
    if path.is_file() and not rows:
        raise StudyError("a table without rows", where=path, fix=f"{_HISTORY}, or remove the file")
    return rows


def _of_plan(rows: Numbered, plan: Plan, path: Path) -> list[Measurement]:
    """The runs of rows, each of which is one of the plan's, once and whole."""
    require_once(rows, path)
    require_targets(rows, plan.targets.keys(), path)
    require_held_out(rows, plan, path)
    require_planned(rows, plan, path)
    require_sums(rows, path)
    return [run for _, run in rows]


def require_fingerprint(rows: Numbered, fingerprint: str, path: Path) -> None:
    """Refuse rows of another study file.

    Raises:
        StudyError: If there is one.
    """
    for line, run in rows:
        if run.fingerprint != fingerprint:
            raise StudyError(
                f"a row of another version of the study file ({run.fingerprint}, now {fingerprint}): its "
                "settings were changed since",
                where=path,
                line=line,
                fix=_BACK,
            )


def require_once(rows: Numbered, path: Path) -> None:
    """Refuse two rows of one run.

    Raises:
        StudyError: If there are any.
    """
    first = dict[tuple[Subset, int], int]()
    for line, run in rows:
        before = first.setdefault((run.subset, run.seed), line)
        if before != line:
            what = f"seed {run.seed} of these languages is already in line {before}"
            raise StudyError(what, where=path, line=line, fix="remove one of the two rows")


def require_one_recipe(runs: Sequence[Measurement], path: Path) -> None:
    """Refuse to compare seeds of a subset that differ in more than their seeds.

    Raises:
        StudyError: If two runs of a subset have different recipes.
    """
    why = "the data, the encoder or the engine was changed"
    _require_one_kind({run.subset: run.recipe_hash for run in reversed(runs)}, runs, "recipe_hash", why, path)


def require_one_arithmetic(runs: Sequence[Measurement], path: Path) -> None:
    """Refuse seeds of a subset from machines that calculate differently.

    Raises:
        StudyError: If two runs of a subset have different arithmetic.
    """
    why = "the machine was changed"
    _require_one_kind({run.subset: run.kernel for run in reversed(runs)}, runs, "kernel", why, path)


def _require_one_kind(
    first: Mapping[Subset, str | None], runs: Sequence[Measurement], field: str, why: str, path: Path
) -> None:
    for run in runs:
        kind, before = getattr(run, field), first[run.subset]
        if kind != before:
            what = f"runs of {_told(run.subset)} are of two kinds ({before}, {kind}): {why} between them"
            raise StudyError(what, where=path, fix=_BACK)


def require_targets(rows: Numbered, targets: Collection[str], path: Path) -> None:
    """Refuse rows that lack the score of a target, or have one of another language.

    Raises:
        StudyError: If there is one.
    """
    for line, run in rows:
        for what, keys in (
            ("no score of", targets - run.scores.keys()),
            ("a score of no target:", run.scores.keys() - targets),
        ):
            if keys:
                raise StudyError(f"{what} {min(keys)}", where=path, line=line, fix=_MEND)


def require_held_out(rows: Numbered, plan: Plan, path: Path) -> None:
    """Refuse rows that hold out other targets, or have another score, than the plan says.

    Raises:
        StudyError: If there is one.
    """
    for line, run in rows:
        if run.metric != plan.metric:
            what = f"the scores are {run.metric}, those of the plan {plan.metric}"
            raise StudyError(what, where=path, line=line, fix=_MEND)
        for key in sorted(run.held_out.symmetric_difference(plan.held_out)):
            side = "in the row, not in the plan" if key in run.held_out else "by the plan, not in the row"
            raise StudyError(f"{key} is held out {side}", where=path, line=line, fix=_MEND)


def require_planned(rows: Numbered, plan: Plan, path: Path) -> None:
    """Refuse rows that the plan does not ask for.

    Raises:
        StudyError: If there is one.
    """
    wanted = set(ordered_runs(plan))
    for line, run in rows:
        if fault := next(_unplanned(run, plan, wanted), None):
            raise StudyError(fault, where=path, line=line, fix=_MEND)


def require_sums(rows: Numbered, path: Path) -> None:
    """Refuse rows in which the scores do not give the means that stand beside them: one of them was changed.

    Raises:
        StudyError: If there is one.
    """
    runs = dict(rows)
    for cells in read_cells(path, (), "runs", fix=_MEND) if rows else ():
        run = runs[cells.line]
        computed = {
            "mean": run.mean,
            "mean_held_out": run.mean_held_out,
            "n_languages": len(run.subset.languages),
        }
        for name, value in computed.items():
            if value is not None and cells.row.get(name):
                written = cells.number(name)
                if abs(written - value) > _ROUNDING:
                    raise cells.wrong(f"'{name}' is {written:g}, but the other cells give {value:g}")


def _unplanned(run: Measurement, plan: Plan, wanted: Collection[tuple[Subset, int]]) -> Iterator[str]:
    if not run.fresh:
        yield "the run is not marked as one with a fresh seed"
    if run.seed not in plan.seeds:
        yield f"the plan has no seed {run.seed}"
    if (run.subset, run.seed) not in wanted:
        yield f"the plan has no set {_told(run.subset)}"


def _told(subset: Subset) -> str:
    """Name a subset in a message: long ones by their number of languages."""
    return subset.name if len(subset.languages) < 6 else f"{len(subset.languages)} languages"
