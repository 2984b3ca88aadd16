"""The front door: what ``import realign_core`` offers, and how results show themselves."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import realign_core

Content = dict[str, Any]


def test_every_public_name_is_there_and_documented() -> None:
    assert dir(realign_core) == realign_core.__all__ == sorted(realign_core.__all__, key=str)
    for name in realign_core.__all__:
        thing = getattr(realign_core, name)
        assert name == "__version__" or inspect.getdoc(thing)
    with pytest.raises(AttributeError, match="no attribute 'rnu'"):
        _ = realign_core.rnu


def test_importing_and_reading_tables_load_no_torch() -> None:
    script = "import sys, realign_core as r; r.Recipe(), r.compare, r.read_table, r.__version__, r.corpus_languages\n"
    script += "assert not {'torch', 'transformers', 'optuna'} & set(sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_results_show_themselves(tiny_recipe: Content, tmp_path: Path) -> None:
    recipe = realign_core.Recipe.model_validate(tiny_recipe)
    output = str(tmp_path / "runs.csv")
    some = realign_core.run_many(recipe, ["xx", "yy"], seeds=(2, 1), output=output)
    result = some.results[0]
    assert repr(result).startswith(
        f"Result(accuracy {100 * result.mean:.1f} % over 3 targets (test), realigned with xx yy"
    )
    frame = result.to_frame()
    assert frame["accuracy"].to_dict() == dict(result.scores)
    assert frame.index.name == "target"
    assert "over seeds 2 1" in repr(some)
    assert some.to_frame()["seed"].tolist() == [2, 1]
    again = realign_core.run_many(recipe, ["yy", "xx"], seeds=(1, 2), output=output)
    assert not again.results
    assert again.to_frame()["seed"].tolist() == [1, 2]
    realign_core.run_many(recipe, [], seeds=(1, 2), output=output)
    found = realign_core.compare(output)
    assert found.measure == "final_eval_avg_accuracy"
    assert found.to_frame()["n_seeds"].tolist() == [2]
    assert "before_noaligner" in repr(found)
    assert realign_core.compare(realign_core.read_table(output)) == found
