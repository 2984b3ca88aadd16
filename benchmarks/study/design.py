"""What our picks are held against: random, published and diverse sets, one language by its traits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from benchmarks.study.entries import (
    COST,
    DIVERSE,
    ENDS,
    OURS,
    PUBLISHED,
    RANDOM,
    TRAITS,
    UNTOUCHED,
    Entry,
)
from benchmarks.study.tasks import Design
from realign_core.support.seeds import named_generator
from subsetsearch.config import StudyConfig
from subsetsearch.diversity.solvers import SolverName
from subsetsearch.problem.problem import Problem
from subsetsearch.strategies import select, strategies_by_subset
from subsetsearch.subset import NONE, Subset
from subsetsearch.traits.relation import similarities

BY_TRAITS = "nearest to the targets"
SOLVERS: tuple[SolverName, ...] = ("greedy", "exact")


def ends(problem: Problem) -> list[Entry]:
    """No realignment, and all languages."""
    return [UNTOUCHED, Entry.of(ENDS, "all", problem.cost.everything)]


def published(problem: Problem) -> list[Entry]:
    """Every published strategy of which at least half is in the pool, cut to it; equal ones are one entry."""
    found = strategies_by_subset(problem.pool.keys)
    return [
        Entry.of(PUBLISHED, ", ".join(names), problem.cost.pairs.top(keys))
        for keys, names in sorted(found.items(), key=lambda item: (len(item[0]), item[1]))
    ]


def random(problem: Problem, design: Design) -> list[Entry]:
    """Random sets, the same ones every time."""
    rng = named_generator(0, f"random sets of {problem.config.name}")
    keys = problem.pool.keys
    return [
        Entry.of(
            RANDOM,
            f"{size} languages, draw {draw + 1}",
            problem.cost.pairs.top(keys[int(i)] for i in rng.choice(len(keys), size, replace=False)),
        )
        for size in _sizes(problem, design)
        for draw in range(design.draws)
    ]


def by_traits(problem: Problem) -> list[Entry]:
    """The one language that is most like the targets that the search saw, by typology."""
    keys, targets = problem.pool.keys, problem.targets.searched
    near = similarities(keys, targets).mean(axis=1)
    return [Entry.of(TRAITS, BY_TRAITS, problem.cost.pairs.top([keys[int(np.argmax(near))]]))]


def diverse(problem: Problem, design: Design) -> list[Entry]:
    """The most diverse sets by URIEL, greedily and exactly."""
    return list(_diverse(problem, design))


def _diverse(problem: Problem, design: Design) -> Iterator[Entry]:
    for solver in SOLVERS:
        for size in _sizes(problem, design):
            if size == 1 and solver != SOLVERS[0]:
                continue  # of one language there are no distances to add up
            found = select(
                k=size, pool=problem.pool.keys, source=None, solver=solver, time_limit=design.exact
            )
            note = "" if found.optimal or solver == "greedy" else found.quality
            chosen = problem.cost.pairs.top(found.keys)
            yield Entry.of(DIVERSE, f"{solver}, {size} languages", chosen, note=note)


def costs(problem: Problem, design: Design, entries: Sequence[Entry]) -> list[Entry]:
    """What fewer pairs of each language do: of all languages, our recommended ones, and ten published ones.

    A run reads a fixed number of pairs. Where a cut leaves more than that, nothing changes but which of them
    are read, so it is not run; but for the smallest cut of each set, which says what little data do.

    Args:
        problem: The study.
        design: Says how many pairs.
        entries: Those made before.
    """
    chosen = [entry for entry in entries if entry.kind in (ENDS, OURS) and entry.targets is None]
    chosen += [entry for entry in entries if entry.kind == PUBLISHED and len(entry.languages) == 10][:1]
    subsets: dict[Subset, str] = {}
    for entry in chosen:
        if entry.subset != NONE:
            subsets.setdefault(entry.subset, entry.label)
    cuts: dict[Subset, str] = {}
    for subset, label in subsets.items():
        for pairs in design.pairs:
            cut = problem.cost.pairs.canonical(subset.languages, pairs)
            felt = problem.cost(cut) < pairs_read(problem.config) or pairs == min(design.pairs)
            if cut != subset and felt:
                cuts.setdefault(cut, f"{label}, {pairs} pairs each")
    return [Entry.of(COST, name, subset) for subset, name in cuts.items()]


def pairs_read(study: StudyConfig) -> int:
    """Pairs that a run reads, whatever there is: steps times pairs a step."""
    realignment = study.recipe.realignment
    return realignment.steps * realignment.pairs_per_batch


def _sizes(problem: Problem, design: Design) -> tuple[int, ...]:
    return tuple(size for size in design.sizes if size <= len(problem.pool.keys))
