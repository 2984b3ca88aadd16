"""The model card: metadata as the hub wants them, and honest words."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from huggingface_hub import ModelCard, ModelCardData
from transformers.pipelines import SUPPORTED_TASKS

import realign_core
from realign_core import Recipe
from realign_core.encoder.config import EncoderConfig
from realign_core.recipe import TaskKind
from realign_core.runs.saved.base_model import BaseModel, describe_base
from realign_core.runs.saved.card import CardFacts, CardNotes, card_data, unknown_shares, write_card
from realign_core.runs.saved.usage import usage

Content = dict[str, Any]


def facts(recipe: Recipe, **changes: Any) -> CardFacts:
    values: dict[str, Any] = {
        "recipe": recipe,
        "languages": ("swh_Latn", "te"),
        "seeds": (17,),
        "pairs": 3200,
        "pairs_by_language": {"swh_Latn": 300, "te": 212},
        "environment": dict.fromkeys(("precision", "attention", "device", "torch", "transformers"), "x"),
        "parameters": 118_000_000,
        "labels": ("DATE", "O", "UNIT"),
        "task_model": False,
        "no_pooler": False,
        "finetuned": False,
        "unknown": {"te": 0.25, "swh_Latn": 0.0},
        "choice": "",
        "command": "realign-core train recipe.toml -l swh_Latn,te --seed 17 -o FOLDER",
    }
    return CardFacts(**values | changes)


def check_metadata(data: ModelCardData) -> None:
    """What the hub checks when a card is pushed."""
    languages = data.language
    assert isinstance(languages, list)
    assert all(re.fullmatch(r"[a-z]{2,3}|multilingual", code) for code in languages), languages
    assert len(set(languages)) == len(languages)
    assert data.license != "other" or data.license_name
    for name in (data.base_model, *(data.datasets or ())):
        assert name is None or re.fullmatch(r"[\w.-]+(/[\w.-]+)?", name), name
    assert all(isinstance(tag, str) for tag in data.tags or ())


def test_the_bundled_encoders_card_names_base_licence_and_languages() -> None:
    card = ModelCard(write_card(facts(Recipe()), CardNotes()))
    check_metadata(card.data)
    assert (card.data.base_model, card.data.license) == ("intfloat/multilingual-e5-small", "mit")
    assert card.data.base_model_relation == "finetune"
    assert (card.data.library_name, card.data.pipeline_tag) == ("transformers", "feature-extraction")
    assert card.data.language == ["multilingual", "swh", "te", "en"]
    assert card.data.datasets is None
    assert "No study has measured this encoder" in card.text
    assert "Share of unknown tokens in the data: `te` 25 %" in card.text
    assert "118 million parameters, licence mit" in card.text
    assert "| `te` | 212 |" in card.text


def test_a_task_of_tags_is_named_by_its_labels_and_a_small_encoder_counted_in_thousands() -> None:
    made = facts(Recipe.model_validate({"task": {"kind": "pos"}}), parameters=24_600)
    card = write_card(made, CardNotes())
    assert "for tagging words (DATE, O, UNIT)), then" in card
    assert "parts of speech" not in card
    assert "pooler" not in card
    assert "weights of the pooler are missing. That is harmless" in write_card(
        replace(made, no_pooler=True), CardNotes()
    )
    assert "24.6 thousand parameters" in card
    assert replace(made, labels=(*"ABCDEFG",)).task == "tagging words (A, B, C, D, E, F, …)"


def test_data_sets_of_the_hub_are_named(tmp_path: Path) -> None:
    parallel = {"format": "hub", "dataset": "Helsinki-NLP/opus-100"}
    recipe = Recipe.model_validate({"parallel": parallel})
    data = card_data(facts(recipe), CardNotes(hub_languages=("en", "sw")), BaseModel("x"))
    check_metadata(data)
    assert data.datasets == ["Helsinki-NLP/opus-100"]
    assert data.language == ["multilingual", "en", "sw"]
    assert data.base_model is None
    assert card_data(facts(recipe, languages=()), CardNotes(), BaseModel("x")).datasets is None


def test_a_local_encoders_own_card_is_believed_and_nothing_is_guessed(
    tiny_encoder: Path, tmp_path: Path
) -> None:
    silent = describe_base(EncoderConfig(name=str(tiny_encoder)))
    assert silent == BaseModel(tiny_encoder.name)
    folder = tmp_path / "mine"
    shutil.copytree(tiny_encoder, folder)
    text = "---\nlicense: other\nlicense_name: ours\nlicense_link: LICENSE\nbase_model: a/b\n---\n# Mine\n"
    (folder / "README.md").write_text(text, encoding="utf-8")
    base = describe_base(EncoderConfig(name=str(folder)))
    assert base == BaseModel("mine", "a/b", "other", "ours", "LICENSE")
    check_metadata(card_data(facts(Recipe()), CardNotes(), base))
    (folder / "README.md").write_text("---\n[\n---\n", encoding="utf-8")
    assert describe_base(EncoderConfig(name=str(folder))).license is None
    offline = describe_base(EncoderConfig(name="nobody/never-published", offline=True))
    assert offline == BaseModel("nobody/never-published", "nobody/never-published")


def test_a_saved_folder_has_a_card_that_says_what_it_is(tiny_recipe: Content, tmp_path: Path) -> None:
    recipe = Recipe.model_validate(tiny_recipe)
    realign_core.train(recipe, ["xx", "yy"], tmp_path / "e", task_model=True)
    card = ModelCard.load(tmp_path / "e" / "README.md")
    check_metadata(card.data)
    assert "its licence is not stated here" in card.text
    assert 'pipeline("token-classification", model="FOLDER/task-model", aggregation' in card.text
    assert str(tmp_path) not in card.text
    assert "{{" not in card.text


def test_a_task_model_that_was_not_realigned_says_so(tiny_recipe: Content, tmp_path: Path) -> None:
    trained = realign_core.train(Recipe.model_validate(tiny_recipe), [], tmp_path / "e", task_model=True)
    assert "not realigned" in repr(trained)
    text = (tmp_path / "e" / "README.md").read_text(encoding="utf-8")
    assert "it was **not realigned**" in text
    assert "- realignment" not in text
    assert (tmp_path / "e" / "task-model" / "model.safetensors").is_file()


def test_scores_are_of_these_very_weights_or_the_card_says_otherwise() -> None:
    notes = CardNotes(scores="SCORES", by_seed={17: 0.5})
    same = write_card(facts(Recipe()), notes)
    assert "those of seed 17, whose mean is 50.0 %" in same
    for seeds in ((18,), (17, 18)):
        assert "None of these runs has the very weights" in write_card(facts(Recipe(), seeds=seeds), notes)


@pytest.mark.parametrize(("unknown", "share"), [(3, 0.5), (None, 0.0), (9, 0.0)])
def test_unknown_tokens_are_counted(unknown: int | None, share: float) -> None:
    assert unknown_shares({"a": [np.array([3, 1]), np.array([3, 2])], "b": []}, unknown) == {
        "a": share,
        "b": 0,
    }


def test_its_lines_are_python_and_name_pipelines_that_exist() -> None:
    for kind in TaskKind:
        lines = usage(kind)
        compile(lines, "card", "exec")
        named = re.findall(r'pipeline\("([a-z-]+)"', lines)
        assert named
        assert set(named) <= set(SUPPORTED_TASKS)
        assert ("FOLDER/task-model" in lines, "FOLDER/task-model" in usage(None)) == (True, False)


@pytest.mark.parametrize(
    "head", ["1: a", "license: [a]\nlicense_name: {a: b}", "license: &a [*a]", "? [a]\n: b", "a: !!set {b}"]
)
def test_metadata_that_are_no_card_say_nothing(tmp_path: Path, head: str) -> None:
    """Keys that are no text came through as an error of Python; found by ``benchmarks/fuzz``."""
    (tmp_path / "README.md").write_text(f"---\n{head}\n---\n# An encoder\n", encoding="utf-8")
    assert describe_base(EncoderConfig(name=str(tmp_path))) == BaseModel(tmp_path.name)
