"""The models of a study: many runs, and which model knows a target."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from subsetsearch.analysis.model.effects import MOST_FOR_VARIANCES, MOST_RUNS, StudyModels, fit_effects
from subsetsearch.config import load_study
from subsetsearch.config.study import StudyConfig
from subsetsearch.errors import SelectionError
from subsetsearch.results.measurements.measurement import Measurement
from subsetsearch.subset import NONE, Subset

KEYS = ("tel_Telu", "khk_Cyrl", "zul_Latn", "swh_Latn")
LENGTHS = dict.fromkeys(KEYS, 100)
TARGETS = ("swh_Latn", "yor_Latn", "wol_Latn")


@pytest.fixture
def config(toy_file: Path) -> StudyConfig:
    return load_study(toy_file)


def runs(subsets: Sequence[tuple[str, ...]], seeds: int, split: str = "test") -> list[Measurement]:
    noise = np.random.default_rng(1)
    held_out = frozenset({"wol_Latn"})
    return [
        Measurement(
            "f", "r", Subset(frozenset(keys)), 3, split, seed, "accuracy",
            {t: 0.5 + 0.03 * len(keys) + 0.01 * noise.normal() for t in TARGETS if split == "test" or t not in held_out},
            held_out=held_out if split == "test" else frozenset(),
        )
        for keys in subsets
        for seed in range(seeds)
    ]  # fmt: skip


SUBSETS: list[tuple[str, ...]] = [(), KEYS[:1], KEYS[1:2], KEYS[:2], KEYS]


def test_of_many_runs_those_that_matter_are_kept(config: StudyConfig) -> None:
    many = runs(SUBSETS, 200, "dev") + runs(SUBSETS, 3)
    model = fit_effects(config, KEYS, LENGTHS, many)
    assert len(model.runs) == MOST_RUNS
    assert model.runs.parts.count("test") == 3 * len(SUBSETS)
    assert model.runs.subsets.count(NONE) == MOST_RUNS // len(SUBSETS)
    few = fit_effects(config, KEYS, LENGTHS, many[::10])
    assert len(few.runs) == len(many[::10]) <= MOST_FOR_VARIANCES
    asked = [Subset(frozenset(KEYS[:2]))]
    assert model.expect(asked).mean == pytest.approx(few.expect(asked).mean, abs=0.01)


def test_a_target_that_only_test_data_have_has_a_model_of_its_own(config: StudyConfig) -> None:
    models = StudyModels(config, KEYS, LENGTHS, runs(SUBSETS, 2, "dev") + runs(SUBSETS, 2))
    assert models.of(None).runs.targets == ("swh_Latn", "yor_Latn")
    assert len(models.of(None).runs) == 4 * len(SUBSETS)
    wolof = models.of(("wol_Latn",))
    assert set(wolof.runs.targets) == set(TARGETS)
    assert set(wolof.runs.parts) == {"test"}
    assert models.by_dev is not None
    assert set(models.by_dev.runs.parts) == {"dev"}


def test_without_no_realignment_nothing_is_known_of_gains(config: StudyConfig) -> None:
    models = StudyModels(config, KEYS, LENGTHS, runs(SUBSETS[1:], 2))
    with pytest.raises(SelectionError, match="no realignment was never run"):
        models.of(None)
    assert StudyModels(config, KEYS, LENGTHS).by_dev is None


def test_a_target_that_no_run_has_is_named(config: StudyConfig) -> None:
    models = StudyModels(config, KEYS, LENGTHS, runs(SUBSETS, 2))
    with pytest.raises(
        SelectionError, match=r"nothing is expected for Ewe.*the model knows Swahili, Wolof and Yoruba"
    ):
        models.of(("ewe_Latn",))


def test_fresh_runs_and_cheap_rungs_teach_nothing(config: StudyConfig) -> None:
    from dataclasses import replace

    known = runs(SUBSETS, 2)
    others = [replace(run, fresh=True, seed=9) for run in known] + [replace(run, rung=2) for run in known]
    assert len(StudyModels(config, KEYS, LENGTHS, known + others).of(None).runs) == len(known)
