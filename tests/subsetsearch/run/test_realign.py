"""A study's encoder to take home is the one that its full run measured."""

from __future__ import annotations

from pathlib import Path

from transformers import AutoModel

import realign_core
from realign_core.runs.options import TrainOptions
from subsetsearch.config import StudyConfig, load_study
from subsetsearch.problem.problem import Problem
from subsetsearch.results.store import MeasurementStore
from subsetsearch.run.realign import realign_subset
from subsetsearch.rungs.full import FullRuns
from subsetsearch.subset import Subset

SUBSET = Subset(frozenset({"swh_Latn", "tel_Telu"}), 30)


def test_it_bears_the_name_of_the_run_and_its_pairs(toy_study: StudyConfig, tmp_path: Path) -> None:
    store = MeasurementStore(f"sqlite:///{tmp_path / 'study.db'}")
    FullRuns(Problem.build(toy_study, split="test"), store).run([(SUBSET, 1)])
    (measured,) = store.read()
    trained = realign_subset(toy_study, SUBSET, tmp_path / "encoder", TrainOptions(seed=1))
    assert trained.recipe_hash == measured.recipe_hash
    assert trained.languages == ("swa", "tel")
    limited = toy_study.recipe.realignment.model_copy(update={"pairs_per_language": 30})
    recipe = toy_study.recipe.model_copy(update={"realignment": limited})
    realign_core.train(recipe, ["swa", "tel"], tmp_path / "same", seed=1)
    one, two = ((tmp_path / name / "model.safetensors").read_bytes() for name in ("encoder", "same"))
    assert one == two
    assert AutoModel.from_pretrained(tmp_path / "encoder").config.hidden_size == 16


def test_a_study_without_any_labelled_target_has_one_too(toy_file: Path, tmp_path: Path) -> None:
    overrides = {
        "targets.unlabelled": ["zul"],
        "targets.languages": [],
        "targets.held_out": [],
        "proxy.retrieval.pairs": 20,
    }
    study = load_study(toy_file, overrides)
    trained = realign_subset(
        study, Subset(frozenset({"yor_Latn"}), None), tmp_path / "encoder", TrainOptions(seed=1)
    )
    assert trained.pairs > 0
