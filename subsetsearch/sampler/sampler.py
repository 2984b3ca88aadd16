"""A sampler over sets: a surrogate of all trials, and the set that should add most to the front."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import optuna
from numpy.typing import NDArray
from optuna.distributions import BaseDistribution
from optuna.study import StudyDirection
from optuna.trial import FrozenTrial

from subsetsearch.problem.space import SearchSpace
from subsetsearch.results.trials.proposals import announce, announce_again
from subsetsearch.sampler.decision import next_run
from subsetsearch.sampler.history import TrialHistory
from subsetsearch.sampler.learners import Learner
from subsetsearch.sampler.model import TwoRungModel
from subsetsearch.sampler.subset_matrix import Rows, SubsetMatrix
from subsetsearch.subset import Subset
from subsetsearch.surrogate import expected_hypervolume_improvement, front_levels
from subsetsearch.surrogate.features import Matrix

logger = logging.getLogger(__name__)

Score = Callable[[Subset], float]
"""Scores a subset cheaply."""

_STARTS = 8
_FEW_STARTS = 2
_COMPARED = 200
"""New sets that are compared with each other and with all known ones."""
_BROOD = 256
_STRANGERS = 64
_ROUNDS = 3
_PARENTS = 8
_SHORTLIST = 8
_ATTEMPTS = 20
_DIRECTIONS = [StudyDirection.MINIMIZE, StudyDirection.MAXIMIZE]


class SubsetSampler(optuna.samplers.BaseSampler):
    """Proposes whole subsets that keep every constraint and were never proposed before.

    A Gaussian process over sets (:mod:`subsetsearch.surrogate.kernel`) learns from all trials. Each
    proposal maximises the expected growth of the area under the front, over logarithmic costs, by
    a local search that starts from the front: swap, add and drop, beside random sets. Where the space
    chooses pairs per language, a proposal is a set with a number of pairs, and a step may change either.

    Parameters of a study that are not this space's are drawn at random. In a study
    without the directions (minimize, maximize) the sets are random, too.

    Args:
        space: What may be proposed.
        traits: Typological coordinates of the languages, in the order of ``space.keys``.
        score: Rung 1: scores the last few subsets, where trials have its score as well.
        learner: Learns what is measured; as cheap rungs are learned, if left out. By one that knows what
            runs scatter, the run is proposed that the decision gains most by (:mod:`.decision`).
        candidates: All that may be proposed, where it is a list; else whatever the space allows.
        repeats: Whether known subsets may be proposed again, to be run with a further seed.
        seed: Names the random stream.
    """

    def __init__(
        self,
        space: SearchSpace,
        *,
        traits: Matrix | None = None,
        score: Score | None = None,
        learner: Learner | None = None,
        candidates: Iterable[Subset] = (),
        repeats: bool = False,
        seed: int | None = None,
    ) -> None:
        self._space = space
        self._repeats = repeats
        self._matrix = SubsetMatrix(space)
        self._candidates = [self._matrix.row(subset) for subset in candidates]
        self._score, self._learner = score, learner
        self._rng = np.random.default_rng(seed)
        self._others = optuna.samplers.RandomSampler(seed=seed)
        self._distributions = {} if space.sparse else space.distributions()
        self._features = self._matrix.features(traits)
        self._edge = float(self._features.log_costs(np.array([1.02 * space.largest_cost()]))[0])
        self._model: tuple[str, TwoRungModel] | None = None
        self._lock = threading.Lock()
        self._warned = False

    def __getstate__(self) -> dict[str, Any]:
        """Leave the lock out, so that a sampler can be handed to other processes."""
        return {name: value for name, value in self.__dict__.items() if name != "_lock"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Make a new lock."""
        self.__dict__.update(state)
        self._lock = threading.Lock()

    def reseed_rng(self) -> None:
        """Take a fresh random stream (Optuna calls this in each worker)."""
        self._rng = np.random.default_rng()
        self._others.reseed_rng()

    def infer_relative_search_space(
        self,
        study: optuna.Study,  # noqa: ARG002
        trial: FrozenTrial,  # noqa: ARG002
    ) -> dict[str, BaseDistribution]:
        """Return all parameters of the space: the whole set is proposed at once, with its number of pairs."""
        return dict(self._distributions)

    def sample_relative(
        self, study: optuna.Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """Propose a subset (as parameters), and anything for parameters that are not ours."""
        params: dict[str, Any] = {}
        if self._distributions.keys() <= search_space.keys():
            with self._lock:
                params = self._claim(study, trial)
        for name, distribution in search_space.items():
            if name not in params:
                params[name] = self.sample_independent(study, trial, name, distribution)
        return params

    def sample_independent(
        self,
        study: optuna.Study,
        trial: FrozenTrial,
        param_name: str,
        param_distribution: BaseDistribution,
    ) -> Any:
        """Draw a parameter that is none of ours at random."""
        return self._others.sample_independent(study, trial, param_name, param_distribution)

    def _claim(self, study: optuna.Study, trial: FrozenTrial) -> dict[str, Any]:
        """Propose a set that no other worker proposes at the same time.

        A proposal is announced before others are read: of two workers with the same one, one at least sees
        the other's, and proposes anew.
        """
        history, params = self._model_of(study).history, dict[str, Any]()
        for _ in range(_ATTEMPTS):
            proposed, again = self._propose(study, trial.number)
            params = dict(self._space.params(proposed))
            if self._repeats:
                announce_again(study, trial, again)
            announce(study, trial, params)
            key = self._matrix.row(proposed).tobytes()
            before = history.has_run(key, again)
            history.update(study, without=trial.number)
            if before or not history.has_run(key, again):
                break
        return params

    def _propose(self, study: optuna.Study, number: int) -> tuple[Subset, int]:
        """A subset, and the number of the further seed if it is known."""
        model = self._model_of(study)
        model.history.update(study, without=number)
        if study.directions == _DIRECTIONS and len(model.history.scored) >= self._starts:
            model.refresh()
            if model.ready:
                best = self._decide(model) if model.decides else self._search(model)
                if best is not None:
                    return best
            elif not self._warned:
                self._warned = True
                logger.warning(
                    "all %d trials so far have the same accuracy: sets are drawn at random until one differs",
                    len(model.history.scored),
                )
        return self._new(model.history.seen()), 0

    @property
    def _starts(self) -> int:
        """Trials before the model is asked: what knows the languages' traits needs few."""
        return _STARTS if self._learner is None or not self._learner.denoises else _FEW_STARTS

    def _model_of(self, study: optuna.Study) -> TwoRungModel:
        """The model of this study; a sampler that is handed to another one starts anew."""
        if self._model is None or self._model[0] != study.study_name:
            self._model = study.study_name, self._new_model()
        return self._model[1]

    def _new_model(self) -> TwoRungModel:
        return TwoRungModel(TrialHistory(self._space), self._features, self._learner)

    def _decide(self, model: TwoRungModel) -> tuple[Subset, int] | None:
        """Choose the run that the decision gains most by, of promising new sets and of known ones."""
        pool = self._promising(model)
        promising = sorted(pool, key=lambda key: (-pool[key], key))[:_COMPARED]
        new = [row for row in _unpack(promising, self._matrix.width) if self._may_run(row)]
        chosen = next_run(
            model,
            np.array(new, dtype=bool).reshape(len(new), self._matrix.width),
            edge=self._edge,
            repeats=self._repeats,
        )
        return None if chosen is None else (self._matrix.subset(chosen.row), chosen.again)

    def _may_run(self, row: Rows) -> bool:
        return bool(self._candidates) or self._space.allows(self._matrix.subset(row))

    def _search(self, model: TwoRungModel) -> tuple[Subset, int] | None:
        """Climb from the front to the new set of largest expected gain."""
        pool = self._promising(model)
        best = self._best(model, sorted(pool, key=lambda key: (-pool[key], key))[:_SHORTLIST])
        return None if best is None else (best, 0)

    def _promising(self, model: TwoRungModel) -> dict[bytes, float]:
        """New sets with what they are expected to add to the front, found by climbing from it."""
        seen = model.history.seen()
        if self._candidates:
            candidates = {row.tobytes(): 0.0 for row in self._candidates}
            return {key: gain for key, gain in candidates.items() if key not in seen}
        parents = self._front_rows(model.history)
        pool: dict[bytes, float] = {}
        rows = self._matrix.random(_STRANGERS, self._rng)
        for _ in range(_ROUNDS):
            if len(parents):
                rows = np.concatenate([rows, self._matrix.neighbours(parents, _BROOD, self._rng)])
            rows = self._fresh(rows, seen, pool)
            if len(rows):
                gains = self._gains(model, rows).tolist()
                pool.update(zip((row.tobytes() for row in rows), gains, strict=True))
            best = sorted(pool, key=lambda key: (-pool[key], key))[:_PARENTS]
            if not best:
                break
            parents, rows = _unpack(best), np.empty((0, self._matrix.width), dtype=bool)
        return pool

    def _front_rows(self, history: TrialHistory) -> Rows:
        """Undominated sets that may be changed into others: ``none`` and ``all`` need not be allowed."""
        costs = np.array([s.cost for s in history.scored])
        values = np.array([s.value for s in history.scored])
        levels = dict(zip(*front_levels(costs, values), strict=True))
        rows = [i for i, s in enumerate(history.scored) if levels.get(s.cost) == s.value]
        return history.members[rows]

    def _fresh(self, rows: Rows, seen: set[bytes], pool: dict[bytes, float]) -> Rows:
        """Keep allowed rows that are new, each once."""
        allowed = {row.tobytes(): None for row in rows[self._matrix.allowed(rows)]}
        return _unpack([key for key in allowed if key not in seen and key not in pool], self._matrix.width)

    def _gains(self, model: TwoRungModel, rows: Rows, rung1: Matrix | None = None) -> Matrix:
        mean, sd = model.predict(rows, rung1)
        return expected_hypervolume_improvement(
            self._features.log_costs(self._features.costs(rows)),
            mean,
            sd,
            model.front(),
            worst_cost=self._edge,
            worst_value=model.worst,
        )

    def _best(self, model: TwoRungModel, shortlist: list[bytes]) -> Subset | None:
        """Score the shortlist by rung 1 where there is one, and take the best that is allowed."""
        if not shortlist:
            return None
        rows = _unpack(shortlist)
        if self._score is not None and model.history.scored[-1].rung1 is not None:
            scores = np.array([self._score(self._matrix.subset(row)) for row in rows])
            rows = rows[np.argsort(-self._gains(model, rows, scores), kind="stable")]
        return next(filter(self._space.allows, map(self._matrix.subset, rows)), None)

    def _new(self, seen: set[bytes]) -> Subset:
        """Draw a new set; if all were proposed already, the cheapest one again."""
        if self._candidates:
            fresh = [row for row in self._candidates if row.tobytes() not in seen] or self._candidates
            return self._matrix.subset(fresh[int(self._rng.integers(len(fresh)))])
        for _ in range(_ATTEMPTS):
            for row in self._fresh(self._matrix.random(_STRANGERS, self._rng), seen, {}):
                subset = self._matrix.subset(row)
                if self._space.allows(subset):
                    return subset
        allowed = self._matrix.every()
        unseen = [] if allowed is None else list(self._fresh(allowed, seen, {}))
        for place in self._rng.permutation(len(unseen)):
            subset = self._matrix.subset(unseen[int(place)])
            if self._space.allows(subset):
                return subset
        logger.info("every allowed set was proposed: one of them comes again and costs nothing")
        return self._space.cheapest()


def _unpack(keys: list[bytes], width: int = 0) -> Rows:
    if not keys:
        return np.empty((0, width), dtype=bool)
    flat: NDArray[np.bool_] = np.frombuffer(b"".join(keys), dtype=bool)
    return flat.reshape(len(keys), -1)
