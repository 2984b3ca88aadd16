"""A study without data: its trials and full runs take a moment, and their scores are known beforehand.

All the rest is the real thing: the search, its sampler, the claims, the store, Optuna's tables.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from realign_core.support.progress import NoProgress, Progress
from subsetsearch.config.rungs import FULL, LINEAR, RungWords
from subsetsearch.config.study import StudyConfig
from subsetsearch.problem.pool import Pool, Targets
from subsetsearch.problem.problem import Problem
from subsetsearch.problem.space import SearchSpace
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.results.measurements.measurement import TEST, Measurement
from subsetsearch.results.measurements.requested_runs import Kind
from subsetsearch.results.measurements.store import MeasurementStore, Run
from subsetsearch.run.search.join import Joined, WorkPlan
from subsetsearch.rungs.cache import cached_arrays
from subsetsearch.rungs.full import FullRuns
from subsetsearch.rungs.ladder import Ladder
from subsetsearch.rungs.rung import Rung
from subsetsearch.subset import Subset

TARGET = "wol_Latn"
KIND = Kind(TEST, fresh=False)
_WORTH = {
    "swh_Latn": 0.05,
    "yor_Latn": 0.03,
    "zul_Latn": 0.02,
    "hau_Latn": 0.013,
    "ibo_Latn": -0.01,
    "som_Latn": 0.007,
    "amh_Ethi": -0.02,
    "tel_Telu": 0.003,
}


def worth(subset: Subset, seed: int = 0) -> float:
    """What a subset scores, always the same."""
    noise = int(hashlib.sha256(f"{subset.name} {seed}".encode()).hexdigest()[:4], 16) / 2**16
    return round(0.5 + sum(_WORTH[key] for key in subset.languages) + 0.001 * noise, 6)


def named(what: str, subset: Subset, seed: int) -> str:
    """Name a piece of work: ``run 17 swh_Latn+wol_Latn``."""
    return f"{what} {seed} {'+'.join(sorted(subset.languages)) or 'none'}"


@dataclass(frozen=True)
class Diary:
    """A file in which processes say what they begin to score: a line each, whole or not at all.

    Args:
        place: The file.
        pause: Seconds that scoring takes.
    """

    place: Path
    pause: float

    def score(self, what: str, subset: Subset, seed: int = 0) -> float:
        """Score a subset, and leave an entry in the cache."""
        work = named(what, subset, seed)
        with self.place.open("a", encoding="utf-8") as file:
            file.write(f"{os.getpid()} {work}\n")
        time.sleep(self.pause)
        entry = self.place.parent / "cache" / f"{hashlib.sha256(work.encode()).hexdigest()[:16]}"
        made = cached_arrays(entry, lambda: {"x": np.full(20_000, worth(subset, seed))})
        return float(made["x"][-1])

    def begun(self) -> list[tuple[int, str]]:
        """Read who began what."""
        lines = self.place.read_text(encoding="utf-8").splitlines() if self.place.is_file() else []
        return [(int(line.split(" ", 1)[0]), line.split(" ", 1)[1]) for line in lines]


@dataclass(frozen=True)
class FakeRung(Rung):
    """Rung 1."""

    diary: Diary

    @property
    def label(self) -> RungWords:
        """How results name it."""
        return LINEAR

    def score(self, subset: Subset) -> float:
        """What the sampler asks for beforehand: that is remembered, not measured."""
        return worth(subset)

    def prepare(self) -> None:
        """Nothing."""

    def seconds(self) -> float | None:
        """Not known."""
        return None

    def scores(self, subset: Subset) -> dict[str, float]:
        """Score of the one target."""
        return {TARGET: self.diary.score("trial", subset)}


@dataclass(frozen=True)
class FakeRuns(FullRuns):
    """Full runs."""

    diary: Diary = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        """Nothing is checked."""

    def prepare(self, todo: Sequence[Run], progress: Progress | None = None) -> Any:
        """Nothing is loaded."""

    def _measure(self, workspace: Any, subset: Subset, seed: int, progress: Any) -> Measurement:  # noqa: ARG002
        scores = {TARGET: self.diary.score("run", subset, seed)}
        fingerprint = self.problem.fingerprint
        return Measurement(fingerprint, "fake", subset, FULL.number, TEST, seed, "accuracy", scores)


def true_front() -> set[tuple[float, float]]:
    """Undominated points of all subsets, as cost and score: what one process finds in the end."""
    space = fake_problem("chaos", 1).space
    subsets = [Subset(frozenset(keys)) for n in range(6) for keys in combinations(space.keys, n)]
    subsets.append(Subset(frozenset(space.keys)))
    return undominated({(space.cost(subset), worth(subset)) for subset in subsets})


def undominated(points: set[tuple[float, float]]) -> set[tuple[float, float]]:
    """Keep the points that no other one is as cheap and as good as."""
    return {
        (cost, value)
        for cost, value in points
        if not any(c <= cost and v >= value and (c, v) != (cost, value) for c, v in points)
    }


def fake_problem(name: str, trials: int) -> Problem:
    """A study over eight languages: 219 subsets of up to five."""
    search = {"top_rung": 1, "trials": trials}
    config = StudyConfig.model_validate({"name": name, "search": search})
    space = SearchSpace(tuple(_WORTH), lambda subset: float(100 * len(subset.languages)), max_size=5)
    return Problem(config, Pool({}, {}), Targets({}, frozenset()), space.cost, space)  # type: ignore[arg-type]


@dataclass
class FakeWorker(Joined):
    """A worker of such a study."""

    diary: Diary = None  # type: ignore[assignment]
    problem: Problem = None  # type: ignore[assignment]

    @property
    def store(self) -> MeasurementStore:
        """Of the study."""
        return MeasurementStore(self.folder.database)

    def open_ladder(self) -> Ladder:
        """Nothing is loaded."""
        rung = FakeRung(self.diary)
        return Ladder(self.problem, self.folder, self.store, rung, rung, NoProgress())

    def full_runs(self, kind: Kind, todo: Sequence[Run]) -> FullRuns:  # noqa: ARG002
        """Nothing is checked."""
        return FakeRuns(self.problem, self.store, kind.fresh, kind.split, diary=self.diary)


def worker(folder: StudyFolder, diary: Diary, trials: int) -> FakeWorker:
    """Make a worker that takes trials and full runs."""
    problem = fake_problem("chaos", trials)
    return FakeWorker(
        problem.config, folder, WorkPlan(trials=trials), NoProgress(), lambda _: None,
        diary=diary, problem=problem,
    )  # fmt: skip


def some_runs(number: int) -> list[Run]:
    """Subsets and seeds to be fully run."""
    keys = list(_WORTH)
    subsets: Iterable[Subset] = (Subset(frozenset(keys[a : a + 1 + b])) for a in range(8) for b in range(4))
    unique = list(dict.fromkeys(subsets))
    return [(subset, seed) for seed in (1, 2, 3, 4) for subset in unique][:number]
