from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from realign_core.data.examples import QuestionExample
from realign_core.recipe import Recipe
from realign_core.support.settings.config import validate_config
from realign_core.tasks.questions import QuestionAnswering, answers, best_span

TASK = QuestionAnswering()
CONTEXT = "the old cat sees a big red house. the dog eats fish."


def question(answer: str = "big red house", **changes: Any) -> QuestionExample:
    values: dict[str, Any] = {"id": "q", "question": "cat sees?", "context": CONTEXT, "answers": (answer,)}
    values["answer_starts"] = (CONTEXT.index(answer),)
    return QuestionExample(**(values | changes))


def tokenizer(folder: Path) -> Any:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(folder)


@pytest.mark.parametrize("max_length", [32, 18, 14])
@pytest.mark.parametrize("answer", ["big red house", "fish", "the old"])
def test_gold_labels_give_the_gold_answer(tiny_encoder: Path, max_length: int, answer: str) -> None:
    features = TASK.features([question(answer)], tokenizer(tiny_encoder), max_length)
    assert all(len(ids) <= max_length for ids in features.ids)
    bits = features.unit_labels()
    scores = np.stack([bits & 1, (bits & 2) / 2], axis=1).astype(np.float32)
    assert answers(scores, features) == {"q": answer}
    assert TASK.score(scores, features) == 1.0
    assert set(TASK.details(scores, features).values()) == {1.0}


def test_windows_overlap_and_cover_the_context(tiny_encoder: Path) -> None:
    features = TASK.features([question()], tokenizer(tiny_encoder), 12)
    assert len(features) > 2
    assert features.references is not None
    covered = {int(c) for w in features.references for a, b in w.spans for c in range(a, b)}
    assert covered >= {i for i, c in enumerate(CONTEXT) if c != " "}


def test_a_long_question_leaves_room(tiny_encoder: Path) -> None:
    long = question(question="cat " * 100)
    features = TASK.features([long], tokenizer(tiny_encoder), 24)
    assert len(features)
    assert all(len(ids) <= 24 for ids in features.ids)


@pytest.mark.parametrize(
    ("found", "gold", "expected"),
    [
        ("big red house", ("big red house",), 1.0),
        ("red house", ("big red house",), 2 * 1.0 * (2 / 3) / (1 + 2 / 3)),
        ("fish", ("big red house",), 0.0),
        ("big red house", ("fish", "The big, red house!"), 1.0),
    ],
)
def test_f1_by_hand(tiny_encoder: Path, found: str, gold: tuple[str, ...], expected: float) -> None:
    starts = tuple(max(0, CONTEXT.find(g)) for g in gold)
    told = TASK.features([question(found)], tokenizer(tiny_encoder), 64).unit_labels()
    features = TASK.features([question(answers=gold, answer_starts=starts)], tokenizer(tiny_encoder), 64)
    scores = np.stack([told & 1, (told & 2) / 2], axis=1).astype(np.float32)
    assert TASK.score(scores, features) == pytest.approx(expected)


vectors = st.integers(1, 40).flatmap(
    lambda n: st.tuples(*[arrays(np.float32, n, elements=st.floats(-9, 9, width=16))] * 2)
)


@given(vectors)
def test_best_span_against_all_spans(data: tuple[Any, Any]) -> None:
    first, last = data
    spans = [(i, j) for i in range(len(first)) for j in range(i, min(len(first), i + 30))]
    best = max(float(first[i]) + float(last[j]) for i, j in spans)
    value, i, j = best_span(first, last)
    assert (i, j) in spans
    assert value == pytest.approx(best)
    assert float(first[i]) + float(last[j]) == pytest.approx(best)


def test_loss_is_the_mean_cross_entropy_of_both_ends(tiny_encoder: Path) -> None:
    features = TASK.features([question(), question("fish", id="r")], tokenizer(tiny_encoder), 64)
    batch = np.array([1, 0])
    scores = torch.randn(sum(len(features.labels[i]) for i in batch), 2)
    expected, start = 0.0, 0
    for i in batch:
        rows = scores[start : start + len(features.labels[i])].log_softmax(0)
        start += len(features.labels[i])
        begin, end = (int(np.flatnonzero(features.labels[i] & bit)[0]) for bit in (1, 2))
        expected -= float(rows[begin, 0] + rows[end, 1]) / 2
    assert float(TASK.loss.total(scores, features, batch)) == pytest.approx(expected, rel=1e-5)
    assert TASK.loss.items(features, batch) == 2


def test_learns_to_answer(
    tiny_recipe: dict[str, Any], tmp_path: Path, encoder_folder: Callable[..., Path]
) -> None:
    """Whole runs on SQuAD files: after training, answers of the training language are found."""
    from realign_core import run

    nouns = ["cat", "dog", "fish", "house", "tree"]
    questions = []
    rng = np.random.default_rng(0)
    for i in range(60):
        noun = nouns[i % 5]
        context = " ".join(
            [*rng.choice(["runs", "old", "red", "sees"], size=rng.integers(1, 5)), noun, "eats"]
        )
        answer = {"text": noun, "answer_start": context.index(noun)}
        questions.append(
            {"context": context, "qas": [{"id": str(i), "question": "the?", "answers": [answer]}]}
        )
    for split in ("train", "test"):
        (tmp_path / "en").mkdir(exist_ok=True)
        path = tmp_path / "en" / f"{split}.json"
        path.write_text(json.dumps({"data": [{"paragraphs": questions}]}), encoding="utf-8")
    content = {
        **tiny_recipe,
        "task": {"kind": "qa", "train": {"format": "squad", "path": str(tmp_path)}},
        "finetuning": {"epochs": 12, "batch_size": 8, "learning_rate": 3e-3, "head_learning_rate": 1e-2},
    }
    result = run(validate_config(Recipe, content), ["xx"], targets=["en"])
    assert result.metric == "f1"
    assert result.scores["en"] > 0.8
    assert result.details["en"]["exact_match"] > 0.8


def test_nli_runs_on_pairs(tiny_recipe: dict[str, Any], tmp_path: Path) -> None:
    from realign_core import run

    lines = ["gold_label\tsentence1\tsentence2"]
    lines += ["entailment\tthe cat\tcat runs", "contradiction\tdog eats\tfish", "neutral\told tree\tred"] * 8
    for split in ("train", "test"):
        (tmp_path / f"nli.en.{split}.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    reader = {"format": "xnli", "path": str(tmp_path), "pattern": "nli.{language}.{split}.tsv"}
    content = {**tiny_recipe, "task": {"kind": "nli", "train": reader}}
    content["finetuning"] = {"epochs": 15, "batch_size": 8, "learning_rate": 3e-3, "head_learning_rate": 1e-2}
    result = run(validate_config(Recipe, content), [], targets=["en"])
    assert result.metric == "accuracy"
    assert result.scores["en"] > 0.9
