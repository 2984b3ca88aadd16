"""Samplers of the search benchmark, and how many evaluations each is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import optuna

import subsetsearch
from benchmarks.search.boxes import BOXES, BlackBox
from benchmarks.search.tpe import QuickTPE
from realign_core.support.files.keys import content_key
from subsetsearch.sampler.sampler import SubsetSampler

Maker = Callable[[BlackBox, int], optuna.samplers.BaseSampler]


@dataclass(frozen=True, slots=True)
class Contestant:
    """A sampler under test.

    Args:
        name: In the tables.
        make: Builds it for a black box and a seed.
        caps: Evaluations it is given, in the order of :data:`BOXES`; 0 is not run.
        warm: Whether it first tries the diverse sets, beside ``none`` and ``all``.
    """

    name: str
    make: Maker
    caps: tuple[int, ...]
    warm: bool

    def cap(self, box: str) -> int:
        """Evaluations on a black box."""
        return dict(zip(BOXES, self.caps, strict=True)).get(box, self.caps[-1])

    @property
    def version(self) -> str:
        """What a kept run holds for: our own sampler's code, or Optuna's version."""
        if self.make is not _subset:
            return optuna.__version__
        root = Path(subsetsearch.__file__).parent
        files = [*(root / "sampler").glob("*.py"), *(root / "surrogate").glob("*.py")]
        files.append(root / "problem" / "space.py")
        return content_key([file.read_text(encoding="utf-8") for file in sorted(files)])


def _subset(box: BlackBox, seed: int) -> optuna.samplers.BaseSampler:
    return SubsetSampler(box.space, traits=box.traits, seed=seed)


def _nsga2(_: BlackBox, seed: int) -> optuna.samplers.BaseSampler:
    return optuna.samplers.NSGAIISampler(population_size=16, seed=seed)


def _tpe(_: BlackBox, seed: int) -> optuna.samplers.BaseSampler:
    return QuickTPE(seed=seed)


def _gp(_: BlackBox, seed: int) -> optuna.samplers.BaseSampler:
    return optuna.samplers.GPSampler(seed=seed, deterministic_objective=True)


def _random(_: BlackBox, seed: int) -> optuna.samplers.BaseSampler:
    return optuna.samplers.RandomSampler(seed=seed)


CONTESTANTS = (
    Contestant("subset", _subset, (500, 500, 500), warm=True),
    Contestant("subset, cold", _subset, (100, 100, 100), warm=False),
    Contestant("nsga2", _nsga2, (500, 900, 600), warm=False),
    Contestant("nsga2, warm", _nsga2, (500, 900, 600), warm=True),
    Contestant("random", _random, (500, 500, 500), warm=False),
    Contestant("random, warm", _random, (500, 500, 500), warm=True),
    Contestant("tpe", _tpe, (500, 500, 500), warm=False),
    Contestant("tpe, warm", _tpe, (500, 500, 500), warm=True),
    Contestant("gp", _gp, (60, 30, 30), warm=False),
)
