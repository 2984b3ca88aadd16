"""Tiny encoders as the hub has them, and labelled files of every kind of task."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

FAMILIES = ("xlm-roberta", "mbert", "distilbert", "e5")
WORDS = ("the", "cat", "dog", "sees", "eats", "fish", "red", "big", "house", "tree", "runs", "old")
ENDINGS = {"en": "", "xx": "z", "yy": "ka"}
_LETTERS = "abcdefghijklmnopqrstuvwxyz,.?'"


def _unigram() -> Any:
    """XLM-R's kind of tokenizer: it cuts words of the toy languages, and "?" into a lone mark and itself."""
    from transformers import XLMRobertaTokenizer

    special = ["<s>", "<pad>", "</s>", "<unk>"]
    pieces = [f"▁{word}" for word in WORDS] + ["ka", "▁", "▁,", "▁."]
    vocabulary = [(piece, 0.0) for piece in special]
    vocabulary += [(piece, -2.0) for piece in pieces] + [(letter, -6.0) for letter in _LETTERS]
    return XLMRobertaTokenizer(vocab=[*vocabulary, ("<mask>", 0.0)], model_max_length=512)


def _wordpiece(name: str) -> Any:
    import transformers

    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS, "##ka"]
    pieces += list(_LETTERS) + [f"##{letter}" for letter in _LETTERS]
    vocabulary = {piece: number for number, piece in enumerate(dict.fromkeys(pieces))}
    return getattr(transformers, name)(vocab=vocabulary, do_lower_case=False, model_max_length=512)


def _published(family: str, folder: Path) -> None:
    import torch
    import transformers as t

    torch.manual_seed(3)
    sizes: dict[str, Any] = {"hidden_size": 16, "num_hidden_layers": 3, "num_attention_heads": 2}
    sizes |= {"intermediate_size": 32, "max_position_embeddings": 520, "initializer_range": 0.2}
    tokenizer = _unigram() if family in ("xlm-roberta", "e5") else None
    match family:
        case "xlm-roberta":
            model: Any = t.XLMRobertaModel(
                t.XLMRobertaConfig(**sizes, vocab_size=len(tokenizer), pad_token_id=1, type_vocab_size=1)
            )
        case "mbert":
            tokenizer = _wordpiece("BertTokenizer")
            model = t.BertModel(t.BertConfig(**sizes, vocab_size=len(tokenizer), pad_token_id=0))
        case "distilbert":
            tokenizer = _wordpiece("DistilBertTokenizer")
            small = {"dim": 16, "n_layers": 3, "n_heads": 2, "hidden_dim": 32, "initializer_range": 0.2}
            model = t.DistilBertModel(t.DistilBertConfig(**small, vocab_size=len(tokenizer), pad_token_id=0))
        case _:
            model = t.BertModel(t.BertConfig(**sizes, vocab_size=len(tokenizer), pad_token_id=1))
            _write_modules(folder)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def _write_modules(folder: Path) -> None:
    """The layout of multilingual-e5 for sentence-transformers, with prompts."""
    names = ["Transformer", "Pooling", "Normalize"]
    places = ["", "1_Pooling", "2_Normalize"]
    modules = [
        {"idx": i, "name": str(i), "path": place, "type": f"sentence_transformers.models.{name}"}
        for i, (place, name) in enumerate(zip(places, names, strict=True))
    ]
    pooling = {
        "word_embedding_dimension": 16,
        "pooling_mode_mean_tokens": True,
        "pooling_mode_cls_token": False,
    }
    files = {
        "modules.json": modules,
        "1_Pooling/config.json": pooling,
        "sentence_bert_config.json": {"max_seq_length": 512, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "__version__": {"sentence_transformers": "2.7.0"},
            "prompts": {"query": "the ", "passage": "red "},
            "default_prompt_name": None,
        },
    }
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(json.dumps(content), encoding="utf-8")


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Factory of tiny encoders with pooler, tokenizer and files as the hub has them: ``published("mbert")``."""
    made: dict[str, Path] = {}

    def make(family: str) -> Path:
        if family not in made:
            made[family] = tmp_path_factory.mktemp("published") / family
            _published(family, made[family])
        return made[family]

    return make


@pytest.fixture(scope="session")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], dict[str, Any]]:
    """Factory of ``recipe.task`` for a kind of task, with files in en (train), xx and yy (test)."""
    root = tmp_path_factory.mktemp("labelled")
    write: dict[str, Callable[[Path, str, str], None]] = {
        "pos": _write_tags, "ner": _write_tags, "text": _write_topics, "nli": _write_pairs, "qa": _write_questions,
    }  # fmt: skip
    readers = {
        "pos": ("conll", "{language}/{split}.txt"),
        "ner": ("conll", "{language}/{split}.txt"),
        "text": ("sib", "{language}/{split}.tsv"),
        "nli": ("xnli", "{language}/{split}.tsv"),
        "qa": ("squad", "{language}/{split}.json"),
    }

    def make(kind: str) -> dict[str, Any]:
        reader, pattern = readers[kind]
        if not (root / kind).is_dir():
            for code, split in (("en", "train"), ("xx", "test"), ("yy", "test")):
                place = root / kind / pattern.format(language=code, split=split)
                place.parent.mkdir(parents=True)
                write[kind](place, code, kind)
        return {"kind": kind, "train": {"format": reader, "path": str(root / kind), "pattern": pattern}}

    return make


def _sentences(code: str, n: int, longest: int = 9) -> list[list[str]]:
    """Words with punctuation among them, as a tagged corpus has them."""
    rng = random.Random(f"{code}{n}")
    found = []
    for _ in range(n):
        words = [word + ENDINGS[code] for word in rng.choices(WORDS, k=rng.randint(3, longest))]
        words.insert(rng.randint(1, len(words)), ",")
        found.append([*words, rng.choice(".?")])
    return found


def _tag(kind: str, words: list[str], place: int) -> str:
    word, before = words[place], words[place - 1] if place else ""
    if kind == "pos":
        return (
            "PUNCT" if word in ",.?" else "NOUN" if word.startswith(("cat", "dog", "fish", "tree")) else "X"
        )
    name = ("cat", "dog", "house")
    if not word.startswith(name):
        return "O"
    return "I-PER" if before.startswith(name) else "B-LOC" if word.startswith("house") else "B-PER"


def _write_tags(place: Path, code: str, kind: str) -> None:
    blocks = [
        "\n".join(f"{word} {_tag(kind, words, i)}" for i, word in enumerate(words))
        for words in _sentences(code, 48 if code == "en" else 10)
    ]
    place.write_text("\n\n".join(blocks) + "\n", encoding="utf-8")


def _joined(words: list[str]) -> str:
    """A sentence as people write it: no space before punctuation."""
    return " ".join(words).replace(" ,", ",").replace(" .", ".").replace(" ?", "?")


def _write_topics(place: Path, code: str, kind: str) -> None:
    rows = ["index_id\tcategory\ttext"]
    for i, words in enumerate(_sentences(code, 48 if code == "en" else 10)):
        label = "animal" if any(word.startswith(("cat", "dog", "fish")) for word in words) else "no animal"
        rows.append(f"{i}\t{label}\t{_joined(words)}")
    place.write_text("\n".join(rows) + "\n", encoding="utf-8")


def _write_pairs(place: Path, code: str, kind: str) -> None:
    rows = ["premise\thypo\tlabel"]
    found = _sentences(code, 60 if code == "en" else 12)
    labels = ("entailment", "neutral", "contradiction")
    for i, words in enumerate(found):
        second = (words[:3], found[i - 1], words[::-1])[i % 3]
        rows.append(f"{_joined(words)}\t{_joined(second)}\t{labels[i % 3]}")
    place.write_text("\n".join(rows) + "\n", encoding="utf-8")


def _write_questions(place: Path, code: str, kind: str) -> None:
    paragraphs = []
    for i, words in enumerate(_sentences(code, 40 if code == "en" else 8, longest=60)):
        context = _joined(words)
        answer = max(context.replace("?", ".").replace(",", ".").split("."), key=len).split()[:2]
        text = " ".join(answer)
        question = f"sees{ENDINGS[code]} {answer[0]}?"
        answers = [{"text": text, "answer_start": context.index(text)}]
        paragraphs.append(
            {"context": context, "qas": [{"id": f"{code}{i}", "question": question, "answers": answers}]}
        )
    place.write_text(json.dumps({"data": [{"paragraphs": paragraphs}]}), encoding="utf-8")
