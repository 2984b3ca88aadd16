"""A study's dry run: everything is checked, a few steps are timed, nothing is kept."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import optuna

from realign_core.align.base import WordAligner
from realign_core.recipes import Settings
from realign_core.runs.dry_run.checks import DATA_CHECKS, ENCODER_CHECKS, find
from realign_core.runs.dry_run.subject import Finding, Subject
from realign_core.support.duration import Estimate
from realign_core.support.progress import NoProgress
from subsetsearch.analysis.study.study_results import read_known
from subsetsearch.config.study import StudyConfig
from subsetsearch.problem.problem import Problem
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.results.measurements.measurement import TEST
from subsetsearch.results.provenance.arithmetic import stored_kernel
from subsetsearch.results.tables.study_store import open_store, read_full_runs
from subsetsearch.results.trials.worker_storage import experimental
from subsetsearch.run.full_runs.chosen import EvaluationRequest, choose_seeds, choose_subsets
from subsetsearch.run.planning.plan import StudyTimes, describe_plan
from subsetsearch.run.planning.plan_sheet import EvaluationPlan, Plan
from subsetsearch.run.preparation.checks import LATER, RUNGS, of_study, run_subject, search_subject
from subsetsearch.run.preparation.material import material_check
from subsetsearch.run.search.search import make_sampler
from subsetsearch.run.search.trial import TrialRunner
from subsetsearch.rungs.full import FullRuns
from subsetsearch.rungs.ladder import Ladder, open_ladder
from subsetsearch.rungs.linear_rung import linear_rung
from subsetsearch.rungs.shared import SharedData

_TRIALS = 9
"""Number of trials at rung 1 that are timed: the first ones are drawn at random, the others are proposed."""

_PROPOSED = 3


def _timing(config: StudyConfig) -> str:
    """Say that steps are timed, and how long this takes."""
    aligner = config.recipe.realignment.aligner
    aligns = isinstance(aligner, WordAligner) and aligner.kept
    longer = "; words of all its languages are aligned before, once, which may take longer" if aligns else ""
    return (
        f"timing a few steps of each part of a run, a minute or two{longer} (--no-timing leaves it out) ..."
    )


@dataclass(frozen=True, slots=True)
class Checked:
    """What checks have found."""

    findings: tuple[Finding, ...]
    facts: Mapping[str, Any]

    @property
    def can_be_timed(self) -> bool:
        """Whether nothing would stop the work, and the device is here."""
        return not any(finding.stops or finding.check == "device" for finding in self.findings)


def plan_search(
    config: StudyConfig,
    folder: StudyFolder,
    *,
    trials: int | None = None,
    more: int | None = None,
    timing: bool = True,
    tell: Callable[[str], None],
) -> Plan:
    """Check all that a search needs and describe what it would do.

    Args:
        config: The study.
        folder: Where its results are.
        trials: Total that the search is asked for; the study's own, if left out.
        more: Trials to add instead.
        timing: Take a few steps, where no search and no full run was timed yet.
        tell: Told when this begins, as it may take minutes.

    Raises:
        RealignError: If languages or constraints do not fit, so that there is nothing to describe.
    """
    folder.require_writable()
    fixed = _with_stored_kernel(config, folder)
    ladder = open_ladder(fixed, folder)
    subject = search_subject(ladder.problem, folder)
    same = material_check(ladder.problem, folder)
    checked = _check(subject, of_study(LATER, config), of_study(RUNGS, config) | same)
    plan = describe_plan(ladder, trials=trials, more=more)
    if timing and checked.can_be_timed and plan["study_seconds"] is None:
        tell(_timing(config))
        times = _time(ladder.problem, subject, checked)
        plan = describe_plan(ladder, trials=trials, more=more, timed=times)
        checked = replace(checked, facts=_with_arithmetic(checked.facts, times.arithmetic))
    return Plan({**plan, **checked.facts}, checked.findings)


def plan_evaluation(
    config: StudyConfig,
    folder: StudyFolder,
    asked: Mapping[str, Any],
    *,
    timing: bool = True,
    tell: Callable[[str], None],
) -> EvaluationPlan:
    """Check all that an evaluation needs and describe what it would do.

    Args:
        config: The study.
        folder: Where its results are.
        asked: Which subsets, with which seeds, as :meth:`EvaluationRequest.of` takes it.
        timing: Take a few steps, where no full run was timed yet.
        tell: Told what a rule has picked, and when timing begins.

    Raises:
        RealignError: If subsets or seeds do not fit.
    """
    request = EvaluationRequest.of(**asked)
    folder.require_writable()
    fixed = _with_stored_kernel(config, folder)
    seeds = choose_seeds(fixed, read_full_runs(config, folder), request.seeds, request.fresh_seeds)
    problem = Problem.build(fixed, split=TEST)
    subsets = choose_subsets(request, problem, lambda: read_known(config, folder), tell=tell)
    full = FullRuns(problem, open_store(config, folder), request.fresh_seeds is not None)
    todo = full.missing(subsets, seeds)
    keys = {key for subset, _ in todo for key in subset.languages}
    subject = run_subject(problem, problem.targets, keys)
    checked = _check(subject, {}, material_check(problem, folder))
    durations = [run.seconds for run in full.stored() if run.seconds]
    per_run = Estimate(statistics.median(durations), 0.0) if durations else None
    if per_run is None and timing and checked.can_be_timed and todo:
        from subsetsearch.rungs.timing import time_full_run

        tell(_timing(config))
        per_run, arithmetic = time_full_run(subject)
        checked = replace(checked, facts=_with_arithmetic(checked.facts, arithmetic))
    facts = {
        "study": config.name,
        "subsets": [subset.name for subset in subsets],
        "seeds": list(seeds),
        "full_runs": len(todo),
        "full_runs_before": len(subsets) * len(seeds) - len(todo),
        "full_run_seconds": None if per_run is None else per_run.rounded(),
        "range": None if per_run is None else per_run.times(len(todo)).bounds(),
        "unlabelled": list(problem.targets.unlabelled),
        **checked.facts,
    }
    return EvaluationPlan(facts, checked.findings)


def _with_stored_kernel(config: StudyConfig, folder: StudyFolder) -> StudyConfig:
    """Compute as the stored study does, if there is one; nothing is written."""
    kernel = stored_kernel(config, folder) if folder.has_database else None
    return (
        config if kernel is None else config.model_copy(update={"recipe": config.recipe.with_kernel(kernel)})
    )


def _check(subject: Subject, data: Mapping[str, Any], encoder: Mapping[str, Any]) -> Checked:
    """Make the checks of the data, and if these pass those of the encoder."""
    engine = {name: check for name, check in DATA_CHECKS.items() if name not in data}
    findings = list(find(subject, {**engine, **data}))
    settings = Settings.of(dict(subject.recipe))
    facts: dict[str, Any] = {
        "examples": subject.counts,
        "read": subject.accounts,
        "encoder": None,
        "settings": settings,
    }
    if not any(finding.stops for finding in findings):
        findings += find(subject, {**ENCODER_CHECKS, **encoder})
        if "facts" in vars(subject):
            facts["encoder"] = subject.facts
    return Checked(tuple(findings), facts)


def _with_arithmetic(facts: Mapping[str, Any], arithmetic: str) -> dict[str, Any]:
    return {**facts, "encoder": replace(facts["encoder"], arithmetic=arithmetic)}


def _time(problem: Problem, subject: Subject, checked: Checked) -> StudyTimes:
    """Time a few steps of each rung, a few trials, and a full run."""
    from subsetsearch.rungs.timing import open_data, time_rungs

    tests = checked.facts["examples"].get(TEST, {})
    with TemporaryDirectory(prefix="subsetsearch-") as name:
        folder = StudyFolder(Path(name))
        data, read = open_data(problem, folder.cache, subject)
        rungs = time_rungs(data, tests, read)
        uses_rung1 = problem.config.search.uses_rung1
        trial = _time_trials(data, folder) if uses_rung1 else Estimate(0.0, 0.0)
    return StudyTimes(rungs.prepare, trial, rungs.top, rungs.full_run, rungs.arithmetic)


def _time_trials(data: SharedData, folder: StudyFolder) -> Estimate:
    """Time trials at rung 1, with hardly any data: what counts is how large its matrices are."""
    linear = data.problem.config.proxy.linear.model_copy(update={"pairs": 2, "dev_examples": 10})
    config = data.problem.config
    small = config.model_copy(update={
        "proxy": config.proxy.model_copy(update={"linear": linear}),
        "search": config.search.model_copy(update={"top_rung": 1}),
    })  # fmt: skip
    problem = replace(data.problem, config=small)
    shared = SharedData(problem, folder.cache, NoProgress())
    shared.__dict__["workspace"] = data.workspace
    first = linear_rung(shared)
    first.prepare()
    ladder = Ladder(problem, folder, open_store(small, folder), first, first, NoProgress())
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    with experimental():
        study = optuna.create_study(directions=("minimize", "maximize"))
        study.sampler = make_sampler(ladder, study)
        runner, spans = TrialRunner(ladder), []
        for _ in range(_TRIALS):
            start = time.perf_counter()
            study.optimize(runner, n_trials=1)
            spans.append(time.perf_counter() - start)
    return Estimate.of(spans[-_PROPOSED:])
