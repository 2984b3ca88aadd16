"""The page's part on the seeds of the stages: where the noise is from, and what more fine-tunings bring."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

from benchmarks.tables.agreement import (
    FINETUNING,
    REALIGNMENT,
    SUBSET,
    finetuning_share,
    ratio,
    with_noise,
)
from benchmarks.tables.components import Array, Effect, Estimates, components, tails
from benchmarks.tables.measure import AVERAGED
from benchmarks.tables.seeds import SeedTable
from benchmarks.tables.tasks import REPEATED_SEEDS
from subsetsearch.analysis.trust.noise import Noise, noise

EFFECTS: Mapping[Effect, str] = {
    (SUBSET,): "subset",
    (REALIGNMENT,): "realignment, alike for all subsets",
    (FINETUNING,): "fine-tuning, alike for all subsets",
    (SUBSET, REALIGNMENT): "subset × realignment",
    (SUBSET, FINETUNING): "subset × fine-tuning",
    (REALIGNMENT, FINETUNING): "realignment × fine-tuning, alike for all subsets",
    (SUBSET, REALIGNMENT, FINETUNING): "all three, and the rest",
}


def split_part(seeds: SeedTable, single: float | None) -> list[str]:
    """Standard deviations by stage, and what more fine-tunings and the average of snapshots let expect.

    Args:
        seeds: The table of seeds by stage.
        single: Agreement of two single runs over the subsets of the designed table, on test data.
    """
    block, averaged = seeds.block("test"), seeds.block("test", AVERAGED)
    if block is None or averaged is None:
        return []
    subsets, realignments, finetunings, targets = block.shape
    text = (
        f"Where test scores of {subsets} subsets × {realignments} realignments × {finetunings} fine-tunings "
        f"differ, as standard deviations in points (of {targets} targets, the mean and one alone; with the "
        f"last weights, and with the average of {AVERAGED} snapshots; 95 % by simulation):"
    )
    last, mean = (Estimates.of(table.mean(axis=-1)) for table in (block, averaged))
    parts = [text, _components(last, mean, _by_target(block))]
    low, high = tails([finetuning_share(each) for each in last.simulated])
    sentence = (
        f"**{100 * finetuning_share(last.variances):.0f} % of the noise is that of fine-tuning** "
        f"({100 * low:.0f} to {100 * high:.0f} %): more fine-tunings of one realignment take away no more "
        "than that."
    )
    sentence += _apart(seeds)
    if single is None or single <= 0:
        return [*parts, sentence]
    sentence += (
        f" Single runs agree at {single:.2f} over the designed subsets. So the split lets expect this (95 % "
        "by simulation of the split alone):"
    )
    return [*parts, sentence, _by_finetunings(seeds, partial(_expected, single, last, mean))]


def _components(last: Estimates, mean: Estimates, by_target: Mapping[Effect, float]) -> str:
    """Standard deviations of the mean over targets, and of one target alone."""
    head = "| component | mean over targets | average of snapshots | one target |\n|-|-|-|-:|\n"
    return head + "\n".join(
        f"| {name} | {sds(last, effect)} | {sds(mean, effect)} | {sd(by_target[effect])} |"
        for effect, name in EFFECTS.items()
    )


def _expected(single: float, last: Estimates, mean: Estimates, finetunings: int, averaged: int) -> str:
    """Agreement that the split lets expect; of single runs with the last weights it is the measured one."""
    noise_left, least, most = ratio(last, last if averaged == 1 else mean, finetunings)
    r, low, high = (with_noise(single, each) for each in (noise_left, most, least))
    return f"{r:.2f}" if finetunings == averaged == 1 else f"{r:.2f} ({low:.2f} to {high:.2f})"


def _by_finetunings(seeds: SeedTable, cell: Callable[[int, int], str]) -> str:
    """A row for each number of fine-tunings with its cost, a column without and with averaged snapshots.

    Args:
        seeds: Says what another fine-tuning costs.
        cell: Given the number of fine-tunings and of averaged snapshots.
    """
    share = seeds.extra_share() or 0.0
    lines = [f"| {k} | {1 + (k - 1) * share:.2f} | {cell(k, 1)} | {cell(k, AVERAGED)} |" for k in (1, 2, 3)]
    head = f"| fine-tunings | cost | last weights | average of {AVERAGED} snapshots |\n|-:|-:|-|-|\n"
    return head + "\n".join(lines)


def _apart(seeds: SeedTable) -> str:
    """Subset × order and subset × draw of pairs, each with all else fixed."""
    order, drawn = seeds.apart("test", drawn=False), seeds.apart("test", drawn=True)
    if order is None or drawn is None:
        return ""
    sds = [sd(components(table)[0, 1]) for table in (order, drawn)]
    return (
        f" With the same pairs and fine-tuning, another order of them changes a subset by {sds[0]} points "
        f"against the others; in the same order, other pairs by {sds[1]} (n = {len(order)} subsets × 3)."
    )


def _by_target(block: Array) -> dict[Effect, float]:
    """Mean over targets of each target's own components."""
    each = [components(block[..., target]) for target in range(block.shape[-1])]
    return {effect: float(np.mean([found[effect] for found in each])) for effect in each[0]}


def repeated_part(seeds: SeedTable) -> list[str]:
    """Agreement of runs that are means of several fine-tunings, and their cost."""
    measured = {
        (k, averaged): noise(seeds.repeated("test", k, averaged))
        for k in (1, 2, 3)
        for averaged in (1, AVERAGED)
    }
    cells = {key: agreed(found, f"n = {found.n}") for key, found in measured.items()}
    if not all(cells.values()):
        return []
    text = (
        f"Agreement of two runs that share no seed (realignment {' and '.join(map(str, REPEATED_SEEDS))}), "
        "mean over targets, test data:"
    )
    return [text, _by_finetunings(seeds, lambda k, averaged: cells[k, averaged])]


def agreed(found: Noise, n: str) -> str:
    """Write the agreement of single seeds with its interval; nothing where it is not known."""
    r = found.single_seed
    return "" if r is None else f"{r.value:.2f} ({r.low:.2f} to {r.high:.2f}; {n})"


def sds(found: Estimates, effect: Effect) -> str:
    """Write a component as a standard deviation with its interval."""
    low, high = found.interval(effect)
    return f"{sd(found.variances[effect])} ({sd(low)} to {sd(high)})"


def sd(variance: float) -> str:
    """Write a variance as a standard deviation; a component below 0 as 0."""
    return f"{np.sqrt(max(0.0, variance)):.2f}"
