"""Mistakes of files of settings, in the words of the file; others are beside what they are mistakes of."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from realign_core.recipe import Recipe
from realign_core.support.errors import ConfigError

TEXT = '[encoder]\nname = "xlm-roberta-base"\n\n[realignment]\nsteps = 7\n'


def read(tmp_path: Path, lines: str, overrides: Mapping[str, Any] | None = None) -> Recipe:
    """A recipe with more lines."""
    path = tmp_path / "recipe.toml"
    path.write_text(TEXT + lines)
    return Recipe.from_toml(path, overrides)


@pytest.mark.parametrize(
    ("lines", "match"),
    [
        (
            "[finetuning]\nbacth_size = 8\nlr = 1\n",
            r":7: unknown key 'finetuning.bacth_size'; did you mean 'finetuning.batch_size'\? "
            r"Unknown too: 'finetuning.lr' \(line 8\)$",
        ),
        (
            "temperature = -1\nstep = 7\nsed = 17\n",
            r":6: .*temperature.*; unknown too: 'realignment.step' \(line 7\), 'realignment.sed' \(line 8\)$",
        ),
        ("[finetuning]\nepochs = 1\nepoch = 1\n", r":8: unknown key 'finetuning.epoch'; did you mean .*\?$"),
        (
            "".join(f"wrong{number} = 1\n" for number in range(8)),
            r":6: unknown key .* Unknown too: .*wrong5' \(line 11\) and 2 more$",
        ),
    ],
    ids=["two", "beside a bad value", "one", "many"],
)
def test_all_unknown_keys_are_named_at_once(tmp_path: Path, lines: str, match: str) -> None:
    with pytest.raises(ConfigError, match=match):
        read(tmp_path, lines)


def test_unknown_keys_that_were_set_over_the_file_have_no_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"unknown key 'realignment.step'.* Unknown too: 'seed'$"):
        read(tmp_path, "step = 7\n", {"seed": 7})
