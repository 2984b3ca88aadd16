"""Who plays: ours and the plain peers. All begin with no realignment and all languages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import optuna

from benchmarks.peers.game import Board, Game
from benchmarks.tables.tasks import SEARCH_SEEDS
from subsetsearch.analysis.model.effects import fit_effects
from subsetsearch.config.rungs import FULL
from subsetsearch.results.measurements.measurement import DEV, Measurement
from subsetsearch.sampler.learners import EffectLearner
from subsetsearch.sampler.sampler import SubsetSampler
from subsetsearch.sampler.study import study_kernel
from subsetsearch.sampler.subset_matrix import Rows, SubsetMatrix

Ran = Sequence[int]
"""Places of the subsets that were run, in order."""


class Player(Protocol):
    """Asks for runs, and recommends by a model if it has one."""

    def ask(self, ran: Ran) -> int:
        """Place of the next subset; one that was not run."""
        ...

    def expects(self, ran: Ran) -> int | None:
        """Place of the subset that its own model expects to be best; ``None`` without a model."""
        ...


class Plain:
    """A player without a model."""

    def __init__(self, game: Board, seed: int) -> None:
        self.game, self.rng = game, np.random.default_rng(seed)

    def expects(self, ran: Ran) -> int | None:  # noqa: ARG002
        """None: it has no model."""
        return None

    def left(self, ran: Ran) -> list[int]:
        """Places of what was not run."""
        done = set(ran)
        return [place for place in range(len(self.game.rows)) if place not in done]

    def draw(self, ran: Ran) -> int:
        """Draw a set of uniform size, and take the nearest in the table."""
        return self.game.nearest(self.drawn(), list(ran))

    def drawn(self) -> Rows:
        """A set whose size is drawn uniformly from those that the table has."""
        sizes = self.game.rows.sum(axis=1)
        size = int(self.rng.choice(np.unique(sizes[sizes > 0])))
        row = np.zeros(self.game.rows.shape[1], dtype=bool)
        row[self.rng.choice(len(row), size, replace=False)] = True
        return row


class Random(Plain):
    """Sets of uniform size."""

    def ask(self, ran: Ran) -> int:
        """A random one."""
        return self.draw(ran)


class Greedy(Plain):
    """All single languages in a random order; then the best so far grows by one, best singles first.

    Args:
        game: What may be run.
        seed: Of the order.
        singles: So many single languages at most, where runs are fewer than languages.
    """

    def __init__(self, game: Board, seed: int, singles: int | None = None) -> None:
        super().__init__(game, seed)
        order = self.rng.permutation(np.flatnonzero(game.rows.sum(axis=1) == 1))
        self.singles = [int(place) for place in order[:singles]]
        self.tried: set[tuple[int, int]] = set()

    def ask(self, ran: Ran) -> int:
        """The next single, or the leader with one language more."""
        waiting = [place for place in self.singles if place not in ran]
        if waiting:
            return waiting[0]
        rows, values = self.game.rows, self.game.values
        leader = max((place for place in ran if rows[place].any()), key=lambda place: values[place])
        single_values = {int(rows[place].argmax()): values[place] for place in self.singles}
        low = min(single_values.values(), default=0.0)
        outside = [int(key) for key in self.rng.permutation(np.flatnonzero(~rows[leader]))]
        for key in sorted(outside, key=lambda key: -single_values.get(key, low)):
            if (leader, key) not in self.tried:
                self.tried.add((leader, key))
                grown = rows[leader].copy()
                grown[key] = True
                return self.game.nearest(grown, list(ran))
        return self.draw(ran)


class Ours(Plain):
    """The sampler of a study whose search ends at full runs, over a list of candidates.

    It is asked and told through Optuna, as in a study. What it expects is what ``subsetsearch expect`` and
    the reports say: the model of effects of all targets, among subsets that were run.
    """

    def __init__(self, game: Game, seed: int) -> None:
        super().__init__(game, seed)
        self.table, space = game, game.space
        self.lengths = dict(space.pairs.lengths)
        kernel = study_kernel(game.study, space.keys, sorted(game.dev[0]), self.lengths)
        sampler = SubsetSampler(
            space,
            learner=EffectLearner(SubsetMatrix(space).features(), kernel),
            candidates=game.subsets,
            seed=seed,
        )
        self.stored = optuna.create_study(directions=["minimize", "maximize"], sampler=sampler)
        self.told = 0

    def ask(self, ran: Ran) -> int:
        """What the sampler proposes."""
        space = self.table.space
        for place in ran[self.told :]:
            subset = self.table.subsets[place]
            trial = optuna.trial.create_trial(
                params=space.params(subset),
                distributions=space.distributions(),
                values=[space.cost(subset), float(self.table.values[place])],
            )
            self.stored.add_trial(trial)
        self.told = len(ran)
        proposed = self.stored.ask(space.distributions())
        subset = space.subset(proposed.params)
        self.stored.tell(proposed, state=optuna.trial.TrialState.FAIL)
        return self.table.subsets.index(subset)

    def expects(self, ran: Ran) -> int | None:
        """The best by the model of effects."""
        game = self.table
        runs = [
            Measurement("", "", game.subsets[place], FULL.number, DEV, SEARCH_SEEDS[0], "", game.dev[place])
            for place in ran
        ]
        model = fit_effects(game.study, game.space.keys, self.lengths, runs)
        means = model.expect_group([game.subsets[place] for place in ran]).mean
        return int(ran[int(np.argmax(means))])


class RandomExpected(Random):
    """Random runs, read by our model."""

    def __init__(self, game: Game, seed: int) -> None:
        super().__init__(game, seed)
        self.reader = Ours(game, seed)

    def expects(self, ran: Ran) -> int | None:
        """As ours."""
        return self.reader.expects(ran)
