"""The command `distances`; its CSV is checked beside `select`, which uses it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

Cli = Callable[..., Any]


def test_a_matrix_in_a_terminal_and_as_json(cli: Cli) -> None:
    small, large = cli("distances", "wol", "zul").out, cli("distances").out
    assert "featural distance" in small
    assert "nearest pair" in large
    for text in (small, large):
        assert max(map(len, text.splitlines())) <= 100
        assert "…" not in text
    matrix = json.loads(cli("distances", "wol", "zul", "--json").out)
    assert matrix["languages"] == ["wol_Latn", "zul_Latn"]
    assert matrix["values"][0][1] == matrix["values"][1][0] > 0
    assert json.loads(cli("distances", "wol,zul", "--json").out) == matrix
    shares = json.loads(cli("distances", "wol", "zul", "--coverage", "--json").out)
    assert all(0 <= share <= 1 for row in shares["values"] for share in row)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ((), "their distances are taken to be 0"),
        (("--far",), "their distances are taken to be the largest there is"),
        (("--caution", "0"), "their distances are not known"),
    ],
)
def test_languages_of_which_too_little_is_known_are_named(
    cli: Cli, options: tuple[str, ...], told: str
) -> None:
    text = " ".join(cli("distances", "tsn", "zul", "swh", "kaz", *options).out.split())
    assert f"Too little is known of Tswana, Kazakh: {told}" in text
    assert "Too little" not in cli("distances", "zul", "swh", *options).out
    assert "Too little" not in cli("distances", "tsn", "zul", "--coverage", *options).out


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (("--typology", "none.csv"), 1, "no such file"),
        (("wol", "zul", "--pool", "paper65"), 2, "give one or the other"),
        (("wol",), 2, "a distance needs two languages"),
    ],
)
def test_mistakes(cli: Cli, args: tuple[str, ...], code: int, message: str) -> None:
    done = cli("distances", *args)
    assert (done.code, done.out) == (code, "")
    assert message in done.err
