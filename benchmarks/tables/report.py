"""The figures of the pages, from the tables as they are."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from benchmarks.calibration.scores import full_runs
from benchmarks.calibration.truth import table_of
from benchmarks.common import page_of, read_json, write_figures
from benchmarks.tables.components import (
    FINETUNING,
    REALIGNMENT,
    SUBSET,
    Agreement,
    Array,
    Effect,
    components,
    intervals,
)
from benchmarks.tables.cost import FILE, extra_share
from benchmarks.tables.load import Table, read_table
from benchmarks.tables.measure import AVERAGED
from benchmarks.tables.plan import RECORDED, UNITS
from benchmarks.tables.rows import whole_rows
from benchmarks.tables.seeds import SeedTable, read_seeds
from benchmarks.tables.tasks import REPEATED_SEEDS, SEEDS, TASKS, TableTask
from realign_core.data.labelled import Split
from subsetsearch.analysis.trust.noise import noise, spearman_brown

EFFECTS: Mapping[Effect, str] = {
    (SUBSET,): "subset",
    (REALIGNMENT,): "realignment, alike for all subsets",
    (FINETUNING,): "fine-tuning, alike for all subsets",
    (SUBSET, REALIGNMENT): "subset × realignment",
    (SUBSET, FINETUNING): "subset × fine-tuning",
    (REALIGNMENT, FINETUNING): "realignment × fine-tuning, alike for all subsets",
    (SUBSET, REALIGNMENT, FINETUNING): "all three, and the rest",
}
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
    found = [part for task in TASKS.values() for part in _task(task)]
    return found or ["No task has enough rows yet."]


def _task(task: TableTask) -> list[str]:
    table, seeds = read_table(task), read_seeds(task)
    parts = [*_goal(task, seeds), *_agreement(table), *_split(seeds), *_repeated(seeds)]
    return [f"### {task.name}", *parts] if parts else []


def _goal(task: TableTask, seeds: SeedTable) -> list[str]:
    """What the goal asks of the noise, and the most that fine-tunings of one realignment could do for it."""
    share, timed = _share(task, seeds)
    if share is None:
        return []
    cost = f"One more fine-tuning with its evaluation takes {100 * share:.0f} % of a run with one ({timed})."
    recorded = full_runs(task.study.stem)[0] if table_of(task.study.stem).is_file() else {}
    before = noise({subset: by_seed for subset, by_seed in recorded.items() if subset})
    r = before.single_seed
    if r is None:
        return [cost]
    least = 1 - (1 / GOAL - 1) / (1 / r.value - 1)
    return [
        f"**The goal**: from the agreement of single runs, {r.value:.2f} ({r.low:.2f} to {r.high:.2f}; "
        f"n = {before.n} subsets × {before.seeds:.2g} seeds), to {GOAL} at {COST} times the cost. For that "
        f"{100 * least:.0f} % of the noise must go. {cost} {affordable(r.value, share)}"
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


def _agreement(table: Table) -> list[str]:
    """How well whole runs of other seeds agree over subsets."""
    lines = []
    for split in _SPLITS:
        runs = {s: by_seed for s, by_seed in table.means(split).items() if s}
        found = noise(runs)
        if found.single_seed is not None:
            r = found.single_seed
            lines.append(
                f"{split} {r.value:.2f} ({r.low:.2f} to {r.high:.2f}; n = {found.n} subsets with two seeds)"
            )
    text = "Agreement of two runs of other seeds over subsets, mean over targets: "
    return [text + "; ".join(lines) + ".", *_runs(table)] if lines else []


def _runs(table: Table) -> list[str]:
    """Standard deviations of whole runs: what targets share of the noise, and what each has alone."""
    blocks = {split: table.block(split) for split in _SPLITS}
    if any(block is None for block in blocks.values()):
        return []
    found = {split: components(block) for split, block in blocks.items() if block is not None}
    limits = {split: intervals(block) for split, block in blocks.items() if block is not None}
    rows = [
        f"| {name} | "
        + " | ".join(
            f"{_sd(found[s][effect])} ({_sd(limits[s][effect][0])} to {_sd(limits[s][effect][1])})"
            for s in found
        )
        + " |"
        for effect, name in RUN_EFFECTS.items()
    ]
    subsets, seeds, targets = next(b.shape for b in blocks.values() if b is not None)
    text = (
        f"Where scores of {subsets} subsets × {seeds} seeds × {targets} targets differ, as standard "
        "deviations in points (95 % by simulation):"
    )
    return [text, "| component | dev | test |\n|-|-|-|\n" + "\n".join(rows)]


def _split(seeds: SeedTable) -> list[str]:
    """Standard deviations by stage."""
    block = seeds.block("test")
    if block is None:
        return []
    whole = block.mean(axis=-1)
    found, range_of = components(whole), intervals(whole)
    by_target = _by_target(block)
    rows = [
        f"| {name} | {_sd(found[e])} ({_sd(range_of[e][0])} to {_sd(range_of[e][1])}) | {_sd(by_target[e])} |"
        for e, name in EFFECTS.items()
    ]
    subsets, realignments, finetunings, targets = block.shape
    text = (
        f"Where test scores of {subsets} subsets × {realignments} realignments × {finetunings} fine-tunings "
        f"differ, as standard deviations in points (of {targets} targets, the mean and one alone; 95 % by "
        "simulation):"
    )
    agreement = Agreement(found)
    expected = ", ".join(f"{agreement.of(k):.2f} with {k}" for k in (1, 2, 3))
    limit = (
        f"So two runs are expected to agree at {expected} fine-tunings of one realignment, and at "
        f"{agreement.of(float('inf')):.2f} with any number."
    )
    limit += _apart(seeds)
    return [text, "| component | mean over targets | one target |\n|-|-|-:|\n" + "\n".join(rows), limit]


def _apart(seeds: SeedTable) -> str:
    """Subset × order and subset × draw of pairs, each with all else fixed."""
    order, drawn = seeds.apart("test", drawn=False), seeds.apart("test", drawn=True)
    if order is None or drawn is None:
        return ""
    sds = [_sd(components(table)[0, 1]) for table in (order, drawn)]
    return (
        f" With the same pairs and fine-tuning, another order of them changes a subset by {sds[0]} points "
        f"against the others; in the same order, other pairs by {sds[1]} (n = {len(order)} subsets × 3)."
    )


def _by_target(block: Array) -> dict[Effect, float]:
    """Mean over targets of each target's own components."""
    each = [components(block[..., target]) for target in range(block.shape[-1])]
    return {effect: float(np.mean([found[effect] for found in each])) for effect in each[0]}


def _repeated(seeds: SeedTable) -> list[str]:
    """Agreement of runs that are means of several fine-tunings, and their cost."""
    share = seeds.extra_share()
    lines = []
    for k in (1, 2, 3):
        cells = []
        for averaged in (1, AVERAGED):
            found = noise(seeds.repeated("test", k, averaged))
            if found.single_seed is None:
                return []
            r = found.single_seed
            cells.append(f"{r.value:.2f} ({r.low:.2f} to {r.high:.2f}; n = {found.n})")
        lines.append(f"| {k} | {1 + (k - 1) * (share or 0.0):.2f} | " + " | ".join(cells) + " |")
    text = (
        f"Agreement of two runs that share no seed (realignment {' and '.join(map(str, REPEATED_SEEDS))}), "
        "mean over targets, test data:"
    )
    head = f"| fine-tunings | cost | last weights | average of {AVERAGED} snapshots |\n|-:|-:|-|-|\n"
    return [text, head + "\n".join(lines)]


def _sd(variance: float) -> str:
    """Write a variance as a standard deviation; a component below 0 as 0."""
    return f"{np.sqrt(max(0.0, variance)):.2f}"
