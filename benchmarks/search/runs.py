"""Runs of samplers on black boxes, kept so that a benchmark can be stopped and taken up again."""

from __future__ import annotations

import pickle
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import optuna

from benchmarks.search.boxes import BlackBox
from benchmarks.search.samplers import Contestant
from realign_core.support.files.keys import content_key
from realign_core.support.files.writing import atomic_path
from subsetsearch.subset import Subset

_ASKS_PER_EVALUATION = 3


@dataclass
class Run:
    """One sampler with one seed on one black box.

    Args:
        study: With the sampler, as it stands.
        points: frozenset[str] to axis and accuracy, of those evaluated.
        curve: Area under the front after each evaluation of a subset that was not scored before.
        asks: Proposals so far, repeated ones too.
        cpu_seconds: Spent so far.
    """

    study: optuna.Study
    points: dict[frozenset[str], tuple[float, float]] = field(default_factory=dict)
    curve: list[float] = field(default_factory=list)
    asks: int = 0
    cpu_seconds: float = 0.0

    def advance(self, box: BlackBox, cap: int) -> None:
        """Go on until a number of evaluations; a sampler that only repeats itself is stopped."""
        distributions = box.space.distributions()
        start = time.process_time()
        while len(self.curve) < cap and self.asks < _ASKS_PER_EVALUATION * cap:
            trial = self.study.ask(distributions)
            subset = box.space.subset(trial.params).languages
            self.study.tell(trial, [box.cost(subset), box.value(subset)])
            self.asks += 1
            if subset not in self.points:
                self.points[subset] = box.point(subset)
                self.curve.append(box.area(self.points.values()))
        self.cpu_seconds += time.process_time() - start


def start_run(box: BlackBox, contestant: Contestant, seed: int) -> Run:
    """Begin with ``none`` and ``all``, and the diverse sets if the contestant is warm."""
    study = optuna.create_study(directions=["minimize", "maximize"], sampler=contestant.make(box, seed))
    for _, subset in box.starts if contestant.warm else box.starts[:2]:
        study.enqueue_trial(box.space.params(Subset(subset)))
    return Run(study)


def kept_run(box: BlackBox, contestant: Contestant, seed: int, cap: int, cache: Path) -> Run:
    """Take up a kept run, or begin one, and bring it to its cap.

    Args:
        box: Black box.
        contestant: Sampler.
        seed: Its seed.
        cap: Evaluations.
        cache: Folder of kept runs; a changed black box, sampler or version of Optuna begins anew.
    """
    key = content_key([_identity(box), contestant.name, contestant.version, seed])
    path = cache / f"run-{box.name}-{contestant.name.replace(', ', '-')}-{seed}-{key}.pickle"
    run: Run = pickle.loads(path.read_bytes()) if path.is_file() else start_run(box, contestant, seed)
    if len(run.curve) < cap and run.asks < _ASKS_PER_EVALUATION * cap:
        run.advance(box, cap)
        with atomic_path(path) as draft:
            draft.write_bytes(pickle.dumps(run))
    return run


@contextmanager
def kept_scores(box: BlackBox, cache: Path) -> Iterator[None]:
    """Read the scores that the reference needs, and keep those that were added."""
    path = cache / f"scores-{box.name}-{content_key(_identity(box))}.pickle"
    if path.is_file():
        box.memo.update(pickle.loads(path.read_bytes()))
    n_before = len(box.memo)
    yield
    if len(box.memo) > n_before or not path.is_file():
        with atomic_path(path) as draft:
            draft.write_bytes(pickle.dumps(box.memo))


def _identity(box: BlackBox) -> list[object]:
    """Tell black boxes apart: languages, and score and cost of all warm starts."""
    ends = [[box.value(subset), box.cost(subset)] for _, subset in box.starts]
    return [box.name, list(box.space.keys), ends]
