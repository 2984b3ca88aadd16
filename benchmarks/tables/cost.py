"""What each stage of a run costs, on a part of a task's data: enough to know shares, in under a minute."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.common import read_json, results_of, write_json
from benchmarks.tables.measure import unit_rows
from benchmarks.tables.plan import Plan
from benchmarks.tables.tasks import Prepared, TableTask, prepare_task
from realign_core.runs.workspace.workspace import Workspace

PART = 8
"""An eighth of the steps, of the training data and of the evaluation data."""

FILE = results_of("tables") / "cost.json"


def time_stages(task: TableTask, made: Plan) -> None:
    """Time an eighth of a realignment and of one fine-tuning with its evaluation, and keep the times."""
    unit = replace(made.units[-1], finetuning=made.units[-1].finetuning[:1])
    prepared = prepare_task(task, made.pool, [unit.languages], made.study)
    (row, _) = unit_rows(Prepared(prepared.pool, prepared.targets, part_of(prepared.workspace)), unit)
    seconds = {name: float(str(value)) for name, value in row.items() if name.startswith("seconds_")}
    write_json(FILE, read_json(FILE) | {task.name: seconds | {"languages": len(unit.languages)}})


def part_of(workspace: Workspace) -> Workspace:
    """Keep every eighth example, and an eighth of the steps."""
    recipe = workspace.recipe
    steps = max(2, round(recipe.realignment.steps / PART))
    short = recipe.realignment.model_copy(update={"steps": steps})
    return replace(
        workspace,
        recipe=recipe.model_copy(update={"realignment": short}),
        train=workspace.train.subset(np.arange(0, len(workspace.train), PART)),
        evaluation={
            split: {code: f.subset(np.arange(0, len(f), PART)) for code, f in by_code.items()}
            for split, by_code in workspace.evaluation.items()
        },
    )


def extra_share(seconds: dict[str, float]) -> float:
    """What one more fine-tuning and its evaluation cost, as a share of a run with one.

    Args:
        seconds: By column of the table of seeds.
    """
    extra = seconds["seconds_finetuning"] + seconds["seconds_evaluation"]
    return extra / (seconds["seconds_realignment"] + seconds["seconds_trunk"] + extra)
