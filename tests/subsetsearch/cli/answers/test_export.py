"""The command `export`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from realign_core.recipe import Recipe
from subsetsearch.config import load_study

Cli = Callable[..., Any]


def test_languages_of_ones_own_have_the_recipe_cost_and_seeds_of_the_study(
    cli: Cli, toy_text: str, tmp_path: Path
) -> None:
    file = tmp_path / "toy.toml"
    file.write_text(toy_text, encoding="utf-8")
    cli("export", file, "--languages", "te,fi", "--pairs", "7", "--to", "realign", "-o", tmp_path / "r.toml")
    own, recipe = load_study(file), (tmp_path / "r.toml").read_text(encoding="utf-8")
    assert Recipe.from_toml(tmp_path / "r.toml").parallel == own.recipe.parallel
    assert Recipe.from_toml(tmp_path / "r.toml").encoder == own.recipe.encoder
    assert "--languages fin,tel --seeds 1,2" in recipe
    found = json.loads(cli("export", file, "--languages", "te,fi", "--pairs", "7", "-o", "-").out)
    assert (found["cost"], found["languages"]) != (0, [])
    refused = cli("export", file, "--languages", "te,nl", "-o", "-")
    assert "--languages: not in the pool: nld_Latn" in refused.err
    assert refused.code == 2


def test_formats_are_listed_and_printed(cli: Cli, tmp_path: Path) -> None:
    listed = json.loads(cli("export", "--list", "--json").out)
    assert {"json", "mtdata", "realign"} <= set(listed)
    assert "opus_read" in cli("export", "--list").out
    assert cli("export", "--languages", "sw,yo", "--to", "txt", "-o", "-").out == "swh_Latn\nyor_Latn\n"
    path = tmp_path / "odd [red] name.csv"
    done = cli("export", "--languages", "sw", "--to", "csv", "-o", path, "--json")
    assert json.loads(done.out) == {"format": "csv", "languages": ["swh_Latn"], "files": [str(path)]}
    assert cli("export", "--languages", "sw", "--to", "csv", "-o", path).out.strip() == str(path)
