"""The page's part on the seeds of the stages: where the noise is from, and what more fine-tunings bring."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from benchmarks.tables.agreement import (
    FINETUNING,
    REALIGNMENT,
    SUBSET,
    finetuning_share,
    ratio,
    with_noise,
)
from benchmarks.tables.components import Array, Effect, components, intervals, likely, tails
from benchmarks.tables.measure import AVERAGED
from benchmarks.tables.seeds import SeedTable
from benchmarks.tables.tasks import REPEATED_SEEDS
from subsetsearch.analysis.trust.noise import noise

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
    parts = [text, _components(block, averaged)]
    last, other = block.mean(axis=-1), averaged.mean(axis=-1)
    share = [finetuning_share(each) for each in (components(last), *likely(last))]
    low, high = tails(share[1:], 0.95)
    told = (
        f"**{100 * share[0]:.0f} % of the noise is that of fine-tuning** ({100 * low:.0f} to "
        f"{100 * high:.0f} %): more fine-tunings of one realignment take away no more than that."
    )
    told += _apart(seeds)
    if single is None or single <= 0:
        return [*parts, told]
    told += (
        f" Single runs agree at {single:.2f} over the designed subsets. So the split lets expect this (95 % "
        "by simulation of the split alone):"
    )
    return [*parts, told, _expected(seeds, single, last, other)]


def _components(block: Array, averaged: Array) -> str:
    """Standard deviations of the mean over targets, and of one target alone."""
    tables = [table.mean(axis=-1) for table in (block, averaged)]
    found, limits = [components(t) for t in tables], [intervals(t) for t in tables]
    by_target = _by_target(block)
    head = "| component | mean over targets | average of snapshots | one target |\n|-|-|-|-:|\n"
    return head + "\n".join(
        f"| {name} | "
        + " | ".join(
            f"{sd(each[e])} ({sd(ends[e][0])} to {sd(ends[e][1])})"
            for each, ends in zip(found, limits, strict=True)
        )
        + f" | {sd(by_target[e])} |"
        for e, name in EFFECTS.items()
    )


def _expected(seeds: SeedTable, single: float, last: Array, other: Array) -> str:
    """Expected agreement by number of fine-tunings."""
    share = seeds.extra_share() or 0.0
    lines = []
    for k in (1, 2, 3):
        cells = []
        for table in (last, other):
            noise_left, least, most = ratio(last, table, k)
            r, low, high = (with_noise(single, each) for each in (noise_left, most, least))
            cells.append(f"{r:.2f}" if k == 1 and table is last else f"{r:.2f} ({low:.2f} to {high:.2f})")
        lines.append(f"| {k} | {1 + (k - 1) * share:.2f} | " + " | ".join(cells) + " |")
    return (
        f"| fine-tunings | cost | last weights | average of {AVERAGED} snapshots |\n|-:|-:|-|-|\n"
        + "\n".join(lines)
    )


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


def sd(variance: float) -> str:
    """Write a variance as a standard deviation; a component below 0 as 0."""
    return f"{np.sqrt(max(0.0, variance)):.2f}"
