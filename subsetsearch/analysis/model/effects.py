"""The models of effects of a study: what its full runs together say of every subset."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from subsetsearch.analysis.text.wording import listed
from subsetsearch.config.rungs import FULL
from subsetsearch.config.study import StudyConfig
from subsetsearch.errors import SelectionError, count
from subsetsearch.results.measurements.measurement import DEV, TEST, Measurement, on_targets, without_fresh
from subsetsearch.sampler.study import study_kernel
from subsetsearch.subset import NONE, Subset
from subsetsearch.surrogate.effects import EffectModel, EffectRuns, JointExpectation
from subsetsearch.surrogate.effects.judge import Judgement
from subsetsearch.surrogate.effects.model import FEWEST
from subsetsearch.traits.table import Matrix
from subsetsearch.traits.typological import coordinates

if TYPE_CHECKING:
    from subsetsearch.analysis.model.question import Question

MOST_RUNS = 400
"""Most runs that a model learns from: its time grows with the cube of their number."""

MOST_FOR_VARIANCES = 120
"""Most of these runs that variances are estimated from, which takes a hundred times as long as the rest."""


@dataclass(frozen=True)
class StudyModels:
    """The models of a study, each fitted when it is first needed.

    Args:
        config: The study.
        keys: Languages of its pool.
        lengths: Pairs that each of them gives.
        runs: Measurements; those of cheap rungs and with fresh seeds are left aside.
    """

    config: StudyConfig
    keys: Sequence[str]
    lengths: Mapping[str, int]
    runs: Sequence[Measurement] = ()
    _joint: dict[tuple[int, tuple[Subset, ...]], JointExpectation] = field(default_factory=dict, repr=False)

    @cached_property
    def counted(self) -> EffectModel:
        """Of the targets that count, from all full runs on development and on test data.

        Raises:
            SelectionError: If there are too few runs, they share no target, or all have the same scores.
        """
        return fit_effects(self.config, self.keys, self.lengths, self.full)

    @cached_property
    def every(self) -> EffectModel:
        """Of all targets, held-out ones too, from the runs that have scored them: those on test data.

        Raises:
            SelectionError: As for :attr:`counted`.
        """
        runs = [run for run in self.full if run.split == TEST]
        targets = sorted(set.intersection(*(run.scores.keys() - run.source for run in runs))) if runs else []
        counted = [_counting(run) for run in on_targets(runs, targets)] if targets else []
        return fit_effects(self.config, self.keys, self.lengths, counted)

    @cached_property
    def by_dev(self) -> EffectModel | None:
        """Of the runs on development data alone; ``None`` if there are too few of them."""
        try:
            return fit_effects(
                self.config, self.keys, self.lengths, [run for run in self.full if run.split == DEV]
            )
        except SelectionError:
            return None

    @property
    def small_scale(self) -> str:
        """What the small-scale runs tell, in words; empty without any."""
        small = [run for run in self.full if run.scale < 1]
        if not small:
            return ""
        try:
            weight = self.counted.weight_of_small
        except SelectionError:
            weight = None
        if weight is None:
            return f"{len(small)}; how far they tell what whole runs do is known once some of these are there"
        return f"{len(small)}; each tells of a subset's mean as much as {weight:.2f} whole runs do"

    @cached_property
    def ran(self) -> frozenset[Subset]:
        """Subsets that these are of."""
        return frozenset(run.subset for run in self.full)

    @cached_property
    def small(self) -> int:
        """How many of these are at small scale."""
        return sum(run.scale < 1 for run in self.full)

    @cached_property
    def full(self) -> list[Measurement]:
        """Full runs that choices may see."""
        return [run for run in without_fresh(self.runs) if run.rung == FULL.number]

    def of(self, targets: Sequence[str] | None) -> EffectModel:
        """The model that knows some targets.

        Args:
            targets: Keys; those that count, if left out.

        Raises:
            SelectionError: If there is none, or no realignment was never run.
        """
        model = self.counted
        if targets is not None and not set(targets) <= set(model.runs.targets):
            model = self.every
        unknown = sorted(set(targets or ()) - set(model.runs.targets))
        if unknown:
            raise SelectionError(
                f"nothing is expected for {listed(unknown)}: not every run has a score of it",
                fix=f"the model knows {listed(model.runs.targets)}",
            )
        if NONE not in model.runs.subsets:
            raise SelectionError(
                "no realignment was never run, so nothing is known of gains over it",
                fix="subsetsearch evaluate runs it",
            )
        return model

    def judge(self, subsets: Sequence[Subset], question: Question) -> Judgement:
        """Judge subsets by draws of what they are worth, less what no realignment is worth.

        Args:
            subsets: Any of the pool but no realignment.
            question: What is asked.

        Raises:
            SelectionError: As for :meth:`of`.
        """
        model = self.of(question.targets)
        joint, group = self.joint(model, tuple(subsets)), question.targets or model.runs.targets
        if not question.aim.of_mean:
            return Judgement.of(question.aim.worth(joint.draws(group), self._route(joint, group)))
        expectation = joint.group(group)  # of the mean all but the best is known exactly
        return replace(
            Judgement.of(expectation.draws()),
            mean=expectation.mean,
            covariance=expectation.covariance,
            better=expectation.better_than_none,
        )

    def joint(self, model: EffectModel, subsets: tuple[Subset, ...]) -> JointExpectation:
        """What a model knows of subsets, computed once for all questions about them."""
        key = id(model), subsets
        if key not in self._joint:
            self._joint[key] = model.joint(subsets)
        return self._joint[key]

    def _route(self, joint: JointExpectation, group: Sequence[str]) -> Matrix:
        """1 where a target is expected to gain by a subset, by runs on development data if they tell it."""
        model = self.by_dev
        knows = model is not None and set(group) <= set(model.runs.targets) and NONE in model.runs.subsets
        expectation = self.joint(model, joint.subsets) if model is not None and knows else joint
        return np.asarray(expectation.single.mean[:, expectation.places(group)] > 0, dtype=np.float64)


def fit_effects(
    config: StudyConfig, keys: Sequence[str], lengths: Mapping[str, int], runs: Sequence[Measurement]
) -> EffectModel:
    """Fit the model of effects to a study's full runs.

    Args:
        config: The study.
        keys: Languages of its pool.
        lengths: Pairs that each of them gives.
        runs: Full runs.

    Raises:
        SelectionError: If there are too few runs, they share no target, or all have the same scores.
    """
    full = [run for run in _fewer([run for run in runs if run.scores]) if run.counted_scores]
    subsets = {run.subset for run in full}
    targets = sorted(set.intersection(*(set(run.counted_scores) for run in full))) if full else []
    if len(subsets) < FEWEST:
        raise SelectionError(
            f"{count(len(subsets), 'subset')} with a full run, and a model of their effects needs {FEWEST}",
            fix="let the search end at full runs (search.top_rung = 3), or run 'subsetsearch evaluate STUDY'",
        )
    if not targets:
        raise SelectionError("no target has a score in every full run, so a model of their effects has none")
    effect_runs = EffectRuns.of(full, targets)
    if not _differ(effect_runs):
        raise SelectionError("all full runs have the same scores, so nothing can be expected of others")
    kernel = study_kernel(config, keys, targets, lengths)
    return EffectModel.fit(effect_runs.take(_share(effect_runs)), kernel, coordinates(targets)).on(
        effect_runs
    )


def _differ(runs: EffectRuns) -> bool:
    """Whether runs differ within a part of the data: development and test scores have their own level.

    A standard deviation of equal numbers may be 1e-16.
    """
    rows = [[i for i, other in enumerate(runs.parts) if other == part] for part in set(runs.parts)]
    return any(np.ptp(runs.scores[part], axis=0).any() for part in rows)


def _counting(run: Measurement) -> Measurement:
    """The same run, with every target counted."""
    return replace(run, held_out=frozenset())


def _share(runs: EffectRuns) -> list[int]:
    """Rows for the variances: some runs of no realignment, and evenly many of the others, by their means."""
    none = [i for i, subset in enumerate(runs.subsets) if subset == NONE][: MOST_FOR_VARIANCES // 10]
    by_mean = [int(i) for i in np.argsort(runs.scores.mean(axis=1), kind="stable") if runs.subsets[i] != NONE]
    step = max(1, -(-len(by_mean) // (MOST_FOR_VARIANCES - len(none))))
    return sorted([*none, *by_mean[::step]])


def _fewer(runs: list[Measurement]) -> list[Measurement]:
    """Keep all runs on test data and one of each subset first, whatever they scored: luck must not choose."""
    if len(runs) <= MOST_RUNS:
        return runs
    runs_of_subset: Counter[Subset] = Counter()
    places = []
    for i, run in enumerate(runs):
        places.append((run.split != TEST, runs_of_subset[run.subset], i))
        runs_of_subset[run.subset] += 1
    first = sorted(places)[: max(MOST_RUNS, sum(turn == 0 for _, turn, _ in places))]
    step = max(1, -(-len(first) // MOST_RUNS))
    return [runs[i] for *_, i in first[::step]]
