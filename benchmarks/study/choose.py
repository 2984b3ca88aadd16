"""What our search recommends, by its runs on development data alone: for all, routed, and by group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.study.entries import OURS, RECOMMENDED, ROUTED, Entry, Expected
from subsetsearch.analysis.front.decision import decide
from subsetsearch.analysis.model.aims import AIMS
from subsetsearch.analysis.model.effects import StudyModels
from subsetsearch.analysis.model.question import PLAIN, Question
from subsetsearch.languages import resolve
from subsetsearch.problem.problem import Problem
from subsetsearch.results.measurements.measurement import Measurement
from subsetsearch.subset import NONE, Subset
from subsetsearch.traits.relation import similarities

_ROUNDING = 1e-12


@dataclass(frozen=True)
class Chooser:
    """Reads a search's runs.

    Args:
        problem: The study.
        models: Of the effects, fitted to the runs.
    """

    problem: Problem
    models: StudyModels

    @classmethod
    def of(cls, problem: Problem, runs: Sequence[Measurement]) -> Chooser:
        """Fit the models of a search.

        Args:
            problem: The study.
            runs: Of the search, on development data.
        """
        lengths = problem.cost.pairs.lengths
        return cls(problem, StudyModels(problem.config, problem.pool.keys, lengths, runs))

    @property
    def tried(self) -> list[Subset]:
        """Subsets that the search has run."""
        return list(dict.fromkeys(run.subset for run in self.models.full))

    def recommended(self, question: Question) -> Subset:
        """The cheapest subset that is expected to lose no more than the tolerance, as ``recommended`` is."""
        decision = decide(self.models, question, self.tried)
        limit = min(known.loss for known in decision.judged.values()) + question.tolerance + _ROUNDING
        fitting = [
            (self.problem.cost(subset), known.loss, subset.order, subset)
            for subset, known in decision.judged.items()
            if known.loss <= limit
        ]
        return min(fitting)[-1]

    def route(self, subset: Subset) -> dict[str, bool]:
        """Say which targets get the realigned encoder: those expected to gain by it.

        A held-out target is sent where the target goes that is most like it by typology: of itself nothing
        is known.

        Args:
            subset: Not no realignment.
        """
        model = self.models.counted
        single = model.expect([subset])
        routes = dict(zip(single.targets, (single.mean[0] > 0).tolist(), strict=True))
        held_out = sorted(self.problem.targets.held_out)
        near = similarities(held_out, single.targets)
        return routes | {
            key: routes[single.targets[int(np.argmax(row))]] for key, row in zip(held_out, near, strict=True)
        }

    def entries(self) -> list[Entry]:
        """Our picks: recommended, routed, and one for each family and script of several targets."""
        best = Entry.of(OURS, RECOMMENDED, self.recommended(PLAIN))
        routed = self.recommended(Question(AIMS["routed"], AIMS["routed"].tolerance))
        sent = {} if routed == NONE else self.route(routed)
        picks = [best, Entry.of(OURS, ROUTED, routed, route=sent)]
        for name, keys in groups(self.models.counted.runs.targets).items():
            chosen = self.recommended(replace(PLAIN, targets=keys))
            members = keys + tuple(k for k in sorted(self.problem.targets.held_out) if name in kinds(k))
            picks.append(Entry.of(OURS, f"for {name}", chosen, targets=members))
        return picks

    def priced(self, entries: Sequence[Entry]) -> list[Entry]:
        """Add to entries what they cost and what is expected of them."""
        subsets = list(dict.fromkeys(entry.subset for entry in entries if entry.subset != NONE))
        model, expected_by_subset = self.models.counted, dict[Subset, Expected]()
        if subsets:
            known, targets = model.expect_group(subsets), model.runs.targets
            noises = [round(model.group_noise(targets, untouched=none), 5) for none in (False, True)]
            numbers = zip(subsets, known.mean.tolist(), known.sd.tolist(), strict=True)
            expected_by_subset = {
                s: Expected(round(gain, 5), round(sd, 5), *noises) for s, gain, sd in numbers
            }
        return [
            replace(
                entry, cost=self.problem.cost(entry.subset), expected=expected_by_subset.get(entry.subset)
            )
            for entry in entries
        ]


def kinds(key: str) -> tuple[str, ...]:
    """Name the groups that a target is in."""
    language = resolve(key)
    return f"family {language.family}", f"script {language.script}"


def groups(targets: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """Families and scripts of several targets, but not of all, each with these; of equal groups the first."""
    members: dict[str, list[str]] = {}
    for key in targets:
        for name in kinds(key):
            members.setdefault(name, []).append(key)
    several = {name: tuple(keys) for name, keys in sorted(members.items()) if 1 < len(keys) < len(targets)}
    unique: dict[tuple[str, ...], str] = {}
    for name, keys in several.items():
        unique.setdefault(keys, name)
    return {name: keys for keys, name in unique.items()}
