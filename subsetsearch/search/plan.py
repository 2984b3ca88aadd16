"""What a study would do: space, constraints, number of subsets, expected time."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from optuna.trial import FrozenTrial

from subsetsearch.proxy.timing import stored_score_seconds
from subsetsearch.rungs import FULL, RUNGS
from subsetsearch.search.evaluations import EvaluationTable
from subsetsearch.search.ladder import Ladder
from subsetsearch.search.levels import PAIRS
from subsetsearch.search.space import SearchSpace
from subsetsearch.search.storage import complete_trials, load_stored
from subsetsearch.study.config import StudyConfig


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
        "measured_by": ladder.top.words.title,
        **_work(ladder),
        "full_runs": _full_runs(ladder),
        "full_run_realignment_steps": study.recipe.realignment.steps,
        **_seconds(ladder, url),
    }


def _work(ladder: Ladder) -> dict[str, Any]:
    """How much training one subset is to the rung that measures it; nothing for rung 1."""
    study, top = ladder.study, ladder.top.number
    steps = {
        2: study.proxy.short.steps * len(study.proxy.short.seeds),
        3: study.recipe.realignment.steps * len(study.proxy.full.seeds),
    }
    return {f"rung{top}_steps": steps[top]} if top in steps else {}


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
    study, top = ladder.study, ladder.top.number
    stored = load_stored(study, ladder.folder, url)
    trials = complete_trials(stored) if stored else []
    rung1 = _timed(trials, 1)
    if rung1 is None:
        rung1 = stored_score_seconds(ladder.folder.cache, study.proxy.linear)
    proposal = _median([seconds for trial in trials if (seconds := _beside(trial)) is not None])
    full_run = _run_seconds(ladder.folder.evaluations, study)
    climb = _climb_seconds(ladder, trials, full_run)
    search = None
    if rung1 is not None and (proposal if top == 1 else climb) is not None:
        search = study.search.trials * (rung1 + (proposal or 0.0)) + _climbers(ladder) * (climb or 0.0)
    full = None if full_run is None else _full_runs(ladder) * full_run
    own = {f"rung{top}_seconds": _rounded(climb), f"rung{top}_runs": _climbers(ladder)} if top > 1 else {}
    return {
        "rung1_seconds": _rounded(rung1),
        **own,
        "proposal_seconds": _rounded(proposal),
        "full_run_seconds": _rounded(full_run),
        "search_seconds": _rounded(search),
        "study_seconds": None if search is None or full is None else _rounded(search + full),
    }


def _climbers(ladder: Ladder) -> int:
    """How many trials will climb above rung 1: the warm-up, and a share of the others."""
    if ladder.top.number == 1:
        return 0
    trials, warm = ladder.study.search.trials, ladder.top.warm
    return math.ceil(min(trials, warm) + ladder.study.search.promote * max(0, trials - warm))


def _climb_seconds(ladder: Ladder, trials: Sequence[FrozenTrial], full_run: float | None) -> float | None:
    """Time that the top rung takes for a subset; full runs may have been timed outside the search."""
    if ladder.top.number == 1:
        return None
    timed = _timed(trials, ladder.top.number)
    if timed is not None or ladder.top.number != FULL.number:
        return timed
    one = _run_seconds(ladder.folder.dev_evaluations, ladder.study) or full_run
    return None if one is None else one * len(ladder.study.proxy.full.seeds)


def _run_seconds(table: Path, study: StudyConfig) -> float | None:
    return _median([run.seconds for run in EvaluationTable(table).read(study.fingerprint())])


def _timed(trials: Sequence[FrozenTrial], rung: int) -> float | None:
    name = f"rung{rung}_seconds"
    return _median([trial.user_attrs[name] for trial in trials if name in trial.user_attrs])


def _beside(trial: FrozenTrial) -> float | None:
    """Seconds that a trial took to be proposed and stored: what no rung took."""
    if trial.duration is None:
        return None
    rungs = sum(trial.user_attrs.get(f"rung{rung}_seconds", 0.0) for rung in RUNGS)
    return max(0.0, trial.duration.total_seconds() - float(rungs))


def _median(values: Sequence[float]) -> float | None:
    return statistics.median(values) if values else None


def _rounded(seconds: float | None) -> float | None:
    """Three digits are more than an estimate holds."""
    return None if seconds is None else float(f"{seconds:.3g}")
