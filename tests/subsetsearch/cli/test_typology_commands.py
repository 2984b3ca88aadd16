from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typer
from typer.testing import CliRunner, Result

from subsetsearch.cli import typology_commands
from subsetsearch.errors import RealignError
from subsetsearch.strategies import published_subsets


def run(*arguments: str) -> Result:
    app = typer.Typer()
    typology_commands.register(app)
    return CliRunner().invoke(app, list(arguments), env={"COLUMNS": "100"})


def as_json(*arguments: str) -> Any:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_languages_in_any_code() -> None:
    found = as_json("languages", "sw", "zh_TW", "srp-Cyrl", "west2721")
    assert [language["key"] for language in found] == ["swh_Latn", "zho_Hant", "srp_Cyrl", "gaz_Latn"]
    assert found[0]["codes"]["ntrex"] == "swa"
    assert "Swahili" in run("languages", "sw").stdout
    assert run("languages", "wol", "zul", "--to", "opus").stdout == "wo\nzu\n"
    assert as_json("languages", "wol", "zul", "--to", "opus") == ["wo", "zu"]
    assert {pool["name"] for pool in as_json("languages")} >= {"paper65", "ntrex128"}
    assert len(as_json("languages", "--pool", "paper65", "--unseen", "xlmr")) == 16


def test_a_set_is_explained() -> None:
    text = run("score", "wol", "zul", "uig", "smo", "tir").stdout
    for word in ("Austronesian", "Bantu", "Ethi", "nearest pair", "farthest pair", "families", "coverage"):
        assert word in text
    assert max(map(len, text.splitlines())) <= 100
    score = as_json("score", "wol", "zul", "uig", "smo", "tir", "--targets", "masakhapos")
    assert score["scripts"] == {"Latn": 3, "Arab": 1, "Ethi": 1}
    assert len(score["reach"]) == 20


def test_a_choice_with_a_proof_that_anyone_can_check() -> None:
    chosen = as_json("select", "--strategy", "most_uriel", "--k", "10", "--exact")
    assert chosen["optimal"] is True
    assert chosen["gap"] == 0
    assert {"languages", "value", "objective", "optimal", "gap", "seconds"} <= set(chosen)
    printed = run("distances", "--pool", "paper65", "--csv").stdout
    rows = list(csv.reader(io.StringIO(printed)))
    keys = rows[0][1:]
    matrix = np.array([[float(cell) for cell in row[1:]] for row in rows[1:]])
    index = [keys.index(key) for key in chosen["languages"]]
    assert chosen["value"] == pytest.approx(matrix[np.ix_(index, index)].sum() / 2)
    rng = np.random.default_rng(0)
    for _ in range(200):
        other = rng.choice(len(keys), 10, replace=False)
        assert matrix[np.ix_(other, other)].sum() / 2 <= chosen["value"]


def test_a_printed_matrix_can_be_read_back(tmp_path: Path) -> None:
    path = tmp_path / "matrix.csv"
    path.write_text(run("distances", "--pool", "paper65", "--csv", "--caution", "0").stdout, encoding="utf-8")
    ours = as_json("select", "--k", "5", "--exact", "--caution", "0")
    theirs = as_json("select", "--k", "5", "--exact", "--caution", "0", "--typology", str(path))
    assert theirs["value"] == pytest.approx(ours["value"])


def test_published_names_and_their_rules() -> None:
    assert as_json("select", "--strategy", "most_uriel_en_10")["languages"] == list(
        published_subsets()["most_uriel_en_10"].keys
    )
    assert len(as_json("select", "--strategy", "most_uriel_en", "--k", "7")["languages"]) == 7
    assert "most_distinct_script" in run("select", "--list").stdout
    assert "xt_afri" in as_json("select", "--list")["published"]


def test_cost_and_budget() -> None:
    chosen = as_json(
        "select", "--k", "3-8", "--cost", "availability", "--pairs", "100000", "--budget", "500000"
    )
    assert len(chosen["languages"]) == 5
    assert chosen["cost"] == 500000
    assert "sentence pairs" in chosen["unit"]
    assert chosen["left_out"]


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        (["select", "--strategy", "most_urial", "--k", "3"], "did you mean most_uriel"),
        (["select", "--k", "99"], "k is 99, but only 65"),
        (["select", "--k", "5", "--budget", "3"], "a budget needs a unit"),
        (["languages", "qqq"], "unknown language 'qqq'"),
        (["score", "sw", "swa"], "are one language"),
        (["select", "--k", "3", "--include", "sw", "--exclude", "swa"], "both included and excluded"),
        (["distances", "--typology", "none.csv"], "no such file"),
        (["select", "--k", "3", "--cost", "money"], "no prices"),
    ],
)
def test_errors_are_ours(arguments: list[str], match: str) -> None:
    result = run(*arguments)
    assert isinstance(result.exception, RealignError)
    assert match in str(result.exception)
    assert result.stdout == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ["select", "--k", "many"],
        ["select", "--k", "9-3"],
        ["score"],
        ["select", "--objective", "best"],
        ["languages", "sw", "--pool", "paper65"],
        ["languages", "--unseen", "xlmr"],
        ["distances", "wol", "zul", "--pool", "paper65"],
        ["distances", "wol"],
    ],
)
def test_wrong_usage_exits_with_2(arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2


@pytest.mark.parametrize("command", ["languages", "score", "select", "distances"])
def test_help_has_examples(command: str) -> None:
    text = run(command, "--help").stdout
    assert "Examples" in text
    assert f"subsetsearch {command}" in text


def test_tables_fit_a_terminal() -> None:
    for arguments in (
        ["select", "--k", "5"],
        ["distances", "wol", "zul"],
        ["distances"],
        ["languages", "sw", "zh_TW"],
    ):
        text = run(*arguments).stdout
        assert max(map(len, text.splitlines())) <= 100
        assert "…" not in text


def test_choosing_loads_no_torch() -> None:
    code = (
        "import sys, typer\nfrom typer.testing import CliRunner\nfrom subsetsearch.cli import typology_commands\n"
        "app = typer.Typer()\ntypology_commands.register(app)\n"
        "CliRunner().invoke(app, ['select', '--k', '5', '--exact'])\n"
        "print({'torch', 'transformers', 'optuna'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
