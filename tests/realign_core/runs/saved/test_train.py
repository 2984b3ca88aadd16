"""The encoder to take home: saved whole, with the weights that a run of its seed measured."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import (
    AutoModel,
    AutoModelForTokenClassification,
    AutoTokenizer,
)

import realign_core
from realign_core import Recipe
from realign_core.encoder.load import load_published
from realign_core.runs.running.run import run_prepared
from realign_core.runs.saved.saving import MARKER
from realign_core.runs.workspace.workspace import prepare
from realign_core.support.errors import ConfigError, TrainingError

Content = dict[str, Any]
Folder = Callable[..., Path]


BY_FINETUNING = {"steps": 50, "learning_rate": 1e-4}
"""What ``during`` has no use for, as if nobody had asked for it."""


def recipe(content: Content, **changes: Content) -> Recipe:
    return Recipe.model_validate({key: {**value, **changes.get(key, {})} for key, value in content.items()})


def measured(chosen: Recipe, languages: Sequence[str], seed: int) -> tuple[torch.nn.Module, Any]:
    """The encoder at the end of a run, and the workspace that renumbers its tokens."""
    workspace = prepare(chosen, languages)
    encoder = workspace.encoder.fork()
    run_prepared(workspace, languages, seed=seed, encoder=encoder)
    return encoder.model, workspace.vocabulary


@pytest.mark.parametrize("architecture", ["bert", "xlm-roberta", "distilbert"])
@pytest.mark.parametrize("strategy", ["before", "during"])
def test_the_saved_encoder_is_the_one_that_was_measured(
    tiny_recipe: Content, encoder_folder: Folder, tmp_path: Path, architecture: str, strategy: str
) -> None:
    source = encoder_folder(architecture)
    changes: dict[str, Content] = {
        "encoder": {"name": str(source)},
        "realignment": {"strategy": strategy} | (BY_FINETUNING if strategy == "during" else {}),
    }
    if strategy == "before":  # fine-tuning then leaves the encoder as realignment has made it
        changes["finetuning"] = {"learning_rate": 1e-30}
    chosen = recipe(tiny_recipe, **changes)
    folder = tmp_path / "out" / "encoder"
    trained = realign_core.train(chosen, ["yy", "xx"], folder, seed=3)
    assert trained.languages == ("xx", "yy")
    assert "realigned with xx yy, seed 3" in repr(trained)
    saved = AutoModel.from_pretrained(folder, local_files_only=True)
    before, tokenizer = load_published(chosen.encoder)
    expected, vocabulary = measured(chosen, ["xx", "yy"], 3)
    rows = saved.get_input_embeddings().weight
    unused = sorted(set(range(len(rows))) - set(vocabulary.kept.tolist()))
    assert unused
    assert torch.equal(rows[unused], before.get_input_embeddings().weight[unused])
    theirs, moved = dict(saved.named_parameters()), 0
    for name, parameter in expected.named_parameters():
        value = theirs[name][torch.from_numpy(vocabulary.kept)] if theirs[name] is rows else theirs[name]
        assert torch.equal(value, parameter), name
        moved += not torch.equal(theirs[name], dict(before.named_parameters())[name])
    assert moved > 10
    assert (
        AutoTokenizer.from_pretrained(folder)("zcat runs")["input_ids"] == tokenizer("zcat runs")["input_ids"]
    )
    assert len({path.stat().st_mode for path in folder.glob("*.*") if path.is_file()}) == 1  # all may be read
    assert saved.config.to_dict() | {"_name_or_path": ""} == before.config.to_dict() | {"_name_or_path": ""}


def test_the_folder_says_how_to_make_the_same_weights(tiny_recipe: Content, tmp_path: Path) -> None:
    first = realign_core.train(recipe(tiny_recipe), ["xx"], tmp_path / "a", seed=5)
    about = json.loads((tmp_path / "a" / MARKER).read_text(encoding="utf-8"))
    assert (about["recipe_hash"], about["languages"], about["seed"]) == (first.recipe_hash, ["xx"], 5)
    assert about["environment"]["precision"] == "float32"
    card = (tmp_path / "a" / "README.md").read_text(encoding="utf-8")
    assert "realign-core train recipe.toml -l xx --seed 5 -o FOLDER" in card
    again = Recipe.from_toml(tmp_path / "a" / "recipe.toml")
    realign_core.train(again, ["xx"], tmp_path / "b", seed=5)
    one, two = ((tmp_path / name / "model.safetensors").read_bytes() for name in ("a", "b"))
    assert one == two


def test_a_folder_is_never_lost(tiny_recipe: Content, tmp_path: Path) -> None:
    folder = tmp_path / "encoder"
    realign_core.train(recipe(tiny_recipe), ["xx"], folder, seed=1)
    before = (folder / "model.safetensors").read_bytes()
    with pytest.raises(ConfigError, match="there is one already.*by force"):
        realign_core.train(recipe(tiny_recipe), ["xx"], folder, seed=2)
    wild = recipe(tiny_recipe, realignment={"learning_rate": 1e30, "steps": 30})
    with pytest.raises(TrainingError):
        realign_core.train(wild, ["xx"], folder, seed=2, force=True)
    assert (folder / "model.safetensors").read_bytes() == before
    realign_core.train(recipe(tiny_recipe), ["xx"], folder, seed=2, force=True)
    assert (folder / "model.safetensors").read_bytes() != before
    assert [path.name for path in tmp_path.iterdir()] == ["encoder"]
    other = tmp_path / "mine"
    other.mkdir()
    with pytest.raises(ConfigError, match="something else already"):
        realign_core.train(recipe(tiny_recipe), ["xx"], other, force=True)


def test_what_cannot_be_saved_is_refused_before_any_work(tiny_recipe: Content, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nothing is realigned.*at least one language"):
        realign_core.train(recipe(tiny_recipe), [], tmp_path / "x")
    with pytest.raises(ConfigError, match="nothing is realigned.*'before'"):
        realign_core.train(recipe(tiny_recipe, realignment={"strategy": "baseline"}), ["xx"], tmp_path / "x")
    with pytest.raises(ConfigError, match=r"task.pooling = 'mean'.*set task.pooling = 'first'"):
        realign_core.train(
            recipe(tiny_recipe, task={"kind": "text"}), ["xx"], tmp_path / "x", task_model=True
        )


@pytest.mark.parametrize("architecture", ["bert", "xlm-roberta", "distilbert"])
def test_the_task_model_predicts_what_was_measured(
    tiny_recipe: Content, encoder_folder: Folder, tmp_path: Path, architecture: str
) -> None:
    chosen = recipe(
        tiny_recipe, encoder={"name": str(encoder_folder(architecture))}, finetuning={"epochs": 4}
    )
    realign_core.train(chosen, ["xx", "yy"], tmp_path / "e", seed=1, task_model=True)
    folder = tmp_path / "e" / "task-model"
    model = AutoModelForTokenClassification.from_pretrained(folder, local_files_only=True).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    result = realign_core.run(chosen, ["xx", "yy"], seed=1)
    for code, score in result.scores.items():
        right = total = 0
        for example in chosen.task.train.read(code, "test"):
            encoded = tokenizer(list(example.tokens), is_split_into_words=True, return_tensors="pt")
            with torch.inference_mode():
                best = (
                    model(encoded["input_ids"], attention_mask=encoded["attention_mask"]).logits[0].argmax(-1)
                )
            words = encoded.word_ids(0)
            for place, word in enumerate(words):
                if word is not None and words[place - 1] != word:
                    right += model.config.id2label[int(best[place])] == example.tags[word]
                    total += 1
        assert right / total == pytest.approx(score), code


def test_sentence_transformers_loads_the_folder(tiny_recipe: Content, tmp_path: Path) -> None:
    library = pytest.importorskip("sentence_transformers", reason="sentence-transformers is not installed")
    realign_core.train(recipe(tiny_recipe), ["xx"], tmp_path / "e", seed=1)
    model = library.SentenceTransformer(str(tmp_path / "e"), local_files_only=True, device="cpu")
    assert model.max_seq_length == 32
    encoded = AutoTokenizer.from_pretrained(tmp_path / "e")("the cat runs", return_tensors="pt")
    with torch.inference_mode():
        states = AutoModel.from_pretrained(tmp_path / "e").eval()(**encoded).last_hidden_state
    assert torch.allclose(torch.from_numpy(model.encode("the cat runs")), states[0].mean(0), atol=1e-5)


def test_an_interrupted_training_goes_on(
    tiny_recipe: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = recipe(tiny_recipe, compute={"checkpoint_steps": 2})
    realign_core.train(chosen, ["xx"], tmp_path / "whole", seed=1)

    def break_off(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    options: Content = {"seed": 1, "checkpoints": tmp_path / "checkpoints"}
    with monkeypatch.context() as patch:
        patch.setattr("realign_core.runs.saved.train.save_trained", break_off)
        with pytest.raises(KeyboardInterrupt):
            realign_core.train(chosen, ["xx"], tmp_path / "late", **options)
    assert not (tmp_path / "late").exists()
    assert list((tmp_path / "checkpoints").glob("*/step-*"))
    realign_core.train(chosen, ["xx"], tmp_path / "late", **options)
    one, two = ((tmp_path / name / "model.safetensors").read_bytes() for name in ("whole", "late"))
    assert one == two
    assert not list((tmp_path / "checkpoints").glob("*/step-*"))
