"""The recipe in the folder of an encoder, and the command, make the same weights again."""

from __future__ import annotations

import re
import shlex
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import realign_core
from realign_core import Recipe
from realign_core.cli import app
from realign_core.runs.saved.options import TrainOptions
from realign_core.runs.saved.train import train_with
from realign_core.runs.workspace.limits import limit_pairs
from realign_core.runs.workspace.workspace import prepare
from realign_core.support.errors import ConfigError

Content = dict[str, Any]


def repeated(folder: Path, other: Path) -> None:
    """Type the command of a model card into a shell, in the card's folder."""
    card = (folder / "README.md").read_text(encoding="utf-8")
    (command,) = re.findall(r"^    (realign-core train .*)$", card, re.M)
    words = shlex.split(
        command.replace("FOLDER", str(other)).replace("recipe.toml", str(folder / "recipe.toml"))
    )
    result = CliRunner().invoke(app, words[1:])
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"task_model": True, "targets": ("xx", "ww")},
        {"seeds": (2, 1), "task_model": True},
        {"seeds": (2, 1), "average": True, "task_model": True},
        {"seeds": (2, 1), "average": True, "targets": ("xx",)},
    ],
)
@pytest.mark.parametrize("strategy", ["before", "during"])
def test_the_printed_command_makes_the_same_weights(
    tiny_recipe: Content, tmp_path: Path, options: Content, strategy: str
) -> None:
    tiny_recipe["realignment"] |= {"strategy": strategy, "pairs_per_language": 20}
    if strategy == "during":  # fine-tuning decides
        tiny_recipe["realignment"] |= {"steps": 50, "learning_rate": 1e-4}
    recipe = Recipe.model_validate(tiny_recipe)
    realign_core.train(recipe, ["xx", "yy"], tmp_path / "one", **options)
    repeated(tmp_path / "one", tmp_path / "two")
    files = ["model.safetensors", *["task-model/model.safetensors"] * ("task_model" in options)]
    for name in files:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name


def test_a_limit_that_a_caller_set_is_in_the_recipe(tiny_recipe: Content, tmp_path: Path) -> None:
    recipe = Recipe.model_validate(tiny_recipe)
    limited = limit_pairs(prepare(recipe, ["xx"]), ["xx"], 7)
    trained = train_with(recipe, lambda _: limited, ["xx"], tmp_path / "one", TrainOptions())
    assert trained.pairs_by_language == {"xx": 7}
    assert Recipe.from_toml(tmp_path / "one" / "recipe.toml").realignment.pairs_per_language == 7
    repeated(tmp_path / "one", tmp_path / "two")
    one, two = ((tmp_path / name / "model.safetensors").read_bytes() for name in ("one", "two"))
    assert one == two


def test_paths_hold_where_the_folder_is_moved_with_its_data(
    tiny_recipe: Content,
    tiny_corpus: Path,
    tiny_encoder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    project = tmp_path / "project"
    shutil.copytree(tiny_corpus, project / "data")
    shutil.copytree(tiny_encoder, project / "encoder")
    (project / "recipes").mkdir()
    monkeypatch.setenv("LABELS", str(project / "data"))
    text = """
        [encoder]
        name = "../encoder"
        max_length = 32
        [parallel]
        format = "folder"
        path = "../data/parallel"
        [task]
        kind = "pos"
        train = { format = "conll", path = "$LABELS/pos" }
        [realignment]
        steps = 3
        pairs_per_batch = 4
        [compute]
        precision = "float32"
        attention = "eager"
    """
    (project / "recipes" / "mine.toml").write_text(text, encoding="utf-8")
    recipe = Recipe.from_toml(project / "recipes" / "mine.toml")
    realign_core.train(recipe, ["xx"], project / "out" / "one")
    written = (project / "out" / "one" / "recipe.toml").read_text(encoding="utf-8")
    content = tomllib.loads(written)
    assert content["encoder"]["name"] == "../../encoder"
    assert content["parallel"]["path"] == "../../data/parallel"
    assert content["task"]["train"]["path"] == "$LABELS/pos"
    assert "# Set the environment variable LABELS to the folder that is meant." in written
    assert "# Relative to this file; change them if it is moved without them: ../../data/parallel" in written
    assert str(tmp_path) not in written
    moved = tmp_path / "elsewhere"
    shutil.move(project, moved)
    monkeypatch.delenv("LABELS")
    with pytest.raises(ConfigError, match="the environment variable LABELS is not set"):
        Recipe.from_toml(moved / "out" / "one" / "recipe.toml")
    monkeypatch.setenv("LABELS", str(moved / "data"))
    repeated(moved / "out" / "one", tmp_path / "two")
    one, two = ((p / "model.safetensors").read_bytes() for p in (moved / "out" / "one", tmp_path / "two"))
    assert one == two


def test_every_setting_is_written(tiny_recipe: Content, tmp_path: Path) -> None:
    recipe = Recipe.model_validate(tiny_recipe)
    realign_core.train(recipe, ["xx"], tmp_path / "one")
    content = tomllib.loads((tmp_path / "one" / "recipe.toml").read_text(encoding="utf-8"))
    for section, values in recipe.model_dump(mode="json", exclude={"preset"}, exclude_none=True).items():
        assert content[section].keys() == values.keys(), section
    assert Recipe.from_toml(tmp_path / "one" / "recipe.toml").realignment == recipe.realignment
