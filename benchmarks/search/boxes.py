"""Black boxes of the search benchmark: rung 1 of two studies, scored once a subset."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from benchmarks.common import RECORDED_TYPOLOGY, study_file
from realign_core.support.files.keys import content_key
from realign_core.support.files.writing import atomic_path
from realign_core.support.progress import NoProgress
from realign_core.support.seeds import DATA_SEED, named_generator
from subsetsearch.config import load_study
from subsetsearch.dominance import hypervolume
from subsetsearch.languages import resolve
from subsetsearch.problem.problem import Problem
from subsetsearch.problem.space import SearchSpace
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.rungs.linear.gram import GramStatistics, PoolStatistics
from subsetsearch.rungs.linear.probe import LinearProbe
from subsetsearch.rungs.linear_rung import ProbeRung
from subsetsearch.rungs.shared import SharedData
from subsetsearch.sampler.subset_matrix import SubsetMatrix
from subsetsearch.sampler.warm_starts import SIZES, greedy_diverse
from subsetsearch.subset import Subset
from subsetsearch.traits.typological import coordinates

BOXES = ("quickstart", "african-pos", "coverage")
_MOST_UNITS = 9000
_FLIPS = 3000


@dataclass
class BlackBox:
    """A set function under test: (data cost, accuracy), with the area under its front.

    Args:
        name: For the tables.
        space: All subsets of the pool but the empty one; no other constraint, as samplers that draw
            one boolean a language propose nothing feasible under a limit of 15.
        score: Accuracy of a subset.
        proxy: Rung 1 of the study.
        codes: Language key to corpus code.
        traits: Typological coordinates of the pool.
        starts: Warm starts that need no evaluation to make.
    """

    name: str
    space: SearchSpace
    score: Callable[[frozenset[str]], float]
    proxy: LinearProbe
    codes: Mapping[str, str]
    traits: np.ndarray
    starts: list[tuple[str, frozenset[str]]]
    memo: dict[frozenset[str], float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.cheapest = min(self.cost(frozenset({key})) for key in self.space.keys)
        self.edge = self.axis(1.02 * self.cost(frozenset(self.space.keys)))
        self.base = self.value(frozenset())

    @property
    def slow(self) -> bool:
        """Whether a score takes milliseconds."""
        return self.name != "coverage"

    def learn(self, points: Mapping[frozenset[str], tuple[float, float]]) -> None:
        """Take over scores of a run that was kept: subset to axis and accuracy."""
        self.memo.update({subset: value for subset, (_, value) in points.items()})

    def value(self, subset: frozenset[str]) -> float:
        """Accuracy of a subset, computed once."""
        if subset not in self.memo:
            self.memo[subset] = self.score(subset)
        return self.memo[subset]

    def cost(self, subset: frozenset[str]) -> float:
        """Data cost of a subset."""
        return self.space.cost(Subset(subset))

    def axis(self, cost: float) -> float:
        """Cost on the axis of the area: log(1 + cost / cheapest language)."""
        return float(np.log1p(cost / self.cheapest))

    def point(self, subset: frozenset[str]) -> tuple[float, float]:
        """Axis and accuracy of a subset."""
        return self.axis(self.cost(subset)), self.value(subset)

    def area(self, points: Iterable[tuple[float, float]]) -> float:
        """Hypervolume above the accuracy without realignment, up to 1.02 times the cost of all."""
        costs, values = zip(*points, strict=True)
        return hypervolume(costs, values, worst_cost=self.edge, worst_value=self.base)

    def front(self) -> list[frozenset[str]]:
        """Undominated subsets of all that were ever scored."""
        front: list[frozenset[str]] = []
        best = float("-inf")
        for subset in sorted(self.memo, key=lambda s: (self.cost(s), -self.memo[s])):
            if self.memo[subset] > best:
                best = self.memo[subset]
                front.append(subset)
        return front

    def scan(self, *, pairs: bool) -> None:
        """Score every single language, and every pair if asked to."""
        keys = self.space.keys
        for i, first in enumerate(keys):
            self.value(frozenset([first]))
            for second in keys[:i] if pairs else ():
                self.value(frozenset([first, second]))

    def close(self) -> None:
        """Score the neighbours of the front by one language more, less or other, while it moves."""
        matrix, rng = SubsetMatrix(self.space), np.random.default_rng(0)
        budget = len(self.memo) + _FLIPS
        while len(self.memo) < budget:
            before, scored = self.front(), len(self.memo)
            parents = np.stack([matrix.row(Subset(subset)) for subset in before if subset])
            for row in matrix.neighbours(parents, 300, rng):
                if row.any():
                    self.value(matrix.subset(row).languages)
            still = self.front() == before and len(self.memo) > budget - _FLIPS // 2
            if still or len(self.memo) == scored:
                return

    def reference(self) -> float:
        """Area of the best front known so far."""
        return self.area([self.point(subset) for subset in self.memo])


def open_box(name: str, cache: Path) -> BlackBox:
    """Build a black box from a study of this repository; encoding takes minutes the first time.

    Args:
        name: A study file in ``studies/``: its rung 1. Or ``coverage``: how well a subset covers the
            quickstart's targets typologically, a front with sets of every size.
        cache: Folder for what is encoded.
    """
    study = "quickstart" if name == "coverage" else name
    config = load_study(study_file(study))
    problem = Problem.build(config)
    proxy, keys, codes = _rung1(problem, cache), problem.pool.keys, problem.pool.codes
    space = SearchSpace(keys, problem.cost, max_size=len(keys))

    def rung1(subset: frozenset[str]) -> float:
        return proxy.score([codes[key] for key in subset])

    score = _coverage(problem) if name == "coverage" else rung1
    diverse = greedy_diverse(space, config.typology.kind)
    starts = [("none", frozenset()), ("all", frozenset(keys))]
    starts += [(f"diverse-{size}", diverse[size]) for size in SIZES if size in diverse]
    return BlackBox(name, space, score, proxy, codes, coordinates(space.keys), starts)


def _coverage(problem: Problem) -> Callable[[frozenset[str]], float]:
    """Mean similarity of targets to the nearest language of a subset, or the source (facility location)."""
    targets = problem.targets.searched
    source = resolve(problem.config.recipe.task.source_language).key
    keys = tuple(dict.fromkeys([*problem.pool.keys, *targets, source]))
    table = RECORDED_TYPOLOGY.distance_matrix(keys).cautious(far=True, least=0)
    place = {key: row for row, key in enumerate(keys)}
    near = 1.0 - table.values[[place[key] for key in targets]]

    def score(subset: frozenset[str]) -> float:
        rows = [place[key] for key in sorted({*subset, source})]
        return float(near[:, rows].max(axis=1).mean())

    return score


def _rung1(problem: Problem, cache: Path) -> LinearProbe:
    """Thin rung 1 out and keep it, so that a benchmark that is taken up again needs no encoder."""
    name = problem.config.name
    kept = cache / f"rung1-{name}-{_rung1_key(problem)}.npz"
    if not kept.is_file():
        probe = ProbeRung(SharedData(problem, StudyFolder(cache / name).cache, NoProgress())).probe
        with atomic_path(kept) as draft, draft.open("wb") as file:
            np.savez(file, allow_pickle=False, **_arrays(_thinned(probe)))
    stored = np.load(kept)
    statistics = GramStatistics(
        tuple(stored["languages"].tolist()), stored["grams"], stored["crosses"], stored["source"]
    )
    return LinearProbe(
        PoolStatistics(statistics, np.zeros(len(statistics.source))),  # what was centred is kept so
        stored["probe"],
        stored["bias"],
        stored["units"],
        stored["labels"],
        stored["starts"],
        targets=tuple(stored["targets"].tolist()),
        ridge=problem.config.proxy.linear.ridge,
    )


def _rung1_key(problem: Problem) -> str:
    """Name what rung 1 depends on: encoder, texts and sample sizes, not how a full run trains."""
    recipe = problem.config.recipe.model_dump(mode="json")
    parts = [recipe[name] for name in ("encoder", "parallel", "task")]
    sizes = problem.config.proxy.linear.model_dump(mode="json", exclude={"ridge", "measure"})
    return content_key([parts, sizes, list(problem.pool.keys), list(problem.targets.searched)])


def _arrays(proxy: LinearProbe) -> dict[str, np.ndarray]:
    statistics = proxy.statistics.every
    return {
        "languages": np.array(statistics.languages),
        "grams": statistics.grams,
        "crosses": statistics.crosses,
        "source": statistics.source,
        "probe": proxy.probe,
        "bias": proxy.bias,
        "units": proxy.units,
        "labels": proxy.labels,
        "starts": proxy.starts,
        "targets": np.array(proxy.targets),
    }


def _thinned(proxy: LinearProbe) -> LinearProbe:
    """Keep a random share of the units of each target, so that a subset takes milliseconds."""
    total = len(proxy.labels)
    if total <= _MOST_UNITS:
        return proxy
    edges = [*proxy.starts.tolist(), total]
    rng = named_generator(DATA_SEED, "search benchmark")
    kept = [
        np.sort(rng.choice(np.arange(a, b), size=max(1, (b - a) * _MOST_UNITS // total), replace=False))
        for a, b in itertools.pairwise(edges)
    ]
    rows = np.concatenate(kept)
    starts = np.cumsum([0, *[len(part) for part in kept[:-1]]])
    return replace(proxy, units=proxy.units[rows], labels=proxy.labels[rows], starts=starts)
