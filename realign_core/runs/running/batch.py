"""Several seeds of one recipe: a table that grows, and what is kept beside it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from realign_core.data.account import to_dict
from realign_core.data.labelled import Split
from realign_core.recipe import Recipe
from realign_core.runs.running.run import environment, read_by, result_hash, run_prepared
from realign_core.runs.tables.comparison import average
from realign_core.runs.tables.result import Result
from realign_core.runs.tables.table import add_rows, check_groups, held_out, read_table, result_row
from realign_core.runs.workspace.workspace import Workspace, prepare
from realign_core.support.errors import ConfigError, DataError
from realign_core.support.files.size_limits import read_json
from realign_core.support.files.writing import write_json
from realign_core.support.progress import NoProgress, Progress
from realign_core.support.seeds import Seeds
from realign_core.training.distributed import replicas
from realign_core.unused import refuse_idle_languages

_MOST_ABOUT = 100_000_000
"""Bytes of what is known of a table's runs: some thousand recipes."""


@dataclass(frozen=True, slots=True, repr=False)
class BatchResult:
    """What several seeds found.

    Args:
        results: Runs of this call, in the order of seeds; those that a table had already are not
            among them.
        table: One row a seed.
        about: Recipe, data fingerprints, what was read and left out, versions, hardware.
    """

    results: tuple[Result, ...]
    table: pd.DataFrame
    about: dict[str, Any]

    def to_frame(self) -> pd.DataFrame:
        """Return one row a seed, in the layout of the published result files."""
        return self.table

    def average(self) -> pd.DataFrame:
        """Return means and standard deviations over seeds."""
        return average(self.table)

    def __repr__(self) -> str:
        metric = "accuracy" if "final_eval_avg_accuracy" in self.table else "f1"
        seeds = " ".join(map(str, self.table["seed"]))
        if f"final_eval_avg_{metric}" not in self.table:
            return f"BatchResult(no target but the training language, seeds {seeds})"
        scores = 100 * self.table[f"final_eval_avg_{metric}"]
        return f"BatchResult({metric} {scores.mean():.1f} % on average over seeds {seeds})"

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON: ``about``, ``runs`` (rows) and ``average``."""
        return {
            "about": self.about,
            "runs": json.loads(self.table.to_json(orient="records")),
            "average": json.loads(self.average().to_json(orient="records")),
        }


def run_many(
    recipe: Recipe,
    languages: Iterable[str],
    *,
    seeds: Sequence[int | Seeds] = (17, 23),
    targets: Sequence[str] | None = None,
    split: Split = "test",
    output: Path | str | None = None,
    checkpoints: Path | str | None = None,
    progress: Progress | None = None,
) -> BatchResult:
    """Run a recipe once a seed, as :func:`realign_core.run` does; data are read once.

    Args:
        recipe: Everything but languages and seeds.
        languages: Realignment languages; none means no realignment.
        seeds: One run each; seeds by stage are named ``realignment-pairs-head-finetuning`` in the table.
        targets: Target languages; all but the source language, if left out.
        split: Part of the evaluation data that is scored.
        output: Table (``.csv`` or ``.parquet``) to which each run is added; runs that are in it are not
            repeated. Beside it a ``.json`` keeps recipe, data fingerprints, what was read and left out,
            versions and hardware.
        checkpoints: Folder of checkpoints: an interrupted run goes on from its last one.
        progress: Shows seeds and steps.

    Raises:
        RealignError: If data or encoder cannot be read, or training fails.

    Example:
        >>> run_many(Recipe(), ["sw", "te"], seeds=(17, 23), output="runs.csv").average()  # doctest: +SKIP
    """
    for seed in seeds:
        Seeds.of(seed)  # raises at once, before anything is read
    chosen = tuple(sorted(set(languages)))
    refuse_idle_languages(recipe.realignment, chosen)
    output = Path(output) if output is not None else None
    workspace = prepare(recipe, chosen, targets=targets, splits=(split,), progress=progress)
    check_groups(recipe, workspace.evaluation[split])
    name = result_hash(workspace, chosen)
    rows = _finished_rows(output, name, chosen, split, apart=bool(held_out(recipe)))
    results: list[Result] = []
    about = describe(workspace) | {"read": to_dict(read_by(workspace, chosen, split))}
    missing = [seed for seed in seeds if str(seed) not in rows]
    folder = Path(checkpoints) if checkpoints is not None else None
    with (progress or NoProgress()).track("seeds", len(missing)) as advance:
        for seed in missing:
            result = run_prepared(
                workspace, chosen, seed=seed, split=split, progress=progress, checkpoints=folder
            )
            results.append(result)
            rows[str(seed)] = result_row(result, recipe)
            if output is not None and replicas().first:
                add_rows(output, [rows[str(seed)]])
                _keep(output.with_suffix(".json"), name, about)
            advance(1)
    return BatchResult(tuple(results), pd.DataFrame([rows[str(seed)] for seed in seeds]), about)


def _finished_rows(
    output: Path | None, name: str, languages: Sequence[str], split: Split, *, apart: bool
) -> dict[str, dict[str, Any]]:
    """Rows of the table that are this request's, by seed.

    Raises:
        ConfigError: If their averages are of other targets, as only one of both holds targets out.
    """
    if output is None or not output.is_file():
        return {}
    table = read_table(output)
    if "recipe_hash" not in table.columns:
        return {}
    same = (
        (table["recipe_hash"] == name)
        & (table["realignment_langs"] == " ".join(languages))
        & (table["split"] == split)
    )
    rows = table[same].dropna(axis=1, how="all").fillna({"realignment_langs": ""})
    if len(rows) and apart != any(column.startswith("final_eval_held_out_") for column in rows):
        raise ConfigError(
            "the averages of these runs are of other targets: "
            + ("they hold none out" if apart else "they hold some out (groups.held_out)"),
            where=output,
            fix="give the table another name",
        )
    return {str(row["seed"]): {str(k): v for k, v in row.items()} for row in rows.to_dict("records")}


def _keep(path: Path, name: str, about: dict[str, Any]) -> None:
    """Write what a hash stands for beside the table."""
    content: dict[str, Any] = {}
    if path.is_file():
        try:
            content = dict(read_json(path, _MOST_ABOUT))
        except (DataError, TypeError, ValueError) as error:
            raise ConfigError("not an object of JSON", where=path, fix="move the file away") from error
    write_json(path, content | {name: about})


def describe(workspace: Workspace) -> dict[str, Any]:
    """Say what a workspace's results depend on: recipe, data, versions, hardware."""
    return {
        "recipe": workspace.recipe.model_dump(mode="json"),
        "fingerprint": workspace.fingerprint,
        "parallel": {
            code: {"pairs": len(text), "dropped": dict(text.dropped), "fingerprint": text.fingerprint()}
            for code, text in workspace.parallel.items()
        },
        "environment": environment(workspace),
    }
