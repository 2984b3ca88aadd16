from __future__ import annotations

from pathlib import Path

import pytest

from realign_core.errors import ConfigError
from realign_core.recipe import Recipe

TOML = """\
[encoder]
name = "xlm-roberta-base"

[realignment]
steps = 7
{line}
"""


def read(tmp_path: Path, line: str) -> Recipe:
    path = tmp_path / "recipe.toml"
    path.write_text(TOML.format(line=line), encoding="utf-8")
    return Recipe.from_toml(path)


@pytest.mark.parametrize(
    ("line", "match"),
    [
        ("temprature = 0.2", r"recipe\.toml:6: unknown key 'realignment\.temprature'.*\.temperature"),
        ("temperature = 0", r"recipe\.toml:6: 'realignment\.temperature': .*greater than 0.*got 0"),
        ('strategy = "befor"', r"recipe\.toml:6: 'realignment\.strategy'.*'before'.*'befor'"),
        ("freeze = [3, 1]", r"recipe\.toml:6: .*0 <= first < stop"),
        ("pairs_per_batch = 1", r"recipe\.toml:6: .*greater than or equal to 2"),
        ("warmup = 2", r"recipe\.toml:6: .*less than or equal to 1"),
    ],
)
def test_mistakes_are_found_by_line(tmp_path: Path, line: str, match: str) -> None:
    with pytest.raises(ConfigError, match=match):
        read(tmp_path, line)


def test_reads_a_file_over_the_defaults(tmp_path: Path) -> None:
    recipe = read(tmp_path, "")
    assert recipe.realignment.steps == 7
    assert recipe.encoder.name == "xlm-roberta-base"
    assert recipe.finetuning == Recipe().finetuning


def test_hash_names_what_moves_numbers(tmp_path: Path) -> None:
    recipe = read(tmp_path, "")
    assert recipe.hash() == read(tmp_path, "").hash()
    assert recipe.hash() != read(tmp_path, "temperature = 0.2").hash()
    machine = recipe.model_copy(update={"compute": recipe.compute.model_copy(update={"eval_tokens": 99})})
    assert recipe.hash() == machine.hash()
    precise = recipe.compute.model_copy(update={"precision": "float32"})
    assert recipe.hash() != recipe.model_copy(update={"compute": precise}).hash()
