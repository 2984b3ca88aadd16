"""The command `select`: choices, their proofs and costs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from subsetsearch.strategies import published_subsets

Cli = Callable[..., Any]


def select(cli: Cli, *args: object) -> Any:
    done = cli("select", *args, "--json")
    assert done.code == 0, done.err
    return json.loads(done.out)


def test_a_choice_with_a_proof_that_anyone_can_check(cli: Cli) -> None:
    chosen = select(cli, "--strategy", "most_uriel", "--k", "10", "--exact")
    assert chosen["optimal"] is True
    assert chosen["gap"] == 0
    assert {"languages", "value", "objective", "optimal", "gap", "seconds"} <= set(chosen)
    rows = list(csv.reader(io.StringIO(cli("distances", "--pool", "paper65", "--csv").out)))
    keys = rows[0][1:]
    matrix = np.array([[float(cell) for cell in row[1:]] for row in rows[1:]])
    index = [keys.index(key) for key in chosen["languages"]]
    assert chosen["value"] == pytest.approx(matrix[np.ix_(index, index)].sum() / 2)
    rng = np.random.default_rng(0)
    for _ in range(200):
        other = rng.choice(len(keys), 10, replace=False)
        assert matrix[np.ix_(other, other)].sum() / 2 <= chosen["value"]


def test_a_printed_matrix_can_be_read_back(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "matrix.csv"
    path.write_text(cli("distances", "--pool", "paper65", "--csv", "--caution", "0").out, encoding="utf-8")
    ours = select(cli, "--k", "5", "--exact", "--caution", "0")
    theirs = select(cli, "--k", "5", "--exact", "--caution", "0", "--typology", path)
    assert theirs["value"] == pytest.approx(ours["value"])


def test_published_names_and_their_rules(cli: Cli) -> None:
    published = select(cli, "--strategy", "most_uriel_en_10")
    assert published["languages"] == list(published_subsets()["most_uriel_en_10"].keys)
    assert len(select(cli, "--strategy", "most_uriel_en", "--k", "7")["languages"]) == 7
    assert "most_distinct_script" in cli("select", "--list").out
    assert "xt_afri" in select(cli, "--list")["published"]


def test_cost_and_budget(cli: Cli) -> None:
    chosen = select(cli, "--k", "3-8", "--cost", "availability", "--pairs", "100000", "--budget", "500000")
    assert len(chosen["languages"]) == 5
    assert chosen["cost"] == 500000
    assert "sentence pairs" in chosen["unit"]
    assert chosen["left_out"]


def test_a_choice_fits_a_terminal(cli: Cli) -> None:
    text = cli("select", "--k", "5").out
    assert max(map(len, text.splitlines())) <= 100
    assert "…" not in text
    assert "nothing proven; --exact for a proof" in text


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (("--strategy", "most_urial", "--k", "3"), 1, "did you mean most_uriel"),
        (("--k", "99"), 1, "k is 99, but only 65"),
        (("--k", "5", "--budget", "3"), 2, "a budget needs a unit"),
        (("--k", "3", "--include", "sw", "--exclude", "swa"), 1, "both included and excluded"),
        (("--k", "3", "--cost", "money"), 1, "no prices"),
        (("--k", "3", "--prices", "p.csv"), 2, "prices have no effect without a cost; give --cost money"),
        (
            ("--k", "3", "--cost", "pairs", "--prices", "p.csv"),
            1,
            "has no effect on the cost 'pairs', only on",
        ),
        (("--k", "many"), 2, "a number or a range such as 5-10 expected"),
        (("--k", "9-3"), 2, "write the smaller number first"),
        (("--objective", "best"), 2, "--objective"),
    ],
)
def test_mistakes(cli: Cli, args: tuple[str, ...], code: int, message: str) -> None:
    done = cli("select", *args)
    assert (done.code, done.out) == (code, "")
    assert message in done.err
