"""Entity tags of all schemes become one; what is no such tag is refused, and an option holds on both sides."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realign_core.data.examples import PairExample
from realign_core.recipe import Recipe, TaskKind
from realign_core.support.errors import ConfigError, DataError
from realign_core.support.settings.config import validate_config
from realign_core.tasks.reading import _check_classes, read_target, read_training
from realign_core.tasks.schemes import iob2, probable_tag

NAMES = st.lists(st.tuples(st.sampled_from(["PER", "LOC"]), st.integers(1, 3), st.integers(0, 2)), max_size=5)


def _written(names: list[tuple[str, int, int]], scheme: str) -> list[str]:
    tags: list[str] = []
    for kind, length, gap in names:
        first, inner, last, single = scheme
        prefixes = [single] if length == 1 else [first, *inner * (length - 2), last]
        tags += [f"{prefix}-{kind}" for prefix in prefixes] + ["O"] * gap
    return tags


@given(names=NAMES, scheme=st.sampled_from(["BIES", "BILU"]))
def test_every_scheme_is_written_as_iob2(names: list[tuple[str, int, int]], scheme: str) -> None:
    plain = _written(names, "BIIB")
    assert list(iob2(_written(names, scheme))) == plain
    assert list(iob2(plain)) == plain


def test_iob1_and_what_was_meant() -> None:
    tags = ["I-PER", "I-PER", "B-PER", "I-PER", "O", "I-LOC"]
    assert iob2(tags) == ("B-PER", "I-PER", "B-PER", "I-PER", "O", "B-LOC")
    strange = ["PER", "PER-B", "b-per", "o", "B-PER-SON"]
    assert [probable_tag(tag) for tag in strange[:4]] == ["I-PER", "B-PER", "B-PER", "O"]


def _recipe(folder: Path, train: str, test: str, **task: Any) -> Recipe:
    for code, split, text in (("en", "train", train), ("sw", "test", test)):
        (folder / code).mkdir(exist_ok=True)
        (folder / code / f"{split}.txt").write_text(text)
    reader = {"format": "conll", "path": str(folder)} | task.pop("reader", {})
    return validate_config(Recipe, {"task": {"kind": "ner", "train": reader} | task})


@pytest.mark.parametrize("strange", ["PER-B", "PER", "b-per", "o", "B-", "B_PER", "X-PER"])
def test_strange_tags_are_refused_by_file_and_line(tmp_path: Path, strange: str) -> None:
    recipe = _recipe(tmp_path, "Ada B-PER\nmet O\n", f"Ada B-PER\n\nMei {strange}\n")
    train, _ = read_training(recipe)
    with pytest.raises(DataError, match=rf"sw/test\.txt:3: '{strange}' is no tag of entities.*tag_map"):
        read_target(recipe, train, [], "sw", "test")


def test_strange_tags_can_be_mapped(tmp_path: Path) -> None:
    mapped = {"reader": {"tag_map": {"PER": "I-PER"}}}
    recipe = _recipe(tmp_path, "Ada PER\nLovelace PER\nmet O\n", "Ada PER\n", **mapped)
    train, _ = read_training(recipe)
    assert train[0].tags == ("B-PER", "I-PER", "O")


def test_ignored_types_count_as_none_in_training_too(tmp_path: Path) -> None:
    text = "Ana B-PER\nMay B-DATE\n2020 I-DATE\n"
    recipe = _recipe(tmp_path, text, text, ignored=["DATE"])
    train, _ = read_training(recipe)
    assert train[0].tags == ("B-PER", "O", "O")
    assert read_target(recipe, train, [], "sw", "test")[0].tags == ("B-PER", "O", "O")
    with pytest.raises(
        ConfigError, match="'ignored' names types of entities: it has no effect with kind 'pos'"
    ):
        _recipe(tmp_path, text, text, ignored=["DATE"], kind="pos")


def test_inference_with_other_than_two_or_three_labels_is_questioned() -> None:
    pairs = [PairExample("a", "b", label) for label in ("0", "1", "2", "other")]
    _check_classes(TaskKind.NLI, pairs[:3])
    _check_classes(TaskKind.TEXT, pairs)
    with pytest.raises(DataError, match=r"inference has 2 or 3 labels, but these are 4: 0, 1, 2, other"):
        _check_classes(TaskKind.NLI, pairs)
