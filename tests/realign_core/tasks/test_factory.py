from __future__ import annotations

from pathlib import Path
from typing import Any

from realign_core.recipe import Recipe
from realign_core.support.settings.config import validate_config
from realign_core.tasks.reading import read_task


def test_a_share_of_the_evaluation_data_is_the_same_in_every_run(
    tiny_recipe: dict[str, Any], tiny_corpus: Path
) -> None:
    reader = {"format": "sib", "path": str(tiny_corpus / "topic")}

    def read(limit: int | None) -> tuple[list[Any], dict[str, list[Any]]]:
        task = {"kind": "text", "train": reader, "max_evaluation": limit}
        train, evaluation = read_task(validate_config(Recipe, {**tiny_recipe, "task": task}), None, ["test"])
        return train, evaluation["test"]

    train, everything = read(None)
    limit = min(map(len, everything.values())) - 1
    assert limit > 0
    same_train, some = read(limit)
    assert same_train == train
    assert read(limit)[1] == some
    for code, examples in everything.items():
        assert len(some[code]) == limit
        places = [examples.index(example) for example in some[code]]
        assert places == sorted(places)
    assert read(10**6)[1] == everything
