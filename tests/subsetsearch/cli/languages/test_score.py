"""The command `score`."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

Cli = Callable[..., Any]
SET = ("wol", "zul", "uig", "smo", "tir")


def test_a_set_is_explained(cli: Cli) -> None:
    text = cli("score", *SET).out
    for word in ("Austronesian", "Bantu", "Ethi", "nearest pair", "farthest pair", "families", "coverage"):
        assert word in text
    assert max(map(len, text.splitlines())) <= 100
    score = json.loads(cli("score", *SET, "--targets", "masakhapos", "--json").out)
    assert score["scripts"] == {"Latn": 3, "Arab": 1, "Ethi": 1}
    assert len(score["reach"]) == 20


def test_targets_of_which_too_little_is_known_are_not_called_far(cli: Cli) -> None:
    lines = cli("score", "sw", "wo", "zu").out.splitlines()
    worst = next(line for line in lines if line.startswith("worst covered"))
    unknown = next(line for line in lines if line.startswith("too little known"))
    for name in ("Kazakh", "Tswana"):
        assert name not in worst
        assert name in unknown
    genetic = cli("score", "sw", "--kind", "genetic", "--targets", "sw,de").out
    assert "German 1.00 (to Swahili)" in genetic  # of another family, which is known


def test_languages_are_listed_with_spaces_commas_or_both(cli: Cli) -> None:
    spaced = cli("score", *SET, "--json").out
    for written in ([",".join(SET)], ["wol,zul,", "uig", "smo,tir"], ["wol, zul, uig, smo, tir"]):
        assert cli("score", *written, "--json").out == spaced


def test_mistakes(cli: Cli) -> None:
    twice = cli("score", "sw", "swa")
    assert (twice.code, twice.out) == (1, "")
    assert "are one language" in twice.err
    assert cli("score").code == 2
    nothing = cli("score", ",")
    assert (nothing.code, nothing.out) == (1, "")
    assert "','" in nothing.err
