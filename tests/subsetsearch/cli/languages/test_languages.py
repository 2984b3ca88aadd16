"""The command `languages`."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

Cli = Callable[..., Any]


def test_languages_in_any_code(cli: Cli) -> None:
    languages = json.loads(cli("languages", "sw", "zh_TW", "srp-Cyrl", "west2721", "--json").out)
    assert [language["key"] for language in languages] == ["swh_Latn", "zho_Hant", "srp_Cyrl", "gaz_Latn"]
    assert languages[0]["codes"]["ntrex"] == "swa"
    text = cli("languages", "sw", "zh_TW").out
    assert "Swahili" in text
    assert max(map(len, text.splitlines())) <= 100
    assert "…" not in text


def test_codes_are_printed_one_a_line(cli: Cli) -> None:
    assert cli("languages", "wol", "zul", "--to", "opus").out == "wo\nzu\n"
    assert json.loads(cli("languages", "wol", "zul", "--to", "opus", "--json").out) == ["wo", "zu"]


def test_two_codes_of_one_language_are_both_answered(cli: Cli) -> None:
    assert cli("languages", "zho-CN", "cmn_Hans_CN", "--to", "flores").out == "zho_Hans\nzho_Hans\n"


def test_pools_are_listed_and_filtered(cli: Cli) -> None:
    pools = json.loads(cli("languages", "--json").out)
    assert {pool["name"] for pool in pools} >= {"paper65", "ntrex128"}
    assert "paper65" in cli("languages").out
    assert len(json.loads(cli("languages", "--pool", "paper65", "--unseen", "xlmr", "--json").out)) == 16
    rich = json.loads(cli("languages", "--pool", "paper65", "--classes", "4-5", "--json").out)
    assert {language["resource_class"] for language in rich} == {4, 5}


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (("qqq",), 1, "unknown language 'qqq'"),
        (("sw", "--pool", "paper65"), 2, "give one or the other"),
        (("--unseen", "xlmr"), 2, "name some, or a pool"),
        (("sw", "--classes", "5-4"), 2, "write the smaller number first"),
        (("sw", "--seen", "gpt"), 2, "--seen"),
    ],
)
def test_mistakes(cli: Cli, args: tuple[str, ...], code: int, message: str) -> None:
    done = cli("languages", *args)
    assert (done.code, done.out) == (code, "")
    assert message in done.err
    assert len(done.err.strip().splitlines()) == 1
