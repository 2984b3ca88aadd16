"""A study's problem is read from its file and its corpora, without an encoder."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from subsetsearch.config import StudyConfig, load_study
from subsetsearch.errors import LanguageError, SelectionError
from subsetsearch.problem.problem import Problem
from subsetsearch.subset import NONE


def test_it_has_pool_targets_prices_and_constraints(toy_study: StudyConfig) -> None:
    problem = Problem.build(toy_study)
    assert problem.space.keys == problem.pool.keys
    assert problem.targets.searched == ("swh_Latn", "yor_Latn")
    assert problem.targets.held_out == {"wol_Latn"}
    assert problem.cost(NONE) == 0
    assert problem.space.max_size == 4
    assert problem.space.families["swh_Latn"] == problem.space.families["zul_Latn"]


@pytest.mark.parametrize(
    ("constraint", "error"),
    [('must_include = ["de"]', LanguageError), ("min_size = 2\nbudget = 1", SelectionError)],
)
def test_constraints_that_nothing_fits_are_refused(
    edited: Callable[[str, str], Path], constraint: str, error: type[Exception]
) -> None:
    path = edited("[search]", f"[search]\n{constraint}")
    with pytest.raises(error, match=r"search\.(must_include|budget)"):
        Problem.build(load_study(path))


def test_it_loads_no_torch() -> None:
    code = "import sys, subsetsearch.problem.problem; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
