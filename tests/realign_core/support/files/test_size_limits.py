"""Files of settings and descriptions that are too large, too deep, or none."""

from __future__ import annotations

from pathlib import Path

import pytest

from realign_core.encoder.config import EncoderConfig
from realign_core.encoder.content import encoder_content
from realign_core.encoder.files import shard_names
from realign_core.encoder.sentence_modules import copy_modules, published_files
from realign_core.recipe import Recipe
from realign_core.runs.saved.base_model import describe_base
from realign_core.support.errors import ConfigError, DataError, EncoderError
from realign_core.support.files.size_limits import MOST_JSON, MOST_SETTINGS, read_json
from realign_core.support.settings.config import load_config, parse_overrides

DEEP = "[" * 100_000


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "#" * (MOST_SETTINGS + 1),
            r"1,000,001 bytes are too many for a file of settings, which has 1,000,000",
        ),
        (f"x = {DEEP}", "not valid TOML: too many brackets"),
        (f"x = {'9' * 10_000}", "not valid TOML: .*digits"),
        ("x = \x00", "not valid TOML"),
    ],
)
def test_a_recipe_that_is_none_is_one_error(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=rf"recipe\.toml.*{said}"):
        load_config(Recipe, write(tmp_path / "recipe.toml", text))


def test_the_largest_recipe_is_read(tmp_path: Path) -> None:
    text = "[task]\nkind = 'pos'\n"
    place = write(tmp_path / "recipe.toml", text + "#" * (MOST_SETTINGS - len(text)))
    assert load_config(Recipe, place).task.kind == "pos"


def test_a_value_on_the_command_line_is_text_where_it_is_no_toml() -> None:
    assert parse_overrides([f"a={DEEP}", f"b={'9' * 10_000}"]) == {"a": DEEP, "b": "9" * 10_000}


def test_json_is_read_within_limits(tmp_path: Path) -> None:
    assert read_json(write(tmp_path / "a.json", '{"a": [1]}')) == {"a": [1]}
    with pytest.raises(ConfigError, match="10,000,001 bytes are too many for a JSON file"):
        read_json(write(tmp_path / "b.json", " " * (MOST_JSON + 1)))
    for text in (DEEP, "{", "\ufffd", f"[{'9' * 10_000}]"):
        with pytest.raises(DataError, match=r"c\.json: not JSON"):
            read_json(write(tmp_path / "c.json", text))


def test_descriptions_of_an_encoder_are_read_within_limits(tmp_path: Path) -> None:
    for name in ("model.safetensors.index.json", "modules.json", "tokenizer.json"):
        write(tmp_path / name, DEEP)
    write(tmp_path / "README.md", f"---\nlicense: mit\n---\n{'x' * MOST_SETTINGS}")
    with pytest.raises(EncoderError, match="not a list of files"):
        shard_names(tmp_path / "model.safetensors.index.json")
    find = published_files(str(tmp_path), "main", offline=True)
    with pytest.raises(DataError, match=r"modules\.json: not JSON"):
        copy_modules(find, tmp_path / "copy")
    (tmp_path / "model.safetensors.index.json").unlink()
    assert len(encoder_content(find)["tokenizer"]) == 16
    assert describe_base(EncoderConfig(name=str(tmp_path))).license is None
    write(tmp_path / "README.md", "---\nlicense: mit\n---\n")
    assert describe_base(EncoderConfig(name=str(tmp_path))).license == "mit"
