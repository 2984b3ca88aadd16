"""Long sentences of words: every gold word is learnt and scored once, whatever its place."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realign_core import check, run
from realign_core.data.examples import UNTAGGED, TokenExample
from realign_core.recipe import Recipe
from realign_core.runs.workspace.workspace import prepare
from realign_core.support.errors import ConfigError
from realign_core.support.settings.config import changed_values, validate_config
from realign_core.tasks.entities import EntityTagging
from realign_core.tasks.features import Features
from realign_core.tasks.unscored import account_of_words
from realign_core.tasks.windows import choose_window, cut_windows
from realign_core.tasks.words import WordTagging, sentences

CUT, WINDOWS = WordTagging(("A", "B")), WordTagging(("A", "B"), windows=True)
SPECIAL = -7
ROOT = Path(__file__).parents[3]


class Tokens(dict[str, Any]):
    """What a tokenizer gives that has as many tokens a word as it says, each the word's number."""

    def __init__(self, rows: list[list[str]], max_length: int = 10**9, **_: Any) -> None:
        inner = [[i for i, word in enumerate(row) for _ in range(int(word))] for row in rows]
        inner = [row[: max_length - 2] for row in inner]
        self.words: list[list[int | None]] = [[None, *row, None] for row in inner]
        super().__init__(input_ids=[[SPECIAL, *row, SPECIAL] for row in inner])

    def word_ids(self, row: int) -> list[int | None]:
        return self.words[row]


words = st.lists(st.tuples(st.integers(0, 9), st.sampled_from(["A", "B", UNTAGGED])), min_size=1, max_size=40)
examples = st.lists(words, min_size=1, max_size=4).map(
    lambda rows: [TokenExample(tuple(str(n) for n, _ in row), tuple(tag for _, tag in row)) for row in rows]
)
lengths = st.integers(8, 30)


def told(features: Features) -> list[tuple[int, int]]:
    """Say which word of which sentence each unit is: the tokens of these tests are numbers of words."""
    assert features.positions is not None
    assert features.references is not None
    return [
        (piece.sentence, int(ids[place]))
        for ids, places, piece in zip(features.ids, features.positions, features.references, strict=True)
        for place in places
    ]


@given(st.integers(0, 200), st.integers(1, 40))
def test_windows_cover_everything_and_overlap(length: int, room: int) -> None:
    found = cut_windows(length, room)
    assert found[0][0] == 0
    assert found[-1][1] == length
    assert len(found) == 1 or all(end - begin == room for begin, end in found)
    assert all(second[0] <= first[1] - room // 3 for first, second in pairwise(found))
    assert found == sorted(set(found))
    assert (len(found) == 1) is (length <= room)


@given(st.integers(1, 200), st.integers(1, 40), st.data())
def test_a_word_is_read_where_it_is_farthest_from_a_cut(length: int, room: int, data: st.DataObject) -> None:
    begin = data.draw(st.integers(0, length - 1))
    end = data.draw(st.integers(begin + 1, length))
    windows = cut_windows(length, room)
    chosen = windows[choose_window((begin, end), windows, length)]
    cuts = {edge for window in windows for edge in window} - {0, length}

    def nearest(window: tuple[int, int]) -> int:
        sides = [begin - window[0]] * (window[0] in cuts) + [window[1] - end] * (window[1] in cuts)
        return min(sides, default=length)

    assert chosen[0] <= begin < chosen[1]
    assert nearest(chosen) == max(nearest(each) for each in windows if each[0] <= begin < each[1])


@given(examples, lengths)
def test_each_gold_word_is_learnt_and_scored_once(rows: list[TokenExample], length: int) -> None:
    features = WINDOWS.features(rows, Tokens, length)
    tagged = [(i, j) for i, row in enumerate(rows) for j, tag in enumerate(row.tags) if tag != UNTAGGED]
    silent = [(i, j) for i, j in tagged if rows[i].tokens[j] == "0"]
    assert max(features.lengths) <= length
    assert told(features) == [place for place in tagged if place not in silent]
    gold = [WINDOWS.labels.index(rows[i].tags[j]) for i, j in tagged]
    parts = list(sentences(features.unit_labels(), features))
    assert [int(label) for _, side in parts for label in side] == gold
    assert len(parts) == len(rows)
    assert sum(int((found < 0).sum()) for found, _ in parts) == len(silent)
    score = WINDOWS.score(features.unit_labels(), features)
    assert score == pytest.approx(1 - len(silent) / len(tagged)) if tagged else np.isnan(score)
    account = account_of_words("x", rows, features, length)
    assert account is not None
    assert (account.rows, account.lost) == (len(tagged), len(silent))


@given(examples)
def test_nothing_changes_where_nothing_is_long(rows: list[TokenExample]) -> None:
    plain, windowed = (task.features(rows, Tokens, 400) for task in (CUT, WINDOWS))
    for ours, theirs in zip(
        (windowed.ids, windowed.labels, windowed.positions or ()),
        (plain.ids, plain.labels, plain.positions or ()),
        strict=True,
    ):
        assert [part.tolist() for part in ours] == [part.tolist() for part in theirs]
    if all(word != "0" for row in rows for word in row.tokens) and len(plain.unit_labels()):
        guess = np.arange(len(plain.unit_labels())) % 2
        assert WINDOWS.score(guess, windowed) == CUT.score(guess, plain)


def test_a_name_across_windows_is_one_name_and_a_word_without_a_token_is_o() -> None:
    pytest.importorskip("seqeval", reason="extra 'ner' is not installed")
    task = EntityTagging(("B-PER", "I-PER", "O"), windows=True)
    row = TokenExample(("1",) * 30, ("O", *["B-PER", *["I-PER"] * 27], "O"))
    features = task.features([row], Tokens, 8)
    assert len(features) > 4
    assert task.score(features.unit_labels(), features) == 1.0
    lost = TokenExample(("1", "0", "1"), ("B-PER", "I-PER", "B-PER"))
    features = task.features([lost], Tokens, 8)
    assert task.details(features.unit_labels(), features) == {"precision": 0.5, "recall": 0.5}


def test_no_sentences_have_no_score() -> None:
    features = WINDOWS.features([TokenExample(("1",), ("A",))], Tokens, 8)
    assert np.isnan(WINDOWS.score(np.empty(0, dtype=np.int64), features.subset([])))


def long_recipe(content: dict[str, Any], corpus: Path, **task: Any) -> Recipe:
    reader = {"format": "conll", "path": str(corpus)}
    content = {**content, "encoder": {**content["encoder"], "max_length": 8}}
    return validate_config(Recipe, {**content, "task": {"kind": "pos", "train": reader, **task}})


def test_long_sentences_are_read_whole(tiny_recipe: dict[str, Any], tiny_corpus: Path) -> None:
    recipe = long_recipe(tiny_recipe, tiny_corpus / "pos")
    space, cut = (
        prepare(recipe, []),
        prepare(long_recipe(tiny_recipe, tiny_corpus / "pos", long_sentences="cut"), []),
    )
    reader = recipe.task.train
    for code, features in space.evaluation["test"].items():
        words = sum(len(example.tags) for example in reader.read(code, "test"))
        assert len(features.unit_labels()) == words
    assert len(cut.evaluation["test"]["xx"].unit_labels()) < len(space.evaluation["test"]["xx"].unit_labels())
    assert len(space.train.unit_labels()) == sum(len(e.tags) for e in reader.read("en", "train"))


def test_what_is_not_read_is_in_the_result_and_in_the_plan(
    tiny_recipe: dict[str, Any], tiny_corpus: Path
) -> None:
    for long, missing in (("cut", True), ("windows", False)):
        recipe = long_recipe(tiny_recipe, tiny_corpus / "pos", long_sentences=long)
        result = run(recipe, ["xx"], seed=3)
        assert set(result.read) == {
            "sentence pairs", "training data", "words of training data", "test data", "words of test data",
        }  # fmt: skip
        words = result.to_dict()["read"]["words of test data"]
        assert [row["language"] for row in words] == ["ww", "xx", "yy"]
        assert all(bool(row["left_out"].get("beyond max_length")) is missing for row in words)
        report = check(recipe, ["xx"], timing=False)
        assert report.to_dict()["read"]["words of test data"] == words
        assert any(text.startswith("words of test data: ") for _, text in report.lines()) is missing


def test_windows_on_kept_states_give_the_same_numbers(tiny_recipe: dict[str, Any], tiny_corpus: Path) -> None:
    frozen = {"freeze": [0, 2], "freeze_embeddings": True, "epochs": 1}
    content = {**tiny_recipe, "finetuning": {**tiny_recipe.get("finetuning", {}), **frozen}}
    plain = run(long_recipe(content, tiny_corpus / "pos"), [], seed=3)
    content["finetuning"]["repeats"] = 2
    kept = run(long_recipe(content, tiny_corpus / "pos"), [], seed=3)
    assert "trunk" in kept.seconds
    assert kept.repeats[0] == pytest.approx(plain.scores, abs=0.02)


@pytest.mark.parametrize("kind", ["text", "nli", "qa"])
def test_windows_are_refused_where_they_have_no_effect(kind: str) -> None:
    with pytest.raises(ConfigError, match=rf"long_sentences = 'windows' is for words .* not for '{kind}'"):
        validate_config(Recipe, {"task": {"kind": kind, "long_sentences": "windows"}})


@pytest.mark.parametrize(
    "path",
    ["studies/african-pos.toml", "studies/pos-calibration.toml", "studies/time-expressions.toml"],
)
def test_recorded_studies_cut_and_keep_their_hash(path: str) -> None:
    from subsetsearch.config import load_study

    recipe = load_study(ROOT / path).recipe
    assert recipe.task.long_sentences == "cut"
    assert "long_sentences" not in changed_values(recipe)["task"]


def test_new_recipes_of_words_read_windows() -> None:
    kinds = {
        kind: validate_config(Recipe, {"task": {"kind": kind}}).task for kind in ("pos", "ner", "text", "qa")
    }
    assert [kind for kind, task in kinds.items() if task.windowed] == ["pos", "ner"]
    assert not validate_config(Recipe, {"preset": "aacl2025", "task": {"kind": "pos"}}).task.windowed
