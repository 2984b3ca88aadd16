"""Who is measured by rung 2, on a study whose rungs are plain functions."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import optuna
import pytest

from subsetsearch.problem.space import SearchSpace
from subsetsearch.results.trials.trial_record import TrialRecord, read_trials
from subsetsearch.results.trials.trial_writer import queue_trial
from subsetsearch.run.search.trial import TrialRunner
from subsetsearch.rungs.ladder import Ladder
from subsetsearch.sampler.promotion import Promotion
from subsetsearch.sampler.sampler import SubsetSampler
from subsetsearch.sampler.subset_matrix import SubsetMatrix
from subsetsearch.subset import NONE, Subset

KEYS = tuple(f"{a}{b}a_Latn" for a in "abcd" for b in "abcdef")
EFFECTS = dict(zip(KEYS, np.random.default_rng(0).normal(0.0, 0.02, len(KEYS)), strict=True))
Ladders = Callable[..., Ladder]


def cost(subset: Subset) -> float:
    return float(100 * len(subset.languages))


def truth(subset: Subset) -> float:
    chosen = sorted(subset.languages)
    return 0.5 + (float(np.mean([EFFECTS[key] for key in chosen])) if chosen else 0.0)


def idle(subset: Subset) -> float:
    """A rung 1 that says nothing of rung 2."""
    return float(sum(map(ord, "".join(sorted(subset.languages)))) % 97) / 97


SPACE = SearchSpace(KEYS, cost, max_size=6)


def run(ladder: Ladder, trials: int, *, chance: bool = False) -> list[TrialRecord]:
    study = optuna.create_study(directions=["minimize", "maximize"], sampler=SubsetSampler(SPACE, seed=3))
    queue_trial(study, SPACE.params(NONE), "none")
    if chance:
        matrix = SubsetMatrix(SPACE)
        for row in matrix.random(trials, np.random.default_rng(3)):
            queue_trial(study, SPACE.params(matrix.subset(row)))
    study.optimize(TrialRunner(ladder), n_trials=trials)
    return [trial for trial in read_trials(study) if trial.complete]


def test_it_learns_what_rung_1_does_not_say(fake_ladder: Ladders) -> None:
    trials = run(fake_ladder(SPACE, idle, truth), 45, chance=True)
    skipped = [trial for trial in trials if trial.skipped]
    measured = [trial for trial in trials if trial.rung == 2]
    assert all(trial.rung == 2 for trial in trials[:10])
    assert len(skipped) > 15
    for trial in skipped:
        assert trial.subset is not None
        assert trial.value == pytest.approx(truth(trial.subset), abs=0.03)
        assert trial.estimated
    # What was skipped would rarely have been on the front of what was measured.
    beaten = [any(m.cost <= t.cost and m.value >= truth(t.subset) for m in measured) for t in skipped]  # type: ignore[operator, arg-type]
    assert np.mean(beaten) > 0.9


def test_about_the_share_of_recent_proposals_is_measured(fake_ladder: Ladders) -> None:
    late = [trial for trial in run(fake_ladder(SPACE, idle, truth), 45)[15:] if trial.promise is not None]
    assert np.mean([trial.rung == 2 for trial in late]) < 0.75
    everyone = fake_ladder(SPACE, idle, truth, promote=1.0, promise=0.0)
    assert all(trial.rung == 2 for trial in run(everyone, 25))


def test_the_reason_names_probability_cost_and_what_was_measured(fake_ladder: Ladders) -> None:
    reasons = [trial.skipped for trial in run(fake_ladder(SPACE, idle, truth), 40, chance=True)]
    poor = next(reason for reason in reasons if reason and reason.startswith("it beats the front"))
    assert "below 0.1; at a cost of" in poor
    assert "is expected where" in poor


def test_a_subset_is_never_scored_twice(fake_ladder: Ladders) -> None:
    asked: list[Subset] = []
    ladder = fake_ladder(SPACE, lambda subset: asked.append(subset) or idle(subset), truth)  # type: ignore[func-returns-value]
    study, two = optuna.create_study(directions=["minimize", "maximize"]), Subset(frozenset(KEYS[:2]))
    for _ in range(3):
        queue_trial(study, SPACE.params(two))
    study.optimize(TrialRunner(ladder), n_trials=3)
    assert asked == [two]
    assert [trial.duplicate_of for trial in read_trials(study)] == [None, 0, 0]
    assert len({tuple(trial.values) for trial in study.trials}) == 1


def test_each_score_is_in_the_store_by_target(fake_ladder: Ladders) -> None:
    ladder = fake_ladder(SPACE, idle, truth)
    trials = run(ladder, 4)
    stored = ladder.store.read(ladder.problem.config.fingerprint())
    assert {(run.subset, run.rung, run.value) for run in stored} == {
        (trial.subset, rung, score) for trial in trials for rung, score in trial.scores.items()
    }
    assert all(run.scores == {"swh_Latn": run.value} for run in stored)


def test_what_the_store_has_is_not_scored_again(fake_ladder: Ladders) -> None:
    ladder = fake_ladder(SPACE, idle, truth)
    ladder.measure(ladder.top, NONE, "measured")
    ladder.top.value = lambda _: 1.0  # type: ignore[attr-defined]
    assert run(ladder, 1)[0].value == truth(NONE)


def test_what_breaks_a_constraint_is_told_the_lowest_score_and_read_as_none(fake_ladder: Ladders) -> None:
    ladder = fake_ladder(SPACE, lambda subset: -float(len(subset.languages)), truth)
    study = optuna.create_study(directions=["minimize", "maximize"])
    wide = SearchSpace(KEYS, cost, max_size=len(KEYS))
    for subset in (NONE, Subset(frozenset(KEYS[:2])), Subset(frozenset(KEYS))):
        queue_trial(study, wide.params(subset), "" if subset.languages else "none")
    study.optimize(TrialRunner(ladder), n_trials=3)
    *scored, broken = read_trials(study)
    assert study.trials[2].values == [cost(Subset(frozenset(KEYS))), min(trial.value for trial in scored)]  # type: ignore[type-var]
    assert (broken.complete, broken.value, broken.scores) == (True, None, {})


def test_equal_measurements_give_no_verdict(fake_ladder: Ladders) -> None:
    ladder = fake_ladder(SPACE, idle, lambda _: 0.5, warm=3)
    assert all(trial.rung == 2 for trial in run(ladder, 12))
    one = Subset(frozenset(KEYS[:1]))
    assert Promotion(ladder.problem).known(optuna.create_study(), 0, one) is None
