"""A study of any size whose trials take no time: real files, real tables, made-up scores."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from realign_core.support.progress import NoProgress, Progress
from subsetsearch.config.rungs import FULL, LINEAR, RungWords
from subsetsearch.config.study import StudyConfig
from subsetsearch.languages import resolve
from subsetsearch.languages._tables import canonical, codes
from subsetsearch.problem.problem import Problem
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.results.measurements.measurement import DEV, Measurement
from subsetsearch.results.measurements.store import MeasurementStore, Run
from subsetsearch.rungs.full import FullRuns
from subsetsearch.rungs.full_rung import FullRung
from subsetsearch.rungs.ladder import Ladder
from subsetsearch.rungs.rung import Rung
from subsetsearch.rungs.shared import SharedData
from subsetsearch.subset import Subset

TARGETS = 200
MAX_SIZE = 12

STUDY = """name = "{name}"
[recipe.encoder]
name = "bundled"
[recipe.parallel]
format = "folder"
path = "{root}/parallel"
[recipe.task]
kind = "text"
source_language = "eng_Latn"
train = {{ format = "sib", path = "{root}/topics" }}
[recipe.compute]
precision = "float32"
attention = "eager"
[pool]
min_pairs = 3
[search]
top_rung = 3
trials = 1000000
max_size = {max_size}
"""


@cache
def languages(number: int) -> tuple[str, ...]:
    """Codes of languages, the better known first: those with a resource class, then by code."""
    every = [
        code for code, row in codes().items() if code not in canonical() and not row.is_macro and row.script
    ]
    ordered = [code for code in every if code != "eng"]
    ordered.sort(key=lambda code: (-(resolve(code).resource_class or 0), code))
    if number > len(ordered):
        raise ValueError(f"only {len(ordered)} languages with a script are known")
    return tuple(ordered[:number])


def write_study(root: Path, candidates: int) -> Path:
    """Write a study file with its corpora.

    Args:
        root: An empty folder.
        candidates: Languages of the pool.

    Returns:
        The study file.
    """
    rng = random.Random(0)
    (root / "parallel").mkdir(parents=True)
    for code in ("eng", *languages(candidates)):
        lines = 60 if code == "eng" else rng.randint(6, 60)
        text = "".join(f"{code} sentence {line}\n" if line < lines else "\n" for line in range(60))
        (root / "parallel" / f"{code}.txt").write_text(text, encoding="utf-8")
    head = "index_id\tcategory\ttext\n"
    rows = head + "".join(f"{i}\t{'ab'[i % 2]}\ttext {i}\n" for i in range(6))
    for code in ("eng", *languages(TARGETS)):
        place = root / "topics" / resolve(code).key
        place.mkdir(parents=True)
        for split in ("train",) if code == "eng" else ("dev", "test"):
            (place / f"{split}.tsv").write_text(rows, encoding="utf-8")
    file = root / f"scale-{candidates}.toml"
    text = STUDY.format(name=f"scale-{candidates}", root=root.as_posix(), max_size=MAX_SIZE)
    file.write_text(text, encoding="utf-8")
    return file


@dataclass(frozen=True)
class World:
    """What subsets are worth: each language helps or harms each target a little, alike ones alike.

    Args:
        keys: Of the pool.
        targets: Keys.
    """

    keys: tuple[str, ...]
    targets: tuple[str, ...]

    def __post_init__(self) -> None:
        rng = np.random.default_rng(0)
        sides = rng.normal(size=(len(self.keys), 4)) @ rng.normal(size=(4, len(self.targets)))
        effects = 0.01 * sides + rng.normal(0.004, 0.01, len(self.keys))[:, None]
        object.__setattr__(self, "_effects", effects)
        object.__setattr__(self, "_place", {key: place for place, key in enumerate(self.keys)})

    def scores(self, subset: Subset, seed: int) -> dict[str, float]:
        """Scores by target, always the same."""
        digest = hashlib.sha256(f"{sorted(subset.languages)} {seed}".encode()).digest()
        rng = np.random.default_rng(int.from_bytes(digest[:8]))
        rows = [self._place[key] for key in subset.languages]  # type: ignore[attr-defined]
        mean = self._effects[rows].mean(axis=0) if rows else np.zeros(len(self.targets))  # type: ignore[attr-defined]
        values = np.clip(0.5 + mean + rng.normal(0, 0.01, len(self.targets)), 0.0, 1.0)
        return dict(zip(self.targets, values.round(6).tolist(), strict=True))


@dataclass(frozen=True)
class MadeRung(Rung):
    """Rung 1, which a search by full runs does not ask."""

    world: World

    @property
    def label(self) -> RungWords:
        """How results name it."""
        return LINEAR

    def prepare(self) -> None:
        """Nothing."""

    def seconds(self) -> float | None:
        """Not known."""
        return None

    def scores(self, subset: Subset) -> dict[str, float]:
        """Scores by target."""
        return self.world.scores(subset, 0)


@dataclass(frozen=True)
class MadeRuns(FullRuns):
    """Full runs, made up; claiming and storing is real."""

    world: World = None  # type: ignore[assignment]

    def prepare(self, todo: Sequence[Run], progress: Progress | None = None) -> Any:
        """Nothing is loaded."""

    def _measure(self, workspace: Any, subset: Subset, seed: int, progress: Any) -> Measurement:  # noqa: ARG002
        return made_run(self.problem.fingerprint, self.world, subset, seed, self.split)


def made_run(fingerprint: str, world: World, subset: Subset, seed: int, split: str) -> Measurement:
    """A full run as a real one is stored."""
    return Measurement(
        fingerprint, "0123456789abcdef", subset, FULL.number, split, seed, "accuracy",
        world.scores(subset, seed), seconds=60.0, kernel="float32/eager", host="made-up",
    )  # fmt: skip


@dataclass(frozen=True)
class _NoData(SharedData):
    workspace: Any = None


def open_made(config: StudyConfig, folder: StudyFolder, problem: Problem | None = None) -> Ladder:
    """Open such a study for a search: all but the scores is real."""
    problem = problem or Problem.build(config)
    folder.path.mkdir(parents=True, exist_ok=True)
    store = MeasurementStore(folder.database)
    world = World(problem.space.keys, problem.targets.searched)
    data = _NoData(problem, folder.cache, NoProgress())
    runs = MadeRuns(problem, store, split=DEV, world=world)
    return Ladder(problem, folder, store, MadeRung(world), FullRung(runs, data), NoProgress())
