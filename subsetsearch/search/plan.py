"""What a study would do: space, constraints, number of subsets, expected time."""

from __future__ import annotations

import math
from typing import Any

from subsetsearch.search.ladder import Ladder


def describe_plan(ladder: Ladder) -> dict[str, Any]:
    """Describe a study without training or writing anything.

    Args:
        ladder: An opened study.

    Returns:
        Plain data: sizes, constraints, the number of subsets of the allowed sizes, and how
        much work each rung is.
    """
    study, space = ladder.study, ladder.space
    free = len(space.keys) - len(space.must_include)
    required = len(space.must_include)
    sizes = range(max(space.min_size, required), space.max_size + 1)
    short, recipe = study.proxy.short, study.recipe
    return {
        "study": study.name,
        "pool": len(space.keys),
        "targets": len(ladder.targets.searched),
        "held_out": sorted(ladder.targets.held_out),
        "sizes": [space.min_size, space.max_size],
        "must_include": sorted(space.must_include),
        "budget": space.budget,
        "cost_unit": ladder.cost.unit,
        "cost_of_all": ladder.cost(space.keys),
        "subsets_of_allowed_sizes": sum(math.comb(free, size - required) for size in sizes),
        "trials": study.search.trials,
        "sampler": study.search.sampler,
        "rung2_steps": short.steps * len(short.seeds),
        "full_runs": (study.evaluate.top + 2) * len(study.evaluate.seeds),
        "full_run_realignment_steps": recipe.realignment.steps,
    }
