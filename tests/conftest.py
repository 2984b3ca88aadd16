"""Fixtures for all tests: tiny random encoders and corpora, built on the fly; and what may not be skipped."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# A search for the fastest kernel or a busy second thread would make small tests slow and unsteady.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
if "PYTEST_XDIST_WORKER" in os.environ:  # one process a core: each has a core
    os.environ.setdefault("OMP_NUM_THREADS", "1")
# A busy machine must not fail a test: hypothesis's deadline is a timer.
settings.register_profile("no-deadline", deadline=None)
settings.load_profile("no-deadline")

NEEDS = {"corpora": "realdata", "paper": "paper", "driver": "browser", "server": "postgresql"}
"""Fixture to the marker of all tests that ask for it."""

FOLDERS = {"realdata": ("REALIGN_DATA", "data/ntrex"), "paper": ("REALIGN_PAPER", "paper/strategies.csv")}
"""Marker to the variable that names its folder, and what lies in a folder beside the clone where there is one."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Mark tests by the fixtures that they ask for."""
    for item in items:
        for name in NEEDS.keys() & set(getattr(item, "fixturenames", ())):
            item.add_marker(NEEDS[name])


def must_run() -> set[str]:
    """Markers of the tests that must not be skipped: in continuous integration only, folders where there are any."""
    if os.environ.get("CI", "").lower() not in ("1", "true"):
        return set()
    beside = Path(__file__).parents[2]
    there = {
        marker
        for marker, (variable, place) in FOLDERS.items()
        if os.environ.get(variable) or any(beside.glob(f"*/{place}"))
    }
    return {"browser", "postgresql"} | there


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let a test fail that was skipped and must not be."""
    report = yield
    missed = must_run() & {marker.name for marker in item.iter_markers()}
    if missed and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.longrepr = f"CI must run the tests marked {', '.join(sorted(missed))}. {reason}"
    return report


ENGLISH = ["the", "cat", "dog", "sees", "eats", "fish", "red", "big", "house", "tree", "runs", "old"]
TAGS = dict(  # noqa: C408
    the="DET", cat="NOUN", dog="NOUN", sees="VERB", eats="VERB", fish="NOUN",
    red="ADJ", big="ADJ", house="NOUN", tree="NOUN", runs="VERB", old="ADJ",
)  # fmt: skip
OTHERS = {"xx": "z", "yy": "ka", "ww": "u"}
"""Toy languages: each English word with a prefix."""


def translate(sentence: str, code: str) -> str:
    """Translate word by word into a toy language."""
    return " ".join(OTHERS[code] + word for word in sentence.split())


def sentences(n: int, seed: int) -> list[str]:
    """Draw different toy sentences of three to eight words."""
    rng = random.Random(seed)
    found: dict[str, None] = {}
    while len(found) < n:
        found[" ".join(rng.choices(ENGLISH, k=rng.randint(3, 8)))] = None
    return list(found)


def _tokenizer(folder: Path) -> None:
    """Save a word-piece tokenizer whose pieces are toy prefixes and English words."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *ENGLISH, *OTHERS.values()]
    pieces += [f"##{word}" for word in ENGLISH]
    pieces += [*"abcdefghijklmnopqrstuvwxyz?.'0123456789"]
    pieces += [f"##{c}" for c in "abcdefghijklmnopqrstuvwxyz0123456789"]
    vocabulary = {piece: i for i, piece in enumerate(dict.fromkeys(pieces))}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        model_max_length=64,
    ).save_pretrained(folder)


def _model(architecture: str, layers: int, width: int) -> Any:
    import torch
    import transformers as t

    torch.manual_seed(0)
    # Wide weights: with the usual 0.02 a small layer hardly changes its input.
    common: dict[str, Any] = {"vocab_size": 160, "pad_token_id": 0, "max_position_embeddings": 80}
    common["initializer_range"] = 0.2
    inner = 2 * width
    sizes = {
        "hidden_size": width,
        "num_hidden_layers": layers,
        "num_attention_heads": 2,
        "intermediate_size": inner,
    }
    match architecture:
        case "bert":
            return t.BertModel(t.BertConfig(**common, **sizes), add_pooling_layer=False)
        case "xlm-roberta":
            return t.XLMRobertaModel(t.XLMRobertaConfig(**common, **sizes), add_pooling_layer=False)
        case "distilbert":
            return t.DistilBertModel(
                t.DistilBertConfig(**common, dim=width, n_layers=layers, n_heads=2, hidden_dim=inner)
            )
        case "deberta-v2":
            relative = {"relative_attention": True, "pos_att_type": ["p2c", "c2p"], "position_buckets": 16}
            return t.DebertaV2Model(t.DebertaV2Config(**common, **sizes, **relative))
    raise ValueError(architecture)


ARCHITECTURES = ("bert", "xlm-roberta", "distilbert", "deberta-v2")


@pytest.fixture(scope="session")
def encoder_folder(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Factory of tiny random encoders on disk: ``encoder_folder("bert", layers=4, width=16)``."""
    made: dict[tuple[str, int, int], Path] = {}

    def make(architecture: str = "bert", layers: int = 4, width: int = 16) -> Path:
        key = (architecture, layers, width)
        if key not in made:
            folder = tmp_path_factory.mktemp("encoders") / f"{architecture}-{layers}-{width}"
            _model(*key).save_pretrained(folder)
            _tokenizer(folder)
            made[key] = folder
        return made[key]

    return make


@pytest.fixture(scope="session")
def tiny_encoder(encoder_folder: Callable[..., Path]) -> Path:
    """A four-layer random BERT of width 16 with a word-piece tokenizer, on disk."""
    return encoder_folder("bert")


@pytest.fixture(scope="session")
def tiny_corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Toy corpora on disk: ``parallel/`` (folder layout), ``pos/`` and ``topic/``.

    Languages xx, yy, ww are English with a prefix on every word. ``parallel`` has 96 aligned
    lines; ``pos`` and ``topic`` have en train and dev/test of all languages.
    """
    root = tmp_path_factory.mktemp("corpus")
    lines = sentences(96, seed=1)
    (root / "parallel").mkdir()
    (root / "parallel" / "eng.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for code in OTHERS:
        text = "\n".join(translate(line, code) for line in lines) + "\n"
        (root / "parallel" / f"{code}.txt").write_text(text, encoding="utf-8")
    for split, n, seed in (("train", 48, 2), ("dev", 12, 3), ("test", 12, 4)):
        for code in ("en", *OTHERS):
            if split == "train" and code != "en":
                continue
            _write_tasks(root, code, split, sentences(n, seed))
    return root


def _write_tasks(root: Path, code: str, split: str, lines: list[str]) -> None:
    def word(english: str) -> str:
        return english if code == "en" else OTHERS[code] + english

    pos = root / "pos" / code / f"{split}.txt"
    topic = root / "topic" / code / f"{split}.tsv"
    for path in (pos, topic):
        path.parent.mkdir(parents=True, exist_ok=True)
    blocks = ["\n".join(f"{word(w)} {TAGS[w]}" for w in line.split()) for line in lines]
    pos.write_text("\n\n".join(blocks) + "\n", encoding="utf-8")
    rows = ["index_id\tcategory\ttext"]
    for i, line in enumerate(lines):
        label = "animal" if {"cat", "dog", "fish"} & set(line.split()) else "other"
        rows.append(f"{i}\t{label}\t{' '.join(map(word, line.split()))}")
    topic.write_text("\n".join(rows) + "\n", encoding="utf-8")


@pytest.fixture
def tiny_recipe(tiny_encoder: Path, tiny_corpus: Path) -> dict[str, Any]:
    """Content of a recipe for the tiny encoder and corpora: a whole run takes under a second."""
    return {
        "encoder": {"name": str(tiny_encoder), "max_length": 32},
        "parallel": {"format": "folder", "path": str(tiny_corpus / "parallel")},
        "task": {
            "kind": "pos",
            "train": {"format": "conll", "path": str(tiny_corpus / "pos")},
        },
        "realignment": {"steps": 6, "pairs_per_batch": 8, "learning_rate": 1e-3},
        "finetuning": {"epochs": 1, "batch_size": 8, "learning_rate": 1e-3},
        "compute": {"device": "cpu", "precision": "float32", "attention": "eager"},
    }


@pytest.fixture(scope="session")
def corpora() -> Path:
    """Folder of the published corpora, see the environment variable REALIGN_DATA."""
    return _named("REALIGN_DATA", "of corpora")


@pytest.fixture(scope="session")
def paper() -> Path:
    """Folder of the published results, see the environment variable REALIGN_PAPER."""
    return _named("REALIGN_PAPER", "of the published results")


def _named(variable: str, what: str) -> Path:
    place = os.environ.get(variable)
    if not place:
        pytest.skip(f"{variable} does not name a folder {what}")
    return Path(place)


@pytest.fixture
def small_disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """A disk of as much room as the test says, such as ``3m``."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    mount = ["mount", "-t", "tmpfs", "-o", f"size={request.param}", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this machine lets nobody mount a small disk")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)
