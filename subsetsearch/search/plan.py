"""What a study would do: space, constraints, number of subsets, expected time."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Sequence
from typing import Any

from subsetsearch.proxy.timing import stored_score_seconds
from subsetsearch.search.evaluations import EvaluationTable
from subsetsearch.search.ladder import Ladder
from subsetsearch.search.levels import PAIRS
from subsetsearch.search.space import SearchSpace
from subsetsearch.search.storage import complete_trials, load_stored


def describe_plan(ladder: Ladder, url: str | None = None) -> dict[str, Any]:
    """Describe a study without training or writing anything.

    Args:
        ladder: An opened study.
        url: Database of a stored study; the study's own SQLite file, if left out.

    Returns:
        Plain data: sizes, constraints, the number of subsets that keep all constraints but the
        budget (with levels of pairs per language also the candidates, counted at each level), how much work
        each rung is, and how many seconds (``None`` where nothing was timed).

    Raises:
        StudyError: If the stored study does not fit the study file.
    """
    study, space = ladder.study, ladder.space
    return {
        "study": study.name,
        "pool": len(space.keys),
        "targets": len(ladder.targets.searched),
        "held_out": sorted(ladder.targets.held_out),
        "unlabelled": list(ladder.targets.unlabelled),
        "sizes": [space.min_size, space.max_size],
        "must_include": sorted(space.must_include),
        "exclude": sorted(space.exclude),
        "max_per_family": space.max_per_family,
        "budget": space.budget,
        "cost_unit": ladder.cost.unit,
        "cost_of_all": space.price(space.keys, space.levels.top(space.keys).pairs),
        "subsets_of_allowed_sizes": count_subsets(space),
        **_levels(space),
        "trials": study.search.trials,
        "sampler": study.search.sampler,
        "rung2_steps": study.proxy.short.steps * len(study.proxy.short.seeds),
        "full_runs": _full_runs(ladder),
        "full_run_realignment_steps": study.recipe.realignment.steps,
        **_seconds(ladder, url),
    }


def _levels(space: SearchSpace) -> dict[str, Any]:
    """Describe the second axis where the study has it: levels, and subsets times levels."""
    if not space.levels:
        return {}
    choices = list(space.levels.choices)
    return {PAIRS: choices, "candidates": len(choices) * count_subsets(space)}


def count_subsets(space: SearchSpace) -> int:
    """Count the subsets that keep every constraint but the budget.

    The count by size is the product, over families, of (1 + x)^n cut off at the family's limit.
    """
    free = Counter(space.families.get(key, key) for key in space.free)
    taken = Counter(space.families.get(key, key) for key in space.must_include)
    by_size = [1]
    for family, n in free.items():
        most = n if space.max_per_family is None else min(n, space.max_per_family - taken[family])
        ways = [math.comb(n, k) for k in range(most + 1)]
        product = [0] * (len(by_size) + most)
        for i, have in enumerate(by_size):
            for k, more in enumerate(ways):
                product[i + k] += have * more
        by_size = product
    required = len(space.must_include)
    low, high = max(0, space.min_size - required), space.max_size - required
    return sum(by_size[low : high + 1])


def _full_runs(ladder: Ladder) -> int:
    if not ladder.targets.searched:
        return 0
    return (ladder.study.evaluate.top + 2) * len(ladder.study.evaluate.seeds)


def _seconds(ladder: Ladder, url: str | None) -> dict[str, Any]:
    """Estimate times from what was timed before; ``None`` is unknown."""
    study = ladder.study
    stored = load_stored(study, ladder.folder, url)
    attrs = [trial.user_attrs for trial in complete_trials(stored)] if stored else []
    rung1 = _median([a["rung1_seconds"] for a in attrs if "rung1_seconds" in a])
    rung2 = _median([a["rung2_seconds"] for a in attrs if "rung2_seconds" in a])
    runs = EvaluationTable(ladder.folder.evaluations).read(study.fingerprint())
    rung3 = _median([run.seconds for run in runs])
    if rung1 is None:
        rung1 = stored_score_seconds(ladder.folder.cache, study.proxy.linear)
    trials, warm = study.search.trials, study.proxy.short.warm
    measured = math.ceil(min(trials, warm) + study.search.promote * max(0, trials - warm))
    search = None if rung1 is None or rung2 is None else trials * rung1 + measured * rung2
    full = None if rung3 is None else _full_runs(ladder) * rung3
    return {
        "rung1_seconds": _rounded(rung1),
        "rung2_seconds": _rounded(rung2),
        "full_run_seconds": _rounded(rung3),
        "rung2_runs": measured,
        "search_seconds": _rounded(search),
        "study_seconds": None if search is None or full is None else _rounded(search + full),
    }


def _median(values: Sequence[float]) -> float | None:
    return statistics.median(values) if values else None


def _rounded(seconds: float | None) -> float | None:
    """Three digits are more than an estimate holds."""
    return None if seconds is None else float(f"{seconds:.3g}")
