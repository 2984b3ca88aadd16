"""Labels that are mapped and occur nowhere are told, in a dry run and in a run."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

import realign_core
from realign_core.data.account import LABELLED
from realign_core.data.labelled.readers.conll import ConllTask
from realign_core.data.labelled.readers.sib import SibTask
from realign_core.data.task import TaskConfig
from realign_core.recipe import Recipe
from realign_core.tasks.mapped import idle_labels


def topics(folder: Path, **labels: str) -> Path:
    for place, label in labels.items():
        file = folder / f"{place.replace('_', '/')}.tsv"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"text\tcategory\nsome words\t{label}\nother words\tsports\n", encoding="utf-8")
    return folder


def told(task: TaskConfig) -> list[tuple[str, str]]:
    accounts: dict[str, list[Any]] = {}
    examples: dict[str, dict[str, list[Any]]] = {}
    for reader, code, split in ((task.train, "en", "train"), (task.evaluated, "sw", "test")):
        found, account = reader.read_account(code, split)  # type: ignore[arg-type]
        accounts[LABELLED[split]] = [account]
        examples[split] = {code: found}
    return [*idle_labels(task, accounts, examples)]  # type: ignore[arg-type]


def test_a_label_that_occurs_nowhere_is_told_with_the_one_that_was_meant(tmp_path: Path) -> None:
    folder = topics(tmp_path, en_train="travel", sw_test="Travel")
    for labels, expected in (
        ({"Travel": "travel"}, None),  # in the test data only
        (
            {"travels": "sports", "Travel": "travel"},
            "'travels' (but 'travel') occurs nowhere in the training data",
        ),
        ({"health": "sports", "food": "sports", "Travel": "travel"}, "'food', 'health' occur nowhere"),
    ):
        task = TaskConfig(train=SibTask(path=folder, label_map=labels))
        sentences = told(task)
        assert (expected is None) == (sentences == [])
        if expected is not None:
            ((where, sentence),) = sentences
            assert where == "task.train.label_map"
            assert sentence.startswith(expected)
            assert sentence.endswith("training data and test data that are read")


def test_each_reader_answers_for_its_own_data(tmp_path: Path) -> None:
    folder = topics(tmp_path, en_train="travel", sw_test="Travel")
    task = TaskConfig(
        train=SibTask(path=folder, label_map={"Travel": "travel"}),
        evaluation=SibTask(path=folder, label_map={"Travel": "travel"}),
    )
    assert [where for where, _ in told(task)] == ["task.train.label_map"]


def test_reading_counts_what_is_mapped_and_changes_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "train.txt").write_text("a X\nb Y\nc X\n", encoding="utf-8")
    reader = ConllTask(path=tmp_path, tag_map={"X": "Z", "Q": "Z"})
    examples, account = reader.read_account("en", "train")
    assert [example.tags for example in examples] == [("Z", "Y", "Z")]  # type: ignore[union-attr]
    assert account.mapped == {"X": 2}
    assert reader.read("en", "train") == examples
    assert reader == ConllTask(path=tmp_path, tag_map={"X": "Z", "Q": "Z"})


def test_a_run_tells(tiny_recipe: dict[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    tiny_recipe["task"]["train"]["tag_map"] = {"NUON": "NOUN"}
    with caplog.at_level(logging.WARNING):
        realign_core.run(Recipe.model_validate(tiny_recipe), ["xx"])
    assert "task.train.tag_map: 'NUON'" in caplog.text
