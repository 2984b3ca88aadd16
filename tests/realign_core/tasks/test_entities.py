from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from realign_core.data.examples import TokenExample
from realign_core.recipe import Recipe
from realign_core.support.errors import DataError
from realign_core.support.settings.config import validate_config
from realign_core.tasks.entities import EntityTagging
from realign_core.tasks.features import Features
from realign_core.tasks.reading import ignore_types

pytest.importorskip("seqeval", reason="extra 'ner' is not installed")

TASK = EntityTagging(("B-LOC", "B-PER", "I-LOC", "I-PER", "O"))


def features(*sentences: list[str]) -> Features:
    rows = tuple(np.array([TASK.labels.index(t) for t in s], dtype=np.int64) for s in sentences)
    return Features(rows, rows, rows)


def predicted(*tags: str) -> Any:
    return np.array([TASK.labels.index(t) for t in tags], dtype=np.int64)


def test_a_name_counts_only_as_a_whole() -> None:
    gold = features(["B-PER", "I-PER", "O", "B-LOC"], ["B-LOC", "O"])
    found = predicted("B-PER", "O", "O", "B-LOC", "B-LOC", "B-PER")
    # Found: 4 names, 2 of them right; gold: 3 names.
    details = TASK.details(found, gold)
    assert details["precision"] == pytest.approx(2 / 4)
    assert details["recall"] == pytest.approx(2 / 3)
    assert TASK.score(found, gold) == pytest.approx(2 * (1 / 2) * (2 / 3) / (1 / 2 + 2 / 3))
    assert TASK.score(gold.unit_labels(), gold) == 1.0
    assert TASK.score(predicted(*["O"] * 6), gold) == 0.0


def test_ignored_types_become_o() -> None:
    (example,) = ignore_types([TokenExample(("a", "b", "c"), ("B-DATE", "I-DATE", "B-PER"))], ["DATE"])
    assert example.tags == ("O", "O", "B-PER")


@pytest.fixture
def names(tmp_path: Path) -> Path:
    for code, text in (
        ("en", "cat B-PER\nruns O\n\ndog B-LOC\nold I-LOC\n"),
        ("xx", "zcat B-PER\nzold B-DATE\n"),
    ):
        (tmp_path / code).mkdir()
        for split in ("train", "test"):
            (tmp_path / code / f"{split}.txt").write_text(text, encoding="utf-8")
    return tmp_path


def recipe(tiny_recipe: dict[str, Any], folder: Path, **task: Any) -> Recipe:
    reader = {"format": "conll", "path": str(folder)}
    return validate_config(Recipe, {**tiny_recipe, "task": {"kind": "ner", "train": reader, **task}})


def test_runs_with_dates_ignored(tiny_recipe: dict[str, Any], names: Path) -> None:
    from realign_core import run

    result = run(recipe(tiny_recipe, names, ignored=["DATE"]), [], targets=["xx"])
    assert result.metric == "f1"
    assert set(result.details["xx"]) == {"precision", "recall"}
    assert 0 <= result.mean <= 1


def test_unknown_types_are_named(tiny_recipe: dict[str, Any], names: Path) -> None:
    from realign_core import run

    with pytest.raises(DataError, match=r"xx \(test\): labels that the training data does not have: B-DATE"):
        run(recipe(tiny_recipe, names), [], targets=["xx"])


@pytest.mark.realdata
def test_masakhaner_scores_dates_as_o(corpora: Path) -> None:
    """The source has PER, ORG and LOC; with DATE ignored the labels of all languages fit."""
    from realign_core.tasks.reading import read_task

    content = {
        "kind": "ner",
        "source_language": "en",
        "train": {
            "format": "iob2",
            "files": {"en": {"train": [str(corpora / "uner/UNER_English-EWT/en_ewt-ud-dev.iob2")]}},
        },
        "evaluation": {"format": "conll", "path": str(corpora / "masakhaner2")},
        "ignored": ["DATE"],
    }
    found = next((corpora / "uner").rglob("*dev*.iob2"))
    content["train"]["files"]["en"]["train"] = [str(found)]  # type: ignore[index]
    train, evaluation = read_task(validate_config(Recipe, {"task": content}), None, ["test"])
    assert len(evaluation["test"]) == 12
    tags = {tag for examples in evaluation["test"].values() for e in examples for tag in e.tags}
    assert tags == {"O", *(f"{b}-{t}" for b in "BI" for t in ("PER", "ORG", "LOC"))}
    assert len(train) > 500


def test_a_reader_of_another_task_is_named(tiny_recipe: dict[str, Any], tiny_corpus: Path) -> None:
    from realign_core import run

    reader = {"format": "sib", "path": str(tiny_corpus / "topic")}
    content = {**tiny_recipe, "task": {"kind": "ner", "train": reader}}
    with pytest.raises(DataError, match=r"TextExamples do not fit task.kind = 'ner'; .* task.kind = 'text'"):
        run(validate_config(Recipe, content), [])
