from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from realign_core import Recipe, run
from realign_core.data.account import from_dict
from realign_core.encoder.kernel import Kernel
from realign_core.runs.running.batch import run_many
from realign_core.runs.running.run import run_prepared
from realign_core.runs.running.training import draw_pairs
from realign_core.runs.tables.table import result_row
from realign_core.runs.workspace.workspace import prepare, recipe_kernel
from realign_core.support.errors import ConfigError, DataError, TrainingError
from realign_core.support.settings.config import validate_config

Content = dict[str, Any]


def recipe(content: Content, **changes: Content) -> Recipe:
    merged = {key: {**value, **changes.get(key, {})} for key, value in content.items()}
    return validate_config(Recipe, merged)


def test_the_same_seed_gives_the_same_result(tiny_recipe: Content) -> None:
    first = run(recipe(tiny_recipe), ["xx", "yy"], seed=1)
    again = run(recipe(tiny_recipe), ["yy", "xx"], seed=1)
    assert first.scores == again.scores
    assert first.losses == again.losses
    assert first.recipe_hash == again.recipe_hash
    other = run(recipe(tiny_recipe), ["xx", "yy"], seed=2)
    assert other.losses != first.losses
    assert other.recipe_hash == first.recipe_hash
    assert set(first.scores) == {"xx", "yy", "ww"}
    assert json.loads(json.dumps(first.to_dict()))["mean"] == pytest.approx(first.mean)


def test_the_source_language_is_no_target_unless_named_and_then_in_no_average(tiny_recipe: Content) -> None:
    found = run(recipe(tiny_recipe), [], seed=1)
    named = run(recipe(tiny_recipe), [], seed=1, targets=["en", "xx", "yy", "ww"])
    assert (found.source, named.source) == ((), ("en",))
    assert named.scores["en"] > 0
    assert named.mean == pytest.approx(sum(named.scores[code] for code in ("xx", "yy", "ww")) / 3)
    assert "over 3 targets (test), source en" in repr(named)
    row = result_row(named, recipe(tiny_recipe))
    assert (row["final_eval_en_accuracy"], row["final_eval_avg_accuracy"]) == (named.scores["en"], named.mean)
    assert named.to_frame()["source"].dropna().to_dict() == {"en": True}
    assert named.recipe_hash != found.recipe_hash
    alone = run(recipe(tiny_recipe), [], seed=1, targets=["en"])
    assert math.isnan(alone.mean)
    assert "final_eval_avg_accuracy" not in result_row(alone, recipe(tiny_recipe))


def test_the_arithmetic_is_part_of_a_results_name(
    tiny_recipe: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REALIGN_CACHE", str(tmp_path))
    fixed = recipe(tiny_recipe)
    exact = run(fixed, ["xx"], seed=1)
    rounded = run(recipe(tiny_recipe, compute={"precision": "bfloat16"}), ["xx"], seed=1)
    assert (exact.kernel, rounded.kernel) == ("float32/eager", "bfloat16/eager")
    assert exact.recipe_hash != rounded.recipe_hash
    chosen = recipe(tiny_recipe, compute={"precision": "auto"})
    kernel = recipe_kernel(chosen)
    assert kernel in (Kernel("float32", "eager"), Kernel("bfloat16", "eager"))
    found = run(chosen, ["xx"], seed=1)
    same = run(chosen.with_kernel(kernel), ["xx"], seed=1)
    assert (found.kernel, found.recipe_hash, found.scores) == (kernel.name, same.recipe_hash, same.scores)
    assert found.recipe_hash == {exact.kernel: exact, rounded.kernel: rounded}[kernel.name].recipe_hash
    assert found.environment["host"]


def test_the_workspace_is_left_as_it_was(tiny_recipe: Content) -> None:
    workspace = prepare(recipe(tiny_recipe), ["xx", "yy"])
    before = [p.detach().clone() for p in workspace.encoder.model.parameters()]
    first = run_prepared(workspace, ["xx"], seed=3)
    run_prepared(workspace, ["yy"], seed=3)
    for old, new in zip(before, workspace.encoder.model.parameters(), strict=True):
        assert (old == new).all()
    assert run_prepared(workspace, ["xx"], seed=3).scores == first.scores


def test_realignment_changes_the_encoder_and_none_does_not(tiny_recipe: Content) -> None:
    workspace = prepare(recipe(tiny_recipe), ["xx"])
    none, some = (run_prepared(workspace, codes, seed=1) for codes in ([], ["xx"]))
    assert none.pairs == 0
    assert some.pairs == 48
    assert "realignment" not in none.losses
    assert none.losses["finetuning"] != some.losses["finetuning"]
    assert none.recipe_hash != some.recipe_hash


def test_realignment_brings_translations_together(tiny_recipe: Content) -> None:
    from realign_core.tasks.features import Features
    from realign_core.training.evaluation import encode_units
    from realign_core.training.realignment import realign

    changes = {"steps": 200, "pairs_per_batch": 16, "learning_rate": 3e-3, "warmup": 0.3}
    workspace = prepare(recipe(tiny_recipe, realignment=changes), ["xx"])
    text = workspace.parallel["xx"]

    def found() -> float:
        sides = [
            encode_units(encoder, Features(tuple(workspace.tokens[s] for s in side), ()))
            for side in (text.source, text.target)
        ]
        left, right = (rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in sides)
        return float(np.mean((left @ right.T).argmax(1) == np.arange(len(left))))

    encoder = workspace.encoder.fork()
    before = found()
    realign(encoder, draw_pairs(workspace, ["xx"], 1), workspace.recipe.realignment, seed=1)
    assert found() > before + 0.15


def test_a_loss_that_is_not_finite_stops_the_run(tiny_recipe: Content) -> None:
    wild = recipe(tiny_recipe, realignment={"learning_rate": 1e30, "steps": 30})
    with pytest.raises(TrainingError, match=r"(realignment|fine-tuning): the (loss|gradient).* at step \d+"):
        run(wild, ["xx"], seed=1)


def test_unknown_and_empty_languages_are_named(tiny_recipe: Content) -> None:
    with pytest.raises(DataError, match="no data for language 'zz'"):
        run(recipe(tiny_recipe), ["zz"])
    strict = {"filters": {"max_words": 1}}
    with pytest.raises(DataError, match=r"no sentence pairs left for xx \(left out: .*long.*pool"):
        run(recipe(tiny_recipe, parallel=strict), ["xx"])
    with pytest.raises(ConfigError, match="no target languages"):
        run(recipe(tiny_recipe), ["xx"], targets=[])


def test_labels_that_differ_are_named(tiny_recipe: Content, tmp_path: Path) -> None:
    path = tmp_path / "odd.txt"
    path.write_text("zcat NOUN\nzruns VERBAL\n", encoding="utf-8")
    evaluation = {"format": "conll", "files": {"xx": {"test": [str(path)]}}}
    with pytest.raises(DataError, match=r"xx \(test\): labels that the training data does not have: VERBAL"):
        run(recipe(tiny_recipe, task={"evaluation": evaluation}), ["xx"])


def test_too_few_pairs_are_named(tiny_recipe: Content) -> None:
    workspace = prepare(recipe(tiny_recipe, realignment={"pairs_per_language": 500}), ["xx"])
    with pytest.raises(DataError, match="xx: 500 pairs are wanted, but there are 96"):
        run_prepared(workspace, ["xx"], seed=1)


def test_unprepared_parts_are_named(tiny_recipe: Content) -> None:
    workspace = prepare(recipe(tiny_recipe), ["xx"])
    with pytest.raises(DataError, match="not prepared: yy"):
        run_prepared(workspace, ["yy"], seed=1)
    with pytest.raises(DataError, match="the split 'dev' was not prepared"):
        run_prepared(workspace, ["xx"], seed=1, split="dev")


def test_what_was_read_is_kept_beside_the_table(tiny_recipe: Content, tmp_path: Path) -> None:
    """Files of before, which do not say it, are gone on with."""
    table, file = tmp_path / "runs.csv", tmp_path / "runs.json"
    chosen = recipe(tiny_recipe, task={"long_sentences": "cut"}, encoder={"max_length": 8})
    (first,) = run_many(chosen, ["xx"], seeds=[1], output=table).results
    ((name, about),) = json.loads(file.read_text("utf-8")).items()
    kept = about["read"]
    assert list(kept) == [
        "sentence pairs", "training data", "words of training data", "test data", "words of test data",
    ]  # fmt: skip
    assert kept["sentence pairs"] == [{"language": "xx", "rows": 96, "kept": 96, "left_out": {}}]
    assert kept == first.to_dict()["read"]
    assert any(row["left_out"].get("beyond max_length") for row in kept["words of test data"])
    assert from_dict(kept)["test data"] == first.read["test data"]
    del about["read"]
    file.write_text(json.dumps({name: about}), encoding="utf-8")
    run_many(chosen, ["xx"], seeds=[1], output=table)
    run_many(chosen, ["xx"], seeds=[1, 2], output=table)
    assert json.loads(file.read_text("utf-8"))[name]["read"] == kept
