"""The plan of a run as people read it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from subsetsearch.cli.plan_view import count

Cli = Callable[..., Any]


@pytest.mark.parametrize(
    ("number", "written"),
    [(0, "0"), (57371.0, "57,371"), (999_999_999, "999,999,999"), (47481377856192363, "4.7e16")],
)
def test_large_counts_lose_their_digits(number: float, written: str) -> None:
    assert count(number) == written


def test_a_plan_says_what_a_run_adds(cli: Cli, toy_file: Path, tmp_path: Path) -> None:
    done = cli("run", toy_file, "--dir", tmp_path / "runs", "--trials", 40, "--dry-run")
    assert done.code == 0, done.err
    assert "162 of 1 to 4 languages" in done.out
    assert "40; sampler subset, measured by short runs (rung 2)" in done.out
    assert re.search(r"about 22 subsets of 3 steps *\n", done.out)
    assert "all in all  unknown: nothing was timed yet" in done.out
    assert "at most 8 to do, of 4 realignment steps" in done.out
    assert "held out: wol_Latn" in done.out
    assert "_seconds" not in done.out


def test_a_plan_for_another_machine_says_so(
    cli: Cli, toy_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    args = ("run", toy_file, "--dir", tmp_path / "runs", "--set", "recipe.compute.device=cuda", "--dry-run")
    done = cli(*args)
    assert done.code == 0
    assert "there is no CUDA device here" in done.err
    assert "all in all" in done.out


def test_a_plan_names_limits_and_what_is_there(cli: Cli, measured: Any) -> None:
    limits = ("search.budget=100", "search.max_per_family=1", 'search.must_include=["sw"]')
    options = [word for limit in limits for word in ("--set", limit)]
    done = cli("run", *measured.args, *options, "--dry-run", "--trials", 5)
    assert done.code == 0, done.err
    assert "5 to add to the 8 that are finished" in done.out
    assert "100 sentence pairs (not counted" in done.out
    assert "of a family  at most 1" in done.out
    assert "always with  swh_Latn" in done.out
    assert "(9 are stored)" in done.out
    assert "unknown" not in done.out
