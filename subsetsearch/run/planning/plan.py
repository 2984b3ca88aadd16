"""What a run of a study would do: space, constraints, number of subsets, expected time."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from realign_core.support.duration import Estimate
from subsetsearch.config.rungs import FULL, always_measured
from subsetsearch.config.study import StudyConfig
from subsetsearch.problem.notes import few_notes, one_language_notes, script_notes, twin_notes, unread_notes
from subsetsearch.problem.pairs import PAIRS
from subsetsearch.problem.pool import held_out_note
from subsetsearch.problem.problem import Problem
from subsetsearch.problem.space import SearchSpace
from subsetsearch.results.measurements.measurement import TEST, Measurement
from subsetsearch.results.trials.stored_study import load_stored
from subsetsearch.results.trials.trial_record import TrialRecord, first_scored, read_trials
from subsetsearch.results.trials.trial_writer import count_complete
from subsetsearch.run.search.total import count_new_trials
from subsetsearch.rungs.ladder import Ladder
from subsetsearch.rungs.rung import Rung
from subsetsearch.rungs.scaled import scaled_recipe
from subsetsearch.subset import NONE


@dataclass(frozen=True, slots=True)
class StudyTimes:
    """What a few steps tell, where nothing of the study was timed yet.

    Args:
        prepare: Reading, tokenising and encoding what all trials share.
        trial: A trial at rung 1, from its proposal to its storing; nothing where the search does without.
        top: The rung that the search ends at, a subset; ``None`` for rung 1.
        full_run: A full run on test data; ``None`` without labels.
        arithmetic: What it was timed with.
    """

    prepare: Estimate
    trial: Estimate
    top: Estimate | None
    full_run: Estimate | None
    arithmetic: str


def describe_plan(
    ladder: Ladder, *, trials: int | None = None, more: int | None = None, timed: StudyTimes | None = None
) -> dict[str, Any]:
    """Describe what a run of a study would do, without training or writing anything.

    Args:
        ladder: An opened study.
        trials: Total that the run is asked for; the study's own, if left out.
        more: Trials to add instead.
        timed: Times that a few steps were measured for, where no run has told them.

    Returns:
        Plain data:

        - sizes, constraints, and the number of subsets that keep all constraints but the budget; where the
          study chooses pairs per language, also the candidates, each number of pairs counted on its own;
        - how many trials there are, and how many would be added;
        - how much work each rung is, and how many full runs ``evaluate`` has left at most;
        - how many seconds this takes (``None`` where nothing was timed).

    Raises:
        StudyError: If the stored study does not fit the study file.
    """
    problem, study, space = ladder.problem, ladder.problem.config, ladder.problem.space
    stored = load_stored(study, ladder.folder)
    before = count_complete(stored)
    adds = count_new_trials(study.search.trials, before, trials, more)
    runs = ladder.store.read(study.fingerprint(), rung=FULL.number, split=TEST)
    possible = possible_subsets(problem)
    # A further seed of a known subset is a trial, too.
    new_trials = adds if study.search.by_decision else min(adds, max(0, possible - before))
    return {
        "study": study.name,
        "pool": len(space.keys),
        "targets": len(problem.targets.searched),
        "held_out": sorted(problem.targets.held_out),
        "withheld": list(problem.pool.withheld),
        **_notes(problem),
        "unlabelled": list(problem.targets.unlabelled),
        "sizes": [space.min_size, space.max_size],
        "must_include": sorted(space.must_include),
        "exclude": sorted(space.exclude),
        "max_per_family": space.max_per_family,
        "budget": space.budget,
        "cost_unit": problem.cost.unit,
        "cost_of_all": space.cost(space.pairs.top(space.keys)),
        "subsets_of_allowed_sizes": count_subsets(space),
        **_pairs(space),
        "trials": adds,
        "minutes": study.search.minutes,
        "trials_before": before,
        "trials_possible": new_trials,
        "possible_subsets": possible,
        "sampler": study.search.sampler,
        "measured_by": ladder.top.label.title,
        **_work(study),
        "full_runs": _full_runs(problem, runs),
        "full_runs_before": len(runs),
        "full_run_realignment_steps": study.recipe.realignment.steps,
        **_seconds(ladder, list(first_scored(read_trials(stored)).values()), runs, new_trials, timed),
    }


def _work(study: StudyConfig) -> dict[str, Any]:
    """How much training one subset is to the rung that measures it; nothing for rung 1."""
    top, full = study.search.top_rung, study.proxy.full
    steps = {
        2: study.proxy.short.steps * len(study.proxy.short.seeds),
        3: scaled_recipe(study.recipe, full.scale).realignment.steps * len(full.seeds),
    }
    share = {"scale": full.scale} if top == FULL.number and full.scale < 1 else {}
    return {f"rung{top}_steps": steps[top], **share} if top in steps else {}


def _notes(problem: Problem) -> dict[str, Any]:
    """What to know of languages, files and settings."""
    study, pool = problem.config, problem.pool
    return {
        "note": held_out_note(study),
        "one_language": [*few_notes(pool), *twin_notes(pool), *one_language_notes(study)],
        "scripts": list(script_notes(pool)),
        "unread": list(unread_notes(study)),
    }


def _pairs(space: SearchSpace) -> dict[str, Any]:
    """Describe the second axis where the study has it: numbers of pairs, and subsets times these."""
    if not space.pairs:
        return {}
    choices = list(space.pairs.choices)
    return {PAIRS: choices, "candidates": len(choices) * count_subsets(space)}


def count_subsets(space: SearchSpace) -> int:
    """Count the subsets that keep every constraint but the budget.

    The count by size is the product, over families, of (1 + x)^n cut off at the family's limit.
    """
    free = Counter(space.families.get(key, key) for key in space.free)
    included = Counter(space.families.get(key, key) for key in space.must_include)
    by_size = [1]
    for family, n in free.items():
        most = n if space.max_per_family is None else min(n, space.max_per_family - included[family])
        ways = [math.comb(n, k) for k in range(most + 1)]
        product = [0] * (len(by_size) + most)
        for i, sets in enumerate(by_size):
            for k, more in enumerate(ways):
                product[i + k] += sets * more
        by_size = product
    required = len(space.must_include)
    low, high = max(0, space.min_size - required), space.max_size - required
    return sum(by_size[low : high + 1])


def possible_subsets(problem: Problem) -> int:
    """Count what can be scored at all: allowed subsets with each number of pairs, ``none`` and ``all``."""
    space, all_languages = problem.space, problem.cost.everything
    allowed = count_subsets(space) * max(1, len(space.pairs.choices))
    return allowed + 1 + (not space.allows(all_languages))


def _full_runs(problem: Problem, runs: Sequence[Measurement]) -> int:
    """How many full runs ``evaluate`` has left at most.

    Those of ``none`` and ``all`` count as done where they are stored; which others it will ask for is
    known only when the search is over. There are no more than subsets.
    """
    if not problem.targets.searched:
        return 0
    evaluate, done = problem.config.evaluate, {(run.subset, run.seed) for run in runs}
    ends = (NONE, problem.cost.everything)
    stored = sum((end, seed) in done for end in ends for seed in evaluate.seeds)
    subsets = min(evaluate.top + len(ends), possible_subsets(problem))
    return subsets * len(evaluate.seeds) - stored


def _seconds(
    ladder: Ladder,
    trials: Sequence[TrialRecord],
    runs: Sequence[Measurement],
    adds: int,
    timed: StudyTimes | None,
) -> dict[str, Any]:
    """Estimate times from what was timed before, else from a few steps; ``None`` is unknown."""
    config, top = ladder.problem.config, ladder.top.number
    full_run = _spread([run.seconds for run in runs])
    rung1 = _timed(ladder.first, trials) if config.search.uses_rung1 else Estimate(0.0, 0.0)
    proposal = _spread([seconds for trial in trials if (seconds := _beside(trial)) is not None])
    climb = None if top == 1 else _timed(ladder.top, trials)
    if climb is None and top == FULL.number and config.proxy.full.scale == 1 and full_run is not None:
        climb = full_run.times(len(config.proxy.full.seeds))
    climbers = min(adds, _climbers(config, trials, adds))
    search = None
    if rung1 is not None and (proposal if top == 1 else climb) is not None:
        search = _sum(_times(rung1, adds), _times(proposal, adds), _times(climb, climbers))
    elif timed is not None and (top == 1 or timed.top is not None):
        search = _sum(timed.prepare, timed.trial.times(adds), _times(timed.top, climbers))
        climb = climb or timed.top
    if full_run is None and timed is not None:
        full_run = timed.full_run
    full = None if full_run is None else full_run.times(_full_runs(ladder.problem, runs))
    whole = None if search is None or full is None else _sum(search, full)
    above = {f"rung{top}_seconds": _plain(climb), f"rung{top}_runs": climbers} if top > 1 else {}
    return {
        **({"rung1_seconds": _plain(rung1)} if config.search.uses_rung1 else {}),
        **above,
        "proposal_seconds": _plain(proposal),
        "full_run_seconds": _plain(full_run),
        "search_seconds": _plain(search),
        "search_range": None if search is None else search.bounds(),
        "full_runs_range": None if full is None else full.bounds(),
        "study_seconds": _plain(whole),
        "study_range": None if whole is None else whole.bounds(),
    }


def _climbers(config: StudyConfig, trials: Sequence[TrialRecord], adds: int) -> int:
    """How many of the added trials climb above rung 1.

    Where it filters, these are what is left of the warm-up, and a share of the others.
    """
    top = config.search.top_rung
    if top == 1:
        return 0
    if not config.search.filters:
        return adds
    warm = max(0, always_measured(config) - sum(top in trial.scores for trial in trials))
    return math.ceil(min(adds, warm) + config.search.promote * max(0, adds - warm))


def _timed(rung: Rung, trials: Sequence[TrialRecord]) -> Estimate | None:
    """Seconds that a rung took in trials, or would take."""
    timed = _spread([trial.seconds[rung.number] for trial in trials if rung.number in trial.seconds])
    if timed is not None:
        return timed
    seconds = rung.seconds()
    return None if seconds is None else Estimate(seconds, 0.0)


def _beside(trial: TrialRecord) -> float | None:
    """Seconds that a trial took to be proposed and stored: what no rung took."""
    if trial.started is None or trial.ended is None:
        return None
    return max(0.0, (trial.ended - trial.started).total_seconds() - sum(trial.seconds.values()))


def _spread(values: Sequence[float]) -> Estimate | None:
    """The median, and its standard error; what is further away than usual may be chance."""
    if not values:
        return None
    error = statistics.stdev(values) / math.sqrt(len(values)) if len(values) > 1 else 0.0
    return Estimate(statistics.median(values), error)


def _times(estimate: Estimate | None, number: int) -> Estimate:
    return Estimate(0.0, 0.0) if estimate is None else estimate.times(number)


def _sum(*parts: Estimate) -> Estimate:
    return Estimate.total(parts)


def _plain(estimate: Estimate | None) -> float | None:
    return None if estimate is None else estimate.rounded()
