"""One row a run, in the layout of the published result files."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from realign_core.recipe import RealignmentConfig, Recipe, Strategy
from realign_core.runs.tables.cells import read_cells
from realign_core.runs.tables.result import Result
from realign_core.support.errors import DataError
from realign_core.support.files.writing import atomic_path
from realign_core.support.program.extras import require

_ALIGNER_NAMES = {"sentence": "noaligner", "dictionary": "dico"}
"""The published files' words; other aligners bear their own names."""

IDENTITY = ("recipe_hash", "seed", "realignment_langs", "split")
"""Columns that name a run: equal in two rows only if the runs are the same."""


def method_name(config: RealignmentConfig, languages: Sequence[str]) -> str:
    """Name a method as the published files do, for instance ``before_noaligner``.

    Args:
        config: The realignment.
        languages: Its languages; none make it a baseline.

    Returns:
        Strategy and aligner; what else differs from the published method follows, such as
        ``before_noaligner_freeze-front``.
    """
    if config.strategy is Strategy.BASELINE or not languages:
        return "baseline"
    kind = config.aligner.kind
    parts = [config.strategy.value, _ALIGNER_NAMES.get(kind, kind)]
    if config.loss.value != "contrastive":
        parts.append(config.loss.value)
    if not config.strong:
        parts.append("weak")
    if config.freeze != "none":
        frozen = config.freeze if isinstance(config.freeze, str) else f"{config.freeze[0]}-{config.freeze[1]}"
        parts.append(f"freeze-{frozen}")
    if config.freeze_embeddings:
        parts.append("freeze-embeddings")
    return "_".join(parts)


def held_out(recipe: Recipe) -> tuple[str, ...]:
    """Targets that are in no other average: those of the group ``held_out``."""
    return recipe.groups.get("held_out", ())


def result_row(result: Result, recipe: Recipe) -> dict[str, Any]:
    """Flatten a result.

    Args:
        result: The run.
        recipe: Its recipe, which names model, task, method and groups of targets.

    Returns:
        ``seed, model, task, method, realignment_langs, n_realignment_langs, pairs``, then
        ``final_eval_{language}_{measure}`` for each target, each group and ``avg``, then the
        last losses, seconds and hashes. The training language, where it was scored, has a column and is in
        no average, and targets of the group ``held_out`` are in that group's only; without another target
        there is no ``avg``.

    Raises:
        DataError: If a group has languages that were not evaluated.
    """
    check_groups(recipe, result.scores)
    row: dict[str, Any] = {
        "seed": result.seed if isinstance(result.seed, int) else str(result.seed),
        "model": recipe.encoder.title,
        "task": recipe.task.kind.value,
        "method": method_name(recipe.realignment, result.languages),
        "realignment_langs": " ".join(result.languages),
        "n_realignment_langs": len(result.languages),
        "pairs": result.pairs,
        "split": result.split,
    }
    measures: dict[str, Mapping[str, float]] = {result.metric: result.scores}
    for name in next(iter(result.details.values()), {}):
        measures[name] = {code: details[name] for code, details in result.details.items()}
    for name, by_code in measures.items():
        row |= {f"final_eval_{code}_{name}": value for code, value in by_code.items()}
        groups = {**({"avg": result.targets} if result.targets else {}), **recipe.groups}
        for group, codes in groups.items():
            row[f"final_eval_{group}_{name}"] = float(np.mean([by_code[code] for code in codes]))
    row |= {f"train_loss_{phase}": loss for phase, loss in result.losses.items()}
    row |= {f"seconds_{phase}": round(seconds, 3) for phase, seconds in result.seconds.items()}
    return row | {"recipe_hash": result.recipe_hash}


def check_groups(recipe: Recipe, evaluated: Collection[str]) -> None:
    """Check that every group's languages are evaluated, and that none is the training language.

    Raises:
        DataError: If one is not, or is, or a group is empty.
    """
    for group, codes in recipe.groups.items():
        source = next((code for code in codes if recipe.task.is_source(code)), None)
        if source is not None:
            raise DataError(
                f"the task is learnt in '{source}', so its score is in no average",
                where=f"groups.{group}",
                fix=f"take '{source}' out of the group; named as a target, it is reported apart",
            )
        missing = [code for code in codes if code not in evaluated]
        if missing or not codes:
            raise DataError(
                f"not evaluated: {', '.join(missing)}" if missing else "an empty group",
                where=f"groups.{group}",
                fix=f"evaluated are {', '.join(evaluated)}",
            )


def write_table(rows: pd.DataFrame, path: Path) -> None:
    """Write a table at once, as CSV or, if the name ends in ``.parquet``, as Parquet.

    Args:
        rows: The table.
        path: Where; an older file is replaced.
    """
    with atomic_path(path) as draft:
        if path.suffix == ".parquet":
            require("pyarrow", extra="hub", purpose="write Parquet files")
            rows.to_parquet(draft, index=False)
        else:
            rows.to_csv(draft, index=False)


def read_table(path: Path | str) -> pd.DataFrame:
    """Read a table that :func:`write_table` wrote, or a published one.

    Raises:
        DataError: If it is missing, unreadable or has no columns of a result table.
    """
    path = Path(path)
    if not path.is_file():
        raise DataError("no such file", where=path, fix="give the file that 'realign-core run -o' wrote")
    try:
        table = pd.read_parquet(path) if path.suffix == ".parquet" else read_cells(path)
    except (ValueError, OSError) as error:
        raise DataError(f"cannot be read: {error}", where=path) from error
    missing = {"seed", "method"} - set(table.columns)
    if missing:
        raise DataError(f"no column {', '.join(sorted(missing))}", where=path, fix="is it a result table?")
    for column in ("realignment_langs", "model", "task"):
        table[column] = table[column].astype(object).fillna("") if column in table else ""
    table["realignment_langs"] = [
        " ".join(sorted(str(codes).split())) for codes in table["realignment_langs"]
    ]
    return table


def add_rows(path: Path, rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Add runs to a table file; a run that is there already is replaced.

    Args:
        path: The file; made if missing.
        rows: From :func:`result_row`.

    Returns:
        The whole table.
    """
    new = pd.DataFrame(list(rows))
    if path.is_file():
        old = read_table(path)
        identity = [c for c in IDENTITY if c in old.columns]
        new = pd.concat([old, new], ignore_index=True).drop_duplicates(subset=identity, keep="last")
    write_table(new, path)
    return new
