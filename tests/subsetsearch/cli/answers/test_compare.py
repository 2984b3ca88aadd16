"""The command `compare`: subsets of a study, subsets alone, studies."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

import subsetsearch as ss

Cli = Callable[..., Any]


def test_compare_subsets_of_a_study(cli: Cli, measured: Any) -> None:
    done = cli("compare", "none", "all", "best", "swa,yor", "--study", *measured.args, "--json")
    assert done.code == 0, done.err
    none, everything, best, own = json.loads(done.out)
    assert none["n_seeds"] == 3
    assert none["difference"] is None
    assert everything["difference"]["mean"] == pytest.approx(everything["accuracy"] - none["accuracy"])
    assert everything["better"] + everything["worse"] <= 3
    assert own["languages"] == ["swh_Latn", "yor_Latn"]
    assert own["accuracy"] is None
    assert own["difference"] is None
    assert best["shared"] == 0
    text = cli("compare", "none", "swa,yor", "--study", *measured.args).out
    assert "not measured yet: swa,yor" in text


def test_two_rules_that_choose_the_same_subset(cli: Cli, measured: Any) -> None:
    args = ("compare", "best", "cost<=1e9", "none", "--study", *measured.args)
    rows = json.loads(cli(*args, "--json").out)
    first, same, _ = rows
    assert first["languages"] == same["languages"]
    assert (same["same"], same["difference"]["mean"]) == (True, 0.0)
    assert [row["same"] for row in rows] == [False, True, False]
    shown = cli(*args).out
    assert "the same subset" in shown
    assert "no common seed" not in shown
    column = ss.load(measured.file, runs=measured.runs).compare("best", "cost<=1e9")[1]
    assert "0.0 points against the first (the same subset)" in repr(column)


def test_compare_bare_subsets(cli: Cli) -> None:
    done = cli("compare", "sw,te,mn", "wol,zul,uig", "most_uriel_en_5", "sw", "--json")
    assert done.code == 0, done.err
    first, second, published, single = json.loads(done.out)
    assert first["shared"] == 3
    assert second["shared"] == 0
    assert sum(second["families"].values()) == 3
    assert published["n_languages"] == 5
    assert single["mean_distance"] is None
    assert cli("compare", "sw,te,mn", "wol,zul,uig").code == 0


def test_compare_studies(cli: Cli, measured: Any, measured_copy: Any) -> None:
    text = measured_copy.file.read_text(encoding="utf-8")
    measured_copy.file.write_text(text.replace("top = 2", "top = 3"), encoding="utf-8")
    shared = ("--dir", measured.runs)
    done = cli("compare", measured.file, measured_copy.file, *shared, "--json")
    assert done.code == 0, done.err
    first, second = json.loads(done.out)
    assert first["settings"] == {"evaluate.top": 2}
    assert second["settings"] == {"evaluate.top": 3}
    assert first["gain"]["seeds"] == [1, 2, 3]
    assert first["best"]["accuracy"] == second["best"]["accuracy"]
    assert "evaluate.top" in cli("compare", measured.file, measured_copy.file, *shared).out


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("explain", "{study}", "--pick", "trial=99"), "the nearest is trial="),
        (("explain", "{study}", "--pick", "cost<=0.5"), "the nearest is"),
        (("compare", "sw", "sw"), "given twice"),
        (("compare", "none", "sw"), "add --study"),
        (
            ("compare", "none", "te", "--tolerance", "1", "--study", "{study}"),
            "tolerance: has no effect here",
        ),
        (("compare", "sw", "qqq"), "qqq"),
        (("compare", "sw", "<b>'\"/\n[red]"), "red"),
        (("compare", "x.toml", "sw"), "studies and subsets"),
        (("compare", "x.toml", "y.toml"), "no such file"),
        (("compare", "none", "deu", "--study", "{study}"), "not in the pool"),
        (("compare", "none", "trial=99", "--study", "{study}"), "the nearest is trial="),
    ],
)
def test_mistakes(cli: Cli, measured: Any, args: tuple[str, ...], message: str) -> None:
    filled = [str(measured.file) if arg == "{study}" else arg for arg in args]
    runs = ["--dir", str(measured.runs)]
    done = cli(*filled, *runs)
    assert done.code == 1
    assert done.out == ""
    assert message in done.err


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("explain", "--pick", "nicest"), "no rule of choice"),
        (("explain", "{study}", "--pick", "nicest"), "no rule of choice"),
        (("compare", "sw"), "one thing cannot be compared"),
        (("compare", "te", "sw", "--over", "worst"), "--over: is for subsets of a study; give --study"),
        (("compare", "te", "sw", "--tolerance", "1"), "--tolerance: is for subsets of a study; give --study"),
        (("compare", "{study}", "x.toml", "--study", "{study}"), "is for comparing subsets"),
    ],
)
def test_wrong_usage(cli: Cli, measured: Any, args: tuple[str, ...], message: str) -> None:
    filled = [str(measured.file) if arg == "{study}" else arg for arg in args]
    done = cli(*filled, "--dir", measured.runs)
    assert (done.code, done.out) == (2, "")
    assert message in done.err
