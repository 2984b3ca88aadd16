"""What the next runs are expected to buy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from subsetsearch.analysis.model.effects import StudyModels
from subsetsearch.analysis.study.next_runs import NextRuns, growth_by_runs, next_runs
from subsetsearch.config import load_study
from subsetsearch.results.measurements.measurement import Measurement
from subsetsearch.subset import NONE, Subset

KEYS = ("tel_Telu", "khk_Cyrl", "zul_Latn", "swh_Latn")
GAIN = {(): 0.0, KEYS[:1]: 0.05, KEYS[1:2]: 0.05, KEYS[2:3]: -0.10, KEYS[:2]: 0.05}
SUBSETS = [Subset(frozenset(keys)) for keys in GAIN if keys]


def models(file: Path, noise: float, seeds: int, seconds: float = 60.0) -> StudyModels:
    luck = np.random.default_rng(0)
    runs = [
        Measurement(
            "f", "r", Subset(frozenset(keys)), 3, "test", seed, "accuracy",
            {target: 0.5 + gain + noise * luck.normal() for target in ("yor_Latn", "wol_Latn")}, seconds=seconds,
        )
        for keys, gain in GAIN.items()
        for seed in range(seeds)
    ]  # fmt: skip
    return StudyModels(load_study(file), KEYS, dict.fromkeys(KEYS, 100), runs)


def test_what_is_known_well_buys_nothing(toy_file: Path) -> None:
    known = models(toy_file, 0.001, 4)
    growth = growth_by_runs(known, SUBSETS, None, 1)
    assert (growth >= 0).all()
    assert growth.max() < 0.002


def test_more_runs_buy_more_and_a_hopeless_subset_least(toy_file: Path) -> None:
    known = models(toy_file, 0.03, 2)
    one, many = (growth_by_runs(known, SUBSETS, None, runs) for runs in (1, 8))
    assert (many >= one - 1e-9).all()
    assert SUBSETS[int(np.argmin(one))] == Subset(frozenset(KEYS[2:3]))


def test_the_growth_is_that_of_the_best_expected_gain(toy_file: Path) -> None:
    """Against a simulation: draw what a run may say, update the Gaussian, take the best."""
    known = models(toy_file, 0.03, 2)
    model = known.of(None)
    found = known.joint(model, tuple(SUBSETS)).group()
    noise = model.group_noise(model.runs.targets) ** 2
    z = np.random.default_rng(1).normal(size=40_000)
    for i in range(len(SUBSETS)):
        gain = found.covariance[i] / np.sqrt(found.covariance[i, i] + noise)
        after = np.maximum(0.0, (found.mean + z[:, None] * gain).max(axis=1)).mean()
        expected = after - max(0.0, found.mean.max())
        assert growth_by_runs(known, SUBSETS, None, 1)[i] == pytest.approx(expected, abs=2e-4)


def test_the_sentence_says_what_for(toy_file: Path) -> None:
    found = next_runs(models(toy_file, 0.03, 2, seconds=70.0), [*SUBSETS, Subset(frozenset(KEYS[3:]))])
    assert found is not None
    assert (found.runs, found.seconds) == (8, 70.0)
    assert (
        replace(found, growth=0.0001).sentence == "9 min (8 runs) are expected to make the choice no better"
    )
    new = NextRuns(Subset(frozenset(KEYS[3:])), 0, 1, 900.0, 0.0123)
    assert new.sentence == (
        "15 min (1 run of Swahili, which was never run) are expected to make the choice 1.2 points better"
    )


@pytest.mark.parametrize("candidates", [[], [NONE]])
def test_without_anything_to_run_nothing_is_said(toy_file: Path, candidates: Sequence[Subset]) -> None:
    assert next_runs(models(toy_file, 0.03, 2), candidates) is None


def test_without_times_or_a_model_nothing_is_said(toy_file: Path) -> None:
    assert next_runs(models(toy_file, 0.03, 2, seconds=0.0), SUBSETS) is None
    lacking = models(toy_file, 0.03, 2)
    assert next_runs(replace(lacking, runs=lacking.runs[:3]), SUBSETS) is None
