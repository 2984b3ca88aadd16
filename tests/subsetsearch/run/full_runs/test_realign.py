"""A study's encoder to take home is the one that its full run measured."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from transformers import AutoModel

import realign_core
from realign_core import Recipe
from realign_core.data.labelled import Split
from realign_core.data.labelled.base import TaskReader
from realign_core.runs.saved import train as train_module
from realign_core.runs.saved.options import TrainOptions
from subsetsearch.config import StudyConfig, load_study
from subsetsearch.errors import SelectionError
from subsetsearch.problem.problem import Problem
from subsetsearch.results.measurements.store import MeasurementStore
from subsetsearch.run.full_runs.realign import realign_subset
from subsetsearch.rungs.full import FullRuns
from subsetsearch.subset import NONE, Subset

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


def test_the_saved_encoder_has_the_scores_of_the_evaluations_row(
    toy_study: StudyConfig, tmp_path: Path
) -> None:
    problem = Problem.build(toy_study, split="test")
    store = MeasurementStore(f"sqlite:///{tmp_path / 'study.db'}")
    FullRuns(problem, store).run([(SUBSET, 2)])
    (row,) = store.read()
    realign_subset(toy_study, SUBSET, tmp_path / "encoder", TrainOptions(seed=2))
    settings = toy_study.recipe.portable()
    settings["encoder"]["name"] = str(tmp_path / "encoder")
    saved = Recipe.model_validate(settings)
    result = realign_core.run(saved, [], seed=2, targets=list(problem.targets.codes.values()))
    assert {key: result.scores[code] for key, code in problem.targets.codes.items()} == row.scores


def test_seeds_are_chosen_by_development_data_of_searched_targets(
    toy_study: StudyConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[tuple[str, str]] = []
    real = TaskReader.read_account

    def spy(self: TaskReader, language: str, split: Split) -> object:
        read.append((language, split))
        return real(self, language, split)

    monkeypatch.setattr(TaskReader, "read_account", spy)
    seen: list[tuple[str, str]] = []
    choose = train_module.choose_weights

    def choosing(*args: Any, **keywords: Any) -> Any:
        found = choose(*args, **keywords)
        seen.extend(read)
        return found

    monkeypatch.setattr(train_module, "choose_weights", choosing)
    trained = realign_subset(toy_study, SUBSET, tmp_path / "encoder", TrainOptions(seeds=(1, 2)))
    assert {split for _, split in seen} == {"train", "dev"}
    assert trained.choice is not None
    assert trained.choice.targets == ("swh_Latn", "yor_Latn")  # not the held-out one
    assert "wol_Latn" not in {language for language, split in seen if split == "dev"}


@pytest.mark.parametrize("reason", ["", "buy nothing: no subset was more accurate"])
def test_there_is_nothing_to_realign_in_no_subset(
    toy_study: StudyConfig, tmp_path: Path, reason: str
) -> None:
    with pytest.raises(SelectionError, match=f"there is nothing to realign.*{reason}.*as it is.*--pick best"):
        realign_subset(toy_study, NONE, tmp_path / "encoder", TrainOptions(), reason=reason)
    assert not (tmp_path / "encoder").exists()


def test_a_study_without_any_labelled_target_has_one_too(toy_file: Path, tmp_path: Path) -> None:
    overrides = {
        "targets.unlabelled": ["zul"],
        "targets.languages": [],
        "targets.held_out": [],
        "targets.held_out_in_pool": False,
        "proxy.retrieval.pairs": 20,
    }
    study = load_study(toy_file, overrides)
    trained = realign_subset(
        study, Subset(frozenset({"yor_Latn"}), None), tmp_path / "encoder", TrainOptions(seed=1)
    )
    assert trained.pairs > 0
