"""The figures of the pages, from the tables as they are."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from benchmarks.calibration.scores import full_runs
from benchmarks.calibration.truth import table_of
from benchmarks.common import page_of, read_json, write_figures
from benchmarks.tables.components import Effect, Estimates
from benchmarks.tables.cost import FILE, extra_share
from benchmarks.tables.load import Table, read_table
from benchmarks.tables.plan import RECORDED, UNITS
from benchmarks.tables.rows import whole_rows
from benchmarks.tables.seeds import SeedTable, read_seeds
from benchmarks.tables.stages import agreed, repeated_part, sds, split_part
from benchmarks.tables.tasks import SEEDS, TASKS, TableTask
from realign_core.data.labelled import Split
from subsetsearch.analysis.trust.noise import Noise, noise, spearman_brown

RUN_EFFECTS: Mapping[Effect, str] = {
    (0,): "subset, alike for all targets",
    (0, 2): "subset × target",
    (1,): "seed, alike for all subsets and targets",
    (1, 2): "seed × target, alike for all subsets",
    (0, 1): "subset × seed, alike for all targets",
    (0, 1, 2): "subset × seed × target, and the rest",
}

GOAL, COST = 0.65, 1.3
"""Agreement of single runs that was aimed at, and what such a run may cost, in runs of one fine-tuning."""

Key = TypeVar("Key")

_SPLITS: tuple[Split, ...] = ("dev", "test")


def write_pages(tables: Path | None = None, calibration: Path | None = None) -> None:
    """Write the figures of both pages.

    Args:
        tables: This benchmark's page; the committed one, if left out.
        calibration: The page of the noise, likewise.
    """
    write_figures("tables", rows_part(), tables or page_of("tables"))
    write_figures("tables", noise_parts(), calibration or page_of("calibration"))


def planned(task: TableTask) -> int:
    """Subsets of a designed table: see :func:`benchmarks.tables.design.design`."""
    recorded = {row["languages"] for row in whole_rows(task.path) if row["kernel"] == RECORDED}
    sizes = Counter(len(languages.split()) for languages in recorded)
    drawn = sum(max(0, task.each - sizes[size]) for size in (1, 2, 3, 5, 8, 20))
    return len(recorded | {""}) + drawn + 1


def rows_part() -> list[str]:
    """How far each table is filled."""
    head = "| task | subsets | " + " | ".join(f"seed {seed}" for seed in SEEDS)
    head += " | rows missing | realignments that are fine-tuned | missing | seconds a run |\n"
    lines = []
    for task in TASKS.values():
        table, seeds, wanted = read_table(task), read_seeds(task), planned(task)
        counts = Counter(seed for _, seed in table.runs)
        missing = sum(wanted - counts[seed] for seed in SEEDS)
        whole = len({key[:4] for key in seeds.rows})
        seconds = [run.seconds for (subset, _), run in table.runs.items() if subset]
        cells = [
            task.name,
            wanted,
            *(counts[seed] for seed in SEEDS),
            missing,
            whole,
            UNITS - whole,
        ]
        cells.append(f"{statistics.median(seconds):.0f}" if seconds else "-")
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return [head + "|-|" + "-:|" * (len(SEEDS) + 5) + "\n" + "\n".join(lines)]


def noise_parts() -> list[str]:
    """Agreement between seeds, the split of variance, and what several fine-tunings are worth."""
    parts = [part for task in TASKS.values() for part in _task(task)]
    return parts or ["No task has enough rows yet."]


def _task(task: TableTask) -> list[str]:
    table, seeds = read_table(task), read_seeds(task)
    agreement = {split: noise(_of_sets(table.means(split))) for split in _SPLITS}
    single = agreement["test"].single_seed
    parts = [
        *_goal(task, seeds),
        *(agreements := _agreement(agreement)),
        *(_runs(table) if agreements else []),
        *split_part(seeds, None if single is None else single.value),
        *repeated_part(seeds),
    ]
    return [f"### {task.name}", *parts] if parts else []


def _goal(task: TableTask, seeds: SeedTable) -> list[str]:
    """What the goal asks of the noise, and the most that fine-tunings of one realignment could do for it."""
    share, timed = _share(task, seeds)
    if share is None:
        return []
    cost = f"One more fine-tuning with its evaluation takes {100 * share:.0f} % of a run with one ({timed})."
    recorded = full_runs(task.study.stem)[0] if table_of(task.study.stem).is_file() else {}
    before = noise(_of_sets(recorded))
    r = before.single_seed
    if r is None:
        return [cost]
    n = f"n = {before.n} subsets × {before.seeds:.2g} seeds"
    least = 1 - (1 / GOAL - 1) / (1 / r.value - 1)
    return [
        f"**The goal**: from the agreement of single runs, {agreed(before, n)}, to {GOAL} at {COST} times "
        f"the cost. For that {100 * least:.0f} % of the noise must go. {cost} {affordable(r.value, share)}"
    ]


def affordable(r: float, share: float) -> str:
    """Say how many fine-tunings the goal's cost allows, and how far they could raise the agreement.

    Args:
        r: Agreement of runs with one fine-tuning.
        share: Cost of one more, as a share of such a run.
    """
    most = int(1 + (COST - 1) / share + 1e-9)
    allowed = f"{COST} times the cost allows " + ("no second one" if most == 1 else f"{most} of them")
    limits = ", ".join(
        f"{spearman_brown(r, k):.2f} with {k} ({1 + (k - 1) * share:.2f} times the cost)"
        for k in range(2, most + 3)
    )
    return f"{allowed}. If all noise were that of fine-tuning, they would reach {limits}; less, if not."


def _share(task: TableTask, seeds: SeedTable) -> tuple[float | None, str]:
    """Cost of one more fine-tuning, and where it is from."""
    share = seeds.extra_share()
    if share is not None:
        return share, f"n = {len({key[:4] for key in seeds.rows})} realignments"
    timed = read_json(FILE).get(task.name)
    if timed is None:
        return None, ""
    return extra_share(
        timed
    ), f"processor time on an eighth of the data, {timed['languages']} languages, n = 1"


def _of_sets(scores: Mapping[Key, Mapping[int, float]]) -> dict[Key, Mapping[int, float]]:
    """Leave out no realignment, whose runs scatter more."""
    return {subset: by_seed for subset, by_seed in scores.items() if subset}


def _agreement(agreement: Mapping[Split, Noise]) -> list[str]:
    """How well whole runs of other seeds agree over subsets."""
    lines = [
        f"{split} {cell}"
        for split, found in agreement.items()
        if (cell := agreed(found, f"n = {found.n} subsets with two seeds"))
    ]
    text = "Agreement of two runs of other seeds over subsets, mean over targets: "
    return [text + "; ".join(lines) + "."] if lines else []


def _runs(table: Table) -> list[str]:
    """Standard deviations of whole runs: what targets share of the noise, and what each has alone."""
    dev, test = table.block("dev"), table.block("test")
    if dev is None or test is None:
        return []
    estimates = [Estimates.of(block) for block in (dev, test)]
    rows = [
        f"| {name} | {' | '.join(sds(each, effect) for each in estimates)} |"
        for effect, name in RUN_EFFECTS.items()
    ]
    subsets, seeds, targets = dev.shape
    text = (
        f"Where scores of {subsets} subsets × {seeds} seeds × {targets} targets differ, as standard "
        "deviations in points (95 % by simulation):"
    )
    return [text, "| component | dev | test |\n|-|-|-|\n" + "\n".join(rows)]
