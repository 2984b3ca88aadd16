"""Several seeds: one is chosen by development data, or their weights are averaged, if that is better."""

from __future__ import annotations

import logging
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file

import realign_core
from realign_core import Recipe
from realign_core.runs.saved import seed_choice
from realign_core.runs.saved.options import TrainOptions
from realign_core.runs.saved.seed_choice import SeedChoice, choose_weights
from realign_core.runs.saved.weights import mean_tensors, train_weights
from realign_core.runs.workspace.workspace import prepare
from realign_core.support.errors import ConfigError

Content = dict[str, Any]
LANGUAGES = ("xx", "yy")


@pytest.fixture
def noisy(tiny_recipe: Content) -> Content:
    """A recipe whose seeds differ."""
    fast = {"learning_rate": 1e-2, "epochs": 2}
    return tiny_recipe | {"finetuning": {**tiny_recipe["finetuning"], **fast}}


def weights_of(folder: Path) -> bytes:
    return (folder / "model.safetensors").read_bytes()


def test_the_best_seed_on_development_data_is_kept(noisy: Content, tmp_path: Path) -> None:
    recipe = Recipe.model_validate(noisy)
    trained = realign_core.train(recipe, LANGUAGES, tmp_path / "chosen", seeds=[1, 2, 3], task_model=True)
    assert trained.choice is not None
    scores = {seed: realign_core.run(recipe, LANGUAGES, seed=seed, split="dev").mean for seed in (1, 2, 3)}
    assert trained.choice.scores == pytest.approx(scores)
    assert len(set(scores.values())) > 1
    assert trained.seed == max(scores, key=lambda seed: scores[seed])
    realign_core.train(recipe, LANGUAGES, tmp_path / "alone", seed=trained.seed, task_model=True)
    assert weights_of(tmp_path / "chosen") == weights_of(tmp_path / "alone")
    assert f"Kept: seed {trained.seed}" in (tmp_path / "chosen" / "README.md").read_text(encoding="utf-8")


def test_candidates_that_are_not_finetuned_share_the_first_seeds_finetuning(
    noisy: Content, tmp_path: Path
) -> None:
    recipe = Recipe.model_validate(noisy)
    trained = realign_core.train(recipe, LANGUAGES, tmp_path / "e", seeds=[4, 5])
    assert trained.choice is not None
    assert trained.choice.scores[4] == pytest.approx(
        realign_core.run(recipe, LANGUAGES, seed=4, split="dev").mean
    )


@pytest.mark.parametrize("average", [False, True])
def test_test_labels_are_not_read(noisy: Content, tiny_corpus: Path, tmp_path: Path, average: bool) -> None:
    corpus = tmp_path / "pos"
    shutil.copytree(tiny_corpus / "pos", corpus)
    noisy["task"]["train"]["path"] = str(corpus)
    recipe = Recipe.model_validate(noisy)
    first = realign_core.train(recipe, LANGUAGES, tmp_path / "a", seeds=[1, 2], average=average)
    for file in corpus.glob("*/test.txt"):
        file.unlink()
    again = realign_core.train(recipe, LANGUAGES, tmp_path / "b", seeds=[1, 2], average=average)
    assert again.choice == first.choice
    assert weights_of(tmp_path / "a") == weights_of(tmp_path / "b")


def test_a_wrong_test_label_changes_no_choice_where_the_words_are_needed(
    noisy: Content, tiny_corpus: Path, tmp_path: Path
) -> None:
    corpus = tmp_path / "pos"
    shutil.copytree(tiny_corpus / "pos", corpus)
    noisy["task"]["train"]["path"] = str(corpus)
    recipe = Recipe.model_validate(noisy)
    first = realign_core.train(recipe, LANGUAGES, tmp_path / "a", seeds=[1, 2, 3], task_model=True)
    for file in corpus.glob("*/test.txt"):  # the tokens of test data stay: fine-tuning decays their rows
        words = [line.split()[0] + " VERB" if line.strip() else "" for line in file.read_text().splitlines()]
        file.write_text("\n".join(words) + "\n", encoding="utf-8")
    again = realign_core.train(recipe, LANGUAGES, tmp_path / "b", seeds=[1, 2, 3], task_model=True)
    assert again.choice == first.choice
    assert weights_of(tmp_path / "a") == weights_of(tmp_path / "b")


@pytest.mark.parametrize("task_model", [False, True])
def test_an_average_that_is_better_is_kept_and_is_one(
    noisy: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, task_model: bool
) -> None:
    recipe = Recipe.model_validate(noisy)
    monkeypatch.setattr(SeedChoice, "keeps_average", property(lambda self: self.average is not None))
    trained = realign_core.train(
        recipe, LANGUAGES, tmp_path / "e", seeds=[1, 2], average=True, task_model=task_model
    )
    assert trained.averaged == (1, 2)
    assert "average of seeds 1 2" in repr(trained)
    workspace = prepare(recipe, LANGUAGES, splits=("dev",))
    parts = [
        train_weights(workspace, LANGUAGES, seed, finetuned=task_model, head_seed=1).tensors
        for seed in (1, 2)
    ]
    saved = load_file(tmp_path / "e" / "model.safetensors")
    moved = 0
    for name, value in mean_tensors(parts).items():
        part, _, key = name.partition(".")
        if part != "encoder" or "word_embeddings" in key:
            continue
        assert torch.equal(saved[key], value), name
        moved += not torch.equal(parts[0][name], parts[1][name])
    assert moved > 10
    card = (tmp_path / "e" / "README.md").read_text(encoding="utf-8")
    assert "--seeds 1,2 --average" in card


def test_an_average_that_is_no_better_is_not_kept_and_said_loudly(
    noisy: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real = seed_choice._Candidates.averaged

    def spoilt(self: Any, mean: dict[str, torch.Tensor]) -> Any:
        weights = real(self, mean)
        weights.fill({name: torch.zeros_like(value) for name, value in mean.items()})
        return weights

    monkeypatch.setattr(seed_choice._Candidates, "averaged", spoilt)
    recipe = Recipe.model_validate(noisy)
    with caplog.at_level(logging.INFO, logger="realign_core"):
        trained = realign_core.train(
            recipe, LANGUAGES, tmp_path / "e", seeds=[1, 2], average=True, task_model=True
        )
    assert trained.averaged == ()
    (warning,) = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert "AVERAGING DID NOT PAY" in warning.getMessage()
    card = (tmp_path / "e" / "README.md").read_text(encoding="utf-8")
    assert ("--head-seed 1" in card) == (trained.seed == 2)  # all candidates have the head of the first


@pytest.mark.parametrize("damaged", ["", "weights.safetensors", "score.json"])
def test_finished_seeds_are_not_trained_again(
    noisy: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damaged: str
) -> None:
    recipe = Recipe.model_validate(noisy)
    workspace = prepare(recipe, LANGUAGES, splits=("dev",))
    options = TrainOptions(seeds=(1, 2, 3), average=True, checkpoints=tmp_path)
    whole, _ = choose_weights(workspace, LANGUAGES, replace(options, checkpoints=None))
    trained: list[int] = []
    real = train_weights

    def stopping(*args: Any, **keywords: Any) -> Any:
        if args[2] == 3 and trained == [1, 2]:
            raise KeyboardInterrupt
        trained.append(args[2])
        return real(*args, **keywords)

    monkeypatch.setattr(seed_choice, "train_weights", stopping)
    with pytest.raises(KeyboardInterrupt):
        choose_weights(workspace, LANGUAGES, options)
    trained.append(0)
    if damaged:
        (file,) = tmp_path.glob(f"seeds-*/2/{damaged}")
        file.write_bytes(file.read_bytes()[:-1] + b"?")
    again, _ = choose_weights(workspace, LANGUAGES, options)
    assert trained == [1, 2, 0, *([2] if damaged else []), 3]
    assert again == whole
    assert not list(tmp_path.rglob("*.safetensors"))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"seeds": (1, 1)}, "seeds: a seed is given twice"),
        ({"seeds": (1,)}, "nothing to choose from one seed"),
        ({"average": True}, "average: there is nothing to average"),
    ],
)
def test_options_that_make_no_sense_are_refused(options: Content, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        TrainOptions(**options)


def test_without_development_data_there_is_nothing_to_choose_by(noisy: Content, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no target has labelled development data"):
        realign_core.train(Recipe.model_validate(noisy), LANGUAGES, tmp_path / "e", seeds=[1, 2], targets=())


scores = st.dictionaries(st.integers(0, 99), st.floats(0, 1), min_size=2, max_size=5)


@given(scores, st.none() | st.floats(0, 1))
def test_what_is_kept_is_never_worse_than_a_seed(by_seed: dict[int, float], average: float | None) -> None:
    choice = SeedChoice("accuracy", by_seed, ("xx",), average)
    kept = choice.average if choice.keeps_average else by_seed[choice.best_seed]
    assert kept is not None
    assert kept >= max(by_seed.values())
    assert (average is None) or ("DID NOT PAY" in choice.sentence) == (not choice.keeps_average)


@given(st.lists(st.lists(st.floats(-8, 8), min_size=3, max_size=3), min_size=1, max_size=4))
def test_a_mean_of_tensors_is_one(rows: list[list[float]]) -> None:
    found = mean_tensors([{"a": torch.tensor(row)} for row in rows])["a"]
    assert found.dtype == torch.float32
    assert torch.allclose(found, torch.tensor(rows).mean(0), atol=1e-5)
